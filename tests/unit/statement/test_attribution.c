// Who said what: each shape of attribution, and what is none.
#include "statement_test.h"

static void quotes_before_and_behind_their_cue(void **state)
{
    EXPECT(state, "\"The gates are open,\" Minister Ana Ruiz said.", "Ana Ruiz|said|\"The gates are open,\"");
    EXPECT(state, "\"The gates are open,\" said Ana Ruiz.", "Ana Ruiz|said|\"The gates are open,\"");
    EXPECT(state, "Minister Ana Ruiz said: \"The gates are open.\"", "Ana Ruiz|said|\"The gates are open.\"");
    EXPECT(state, "Minister Ana Ruiz told reporters in Lima on Thursday, \"The gates are open.\"",
           "Ana Ruiz|told|\"The gates are open.\"");
    EXPECT(state, "\"Are the gates open?\" asked Ana Ruiz. Nobody spoke.",
           "Ana Ruiz|asked|\"Are the gates open?\"");
}

static void split_and_following_quotes_belong_together(void **state)
{
    EXPECT(state, "\"The gates,\" Ana Ruiz said, \"are open.\"",
           "Ana Ruiz|said|\"The gates,\" \"are open.\"");
    EXPECT(state, "\"The gates are open,\" Ana Ruiz said on Friday. \"They will stay open.\"",
           "Ana Ruiz|said|\"The gates are open,\" \"They will stay open.\"");
    EXPECT(state, "Ana Ruiz said the dam was full. \"Nobody called us,\" she said.",
           "Ana Ruiz|said|the dam was full \"Nobody called us,\"");
}

static void quotes_run_over_paragraphs(void **state)
{
    EXPECT(state,
           "Minister Ana Ruiz said:\n\n\"The gates are open.\n\n\"They will stay open.\"\n\nIt rained.",
           "Ana Ruiz|said|\"The gates are open. \"They will stay open.\"");
    EXPECT(state, "\"We do not aim at prices,\" Ana Ruiz said.\n\n\"We never have, and we never will.\"",
           "Ana Ruiz|said|\"We do not aim at prices,\" \"We never have, and we never will.\"");
}

static void fragments_keep_the_sentence_they_complete(void **state)
{
    EXPECT(state, "The tariff levels \"won't be anywhere near that high,\" Ana Ruiz said.",
           "Ana Ruiz|said|The tariff levels \"won't be anywhere near that high,\"");
    EXPECT(state, "Ana Ruiz said the army was \"setting the stage\" for a deal.",
           "Ana Ruiz|said|the army was \"setting the stage\" for a deal");
}

static void clauses_with_and_without_that(void **state)
{
    EXPECT(state, "Ana Ruiz said on Monday that the gates were open.", "Ana Ruiz|said|the gates were open");
    EXPECT(state, "Ana Ruiz insisted there are talks taking place after Lima denied the report.",
           "Ana Ruiz|insisted|there are talks taking place", "Lima|denied|the report");
    EXPECT(state, "The talks took place on Tuesday, Ana Ruiz said.",
           "Ana Ruiz|said|The talks took place on Tuesday");
    EXPECT(state, "The talks took place, said Ana Ruiz, adding that they had been useful.",
           "Ana Ruiz|said|The talks took place", "Ana Ruiz|adding|they had been useful");
    EXPECT(state, "Inflation, Ana Ruiz said, would fall to two per cent.",
           "Ana Ruiz|said|Inflation would fall to two per cent");
    EXPECT(state, "According to Ana Ruiz, the gates were open.", "Ana Ruiz|According to|the gates were open");
    EXPECT(state, "The gates were open, according to Ana Ruiz.", "Ana Ruiz|according to|The gates were open");
    EXPECT(state, "Ana Ruiz also indicated there had been no talks.",
           "Ana Ruiz|indicated|there had been no talks");
}

static void denials_and_demands_take_noun_phrases(void **state)
{
    gs_extraction *extraction = extract(
        state, "Beijing denied Washington's assertion of new talks. Ana Ruiz called for an end to the ban.");
    assert_int_equal(extraction->n_statements, 2);
    assert_int_equal(extraction->statements[0]->act, GAINSAY__V1__STATEMENT__ACT__DENY);
    assert_string_equal(extraction->statements[0]->text, "Washington's assertion of new talks");
    assert_int_equal(extraction->statements[1]->act, GAINSAY__V1__STATEMENT__ACT__DEMAND);
    assert_string_equal(extraction->statements[1]->text, "an end to the ban");
}

