// One bidirectional LSTM layer over a shard of a batch, while it learns.
//
//   i, f, o = logistic(W x_t + R (m ⊙ h_{t-1}) + b)      g = tanh(…)
//   c_t = i ⊙ g + f ⊙ c_{t-1}                            h_t = o ⊙ tanh(c_t)
//
// with one dropout mask m a sequence (Gal and Ghahramani, "A Theoretically Grounded Application of Dropout in
// Recurrent Neural Networks", 2016). The products with x run over all words at once; only R h is computed
// step by step.
#include "train.h"

#include <stdlib.h>

#include "../simd.h"

gs_lstm_pass *gs_lstm_pass_new(const gs_lstm_place *place, size_t rows_max)
{
    gs_lstm_pass *self = gs_allocate(sizeof *self);
    size_t h = place->hidden, n = rows_max;
    for (int d = 0; d < 2; d++)
        self->direction[d] = (gs_lstm_pass_direction){gs_floats(n * 4 * h), gs_floats(n * h),
                                                      gs_floats(n * h), gs_floats(n * h), gs_floats(n * h)};
    self->out = gs_floats(n * 2 * h);
    self->mask = gs_floats(n * 2 * h);
    self->cell_gradient = gs_floats(n * h);
    self->carried = gs_floats(n * h);
    return self;
}

void gs_lstm_pass_free(gs_lstm_pass **self_p)
{
    gs_lstm_pass *self = *self_p;
    if (!self)
        return;
    for (int d = 0; d < 2; d++) {
        gs_lstm_pass_direction *direction = &self->direction[d];
        free(direction->gates);
        free(direction->cells);
        free(direction->squashed);
        free(direction->previous);
        free(direction->mask);
    }
    free(self->out);
    free(self->mask);
    free(self->cell_gradient);
    free(self->carried);
    free(self);
    *self_p = NULL;
}

void gs_lstm_draw(gs_lstm_pass *self, const gs_lstm_place *place, const gs_steps *steps,
                  const gs_lstm_rates *rates, uint64_t *random)
{
    self->drops = rates != NULL;
    if (!rates)
        return;
    gs_dropout_mask(self->mask, steps->sequences * 2 * place->hidden, rates->out, random);
    for (int d = 0; d < 2; d++)
        gs_dropout_mask(self->direction[d].mask, steps->sequences * place->hidden, rates->recurrent, random);
}

// ---- cells

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
                   size_t to_row, bool add)
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

// ---- directions

static void direction_forward(const gs_lstm_place *self, uint32_t d, const gs_params *params,
                              const gs_steps *steps, const float *in, gs_lstm_pass *pass)
{
    size_t h = self->hidden, out_row = 2 * h;
    gs_lstm_pass_direction *dir = &pass->direction[d];
    float *out = pass->out + d * h;
    set_bias(steps->rows, 4 * h, params->values + self->gate_b[d], dir->gates);
    gs_gemm(steps->rows, 4 * h, self->in, in, self->in, 1, params->values + self->input_w[d], 4 * h,
            dir->gates, 4 * h, true);
    for (uint32_t i = 0; i < steps->count; i++) {
        uint32_t step = d == 0 ? i : steps->count - 1 - i, before;
        size_t begin = steps->begin[step], rows = steps->begin[step + 1] - begin,
               known = gs_steps_linked(steps, d, step, &before);
        float *gates = dir->gates + begin * 4 * h, *previous = dir->previous + begin * h;
        if (known > 0) {
            masked(known, h, out + before * out_row, out_row, pass->drops ? dir->mask : NULL, previous, h,
                   false);
            gs_gemm(known, 4 * h, h, previous, h, 1, params->values + self->recurrent_w[d], 4 * h, gates,
                    4 * h, true);
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

void gs_lstm_forward(const gs_lstm_place *self, const gs_params *params, const gs_steps *steps,
                     const float *in, gs_lstm_pass *pass)
{
    for (uint32_t d = 0; d < 2; d++)
        direction_forward(self, d, params, steps, in, pass);
    if (pass->drops)
        gs_drop_rows(steps, pass->mask, 2 * self->hidden, pass->out);
}

// From the gradient of what came out of all steps to that of the gates, which takes the gates' place.
static void gates_backward(const gs_lstm_place *self, uint32_t d, const gs_params *params,
                           const gs_steps *steps, gs_lstm_pass *pass, float *out_gradient)
{
    size_t h = self->hidden, row = 2 * h;
    gs_lstm_pass_direction *dir = &pass->direction[d];
    float *dh = out_gradient + d * h, *dc = pass->cell_gradient, *carried = pass->carried;
    memset(dc, 0, steps->rows * h * sizeof *dc);
    for (uint32_t i = 0; i < steps->count; i++) {
        uint32_t step = d == 0 ? steps->count - 1 - i : i, before;
        size_t begin = steps->begin[step], rows = steps->begin[step + 1] - begin,
               known = gs_steps_linked(steps, d, step, &before);
        float *gates = dir->gates + begin * 4 * h;
        cells_backward(known, h, gates, dir->cells + before * h, dir->squashed + begin * h, dh + begin * row,
                       row, dc + begin * h, dc + before * h);
        if (known < rows) {
            size_t first = begin + known;
            cells_backward(rows - known, h, dir->gates + first * 4 * h, NULL, dir->squashed + first * h,
                           dh + first * row, row, dc + first * h, NULL);
        }
        if (known > 0) {
            gs_gemm(known, h, 4 * h, gates, 4 * h, 1, params->transposed + self->recurrent_w[d], h, carried,
                    h, false);
            masked(known, h, carried, h, pass->drops ? dir->mask : NULL, dh + before * row, row, true);
        }
    }
}

static void weights_backward(const gs_lstm_place *self, uint32_t d, const gs_params *params, size_t rows,
                             const float *in, const gs_lstm_pass_direction *dir, float *in_gradient,
                             float *gradient)
{
    size_t h = self->hidden;
    gs_gemm(self->in, 4 * h, rows, in, 1, self->in, dir->gates, 4 * h, gradient + self->input_w[d], 4 * h,
            true);
    gs_gemm(h, 4 * h, rows, dir->previous, 1, h, dir->gates, 4 * h, gradient + self->recurrent_w[d], 4 * h,
            true);
    gs_add_rows(rows, 4 * h, dir->gates, gradient + self->gate_b[d]);
    gs_gemm(rows, self->in, 4 * h, dir->gates, 4 * h, 1, params->transposed + self->input_w[d], self->in,
            in_gradient, self->in, true);
}

void gs_lstm_backward(const gs_lstm_place *self, const gs_params *params, const gs_steps *steps,
                      const float *in, gs_lstm_pass *pass, float *out_gradient, float *in_gradient,
                      float *gradient)
{
    if (pass->drops)
        gs_drop_rows(steps, pass->mask, 2 * self->hidden, out_gradient);
    for (uint32_t d = 0; d < 2; d++) {
        gates_backward(self, d, params, steps, pass, out_gradient);
        weights_backward(self, d, params, steps->rows, in, &pass->direction[d], in_gradient, gradient);
    }
}
