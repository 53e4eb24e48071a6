// The parameters' store, tables that learn, and the products of training.
#include "neural_test.h"

#include <math.h>

#include "neural/train/train.h"

enum { IN = 12, OUT = 32 };

// ---- products

static void a_product_is_its_sum(void **state)
{
    (void)state;
    uint64_t random = 9;
    for (size_t m = 1; m <= 14; m++)
        for (size_t n = 16; n <= 96; n += 16) {
            size_t k = 1 + test_below(&random, 40), row = n + test_below(&random, 9);
            float *a = gs_floats(m * k), *b = gs_floats(k * n), *c = gs_floats(m * row);
            for (size_t i = 0; i < m * k; i++)
                a[i] = test_float(&random);
            for (size_t i = 0; i < k * n; i++)
                b[i] = test_float(&random);
            for (size_t i = 0; i < m * row; i++)
                c[i] = 2.0f;
            bool turned = m % 2, add = n % 32 == 0;
            gs_gemm(m, n, k, a, turned ? 1 : k, turned ? m : 1, b, n, c, row, add);
            for (size_t i = 0; i < m; i++)
                for (size_t j = 0; j < row; j++) {
                    double sum = add || j >= n ? 2.0 : 0.0;
                    for (size_t s = 0; j < n && s < k; s++)
                        sum += (double)a[turned ? s * m + i : i * k + s] * (double)b[s * n + j];
                    assert_true(fabs((double)c[i * row + j] - sum) < 1e-5);
                }
            free(a);
            free(b);
            free(c);
        }
}

// ---- the store

static gs_params *store(gs_linear_place *linear, gs_lstm_place *lstm)
{
    gs_params *self = gs_params_new();
    uint64_t random = 3;
    *linear = gs_params_linear(self, IN, OUT, 1.0f);
    *lstm = gs_params_lstm(self, IN, 16);
    gs_params_begin(self, &random);
    return self;
}

static void check_transposed(const gs_params *params, size_t at, size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            assert_true(params->values[at + i * columns + j] == params->transposed[at + j * rows + i]);
}

static void parts_lie_one_behind_the_other(void **state)
{
    (void)state;
    gs_linear_place linear;
    gs_lstm_place lstm;
    gs_params *params = store(&linear, &lstm);
    assert_int_equal(linear.w, 0);
    assert_int_equal(linear.b, IN * OUT);
    assert_int_equal(lstm.input_w[0], IN * OUT + OUT);
    assert_int_equal(lstm.recurrent_w[0], lstm.input_w[0] + IN * 64);
    assert_int_equal(lstm.gate_b[0], lstm.recurrent_w[0] + 16 * 64);
    assert_int_equal(lstm.input_w[1], lstm.gate_b[0] + 64);
    assert_int_equal(params->count, lstm.gate_b[1] + 64);
    float most = 0.0f, range = sqrtf(6.0f / (IN + OUT));
    for (size_t i = 0; i < IN * OUT; i++)
        most = fmaxf(most, fabsf(params->values[i]));
    assert_true(most <= range && most > 0.9f * range);
    for (size_t j = 0; j < OUT; j++)
        assert_true(params->values[linear.b + j] == 0.0f);
    for (size_t j = 0; j < 64; j++)
        assert_true(params->values[lstm.gate_b[1] + j] == (j / 16 == 1 ? 1.0f : 0.0f));
    check_transposed(params, linear.w, IN, OUT);
    check_transposed(params, lstm.recurrent_w[1], 16, 64);
    gs_params_free(&params);
    assert_null(params);
    gs_params_free(&params);
}

// Adam's first step is the rate, against the sign of the gradient, whatever its size.
static void the_first_step_is_the_rate(void **state)
{
    (void)state;
    gs_linear_place linear;
    gs_lstm_place lstm;
    gs_params *params = store(&linear, &lstm);
    size_t count = params->count;
    float *before = gs_floats(count), *gradients[2] = {gs_floats(count), gs_floats(count)};
    memcpy(before, params->values, count * sizeof *before);
    for (size_t i = 0; i < count; i++) {
        gradients[0][i] = i % 3 == 0 ? 0.5f : -0.25f;
        gradients[1][i] = i % 3 == 1 ? 0.25f : 0.0f; // with the first: nothing
    }
    gs_adam step = gs_params_step(params, gradients, 2, 0.01f, 0.001f);
    assert_int_equal(params->step, 1);
    assert_true(step.scale == 0.001f); // not long enough to be clipped
    gs_params_move(params, gradients[0], &step);
    for (size_t i = 0; i < count; i++) {
        float moved = params->values[i] - before[i], expected = i % 3 == 0   ? -0.01f
                                                                : i % 3 == 1 ? 0.0f
                                                                             : 0.01f;
        assert_true(fabsf(moved - expected) < 2e-5f);
    }
    check_transposed(params, linear.w, IN, OUT);
    free(before);
    free(gradients[0]);
    free(gradients[1]);
    gs_params_free(&params);
}

