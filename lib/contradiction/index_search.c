// A search in two steps. First, lists of the statement's keys are added up, the rarest keys first, until the
// budget of entries is spent: what is left out are the commonest words, and what is found has most of its
// score already. Lists of articles are added up in the same way, with the keys of all that the statement's
// article says: articles that share many tell the same story, and their statements join, whatever words they
// use. Then the best are scored in full, from their own keys: so a common word that was not looked up still
// counts for whoever has it.
//
//   score(q, s) = nearness · likeness · (own(q, s) / (OWN_ROOM + volume(s)) + related(q, s))
//   own         = Σ over shared keys of f · value(weight), and cues
//   related     = min(1, STORY_SHARE · Σ over shared keys of the articles of value(weight) / (STORY_ROOM +
//   volume))
//
// f: 4 where both say it themselves, 2 where it is one's speaker, 2 where it is both speakers. The volume is
// what all keys of the statement or article are worth together: of two that share as much, the shorter is
// nearer to the matter. Cues: one says the opposite of a word of the other, one denies and the other does
// not, both hold figures. Likeness: what one speaker says on one day rarely contradicts itself. All in whole
// numbers, so that it is the same everywhere.
#include "index_search.h"

#include "contradiction/contradiction.h"
#include "index_terms.h"

#include <stdlib.h>
#include <string.h>

enum {
    TERMS = CD_MATTER_KEYS + CD_MATTER_OPPOSITES,
    STORY_CODES = 512, // keys of the statement's article that are considered
    STORY_TERMS = 64,  // the weightiest of them are looked up
    BUDGET = 6144,     // entries of lists that are added up in the nearest segment; less in others
    STORY_BUDGET = 16384,
    STORIES = 48,               // related articles of one segment whose statements join
    STORY_SAID = 256,           // statements of one that do
    FINALISTS = GS_INDEX_FOUND, // statements that are scored in full
    BINS = 4096,
    BIN_SHIFT = 3,
    AHEAD = 12, // what is fetched before it is needed
};

#define IN_STORY (UINT32_C(1) << 31) // a bit of a statement's sum

// Of the score. Set on stream-dev (lib/contradiction/README.md says how much depends on them).
enum {
    UNIT = 4096,
    SUM_WORTH = 2, // values of terms are halves of worth
    BY_WORDS = 4,  // f: said by both; or known from a speaker
    BY_SPEAKER = 2,
    BY_OPPOSITE = 2,
    DENIAL_CUE = 40, // as worth
    FIGURES_CUE = 150,
    OWN_ROOM = 2000,
    OWN_LEAST = 400, // worth of a candidate that no story brings
    STORY_ROOM = 4000,
    STORY_SHARE = 4,     // of the score, against that of own words
    RELATED_LEAST = 640, // UNITs of an article that brings its statements
    SAME_BREATH = 60,    // per cent: one speaker on one day
    NEAR_DAYS = 60,      // so many days apart count half
};

typedef struct search_touch {
    uint32_t slot;
    uint16_t segment, score, related; // segment: of the query
} search_touch;

typedef struct search_story {
    uint32_t article;
    uint16_t related;
    uint64_t hash;
} search_story;

typedef struct search_hit {
    uint64_t score;
    uint32_t away; // days
    uint32_t slot;
    uint16_t related;
    const index_segment *segment;
} search_hit;

// Work space of one segment: all numbers are 0 between two segments.
typedef struct search_sums {
    uint32_t *sums; // of its statements or articles
    size_t capacity;
} search_sums;

struct index_search {
    search_terms own, story;
    search_sums said, articles;
    uint32_t *found; // articles with a sum
    size_t found_capacity;
    search_story *stories;
    size_t story_count, story_capacity;
    search_touch *touched;
    size_t touched_count, touched_capacity;
    uint32_t bins[BINS];
    search_hit *hits; // FINALISTS
    size_t hit_count;
};

index_search *index_search_new(void)
{
    index_search *self = gs_allocate(sizeof *self);
    self->hits = gs_allocate(FINALISTS * sizeof *self->hits);
    search_terms_init(&self->own, TERMS);
    search_terms_init(&self->story, STORY_TERMS);
    return self;
}

void index_search_free(index_search **self_p)
{
    index_search *self = *self_p;
    if (!self)
        return;
    search_terms_free(&self->own);
    search_terms_free(&self->story);
    free(self->said.sums);
    free(self->articles.sums);
    free(self->found);
    free(self->stories);
    free(self->touched);
    free(self->hits);
    free(self);
    *self_p = NULL;
}

