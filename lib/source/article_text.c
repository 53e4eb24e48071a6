// Plain text to articles, and the guess at what an input is.
//
// Text is kept byte for byte, because every span of every statement counts bytes of it; only what is not
// UTF-8 is replaced. A title is taken for one only if it looks like a headline: one short line with a blank
// line below.
#include "source/source_internal.h"

#include <string.h>

enum {
    TITLE_BYTES = 200, // a longer first line is a paragraph
    GUESS_BYTES = 4096 // how far the guess looks for a tag
};

static const char *const input_names[] = {
    [GS_INPUT_AUTO] = "auto", [GS_INPUT_TEXT] = "text", [GS_INPUT_HTML] = "html", [GS_INPUT_JSONL] = "jsonl"};

bool gs_input_parse(const char *name, gs_input *input)
{
    for (size_t i = 0; name && i < sizeof input_names / sizeof input_names[0]; i++) {
        if (strcmp(name, input_names[i]) == 0) {
            *input = (gs_input)i;
            return true;
        }
    }
    return false;
}

static bool is_html_tag(gs_view name)
{
    static const char *const tags[] = {"html",   "head",    "body", "title", "meta", "link",
                                       "script", "style",   "div",  "p",     "main", "h1",
                                       "h2",     "article", "span", "table", "br",   "a"};
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        if (gs_view_equal_nocase(name, gs_view_of(tags[i]))) {
            return true;
        }
    }
    return false;
}

static bool is_name_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
}

static bool has_html_tag(gs_view text)
{
    for (size_t i = 0; i + 1 < text.size; i++) {
        if (text.data[i] != '<') {
            continue;
        }
        gs_view rest = gs_view_slice(text, i + 1, text.size);
        if (gs_view_equal_nocase(gs_view_slice(rest, 0, 8), gs_view_of("!doctype"))) {
            gs_view kind = gs_view_trim(gs_view_slice(rest, 8, 20));
            return gs_view_equal_nocase(gs_view_slice(kind, 0, 4), gs_view_of("html"));
        }
        size_t size = 0;
        while (size < rest.size && is_name_byte(rest.data[size])) {
            size++;
        }
        if (is_html_tag(gs_view_slice(rest, 0, size))) {
            return true;
        }
    }
    return false;
}

gs_input gs_input_guess(gs_view content)
{
    if (gs_view_starts(content, "\xEF\xBB\xBF")) {
        content = gs_view_slice(content, 3, content.size);
    }
    size_t start = 0;
    while (start < content.size && strchr(" \t\r\n\f\v", content.data[start]) &&
           content.data[start] != '\0') {
        start++;
    }
    gs_view begin = gs_view_slice(content, start, start + GUESS_BYTES);
    if (gs_view_starts(begin, "{")) {
        return GS_INPUT_JSONL;
    }
    return gs_view_starts(begin, "<") && has_html_tag(begin) ? GS_INPUT_HTML : GS_INPUT_TEXT;
}

// The rest of the line from begin, and where the next one begins.
static gs_view line_at(gs_view text, size_t begin, size_t *next)
{
    size_t end = gs_view_find(text, gs_view_of("\n"), begin);
    *next = end == SIZE_MAX ? text.size : end + 1;
    return gs_view_slice(text, begin, end == SIZE_MAX ? text.size : end);
}

static gs_view title_of(gs_view text)
{
    size_t next = 0;
    gs_view none = {0};
    gs_view first = gs_view_trim(line_at(text, gs_view_starts(text, "\xEF\xBB\xBF") ? 3 : 0, &next));
    if (first.size == 0 || first.size > TITLE_BYTES || next >= text.size) {
        return none;
    }
    gs_view second = gs_view_trim(line_at(text, next, &next));
    bool has_more = gs_view_trim(gs_view_slice(text, next, text.size)).size > 0;
    return second.size == 0 && has_more ? first : none;
}

gs_article *gs_article_from_text(gs_view text, const char *name, gs_arena *arena, gs_error *error)
{
    if (text.size > GS_LIMIT_ARTICLE_BYTES) {
        gs_fail(error, GS_E_LIMIT, "a text of %zu bytes; at most %d are taken", text.size,
                GS_LIMIT_ARTICLE_BYTES);
        return NULL;
    }
    gs_article *article = gs_article_new(arena);
    article->text = gs_clean_text(text, arena);
    if (gs_view_trim(gs_view_of(article->text)).size == 0) {
        gs_fail(error, GS_E_INPUT, "the text is empty");
        return NULL;
    }
    article->title = gs_clean_line(title_of(gs_view_of(article->text)), arena);
    article->external_id = gs_arena_text(arena, gs_view_of(name));
    return article;
}
