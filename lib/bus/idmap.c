// idmap: open addressing with linear probing (Knuth, TAOCP 3, 6.4, algorithm L) and deletion that moves
// the rest of the run up (algorithm R), so there are no tombstones and a long-lived map stays as fast as a
// new one. Ids are BLAKE2b output; the multiplication below spreads even ids that a peer made up.
#include "bus/idmap.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 256 };

static size_t home(const gs_idmap *map, gs_id id)
{
    return (size_t)((gs_id_hash(id) * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & (map->capacity - 1);
}

// The slot that holds id, or the free one where it would go.
static size_t slot_of(const gs_idmap *map, gs_id id)
{
    size_t slot = home(map, id);
    while (map->slots[slot] != NULL && !gs_id_equal(*map->slots[slot], id))
        slot = (slot + 1) & (map->capacity - 1);
    return slot;
}

void *gs_idmap_find(const gs_idmap *map, gs_id id)
{
    return map->capacity == 0 ? NULL : map->slots[slot_of(map, id)];
}

static void grow(gs_idmap *map)
{
    gs_idmap larger = {.capacity = map->capacity == 0 ? FIRST_CAPACITY : map->capacity * 2,
                       .count = map->count};
    larger.slots = gs_allocate(larger.capacity * sizeof *larger.slots);
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->slots[i] != NULL)
            larger.slots[slot_of(&larger, *map->slots[i])] = map->slots[i];
    }
    free(map->slots);
    *map = larger;
}

void gs_idmap_insert(gs_idmap *map, gs_id *item)
{
    if (map->count * 3 >= map->capacity * 2)
        grow(map);
    map->slots[slot_of(map, *item)] = item;
    map->count++;
}

void gs_idmap_remove(gs_idmap *map, gs_id id)
{
    if (map->capacity == 0)
        return;
    size_t mask = map->capacity - 1;
    size_t hole = slot_of(map, id);
    if (map->slots[hole] == NULL)
        return;
    map->slots[hole] = NULL;
    map->count--;
    for (size_t slot = (hole + 1) & mask; map->slots[slot] != NULL; slot = (slot + 1) & mask) {
        size_t wanted = home(map, *map->slots[slot]);
        if (((slot - wanted) & mask) < ((slot - hole) & mask))
            continue; // it sits between its home and the hole: moving it would hide it
        map->slots[hole] = map->slots[slot];
        map->slots[slot] = NULL;
        hole = slot;
    }
}

void gs_idmap_free(gs_idmap *map)
{
    free(map->slots);
    *map = (gs_idmap){0};
}
