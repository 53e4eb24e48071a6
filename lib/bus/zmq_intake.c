// zmq_intake: takes results in and sends acknowledgements back, grouped by peer. A peer is one connection
// of a sink; an acknowledgement whose connection is gone is dropped, since the sink sends the result again
// on the next one and is told then.
#include <stdlib.h>
#include <string.h>

#include "bus/peers.h"
#include "bus/zmq_internal.h"

enum {
    PEERS_MOST = 4 * GS_LIMIT_WORKERS,
    PEER_SILENCE_US = 60 * 1000 * 1000,
};

// Data of a gs_peer.
typedef struct sender {
    gs_buffer acknowledged; // ids for the next flush
    bool gathered;          // it is in the list of those to flush
    uint64_t next;          // handle of the next one in that list
} sender;

struct gs_intake {
    gs_bus *bus;
    gs_intake_options options; // endpoint is owned
    char *endpoint;
    gs_part part;
    gs_link link;
    gs_peers *peers;
    uint64_t flush_first; // handle: list of peers with acknowledgements; 0: empty
    uint64_t instance;
    uint64_t full_us; // rate limit
    gs_arena *arena;  // one report at a time
};

// ---- answers ---------------------------------------------------------------------------------------

static bool send_route(gs_intake *self, const gs_peer *peer)
{
    zmq_msg_t route;
    gs_frame_copy(&route, gs_view_make(peer->route, peer->route_size));
    return gs_frame_send(self->link.handle, &route, true);
}

static void send_pong(gs_intake *self, const gs_peer *peer)
{
    if (!send_route(self, peer))
        return;
    zmq_msg_t header;
    gs_frame_put_u64(gs_frame_begin(&header, GS_FRAME_PONG, 8), self->instance);
    gs_frame_send(self->link.handle, &header, false);
}

static void send_acknowledged(gs_intake *self, const gs_peer *peer, gs_view ids)
{
    for (size_t sent = 0; sent < ids.size; sent += GS_FRAME_IDS * GS_ID_BYTES) {
        if (!send_route(self, peer))
            return;
        gs_view group = gs_view_slice(ids, sent, sent + GS_FRAME_IDS * GS_ID_BYTES);
        zmq_msg_t header;
        gs_frame_put_bytes(gs_frame_begin(&header, GS_FRAME_ACKNOWLEDGE, group.size), group.data, group.size);
        gs_frame_send(self->link.handle, &header, false);
    }
}

void gs_intake_acknowledge(gs_intake *self, uint64_t handle, gs_id id)
{
    gs_peer *peer = gs_peers_at(self->peers, handle);
    if (peer == NULL)
        return;
    sender *to = peer->data;
    gs_buffer_append(&to->acknowledged, id.bytes, sizeof id.bytes);
    if (to->gathered)
        return;
    to->gathered = true;
    to->next = self->flush_first;
    self->flush_first = handle;
}

void gs_intake_flush(gs_intake *self)
{
    while (self->flush_first != 0) {
        gs_peer *peer = gs_peers_at(self->peers, self->flush_first);
        sender *to = peer->data;
        self->flush_first = to->next;
        to->gathered = false;
        send_acknowledged(self, peer, gs_buffer_view(&to->acknowledged));
        gs_buffer_clear(&to->acknowledged);
    }
}

void gs_intake_refuse(gs_intake *self, uint64_t handle, gs_id id, const char *reason)
{
    const gs_peer *peer = gs_peers_at(self->peers, handle);
    if (peer == NULL || !send_route(self, peer))
        return;
    zmq_msg_t header;
    size_t size = strnlen(reason, GS_FRAME_NAME_BYTES);
    uint8_t *at = gs_frame_begin(&header, GS_FRAME_REFUSE, GS_ID_BYTES + size);
    gs_frame_put_bytes(gs_frame_put_bytes(at, id.bytes, GS_ID_BYTES), reason, size);
    gs_frame_send(self->link.handle, &header, false);
}

// ---- what comes in ---------------------------------------------------------------------------------

static void take_ping(gs_intake *self, const gs_peer *peer, gs_frames *message)
{
    send_pong(self, peer);
    if (message->count < 3 || self->options.report == NULL)
        return;
    gs_error error = {0};
    gs_arena_reset(self->arena);
    gs_status *report = (gs_status *)gs_wire_unpack(&gainsay__v1__status_report__descriptor,
                                                    gs_frames_view(message, 2), self->arena, &error);
    if (report == NULL)
        gs_link_foreign(&self->link, message, error.message);
    else
        self->options.report(self->options.context, report);
}

