// gainsay feed: shows what the feed reader of lib/source makes of a feed, as the ingestor would see it.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>

#include <jansson.h>

#include "client.h"
#include "commands.h"
#include "source/source.h"
#include "terminal.h"

static json_t *json_entry(const gs_feed_entry *entry)
{
    return json_pack("{ss ss ss ss ss ss ss ss ss}", "title", entry->title, "link", entry->link, "id",
                     entry->id, "published", entry->published, "updated", entry->updated, "summary",
                     entry->summary, "author", entry->author, "publisher", entry->publisher, "language",
                     entry->language);
}

static bool print_json(const char *file, const gs_feed *feed, gs_error *error)
{
    json_t *entries = json_array();
    json_t *maps = json_array();
    for (size_t i = 0; i < feed->count; i++)
        json_array_append_new(entries, json_entry(&feed->entries[i]));
    for (size_t i = 0; i < feed->map_count; i++)
        json_array_append_new(maps, json_string(feed->maps[i]));
    json_t *object =
        json_pack("{ss ss ss ss si so so ss}", "format", gs_feed_format_name(feed->format), "title",
                  feed->title, "link", feed->link, "language", feed->language, "ttl_minutes",
                  (int)feed->ttl_minutes, "entries", entries, "maps", maps, "file", file);
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (!text)
        return gs_fail(error, GS_E_INPUT, "the file's name is not UTF-8 and cannot be written as JSON");
    puts(text);
    free(text);
    return true;
}

static void print_head(const gs_feed *feed)
{
    char line[256];
    gs_print_line("", feed->title[0] ? feed->title : "(no title)");
    const char *what = feed->format == GS_FEED_SITEMAP_INDEX ? "sitemaps" : "entries";
    snprintf(line, sizeof line, "%s, %s: %zu%s%s", gs_feed_format_name(feed->format), what,
             feed->count + feed->map_count, feed->language[0] ? ", language: " : "", feed->language);
    gs_print_line("  ", line);
    if (feed->link[0])
        gs_print_line("  ", feed->link);
}

static void print_text(const gs_feed *feed)
{
    print_head(feed);
    for (size_t i = 0; i < feed->map_count; i++)
        gs_print_line("    ", feed->maps[i]);
    for (size_t i = 0; i < feed->count; i++) {
        const gs_feed_entry *entry = &feed->entries[i];
        const char *when = entry->published[0] ? entry->published : entry->updated;
        putchar('\n');
        gs_print_line("  ", entry->title[0] ? entry->title : "(no title)");
        if (when[0])
            gs_print_line("    ", when);
        if (entry->link[0])
            gs_print_line("    ", entry->link);
    }
}

// A page that was given in place of its feed: which feed that is.
static void name_feed(gs_view bytes, const char *base_url, gs_arena *arena, gs_error *error)
{
    gs_link *links = NULL;
    size_t count = 0;
    if (gs_input_guess(bytes) == GS_INPUT_HTML &&
        gs_feed_discover(bytes, base_url, arena, &links, &count, NULL) && count > 0)
        gs_fail(error, GS_E_INPUT, "not a feed: this is an HTML page; its feed is %s", links[0].url);
}

static bool show(const char *file, const char *base_url, bool json, gs_arena *arena, gs_error *error)
{
    gs_buffer bytes = {0};
    const char *path = strcmp(file, "-") == 0 ? "/dev/stdin" : file;
    bool ok = gs_read_all(path, GS_LIMIT_FILE_BYTES, &bytes, error);
    const gs_feed *feed = ok ? gs_feed_parse(gs_buffer_view(&bytes), base_url, arena, error) : NULL;
    if (ok && !feed) {
        name_feed(gs_buffer_view(&bytes), base_url, arena, error);
        gs_fail_within(error, "%s", file);
    }
    if (feed && !json)
        print_text(feed);
    ok = feed && (!json || print_json(file, feed, error));
    gs_buffer_free(&bytes);
    return ok;
}

int gs_cmd_feed(int argc, char **argv)
{
    bool json = false;
    const char *base_url = NULL;
    gs_texts files = {0};
    const gs_option options[] = {
        {"json", GS_OPTION_FLAG, &json, NULL, "one object a file: file, format, title, entries"},
        {"url", GS_OPTION_TEXT, &base_url, "URL",
         "address of the feed, against which relative links are read"},
    };
    const gs_usage usage = {"feed",
                            "[--json] [--url URL] FILE…|-",
                            "Reads RSS, Atom, JSON Feeds and sitemaps from files and prints their entries.",
                            "  curl -s https://example.org/feed.xml | gainsay feed --json -",
                            options,
                            sizeof options / sizeof options[0],
                            1,
                            SIZE_MAX};
    int status = GS_EXIT_DONE;
    if (gs_options_read(&usage, argc, argv, &files, &status)) {
        gs_arena *arena = gs_arena_new(0);
        for (size_t i = 0; i < files.count; i++) {
            gs_error error = {0};
            gs_arena_reset(arena);
            if (i > 0 && !json)
                putchar('\n');
            if (!show(files.items[i], base_url, json, arena, &error)) {
                gs_complain("feed", &error);
                status = GS_EXIT_FAILED;
            }
        }
        gs_arena_free(&arena);
        status = gs_finish_output("feed", status);
    }
    gs_texts_free(&files);
    return status;
}
