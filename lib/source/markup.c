// HTML fragments inside feeds to plain text, and the character references that both share.
//
// A small tokenizer after the HTML standard's states ("13.2.5 Tokenization"), cut down to what fragments
// need: text, tags with quoted attributes, comments, and elements whose content is no text. It runs in one
// pass, keeps no tree, and so has no depth to bound. libxml2's HTML reader is for whole pages; on a title of
// five words it would cost a hundred times as much. The names of entities come from libxml2's table (HTML 4).
#include "source/source_internal.h"

#include <libxml/HTMLparser.h>
#include <string.h>

enum { ENTITY_BYTES = 12 }; // the longest name in HTML 4 is "thetasym"

typedef enum token_kind { TOKEN_TEXT, TOKEN_TAG, TOKEN_OTHER } token_kind;

typedef struct token {
    token_kind kind;
    size_t begin, end; // in the fragment
    gs_view name;      // of a tag, without '/'
    bool closing;
} token;

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

uint32_t gs_windows_1252(uint32_t code_point)
{
    // The Encoding Standard's index for 0x80..0x9F; 0 keeps the code point.
    static const uint16_t meant[32] = {
        0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
    };
    if (code_point < 0x80 || code_point > 0x9F || meant[code_point - 0x80] == 0) {
        return code_point;
    }
    return meant[code_point - 0x80];
}

uint32_t gs_markup_entity(gs_view name)
{
    xmlChar text[ENTITY_BYTES + 1];
    if (name.size == 0 || name.size > ENTITY_BYTES) {
        return 0;
    }
    memcpy(text, name.data, name.size);
    text[name.size] = '\0';
    const htmlEntityDesc *entity = htmlEntityLookup(text);
    if (entity) {
        return entity->value;
    }
    return strcmp((const char *)text, "apos") == 0 ? '\'' : 0;
}

static uint32_t number_reference(gs_view html, size_t *at)
{
    size_t i = *at + 2;
    uint32_t base = 10;
    if (i < html.size && (html.data[i] == 'x' || html.data[i] == 'X')) {
        base = 16;
        i++;
    }
    uint32_t value = 0;
    size_t digits = 0;
    for (; i < html.size; i++, digits++) {
        char byte = html.data[i];
        uint32_t digit;
        if (byte >= '0' && byte <= '9') {
            digit = (uint32_t)(byte - '0');
        } else if (base == 16 && is_letter(byte) && (byte | 0x20) <= 'f') {
            digit = (uint32_t)((byte | 0x20) - 'a') + 10;
        } else {
            break;
        }
        value = value > 0x10FFFF ? value : value * base + digit;
    }
    if (digits == 0) {
        return 0;
    }
    *at = i < html.size && html.data[i] == ';' ? i + 1 : i;
    bool bad = value == 0 || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF);
    return bad ? 0xFFFD : gs_windows_1252(value);
}

uint32_t gs_markup_reference(gs_view html, size_t *at)
{
    if (*at + 2 >= html.size || html.data[*at] != '&') {
        return 0;
    }
    if (html.data[*at + 1] == '#') {
        return number_reference(html, at);
    }
    size_t end = *at + 1;
    while (end < html.size && end - *at <= ENTITY_BYTES &&
           (is_letter(html.data[end]) || (html.data[end] >= '0' && html.data[end] <= '9'))) {
        end++;
    }
    if (end >= html.size || html.data[end] != ';') {
        return 0;
    }
    uint32_t code_point = gs_markup_entity(gs_view_slice(html, *at + 1, end));
    *at = code_point ? end + 1 : *at;
    return code_point;
}

// Behind the '>' of the tag whose name ends at `at`; quoted attribute values may hold '>'.
static size_t tag_end(gs_view html, size_t at)
{
    char quote = '\0';
    char before = '\0'; // a quote opens a value only behind '='
    for (; at < html.size; at++) {
        char byte = html.data[at];
        if (quote != '\0') {
            quote = byte == quote ? '\0' : quote;
        } else if (byte == '>') {
            return at + 1;
        } else if ((byte == '"' || byte == '\'') && before == '=') {
            quote = byte;
        }
        before = is_space(byte) ? before : byte;
    }
    return html.size;
}

static size_t find_or_end(gs_view html, const char *what, size_t from)
{
    size_t at = gs_view_find(html, gs_view_of(what), from);
    return at == SIZE_MAX ? html.size : at + strlen(what);
}

