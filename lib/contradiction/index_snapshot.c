// A segment of the index as arrays of a snapshot. What is read back is looked through before it is used: a
// checksum tells that a file is damaged, not that it was written by a sound program.
#include "index_segment.h"

#include <stddef.h>
#include <stdlib.h>

#include "snapshot.h"

enum { VALUE_MOST = 255 }; // of cd_key_value, and a little more

void segment_save(const index_segment *self, cd_snapshot_writer *out)
{
    cd_snapshot_put(out, &self->bucket, 1, sizeof self->bucket);
    cd_snapshot_put(out, self->slots, self->slot_count, sizeof *self->slots);
    cd_snapshot_put(out, self->facts, self->slot_count, sizeof *self->facts);
    cd_snapshot_put(out, self->keys, self->key_count, sizeof *self->keys);
    cd_snapshot_put(out, self->articles, self->article_count, sizeof *self->articles);
    cd_snapshot_put(out, self->article_places, self->article_place_capacity, sizeof *self->article_places);
    cd_snapshot_put(out, self->statement_lists.lists, self->statement_lists.capacity, sizeof(segment_list));
    cd_snapshot_put(out, self->article_lists.lists, self->article_lists.capacity, sizeof(segment_list));
    cd_snapshot_put(out, self->pool, self->pool_count, sizeof *self->pool);
}

// ---- is it sound? ----------------------------------------------------------------------------------

static bool is_bool(const void *item, size_t offset)
{
    return ((const unsigned char *)item)[offset] <= 1;
}

static bool is_below(uint32_t number, uint32_t count)
{
    return number < count || number == SEGMENT_NONE;
}

static bool slots_are_sound(const index_segment *self, bool undated)
{
    for (uint32_t i = 0; i < self->slot_count; i++) {
        const segment_slot *slot = &self->slots[i];
        const segment_fact *fact = &self->facts[i];
        if (slot->key_count > CD_MATTER_KEYS || slot->keys > self->key_count ||
            slot->key_count > self->key_count - slot->keys || !is_below(slot->next, self->slot_count) ||
            !is_bool(slot, offsetof(segment_slot, denies)) ||
            !is_bool(slot, offsetof(segment_slot, figures)) ||
            !is_below(fact->article, self->article_count) || fact->volume > CD_MATTER_KEYS * VALUE_MOST ||
            (!undated && fact->day != SEGMENT_DEAD && fact->day >> SEGMENT_DAYS_SHIFT != self->bucket))
            return false;
    }
    return true;
}

// Room of a class, with so many entries in it.
static bool is_room(const index_segment *self, uint32_t at, uint8_t size_class, uint32_t count)
{
    if (size_class >= SEGMENT_CLASSES || count > UINT32_C(1) << size_class)
        return false;
    uint32_t room = UINT32_C(1) << size_class;
    return size_class == 0 || (room <= self->pool_count && at <= self->pool_count - room);
}

static bool articles_are_sound(const index_segment *self)
{
    for (uint32_t i = 0; i < self->article_count; i++) {
        const segment_article *article = &self->articles[i];
        if (article->count > SEGMENT_ARTICLE_MAX || article->volume > SEGMENT_ARTICLE_MAX * VALUE_MOST ||
            !is_below(article->first, self->slot_count) ||
            !is_room(self, article->at, article->size_class, article->count))
            return false;
    }
    uint32_t taken = 0;
    for (uint32_t i = 0; i < self->article_place_capacity; i++) {
        if (!is_below(self->article_places[i], self->article_count))
            return false;
        taken += self->article_places[i] != SEGMENT_NONE;
    }
    return taken == self->article_count && taken < self->article_place_capacity;
}

static bool lists_are_sound(const index_segment *self, segment_table *table, uint32_t entry_count)
{
    table->count = 0;
    for (uint32_t i = 0; i < table->capacity; i++) {
        const segment_list *list = &table->lists[i];
        table->count += list->code != 0;
        if (list->code == 0)
            continue;
        if (!is_bool(list, offsetof(segment_list, full)) || list->count == 0 ||
            list->count > SEGMENT_LIST_MAX || !is_room(self, list->at, list->size_class, list->count))
            return false;
        const uint32_t *entries = segment_entries(self, list);
        for (uint32_t e = 0; e < list->count; e++)
            if (entries[e] >= entry_count)
                return false;
    }
    return table->count < table->capacity;
}

static bool is_power(uint32_t number)
{
    return number > 0 && (number & (number - 1)) == 0;
}

static bool is_sound(index_segment *self, bool undated)
{
    return is_power(self->article_place_capacity) && is_power(self->statement_lists.capacity) &&
           is_power(self->article_lists.capacity) && slots_are_sound(self, undated) &&
           articles_are_sound(self) && lists_are_sound(self, &self->statement_lists, self->slot_count) &&
           lists_are_sound(self, &self->article_lists, self->article_count);
}

// ---- reading ---------------------------------------------------------------------------------------

static void *take(cd_snapshot_reader *in, size_t item, uint32_t *count)
{
    size_t found;
    void *items = cd_snapshot_take(in, item, &found);
    if (found >= SEGMENT_NONE)
        in->failed = true;
    *count = in->failed ? 0 : (uint32_t)found;
    return items;
}

// Places that their owners gave back are not told apart from the rest; nothing uses them any more.
index_segment *segment_load(cd_snapshot_reader *in)
{
    index_segment *self = segment_new(0);
    uint32_t facts;
    free(self->article_places);
    free(self->statement_lists.lists);
    free(self->article_lists.lists);
    cd_snapshot_take_one(in, &self->bucket, sizeof self->bucket);
    self->slots = take(in, sizeof *self->slots, &self->slot_count);
    self->facts = take(in, sizeof *self->facts, &facts);
    self->keys = take(in, sizeof *self->keys, &self->key_count);
    self->articles = take(in, sizeof *self->articles, &self->article_count);
    self->article_places = take(in, sizeof *self->article_places, &self->article_place_capacity);
    self->statement_lists.lists = take(in, sizeof(segment_list), &self->statement_lists.capacity);
    self->article_lists.lists = take(in, sizeof(segment_list), &self->article_lists.capacity);
    self->pool = take(in, sizeof *self->pool, &self->pool_count);
    self->slot_capacity = self->fact_capacity = self->slot_count;
    self->key_capacity = self->key_count;
    self->article_capacity = self->article_count;
    self->pool_capacity = self->pool_count;
    bool undated = self->bucket == SEGMENT_UNDATED;
    bool days = undated || (self->bucket > -SEGMENT_BUCKET_MOST && self->bucket < SEGMENT_BUCKET_MOST);
    if (in->failed || facts != self->slot_count || !days || !is_sound(self, undated)) {
        in->failed = true;
        segment_free(&self);
        return NULL;
    }
    for (uint32_t slot = 0; slot < self->slot_count; slot++)
        self->alive += self->facts[slot].day != SEGMENT_DEAD;
    return self;
}
