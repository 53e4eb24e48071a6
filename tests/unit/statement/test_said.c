// What of the attributions is something said: denied, future and conditional cues are not; where and to whom
// it was said; and words that are quoted in others.
#include "statement_test.h"

static void denied_and_unreal_cues_say_nothing(void **state)
{
    static const char *const texts[] = {
        "Minister Ana Ruiz did not say whether the gates were open.",
        "Minister Ana Ruiz declined to say that the gates were open.",
        "Minister Ana Ruiz never said that the gates were open.",
        "Minister Ana Ruiz would not say whether the gates were open.",
        "Minister Ana Ruiz asked whether the gates were open.",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(extract(state, texts[i])->n_statements, 0);
}

static void what_is_only_said_is_said(void **state)
{
    EXPECT(state, "Minister Ana Ruiz would only say that the gates were open.",
           "Ana Ruiz|would only say|the gates were open");
}

static void circumstances_are_no_content(void **state)
{
    EXPECT(state, "Minister Ana Ruiz said on Monday the gates were open.",
           "Ana Ruiz|said|the gates were open");
    EXPECT(state, "\"The gates are open,\" Minister Ana Ruiz said when asked about the dam. It rained.",
           "Ana Ruiz|said|\"The gates are open,\"");
}

static void a_shared_subject_says_the_second_clause(void **state)
{
    EXPECT(
        state,
        "President Ana Ruiz met the officials. The president didn’t disclose which officials joined in the "
        "meeting, though suggested details could be revealed later.",
        "Ana Ruiz|suggested|details could be revealed later");
}

static void places_and_hearers_are_told(void **state)
{
    const gs_statement *statement =
        extract(state, "\"The gates are open,\" Minister Ana Ruiz told reporters in the town hall on Monday.")
            ->statements[0];
    assert_string_equal(statement->addressee, "reporters");
    assert_string_equal(statement->venue, "in the town hall");
    statement =
        extract(state, "Minister Ana Ruiz said in an interview with Radio Norte that the gates were open.")
            ->statements[0];
    assert_string_equal(statement->venue, "in an interview with Radio Norte");
}

static void quoted_statements_name_the_one_around_them(void **state)
{
    const gs_extraction *extraction = extract(
        state, "Minister Ana Ruiz said that Governor Juan Paz had told her that the gates were open.");
    assert_int_equal(extraction->n_statements, 2);
    assert_string_equal(extraction->statements[0]->nested_in, "");
    assert_string_equal(extraction->statements[1]->nested_in, extraction->statements[0]->statement_id);
    assert_string_equal(extraction->statements[1]->speaker->name, "Juan Paz");
}

static void titles_above_the_text_are_headlines(void **state)
{
    gs_article *article = article_of(*state, "Minister Ana Ruiz says gates are open\n\n"
                                             "Minister Ana Ruiz said on Monday that the gates were open.");
    article->title = (char *)"Minister Ana Ruiz says gates are open";
    const gs_extraction *extraction = gs_extract(test_extractor, article, NULL, *state);
    assert_int_equal(extraction->n_statements, 2);
    assert_true(extraction->statements[0]->headline);
    assert_false(extraction->statements[1]->headline);
}

static void people_with_an_office_are_listed(void **state)
{
    const gs_extraction *extraction =
        extract(state, "Defence Minister Ana Ruiz met Governor Juan Paz of Chile on Monday. It rained.");
    assert_int_equal(extraction->n_statements, 0);
    assert_int_equal(extraction->n_people, 2);
    assert_string_equal(extraction->people[0]->name, "Ana Ruiz");
    assert_string_equal(extraction->people[0]->organisation, "Ministry of Defence");
    assert_string_equal(extraction->people[1]->name, "Juan Paz");
}

static void surnames_that_are_words_are_names(void **state)
{
    EXPECT(state,
           "An Sang-woo, a spokesperson for the Korea Coast Guard, said the boat had turned. The crew was "
           "safe, An "
           "said.",
           "An Sang-woo|said|the boat had turned", "An Sang-woo|said|The crew was safe");
    EXPECT(state, "\"The line works,\" He retorted.", "He|retorted|\"The line works,\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(denied_and_unreal_cues_say_nothing, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(what_is_only_said_is_said, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(circumstances_are_no_content, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(a_shared_subject_says_the_second_clause, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(places_and_hearers_are_told, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(quoted_statements_name_the_one_around_them, arena_setup,
                                        arena_teardown),
        cmocka_unit_test_setup_teardown(titles_above_the_text_are_headlines, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(people_with_an_office_are_listed, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(surnames_that_are_words_are_names, arena_setup, arena_teardown),
    };
    return cmocka_run_group_tests(tests, extractor_setup, extractor_teardown);
}
