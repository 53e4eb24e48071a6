// JSON Lines to articles.
//
// yajl reads the line as a stream of values (measured on 4 KB articles: 3.5 us a line, a tree of jansson's 66
// us); strings that are named below are copied into the arena, once, everything else passes by. yajl keeps
// its state on the heap, so nesting costs no stack, and the line reader bounds size. Other keys are ignored,
// null counts as absent, a key given twice is refused. Invalid UTF-8 is repaired first, since yajl would
// refuse the whole line for one bad byte; NUL ("\u0000") is dropped, since no C string can hold it. A
// surrogate without its other half is refused before yajl sees it: yajl would write a question mark in its
// place.
#include "source/source_internal.h"

#include <stddef.h>
#include <string.h>
#include <yajl/yajl_parse.h>

typedef struct key {
    const char *name;
    size_t field; // offset of the string in gs_article
} key;

static const key keys[] = {
    {"url", offsetof(gs_article, url)},
    {"canonical_url", offsetof(gs_article, canonical_url)},
    {"published", offsetof(gs_article, published)},
    {"publisher", offsetof(gs_article, publisher)},
    {"title", offsetof(gs_article, title)},
    {"byline", offsetof(gs_article, byline)},
    {"language", offsetof(gs_article, language)},
    {"text", offsetof(gs_article, text)},
    {"id", offsetof(gs_article, external_id)},
};

enum { KEYS = sizeof keys / sizeof keys[0], KEY_ID = KEYS - 1, KEY_HTML = KEYS, KEY_OTHER = KEYS + 1 };

// One line on its way through yajl.
typedef struct reading {
    gs_article *article;
    gs_view html;     // in the arena
    unsigned depth;   // of objects and arrays that are open
    unsigned current; // key whose value comes next, at depth 1
    unsigned seen;    // one bit for each key
    gs_arena *arena;
    gs_error *error;
} reading;

static char **field_of(gs_article *article, size_t offset)
{
    return (char **)(void *)((char *)article + offset);
}

static const char *key_name(unsigned current)
{
    return current == KEY_HTML ? "html" : keys[current].name;
}

// A value of another type than a string. Returns yajl's "go on" or "stop".
static int refuse_unless_other(reading *self)
{
    if (self->depth == 0) {
        return gs_fail(self->error, GS_E_INPUT, "expected a JSON object {\"id\", \"url\", \"text\", ...}");
    }
    if (self->depth > 1 || self->current == KEY_OTHER) {
        return true;
    }
    return gs_fail(self->error, GS_E_INPUT, "%s: expected a string%s", key_name(self->current),
                   self->current == KEY_ID ? " or an integer" : "");
}

static char *string_copy(gs_view view, gs_arena *arena)
{
    if (view.size > 0 && memchr(view.data, '\0', view.size)) {
        return gs_clean_text(view, arena);
    }
    return gs_arena_text(arena, view);
}

static int on_string(void *context, const unsigned char *text, size_t size)
{
    reading *self = context;
    if (self->depth != 1 || self->current == KEY_OTHER) {
        return self->depth != 0 || refuse_unless_other(self);
    }
    const gs_view view = gs_view_make(text, size);
    if (self->current == KEY_HTML) {
        self->html = gs_view_make(gs_arena_text(self->arena, view), size);
    } else {
        *field_of(self->article, keys[self->current].field) = string_copy(view, self->arena);
    }
    return true;
}

static int on_number(void *context, const char *digits, size_t size)
{
    reading *self = context;
    bool whole = true; // digits are not terminated
    for (size_t i = 0; i < size; i++) {
        whole = whole && (digits[i] == '-' || (digits[i] >= '0' && digits[i] <= '9'));
    }
    if (self->depth == 1 && self->current == KEY_ID && whole) {
        self->article->external_id = gs_arena_text(self->arena, gs_view_make(digits, size));
        return true;
    }
    return refuse_unless_other(self);
}

static int on_null(void *context)
{
    reading *self = context;
    return self->depth != 0 || refuse_unless_other(self);
}

static int on_boolean(void *context, int value)
{
    (void)value;
    return refuse_unless_other(context);
}

static int on_array_start(void *context)
{
    reading *self = context;
    const int go_on = refuse_unless_other(self);
    self->depth++;
    return go_on;
}

static int on_object_start(void *context)
{
    reading *self = context;
    const int go_on = self->depth == 0 || refuse_unless_other(self);
    self->depth++;
    return go_on;
}

static int on_end(void *context)
{
    ((reading *)context)->depth--;
    return true;
}

static int on_key(void *context, const unsigned char *text, size_t size)
{
    reading *self = context;
    const gs_view name = gs_view_make(text, size);
    if (self->depth != 1) {
        return true;
    }
    self->current = gs_view_equal(name, gs_view_of("html")) ? KEY_HTML : KEY_OTHER;
    for (unsigned i = 0; i < KEYS; i++) {
        if (gs_view_equal(name, gs_view_of(keys[i].name))) {
            self->current = i;
        }
    }
    if (self->current == KEY_OTHER) {
        return true;
    }
    if ((self->seen & (1u << self->current)) != 0) {
        return gs_fail(self->error, GS_E_INPUT, "not an article: duplicate key %s", key_name(self->current));
    }
    self->seen |= 1u << self->current;
    return true;
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_object_start,
    .yajl_map_key = on_key,
    .yajl_end_map = on_end,
    .yajl_start_array = on_array_start,
    .yajl_end_array = on_end,
};

