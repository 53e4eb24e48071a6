// Status reports: what is put in comes out, in order, after a trip over the wire; lists grow past their
// doublings.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire/wire.h"

static void test_report_keeps_all_values(void **state)
{
    (void)state;
    gs_error error = {0};
    gs_buffer packed = {0};
    gs_histogram histogram = {0};
    gs_arena *arena = gs_arena_new(0);
    gs_status *status = gs_status_new(arena, "extractor", "extractor-7", 1745550000000000);
    for (unsigned i = 0; i < 100; i++) {
        char name[16];
        snprintf(name, sizeof name, "c%u", i);
        gs_status_counter(arena, status, name, i);
    }
    gs_status_gauge(arena, status, "memory", UINT64_MAX);
    for (uint64_t i = 1; i <= 1000; i++) {
        gs_histogram_add(&histogram, i * 1000);
    }
    gs_status_latency(arena, status, "extract", &histogram);
    gs_status_note(arena, status, "source-1", "HTTP 500");
    gs_wire_pack(&status->base, &packed);
    const gs_status *back = (const gs_status *)gs_wire_unpack(&gainsay__v1__status_report__descriptor,
                                                              gs_buffer_view(&packed), arena, &error);
    assert_non_null(back);
    assert_string_equal(back->daemon, "extractor");
    assert_string_equal(back->name, "extractor-7");
    assert_string_equal(back->started, "2025-04-25T03:00:00.000Z");
    assert_int_equal(back->n_counters, 100);
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(back->counters[i]->value, i);
    }
    assert_string_equal(back->counters[64]->name, "c64");
    assert_true(back->gauges[0]->value == UINT64_MAX);
    assert_int_equal(back->latencies[0]->count, 1000);
    assert_int_equal(back->latencies[0]->max_us, 1000000);
    assert_in_range(back->latencies[0]->p50_us, 470000, 535000);
    assert_in_range(back->latencies[0]->p99_us, 930000, 1000000);
    assert_string_equal(back->notes[0]->subject, "source-1");
    assert_string_equal(back->notes[0]->text, "HTTP 500");
    gs_buffer_free(&packed);
    gs_arena_free(&arena);
}

static void test_empty_histogram_reports_zero(void **state)
{
    (void)state;
    const gs_histogram histogram = {0};
    gs_arena *arena = gs_arena_new(0);
    gs_status *status = gs_status_new(arena, "ingestor", "i", 0);
    gs_status_latency(arena, status, "commit", &histogram);
    assert_int_equal(status->latencies[0]->p99_us, 0);
    assert_int_equal(status->latencies[0]->count, 0);
    gs_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_report_keeps_all_values),
        cmocka_unit_test(test_empty_histogram_reports_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
