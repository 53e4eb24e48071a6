// Batches by time, and the trained LSTM layer: every row is what the formula says of the row before it, alone
// or in a batch, whichever kernel runs.
#include "neural_test.h"

#include <math.h>

#include "neural/neural.h"

enum { IN = 32, HIDDEN = 16, WIDE = 2 * HIDDEN, GATES = 4 * HIDDEN, ROWS_MAX = 64, KERNELS = 4 };

// ---- steps

static void check_layout(const gs_steps *steps, const gs_sequence *sequences, uint32_t count)
{
    bool seen[ROWS_MAX] = {false};
    assert_int_equal(steps->sequences, count);
    for (uint32_t t = 0; t < steps->count; t++)
        for (uint32_t row = steps->begin[t]; row < steps->begin[t + 1]; row++) {
            const gs_sequence *sequence = &sequences[row - steps->begin[t]];
            assert_true(t < sequence->count);
            assert_int_equal(steps->place[row], sequence->begin + t);
            assert_false(seen[steps->place[row]]);
            seen[steps->place[row]] = true;
        }
    uint32_t rows = 0;
    for (uint32_t s = 0; s < count; s++)
        rows += sequences[s].count;
    assert_int_equal(steps->rows, rows);
}

// The row before an element's row, in either direction, is its neighbour's.
static void check_links(const gs_steps *steps)
{
    for (uint32_t d = 0; d < 2; d++)
        for (uint32_t t = 0; t < steps->count; t++) {
            uint32_t before, linked = gs_steps_linked(steps, d, t, &before);
            for (uint32_t r = 0; r < linked; r++) {
                uint32_t at = steps->place[steps->begin[t] + r], other = steps->place[before + r];
                assert_int_equal(other, d == 0 ? at - 1 : at + 1);
            }
            uint32_t rows = steps->begin[t + 1] - steps->begin[t];
            assert_int_equal(linked, t == (d == 0 ? 0 : steps->count - 1) ? 0
                                     : d == 0                             ? rows
                                              : steps->begin[t + 2] - steps->begin[t + 1]);
        }
}

static void sequences_run_in_step(void **state)
{
    (void)state;
    gs_steps *steps = gs_steps_new(ROWS_MAX);
    uint64_t random = 7;
    for (int round = 0; round < 50; round++) {
        gs_sequence sequences[8];
        uint32_t count = (uint32_t)test_below(&random, 9), rows = 0;
        for (uint32_t s = 0; s < count; s++) {
            sequences[s] = (gs_sequence){rows, 1 + (uint32_t)test_below(&random, 8)};
            rows += sequences[s].count;
        }
        gs_sequences_sort(sequences, count);
        for (uint32_t s = 1; s < count; s++)
            assert_true(sequences[s - 1].count > sequences[s].count ||
                        (sequences[s - 1].count == sequences[s].count &&
                         sequences[s - 1].begin < sequences[s].begin));
        gs_steps_lay_out(steps, sequences, count);
        check_layout(steps, sequences, count);
        check_links(steps);
    }
    gs_steps_free(&steps);
    assert_null(steps);
    gs_steps_free(&steps);
}

// ---- a layer

typedef struct byte_layer {
    gs_lstm lstm;
    int8_t input[2][IN][GATES], recurrent[2][HIDDEN][GATES]; // the same weights as tables
    float scale[2][2][GATES], bias[2][GATES];
    int32_t offset[2][2][GATES];
    int8_t *blocks[2][2]; // owned
} byte_layer;

// Lays a table out in blocks of 16 columns, groups of 4 inputs.
static gs_matrix matrix_of(byte_layer *self, int which, int d, size_t in)
{
    const int8_t *table = which == 0 ? &self->input[d][0][0] : &self->recurrent[d][0][0];
    int8_t *blocks = self->blocks[which][d] = test_aligned(in * GATES);
    for (size_t k = 0; k < in; k++)
        for (size_t j = 0; j < GATES; j++) {
            blocks[j / 16 * 16 * in + (k / 4 * 16 + j % 16) * 4 + k % 4] = table[k * GATES + j];
            self->offset[which][d][j] += 128 * table[k * GATES + j];
        }
    return (gs_matrix){(uint32_t)in,           GATES,        blocks, self->scale[which][d],
                       self->offset[which][d], self->bias[d]};
}

