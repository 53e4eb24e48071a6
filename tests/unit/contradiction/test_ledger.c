// The ledger: one utterance in many reports, revisions that take back, disputes, and the same end in any
// order.
#include "judge_test.h"
#include "ledger_test.h"

#include <stdio.h>

enum { EVENTS = 512 };

typedef struct fixture {
    gs_arena *arena;   // of the test
    gs_arena *scratch; // of one apply
    gs_memory_store *store;
    gs_ledger *ledger;
    int kinds[EVENTS]; // body cases, in order
    bool repeated[EVENTS];
    char merged[GS_ID_TEXT]; // dispute that was told last to be part of another one
    size_t count;
} fixture;

static void on_event(void *context, const gs_event *event)
{
    fixture *self = context;
    assert_int_equal(event->sequence, self->count + 1);
    assert_true(event->topic && event->topic[0]);
    assert_true(self->count < EVENTS);
    self->repeated[self->count] = event->repeated;
    if (event->body_case == GAINSAY__V1__FEED_EVENT__BODY_RETRACTION && event->retraction->merged_into[0])
        snprintf(self->merged, sizeof self->merged, "%s", event->retraction->dispute_id);
    self->kinds[self->count++] = (int)event->body_case;
}

static void open_ledger(fixture *self)
{
    self->store = gs_memory_store_new(on_event, self);
    gs_ledger_store functions = gs_memory_store_functions(self->store);
    self->ledger = gs_ledger_new(&functions, test_judge, 30, 0.5);
    self->count = 0;
}

static void close_ledger(fixture *self)
{
    gs_ledger_free(&self->ledger);
    gs_memory_store_free(&self->store);
}

static int setup(void **state)
{
    fixture *self = gs_allocate(sizeof *self);
    self->arena = gs_arena_new(0);
    self->scratch = gs_arena_new(0);
    open_ledger(self);
    *state = self;
    return 0;
}

static int teardown(void **state)
{
    fixture *self = *state;
    close_ledger(self);
    gs_arena_free(&self->arena);
    gs_arena_free(&self->scratch);
    free(self);
    return 0;
}

static void apply(fixture *self, const gs_extraction *extraction, bool known_before)
{
    gs_error error = {0};
    assert_true(gs_ledger_apply(self->ledger, extraction, known_before, self->scratch, &error));
    gs_arena_reset(self->scratch);
}

static size_t count_of(fixture *self, gs_memory_kind kind)
{
    size_t count;
    gs_memory_store_list(self->store, kind, self->arena, &count);
    return count;
}

static gs_statement *stored(fixture *self, gs_id id)
{
    gs_ledger_store functions = gs_memory_store_functions(self->store);
    gs_statement *statement = NULL;
    gs_error error = {0};
    assert_true(functions.statement_get(functions.context, id, self->arena, &statement, &error));
    return statement;
}

static size_t events_of(const fixture *self, Gainsay__V1__FeedEvent__BodyCase kind)
{
    size_t count = 0;
    for (size_t i = 0; i < self->count; i++)
        count += self->kinds[i] == (int)kind;
    return count;
}

static const said YES = {"Ana Ruiz", "PE", "2025-04-24",
                         "The gates of the upper dam were closed on purpose."};
static const said NO = {"Bo Li", "CN", "2025-04-25", "Nobody closed the gates of the upper dam."};
static const said NO_AGAIN = {"Eva Ma", "CN", "2025-04-25", "The gates of the upper dam were never closed."};
static const said ASIDE = {"Ana Ruiz", "PE", "2025-04-24",
                           "The trawler was fishing inside the zone near Arica."};

static void statements_then_contradictions_then_disputes(void **state)
{
    fixture *self = *state;
    apply(self, extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", &YES, 1), false);
    assert_int_equal(self->count, 1);
    const said both[] = {NO, NO_AGAIN};
    apply(self, extraction_of(self->arena, "b", "2025-04-25T10:00:00Z", both, 2), false);
    static const int expected[] = {
        GAINSAY__V1__FEED_EVENT__BODY_STATEMENT,     GAINSAY__V1__FEED_EVENT__BODY_STATEMENT,
        GAINSAY__V1__FEED_EVENT__BODY_STATEMENT,     GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION,
        GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION, GAINSAY__V1__FEED_EVENT__BODY_DISPUTE,
    };
    assert_int_equal(self->count, 6);
    assert_memory_equal(self->kinds, expected, sizeof expected);
    assert_int_equal(count_of(self, GS_MEMORY_STATEMENTS), 3);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 2);
    assert_int_equal(count_of(self, GS_MEMORY_DISPUTES), 1);
}

