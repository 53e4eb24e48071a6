// zmq_queue: the side of the work queue that has the work. It binds a ROUTER and translates between frames
// and lease.c, which decides who gets what. A payload is copied once, into a libzmq message; each delivery
// of it shares those bytes (zmq_msg_copy counts references).
//
// A worker's process is told apart from its connection: a new session of the same process is a connection
// that broke, and its items go round again unharmed; a new process under the same name is a worker that died,
// and what it held counts as failed.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/lease.h"
#include "bus/peers.h"
#include "bus/zmq_internal.h"

enum {
    DISPATCH_MOST = 4096,        // deliveries in one turn
    TAKEN_GRACE_US = 500 * 1000, // signs of life of a replaced worker that were under way
    REPLACED_KEEP_US = 60 * 1000 * 1000,
};

// One session of a worker; the data of a gs_peer.
typedef struct session {
    uint32_t worker; // in the leases, or GS_LEASE_NOBODY once it was replaced
    uint64_t process;
    uint64_t replaced_us;
    char name[GS_FRAME_NAME_BYTES];
    char instance[GS_FRAME_NAME_BYTES];
    char successor[GS_FRAME_NAME_BYTES]; // instance that took the name over
} session;

struct gs_queue {
    gs_bus *bus;
    gs_queue_options options; // endpoint is owned
    char *endpoint;
    gs_part part;
    gs_link link;
    gs_leases *leases;
    gs_peers *peers;
    uint64_t handles[GS_LIMIT_WORKERS]; // peer of each worker of the leases
    gs_buffer settled;                  // ids of this turn
    uint64_t instance;
    uint64_t taken_us; // rate limit of the warning about a name used twice
    uint64_t oversized_us;
    bool paused;
};

// ---- answers ---------------------------------------------------------------------------------------

static bool send_to(gs_queue *self, const gs_peer *peer, zmq_msg_t *header)
{
    zmq_msg_t route;
    gs_frame_copy(&route, gs_view_make(peer->route, peer->route_size));
    if (!gs_frame_send(self->link.handle, &route, true)) {
        zmq_msg_close(header);
        return false;
    }
    return gs_frame_send(self->link.handle, header, false);
}

static void send_pong(gs_queue *self, const gs_peer *peer)
{
    zmq_msg_t header;
    gs_frame_put_u64(gs_frame_begin(&header, GS_FRAME_PONG, 8), self->instance);
    send_to(self, peer, &header);
}

static void send_text(gs_queue *self, gs_view route, gs_frame_type type, const char *text)
{
    gs_peer peer = {.route_size = (uint8_t)route.size};
    memcpy(peer.route, route.data, route.size);
    zmq_msg_t header;
    size_t size = strlen(text);
    gs_frame_put_bytes(gs_frame_begin(&header, type, size), text, size);
    send_to(self, &peer, &header);
}

// ---- workers come and go ---------------------------------------------------------------------------

static gs_peer *find_name(gs_queue *self, const char *name)
{
    uint32_t cursor = 0;
    for (gs_peer *peer = gs_peers_next(self->peers, &cursor); peer != NULL;
         peer = gs_peers_next(self->peers, &cursor)) {
        const session *known = peer->data;
        if (known->worker != GS_LEASE_NOBODY && strcmp(known->name, name) == 0)
            return peer;
    }
    return NULL;
}

// The earlier session of a name ends, because a later one begins.
static void replace(gs_queue *self, gs_peer *peer, const session *by, uint64_t now_us)
{
    session *old = peer->data;
    bool same_process = old->process == by->process;
    char reason[2 * GS_FRAME_NAME_BYTES + 64];
    snprintf(reason, sizeof reason, "worker %.200s (%.200s) died while it held this", old->name,
             old->instance);
    uint32_t held = gs_leases_held(self->leases, old->worker);
    gs_leases_leave(self->leases, old->worker, !same_process, reason);
    if (same_process) {
        gs_peers_remove(self->peers, peer);
        return;
    }
    gs_warn(gs_bus_log(self->bus), "worker replaced", gs_str("worker", old->name),
            gs_str("old", old->instance), gs_str("new", by->instance), gs_int("items", held));
    old->worker = GS_LEASE_NOBODY;
    old->replaced_us = now_us;
    memcpy(old->successor, by->instance, sizeof old->successor);
}