static byte_layer *layer_new(uint64_t *random)
{
    byte_layer *self = calloc(1, sizeof *self);
    assert_non_null(self);
    for (int d = 0; d < 2; d++) {
        for (size_t i = 0; i < sizeof self->input[d]; i++)
            (&self->input[d][0][0])[i] = (int8_t)((int)test_below(random, 255) - 127);
        for (size_t i = 0; i < sizeof self->recurrent[d]; i++)
            (&self->recurrent[d][0][0])[i] = (int8_t)((int)test_below(random, 255) - 127);
        for (size_t j = 0; j < GATES; j++) {
            self->scale[0][d][j] = 0.005f + 0.003f * test_float(random);
            self->scale[1][d][j] = 0.008f + 0.004f * test_float(random);
            self->bias[d][j] = test_float(random);
        }
        self->lstm.input_w[d] = matrix_of(self, 0, d, IN);
        self->lstm.recurrent_w[d] = matrix_of(self, 1, d, HIDDEN);
    }
    return self;
}

static void layer_free(byte_layer *self)
{
    for (int i = 0; i < 4; i++)
        free(self->blocks[i / 2][i % 2]);
    free(self);
}

typedef struct byte_batch {
    gs_steps *steps;
    uint8_t input[ROWS_MAX][IN], states[ROWS_MAX][WIDE]; // by row
    float scale[ROWS_MAX];
} byte_batch;

static void batch_run(byte_batch *self, const byte_layer *layer, gs_multiply *kernel)
{
    // Memory of just the size that the header names.
    const gs_steps *steps = self->steps;
    float *gates = test_aligned(steps->rows * GATES * sizeof *gates);
    float *cells = test_aligned(steps->sequences * HIDDEN * sizeof *cells);
    for (size_t i = 0; i < steps->sequences * HIDDEN; i++)
        cells[i] = NAN; // what was left by another batch does not count
    const gs_lstm_work work = {kernel, steps, gates, cells};
    const gs_inputs in = {&self->input[0][0], IN, steps->rows, self->scale};
    gs_lstm_run(&layer->lstm, &work, &in, &self->states[0][0]);
    free(gates);
    free(cells);
}

static byte_batch *batch_new(const gs_sequence *sequences, size_t count, uint64_t *random)
{
    byte_batch *self = calloc(1, sizeof *self);
    assert_non_null(self);
    self->steps = gs_steps_new(ROWS_MAX);
    gs_steps_lay_out(self->steps, sequences, count);
    for (size_t r = 0; r < ROWS_MAX; r++) {
        self->scale[r] = 0.008f + 0.004f * test_float(random);
        for (size_t k = 0; k < IN; k++)
            self->input[r][k] = (uint8_t)test_random(random);
    }
    return self;
}

static void batch_free(byte_batch *self)
{
    gs_steps_free(&self->steps);
    free(self);
}

// ---- the formula, in doubles, one sequence after the other

