// The table of office-holders: flat arrays, one entry for each wording of an office that somebody holds.
//
// People are found through postings under hashes of their names, texts are kept once each in one pool, and
// nothing points at anything but by number, so that half a million holders are a few large blocks. All
// indexes can be built anew from the entries alone.
#include "holders_internal.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 256 };

// ---- arrays ----------------------------------------------------------------------------------------

void *holder_grown(void *array, uint32_t *capacity, uint32_t needed, size_t item)
{
    if (needed <= *capacity)
        return array;
    uint32_t next = *capacity ? *capacity : FIRST_CAPACITY;
    while (next < needed)
        next *= 2;
    *capacity = next;
    return gs_reallocate(array, next * item);
}

static uint32_t *free_slots(uint32_t capacity, uint8_t fill)
{
    uint32_t *slots = gs_allocate(capacity * sizeof *slots);
    memset(slots, fill, capacity * sizeof *slots);
    return slots;
}

// ---- texts -----------------------------------------------------------------------------------------

static uint32_t *text_slot(const gs_holders *self, gs_view text)
{
    uint32_t mask = self->text_slot_capacity - 1, at = (uint32_t)gs_hash(text) & mask;
    while (self->text_slots[at] && !gs_view_equal(gs_view_of(holder_text(self, self->text_slots[at])), text))
        at = (at + 1) & mask;
    return &self->text_slots[at];
}

static void reserve_texts(gs_holders *self)
{
    if ((self->text_count + 1) * 2 < self->text_slot_capacity)
        return;
    uint32_t old_capacity = self->text_slot_capacity, *old = self->text_slots;
    self->text_slot_capacity = old_capacity ? old_capacity * 2 : FIRST_CAPACITY;
    self->text_slots = free_slots(self->text_slot_capacity, 0);
    for (uint32_t i = 0; i < old_capacity; i++)
        if (old[i])
            *text_slot(self, gs_view_of(holder_text(self, old[i]))) = old[i];
    free(old);
}

uint32_t holder_intern(gs_holders *self, const char *text)
{
    gs_view view = gs_view_of(text);
    if (view.size == 0)
        return 0;
    reserve_texts(self);
    uint32_t *slot = text_slot(self, view);
    if (*slot == 0) {
        *slot = (uint32_t)self->texts.size;
        gs_buffer_append(&self->texts, view.data, view.size);
        gs_buffer_byte(&self->texts, '\0');
        self->text_count++;
    }
    return *slot;
}

// ---- postings --------------------------------------------------------------------------------------

uint64_t holder_name_key(const gs_naming *name)
{
    return gs_naming_key(name) | 1;
}

uint64_t holder_surname_key(uint64_t key)
{
    return (key ^ UINT64_C(0x9E3779B97F4A7C15)) | 1;
}

static holder_head *head_at(const gs_holders *self, uint64_t key)
{
    uint32_t mask = self->head_capacity - 1, at = (uint32_t)(key >> 20) & mask;
    while (self->heads[at].key && self->heads[at].key != key)
        at = (at + 1) & mask;
    return &self->heads[at];
}

uint32_t holder_chain(const gs_holders *self, uint64_t key)
{
    if (self->head_capacity == 0)
        return HOLDER_NONE;
    const holder_head *head = head_at(self, key);
    return head->key ? head->posting : HOLDER_NONE;
}

static void reserve_heads(gs_holders *self)
{
    if ((self->head_count + 1) * 2 < self->head_capacity)
        return;
    uint32_t old_capacity = self->head_capacity;
    holder_head *old = self->heads;
    self->head_capacity = old_capacity ? old_capacity * 2 : FIRST_CAPACITY;
    self->heads = gs_allocate(self->head_capacity * sizeof *self->heads);
    for (uint32_t i = 0; i < old_capacity; i++)
        if (old[i].key)
            *head_at(self, old[i].key) = old[i];
    free(old);
}

static void post(gs_holders *self, uint64_t key, uint32_t entry, uint32_t name)
{
    reserve_heads(self);
    holder_head *head = head_at(self, key);
    if (!head->key) {
        *head = (holder_head){key, HOLDER_NONE};
        self->head_count++;
    }
    self->postings = holder_grown(self->postings, &self->posting_capacity, self->posting_count + 1,
                                  sizeof *self->postings);
    self->postings[self->posting_count] = (holder_posting){entry, head->posting, name};
    head->posting = self->posting_count++;
}

static void post_name(gs_holders *self, uint32_t entry, gs_view text, uint32_t alias)
{
    gs_naming name;
    uint64_t keys[GS_NAMING_KEYS];
    gs_naming_read(text, self->scratch, &name);
    if (name.count == 0)
        return;
    post(self, holder_name_key(&name), entry, alias);
    if (self->entries[entry].body)
        return;
    size_t count = gs_naming_surname_keys(&name, self->entries[entry].country, keys);
    for (size_t i = 0; i < count; i++)
        post(self, holder_surname_key(keys[i]), entry, alias);
}

