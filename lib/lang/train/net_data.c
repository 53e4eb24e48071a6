// Corpora as numbers: word types with their embedding rows, words with classes, examples of one sentence
// each.
#include "net.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { NAME_KINDS = 10 };

// The kinds that the network tells apart; places are split into GPE and LOC, and nationalities from MISC, by
// the lexicon.
static const char *const NAME_KIND[NAME_KINDS] = {"PERSON", "ORG",   "LOC",     "MISC",     "DATE",
                                                  "TIME",   "MONEY", "PERCENT", "CARDINAL", "ORDINAL"};

uint32_t net_name_classes(void)
{
    return 1 + 4 * NAME_KINDS;
}

static int kind_of(const char *name)
{
    if (strcmp(name, "GPE") == 0)
        name = "LOC";
    if (strcmp(name, "NORP") == 0)
        name = "MISC";
    for (int i = 0; i < NAME_KINDS; i++)
        if (strcmp(name, NAME_KIND[i]) == 0)
            return i;
    return -1;
}

// Class 0 is O; 1 + 4 kind + {0 B, 1 I, 2 E, 3 S}.
static uint8_t name_class(const corpus_sentence *sentence, uint32_t at)
{
    const char *name = sentence->words[at].name;
    if (strcmp(name, "_") == 0)
        return NET_UNKNOWN;
    if (strcmp(name, "O") == 0)
        return 0;
    int kind = kind_of(name + 2);
    if (kind < 0)
        return NET_UNKNOWN;
    bool begins = name[0] == 'B', ends = at + 1 == sentence->count || sentence->words[at + 1].name[0] != 'I';
    return (uint8_t)(1 + 4 * kind + (begins ? (ends ? 3 : 0) : ends ? 2 : 1));
}

static uint8_t class_of(net_classes *classes, const char *name, bool learn)
{
    if (strcmp(name, "_") == 0)
        return NET_UNKNOWN;
    for (uint32_t i = 0; i < classes->count; i++)
        if (strcmp(classes->names[i], name) == 0)
            return (uint8_t)i;
    if (!learn || classes->count == NET_UNKNOWN)
        return NET_UNKNOWN;
    classes->names[classes->count] = name;
    return (uint8_t)classes->count++;
}

// ---- vocabulary

typedef struct form_count {
    uint64_t hash;
    uint32_t count;
} form_count;

