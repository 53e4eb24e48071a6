// The parameters: where each lies, how they begin, and how a step of Adam moves them.
//
// All lie in one array, so that gradients, moments and the transposed copies are arrays of the same shape,
// and adding up shards, clipping and Adam are loops over all of it.
#include "train.h"

#include <math.h>
#include <stdlib.h>

#include "../simd.h"
#include "adam.h"

static const float BETA1 = 0.9f, BETA2 = 0.99f, EPSILON = 1e-7f, CLIP = 5.0f;

// What the transposed copy and the first values go by.
struct gs_param_part {
    size_t at, rows, columns;
    float begin; // of a matrix: the scale of its first values; of a vector: its first value
    bool vector;
};

float *gs_floats(size_t count)
{
    return gs_allocate_vectors(count * sizeof(float));
}

gs_params *gs_params_new(void)
{
    return gs_allocate(sizeof(gs_params));
}

void gs_params_free(gs_params **self_p)
{
    gs_params *self = *self_p;
    if (!self)
        return;
    float *const owned[] = {self->values, self->transposed, self->m, self->v};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
    free(self->parts);
    free(self);
    *self_p = NULL;
}

// ---- places

static size_t place(gs_params *self, gs_param_part part)
{
    if (self->part_count == self->part_capacity) {
        self->part_capacity = self->part_capacity ? self->part_capacity * 2 : 32;
        self->parts = gs_reallocate(self->parts, self->part_capacity * sizeof *self->parts);
    }
    part.at = self->count;
    self->parts[self->part_count++] = part;
    self->count += part.rows * part.columns;
    return part.at;
}

size_t gs_params_matrix(gs_params *self, size_t rows, size_t columns, float scale)
{
    return place(self, (gs_param_part){.rows = rows, .columns = columns, .begin = scale});
}

size_t gs_params_vector(gs_params *self, size_t count, float value)
{
    return place(self, (gs_param_part){.rows = 1, .columns = count, .begin = value, .vector = true});
}

gs_linear_place gs_params_linear(gs_params *self, size_t in, size_t out, float scale)
{
    gs_linear_place layer = {.in = in, .out = out};
    layer.w = gs_params_matrix(self, in, out, scale);
    layer.b = gs_params_vector(self, out, 0.0f);
    return layer;
}

gs_lstm_place gs_params_lstm(gs_params *self, size_t in, size_t hidden)
{
    gs_lstm_place layer = {.in = in, .hidden = hidden};
    for (int d = 0; d < 2; d++) {
        layer.input_w[d] = gs_params_matrix(self, in, 4 * hidden, 1.0f);
        layer.recurrent_w[d] = gs_params_matrix(self, hidden, 4 * hidden, 1.0f);
        layer.gate_b[d] = gs_params_vector(self, hidden, 0.0f);
        gs_params_vector(self, hidden, 1.0f); // remember, at first
        gs_params_vector(self, 2 * hidden, 0.0f);
    }
    return layer;
}

static void refresh_transposed(gs_params *self)
{
    for (size_t i = 0; i < self->part_count; i++) {
        const gs_param_part *part = &self->parts[i];
        if (!part->vector)
            gs_transpose(self->values + part->at, part->rows, part->columns, self->transposed + part->at);
    }
}

static void begin_part(const gs_param_part *part, float *values, uint64_t *random)
{
    float range = part->begin * sqrtf(6.0f / (float)(part->rows + part->columns));
    for (size_t j = 0; j < part->rows * part->columns; j++)
        values[j] = part->vector ? part->begin : range * gs_random_uniform(random);
}

void gs_params_begin(gs_params *self, uint64_t *random)
{
    self->values = gs_floats(self->count);
    self->transposed = gs_floats(self->count);
    self->m = gs_floats(self->count);
    self->v = gs_floats(self->count);
    for (size_t i = 0; i < self->part_count; i++)
        begin_part(&self->parts[i], self->values + self->parts[i].at, random);
    refresh_transposed(self);
}

// ---- Adam

GS_CLONES
void gs_add(float *to, const float *from, size_t count, float scale)
{
    for (size_t i = 0; i < count; i++)
        to[i] += from[i] * scale;
}

GS_CLONES
static double squares(const float *values, size_t count)
{
    float sums[16] = {0};
    size_t i = 0;
    for (; i + 16 <= count; i += 16)
        for (size_t j = 0; j < 16; j++)
            sums[j] += values[i + j] * values[i + j];
    double sum = 0;
    for (; i < count; i++)
        sum += (double)values[i] * values[i];
    for (size_t j = 0; j < 16; j++)
        sum += sums[j];
    return sum;
}

// m = β1 m + (1-β1) g        v = β2 v + (1-β2) g²        value -= rate m̂ / (√v̂ + ε), ^ the corrected moment
GS_CLONES
void adam_move(float *value, float *m, float *v, const float *gradient, size_t count, const gs_adam *step)
{
    float rate = step->rate, scale = step->scale, correct1 = step->correct1, correct2 = step->correct2;
    for (size_t i = 0; i < count; i++) {
        float g = gradient[i] * scale;
        m[i] = BETA1 * m[i] + (1.0f - BETA1) * g;
        v[i] = BETA2 * v[i] + (1.0f - BETA2) * g * g;
        value[i] -= rate * (m[i] * correct1) / (__builtin_sqrtf(v[i] * correct2) + EPSILON);
    }
}

gs_adam gs_params_step(gs_params *self, float *const *gradients, size_t shards, float rate, float scale)
{
    self->step++;
    for (size_t s = 1; s < shards; s++)
        gs_add(gradients[0], gradients[s], self->count, 1.0f);
    double norm = sqrt(squares(gradients[0], self->count)) * (double)scale;
    if (norm > (double)CLIP)
        scale *= (float)((double)CLIP / norm);
    return (gs_adam){.rate = rate,
                     .scale = scale,
                     .correct1 = 1.0f / (1.0f - powf(BETA1, (float)self->step)),
                     .correct2 = 1.0f / (1.0f - powf(BETA2, (float)self->step))};
}

void gs_params_move(gs_params *self, const float *gradient, const gs_adam *step)
{
    adam_move(self->values, self->m, self->v, gradient, self->count, step);
    refresh_transposed(self);
}