static void disputes_have_sides_in_time(void **state)
{
    fixture *self = *state;
    const said both[] = {NO, NO_AGAIN};
    apply(self, extraction_of(self->arena, "b", "2025-04-25T10:00:00Z", both, 2), false);
    apply(self, extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", &YES, 1), false);
    gs_ledger_store functions = gs_memory_store_functions(self->store);
    size_t count;
    gs_id *ids = gs_memory_store_list(self->store, GS_MEMORY_DISPUTES, self->arena, &count);
    gs_dispute *dispute = NULL;
    gs_error error = {0};
    assert_int_equal(count, 1);
    assert_true(functions.dispute_get(functions.context, ids[0], self->arena, &dispute, &error));
    assert_int_equal(dispute->n_sides, 2);
    assert_string_equal(dispute->sides[0]->label, "Peru"); // who spoke first
    assert_int_equal(dispute->sides[0]->n_statement_ids, 1);
    assert_string_equal(dispute->sides[0]->first->text, YES.text);
    assert_null(dispute->sides[0]->latest);
    assert_string_equal(dispute->sides[1]->label, "China");
    assert_int_equal(dispute->sides[1]->n_statement_ids, 2);
    assert_non_null(dispute->sides[1]->latest);
    assert_int_equal(dispute->n_contradiction_ids, 2);
    assert_string_equal(dispute->first_seen, "2025-04-24T10:00:00Z");
    assert_string_equal(dispute->last_seen, "2025-04-25T10:00:00Z");
    assert_true(dispute->question[0] != '\0');
}

static void one_utterance_has_many_reports(void **state)
{
    fixture *self = *state;
    gs_extraction *late = extraction_of(self->arena, "late", "2025-04-24T12:00:00Z", &YES, 1);
    gs_extraction *early = extraction_of(self->arena, "early", "2025-04-24T09:00:00+02:00", &YES, 1);
    gs_id id = id_of(late->statements[0]);
    apply(self, late, false);
    apply(self, early, false);
    assert_int_equal(count_of(self, GS_MEMORY_STATEMENTS), 1);
    assert_int_equal(self->kinds[1], GAINSAY__V1__FEED_EVENT__BODY_STATEMENT_UPDATE);
    gs_statement *statement = stored(self, id);
    assert_string_equal(statement->article_id, "early");
    assert_int_equal(statement->n_reports, 2);
    assert_string_equal(statement->reports[0]->article_id, "early");
    assert_string_equal(statement->reports[1]->article_id, "late");
    // Once more changes nothing and tells nothing.
    apply(self, early, true);
    apply(self, late, true);
    assert_int_equal(self->count, 2);
}

static void the_same_words_twice_in_one_article_count_once(void **state)
{
    fixture *self = *state;
    const said twice[] = {YES, YES};
    apply(self, extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", twice, 2), false);
    assert_int_equal(self->count, 1);
    assert_int_equal(count_of(self, GS_MEMORY_STATEMENTS), 1);
}

static void a_revision_takes_back_what_it_no_longer_says(void **state)
{
    fixture *self = *state;
    const said first[] = {YES, ASIDE};
    apply(self, extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", first, 2), false);
    apply(self, extraction_of(self->arena, "b", "2025-04-25T10:00:00Z", &NO, 1), false);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 1);
    size_t before = self->count;
    apply(self, extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", &ASIDE, 1), true);
    // The contradiction, the statement it rested on, and the dispute that is left empty.
    assert_int_equal(self->count - before, 3);
    assert_int_equal(events_of(self, GAINSAY__V1__FEED_EVENT__BODY_RETRACTION), 3);
    assert_int_equal(count_of(self, GS_MEMORY_STATEMENTS), 2);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 0);
    assert_int_equal(count_of(self, GS_MEMORY_DISPUTES), 0);
    // Said again, it contradicts again.
    apply(self, extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", first, 2), true);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 1);
    assert_int_equal(count_of(self, GS_MEMORY_DISPUTES), 1);
}

static void a_dispute_keeps_what_is_left(void **state)
{
    fixture *self = *state;
    const said both[] = {NO, NO_AGAIN};
    apply(self, extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", &YES, 1), false);
    apply(self, extraction_of(self->arena, "b", "2025-04-25T10:00:00Z", both, 2), false);
    apply(self, extraction_of(self->arena, "b", "2025-04-25T10:00:00Z", &NO, 1), true);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 1);
    assert_int_equal(count_of(self, GS_MEMORY_DISPUTES), 1);
    assert_int_equal(self->kinds[self->count - 1], GAINSAY__V1__FEED_EVENT__BODY_DISPUTE);
}

static void a_report_may_go_while_another_stays(void **state)
{
    fixture *self = *state;
    gs_extraction *early = extraction_of(self->arena, "early", "2025-04-24T09:00:00Z", &YES, 1);
    gs_id id = id_of(early->statements[0]);
    apply(self, early, false);
    apply(self, extraction_of(self->arena, "late", "2025-04-24T12:00:00Z", &YES, 1), false);
    apply(self, extraction_of(self->arena, "early", "2025-04-24T09:00:00Z", NULL, 0), true);
    gs_statement *statement = stored(self, id);
    assert_non_null(statement);
    assert_string_equal(statement->article_id, "late");
    assert_int_equal(statement->n_reports, 1);
    assert_int_equal(events_of(self, GAINSAY__V1__FEED_EVENT__BODY_RETRACTION), 0);
}

static void far_apart_in_time_is_no_contradiction(void **state)
{
    fixture *self = *state;
    said later = NO;
    later.day = "2025-06-25";
    apply(self, extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", &YES, 1), false);
    apply(self, extraction_of(self->arena, "b", "2025-06-25T10:00:00Z", &later, 1), false);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 0);
}

static void statements_of_nobody_are_kept_but_not_judged(void **state)
{
    fixture *self = *state;
    gs_extraction *first = extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", &YES, 1);
    gs_extraction *second = extraction_of(self->arena, "b", "2025-04-25T10:00:00Z", &NO, 1);
    first->statements[0]->speaker->kind = GAINSAY__V1__SPEAKER__KIND__KIND_UNSPECIFIED;
    apply(self, first, false);
    apply(self, second, false);
    assert_int_equal(count_of(self, GS_MEMORY_STATEMENTS), 2);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 0);
    assert_int_equal(gs_index_size(gs_ledger_index(self->ledger)), 1);
}

static void a_recalled_statement_is_found_again(void **state)
{
    fixture *self = *state;
    gs_extraction *first = extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", &YES, 1);
    apply(self, first, false);
    gs_ledger_store functions = gs_memory_store_functions(self->store);
    gs_ledger_free(&self->ledger);
    self->ledger = gs_ledger_new(&functions, test_judge, 30, 0.5);
    gs_ledger_recall(self->ledger, stored(self, id_of(first->statements[0])));
    apply(self, extraction_of(self->arena, "b", "2025-04-25T10:00:00Z", &NO, 1), false);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 1);
}

static void weak_ones_are_not_told(void **state)
{
    fixture *self = *state;
    gs_ledger_set_min_score(self->ledger, 0.999);
    apply(self, extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", &YES, 1), false);
    apply(self, extraction_of(self->arena, "b", "2025-04-25T10:00:00Z", &NO, 1), false);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 0);
}

static void an_index_ahead_of_the_store_does_no_harm(void **state)
{
    fixture *self = *state;
    gs_ledger_recall(self->ledger,
                     statement_of(self->arena, &YES, "lost", "2025-04-24T10:00:00Z")); // its apply was undone
    apply(self, extraction_of(self->arena, "b", "2025-04-25T10:00:00Z", &NO, 1), false);
    assert_int_equal(self->count, 1);
}

static void dead_letters_are_refused(void **state)
{
    fixture *self = *state;
    gs_error error = {0};
    gs_extraction *extraction = extraction_of(self->arena, "a", "", &YES, 1);
    gs_dead_letter letter = GAINSAY__V1__DEAD_LETTER__INIT;
    extraction->dead_letter = &letter;
    assert_false(gs_ledger_apply(self->ledger, extraction, false, self->scratch, &error));
    assert_int_equal(self->count, 0);
}

static bool refuse_statement(void *context, gs_id id, const gs_statement *statement, gs_error *error)
{
    (void)context;
    (void)id;
    (void)statement;
    return gs_fail(error, GS_E_FULL, "no space left");
}

static void a_failing_store_stops_the_apply(void **state)
{
    fixture *self = *state;
    gs_ledger_store functions = gs_memory_store_functions(self->store);
    gs_error error = {0};
    functions.statement_put = refuse_statement;
    gs_ledger *ledger = gs_ledger_new(&functions, test_judge, 30, 0.5);
    assert_false(
        gs_ledger_apply(ledger, extraction_of(self->arena, "a", "", &YES, 1), false, self->scratch, &error));
    assert_int_equal(error.code, GS_E_FULL);
    assert_int_equal(self->count, 0);
    gs_ledger_free(&ledger);
}

static void topics_follow_the_country(void **state)
{
    fixture *self = *state;
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    assert_string_equal(gs_event_topic(&event, self->arena), "heartbeat/");
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_STATEMENT;
    event.statement = statement_of(self->arena, &YES, "a", "");
    assert_string_equal(gs_event_topic(&event, self->arena), "statement/PE/");
    event.statement->speaker->country = (char *)"";
    assert_string_equal(gs_event_topic(&event, self->arena), "statement/-/");
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_RETRACTION;
    assert_string_equal(gs_event_topic(&event, self->arena), "retraction/");
}

// ---- disputes ----------------------------------------------------------------------------------------

// The only dispute there is, notes under other questions' ids aside.
static gs_dispute *only_dispute(fixture *self)
{
    gs_ledger_store functions = gs_memory_store_functions(self->store);
    size_t count;
    gs_id *ids = gs_memory_store_list(self->store, GS_MEMORY_DISPUTES, self->arena, &count);
    gs_dispute *found = NULL;
    gs_error error = {0};
    for (size_t i = 0; i < count; i++) {
        gs_dispute *dispute = NULL;
        assert_true(functions.dispute_get(functions.context, ids[i], self->arena, &dispute, &error));
        if (dispute->merged_into[0])
            continue;
        assert_null(found);
        found = dispute;
    }
    return found;
}

static const said NO_OF_CHILE = {"Rosa Gil", "CL", "2025-04-25",
                                 "The gates of the upper dam were not closed."};

static void the_same_quarrel_again_is_no_news(void **state)
{
    fixture *self = *state;
    apply(self, extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", &YES, 1), false);
    apply(self, extraction_of(self->arena, "b", "2025-04-25T10:00:00Z", &NO, 1), false);
    assert_int_equal(self->kinds[self->count - 2], GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION);
    assert_false(self->repeated[self->count - 2]);
    assert_false(self->repeated[self->count - 1]);
    // The same side again: told, and marked.
    apply(self, extraction_of(self->arena, "c", "2025-04-25T12:00:00Z", &NO_AGAIN, 1), false);
    assert_int_equal(self->kinds[self->count - 2], GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION);
    assert_true(self->repeated[self->count - 2]);
    assert_true(self->repeated[self->count - 1]);
    // Another state: news, in a dispute that was told before.
    apply(self, extraction_of(self->arena, "d", "2025-04-26T10:00:00Z", &NO_OF_CHILE, 1), false);
    assert_false(self->repeated[self->count - 2]);
    const gs_dispute *dispute = only_dispute(self);
    assert_int_equal(dispute->n_contradiction_ids, 3);
    assert_int_equal(dispute->n_sides, 2); // those who deny stand on one side
    assert_string_equal(dispute->sides[0]->label, "Peru");
    assert_string_equal(dispute->sides[1]->label, "China, Chile");
}

// A minister against a minister is news once, and the minister's own reversal another.
static void a_reversal_is_news_beside_a_quarrel(void **state)
{
    fixture *self = *state;
    const said minister = {"Juan Paz", "PE", "2025-04-25", "Nobody closed the gates of the upper dam."};
    const said reversal = {"Ana Ruiz", "PE", "2025-04-28", "The gates of the upper dam were never closed."};
    apply(self, extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", &YES, 1), false);
    apply(self, extraction_of(self->arena, "b", "2025-04-25T10:00:00Z", &minister, 1), false);
    apply(self, extraction_of(self->arena, "c", "2025-04-28T10:00:00Z", &reversal, 1), false);
    size_t told = 0;
    for (size_t i = 0; i < self->count; i++)
        if (self->kinds[i] == GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION) {
            assert_false(self->repeated[i]);
            told++;
        }
    assert_int_equal(told, 2);
    const gs_dispute *dispute = only_dispute(self); // of one state: the names tell the sides apart
    assert_int_equal(dispute->n_sides, 2);
    assert_string_equal(dispute->sides[0]->label, "Ana Ruiz");
    assert_string_equal(dispute->sides[1]->label, "Juan Paz, Ana Ruiz");
}

// Two questions (Peru and China, Peru and Chile) rest on the same words of Peru's: one dispute, under the
// lesser of their ids, whichever came first.
static void disputes_that_rest_on_the_same_words_are_one(void **state)
{
    fixture *self = *state;
    const said denials[] = {NO, NO_OF_CHILE};
    char *ids[2], *mergers[2];
    for (size_t first = 0; first < 2; first++) {
        close_ledger(self);
        open_ledger(self);
        self->merged[0] = '\0';
        apply(self, extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", &YES, 1), false);
        apply(self, extraction_of(self->arena, "b", "2025-04-25T10:00:00Z", &denials[first], 1), false);
        const gs_dispute *before = only_dispute(self);
        apply(self, extraction_of(self->arena, "c", "2025-04-25T10:00:00Z", &denials[1 - first], 1), false);
        const gs_dispute *after = only_dispute(self);
        ids[first] = after->dispute_id;
        mergers[first] = gs_arena_text(self->arena, gs_view_of(self->merged));
        assert_int_equal(after->n_question_ids, 2);
        // The one that was told is taken back where the other's id is the lesser.
        bool moved = strcmp(before->dispute_id, after->dispute_id) != 0;
        assert_string_equal(self->merged, moved ? before->dispute_id : "");
        gs_ledger_store functions = gs_memory_store_functions(self->store);
        for (size_t i = 0; i < 2; i++) {
            gs_contradiction *contradiction = NULL;
            gs_error error = {0};
            gs_id id;
            assert_true(gs_id_parse(gs_view_of(after->contradiction_ids[i]), &id));
            assert_true(
                functions.contradiction_get(functions.context, id, self->arena, &contradiction, &error));
            assert_string_equal(contradiction->dispute_id, after->dispute_id);
        }
    }
    assert_string_equal(ids[0], ids[1]);
    assert_true((mergers[0][0] != '\0') != (mergers[1][0] != '\0'));
    // When one of them goes, the other goes on under its own id.
    self->merged[0] = '\0';
    apply(self, extraction_of(self->arena, "b", "2025-04-25T10:00:00Z", NULL, 0), true);
    const gs_dispute *left = only_dispute(self);
    assert_int_equal(left->n_question_ids, 1);
    assert_string_equal(left->dispute_id, left->question_ids[0]);
    assert_string_equal(self->merged, strcmp(left->dispute_id, ids[0]) == 0 ? "" : ids[0]);
    apply(self, extraction_of(self->arena, "c", "2025-04-25T10:00:00Z", NULL, 0), true);
    assert_null(only_dispute(self));
    assert_int_equal(count_of(self, GS_MEMORY_DISPUTES), 0); // nor any notes
}

static const said FLOWS[] = {
    {"Ana Ruiz", "PE", "2025-04-24", "The flow at the border bridge was 15 cubic metres a second."},
    {"Bo Li", "CN", "2025-04-25", "The flow at the border bridge was 60 cubic metres a second."},
    {"Rosa Gil", "CL", "2025-04-25", "The flow at the border bridge was 90 cubic metres a second."},
};

static void three_figures_are_three_sides(void **state)
{
    fixture *self = *state;
    static const char *const articles[] = {"a", "b", "c"};
    static const char *const labels[] = {"Peru", "China", "Chile"};
    for (size_t i = 0; i < 3; i++)
        apply(self, extraction_of(self->arena, articles[i], "2025-04-26T10:00:00Z", &FLOWS[i], 1), false);
    const gs_dispute *dispute = only_dispute(self);
    assert_int_equal(dispute->n_sides, 3);
    assert_int_equal(dispute->n_contradiction_ids, 3);
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++)
            if (strcmp(dispute->sides[i]->first->text, FLOWS[j].text) == 0)
                assert_string_equal(dispute->sides[i]->label, labels[j]);
    // Delivered again, nothing is told.
    size_t told = self->count;
    for (size_t i = 0; i < 3; i++)
        apply(self, extraction_of(self->arena, articles[i], "2025-04-26T10:00:00Z", &FLOWS[i], 1), true);
    assert_int_equal(self->count, told);
    // A correction takes one side out.
    apply(self, extraction_of(self->arena, "b", "2025-04-26T10:00:00Z", &ASIDE, 1), true);
    dispute = only_dispute(self);
    assert_int_equal(dispute->n_sides, 2);
    assert_int_equal(dispute->n_contradiction_ids, 1);
    assert_int_equal(self->kinds[self->count - 1], GAINSAY__V1__FEED_EVENT__BODY_DISPUTE);
    // Corrected back, it stands again; the whole article withdrawn, and then another, the dispute is gone.
    apply(self, extraction_of(self->arena, "b", "2025-04-26T10:00:00Z", &FLOWS[1], 1), true);
    assert_int_equal(only_dispute(self)->n_sides, 3);
    apply(self, extraction_of(self->arena, "b", "2025-04-26T10:00:00Z", NULL, 0), true);
    apply(self, extraction_of(self->arena, "c", "2025-04-26T10:00:00Z", NULL, 0), true);
    assert_null(only_dispute(self));
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 0);
}

// A dispute that grows large is extended and not made anew: it comes to the same.
static void a_large_dispute_only_grows(void **state)
{
    enum { EACH = 13 };
    fixture *self = *state;
    char *ids[2];
    for (size_t round = 0; round < 2; round++) {
        close_ledger(self);
        open_ledger(self);
        for (size_t i = 0; i < 2 * EACH; i++) {
            size_t number = round == 0 ? i : 2 * EACH - 1 - i;
            bool denies = number % 2;
            said line = denies ? NO_OF_CHILE : YES;
            line.speaker = gs_arena_format(self->arena, "%s Number %c", denies ? "Rosa" : "Ana",
                                           (char)('A' + (int)number));
            line.day = "2025-04-24";
            char *article = gs_arena_format(self->arena, "article-%02zu", number);
            char *published = gs_arena_format(self->arena, "2025-04-24T10:%02zu:00Z", number);
            apply(self, extraction_of(self->arena, article, published, &line, 1), false);
        }
        const gs_dispute *dispute = only_dispute(self);
        ids[round] = dispute->dispute_id;
        assert_int_equal(dispute->n_contradiction_ids, EACH * EACH);
        assert_int_equal(dispute->n_sides, 2);
        for (size_t s = 0; s < 2; s++) {
            assert_int_equal(dispute->sides[s]->n_statement_ids, EACH);
            assert_string_equal(dispute->sides[s]->label, s == 0 ? "Peru" : "Chile");
            assert_string_equal(dispute->sides[s]->first->article_id, s == 0 ? "article-00" : "article-01");
            assert_string_equal(dispute->sides[s]->latest->article_id, s == 0 ? "article-24" : "article-25");
        }
        assert_string_equal(dispute->first_seen, "2025-04-24T10:00:00Z");
        assert_string_equal(dispute->last_seen, "2025-04-24T10:25:00Z");
        assert_int_equal(events_of(self, GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION), EACH * EACH);
    }
    assert_string_equal(ids[0], ids[1]);
    // A correction makes it anew.
    apply(self, extraction_of(self->arena, "article-00", "2025-04-24T10:00:00Z", NULL, 0), true);
    const gs_dispute *dispute = only_dispute(self);
    assert_int_equal(dispute->n_contradiction_ids, EACH * (EACH - 1));
    assert_string_equal(dispute->sides[1]->first->article_id, "article-02");
}

// What a denial points at, not its own words, is what stands against the other side.
static void a_denial_that_points_back_contradicts_the_claim(void **state)
{
    fixture *self = *state;
    const said nothing = {"Bo Li", "CN", "2025-04-25", "None of that is true."};
    gs_extraction *claim = extraction_of(self->arena, "a", "2025-04-24T10:00:00Z", &YES, 1),
                  *denial = extraction_of(self->arena, "b", "2025-04-25T10:00:00Z", &nothing, 1);
    apply(self, claim, false);
    apply(self, denial, false);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 0);
    denial->statements[0]->denied_claim = (char *)YES.text;
    denial->statements[0]->denied_from = GAINSAY__V1__STATEMENT__DENIED_FROM__QUESTION;
    gs_id_text(gs_statement_identify(denial->statements[0]), denial->statements[0]->statement_id);
    apply(self, denial, true);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 1);
    assert_int_equal(only_dispute(self)->n_sides, 2);
}

