// Times as people write them, the calendar against the C library's, and clocks that go forward.
#include "unit.h"

#include <time.h>

#include "base/base.h"

static void reads_rfc_3339(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t unix_s;
        int32_t nanosecond, offset_minutes;
    } cases[] = {
        {"2025-04-24T22:57:00-04:00", 1745549820, 0, -240},
        {"2025-04-25T02:57:00Z", 1745549820, 0, 0},
        {"2025-04-25t02:57:00z", 1745549820, 0, 0},
        {"2025-04-25 02:57:00.25Z", 1745549820, 250000000, 0},
        {"2025-04-25T02:57:00,123456789012Z", 1745549820, 123456789, 0},
        {"2025-04-25T08:27+05:30", 1745549820, 0, 330},
        {"2025-04-25", 1745539200, 0, 0},
        {"1970-01-01T00:00:00Z", 0, 0, 0},
        {"1969-12-31T23:59:59Z", -1, 0, 0},
        {"2024-02-29T00:00:00Z", 1709164800, 0, 0},
        {"2016-12-31T23:59:60Z", 1483228800, 0, 0},
        {"0000-01-01", -62167219200, 0, 0},
        {"9999-12-31T23:59:59-00:00", 253402300799, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_time time;
        assert_true(gs_time_parse(gs_view_of(cases[i].text), &time));
        assert_int_equal(time.unix_s, cases[i].unix_s);
        assert_int_equal(time.nanosecond, cases[i].nanosecond);
        assert_int_equal(time.offset_minutes, cases[i].offset_minutes);
    }
}

static void refuses_what_is_no_time(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2025",
        "2025-04",
        "2025-4-2",
        "2025-13-01",
        "2025-00-01",
        "2025-04-31",
        "2025-04-00",
        "2023-02-29",
        "1900-02-29",
        "2025-04-25T",
        "2025-04-25T02",
        "2025-04-25T02:57:00",
        "2025-04-25T24:00:00Z",
        "2025-04-25T02:60:00Z",
        "2025-04-25T02:57:61Z",
        "2025-04-25T02:57:00.Z",
        "2025-04-25T02:57:00Zx",
        "2025-04-25T02:57:00+24:00",
        "2025-04-25T02:57:00+0400",
        "2025-04-25T02:57:00+04:60",
        " 2025-04-25",
        "2025-04-25 ",
        "yesterday",
        "+025-04-25",
        "2025-04-25X02:57:00Z",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        gs_time time = {.unix_s = 7};
        if (gs_time_parse(gs_view_of(bad[i]), &time)) {
            fail_msg("\"%s\" was taken for a time", bad[i]);
        }
        assert_int_equal(time.unix_s, 7);
    }
    gs_time time;
    assert_false(gs_time_parse(gs_view_make("2025-04-25\0", 11), &time));
}

static void agrees_with_the_c_library(void **state)
{
    (void)state;
    for (int64_t days = -800000; days < 3000000; days += 37) {
        time_t seconds = (time_t)(days * 86400 + 12345);
        struct tm broken;
        assert_non_null(gmtime_r(&seconds, &broken));
        int year, month, day, weekday;
        gs_civil_from_days(days, &year, &month, &day);
        assert_int_equal(year, broken.tm_year + 1900);
        assert_int_equal(month, broken.tm_mon + 1);
        assert_int_equal(day, broken.tm_mday);
        assert_int_equal(gs_days_from_civil(year, month, day), days);
        gs_time_civil((gs_time){.unix_s = seconds}, NULL, NULL, NULL, &weekday);
        assert_int_equal(weekday, broken.tm_wday);
    }
}

static void the_day_is_the_writers_own(void **state)
{
    (void)state;
    gs_time time;
    int year, month, day, weekday;
    assert_true(gs_time_parse(gs_view_of("2025-04-24T22:57:00-04:00"), &time));
    gs_time_civil(time, &year, &month, &day, &weekday);
    assert_int_equal(year, 2025);
    assert_int_equal(month, 4);
    assert_int_equal(day, 24); // in UTC it was the 25th already
    assert_int_equal(weekday, 4);
    assert_true(gs_time_parse(gs_view_of("1970-01-01T00:30:00+01:00"), &time));
    gs_time_civil(time, &year, NULL, &day, &weekday);
    assert_int_equal(day, 1);
    assert_int_equal(weekday, 4);
    gs_time_civil(time, NULL, NULL, NULL, NULL);
}

static void writes_milliseconds(void **state)
{
    (void)state;
    char text[GS_TIME_TEXT];
    gs_time_text(UINT64_C(1745549820123999), text);
    assert_string_equal(text, "2025-04-25T02:57:00.123Z");
    gs_time_text(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
    gs_time_text(UINT64_MAX, text);
    assert_true(strlen(text) < GS_TIME_TEXT);
    gs_time time;
    gs_time_text(UINT64_C(1709164799999000), text);
    assert_true(gs_time_parse(gs_view_of(text), &time));
    assert_int_equal(time.unix_s, 1709164799);
    assert_int_equal(time.nanosecond, 999000000);
}

static void clocks_go_forward(void **state)
{
    (void)state;
    uint64_t before = gs_monotonic_us();
    for (int i = 0; i < 1000; i++) {
        uint64_t now = gs_monotonic_us();
        assert_true(now >= before);
        before = now;
    }
    assert_in_range(gs_unix_us() / 1000000, (uint64_t)time(NULL) - 2, (uint64_t)time(NULL) + 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_rfc_3339),
        cmocka_unit_test(refuses_what_is_no_time),
        cmocka_unit_test(agrees_with_the_c_library),
        cmocka_unit_test(the_day_is_the_writers_own),
        cmocka_unit_test(writes_milliseconds),
        cmocka_unit_test(clocks_go_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
