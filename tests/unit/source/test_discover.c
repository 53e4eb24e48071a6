// Feeds that pages name.
#include "source_test.h"

typedef struct found {
    gs_link *links;
    size_t count;
} found;

static found discover(fixture *self, const char *html, const char *base)
{
    found result = {0};
    assert_true(
        gs_feed_discover(gs_view_of(html), base, self->arena, &result.links, &result.count, &self->error));
    return result;
}

static void named_feeds_come_first(void **state)
{
    found it = discover(
        *state,
        "<!doctype html><html><head><base href='/news/'><script>var x = \"<link rel='alternate' "
        "type='application/rss+xml' href='no'>\";</script>"
        "<!-- <link rel=alternate type='application/rss+xml' href='no2'> -->"
        "<link rel='alternate' type='application/rss+xml' title='Comments Feed' href='/comments/feed/'>"
        "<LINK REL='Alternate Nofollow' TYPE='application/rss+xml; charset=utf-8' "
        "HREF='feed.xml?a=1&amp;b=2' TITLE='A &gt; B'>"
        "<link href=atom rel=alternate type=application/atom+xml><link rel=alternate "
        "type=application/feed+json href=j>"
        "<link rel='alternate' type='application/json' href='/wp-json/posts/1'>"
        "<link rel='alternate' hreflang='fr' href='/fr/'><link rel='alternate stylesheet' "
        "type='application/rss+xml' href='s'>"
        "<link rel='sitemap' type='application/xml' href='/map.xml'><link rel=alternate "
        "type='application/atom+xml' href='atom'>"
        "</head><body><a href='/rss'>RSS</a></body></html>",
        "https://x.example/a/b");
    assert_int_equal(it.count, 5);
    assert_string_equal(it.links[0].url, "https://x.example/news/feed.xml?a=1&b=2");
    assert_string_equal(it.links[0].title, "A > B");
    assert_string_equal(it.links[0].type, "application/rss+xml; charset=utf-8");
    assert_string_equal(it.links[1].url, "https://x.example/news/atom");
    assert_string_equal(it.links[2].url, "https://x.example/news/j");
    assert_string_equal(it.links[3].url, "https://x.example/comments/feed/");
    assert_string_equal(it.links[4].url, "https://x.example/map.xml");
}

static void links_for_people_serve_where_there_are_no_others(void **state)
{
    found it = discover(
        *state,
        "<body><a href='/about'>x</a><a href='/blog/rss.xml?x'>RSS</a><a href='javascript:/rss'>no</a>",
        "http://x.example/");
    assert_int_equal(it.count, 1);
    assert_string_equal(it.links[0].url, "http://x.example/blog/rss.xml?x");
    assert_int_equal(discover(*state, "", NULL).count, 0);
    assert_int_equal(discover(*state, "plain <", NULL).count, 0);
    it = discover(*state, "<link rel=alternate type=application/rss+xml href=rel>", NULL);
    assert_string_equal(it.links[0].url, "rel");
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(named_feeds_come_first),
                                       TEST(links_for_people_serve_where_there_are_no_others)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
