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

static void json_ld_tells_most(void **state)
{
    fixture *self = *state;
    const gs_page *page = gs_page_read(
        gs_view_of(
            "<html lang='en'><head><title>Talks go on | The Post</title><meta property='og:title' "
            "content='No'>"
            "<link rel='amphtml' href='/amp/talks'><link rel='alternate' media='print' href='/print/talks'>"
            "<script type='application/ld+json'>{\"@graph\":[{\"@type\":\"WebPage\",\"name\":\"x\"},"
            "{\"@type\":[\"NewsArticle\"],\"headline\":\"Talks &amp; tariffs\",\"datePublished\":"
            "\"2025-04-24T22:57:00-04:00\",\"dateModified\":\"2025-04-25T01:00:00-04:00\",\"author\":"
            "[{\"name\":\"A. Writer\"},{\"name\":\"B. Other\"}],\"publisher\":{\"name\":\"The Post\"}}]}"
            "</script><script type='application/ld+json'>{broken</script></head>"
            "<body><p>The minister said on Thursday that the talks would go on as they had been "
            "planned.</p>"),
        "https://post.example/talks", "", self->arena, &self->error);
    assert_non_null(page);
    assert_string_equal(page->article->title, "Talks & tariffs");
    assert_string_equal(page->article->byline, "A. Writer, B. Other");
    assert_string_equal(page->article->publisher, "The Post");
    assert_string_equal(page->article->published, "2025-04-24T22:57:00-04:00");
    assert_string_equal(page->modified, "2025-04-25T01:00:00-04:00");
    assert_string_equal(page->amp_url, "https://post.example/amp/talks");
    assert_string_equal(page->print_url, "https://post.example/print/talks");
    assert_true(page->english);
}

static void deep_json_ld_is_passed_over(void **state)
{
    fixture *self = *state;
    gs_buffer html = {0};
    gs_buffer_text(&html, "<p>Words.</p><script type='application/ld+json'>");
    for (int i = 0; i < 100000; i++) {
        gs_buffer_byte(&html, '[');
    }
    assert_non_null(gs_page_read(gs_buffer_view(&html), NULL, "", self->arena, &self->error));
    gs_buffer_free(&html);
}

static void titles_and_bylines_are_neat(void **state)
{
    gs_article *article =
        read_page(*state,
                  "<meta property='og:title' content='A - B talks - The Post'><meta "
                  "property='og:site_name' content='the post'><meta name='author' content='By A. Writer'>"
                  "<p>Words.",
                  NULL);
    assert_string_equal(article->title, "A - B talks");
    assert_string_equal(article->byline, "A. Writer");
    article = read_page(*state, "<title>Talks - now - The Post</title><p>Words.", NULL);
    assert_string_equal(article->title, "Talks - now");
}

#define SAID " said on Tuesday that the government, the ministry and the court had all agreed."
#define PROSE(words) "<p>" words SAID "</p>"

static void leaves_out_what_is_around_the_article(void **state)
{
    static const char *const around[] = {
        "<div class='related-stories'><h3>More</h3>" PROSE("Another minister") "</div>",
        "<div id='newsletterSignup'>" PROSE("Subscribers who") "</div>",
        "<section class='comments'>" PROSE("A reader") PROSE("A second reader") "</section>",
        "<figure><figcaption>" PROSE("A photograph that") "</figcaption></figure>",
        "<div style='display: none'>" PROSE("Nobody who sees it") "</div>",
        "<p><a href='/x'>Read what the prime minister told the assembly about the treaty last week</a></p>",
        "<p>READ MORE: the prime minister on the treaty</p>",
        "<ul><li><a href='/a'>One of the other stories of the day</a></li><li><a href='/b'>And "
        "two</a></li></ul>",
        "<div>22 April 2025</div>",
    };
    static const char plain[] = "The minister" SAID "\n\nThe chancellor" SAID "\n\nNext\n\nThe court" SAID;
    fixture *self = *state;
    for (size_t i = 0; i < sizeof around / sizeof around[0]; i++) {
        const char *html = gs_arena_format(
            self->arena, "<body><div class='page with-sidebar'><div>%s%s%s<h2>Next</h2>%s</div></div></body>",
            PROSE("The minister"), around[i], PROSE("The chancellor"), PROSE("The court"));
        assert_string_equal(read_page(self, html, NULL)->text, plain);
    }
}

static void an_article_in_several_boxes_is_one(void **state)
{
    const char *text =
        read_page(*state,
                  "<body><div><section>" PROSE("One") PROSE("Then") PROSE("Next") PROSE("Two")
                      PROSE("Three") "</section><section>" PROSE("Four")
                          PROSE("Five") "</section><ul><li><div>" PROSE(
                              "A teaser") "</div></li><li><div>" PROSE("Another") "</div></li></ul></div>",
                  NULL)
            ->text;
    assert_has(text, "One said");
    assert_has(text, "Five said");
    assert_null(strstr(text, "A teaser"));
}

static void tells_english(void **state)
{
    fixture *self = *state;
    static const struct {
        const char *lang, *text;
        bool english;
    } pages[] = {
        {"en-GB", "Short words.", true},
        {"", "Short words.", true},
        {"de", "Kurze Worte.", false},
        {"de",
         "The minister said on Tuesday that the talks with the other side would go on, and that the two of "
         "them had "
         "agreed on the date of the next meeting, which is to be held in the capital at the end of the "
         "month, when "
         "the court will have ruled on the case.",
         true},
        {"en",
         "Le ministre a déclaré mardi que les négociations avec la partie adverse se poursuivraient et que "
         "les deux "
         "délégations avaient convenu de la date de la prochaine réunion, qui se tiendra dans la capitale "
         "vers la fin "
         "du mois, quand le tribunal aura tranché cette affaire délicate.",
         false},
    };
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        const char *html =
            gs_arena_format(self->arena, "<html lang='%s'><body><p>%s</p>", pages[i].lang, pages[i].text);
        const gs_page *page = gs_page_read(gs_view_of(html), NULL, "", self->arena, &self->error);
        assert_int_equal(page->english, pages[i].english);
        assert_true(page->language_why[0] != '\0');
    }
}

static void http_says_the_encoding(void **state)
{
    fixture *self = *state;
    const gs_page *page = gs_page_read(gs_view_of("<meta charset='utf-8'><p>caf\xE9"), NULL, "iso-8859-1",
                                       self->arena, &self->error);
    assert_string_equal(page->article->text, "caf\xC3\xA9");
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
        TEST(json_ld_tells_most),
        TEST(deep_json_ld_is_passed_over),
        TEST(titles_and_bylines_are_neat),
        TEST(leaves_out_what_is_around_the_article),
        TEST(an_article_in_several_boxes_is_one),
        TEST(tells_english),
        TEST(http_says_the_encoding),
        TEST(encodings),
        TEST(nothing_to_read_is_an_error),
        TEST(deep_nesting_ends_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
