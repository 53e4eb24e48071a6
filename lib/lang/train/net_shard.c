// A shard: a part of a batch that one thread computes. Its memory is laid out once for the largest batch and
// reused.
//
// Every random choice comes from a generator seeded by the training's seed, the step and the shard's number,
// so that a training gives the same model whichever thread runs first.
#include "net_shard.h"

#include "../network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

float net_gram_share(const net_type *type)
{
    return type->row_count > type->gram_begin ? 1.0f / sqrtf((float)(type->row_count - type->gram_begin)) : 0;
}

net_shard *net_shard_new(const net *model, uint32_t words_max)
{
    net_shard *self = gs_allocate(sizeof *self);
    const net_size *size = &model->size;
    size_t n = words_max, h = size->hidden, in = size->input > 2 * h ? size->input : 2 * h;
    self->words_max = words_max;
    self->sentence = gs_allocate(n * sizeof *self->sentence);
    self->steps = gs_steps_new(n);
    self->word = gs_allocate(n * sizeof *self->word);
    self->soft = gs_allocate(n * sizeof *self->soft);
    self->kept = gs_allocate(n);
    self->guesses = gs_allocate(n * sizeof *self->guesses);
    self->input = gs_floats(n * in);
    self->input_gradient = gs_floats(n * in);
    self->input_mask = gs_floats(n * size->input);
    for (uint32_t l = 0; l < size->layers; l++)
        self->layer[l] = gs_lstm_pass_new(&model->layout.layer[l], n);
    self->top = gs_floats(n * 2 * h);
    self->top_gradient = gs_floats(n * 2 * h);
    self->tag = gs_floats(n * 2 * h);
    self->tag_gradient = gs_floats(n * 2 * h);
    self->out_gradient = gs_floats(n * in);
    self->scratch_width = 2 * size->arc + 2 * size->label;
    if (self->scratch_width < 256)
        self->scratch_width = 256;
    for (size_t i = 0; i < 8; i++)
        self->scratch[i] = gs_floats(n * self->scratch_width);
    size_t long_row = NET_SENTENCE_MAX + 32, wide = size->arc + LANG_DISTANCES;
    wide = wide > long_row ? wide : long_row;
    for (size_t i = 0; i < 6; i++)
        self->arcs[i] = gs_floats(long_row * wide);
    self->gradient = gs_floats(model->params->count);
    return self;
}

void net_shard_free(net_shard **self_p)
{
    net_shard *self = *self_p;
    if (!self)
        return;
    gs_steps_free(&self->steps);
    for (uint32_t l = 0; l < NET_LAYERS_MAX; l++)
        gs_lstm_pass_free(&self->layer[l]);
    for (size_t i = 0; i < 8; i++)
        free(self->scratch[i]);
    for (size_t i = 0; i < 6; i++)
        free(self->arcs[i]);
    void *const owned[] = {self->sentence,     self->word,         self->soft,         self->taught,
                           self->kept,         self->guesses,      self->input,        self->input_gradient,
                           self->input_mask,   self->top,          self->top_gradient, self->tag,
                           self->tag_gradient, self->out_gradient, self->gradient};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
    free(self);
    *self_p = NULL;
}

static void lay_out(net_shard *self, const net_data *data, const uint32_t *examples, uint32_t count)
{
    self->sentences = count;
    self->words = 0;
    for (uint32_t s = 0; s < count; s++) {
        const net_example *example = &data->examples[examples[s]];
        self->sentence[s] = (gs_sequence){self->words, example->count};
        for (uint32_t i = 0; i < example->count; i++) {
            self->word[self->words + i] = &data->words[example->word_begin + i];
            self->soft[self->words + i] =
                example->soft_begin == NET_HARD ? NULL : &data->soft[example->soft_begin + i];
        }
        self->words += example->count;
        self->set = example->set;
    }
    gs_sequences_sort(self->sentence, count);
    gs_steps_lay_out(self->steps, self->sentence, count);
}

