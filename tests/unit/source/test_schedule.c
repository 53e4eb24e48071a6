// When a source is looked at again: by configuration, by what it taught, by what it and its server ask for.
#include "source_test.h"

#include "source/source.h"

enum { NOON = 1745496000 }; // 2025-04-24T12:00:00Z, a Thursday

static void keeps_a_configured_interval(void **state)
{
    gs_schedule schedule = {.every_s = 900};
    const gs_look look = {.changed = true, .ttl_s = 7200, .fresh_s = 7200, .skip_hours = 0xffffff};
    (void)state;
    assert_int_equal(gs_schedule_next(&schedule, &look, NOON, 999), 900);
    assert_int_equal(schedule.interval_s, 0);
}

static void comes_more_often_to_a_busy_source_and_less_often_to_a_quiet_one(void **state)
{
    gs_schedule busy = {0};
    gs_schedule quiet = {0};
    const gs_look change = {.changed = true};
    const gs_look none = {0};
    uint32_t last_busy = 0, last_quiet = 0;
    (void)state;
    for (int i = 0; i < 40; i++) {
        last_busy = gs_schedule_next(&busy, &change, NOON, 0);
        last_quiet = gs_schedule_next(&quiet, &none, NOON, 0);
    }
    assert_int_equal(last_busy, GS_SCHEDULE_LEAST_S);
    assert_int_equal(last_quiet, GS_SCHEDULE_MOST_S);
}

static void nears_half_the_gap_between_entries(void **state)
{
    gs_schedule schedule = {0};
    const gs_look look = {.changed = true, .gap_s = 3600};
    uint32_t wait = 0;
    (void)state;
    for (int i = 0; i < 20; i++) {
        wait = gs_schedule_next(&schedule, &look, NOON, 0);
    }
    assert_int_equal(wait, 1800);
}

static void waits_as_long_as_the_feed_or_its_server_asks(void **state)
{
    gs_schedule schedule = {0};
    (void)state;
    assert_int_equal(gs_schedule_next(&schedule, &(gs_look){.ttl_s = 7200}, NOON, 0), 7200);
    assert_int_equal(gs_schedule_next(&schedule, &(gs_look){.fresh_s = 5000}, NOON, 0), 5000);
    assert_int_equal(gs_schedule_next(&schedule, &(gs_look){.failed = true, .retry_after_s = 9000}, NOON, 0),
                     9000);
    // never earlier than asked, whatever the random part; and a year is not believed
    assert_true(gs_schedule_next(&schedule, &(gs_look){.failed = true, .retry_after_s = 9000}, NOON, 999) >=
                9000);
    assert_int_equal(gs_schedule_next(&schedule, &(gs_look){.ttl_s = 31536000}, NOON, 0),
                     GS_SCHEDULE_ASKED_S);
}

static void backs_off_and_recovers(void **state)
{
    gs_schedule schedule = {.every_s = 10};
    uint32_t last = 0;
    (void)state;
    for (int i = 0; i < 4; i++) {
        const uint32_t wait = gs_schedule_next(&schedule, &(gs_look){.failed = true}, NOON, 0);
        assert_true(wait > last);
        last = wait;
    }
    assert_int_equal(last, 30 << 4);
    for (int i = 0; i < 100; i++) {
        last = gs_schedule_next(&schedule, &(gs_look){.failed = true}, NOON, 999);
    }
    assert_true(last <= (30 << 9) * 3 / 2);
    assert_int_equal(gs_schedule_next(&schedule, &(gs_look){0}, NOON, 0), 10);
}

static void leaves_hours_and_days_alone(void **state)
{
    gs_schedule schedule = {.interval_s = 300};
    // Not at 12 and 13 hours: the next look is at 14:00.
    assert_int_equal(gs_schedule_next(&schedule, &(gs_look){.skip_hours = 1U << 12 | 1U << 13}, NOON, 0),
                     7200);
    // Not on Thursday: at midnight.
    assert_int_equal(gs_schedule_next(&schedule, &(gs_look){.skip_days = 1U << 4}, NOON, 0), 12 * 3600);
    // Never: meant nothing.
    assert_true(gs_schedule_next(&schedule, &(gs_look){.skip_days = 0x7f}, NOON, 0) < 3600);
    (void)state;
}

static void finds_the_usual_gap(void **state)
{
    int64_t times[] = {NOON, NOON - 600, NOON - 1200, NOON - 90000, NOON - 1800};
    int64_t same[] = {NOON, NOON, NOON};
    (void)state;
    assert_int_equal(gs_schedule_gap(times, 5), 600);
    assert_int_equal(gs_schedule_gap(times, 2), 0);
    assert_int_equal(gs_schedule_gap(same, 3), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keeps_a_configured_interval),
        TEST(comes_more_often_to_a_busy_source_and_less_often_to_a_quiet_one),
        TEST(nears_half_the_gap_between_entries),
        TEST(waits_as_long_as_the_feed_or_its_server_asks),
        TEST(backs_off_and_recovers),
        TEST(leaves_hours_and_days_alone),
        TEST(finds_the_usual_gap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