// ---- any order ---------------------------------------------------------------------------------------

enum { ARTICLES = 9 };

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void make_articles(gs_arena *arena, gs_extraction *articles[ARTICLES])
{
    static const char *const published[ARTICLES] = {"2025-04-24T10:00:00Z",
                                                    "2025-04-25T10:00:00Z",
                                                    "2025-04-25T12:00:00+02:00",
                                                    "2025-04-24T08:00:00Z",
                                                    "",
                                                    "2025-04-26T10:00:00Z",
                                                    "2025-05-20T10:00:00Z",
                                                    "2025-05-24T10:00:00Z",
                                                    "2025-04-24T10:00:00Z"};
    said undated = NO_AGAIN, flow = {"Ana Ruiz", "PE", "2025-04-24",
                                     "The flow at the border bridge was 15 cubic metres a second."};
    said other_flow = {"Bo Li", "CN", "2025-04-25",
                       "The flow at the border bridge was 60 cubic metres a second."};
    undated.day = "";
    undated.speaker = "Ji Wen"; // as NO_AGAIN in other words, it would be one utterance with it
    undated.text = "The gates of the upper dam were never closed by anybody.";
    const said said_in[ARTICLES][2] = {{YES, ASIDE},     {NO, NO_AGAIN}, {YES, NO},
                                       {NO, flow},       {undated, YES}, {undated, other_flow},
                                       {undated, ASIDE}, {undated, NO},  {NO_AGAIN, flow}};
    for (size_t i = 0; i < ARTICLES; i++)
        articles[i] =
            extraction_of(arena, gs_arena_format(arena, "article-%zu", i), published[i], said_in[i], 2);
}

