// The remembered robots.txt: what each kind of answer means, for how long, and what is forgotten first.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "net/rules.h"

static const uint64_t SECOND = 1000000;
static const uint64_t DAY = 86400 * UINT64_C(1000000);
static const char FORBIDS[] = "User-agent: *\nDisallow: /a\nCrawl-delay: 3\n";

static gs_response answer(long status, const char *body)
{
    return (gs_response){.status = status,
                         .error = status == 0 ? "http://x/robots.txt: no answer" : "",
                         .body = gs_view_of(body)};
}

static void each_answer_has_its_meaning(void **state)
{
    (void)state;
    static const struct {
        long status;
        const char *body;
        gs_verdict verdict; // on /a
    } cases[] = {
        {200, FORBIDS, GS_VERDICT_FORBIDDEN}, {200, "", GS_VERDICT_ALLOWED}, {204, "", GS_VERDICT_ALLOWED},
        {404, FORBIDS, GS_VERDICT_ALLOWED},   {403, "", GS_VERDICT_ALLOWED}, {401, "", GS_VERDICT_ALLOWED},
        {410, "", GS_VERDICT_ALLOWED},        {301, "", GS_VERDICT_ALLOWED}, {429, "", GS_VERDICT_CLOSED},
        {500, FORBIDS, GS_VERDICT_CLOSED},    {503, "", GS_VERDICT_CLOSED},  {0, "", GS_VERDICT_CLOSED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_rule_book *book = gs_rule_book_new();
        gs_rules *rules = gs_rule_book_at(book, "http://x:80", SECOND);
        assert_int_equal(gs_rules_judge(rules, "/a", SECOND), GS_VERDICT_UNKNOWN);
        assert_true(gs_rules_ask(rules));
        assert_false(gs_rules_ask(rules)); // once is enough
        const gs_response response = answer(cases[i].status, cases[i].body);
        gs_rules_answer(rules, &response, SECOND);
        assert_ptr_equal(gs_rule_book_at(book, "http://x:80", SECOND), rules);
        if (gs_rules_judge(rules, "/a", SECOND) != cases[i].verdict) {
            fail_msg("status %ld: %d", cases[i].status, (int)gs_rules_judge(rules, "/a", SECOND));
        }
        gs_rule_book_free(&book);
    }
}

static void holds_a_day_at_most(void **state)
{
    (void)state;
    static const struct {
        uint32_t fresh_s;
        uint64_t hold_us;
    } cases[] = {{0, 86400000000}, {600, 600000000}, {1, 300000000}, {9999999, 86400000000}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_rule_book *book = gs_rule_book_new();
        gs_rules *rules = gs_rule_book_at(book, "http://x:80", SECOND);
        gs_response response = answer(200, FORBIDS);
        response.fresh_s = cases[i].fresh_s;
        gs_rules_answer(rules, &response, SECOND);
        assert_int_equal(gs_rules_delay_ms(rules), 3000);
        assert_int_equal(gs_rules_judge(rules, "/a", SECOND + cases[i].hold_us - 1), GS_VERDICT_FORBIDDEN);
        assert_int_equal(gs_rules_judge(rules, "/a", SECOND + cases[i].hold_us), GS_VERDICT_UNKNOWN);
        gs_rule_book_free(&book);
    }
}

static void failures_are_tried_again_and_older_rules_hold_on(void **state)
{
    (void)state;
    gs_rule_book *book = gs_rule_book_new();
    gs_rules *rules = gs_rule_book_at(book, "http://x:80", 0);
    gs_response none = answer(0, "");
    uint64_t now = SECOND;
    static const uint32_t waits_s[] = {60, 120, 240, 480, 960, 1920, 3600, 3600};
    for (size_t i = 0; i < sizeof waits_s / sizeof waits_s[0]; i++) {
        gs_rules_answer(rules, &none, now);
        assert_int_equal(gs_rules_judge(rules, "/b", now), GS_VERDICT_CLOSED);
        assert_int_equal(gs_rules_closed_s(rules, now), waits_s[i]);
        assert_non_null(strstr(gs_rules_cause(rules), "no answer"));
        now += waits_s[i] * SECOND;
        assert_int_equal(gs_rules_judge(rules, "/b", now), GS_VERDICT_UNKNOWN);
    }
    const gs_response good = answer(200, FORBIDS);
    gs_rules_answer(rules, &good, now);
    assert_int_equal(gs_rules_judge(rules, "/b", now), GS_VERDICT_ALLOWED);
    now += DAY;
    none.retry_after_s = 7200;
    gs_rules_answer(rules, &none, now);
    assert_int_equal(gs_rules_judge(rules, "/b", now), GS_VERDICT_ALLOWED);
    assert_int_equal(gs_rules_judge(rules, "/a", now), GS_VERDICT_FORBIDDEN);
    assert_int_equal(gs_rules_closed_s(rules, now), 0);
    assert_int_equal(gs_rules_judge(rules, "/a", now + 7199 * SECOND), GS_VERDICT_FORBIDDEN);
    assert_int_equal(gs_rules_judge(rules, "/a", now + 7200 * SECOND), GS_VERDICT_UNKNOWN);
    gs_rule_book_free(&book);
}

static void forgets_what_was_not_used_for_longest(void **state)
{
    (void)state;
    enum { ORIGINS = 9000 };
    gs_rule_book *book = gs_rule_book_new();
    char origin[64];
    gs_rules *asked = gs_rule_book_at(book, "http://asked:80", 0);
    assert_true(gs_rules_ask(asked));
    for (uint64_t i = 1; i <= ORIGINS; i++) {
        snprintf(origin, sizeof origin, "http://host%llu:80", (unsigned long long)i);
        gs_rules *rules = gs_rule_book_at(book, origin, i);
        const gs_response response = answer(200, FORBIDS);
        gs_rules_answer(rules, &response, i);
    }
    assert_ptr_equal(gs_rule_book_at(book, "http://asked:80", ORIGINS), asked); // never while it is asked for
    gs_rules *last = gs_rule_book_at(book, origin, ORIGINS);
    assert_int_equal(gs_rules_judge(last, "/a", ORIGINS), GS_VERDICT_FORBIDDEN);
    gs_rules *first = gs_rule_book_at(book, "http://host1:80", ORIGINS);
    assert_int_equal(gs_rules_judge(first, "/a", ORIGINS), GS_VERDICT_UNKNOWN);
    gs_rule_book_free(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_answer_has_its_meaning),
        cmocka_unit_test(holds_a_day_at_most),
        cmocka_unit_test(failures_are_tried_again_and_older_rules_hold_on),
        cmocka_unit_test(forgets_what_was_not_used_for_longest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
