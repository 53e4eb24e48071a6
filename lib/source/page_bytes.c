// A page's bytes before libxml2 sees them: their encoding, and a bound that libxml2 lacks.
//
// libxml2's HTML reader compares each attribute of a tag with all before it, so one tag of a megabyte keeps
// it busy for an hour. The scan below walks tags as htmlParseStartTag does (libxml2 2.9, HTMLparser.c), and
// refuses a page with a tag that has too many. Where the two could differ, in scripts and comments, the scan
// looks at more, not less.
#include "source/page.h"

#include <string.h>
#include <strings.h>

enum {
    ATTRIBUTES = 1024,  // of one tag
    LABEL_BYTES = 1024, // how far a page's <meta charset> is looked for, as the HTML standard has it
    CHARSET_BYTES = 8   // "charset="
};

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_name(char byte)
{
    return is_letter(byte) || (byte >= '0' && byte <= '9') || byte == ':' || byte == '-' || byte == '_' ||
           byte == '.' || (unsigned char)byte >= 0x80;
}

static char byte_at(gs_view html, size_t at)
{
    return at < html.size ? html.data[at] : '\0';
}

static size_t skip_blanks(gs_view html, size_t at)
{
    while (at < html.size && is_blank(html.data[at])) {
        at++;
    }
    return at;
}

static size_t skip_value(gs_view html, size_t at)
{
    char quote = byte_at(html, at);
    if (quote == '"' || quote == '\'') {
        const char *end = memchr(html.data + at + 1, quote, html.size - at - 1);
        return end ? (size_t)(end - html.data) + 1 : html.size;
    }
    while (at < html.size && !is_blank(html.data[at]) && html.data[at] != '>') {
        at++;
    }
    return at;
}

static bool ends_tag(gs_view html, size_t at)
{
    return at >= html.size || html.data[at] == '>' || (html.data[at] == '/' && byte_at(html, at + 1) == '>');
}

// Steps over the attributes that begin at *at; false if there are too many.
static bool skip_attributes(gs_view html, size_t *at)
{
    size_t count = 0;
    size_t i = skip_blanks(html, *at);
    while (!ends_tag(html, i)) {
        size_t begin = i;
        while (i < html.size && is_name(html.data[i])) {
            i++;
        }
        if (i == begin) { // no name: on to the next blank, as libxml2 does
            while (!ends_tag(html, i) && !is_blank(html.data[i])) {
                i++;
            }
        } else if (++count > ATTRIBUTES) {
            return false;
        } else {
            size_t equals = skip_blanks(html, i);
            i = byte_at(html, equals) == '=' ? skip_value(html, skip_blanks(html, equals + 1)) : equals;
        }
        i = skip_blanks(html, i);
    }
    *at = i;
    return true;
}

static size_t find_or_end(gs_view html, const char *what, size_t from)
{
    size_t at = gs_view_find(html, gs_view_of(what), from);
    return at == SIZE_MAX ? html.size : at;
}

bool gs_page_check(gs_view html, gs_error *error)
{
    size_t at = 0;
    while (at < html.size) {
        const char *open = memchr(html.data + at, '<', html.size - at);
        if (!open) {
            return true;
        }
        size_t name = (size_t)(open - html.data) + 1;
        at = name;
        if (!is_letter(byte_at(html, name))) {
            continue; // comments too: what is in them is looked at, since readers differ on where they end
        }
        while (at < html.size && is_name(html.data[at])) {
            at++;
        }
        gs_view tag = gs_view_slice(html, name, at);
        if (!skip_attributes(html, &at)) {
            return gs_fail(error, GS_E_LIMIT, "a <%.*s> of the page has more than %d attributes",
                           tag.size < 20 ? (int)tag.size : 20, tag.data, ATTRIBUTES);
        }
        if (gs_view_equal_nocase(tag, gs_view_of("script")) ||
            gs_view_equal_nocase(tag, gs_view_of("style"))) {
            at = find_or_end(html, "</", at);
        }
    }
    return true;
}

// What stands behind "charset=" near the page's beginning, in <meta charset> or <meta http-equiv>.
static gs_view charset_of(gs_view html)
{
    gs_view head = gs_view_slice(html, 0, LABEL_BYTES);
    for (size_t i = 0; i + CHARSET_BYTES < head.size; i++) {
        if (strncasecmp(head.data + i, "charset=", CHARSET_BYTES) != 0) {
            continue;
        }
        size_t begin = i + CHARSET_BYTES;
        begin += head.data[begin] == '"' || head.data[begin] == '\'';
        size_t end = begin;
        while (end < head.size && is_name(head.data[end])) {
            end++;
        }
        return gs_view_slice(head, begin, end);
    }
    return gs_xml_encoding_label(html);
}

gs_view gs_page_decode(gs_view html, gs_view charset, gs_buffer *decoded)
{
    // ISO-2022 is ASCII bytes with another meaning; gs_decode looks at the label first then.
    gs_view label = charset.size > 0 ? charset : charset_of(html);
    bool shifts = gs_view_equal_nocase(gs_view_slice(label, 0, 8), gs_view_of("iso-2022"));
    if (!shifts && gs_utf8_valid(html, NULL) && !gs_view_starts(html, "\xEF\xBB\xBF")) {
        return html;
    }
    gs_decode(html, label, decoded);
    return gs_buffer_view(decoded);
}
