// Pages: what their heads say, which part is the article, and what of it is text.
#include "source_test.h"

static gs_article *read_page(fixture *self, const char *html, const char *url)
{
    return gs_article_from_html(gs_view_of(html), url, self->arena, &self->error);
}

static const char news_page[] =
    "<!DOCTYPE html><html lang='en-GB'><head><title>Talks go on - The Post</title>"
    "<meta property='og:title' content='Talks &amp; tariffs go on'><meta property='og:site_name' "
    "content='The Post'>"
    "<meta property='article:published_time' content='2025-04-24T22:57:00-04:00'>"
    "<meta name='author' content='A. Writer'><link rel='canonical' href='/2025/talks'>"
    "<script>var p = '<p>no</p>';</script><style>p{}</style></head><body>"
    "<nav><ul><li><a href='/'>Home</a></li></ul></nav>"
    "<article><header><h1>Talks &amp; tariffs go on</h1></header><p>The   minister\n said <b>no</b>.</p>"
    "<figure><img><figcaption>A caption</figcaption></figure><h2>Next</h2><ul><li>One item</li><li><a>Read "
    "more here</a></li></ul>"
    "<blockquote>We&nbsp;deny it.<p>Again.</p></blockquote><p>Line one<br><br>Line two<br>goes on</p>"
    "<aside><p>Subscribe now</p></aside><form><p>Your mail</p></form><p "
    "hidden-x>&ldquo;End.&rdquo;</p></article>"
    "<footer><p>Copyright</p></footer></body></html>";

static void reads_a_news_page(void **state)
{
    gs_article *article = read_page(*state, news_page, "https://post.example/2025/talks?x=1");
    assert_non_null(article);
    assert_string_equal(article->title, "Talks & tariffs go on");
    assert_string_equal(article->publisher, "The Post");
    assert_string_equal(article->published, "2025-04-24T22:57:00-04:00");
    assert_string_equal(article->byline, "A. Writer");
    assert_string_equal(article->language, "en-GB");
    assert_string_equal(article->url, "https://post.example/2025/talks?x=1");
    assert_string_equal(article->canonical_url, "https://post.example/2025/talks");
    assert_string_equal(article->text,
                        "The minister said no.\n\nNext\n\nOne item\n\nWe deny it.\n\nAgain.\n\nLine one\n\n"
                        "Line two goes on\n\n\xE2\x80\x9C"
                        "End.\xE2\x80\x9D");
}

static void facts_have_second_sources(void **state)
{
    gs_article *article =
        read_page(*state,
                  "<title>Short - Site</title><body><h1>The headline</h1><time datetime='2024-02-29'>x</time>"
                  "<meta property='article:author' content='https://x.example/a'><p>Words.</p>",
                  NULL);
    assert_non_null(article);
    assert_string_equal(article->title, "The headline");
    assert_string_equal(article->published, "2024-02-29");
    assert_string_equal(article->byline, "");
    assert_string_equal(article->canonical_url, "");
    assert_string_equal(article->url, "");
}

static void canonical_must_name_an_article(void **state)
{
    fixture *self = *state;
    static const char *const refused[] = {"/", "https://post.example", "https://post.example/",
                                          "javascript:alert(1)", "file:///etc/passwd"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        char *html = gs_arena_format(self->arena, "<link rel=canonical href='%s'><p>Words.", refused[i]);
        assert_string_equal(read_page(self, html, "https://post.example/a")->canonical_url, "");
    }
}

static void takes_the_part_with_the_text(void **state)
{
    gs_article *article = read_page(
        *state,
        "<body><article><p>Teaser.</p></article><main><p>Long words of the article itself, many of them.</p>"
        "<p>And a second paragraph of it.</p></main><p>Other stuff below.</p></body>",
        NULL);
    assert_string_equal(article->text,
                        "Long words of the article itself, many of them.\n\nAnd a second paragraph of it.");
}

static void page_without_paragraphs_gives_its_blocks(void **state)
{
    gs_article *article =
        read_page(*state, "<body><div>First block.</div><div>Second<span> block.</span></div></body>", NULL);
    assert_string_equal(article->text, "First block.\n\nSecond block.");
}

static void encodings(void **state)
{
    fixture *self = *state;
    assert_string_equal(read_page(self, "<meta charset='windows-1252'><p>caf\xE9 \x93q\x94</p>", NULL)->text,
                        "caf\xC3\xA9 \xE2\x80\x9Cq\xE2\x80\x9D");
    assert_string_equal(read_page(self, "<meta charset='iso-8859-1'><p>caf\xC3\xA9</p>", NULL)->text,
                        "caf\xC3\xA9");
    const char *bare = read_page(self, "<p>caf\xE9</p>", NULL)->text;
    assert_true(gs_utf8_valid(gs_view_of(bare), NULL));
    assert_has(bare, "caf\xC3\xA9");
}

static void nothing_to_read_is_an_error(void **state)
{
    fixture *self = *state;
    assert_null(read_page(self, "  ", NULL));
    assert_string_equal(self->error.message, "the page is empty");
    assert_null(read_page(self, "<html><script>x</script></html>", NULL));
    assert_string_equal(self->error.message, "the page has no text");
}

static void deep_nesting_ends_well(void **state)
{
    fixture *self = *state;
    gs_buffer html = {0};
    gs_buffer_text(&html, "<p>Before.</p>");
    for (int i = 0; i < 100000; i++) {
        gs_buffer_text(&html, "<div>");
    }
    gs_article *article = gs_article_from_html(gs_buffer_view(&html), NULL, self->arena, &self->error);
    assert_non_null(article);
    assert_string_equal(article->text, "Before.");
    gs_buffer_free(&html);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_a_news_page),
        TEST(facts_have_second_sources),
        TEST(canonical_must_name_an_article),
        TEST(takes_the_part_with_the_text),
        TEST(page_without_paragraphs_gives_its_blocks),
        TEST(encodings),
        TEST(nothing_to_read_is_an_error),
        TEST(deep_nesting_ends_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
