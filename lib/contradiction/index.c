// The index of recent statements: which of them could stand against this one.
//
// Inverted lists over hashes of content words, in flat arrays: a table of words, each with the head of a
// chain through one pool of postings. Countries are not words here (a list of all statements about one would
// be most of them); each statement keeps its few countries beside it, and they count once the words have met.
// A removed statement leaves its postings behind; when those outnumber the living ones, everything is built
// anew, so memory follows what is alive.
//
// Common words are left out by the fixed list of stopwords, never by how often they came: which statements
// are found does not depend on the order in which they arrived.
#include "claims.h"
#include "contradiction/contradiction.h"
#include "ledger_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    NONE = UINT32_MAX,
    SLOT_TERMS = 64, // words of one statement that are indexed
    SLOT_FOCUS = 12, // words that its negations deny
    SLOT_NOUNS = 8,  // what its figures count
    FIRST_CAPACITY = 256,
};

// What could clash: a pair in which nobody denies what the other speaks of, counts what the other counts, or
// uses a word that has an opposite, need not be judged.
typedef struct index_edges {
    uint64_t focus[SLOT_FOCUS];
    uint64_t nouns[SLOT_NOUNS];
    uint8_t focus_count, noun_count;
    bool has_opposite;
} index_edges;

typedef struct index_slot {
    gs_id id;
    int64_t day;                // since 1970; INT64_MIN if the statement does not tell
    int64_t expiry_day;         // the same, or the newest day seen when it came
    uint32_t terms, term_count; // in the pool of terms
    uint64_t places[CD_PLACES];
    index_edges edges;
    uint8_t place_count;
    bool alive;
    uint16_t hits; // scratch of a search
} index_slot;

typedef struct index_posting {
    uint32_t slot, next;
} index_posting;

typedef struct index_word {
    uint64_t hash; // 0: free
    uint32_t head;
} index_word;

struct gs_index {
    uint32_t window_days;
    int64_t newest_day;
    index_slot *slots;
    uint32_t slot_count, slot_capacity, alive;
    uint64_t *terms;
    uint32_t term_count, term_capacity;
    index_posting *postings;
    uint32_t posting_count, posting_capacity;
    index_word *words;
    uint32_t word_count, word_capacity; // capacity: a power of two
    uint32_t *ids;                      // open addressing over slots by id; NONE: free
    uint32_t id_count, id_capacity;     // id_count: places ever taken
    uint32_t *touched;                  // scratch of a search
    uint32_t touched_capacity;
    gs_arena *arena; // scratch of reading a statement
};

// What of a statement is indexed.
typedef struct index_key {
    uint64_t terms[SLOT_TERMS];
    uint32_t term_count;
    uint64_t places[CD_PLACES];
    index_edges edges;
    uint8_t place_count;
    int64_t day;
} index_key;

gs_index *gs_index_new(uint32_t window_days)
{
    gs_index *self = gs_allocate(sizeof *self);
    self->window_days = window_days;
    self->newest_day = INT64_MIN;
    self->arena = gs_arena_new(0);
    return self;
}

static void drop_arrays(gs_index *self)
{
    free(self->slots);
    free(self->terms);
    free(self->postings);
    free(self->words);
    free(self->ids);
}

void gs_index_free(gs_index **self_p)
{
    gs_index *self = *self_p;
    if (!self)
        return;
    drop_arrays(self);
    free(self->touched);
    gs_arena_free(&self->arena);
    free(self);
    *self_p = NULL;
}

// ---- keys ------------------------------------------------------------------------------------------

static void add_place(index_key *key, uint64_t place)
{
    for (uint8_t i = 0; i < key->place_count; i++)
        if (key->places[i] == place)
            return;
    if (place && key->place_count < CD_PLACES)
        key->places[key->place_count++] = place;
}

static int64_t day_of(const gs_statement *statement)
{
    gs_time time;
    const char *text =
        statement->said_on && statement->said_on[0] ? statement->said_on : statement->published;
    if (!text || !gs_time_parse(gs_view_of(text), &time))
        return INT64_MIN;
    int year, month, day;
    gs_time_civil(time, &year, &month, &day, NULL);
    return gs_days_from_civil(year, month, day);
}

