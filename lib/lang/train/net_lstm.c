// One bidirectional LSTM layer over a shard.
//
//   i, f, o = logistic(W x_t + R (m ⊙ h_{t-1}) + b)      g = tanh(…)
//   c_t = i ⊙ g + f ⊙ c_{t-1}                            h_t = o ⊙ tanh(c_t)
//
// with one dropout mask m a sentence (Gal and Ghahramani, "A Theoretically Grounded Application of Dropout in
// Recurrent Neural Networks", 2016). The products with x run over all words at once; only R h is computed
// step by step.
#include "gemm.h"
#include "neural/simd.h"
#include "net_shard.h"

GS_CLONES
static void cells_forward(size_t rows, size_t h, float *gates, const float *before, float *cells,
                          float *squashed, float *out, size_t out_row)
{
    for (size_t r = 0; r < rows; r++) {
        float *gate = gates + r * 4 * h, *c = cells + r * h, *s = squashed + r * h, *o = out + r * out_row;
        for (size_t j = 0; j < 3 * h; j++)
            gate[j] = gs_logistic(j >= 2 * h ? 2.0f * gate[j] : gate[j]);
        for (size_t j = 0; j < h; j++) {
            gate[2 * h + j] = 2.0f * gate[2 * h + j] - 1.0f;
            gate[3 * h + j] = gs_logistic(gate[3 * h + j]);
        }
        for (size_t j = 0; j < h; j++) {
            float last = before ? before[r * h + j] : 0.0f;
            c[j] = gate[j] * gate[2 * h + j] + gate[h + j] * last;
            s[j] = gs_tanh(c[j]);
            o[j] = gate[3 * h + j] * s[j];
        }
    }
}

GS_CLONES
static void cells_backward(size_t rows, size_t h, float *gates, const float *before, const float *squashed,
                           const float *dh, size_t dh_row, const float *dc_in, float *dc_before)
{
    for (size_t r = 0; r < rows; r++) {
        float *gate = gates + r * 4 * h;
        const float *s = squashed + r * h, *d = dh + r * dh_row, *dci = dc_in + r * h;
        for (size_t j = 0; j < h; j++) {
            float i = gate[j], f = gate[h + j], g = gate[2 * h + j], o = gate[3 * h + j];
            float dc = dci[j] + d[j] * o * (1.0f - s[j] * s[j]);
            float last = before ? before[r * h + j] : 0.0f;
            gate[j] = dc * g * i * (1.0f - i);
            gate[h + j] = dc * last * f * (1.0f - f);
            gate[2 * h + j] = dc * i * (1.0f - g * g);
            gate[3 * h + j] = d[j] * s[j] * o * (1.0f - o);
            if (dc_before)
                dc_before[r * h + j] = dc * f;
        }
    }
}

GS_CLONES
static void masked(size_t rows, size_t h, const float *from, size_t from_row, const float *mask, float *to,
                   size_t to_row, int add)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < h; j++) {
            float value = from[r * from_row + j] * (mask ? mask[r * h + j] : 1.0f);
            to[r * to_row + j] = add ? to[r * to_row + j] + value : value;
        }
}

GS_CLONES
static void set_bias(size_t rows, size_t n, const float *bias, float *to)
{
    for (size_t r = 0; r < rows; r++)
        memcpy(to + r * n, bias, n * sizeof *to);
}

GS_CLONES
static void sum_rows(size_t rows, size_t n, const float *from, float *to)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < n; j++)
            to[j] += from[r * n + j];
}

static uint32_t step_size(const net_shard *self, uint32_t step)
{
    return step < self->steps ? self->step_begin[step + 1] - self->step_begin[step] : 0;
}

// How many rows of a step have one before them in this direction, and where that lies.
static uint32_t linked(const net_shard *self, uint32_t direction, uint32_t step, uint32_t *before)
{
    if (direction == 0) {
        *before = step == 0 ? 0 : self->step_begin[step - 1];
        return step == 0 ? 0 : step_size(self, step);
    }
    *before = step + 1 < self->steps ? self->step_begin[step + 1] : 0;
    return step_size(self, step + 1);
}

