// explain: a contradiction followed through the events that told it, and a dispute on the screen.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/explain.h"
#include "cli/screen.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define PAIR "cccccccccccccccccccccccccccccccc"
#define OTHER "cccccccc000000000000000000000000"
#define DISPUTE "dddddddddddddddddddddddddddddddd"
#define MERGED "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"

enum { EVENTS = 16 };

typedef struct fixture {
    gs_arena *arena;
    gs_event *events[EVENTS];
    size_t count;
} fixture;

static fixture make(void)
{
    return (fixture){.arena = gs_arena_new(0)};
}

static gs_statement *said(fixture *self, const char *id, const char *name, const char *day, const char *text)
{
    gs_statement *statement = gs_arena_alloc(self->arena, sizeof *statement);
    gainsay__v1__statement__init(statement);
    statement->speaker = gs_arena_alloc(self->arena, sizeof *statement->speaker);
    gainsay__v1__speaker__init(statement->speaker);
    statement->speaker->name = (char *)name;
    statement->speaker->role = (char *)"Foreign Minister";
    statement->speaker->country = (char *)"PE";
    statement->statement_id = (char *)id;
    statement->text = (char *)text;
    statement->said_on = (char *)day;
    statement->published = (char *)day;
    statement->content = gs_arena_alloc(self->arena, sizeof *statement->content);
    statement->content[0] = gs_arena_alloc(self->arena, sizeof *statement->content[0]);
    gainsay__v1__span__init(statement->content[0]);
    statement->content[0]->begin = 100;
    statement->content[0]->end = 100 + (uint32_t)strlen(text);
    statement->n_content = 1;
    return statement;
}

static gs_event *tell(fixture *self, Gainsay__V1__FeedEvent__BodyCase kind)
{
    gs_event *event = gs_arena_alloc(self->arena, sizeof *event);
    gainsay__v1__feed_event__init(event);
    event->body_case = kind;
    event->sequence = self->count + 1;
    assert_true(self->count < EVENTS);
    return self->events[self->count++] = event;
}

static void tell_pair(fixture *self, const char *id, const char *dispute)
{
    gs_contradiction *pair = gs_arena_alloc(self->arena, sizeof *pair);
    gainsay__v1__contradiction__init(pair);
    pair->contradiction_id = (char *)id;
    pair->dispute_id = (char *)dispute;
    pair->a = said(self, A, "Ana Ruiz", "2025-04-24", "The gates were shut.");
    pair->b = said(self, B, "Bo Li", "2025-04-27", "The gates were not shut.");
    pair->evidence_a = gs_arena_alloc(self->arena, sizeof *pair->evidence_a);
    pair->evidence_a[0] = gs_arena_alloc(self->arena, sizeof *pair->evidence_a[0]);
    gainsay__v1__span__init(pair->evidence_a[0]);
    pair->evidence_a[0]->begin = 104; // "gates were shut"
    pair->evidence_a[0]->end = 119;
    pair->n_evidence_a = 1;
    pair->reason = (char *)"Bo Li denies what Ana Ruiz says.";
    tell(self, GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION)->contradiction = pair;
}

static gs_dispute *tell_dispute(fixture *self, const char *id, const char *contradiction)
{
    gs_dispute *dispute = gs_arena_alloc(self->arena, sizeof *dispute);
    gainsay__v1__dispute__init(dispute);
    dispute->dispute_id = (char *)id;
    dispute->question = (char *)"Were the gates shut?";
    dispute->contradiction_ids = gs_arena_alloc(self->arena, sizeof(char *));
    dispute->contradiction_ids[0] = (char *)contradiction;
    dispute->n_contradiction_ids = 1;
    dispute->first_seen = dispute->last_seen = (char *)"2025-04-24T10:00:00Z";
    tell(self, GAINSAY__V1__FEED_EVENT__BODY_DISPUTE)->dispute = dispute;
    return dispute;
}

static gs_retraction *take_back(fixture *self, const char *reason)
{
    gs_retraction *taken = gs_arena_alloc(self->arena, sizeof *taken);
    gainsay__v1__retraction__init(taken);
    taken->reason = (char *)reason;
    taken->article_id = (char *)"article-1";
    tell(self, GAINSAY__V1__FEED_EVENT__BODY_RETRACTION)->retraction = taken;
    return taken;
}

static gs_explained explain(fixture *self, const char *wanted)
{
    gs_explained explained = {.arena = self->arena, .wanted = wanted};
    for (size_t i = 0; i < self->count; i++)
        gs_explained_find(&explained, self->events[i]);
    for (size_t i = 0; i < self->count; i++)
        gs_explained_follow(&explained, self->events[i]);
    return explained;
}