static int compare_hashes(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static void add_edges(index_edges *edges, const cd_clause *clause)
{
    for (size_t i = 0; i < clause->focus_count && edges->focus_count < SLOT_FOCUS; i++)
        edges->focus[edges->focus_count++] = clause->focus[i];
    for (size_t i = 0; i < clause->number_count && edges->noun_count < SLOT_NOUNS; i++)
        edges->nouns[edges->noun_count++] = clause->numbers[i].noun;
    for (size_t i = 0; i < clause->count; i++)
        edges->has_opposite |= clause->terms[i].base != NULL;
}

static void read_key(gs_index *self, const gs_statement *statement, index_key *key)
{
    *key = (index_key){.day = day_of(statement)};
    gs_arena_reset(self->arena);
    cd_claims claims;
    cd_read_statement(statement, self->arena, &claims);
    add_place(key, claims.own);
    for (size_t c = 0; c < claims.count; c++) {
        add_edges(&key->edges, &claims.clauses[c]);
        for (size_t t = 0; t < claims.clauses[c].count; t++) {
            const cd_term *term = &claims.clauses[c].terms[t];
            if (term->place)
                add_place(key, term->hash);
            else if (!term->light && key->term_count < SLOT_TERMS)
                key->terms[key->term_count++] = term->hash ? term->hash : 1;
        }
    }
    qsort(key->terms, key->term_count, sizeof key->terms[0], compare_hashes);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < key->term_count; i++)
        if (i == 0 || key->terms[i] != key->terms[i - 1])
            key->terms[kept++] = key->terms[i];
    key->term_count = kept;
}

// ---- the tables ------------------------------------------------------------------------------------

static void *grown(void *array, uint32_t *capacity, uint32_t needed, size_t item)
{
    if (needed <= *capacity)
        return array;
    uint32_t next = *capacity ? *capacity : FIRST_CAPACITY;
    while (next < needed)
        next *= 2;
    *capacity = next;
    return gs_reallocate(array, next * item);
}

static uint32_t place_of_id(const gs_index *self, gs_id id)
{
    uint32_t mask = self->id_capacity - 1, at = (uint32_t)gs_id_hash(id) & mask;
    while (self->ids[at] != NONE && !gs_id_equal(self->slots[self->ids[at]].id, id))
        at = (at + 1) & mask;
    return at;
}

static void reserve_ids(gs_index *self)
{
    if (self->id_count * 2 < self->id_capacity)
        return;
    uint32_t capacity = self->id_capacity ? self->id_capacity * 2 : FIRST_CAPACITY;
    free(self->ids);
    self->ids = gs_allocate(capacity * sizeof *self->ids);
    memset(self->ids, 0xFF, capacity * sizeof *self->ids);
    self->id_capacity = capacity;
    self->id_count = 0;
    for (uint32_t i = 0; i < self->slot_count; i++) {
        if (!self->slots[i].alive)
            continue;
        self->ids[place_of_id(self, self->slots[i].id)] = i;
        self->id_count++;
    }
}

static index_word *word_at(const gs_index *self, uint64_t hash)
{
    uint32_t mask = self->word_capacity - 1, at = (uint32_t)(hash >> 17) & mask;
    while (self->words[at].hash && self->words[at].hash != hash)
        at = (at + 1) & mask;
    return &self->words[at];
}

static void reserve_words(gs_index *self, uint32_t more)
{
    if ((self->word_count + more) * 2 < self->word_capacity)
        return;
    uint32_t old_capacity = self->word_capacity;
    index_word *old = self->words;
    uint32_t capacity = old_capacity ? old_capacity * 2 : FIRST_CAPACITY;
    while ((self->word_count + more) * 2 >= capacity)
        capacity *= 2;
    self->words = gs_allocate(capacity * sizeof *self->words);
    self->word_capacity = capacity;
    for (uint32_t i = 0; i < old_capacity; i++)
        if (old[i].hash)
            *word_at(self, old[i].hash) = old[i];
    free(old);
}