static token next_token(gs_view html, size_t at)
{
    token found = {.kind = TOKEN_TEXT, .begin = at, .end = at + 1};
    char first = at + 1 < html.size ? html.data[at + 1] : '\0';
    if (html.data[at] == '<' && (first == '!' || first == '?')) {
        found.kind = TOKEN_OTHER;
        bool comment = gs_view_starts(gs_view_slice(html, at, html.size), "<!--");
        found.end = comment ? find_or_end(html, "-->", at + 4) : find_or_end(html, ">", at + 1);
        return found;
    }
    found.closing = first == '/';
    size_t name = at + 1 + found.closing;
    if (html.data[at] == '<' && name < html.size && is_letter(html.data[name])) {
        size_t end = name;
        while (end < html.size && !is_space(html.data[end]) && html.data[end] != '>' &&
               html.data[end] != '/') {
            end++;
        }
        found.kind = TOKEN_TAG;
        found.name = gs_view_slice(html, name, end);
        found.end = tag_end(html, end);
        return found;
    }
    while (found.end < html.size && html.data[found.end] != '<') {
        found.end++;
    }
    return found;
}

static bool is_among(gs_view name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (gs_view_equal_nocase(name, gs_view_of(names[i]))) {
            return true;
        }
    }
    return false;
}

// Elements whose content is no text of the author.
static bool is_mute(gs_view name)
{
    static const char *const names[] = {"script", "style", "template"};
    return is_among(name, names, sizeof names / sizeof names[0]);
}

// Elements inside a line; the edges of all others part words.
static bool is_inline(gs_view name)
{
    static const char *const names[] = {"a",      "abbr",   "b",   "bdi",  "bdo", "cite", "code",  "em",
                                        "font",   "i",      "ins", "mark", "q",   "s",    "small", "span",
                                        "strike", "strong", "sub", "sup",  "tt",  "u",    "wbr"};
    return is_among(name, names, sizeof names / sizeof names[0]);
}

// Behind the closing tag of the mute element that `open` opens; the end if it is never closed.
static size_t skip_mute(gs_view html, token open)
{
    size_t at = open.end;
    while (at < html.size) {
        size_t close = gs_view_find(html, gs_view_of("</"), at);
        if (close == SIZE_MAX) {
            return html.size;
        }
        gs_view name = gs_view_slice(html, close + 2, close + 2 + open.name.size);
        if (gs_view_equal_nocase(name, open.name)) {
            return tag_end(html, close + 2 + open.name.size);
        }
        at = close + 2;
    }
    return html.size;
}

static void add_text(gs_view html, token text, gs_buffer *out, bool *gap)
{
    size_t at = text.begin;
    gs_view piece = gs_view_slice(html, 0, text.end);
    while (at < text.end) {
        uint32_t code_point = gs_markup_reference(piece, &at);
        if (code_point == 0) {
            code_point = gs_utf8_next(piece, &at);
        }
        bool space =
            code_point == 0xA0 || (code_point < 0x80 && (is_space((char)code_point) || code_point == '\v'));
        if (space) {
            *gap = true;
            continue;
        }
        if (*gap && out->size > 0) {
            gs_buffer_byte(out, ' ');
        }
        *gap = false;
        gs_utf8_append(out, code_point);
    }
}

void gs_markup_text(gs_view html, gs_buffer *out)
{
    bool gap = false;
    size_t at = 0;
    while (at < html.size) {
        token found = next_token(html, at);
        at = found.end;
        if (found.kind == TOKEN_TEXT) {
            add_text(html, found, out, &gap);
        } else if (found.kind == TOKEN_TAG) {
            gap = gap || !is_inline(found.name);
            if (!found.closing && is_mute(found.name)) {
                at = skip_mute(html, found);
            }
        }
    }
}

void gs_markup_escape(gs_view text, gs_buffer *out)
{
    size_t done = 0;
    for (size_t i = 0; i < text.size; i++) {
        const char *escaped = NULL;
        switch (text.data[i]) {
        case '<':
            escaped = "&lt;";
            break;
        case '>':
            escaped = "&gt;";
            break;
        case '&':
            escaped = "&amp;";
            break;
        case '"':
            escaped = "&quot;";
            break;
        default:
            continue;
        }
        gs_buffer_append(out, text.data + done, i - done);
        gs_buffer_text(out, escaped);
        done = i + 1;
    }
    if (done < text.size) {
        gs_buffer_append(out, text.data + done, text.size - done);
    }
}
