// A search in two steps. First, lists of the statement's keys are added up, the rarest keys first, until the
// budget of entries is spent: what is left out are the commonest words, and what is found has most of its
// score already. Then the best of these are scored in full, from their own keys: so a common word that was
// not looked up still counts for whoever has it.
//
//   score(q, s) = nearness · (Σ over shared keys of f · weight² + cues) / (room + volume(s))
//
// f: 4 where both say it themselves, 2 where one does, 1 where it is context of both. The volume is what the
// statement's own words are worth together: of two that share as much, the shorter is nearer to the matter.
// Cues: one says the opposite of a word of the other, one denies and the other does not, both hold figures.
// All in whole numbers, so that it is the same everywhere.
#include "index_search.h"

#include <stdlib.h>
#include <string.h>

enum {
    TERMS = CD_MATTER_KEYS + CD_MATTER_OPPOSITES,
    BUDGET = 49152,  // entries of lists that one search adds up, at least one key's
    FINALISTS = 512, // statements that are scored in full
    BINS = 4096,
    BIN_SHIFT = 4,
    AHEAD = 8, // finalists whose keys are fetched early
};

typedef struct search_term {
    uint32_t code;
    uint16_t value;
    uint64_t living; // statements with it in all segments of the query, in lists
    uint8_t index;   // among the terms as they came: of its lists
} search_term;

typedef struct search_touch {
    uint32_t slot;
    uint16_t segment, score;
} search_touch;

typedef struct search_hit {
    uint64_t score;
    uint32_t away; // days
    uint32_t slot;
    const index_segment *segment;
} search_hit;

struct index_search {
    search_term terms[TERMS];
    size_t term_count, taken;
    const segment_list **lists; // [segment][term]
    size_t list_capacity;
    uint16_t *scores; // of the slots of one segment; all 0 between two segments
    size_t score_capacity;
    search_touch *touched;
    size_t touched_count, touched_capacity;
    uint32_t bins[BINS];
    search_hit *hits; // room for FINALISTS, or for as many as a scan found
    size_t hit_count, hit_capacity;
};

index_search *index_search_new(void)
{
    index_search *self = gs_allocate(sizeof *self);
    self->hit_capacity = FINALISTS;
    self->hits = gs_allocate(FINALISTS * sizeof *self->hits);
    return self;
}

void index_search_free(index_search **self_p)
{
    index_search *self = *self_p;
    if (!self)
        return;
    free(self->lists);
    free(self->scores);
    free(self->touched);
    free(self->hits);
    free(self);
    *self_p = NULL;
}

size_t index_search_bytes(const index_search *self)
{
    return sizeof *self + self->list_capacity * sizeof *self->lists +
           self->score_capacity * sizeof *self->scores + self->touched_capacity * sizeof *self->touched +
           self->hit_capacity * sizeof *self->hits;
}

// ---- first step: lists -----------------------------------------------------------------------------

static int compare_terms(const void *a, const void *b)
{
    const search_term *left = a, *right = b;
    if (left->living != right->living)
        return left->living < right->living ? -1 : 1;
    return (left->code > right->code) - (left->code < right->code);
}

static void put_term(index_search *self, uint32_t code, uint32_t value)
{
    self->terms[self->term_count] =
        (search_term){.code = code, .value = (uint16_t)value, .index = (uint8_t)self->term_count};
    self->term_count++;
}

static void look_up(index_search *self, const index_query *query)
{
    size_t needed = query->segment_count * TERMS;
    if (needed > self->list_capacity) {
        free(self->lists);
        self->lists = gs_allocate(needed * sizeof *self->lists);
        self->list_capacity = needed;
    }
    for (size_t s = 0; s < query->segment_count; s++) {
        for (size_t t = 0; t < self->term_count; t++) {
            const segment_list *list = segment_find(query->segments[s], self->terms[t].code);
            self->lists[s * TERMS + t] = list;
            if (list)
                self->terms[t].living += list->living < SEGMENT_LIST_MAX ? list->living : SEGMENT_LIST_MAX;
        }
    }
}

// The terms that the budget pays for come first.
static void choose_terms(index_search *self, const index_query *query)
{
    const cd_matter *matter = query->matter;
    self->term_count = self->taken = 0;
    for (size_t i = 0; i < matter->count; i++) {
        uint32_t value = cd_key_value(cd_key_weight(matter->keys[i]));
        put_term(self, cd_key_code(matter->keys[i]), cd_key_is_context(matter->keys[i]) ? value : 2 * value);
    }
    for (size_t i = 0; i < matter->opposite_count; i++)
        put_term(self, matter->opposites[i], cd_key_value(matter->opposites[i] & CD_WEIGHT_MAX));
    look_up(self, query);
    qsort(self->terms, self->term_count, sizeof *self->terms, compare_terms);
    uint64_t cost = 0;
    while (self->taken < self->term_count) {
        cost += self->terms[self->taken].living;
        if (self->taken > 0 && cost > BUDGET)
            break;
        self->taken++;
    }
}