size_t index_search_bytes(const index_search *self)
{
    return sizeof *self + (self->own.list_capacity + self->story.list_capacity) * sizeof(segment_list *) +
           (TERMS + STORY_TERMS) * sizeof(search_term) +
           (self->said.capacity + self->articles.capacity + self->found_capacity) * sizeof(uint32_t) +
           self->story_capacity * sizeof *self->stories + self->touched_capacity * sizeof *self->touched +
           FINALISTS * sizeof *self->hits;
}

// ---- terms -----------------------------------------------------------------------------------------

static void choose_own(index_search *self, const index_query *query)
{
    const cd_matter *matter = query->matter;
    self->own.count = 0;
    for (size_t i = 0; i < matter->count; i++) {
        uint32_t value = cd_key_value(cd_key_weight(matter->keys[i]));
        search_terms_put(&self->own, cd_key_code(matter->keys[i]),
                         cd_key_is_context(matter->keys[i]) ? value : 2 * value);
    }
    for (size_t i = 0; i < matter->opposite_count; i++)
        search_terms_put(&self->own, matter->opposites[i],
                         cd_key_value(matter->opposites[i] & CD_WEIGHT_MAX));
    search_terms_look_up(&self->own, query, false);
}

static int compare_codes(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    uint32_t heavier = left & CD_WEIGHT_MAX, lighter = right & CD_WEIGHT_MAX;
    if (heavier != lighter)
        return heavier > lighter ? -1 : 1;
    return (left > right) - (left < right);
}

static size_t put_codes(uint32_t *all, size_t count, const uint32_t *codes, size_t more)
{
    for (size_t i = 0; i < more && count < STORY_CODES; i++)
        all[count++] = codes[i];
    return count;
}

// What the article says: its title, this statement, and those of its statements that are in the index.
static void choose_story(index_search *self, const index_query *query)
{
    const cd_matter *matter = query->matter;
    uint32_t all[STORY_CODES];
    size_t count = put_codes(all, 0, matter->article_codes, matter->article_count);
    for (size_t i = 0; i < matter->count; i++)
        if (!cd_key_is_context(matter->keys[i]))
            all[count++] = cd_key_code(matter->keys[i]);
    for (size_t s = 0; s < query->segment_count && matter->article; s++) {
        size_t more;
        const uint32_t *codes = segment_article_codes(query->segments[s], matter->article, &more);
        count = put_codes(all, count, codes, more);
    }
    qsort(all, count, sizeof *all, compare_codes);
    self->story.count = 0;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || all[i] != all[i - 1])
            search_terms_put(&self->story, all[i], cd_key_value(all[i] & CD_WEIGHT_MAX));
    search_terms_look_up(&self->story, query, true);
}

// ---- first step: lists -----------------------------------------------------------------------------

static void reserve_sums(search_sums *self, size_t needed)
{
    if (needed <= self->capacity)
        return;
    free(self->sums);
    self->capacity = needed + needed / 2;
    self->sums = gs_allocate(self->capacity * sizeof *self->sums);
}

static bool counts(const index_query *query, size_t segment, int32_t day)
{
    return day != SEGMENT_DEAD && (query->undated[segment] || (day >= query->first && day <= query->last));
}

static int compare_stories(const void *a, const void *b)
{
    const search_story *left = a, *right = b;
    if (left->related != right->related)
        return left->related > right->related ? -1 : 1;
    return (left->hash > right->hash) - (left->hash < right->hash);
}

static uint16_t related_of(const segment_article *article, uint32_t sum)
{
    uint32_t related = sum * STORY_SHARE * UNIT / (STORY_ROOM + article->volume);
    return (uint16_t)(related < UNIT ? related : UNIT);
}

