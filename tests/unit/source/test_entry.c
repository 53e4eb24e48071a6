// From an entry to its article: when its page is not asked for, what of it is news, and what it says of the
// article.
#include "source_test.h"

static const char *whole(gs_buffer *out, const char *end)
{
    gs_buffer_clear(out);
    gs_buffer_text(out, "<p>");
    for (int i = 0; i < 60; i++)
        gs_buffer_text(out, "The minister ");
    gs_buffer_text(out, end);
    return out->data;
}

static void a_teaser_is_no_text(void **state)
{
    static const char *const teasers[] = {"goes on…</p>",          "goes on [...]</p></div>",
                                          "goes on&hellip;</p>\n", "Read More</a>",
                                          "continue reading",      "goes on [&#8230;]</p>"};
    (void)state;
    gs_buffer text = {0};
    gs_feed_entry entry = {.link = (char *)"https://a.example/1", .content = (char *)"<p>Short.</p>"};
    assert_false(gs_entry_has_text(&entry));
    entry.content = (char *)whole(&text, "went on.</p>");
    assert_true(gs_entry_has_text(&entry));
    for (size_t i = 0; i < sizeof teasers / sizeof teasers[0]; i++) {
        entry.content = (char *)whole(&text, teasers[i]);
        if (gs_entry_has_text(&entry))
            fail_msg("%s", teasers[i]);
    }
    const gs_feed_entry bare = {.summary = (char *)"Nowhere else."};
    assert_true(gs_entry_has_text(&bare));
    assert_string_equal(gs_entry_html(&bare), "Nowhere else.");
    const gs_feed_entry none = {0};
    assert_string_equal(gs_entry_html(&none), "");
    assert_string_equal(gs_entry_time(&none), "");
    gs_buffer_free(&text);
}

static void only_the_last_days_of_a_sitemap_are_news(void **state)
{
    (void)state;
    const int64_t now = 1745539200; // 2025-04-25
    const gs_feed_entry old = {.updated = (char *)"2025-04-17T23:59:59Z"};
    const gs_feed_entry fresh = {.published = (char *)"2025-04-18T00:00:01Z",
                                 .updated = (char *)"2001-01-01"};
    const gs_feed_entry undated = {.published = (char *)"yesterday"};
    assert_true(gs_entry_is_old(&old, GS_FEED_SITEMAP, now));
    assert_false(gs_entry_is_old(&old, GS_FEED_RSS, now));
    assert_false(gs_entry_is_old(&fresh, GS_FEED_SITEMAP, now));
    assert_false(gs_entry_is_old(&undated, GS_FEED_SITEMAP, now));
}

static void the_entry_wins_but_for_time_and_byline(void **state)
{
    (void)state;
    gs_arena *arena = gs_arena_new(0);
    gs_error error = {0};
    gs_article *article = gs_article_from_text(gs_view_of("Headline\n\nThe text.\n"), "x", arena, &error);
    const gs_feed_entry entry = {
        .title = (char *)"Title", .updated = (char *)"2025-04-25T00:00:00Z", .author = (char *)"A. Writer"};
    gs_entry_describe(&entry, article, arena);
    assert_string_equal(article->title, "Title");
    assert_string_equal(article->published, "2025-04-25T00:00:00Z");
    assert_string_equal(article->byline, "A. Writer");
    const gs_feed_entry later = {.published = (char *)"2026-01-01", .author = (char *)"Another"};
    gs_entry_describe(&later, article, arena);
    assert_string_equal(article->title, "Title");
    assert_string_equal(article->published, "2025-04-25T00:00:00Z");
    assert_string_equal(article->byline, "A. Writer");
    gs_arena_free(&arena);
}

static void what_an_answer_says_of_itself(void **state)
{
    (void)state;
    gs_arena *arena = gs_arena_new(0);
    assert_true(gs_type_is_page(""));
    assert_true(gs_type_is_page("Text/HTML; charset=x"));
    assert_true(gs_type_is_page("application/xhtml+xml"));
    assert_false(gs_type_is_page("application/pdf"));
    assert_false(gs_type_is_page("image/png"));
    assert_string_equal(gs_type_charset("text/html; Charset=\"KOI8-R\"", arena), "KOI8-R");
    assert_string_equal(gs_type_charset("text/html", arena), "");
    gs_arena_free(&arena);
}

static void a_thin_page_has_its_text_elsewhere(void **state)
{
    (void)state;
    gs_arena *arena = gs_arena_new(0);
    gs_error error = {0};
    gs_page page = {.article = gs_article_from_text(gs_view_of("Little."), "x", arena, &error),
                    .amp_url = (char *)"",
                    .print_url = (char *)""};
    assert_null(gs_page_elsewhere(&page));
    page.print_url = (char *)"https://a.example/print";
    assert_string_equal(gs_page_elsewhere(&page), "https://a.example/print");
    page.amp_url = (char *)"https://a.example/amp";
    assert_string_equal(gs_page_elsewhere(&page), "https://a.example/amp");
    gs_buffer text = {0};
    page.article->text = (char *)whole(&text, "");
    assert_null(gs_page_elsewhere(&page));
    gs_buffer_free(&text);
    gs_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_teaser_is_no_text),
        cmocka_unit_test(only_the_last_days_of_a_sitemap_are_news),
        cmocka_unit_test(the_entry_wins_but_for_time_and_byline),
        cmocka_unit_test(what_an_answer_says_of_itself),
        cmocka_unit_test(a_thin_page_has_its_text_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
