// A second opinion and the ledger: verdicts that stand, are confirmed, taken back or held, and what the feed
// is told of each.
#include <stdio.h>

#include "judge_test.h"
#include "ledger_test.h"

enum { EVENTS = 64 };

typedef struct fixture {
    gs_arena *arena;   // of the test
    gs_arena *scratch; // of one apply
    gs_memory_store *store;
    gs_ledger *ledger;
    int kinds[EVENTS]; // body cases, in order
    size_t count;
    char retracted[100]; // the last retraction's reason
    double told_score;   // of the last contradiction told, like the next
    double told_own;     // -1: without a second opinion
    char told_reason[400];
    // What the next consultation answers, and what was asked.
    gs_consulted answer;
    gs_opinion opinion;
    size_t asked;
    gs_id pair;
    double score;
    bool fails;
} fixture;

static void on_event(void *context, const gs_event *event)
{
    fixture *self = context;
    assert_true(self->count < EVENTS);
    self->kinds[self->count++] = (int)event->body_case;
    if (event->body_case == GAINSAY__V1__FEED_EVENT__BODY_RETRACTION)
        snprintf(self->retracted, sizeof self->retracted, "%s", event->retraction->reason);
    if (event->body_case != GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION)
        return;
    const gs_contradiction *told = event->contradiction;
    self->told_score = told->score;
    self->told_own = told->second_opinion ? told->second_opinion->built_in_score : -1;
    snprintf(self->told_reason, sizeof self->told_reason, "%s", told->reason);
}

static bool consult(void *context, const gs_consulting *pair, gs_consulted *answer, gs_second_opinion **given,
                    gs_error *error)
{
    fixture *self = context;
    self->asked++;
    self->pair = pair->pair;
    self->score = pair->score;
    assert_false(gs_id_equal(pair->a_id, pair->b_id));
    assert_true(gs_id_equal(pair->a_id, id_of(pair->a)));
    assert_true(gs_id_equal(pair->b_id, id_of(pair->b)));
    if (self->fails)
        return gs_fail(error, GS_E_IO, "the store is away");
    *answer = self->answer;
    *given = gs_arena_alloc(pair->arena, sizeof **given);
    gainsay__v1__second_opinion__init(*given);
    (*given)->model = (char *)"a model";
    (*given)->relation = self->opinion.relation;
    (*given)->confidence = self->opinion.confidence;
    return true;
}

static int setup(void **state)
{
    fixture *self = gs_allocate(sizeof *self);
    self->arena = gs_arena_new(0);
    self->scratch = gs_arena_new(0);
    self->store = gs_memory_store_new(on_event, self);
    gs_ledger_store functions = gs_memory_store_functions(self->store);
    self->ledger = gs_ledger_new(&functions, test_judge, 30, 0.5);
    gs_ledger_set_consult(self->ledger, consult, self);
    *state = self;
    return 0;
}

static int teardown(void **state)
{
    fixture *self = *state;
    gs_ledger_free(&self->ledger);
    gs_memory_store_free(&self->store);
    gs_arena_free(&self->arena);
    gs_arena_free(&self->scratch);
    free(self);
    return 0;
}

static const said YES = {"Ana Ruiz", "PE", "2025-04-24",
                         "The gates of the upper dam were closed on purpose."};
static const said NO = {"Bo Li", "CN", "2025-04-25", "Nobody closed the gates of the upper dam."};
static const said ASIDE = {"Bo Li", "CN", "2025-04-25",
                           "The trawler was fishing inside the zone near Arica."};

static void apply(fixture *self, const gs_extraction *extraction, bool known_before)
{
    gs_error error = {0};
    if (!gs_ledger_apply(self->ledger, extraction, known_before, self->scratch, &error))
        fail_msg("%s", error.message);
    gs_arena_reset(self->scratch);
}