static void take_hello(gs_queue *self, gs_view route, gs_view fields, gs_frames *message, uint64_t now_us)
{
    session hello = {0};
    uint32_t window = 0;
    gs_view name = gs_frames_view(message, 2);
    if (!gs_frame_take_u64(&fields, &hello.process) || !gs_frame_take_u32(&fields, &window) ||
        name.size == 0) {
        gs_link_foreign(&self->link, message, "a hello that is too short");
        return;
    }
    gs_frame_take_text(fields, hello.instance, sizeof hello.instance);
    gs_frame_take_text(name, hello.name, sizeof hello.name);
    gs_peer *same = find_name(self, hello.name);
    if (same != NULL)
        replace(self, same, &hello, now_us);
    gs_peer *stale = gs_peers_find(self->peers, route); // a session that says hello twice starts over
    if (stale != NULL) {
        const session *earlier = stale->data;
        if (earlier->worker != GS_LEASE_NOBODY)
            gs_leases_leave(self->leases, earlier->worker, false, "");
        gs_peers_remove(self->peers, stale);
    }
    gs_peer *peer = gs_peers_add(self->peers, route, now_us);
    hello.worker = peer != NULL ? gs_leases_join(self->leases, window, now_us) : GS_LEASE_NOBODY;
    if (hello.worker == GS_LEASE_NOBODY) {
        if (peer != NULL)
            gs_peers_remove(self->peers, peer);
        send_text(self, route, GS_FRAME_UNWANTED, "this queue has as many workers as it can serve");
        return;
    }
    memcpy(peer->data, &hello, sizeof hello);
    self->handles[hello.worker] = peer->handle;
    send_pong(self, peer);
}

// A worker that was replaced and yet lives: two workers run under one name.
static void tell_taken(gs_queue *self, gs_view route, const session *old)
{
    char text[3 * GS_FRAME_NAME_BYTES + 64];
    snprintf(text, sizeof text, "the name %.200s is taken by %.200s; give each worker a name of its own",
             old->name, old->successor);
    send_text(self, route, GS_FRAME_UNWANTED, text);
    gs_log *log = gs_bus_log(self->bus);
    if (gs_log_every(log, &self->taken_us, GS_COMPLAINT_US))
        gs_warn(log, "two workers run under one name; give each a name of its own",
                gs_str("worker", old->name), gs_str("refused", old->instance),
                gs_str("kept", old->successor));
}

static void take_life(gs_queue *self, gs_view route, gs_peer *peer, gs_view fields, uint64_t now_us)
{
    uint32_t window = 0;
    if (!gs_frame_take_u32(&fields, &window))
        return;
    if (peer == NULL) {
        send_text(self, route, GS_FRAME_UNKNOWN, "");
        return;
    }
    const session *known = peer->data;
    if (known->worker == GS_LEASE_NOBODY) {
        if (known->replaced_us + TAKEN_GRACE_US < now_us)
            tell_taken(self, route, known);
        return;
    }
    gs_leases_heard(self->leases, known->worker, window, now_us);
    send_pong(self, peer);
}

static void take_bye(gs_queue *self, gs_peer *peer)
{
    if (peer == NULL)
        return;
    const session *known = peer->data;
    if (known->worker != GS_LEASE_NOBODY)
        gs_leases_leave(self->leases, known->worker, false, "");
    gs_peers_remove(self->peers, peer);
}

// ---- items come back -------------------------------------------------------------------------------

// Settled counts from anybody: also from a session that ended since, and for an item this run does not
// know. The owner looks into its store.
static void take_settled(gs_queue *self, gs_view fields)
{
    gs_id id;
    while (gs_frame_take_id(&fields, &id)) {
        gs_leases_settle(self->leases, id);
        gs_buffer_append(&self->settled, id.bytes, sizeof id.bytes);
    }
}

static void take_refused(gs_queue *self, const gs_peer *peer, gs_view fields)
{
    gs_id id;
    if (peer == NULL || !gs_frame_take_id(&fields, &id))
        return;
    char reason[GS_FRAME_NAME_BYTES];
    gs_frame_take_text(fields, reason, sizeof reason);
    gs_leases_refuse(self->leases, ((const session *)peer->data)->worker, id, reason);
}