static void take_item(gs_intake *self, const gs_peer *peer, gs_view fields, gs_frames *message)
{
    gs_id id;
    if (message->count < 3 || !gs_frame_take_id(&fields, &id)) {
        gs_link_foreign(&self->link, message, "a result that is too short");
        return;
    }
    self->options.item(self->options.context, peer->handle, id, gs_frames_view(message, 2));
}

static gs_peer *peer_of(gs_intake *self, gs_view route, uint64_t now_us)
{
    gs_peer *peer = gs_peers_find(self->peers, route);
    if (peer == NULL)
        peer = gs_peers_add(self->peers, route, now_us);
    if (peer != NULL)
        peer->heard_us = now_us;
    else if (gs_log_every(gs_bus_log(self->bus), &self->full_us, GS_COMPLAINT_US))
        gs_warn(gs_bus_log(self->bus), "more programs are connected than this intake can serve",
                gs_str("endpoint", self->endpoint), gs_int("most", PEERS_MOST));
    return peer;
}

static void take(gs_intake *self, gs_frames *message, uint64_t now_us)
{
    gs_view fields;
    gs_frame_type type = gs_frame_read(gs_frames_view(message, 1), &fields);
    if (type != GS_FRAME_PING && type != GS_FRAME_ITEM) {
        gs_link_foreign(&self->link, message, type == GS_FRAME_FOREIGN ? "not a result" : "an unknown type");
        return;
    }
    gs_peer *peer = peer_of(self, gs_frames_view(message, 0), now_us);
    if (peer == NULL)
        return; // the sink gets no answer, keeps its results, and tries again
    if (type == GS_FRAME_PING)
        take_ping(self, peer, message);
    else
        take_item(self, peer, fields, message);
}

static void ready(void *context)
{
    gs_intake *self = context;
    uint64_t now_us = gs_monotonic_us();
    gs_frames message;
    gs_burst burst = gs_burst_begin();
    while (gs_burst_goes_on(&burst) && gs_frames_receive(self->link.handle, &message)) {
        take(self, &message, now_us);
        gs_frames_close(&message);
    }
}

static void tick(void *context, uint64_t now_us, uint64_t slept_us)
{
    gs_intake *self = context;
    gs_peers_forgive(self->peers, slept_us, now_us);
    uint32_t cursor = 0;
    for (gs_peer *peer = gs_peers_next(self->peers, &cursor); peer != NULL;
         peer = gs_peers_next(self->peers, &cursor)) {
        const sender *known = peer->data;
        if (!known->gathered && peer->heard_us + PEER_SILENCE_US < now_us)
            gs_peers_remove(self->peers, peer);
    }
}

// ---- the owner's side ------------------------------------------------------------------------------

static void drop(void *context, gs_peer *peer)
{
    (void)context;
    gs_buffer_free(&((sender *)peer->data)->acknowledged);
}

gs_intake *gs_intake_new(gs_bus *bus, const gs_intake_options *options, gs_error *error)
{
    gs_intake *self = gs_allocate(sizeof *self);
    self->bus = bus;
    self->options = *options;
    self->endpoint = gs_duplicate(options->endpoint);
    self->options.endpoint = self->endpoint;
    self->instance = gs_bus_random();
    self->arena = gs_arena_new(0);
    self->peers = gs_peers_new(PEERS_MOST, sizeof(sender), drop, NULL);
    self->link = (gs_link){.bus = bus,
                           .type = ZMQ_ROUTER,
                           .endpoint = self->endpoint,
                           .owner = self,
                           .ready = ready,
                           .receive_most = 1000};
    self->part = (gs_part){.owner = self, .tick = tick};
    gs_bus_add(bus, &self->part);
    if (!gs_link_bind(&self->link, error))
        gs_intake_free(&self);
    return self;
}

void gs_intake_free(gs_intake **self_p)
{
    gs_intake *self = *self_p;
    if (self == NULL)
        return;
    gs_intake_flush(self);
    gs_bus_remove(self->bus, &self->part);
    gs_link_close(&self->link);
    gs_peers_free(&self->peers);
    gs_arena_free(&self->arena);
    free(self->endpoint);
    free(self);
    *self_p = NULL;
}
