// JSON Lines: what is taken, what is ignored, and one clear line for what is neither.
#include "source_test.h"

static gs_article *read_line(fixture *self, const char *line)
{
    return gs_article_from_json(gs_view_of(line), self->arena, &self->error);
}

static void takes_every_key(void **state)
{
    gs_article *article = read_line(
        *state,
        "{\"id\":\"n-1\",\"url\":\"https://example.org/1\",\"canonical_url\":\"https://example.org/c\","
        "\"published\":\"2025-04-24T22:57:00-04:00\",\"publisher\":\"The Post\",\"title\":\"Talks\","
        "\"byline\":\"A. Writer\",\"language\":\"en\",\"text\":\"One.\\n\\nTwo \\u20ac \\ud83d\\ude00 "
        "\\\"q\\\" \\\\ \\/ \\t.\"}");
    assert_non_null(article);
    assert_string_equal(article->external_id, "n-1");
    assert_string_equal(article->url, "https://example.org/1");
    assert_string_equal(article->canonical_url, "https://example.org/c");
    assert_string_equal(article->published, "2025-04-24T22:57:00-04:00");
    assert_string_equal(article->publisher, "The Post");
    assert_string_equal(article->title, "Talks");
    assert_string_equal(article->byline, "A. Writer");
    assert_string_equal(article->language, "en");
    assert_string_equal(article->text, "One.\n\nTwo \xE2\x82\xAC \xF0\x9F\x98\x80 \"q\" \\ / \t.");
}

static void ignores_unknown_keys_of_any_shape(void **state)
{
    gs_article *article =
        read_line(*state, " { \"score\" : -1.5e+3, \"tags\":[1,[\"x\",{\"text\":\"inner\"}],null,true,false],"
                          "\"more\":{\"title\":\"no\",\"a\":{}},\"text\":\"outer\", \"e\":[] } \r");
    assert_non_null(article);
    assert_string_equal(article->text, "outer");
    assert_string_equal(article->title, "");
}

static void integer_ids_and_nulls(void **state)
{
    gs_article *article = read_line(*state, "{\"id\":-42,\"title\":null,\"html\":null,\"text\":\"t\"}");
    assert_non_null(article);
    assert_string_equal(article->external_id, "-42");
    assert_string_equal(article->title, "");
}

static void page_fills_what_the_line_leaves_open(void **state)
{
    gs_article *article = read_line(
        *state, "{\"id\":\"p\",\"title\":\"Own title\",\"html\":\"<html><head><title>Page</title><meta "
                "name=author content='B. Line'>"
                "</head><body><p>First words.</p></body></html>\"}");
    assert_non_null(article);
    assert_string_equal(article->title, "Own title");
    assert_string_equal(article->byline, "B. Line");
    assert_string_equal(article->text, "First words.");
    assert_string_equal(article->external_id, "p");
}

typedef struct bad_line {
    const char *line;
    const char *words;
} bad_line;

static void names_what_is_wrong(void **state)
{
    static const bad_line lines[] = {
        {"{\"text\":5}", "text: expected a string"},
        {"{\"text\":\"x\",\"title\":[\"x\"]}", "title: expected a string"},
        {"{\"text\":\"x\",\"url\":{}}", "url: expected a string"},
        {"{\"text\":\"x\",\"byline\":true}", "byline: expected a string"},
        {"{\"id\":1.5,\"text\":\"x\"}", "id: expected a string or an integer"},
        {"{\"id\":{},\"text\":\"x\"}", "id: expected a string or an integer"},
        {"{\"html\":7}", "html: expected a string"},
        {"{\"html\":\"\"}", "html: the page is empty"},
        {"{\"title\":\"only\"}", "\"text\" or \"html\""},
        {"{\"text\":\"\"}", "\"text\" or \"html\""},
        {"{\"text\":\"a\",\"text\":\"b\"}", "duplicate"},
        {"[1,2]", "expected a JSON object"},
        {"\"text\"", "JSON"},
        {"", "not JSON"},
        {"   ", "not JSON"},
        {"{\"text\":\"a\"", "not JSON"},
        {"{\"text\":\"a\"} {}", "not JSON"},
        {"{\"text\":\"a\",}", "not JSON"},
        {"{\"text\" \"a\"}", "not JSON"},
        {"{text:\"a\"}", "not JSON"},
        {"{\"text\":\"a\n\"}", "not JSON"},
        {"{\"text\":\"\\x\"}", "not JSON"},
        {"{\"text\":\"\\u12g4\"}", "not JSON"},
        {"{\"text\":\"\\ud800 alone\"}", "not JSON"},
        {"{\"text\":\"\\udc00 alone\"}", "not JSON"},
        {"{\"text\":\"a\",\"n\":01}", "not JSON"},
        {"{\"text\":\"a\",\"n\":1.}", "not JSON"},
        {"{\"text\":\"a\",\"n\":nul}", "not JSON"},
        {"{\"text\":\"a\",\"n\":[1 2]}", "not JSON"},
        {"{\"text\":\"a\",\"n\":[1}", "not JSON"},
    };
    fixture *self = *state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        gs_error_clear(&self->error);
        if (read_line(self, lines[i].line)) {
            fail_msg("taken: %s", lines[i].line);
        }
        assert_int_equal(self->error.code, GS_E_INPUT);
        assert_has(self->error.message, lines[i].words);
        assert_null(strchr(self->error.message, '\n'));
    }
}

static void repairs_bytes_that_are_not_utf8(void **state)
{
    gs_article *article = read_line(*state, "{\"text\":\"caf\xE9 au lait\",\"title\":\"a\\u0000b\"}");
    assert_non_null(article);
    assert_string_equal(article->text, "caf\xEF\xBF\xBD au lait");
    assert_string_equal(article->title, "ab");
}

static void byte_order_mark_is_skipped(void **state)
{
    assert_non_null(read_line(*state, "\xEF\xBB\xBF{\"text\":\"x\"}"));
}

static void nesting_is_bounded(void **state)
{
    fixture *self = *state;
    gs_buffer line = {0};
    gs_buffer_text(&line, "{\"text\":\"x\",\"deep\":");
    for (int i = 0; i < 200000; i++) {
        gs_buffer_byte(&line, '[');
    }
    assert_null(gs_article_from_json(gs_buffer_view(&line), self->arena, &self->error));
    assert_true(self->error.code == GS_E_INPUT || self->error.code == GS_E_LIMIT);
    gs_buffer_free(&line);
}

static void over_long_line_is_refused(void **state)
{
    fixture *self = *state;
    gs_view line = gs_view_make("{", GS_LIMIT_LINE_BYTES + (size_t)1); // only its size is looked at
    assert_null(gs_article_from_json(line, self->arena, &self->error));
    assert_int_equal(self->error.code, GS_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(takes_every_key),
        TEST(ignores_unknown_keys_of_any_shape),
        TEST(integer_ids_and_nulls),
        TEST(page_fills_what_the_line_leaves_open),
        TEST(names_what_is_wrong),
        TEST(repairs_bytes_that_are_not_utf8),
        TEST(byte_order_mark_is_skipped),
        TEST(nesting_is_bounded),
        TEST(over_long_line_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