static void embed(net_shard *self, const net *model, const net_data *data, const net_rates *rates)
{
    size_t width = model->size.input;
    memset(self->input, 0, self->words * width * sizeof *self->input);
    for (uint32_t row = 0; row < self->words; row++) {
        const net_word *word = self->word[self->steps->place[row]];
        const net_type *type = &data->types[word->type];
        const uint32_t *rows = data->rows + type->row_begin;
        float *x = self->input + row * width;
        bool drop = false;
        if (rates) {
            float limit = rates->unknown / (rates->unknown + (float)type->frequency) + 0.02f;
            drop = (float)(gs_random_next(&self->random) >> 40) * (1.0f / 16777216.0f) < limit;
        }
        self->kept[row] = !drop;
        for (uint32_t k = 0; k < type->gram_begin; k++)
            gs_rows_add(model->embedding, drop && k < 2 ? k : rows[k], 1.0f, x);
        float share = net_gram_share(type);
        for (uint32_t k = type->gram_begin; k < type->row_count; k++)
            gs_rows_add(model->embedding, rows[k], share, x);
        for (uint32_t bits = word->context; bits; bits &= bits - 1)
            gs_rows_add(model->embedding, lang_context_row(&data->vocabulary, (uint32_t)__builtin_ctz(bits)),
                        1.0f, x);
    }
}

// rates NULL: nothing is dropped.
static void draw_masks(net_shard *self, const net *model, const net_rates *rates)
{
    if (rates)
        gs_dropout_mask(self->input_mask, (size_t)self->sentences * model->size.input, rates->input,
                        &self->random);
    for (uint32_t l = 0; l < model->size.layers; l++) {
        const gs_lstm_rates drop = {rates ? rates->hidden : 0.0f, rates ? rates->recurrent : 0.0f};
        gs_lstm_draw(self->layer[l], &model->layout.layer[l], self->steps, rates ? &drop : NULL,
                     &self->random);
    }
}

static void to_sentences(const net_shard *self, const float *from, float *to, size_t width)
{
    for (uint32_t row = 0; row < self->words; row++)
        memcpy(to + self->steps->place[row] * width, from + row * width, width * sizeof *to);
}

static void backward(net_shard *self, const net *model)
{
    size_t wide = 2 * model->size.hidden;
    const uint32_t *place = self->steps->place;
    float *gradient = self->out_gradient, *below = self->input_gradient;
    for (uint32_t row = 0; row < self->words; row++)
        memcpy(gradient + row * wide, self->top_gradient + place[row] * wide, wide * sizeof *gradient);
    for (uint32_t l = model->size.layers; l-- > 0;) {
        if (l == model->size.tag_layer)
            for (uint32_t row = 0; row < self->words; row++)
                gs_add(gradient + row * wide, self->tag_gradient + place[row] * wide, wide, 1.0f);
        const float *in = l == 0 ? self->input : self->layer[l - 1]->out;
        size_t in_width = l == 0 ? model->size.input : wide;
        memset(below, 0, self->words * in_width * sizeof *below);
        gs_lstm_backward(&model->layout.layer[l], model->params, self->steps, in, self->layer[l], gradient,
                         below, self->gradient);
        float *swap = gradient;
        gradient = below;
        below = swap;
    }
    // What reached the input stays where net_update looks for it.
    if (gradient != self->input_gradient)
        memcpy(self->input_gradient, gradient, self->words * model->size.input * sizeof *gradient);
    gs_drop_rows(self->steps, self->input_mask, model->size.input, self->input_gradient);
}

void net_shard_run(net_shard *self, const net *model, const net_data *data, const uint32_t *examples,
                   uint32_t count, const net_rates *rates, uint64_t seed)
{
    size_t wide = 2 * model->size.hidden;
    self->random = gs_random_mix(seed);
    memset(&self->loss, 0, sizeof self->loss);
    lay_out(self, data, examples, count);
    self->loss.words = self->words;
    embed(self, model, data, rates);
    draw_masks(self, model, rates);
    if (rates) {
        gs_drop_rows(self->steps, self->input_mask, model->size.input, self->input);
        memset(self->gradient, 0, model->params->count * sizeof *self->gradient);
        memset(self->top_gradient, 0, self->words * wide * sizeof(float));
        memset(self->tag_gradient, 0, self->words * wide * sizeof(float));
    }
    for (uint32_t l = 0; l < model->size.layers; l++)
        gs_lstm_forward(&model->layout.layer[l], model->params, self->steps,
                        l == 0 ? self->input : self->layer[l - 1]->out, self->layer[l]);
    to_sentences(self, self->layer[model->size.layers - 1]->out, self->top, wide);
    to_sentences(self, self->layer[model->size.tag_layer]->out, self->tag, wide);
    heads_run(self, model, rates);
    if (rates)
        backward(self, model);
}

const net_loss *net_shard_loss(const net_shard *self)
{
    return &self->loss;
}

void net_shard_teach(net_shard *self)
{
    if (!self->taught)
        self->taught = gs_allocate(self->words_max * sizeof *self->taught);
}

const net_soft *net_shard_soft(const net_shard *self)
{
    return self->taught;
}

const net_guess *net_shard_guesses(const net_shard *self)
{
    return self->guesses;
}