// All ids, and of each statement its first report: what must not depend on the order.
static char *end_state(fixture *self)
{
    gs_buffer text = {0};
    for (int kind = GS_MEMORY_STATEMENTS; kind <= GS_MEMORY_DISPUTES; kind++) {
        size_t count;
        gs_id *ids = gs_memory_store_list(self->store, (gs_memory_kind)kind, self->arena, &count);
        for (size_t i = 0; i < count; i++) {
            char id[GS_ID_TEXT];
            gs_id_text(ids[i], id);
            gs_buffer_format(&text, "%d %s", kind, id);
            if (kind == GS_MEMORY_STATEMENTS) {
                gs_statement *statement = stored(self, ids[i]);
                gs_buffer_format(&text, " %s %zu", statement->article_id, statement->n_reports);
            }
            if (kind == GS_MEMORY_DISPUTES) {
                gs_ledger_store functions = gs_memory_store_functions(self->store);
                gs_dispute *dispute = NULL;
                gs_error error = {0};
                assert_true(functions.dispute_get(functions.context, ids[i], self->arena, &dispute, &error));
                gs_buffer_format(&text, " %s %s %s", dispute->question, dispute->merged_into,
                                 dispute->first_seen);
                for (size_t s = 0; s < dispute->n_sides; s++) {
                    gs_buffer_format(&text, " | %s", dispute->sides[s]->label);
                    for (size_t j = 0; j < dispute->sides[s]->n_statement_ids; j++)
                        gs_buffer_format(&text, " %s", dispute->sides[s]->statement_ids[j]);
                }
            }
            gs_buffer_byte(&text, '\n');
        }
    }
    char *copy = gs_arena_text(self->arena, gs_buffer_view(&text));
    gs_buffer_free(&text);
    return copy;
}

