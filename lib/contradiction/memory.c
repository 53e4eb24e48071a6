// The ledger's store in memory: hash tables from ids to packed messages, and from ids to lists of ids.
//
// Messages are kept packed, as a database would keep them, so that what the ledger reads back is never what
// it still holds in its arena: a mistake there shows in memory as it would on disk.
#include "contradiction/contradiction.h"

#include <stdlib.h>
#include <string.h>

typedef struct memory_entry {
    gs_id id;
    gs_buffer bytes; // a packed message, or ids one behind the other; owned
    enum { ENTRY_FREE, ENTRY_TAKEN, ENTRY_REMOVED } state;
} memory_entry;

typedef struct memory_table {
    memory_entry *entries;
    size_t capacity; // a power of two
    size_t used;     // taken and removed
} memory_table;

struct gs_memory_store {
    memory_table statements, contradictions, disputes; // messages
    memory_table reports;                              // article: ids of its statements
    memory_table resting;                              // statement: ids of its contradictions
    memory_table articles;                             // noted
    void (*emit)(void *context, const gs_event *event);
    void *context;
    uint64_t sequence;
};

// ---- tables ----------------------------------------------------------------------------------------

static memory_entry *find(const memory_table *table, gs_id id)
{
    if (table->capacity == 0)
        return NULL;
    for (size_t at = gs_id_hash(id) & (table->capacity - 1); table->entries[at].state != ENTRY_FREE;
         at = (at + 1) & (table->capacity - 1))
        if (table->entries[at].state == ENTRY_TAKEN && gs_id_equal(table->entries[at].id, id))
            return &table->entries[at];
    return NULL;
}

static memory_entry *place(memory_table *table, gs_id id)
{
    size_t at = gs_id_hash(id) & (table->capacity - 1);
    while (table->entries[at].state == ENTRY_TAKEN)
        at = (at + 1) & (table->capacity - 1);
    table->used += table->entries[at].state == ENTRY_FREE;
    table->entries[at] = (memory_entry){.id = id, .state = ENTRY_TAKEN};
    return &table->entries[at];
}

static void grow(memory_table *table)
{
    memory_table fresh = {.capacity = table->capacity ? table->capacity * 2 : 64};
    fresh.entries = gs_allocate(fresh.capacity * sizeof *fresh.entries);
    for (size_t i = 0; i < table->capacity; i++)
        if (table->entries[i].state == ENTRY_TAKEN)
            place(&fresh, table->entries[i].id)->bytes = table->entries[i].bytes;
    free(table->entries);
    *table = fresh;
}

// The entry of id, made if there is none.
static memory_entry *take(memory_table *table, gs_id id)
{
    memory_entry *entry = find(table, id);
    if (entry)
        return entry;
    if ((table->used + 1) * 2 > table->capacity)
        grow(table);
    return place(table, id);
}

static void drop(memory_table *table, gs_id id)
{
    memory_entry *entry = find(table, id);
    if (!entry)
        return;
    gs_buffer_free(&entry->bytes);
    entry->state = ENTRY_REMOVED;
}

static void free_table(memory_table *table)
{
    for (size_t i = 0; i < table->capacity; i++)
        if (table->entries[i].state == ENTRY_TAKEN)
            gs_buffer_free(&table->entries[i].bytes);
    free(table->entries);
}

// ---- messages and lists ----------------------------------------------------------------------------

static void put_message(memory_table *table, gs_id id, const ProtobufCMessage *message)
{
    memory_entry *entry = take(table, id);
    gs_buffer_clear(&entry->bytes);
    gs_wire_pack(message, &entry->bytes);
}

static bool get_message(const memory_table *table, gs_id id, const ProtobufCMessageDescriptor *type,
                        gs_arena *arena, ProtobufCMessage **found, gs_error *error)
{
    const memory_entry *entry = find(table, id);
    *found = entry ? gs_wire_unpack(type, gs_buffer_view(&entry->bytes), arena, error) : NULL;
    return !entry || *found;
}

static void list_add(memory_table *table, gs_id key, gs_id id)
{
    gs_buffer *bytes = &take(table, key)->bytes;
    for (size_t at = 0; at < bytes->size; at += GS_ID_BYTES)
        if (memcmp(bytes->data + at, id.bytes, GS_ID_BYTES) == 0)
            return;
    gs_buffer_append(bytes, id.bytes, GS_ID_BYTES);
}

static void list_remove(memory_table *table, gs_id key, gs_id id)
{
    memory_entry *entry = find(table, key);
    for (size_t at = 0; entry && at < entry->bytes.size; at += GS_ID_BYTES) {
        if (memcmp(entry->bytes.data + at, id.bytes, GS_ID_BYTES) != 0)
            continue;
        entry->bytes.size -= GS_ID_BYTES;
        memmove(entry->bytes.data + at, entry->bytes.data + at + GS_ID_BYTES, entry->bytes.size - at);
        return;
    }
}

static bool list_copy(const memory_table *table, gs_id key, gs_arena *arena, gs_id **ids, size_t *count)
{
    const memory_entry *entry = find(table, key);
    *count = entry ? entry->bytes.size / GS_ID_BYTES : 0;
    *ids = gs_arena_alloc(arena, (*count + 1) * sizeof **ids);
    if (*count)
        memcpy(*ids, entry->bytes.data, *count * sizeof **ids);
    return true;
}

// ---- what the ledger calls -------------------------------------------------------------------------

static gs_id article_key(const char *article_id)
{
    return gs_id_of("memory", gs_view_of(article_id), (gs_view){"", 0});
}

