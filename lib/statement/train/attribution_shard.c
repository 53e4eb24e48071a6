// A shard: a part of a batch that one thread computes, forward and backward. Its memory is laid out once and
// reused. Every random choice comes from a generator seeded by the step, so a training gives the same
// parameters whichever thread runs first.
#include "attribution_shard.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "neural/simd.h"

st_shard *st_shard_new(const st_net *model, uint32_t words_max)
{
    st_shard *self = gs_allocate(sizeof *self);
    const st_net_size *size = &model->size;
    size_t n = words_max > ST_WINDOW_WORDS ? words_max : ST_WINDOW_WORDS, in = size->states + size->embedding,
           wide = 2 * (size_t)size->hidden, width = size->width;
    self->words_max = (uint32_t)n;
    self->sequence = gs_allocate(n * sizeof *self->sequence);
    self->lesson = gs_allocate(n * sizeof *self->lesson);
    self->begin = gs_allocate(n * sizeof *self->begin);
    self->steps = gs_steps_new(n);
    self->word = gs_allocate(n * sizeof *self->word);
    float **const wide_ones[] = {&self->input, &self->input_mask, &self->input_gradient};
    for (size_t i = 0; i < 3; i++)
        *wide_ones[i] = gs_floats(n * in);
    self->squashed = gs_floats(n * size->embedding);
    self->layer = gs_lstm_pass_new(&model->layout.layer, n);
    self->top = gs_floats(n * wide);
    self->top_gradient = gs_floats(n * wide);
    self->out_gradient = gs_floats(n * wide);
    self->project = gs_floats(n * 3 * width);
    self->project_gradient = gs_floats(n * 3 * width);
    self->hidden = gs_floats(n * width);
    self->hidden_mask = gs_floats(n * width);
    self->hidden_gradient = gs_floats(n * width);
    self->scores = gs_floats(n * GS_MATRIX_LANES);
    self->score_gradient = gs_floats(n * GS_MATRIX_LANES);
    self->passes = (st_passes){.e = gs_floats(n * ST_LABELS_MAX),
                               .a = gs_floats(n * ST_LABELS_MAX),
                               .b = gs_floats(n * ST_LABELS_MAX),
                               .c = gs_floats(n)};
    self->mean = gs_floats(width);
    self->mean_gradient = gs_floats(width);
    self->gradient = gs_floats(model->params->count);
    return self;
}

void st_shard_free(st_shard **self_p)
{
    st_shard *self = *self_p;
    if (!self)
        return;
    gs_steps_free(&self->steps);
    gs_lstm_pass_free(&self->layer);
    void *const owned[] = {self->sequence,
                           self->lesson,
                           self->begin,
                           self->word,
                           self->input,
                           self->input_mask,
                           self->input_gradient,
                           self->squashed,
                           self->top,
                           self->top_gradient,
                           self->out_gradient,
                           self->project,
                           self->project_gradient,
                           self->hidden,
                           self->hidden_mask,
                           self->hidden_gradient,
                           self->scores,
                           self->score_gradient,
                           self->passes.e,
                           self->passes.a,
                           self->passes.b,
                           self->passes.c,
                           self->mean,
                           self->mean_gradient,
                           self->gradient};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
    free(self);
    *self_p = NULL;
}

// ---- input

static bool chance(uint64_t *random, float rate)
{
    return (float)(gs_random_next(random) >> 40) * (1.0f / 16777216.0f) < rate;
}

static void lay_out(st_shard *self, const st_net *model, const st_lesson *const *lessons, uint32_t count,
                    const st_rates *rates)
{
    self->windows = count;
    self->words = 0;
    for (uint32_t w = 0; w < count; w++) {
        const st_lesson *lesson = lessons[w];
        self->lesson[w] = lesson;
        self->begin[w] = self->words;
        self->sequence[w] = (gs_sequence){self->words, lesson->window.end - lesson->window.begin};
        for (uint32_t i = lesson->window.begin; i < lesson->window.end; i++) {
            st_shard_word *word = &self->word[self->words++];
            word->lesson = lesson;
            word->word = i;
            word->row_count = st_rows_of(&lesson->document->features, &model->lemmas, i, word->rows);
            if (rates && chance(&self->random, rates->lemma))
                word->rows[word->row_count - 1] = ST_ROW_LEMMA;
        }
    }
    gs_sequences_sort(self->sequence, count);
    gs_steps_lay_out(self->steps, self->sequence, count);
}