static fixture told(void)
{
    fixture self = make();
    tell(&self, GAINSAY__V1__FEED_EVENT__BODY_STATEMENT)->statement =
        said(&self, A, "Ana Ruiz", "2025-04-24", "The gates were shut.");
    tell(&self, GAINSAY__V1__FEED_EVENT__BODY_STATEMENT)->statement =
        said(&self, B, "Bo Li", "2025-04-27", "The gates were not shut.");
    tell(&self, GAINSAY__V1__FEED_EVENT__BODY_STATEMENT)->statement =
        said(&self, MERGED, "Eva Ma", "2025-04-27", "It rained.");
    tell_pair(&self, PAIR, DISPUTE);
    tell_dispute(&self, DISPUTE, PAIR);
    return self;
}

static void a_contradiction_is_followed(void **state)
{
    (void)state;
    fixture self = told();
    gs_explained explained = explain(&self, "cccccccc");
    assert_true(gs_explained_is_found(&explained));
    assert_false(explained.ambiguous);
    assert_string_equal(explained.contradiction->contradiction_id, PAIR);
    assert_string_equal(explained.a->speaker->name, "Ana Ruiz");
    assert_string_equal(explained.dispute->dispute_id, DISPUTE);
    assert_int_equal(explained.history_count, 4); // not the statement of somebody else
    assert_int_equal(gs_explained_days_apart(&explained), 3);
    assert_null(explained.retraction);
    gs_arena_free(&self.arena);
}

static void a_retraction_holds_until_it_is_told_again(void **state)
{
    (void)state;
    fixture self = told();
    take_back(&self, "a statement it rests on was taken back")->contradiction_id = (char *)PAIR;
    take_back(&self, "no contradiction is left in it")->dispute_id = (char *)DISPUTE;
    gs_explained explained = explain(&self, PAIR);
    assert_non_null(explained.retraction);
    assert_null(explained.dispute);
    assert_int_equal(explained.history_count, 6);
    tell_pair(&self, PAIR, DISPUTE);
    tell_dispute(&self, DISPUTE, PAIR);
    explained = explain(&self, PAIR);
    assert_null(explained.retraction);
    assert_non_null(explained.dispute);
    assert_int_equal(explained.history_count, 8);
    gs_arena_free(&self.arena);
}

static void a_dispute_is_followed_into_another(void **state)
{
    (void)state;
    fixture self = told();
    gs_retraction *taken = take_back(&self, "it turned out to be part of another dispute");
    taken->dispute_id = (char *)DISPUTE;
    taken->merged_into = (char *)MERGED;
    tell_dispute(&self, MERGED, PAIR);
    gs_explained explained = explain(&self, PAIR);
    assert_string_equal(explained.dispute->dispute_id, MERGED);
    assert_null(explained.retraction); // the contradiction stands
    explained = explain(&self, DISPUTE);
    assert_non_null(explained.retraction);
    assert_string_equal(explained.retraction->merged_into, MERGED);
    gs_arena_free(&self.arena);
}

static void a_dispute_shows_its_contradictions(void **state)
{
    (void)state;
    fixture self = told();
    gs_explained explained = explain(&self, "dddddddd");
    assert_null(explained.contradiction);
    assert_int_equal(explained.member_count, 1);
    assert_string_equal(explained.members[0]->contradiction_id, PAIR);
    gs_arena_free(&self.arena);
}

static void what_is_not_there_is_not_found(void **state)
{
    (void)state;
    fixture self = told();
    gs_explained explained = explain(&self, "12345678");
    assert_false(gs_explained_is_found(&explained));
    assert_int_equal(explained.history_count, 0);
    tell_pair(&self, OTHER, DISPUTE);
    explained = explain(&self, "cccccccc");
    assert_true(explained.ambiguous);
    gs_arena_free(&self.arena);
}

static char *screen_of(fixture *self, const gs_explained *explained)
{
    gs_buffer out = {0};
    gs_explained_screen(explained, &out, 80, false);
    char *text = gs_arena_text(self->arena, gs_buffer_view(&out));
    gs_buffer_free(&out);
    return text;
}

static void evidence_is_marked(void **state)
{
    (void)state;
    fixture self = told();
    gs_explained explained = explain(&self, PAIR);
    const char *text = screen_of(&self, &explained);
    assert_non_null(strstr(text, "The ⟦gates were shut⟧."));
    assert_non_null(strstr(text, "said 3 days apart"));
    assert_non_null(strstr(text, "words at 100-120"));
    assert_non_null(strstr(text, "Were the gates shut?"));
    gs_arena_free(&self.arena);
}

