// Histograms within their promised error, and a rate over ten seconds with a clock of the test's own.
#include "unit.h"

#include <math.h>

#include "base/base.h"

static void an_empty_histogram_is_zero(void **state)
{
    (void)state;
    gs_histogram histogram = {0};
    assert_int_equal(gs_histogram_quantile(&histogram, 0.5), 0);
}

static void each_value_is_told_within_a_sixteenth(void **state)
{
    (void)state;
    for (uint64_t value = 0; value < UINT64_C(60) * 60 * 1000000; value = value + value / 9 + 1) {
        gs_histogram histogram = {0};
        gs_histogram_add(&histogram, value);
        gs_histogram_add(&histogram, UINT64_C(1) << 40); // so that max does not hide the bucket's edge
        uint64_t told = gs_histogram_quantile(&histogram, 0.5);
        assert_true(told >= value);
        assert_true(told - value <= value / 16);
        assert_int_equal(gs_histogram_quantile(&histogram, 1), UINT64_C(1) << 40);
    }
}

static void quantiles_of_a_known_set(void **state)
{
    (void)state;
    gs_histogram histogram = {0};
    for (uint64_t value = 1; value <= 1000; value++) {
        gs_histogram_add(&histogram, value);
    }
    assert_int_equal(histogram.total, 1000);
    assert_in_range(gs_histogram_quantile(&histogram, 0.5), 500, 532);
    assert_in_range(gs_histogram_quantile(&histogram, 0.99), 990, 1000);
    assert_int_equal(gs_histogram_quantile(&histogram, 0), 1);
    assert_int_equal(gs_histogram_quantile(&histogram, 1), 1000);
    assert_int_equal(gs_histogram_quantile(&histogram, 2), 1000);
    assert_int_equal(gs_histogram_quantile(&histogram, -1), 1);
    assert_int_equal(gs_histogram_quantile(&histogram, NAN), 1);
}

static void extremes_and_merging(void **state)
{
    (void)state;
    gs_histogram first = {0};
    gs_histogram second = {0};
    gs_histogram_add(&first, UINT64_MAX);
    gs_histogram_add(&second, 5);
    gs_histogram_add(&second, 5);
    gs_histogram_merge(&second, &first);
    assert_int_equal(second.total, 3);
    assert_true(second.max == UINT64_MAX);
    assert_int_equal(gs_histogram_quantile(&second, 0.5), 5);
    assert_true(gs_histogram_quantile(&second, 1) == UINT64_MAX);
    gs_histogram_reset(&second);
    assert_int_equal(second.total, 0);
    assert_int_equal(gs_histogram_quantile(&second, 0.5), 0);
}

enum { SECOND = 1000000 };

static void the_rate_is_a_mean_of_ten_seconds(void **state)
{
    (void)state;
    gs_rate rate = {0};
    assert_true(gs_rate_value(&rate, 50 * UINT64_C(1000000)) == 0);
    uint64_t start = 100 * (uint64_t)SECOND;
    gs_rate_add(&rate, 200, start);
    assert_true(gs_rate_value(&rate, start + SECOND / 2) == 200); // no whole second has passed yet
    gs_rate_add(&rate, 100, start + SECOND);
    assert_true(gs_rate_value(&rate, start + 2 * SECOND) == 150);
    for (uint64_t second = 2; second < 30; second++) {
        gs_rate_add(&rate, 25, start + second * SECOND);
        gs_rate_add(&rate, 25, start + second * SECOND + 1);
    }
    assert_true(gs_rate_value(&rate, start + 30 * SECOND) == 50);
    assert_true(gs_rate_value(&rate, start + 35 * SECOND) == 25); // five busy seconds, five idle
    assert_true(gs_rate_value(&rate, start + 41 * SECOND) == 0);
    assert_true(gs_rate_value(&rate, start + 4000 * (uint64_t)SECOND) == 0);
}

static void memory_is_known(void **state)
{
    (void)state;
    assert_true(gs_memory_resident() > 100 * 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_histogram_is_zero),
        cmocka_unit_test(each_value_is_told_within_a_sixteenth),
        cmocka_unit_test(quantiles_of_a_known_set),
        cmocka_unit_test(extremes_and_merging),
        cmocka_unit_test(the_rate_is_a_mean_of_ten_seconds),
        cmocka_unit_test(memory_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