static int by_hash(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static uint64_t *all_hashes(const corpus *const *corpora, size_t count, size_t *total)
{
    size_t words = 0;
    for (size_t c = 0; c < count; c++)
        words += corpora[c]->words;
    uint64_t *hashes = gs_allocate((2 * words + 1) * sizeof *hashes);
    *total = 0;
    for (size_t c = 0; c < count; c++)
        for (size_t s = 0; s < corpora[c]->count; s++)
            for (uint32_t i = 0; i < corpora[c]->sentences[s].count; i++) {
                uint64_t pair[2];
                lang_form_hashes(gs_view_of(corpora[c]->sentences[s].words[i].form), pair);
                hashes[(*total)++] = pair[0];
                if (pair[1])
                    hashes[(*total)++] = pair[1];
            }
    qsort(hashes, *total, sizeof *hashes, by_hash);
    return hashes;
}

static void index_vocabulary(net_data *self)
{
    lang_vocabulary *vocabulary = &self->vocabulary;
    vocabulary->hashes = (const uint64_t *)(const void *)self->hashes.data;
    vocabulary->count = (uint32_t)(self->hashes.size / sizeof(uint64_t));
    vocabulary->bucket_bits = 14;
    uint32_t buckets = 1u << vocabulary->bucket_bits, at = 0;
    for (uint32_t b = 0; b <= buckets; b++) {
        while (at < vocabulary->count &&
               (b == buckets || vocabulary->hashes[at] >> (64 - vocabulary->bucket_bits) < b))
            at++;
        gs_buffer_append(&self->buckets, &at, sizeof at);
    }
    vocabulary->buckets = (const uint32_t *)(const void *)self->buckets.data;
}

void net_data_vocabulary(net_data *self, const corpus *const *corpora, size_t count, uint32_t minimum)
{
    size_t total;
    uint64_t *hashes = all_hashes(corpora, count, &total);
    for (size_t i = 0, j; i < total; i = j) {
        for (j = i; j < total && hashes[j] == hashes[i]; j++) {
        }
        if (j - i >= minimum)
            gs_buffer_append(&self->hashes, &hashes[i], sizeof hashes[i]);
    }
    free(hashes);
    index_vocabulary(self);
}

// ---- types

static void grow_slots(net_data *self)
{
    uint32_t slots = self->type_slots ? self->type_slots * 2 : 1u << 16;
    uint32_t *index = gs_allocate(slots * sizeof *index);
    for (uint32_t t = 0; t < self->type_count; t++) {
        uint32_t at = (uint32_t)self->type_hashes[t] & (slots - 1);
        while (index[at])
            at = (at + 1) & (slots - 1);
        index[at] = t + 1;
    }
    free(self->type_index);
    self->type_index = index;
    self->type_slots = slots;
}

static uint32_t add_type(net_data *self, gs_view form, uint64_t hash)
{
    if (self->type_count == self->type_capacity) {
        self->type_capacity = self->type_capacity ? self->type_capacity * 2 : 1u << 15;
        self->types = gs_reallocate(self->types, self->type_capacity * sizeof *self->types);
        self->type_hashes = gs_reallocate(self->type_hashes, self->type_capacity * sizeof *self->type_hashes);
    }
    lang_rows rows;
    lang_rows_of(&self->vocabulary, self->lexicon, form, &rows);
    if (self->row_count + rows.count > self->row_capacity) {
        self->row_capacity = self->row_capacity ? self->row_capacity * 2 : 1u << 20;
        self->rows = gs_reallocate(self->rows, self->row_capacity * sizeof *self->rows);
    }
    memcpy(self->rows + self->row_count, rows.row, rows.count * sizeof *self->rows);
    self->types[self->type_count] = (net_type){(uint32_t)self->row_count, rows.count, rows.gram_begin, 0};
    self->type_hashes[self->type_count] = hash;
    self->row_count += rows.count;
    return self->type_count++;
}

static uint32_t type_of(net_data *self, gs_view form)
{
    if (self->type_count * 2 >= self->type_slots)
        grow_slots(self);
    uint64_t hash = XXH3_64bits(form.data, form.size);
    uint32_t at = (uint32_t)hash & (self->type_slots - 1);
    for (; self->type_index[at]; at = (at + 1) & (self->type_slots - 1))
        if (self->type_hashes[self->type_index[at] - 1] == hash)
            return self->type_index[at] - 1;
    uint32_t type = add_type(self, form, hash);
    self->type_index[at] = type + 1;
    return type;
}

// ---- examples

static uint16_t context_of(const corpus_sentence *sentence, uint32_t at, uint32_t capitals)
{
    bool space = at == 0 || sentence->words[at - 1].space_after;
    uint32_t bits = 1u << (space ? LANG_CONTEXT_SPACE : LANG_CONTEXT_JOINED);
    bits |= (at == 0 ? 1u : 0u) << LANG_CONTEXT_FIRST;
    bits |= (at + 1 == sentence->count ? 1u : 0u) << LANG_CONTEXT_LAST;
    return (uint16_t)(bits | 1u << (LANG_CONTEXT_CAPITALS + capitals));
}

static net_word *add_words(net_data *self, size_t count)
{
    if (self->word_count + count > self->word_capacity) {
        self->word_capacity = self->word_capacity ? self->word_capacity * 2 : 1u << 20;
        self->words = gs_reallocate(self->words, self->word_capacity * sizeof *self->words);
    }
    net_word *words = self->words + self->word_count;
    self->word_count += count;
    return words;
}

static void add_example(net_data *self, const corpus_sentence *sentence, uint8_t set, bool learn)
{
    if (self->example_count == self->example_capacity) {
        self->example_capacity = self->example_capacity ? self->example_capacity * 2 : 1u << 15;
        self->examples = gs_reallocate(self->examples, self->example_capacity * sizeof *self->examples);
    }
    self->examples[self->example_count++] =
        (net_example){(uint32_t)self->word_count, sentence->count, NET_HARD, set};
    net_word *words = add_words(self, sentence->count);
    gs_view forms[NET_SENTENCE_MAX];
    for (uint32_t i = 0; i < sentence->count; i++)
        forms[i] = gs_view_of(sentence->words[i].form);
    uint32_t capitals = lang_capitals(forms, sentence->count);
    for (uint32_t i = 0; i < sentence->count; i++) {
        const corpus_word *from = &sentence->words[i];
        words[i] =
            (net_word){.type = type_of(self, forms[i]),
                       .context = context_of(sentence, i, capitals),
                       .upos = from->upos == GS_UPOS_COUNT ? NET_UNKNOWN : from->upos,
                       .xpos = class_of(&self->xpos[set], from->xpos, learn),
                       .relation = from->head == -2 ? NET_UNKNOWN
                                                    : class_of(&self->relations[set], from->relation, learn),
                       .name = name_class(sentence, i),
                       .head = (int16_t)from->head};
        if (learn)
            self->types[words[i].type].frequency++;
    }
}

net_source net_data_add(net_data *self, const corpus *from, uint8_t set, bool learn, const char *what)
{
    net_source source = {.what = what, .begin = self->example_count};
    for (size_t s = 0; s < from->count; s++)
        if (from->sentences[s].count > 0 && from->sentences[s].count <= NET_SENTENCE_MAX)
            add_example(self, &from->sentences[s], set, learn);
    source.end = self->example_count;
    return source;
}

void net_data_free(net_data *self)
{
    free(self->types);
    free(self->rows);
    free(self->words);
    free(self->examples);
    free(self->soft);
    free(self->type_index);
    free(self->type_hashes);
    gs_buffer_free(&self->hashes);
    gs_buffer_free(&self->buckets);
    memset(self, 0, sizeof *self);
}
