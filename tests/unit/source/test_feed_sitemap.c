// Sitemaps, with and without news, and indexes.
#include "source_test.h"

static gs_feed *read_feed(fixture *self, const char *xml)
{
    gs_error_clear(&self->error);
    return gs_feed_parse(gs_view_of(xml), "https://n.example/map.xml", self->arena, &self->error);
}

static void news(void **state)
{
    gs_feed *feed = read_feed(
        *state, "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
                "xmlns:n='http://www.google.com/schemas/sitemap-news/0.9' "
                "xmlns:image='http://www.google.com/schemas/sitemap-image/1.1' "
                "xmlns:video='http://www.google.com/schemas/sitemap-video/1.1'>"
                "<url><image:image><image:loc>https://n.example/i.jpg</image:loc><image:title>Picture</"
                "image:title></image:image>"
                "<loc>\n https://n.example/a?x=1&amp;copy=2 </loc><lastmod>2025-04-25</lastmod>"
                "<video:video><video:title>Film</video:title><video:publication_date>2001-01-01</"
                "video:publication_date></video:video>"
                "<n:news><n:publication><n:name>The N</n:name><n:language>en</n:language></n:publication>"
                "<n:publication_date>2025-04-24T10:00:00+02:00</n:publication_date><n:title><![CDATA[Talks "
                "&amp; more]]></n:title>"
                "</n:news></url><url><loc>/b</loc></url></urlset>");
    assert_non_null(feed);
    assert_int_equal(feed->format, GS_FEED_SITEMAP);
    assert_string_equal(feed->title, "The N");
    assert_string_equal(feed->language, "en");
    assert_int_equal(feed->count, 2);
    const gs_feed_entry *entry = feed->entries;
    assert_string_equal(entry->link, "https://n.example/a?x=1&copy=2");
    assert_string_equal(entry->id, entry->link);
    assert_string_equal(entry->title, "Talks & more");
    assert_string_equal(entry->published, "2025-04-24T08:00:00Z");
    assert_string_equal(entry->updated, "2025-04-25T00:00:00Z");
    assert_string_equal(entry->publisher, "The N");
    assert_string_equal(entry->language, "en");
    assert_string_equal(entry[1].link, "https://n.example/b");
    assert_string_equal(entry[1].title, "");
    assert_string_equal(entry[1].summary, "");
}

static void index_of_maps(void **state)
{
    gs_feed *feed =
        read_feed(*state, "<sitemapindex><sitemap><loc>news.xml</loc><lastmod>2025-04-25</lastmod></sitemap>"
                          "<sitemap/><sitemap><loc>https://o.example/2.xml</loc></sitemap></sitemapindex>");
    assert_non_null(feed);
    assert_int_equal(feed->format, GS_FEED_SITEMAP_INDEX);
    assert_int_equal(feed->count, 0);
    assert_int_equal(feed->map_count, 2);
    assert_string_equal(feed->maps[0], "https://n.example/news.xml");
    assert_string_equal(feed->maps[1], "https://o.example/2.xml");
}

static void undeclared_and_empty(void **state)
{
    gs_feed *feed =
        read_feed(*state, "<urlset><url><loc>https://n.example/a</loc><news:news><news:title>T</news:title>"
                          "</news:news><image:loc>no</image:loc></url></urlset>");
    assert_string_equal(feed->entries[0].title, "T");
    assert_string_equal(feed->entries[0].link, "https://n.example/a");
    feed = read_feed(*state, "<urlset/>");
    assert_int_equal(feed->count, 0);
    assert_string_equal(feed->title, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(news), TEST(index_of_maps), TEST(undeclared_and_empty)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