static void apply_both(fixture *self)
{
    apply(self, extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", &YES, 1), false);
    apply(self, extraction_of(self->arena, "b", "2025-04-25T10:00:00Z", &NO, 1), false);
}

static void settle(fixture *self)
{
    gs_error error = {0};
    gs_id a = id_of(statement_of(self->arena, &YES, "a", "")),
          b = id_of(statement_of(self->arena, &NO, "b", ""));
    if (!gs_ledger_settle(self->ledger, a, b, self->scratch, &error))
        fail_msg("%s", error.message);
    gs_arena_reset(self->scratch);
}

static size_t events_of(const fixture *self, Gainsay__V1__FeedEvent__BodyCase kind)
{
    size_t count = 0;
    for (size_t i = 0; i < self->count; i++)
        count += self->kinds[i] == (int)kind;
    return count;
}

static size_t contradictions_told(const fixture *self)
{
    return events_of(self, GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION);
}

static void answers(fixture *self, Gainsay__V1__Contradiction__Relation relation, double confidence)
{
    self->answer = GS_CONSULTED_GIVEN;
    self->opinion = (gs_opinion){.relation = relation, .confidence = confidence};
}

static void only_what_the_judge_holds_is_asked_about(void **state)
{
    fixture *self = *state;
    apply(self, extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", &YES, 1), false);
    apply(self, extraction_of(self->arena, "b", "2025-04-25T10:00:00Z", &ASIDE, 1), false);
    assert_int_equal(self->asked, 0);
    apply(self, extraction_of(self->arena, "c", "2025-04-25T10:00:00Z", &NO, 1), false);
    assert_true(self->asked > 0);
    // The answer was that the verdict stands.
    assert_int_equal(contradictions_told(self), 1);
    assert_true(self->told_score == self->score);
    assert_true(self->told_own == -1);
}

static void a_confirmation_lifts_the_score_and_nothing_else(void **state)
{
    fixture *self = *state;
    gs_verdict own;
    gs_judge_statements(test_judge, statement_of(self->arena, &YES, "a", ""),
                        statement_of(self->arena, &NO, "b", ""), self->scratch, &own);
    answers(self, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS, 0.5);
    apply_both(self);
    assert_int_equal(contradictions_told(self), 1);
    assert_true(self->told_own == own.score);
    assert_true(self->told_score > own.score && self->told_score <= own.score + 0.15);
    assert_string_equal(self->told_reason, own.reason);
}

static void a_veto_tells_nothing(void **state)
{
    fixture *self = *state;
    answers(self, GAINSAY__V1__CONTRADICTION__RELATION__SUPERSEDES, 0.9);
    apply_both(self);
    assert_true(self->asked > 0);
    assert_int_equal(self->count, 2); // the statements
    answers(self, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS, 0.9);
    settle(self);
    assert_int_equal(contradictions_told(self), 1);
}

static void a_doubt_lowers_the_score(void **state)
{
    fixture *self = *state;
    answers(self, GAINSAY__V1__CONTRADICTION__RELATION__RELATION_UNSPECIFIED, 0.05);
    apply_both(self);
    assert_int_equal(contradictions_told(self), 1);
    assert_true(self->told_score < self->told_own && self->told_score >= 0.5);
}

static void a_pair_that_is_held_is_told_when_it_is_settled(void **state)
{
    fixture *self = *state;
    self->answer = GS_CONSULTED_HOLD;
    apply_both(self);
    settle(self); // too early: it is still held
    assert_int_equal(self->count, 2);
    answers(self, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS, 0.9);
    settle(self);
    static const int expected[] = {
        GAINSAY__V1__FEED_EVENT__BODY_STATEMENT, GAINSAY__V1__FEED_EVENT__BODY_STATEMENT,
        GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION, GAINSAY__V1__FEED_EVENT__BODY_DISPUTE};
    assert_int_equal(self->count, 4);
    assert_memory_equal(self->kinds, expected, sizeof expected);
    // Once more adds no contradiction.
    settle(self);
    assert_int_equal(contradictions_told(self), 1);
}

static void a_held_pair_comes_to_nothing_with_its_statement(void **state)
{
    fixture *self = *state;
    self->answer = GS_CONSULTED_HOLD;
    apply_both(self);
    apply(self, extraction_of(self->arena, "b", "2025-04-25T11:00:00Z", &ASIDE, 1), true);
    const size_t before = self->count;
    answers(self, GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS, 1);
    settle(self);
    assert_int_equal(self->count, before);
}

static void what_was_told_stays_while_it_is_held_and_can_be_taken_back(void **state)
{
    fixture *self = *state;
    apply_both(self);
    assert_int_equal(contradictions_told(self), 1);
    self->answer = GS_CONSULTED_HOLD;
    settle(self);
    assert_int_equal(events_of(self, GAINSAY__V1__FEED_EVENT__BODY_RETRACTION), 0);
    answers(self, GAINSAY__V1__CONTRADICTION__RELATION__REPEATS, 1);
    settle(self);
    assert_int_equal(events_of(self, GAINSAY__V1__FEED_EVENT__BODY_RETRACTION), 2); // and the empty dispute
    size_t left;
    gs_memory_store_list(self->store, GS_MEMORY_CONTRADICTIONS, self->arena, &left);
    assert_int_equal(left, 0);
}

static void the_retraction_says_why(void **state)
{
    fixture *self = *state;
    const said third = {"Eva Ma", "CN", "2025-04-25", "The gates of the upper dam were never closed."};
    apply_both(self);
    apply(self, extraction_of(self->arena, "c", "2025-04-25T12:00:00Z", &third, 1), false);
    answers(self, GAINSAY__V1__CONTRADICTION__RELATION__REPEATS, 1);
    settle(self);
    assert_string_equal(self->retracted, "a second opinion does not bear it out");
}

static void a_failure_stops_the_ledger(void **state)
{
    fixture *self = *state;
    gs_error error = {0};
    apply(self, extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", &YES, 1), false);
    self->fails = true;
    assert_false(gs_ledger_apply(self->ledger,
                                 extraction_of(self->arena, "b", "2025-04-25T10:00:00Z", &NO, 1), false,
                                 self->scratch, &error));
    assert_string_equal(error.message, "the store is away");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_what_the_judge_holds_is_asked_about),
        TEST(a_confirmation_lifts_the_score_and_nothing_else),
        TEST(a_veto_tells_nothing),
        TEST(a_doubt_lowers_the_score),
        TEST(a_pair_that_is_held_is_told_when_it_is_settled),
        TEST(a_held_pair_comes_to_nothing_with_its_statement),
        TEST(what_was_told_stays_while_it_is_held_and_can_be_taken_back),
        TEST(the_retraction_says_why),
        TEST(a_failure_stops_the_ledger),
    };
    return cmocka_run_group_tests(tests, judge_setup, judge_teardown);
}
