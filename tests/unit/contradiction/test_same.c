// One utterance in the words of several articles: joined by the ledger, kept apart where it must be, and
// taken apart again when an article changes.
#include "judge_test.h"
#include "ledger_test.h"

typedef struct fixture {
    gs_arena *arena;   // of the test
    gs_arena *scratch; // of one apply
    gs_memory_store *store;
    gs_ledger *ledger;
    size_t events;
} fixture;

static void on_event(void *context, const gs_event *event)
{
    (void)event;
    ((fixture *)context)->events++;
}

static int setup(void **state)
{
    fixture *self = gs_allocate(sizeof *self);
    self->arena = gs_arena_new(0);
    self->scratch = gs_arena_new(0);
    self->store = gs_memory_store_new(on_event, self);
    gs_ledger_store functions = gs_memory_store_functions(self->store);
    self->ledger = gs_ledger_new(&functions, test_judge, 30, 0.5);
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

static gs_extraction *apply(fixture *self, const char *article, const char *published, const said *lines,
                            size_t count, bool known_before)
{
    gs_error error = {0};
    gs_extraction *extraction = extraction_of(self->arena, article, published, lines, count);
    assert_true(gs_ledger_apply(self->ledger, extraction, known_before, self->scratch, &error));
    gs_arena_reset(self->scratch);
    return extraction;
}

// All statements, "text (reports)", by text.
static gs_statement **statements(fixture *self, size_t *count)
{
    gs_ledger_store functions = gs_memory_store_functions(self->store);
    gs_id *ids = gs_memory_store_list(self->store, GS_MEMORY_STATEMENTS, self->arena, count);
    gs_statement **found = gs_arena_alloc(self->arena, (*count + 1) * sizeof *found);
    gs_error error = {0};
    for (size_t i = 0; i < *count; i++)
        assert_true(functions.statement_get(functions.context, ids[i], self->arena, &found[i], &error));
    return found;
}

static gs_statement *the_only(fixture *self)
{
    size_t count;
    gs_statement **found = statements(self, &count);
    assert_int_equal(count, 1);
    return found[0];
}

static void expect_apart(fixture *self, const said *first, const said *second)
{
    size_t count;
    apply(self, "a", "2025-04-24T10:00:00Z", first, 1, false);
    apply(self, "b", "2025-04-25T10:00:00Z", second, 1, false);
    statements(self, &count);
    assert_int_equal(count, 2);
}

static const said WHOLE = {
    "He Yadong", "CN", "2025-04-24",
    "There are no trade negotiations between China and the United States. Any claim about "
    "progress is groundless."};
static const said TRIMMED = {"He Yadong", "CN", "2025-04-24", "Any claim about progress is groundless."};
static const said REST = {"He Yadong", "CN", "2025-04-24",
                          "\"There are no trade negotiations between China and the United States.\""};
static const said OTHER = {"He Yadong", "CN", "2025-04-24",
                           "The tariffs should be lifted without any condition."};

static void a_trimmed_report_joins_the_whole(void **state)
{
    fixture *self = *state;
    apply(self, "a", "2025-04-24T10:00:00Z", &WHOLE, 1, false);
    apply(self, "b", "2025-04-24T12:00:00Z", &TRIMMED, 1, false);
    gs_statement *statement = the_only(self);
    assert_int_equal(statement->n_reports, 2);
    assert_string_equal(statement->text, WHOLE.text);
    assert_string_equal(statement->reports[0]->text, WHOLE.text);
    assert_string_equal(statement->reports[1]->text, TRIMMED.text);
    assert_string_equal(statement->reports[1]->article_id, "b");
    // Delivered again, it changes nothing and tells nothing.
    size_t before = self->events;
    apply(self, "b", "2025-04-24T12:00:00Z", &TRIMMED, 1, true);
    apply(self, "a", "2025-04-24T10:00:00Z", &WHOLE, 1, true);
    assert_int_equal(self->events, before);
}

static void the_first_article_comes_first(void **state)
{
    fixture *self = *state;
    gs_extraction *late = apply(self, "late", "2025-04-24T12:00:00Z", &TRIMMED, 1, false);
    apply(self, "early", "2025-04-24T10:00:00Z", &WHOLE, 1, false);
    gs_statement *statement = the_only(self);
    assert_string_equal(statement->statement_id, late->statements[0]->statement_id); // an id stays
    assert_string_equal(statement->article_id, "early");
    assert_string_equal(statement->text, WHOLE.text);
}

static void pieces_of_one_whole_are_one_report(void **state)
{
    fixture *self = *state;
    const said pieces[] = {REST, OTHER, TRIMMED};
    size_t count;
    apply(self, "a", "2025-04-24T10:00:00Z", &WHOLE, 1, false);
    apply(self, "b", "2025-04-24T12:00:00Z", pieces, 3, false);
    gs_statement **found = statements(self, &count);
    assert_int_equal(count, 2); // and what was said beside it stays by itself
    gs_statement *joined = found[0]->n_reports == 2 ? found[0] : found[1];
    assert_int_equal(joined->n_reports, 2);
    assert_non_null(strstr(joined->reports[1]->text, "groundless"));
    assert_non_null(strstr(joined->reports[1]->text, "negotiations"));
}

static void bare_and_full_name_are_one_speaker(void **state)
{
    fixture *self = *state;
    said bare = WHOLE;
    bare.speaker = "He";
    apply(self, "a", "2025-04-24T10:00:00Z", &bare, 1, false);
    apply(self, "b", "2025-04-24T12:00:00Z", &WHOLE, 1, false);
    gs_statement *statement = the_only(self);
    assert_string_equal(statement->article_id, "a");
    assert_string_equal(statement->speaker->name, "He Yadong");
    assert_string_equal(statement->reports[0]->speaker->name, "He");
    // Without the article that has it in full, the name is bare again.
    apply(self, "b", "2025-04-24T12:00:00Z", NULL, 0, true);
    assert_string_equal(the_only(self)->speaker->name, "He");
}

static void an_undated_report_joins_soon_after(void **state)
{
    fixture *self = *state;
    said undated = TRIMMED;
    undated.day = "";
    size_t count;
    apply(self, "a", "2025-04-24T10:00:00Z", &WHOLE, 1, false);
    apply(self, "b", "2025-04-26T10:00:00Z", &undated, 1, false);
    gs_statement *statement = the_only(self);
    assert_string_equal(statement->said_on, "2025-04-24");
    assert_string_equal(statement->reports[1]->said_on, "");
    undated.text = "Any claim about progress is groundless, all of it.";
    apply(self, "c", "2025-05-20T10:00:00Z", &undated, 1, false); // another day's words
    statements(self, &count);
    assert_int_equal(count, 2);
}

static void what_differs_stays_apart(void **state)
{
    static const said claims[][2] = {
        {{"Ana Ruiz", "PE", "2025-04-24", "Seven fishermen were held on the border bridge since Monday."},
         {"Ana Ruiz", "PE", "2025-04-24", "Nine fishermen were held on the border bridge since Monday."}},
        {{"Ana Ruiz", "PE", "2025-04-24", "The ministry has received the report on the upper dam."},
         {"Ana Ruiz", "PE", "2025-04-24", "The ministry has never received the report on the upper dam."}},
        {{"Ana Ruiz", "PE", "2025-04-24", "The gates of the upper dam were closed on purpose."},
         {"Ana Ruiz", "PE", "2025-04-25", "As I said, the gates of the upper dam were closed on purpose."}},
        {{"Ana Ruiz", "PE", "2025-04-24", "The gates of the upper dam were closed on purpose."},
         {"Eva Ruiz", "PE", "2025-04-24", "Yes, the gates of the upper dam were closed on purpose."}},
        {{"Ana Ruiz", "PE", "2025-04-24", "The gates of the upper dam were closed on purpose."},
         {"Ana Ruiz", "BO", "2025-04-24", "Yes, the gates of the upper dam were closed on purpose."}},
    };
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        teardown(state);
        setup(state);
        expect_apart(*state, &claims[i][0], &claims[i][1]);
    }
}

