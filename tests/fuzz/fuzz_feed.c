// Any bytes as a feed of any kind, as a list of feeds, and as a page that names feeds. What is read must be
// bounded, valid UTF-8, with times that are times or empty.
#include "fuzz.h"

#include <string.h>

#include "source/source_internal.h"

static void check_text(const char *text)
{
    FUZZ_CHECK(text != NULL);
    FUZZ_CHECK(gs_utf8_valid(gs_view_of(text), NULL));
}

static void check_time(const char *text)
{
    gs_time time;
    FUZZ_CHECK(text != NULL);
    FUZZ_CHECK(text[0] == '\0' || gs_time_parse(gs_view_of(text), &time));
}

static void check_entry(const gs_feed_entry *entry)
{
    check_text(entry->title);
    check_text(entry->link);
    check_text(entry->id);
    check_text(entry->summary);
    check_text(entry->content);
    check_text(entry->author);
    check_text(entry->publisher);
    check_text(entry->language);
    check_time(entry->published);
    check_time(entry->updated);
}

static void check_feed(gs_view bytes, const char *base, gs_arena *arena)
{
    gs_error error = {0};
    const gs_feed *feed = gs_feed_parse(bytes, base, arena, &error);
    FUZZ_CHECK((feed == NULL) == (error.code != GS_OK));
    if (!feed) {
        return;
    }
    check_text(gs_feed_format_name(feed->format));
    check_text(feed->title);
    check_text(feed->link);
    check_text(feed->language);
    FUZZ_CHECK(feed->count + feed->map_count <= bytes.size);
    FUZZ_CHECK(feed->skip_hours < UINT32_C(1) << 24 && feed->skip_days < 1 << 7);
    for (size_t i = 0; i < feed->count; i++) {
        check_entry(&feed->entries[i]);
    }
    for (size_t i = 0; i < feed->map_count; i++) {
        check_text(feed->maps[i]);
    }
}

// What is read, written and read again is the same list.
static void check_opml(gs_view bytes, gs_arena *arena)
{
    gs_error error = {0};
    gs_opml_outline *outlines = NULL;
    size_t count = 0;
    bool good = gs_opml_parse(bytes, arena, &outlines, &count, &error);
    FUZZ_CHECK(good == (error.code == GS_OK));
    if (!good) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        check_text(outlines[i].title);
        check_text(outlines[i].category);
        check_text(outlines[i].html_url);
        check_text(outlines[i].language);
        check_text(outlines[i].type);
        FUZZ_CHECK(outlines[i].xml_url[0] != '\0');
    }
    gs_buffer written = {0};
    gs_opml_write("list", outlines, count, &written);
    FUZZ_CHECK(gs_utf8_valid(gs_buffer_view(&written), NULL));
    gs_opml_outline *again = NULL;
    size_t count_again = 0;
    FUZZ_CHECK(gs_opml_parse(gs_buffer_view(&written), arena, &again, &count_again, &error));
    FUZZ_CHECK(count_again == count);
    gs_buffer_free(&written);
}

static void check_links(const gs_link *links, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        FUZZ_CHECK(links[i].url[0] != '\0');
        check_text(links[i].url);
        check_text(links[i].title);
        check_text(links[i].type);
    }
}

static void check_page(gs_view bytes, const char *base, gs_arena *arena)
{
    gs_error error = {0};
    gs_link *links = NULL;
    size_t count = 0;
    FUZZ_CHECK(gs_feed_discover(bytes, base, arena, &links, &count, &error));
    check_links(links, count);
    FUZZ_CHECK(gs_page_links(bytes, base, arena, &links, &count, &error));
    check_links(links, count);
}

static void check_pieces(gs_view bytes, gs_arena *arena)
{
    gs_buffer text = {0};
    gs_decode(bytes, gs_xml_encoding_label(bytes), &text);
    gs_buffer line = {0};
    gs_markup_text(gs_buffer_view(&text), &line);
    FUZZ_CHECK(gs_utf8_valid(gs_buffer_view(&line), NULL));
    check_time(gs_date_utc(gs_view_slice(bytes, 0, 100), arena));
    check_time(gs_date_local(gs_view_slice(bytes, 0, 100), arena));
    size_t half = bytes.size / 2;
    gs_link_absolute(gs_view_slice(bytes, 0, half), gs_view_slice(bytes, half, bytes.size), arena);
    gs_link_absolute(bytes, gs_view_of("https://example.org/a/b/c?d"), arena);
    gs_buffer_free(&text);
    gs_buffer_free(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gs_arena *arena = gs_arena_new(4096);
    gs_view bytes = gs_view_make(data, size);
    const char *base = size % 2 ? "https://example.org/news/feed.xml" : NULL;
    check_feed(bytes, base, arena);
    check_opml(bytes, arena);
    check_page(bytes, base, arena);
    check_pieces(bytes, arena);
    gs_arena_free(&arena);
    return 0;
}