GS_CLONES
static void tanh_all(float *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = gs_tanh(values[i]);
}

GS_CLONES
static void multiply_all(float *values, const float *mask, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] *= mask[i];
}

static void draw_input_mask(st_shard *self, const st_net *model, const st_rates *rates)
{
    size_t states = model->size.states, width = model->size.embedding;
    for (uint32_t row = 0; row < self->words; row++) {
        float *mask = self->input_mask + row * (states + width);
        gs_dropout_mask(mask, states, rates->states, &self->random);
        gs_dropout_mask(mask + states, width, rates->rows, &self->random);
    }
}

static void embed(st_shard *self, const st_net *model, const st_rates *rates)
{
    size_t states = model->size.states, width = model->size.embedding, in = states + width;
    memset(self->squashed, 0, self->words * width * sizeof(float));
    for (uint32_t row = 0; row < self->words; row++) {
        const st_shard_word *word = &self->word[self->steps->place[row]];
        const gs_parse *parse = word->lesson->document->parse;
        const uint8_t *bytes = parse->states + (size_t)word->word * parse->state_width;
        float *x = self->input + row * in, *sum = self->squashed + row * width;
        for (size_t j = 0; j < states; j++)
            x[j] = (float)(bytes[j] - 128) * (1.0f / 127.0f);
        for (size_t k = 0; k < word->row_count; k++)
            gs_rows_add(model->rows, word->rows[k], 1.0f, sum);
        tanh_all(sum, width);
        memcpy(x + states, sum, width * sizeof *x);
    }
    if (rates) {
        draw_input_mask(self, model, rates);
        multiply_all(self->input, self->input_mask, self->words * in);
    }
}

// ---- chains

static double score_of(const st_chain *chain, const float *scores, size_t n, const uint8_t *labels)
{
    double sum = (double)chain->start[labels[0]] + (double)scores[labels[0]];
    for (size_t t = 1; t < n; t++)
        sum +=
            (double)chain->step[labels[t - 1]][labels[t]] + (double)scores[t * GS_MATRIX_LANES + labels[t]];
    return sum;
}

// log Z = Σ log c_t + Σ max_j score_t(j): what the pass took off the scores
static double log_sum(const st_chain *chain, const st_passes *passes, const float *scores)
{
    double sum = 0;
    for (size_t t = 0; t < passes->n; t++) {
        float most = scores[t * GS_MATRIX_LANES];
        for (size_t j = 1; j < chain->labels; j++)
            most = fmaxf(most, scores[t * GS_MATRIX_LANES + j]);
        sum += log((double)passes->c[t]) + (double)most;
    }
    return sum;
}

// The gradient of -log p is what the chain expects, less what is there.
static void add_steps(const st_chain *chain, const st_passes *passes, size_t t, const uint8_t *labels,
                      float *gradient)
{
    size_t count = chain->labels;
    const float *a = passes->a + (t - 1) * ST_LABELS_MAX, *e = passes->e + t * ST_LABELS_MAX,
                *b = passes->b + t * ST_LABELS_MAX;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            gradient[count + i * count + j] += a[i] * chain->step_e[i][j] * e[j] * b[j] / passes->c[t];
    gradient[count + labels[t - 1] * count + labels[t]] -= 1.0f;
}

double st_chain_learn(const st_chain *chain, st_passes *passes, const float *scores, size_t n,
                      const uint8_t *labels, float *score_gradient, float *potentials_gradient)
{
    size_t count = chain->labels;
    st_chain_pass(chain, scores, GS_MATRIX_LANES, n, passes);
    double loss = log_sum(chain, passes, scores) - score_of(chain, scores, n, labels);
    if (!score_gradient)
        return loss;
    for (size_t t = 0; t < n; t++) {
        float *to = score_gradient + t * GS_MATRIX_LANES;
        memset(to, 0, GS_MATRIX_LANES * sizeof *to);
        for (size_t j = 0; j < count; j++) {
            to[j] = passes->a[t * ST_LABELS_MAX + j] * passes->b[t * ST_LABELS_MAX + j];
            if (t == 0)
                potentials_gradient[j] += to[j];
        }
        to[labels[t]] -= 1.0f;
        if (t == 0)
            potentials_gradient[labels[0]] -= 1.0f;
        else
            add_steps(chain, passes, t, labels, potentials_gradient);
    }
    return loss;
}