static void take(gs_queue *self, gs_frames *message, uint64_t now_us)
{
    gs_view route = gs_frames_view(message, 0), fields;
    gs_frame_type type = gs_frame_read(gs_frames_view(message, 1), &fields);
    gs_peer *peer = type == GS_FRAME_HELLO ? NULL : gs_peers_find(self->peers, route);
    switch (type) {
    case GS_FRAME_HELLO:
        take_hello(self, route, fields, message, now_us);
        return;
    case GS_FRAME_LIFE:
        take_life(self, route, peer, fields, now_us);
        return;
    case GS_FRAME_SETTLE:
        take_settled(self, fields);
        return;
    case GS_FRAME_REFUSE:
        take_refused(self, peer, fields);
        return;
    case GS_FRAME_BYE:
        take_bye(self, peer);
        return;
    default:
        gs_link_foreign(&self->link, message,
                        type == GS_FRAME_FOREIGN ? "not a work message" : "an unknown type");
    }
}

static void ready(void *context)
{
    gs_queue *self = context;
    uint64_t now_us = gs_monotonic_us();
    gs_frames message;
    gs_burst burst = gs_burst_begin();
    while (gs_burst_goes_on(&burst) && gs_frames_receive(self->link.handle, &message)) {
        take(self, &message, now_us);
        gs_frames_close(&message);
    }
}

// ---- items go out ----------------------------------------------------------------------------------

static gs_peer *peer_of_worker(gs_queue *self, uint32_t worker)
{
    return gs_peers_at(self->peers, self->handles[worker]);
}

static bool deliver(gs_queue *self, const gs_peer *peer, const gs_lease_item *item)
{
    zmq_msg_t route, header, payload;
    gs_frame_copy(&route, gs_view_make(peer->route, peer->route_size));
    if (!gs_frame_send(self->link.handle, &route, true))
        return false;
    const char *reason = item->reason != NULL ? item->reason : "";
    size_t reason_size = strlen(reason);
    uint8_t *at = gs_frame_begin(&header, GS_FRAME_WORK, GS_ID_BYTES + 4 + 1 + reason_size);
    at = gs_frame_put_bytes(at, item->id.bytes, GS_ID_BYTES);
    at = gs_frame_put_u32(at, item->failures);
    *at++ = gs_leases_dead(self->leases, item) ? 1 : 0;
    gs_frame_put_bytes(at, reason, reason_size);
    gs_frame_send(self->link.handle, &header, true);
    zmq_msg_init(&payload);
    zmq_msg_copy(&payload, item->payload);
    return gs_frame_send(self->link.handle, &payload, false);
}

static void dispatch(gs_queue *self, uint64_t now_us)
{
    for (int i = 0; i < DISPATCH_MOST; i++) {
        uint32_t worker = GS_LEASE_NOBODY;
        const gs_lease_item *item = gs_leases_next(self->leases, now_us, &worker);
        if (item == NULL)
            return;
        const gs_peer *peer = peer_of_worker(self, worker);
        if (peer != NULL && deliver(self, peer, item))
            continue;
        // The connection is gone. Whether the worker died or only its connection did shows when it says hello
        // again, or does not; until then it gets nothing more.
        gs_leases_undo(self->leases, item->id);
        gs_leases_stop(self->leases, worker);
    }
}

static void flush(void *context, uint64_t now_us)
{
    gs_queue *self = context;
    if (self->settled.size > 0) {
        gs_buffer ids = self->settled; // the owner may come back in here
        self->settled = (gs_buffer){0};
        self->options.settled(self->options.context, (const gs_id *)(const void *)ids.data,
                              ids.size / GS_ID_BYTES);
        gs_buffer_clear(&ids);
        gs_buffer_free(&self->settled);
        self->settled = ids;
    }
    if (!self->paused)
        dispatch(self, now_us);
}

// ---- time passes -----------------------------------------------------------------------------------

static void drop_silent(gs_queue *self, uint64_t now_us)
{
    uint32_t worker = gs_leases_silent(self->leases, self->options.silence_us, now_us);
    for (; worker != GS_LEASE_NOBODY;
         worker = gs_leases_silent(self->leases, self->options.silence_us, now_us)) {
        gs_peer *peer = peer_of_worker(self, worker);
        const session *known = peer != NULL ? peer->data : NULL;
        char reason[GS_FRAME_NAME_BYTES + 64];
        snprintf(reason, sizeof reason, "worker %.200s fell silent while it held this",
                 known ? known->name : "");
        gs_warn(gs_bus_log(self->bus), "worker fell silent", gs_str("worker", known ? known->name : ""),
                gs_str("instance", known ? known->instance : ""),
                gs_int("items", gs_leases_held(self->leases, worker)));
        gs_leases_leave(self->leases, worker, true, reason);
        if (peer != NULL)
            gs_peers_remove(self->peers, peer);
    }
}

