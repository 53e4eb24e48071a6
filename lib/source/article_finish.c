// The last step of every reader: an article that may leave the room.
//
// What readers give is whatever the world wrote. After this step all strings are valid UTF-8 without NUL and
// bounded, the text is neither empty nor over-long, the time is one that gs_time_parse reads, and the ids are
// set. Ids are hashed before fields are cut, so two long URLs that start alike stay two articles. Each way to
// name an article has its own hash label, so a URL can never collide with a title.
#include "source/source_internal.h"

#include <protobuf-c/protobuf-c.h>
#include <string.h>

gs_article *gs_article_new(gs_arena *arena)
{
    gs_article *article = gs_arena_alloc(arena, sizeof *article);
    gainsay__v1__article__init(article);
    return article;
}

char *gs_clean_text(gs_view text, gs_arena *arena)
{
    if (gs_utf8_valid(text, NULL) && (text.size == 0 || !memchr(text.data, '\0', text.size))) {
        return gs_arena_text(arena, text);
    }
    gs_buffer repaired = {0};
    gs_utf8_repair(text, &repaired);
    char *copy = gs_arena_text(arena, gs_buffer_view(&repaired));
    gs_buffer_free(&repaired);
    return copy;
}

static bool is_blank_byte(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

char *gs_clean_line(gs_view text, gs_arena *arena)
{
    char *line = gs_clean_text(text, arena);
    size_t out = 0;
    bool gap = false;
    for (size_t i = 0; line[i] != '\0'; i++) {
        bool no_break_space = (unsigned char)line[i] == 0xC2 && (unsigned char)line[i + 1] == 0xA0;
        if (no_break_space || is_blank_byte(line[i])) {
            i += no_break_space;
            gap = out > 0;
            continue;
        }
        if (gap) {
            line[out++] = ' ';
            gap = false;
        }
        line[out++] = line[i];
    }
    line[out] = '\0';
    return line;
}

// The longest beginning of at most limit bytes that ends between two code points.
static char *cut(char *text, size_t limit, gs_arena *arena)
{
    size_t size = strlen(text);
    if (size <= limit) {
        return text;
    }
    size = limit;
    while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80) {
        size--;
    }
    return gs_arena_text(arena, gs_view_make(text, size));
}

// Most text is valid; it is not copied once more.
static char *repaired(char *text, gs_arena *arena)
{
    if (!text) {
        return gs_arena_text(arena, gs_view_of(""));
    }
    return gs_utf8_valid(gs_view_of(text), NULL) ? text : gs_clean_text(gs_view_of(text), arena);
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n\f\v")] == '\0';
}

gs_id gs_article_id_of_url(const char *canonical)
{
    return gs_id_of("article.url", gs_view_of(canonical), gs_view_of(""));
}

static gs_id name_of(const gs_article *article, gs_arena *arena)
{
    const char *url = article->canonical_url[0] ? article->canonical_url : article->url;
    if (url[0] != '\0') {
        return gs_article_id_of_url(gs_url_canonical(gs_view_of(url), arena));
    }
    if (article->external_id[0] != '\0') {
        return gs_id_of("article.external", gs_view_of(article->source_id), gs_view_of(article->external_id));
    }
    return gs_id_of("article.text", gs_view_of(article->title), gs_view_of(article->text));
}

static void set_ids(gs_article *article, bool keep_external_id, gs_arena *arena)
{
    if (keep_external_id && article->external_id[0] != '\0') {
        article->article_id = cut(article->external_id, GS_LIMIT_FIELD_BYTES, arena);
    } else {
        char *text = gs_arena_alloc(arena, GS_ID_TEXT);
        gs_id_text(name_of(article, arena), text);
        article->article_id = text;
    }
    gs_id content = gs_id_of("content", gs_view_of(article->title), gs_view_of(article->text));
    article->content_hash.data = gs_arena_alloc(arena, GS_ID_BYTES);
    article->content_hash.len = GS_ID_BYTES;
    memcpy(article->content_hash.data, content.bytes, GS_ID_BYTES);
}

bool gs_article_finish(gs_article *article, const char *source_id, bool keep_external_id, uint64_t now_us,
                       gs_arena *arena, gs_error *error)
{
    if (source_id) {
        article->source_id = gs_arena_text(arena, gs_view_of(source_id));
    }
    size_t text_size = article->text ? strlen(article->text) : 0;
    if (text_size > GS_LIMIT_ARTICLE_BYTES) {
        return gs_fail(error, GS_E_LIMIT, "the article's text has %zu bytes; at most %d are taken", text_size,
                       GS_LIMIT_ARTICLE_BYTES);
    }
    char **fields[] = {&article->source_id,     &article->external_id, &article->url,
                       &article->canonical_url, &article->publisher,   &article->title,
                       &article->byline,        &article->published,   &article->language};
    size_t field_count = sizeof fields / sizeof fields[0];
    for (size_t i = 0; i < field_count; i++) {
        *fields[i] = repaired(*fields[i], arena);
    }
    article->text = repaired(article->text, arena);
    if (is_blank(article->text)) {
        return gs_fail(error, GS_E_INPUT, "the article has no text");
    }
    text_size = strlen(article->text);
    if (text_size > GS_LIMIT_ARTICLE_BYTES) {
        return gs_fail(error, GS_E_LIMIT,
                       "the article's text has %zu bytes after repair; at most %d are taken", text_size,
                       GS_LIMIT_ARTICLE_BYTES);
    }
    set_ids(article, keep_external_id, arena);
    for (size_t i = 0; i < field_count; i++) {
        *fields[i] = cut(*fields[i], GS_LIMIT_FIELD_BYTES, arena);
    }
    article->published = gs_date_local(gs_view_of(article->published), arena);
    if (!article->fetched || article->fetched[0] == '\0') {
        article->fetched = gs_arena_alloc(arena, GS_TIME_TEXT);
        gs_time_text(now_us, article->fetched);
    }
    article->ingested_us = now_us;
    return true;
}

gs_id gs_article_delivery_id(const gs_article *article)
{
    gs_id_hasher hasher;
    gs_id_begin(&hasher, "delivery");
    gs_id_add(&hasher, gs_view_of(article->article_id));
    gs_id_add_number(&hasher, article->revision);
    gs_id_add(&hasher, gs_view_make(article->content_hash.data, article->content_hash.len));
    return gs_id_end(&hasher);
}
