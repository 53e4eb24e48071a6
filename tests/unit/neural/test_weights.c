// Sections of a model file: what training wrote is read again as bytes that stand for it, and what is cut
// short or damaged is refused.
#include "neural_test.h"

#include <math.h>

#include "neural/train/train.h"

enum { ROWS = 21, WIDTH = 32, HIDDEN = 16, CLASSES = 5, OUT = 16, HEAD = 20 };

static const char *const NAMES[] = {"say", "deny", "", "demand", "w"};

typedef struct fixture {
    gs_params *params;
    gs_rows *rows;
    gs_lstm_place lstm;
    gs_linear_place linear;
    char *bytes; // of the section, at a multiple of 64
    size_t size;
} fixture;

typedef struct parts {
    gs_table table;
    gs_lstm lstm;
    gs_matrix linear;
    const float *numbers;
    const char **names;
} parts;

static int setup(void **state)
{
    fixture *self = gs_allocate(sizeof *self);
    uint64_t random = 12;
    self->params = gs_params_new();
    self->lstm = gs_params_lstm(self->params, WIDTH, HIDDEN);
    self->linear = gs_params_linear(self->params, 2 * HIDDEN, OUT, 1.0f);
    gs_params_begin(self->params, &random);
    for (size_t j = 0; j < OUT; j++)
        self->params->values[self->linear.b + j] = gs_random_uniform(&random);
    self->rows = gs_rows_new(ROWS, WIDTH, 0.7f, &random);
    gs_buffer section = {0};
    const char head[HEAD] = "a head of 20 bytes";
    const float numbers[3] = {1.5f, -1000.0f, 1000.0f};
    gs_put_bytes(&section, head, sizeof head);
    gs_put_table(&section, self->rows);
    gs_put_lstm(&section, self->params, &self->lstm);
    gs_put_linear(&section, self->params, &self->linear, CLASSES);
    gs_put_bytes(&section, numbers, sizeof numbers);
    gs_put_names(&section, NAMES, CLASSES);
    self->size = section.size;
    self->bytes = test_aligned(section.size);
    memcpy(self->bytes, section.data, section.size);
    gs_buffer_free(&section);
    *state = self;
    return 0;
}

static int teardown(void **state)
{
    fixture *self = *state;
    gs_params_free(&self->params);
    gs_rows_free(&self->rows);
    free(self->bytes);
    free(self);
    return 0;
}

// The names are to be freed.
static bool take_parts(gs_view section, parts *to)
{
    gs_weights at = gs_weights_of(section, HEAD);
    to->table = gs_weights_table(&at, ROWS, WIDTH);
    to->lstm = gs_weights_lstm(&at, WIDTH, HIDDEN);
    to->linear = gs_weights_matrix(&at, 2 * HIDDEN, CLASSES);
    to->numbers = gs_weights_floats(&at, 3);
    to->names = gs_weights_names(&at, CLASSES);
    return at.good;
}

static bool opens(gs_view section)
{
    parts read;
    bool good = take_parts(section, &read);
    free(read.names);
    return good;
}

// ---- good sections

static void rows_and_columns_come_back(void **state)
{
    const fixture *self = *state;
    parts read;
    assert_true(take_parts(gs_view_make(self->bytes, self->size), &read));
    for (uint32_t r = 0; r < ROWS; r++) {
        float sum[WIDTH] = {0};
        gs_table_add(&read.table, r, 2.0f, sum);
        for (size_t j = 0; j < WIDTH; j++)
            assert_true(fabsf(sum[j] - 2.0f * self->rows->values[r * WIDTH + j]) <=
                        1.01f * read.table.scale[r]);
    }
    const gs_matrix *matrix = &read.linear;
    assert_int_equal(matrix->in, 2 * HIDDEN);
    assert_int_equal(matrix->out, gs_padded(CLASSES));
    for (size_t j = 0; j < CLASSES; j++) {
        int32_t offset = 0;
        for (size_t k = 0; k < matrix->in; k++) {
            int8_t byte = matrix->weights[(k / 4 * 16 + j) * 4 + k % 4];
            float weight = self->params->values[self->linear.w + k * OUT + j];
            assert_true(fabsf((float)byte * matrix->scale[j] - weight) <= 0.51f * matrix->scale[j]);
            offset += 128 * byte;
        }
        assert_int_equal(matrix->offset[j], offset);
        assert_true(matrix->bias[j] == self->params->values[self->linear.b + j]);
    }
    assert_true(read.numbers[0] == 1.5f);
    for (size_t i = 0; i < CLASSES; i++)
        assert_string_equal(read.names[i], NAMES[i]);
    free(read.names);
}