// The articles of a segment that tell what the statement's article tells, the most related first.
static void find_stories(index_search *self, const index_query *query, size_t s)
{
    const index_segment *segment = query->segments[s];
    size_t found = 0;
    reserve_sums(&self->articles, segment->article_count);
    self->found =
        search_reserved(self->found, &self->found_capacity, segment->article_count + 1, sizeof *self->found);
    search_terms_prefetch(&self->story, segment, s);
    for (size_t t = 0; t < self->story.taken; t++) {
        const search_term *term = &self->story.terms[t];
        const segment_list *list = self->story.lists[s * self->story.capacity + term->index];
        const uint32_t *entries = list ? segment_entries(segment, list) : NULL;
        for (size_t i = 0; list && i < list->count; i++) {
            uint32_t *sum = &self->articles.sums[entries[i]];
            self->found[found] = entries[i];
            found += *sum == 0;
            *sum += term->value;
        }
    }
    self->stories = search_reserved(self->stories, &self->story_capacity, found, sizeof *self->stories);
    self->story_count = 0;
    for (size_t i = 0; i < found; i++) {
        const segment_article *article = &segment->articles[self->found[i]];
        uint32_t *sum = &self->articles.sums[self->found[i]];
        *sum = related_of(article, *sum);
        if (*sum >= RELATED_LEAST)
            self->stories[self->story_count++] =
                (search_story){self->found[i], (uint16_t)*sum, article->hash};
    }
    if (self->story_count > STORIES) {
        qsort(self->stories, self->story_count, sizeof *self->stories, compare_stories);
        self->story_count = STORIES;
    }
}

static void add_list(index_search *self, size_t count, const uint32_t *entries, size_t segment,
                     uint32_t value)
{
    search_touch *next = self->touched + self->touched_count;
    uint32_t *sums = self->said.sums;
    for (size_t i = 0; i < count; i++) {
        uint32_t *sum = &sums[entries[i]];
        *next = (search_touch){.slot = entries[i], .segment = (uint16_t)segment};
        next += *sum == 0;
        *sum += value;
    }
    self->touched_count = (size_t)(next - self->touched);
}

static void add_stories(index_search *self, const index_segment *segment, size_t s)
{
    for (size_t i = 0; i < self->story_count; i++) {
        uint32_t slot = segment->articles[self->stories[i].article].first;
        for (size_t n = 0; n < STORY_SAID && slot != SEGMENT_NONE; n++, slot = segment->slots[slot].next)
            add_list(self, 1, &slot, s, IN_STORY);
    }
}

// What lies in the window and can be a candidate goes on, with its score so far. Without its story, a
// statement needs keys that were looked up: what is left out are the commonest.
static void close_segment(index_search *self, const index_query *query, size_t s, size_t first)
{
    const index_segment *segment = query->segments[s];
    size_t kept = first;
    for (size_t i = first; i < self->touched_count; i++) {
        if (i + AHEAD < self->touched_count)
            __builtin_prefetch(&segment->facts[self->touched[i + AHEAD].slot]);
        search_touch touch = self->touched[i];
        uint32_t sum = self->said.sums[touch.slot], worth = (sum & ~IN_STORY) * SUM_WORTH;
        self->said.sums[touch.slot] = 0;
        if (worth < OWN_LEAST && !(sum & IN_STORY))
            continue;
        const segment_fact *fact = &segment->facts[touch.slot];
        if (!counts(query, s, fact->day))
            continue;
        touch.related = fact->article == SEGMENT_NONE ? 0 : (uint16_t)self->articles.sums[fact->article];
        uint32_t score = worth * UNIT / (OWN_ROOM + fact->volume) + touch.related;
        touch.score = (uint16_t)(score < UINT16_MAX ? score : UINT16_MAX);
        uint32_t bin = touch.score >> BIN_SHIFT;
        self->bins[bin < BINS ? bin : BINS - 1]++;
        self->touched[kept++] = touch;
    }
    self->touched_count = kept;
}

static void add_up(index_search *self, const index_query *query, size_t s)
{
    const index_segment *segment = query->segments[s];
    search_terms_take(&self->own, query, s, BUDGET);
    search_terms_take(&self->story, query, s, STORY_BUDGET);
    size_t first = self->touched_count, most = first + STORIES * STORY_SAID + 1;
    for (size_t t = 0; t < self->own.taken; t++) {
        const segment_list *list = self->own.lists[s * TERMS + self->own.terms[t].index];
        most += list ? list->count : 0;
    }
    self->touched = search_reserved(self->touched, &self->touched_capacity, most, sizeof *self->touched);
    reserve_sums(&self->said, segment->slot_count);
    search_terms_prefetch(&self->own, segment, s);
    find_stories(self, query, s);
    for (size_t t = 0; t < self->own.taken; t++) {
        const segment_list *list = self->own.lists[s * TERMS + self->own.terms[t].index];
        if (list)
            add_list(self, list->count, segment_entries(segment, list), s, self->own.terms[t].value);
    }
    add_stories(self, segment, s);
    close_segment(self, query, s, first);
    memset(self->articles.sums, 0, segment->article_count * sizeof *self->articles.sums);
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
        search_hit hit = {touch->score, days_away(query, touch->segment, segment->facts[touch->slot].day),
                          touch->slot, touch->related, segment};
        keep_hit(self, &hit);
    }
}

