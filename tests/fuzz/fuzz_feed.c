// Any bytes as a feed. What is read must be bounded, valid UTF-8, with times that are times or empty.
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
    check_time(entry->published);
    check_time(entry->updated);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gs_arena *arena = gs_arena_new(4096);
    gs_error error = {0};
    gs_view bytes = gs_view_make(data, size);
    gs_feed *feed =
        gs_feed_parse(bytes, size % 2 ? "https://example.org/news/feed.xml" : NULL, arena, &error);
    FUZZ_CHECK((feed == NULL) == (error.code != GS_OK));
    if (feed) {
        check_text(feed->title);
        check_text(feed->language);
        FUZZ_CHECK(feed->count <= size);
        for (size_t i = 0; i < feed->count; i++) {
            check_entry(&feed->entries[i]);
        }
    }
    gs_buffer text = {0};
    gs_decode(bytes, gs_xml_encoding_label(bytes), &text);
    gs_buffer line = {0};
    gs_markup_text(gs_buffer_view(&text), &line);
    FUZZ_CHECK(gs_utf8_valid(gs_buffer_view(&line), NULL));
    check_time(gs_date_utc(gs_view_slice(bytes, 0, 100), arena));
    check_time(gs_date_local(gs_view_slice(bytes, 0, 100), arena));
    gs_buffer_free(&text);
    gs_buffer_free(&line);
    gs_arena_free(&arena);
    return 0;
}