static void the_order_of_arrival_changes_nothing(void **state)
{
    fixture *self = *state;
    gs_extraction *articles[ARTICLES];
    uint32_t seed = 5;
    char *first = NULL;
    make_articles(self->arena, articles);
    for (int round = 0; round < 300; round++) {
        close_ledger(self);
        open_ledger(self);
        for (size_t i = ARTICLES; i > 1; i--) {
            size_t j = next_random(&seed) % i;
            gs_extraction *swap = articles[i - 1];
            articles[i - 1] = articles[j];
            articles[j] = swap;
        }
        for (size_t i = 0; i < ARTICLES; i++) {
            apply(self, articles[i], false);
            if (next_random(&seed) % 4 == 0)
                apply(self, articles[i], true); // delivered twice
        }
        char *end = end_state(self);
        if (!first)
            first = end;
        assert_string_equal(end, first);
    }
    assert_true(count_of(self, GS_MEMORY_CONTRADICTIONS) >= 4);
    assert_true(count_of(self, GS_MEMORY_DISPUTES) >= 2);
}

// Taking everything back, in any order, leaves nothing.
static void nothing_is_left_of_what_is_taken_back(void **state)
{
    fixture *self = *state;
    gs_extraction *articles[ARTICLES];
    make_articles(self->arena, articles);
    for (size_t i = 0; i < ARTICLES; i++)
        apply(self, articles[i], false);
    for (size_t i = 0; i < ARTICLES; i++)
        apply(self,
              extraction_of(self->arena, articles[(i * 4) % ARTICLES]->article->article_id, "", NULL, 0),
              true);
    assert_int_equal(count_of(self, GS_MEMORY_STATEMENTS), 0);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 0);
    assert_int_equal(count_of(self, GS_MEMORY_DISPUTES), 0);
    assert_int_equal(gs_index_size(gs_ledger_index(self->ledger)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(statements_then_contradictions_then_disputes, setup, teardown),
        cmocka_unit_test_setup_teardown(disputes_have_sides_in_time, setup, teardown),
        cmocka_unit_test_setup_teardown(one_utterance_has_many_reports, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_words_twice_in_one_article_count_once, setup, teardown),
        cmocka_unit_test_setup_teardown(a_revision_takes_back_what_it_no_longer_says, setup, teardown),
        cmocka_unit_test_setup_teardown(a_dispute_keeps_what_is_left, setup, teardown),
        cmocka_unit_test_setup_teardown(a_report_may_go_while_another_stays, setup, teardown),
        cmocka_unit_test_setup_teardown(far_apart_in_time_is_no_contradiction, setup, teardown),
        cmocka_unit_test_setup_teardown(statements_of_nobody_are_kept_but_not_judged, setup, teardown),
        cmocka_unit_test_setup_teardown(a_recalled_statement_is_found_again, setup, teardown),
        cmocka_unit_test_setup_teardown(weak_ones_are_not_told, setup, teardown),
        cmocka_unit_test_setup_teardown(an_index_ahead_of_the_store_does_no_harm, setup, teardown),
        cmocka_unit_test_setup_teardown(dead_letters_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_failing_store_stops_the_apply, setup, teardown),
        cmocka_unit_test_setup_teardown(topics_follow_the_country, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_quarrel_again_is_no_news, setup, teardown),
        cmocka_unit_test_setup_teardown(a_reversal_is_news_beside_a_quarrel, setup, teardown),
        cmocka_unit_test_setup_teardown(disputes_that_rest_on_the_same_words_are_one, setup, teardown),
        cmocka_unit_test_setup_teardown(three_figures_are_three_sides, setup, teardown),
        cmocka_unit_test_setup_teardown(a_large_dispute_only_grows, setup, teardown),
        cmocka_unit_test_setup_teardown(a_denial_that_points_back_contradicts_the_claim, setup, teardown),
        cmocka_unit_test_setup_teardown(the_order_of_arrival_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_is_left_of_what_is_taken_back, setup, teardown),
    };
    return cmocka_run_group_tests(tests, judge_setup, judge_teardown);
}
