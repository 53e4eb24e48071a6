// One segment of the index: slots, their keys, and an inverted list for each key, all in flat arrays that are
// freed at once when their days are past.
//
// Lists lie in one pool and double when they are full; the place they leave is used by the next list of that
// size. A list holds at most SEGMENT_LIST_MAX statements, so that no word, however common, makes a search
// slow. Of more it keeps those whose own words are worth least together: the others can be found by what else
// they say. Which those are depends on the statements alone and not on their order, as long as none is
// removed; ties go by id. So a bounded list is a heap, with the statement on top that is first to go.
//
// Articles have lists of their own: what one of an article's statements says tells what the others are about.
// A key that more than SEGMENT_LIST_MAX articles have tells nothing of that, and its list is not used.
#include "index_segment.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ITEMS = 8, FIRST_LISTS = 64, FIRST_ARTICLES = 16, SPARSE_LEAST = 64 };

static void table_init(segment_table *table)
{
    table->capacity = FIRST_LISTS;
    table->lists = gs_allocate(FIRST_LISTS * sizeof *table->lists);
}

index_segment *segment_new(int64_t bucket)
{
    index_segment *self = gs_allocate(sizeof *self);
    self->bucket = bucket;
    table_init(&self->statement_lists);
    table_init(&self->article_lists);
    self->article_place_capacity = FIRST_ARTICLES;
    self->article_places = gs_allocate(FIRST_ARTICLES * sizeof *self->article_places);
    memset(self->article_places, 0xFF, FIRST_ARTICLES * sizeof *self->article_places);
    memset(self->free_rooms, 0xFF, sizeof self->free_rooms);
    return self;
}

void segment_free(index_segment **self_p)
{
    index_segment *self = *self_p;
    if (!self)
        return;
    free(self->slots);
    free(self->facts);
    free(self->keys);
    free(self->articles);
    free(self->article_places);
    free(self->statement_lists.lists);
    free(self->article_lists.lists);
    free(self->pool);
    free(self);
    *self_p = NULL;
}

// Half as much again: a doubled array is half empty on the average, and there are a million of these.
static void *grown(void *array, uint32_t *capacity, uint32_t needed, size_t item)
{
    if (needed <= *capacity)
        return array;
    uint32_t next = *capacity;
    while (next < needed)
        next += next / 2 + FIRST_ITEMS;
    *capacity = next;
    return gs_reallocate(array, next * item);
}

// ---- room in the pool ------------------------------------------------------------------------------

static uint32_t take_room(index_segment *self, uint8_t size_class)
{
    uint32_t at = self->free_rooms[size_class];
    if (at != SEGMENT_NONE) {
        self->free_rooms[size_class] = self->pool[at];
        return at;
    }
    uint32_t room = UINT32_C(1) << size_class;
    self->pool = grown(self->pool, &self->pool_capacity, self->pool_count + room, sizeof *self->pool);
    at = self->pool_count;
    self->pool_count += room;
    return at;
}

// Moves count entries into a room of the next size; class 0 is the entry itself, outside the pool.
static uint32_t enlarge(index_segment *self, uint32_t old, uint32_t count, uint8_t *size_class)
{
    uint32_t fresh = take_room(self, (uint8_t)(*size_class + 1));
    if (*size_class == 0) {
        self->pool[fresh] = old;
    } else {
        memcpy(self->pool + fresh, self->pool + old, count * sizeof *self->pool);
        self->pool[old] = self->free_rooms[*size_class];
        self->free_rooms[*size_class] = old;
    }
    (*size_class)++;
    return fresh;
}

// ---- lists -----------------------------------------------------------------------------------------

static uint32_t home_of(const segment_table *table, uint32_t code)
{
    return code * UINT32_C(0x9E3779B1) >> 7 & (table->capacity - 1);
}

void segment_prefetch(const segment_table *table, uint32_t code)
{
    __builtin_prefetch(&table->lists[home_of(table, code)]);
}

static segment_list *list_at(const segment_table *table, uint32_t code)
{
    uint32_t mask = table->capacity - 1, at = home_of(table, code);
    while (table->lists[at].code && table->lists[at].code != code)
        at = (at + 1) & mask;
    return &table->lists[at];
}

static void reserve_lists(segment_table *table, uint32_t more)
{
    if ((uint64_t)(table->count + more) * 4 <= (uint64_t)table->capacity * 3)
        return;
    segment_list *old = table->lists;
    uint32_t old_capacity = table->capacity;
    while ((uint64_t)(table->count + more) * 4 > (uint64_t)table->capacity * 3)
        table->capacity *= 2;
    table->lists = gs_allocate(table->capacity * sizeof *table->lists);
    for (uint32_t i = 0; i < old_capacity; i++)
        if (old[i].code)
            *list_at(table, old[i].code) = old[i];
    free(old);
}

