// ring: doubly linked circular lists whose links live inside their items, so that moving an item between
// lists costs four stores and no allocation. A ring head is a link of its own; an item that is in no list
// points to itself.
#ifndef GAINSAY_BUS_RING_H
#define GAINSAY_BUS_RING_H

#include <stdbool.h>
#include <stddef.h>

typedef struct gs_ring {
    struct gs_ring *next, *previous;
} gs_ring;

// The item that holds the link.
#define GS_RING_ITEM(link, type, member) ((type *)(void *)((char *)(link)-offsetof(type, member)))

static inline void gs_ring_init(gs_ring *ring)
{
    ring->next = ring->previous = ring;
}

static inline bool gs_ring_is_empty(const gs_ring *ring)
{
    return ring->next == ring;
}

// Before the head of a list means at its end.
static inline void gs_ring_insert_before(gs_ring *at, gs_ring *link)
{
    link->next = at;
    link->previous = at->previous;
    at->previous->next = link;
    at->previous = link;
}

static inline void gs_ring_remove(gs_ring *link)
{
    link->previous->next = link->next;
    link->next->previous = link->previous;
    gs_ring_init(link);
}

// Moves all of from, in order, to the front of to.
static inline void gs_ring_splice_front(gs_ring *to, gs_ring *from)
{
    if (gs_ring_is_empty(from))
        return;
    from->previous->next = to->next;
    to->next->previous = from->previous;
    to->next = from->next;
    from->next->previous = to;
    gs_ring_init(from);
}

#endif
