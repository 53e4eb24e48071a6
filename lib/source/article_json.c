// JSON Lines to articles.
//
// jansson parses the line; this file checks types and copies what is named below into the arena, once. Other
// keys are ignored, null counts as absent. jansson bounds nesting itself (JSON_PARSER_MAX_DEPTH, 2048), and
// the line reader bounds size, so neither is checked again here. Invalid UTF-8 is repaired first, since
// jansson would refuse the whole line for one bad byte; NUL ("\u0000") is dropped, since no C string can hold
// it.
#include "source/source_internal.h"

#include <jansson.h>
#include <stddef.h>
#include <string.h>

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
};

static char **field_of(gs_article *article, size_t offset)
{
    return (char **)(void *)((char *)article + offset);
}

static bool is_absent(const json_t *value)
{
    return !value || json_is_null(value);
}

static char *string_copy(const json_t *value, gs_arena *arena)
{
    gs_view view = gs_view_make(json_string_value(value), json_string_length(value));
    if (view.size > 0 && memchr(view.data, '\0', view.size)) {
        return gs_clean_text(view, arena);
    }
    return gs_arena_text(arena, view);
}

static bool take_strings(const json_t *object, gs_article *article, gs_arena *arena, gs_error *error)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const json_t *value = json_object_get(object, keys[i].name);
        if (is_absent(value)) {
            continue;
        }
        if (!json_is_string(value)) {
            return gs_fail(error, GS_E_INPUT, "%s: expected a string", keys[i].name);
        }
        *field_of(article, keys[i].field) = string_copy(value, arena);
    }
    return true;
}

static bool take_id(const json_t *object, gs_article *article, gs_arena *arena, gs_error *error)
{
    const json_t *value = json_object_get(object, "id");
    if (is_absent(value)) {
        return true;
    }
    if (json_is_integer(value)) {
        article->external_id = gs_arena_format(arena, "%lld", (long long)json_integer_value(value));
        return true;
    }
    if (!json_is_string(value)) {
        return gs_fail(error, GS_E_INPUT, "id: expected a string or an integer");
    }
    article->external_id = string_copy(value, arena);
    return true;
}

// What the line says itself goes before what its page says.
static bool fill_from_page(const json_t *object, gs_article *article, gs_arena *arena, gs_error *error)
{
    const json_t *html = json_object_get(object, "html");
    if (is_absent(html)) {
        return gs_fail(error, GS_E_INPUT, "expected a \"text\" or \"html\" key with some text in it");
    }
    if (!json_is_string(html)) {
        return gs_fail(error, GS_E_INPUT, "html: expected a string");
    }
    gs_view bytes = gs_view_make(json_string_value(html), json_string_length(html));
    gs_article *page = gs_article_from_html(bytes, article->url, arena, error);
    if (!page) {
        return gs_fail_within(error, "html");
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        char **own = field_of(article, keys[i].field);
        if ((*own)[0] == '\0') {
            *own = *field_of(page, keys[i].field);
        }
    }
    return true;
}

static bool fill(const json_t *object, gs_article *article, gs_arena *arena, gs_error *error)
{
    if (!json_is_object(object)) {
        return gs_fail(error, GS_E_INPUT, "expected a JSON object {\"id\", \"url\", \"text\", ...}");
    }
    if (!take_id(object, article, arena, error) || !take_strings(object, article, arena, error)) {
        return false;
    }
    return article->text[0] != '\0' || fill_from_page(object, article, arena, error);
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
    json_error_t parse_error;
    json_t *object = json_loadb(line.size > 0 ? line.data : "", line.size,
                                JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &parse_error);
    gs_buffer_free(&repaired);
    if (!object) {
        gs_fail(error, GS_E_INPUT, "not JSON: %s (byte %d)", parse_error.text, parse_error.position);
        return NULL;
    }
    gs_article *article = gs_article_new(arena);
    bool filled = fill(object, article, arena, error);
    json_decref(object);
    return filled ? article : NULL;
}
