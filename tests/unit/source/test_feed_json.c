// JSON Feed, and JSON that is none.
#include "source_test.h"

static gs_feed *read_feed(fixture *self, const char *json)
{
    gs_error_clear(&self->error);
    return gs_feed_parse(gs_view_of(json), "https://j.example/feed.json", self->arena, &self->error);
}

static void version_1_1(void **state)
{
    gs_feed *feed = read_feed(
        *state,
        "\xEF\xBB\xBF {\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"J \\u0026 "
        "K\",\"home_page_url\":\"/\","
        "\"language\":\"en\",\"authors\":[{\"name\":\"Everybody\"}],\"items\":["
        "{\"id\":\"1\",\"url\":\"a\",\"title\":\"One\",\"content_html\":\"<p>x</p>\",\"summary\":\"S < T\","
        "\"date_published\":\"2025-04-24T10:00:00-04:00\",\"date_modified\":\"2025-04-25T10:00:00Z\","
        "\"authors\":[{\"url\":\"u\",\"name\":\"A. Writer\"},{\"name\":\"B\"}],\"language\":\"fr\","
        "\"tags\":[\"title\",\"url\"],\"attachments\":[{\"url\":\"no\",\"title\":\"no\"}],\"_ext\":{\"id\":"
        "\"no\"}},"
        "{\"id\":2,\"external_url\":\"https://e.example/2\",\"content_text\":\"one "
        "<b>\\n\\ntwo\",\"title\":null},"
        "{\"id\":\"https://j.example/3\",\"url\":5}]}");
    assert_non_null(feed);
    assert_int_equal(feed->format, GS_FEED_JSON);
    assert_string_equal(feed->title, "J & K");
    assert_string_equal(feed->link, "https://j.example/");
    assert_string_equal(feed->language, "en");
    assert_int_equal(feed->count, 3);
    const gs_feed_entry *entry = feed->entries;
    assert_string_equal(entry->id, "1");
    assert_string_equal(entry->link, "https://j.example/a");
    assert_string_equal(entry->title, "One");
    assert_string_equal(entry->content, "<p>x</p>");
    assert_string_equal(entry->summary, "<p>S &lt; T</p>");
    assert_string_equal(entry->published, "2025-04-24T14:00:00Z");
    assert_string_equal(entry->updated, "2025-04-25T10:00:00Z");
    assert_string_equal(entry->author, "A. Writer");
    assert_string_equal(entry->language, "fr");
    assert_string_equal(entry[1].id, "2");
    assert_string_equal(entry[1].link, "https://e.example/2");
    assert_string_equal(entry[1].content, "<p>one &lt;b&gt;</p><p>two</p>");
    assert_string_equal(entry[1].summary, entry[1].content);
    assert_string_equal(entry[1].title, "");
}

static void version_1(void **state)
{
    gs_feed *feed = read_feed(
        *state, "{\"title\":\"T\",\"items\":[{\"id\":\"https://j.example/3\",\"author\":{\"name\":\"C\"}}]}");
    assert_non_null(feed);
    assert_string_equal(feed->entries[0].author, "C");
    assert_string_equal(feed->entries[0].link, "https://j.example/3");
    assert_string_equal(feed->entries[0].content, "");
}

static void says_what_is_wrong(void **state)
{
    static const char *const pairs[][2] = {
        {"{\"version\":\"https://jsonfeed.org/version/1.1\"}", "without \"items\""},
        {"{\"items\":[{\"id\":\"1\"", "cut off"},
        {"{\"items\":[{\"id\":}]}", "broken at byte"},
        {"[{\"items\":[]}]", "found a JSON array"},
        {"{\"items\":{\"id\":\"1\"}}", "without \"items\""},
        {"{", "cut off"},
    };
    fixture *self = *state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_null(read_feed(self, pairs[i][0]));
        assert_has(self->error.message, "not a feed: ");
        assert_has(self->error.message, pairs[i][1]);
    }
    gs_buffer deep = {0};
    gs_buffer_text(&deep, "{\"items\":[],\"x\":");
    for (int i = 0; i < 100000; i++) {
        gs_buffer_byte(&deep, '[');
    }
    assert_null(gs_feed_parse(gs_buffer_view(&deep), NULL, self->arena, &self->error));
    gs_buffer_free(&deep);
    assert_int_equal(self->error.code, GS_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(version_1_1), TEST(version_1), TEST(says_what_is_wrong)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
