// peers: slots that are allocated one by one up to the limit and then reused, and a chained hash table over
// routing ids. A handle is the slot's number in its low half and a count of its uses in its high half.
#include "bus/peers.h"

#include <stdlib.h>
#include <string.h>

#define END UINT32_MAX

struct gs_peers {
    uint32_t limit, count; // slots allowed, slots allocated
    uint32_t bucket_count; // a power of two
    size_t data_size;
    void (*drop)(void *context, gs_peer *peer);
    void *context;
    gs_peer **slots;    // owned, and each with its data
    uint32_t *buckets;  // owned; first slot of each chain, or END
    uint32_t free_slot; // chain of slots to reuse, or END
};

gs_peers *gs_peers_new(uint32_t limit, size_t data_size, void (*drop)(void *context, gs_peer *peer),
                       void *context)
{
    gs_peers *self = gs_allocate(sizeof *self);
    self->limit = limit;
    self->data_size = data_size;
    self->drop = drop;
    self->context = context;
    self->free_slot = END;
    self->bucket_count = 16;
    while (self->bucket_count < limit)
        self->bucket_count *= 2;
    self->slots = gs_allocate(limit * sizeof *self->slots);
    self->buckets = gs_allocate(self->bucket_count * sizeof *self->buckets);
    memset(self->buckets, 0xFF, self->bucket_count * sizeof *self->buckets);
    return self;
}

void gs_peers_free(gs_peers **self_p)
{
    gs_peers *self = *self_p;
    if (self == NULL)
        return;
    for (uint32_t i = 0; i < self->count; i++) {
        if (self->slots[i]->used && self->drop != NULL)
            self->drop(self->context, self->slots[i]);
        free(self->slots[i]->data);
        free(self->slots[i]);
    }
    free(self->slots);
    free(self->buckets);
    free(self);
    *self_p = NULL;
}

static uint32_t *bucket_of(const gs_peers *self, gs_view route)
{
    return &self->buckets[gs_hash(route) & (self->bucket_count - 1)];
}

gs_peer *gs_peers_find(const gs_peers *self, gs_view route)
{
    for (uint32_t slot = *bucket_of(self, route); slot != END; slot = self->slots[slot]->next) {
        gs_peer *peer = self->slots[slot];
        if (gs_view_equal(gs_view_make(peer->route, peer->route_size), route))
            return peer;
    }
    return NULL;
}

static uint32_t slot_of(const gs_peer *peer)
{
    return (uint32_t)peer->handle;
}

static gs_peer *take_slot(gs_peers *self)
{
    if (self->free_slot != END) {
        gs_peer *peer = self->slots[self->free_slot];
        self->free_slot = peer->next;
        return peer;
    }
    if (self->count == self->limit)
        return NULL;
    gs_peer *peer = gs_allocate(sizeof *peer);
    peer->data = gs_allocate(self->data_size == 0 ? 1 : self->data_size);
    peer->handle = self->count;
    self->slots[self->count++] = peer;
    return peer;
}

gs_peer *gs_peers_add(gs_peers *self, gs_view route, uint64_t now_us)
{
    if (route.size > GS_ROUTING_ID_BYTES)
        return NULL;
    gs_peer *peer = take_slot(self);
    if (peer == NULL)
        return NULL;
    peer->handle += UINT64_C(1) << 32;
    peer->heard_us = now_us;
    peer->used = true;
    peer->route_size = (uint8_t)route.size;
    memcpy(peer->route, route.data, route.size);
    memset(peer->data, 0, self->data_size);
    uint32_t *bucket = bucket_of(self, route);
    peer->next = *bucket;
    *bucket = slot_of(peer);
    return peer;
}

void gs_peers_remove(gs_peers *self, gs_peer *peer)
{
    if (self->drop != NULL)
        self->drop(self->context, peer);
    uint32_t *link = bucket_of(self, gs_view_make(peer->route, peer->route_size));
    while (*link != slot_of(peer))
        link = &self->slots[*link]->next;
    *link = peer->next;
    peer->used = false;
    peer->next = self->free_slot;
    self->free_slot = slot_of(peer);
}

gs_peer *gs_peers_at(const gs_peers *self, uint64_t handle)
{
    uint32_t slot = (uint32_t)handle;
    if (slot >= self->count || !self->slots[slot]->used || self->slots[slot]->handle != handle)
        return NULL;
    return self->slots[slot];
}

gs_peer *gs_peers_next(const gs_peers *self, uint32_t *cursor)
{
    while (*cursor < self->count) {
        gs_peer *peer = self->slots[(*cursor)++];
        if (peer->used)
            return peer;
    }
    return NULL;
}

void gs_peers_forgive(gs_peers *self, uint64_t slept_us, uint64_t now_us)
{
    for (uint32_t i = 0; slept_us > 0 && i < self->count; i++) {
        uint64_t heard_us = self->slots[i]->heard_us + slept_us;
        self->slots[i]->heard_us = heard_us < now_us ? heard_us : now_us;
    }
}