static void the_json_is_an_object(void **state)
{
    (void)state;
    fixture self = told();
    gs_explained explained = explain(&self, PAIR);
    gs_buffer out = {0};
    gs_error error = {0};
    gs_explained_json(&explained, &out);
    assert_int_equal(gs_view_find(gs_buffer_view(&out), gs_view_of("\n"), 0), out.size - 1);
    // Unknown keys are skipped: any message reads an object, and nothing else.
    assert_non_null(
        gs_wire_from_json(&gainsay__v1__span__descriptor, gs_buffer_view(&out), self.arena, &error));
    gs_buffer_free(&out);
    gs_arena_free(&self.arena);
}

// ---- disputes on the screen --------------------------------------------------------------------------

static Gainsay__V1__Dispute__Side *side(fixture *self, const char *label, gs_statement *first)
{
    Gainsay__V1__Dispute__Side *made = gs_arena_alloc(self->arena, sizeof *made);
    gainsay__v1__dispute__side__init(made);
    made->label = (char *)label;
    made->first = first;
    made->statement_ids = gs_arena_alloc(self->arena, sizeof(char *));
    made->statement_ids[0] = first->statement_id;
    made->n_statement_ids = 1;
    return made;
}

static void sides_stand_beside_each_other(void **state)
{
    (void)state;
    fixture self = make();
    gs_dispute *dispute = tell_dispute(&self, DISPUTE, PAIR);
    dispute->sides = gs_arena_alloc(self.arena, 3 * sizeof *dispute->sides);
    dispute->sides[0] = side(&self, "Peru", said(&self, A, "Ana Ruiz", "2025-04-24", "The gates were shut."));
    dispute->sides[1] = side(&self, "China", said(&self, B, "李 博", "2025-04-27", "They \033[31mwere not."));
    dispute->sides[2] = side(&self, "Chile", said(&self, MERGED, "Rosa Gil", "2025-04-28", "Who knows?"));
    dispute->n_sides = 3;
    gs_buffer out = {0};
    gs_screen_dispute(&out, dispute, false);
    const char *text = gs_arena_text(self.arena, gs_buffer_view(&out));
    const char *peru = strstr(text, "Peru · 1 statement"), *china = strstr(text, "China · 1 statement"),
               *chile = strstr(text, "Chile · 1 statement");
    assert_true(peru && china && chile);
    assert_true(peru < china && memchr(peru, '\n', (size_t)(china - peru)) == NULL); // one line
    assert_non_null(memchr(china, '\n', (size_t)(chile - china)));                   // the third below
    assert_null(strchr(text, '\033'));
    // The second column begins at the same cell in every line, whatever the first holds.
    assert_non_null(strstr(text, "\n  2025-04-24                              2025-04-27\n"));
    gs_buffer_clear(&out);
    gs_screen_dispute_update(&out, dispute, false);
    text = gs_arena_text(self.arena, gs_buffer_view(&out));
    assert_non_null(strstr(text, "DISPUTE GOES ON"));
    assert_non_null(strstr(text, "last Rosa Gil"));
    assert_null(strstr(text, "Who knows?"));
    gs_buffer_free(&out);
    gs_arena_free(&self.arena);
}

static void a_repetition_is_one_line(void **state)
{
    (void)state;
    fixture self = told();
    gs_buffer out = {0};
    self.events[3]->repeated = true;
    gs_screen_event(&out, self.events[3], false);
    assert_int_equal(gs_view_find(gs_buffer_view(&out), gs_view_of("CONTRADICTION"), 0), SIZE_MAX);
    assert_int_not_equal(gs_view_find(gs_buffer_view(&out), gs_view_of("Bo Li against Ana Ruiz"), 0),
                         SIZE_MAX);
    gs_buffer_clear(&out);
    self.events[3]->repeated = false;
    gs_screen_event(&out, self.events[3], false);
    assert_int_not_equal(gs_view_find(gs_buffer_view(&out), gs_view_of("CONTRADICTION"), 0), SIZE_MAX);
    gs_buffer_free(&out);
    gs_arena_free(&self.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contradiction_is_followed),
        cmocka_unit_test(a_retraction_holds_until_it_is_told_again),
        cmocka_unit_test(a_dispute_is_followed_into_another),
        cmocka_unit_test(a_dispute_shows_its_contradictions),
        cmocka_unit_test(what_is_not_there_is_not_found),
        cmocka_unit_test(evidence_is_marked),
        cmocka_unit_test(the_json_is_an_object),
        cmocka_unit_test(sides_stand_beside_each_other),
        cmocka_unit_test(a_repetition_is_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
