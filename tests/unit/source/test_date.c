// Dates in the forms that feeds and pages use, and what is no date.
#include "source_test.h"

static void reads_many_forms(void **state)
{
    static const char *const pairs[][2] = {
        // RFC 3339, W3CDTF, ISO 8601
        {"2003-12-31T10:14:55Z", "2003-12-31T10:14:55Z"},
        {"2003-12-31T10:14:55.95-08:00", "2003-12-31T18:14:55Z"},
        {"2003-12-31t10:14:55z", "2003-12-31T10:14:55Z"},
        {"2003-12-31 10:14:55", "2003-12-31T10:14:55Z"},
        {"2003-12-31 10:14:55 +0200", "2003-12-31T08:14:55Z"},
        {"2003-12-31T10:14+02", "2003-12-31T08:14:00Z"},
        {"2003-12-31T24:00:00Z", "2004-01-01T00:00:00Z"},
        {"2003-12-31", "2003-12-31T00:00:00Z"},
        {"2003-12", "2003-12-01T00:00:00Z"},
        {"2003", "2003-01-01T00:00:00Z"},
        {"2003/2/9 7:05", "2003-02-09T07:05:00Z"},
        {"2003-335", "2003-12-01T00:00:00Z"},
        {"2004-366T10:14Z", "2004-12-31T10:14:00Z"},
        {"20031231", "2003-12-31T00:00:00Z"},
        {"20031231T101455Z", "2003-12-31T10:14:55Z"},
        {"2004-02-29", "2004-02-29T00:00:00Z"},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
        {"2012-03-26T23:25:19 UTC", "2012-03-26T23:25:19Z"},
        {"2012-03-26 23:25:19 GMT+0100", "2012-03-26T22:25:19Z"},
        // RFC 822 and its relatives
        {"Thu, 01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21Z"},
        {"Thu, 1 Jan 04 19:48:21 EST", "2004-01-02T00:48:21Z"},
        {"01 Jan 1997 19:48 +0530", "1997-01-01T14:18:00Z"},
        {"Fri, 26 Nov 99 00:00:00 -0500", "1999-11-26T05:00:00Z"},
        {"thu,1 jan 2004 9:8:21 pst", "2004-01-01T17:08:21Z"},
        {"Thursday, 01-Jan-04 19:48:21 GMT", "2004-01-01T19:48:21Z"},
        {"Wed, 17 September 2025 08:00:00 Z", "2025-09-17T08:00:00Z"},
        {"Tue, 26 Aug 2025 10:00:00 GMT+0200", "2025-08-26T08:00:00Z"},
        {"Tue, 26 Aug 2025 10:00:00 +02:00 (CEST)", "2025-08-26T08:00:00Z"},
        {"Tue, 31 Dec 2024 23:59:59 -1200", "2025-01-01T11:59:59Z"},
        // asctime, and what people write
        {"Sun Jan  4 16:29:06 2004", "2004-01-04T16:29:06Z"},
        {"Sun Jan  4 16:29:06 PST 2004", "2004-01-05T00:29:06Z"},
        {"January 5, 2004", "2004-01-05T00:00:00Z"},
        {"Jan 5, 2004 9:10 AM", "2004-01-05T09:10:00Z"},
        {"Jan. 5, 2004 12:10 a.m.", "2004-01-05T00:10:00Z"},
        {"5 Sept 2004 12:10 PM EDT", "2004-09-05T16:10:00Z"},
        {"Published on 3rd March 2021 at 14:05", "2021-03-03T14:05:00Z"},
        // nothing that could be read without guessing
        {"01/02/2004", ""},
        {"31 Feb 2004", ""},
        {"2003-02-29", ""},
        {"2003-13-01", ""},
        {"2003-12-32", ""},
        {"2003-12-31T25:00:00Z", ""},
        {"2003-12-31T24:00:01Z", ""},
        {"2003-12-31T10:60:00Z", ""},
        {"2003-12-31x", ""},
        {"Jan 5 2004 13:10 PM", ""},
        {"Jan 5", ""},
        {"5 2004", ""},
        {"1 Jan 2004 2005", ""},
        {"0000-01-01", ""},
        {"99999-01-01", ""},
        {"today", ""},
        {"", ""},
        {"   ", ""},
    };
    fixture *self = *state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const char *got = gs_date_utc(gs_view_of(pairs[i][0]), self->arena);
        if (strcmp(got, pairs[i][1]) != 0) {
            fail_msg("\"%s\" read as \"%s\", expected \"%s\"", pairs[i][0], got, pairs[i][1]);
        }
    }
}

static void keeps_the_writers_zone(void **state)
{
    fixture *self = *state;
    assert_string_equal(gs_date_local(gs_view_of("Thu, 01 Jan 2004 01:30:00 +0530"), self->arena),
                        "2004-01-01T01:30:00+05:30");
    assert_string_equal(gs_date_local(gs_view_of("31 Dec 2003 23:30 NST"), self->arena),
                        "2003-12-31T23:30:00-03:30");
    assert_string_equal(gs_date_local(gs_view_of("5 January 2004"), self->arena), "2004-01-05");
    assert_string_equal(gs_date_local(gs_view_of("2025-04-24T22:57:00.123456-04:00"), self->arena),
                        "2025-04-24T22:57:00.123456-04:00");
}

static void long_input_is_no_date(void **state)
{
    fixture *self = *state;
    char text[300];
    memset(text, '1', sizeof text);
    assert_string_equal(gs_date_utc(gs_view_make(text, sizeof text), self->arena), "");
    assert_string_equal(gs_date_utc(gs_view_make(text, 100), self->arena), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(reads_many_forms), TEST(keeps_the_writers_zone),
                                       TEST(long_input_is_no_date)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