static bool counts(const index_query *query, size_t segment, int32_t day)
{
    return day != SEGMENT_DEAD && (query->undated[segment] || (day >= query->first && day <= query->last));
}

static void add_list(index_search *self, size_t count, const uint32_t *entries, size_t segment,
                     uint16_t value)
{
    search_touch *next = self->touched + self->touched_count;
    uint16_t *scores = self->scores;
    for (size_t i = 0; i < count; i++) {
        uint16_t *score = &scores[entries[i]];
        *next = (search_touch){.slot = entries[i], .segment = (uint16_t)segment};
        next += *score == 0;
        *score = (uint16_t)(*score + value);
    }
    self->touched_count = (size_t)(next - self->touched);
}

// Adds up the lists of one segment; what lies in the window goes on to `touched`.
static void add_up(index_search *self, const index_query *query, size_t s)
{
    const index_segment *segment = query->segments[s];
    size_t first = self->touched_count, kept = first, most = 0;
    for (size_t t = 0; t < self->taken; t++) {
        const segment_list *list = self->lists[s * TERMS + self->terms[t].index];
        most += list ? list->count : 0;
    }
    if (first + most >= self->touched_capacity) {
        self->touched_capacity = (first + most + 1) * 2;
        self->touched = gs_reallocate(self->touched, self->touched_capacity * sizeof *self->touched);
    }
    for (size_t t = 0; t < self->taken; t++) {
        const segment_list *list = self->lists[s * TERMS + self->terms[t].index];
        if (list)
            add_list(self, list->count, segment_entries(segment, list), s, self->terms[t].value);
    }
    for (size_t i = first; i < self->touched_count; i++) {
        search_touch touch = self->touched[i];
        touch.score = self->scores[touch.slot];
        self->scores[touch.slot] = 0;
        if (!counts(query, s, segment->days[touch.slot]))
            continue;
        uint32_t bin = touch.score >> BIN_SHIFT;
        self->bins[bin < BINS ? bin : BINS - 1]++;
        self->touched[kept++] = touch;
    }
    self->touched_count = kept;
}

static void reserve_scores(index_search *self, const index_query *query)
{
    size_t most = 0;
    for (size_t s = 0; s < query->segment_count; s++)
        if (query->segments[s]->slot_count > most)
            most = query->segments[s]->slot_count;
    if (most <= self->score_capacity)
        return;
    free(self->scores);
    self->scores = gs_allocate(most * 2 * sizeof *self->scores);
    self->score_capacity = most * 2;
}

// ---- the finalists ---------------------------------------------------------------------------------

static bool comes_before(const search_hit *a, const search_hit *b)
{
    if (a->score != b->score)
        return a->score > b->score;
    if (a->away != b->away)
        return a->away < b->away;
    return memcmp(a->segment->slots[a->slot].id.bytes, b->segment->slots[b->slot].id.bytes, GS_ID_BYTES) < 0;
}

static void sift_down(search_hit *heap, size_t count, size_t at)
{
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && comes_before(&heap[child], &heap[child + 1]))
            child++;
        if (!comes_before(&heap[at], &heap[child]))
            return;
        search_hit moved = heap[at];
        heap[at] = heap[child];
        heap[child] = moved;
    }
}

// Keeps the FINALISTS first ones: a heap with the last of them on top.
static void keep_hit(index_search *self, const search_hit *hit)
{
    if (self->hit_count < FINALISTS) {
        self->hits[self->hit_count++] = *hit;
        for (size_t i = FINALISTS / 2; self->hit_count == FINALISTS && i > 0; i--)
            sift_down(self->hits, FINALISTS, i - 1);
    } else if (comes_before(hit, &self->hits[0])) {
        self->hits[0] = *hit;
        sift_down(self->hits, FINALISTS, 0);
    }
}

static uint32_t days_away(const index_query *query, size_t segment, int32_t day)
{
    if (query->undated[segment] || query->matter->day == CD_NO_DAY)
        return 0;
    return (uint32_t)abs(day - query->matter->day);
}

// The lowest bin that a finalist can lie in.
static uint32_t lowest_bin(const index_search *self)
{
    uint32_t bin = BINS - 1;
    for (size_t above = self->bins[bin]; bin > 0 && above < FINALISTS; above += self->bins[bin])
        bin--;
    return bin;
}

