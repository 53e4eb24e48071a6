// memory_ledger: tables from ids to packed messages, the same for every kind of thing.
//
// One table type serves all: a value is a byte buffer, either a packed message or a list of ids. Removal
// leaves an entry with an empty value, which counts as absent; a run of one command is short enough for that.
#include "memory_ledger.h"

#include <stdlib.h>
#include <string.h>

typedef struct entry {
    gs_id id;
    gs_buffer value; // owned; empty: absent
} entry;

typedef struct table {
    entry *entries; // owned, in order of insertion
    size_t count, capacity;
    uint32_t *buckets; // owned: entry number + 1, 0 is free; a power of two, at most half full
    size_t bucket_count;
} table;

struct gs_memory_ledger {
    table statements, contradictions, disputes;
    table reports; // statements of an article
    table rests;   // contradictions that rest on a statement
    uint64_t newest;
    void (*emit)(void *context, const gs_event *event);
    void *context;
};

// ---- the table -----------------------------------------------------------------------------------------

static size_t bucket_of(const table *self, gs_id id)
{
    size_t at = (size_t)gs_id_hash(id) & (self->bucket_count - 1);
    while (self->buckets[at] != 0 && !gs_id_equal(self->entries[self->buckets[at] - 1].id, id)) {
        at = (at + 1) & (self->bucket_count - 1);
    }
    return at;
}

static void table_grow(table *self)
{
    free(self->buckets);
    self->bucket_count = self->bucket_count == 0 ? 256 : self->bucket_count * 2;
    self->buckets = gs_allocate(self->bucket_count * sizeof *self->buckets);
    for (size_t i = 0; i < self->count; i++) {
        self->buckets[bucket_of(self, self->entries[i].id)] = (uint32_t)i + 1;
    }
}

static gs_buffer *table_find(table *self, gs_id id)
{
    if (self->bucket_count == 0) {
        return NULL;
    }
    const uint32_t number = self->buckets[bucket_of(self, id)];
    return number != 0 ? &self->entries[number - 1].value : NULL;
}

static gs_buffer *table_make(table *self, gs_id id)
{
    gs_buffer *found = table_find(self, id);
    if (found != NULL) {
        return found;
    }
    if ((self->count + 1) * 2 > self->bucket_count) {
        table_grow(self);
    }
    if (self->count == self->capacity) {
        self->capacity = self->capacity == 0 ? 128 : self->capacity * 2;
        self->entries = gs_reallocate(self->entries, self->capacity * sizeof *self->entries);
    }
    self->entries[self->count] = (entry){.id = id};
    self->buckets[bucket_of(self, id)] = (uint32_t)++self->count;
    return &self->entries[self->count - 1].value;
}

static void table_free(table *self)
{
    for (size_t i = 0; i < self->count; i++) {
        gs_buffer_free(&self->entries[i].value);
    }
    free(self->entries);
    free(self->buckets);
}

static void put_message(table *self, gs_id id, const ProtobufCMessage *message)
{
    gs_buffer *value = table_make(self, id);
    gs_buffer_clear(value);
    gs_wire_pack(message, value);
}

static bool get_message(table *self, gs_id id, const ProtobufCMessageDescriptor *type, gs_arena *arena,
                        ProtobufCMessage **found, gs_error *error)
{
    const gs_buffer *value = table_find(self, id);
    *found = NULL;
    if (value == NULL || value->size == 0) {
        return true;
    }
    *found = gs_wire_unpack(type, gs_buffer_view(value), arena, error);
    return *found != NULL;
}

static bool remove_entry(table *self, gs_id id)
{
    gs_buffer *value = table_find(self, id);
    if (value != NULL) {
        gs_buffer_free(value);
    }
    return true;
}

// ---- lists of ids --------------------------------------------------------------------------------------

static size_t find_id(const gs_buffer *list, gs_id id)
{
    size_t at = 0;
    while (at < list->size && memcmp(list->data + at, id.bytes, GS_ID_BYTES) != 0) {
        at += GS_ID_BYTES;
    }
    return at;
}

static void list_add(table *self, gs_id key, gs_id id)
{
    gs_buffer *list = table_make(self, key);
    if (find_id(list, id) == list->size) {
        gs_buffer_append(list, id.bytes, GS_ID_BYTES);
    }
}

static void list_remove(table *self, gs_id key, gs_id id)
{
    gs_buffer *list = table_find(self, key);
    if (list == NULL) {
        return;
    }
    const size_t at = find_id(list, id);
    if (at < list->size) {
        memmove(list->data + at, list->data + at + GS_ID_BYTES, list->size - at - GS_ID_BYTES);
        list->size -= GS_ID_BYTES;
    }
}

static bool list_get(table *self, gs_id key, gs_arena *arena, gs_id **ids, size_t *count)
{
    const gs_buffer *list = table_find(self, key);
    *count = list != NULL ? list->size / GS_ID_BYTES : 0;
    *ids = gs_arena_alloc(arena, (*count + 1) * sizeof **ids);
    if (*count != 0) {
        memcpy(*ids, list->data, *count * GS_ID_BYTES);
    }
    return true;
}

