// Linear layers, and what stands between two of them: leaky, dropout, and softmax at the end.
#include "train.h"

#include <math.h>

#include "../simd.h"

// ---- linear

GS_CLONES
static void add_bias(size_t rows, size_t n, const float *bias, float *to)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < n; j++)
            to[r * n + j] += bias[j];
}

GS_CLONES
void gs_add_rows(size_t rows, size_t n, const float *from, float *to)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < n; j++)
            to[j] += from[r * n + j];
}

void gs_linear_forward(const gs_linear_place *self, const gs_params *params, const float *in, size_t rows,
                       float *out)
{
    gs_gemm(rows, self->out, self->in, in, self->in, 1, params->values + self->w, self->out, out, self->out,
            false);
    add_bias(rows, self->out, params->values + self->b, out);
}

// dW += inᵀ·dout        db += Σ_r dout_r        din += dout·Wᵀ
void gs_linear_backward(const gs_linear_place *self, const gs_params *params, const float *in, size_t rows,
                        const float *out_gradient, float *in_gradient, float *gradient)
{
    gs_gemm(self->in, self->out, rows, in, 1, self->in, out_gradient, self->out, gradient + self->w,
            self->out, true);
    gs_add_rows(rows, self->out, out_gradient, gradient + self->b);
    gs_gemm(rows, self->in, self->out, out_gradient, self->out, 1, params->transposed + self->w, self->in,
            in_gradient, self->in, true);
}

// ---- leaky and softmax

GS_CLONES
void gs_leaky_forward(float *values, const float *mask, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = gs_leaky(values[i]) * (mask ? mask[i] : 1.0f);
}

// leaky keeps the sign, so the values after it tell its slope; those that were dropped have none.
GS_CLONES
void gs_leaky_backward(float *gradient, const float *values, const float *mask, size_t count)
{
    for (size_t i = 0; i < count; i++)
        gradient[i] *= (values[i] > 0.0f ? 1.0f : values[i] < 0.0f ? 0.1f : 0.0f) * (mask ? mask[i] : 1.0f);
}

GS_CLONES
float gs_softmax(float *scores, size_t count, size_t *best)
{
    float most = scores[0], sum = 0.0f;
    *best = 0;
    for (size_t j = 1; j < count; j++)
        if (scores[j] > most) {
            most = scores[j];
            *best = j;
        }
    for (size_t j = 0; j < count; j++) {
        scores[j] = gs_exp(scores[j] - most);
        sum += scores[j];
    }
    for (size_t j = 0; j < count; j++)
        scores[j] /= sum;
    return most + logf(sum);
}

// ---- dropout

// A mask's numbers are mixed from their places and one random number (by a function out of Wellons'
// collection, "Hash Prospector"), so that the loop has no order and becomes vector code.
GS_CLONES
static void fill_mask(float *mask, size_t count, float rate, uint64_t state)
{
    uint32_t limit = (uint32_t)(rate * 4294967040.0f);
    float keep = 1.0f / (1.0f - rate);
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

void gs_dropout_mask(float *mask, size_t count, float rate, uint64_t *random)
{
    fill_mask(mask, count, rate, gs_random_next(random));
}

GS_CLONES
static void multiply(float *values, const float *mask, size_t count)
{
    for (size_t j = 0; j < count; j++)
        values[j] *= mask[j];
}

void gs_drop_rows(const gs_steps *steps, const float *mask, size_t width, float *values)
{
    for (uint32_t t = 0; t < steps->count; t++)
        for (uint32_t row = steps->begin[t]; row < steps->begin[t + 1]; row++)
            multiply(values + row * width, mask + (row - steps->begin[t]) * width, width);
}
