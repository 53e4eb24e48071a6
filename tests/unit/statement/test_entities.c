// The user's entities file: what it tells, and the errors it is refused with.
#include "statement_test.h"

#define HEADER "name\talias\tkind\trole\torganisation\tcountry\tofficial\tfrom\tuntil\tid\n"

static const char file[] =
    "# who is who\n" HEADER
    "Andrés Manuel López Obrador\tAMLO; López\t\tpresident\tPresidency\tMX\t\t2018-12-01\t"
    "2024-09-30\tQ4059969\n"
    "\n"
    "Claudia Sheinbaum\t\tperson\tpresident\tPresidency\tMX\tyes\t2024-10-01\t\t\r\n"
    "Pemex\tPetróleos Mexicanos\tbody\t\tPetróleos Mexicanos\tMX\tno\n";

static gs_holder_result find(gs_holders *holders, const char *name, const char *day, bool body,
                             gs_holder_answer *answer)
{
    gs_time time;
    int year, month, date;
    assert_true(gs_time_parse(gs_view_of(day), &time));
    gs_time_civil(time, &year, &month, &date, NULL);
    const gs_holder_query query = {
        .name = name, .body = body, .day = (int32_t)gs_days_from_civil(year, month, date)};
    return gs_holders_find(holders, &query, answer);
}

static void names_aliases_and_days_are_told(void **state)
{
    (void)state;
    gs_holders *holders = gs_holders_new(10);
    gs_holder_answer answer;
    gs_error error = {0};
    size_t count;
    assert_true(gs_entities_read(holders, gs_view_of(file), "entities.tsv", &count, &error));
    assert_int_equal(count, 3);
    static const char *const names[] = {"AMLO", "López Obrador", "López", "Andrés Manuel López Obrador"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(find(holders, names[i], "2020-01-01", false, &answer), GS_HOLDER_FOUND);
        assert_string_equal(answer.name, "Andrés Manuel López Obrador");
        assert_string_equal(answer.entity_id, "Q4059969");
        assert_string_equal(answer.told_by, GS_TOLD_BY_USER);
        assert_true(answer.told && answer.official);
    }
    assert_int_equal(find(holders, "AMLO", "2025-01-01", false, &answer), GS_HOLDER_NONE);
    assert_int_equal(find(holders, "Sheinbaum", "2025-01-01", false, &answer), GS_HOLDER_FOUND);
    assert_int_equal(find(holders, "Petroleos Mexicanos", "2025-01-01", true, &answer), GS_HOLDER_FOUND);
    assert_string_equal(answer.name, "Pemex");
    assert_false(answer.official);
    gs_holders_free(&holders);
}

// The file is believed; a table full of what was learned takes it all the same, and is never rid of it.
static void what_is_told_is_not_trimmed(void **state)
{
    (void)state;
    gs_holders *holders = gs_holders_new(0);
    gs_holder_answer answer;
    gs_error error = {0};
    assert_true(gs_entities_read(holders, gs_view_of(file), "entities.tsv", NULL, &error));
    assert_true(gs_entities_read(holders, gs_view_of(file), "entities.tsv", NULL, &error)); // twice is once
    assert_int_equal(gs_holders_size(holders), 3);
    assert_true(gs_holders_trim(holders, NULL, NULL, &error));
    assert_int_equal(find(holders, "AMLO", "2020-01-01", false, &answer), GS_HOLDER_FOUND);
    gs_holders_free(&holders);
}

static void mistakes_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"who\n",
         "e.tsv, line 1: unknown column \"who\": expected name, alias, kind, role, organisation, country, "
         "official, from, until or id, parted by tabs"},
        {"role\n", "e.tsv, line 1: no column is named \"name\""},
        {"name\tname\n", "e.tsv, line 1: column name is named twice"},
        {"name\trole\n\tminister\n", "e.tsv, line 2: name: expected a name, found nothing"},
        {"name\tcountry\n\nA B\tMexico\n", "e.tsv, line 3: country: expected an ISO 3166-1 code of two "
                                           "capital letters, EU or UN, found \"Mexico\""},
        {"name\tcountry\nA B\tXX\n", "e.tsv, line 2: country: expected an ISO 3166-1 code of two capital "
                                     "letters, EU or UN, found \"XX\""},
        {"name\tfrom\nA B\t2020\n", "e.tsv, line 2: from: expected a day as YYYY-MM-DD, found \"2020\""},
        {"name\tfrom\tuntil\nA B\t2020-02-01\t2020-01-01\n",
         "e.tsv, line 2: until: expected a day after the one in from"},
        {"name\tofficial\nA B\tmaybe\n", "e.tsv, line 2: official: expected yes or no, found \"maybe\""},
        {"name\tkind\nA B\tthing\n", "e.tsv, line 2: kind: expected person or body, found \"thing\""},
        {"name\tid\nA B\tq1\n", "e.tsv, line 2: id: expected a Wikidata id such as Q22686, found \"q1\""},
        {"name\nA B\tC\n", "e.tsv, line 2: more cells than the 1 columns that the first line names"},
        {"name\nA\xff\n", "e.tsv, line 2: expected UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_holders *holders = gs_holders_new(10);
        gs_error error = {0};
        assert_false(gs_entities_read(holders, gs_view_of(cases[i].text), "e.tsv", NULL, &error));
        assert_string_equal(error.message, cases[i].message);
        assert_int_equal(error.code, GS_E_USAGE);
        gs_holders_free(&holders);
    }
}

static void a_missing_file_is_named(void **state)
{
    (void)state;
    gs_holders *holders = gs_holders_new(10);
    gs_error error = {0};
    assert_false(gs_entities_load(holders, "/nonexistent/e.tsv", NULL, &error));
    assert_string_equal(error.message, "/nonexistent/e.tsv: cannot be read: No such file or directory");
    gs_holders_free(&holders);
}

static void it_completes_statements(void **state)
{
    gs_holders *holders = gs_holders_new(10);
    gs_error error = {0};
    assert_true(gs_entities_read(holders,
                                 gs_view_of("name\trole\tcountry\tid\nJane Hartley\tambassador\tUS\tQ1\n"),
                                 "e.tsv", NULL, &error));
    gs_article *article = article_of(*state, "\"We never agreed to that,\" Jane Hartley said on Thursday.");
    gs_extraction *extraction = gs_extract(test_extractor, article, NULL, *state);
    assert_int_equal(extraction->n_statements, 1);
    gs_holders_resolve(holders, extraction, *state);
    assert_string_equal(extraction->statements[0]->speaker->role, "ambassador");
    assert_string_equal(extraction->statements[0]->speaker->entity_id, "Q1");
    assert_string_equal(extraction->statements[0]->speaker->told_by, GS_TOLD_BY_USER);
    gs_holders_free(&holders);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_aliases_and_days_are_told),
        cmocka_unit_test(what_is_told_is_not_trimmed),
        cmocka_unit_test(mistakes_are_told_with_their_line),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test_setup_teardown(it_completes_statements, arena_setup, arena_teardown),
    };
    return cmocka_run_group_tests(tests, extractor_setup, extractor_teardown);
}
