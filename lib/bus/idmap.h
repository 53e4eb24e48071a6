// idmap: finds what belongs to an id. The map stores pointers to structures whose first member is their
// gs_id, and owns none of them.
#ifndef GAINSAY_BUS_IDMAP_H
#define GAINSAY_BUS_IDMAP_H

#include "base/base.h"

typedef struct gs_idmap {
    gs_id **slots;   // owned; NULL is a free slot
    size_t capacity; // a power of two, or 0 before the first insertion
    size_t count;
} gs_idmap;

void *gs_idmap_find(const gs_idmap *map, gs_id id); // NULL if absent
void gs_idmap_insert(gs_idmap *map, gs_id *item);   // its id must be absent
void gs_idmap_remove(gs_idmap *map, gs_id id);      // absent ids are ignored
void gs_idmap_free(gs_idmap *map);

#endif
