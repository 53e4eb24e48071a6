// index_search: the best of some segments for one statement. Its work space outlives a search.
#ifndef GAINSAY_CONTRADICTION_INDEX_SEARCH_H
#define GAINSAY_CONTRADICTION_INDEX_SEARCH_H

#include "index_segment.h"

typedef struct index_search index_search;
index_search *index_search_new(void);
void index_search_free(index_search **self_p);

typedef struct index_query {
    const cd_matter *matter;
    bool has_id; // then the statement of this id, which is itself, is not found
    gs_id id;
    int64_t first, last; // days
    const index_segment *const *segments;
    const bool *undated;  // of each segment: its days are not those of the statements
    const uint32_t *away; // of each: how many segments lie between it and the statement's day
    size_t segment_count;
} index_query;

// The best by score, ties by id; returns how many, at most max. scan: by reading every statement, to compare
// with.
size_t index_search_find(index_search *self, const index_query *query, gs_id *ids, size_t max);
size_t index_search_scan(index_search *self, const index_query *query, gs_id *ids, size_t max);
size_t index_search_bytes(const index_search *self);

#endif
