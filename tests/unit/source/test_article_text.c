// Plain text, and the guess at what an input is.
#include "source_test.h"

static gs_article *read_text(fixture *self, const char *text)
{
    return gs_article_from_text(gs_view_of(text), "file.txt", self->arena, &self->error);
}

static void keeps_text_byte_for_byte(void **state)
{
    const char *text = "Headline of the day\n\n  First paragraph,  two spaces.\r\n\n\n\nSecond.\n";
    gs_article *article = read_text(*state, text);
    assert_non_null(article);
    assert_string_equal(article->text, text);
    assert_string_equal(article->title, "Headline of the day");
    assert_string_equal(article->external_id, "file.txt");
}

static void title_needs_a_blank_line_below(void **state)
{
    fixture *self = *state;
    assert_string_equal(read_text(self, "One line.\nSecond line.\n\nThird.")->title, "");
    assert_string_equal(read_text(self, "Only a line")->title, "");
    assert_string_equal(read_text(self, "Only a line\n\n")->title, "");
    assert_string_equal(read_text(self, "\nText after a blank line.\n\nMore.")->title, "");
    assert_string_equal(read_text(self, "Title\r\n\r\nText.")->title, "Title");
    assert_string_equal(read_text(self, "\xEF\xBB\xBFTitle\n\nText.")->title, "Title");
    char text[400];
    memset(text, 'a', sizeof text);
    memcpy(text + 300, "\n\nmore", 7);
    assert_string_equal(read_text(self, text)->title, "");
}

static void repairs_utf8(void **state)
{
    assert_string_equal(read_text(*state, "bad \xFF\xFE byte")->text, "bad \xEF\xBF\xBD\xEF\xBF\xBD byte");
}

static void refuses_nothing_and_too_much(void **state)
{
    fixture *self = *state;
    assert_null(read_text(self, " \n\t "));
    assert_int_equal(self->error.code, GS_E_INPUT);
    gs_view much = gs_view_make("x", GS_LIMIT_ARTICLE_BYTES + (size_t)1);
    assert_null(gs_article_from_text(much, "x", self->arena, &self->error));
    assert_int_equal(self->error.code, GS_E_LIMIT);
}

static void guesses_by_content(void **state)
{
    (void)state;
    assert_int_equal(gs_input_guess(gs_view_of(" \n{\"text\":1}")), GS_INPUT_JSONL);
    assert_int_equal(gs_input_guess(gs_view_of("<!DOCTYPE html><p>x")), GS_INPUT_HTML);
    assert_int_equal(gs_input_guess(gs_view_of("\xEF\xBB\xBF<HTML>")), GS_INPUT_HTML);
    assert_int_equal(gs_input_guess(gs_view_of("<!-- note --><div>x</div>")), GS_INPUT_HTML);
    assert_int_equal(gs_input_guess(gs_view_of("<quote> he said, <unclear> and left")), GS_INPUT_TEXT);
    assert_int_equal(gs_input_guess(gs_view_of("Text with <p> inside")), GS_INPUT_TEXT);
    assert_int_equal(gs_input_guess(gs_view_of("")), GS_INPUT_TEXT);
    assert_int_equal(gs_input_guess(gs_view_make("\0{", 2)), GS_INPUT_TEXT);
    gs_input input;
    assert_true(gs_input_parse("jsonl", &input));
    assert_int_equal(input, GS_INPUT_JSONL);
    assert_false(gs_input_parse("xml", &input));
    assert_false(gs_input_parse(NULL, &input));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keeps_text_byte_for_byte),
        TEST(title_needs_a_blank_line_below),
        TEST(repairs_utf8),
        TEST(refuses_nothing_and_too_much),
        TEST(guesses_by_content),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
