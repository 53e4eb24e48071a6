// gainsay page: shows what the article reader of lib/source makes of a web page.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "client.h"
#include "commands.h"
#include "source/source.h"
#include "terminal.h"

static const char *address_of(const gs_article *article)
{
    return article->canonical_url[0] ? article->canonical_url : article->url;
}

static bool print_json(const gs_page *page, gs_error *error)
{
    const gs_article *article = page->article;
    json_t *object = json_pack(
        "{ss ss ss ss ss ss ss ss sb ss ss ss}", "url", address_of(article), "title", article->title,
        "byline", article->byline, "publisher", article->publisher, "published", article->published,
        "modified", page->modified, "canonical", article->canonical_url, "language", article->language,
        "english", page->english, "amp", page->amp_url, "print", page->print_url, "text", article->text);
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (!text)
        return gs_fail(error, GS_E_INPUT, "--url is not UTF-8 and cannot be written as JSON");
    puts(text);
    free(text);
    return true;
}

static void print_text(const gs_page *page)
{
    const gs_article *article = page->article;
    const struct {
        const char *name, *value;
    } lines[] = {
        {"Title:     ", article->title},     {"By:        ", article->byline},
        {"Publisher: ", article->publisher}, {"Published: ", article->published},
        {"Modified:  ", page->modified},     {"Address:   ", address_of(article)},
        {"Language:  ", article->language},  {"AMP:       ", page->amp_url},
        {"Print:     ", page->print_url},    {"Passed by: ", page->english ? "" : page->language_why}};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (lines[i].value[0])
            gs_print_line(lines[i].name, lines[i].value);
    putchar('\n');
    gs_print_paragraphs(article->text);
}

static bool show(const char *file, const char *url, bool json, gs_arena *arena, gs_error *error)
{
    gs_buffer bytes = {0};
    const char *path = strcmp(file, "-") == 0 ? "/dev/stdin" : file;
    bool ok = gs_read_all(path, GS_LIMIT_FILE_BYTES, &bytes, error);
    const gs_page *page = ok ? gs_page_read(gs_buffer_view(&bytes), url, "", arena, error) : NULL;
    if (ok && !page)
        gs_fail_within(error, "%s", file);
    if (page && !json)
        print_text(page);
    ok = page && (!json || print_json(page, error));
    gs_buffer_free(&bytes);
    return ok;
}

int gs_cmd_page(int argc, char **argv)
{
    bool json = false;
    const char *url = NULL;
    gs_texts files = {0};
    const gs_option options[] = {
        {"json", GS_OPTION_FLAG, &json, NULL,
         "one object a page: url, title, byline, publisher, published, modified, language, text …"},
        {"url", GS_OPTION_TEXT, &url, "URL", "address of the page, if the page itself does not say"},
    };
    const gs_usage usage = {
        "page",
        "[--json] [--url URL] FILE…|-",
        "Reads web pages from files and prints the article in each: title, byline, dates, text.",
        "  curl -s https://example.org/story.html | gainsay page -",
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
            if (!show(files.items[i], url, json, arena, &error)) {
                gs_complain("page", &error);
                status = GS_EXIT_FAILED;
            }
        }
        gs_arena_free(&arena);
        status = gs_finish_output("page", status);
    }
    gs_texts_free(&files);
    return status;
}
