// Words, as the attribution network is told of them: by classes alone, which are rows of learned tables. All
// of it is linear in the text; what is done for a cue is bounded by its reach.
#include "attribution_features.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "attribution_internal.h"

st_features st_features_of(const gs_parse *parse, gs_arena *arena)
{
    size_t n = parse->word_count + 1;
    st_features self = {.parse = parse,
                        .quote = gs_arena_zalloc(arena, n),
                        .quotation = gs_arena_alloc(arena, n * sizeof *self.quotation),
                        .length = gs_arena_zalloc(arena, n),
                        .name = gs_arena_zalloc(arena, n)};
    st_quotations_read(parse, &self);
    for (size_t i = 0; i < parse->name_count; i++) {
        const gs_name *name = &parse->names[i];
        for (uint32_t w = name->word_begin; w < name->word_end; w++)
            self.name[w] = (uint8_t)(1 + 2 * name->kind + (w > name->word_begin));
    }
    return self;
}

st_words st_window_from(const gs_parse *parse, uint32_t begin)
{
    uint32_t end = begin, first = parse->words[begin].sentence;
    for (size_t s = first; s < parse->sentence_count; s++) {
        const gs_parse_sentence *sentence = &parse->sentences[s];
        if (sentence->paragraph != parse->sentences[first].paragraph ||
            sentence->word_end - begin > ST_WINDOW_WORDS)
            break;
        end = sentence->word_end;
    }
    return (st_words){begin, end > begin ? end : begin + ST_WINDOW_WORDS};
}

// ---- lemmas

uint64_t st_lemma_hash(const char *lemma)
{
    char lower[64];
    size_t size = 0;
    for (; size < sizeof lower && lemma[size]; size++) {
        char c = lemma[size];
        lower[size] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return XXH3_64bits(lower, size);
}

void st_lemmas_open(st_lemmas *self, const uint64_t *hashes, uint32_t count)
{
    uint32_t slots = 64;
    while (slots < 2 * count)
        slots *= 2;
    *self = (st_lemmas){hashes, count, gs_allocate(slots * sizeof *self->slots), slots - 1};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = (uint32_t)hashes[i] & self->mask;
        while (self->slots[at])
            at = (at + 1) & self->mask;
        self->slots[at] = i + 1;
    }
}

void st_lemmas_close(st_lemmas *self)
{
    free(self->slots);
    self->slots = NULL;
}

// 1 + its number, 0 if unknown.
static uint32_t find_lemma(const st_lemmas *self, const char *lemma)
{
    uint64_t hash = st_lemma_hash(lemma);
    for (uint32_t at = (uint32_t)hash & self->mask; self->slots[at]; at = (at + 1) & self->mask)
        if (self->hashes[self->slots[at] - 1] == hash)
            return self->slots[at];
    return 0;
}

// ---- rows

static uint32_t at_most(uint32_t value, uint32_t most)
{
    return value < most ? value : most;
}

static uint32_t relation_of(const gs_parse *parse, uint32_t word)
{
    return at_most(parse->words[word].relation, ST_RELATIONS - 1);
}

size_t st_rows_of(const st_features *self, const st_lemmas *lemmas, uint32_t word, uint32_t *rows)
{
    const gs_word *at = &self->parse->words[word];
    size_t count = 0;
    rows[count++] = ST_ROW_XPOS + at_most(at->xpos, ST_XPOS - 1);
    rows[count++] = ST_ROW_RELATION + relation_of(self->parse, word);
    rows[count++] = ST_ROW_QUOTE + self->quote[word] * (ST_QUOTE_LENGTHS + 1u) + self->length[word];
    rows[count++] = ST_ROW_NAME + self->name[word];
    if (self->parse->sentences[at->sentence].paragraph == 0)
        rows[count++] = ST_ROW_HEADLINE;
    rows[count++] = ST_ROW_LEMMA + find_lemma(lemmas, at->lemma);
    return count;
}

// ---- standing

st_words st_reach_of(st_words window, st_words cue)
{
    uint32_t before = cue.begin - window.begin, after = window.end - cue.end;
    return (st_words){cue.begin - at_most(before, ST_WORDS_BEFORE), cue.end + at_most(after, ST_WORDS_AFTER)};
}

// The cue's word on which the others hang: the first whose head is outside, but for punctuation.
static uint32_t cue_head(const gs_parse *parse, st_words cue)
{
    for (uint32_t i = cue.begin; i < cue.end; i++) {
        uint32_t head = parse->words[i].head;
        if ((head < cue.begin || head >= cue.end) && parse->words[i].upos != GS_PUNCT)
            return i;
    }
    return cue.begin;
}

// A word on the way from the cue to the root.
typedef struct ancestor {
    uint16_t depth;   // 1 + steps from the cue; 0: not on the way
    uint8_t relation; // of the word before it on the way
} ancestor;

