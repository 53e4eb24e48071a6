// index_segment: the statements of some days, with the lists of who has which key. The index is a row of
// them.
#ifndef GAINSAY_CONTRADICTION_INDEX_SEGMENT_H
#define GAINSAY_CONTRADICTION_INDEX_SEGMENT_H

#include "matter.h"

enum {
    SEGMENT_LIST_MAX = 4096,   // statements in one list; of more, those that have least else to be found by
    SEGMENT_ARTICLE_MAX = 256, // codes of one article
    SEGMENT_DAYS_SHIFT = 3,    // a segment has eight days: its bucket is their number shifted
    SEGMENT_CLASSES = 14,      // sizes of lists: 1 << class, up to SEGMENT_LIST_MAX
};
#define SEGMENT_NONE UINT32_MAX
#define SEGMENT_UNDATED INT64_MIN // bucket of statements that tell no day: before all others
#define SEGMENT_BUCKET_MOST (INT64_C(1) << 32)
#define SEGMENT_DEAD INT32_MAX

typedef struct segment_slot {
    gs_id id;
    uint32_t keys;    // index of its first key in the segment's keys
    uint32_t next;    // statement of the same article; SEGMENT_NONE: the last
    uint32_t speaker; // as in cd_matter
    uint8_t key_count;
    bool denies, figures;
} segment_slot;

// What a search asks of every statement that it comes by, apart from the rest, which would fill the cache.
typedef struct segment_fact {
    int32_t
        day; // since 1970; where none is told, the newest day seen when it came; SEGMENT_DEAD once removed
    uint32_t article; // index; SEGMENT_NONE: it tells none
    uint32_t volume;  // what its own words are worth together
} segment_fact;

typedef struct segment_list {
    uint32_t code;   // of the key; 0: free
    uint32_t at;     // of the first entry in the pool; the one entry itself where size_class is 0
    uint32_t living; // all with this key that are alive, in the list or not
    uint16_t count;  // entries
    uint8_t size_class;
    bool full; // of statements: entries are a heap, the one that goes first on top
} segment_list;

typedef struct segment_table {
    segment_list *lists; // open addressing
    uint32_t count, capacity;
} segment_table;

// The statements of one article in this segment: what they all say, its title and topics say of each.
typedef struct segment_article {
    uint64_t hash;
    uint32_t first; // statement
    uint32_t at;    // of its codes in the pool
    uint16_t count; // codes
    uint8_t size_class;
    uint32_t volume; // what they are worth together
} segment_article;

typedef struct index_segment {
    int64_t bucket; // which days
    segment_slot *slots;
    segment_fact *facts; // of each slot
    uint32_t slot_count, slot_capacity, fact_capacity, alive;
    cd_key *keys; // of all slots
    uint32_t key_count, key_capacity;
    segment_article *articles;
    uint32_t article_count, article_capacity;
    uint32_t *article_places; // open addressing by hash; SEGMENT_NONE: free
    uint32_t article_place_capacity;
    segment_table statement_lists, article_lists;
    uint32_t *pool; // entries of lists, codes of articles
    uint32_t pool_count, pool_capacity;
    uint32_t free_rooms[SEGMENT_CLASSES]; // by size class, each chained through its first entry
} index_segment;

// The worth of a shared key. Weights are logarithms of rarity; a rare word says more than two that are half
// as rare, though not twice as much: 225 · (weight / 15) ^ 1.4.
static inline uint32_t cd_key_value(uint32_t weight)
{
    static const uint8_t values[CD_WEIGHT_MAX + 1] = {0,  5,   13,  24,  35,  48,  62,  78,
                                                      93, 110, 128, 146, 165, 184, 204, 225};
    return values[weight];
}

index_segment *segment_new(int64_t bucket);
void segment_free(index_segment **self_p);
// Returns the slot. day: what the slot is to have, told or not.
uint32_t segment_add(index_segment *self, gs_id id, const cd_matter *matter, int32_t day);
void segment_remove(index_segment *self, uint32_t slot);
// The list of what has this key; NULL if there is none. entries: in no order.
void segment_prefetch(const segment_table *table, uint32_t code); // soon it will be looked for
const segment_list *segment_find(const segment_table *table, uint32_t code);
const uint32_t *segment_entries(const index_segment *self, const segment_list *list);
// The codes of an article's keys; NULL if the segment has none of it.
const uint32_t *segment_article_codes(const index_segment *self, uint64_t article, size_t *count);
// Most of it is dead: a copy of what is alive takes less.
bool segment_is_sparse(const index_segment *self);
// The living of another segment, added in their order.
void segment_add_living(index_segment *self, const index_segment *from);
// index_snapshot.c. load: NULL if what is there is no sound segment; in->failed then.
struct cd_snapshot_writer;
struct cd_snapshot_reader;
void segment_save(const index_segment *self, struct cd_snapshot_writer *out);
index_segment *segment_load(struct cd_snapshot_reader *in);
size_t segment_bytes(const index_segment *self);

#endif
