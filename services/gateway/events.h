// events: live streams without sockets. A ring of the newest events, formatted once, and clients that each
// stand at a place in it with a filter of their own; who stands before the ring reads stored events until it
// is reached.
#ifndef GAINSAY_GATEWAY_EVENTS_H
#define GAINSAY_GATEWAY_EVENTS_H

#include <sys/types.h>

#include "rows.h"

// One event, unpacked and formatted. Made by one thread, handed to another.
typedef struct gw_frame {
    uint64_t sequence;
    gs_arena *arena; // holds the event that facets point into
    const gs_event *event;
    gw_facets facets;
    gw_texts folded;
    gs_buffer text; // "id: 7\nevent: statement\ndata: {…}\n\n"
    struct gw_frame *next;
} gw_frame;

// NULL: bytes are no event that streams tell (a heartbeat).
gw_frame *gw_frame_new(gs_view bytes);
void gw_frame_free(gw_frame *frame);

typedef struct gw_events gw_events;
typedef struct gw_client gw_client;

enum {
    GW_RING_FRAMES = 16384,
    GW_RING_BYTES = 64 * 1024 * 1024, // of formatted text
    GW_BEAT_US = 15 * 1000 * 1000,    // a quiet stream tells its position so often
};

// db: a reading connection for stored events; borrowed, used on the calling thread.
gw_events *gw_events_new(gw_db *db, uint64_t newest);
void gw_events_free(gw_events **self_p); // after its clients
// Everything up to newest is in the store; frames (a list, owned from now on) are the newest of it, in order.
void gw_events_add(gw_events *self, uint64_t newest, gw_frame *frames);
uint64_t gw_events_newest(const gw_events *self);

// The query is that of the URL. last_event_id: the header, NULL if not sent; it goes before `after`.
gw_client *gw_client_new(gw_events *events, gs_view query, const char *last_event_id, gs_error *error);
void gw_client_free(gw_client **self_p);
// True if gw_client_read would give something. Cheap where the filter lets nothing pass.
bool gw_client_ready(gw_client *self, uint64_t now_us);
// Up to size bytes of the stream; 0: nothing for now; -1: the client is too slow, or the store failed: cut it
// off.
ssize_t gw_client_read(gw_client *self, char *out, size_t size, uint64_t now_us);
uint64_t gw_client_told(const gw_client *self); // events

#endif
