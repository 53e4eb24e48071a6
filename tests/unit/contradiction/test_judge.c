// The judge on bare sentences: what it calls a contradiction, what it must not, and that it is symmetric.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contradiction/contradiction.h"

static int setup(void **state)
{
    *state = gs_arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    gs_arena *arena = *state;
    gs_arena_free(&arena);
    return 0;
}

static gs_verdict judge(void **state, const char *a, const char *b)
{
    gs_verdict one, other;
    gs_judge_texts(gs_view_of(a), gs_view_of(b), *state, &one);
    gs_judge_texts(gs_view_of(b), gs_view_of(a), *state, &other);
    assert_int_equal(one.relation, other.relation);
    assert_int_equal(one.kind, other.kind);
    assert_true(one.score == other.score);
    assert_string_equal(one.reason, other.reason);
    assert_string_equal(one.question, other.question);
    assert_true(gs_id_equal(one.dispute, other.dispute));
    return one;
}

static const char *const CONTRADICTIONS[][2] = {
    {"Talks took place with China.", "No talks took place with China."},
    {"Talks between China and the United States took place.",
     "There have not been any negotiations between China and the US."},
    {"The gates of the dam were closed.", "The gates of the dam have never been closed."},
    {"Our navy fired two shots at the trawler.", "No shots were fired at the trawler by the navy."},
    {"Exports of crude oil rose by six per cent.", "Exports of crude oil fell by six per cent."},
    {"The dam at Valea is safe for the town.", "The dam at Valea is dangerous for the town."},
    {"Six soldiers crossed the border bridge.", "Forty soldiers crossed the border bridge."},
    {"The claim that Peru built the border fence is false.", "Peru built the border fence."},
    {"Chile will lower the export fee.", "Chile will not lower the export fee."},
};

static void contradictions_are_found(void **state)
{
    for (size_t i = 0; i < sizeof CONTRADICTIONS / sizeof CONTRADICTIONS[0]; i++) {
        gs_verdict verdict = judge(state, CONTRADICTIONS[i][0], CONTRADICTIONS[i][1]);
        assert_int_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS);
        assert_true(verdict.score >= 0.5 && verdict.score <= 1);
        assert_true(verdict.reason[0] && verdict.question[0]);
    }
}

static const char *const PEACEFUL[][2] = {
    {"The gates of the dam were closed.", "The gates of the dam were closed on Monday."},
    {"The gates of the dam were not closed.", "The gates of the dam have never been closed."},
    {"The gates of the dam were closed.", "The library has no new books."},
    {"The gates of the dam were closed.", "If the gates of the dam are not closed, the valley floods."},
    {"Talks between Chile and Peru were held.", "Talks between Chile and Peru will not be held in May."},
    {"More than 40 soldiers crossed the border bridge.", "Sixty soldiers crossed the border bridge."},
    {"About 100 soldiers crossed the border bridge.", "A total of 104 soldiers crossed the border bridge."},
    {"Not only soldiers crossed the border bridge.", "Soldiers crossed the border bridge."},
    {"There is no doubt that soldiers crossed the border bridge.", "Soldiers crossed the border bridge."},
    {"The report that soldiers crossed the border bridge is not false.",
     "Soldiers crossed the border bridge."},
    {"Soldiers crossed the border bridge in 2021.", "Soldiers crossed the border bridge in 2024."},
    {"No report about the cracks has reached us.",
     "The cracks in the gallery have reached five millimetres."},
    {"", ""},
    {"?", "!!"},
};

static void agreement_and_conditions_are_none(void **state)
{
    for (size_t i = 0; i < sizeof PEACEFUL / sizeof PEACEFUL[0]; i++) {
        gs_verdict verdict = judge(state, PEACEFUL[i][0], PEACEFUL[i][1]);
        assert_int_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__RELATION_UNSPECIFIED);
        assert_true(verdict.score == 0);
    }
}

static gs_statement statement_by(gs_speaker *speaker, const char *text, const char *day)
{
    gs_statement statement = GAINSAY__V1__STATEMENT__INIT;
    statement.speaker = speaker;
    statement.text = (char *)text;
    statement.said_on = (char *)day;
    return statement;
}

static gs_speaker speaker_of(const char *name, const char *country)
{
    gs_speaker speaker = GAINSAY__V1__SPEAKER__INIT;
    speaker.name = (char *)name;
    speaker.country = (char *)country;
    speaker.official = true;
    speaker.kind = GAINSAY__V1__SPEAKER__KIND__PERSON;
    return speaker;
}

