// Articles that are copies of one text: what they say is one statement, in whatever order they come, and what
// an editor changed in one of them contradicts nothing.
#include "judge_test.h"
#include "ledger_test.h"

typedef struct fixture {
    gs_arena *arena;   // of the test
    gs_arena *scratch; // of one apply
    gs_memory_store *store;
    gs_ledger *ledger;
    size_t contradictions; // told
} fixture;

static void on_event(void *context, const gs_event *event)
{
    ((fixture *)context)->contradictions += event->body_case == GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION;
}

static void open_ledger(fixture *self)
{
    self->store = gs_memory_store_new(on_event, self);
    gs_ledger_store functions = gs_memory_store_functions(self->store);
    self->ledger = gs_ledger_new(&functions, test_judge, 30, 0.5);
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

typedef struct story {
    const char *article, *copy_of, *published;
    said lines[2];
    size_t count;
} story;

static void apply(fixture *self, const story *told, bool known_before)
{
    gs_error error = {0};
    gs_extraction *extraction =
        extraction_of(self->arena, told->article, told->published, told->lines, told->count);
    extraction->article->copy_of = (char *)told->copy_of;
    assert_true(gs_ledger_apply(self->ledger, extraction, known_before, self->scratch, &error));
    gs_arena_reset(self->scratch);
}

static gs_statement *nth(fixture *self, size_t at, size_t expected_count)
{
    gs_ledger_store functions = gs_memory_store_functions(self->store);
    size_t count;
    gs_id *ids = gs_memory_store_list(self->store, GS_MEMORY_STATEMENTS, self->arena, &count);
    gs_statement *statement = NULL;
    gs_error error = {0};
    assert_int_equal(count, expected_count);
    assert_true(functions.statement_get(functions.context, ids[at], self->arena, &statement, &error));
    return statement;
}

static size_t count_of(fixture *self, gs_memory_kind kind)
{
    size_t count;
    gs_memory_store_list(self->store, kind, self->arena, &count);
    return count;
}

#define WORDS "The gates of the upper dam were closed on purpose, and we have the pictures of it."

static const story FIRST = {
    "first", "", "2025-04-24T10:00:00Z", {{"Ana Ruiz", "PE", "2025-04-24", WORDS}}, 1};
// Ten days later, "on Thursday" is another Thursday, and the speaker's name was in what was cut.
static const story COPY = {"copy", "first", "2025-05-04T10:00:00Z", {{"", "PE", "2025-05-01", WORDS}}, 1};
static const story SECOND_COPY = {
    "second", "first", "2025-05-06T10:00:00Z", {{"Ana Ruiz", "PE", "2025-05-01", WORDS}}, 1};
static const story NO_COPY = {
    "other", "", "2025-05-04T10:00:00Z", {{"Ana Ruiz", "PE", "2025-05-01", WORDS}}, 1};

static void expect_reports(fixture *self, const story *const *stories, size_t count)
{
    for (size_t i = 0; i < count; i++)
        apply(self, stories[i], false);
    gs_statement *statement = nth(self, 0, 1);
    assert_string_equal(statement->article_id, "first");
    assert_string_equal(statement->said_on, "2025-04-24");
    assert_string_equal(statement->speaker->name, "Ana Ruiz");
    assert_string_equal(statement->published, "2025-04-24T10:00:00Z");
    assert_int_equal(statement->n_reports, 3);
    static const char *const articles[] = {"first", "copy", "second"};
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(statement->reports[i]->article_id, articles[i]);
        assert_string_equal(statement->reports[i]->copy_of, i == 0 ? "" : "first");
    }
}

static void a_copy_adds_a_report_in_any_order(void **state)
{
    fixture *self = *state;
    static const story *const orders[][3] = {{&FIRST, &COPY, &SECOND_COPY}, {&FIRST, &SECOND_COPY, &COPY},
                                             {&COPY, &FIRST, &SECOND_COPY}, {&COPY, &SECOND_COPY, &FIRST},
                                             {&SECOND_COPY, &COPY, &FIRST}, {&SECOND_COPY, &FIRST, &COPY}};
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        expect_reports(self, orders[i], 3);
        close_ledger(self);
        open_ledger(self);
    }
}

static void without_the_mark_another_day_is_another_statement(void **state)
{
    fixture *self = *state;
    apply(self, &FIRST, false);
    apply(self, &NO_COPY, false);
    assert_int_equal(count_of(self, GS_MEMORY_STATEMENTS), 2);
}

static void again_changes_nothing(void **state)
{
    fixture *self = *state;
    apply(self, &FIRST, false);
    apply(self, &COPY, false);
    apply(self, &COPY, true);
    apply(self, &FIRST, true);
    assert_int_equal(nth(self, 0, 1)->n_reports, 2);
}

static void the_first_one_may_take_it_back(void **state)
{
    fixture *self = *state;
    const story emptied = {"first", "", FIRST.published, {{NULL, NULL, NULL, NULL}}, 0};
    const story copy_emptied = {"copy", "first", COPY.published, {{NULL, NULL, NULL, NULL}}, 0};
    apply(self, &FIRST, false);
    apply(self, &COPY, false);
    apply(self, &emptied, true);
    const gs_statement *statement = nth(self, 0, 1);
    assert_string_equal(statement->article_id, "copy");
    assert_int_equal(statement->n_reports, 1);
    // A later copy finds it through the one that is left.
    apply(self, &SECOND_COPY, false);
    assert_int_equal(nth(self, 0, 1)->n_reports, 2);
    apply(self, &copy_emptied, true);
    assert_int_equal(nth(self, 0, 1)->n_reports, 1);
}

