// What is read out of an answer's headers: freshness by RFC 9111, dates in three forms, lines of any kind.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "net/net_internal.h"

enum { NOW = 1072986501, LINES = 6 }; // 2004-01-01T19:48:21Z

static gs_headers read_lines(const char *const lines[LINES])
{
    gs_headers headers = {0};
    for (size_t i = 0; i < LINES && lines[i]; i++) {
        gs_headers_line(&headers, gs_view_of(lines[i]));
    }
    return headers;
}

static void freshness(void **state)
{
    (void)state;
    static const struct {
        const char *lines[LINES];
        uint32_t fresh_s;
    } cases[] = {
        {{NULL}, 0},
        {{"Cache-Control: max-age=600\r\n"}, 600},
        {{"cache-control:MAX-AGE=600\r\n"}, 600},
        {{"Cache-Control: max-age=\"600\"\r\n"}, 600},
        {{"Cache-Control: public, max-age=600, must-revalidate\r\n"}, 600},
        {{"Cache-Control: public\r\n", "Cache-Control: max-age=60\r\n"}, 60},
        {{"Cache-Control: max-age=600\r\n", "Age: 100\r\n"}, 500},
        {{"Cache-Control: max-age=600\r\n", "Age: 600\r\n"}, 0},
        {{"Cache-Control: max-age=600\r\n", "Age: 99999999999999999999\r\n"}, 0},
        {{"Cache-Control: max-age=600\r\n", "Age: old\r\n"}, 600},
        {{"Cache-Control: max-age=0\r\n"}, 0},
        {{"Cache-Control: max-age=-1\r\n"}, 0},
        {{"Cache-Control: max-age=soon\r\n"}, 0},
        {{"Cache-Control: max-age\r\n"}, 0},
        {{"Cache-Control: max-age=99999999999999999999\r\n"}, 31536000},
        {{"Cache-Control: max-age=60, max-age=600\r\n"}, 60},
        {{"Cache-Control: s-maxage=600\r\n"}, 0}, // not for a private cache
        {{"Cache-Control: no-store, max-age=600\r\n"}, 0},
        {{"Cache-Control: max-age=600, No-Cache\r\n"}, 0},
        {{"Cache-Control: no-cache=\"set-cookie, max-age=5\", max-age=600\r\n"}, 600},
        {{"Cache-Control: x=\"a\\\", max-age=5\", max-age=600\r\n"}, 600},
        {{"Cache-Control: x=\"never closed, max-age=600\r\n"}, 0},
        {{"Cache-Control: ,,, max-age=600 ,\r\n"}, 600},
        {{"Expires: Thu, 01 Jan 2004 19:58:21 GMT\r\n"}, 600},
        {{"Expires: Thursday, 01-Jan-04 19:58:21 GMT\r\n"}, 600},
        {{"Expires: Thu Jan  1 19:58:21 2004\r\n"}, 600},
        {{"Expires: Thu, 01 Jan 2004 19:38:21 GMT\r\n"}, 0},
        {{"Expires: 0\r\n"}, 0},
        {{"Expires: -1\r\n"}, 0},
        {{"Expires: Thu, 01 Jan 2004 19:58:21 GMT\r\n", "Date: Thu, 01 Jan 2004 19:53:21 GMT\r\n"}, 300},
        {{"Expires: Thu, 01 Jan 2004 19:58:21 GMT\r\n", "Cache-Control: max-age=60\r\n"}, 60},
        {{"Expires: Thu, 01 Jan 2004 19:58:21 GMT\r\n", "Cache-Control: no-store\r\n"}, 0},
        {{"Cache-Control: max-age=600\r\n", "HTTP/1.1 200 OK\r\n"}, 0}, // a new answer
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_headers headers = read_lines(cases[i].lines);
        const uint32_t fresh_s = gs_headers_fresh_s(&headers, NOW);
        if (fresh_s != cases[i].fresh_s) {
            fail_msg("%s: %u, expected %u", cases[i].lines[0], fresh_s, cases[i].fresh_s);
        }
        gs_headers_free(&headers);
    }
}

static void keeps_the_last_of_each(void **state)
{
    (void)state;
    static const char *const lines[LINES] = {"ETag: \"a\"\r\n", "etag:   \"b\" \r\n", "ETags: \"c\"\r\n",
                                             "Location : /x\r\n", "Location:\r\n"};
    gs_headers headers = read_lines(lines);
    assert_string_equal(headers.etag.data, "\"b\"");
    assert_int_equal(headers.location.size, 0);
    gs_headers_line(&headers, gs_view_make("ETag: a\0b\r\n", 11)); // what no header can hold
    assert_int_equal(headers.etag.size, 0);
    gs_headers_free(&headers);
}

static void dates(void **state)
{
    (void)state;
    int64_t seconds = 0;
    assert_true(gs_http_date(gs_view_of(" Thu, 01 Jan 2004 19:48:21 GMT "), &seconds));
    assert_int_equal(seconds, NOW);
    assert_false(gs_http_date(gs_view_of(""), &seconds));
    assert_false(gs_http_date(gs_view_of("tomorrow"), &seconds));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(freshness), cmocka_unit_test(keeps_the_last_of_each),
                                       cmocka_unit_test(dates)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
