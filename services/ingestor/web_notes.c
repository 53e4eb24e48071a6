// What is kept of a web source: where it has moved, its validators, what it taught about its rhythm, and
// which of its entries are done. Notes of another address (the configuration was changed) are void.
//
// They are written in the transaction that holds the articles of those entries. While pages are still waiting
// the validators are left out, so that after a kill the source is asked for the whole again.
#include "web.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static char *text_of(const json_t *notes, const char *key)
{
    return gs_duplicate(json_string_value(json_object_get(notes, key)));
}

static void load_known(web *self, const char *digits)
{
    const size_t size = strlen(digits);
    for (size_t at = 0; at + 16 <= size && at / 16 < WEB_KNOWN_KEPT; at += 16) {
        char one[17] = {0};
        memcpy(one, digits + at, 16);
        web_know(self, strtoull(one, NULL, 16));
    }
}

static void load_from(web *self, const source *from, const json_t *notes)
{
    const char *url = json_string_value(json_object_get(notes, "url"));
    if (url == NULL || strcmp(url, from->config->url) != 0) {
        return;
    }
    self->etag = text_of(notes, "etag");
    self->last_modified = text_of(notes, "last_modified");
    self->moved_to = text_of(notes, "moved_to");
    self->retired = json_is_true(json_object_get(notes, "retired"));
    self->schedule.interval_s = (uint32_t)json_integer_value(json_object_get(notes, "interval"));
    self->schedule.failures = (uint32_t)json_integer_value(json_object_get(notes, "failures"));
    self->next_unix_s = json_integer_value(json_object_get(notes, "next"));
    const char *digits = json_string_value(json_object_get(notes, "done"));
    if (digits != NULL) {
        load_known(self, digits);
    }
}

void web_notes_load(web *self, const source *from)
{
    gs_error error = {0};
    char *state = NULL;
    gs_arena *arena = gs_arena_new(16 * 1024);
    if (gs_source_state_get(self->owner->store, from->config->id, arena, &state, &error) && state != NULL) {
        json_t *notes = json_loads(state, 0, NULL);
        load_from(self, from, notes);
        json_decref(notes);
    }
    gs_arena_free(&arena);
}

static void write_known(const web *self, gs_buffer *digits)
{
    const size_t held = self->known_next < WEB_KNOWN_KEPT ? self->known_next : WEB_KNOWN_KEPT;
    for (size_t i = self->known_next - held; i < self->known_next; i++) {
        gs_buffer_format(digits, "%016llx", (unsigned long long)self->known[i % WEB_KNOWN]);
    }
}

static void put_text(json_t *notes, const char *key, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        json_object_set_new(notes, key, json_string(text)); // not UTF-8: left out
    }
}

void web_notes_save(web *self, const source *from)
{
    gs_buffer digits = {0};
    json_t *notes = json_object();
    put_text(notes, "url", from->config->url);
    if (self->waiting_count == 0 && self->map_count == 0) {
        put_text(notes, "etag", self->etag);
        put_text(notes, "last_modified", self->last_modified);
        json_object_set_new(notes, "next", json_integer(self->next_unix_s));
    }
    put_text(notes, "moved_to", self->moved_to);
    json_object_set_new(notes, "retired", json_boolean(self->retired));
    json_object_set_new(notes, "interval", json_integer(self->schedule.interval_s));
    json_object_set_new(notes, "failures", json_integer(self->schedule.failures));
    put_text(notes, "error", from->last_error.message);
    write_known(self, &digits);
    put_text(notes, "done", digits.data);
    char *text = json_dumps(notes, JSON_COMPACT);
    source_state(self->owner, from->config->id, text);
    free(text);
    gs_buffer_free(&digits);
    json_decref(notes);
}
