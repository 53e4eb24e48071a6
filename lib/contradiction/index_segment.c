// One segment of the index: slots, their keys, and an inverted list for each key, all in flat arrays that are
// freed at once when their days are past.
//
// Lists lie in one pool and double when they are full; the place they leave is used by the next list of that
// size. A list holds at most SEGMENT_LIST_MAX statements, so that no word, however common, makes a search
// slow. Of more it keeps those whose own words are worth least together: the others can be found by what else
// they say. Which those are depends on the statements alone and not on their order, as long as none is
// removed; ties go by id. So a bounded list is a heap, with the statement on top that is first to go.
#include "index_segment.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 8, FIRST_LISTS = 64, SPARSE_LEAST = 64 };

index_segment *segment_new(int64_t bucket)
{
    index_segment *self = gs_allocate(sizeof *self);
    self->bucket = bucket;
    self->list_capacity = FIRST_LISTS;
    self->lists = gs_allocate(FIRST_LISTS * sizeof *self->lists);
    memset(self->free_lists, 0xFF, sizeof self->free_lists);
    return self;
}

void segment_free(index_segment **self_p)
{
    index_segment *self = *self_p;
    if (!self)
        return;
    free(self->slots);
    free(self->days);
    free(self->keys);
    free(self->lists);
    free(self->pool);
    free(self);
    *self_p = NULL;
}

// Half as much again: a doubled array is half empty on the average, and there are a million of these.
static void *grown(void *array, uint32_t *capacity, uint32_t needed, size_t item)
{
    if (needed <= *capacity)
        return array;
    uint32_t next = *capacity ? *capacity : FIRST_SLOTS;
    while (next < needed)
        next += next / 2;
    *capacity = next;
    return gs_reallocate(array, next * item);
}

// ---- lists -----------------------------------------------------------------------------------------

static segment_list *list_at(const index_segment *self, uint32_t code)
{
    uint32_t mask = self->list_capacity - 1, at = code * UINT32_C(0x9E3779B1) >> 7 & mask;
    while (self->lists[at].code && self->lists[at].code != code)
        at = (at + 1) & mask;
    return &self->lists[at];
}

static void reserve_lists(index_segment *self, uint32_t more)
{
    if ((uint64_t)(self->list_count + more) * 4 <= (uint64_t)self->list_capacity * 3)
        return;
    segment_list *old = self->lists;
    uint32_t old_capacity = self->list_capacity;
    while ((uint64_t)(self->list_count + more) * 4 > (uint64_t)self->list_capacity * 3)
        self->list_capacity *= 2;
    self->lists = gs_allocate(self->list_capacity * sizeof *self->lists);
    for (uint32_t i = 0; i < old_capacity; i++)
        if (old[i].code)
            *list_at(self, old[i].code) = old[i];
    free(old);
}

static uint32_t take_room(index_segment *self, uint8_t size_class)
{
    uint32_t at = self->free_lists[size_class];
    if (at != SEGMENT_NONE) {
        self->free_lists[size_class] = self->pool[at];
        return at;
    }
    uint32_t room = UINT32_C(1) << size_class;
    self->pool = grown(self->pool, &self->pool_capacity, self->pool_count + room, sizeof *self->pool);
    at = self->pool_count;
    self->pool_count += room;
    return at;
}

static void enlarge(index_segment *self, segment_list *list)
{
    uint32_t old = list->at, fresh = take_room(self, list->size_class + 1);
    if (list->size_class == 0) {
        self->pool[fresh] = old;
    } else {
        memcpy(self->pool + fresh, self->pool + old, list->count * sizeof *self->pool);
        self->pool[old] = self->free_lists[list->size_class];
        self->free_lists[list->size_class] = old;
    }
    list->at = fresh;
    list->size_class++;
}

const uint32_t *segment_entries(const index_segment *self, const segment_list *list)
{
    return list->size_class == 0 ? &list->at : self->pool + list->at;
}

// Is a the one of the two that goes first?
static bool goes_first(const index_segment *self, uint32_t a, uint32_t b)
{
    const segment_slot *left = &self->slots[a], *right = &self->slots[b];
    if (left->volume != right->volume)
        return left->volume > right->volume;
    return memcmp(left->id.bytes, right->id.bytes, GS_ID_BYTES) > 0;
}