// The layer in bytes runs as the one in floats does.
static void a_layer_reads_as_trained(void **state)
{
    enum { N = 11 };
    static const gs_sequence sequences[] = {{0, 6}, {6, 4}, {10, 1}};
    const fixture *self = *state;
    parts read;
    assert_true(take_parts(gs_view_make(self->bytes, self->size), &read));
    gs_steps *steps = gs_steps_new(N);
    gs_steps_lay_out(steps, sequences, 3);
    gs_lstm_pass *pass = gs_lstm_pass_new(&self->lstm, N);
    gs_lstm_forward(&self->lstm, self->params, steps, self->rows->values, pass);
    uint8_t bytes[N * WIDTH], states[N * 2 * HIDDEN];
    float scale[N], *gates = gs_floats(N * 4 * HIDDEN), *cells = gs_floats(3 * HIDDEN);
    gs_quantise(self->rows->values, WIDTH, N, WIDTH, bytes, WIDTH, scale);
    const gs_inputs in = {bytes, WIDTH, N, scale};
    const gs_lstm_work work = {gs_multiply_choose(), steps, gates, cells};
    gs_lstm_run(&read.lstm, &work, &in, states);
    float largest = 0.0f;
    for (size_t i = 0; i < N * 2 * HIDDEN; i++) {
        float byte = ((float)states[i] - 128.0f) / 127.0f;
        assert_true(fabsf(byte - pass->out[i]) < 0.03f);
        largest = fmaxf(largest, fabsf(byte));
    }
    assert_true(largest > 0.3f);
    free(read.names);
    free(gates);
    free(cells);
    gs_lstm_pass_free(&pass);
    gs_steps_free(&steps);
}

// ---- others

static void every_shorter_section_is_refused(void **state)
{
    const fixture *self = *state;
    for (size_t size = 0; size < self->size; size++) {
        char *copy = test_aligned(size);
        memcpy(copy, self->bytes, size);
        assert_false(opens(gs_view_make(copy, size)));
        free(copy);
    }
    assert_true(opens(gs_view_make(self->bytes, self->size)));
}

static void refuse_with(const fixture *self, const void *at, const void *value, size_t size)
{
    char kept[8], *place = self->bytes + ((const char *)at - self->bytes);
    memcpy(kept, place, size);
    memcpy(place, value, size);
    assert_false(opens(gs_view_make(self->bytes, self->size)));
    memcpy(place, kept, size);
    assert_true(opens(gs_view_make(self->bytes, self->size)));
}

static void numbers_that_could_overflow_are_refused(void **state)
{
    static const float bad[] = {NAN, INFINITY, -INFINITY, 1000.1f, -1e30f};
    const fixture *self = *state;
    parts read;
    assert_true(take_parts(gs_view_make(self->bytes, self->size), &read));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        refuse_with(self, &read.table.scale[ROWS - 1], &bad[i], sizeof bad[i]);
        refuse_with(self, &read.lstm.input_w[1].bias[3], &bad[i], sizeof bad[i]);
        refuse_with(self, &read.linear.scale[0], &bad[i], sizeof bad[i]);
        refuse_with(self, &read.numbers[2], &bad[i], sizeof bad[i]);
    }
    const int32_t offset = 2 * HIDDEN * 128 * 128 + 1;
    refuse_with(self, &read.linear.offset[1], &offset, sizeof offset);
    refuse_with(self, read.names[CLASSES - 1] + 1, "x", 1); // no end
    refuse_with(self, read.names[0] + 3, "x", 1);           // one name less
    const uint32_t many = UINT32_MAX;
    refuse_with(self, read.names[0] - 64, &many, sizeof many);
    free(read.names);
}

static void widths_that_no_kernel_runs_are_refused(void **state)
{
    static const struct {
        size_t in, out;
    } bad[] = {{0, 16}, {6, 16}, {16, 0}, {GS_MATRIX_IN_MAX + 4, 16}, {16, SIZE_MAX}, {SIZE_MAX - 3, 16}};
    const fixture *self = *state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        gs_weights at = gs_weights_of(gs_view_make(self->bytes, self->size), 0);
        gs_weights_matrix(&at, bad[i].in, bad[i].out);
        assert_false(at.good);
        assert_null(gs_weights_take(&at, 1, 1)); // and so it stays
    }
    assert_true(gs_width_fits(16) && gs_width_fits(GS_WIDTH_MAX));
    assert_false(gs_width_fits(0) || gs_width_fits(8) || gs_width_fits(GS_WIDTH_MAX + 16));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_and_columns_come_back, setup, teardown),
        cmocka_unit_test_setup_teardown(a_layer_reads_as_trained, setup, teardown),
        cmocka_unit_test_setup_teardown(every_shorter_section_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(numbers_that_could_overflow_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(widths_that_no_kernel_runs_are_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