static void take_finalists(index_search *self, const index_query *query)
{
    uint32_t least = lowest_bin(self) << BIN_SHIFT;
    self->hit_count = 0;
    for (size_t i = 0; i < self->touched_count; i++) {
        const search_touch *touch = &self->touched[i];
        if (touch->score < least)
            continue;
        const index_segment *segment = query->segments[touch->segment];
        search_hit hit = {touch->score, days_away(query, touch->segment, segment->days[touch->slot]),
                          touch->slot, segment};
        keep_hit(self, &hit);
    }
}

// ---- second step: the score ------------------------------------------------------------------------

enum {
    CONTRARY = 2,
    ROOM_DEFAULT = 600,
    DENIES_BONUS = 40,
    FIGURES_BONUS = 20,
    NEAR_DAYS = 180,
    LEAST = 300
};

static uint32_t shared_worth(const cd_matter *matter, const cd_key *keys, size_t count)
{
    uint32_t worth = 0;
    for (size_t i = 0, j = 0; i < matter->count && j < count;) {
        uint32_t a = cd_key_code(matter->keys[i]), b = cd_key_code(keys[j]);
        if (a == b)
            worth += cd_key_value(a & CD_WEIGHT_MAX) << 2 >>
                     (cd_key_is_context(matter->keys[i]) + cd_key_is_context(keys[j]));
        i += a <= b;
        j += b <= a;
    }
    return worth;
}

static uint32_t contrary_worth(const cd_matter *matter, const cd_key *keys, size_t count)
{
    uint32_t worth = 0;
    for (size_t o = 0; o < matter->opposite_count; o++)
        for (size_t j = 0; j < count; j++)
            if (cd_key_code(keys[j]) == matter->opposites[o] && !cd_key_is_context(keys[j]))
                worth += cd_key_value(matter->opposites[o] & CD_WEIGHT_MAX) * CONTRARY;
    return worth;
}

static uint64_t full_score(const cd_matter *matter, const index_segment *segment, uint32_t slot,
                           uint32_t away)
{
    const segment_slot *found = &segment->slots[slot];
    const cd_key *keys = segment->keys + found->keys;
    uint64_t worth = shared_worth(matter, keys, found->key_count);
    if (worth < LEAST)
        return 0;
    worth += contrary_worth(matter, keys, found->key_count);
    worth += matter->denies != found->denies ? DENIES_BONUS : 0;
    worth += matter->figures && found->figures ? FIGURES_BONUS : 0;
    return (worth << 24) / (ROOM_DEFAULT + found->volume) * NEAR_DAYS / (NEAR_DAYS + away);
}

static int compare_hits(const void *a, const void *b)
{
    const search_hit *left = a, *right = b;
    if (left->score != right->score)
        return left->score > right->score ? -1 : 1;
    return memcmp(left->segment->slots[left->slot].id.bytes, right->segment->slots[right->slot].id.bytes,
                  GS_ID_BYTES);
}

static size_t give_best(index_search *self, gs_id *ids, size_t max)
{
    qsort(self->hits, self->hit_count, sizeof *self->hits, compare_hits);
    size_t count = 0;
    for (; count < self->hit_count && count < max && self->hits[count].score > 0; count++)
        ids[count] = self->hits[count].segment->slots[self->hits[count].slot].id;
    return count;
}

size_t index_search_find(index_search *self, const index_query *query, gs_id *ids, size_t max)
{
    choose_terms(self, query);
    reserve_scores(self, query);
    memset(self->bins, 0, sizeof self->bins);
    self->touched_count = 0;
    for (size_t s = 0; s < query->segment_count; s++)
        add_up(self, query, s);
    take_finalists(self, query);
    for (size_t i = 0; i < self->hit_count; i++) {
        if (i + AHEAD < self->hit_count) {
            const search_hit *next = &self->hits[i + AHEAD];
            const cd_key *keys = next->segment->keys + next->segment->slots[next->slot].keys;
            __builtin_prefetch(keys);
            __builtin_prefetch(keys + 16);
        }
        search_hit *hit = &self->hits[i];
        hit->score = full_score(query->matter, hit->segment, hit->slot, hit->away);
    }
    return give_best(self, ids, max);
}

size_t index_search_scan(index_search *self, const index_query *query, gs_id *ids, size_t max)
{
    self->hit_count = 0;
    for (size_t s = 0; s < query->segment_count; s++) {
        const index_segment *segment = query->segments[s];
        for (uint32_t slot = 0; slot < segment->slot_count; slot++) {
            if (!counts(query, s, segment->days[slot]))
                continue;
            uint32_t away = days_away(query, s, segment->days[slot]);
            search_hit hit = {full_score(query->matter, segment, slot, away), away, slot, segment};
            if (hit.score > 0)
                keep_hit(self, &hit);
        }
    }
    return give_best(self, ids, max);
}