static void post(gs_index *self, uint64_t hash, uint32_t slot)
{
    index_word *word = word_at(self, hash);
    if (!word->hash) {
        *word = (index_word){hash, NONE};
        self->word_count++;
    }
    self->postings =
        grown(self->postings, &self->posting_capacity, self->posting_count + 1, sizeof *self->postings);
    self->postings[self->posting_count] = (index_posting){slot, word->head};
    word->head = self->posting_count++;
}

static void insert(gs_index *self, const index_slot *entry, const uint64_t *terms)
{
    reserve_ids(self);
    reserve_words(self, entry->term_count);
    self->slots = grown(self->slots, &self->slot_capacity, self->slot_count + 1, sizeof *self->slots);
    self->terms =
        grown(self->terms, &self->term_capacity, self->term_count + entry->term_count, sizeof *self->terms);
    uint32_t slot = self->slot_count++;
    self->slots[slot] = *entry;
    self->slots[slot].terms = self->term_count;
    if (entry->term_count)
        memcpy(self->terms + self->term_count, terms, entry->term_count * sizeof *terms);
    self->term_count += entry->term_count;
    for (uint32_t i = 0; i < entry->term_count; i++)
        post(self, terms[i], slot);
    self->ids[place_of_id(self, entry->id)] = slot;
    self->id_count++;
    self->alive++;
}

// Builds everything anew from what is alive.
static void rebuild(gs_index *self)
{
    gs_index fresh = {.window_days = self->window_days,
                      .newest_day = self->newest_day,
                      .arena = self->arena,
                      .touched = self->touched,
                      .touched_capacity = self->touched_capacity};
    for (uint32_t i = 0; i < self->slot_count; i++)
        if (self->slots[i].alive)
            insert(&fresh, &self->slots[i], self->terms + self->slots[i].terms);
    drop_arrays(self);
    *self = fresh;
}

// ---- the door --------------------------------------------------------------------------------------

void gs_index_remove(gs_index *self, gs_id id)
{
    if (self->id_capacity == 0)
        return;
    uint32_t place = place_of_id(self, id);
    if (self->ids[place] == NONE || !self->slots[self->ids[place]].alive)
        return;
    // The place in the id table stays taken: its slot keeps the id, and a later add of the same id revives
    // it.
    self->slots[self->ids[place]].alive = false;
    self->alive--;
    if (self->slot_count > 1024 && self->alive * 2 < self->slot_count)
        rebuild(self);
}

void gs_index_add(gs_index *self, gs_id id, const gs_statement *statement)
{
    index_key key;
    gs_index_remove(self, id);
    read_key(self, statement, &key);
    if (key.term_count == 0)
        return;
    if (key.day > self->newest_day)
        self->newest_day = key.day;
    index_slot entry = {.id = id,
                        .day = key.day,
                        .expiry_day = key.day == INT64_MIN ? self->newest_day : key.day,
                        .term_count = key.term_count,
                        .place_count = key.place_count,
                        .alive = true};
    entry.edges = key.edges;
    memcpy(entry.places, key.places, sizeof entry.places);
    insert(self, &entry, key.terms);
}

static bool within(const gs_index *self, int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN)
        return true;
    return llabs(a - b) <= (long long)self->window_days;
}

bool gs_index_within(const gs_index *self, const gs_statement *a, const gs_statement *b)
{
    return within(self, day_of(a), day_of(b));
}

static uint32_t shared_places(const index_slot *slot, const index_key *key)
{
    uint32_t shared = 0;
    for (uint8_t i = 0; i < slot->place_count; i++)
        for (uint8_t j = 0; j < key->place_count; j++)
            shared += slot->places[i] == key->places[j];
    return shared;
}

static bool has_hash(const uint64_t *hashes, size_t count, uint64_t hash)
{
    for (size_t i = 0; i < count; i++)
        if (hashes[i] == hash)
            return true;
    return false;
}

// Is one of the denied words among the other's words or countries?
static bool denies_one_of(const index_edges *edges, const uint64_t *terms, uint32_t term_count,
                          const uint64_t *places, uint8_t place_count)
{
    for (uint8_t i = 0; i < edges->focus_count; i++)
        if (bsearch(&edges->focus[i], terms, term_count, sizeof *terms, compare_hashes) ||
            has_hash(places, place_count, edges->focus[i]))
            return true;
    return false;
}

