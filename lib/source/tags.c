// A page's tags in one pass.
//
// What is asked of a page here (which feeds does it name, where do its links lead) needs no tree: a tag, its
// attributes, and what stands between two tags. The scan follows the HTML standard's states ("13.2.5
// Tokenization") as far as they decide where a tag begins and ends. It is linear and keeps nothing.
#include "source/tags.h"

#include <string.h>

#include "source/page.h"

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static size_t find_or_end(gs_view html, const char *what, size_t from)
{
    size_t at = gs_view_find(html, gs_view_of(what), from);
    return at == SIZE_MAX ? html.size : at;
}

static size_t skip_spaces(gs_view text, size_t at)
{
    while (at < text.size && is_space(text.data[at])) {
        at++;
    }
    return at;
}

static size_t name_end(gs_view text, size_t at)
{
    while (at < text.size && !is_space(text.data[at]) && text.data[at] != '>' && text.data[at] != '/' &&
           text.data[at] != '=') {
        at++;
    }
    return at;
}

// Steps over one attribute or over a byte that begins none. value is empty where there is none.
static size_t take_attribute(gs_view text, size_t at, gs_view *name, gs_view *value)
{
    size_t end = name_end(text, at);
    *name = gs_view_slice(text, at, end);
    *value = gs_view_slice(text, 0, 0);
    size_t equals = skip_spaces(text, end);
    if (end == at) {
        return at + 1;
    }
    if (equals >= text.size || text.data[equals] != '=') {
        return end;
    }
    at = skip_spaces(text, equals + 1);
    char quote = at < text.size ? text.data[at] : '\0';
    if (quote == '"' || quote == '\'') {
        const char *close = memchr(text.data + at + 1, quote, text.size - at - 1);
        end = close ? (size_t)(close - text.data) : text.size;
        *value = gs_view_slice(text, at + 1, end);
        return end < text.size ? end + 1 : end;
    }
    end = at;
    while (end < text.size && !is_space(text.data[end]) && text.data[end] != '>') {
        end++;
    }
    *value = gs_view_slice(text, at, end);
    return end;
}

// Behind the '>' of the tag whose attributes begin at `at`.
static size_t tag_end(gs_view html, size_t at)
{
    while (at < html.size && html.data[at] != '>') {
        gs_view name;
        gs_view value;
        at = take_attribute(html, at, &name, &value);
    }
    return at < html.size ? at + 1 : html.size;
}

bool gs_tag_is(const gs_tag *tag, const char *name)
{
    return gs_view_equal_nocase(tag->name, gs_view_of(name));
}

// Where the text of a script or style that opens with tag ends: at its end tag.
static size_t raw_end(gs_view html, const gs_tag *tag)
{
    size_t at = tag->end;
    while (at < html.size) {
        at = find_or_end(html, "</", at);
        gs_view name = gs_view_slice(html, at + 2, at + 2 + tag->name.size);
        if (gs_view_equal_nocase(name, tag->name)) {
            return at;
        }
        at += at < html.size ? 2 : 0;
    }
    return html.size;
}

bool gs_tags_next(gs_view html, size_t *at, gs_tag *tag)
{
    while (*at < html.size) {
        const char *open = memchr(html.data + *at, '<', html.size - *at);
        if (!open) {
            break;
        }
        size_t begin = (size_t)(open - html.data);
        if (gs_view_starts(gs_view_slice(html, begin, begin + 4), "<!--")) {
            *at = find_or_end(html, "-->", begin + 4);
            continue;
        }
        bool closing = begin + 1 < html.size && html.data[begin + 1] == '/';
        size_t name = begin + 1 + closing;
        if (name >= html.size || !is_letter(html.data[name])) {
            *at = begin + 1;
            continue;
        }
        size_t end = name_end(html, name);
        size_t stop = tag_end(html, end);
        *tag =
            (gs_tag){.name = gs_view_slice(html, name, end), .closing = closing, .begin = begin, .end = stop};
        tag->attributes = gs_view_slice(html, end, stop - (html.data[stop - 1] == '>'));
        *at = stop;
        if (!closing && (gs_tag_is(tag, "script") || gs_tag_is(tag, "style"))) {
            *at = raw_end(html, tag);
        }
        return true;
    }
    *at = html.size;
    return false;
}

static char *decoded_line(gs_view value, gs_arena *arena)
{
    gs_buffer text = {0};
    for (size_t at = 0; at < value.size;) {
        uint32_t code_point = gs_markup_reference(value, &at);
        gs_utf8_append(&text, code_point ? code_point : gs_utf8_next(value, &at));
    }
    char *line = gs_clean_line(gs_buffer_view(&text), arena);
    gs_buffer_free(&text);
    return line;
}

char *gs_tag_attribute(const gs_tag *tag, const char *name, gs_arena *arena)
{
    size_t at = 0;
    while (at < tag->attributes.size) {
        gs_view found;
        gs_view value;
        at = take_attribute(tag->attributes, at, &found, &value);
        if (gs_view_equal_nocase(found, gs_view_of(name))) {
            return decoded_line(gs_view_slice(value, 0, GS_LIMIT_FIELD_BYTES), arena);
        }
    }
    return gs_arena_text(arena, gs_view_of(""));
}

bool gs_tags_open(gs_view html, const char *base_url, gs_buffer *decoded, gs_view *text, gs_view *base,
                  gs_arena *arena, gs_error *error)
{
    if (html.size > GS_LIMIT_FILE_BYTES) {
        return gs_fail(error, GS_E_LIMIT, "a page of %zu bytes; at most %d are read", html.size,
                       GS_LIMIT_FILE_BYTES);
    }
    *text = gs_page_decode(html, gs_view_of(""), decoded);
    *base = gs_view_of(base_url);
    gs_tag tag;
    for (size_t at = 0; gs_tags_next(*text, &at, &tag) && !gs_tag_is(&tag, "body");) {
        if (!tag.closing && gs_tag_is(&tag, "base")) {
            char *href = gs_tag_attribute(&tag, "href", arena);
            if (href[0] != '\0') {
                *base = gs_view_of(gs_link_absolute(gs_view_of(href), *base, arena));
            }
            break;
        }
    }
    return true;
}