static void a_denial_of_words_is_not_the_words(void **state)
{
    fixture *self = *state;
    gs_error error = {0};
    size_t count;
    said other = WHOLE;
    other.text = "That any claim about progress is groundless.";
    apply(self, "a", "2025-04-24T10:00:00Z", &WHOLE, 1, false);
    gs_extraction *denied = extraction_of(self->arena, "b", "2025-04-24T12:00:00Z", &other, 1);
    denied->statements[0]->act = GAINSAY__V1__STATEMENT__ACT__DENY;
    assert_true(gs_ledger_apply(self->ledger, denied, false, self->scratch, &error));
    statements(self, &count);
    assert_int_equal(count, 2);
}

static void a_changed_article_updates_its_report(void **state)
{
    fixture *self = *state;
    said changed = TRIMMED;
    changed.text = "That any claim about progress is groundless.";
    apply(self, "a", "2025-04-24T10:00:00Z", &WHOLE, 1, false);
    apply(self, "b", "2025-04-24T12:00:00Z", &TRIMMED, 1, false);
    apply(self, "b", "2025-04-24T12:00:00Z", &changed, 1, true);
    gs_statement *statement = the_only(self);
    assert_int_equal(statement->n_reports, 2);
    assert_string_equal(statement->reports[1]->text, changed.text);
    // What it no longer says is taken out of the reports, and the rest stands.
    apply(self, "b", "2025-04-24T12:00:00Z", &OTHER, 1, true);
    size_t count;
    gs_statement **found = statements(self, &count);
    assert_int_equal(count, 2);
    assert_int_equal(found[0]->n_reports, 1);
    assert_int_equal(found[1]->n_reports, 1);
}