static void a_long_gradient_is_clipped(void **state)
{
    (void)state;
    gs_linear_place linear;
    gs_lstm_place lstm;
    gs_params *params = store(&linear, &lstm);
    float *gradient = gs_floats(params->count);
    gradient[5] = 300.0f;
    gradient[params->count - 1] = -400.0f; // 500 long
    gs_adam step = gs_params_step(params, &gradient, 1, 0.01f, 0.1f);
    assert_true(fabsf(step.scale - 0.01f) < 1e-6f);
    free(gradient);
    gs_params_free(&params);
}

// ---- rows

static void only_rows_that_were_met_move(void **state)
{
    (void)state;
    enum { COUNT = 9000, WIDTH = 24 };
    uint64_t random = 8;
    gs_rows *rows = gs_rows_new(COUNT, WIDTH, 0.5f, &random);
    gs_row_sums *sums = gs_row_sums_new(rows);
    float *before = gs_floats(COUNT * WIDTH), up[WIDTH], down[WIDTH];
    memcpy(before, rows->values, COUNT * WIDTH * sizeof *before);
    for (size_t j = 0; j < WIDTH; j++) {
        assert_true(fabsf(before[j]) <= 0.5f);
        up[j] = -1.0f;
        down[j] = 1.0f;
    }
    for (uint32_t r = 0; r < COUNT; r++) {
        if (r % 3 == 1)
            continue;
        gs_row_sums_add(sums, r, down, 1.0f);
        if (r % 3 == 2)
            gs_row_sums_add(sums, r, up, 3.0f); // together: up
    }
    const gs_adam step = {.rate = 0.01f, .scale = 1.0f, .correct1 = 10.0f, .correct2 = 100.0f}; // the first
    gs_rows_move(rows, sums, &step);
    for (size_t r = 0; r < COUNT; r++)
        for (size_t j = 0; j < WIDTH; j++) {
            float moved = rows->values[r * WIDTH + j] - before[r * WIDTH + j];
            float expected = r % 3 == 0 ? -0.01f : r % 3 == 1 ? 0.0f : 0.01f;
            assert_true(r % 3 == 1 ? moved == 0.0f : fabsf(moved - expected) < 1e-5f);
        }
    free(before);
    gs_row_sums_free(&sums);
    gs_rows_free(&rows);
    assert_null(sums);
    assert_null(rows);
}

// ---- dropout

static void masks_keep_the_mean(void **state)
{
    (void)state;
    enum { COUNT = 40000 };
    float *mask = gs_floats(COUNT), *other = gs_floats(COUNT);
    uint64_t random = 1, again = 1;
    gs_dropout_mask(mask, COUNT, 0.25f, &random);
    gs_dropout_mask(other, COUNT, 0.25f, &again);
    assert_memory_equal(mask, other, COUNT * sizeof *mask);
    size_t dropped = 0;
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(mask[i] == 0.0f || fabsf(mask[i] - 4.0f / 3.0f) < 1e-6f);
        dropped += mask[i] == 0.0f;
    }
    assert_in_range(dropped, COUNT / 4 - 400, COUNT / 4 + 400);
    gs_dropout_mask(other, COUNT, 0.25f, &again);
    assert_memory_not_equal(mask, other, COUNT * sizeof *mask);
    gs_dropout_mask(other, COUNT, 0.0f, &again);
    for (size_t i = 0; i < COUNT; i++)
        assert_true(other[i] == 1.0f);
    free(mask);
    free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_product_is_its_sum),         cmocka_unit_test(parts_lie_one_behind_the_other),
        cmocka_unit_test(the_first_step_is_the_rate),   cmocka_unit_test(a_long_gradient_is_clipped),
        cmocka_unit_test(only_rows_that_were_met_move), cmocka_unit_test(masks_keep_the_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
