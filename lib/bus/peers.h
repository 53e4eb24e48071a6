// peers: the far ends of a ROUTER socket, by their routing id, in a bounded table. A peer is named by a
// 64-bit handle that is never reused for another one, so an answer that comes late cannot reach a stranger.
#ifndef GAINSAY_BUS_PEERS_H
#define GAINSAY_BUS_PEERS_H

#include "base/base.h"

enum { GS_ROUTING_ID_BYTES = 255 }; // ZeroMQ's limit

typedef struct gs_peer {
    uint64_t handle;
    uint64_t heard_us;
    void *data;    // data_size bytes, zeroed at first; the owner's
    uint32_t next; // in its hash bucket
    bool used;
    uint8_t route_size;
    uint8_t route[GS_ROUTING_ID_BYTES];
} gs_peer;

typedef struct gs_peers gs_peers;

// drop: called when a peer leaves the table, for what its data owns; may be NULL.
gs_peers *gs_peers_new(uint32_t limit, size_t data_size, void (*drop)(void *context, gs_peer *peer),
                       void *context);
void gs_peers_free(gs_peers **self_p);
gs_peer *gs_peers_find(const gs_peers *self, gs_view route);
gs_peer *gs_peers_add(gs_peers *self, gs_view route, uint64_t now_us); // NULL: the table is full
void gs_peers_remove(gs_peers *self, gs_peer *peer);
gs_peer *gs_peers_at(const gs_peers *self, uint64_t handle); // NULL: gone
// All peers: start with *cursor 0; NULL at the end. The peer just returned may be removed.
gs_peer *gs_peers_next(const gs_peers *self, uint32_t *cursor);
// Time in which nobody listened does not count as silence.
void gs_peers_forgive(gs_peers *self, uint64_t slept_us, uint64_t now_us);

#endif