static void the_words_that_are_left_are_the_statement(void **state)
{
    fixture *self = *state;
    size_t count;
    apply(self, "a", "2025-04-24T10:00:00Z", &WHOLE, 1, false);
    apply(self, "b", "2025-04-24T12:00:00Z", &TRIMMED, 1, false);
    apply(self, "a", "2025-04-24T10:00:00Z", NULL, 0, true);
    gs_statement *statement = the_only(self);
    assert_string_equal(statement->article_id, "b");
    assert_string_equal(statement->text, TRIMMED.text);
    // The same words from a third article still find it, though its id was made of others.
    apply(self, "c", "2025-04-24T13:00:00Z", &TRIMMED, 1, false);
    assert_int_equal(the_only(self)->n_reports, 2);
    apply(self, "b", "2025-04-24T12:00:00Z", NULL, 0, true);
    apply(self, "c", "2025-04-24T13:00:00Z", NULL, 0, true);
    statements(self, &count);
    assert_int_equal(count, 0);
}

static void a_recalled_statement_is_joined(void **state)
{
    fixture *self = *state;
    apply(self, "a", "2025-04-24T10:00:00Z", &WHOLE, 1, false);
    gs_ledger_store functions = gs_memory_store_functions(self->store);
    gs_ledger_free(&self->ledger);
    self->ledger = gs_ledger_new(&functions, test_judge, 30, 0.5);
    gs_ledger_recall(self->ledger, the_only(self));
    apply(self, "b", "2025-04-24T12:00:00Z", &TRIMMED, 1, false);
    assert_int_equal(the_only(self)->n_reports, 2);
}

static void what_is_nested_follows_its_outer_statement(void **state)
{
    fixture *self = *state;
    gs_error error = {0};
    size_t count;
    gs_extraction *first = apply(self, "a", "2025-04-24T10:00:00Z", &WHOLE, 1, false);
    const said lines[] = {TRIMMED,
                          {"Bo Li", "CN", "2025-04-24", "Washington had asked for a meeting in May."}};
    gs_extraction *second = extraction_of(self->arena, "b", "2025-04-24T12:00:00Z", lines, 2);
    second->statements[1]->nested_in = second->statements[0]->statement_id;
    assert_true(gs_ledger_apply(self->ledger, second, false, self->scratch, &error));
    gs_statement **found = statements(self, &count);
    assert_int_equal(count, 2);
    gs_statement *inner = found[strcmp(found[0]->speaker->name, "Bo Li") == 0 ? 0 : 1];
    assert_string_equal(inner->nested_in, first->statements[0]->statement_id);
}

static void the_index_forgets_old_days(void **state)
{
    fixture *self = *state;
    said new_day = OTHER;
    size_t count;
    new_day.day = "2025-09-24";
    apply(self, "a", "2025-04-24T10:00:00Z", &WHOLE, 1, false);
    apply(self, "b", "2025-09-24T10:00:00Z", &new_day, 1, false);
    gs_ledger_expire(self->ledger, (uint64_t)gs_days_from_civil(2025, 9, 25));
    apply(self, "c", "2025-04-24T12:00:00Z", &TRIMMED, 1, false); // too late to be found
    statements(self, &count);
    assert_int_equal(count, 3);
    new_day.text = "\"The tariffs should be lifted without any condition,\"";
    apply(self, "d", "2025-09-24T12:00:00Z", &new_day, 1, false);
    statements(self, &count);
    assert_int_equal(count, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_trimmed_report_joins_the_whole),           TEST(the_first_article_comes_first),
        TEST(pieces_of_one_whole_are_one_report),         TEST(bare_and_full_name_are_one_speaker),
        TEST(an_undated_report_joins_soon_after),         TEST(what_differs_stays_apart),
        TEST(a_denial_of_words_is_not_the_words),         TEST(a_changed_article_updates_its_report),
        TEST(the_words_that_are_left_are_the_statement),  TEST(a_recalled_statement_is_joined),
        TEST(what_is_nested_follows_its_outer_statement), TEST(the_index_forgets_old_days),
    };
    return cmocka_run_group_tests(tests, judge_setup, judge_teardown);
}
