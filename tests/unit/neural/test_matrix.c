// Products of bytes: every kernel gives the same bits, they are what the header says, and none leaves its
// memory.
#include "neural_test.h"

#include <math.h>

#include "neural/neural.h"

enum { KERNELS = 4, GAP = 3 };

static const float UNTOUCHED = 12345.0f;

typedef struct example {
    gs_matrix matrix;
    gs_inputs inputs;
    int8_t *plain; // in × out weights, as a table
    size_t to_row; // floats
    uint64_t random;
} example;

// Lays the table out in blocks of 16 columns, groups of 4 inputs.
static int8_t *blocks_of(const int8_t *plain, size_t in, size_t out)
{
    int8_t *weights = test_aligned(in * out);
    for (size_t k = 0; k < in; k++)
        for (size_t j = 0; j < out; j++)
            weights[j / 16 * 16 * in + (k / 4 * 16 + j % 16) * 4 + k % 4] = plain[k * out + j];
    return weights;
}

static void fill_weights(example *self, size_t in, size_t out, bool extreme)
{
    self->plain = malloc(in * out);
    for (size_t i = 0; i < in * out; i++)
        self->plain[i] = (int8_t)(extreme ? (i % 2 ? 127 : -128) : (int)test_below(&self->random, 256) - 128);
    float *scale = malloc(out * sizeof *scale), *bias = malloc(out * sizeof *bias);
    int32_t *offset = malloc(out * sizeof *offset);
    for (size_t j = 0; j < out; j++) {
        scale[j] = fabsf(test_float(&self->random)) * 0.02f;
        bias[j] = test_float(&self->random);
        int32_t sum = 0;
        for (size_t k = 0; k < in; k++)
            sum += self->plain[k * out + j];
        offset[j] = 128 * sum;
    }
    self->matrix = (gs_matrix){.in = (uint32_t)in,
                               .out = (uint32_t)out,
                               .weights = blocks_of(self->plain, in, out),
                               .scale = scale,
                               .offset = offset,
                               .bias = bias};
}

static void fill_inputs(example *self, size_t rows, bool scaled, bool extreme)
{
    size_t in = self->matrix.in, row = in + test_below(&self->random, 20), size = (rows - 1) * row + in;
    uint8_t *bytes = malloc(size);
    for (size_t i = 0; i < size; i++)
        bytes[i] = extreme ? 255 : (uint8_t)test_random(&self->random);
    float *scale = NULL;
    if (scaled) {
        scale = malloc(rows * sizeof *scale);
        for (size_t r = 0; r < rows; r++)
            scale[r] = fabsf(test_float(&self->random)) * 0.1f;
    }
    self->inputs = (gs_inputs){bytes, row, rows, scale};
}

static void example_free(example *self)
{
    free(self->plain);
    free((void *)(uintptr_t)self->matrix.weights);
    free((void *)(uintptr_t)self->matrix.scale);
    free((void *)(uintptr_t)self->matrix.offset);
    free((void *)(uintptr_t)self->matrix.bias);
    free((void *)(uintptr_t)self->inputs.bytes);
    free((void *)(uintptr_t)self->inputs.scale);
}

// to[r][j] before a product, where one is added to it.
static float start_of(size_t r, size_t j)
{
    return (float)((r * 31 + j * 17) % 64) / 16.0f - 2.0f;
}

static float *run(const example *self, gs_multiply *kernel, bool add)
{
    size_t out = self->matrix.out, size = (self->inputs.rows - 1) * self->to_row + out;
    float *to = malloc(size * sizeof *to);
    for (size_t i = 0; i < size; i++)
        to[i] = i % self->to_row < out ? start_of(i / self->to_row, i % self->to_row) : UNTOUCHED;
    kernel(&self->matrix, &self->inputs, to, self->to_row, add);
    for (size_t i = 0; i < size; i++)
        if (i % self->to_row >= out)
            assert_true(to[i] == UNTOUCHED);
    return to;
}

// The header's formula, in doubles.
static void check_against_formula(const example *self, const float *to, bool add)
{
    size_t in = self->matrix.in, out = self->matrix.out;
    for (size_t r = 0; r < self->inputs.rows; r += 7)
        for (size_t j = 0; j < out; j += 5) {
            const uint8_t *x = self->inputs.bytes + r * self->inputs.row;
            double scale = self->inputs.scale ? (double)self->inputs.scale[r] : 1.0 / 127.0, sum = 0;
            for (size_t k = 0; k < in; k++)
                sum +=
                    ((double)x[k] - 128.0) * scale * self->plain[k * out + j] * (double)self->matrix.scale[j];
            double base = (double)(add ? start_of(r, j) : self->matrix.bias[j]);
            double error = fabs((double)to[r * self->to_row + j] - (base + sum));
            assert_true(error <= 1e-5 * (1.0 + fabs(base) + fabs(sum)));
        }
}