static bool statement_get(void *context, gs_id id, gs_arena *arena, gs_statement **found, gs_error *error)
{
    gs_memory_store *self = context;
    return get_message(&self->statements, id, &gainsay__v1__statement__descriptor, arena,
                       (ProtobufCMessage **)found, error);
}

static bool statement_put(void *context, gs_id id, const gs_statement *statement, gs_error *error)
{
    (void)error;
    put_message(&((gs_memory_store *)context)->statements, id, &statement->base);
    return true;
}

static bool statement_remove(void *context, gs_id id, gs_error *error)
{
    (void)error;
    drop(&((gs_memory_store *)context)->statements, id);
    return true;
}

static bool report_add(void *context, const char *article_id, gs_id statement, gs_error *error)
{
    (void)error;
    list_add(&((gs_memory_store *)context)->reports, article_key(article_id), statement);
    return true;
}

static bool report_remove(void *context, const char *article_id, gs_id statement, gs_error *error)
{
    (void)error;
    list_remove(&((gs_memory_store *)context)->reports, article_key(article_id), statement);
    return true;
}

static bool report_list(void *context, const char *article_id, gs_arena *arena, gs_id **ids, size_t *count,
                        gs_error *error)
{
    (void)error;
    return list_copy(&((gs_memory_store *)context)->reports, article_key(article_id), arena, ids, count);
}

static bool contradiction_get(void *context, gs_id id, gs_arena *arena, gs_contradiction **found,
                              gs_error *error)
{
    gs_memory_store *self = context;
    return get_message(&self->contradictions, id, &gainsay__v1__contradiction__descriptor, arena,
                       (ProtobufCMessage **)found, error);
}

static bool contradiction_put(void *context, gs_id id, gs_id a, gs_id b, gs_id dispute,
                              const gs_contradiction *contradiction, gs_error *error)
{
    gs_memory_store *self = context;
    (void)dispute;
    (void)error;
    put_message(&self->contradictions, id, &contradiction->base);
    list_add(&self->resting, a, id);
    list_add(&self->resting, b, id);
    return true;
}

static bool contradiction_remove(void *context, gs_id id, gs_error *error)
{
    gs_memory_store *self = context;
    gs_arena *arena = gs_arena_new(0);
    gs_contradiction *known = NULL;
    bool ok = contradiction_get(self, id, arena, &known, error);
    gs_id a, b;
    if (known && gs_id_parse(gs_view_of(known->a->statement_id), &a) &&
        gs_id_parse(gs_view_of(known->b->statement_id), &b)) {
        list_remove(&self->resting, a, id);
        list_remove(&self->resting, b, id);
    }
    drop(&self->contradictions, id);
    gs_arena_free(&arena);
    return ok;
}

static bool contradiction_list(void *context, gs_id statement, gs_arena *arena, gs_id **ids, size_t *count,
                               gs_error *error)
{
    (void)error;
    return list_copy(&((gs_memory_store *)context)->resting, statement, arena, ids, count);
}

static bool dispute_get(void *context, gs_id id, gs_arena *arena, gs_dispute **found, gs_error *error)
{
    gs_memory_store *self = context;
    return get_message(&self->disputes, id, &gainsay__v1__dispute__descriptor, arena,
                       (ProtobufCMessage **)found, error);
}

static bool dispute_put(void *context, gs_id id, const gs_dispute *dispute, gs_error *error)
{
    (void)error;
    put_message(&((gs_memory_store *)context)->disputes, id, &dispute->base);
    return true;
}

static bool dispute_remove(void *context, gs_id id, gs_error *error)
{
    (void)error;
    drop(&((gs_memory_store *)context)->disputes, id);
    return true;
}

static bool emit(void *context, gs_event *event, gs_error *error)
{
    gs_memory_store *self = context;
    char at[GS_TIME_TEXT];
    (void)error;
    gs_time_text(gs_unix_us(), at);
    event->sequence = ++self->sequence;
    event->at = at;
    if (self->emit)
        self->emit(self->context, event);
    event->at = (char *)"";
    return true;
}

gs_ledger_store gs_memory_store_functions(gs_memory_store *self)
{
    return (gs_ledger_store){
        .context = self,
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
        .emit = emit,
    };
}

// ---- the door --------------------------------------------------------------------------------------

gs_memory_store *gs_memory_store_new(void (*emit_event)(void *context, const gs_event *event), void *context)
{
    gs_memory_store *self = gs_allocate(sizeof *self);
    self->emit = emit_event;
    self->context = context;
    return self;
}

void gs_memory_store_free(gs_memory_store **self_p)
{
    gs_memory_store *self = *self_p;
    if (!self)
        return;
    free_table(&self->statements);
    free_table(&self->contradictions);
    free_table(&self->disputes);
    free_table(&self->reports);
    free_table(&self->resting);
    free_table(&self->articles);
    free(self);
    *self_p = NULL;
}

bool gs_memory_store_note_article(gs_memory_store *self, const char *article_id)
{
    gs_id key = article_key(article_id);
    bool known = find(&self->articles, key) != NULL;
    take(&self->articles, key);
    return known;
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, GS_ID_BYTES);
}

gs_id *gs_memory_store_list(gs_memory_store *self, gs_memory_kind kind, gs_arena *arena, size_t *count)
{
    const memory_table *tables[] = {&self->statements, &self->contradictions, &self->disputes};
    const memory_table *table = tables[kind];
    gs_id *ids = gs_arena_alloc(arena, (table->used + 1) * sizeof *ids);
    *count = 0;
    for (size_t i = 0; i < table->capacity; i++)
        if (table->entries[i].state == ENTRY_TAKEN)
            ids[(*count)++] = table->entries[i].id;
    if (*count > 1)
        qsort(ids, *count, sizeof *ids, compare_ids);
    return ids;
}
