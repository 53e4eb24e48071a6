// Words to numbers: rows summed, one LSTM layer, one product, and the scores of the cues.
//
// Windows run in step, as sentences do in lang's network, and in bytes throughout: what the language network
// says of a word is bytes already, and the sum of the word's own rows goes through tanh into bytes of the
// same scale, so the layer's input needs no scales. Products are exact, and every row of floats is turned to
// bytes by itself; so a window reads the same in any company.
#include "attribution_encoder.h"

#include <stdlib.h>
#include <string.h>

#include "neural/simd.h"

struct st_encoder {
    const st_network *network;
    gs_multiply *multiply;
    gs_steps *steps;
    uint8_t *input; // words × (states + embedding), by row
    float *sum;     // embedding
    float *gates;   // words × 4h
    float *cells;   // ST_BATCH_WINDOWS × h
    uint8_t *rows;  // words × 2h, by row
    uint8_t *words; // words × 2h, by word
    float *project; // words × project_w.out
    float *cue;     // words × width
    uint8_t *bytes; // words × width
    float *scale;   // words
    float *scores;  // words × cue_w.out
};

st_encoder *st_encoder_new(const st_network *network)
{
    st_encoder *self = gs_allocate(sizeof *self);
    size_t n = ST_BATCH_WORDS, h = network->hidden, f = sizeof(float);
    self->network = network;
    self->multiply = gs_multiply_choose();
    self->steps = gs_steps_new(n);
    self->input = gs_allocate_vectors(n * (network->states + network->embedding));
    self->sum = gs_allocate_vectors(network->embedding * f);
    self->gates = gs_allocate_vectors(n * 4 * h * f);
    self->cells = gs_allocate_vectors(ST_BATCH_WINDOWS * h * f);
    self->rows = gs_allocate_vectors(n * 2 * h);
    self->words = gs_allocate_vectors(n * 2 * h);
    self->project = gs_allocate_vectors(n * network->project_w.out * f);
    self->cue = gs_allocate_vectors(n * network->width * f);
    self->bytes = gs_allocate_vectors(n * network->width);
    self->scale = gs_allocate_vectors(n * f);
    self->scores = gs_allocate_vectors(n * network->cue_w.out * f);
    return self;
}

void st_encoder_free(st_encoder **self_p)
{
    st_encoder *self = *self_p;
    if (!self)
        return;
    gs_steps_free(&self->steps);
    void *const owned[] = {self->input,   self->sum, self->gates, self->cells, self->rows,  self->words,
                           self->project, self->cue, self->bytes, self->scale, self->scores};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
    free(self);
    *self_p = NULL;
}

GS_CLONES
static void squash(const float *restrict sum, size_t width, uint8_t *restrict to)
{
    for (size_t j = 0; j < width; j++)
        to[j] = (uint8_t)(int32_t)(gs_tanh(sum[j]) * 127.0f + 128.5f);
}

static void embed_word(st_encoder *self, const st_features *features, uint32_t word, uint8_t *to)
{
    const st_network *network = self->network;
    const gs_parse *parse = features->parse;
    uint32_t rows[ST_ROWS];
    size_t count = st_rows_of(features, &network->lemmas, word, rows);
    memcpy(to, parse->states + (size_t)word * parse->state_width, network->states);
    memset(self->sum, 0, network->embedding * sizeof *self->sum);
    for (size_t k = 0; k < count; k++)
        gs_table_add(&network->rows, rows[k], 1.0f, self->sum);
    squash(self->sum, network->embedding, to + network->states);
}

static size_t lay_out(st_encoder *self, const st_words *windows, size_t count)
{
    gs_sequence part[ST_BATCH_WINDOWS];
    uint32_t words = 0;
    for (size_t w = 0; w < count; w++) {
        part[w] = (gs_sequence){words, windows[w].end - windows[w].begin};
        words += part[w].count;
    }
    gs_steps_lay_out(self->steps, part, count);
    return words;
}

static void run_layer(st_encoder *self, const st_features *features, const st_words *windows, size_t words)
{
    const st_network *network = self->network;
    const gs_steps *steps = self->steps;
    size_t width = network->states + network->embedding, wide = 2 * (size_t)network->hidden;
    for (uint32_t t = 0; t < steps->count; t++)
        for (uint32_t row = steps->begin[t]; row < steps->begin[t + 1]; row++)
            embed_word(self, features, windows[row - steps->begin[t]].begin + t, self->input + row * width);
    const gs_lstm_work work = {self->multiply, steps, self->gates, self->cells};
    const gs_inputs in = {self->input, width, words, NULL};
    gs_lstm_run(&network->layer, &work, &in, self->rows);
    for (size_t row = 0; row < words; row++)
        memcpy(self->words + steps->place[row] * wide, self->rows + row * wide, wide);
}

st_encoded st_encoder_read(st_encoder *self, const st_features *features, const st_words *windows,
                           size_t count)
{
    const st_network *network = self->network;
    size_t words = lay_out(self, windows, count), width = network->width, row = network->project_w.out;
    run_layer(self, features, windows, words);
    gs_inputs in = {self->words, 2 * (size_t)network->hidden, words, NULL};
    self->multiply(&network->project_w, &in, self->project, row, false);
    for (size_t i = 0; i < words; i++)
        memcpy(self->cue + i * width, self->project + i * row, width * sizeof *self->cue);
    gs_leaky_all(self->cue, words * width);
    gs_quantise(self->cue, width, words, width, self->bytes, width, self->scale);
    in = (gs_inputs){self->bytes, width, words, self->scale};
    self->multiply(&network->cue_w, &in, self->scores, network->cue_w.out, false);
    return (st_encoded){self->project, row, self->scores};
}