static void speakers_decide_scope_and_kind(void **state)
{
    gs_speaker ana = speaker_of("Ana Ruiz", "PE"), bo = speaker_of("Bo Li", "CN"),
               eva = speaker_of("Eva Soto", "PE");
    gs_statement yes = statement_by(&ana, "The gates of the dam were closed.", "2025-04-24");
    gs_statement no = statement_by(&bo, "The gates of the dam were never closed.", "2025-04-24");
    gs_verdict verdict;
    gs_judge(&yes, &no, *state, &verdict);
    assert_int_equal(verdict.scope, GAINSAY__V1__CONTRADICTION__SCOPE__BETWEEN_STATES);
    assert_int_equal(verdict.kind, GAINSAY__V1__CONTRADICTION__KIND__DENIAL);
    assert_non_null(strstr(verdict.question, "China / Peru"));
    assert_non_null(strstr(verdict.reason, "Bo Li denies"));

    no.speaker = &eva;
    gs_judge(&yes, &no, *state, &verdict);
    assert_int_equal(verdict.scope, GAINSAY__V1__CONTRADICTION__SCOPE__SAME_GOVERNMENT);

    // The same speaker on another day takes words back; on the same day draws a distinction.
    no.speaker = &ana;
    no.said_on = (char *)"2025-04-27";
    gs_judge(&yes, &no, *state, &verdict);
    assert_int_equal(verdict.scope, GAINSAY__V1__CONTRADICTION__SCOPE__SELF);
    assert_int_equal(verdict.kind, GAINSAY__V1__CONTRADICTION__KIND__REVERSAL);
    no.said_on = (char *)"2025-04-24";
    gs_judge(&yes, &no, *state, &verdict);
    assert_int_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__RELATION_UNSPECIFIED);
}

static void we_is_the_speakers_country(void **state)
{
    gs_speaker us = speaker_of("Al Day", "US"), cn = speaker_of("Bo Li", "CN");
    gs_statement yes = statement_by(&us, "We've been meeting with China.", "2025-04-24");
    gs_statement no = statement_by(
        &cn, "There have been no negotiations between China and the United States.", "2025-04-24");
    gs_verdict verdict;
    gs_judge(&yes, &no, *state, &verdict);
    assert_int_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS);
    assert_non_null(strstr(verdict.question, "Talks"));
}

static void a_denial_turns_its_content(void **state)
{
    gs_speaker ana = speaker_of("Ana Ruiz", "PE"), bo = speaker_of("Bo Li", "CN");
    gs_statement yes = statement_by(&ana, "the navy had fired shots", "2025-04-24");
    gs_statement denied = statement_by(&bo, "the navy had fired shots", "2025-04-24");
    gs_verdict verdict;
    gs_judge(&yes, &denied, *state, &verdict);
    assert_int_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__RELATION_UNSPECIFIED);
    denied.act = GAINSAY__V1__STATEMENT__ACT__DENY;
    gs_judge(&yes, &denied, *state, &verdict);
    assert_int_equal(verdict.relation, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS);
}

static void one_question_is_one_dispute(void **state)
{
    gs_verdict first = judge(state, CONTRADICTIONS[1][0], CONTRADICTIONS[1][1]);
    gs_verdict again = judge(state, "China and the United States held consultations.",
                             "No talks were held between China and the US.");
    assert_true(gs_id_equal(first.dispute, again.dispute));
    gs_verdict other = judge(state, CONTRADICTIONS[4][0], CONTRADICTIONS[4][1]);
    assert_false(gs_id_equal(first.dispute, other.dispute));
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void rubble_is_judged_alike_both_ways(void **state)
{
    static const char *const pieces[] = {"no ",    "not ",    "talks ", "China ",   "the ",
                                         "US ",    "12 ",     "per ",   "cent ",    "rose ",
                                         "fell ",  "\"",      ". ",     ", ",       "and ",
                                         "were ",  "closed ", "gates ", "false ",   "if ",
                                         "; ",     "%",       "$",      "million ", "\xC3\xA9\xC3\xA9 ",
                                         "won't ", "dead ",   "2025 "};
    uint32_t seed = 3;
    for (int round = 0; round < 3000; round++) {
        char texts[2][400] = {"", ""};
        for (int side = 0; side < 2; side++)
            for (uint32_t i = next_random(&seed) % 30; i > 0; i--)
                strcat(texts[side], pieces[next_random(&seed) % (sizeof pieces / sizeof pieces[0])]);
        judge(state, texts[0], texts[1]);
        gs_arena_reset(*state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(contradictions_are_found, setup, teardown),
        cmocka_unit_test_setup_teardown(agreement_and_conditions_are_none, setup, teardown),
        cmocka_unit_test_setup_teardown(speakers_decide_scope_and_kind, setup, teardown),
        cmocka_unit_test_setup_teardown(we_is_the_speakers_country, setup, teardown),
        cmocka_unit_test_setup_teardown(a_denial_turns_its_content, setup, teardown),
        cmocka_unit_test_setup_teardown(one_question_is_one_dispute, setup, teardown),
        cmocka_unit_test_setup_teardown(rubble_is_judged_alike_both_ways, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
