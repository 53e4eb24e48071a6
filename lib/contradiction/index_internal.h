// What of the index its tests and benchmarks look at besides.
#ifndef GAINSAY_CONTRADICTION_INDEX_INTERNAL_H
#define GAINSAY_CONTRADICTION_INDEX_INTERNAL_H

#include "contradiction/contradiction.h"

// gs_index_find by reading every statement of the window: what it would find without bounds.
void cd_index_scan(gs_index *self, const gs_statement *statement, gs_id *ids, size_t max, size_t *count);

#endif
