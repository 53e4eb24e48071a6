// What a statement is found by: labels, weights, opposites, places, and what is kept of many.
#include "ledger_test.h"

#include <stdio.h>

#include "contradiction/matter.h"

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

static void append_label(void *context, const char *label)
{
    gs_buffer *out = context;
    gs_buffer_text(out, out->size > 0 ? " " : "");
    gs_buffer_text(out, label);
}

static void assert_labels(const char *text, const char *expected)
{
    cd_matter_reader *reader = cd_matter_reader_new();
    gs_buffer out = {0};
    cd_matter_labels(reader, gs_view_of(text), append_label, &out);
    gs_buffer_byte(&out, '\0');
    assert_string_equal(out.data, expected);
    gs_buffer_free(&out);
    cd_matter_reader_free(&reader);
}

static void forms_of_one_word_have_one_label(void **state)
{
    (void)state;
    assert_labels("publish published publishing publishes", "publish publish publish publish");
    assert_labels("planned planning plan", "plan plan plan");
    assert_labels("withdrew withdrawn", "withdrawal withdrawal");
    assert_labels("Ordóñez ORDÓÑEZ ordonez", "ordonez ordonez ordonez");
    assert_labels("the dam's gates", "dam gat");
}

static void words_of_one_matter_have_one_label(void **state)
{
    (void)state;
    assert_labels("boat boats", "ships ships");
    assert_labels("negotiations talks", "talks talks");
}

static void numbers_count_by_their_worth(void **state)
{
    (void)state;
    assert_labels("seven 7 68,000 1.9", "7 7 68000 1.9");
}

static void countries_go_by_their_code(void **state)
{
    (void)state;
    assert_labels("Beijing", "@CN beij");
    assert_labels("the U.S.", "@US");
    assert_labels("tell us", "");
    assert_labels("South Korea", "south @KR korea");
}

static void negations_figures_and_opposites_are_seen(void **state)
{
    cd_matter_reader *reader = cd_matter_reader_new();
    cd_matter matter;
    said line = {"Ana Ruiz", "PE", "2025-04-24", "We will accept it."};
    cd_matter_read(reader, statement_of(*state, &line, "a", ""), &matter);
    assert_false(matter.denies);
    assert_false(matter.figures);
    assert_true(matter.opposite_count > 0);
    line.text = "They didn't fire eleven shots.";
    cd_matter_read(reader, statement_of(*state, &line, "a", ""), &matter);
    assert_true(matter.denies);
    assert_true(matter.figures);
    line.text = "In 2021 they met.";
    gs_statement *denied = statement_of(*state, &line, "a", "");
    denied->act = GAINSAY__V1__STATEMENT__ACT__DENY;
    cd_matter_read(reader, denied, &matter);
    assert_true(matter.denies);
    assert_false(matter.figures);
    assert_int_equal(matter.day, gs_days_from_civil(2025, 4, 24));
    line.day = "";
    cd_matter_read(reader, statement_of(*state, &line, "a", ""), &matter);
    assert_int_equal(matter.day, CD_NO_DAY);
    cd_matter_reader_free(&reader);
}

static void rare_words_weigh_more(void **state)
{
    cd_matter_reader *reader = cd_matter_reader_new();
    cd_matter rare, common;
    said line = {"", "", "", "zyzzogeton"};
    cd_matter_read(reader, statement_of(*state, &line, "", ""), &rare);
    line.text = "talks";
    cd_matter_read(reader, statement_of(*state, &line, "", ""), &common);
    assert_int_equal(rare.count, 1);
    assert_int_equal(common.count, 1);
    assert_true(cd_key_weight(rare.keys[0]) > cd_key_weight(common.keys[0]));
    assert_int_equal(rare.article, 0);
    cd_matter_reader_free(&reader);
}

// Of too many words the weightiest stay, each once, in the order of their codes.
static void keys_are_bounded_and_sorted(void **state)
{
    cd_matter_reader *reader = cd_matter_reader_new();
    cd_matter matter;
    gs_buffer text = {0};
    for (int i = 0; i < 300; i++)
        gs_buffer_format(&text, "qxword%d talks ", i);
    said line = {"Ana Ruiz", "PE", "2025-04-24", text.data};
    gs_statement *statement = statement_of(*state, &line, "a", "");
    statement->title = text.data;
    cd_matter_read(reader, statement, &matter);
    size_t content = 0;
    for (size_t i = 0; i < matter.count; i++) {
        content += !cd_key_is_context(matter.keys[i]);
        assert_true(i == 0 || cd_key_code(matter.keys[i - 1]) < cd_key_code(matter.keys[i]));
        if (!cd_key_is_context(matter.keys[i]))
            assert_true(cd_key_weight(matter.keys[i]) > 10);
    }
    assert_int_equal(content, CD_MATTER_CONTENT);
    assert_true(matter.count - content <= CD_MATTER_CONTEXT && matter.count > content);
    assert_int_equal(matter.article_count, CD_MATTER_ARTICLE);
    gs_buffer_free(&text);
    cd_matter_reader_free(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_of_one_word_have_one_label),
        cmocka_unit_test(words_of_one_matter_have_one_label),
        cmocka_unit_test(numbers_count_by_their_worth),
        cmocka_unit_test(countries_go_by_their_code),
        cmocka_unit_test_setup_teardown(negations_figures_and_opposites_are_seen, setup, teardown),
        cmocka_unit_test_setup_teardown(rare_words_weigh_more, setup, teardown),
        cmocka_unit_test_setup_teardown(keys_are_bounded_and_sorted, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
