// JSON Feed 1 and 1.1 (jsonfeed.org) to entries.
//
// yajl gives the document as a stream; a stack of places says where in it we are, and a table which string of
// which place fills which field. Everything else passes by. Text that is plain by the standard becomes HTML
// here, as the other formats give it, paragraph by paragraph.
#include <stddef.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "source/feed.h"

typedef enum place {
    PLACE_NONE, // outside the document
    PLACE_FEED,
    PLACE_ITEMS,
    PLACE_ITEM,
    PLACE_AUTHORS, // of an item
    PLACE_AUTHOR,
    PLACE_OTHER,
} place;

typedef struct item {
    char *id, *url, *external_url, *title, *html, *text, *summary, *published, *updated, *author, *language;
} item;

typedef struct head {
    char *title, *link, *language;
} head;

typedef struct key {
    place place;
    const char *name;
    size_t field; // offset in head or item, for strings
    place inner;  // for objects and arrays; PLACE_NONE: none of ours
} key;

static const key keys[] = {
    {PLACE_FEED, "title", offsetof(head, title), PLACE_NONE},
    {PLACE_FEED, "home_page_url", offsetof(head, link), PLACE_NONE},
    {PLACE_FEED, "language", offsetof(head, language), PLACE_NONE},
    {PLACE_FEED, "items", 0, PLACE_ITEMS},
    {PLACE_ITEM, "id", offsetof(item, id), PLACE_NONE},
    {PLACE_ITEM, "url", offsetof(item, url), PLACE_NONE},
    {PLACE_ITEM, "external_url", offsetof(item, external_url), PLACE_NONE},
    {PLACE_ITEM, "title", offsetof(item, title), PLACE_NONE},
    {PLACE_ITEM, "content_html", offsetof(item, html), PLACE_NONE},
    {PLACE_ITEM, "content_text", offsetof(item, text), PLACE_NONE},
    {PLACE_ITEM, "summary", offsetof(item, summary), PLACE_NONE},
    {PLACE_ITEM, "date_published", offsetof(item, published), PLACE_NONE},
    {PLACE_ITEM, "date_modified", offsetof(item, updated), PLACE_NONE},
    {PLACE_ITEM, "language", offsetof(item, language), PLACE_NONE},
    {PLACE_ITEM, "author", 0, PLACE_AUTHOR},
    {PLACE_ITEM, "authors", 0, PLACE_AUTHORS},
    {PLACE_AUTHOR, "name", offsetof(item, author), PLACE_NONE},
};

typedef struct reading {
    place places[GS_LIMIT_JSON_DEPTH];
    size_t depth;
    const key *key; // whose value comes next; NULL: none of ours
    bool has_items;
    head head;
    item item;         // the one that is open
    gs_buffer entries; // gs_feed_entry by gs_feed_entry
    const char *base_url;
    gs_arena *arena;
    gs_error *error;
} reading;

static place here(const reading *self)
{
    return self->depth > 0 ? self->places[self->depth - 1] : PLACE_NONE;
}

static char *line_of(const reading *self, const char *text)
{
    return text ? gs_clean_line(gs_view_of(text), self->arena) : gs_arena_text(self->arena, gs_view_of(""));
}

// Plain text as HTML: blank lines part paragraphs.
static char *paragraphs(const reading *self, const char *text)
{
    gs_buffer html = {0};
    gs_view rest = gs_view_trim(gs_view_of(text));
    while (rest.size > 0) {
        size_t end = gs_view_find(rest, gs_view_of("\n\n"), 0);
        gs_buffer_text(&html, "<p>");
        gs_markup_escape(gs_view_slice(rest, 0, end), &html);
        gs_buffer_text(&html, "</p>");
        rest = gs_view_trim(gs_view_slice(rest, end, rest.size));
    }
    char *kept = gs_arena_text(self->arena, gs_buffer_view(&html));
    gs_buffer_free(&html);
    return kept;
}

static char *content_of(const reading *self)
{
    const item *from = &self->item;
    if (from->html) {
        return gs_arena_text(self->arena, gs_view_trim(gs_view_of(from->html)));
    }
    return from->text ? paragraphs(self, from->text) : gs_arena_text(self->arena, gs_view_of(""));
}

static void finish_item(reading *self)
{
    const item *from = &self->item;
    gs_arena *arena = self->arena;
    const char *url = from->url ? from->url : from->external_url;
    gs_feed_entry entry = {
        .title = line_of(self, from->title),
        .link = gs_link_absolute(gs_view_of(line_of(self, url)), gs_view_of(self->base_url), arena),
        .id = line_of(self, from->id),
        .published = gs_date_utc(gs_view_of(from->published), arena),
        .updated = gs_date_utc(gs_view_of(from->updated), arena),
        .content = content_of(self),
        .author = line_of(self, from->author),
        .publisher = gs_arena_text(arena, gs_view_of("")),
        .language = line_of(self, from->language),
    };
    if (entry.link[0] == '\0' && gs_link_is_web(gs_view_of(entry.id))) {
        entry.link = entry.id;
    }
    entry.summary = from->summary ? paragraphs(self, from->summary) : entry.content;
    gs_buffer_append(&self->entries, &entry, sizeof entry);
    self->item = (item){0};
}

