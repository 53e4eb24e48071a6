// A shard: a part of a batch that one thread computes. Its memory is laid out once for the largest batch and
// reused.
//
// Every random choice comes from a generator seeded by the training's seed, the step and the shard's number,
// so that a training gives the same model whichever thread runs first.
#include "net_shard.h"

#include "../network.h"
#include "neural/simd.h"
#include "random.h"

#include <math.h>
#include <stdlib.h>

uint64_t shard_random(net_shard *self)
{
    return random_next(&self->random);
}

GS_CLONES
void shard_mask(net_shard *self, float *mask, size_t count, float rate)
{
    uint32_t limit = (uint32_t)(rate * 4294967040.0f);
    float keep = 1.0f / (1.0f - rate);
    uint64_t state = shard_random(self);
    for (size_t i = 0; i < count; i++) {
        uint32_t x = (uint32_t)state + (uint32_t)i * 0x9E3779B9u;
        x ^= x >> 16;
        x *= 0x21F0AAADu;
        x ^= x >> 15;
        x *= 0x735A2D97u;
        x ^= x >> 15;
        mask[i] = x < limit ? 0.0f : keep;
    }
}

static float *floats(size_t count)
{
    return gs_allocate_vectors(count * sizeof(float));
}

net_shard *net_shard_new(const net *model, uint32_t words_max)
{
    net_shard *self = gs_allocate(sizeof *self);
    const net_size *size = &model->size;
    size_t n = words_max, h = size->hidden, in = size->input > 2 * h ? size->input : 2 * h;
    self->words_max = words_max;
    self->sentence = gs_allocate(n * sizeof *self->sentence);
    self->step_begin = gs_allocate((NET_SENTENCE_MAX + 2) * sizeof *self->step_begin);
    self->place = gs_allocate(n * sizeof *self->place);
    self->word = gs_allocate(n * sizeof *self->word);
    self->soft = gs_allocate(n * sizeof *self->soft);
    self->kept = gs_allocate(n);
    self->guesses = gs_allocate(n * sizeof *self->guesses);
    self->input = floats(n * in);
    self->input_gradient = floats(n * in);
    self->input_mask = floats(n * size->input);
    for (uint32_t l = 0; l < size->layers; l++) {
        self->layer[l].out = floats(n * 2 * h);
        self->layer[l].mask = floats(n * 2 * h);
        for (int d = 0; d < 2; d++)
            self->layer[l].direction[d] = (shard_direction){floats(n * 4 * h), floats(n * h), floats(n * h),
                                                            floats(n * h), floats(n * h)};
    }
    self->top = floats(n * 2 * h);
    self->top_gradient = floats(n * 2 * h);
    self->tag = floats(n * 2 * h);
    self->tag_gradient = floats(n * 2 * h);
    self->out_gradient = floats(n * 2 * h);
    self->cell_gradient = floats(n * h);
    self->scratch_width = 2 * size->arc + 2 * size->label;
    if (self->scratch_width < h)
        self->scratch_width = h;
    if (self->scratch_width < 256)
        self->scratch_width = 256;
    for (size_t i = 0; i < 8; i++)
        self->scratch[i] = floats(n * self->scratch_width);
    size_t long_row = NET_SENTENCE_MAX + 32, wide = size->arc + LANG_DISTANCES;
    wide = wide > long_row ? wide : long_row;
    for (size_t i = 0; i < 6; i++)
        self->arcs[i] = floats(long_row * wide);
    self->gradient = floats(model->layout.count);
    return self;
}

void net_shard_free(net_shard **self_p)
{
    net_shard *self = *self_p;
    if (!self)
        return;
    for (uint32_t l = 0; l < NET_LAYERS_MAX; l++) {
        free(self->layer[l].out);
        free(self->layer[l].mask);
        for (int d = 0; d < 2; d++) {
            shard_direction *dir = &self->layer[l].direction[d];
            free(dir->gates);
            free(dir->cells);
            free(dir->squashed);
            free(dir->previous);
            free(dir->mask);
        }
    }
    for (size_t i = 0; i < 8; i++)
        free(self->scratch[i]);
    for (size_t i = 0; i < 6; i++)
        free(self->arcs[i]);
    void *const owned[] = {self->sentence,     self->step_begin,   self->place,         self->word,
                           self->kept,         self->guesses,      self->input,         self->input_gradient,
                           self->input_mask,   self->top,          self->top_gradient,  self->tag,
                           self->tag_gradient, self->out_gradient, self->cell_gradient, self->soft,
                           self->taught,       self->gradient};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
    free(self);
    *self_p = NULL;
}

static int longer_first(const void *a, const void *b)
{
    const shard_sentence *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return x->place < y->place ? -1 : 1;
}

static void lay_out(net_shard *self, const net_data *data, const uint32_t *examples, uint32_t count)
{
    self->sentences = count;
    self->words = 0;
    for (uint32_t s = 0; s < count; s++) {
        const net_example *example = &data->examples[examples[s]];
        self->sentence[s] = (shard_sentence){examples[s], example->count, self->words};
        for (uint32_t i = 0; i < example->count; i++) {
            self->word[self->words + i] = &data->words[example->word_begin + i];
            self->soft[self->words + i] =
                example->soft_begin == NET_HARD ? NULL : &data->soft[example->soft_begin + i];
        }
        self->words += example->count;
        self->set = example->set;
    }
    qsort(self->sentence, count, sizeof *self->sentence, longer_first);
    self->steps = count ? self->sentence[0].count : 0;
    uint32_t row = 0;
    for (uint32_t t = 0; t < self->steps; t++) {
        self->step_begin[t] = row;
        for (uint32_t s = 0; s < count && self->sentence[s].count > t; s++)
            self->place[row++] = self->sentence[s].place + t;
    }
    self->step_begin[self->steps] = row;
}