static void direction_forward(net_shard *self, const net *model, uint32_t l, uint32_t d, const float *in,
                              size_t in_width)
{
    size_t h = model->size.hidden, out_row = 2 * h;
    shard_direction *dir = &self->layer[l].direction[d];
    float *out = self->layer[l].out + d * h;
    set_bias(self->words, 4 * h, model->dense + model->layout.gate_b[l][d], dir->gates);
    gemm(self->words, 4 * h, in_width, in, in_width, 1, model->dense + model->layout.input_w[l][d], 4 * h,
         dir->gates, 4 * h, 1);
    for (uint32_t i = 0; i < self->steps; i++) {
        uint32_t step = d == 0 ? i : self->steps - 1 - i, before;
        size_t begin = self->step_begin[step], rows = step_size(self, step),
               known = linked(self, d, step, &before);
        float *gates = dir->gates + begin * 4 * h, *previous = dir->previous + begin * h;
        if (known > 0) {
            masked(known, h, out + before * out_row, out_row, self->training ? dir->mask : NULL, previous, h,
                   0);
            gemm(known, 4 * h, h, previous, h, 1, model->dense + model->layout.recurrent_w[l][d], 4 * h,
                 gates, 4 * h, 1);
            cells_forward(known, h, gates, dir->cells + before * h, dir->cells + begin * h,
                          dir->squashed + begin * h, out + begin * out_row, out_row);
        }
        if (known < rows) {
            memset(previous + known * h, 0, (rows - known) * h * sizeof *previous);
            begin += known;
            cells_forward(rows - known, h, dir->gates + begin * 4 * h, NULL, dir->cells + begin * h,
                          dir->squashed + begin * h, out + begin * out_row, out_row);
        }
    }
}

void lstm_forward(net_shard *self, const net *model, uint32_t layer, const float *in, size_t in_width)
{
    for (uint32_t d = 0; d < 2; d++)
        direction_forward(self, model, layer, d, in, in_width);
}

static void direction_backward(net_shard *self, const net *model, uint32_t l, uint32_t d, const float *in,
                               size_t in_width, float *gradient, float *in_gradient)
{
    size_t h = model->size.hidden, row = 2 * h;
    shard_direction *dir = &self->layer[l].direction[d];
    float *dh = gradient + d * h, *dc = self->cell_gradient, *carried = self->scratch[0];
    memset(dc, 0, self->words * h * sizeof *dc);
    for (uint32_t i = 0; i < self->steps; i++) {
        uint32_t step = d == 0 ? self->steps - 1 - i : i, before;
        size_t begin = self->step_begin[step], rows = step_size(self, step),
               known = linked(self, d, step, &before);
        float *gates = dir->gates + begin * 4 * h;
        cells_backward(known, h, gates, dir->cells + before * h, dir->squashed + begin * h, dh + begin * row,
                       row, dc + begin * h, dc + before * h);
        if (known < rows) {
            size_t first = begin + known;
            cells_backward(rows - known, h, dir->gates + first * 4 * h, NULL, dir->squashed + first * h,
                           dh + first * row, row, dc + first * h, NULL);
        }
        if (known > 0) {
            gemm(known, h, 4 * h, gates, 4 * h, 1, model->transposed + model->layout.recurrent_w[l][d], h,
                 carried, h, 0);
            masked(known, h, carried, h, dir->mask, dh + before * row, row, 1);
        }
    }
    gemm(in_width, 4 * h, self->words, in, 1, in_width, dir->gates, 4 * h,
         self->gradient + model->layout.input_w[l][d], 4 * h, 1);
    gemm(h, 4 * h, self->words, dir->previous, 1, h, dir->gates, 4 * h,
         self->gradient + model->layout.recurrent_w[l][d], 4 * h, 1);
    sum_rows(self->words, 4 * h, dir->gates, self->gradient + model->layout.gate_b[l][d]);
    gemm(self->words, in_width, 4 * h, dir->gates, 4 * h, 1, model->transposed + model->layout.input_w[l][d],
         in_width, in_gradient, in_width, 1);
}

void lstm_backward(net_shard *self, const net *model, uint32_t layer, const float *in, size_t in_width,
                   float *gradient, float *in_gradient)
{
    for (uint32_t d = 0; d < 2; d++)
        direction_backward(self, model, layer, d, in, in_width, gradient, in_gradient);
}