static int on_value(reading *self, gs_view text)
{
    if (self->depth == 0) {
        return gs_fail(self->error, GS_E_INPUT, "expected a JSON Feed, found another JSON value");
    }
    if (!self->key || self->key->inner != PLACE_NONE) {
        return true;
    }
    void *holder = self->key->place == PLACE_FEED ? (void *)&self->head : (void *)&self->item;
    char **field = (char **)(void *)((char *)holder + self->key->field);
    if (!*field) {
        *field = gs_clean_text(text, self->arena); // "\u0000" is dropped
    }
    self->key = NULL;
    return true;
}

static int on_string(void *context, const unsigned char *text, size_t size)
{
    return on_value(context, gs_view_make(text, size));
}

// Version 1 allows a number as an id.
static int on_number(void *context, const char *digits, size_t size)
{
    return on_value(context, gs_view_make(digits, size));
}

static int on_nothing(void *context)
{
    reading *self = context;
    self->key = NULL;
    return true;
}

static int on_boolean(void *context, int value)
{
    (void)value;
    return on_nothing(context);
}

static int enter(reading *self, bool array)
{
    if (self->depth == GS_LIMIT_JSON_DEPTH) {
        return gs_fail(self->error, GS_E_LIMIT, "its values are nested more than %d deep",
                       GS_LIMIT_JSON_DEPTH);
    }
    place outer = here(self);
    place inner = self->key ? self->key->inner : PLACE_OTHER;
    if (outer == PLACE_NONE) {
        inner = PLACE_FEED;
    } else if (outer == PLACE_ITEMS) {
        inner = PLACE_ITEM;
    } else if (outer == PLACE_AUTHORS) {
        inner = PLACE_AUTHOR;
    }
    bool wants_array = inner == PLACE_ITEMS || inner == PLACE_AUTHORS;
    if (outer == PLACE_NONE && array) {
        return gs_fail(self->error, GS_E_INPUT, "expected a JSON Feed, found a JSON array");
    }
    inner = inner == PLACE_NONE || wants_array != array ? PLACE_OTHER : inner;
    self->has_items = self->has_items || inner == PLACE_ITEMS;
    self->places[self->depth++] = inner;
    self->key = NULL;
    return true;
}

static int on_object(void *context)
{
    return enter(context, false);
}

static int on_array(void *context)
{
    return enter(context, true);
}

static int on_end(void *context)
{
    reading *self = context;
    if (here(self) == PLACE_ITEM) {
        finish_item(self);
    }
    self->depth--;
    self->key = NULL;
    return true;
}

static int on_key(void *context, const unsigned char *text, size_t size)
{
    reading *self = context;
    self->key = NULL;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i].place == here(self) &&
            gs_view_equal(gs_view_make(text, size), gs_view_of(keys[i].name))) {
            self->key = &keys[i];
        }
    }
    return true;
}

static const yajl_callbacks callbacks = {.yajl_null = on_nothing,
                                         .yajl_boolean = on_boolean,
                                         .yajl_number = on_number,
                                         .yajl_string = on_string,
                                         .yajl_start_map = on_object,
                                         .yajl_map_key = on_key,
                                         .yajl_end_map = on_end,
                                         .yajl_start_array = on_array,
                                         .yajl_end_array = on_end};

static bool read_all(reading *self, gs_view text)
{
    yajl_handle parser = yajl_alloc(&callbacks, NULL, self);
    const unsigned char *bytes = (const unsigned char *)text.data;
    yajl_status status = yajl_parse(parser, bytes, text.size);
    if (status == yajl_status_ok) {
        status = yajl_complete_parse(parser);
    }
    size_t used = yajl_get_bytes_consumed(parser);
    yajl_free(parser);
    if (status == yajl_status_ok && self->has_items) {
        return true;
    }
    if (status == yajl_status_ok) {
        return gs_fail(self->error, GS_E_INPUT, "not a feed: a JSON object without \"items\"");
    }
    if (status == yajl_status_client_canceled) {
        return gs_fail_within(self->error, "not a feed");
    }
    return gs_fail(self->error, GS_E_INPUT, "not a feed: its JSON is broken at byte %zu or cut off", used);
}

gs_feed *gs_feed_from_json(gs_view text, const char *base_url, gs_arena *arena, gs_error *error)
{
    reading self = {.base_url = base_url, .arena = arena, .error = error};
    gs_feed *feed = NULL;
    if (read_all(&self, text)) {
        feed = gs_feed_new(GS_FEED_JSON, arena);
        feed->title = line_of(&self, self.head.title);
        feed->link =
            gs_link_absolute(gs_view_of(line_of(&self, self.head.link)), gs_view_of(base_url), arena);
        feed->language = line_of(&self, self.head.language);
        feed->count = self.entries.size / sizeof *feed->entries;
        feed->entries = gs_arena_alloc(arena, self.entries.size + 1);
        if (self.entries.size > 0) {
            memcpy(feed->entries, self.entries.data, self.entries.size);
        }
    }
    gs_buffer_free(&self.entries);
    return feed;
}
