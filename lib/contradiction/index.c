// The index of recent statements: which of them speak of what this one speaks of.
//
// A row of segments in the order of their days, each with its own lists, and a table from ids to places in
// them. A search goes through the segments of its window; what is past is freed a segment at a time, so
// memory follows what is alive and nothing is ever rebuilt as a whole. Statements that tell no day lie in a
// segment of their own, which every search goes through; they expire by the newest day that was seen when
// they came.
//
// What is found depends on the statements that are there and not on the order in which they came, but for
// lists that were full when one of theirs was removed (index_segment.c).
#include "index_internal.h"
#include "index_search.h"
#include "snapshot.h"

#include <stdlib.h>
#include <string.h>

enum {
    BUCKET_DAYS = 1 << SEGMENT_DAYS_SHIFT,
    FIRST_IDS = 256,
    SEGMENTS_SEARCHED = 1024, // at most
};

typedef struct index_place {
    uint32_t segment; // number; NOWHERE: free
    uint32_t slot;
} index_place;
#define NOWHERE UINT32_MAX

struct gs_index {
    uint32_t window_days;
    int64_t newest_day;
    index_segment **segments; // by number, which a segment keeps while it lives; NULL: free
    uint32_t segment_capacity;
    uint32_t *order; // numbers of the segments, by bucket
    uint32_t order_count;
    const index_segment **query_segments; // scratch of a search, like the next one
    bool *query_undated;
    uint32_t *query_away;
    index_place *places;          // open addressing by id
    size_t alive, place_capacity; // capacity: a power of two
    cd_matter_reader *reader;
    cd_matter matter; // of the statement at hand
    index_search *search;
};

gs_index *gs_index_new(uint32_t window_days)
{
    gs_index *self = gs_allocate(sizeof *self);
    self->window_days = window_days;
    self->newest_day = INT64_MIN;
    self->place_capacity = FIRST_IDS;
    self->places = gs_allocate(FIRST_IDS * sizeof *self->places);
    memset(self->places, 0xFF, FIRST_IDS * sizeof *self->places);
    self->reader = cd_matter_reader_new();
    self->search = index_search_new();
    return self;
}

void gs_index_free(gs_index **self_p)
{
    gs_index *self = *self_p;
    if (!self)
        return;
    for (uint32_t i = 0; i < self->segment_capacity; i++)
        segment_free(&self->segments[i]);
    free(self->segments);
    free(self->order);
    free(self->query_segments);
    free(self->query_undated);
    free(self->query_away);
    free(self->places);
    cd_matter_reader_free(&self->reader);
    index_search_free(&self->search);
    free(self);
    *self_p = NULL;
}

// ---- ids -------------------------------------------------------------------------------------------

static const gs_id *id_at(const gs_index *self, index_place place)
{
    return &self->segments[place.segment]->slots[place.slot].id;
}

static size_t home_of(const gs_index *self, gs_id id)
{
    return gs_id_hash(id) & (self->place_capacity - 1);
}

static size_t place_of(const gs_index *self, gs_id id)
{
    size_t at = home_of(self, id);
    while (self->places[at].segment != NOWHERE && !gs_id_equal(*id_at(self, self->places[at]), id))
        at = (at + 1) & (self->place_capacity - 1);
    return at;
}

static void reserve_places(gs_index *self)
{
    if ((self->alive + 1) * 4 <= self->place_capacity * 3)
        return;
    index_place *old = self->places;
    size_t old_capacity = self->place_capacity;
    self->place_capacity *= 2;
    self->places = gs_allocate(self->place_capacity * sizeof *self->places);
    memset(self->places, 0xFF, self->place_capacity * sizeof *self->places);
    for (size_t i = 0; i < old_capacity; i++)
        if (old[i].segment != NOWHERE)
            self->places[place_of(self, *id_at(self, old[i]))] = old[i];
    free(old);
}

// Frees a place and moves up those behind it that it had pushed away (Knuth, "Sorting and Searching", 6.4,
// algorithm R), so that removals leave nothing behind.
static void free_place(gs_index *self, size_t hole)
{
    size_t mask = self->place_capacity - 1;
    for (size_t at = (hole + 1) & mask; self->places[at].segment != NOWHERE; at = (at + 1) & mask) {
        size_t home = home_of(self, *id_at(self, self->places[at]));
        if (((at - home) & mask) < ((at - hole) & mask))
            continue;
        self->places[hole] = self->places[at];
        hole = at;
    }
    self->places[hole].segment = NOWHERE;
}

// ---- segments --------------------------------------------------------------------------------------