// ---- second step: the score ------------------------------------------------------------------------

// What both say; *speakers: what their speakers have in common.
static uint32_t shared_worth(const cd_matter *matter, const cd_key *keys, size_t count, uint32_t *speakers)
{
    uint32_t worth = 0;
    *speakers = 0;
    for (size_t i = 0, j = 0; i < matter->count && j < count;) {
        uint32_t a = cd_key_code(matter->keys[i]), b = cd_key_code(keys[j]);
        if (a == b) {
            uint32_t value = cd_key_value(a & CD_WEIGHT_MAX);
            bool context = cd_key_is_context(matter->keys[i]), other = cd_key_is_context(keys[j]);
            if (context && other)
                *speakers += BY_SPEAKER * value;
            else
                worth += (context || other ? BY_SPEAKER : BY_WORDS) * value;
        }
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
                worth += cd_key_value(matter->opposites[o] & CD_WEIGHT_MAX);
    return worth;
}

// 0: no candidate. Two who share a speaker alone may speak of anything.
static uint64_t full_score(const cd_matter *matter, const search_hit *hit)
{
    const segment_slot *found = &hit->segment->slots[hit->slot];
    const cd_key *keys = hit->segment->keys + found->keys;
    uint32_t speakers;
    uint64_t worth = shared_worth(matter, keys, found->key_count, &speakers);
    if (worth < OWN_LEAST && hit->related < RELATED_LEAST)
        return 0;
    worth += speakers + BY_OPPOSITE * contrary_worth(matter, keys, found->key_count);
    worth += matter->denies != found->denies ? DENIAL_CUE : 0;
    worth += matter->figures && found->figures ? FIGURES_CUE : 0;
    uint64_t score =
        (worth * UNIT / (OWN_ROOM + hit->segment->facts[hit->slot].volume) + hit->related) * UNIT;
    bool same_breath = matter->speaker && matter->speaker == found->speaker && hit->away == 0;
    return score * (same_breath ? SAME_BREATH : 100) / 100 * NEAR_DAYS / (NEAR_DAYS + hit->away);
}

static int compare_hits(const void *a, const void *b)
{
    const search_hit *left = a, *right = b;
    if (left->score != right->score)
        return left->score > right->score ? -1 : 1;
    return memcmp(left->segment->slots[left->slot].id.bytes, right->segment->slots[right->slot].id.bytes,
                  GS_ID_BYTES);
}

static size_t give_best(index_search *self, const index_query *query, gs_id *ids, size_t max)
{
    qsort(self->hits, self->hit_count, sizeof *self->hits, compare_hits);
    size_t count = 0;
    for (size_t i = 0; i < self->hit_count && count < max && self->hits[i].score > 0; i++) {
        gs_id id = self->hits[i].segment->slots[self->hits[i].slot].id;
        if (!query->has_id || !gs_id_equal(id, query->id))
            ids[count++] = id;
    }
    return count;
}

static void begin(index_search *self, const index_query *query)
{
    choose_own(self, query);
    choose_story(self, query);
    memset(self->bins, 0, sizeof self->bins);
    self->touched_count = self->hit_count = 0;
}

size_t index_search_find(index_search *self, const index_query *query, gs_id *ids, size_t max)
{
    begin(self, query);
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
        hit->score = full_score(query->matter, hit);
    }
    return give_best(self, query, ids, max);
}

// Articles are related by all their keys, and every statement is scored.
size_t index_search_scan(index_search *self, const index_query *query, gs_id *ids, size_t max)
{
    begin(self, query);
    self->story.taken = self->story.count; // of every segment
    for (size_t s = 0; s < query->segment_count; s++) {
        const index_segment *segment = query->segments[s];
        find_stories(self, query, s);
        for (uint32_t slot = 0; slot < segment->slot_count; slot++) {
            if (!counts(query, s, segment->facts[slot].day))
                continue;
            uint32_t away = days_away(query, s, segment->facts[slot].day),
                     article = segment->facts[slot].article;
            uint16_t related = article == SEGMENT_NONE ? 0 : (uint16_t)self->articles.sums[article];
            search_hit hit = {0, away, slot, related, segment};
            hit.score = full_score(query->matter, &hit);
            if (hit.score > 0)
                keep_hit(self, &hit);
        }
        memset(self->articles.sums, 0, segment->article_count * sizeof *self->articles.sums);
    }
    return give_best(self, query, ids, max);
}