static uint32_t sentence_of(const net_shard *self, uint32_t step, uint32_t row)
{
    return row - self->step_begin[step];
}

GS_CLONES
static void add_row(float *to, const float *from, size_t width, float scale)
{
    for (size_t j = 0; j < width; j++)
        to[j] += from[j] * scale;
}

static void embed(net_shard *self, const net *model, const net_data *data, const net_rates *rates)
{
    size_t width = model->size.input;
    memset(self->input, 0, self->words * width * sizeof *self->input);
    for (uint32_t row = 0; row < self->words; row++) {
        const net_word *word = self->word[self->place[row]];
        const net_type *type = &data->types[word->type];
        const uint32_t *rows = data->rows + type->row_begin;
        float *x = self->input + row * width;
        bool drop = false;
        if (rates) {
            float limit = rates->unknown / (rates->unknown + (float)type->frequency) + 0.02f;
            drop = (float)(shard_random(self) >> 40) * (1.0f / 16777216.0f) < limit;
        }
        self->kept[row] = !drop;
        for (uint32_t k = 0; k < type->gram_begin; k++) {
            uint32_t at = drop && k < 2 ? k : rows[k];
            add_row(x, model->embedding + (size_t)at * width, width, 1.0f);
        }
        float scale = type->row_count > type->gram_begin
                          ? 1.0f / sqrtf((float)(type->row_count - type->gram_begin))
                          : 0;
        for (uint32_t k = type->gram_begin; k < type->row_count; k++)
            add_row(x, model->embedding + (size_t)rows[k] * width, width, scale);
        for (uint32_t bits = word->context; bits; bits &= bits - 1)
            add_row(x,
                    model->embedding +
                        (size_t)lang_context_row(&data->vocabulary, (uint32_t)__builtin_ctz(bits)) * width,
                    width, 1.0f);
    }
}

GS_CLONES
static void multiply(float *values, const float *mask, size_t count)
{
    for (size_t j = 0; j < count; j++)
        values[j] *= mask[j];
}

// One mask a sentence, applied to each of its rows.
static void drop_rows(net_shard *self, float *values, const float *mask, size_t width)
{
    for (uint32_t t = 0; t < self->steps; t++)
        for (uint32_t row = self->step_begin[t]; row < self->step_begin[t + 1]; row++)
            multiply(values + row * width, mask + sentence_of(self, t, row) * width, width);
}

static void draw_masks(net_shard *self, const net *model, const net_rates *rates)
{
    size_t h = model->size.hidden;
    shard_mask(self, self->input_mask, self->sentences * model->size.input, rates->input);
    for (uint32_t l = 0; l < model->size.layers; l++) {
        shard_mask(self, self->layer[l].mask, self->sentences * 2 * h, rates->hidden);
        for (int d = 0; d < 2; d++)
            shard_mask(self, self->layer[l].direction[d].mask, self->sentences * h, rates->recurrent);
    }
}

static void to_sentences(const net_shard *self, const float *from, float *to, size_t width)
{
    for (uint32_t row = 0; row < self->words; row++)
        memcpy(to + self->place[row] * width, from + row * width, width * sizeof *to);
}

static void backward(net_shard *self, const net *model)
{
    size_t wide = 2 * model->size.hidden;
    float *gradient = self->out_gradient, *below = self->input_gradient;
    for (uint32_t row = 0; row < self->words; row++)
        memcpy(gradient + row * wide, self->top_gradient + self->place[row] * wide, wide * sizeof *gradient);
    for (uint32_t l = model->size.layers; l-- > 0;) {
        if (l == model->size.tag_layer)
            for (uint32_t row = 0; row < self->words; row++)
                add_row(gradient + row * wide, self->tag_gradient + self->place[row] * wide, wide, 1.0f);
        drop_rows(self, gradient, self->layer[l].mask, wide);
        const float *in = l == 0 ? self->input : self->layer[l - 1].out;
        size_t in_width = l == 0 ? model->size.input : wide;
        memset(below, 0, self->words * in_width * sizeof *below);
        lstm_backward(self, model, l, in, in_width, gradient, below);
        float *swap = gradient;
        gradient = below;
        below = swap;
    }
    // What reached the input stays where net_update looks for it.
    if (gradient != self->input_gradient)
        memcpy(self->input_gradient, gradient, self->words * model->size.input * sizeof *gradient);
    drop_rows(self, self->input_gradient, self->input_mask, model->size.input);
}

void net_shard_run(net_shard *self, const net *model, const net_data *data, const uint32_t *examples,
                   uint32_t count, const net_rates *rates, uint64_t seed)
{
    size_t wide = 2 * model->size.hidden;
    self->random = random_mix(seed);
    self->training = rates != NULL;
    memset(&self->loss, 0, sizeof self->loss);
    lay_out(self, data, examples, count);
    self->loss.words = self->words;
    embed(self, model, data, rates);
    if (rates) {
        draw_masks(self, model, rates);
        drop_rows(self, self->input, self->input_mask, model->size.input);
        memset(self->gradient, 0, model->layout.count * sizeof *self->gradient);
        memset(self->top_gradient, 0, self->words * wide * sizeof(float));
        memset(self->tag_gradient, 0, self->words * wide * sizeof(float));
    }
    for (uint32_t l = 0; l < model->size.layers; l++) {
        lstm_forward(self, model, l, l == 0 ? self->input : self->layer[l - 1].out,
                     l == 0 ? model->size.input : wide);
        if (rates)
            drop_rows(self, self->layer[l].out, self->layer[l].mask, wide);
    }
    to_sentences(self, self->layer[model->size.layers - 1].out, self->top, wide);
    to_sentences(self, self->layer[model->size.tag_layer].out, self->tag, wide);
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
