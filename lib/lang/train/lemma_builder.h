// The lemmatiser's table under construction.
#ifndef GAINSAY_LANG_LEMMA_BUILDER_H
#define GAINSAY_LANG_LEMMA_BUILDER_H

#include "lang/lemma_table.h"

typedef struct lemma_builder {
    struct lemma_pair {
        uint64_t hash; // 0: empty
        uint32_t value;
    } * pairs;                // owned; open addressing
    size_t count, capacity;   // capacity: a power of two
    gs_buffer strings;        // each NUL-terminated, each once
    struct lemma_pair *known; // owned; hash of a string to its offset, open addressing as well
    size_t known_count, known_capacity;
} lemma_builder;

void lemma_builder_init(lemma_builder *self);
void lemma_builder_free(lemma_builder *self);
void lemma_builder_set(lemma_builder *self, uint64_t hash, uint32_t value);
bool lemma_builder_find(const lemma_builder *self, uint64_t hash, uint32_t *value);
uint32_t lemma_builder_string(lemma_builder *self, const char *text); // its offset
void lemma_builder_write(const lemma_builder *self, gs_buffer *section);

static inline uint32_t lemma_value(unsigned byte, uint32_t offset)
{
    return (uint32_t)byte << 24 | offset;
}

#endif
