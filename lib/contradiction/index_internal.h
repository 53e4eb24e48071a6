// What of the index its tests and benchmarks look at besides.
#ifndef GAINSAY_CONTRADICTION_INDEX_INTERNAL_H
#define GAINSAY_CONTRADICTION_INDEX_INTERNAL_H

#include "contradiction/contradiction.h"
#include "snapshot.h"

// gs_index_find by reading every statement of the window: what it would find without bounds.
void cd_index_scan(gs_index *self, const gs_statement *statement, gs_id *ids, size_t max, size_t *count);

// load: into an empty index; false if what is there is no sound index of today's tables, and then the index
// is good for nothing but to be freed.
void cd_index_save(const gs_index *self, cd_snapshot_writer *out);
bool cd_index_load(gs_index *self, cd_snapshot_reader *in);

#endif