static void sift_down(const index_segment *self, uint32_t *heap, uint32_t count, uint32_t at)
{
    for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && goes_first(self, heap[child + 1], heap[child]))
            child++;
        if (!goes_first(self, heap[child], heap[at]))
            return;
        uint32_t moved = heap[at];
        heap[at] = heap[child];
        heap[child] = moved;
    }
}

static void post(index_segment *self, uint32_t code, uint32_t slot)
{
    segment_list *list = list_at(self, code);
    self->list_count += list->code == 0;
    list->code = code;
    list->living++;
    if (list->count == 0) {
        list->at = slot;
        list->count = 1;
        return;
    }
    if (list->count < SEGMENT_LIST_MAX) {
        if (list->count == UINT32_C(1) << list->size_class)
            enlarge(self, list);
        self->pool[list->at + list->count++] = slot;
        return;
    }
    uint32_t *heap = self->pool + list->at;
    for (uint32_t i = SEGMENT_LIST_MAX / 2; !list->full && i > 0; i--)
        sift_down(self, heap, SEGMENT_LIST_MAX, i - 1);
    list->full = true;
    if (!goes_first(self, heap[0], slot))
        return;
    heap[0] = slot;
    sift_down(self, heap, SEGMENT_LIST_MAX, 0);
}

const segment_list *segment_find(const index_segment *self, uint32_t code)
{
    const segment_list *list = list_at(self, code);
    return list->code ? list : NULL;
}

// ---- slots -----------------------------------------------------------------------------------------

static uint32_t insert(index_segment *self, const segment_slot *fresh, int32_t day, const cd_key *keys)
{
    reserve_lists(self, fresh->key_count);
    self->slots = grown(self->slots, &self->slot_capacity, self->slot_count + 1, sizeof *self->slots);
    self->days = grown(self->days, &self->day_capacity, self->slot_count + 1, sizeof *self->days);
    self->keys =
        grown(self->keys, &self->key_capacity, self->key_count + fresh->key_count, sizeof *self->keys);
    uint32_t slot = self->slot_count++;
    self->slots[slot] = *fresh;
    self->slots[slot].keys = self->key_count;
    self->days[slot] = day;
    if (fresh->key_count)
        memcpy(self->keys + self->key_count, keys, fresh->key_count * sizeof *keys);
    self->key_count += fresh->key_count;
    self->alive++;
    for (uint32_t i = 0; i < fresh->key_count; i++)
        post(self, cd_key_code(keys[i]), slot);
    return slot;
}

uint32_t segment_add(index_segment *self, gs_id id, const cd_matter *matter, int32_t day)
{
    segment_slot fresh = {
        .id = id, .key_count = (uint8_t)matter->count, .denies = matter->denies, .figures = matter->figures};
    for (size_t i = 0; i < matter->count; i++)
        if (!cd_key_is_context(matter->keys[i]))
            fresh.volume = (uint16_t)(fresh.volume + cd_key_value(cd_key_weight(matter->keys[i])));
    return insert(self, &fresh, day, matter->keys);
}

void segment_remove(index_segment *self, uint32_t slot)
{
    const segment_slot *gone = &self->slots[slot];
    self->days[slot] = SEGMENT_DEAD;
    self->alive--;
    for (uint32_t i = 0; i < gone->key_count; i++)
        list_at(self, cd_key_code(self->keys[gone->keys + i]))->living--;
}

bool segment_is_sparse(const index_segment *self)
{
    return self->slot_count > SPARSE_LEAST && self->alive < self->slot_count / 2;
}

void segment_add_living(index_segment *self, const index_segment *from)
{
    for (uint32_t i = 0; i < from->slot_count; i++)
        if (from->days[i] != SEGMENT_DEAD)
            insert(self, &from->slots[i], from->days[i], from->keys + from->slots[i].keys);
}

size_t segment_bytes(const index_segment *self)
{
    return sizeof *self + self->slot_capacity * sizeof *self->slots +
           self->day_capacity * sizeof *self->days + self->key_capacity * sizeof *self->keys +
           self->list_capacity * sizeof *self->lists + self->pool_capacity * sizeof *self->pool;
}