// ---- cues

static void run_cues(st_shard *self, const st_net *model, const st_rates *rates)
{
    size_t width = model->size.width, n = self->words;
    for (size_t i = 0; i < n; i++)
        memcpy(self->hidden + i * width, self->project + i * 3 * width, width * sizeof(float));
    if (rates)
        gs_dropout_mask(self->hidden_mask, n * width, rates->hidden, &self->random);
    const float *mask = rates ? self->hidden_mask : NULL;
    gs_leaky_forward(self->hidden, mask, n * width);
    gs_linear_forward(&model->layout.cue, model->params, self->hidden, n, self->scores);
    for (uint32_t w = 0; w < self->windows; w++) {
        size_t at = (size_t)self->begin[w] * GS_MATRIX_LANES;
        const st_lesson *lesson = self->lesson[w];
        self->loss.cue += st_chain_learn(&self->cue, &self->passes, self->scores + at,
                                         lesson->window.end - lesson->window.begin, lesson->labels,
                                         rates ? self->score_gradient + at : NULL,
                                         self->gradient + model->layout.cue_chain);
    }
    if (!rates)
        return;
    memset(self->hidden_gradient, 0, n * width * sizeof(float));
    gs_linear_backward(&model->layout.cue, model->params, self->hidden, n, self->score_gradient,
                       self->hidden_gradient, self->gradient);
    gs_leaky_backward(self->hidden_gradient, self->hidden, mask, n * width);
    for (size_t i = 0; i < n; i++)
        gs_add(self->project_gradient + i * 3 * width, self->hidden_gradient + i * width, width, 1.0f);
}

// ---- all of it

static void backward(st_shard *self, const st_net *model)
{
    size_t wide = 2 * (size_t)model->size.hidden, in = model->size.states + model->size.embedding;
    memset(self->top_gradient, 0, self->words * wide * sizeof(float));
    gs_linear_backward(&model->layout.project, model->params, self->top, self->words, self->project_gradient,
                       self->top_gradient, self->gradient);
    for (uint32_t row = 0; row < self->words; row++)
        memcpy(self->out_gradient + row * wide, self->top_gradient + self->steps->place[row] * wide,
               wide * sizeof(float));
    memset(self->input_gradient, 0, self->words * in * sizeof(float));
    gs_lstm_backward(&model->layout.layer, model->params, self->steps, self->input, self->layer,
                     self->out_gradient, self->input_gradient, self->gradient);
    multiply_all(self->input_gradient, self->input_mask, self->words * in);
}

void st_shard_run(st_shard *self, const st_net *model, const st_lesson *const *lessons, uint32_t count,
                  const st_rates *rates, uint64_t seed)
{
    size_t wide = 2 * (size_t)model->size.hidden;
    const gs_params *params = model->params;
    self->random = gs_random_mix(seed);
    self->loss = (st_loss){0};
    lay_out(self, model, lessons, count, rates);
    embed(self, model, rates);
    const gs_lstm_rates drop = {rates ? rates->layer : 0.0f, rates ? rates->recurrent : 0.0f};
    gs_lstm_draw(self->layer, &model->layout.layer, self->steps, rates ? &drop : NULL, &self->random);
    gs_lstm_forward(&model->layout.layer, params, self->steps, self->input, self->layer);
    for (uint32_t row = 0; row < self->words; row++)
        memcpy(self->top + self->steps->place[row] * wide, self->layer->out + row * wide,
               wide * sizeof(float));
    gs_linear_forward(&model->layout.project, params, self->top, self->words, self->project);
    if (rates) {
        memset(self->gradient, 0, params->count * sizeof(float));
        memset(self->project_gradient, 0, self->words * 3 * (size_t)model->size.width * sizeof(float));
    }
    st_chain_open(&self->cue, ST_CUE_LABELS, params->values + model->layout.cue_chain);
    st_chain_open(&self->pair, ST_PAIR_LABELS, params->values + model->layout.pair_chain);
    run_cues(self, model, rates);
    st_spans_run(self, model, rates);
    if (rates)
        backward(self, model);
}

st_loss st_shard_loss(const st_shard *self)
{
    return self->loss;
}