static bool could_clash(const gs_index *self, const index_slot *slot, const index_key *key)
{
    if (slot->edges.has_opposite && key->edges.has_opposite)
        return true;
    for (uint8_t i = 0; i < key->edges.noun_count; i++)
        if (has_hash(slot->edges.nouns, slot->edges.noun_count, key->edges.nouns[i]))
            return true;
    return denies_one_of(&key->edges, self->terms + slot->terms, slot->term_count, slot->places,
                         slot->place_count) ||
           denies_one_of(&slot->edges, key->terms, key->term_count, key->places, key->place_count);
}

typedef struct index_hit {
    gs_id id;
    uint32_t shared;
} index_hit;

static bool comes_before(const index_hit *a, const index_hit *b)
{
    if (a->shared != b->shared)
        return a->shared > b->shared;
    return memcmp(a->id.bytes, b->id.bytes, GS_ID_BYTES) < 0;
}

// Counts, for every statement that shares a word, how many; returns how many there are.
static uint32_t count_hits(gs_index *self, const index_key *key)
{
    uint32_t touched = 0;
    self->touched = grown(self->touched, &self->touched_capacity, self->slot_count, sizeof *self->touched);
    for (uint32_t t = 0; t < key->term_count; t++) {
        for (uint32_t at = word_at(self, key->terms[t])->hash ? word_at(self, key->terms[t])->head : NONE;
             at != NONE; at = self->postings[at].next) {
            index_slot *slot = &self->slots[self->postings[at].slot];
            if (!slot->alive || !within(self, slot->day, key->day))
                continue;
            if (slot->hits++ == 0)
                self->touched[touched++] = self->postings[at].slot;
        }
    }
    return touched;
}

void gs_index_find(gs_index *self, const gs_statement *statement, gs_id *ids, size_t max, size_t *count)
{
    index_key key;
    *count = 0;
    if (self->slot_count == 0 || max == 0)
        return;
    read_key(self, statement, &key);
    uint32_t touched = count_hits(self, &key);
    index_hit *best = gs_arena_alloc(self->arena, max * sizeof *best);
    size_t kept = 0;
    for (uint32_t i = 0; i < touched; i++) {
        index_slot *slot = &self->slots[self->touched[i]];
        index_hit hit = {slot->id, slot->hits + shared_places(slot, &key)};
        slot->hits = 0;
        if (hit.shared < 2 || (kept == max && !comes_before(&hit, &best[kept - 1])) ||
            !could_clash(self, slot, &key))
            continue;
        size_t at = kept < max ? kept++ : kept - 1;
        for (; at > 0 && comes_before(&hit, &best[at - 1]); at--)
            best[at] = best[at - 1];
        best[at] = hit;
    }
    for (size_t i = 0; i < kept; i++)
        ids[i] = best[i].id;
    *count = kept;
}

// An archive is read in its own time: nothing goes that lies within the window of the newest day seen. So
// what contradicts what does not depend on when it was read.
void gs_index_expire(gs_index *self, uint64_t before_day)
{
    uint32_t expired = 0;
    int64_t horizon = (int64_t)before_day;
    if (self->newest_day != INT64_MIN && self->newest_day - (int64_t)self->window_days < horizon)
        horizon = self->newest_day - (int64_t)self->window_days;
    for (uint32_t i = 0; i < self->slot_count; i++) {
        index_slot *slot = &self->slots[i];
        if (!slot->alive || slot->expiry_day >= horizon || slot->expiry_day == INT64_MIN)
            continue;
        slot->alive = false;
        self->alive--;
        expired++;
    }
    if (expired > 0 && self->alive * 2 < self->slot_count)
        rebuild(self);
}

size_t gs_index_size(const gs_index *self)
{
    return self->alive;
}

size_t gs_index_bytes(const gs_index *self)
{
    return sizeof *self + self->slot_capacity * sizeof *self->slots +
           self->term_capacity * sizeof *self->terms + self->posting_capacity * sizeof *self->postings +
           self->word_capacity * sizeof *self->words + self->id_capacity * sizeof *self->ids +
           self->touched_capacity * sizeof *self->touched;
}