static void what_a_copy_adds_is_its_own(void **state)
{
    fixture *self = *state;
    const story more = {
        "copy",
        "first",
        "2025-05-04T10:00:00Z",
        {{"Ana Ruiz", "PE", "2025-05-01", WORDS},
         {"Rosa Gil", "CL", "2025-05-03", "The trawler was fishing inside the zone near Arica."}},
        2};
    apply(self, &FIRST, false);
    apply(self, &more, false);
    assert_int_equal(count_of(self, GS_MEMORY_STATEMENTS), 2);
}

static void two_who_are_named_stay_two(void **state)
{
    fixture *self = *state;
    const story named = {"copy", "first", "2025-05-04T10:00:00Z", {{"Bo Li", "CN", "2025-05-01", WORDS}}, 1};
    apply(self, &FIRST, false);
    apply(self, &named, false);
    assert_int_equal(count_of(self, GS_MEMORY_STATEMENTS), 2);
}

// ---- contradictions --------------------------------------------------------------------------------

static const said YES = {"Ana Ruiz", "PE", "2025-04-24",
                         "The gates of the upper dam were closed on purpose."};
static const said NO = {"Bo Li", "CN", "2025-04-25", "Nobody closed the gates of the upper dam."};

static void copies_do_not_contradict_each_other(void **state)
{
    fixture *self = *state;
    const story first = {"first", "", "2025-04-24T10:00:00Z", {YES}, 1};
    const story edited = {"copy", "first", "2025-04-25T10:00:00Z", {NO}, 1};
    apply(self, &first, false);
    apply(self, &edited, false);
    assert_int_equal(count_of(self, GS_MEMORY_STATEMENTS), 2);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 0);
    // Once another article says it, it is somebody's word.
    const story other = {"other", "", "2025-04-26T10:00:00Z", {NO}, 1};
    apply(self, &other, false);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 1);
    // And no longer, when that one takes it back.
    const story emptied = {"other", "", "2025-04-26T10:00:00Z", {{NULL, NULL, NULL, NULL}}, 0};
    apply(self, &emptied, true);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 0);
}

static void the_other_side_may_be_borne_out_as_well(void **state)
{
    fixture *self = *state;
    const story first = {"first", "", "2025-04-24T10:00:00Z", {YES}, 1};
    const story edited = {"copy", "first", "2025-04-25T10:00:00Z", {NO}, 1};
    const story other = {"other", "", "2025-04-26T10:00:00Z", {YES}, 1};
    apply(self, &first, false);
    apply(self, &edited, false);
    apply(self, &other, false);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 1);
}

static void one_article_may_have_both_sides(void **state)
{
    fixture *self = *state;
    const story first = {"first", "", "2025-04-25T10:00:00Z", {YES, NO}, 2};
    const story copy = {"copy", "first", "2025-04-26T10:00:00Z", {YES, NO}, 2};
    apply(self, &copy, false);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 1);
    apply(self, &first, false);
    assert_int_equal(count_of(self, GS_MEMORY_STATEMENTS), 2);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 1);
    assert_int_equal(self->contradictions, 1); // told once
}

static void a_mark_that_comes_late_takes_a_contradiction_back(void **state)
{
    fixture *self = *state;
    const story first = {"first", "", "2025-04-24T10:00:00Z", {YES}, 1};
    const story unmarked = {"copy", "", "2025-04-25T10:00:00Z", {NO}, 1};
    const story marked = {"copy", "first", "2025-04-25T10:00:00Z", {NO}, 1};
    apply(self, &first, false);
    apply(self, &unmarked, false);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 1);
    apply(self, &marked, true);
    assert_int_equal(count_of(self, GS_MEMORY_CONTRADICTIONS), 0);
}

static void crowds_of_copies_are_bounded(void **state)
{
    fixture *self = *state;
    enum { COPIES = 400 };
    for (size_t i = 0; i < COPIES; i++) {
        const char *text =
            gs_arena_format(self->arena, "Gate number %zu of dam %zu is closed for %zu days.", i, i * 7, i);
        const story copy = {gs_arena_format(self->arena, "copy-%zu", i),
                            "first",
                            "2025-04-25T10:00:00Z",
                            {{"Ana Ruiz", "PE", "2025-04-24", text}},
                            1};
        apply(self, &copy, false);
    }
    assert_int_equal(count_of(self, GS_MEMORY_STATEMENTS), COPIES);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_copy_adds_a_report_in_any_order),
        TEST(without_the_mark_another_day_is_another_statement),
        TEST(again_changes_nothing),
        TEST(the_first_one_may_take_it_back),
        TEST(what_a_copy_adds_is_its_own),
        TEST(two_who_are_named_stay_two),
        TEST(copies_do_not_contradict_each_other),
        TEST(the_other_side_may_be_borne_out_as_well),
        TEST(one_article_may_have_both_sides),
        TEST(a_mark_that_comes_late_takes_a_contradiction_back),
        TEST(crowds_of_copies_are_bounded),
    };
    return cmocka_run_group_tests(tests, judge_setup, judge_teardown);
}
