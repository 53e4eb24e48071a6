// Retry-After as seconds, as a date, and as nonsense.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/net_internal.h"

enum { NOW = 1072986501 }; // 2004-01-01T19:48:21Z

static void reads_both_forms(void **state)
{
    (void)state;
    assert_int_equal(gs_retry_after(gs_view_of("120"), NOW), 120);
    assert_int_equal(gs_retry_after(gs_view_of(" 7 "), NOW), 7);
    assert_int_equal(gs_retry_after(gs_view_of("Thu, 01 Jan 2004 19:50:21 GMT"), NOW), 120);
    assert_int_equal(gs_retry_after(gs_view_of("Thu, 01 Jan 2004 19:40:21 GMT"), NOW), 0); // is over
}

static void bounds_and_refuses(void **state)
{
    (void)state;
    assert_int_equal(gs_retry_after(gs_view_of("99999999999999999999999"), NOW), 86400);
    assert_int_equal(gs_retry_after(gs_view_of("Thu, 01 Jan 2099 00:00:00 GMT"), NOW), 86400);
    assert_int_equal(gs_retry_after(gs_view_of("-5"), NOW), 0);
    assert_int_equal(gs_retry_after(gs_view_of("1.5"), NOW), 0);
    assert_int_equal(gs_retry_after(gs_view_of("soon"), NOW), 0);
    assert_int_equal(gs_retry_after(gs_view_of(""), NOW), 0);
    assert_int_equal(
        gs_retry_after(
            gs_view_of("a date that is far longer than any date in HTTP could possibly be, really"), NOW),
        0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_both_forms),
                                       cmocka_unit_test(bounds_and_refuses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
