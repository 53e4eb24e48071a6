// Backward passes against differences of the loss: rows, LSTM, leaky and linear layers in one small network,
// with and without dropout.
#include "neural_test.h"

#include <math.h>

#include "neural/train/train.h"

enum { IN = 16, HIDDEN = 16, WIDE = 2 * HIDDEN, MIDDLE = 32, CLASSES = 16, FORMS = 6, N = 13 };

// Three sequences; the words by row are forms, some of them twice.
static const gs_sequence SEQUENCES[] = {{0, 7}, {7, 5}, {12, 1}};

typedef struct network {
    gs_params *params;
    gs_rows *rows;
    gs_lstm_place lower, upper;
    gs_linear_place middle, out;
    gs_steps *steps;
    gs_lstm_pass *pass[2];
    float *input, *input_gradient, *wide_gradient, *below_gradient, *hidden, *hidden_gradient, *mask, *scores;
    float *gradient;
    bool drops;
} network;

static network *network_new(bool drops)
{
    network *self = gs_allocate(sizeof *self);
    uint64_t random = 17;
    self->drops = drops;
    self->params = gs_params_new();
    self->lower = gs_params_lstm(self->params, IN, HIDDEN);
    self->upper = gs_params_lstm(self->params, WIDE, HIDDEN);
    self->middle = gs_params_linear(self->params, WIDE, MIDDLE, 1.0f);
    self->out = gs_params_linear(self->params, MIDDLE, CLASSES, 1.0f);
    gs_params_begin(self->params, &random);
    for (size_t i = 0; i < self->params->count; i++)
        self->params->values[i] = 2.0f * self->params->values[i] + 0.1f * gs_random_uniform(&random);
    self->rows = gs_rows_new(FORMS, IN, 3.0f, &random);
    self->steps = gs_steps_new(N);
    gs_steps_lay_out(self->steps, SEQUENCES, 3);
    self->pass[0] = gs_lstm_pass_new(&self->lower, N);
    self->pass[1] = gs_lstm_pass_new(&self->upper, N);
    self->input = gs_floats(N * IN);
    self->input_gradient = gs_floats(N * IN);
    self->wide_gradient = gs_floats(N * WIDE);
    self->below_gradient = gs_floats(N * WIDE);
    self->hidden = gs_floats(N * MIDDLE);
    self->hidden_gradient = gs_floats(N * MIDDLE);
    self->mask = gs_floats(N * MIDDLE);
    self->scores = gs_floats(N * CLASSES);
    self->gradient = gs_floats(self->params->count);
    gs_params_move(self->params, self->gradient, &(gs_adam){0}); // the transposed copies of what was changed
    return self;
}

static void network_free(network *self)
{
    gs_params_free(&self->params);
    gs_rows_free(&self->rows);
    gs_steps_free(&self->steps);
    gs_lstm_pass_free(&self->pass[0]);
    gs_lstm_pass_free(&self->pass[1]);
    float *const owned[] = {self->input,          self->input_gradient, self->wide_gradient,
                            self->below_gradient, self->hidden,         self->hidden_gradient,
                            self->mask,           self->scores,         self->gradient};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
    free(self);
}

static uint32_t form_of(const network *self, uint32_t row)
{
    return self->steps->place[row] * 5 % FORMS;
}

// Scores become their gradients.
static double loss_of(network *self)
{
    double loss = 0.0;
    for (size_t row = 0; row < N; row++) {
        float *scores = self->scores + row * CLASSES;
        size_t class = row * 7 % CLASSES, best;
        float gold = scores[class];
        loss += (double)(gs_softmax(scores, CLASSES, &best) - gold);
        assert_true(scores[best] >= 1.0f / CLASSES);
        scores[class] -= 1.0f;
    }
    return loss;
}

// Always the same masks.
static double forward(network *self)
{
    const gs_lstm_rates rates = {0.2f, 0.3f};
    uint64_t random = 4;
    for (int l = 0; l < 2; l++)
        gs_lstm_draw(self->pass[l], l == 0 ? &self->lower : &self->upper, self->steps,
                     self->drops ? &rates : NULL, &random);
    gs_dropout_mask(self->mask, N * MIDDLE, 0.25f, &random);
    memset(self->input, 0, N * IN * sizeof *self->input);
    for (uint32_t row = 0; row < N; row++)
        gs_rows_add(self->rows, form_of(self, row), 0.5f, self->input + row * IN);
    gs_lstm_forward(&self->lower, self->params, self->steps, self->input, self->pass[0]);
    gs_lstm_forward(&self->upper, self->params, self->steps, self->pass[0]->out, self->pass[1]);
    gs_linear_forward(&self->middle, self->params, self->pass[1]->out, N, self->hidden);
    gs_leaky_forward(self->hidden, self->drops ? self->mask : NULL, N * MIDDLE);
    gs_linear_forward(&self->out, self->params, self->hidden, N, self->scores);
    return loss_of(self);
}