static gs_id article_key(const char *article_id)
{
    return gs_id_of("memory.article", gs_view_of(article_id), gs_view_of(""));
}

// ---- the ledger's door ---------------------------------------------------------------------------------

static bool statement_get(void *context, gs_id id, gs_arena *arena, gs_statement **found, gs_error *error)
{
    gs_memory_ledger *self = context;
    return get_message(&self->statements, id, &gainsay__v1__statement__descriptor, arena,
                       (ProtobufCMessage **)found, error);
}

static bool statement_put(void *context, gs_id id, const gs_statement *statement, gs_error *error)
{
    (void)error;
    put_message(&((gs_memory_ledger *)context)->statements, id, &statement->base);
    return true;
}

static bool statement_remove(void *context, gs_id id, gs_error *error)
{
    (void)error;
    return remove_entry(&((gs_memory_ledger *)context)->statements, id);
}

static bool report_add(void *context, const char *article_id, gs_id statement, gs_error *error)
{
    (void)error;
    list_add(&((gs_memory_ledger *)context)->reports, article_key(article_id), statement);
    return true;
}

static bool report_remove(void *context, const char *article_id, gs_id statement, gs_error *error)
{
    (void)error;
    list_remove(&((gs_memory_ledger *)context)->reports, article_key(article_id), statement);
    return true;
}

static bool report_list(void *context, const char *article_id, gs_arena *arena, gs_id **ids, size_t *count,
                        gs_error *error)
{
    (void)error;
    return list_get(&((gs_memory_ledger *)context)->reports, article_key(article_id), arena, ids, count);
}

static bool contradiction_get(void *context, gs_id id, gs_arena *arena, gs_contradiction **found,
                              gs_error *error)
{
    gs_memory_ledger *self = context;
    return get_message(&self->contradictions, id, &gainsay__v1__contradiction__descriptor, arena,
                       (ProtobufCMessage **)found, error);
}

static bool contradiction_put(void *context, gs_id id, gs_id a, gs_id b, gs_id dispute,
                              const gs_contradiction *contradiction, gs_error *error)
{
    gs_memory_ledger *self = context;
    (void)dispute;
    (void)error;
    put_message(&self->contradictions, id, &contradiction->base);
    list_add(&self->rests, a, id);
    list_add(&self->rests, b, id);
    return true;
}

static bool contradiction_remove(void *context, gs_id id, gs_error *error)
{
    (void)error;
    return remove_entry(&((gs_memory_ledger *)context)->contradictions, id);
}

static bool contradiction_list(void *context, gs_id statement, gs_arena *arena, gs_id **ids, size_t *count,
                               gs_error *error)
{
    (void)error;
    return list_get(&((gs_memory_ledger *)context)->rests, statement, arena, ids, count);
}

static bool dispute_get(void *context, gs_id id, gs_arena *arena, gs_dispute **found, gs_error *error)
{
    gs_memory_ledger *self = context;
    return get_message(&self->disputes, id, &gainsay__v1__dispute__descriptor, arena,
                       (ProtobufCMessage **)found, error);
}

static bool dispute_put(void *context, gs_id id, const gs_dispute *dispute, gs_error *error)
{
    (void)error;
    put_message(&((gs_memory_ledger *)context)->disputes, id, &dispute->base);
    return true;
}

static bool dispute_remove(void *context, gs_id id, gs_error *error)
{
    (void)error;
    return remove_entry(&((gs_memory_ledger *)context)->disputes, id);
}

static bool emit(void *context, gs_event *event, gs_error *error)
{
    gs_memory_ledger *self = context;
    char at[GS_TIME_TEXT];
    gs_arena *arena = gs_arena_new(1024);
    (void)error;
    gs_time_text(gs_unix_us(), at);
    event->sequence = ++self->newest;
    event->at = at;
    event->topic = (char *)gs_event_topic(event, arena);
    self->emit(self->context, event);
    gs_arena_free(&arena);
    return true;
}

gs_memory_ledger *gs_memory_ledger_new(void (*emit_event)(void *context, const gs_event *event),
                                       void *context)
{
    gs_memory_ledger *self = gs_allocate(sizeof *self);
    self->emit = emit_event;
    self->context = context;
    return self;
}

void gs_memory_ledger_free(gs_memory_ledger **self_p)
{
    gs_memory_ledger *self = *self_p;
    if (self == NULL) {
        return;
    }
    table_free(&self->statements);
    table_free(&self->contradictions);
    table_free(&self->disputes);
    table_free(&self->reports);
    table_free(&self->rests);
    free(self);
    *self_p = NULL;
}

gs_ledger_store gs_memory_ledger_store(gs_memory_ledger *self)
{
    return (gs_ledger_store){.context = self,
                             .statement_get = statement_get,
                             .statement_put = statement_put,
                             .statement_remove = statement_remove,
                             .report_add = report_add,
                             .report_remove = report_remove,
                             .report_list = report_list,
                             .contradiction_get = contradiction_get,
                             .contradiction_put = contradiction_put,
                             .contradiction_remove = contradiction_remove,
                             .contradiction_list = contradiction_list,
                             .dispute_get = dispute_get,
                             .dispute_put = dispute_put,
                             .dispute_remove = dispute_remove,
                             .emit = emit};
}