// Every name under which the entry is looked for.
static void post_entry(gs_holders *self, uint32_t index)
{
    const holder_entry *entry = &self->entries[index];
    gs_arena_reset(self->scratch);
    post_name(self, index, gs_view_of(holder_text(self, entry->name)), 0);
    if (!entry->aliases)
        return;
    // The pool may move while an alias is entered, so they are read from a copy.
    const char *rest = gs_arena_text(self->scratch, gs_view_of(holder_text(self, entry->aliases)));
    while (*rest) {
        size_t size = strcspn(rest, ";");
        gs_view alias = gs_view_trim(gs_view_make(rest, size));
        if (alias.size)
            post_name(self, index, alias, holder_intern(self, gs_arena_text(self->scratch, alias)));
        rest += size + (rest[size] == ';');
    }
}

// ---- entries ---------------------------------------------------------------------------------------

static uint32_t *place_of_id(const gs_holders *self, gs_id id)
{
    uint32_t mask = self->id_capacity - 1, at = (uint32_t)gs_id_hash(id) & mask;
    while (self->ids[at] != HOLDER_NONE && !gs_id_equal(self->entries[self->ids[at]].id, id))
        at = (at + 1) & mask;
    return &self->ids[at];
}

static void reserve_ids(gs_holders *self)
{
    if ((self->count + 1) * 2 < self->id_capacity)
        return;
    self->id_capacity = self->id_capacity ? self->id_capacity * 2 : FIRST_CAPACITY;
    free(self->ids);
    self->ids = free_slots(self->id_capacity, 0xFF);
    for (uint32_t i = 0; i < self->count; i++)
        *place_of_id(self, self->entries[i].id) = i;
}

holder_entry *holder_entry_of(gs_holders *self, gs_id id)
{
    if (self->id_capacity == 0)
        return NULL;
    uint32_t index = *place_of_id(self, id);
    return index == HOLDER_NONE ? NULL : &self->entries[index];
}

holder_entry *holder_add(gs_holders *self, const holder_entry *fresh)
{
    reserve_ids(self);
    self->entries = holder_grown(self->entries, &self->capacity, self->count + 1, sizeof *self->entries);
    uint32_t index = self->count++;
    self->entries[index] = *fresh;
    *place_of_id(self, fresh->id) = index;
    self->told_count += fresh->told;
    post_entry(self, index);
    return &self->entries[index];
}

// Indexes from the entries alone.
void holder_rebuild(gs_holders *self)
{
    self->posting_count = self->head_count = self->told_count = 0;
    if (self->head_capacity)
        memset(self->heads, 0, self->head_capacity * sizeof *self->heads);
    if (self->id_capacity)
        memset(self->ids, 0xFF, self->id_capacity * sizeof *self->ids);
    for (uint32_t i = 0; i < self->count; i++) {
        *place_of_id(self, self->entries[i].id) = i;
        self->told_count += self->entries[i].told;
        post_entry(self, i);
    }
}

gs_id holder_id_of(gs_holders *self, const gs_told *row)
{
    const char *const parts[] = {row->name, row->role, row->organisation};
    gs_id_hasher hasher;
    gs_id_begin(&hasher, row->body ? "body" : "holder");
    gs_arena_reset(self->scratch);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        gs_naming folded;
        gs_naming_read(gs_view_of(parts[i]), self->scratch, &folded);
        gs_id_add(&hasher, gs_view_of(folded.folded));
    }
    gs_id_add(&hasher, gs_view_of(row->country));
    return gs_id_end(&hasher);
}

holder_entry holder_entry_from(gs_holders *self, gs_id id, const gs_told *row)
{
    holder_entry entry = {.id = id,
                          .name = holder_intern(self, row->name),
                          .role = holder_intern(self, row->role),
                          .organisation = holder_intern(self, row->organisation),
                          .entity_id = holder_intern(self, row->entity_id),
                          .aliases = holder_intern(self, row->aliases),
                          .first_day = row->from_day,
                          .last_day = row->until_day,
                          .gender = gs_role_gender(gs_view_of(row->role)),
                          .official = row->official,
                          .body = row->body};
    size_t size = strlen(row->country);
    memcpy(entry.country, row->country, size < sizeof entry.country ? size : 0);
    return entry;
}

// ---- the door: made and freed ----------------------------------------------------------------------

gs_holders *gs_holders_new(uint32_t max)
{
    gs_holders *self = gs_allocate(sizeof *self);
    self->max = max;
    self->scratch = gs_arena_new(0);
    gs_buffer_byte(&self->texts, '\0');
    return self;
}

void holder_drop(gs_holders *self)
{
    free(self->entries);
    free(self->ids);
    free(self->postings);
    free(self->heads);
    free(self->text_slots);
    free(self->journal);
    gs_buffer_free(&self->texts);
}

void gs_holders_free(gs_holders **self_p)
{
    gs_holders *self = *self_p;
    if (!self)
        return;
    holder_drop(self);
    gs_arena_free(&self->scratch);
    free(self);
    *self_p = NULL;
}

size_t gs_holders_size(const gs_holders *self)
{
    return self->count;
}

size_t gs_holders_bytes(const gs_holders *self)
{
    return sizeof *self + self->capacity * sizeof *self->entries + self->id_capacity * sizeof *self->ids +
           self->posting_capacity * sizeof *self->postings + self->head_capacity * sizeof *self->heads +
           self->texts.capacity + self->text_slot_capacity * sizeof *self->text_slots +
           self->journal_capacity * sizeof *self->journal;
}
