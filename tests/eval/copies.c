// Which texts does each way to sketch a text take for copies of which? For copies.py, which makes the texts
// and counts what is right.
//
//   copies <TEXTS.jsonl >MATCHES.tsv
//
// Reads {"id", "site", "text"} a line. For each text and each method, the likeliest earlier text, as a line
// "METHOD id earlier_id likeness words". All earlier texts are compared, so that what a table of keys would
// miss shows apart: "keys N" is the share of matches that N keys find.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "source/sketch.h"
#include "source/source.h"

enum { TEXTS_MAX = 100000, MINHASH = 120, KEYS_MAX = 16 };

typedef struct text {
    char *id;
    char *site;
    size_t words;
    gs_sketch sketch;
    uint64_t simhash;         // of words
    uint64_t simhash_shingle; // of shingles of three words
    uint32_t minhash[MINHASH];
} text;

// Charikar 2002, section 3, as Manku et al. 2007 use it: each bit is the majority of that bit in the
// features.
static uint64_t simhash_of(const uint64_t *features, size_t count)
{
    int sums[64] = {0};
    uint64_t result = 0;
    for (size_t i = 0; i < count; i++)
        for (int bit = 0; bit < 64; bit++)
            sums[bit] += (features[i] >> bit & 1) != 0 ? 1 : -1;
    for (int bit = 0; bit < 64; bit++)
        result |= (uint64_t)(sums[bit] > 0) << bit;
    return result;
}

static uint64_t shingle(const uint64_t *words, size_t width)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < width; i++)
        hash = hash * UINT64_C(0x9e3779b97f4a7c15) + words[i];
    return gs_sketch_mix(hash);
}

static void minhash_of(const uint64_t *words, size_t count, size_t width, uint32_t minhash[MINHASH])
{
    memset(minhash, 0xFF, MINHASH * sizeof *minhash);
    for (size_t i = 0; i + width <= count; i++) {
        const uint64_t hash = shingle(words + i, width);
        for (uint64_t k = 0; k < MINHASH; k++) {
            const uint32_t value =
                (uint32_t)(gs_sketch_mix(hash ^ (k + 1) * UINT64_C(0xD6E8FEB86659FD93)) >> 32);
            if (value < minhash[k])
                minhash[k] = value;
        }
    }
}

static void read_text(text *self, const char *id, const char *site, gs_view body)
{
    uint64_t *words = gs_allocate((body.size + 1) * sizeof *words);
    uint64_t *triples = gs_allocate((body.size + 1) * sizeof *triples);
    size_t offset = 0;
    self->id = gs_duplicate(id);
    self->site = gs_duplicate(site);
    self->words = gs_sketch_words(body, &offset, words, body.size + 1);
    for (size_t i = 0; i + 3 <= self->words; i++)
        triples[i] = shingle(words + i, 3);
    self->simhash = simhash_of(words, self->words);
    self->simhash_shingle = simhash_of(triples, self->words >= 3 ? self->words - 2 : 0);
    minhash_of(words, self->words, 5, self->minhash);
    gs_sketch_make(body, &self->sketch);
    free(words);
    free(triples);
}

static double minhash_likeness(const text *a, const text *b)
{
    int same = 0;
    for (int i = 0; i < MINHASH; i++)
        same += a->minhash[i] == b->minhash[i] ? 1 : 0;
    return (double)same / MINHASH;
}

static double simhash_likeness(uint64_t a, uint64_t b)
{
    return 1.0 - (double)__builtin_popcountll(a ^ b) / 64;
}

// How many keys must be compared until one is shared; KEYS_MAX + 1 if none.
static size_t keys_needed(const text *a, const text *b)
{
    for (size_t n = 1; n <= KEYS_MAX; n++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                if (i < a->sketch.count && j < b->sketch.count && a->sketch.least[i] == b->sketch.least[j])
                    return n;
    return KEYS_MAX + 1;
}

typedef enum method { SKETCH, SIMHASH, SIMHASH_SHINGLE, MINHASH_BANDS, METHODS } method;

static double likeness(method by, const text *a, const text *b)
{
    switch (by) {
    case SKETCH:
        return gs_sketch_likeness(&a->sketch, &b->sketch, strcmp(a->site, b->site) == 0);
    case SIMHASH:
        return simhash_likeness(a->simhash, b->simhash);
    case SIMHASH_SHINGLE:
        return simhash_likeness(a->simhash_shingle, b->simhash_shingle);
    default:
        return minhash_likeness(a, b);
    }
}

static void match(const text *texts, size_t at)
{
    static const char *const names[METHODS] = {"sketch", "simhash", "simhash3", "minhash"};
    for (int m = 0; m < METHODS; m++) {
        double best = 0;
        size_t found = at;
        for (size_t i = 0; i < at; i++) {
            const double value = likeness((method)m, &texts[at], &texts[i]);
            if (value > best) {
                best = value;
                found = i;
            }
        }
        if (found == at)
            continue;
        const size_t words = texts[at].words < texts[found].words ? texts[at].words : texts[found].words;
        printf("%s\t%s\t%s\t%.4f\t%zu\t%zu\n", names[m], texts[at].id, texts[found].id, best, words,
               m == SKETCH ? keys_needed(&texts[at], &texts[found]) : 0);
    }
}

int main(void)
{
    text *texts = gs_allocate(TEXTS_MAX * sizeof *texts);
    size_t count = 0;
    json_error_t trouble;
    json_t *line;
    while (count < TEXTS_MAX && (line = json_loadf(stdin, JSON_DISABLE_EOF_CHECK, &trouble)) != NULL) {
        const char *body = json_string_value(json_object_get(line, "text"));
        const char *id = json_string_value(json_object_get(line, "id"));
        const char *site = json_string_value(json_object_get(line, "site"));
        if (body == NULL || id == NULL || site == NULL) {
            fprintf(stderr, "copies: text %zu lacks id, site or text\n", count + 1);
            return 1;
        }
        read_text(&texts[count], id, site, gs_view_of(body));
        match(texts, count++);
        json_decref(line);
    }
    for (size_t i = 0; i < count; i++) {
        free(texts[i].id);
        free(texts[i].site);
    }
    free(texts);
    return 0;
}