static void what_is_denied_or_declined_is_no_statement(void **state)
{
    static const char *const texts[] = {
        "Ana Ruiz did not say that the gates were open.",
        "Ana Ruiz declined to say whether the gates were open.",
        "Ana Ruiz never said that.",
        "Ana Ruiz would not confirm that talks were held.",
        "It was said that the gates were open.",
        "The claim that the gates were open is old.",
        "The book is called \"I Never Said That\".",
        "Ana Ruiz has said it all.",
        "She had nothing to add.",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(extract(state, texts[i])->n_statements, 0);
}

static void two_speakers_in_one_sentence(void **state)
{
    EXPECT(state,
           "Ana Ruiz said the gates were open, while Foreign Minister Bo Li said they had been closed.",
           "Ana Ruiz|said|the gates were open", "Bo Li|said|they had been closed");
    EXPECT(state, "\"It will not be zero.\" The president of Peru, Ana Ruiz, said that talks would go on.",
           "Ana Ruiz|said|talks would go on");
}

static void transcripts_are_turns(void **state)
{
    const char *text = "Briefing by Ana Ruiz, spokesperson of the Ministry of Trade of Peru.\n\nMs Ruiz: The "
                       "gates are open. They stay open.\n\n"
                       "Reporter: Are you sure?\n\nMs Ruiz: Quite sure. We measured them.\n\nReporter: Who "
                       "was there?\n\nMs Ruiz: I will not say who was there.";
    EXPECT(state, text, "Ana Ruiz|Ms Ruiz:|The gates are open. They stay open.",
           "Ana Ruiz|Ms Ruiz:|Quite sure. We measured them.");
    gs_extraction *extraction = extract(state, text);
    assert_int_equal(extraction->statements[0]->form, GAINSAY__V1__STATEMENT__FORM__DIRECT);
    assert_string_equal(extraction->statements[0]->speaker->country, "PE");
    assert_true(extraction->statements[0]->speaker->official);
    assert_string_equal(extraction->statements[0]->said_on, "2025-04-25");
}

static void forms_are_told_apart(void **state)
{
    gs_extraction *extraction = extract(state, "\"We are open,\" Ana Ruiz said. The dam was full, she added. "
                                               "She stressed that it was \"quite safe\" now.");
    assert_int_equal(extraction->n_statements, 3);
    assert_int_equal(extraction->statements[0]->form, GAINSAY__V1__STATEMENT__FORM__DIRECT);
    assert_int_equal(extraction->statements[1]->form, GAINSAY__V1__STATEMENT__FORM__INDIRECT);
    assert_int_equal(extraction->statements[2]->form, GAINSAY__V1__STATEMENT__FORM__MIXED);
}

static void attributions_come_before_they_are_joined(void **state)
{
    gs_article *article =
        article_of(*state, "Ana Ruiz said the dam was full. \"Nobody called us,\" she said.");
    gs_attribution *attributions;
    size_t count;
    gs_extract_with_attributions(test_extractor, article, NULL, *state, &attributions, &count);
    assert_int_equal(count, 2);
    assert_int_equal(attributions[0].cue->begin, 9);
    assert_int_equal(attributions[0].cue->end, 13);
    assert_int_equal(attributions[1].content_count, 1);
    assert_int_equal(attributions[1].content[0]->begin, 32);
}

static void little_confidence_can_be_left_out(void **state)
{
    gs_article *article =
        article_of(*state, "Ana Ruiz said the dam was full. The letter said the dam was empty.");
    gs_extraction *all = gs_extract(test_extractor, article, NULL, *state);
    gs_extract_options options = {.min_confidence = 0.5, .worker = "w1"};
    gs_extraction *sure = gs_extract(test_extractor, article, &options, *state);
    assert_int_equal(all->n_statements, 2);
    assert_int_equal(sure->n_statements, 1);
    assert_string_equal(sure->extractor, "w1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(quotes_before_and_behind_their_cue, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(split_and_following_quotes_belong_together, arena_setup,
                                        arena_teardown),
        cmocka_unit_test_setup_teardown(quotes_run_over_paragraphs, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(fragments_keep_the_sentence_they_complete, arena_setup,
                                        arena_teardown),
        cmocka_unit_test_setup_teardown(clauses_with_and_without_that, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(denials_and_demands_take_noun_phrases, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(what_is_denied_or_declined_is_no_statement, arena_setup,
                                        arena_teardown),
        cmocka_unit_test_setup_teardown(two_speakers_in_one_sentence, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(transcripts_are_turns, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(forms_are_told_apart, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(attributions_come_before_they_are_joined, arena_setup,
                                        arena_teardown),
        cmocka_unit_test_setup_teardown(little_confidence_can_be_left_out, arena_setup, arena_teardown),
    };
    return cmocka_run_group_tests(tests, extractor_setup, extractor_teardown);
}