static void forget_replaced(gs_queue *self, uint64_t now_us)
{
    uint32_t cursor = 0;
    for (gs_peer *peer = gs_peers_next(self->peers, &cursor); peer != NULL;
         peer = gs_peers_next(self->peers, &cursor)) {
        const session *known = peer->data;
        if (known->worker == GS_LEASE_NOBODY && known->replaced_us + REPLACED_KEEP_US < now_us)
            gs_peers_remove(self->peers, peer);
    }
}

static void tick(void *context, uint64_t now_us, uint64_t slept_us)
{
    gs_queue *self = context;
    gs_leases_forgive(self->leases, slept_us, now_us);
    drop_silent(self, now_us);
    forget_replaced(self, now_us);
    gs_leases_expire(self->leases, now_us);
}

// ---- the owner's side ------------------------------------------------------------------------------

static void release(void *context, void *payload)
{
    (void)context;
    zmq_msg_close(payload);
    free(payload);
}

static void failed(void *context, gs_id id, uint32_t failures, const char *reason)
{
    gs_queue *self = context;
    self->options.failed(self->options.context, id, failures, reason);
}

gs_queue *gs_queue_new(gs_bus *bus, const gs_queue_options *options, gs_error *error)
{
    gs_queue *self = gs_allocate(sizeof *self);
    self->bus = bus;
    self->options = *options;
    self->endpoint = gs_duplicate(options->endpoint);
    self->options.endpoint = self->endpoint;
    self->instance = gs_bus_random();
    self->leases = gs_leases_new(&(gs_lease_options){
        .lease_us = options->lease_us,
        .max_failures = options->max_failures,
        .failed = failed,
        .release = release,
        .context = self,
    });
    self->peers = gs_peers_new(2 * GS_LIMIT_WORKERS, sizeof(session), NULL, NULL);
    self->link = (gs_link){.bus = bus,
                           .type = ZMQ_ROUTER,
                           .endpoint = self->endpoint,
                           .owner = self,
                           .ready = ready,
                           .receive_most = 1000};
    self->part = (gs_part){.owner = self, .tick = tick, .flush = flush};
    gs_bus_add(bus, &self->part);
    if (!gs_link_bind(&self->link, error))
        gs_queue_free(&self);
    return self;
}

void gs_queue_free(gs_queue **self_p)
{
    gs_queue *self = *self_p;
    if (self == NULL)
        return;
    gs_bus_remove(self->bus, &self->part);
    gs_link_close(&self->link);
    gs_peers_free(&self->peers);
    gs_leases_free(&self->leases);
    gs_buffer_free(&self->settled);
    free(self->endpoint);
    free(self);
    *self_p = NULL;
}

bool gs_queue_has_room(const gs_queue *self)
{
    return gs_leases_count(self->leases).ready_bytes < self->options.max_ready_bytes;
}

void gs_queue_offer(gs_queue *self, gs_id id, gs_view payload, uint32_t failures, const char *reason)
{
    if (gs_leases_holds(self->leases, id))
        return;
    if (payload.size > GS_LIMIT_MESSAGE_BYTES) { // a worker would cut the connection for it, each time anew
        gs_log *log = gs_bus_log(self->bus);
        if (gs_log_every(log, &self->oversized_us, GS_COMPLAINT_US))
            gs_oops(log, "an item is too large to be handed out", gs_int("bytes", (int64_t)payload.size),
                    gs_int("most", GS_LIMIT_MESSAGE_BYTES));
        return;
    }
    zmq_msg_t *message = gs_allocate(sizeof *message);
    gs_frame_copy(message, payload);
    gs_leases_offer(self->leases, id, message, payload.size, failures, reason);
}

bool gs_queue_holds(const gs_queue *self, gs_id id)
{
    return gs_leases_holds(self->leases, id);
}

void gs_queue_pause(gs_queue *self, bool paused)
{
    self->paused = paused;
}

gs_queue_numbers gs_queue_count(const gs_queue *self)
{
    gs_lease_numbers numbers = gs_leases_count(self->leases);
    return (gs_queue_numbers){
        .ready = numbers.ready,
        .leased = numbers.leased,
        .workers = numbers.workers,
        .delivered = numbers.delivered,
        .redelivered = numbers.redelivered,
        .settled = numbers.settled,
        .expired = numbers.expired,
    };
}