// yajl's message is several lines with the input quoted in it; its first line says what is wrong.
static bool fail_with_yajl(yajl_handle parser, gs_error *error)
{
    unsigned char *text = yajl_get_error(parser, 0, NULL, 0);
    const char *line = (const char *)text;
    const char *colon = strchr(line, ':');
    line = colon != NULL ? colon + 1 + strspn(colon + 1, " ") : line;
    gs_fail(error, GS_E_INPUT, "not JSON: %.*s (byte %zu)", (int)strcspn(line, "\n"), line,
            yajl_get_bytes_consumed(parser));
    yajl_free_error(parser, text);
    return false;
}

// The four digits of "\uXXXX" at `at`, or UINT32_MAX.
static uint32_t escaped_unit(gs_view line, size_t at)
{
    uint32_t unit = 0;
    if (at + 6 > line.size || line.data[at] != '\\' || line.data[at + 1] != 'u') {
        return UINT32_MAX;
    }
    for (size_t i = at + 2; i < at + 6; i++) {
        const char digit = line.data[i];
        const bool number = digit >= '0' && digit <= '9';
        const char lower = (char)(digit | 0x20);
        if (!number && (lower < 'a' || lower > 'f')) {
            return UINT32_MAX;
        }
        unit = unit * 16 + (uint32_t)(number ? digit - '0' : lower - 'a' + 10);
    }
    return unit;
}

static bool has_whole_surrogates(gs_view line, gs_error *error)
{
    const char *escape = memchr(line.data, '\\', line.size);
    size_t at = escape != NULL ? (size_t)(escape - line.data) : line.size;
    while (at < line.size) {
        const uint32_t unit = escaped_unit(line, at);
        if (unit >= 0xD800 && unit <= 0xDFFF) {
            const uint32_t low = escaped_unit(line, at + 6);
            if (unit > 0xDBFF || low < 0xDC00 || low > 0xDFFF) {
                return gs_fail(error, GS_E_INPUT, "not JSON: half a surrogate pair (byte %zu)", at);
            }
            at += 12;
        } else {
            at += line.data[at] == '\\' ? 2 : 1;
        }
        escape = at < line.size ? memchr(line.data + at, '\\', line.size - at) : NULL;
        at = escape != NULL ? (size_t)(escape - line.data) : line.size;
    }
    return true;
}

static bool parse(gs_view line, reading *self)
{
    yajl_handle parser = yajl_alloc(&callbacks, NULL, self);
    if (parser == NULL) {
        return gs_fail(self->error, GS_E_INTERNAL, "no memory to read JSON");
    }
    yajl_status status = yajl_parse(parser, (const unsigned char *)line.data, line.size);
    if (status == yajl_status_ok) {
        status = yajl_complete_parse(parser);
    }
    if (status == yajl_status_error) {
        fail_with_yajl(parser, self->error);
    }
    yajl_free(parser);
    return status == yajl_status_ok;
}

// What the line says itself goes before what its page says.
static bool fill_from_page(reading *self)
{
    if (self->html.data == NULL) {
        return gs_fail(self->error, GS_E_INPUT, "expected a \"text\" or \"html\" key with some text in it");
    }
    gs_article *page = gs_article_from_html(self->html, self->article->url, self->arena, self->error);
    if (!page) {
        return gs_fail_within(self->error, "html");
    }
    for (size_t i = 0; i < KEY_ID; i++) {
        char **own = field_of(self->article, keys[i].field);
        if ((*own)[0] == '\0') {
            *own = *field_of(page, keys[i].field);
        }
    }
    return true;
}

static gs_article *read_article(gs_view line, gs_arena *arena, gs_error *error)
{
    reading self = {.article = gs_article_new(arena), .arena = arena, .error = error};
    if (gs_view_trim(line).size == 0) {
        gs_fail(error, GS_E_INPUT, "not JSON: the line is empty");
        return NULL;
    }
    if (!has_whole_surrogates(line, error) || !parse(line, &self)) {
        return NULL;
    }
    return self.article->text[0] != '\0' || fill_from_page(&self) ? self.article : NULL;
}

gs_article *gs_article_from_json(gs_view line, gs_arena *arena, gs_error *error)
{
    if (line.size > GS_LIMIT_LINE_BYTES) {
        gs_fail(error, GS_E_LIMIT, "a JSON line of %zu bytes; at most %d are taken", line.size,
                GS_LIMIT_LINE_BYTES);
        return NULL;
    }
    gs_buffer repaired = {0};
    if (!gs_utf8_valid(line, NULL)) {
        gs_utf8_repair(line, &repaired);
        line = gs_buffer_view(&repaired);
    }
    if (gs_view_starts(line, "\xEF\xBB\xBF")) {
        line = gs_view_slice(line, 3, line.size);
    }
    gs_article *article = read_article(line, arena, error);
    gs_buffer_free(&repaired);
    return article;
}