const segment_list *segment_find(const segment_table *table, uint32_t code)
{
    const segment_list *list = list_at(table, code);
    return list->code ? list : NULL;
}

const uint32_t *segment_entries(const index_segment *self, const segment_list *list)
{
    return list->size_class == 0 ? &list->at : self->pool + list->at;
}

// Is a the one of the two that goes first?
static bool goes_first(const index_segment *self, uint32_t a, uint32_t b)
{
    if (self->facts[a].volume != self->facts[b].volume)
        return self->facts[a].volume > self->facts[b].volume;
    return memcmp(self->slots[a].id.bytes, self->slots[b].id.bytes, GS_ID_BYTES) > 0;
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

// The list of a code with one more entry; NULL if it is full. The table must have room.
static segment_list *post(index_segment *self, segment_table *table, uint32_t code, uint32_t entry)
{
    segment_list *list = list_at(table, code);
    table->count += list->code == 0;
    list->code = code;
    list->living++;
    if (list->count == SEGMENT_LIST_MAX)
        return list;
    if (list->count == 0) {
        list->at = entry;
        list->count = 1;
        return NULL;
    }
    if (list->count == UINT32_C(1) << list->size_class)
        list->at = enlarge(self, list->at, list->count, &list->size_class);
    self->pool[list->at + list->count++] = entry;
    return NULL;
}

static void post_statement(index_segment *self, uint32_t code, uint32_t slot)
{
    segment_list *full = post(self, &self->statement_lists, code, slot);
    if (!full)
        return;
    uint32_t *heap = self->pool + full->at;
    for (uint32_t i = SEGMENT_LIST_MAX / 2; !full->full && i > 0; i--)
        sift_down(self, heap, SEGMENT_LIST_MAX, i - 1);
    full->full = true;
    if (!goes_first(self, heap[0], slot))
        return;
    heap[0] = slot;
    sift_down(self, heap, SEGMENT_LIST_MAX, 0);
}

// ---- articles --------------------------------------------------------------------------------------

static uint32_t *article_place(const index_segment *self, uint64_t hash)
{
    uint32_t mask = self->article_place_capacity - 1, at = (uint32_t)(hash >> 11) & mask;
    while (self->article_places[at] != SEGMENT_NONE && self->articles[self->article_places[at]].hash != hash)
        at = (at + 1) & mask;
    return &self->article_places[at];
}

static void reserve_articles(index_segment *self)
{
    if ((uint64_t)(self->article_count + 1) * 3 <= (uint64_t)self->article_place_capacity * 2)
        return;
    self->article_place_capacity *= 2;
    size_t bytes = self->article_place_capacity * sizeof *self->article_places;
    self->article_places = gs_reallocate(self->article_places, bytes);
    memset(self->article_places, 0xFF, bytes);
    for (uint32_t i = 0; i < self->article_count; i++)
        *article_place(self, self->articles[i].hash) = i;
}

static uint32_t take_article(index_segment *self, uint64_t hash)
{
    reserve_articles(self);
    uint32_t *place = article_place(self, hash);
    if (*place != SEGMENT_NONE)
        return *place;
    self->articles =
        grown(self->articles, &self->article_capacity, self->article_count + 1, sizeof *self->articles);
    self->articles[self->article_count] = (segment_article){.hash = hash, .first = SEGMENT_NONE};
    return *place = self->article_count++;
}

static const uint32_t *codes_of(const index_segment *self, const segment_article *article)
{
    return article->size_class == 0 ? &article->at : self->pool + article->at;
}

static void add_article_code(index_segment *self, uint32_t article, uint32_t code)
{
    segment_article *entry = &self->articles[article];
    const uint32_t *codes = codes_of(self, entry);
    bool known = false;
    for (uint32_t i = 0; i < entry->count; i++)
        known |= codes[i] == code;
    if (known || entry->count == SEGMENT_ARTICLE_MAX)
        return;
    if (entry->count == UINT32_C(1) << entry->size_class)
        entry->at = enlarge(self, entry->at, entry->count, &entry->size_class);
    if (entry->size_class == 0)
        entry->at = code;
    else
        self->pool[entry->at + entry->count] = code;
    entry->count++;
    entry->volume += cd_key_value(code & CD_WEIGHT_MAX);
    reserve_lists(&self->article_lists, 1);
    post(self, &self->article_lists, code, article);
}

const uint32_t *segment_article_codes(const index_segment *self, uint64_t article, size_t *count)
{
    uint32_t index = *article_place(self, article);
    *count = index == SEGMENT_NONE ? 0 : self->articles[index].count;
    return index == SEGMENT_NONE ? NULL : codes_of(self, &self->articles[index]);
}

static void join_article(index_segment *self, uint32_t slot, uint64_t hash)
{
    uint32_t article = take_article(self, hash);
    self->facts[slot].article = article;
    self->slots[slot].next = self->articles[article].first;
    self->articles[article].first = slot;
    for (uint32_t i = 0; i < self->slots[slot].key_count; i++) {
        cd_key key = self->keys[self->slots[slot].keys + i];
        if (!cd_key_is_context(key))
            add_article_code(self, article, cd_key_code(key));
    }
}

// ---- slots -----------------------------------------------------------------------------------------

static uint32_t insert(index_segment *self, const segment_slot *fresh, const segment_fact *fact,
                       const cd_key *keys)
{
    reserve_lists(&self->statement_lists, fresh->key_count);
    for (uint32_t i = 0; i < fresh->key_count; i++)
        segment_prefetch(&self->statement_lists, cd_key_code(keys[i]));
    self->slots = grown(self->slots, &self->slot_capacity, self->slot_count + 1, sizeof *self->slots);
    self->facts = grown(self->facts, &self->fact_capacity, self->slot_count + 1, sizeof *self->facts);
    self->keys =
        grown(self->keys, &self->key_capacity, self->key_count + fresh->key_count, sizeof *self->keys);
    uint32_t slot = self->slot_count++;
    self->slots[slot] = *fresh;
    self->slots[slot].keys = self->key_count;
    self->slots[slot].next = SEGMENT_NONE;
    self->facts[slot] = (segment_fact){.day = fact->day, .article = SEGMENT_NONE, .volume = fact->volume};
    if (fresh->key_count)
        memcpy(self->keys + self->key_count, keys, fresh->key_count * sizeof *keys);
    self->key_count += fresh->key_count;
    self->alive++;
    for (uint32_t i = 0; i < fresh->key_count; i++)
        post_statement(self, cd_key_code(keys[i]), slot);
    return slot;
}

uint32_t segment_add(index_segment *self, gs_id id, const cd_matter *matter, int32_t day)
{
    segment_slot fresh = {.id = id,
                          .key_count = (uint8_t)matter->count,
                          .speaker = matter->speaker,
                          .denies = matter->denies,
                          .figures = matter->figures};
    segment_fact fact = {.day = day};
    for (size_t i = 0; i < matter->count; i++)
        if (!cd_key_is_context(matter->keys[i]))
            fact.volume += cd_key_value(cd_key_weight(matter->keys[i]));
    uint32_t slot = insert(self, &fresh, &fact, matter->keys);
    if (!matter->article)
        return slot;
    join_article(self, slot, matter->article);
    for (size_t i = 0; i < matter->article_count; i++)
        add_article_code(self, self->facts[slot].article, matter->article_codes[i]);
    return slot;
}

void segment_remove(index_segment *self, uint32_t slot)
{
    const segment_slot *gone = &self->slots[slot];
    self->facts[slot].day = SEGMENT_DEAD;
    self->alive--;
    for (uint32_t i = 0; i < gone->key_count; i++)
        list_at(&self->statement_lists, cd_key_code(self->keys[gone->keys + i]))->living--;
}

bool segment_is_sparse(const index_segment *self)
{
    return self->slot_count > SPARSE_LEAST && self->alive < self->slot_count / 2;
}

void segment_add_living(index_segment *self, const index_segment *from)
{
    for (uint32_t i = 0; i < from->slot_count; i++) {
        const segment_slot *old = &from->slots[i];
        if (from->facts[i].day == SEGMENT_DEAD)
            continue;
        uint32_t slot = insert(self, old, &from->facts[i], from->keys + old->keys);
        if (from->facts[i].article == SEGMENT_NONE)
            continue;
        // The title's keys are the article's, whichever of its statements are left; so are the others'.
        const segment_article *article = &from->articles[from->facts[i].article];
        bool known = *article_place(self, article->hash) != SEGMENT_NONE;
        join_article(self, slot, article->hash);
        if (known)
            continue;
        for (uint32_t c = 0; c < article->count; c++)
            add_article_code(self, self->facts[slot].article, codes_of(from, article)[c]);
    }
}

size_t segment_bytes(const index_segment *self)
{
    return sizeof *self + self->slot_capacity * sizeof *self->slots +
           self->fact_capacity * sizeof *self->facts + self->key_capacity * sizeof *self->keys +
           self->article_capacity * sizeof *self->articles +
           self->article_place_capacity * sizeof *self->article_places +
           (self->statement_lists.capacity + self->article_lists.capacity) * sizeof(segment_list) +
           self->pool_capacity * sizeof *self->pool;
}