static double logistic(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

static double gate_of(const byte_layer *layer, const byte_batch *batch, int d, size_t row, const uint8_t *last,
                      size_t j)
{
    double sum = (double)layer->bias[d][j];
    for (size_t k = 0; k < IN; k++)
        sum += ((double)batch->input[row][k] - 128.0) * (double)batch->scale[row] * layer->input[d][k][j] *
               (double)layer->scale[0][d][j];
    for (size_t k = 0; last && k < HIDDEN; k++)
        sum += ((double)last[k] - 128.0) / 127.0 * layer->recurrent[d][k][j] * (double)layer->scale[1][d][j];
    return sum;
}

// last: the bytes of the row before, as they were computed, so that a state that falls between two bytes does
// not make all that follow another's.
static void check_row(const byte_layer *layer, const byte_batch *batch, int d, size_t row, const uint8_t *last,
                      double *cells)
{
    for (size_t j = 0; j < HIDDEN; j++) {
        double gates[4];
        for (size_t g = 0; g < 4; g++)
            gates[g] = gate_of(layer, batch, d, row, last, g * HIDDEN + j);
        cells[j] = logistic(gates[0]) * tanh(gates[2]) + logistic(gates[1]) * cells[j];
        double out = logistic(gates[3]) * tanh(cells[j]);
        assert_true(fabs(batch->states[row][(size_t)d * HIDDEN + j] - (out * 127.0 + 128.0)) <= 0.502);
    }
}

static void check_batch(const byte_layer *layer, const byte_batch *batch)
{
    const gs_steps *steps = batch->steps;
    for (uint32_t s = 0; s < steps->sequences; s++)
        for (int d = 0; d < 2; d++) {
            double cells[HIDDEN] = {0};
            const uint8_t *last = NULL;
            for (uint32_t i = 0; i < steps->count; i++) {
                uint32_t t = d == 0 ? i : steps->count - 1 - i, row = steps->begin[t] + s;
                if (row >= steps->begin[t + 1])
                    continue; // the sequence is shorter
                check_row(layer, batch, d, row, last, cells);
                last = &batch->states[row][d * HIDDEN];
            }
        }
}

static void states_are_the_formulas(void **state)
{
    (void)state;
    static const gs_sequence sequences[] = {{0, 9}, {9, 5}, {14, 5}, {19, 2}, {21, 1}, {22, 1}};
    uint64_t random = 21;
    byte_layer *layer = layer_new(&random);
    byte_batch *batch = batch_new(sequences, 6, &random);
    gs_multiply *kernels[KERNELS];
    size_t count = gs_multiply_all(kernels);
    uint8_t first[ROWS_MAX][WIDE];
    for (size_t k = 0; k < count; k++) {
        batch_run(batch, layer, kernels[k]);
        check_batch(layer, batch);
        if (k == 0)
            memcpy(first, batch->states, sizeof first);
        assert_memory_equal(first, batch->states, sizeof first);
    }
    batch_free(batch);
    layer_free(layer);
}

static void alone_as_in_a_batch(void **state)
{
    (void)state;
    static const gs_sequence sequences[] = {{0, 7}, {7, 4}, {11, 1}};
    uint64_t random = 33;
    byte_layer *layer = layer_new(&random);
    byte_batch *all = batch_new(sequences, 3, &random);
    batch_run(all, layer, gs_multiply_choose());
    for (uint32_t s = 0; s < 3; s++) {
        const gs_sequence alone = {0, sequences[s].count};
        byte_batch *one = batch_new(&alone, 1, &random);
        for (uint32_t t = 0; t < alone.count; t++) {
            memcpy(one->input[t], all->input[all->steps->begin[t] + s], IN);
            one->scale[t] = all->scale[all->steps->begin[t] + s];
        }
        batch_run(one, layer, gs_multiply_choose());
        for (uint32_t t = 0; t < alone.count; t++)
            assert_memory_equal(one->states[t], all->states[all->steps->begin[t] + s], WIDE);
        batch_free(one);
    }
    batch_free(all);
    layer_free(layer);
}

static void no_sequence_no_state(void **state)
{
    (void)state;
    uint64_t random = 5;
    byte_layer *layer = layer_new(&random);
    byte_batch *none = batch_new(NULL, 0, &random);
    batch_run(none, layer, gs_multiply_choose());
    for (size_t r = 0; r < ROWS_MAX; r++)
        assert_int_equal(none->states[r][0], 0);
    batch_free(none);
    layer_free(layer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_run_in_step),
        cmocka_unit_test(states_are_the_formulas),
        cmocka_unit_test(alone_as_in_a_batch),
        cmocka_unit_test(no_sequence_no_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