static void check_example(example *self, bool add)
{
    gs_multiply *kernels[KERNELS] = {NULL};
    size_t count = gs_multiply_all(kernels);
    assert_in_range(count, 1, KERNELS);
    assert_true(gs_multiply_choose() == kernels[0]);
    float *first = run(self, kernels[0], add);
    check_against_formula(self, first, add);
    size_t bytes = ((self->inputs.rows - 1) * self->to_row + self->matrix.out) * sizeof(float);
    for (size_t k = 1; k < count; k++) {
        float *other = run(self, kernels[k], add);
        assert_memory_equal(first, other, bytes);
        free(other);
    }
    free(first);
}

static void kernels_agree_on_random_matrices(void **state)
{
    (void)state;
    uint64_t random = 3;
    for (int round = 0; round < 120; round++) {
        example self = {.random = random};
        size_t in = 4 * (1 + test_below(&random, round % 4 ? 32 : 128));
        size_t out = 16 * (1 + test_below(&random, round % 4 ? 12 : 32));
        fill_weights(&self, in, out, false);
        fill_inputs(&self, 1 + test_below(&random, round % 4 ? 9 : 40), round % 2, false);
        self.to_row = out + test_below(&random, 2) * GAP;
        check_example(&self, round / 2 % 2);
        example_free(&self);
    }
}

// The largest sums there can be, at the greatest width that a model may have.
static void kernels_do_not_overflow(void **state)
{
    (void)state;
    for (size_t in = 4; in <= GS_MATRIX_IN_MAX; in = in == 4 ? 512 : in * 4) {
        example self = {.random = 5, .to_row = 32};
        fill_weights(&self, in, 32, true);
        fill_inputs(&self, 5, true, true);
        check_example(&self, false);
        example_free(&self);
    }
}

// ---- floats to bytes

static void bytes_are_near_their_floats(void **state)
{
    (void)state;
    uint64_t random = 11;
    for (int round = 0; round < 200; round++) {
        size_t rows = 1 + test_below(&random, 6), width = 1 + test_below(&random, 130), row = width + GAP;
        float *from = malloc(rows * row * sizeof *from), *scale = malloc(rows * sizeof *scale);
        uint8_t *to = malloc(rows * row);
        float size = powf(10.0f, 6.0f * test_float(&random));
        for (size_t i = 0; i < rows * row; i++)
            from[i] = i % row < width ? size * test_float(&random) : UNTOUCHED * size;
        memset(to, 7, rows * row);
        gs_quantise(from, row, rows, width, to, row, scale);
        for (size_t i = 0; i < rows * row; i++) {
            if (i % row >= width) {
                assert_int_equal(to[i], 7);
                continue;
            }
            float back = ((float)to[i] - 128.0f) * scale[i / row];
            assert_true(to[i] >= 1);
            assert_true(fabsf(back - from[i]) <= 0.501f * scale[i / row]);
        }
        free(from);
        free(scale);
        free(to);
    }
}

static void a_row_of_zeros_stays_zero(void **state)
{
    (void)state;
    float from[40] = {0}, scale[1];
    uint8_t to[40];
    gs_quantise(from, 40, 1, 40, to, 40, scale);
    for (size_t i = 0; i < 40; i++)
        assert_int_equal(to[i], 128);
    assert_true(isfinite(scale[0]));
}

static void the_largest_value_takes_the_whole_range(void **state)
{
    (void)state;
    const float from[3] = {-4.0f, 2.0f, 4.0f};
    float scale[1];
    uint8_t to[3];
    gs_quantise(from, 3, 1, 3, to, 3, scale);
    assert_int_equal(to[0], 1);
    assert_in_range(to[1], 191, 192);
    assert_int_equal(to[2], 255);
    assert_true(fabsf(scale[0] - 4.0f / 127.0f) < 1e-6f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernels_agree_on_random_matrices),
        cmocka_unit_test(kernels_do_not_overflow),
        cmocka_unit_test(bytes_are_near_their_floats),
        cmocka_unit_test(a_row_of_zeros_stays_zero),
        cmocka_unit_test(the_largest_value_takes_the_whole_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
