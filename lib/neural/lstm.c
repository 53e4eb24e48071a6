// A trained bidirectional LSTM layer over a batch (Hochreiter and Schmidhuber, "Long Short-Term Memory",
// 1997); the formulas stand at the top of train/lstm.c.
//
// The products with the inputs run over all rows at once; only those with the states go step by step. States
// lie between -1 and 1 and are kept as bytes, which are the inputs of the next product as they stand.
#include "neural.h"

#include "simd.h"

// The states are left in place of the first gates: loops over floats alone are compiled to the widest vectors
// without unpacking bytes in between.
GS_INLINE void run_cell(size_t h, float *restrict gate, float *restrict cell)
{
    for (size_t j = 0; j < h; j++) {
        float c = gs_gated_tanh(gate[j], gate[2 * h + j]) + gs_gate(gate[h + j]) * cell[j];
        cell[j] = c;
        gate[j] = gs_gated_tanh(gate[3 * h + j], c);
    }
}

GS_INLINE void state_bytes(size_t h, const float *restrict state, uint8_t *restrict out)
{
    for (size_t j = 0; j < h; j++)
        out[j] = (uint8_t)(int32_t)(state[j] * 127.0f + 128.5f);
}

GS_CLONES
static void run_cells(size_t rows, size_t h, float *gates, float *cells, uint8_t *out, size_t out_row)
{
    for (size_t r = 0; r < rows; r++) {
        run_cell(h, gates + r * 4 * h, cells + r * h);
        state_bytes(h, gates + r * 4 * h, out + r * out_row);
    }
}

static void run_direction(const gs_lstm *self, uint32_t d, const gs_lstm_work *work, const gs_inputs *in,
                          uint8_t *states)
{
    const gs_steps *steps = work->steps;
    size_t h = self->recurrent_w[d].in, wide = 2 * h;
    uint8_t *out = states + d * h;
    work->multiply(&self->input_w[d], in, work->gates, 4 * h, false);
    memset(work->cells, 0, steps->sequences * h * sizeof *work->cells);
    for (uint32_t i = 0; i < steps->count; i++) {
        uint32_t step = d == 0 ? i : steps->count - 1 - i, before;
        size_t begin = steps->begin[step], rows = steps->begin[step + 1] - begin,
               known = gs_steps_linked(steps, d, step, &before);
        float *gates = work->gates + begin * 4 * h;
        if (known > 0) {
            gs_inputs last = {out + before * wide, wide, known, NULL};
            work->multiply(&self->recurrent_w[d], &last, gates, 4 * h, true);
        }
        run_cells(rows, h, gates, work->cells, out + begin * wide, wide);
    }
}

void gs_lstm_run(const gs_lstm *self, const gs_lstm_work *work, const gs_inputs *in, uint8_t *states)
{
    for (uint32_t d = 0; d < 2; d++)
        run_direction(self, d, work, in, states);
}