// Index in the order of the first segment whose bucket is not less.
static uint32_t order_of(const gs_index *self, int64_t bucket)
{
    uint32_t low = 0, high = self->order_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (self->segments[self->order[middle]]->bucket < bucket)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void reserve_segments(gs_index *self)
{
    if (self->order_count < self->segment_capacity)
        return;
    uint32_t old = self->segment_capacity, capacity = old ? old * 2 : 16;
    self->segments = gs_reallocate(self->segments, capacity * sizeof *self->segments);
    self->order = gs_reallocate(self->order, capacity * sizeof *self->order);
    self->query_segments = gs_reallocate(self->query_segments, capacity * sizeof *self->query_segments);
    self->query_undated = gs_reallocate(self->query_undated, capacity * sizeof *self->query_undated);
    self->query_away = gs_reallocate(self->query_away, capacity * sizeof *self->query_away);
    for (uint32_t i = old; i < capacity; i++)
        self->segments[i] = NULL;
    self->segment_capacity = capacity;
}

// The number of the segment of a bucket, made if there is none.
static uint32_t take_segment(gs_index *self, int64_t bucket)
{
    uint32_t at = order_of(self, bucket), number = 0;
    if (at < self->order_count && self->segments[self->order[at]]->bucket == bucket)
        return self->order[at];
    reserve_segments(self);
    while (self->segments[number])
        number++;
    self->segments[number] = segment_new(bucket);
    memmove(self->order + at + 1, self->order + at, (self->order_count - at) * sizeof *self->order);
    self->order[at] = number;
    self->order_count++;
    return number;
}

static void drop_segment(gs_index *self, uint32_t at)
{
    segment_free(&self->segments[self->order[at]]);
    self->order_count--;
    memmove(self->order + at, self->order + at + 1, (self->order_count - at) * sizeof *self->order);
}

static void note_places(gs_index *self, uint32_t number)
{
    const index_segment *segment = self->segments[number];
    for (uint32_t slot = 0; slot < segment->slot_count; slot++)
        self->places[place_of(self, segment->slots[slot].id)] = (index_place){number, slot};
}

// Copies what is alive when most of a segment is not.
static void thin_out(gs_index *self, uint32_t number)
{
    index_segment *old = self->segments[number];
    if (!segment_is_sparse(old))
        return;
    index_segment *fresh = segment_new(old->bucket);
    segment_add_living(fresh, old);
    for (uint32_t slot = 0; slot < fresh->slot_count; slot++)
        free_place(self, place_of(self, fresh->slots[slot].id));
    self->segments[number] = fresh;
    note_places(self, number);
    segment_free(&old);
}

// ---- adding and removing ---------------------------------------------------------------------------

static void remove_at(gs_index *self, size_t at)
{
    index_place place = self->places[at];
    free_place(self, at);
    segment_remove(self->segments[place.segment], place.slot);
    self->alive--;
}

void gs_index_remove(gs_index *self, gs_id id)
{
    size_t at = place_of(self, id);
    if (self->places[at].segment == NOWHERE)
        return;
    uint32_t number = self->places[at].segment;
    remove_at(self, at);
    thin_out(self, number);
}

void gs_index_add(gs_index *self, gs_id id, const gs_statement *statement)
{
    const cd_matter *matter = &self->matter;
    cd_matter_read(self->reader, statement, &self->matter);
    gs_index_remove(self, id);
    bool dated = matter->day != CD_NO_DAY;
    if (dated && matter->day > self->newest_day)
        self->newest_day = matter->day;
    int32_t day = dated ? matter->day : self->newest_day > CD_NO_DAY ? (int32_t)self->newest_day : CD_NO_DAY;
    reserve_places(self);
    uint32_t number = take_segment(self, dated ? matter->day >> SEGMENT_DAYS_SHIFT : SEGMENT_UNDATED);
    uint32_t slot = segment_add(self->segments[number], id, matter, day);
    self->places[place_of(self, id)] = (index_place){number, slot};
    self->alive++;
}

static void expire_days(gs_index *self, uint32_t number, int64_t horizon)
{
    index_segment *segment = self->segments[number];
    for (uint32_t slot = 0; slot < segment->slot_count; slot++)
        if (segment->facts[slot].day != SEGMENT_DEAD && segment->facts[slot].day != CD_NO_DAY &&
            segment->facts[slot].day < horizon)
            remove_at(self, place_of(self, segment->slots[slot].id));
}

// An archive is read in its own time: nothing goes that lies within the window of the newest day seen. So
// what contradicts what does not depend on when it was read.
void gs_index_expire(gs_index *self, uint64_t before_day)
{
    int64_t horizon = before_day < INT32_MAX ? (int64_t)before_day : INT32_MAX;
    if (self->newest_day != INT64_MIN && self->newest_day - (int64_t)self->window_days < horizon)
        horizon = self->newest_day - (int64_t)self->window_days;
    for (uint32_t at = 0; at < self->order_count;) {
        uint32_t number = self->order[at];
        int64_t bucket = self->segments[number]->bucket;
        if (bucket != SEGMENT_UNDATED && bucket * BUCKET_DAYS >= horizon)
            break;
        expire_days(self, number, horizon);
        if (self->segments[number]->alive == 0) {
            drop_segment(self, at);
            continue;
        }
        thin_out(self, number);
        at++;
    }
}

// ---- searching -------------------------------------------------------------------------------------

// The segments of the window. Days that no calendar of news has could make thousands: then the latest count.
static bool prepare(gs_index *self, const gs_statement *statement, const cd_matter *matter,
                    index_query *query)
{
    bool dated = matter->day != CD_NO_DAY;
    *query = (index_query){.matter = matter,
                           .first = dated ? matter->day - (int64_t)self->window_days : INT64_MIN,
                           .last = dated ? matter->day + (int64_t)self->window_days : INT64_MAX,
                           .segments = self->query_segments,
                           .undated = self->query_undated,
                           .away = self->query_away};
    query->has_id = gs_id_parse(gs_view_of(statement->statement_id), &query->id);
    for (uint32_t i = 0; i < self->order_count && query->segment_count < SEGMENTS_SEARCHED; i++) {
        const index_segment *segment = self->segments[self->order[self->order_count - 1 - i]];
        bool undated = segment->bucket == SEGMENT_UNDATED;
        if (!undated && dated &&
            (segment->bucket < query->first >> SEGMENT_DAYS_SHIFT ||
             segment->bucket > query->last >> SEGMENT_DAYS_SHIFT))
            continue;
        // Without days to compare, the latest are the nearest.
        int64_t away = undated ? 0
                       : dated ? segment->bucket - (matter->day >> SEGMENT_DAYS_SHIFT)
                               : (int64_t)i;
        self->query_away[query->segment_count] = (uint32_t)llabs(away);
        self->query_segments[query->segment_count] = segment;
        self->query_undated[query->segment_count++] = undated;
    }
    return matter->count + matter->article_count > 0 && query->segment_count > 0;
}

void gs_index_find(gs_index *self, const gs_statement *statement, gs_id *ids, size_t max, size_t *count)
{
    index_query query;
    cd_matter_read(self->reader, statement, &self->matter);
    *count = prepare(self, statement, &self->matter, &query)
                 ? index_search_find(self->search, &query, ids, max)
                 : 0;
}

void cd_index_scan(gs_index *self, const gs_statement *statement, gs_id *ids, size_t max, size_t *count)
{
    index_query query;
    cd_matter_read(self->reader, statement, &self->matter);
    *count = prepare(self, statement, &self->matter, &query)
                 ? index_search_scan(self->search, &query, ids, max)
                 : 0;
}

// ---- snapshot --------------------------------------------------------------------------------------

typedef struct index_head {
    uint64_t matter_version; // of the tables of words: keys are made by them
    int64_t newest_day;
    uint64_t segments;
} index_head;

void cd_index_save(const gs_index *self, cd_snapshot_writer *out)
{
    const index_head head = {cd_matter_version(self->reader), self->newest_day, self->order_count};
    cd_snapshot_put(out, &head, 1, sizeof head);
    for (uint32_t at = 0; at < self->order_count; at++)
        segment_save(self->segments[self->order[at]], out);
}

// Puts a segment behind all others, and its ids into the table; false if one is there already.
static bool append_segment(gs_index *self, index_segment *segment)
{
    reserve_segments(self);
    uint32_t number = self->order_count;
    self->segments[number] = segment;
    self->order[self->order_count++] = number;
    for (uint32_t slot = 0; slot < segment->slot_count; slot++) {
        if (segment->facts[slot].day == SEGMENT_DEAD)
            continue;
        reserve_places(self);
        size_t at = place_of(self, segment->slots[slot].id);
        if (self->places[at].segment != NOWHERE)
            return false;
        self->places[at] = (index_place){number, slot};
        self->alive++;
    }
    return true;
}

bool cd_index_load(gs_index *self, cd_snapshot_reader *in)
{
    index_head head = {0};
    cd_snapshot_take_one(in, &head, sizeof head);
    bool sound =
        !in->failed && self->order_count == 0 && head.matter_version == cd_matter_version(self->reader) &&
        (head.newest_day == INT64_MIN || (head.newest_day > INT32_MIN && head.newest_day < INT32_MAX));
    self->newest_day = head.newest_day;
    for (uint64_t i = 0; sound && i < head.segments; i++) {
        index_segment *segment = segment_load(in);
        sound = segment && (i == 0 || segment->bucket > self->segments[i - 1]->bucket);
        if (segment && !sound)
            segment_free(&segment);
        sound = sound && append_segment(self, segment);
    }
    return sound;
}

bool gs_index_within(const gs_index *self, const gs_statement *a, const gs_statement *b)
{
    int32_t day_a = cd_matter_day(a), day_b = cd_matter_day(b);
    if (day_a == CD_NO_DAY || day_b == CD_NO_DAY)
        return true;
    return llabs((int64_t)day_a - day_b) <= (int64_t)self->window_days;
}

size_t gs_index_size(const gs_index *self)
{
    return self->alive;
}

size_t gs_index_bytes(const gs_index *self)
{
    size_t bytes = sizeof *self + self->place_capacity * sizeof *self->places +
                   self->segment_capacity *
                       (sizeof *self->segments + sizeof *self->order + sizeof *self->query_segments +
                        sizeof *self->query_undated + sizeof *self->query_away) +
                   index_search_bytes(self->search);
    for (uint32_t at = 0; at < self->order_count; at++)
        bytes += segment_bytes(self->segments[self->order[at]]);
    return bytes;
}
