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

static bool print_json(const char *file, const gs_feed *feed, gs_error *error)
{
    json_t *entries = json_array();
    for (size_t i = 0; i < feed->count; i++) {
        const gs_feed_entry *entry = &feed->entries[i];
        json_array_append_new(entries, json_pack("{ss ss ss ss ss ss}", "title", entry->title, "link",
                                                 entry->link, "id", entry->id, "published", entry->published,
                                                 "updated", entry->updated, "summary", entry->summary));
    }
    json_t *object = json_pack("{ss so ss}", "title", feed->title, "entries", entries, "file", file);
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (!text)
        return gs_fail(error, GS_E_INPUT, "the file's name is not UTF-8 and cannot be written as JSON");
    puts(text);
    free(text);
    return true;
}

static void print_text(const gs_feed *feed)
{
    gs_print_line("", feed->title[0] ? feed->title : "(no title)");
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

static bool show(const char *file, const char *base_url, bool json, gs_arena *arena, gs_error *error)
{
    gs_buffer bytes = {0};
    const char *path = strcmp(file, "-") == 0 ? "/dev/stdin" : file;
    bool ok = gs_read_all(path, GS_LIMIT_FILE_BYTES, &bytes, error);
    const gs_feed *feed = ok ? gs_feed_parse(gs_buffer_view(&bytes), base_url, arena, error) : NULL;
    if (ok && !feed)
        gs_fail_within(error, "%s", file);
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
        {"json", GS_OPTION_FLAG, &json, NULL, "one object a file: file, title, entries"},
        {"url", GS_OPTION_TEXT, &base_url, "URL",
         "address of the feed, against which relative links are read"},
    };
    const gs_usage usage = {"feed",
                            "[--json] [--url URL] FILE…|-",
                            "Reads RSS and Atom feeds from files and prints their entries.",
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
