// index_terms: the keys that a search looks up, and their lists in each segment.
#ifndef GAINSAY_CONTRADICTION_INDEX_TERMS_H
#define GAINSAY_CONTRADICTION_INDEX_TERMS_H

#include "index_search.h"

typedef struct search_term {
    uint32_t code;
    uint16_t value;
    uint16_t index;  // among the terms as they came: of its lists
    uint32_t living; // entries in the lists of all segments of the query
} search_term;

// The terms of one kind of list. Those that the budget pays for come first.
typedef struct search_terms {
    search_term *terms;
    size_t count, capacity, taken;
    const segment_list **lists; // [segment][capacity]
    size_t list_capacity;
} search_terms;

void search_terms_init(search_terms *self, size_t capacity);
void search_terms_free(search_terms *self);
// What is worth nothing, or more than there is room for, is left out.
void search_terms_put(search_terms *self, uint32_t code, uint32_t value);
// Finds the lists of all terms, those of articles or of statements, and puts the terms with the fewest
// entries first.
void search_terms_look_up(search_terms *self, const index_query *query, bool stories);
void search_terms_take(search_terms *self, const index_query *query, size_t s, uint64_t budget);
// Asks for the beginnings of the lists of the terms that are taken.
void search_terms_prefetch(const search_terms *self, const index_segment *segment, size_t s);

// An array that has room for so many items; what was in it may stay or not.
void *search_reserved(void *array, size_t *capacity, size_t needed, size_t item);

#endif