// The word's head if it lies in the reach too, else GS_WORD_ROOT.
static uint32_t head_within(const gs_parse *parse, st_words reach, uint32_t word)
{
    uint32_t head = parse->words[word].head;
    return head >= reach.begin && head < reach.end ? head : GS_WORD_ROOT;
}

// Kinds of ways: 0 the word is an ancestor; else it hangs, by a last relation that is told, below the cue
// (1), its head (2) or a higher ancestor (3); 4, 5, 6: it hangs there itself.
static uint16_t path_of(const gs_parse *parse, st_words reach, const ancestor *ancestors, uint32_t word)
{
    const ancestor *own = &ancestors[word - reach.begin];
    if (own->depth > 0)
        return (uint16_t)(4 + own->relation);
    uint32_t at = word, head = head_within(parse, reach, at);
    for (size_t climbed = 0; head != GS_WORD_ROOT && ancestors[head - reach.begin].depth == 0; climbed++) {
        if (climbed == ST_REACH_WORDS)
            return 0;
        at = head;
        head = head_within(parse, reach, at);
    }
    if (head == GS_WORD_ROOT)
        return 0;
    uint32_t depth = ancestors[head - reach.begin].depth - 1u;
    uint32_t kind = 1 + at_most(depth, 2) + (at == word ? 3 : 0);
    return (uint16_t)(4 + kind * ST_RELATIONS + relation_of(parse, at));
}

static void find_paths(const gs_parse *parse, st_words reach, st_words cue, uint32_t head,
                       st_standing *standing)
{
    ancestor ancestors[ST_REACH_WORDS] = {{0, 0}};
    uint32_t sentence = parse->words[head].sentence, at = head;
    for (uint16_t depth = 1; at != GS_WORD_ROOT && depth <= ST_REACH_WORDS; depth++) {
        ancestor *on = &ancestors[at - reach.begin];
        if (on->depth > 0)
            break;
        on->depth = depth;
        uint8_t relation = (uint8_t)relation_of(parse, at);
        at = head_within(parse, reach, at);
        if (at != GS_WORD_ROOT && ancestors[at - reach.begin].depth == 0)
            ancestors[at - reach.begin].relation = relation;
    }
    for (uint32_t i = reach.begin; i < reach.end; i++) {
        uint32_t other = parse->words[i].sentence;
        uint16_t path = other < sentence ? 1 : other > sentence ? 2 : 3;
        if (other == sentence && (i < cue.begin || i >= cue.end))
            path = path_of(parse, reach, ancestors, i);
        standing[i - reach.begin].path = path;
    }
}

// 0 in the cue; then by how far behind it, and by how far before it.
static uint8_t distance_of(st_words cue, uint32_t word)
{
    static const uint8_t FROM[] = {1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 30, 40, 60, 90};
    if (word >= cue.begin && word < cue.end)
        return 0;
    uint32_t distance = word < cue.begin ? cue.begin - word : word - cue.end + 1;
    uint32_t range = 0;
    while (range < sizeof FROM && distance >= FROM[range])
        range++;
    return (uint8_t)(word < cue.begin ? 16 + range : range);
}

static void find_quotings(const st_features *self, st_words reach, st_words cue, st_standing *standing)
{
    enum { NONE, LEFT, RIGHT, ANOTHER, SAME, ANOTHER_THAN_OWN };
    const uint32_t *of = self->quotation;
    uint32_t own = of[cue.begin], left = ST_NO_QUOTATION, right = ST_NO_QUOTATION;
    for (uint32_t i = reach.begin; i < cue.begin; i++)
        left = of[i] != ST_NO_QUOTATION ? of[i] : left;
    for (uint32_t i = reach.end; i-- > cue.end;)
        right = of[i] != ST_NO_QUOTATION ? of[i] : right;
    for (uint32_t i = reach.begin; i < reach.end; i++) {
        uint8_t quoting = NONE;
        if (own != ST_NO_QUOTATION)
            quoting = of[i] == own ? SAME : ANOTHER_THAN_OWN;
        else if (of[i] != ST_NO_QUOTATION)
            quoting = of[i] == left ? LEFT : of[i] == right ? RIGHT : ANOTHER;
        standing[i - reach.begin].quoting = quoting;
    }
}

void st_standing_of(const st_features *self, st_words reach, st_words cue, st_standing *standing)
{
    const gs_parse *parse = self->parse;
    uint32_t head = cue_head(parse, cue), sentence = parse->words[head].sentence;
    find_paths(parse, reach, cue, head, standing);
    find_quotings(self, reach, cue, standing);
    for (uint32_t i = reach.begin; i < reach.end; i++) {
        int64_t apart = (int64_t)parse->words[i].sentence - (int64_t)sentence;
        apart = apart < -2 ? -2 : apart > 2 ? 2 : apart;
        standing[i - reach.begin].sentence = (uint8_t)(apart + 2);
        standing[i - reach.begin].distance = distance_of(cue, i);
    }
}