static void backward(network *self)
{
    memset(self->gradient, 0, self->params->count * sizeof *self->gradient);
    memset(self->hidden_gradient, 0, N * MIDDLE * sizeof *self->hidden_gradient);
    memset(self->wide_gradient, 0, N * WIDE * sizeof *self->wide_gradient);
    memset(self->below_gradient, 0, N * WIDE * sizeof *self->below_gradient);
    memset(self->input_gradient, 0, N * IN * sizeof *self->input_gradient);
    gs_linear_backward(&self->out, self->params, self->hidden, N, self->scores, self->hidden_gradient,
                       self->gradient);
    gs_leaky_backward(self->hidden_gradient, self->hidden, self->drops ? self->mask : NULL, N * MIDDLE);
    gs_linear_backward(&self->middle, self->params, self->pass[1]->out, N, self->hidden_gradient,
                       self->wide_gradient, self->gradient);
    gs_lstm_backward(&self->upper, self->params, self->steps, self->pass[0]->out, self->pass[1],
                     self->wide_gradient, self->below_gradient, self->gradient);
    gs_lstm_backward(&self->lower, self->params, self->steps, self->input, self->pass[0],
                     self->below_gradient, self->input_gradient, self->gradient);
}

typedef struct tally {
    size_t checked, bad;
} tally;

// The copy of the transposed matrices is for backward passes alone, which are not asked here.
static void check_number(network *self, float *number, double gradient, tally *counts)
{
    const float step = 2e-3f;
    float before = *number;
    *number = before + step;
    double above = forward(self);
    *number = before - step;
    double below = forward(self);
    *number = before;
    double difference = (above - below) / (2.0 * (double)step);
    counts->checked++;
    counts->bad += fabs(difference - gradient) > 0.02 * fabs(difference) + 0.002;
}

static void check_params(network *self)
{
    tally counts = {0};
    for (size_t i = 0; i < self->params->count; i += 7)
        if (fabsf(self->gradient[i]) > 0.02f) // flatter ones drown in single precision
            check_number(self, &self->params->values[i], (double)self->gradient[i], &counts);
    assert_true(counts.checked > 800);
    assert_true(counts.bad * 50 <= counts.checked); // a difference may straddle the kink of leaky
}

static void check_bias(network *self, size_t begin, size_t count)
{
    tally counts = {0};
    for (size_t i = begin; i < begin + count; i++)
        check_number(self, &self->params->values[i], (double)self->gradient[i], &counts);
    assert_true(counts.bad * 20 <= counts.checked);
}

static void check_rows(network *self)
{
    tally counts = {0};
    for (uint32_t form = 0; form < FORMS; form++)
        for (size_t j = 0; j < IN; j++) {
            double gradient = 0.0;
            for (uint32_t row = 0; row < N; row++)
                if (form_of(self, row) == form)
                    gradient += 0.5 * (double)self->input_gradient[row * IN + j];
            check_number(self, &self->rows->values[form * IN + j], gradient, &counts);
        }
    assert_int_equal(counts.checked, FORMS * IN);
    assert_true(counts.bad <= 2);
}

static void check_network(bool drops)
{
    network *self = network_new(drops);
    forward(self);
    backward(self);
    check_params(self);
    check_bias(self, self->lower.gate_b[0], 4 * HIDDEN);
    check_bias(self, self->upper.gate_b[1], 4 * HIDDEN);
    check_bias(self, self->middle.b, MIDDLE);
    check_bias(self, self->out.b, CLASSES);
    check_rows(self);
    network_free(self);
}

static void gradients_are_differences(void **state)
{
    (void)state;
    check_network(false);
}

static void gradients_are_differences_under_dropout(void **state)
{
    (void)state;
    check_network(true);
}

// Gradients are added to, so two passes into one array are twice one.
static void gradients_add_up(void **state)
{
    (void)state;
    network *self = network_new(false);
    float *more = gs_floats(self->params->count), *in = gs_floats(N * MIDDLE);
    forward(self);
    backward(self);
    for (int i = 0; i < 2; i++)
        gs_linear_backward(&self->out, self->params, self->hidden, N, self->scores, in, more);
    for (size_t i = self->out.w; i < self->out.w + MIDDLE * CLASSES; i++)
        assert_true(fabsf(more[i] - 2.0f * self->gradient[i]) < 1e-4f);
    for (size_t i = 0; i < self->out.w; i++)
        assert_true(more[i] == 0.0f);
    free(more);
    free(in);
    network_free(self);
}

// A whole training: what Adam does with these gradients.
static void the_loss_falls(void **state)
{
    (void)state;
    network *self = network_new(false);
    double first = forward(self), last = first;
    for (int update = 0; update < 60; update++) {
        backward(self);
        gs_row_sums *sums = gs_row_sums_new(self->rows);
        for (uint32_t row = 0; row < N; row++)
            gs_row_sums_add(sums, form_of(self, row), self->input_gradient + row * IN, 0.5f);
        gs_adam step = gs_params_step(self->params, &self->gradient, 1, 0.01f, 1.0f / N);
        gs_rows_move(self->rows, sums, &step);
        gs_params_move(self->params, self->gradient, &step);
        gs_row_sums_free(&sums);
        last = forward(self);
    }
    assert_true(last < 0.2 * first);
    network_free(self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_are_differences),
        cmocka_unit_test(gradients_are_differences_under_dropout),
        cmocka_unit_test(gradients_add_up),
        cmocka_unit_test(the_loss_falls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
