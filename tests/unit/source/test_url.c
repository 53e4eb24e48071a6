// Which addresses lead to one article, and which do not.
#include "source_test.h"

static const char *canonical(fixture *self, const char *url)
{
    const char *first = gs_url_canonical(gs_view_of(url), self->arena);
    assert_string_equal(gs_url_canonical(gs_view_of(first), self->arena), first); // and stays so
    return first;
}

static void expect_one(fixture *self, const char *const *urls, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        assert_string_equal(canonical(self, urls[i]), canonical(self, urls[0]));
    }
}
#define ONE(self, ...)                                                                                       \
    do {                                                                                                     \
        static const char *const urls[] = {__VA_ARGS__};                                                     \
        expect_one(self, urls, sizeof urls / sizeof urls[0]);                                                \
    } while (0)

static void expect_two(fixture *self, const char *a, const char *b)
{
    assert_string_not_equal(canonical(self, a), canonical(self, b));
}

static void the_rules_of_the_standard(void **state)
{
    fixture *self = *state;
    ONE(self, "https://example.org/", "HTTPS://EXAMPLE.ORG", "https://example.org:443/",
        "https://example.org./", "https://example.org/a/..", "https://example.org/./",
        "https://someone:secret@example.org/");
    ONE(self, "https://example.org/b/%7Ec%2Fd", "https://example.org/a/../b/~c%2fd",
        "https://example.org/%62/%7ec%2Fd");
    ONE(self, "https://example.org/caf%C3%A9", "https://example.org/caf\xC3\xA9",
        "https://example.org/caf%c3%a9");
    ONE(self, "https://example.org/a%20b", "https://example.org/a b", " https://example.org/a%20b\n");
    assert_string_equal(canonical(self, "HTTP://Example.ORG:80/News/Story?b=2&a=1#part"),
                        "https://example.org/News/Story?a=1&b=2");
    expect_two(self, "https://example.org/a%2Fb", "https://example.org/a/b");
    expect_two(self, "https://example.org/Story", "https://example.org/story");
    expect_two(self, "https://example.org:8443/a", "https://example.org/a");
    expect_two(self, "https://example.org/a", "https://example.net/a");
    expect_two(self, "https://example.org/a//b", "https://example.org/a/b");
}

static void campaigns_go_and_articles_numbers_stay(void **state)
{
    fixture *self = *state;
    ONE(self, "https://example.org/story", "https://example.org/story?utm_source=a&utm_medium=b",
        "https://example.org/story?fbclid=x", "https://example.org/story?&gclid=1&",
        "https://example.org/story?", "https://example.org/story?CMP=share_btn_tw",
        "https://example.org/story?ref=rss#comments",
        "https://example.org/story;jsessionid=12AB?UTM_Campaign=c");
    ONE(self, "https://example.org/a?id=7&page=2", "https://example.org/a?page=2&utm_term=z&id=7");
    expect_two(self, "https://example.org/a?id=7", "https://example.org/a?id=8");
    expect_two(self, "https://example.org/a?ref=7", "https://example.org/a?ref=8");
    expect_two(self, "https://example.org/a?ref=7", "https://example.org/a");
    expect_two(self, "https://example.org/?p=1", "https://example.org/");
    expect_two(self, "https://example.org/a?x=1&x=2", "https://example.org/a?x=2&x=1");
    expect_two(self, "https://example.org/#!/story/1", "https://example.org/#!/story/2");
}

static void slashes_and_index_pages_at_the_end(void **state)
{
    fixture *self = *state;
    ONE(self, "https://example.org/2025/story", "https://example.org/2025/story/",
        "https://example.org/2025/story/index.html", "https://example.org/2025/story//");
    ONE(self, "https://example.org/?id=5", "https://example.org/index.php?id=5");
    expect_two(self, "https://example.org/index-of-prices", "https://example.org/");
}

static void forms_of_one_article(void **state)
{
    fixture *self = *state;
    ONE(self, "https://example.co.uk/news/talks-end-without-deal",
        "https://m.example.co.uk/news/talks-end-without-deal",
        "https://www.example.co.uk/news/talks-end-without-deal/amp",
        "https://amp.example.co.uk/news/talks-end-without-deal",
        "https://example.co.uk/amp/news/talks-end-without-deal",
        "https://example.co.uk/news/talks-end-without-deal.amp",
        "https://example.co.uk/news/talks-end-without-deal/print/",
        "https://example.co.uk/news/talks-end-without-deal?outputType=amp",
        "https://example.co.uk/news/talks-end-without-deal?amp=1",
        "https://www.google.com/amp/s/www.example.co.uk/news/talks-end-without-deal",
        "https://www-example-co-uk.cdn.ampproject.org/c/s/www.example.co.uk/news/talks-end-without-deal/amp",
        "https://www.google.com/%61mp/s/www.google.com/amp/s/example.co.uk/news/talks-end-without-deal");
    ONE(self, "https://example.org/a/12345.html", "https://example.org/a/12345.amp.html");
    // A section, not a form.
    expect_two(self, "https://example.org/tech/amp", "https://example.org/tech");
    expect_two(self, "https://example.org/amp", "https://example.org/");
    expect_two(self, "https://example.org/how-to/print", "https://example.org/how-to");
    expect_two(self, "https://m.com/a", "https://com/a");
}

static void what_is_no_web_address_stays(void **state)
{
    fixture *self = *state;
    static const char *const others[] = {"",         "urn:isbn:0451450523", "ftp://example.org/A/",
                                         "https://", "http:///a",           "article 7",
                                         "/news/a/", "https://./a"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_string_equal(canonical(self, others[i]), others[i]);
    }
}

static void long_ones_are_taken(void **state)
{
    fixture *self = *state;
    gs_buffer url = {0};
    gs_buffer_text(&url, "https://www.google.com");
    for (int i = 0; i < 20000; i++) {
        gs_buffer_text(&url, "/amp/s/google.com");
    }
    gs_buffer_text(&url, "/a?x");
    for (int i = 0; i < 20000; i++) {
        gs_buffer_text(&url, "&p=1&utm_source=b");
    }
    assert_true(strlen(gs_url_canonical(gs_buffer_view(&url), self->arena)) > 0);
    gs_buffer_free(&url);
}

static void whose_address_it_is(void **state)
{
    fixture *self = *state;
    static const char *const sites[][2] = {{"https://www.example.org/a", "example.org"},
                                           {"https://news.Example.org/", "example.org"},
                                           {"https://news.example.co.uk/a", "example.co.uk"},
                                           {"https://example.co.uk", "example.co.uk"},
                                           {"http://127.0.0.1:8080/a", "127.0.0.1"},
                                           {"https://a.b.example.museum/x", "example.museum"},
                                           {"https://localhost/a", "localhost"},
                                           {"no address", ""}};
    for (size_t i = 0; i < sizeof sites / sizeof sites[0]; i++) {
        assert_string_equal(gs_url_site(gs_view_of(sites[i][0]), self->arena), sites[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_rules_of_the_standard),
        TEST(campaigns_go_and_articles_numbers_stay),
        TEST(slashes_and_index_pages_at_the_end),
        TEST(forms_of_one_article),
        TEST(what_is_no_web_address_stays),
        TEST(long_ones_are_taken),
        TEST(whose_address_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
