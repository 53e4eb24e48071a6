// zmq_sink: keeps every result until the intake has committed it. A result is in one of two lists: unsent,
// or sent (by time, so the first one to be sent again is at the front). A new connection means that nobody
// knows what arrived: all that was sent goes back to the front of the unsent ones, in its old order. Ids make
// the repeats harmless.
//
// Nothing waits for the network here: what cannot leave now stays in the list until the socket has room.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/idmap.h"
#include "bus/ring.h"
#include "bus/zmq_internal.h"

typedef struct pending {
    gs_id id;          // first: the key of the map
    zmq_msg_t payload; // owned; each sending shares its bytes
    size_t size;       // of payload
    uint64_t tag;
    uint64_t sent_us; // 0: never
    gs_ring link;     // in unsent or sent
} pending;

struct gs_sink {
    gs_bus *bus;
    gs_sink_options options; // endpoint and name are owned
    char *endpoint, *name;
    gs_part part;
    gs_link link;
    gs_patience patience;
    gs_idmap items;
    gs_ring unsent, sent;
    size_t bytes; // of all pending payloads
    uint64_t resent;
    uint64_t intake; // run of the intake that answered; 0: none yet on this connection
    uint64_t life_us;
    uint64_t failed_us; // rate limit
    gs_buffer report;   // packed status for the next sign of life; empty if told already
};

// ---- connections -----------------------------------------------------------------------------------

static void disconnect(gs_sink *self, bool silent, uint64_t now_us)
{
    gs_link_close(&self->link);
    self->intake = 0;
    gs_ring_splice_front(&self->unsent, &self->sent);
    gs_patience_lost(&self->patience, silent, now_us);
}

static void reconnect(gs_sink *self, uint64_t now_us)
{
    gs_error error = {0};
    if (gs_link_connect(&self->link, &error))
        return;
    if (gs_log_every(gs_bus_log(self->bus), &self->failed_us, GS_COMPLAINT_US))
        gs_warn(gs_bus_log(self->bus), error.message, gs_str("sink", self->name));
    gs_patience_lost(&self->patience, false, now_us);
}

static void send_life(gs_sink *self, uint64_t now_us)
{
    zmq_msg_t header, report;
    size_t size = strnlen(self->name, GS_FRAME_NAME_BYTES);
    gs_frame_put_bytes(gs_frame_begin(&header, GS_FRAME_PING, size), self->name, size);
    bool told = self->report.size > 0;
    if (!gs_frame_send(self->link.handle, &header, told))
        return;
    self->life_us = now_us;
    if (!told)
        return;
    gs_frame_copy(&report, gs_buffer_view(&self->report));
    gs_frame_send(self->link.handle, &report, false);
    gs_buffer_clear(&self->report);
}

static void changed(void *context, bool up)
{
    gs_sink *self = context;
    uint64_t now_us = gs_monotonic_us();
    if (!up) {
        disconnect(self, false, now_us);
        return;
    }
    self->patience.heard_us = now_us;
    send_life(self, now_us);
}

// ---- what the intake says --------------------------------------------------------------------------

static void forget(gs_sink *self, pending *item)
{
    gs_idmap_remove(&self->items, item->id);
    gs_ring_remove(&item->link);
    self->bytes -= item->size;
    zmq_msg_close(&item->payload);
    free(item);
}

static void take_acknowledged(gs_sink *self, gs_view fields)
{
    enum { GROUP = 256 };
    gs_id ids[GROUP];
    uint64_t tags[GROUP];
    size_t count = 0;
    gs_id id;
    while (gs_frame_take_id(&fields, &id)) {
        pending *item = gs_idmap_find(&self->items, id);
        if (item == NULL)
            continue; // acknowledged before: it was sent twice
        ids[count] = id;
        tags[count++] = item->tag;
        forget(self, item);
        if (count < GROUP)
            continue;
        self->options.acknowledged(self->options.context, ids, tags, count);
        count = 0;
    }
    if (count > 0)
        self->options.acknowledged(self->options.context, ids, tags, count);
}

static void take_refused(gs_sink *self, gs_view fields)
{
    gs_id id;
    pending *item = gs_frame_take_id(&fields, &id) ? gs_idmap_find(&self->items, id) : NULL;
    if (item == NULL)
        return;
    char reason[GS_FRAME_NAME_BYTES];
    gs_frame_take_text(fields, reason, sizeof reason);
    uint64_t tag = item->tag;
    forget(self, item);
    self->options.refused(self->options.context, id, tag, reason);
}

static void take_pong(gs_sink *self, gs_view fields, uint64_t now_us)
{
    uint64_t intake = 0;
    if (!gs_frame_take_u64(&fields, &intake))
        return;
    if (self->intake != 0 && self->intake != intake) {
        disconnect(self, false, now_us);
        return;
    }
    self->intake = intake;
    gs_patience_heard(&self->patience, now_us);
}

static void take(gs_sink *self, gs_frames *message, uint64_t now_us)
{
    gs_view fields;
    gs_frame_type type = gs_frame_read(gs_frames_view(message, 0), &fields);
    switch (type) {
    case GS_FRAME_ACKNOWLEDGE:
        self->patience.heard_us = now_us;
        take_acknowledged(self, fields);
        return;
    case GS_FRAME_REFUSE:
        take_refused(self, fields);
        return;
    case GS_FRAME_PONG:
        take_pong(self, fields, now_us);
        return;
    default:
        gs_link_foreign(&self->link, message, type == GS_FRAME_FOREIGN ? "not an answer" : "an unknown type");
    }
}

static void ready(void *context)
{
    gs_sink *self = context;
    gs_frames message;
    gs_burst burst = gs_burst_begin();
    while (gs_link_is_open(&self->link) && gs_burst_goes_on(&burst) &&
           gs_frames_receive(self->link.handle, &message)) {
        take(self, &message, gs_monotonic_us());
        gs_frames_close(&message);
    }
}

// ---- what leaves -----------------------------------------------------------------------------------

static bool send_item(gs_sink *self, pending *item, uint64_t now_us)
{
    zmq_msg_t header, payload;
    gs_frame_put_bytes(gs_frame_begin(&header, GS_FRAME_ITEM, GS_ID_BYTES), item->id.bytes, GS_ID_BYTES);
    if (!gs_frame_send(self->link.handle, &header, true))
        return false;
    zmq_msg_init(&payload);
    zmq_msg_copy(&payload, &item->payload);
    gs_frame_send(self->link.handle, &payload, false);
    self->resent += item->sent_us != 0;
    item->sent_us = now_us;
    gs_ring_remove(&item->link);
    gs_ring_insert_before(&self->sent, &item->link);
    return true;
}

// The far end would cut the connection for it, each time anew.
static void refuse_oversized(gs_sink *self, pending *item)
{
    gs_id id = item->id;
    uint64_t tag = item->tag;
    char reason[96];
    snprintf(reason, sizeof reason, "the result has %zu bytes; %d can be sent", item->size,
             GS_LIMIT_MESSAGE_BYTES);
    forget(self, item);
    self->options.refused(self->options.context, id, tag, reason);
}

static void flush(void *context, uint64_t now_us)
{
    gs_sink *self = context;
    if (!self->link.up)
        return;
    while (!gs_ring_is_empty(&self->unsent)) {
        pending *item = GS_RING_ITEM(self->unsent.next, pending, link);
        if (item->size > GS_LIMIT_MESSAGE_BYTES) {
            refuse_oversized(self, item);
            continue;
        }
        if (!send_item(self, item, now_us)) {
            gs_link_wait_writable(&self->link);
            return;
        }
    }
}

static void send_overdue_again(gs_sink *self, uint64_t now_us)
{
    while (!gs_ring_is_empty(&self->sent)) {
        pending *item = GS_RING_ITEM(self->sent.next, pending, link);
        if (item->sent_us + self->options.resend_us > now_us)
            return;
        gs_ring_remove(&item->link);
        gs_ring_insert_before(&self->unsent, &item->link);
    }
}

static void tick(void *context, uint64_t now_us, uint64_t slept_us)
{
    gs_sink *self = context;
    gs_patience_forgive(&self->patience, slept_us, now_us);
    if (!gs_link_is_open(&self->link)) {
        if (now_us >= self->patience.open_at_us)
            reconnect(self, now_us);
        return;
    }
    if (!self->link.up)
        return;
    if (gs_patience_ended(&self->patience, now_us)) {
        disconnect(self, true, now_us);
        return;
    }
    send_overdue_again(self, now_us);
    if (now_us - self->life_us >= GS_LIFE_US)
        send_life(self, now_us);
}

// ---- the owner's side ------------------------------------------------------------------------------

gs_sink *gs_sink_new(gs_bus *bus, const gs_sink_options *options, gs_error *error)
{
    gs_sink *self = gs_allocate(sizeof *self);
    self->bus = bus;
    self->options = *options;
    self->endpoint = gs_duplicate(options->endpoint);
    self->name = gs_duplicate(options->name != NULL ? options->name : "");
    self->options.endpoint = self->endpoint;
    self->options.name = self->name;
    gs_ring_init(&self->unsent);
    gs_ring_init(&self->sent);
    self->patience = gs_patience_new(GS_SILENCE_US);
    self->link = (gs_link){.bus = bus,
                           .type = ZMQ_DEALER,
                           .endpoint = self->endpoint,
                           .owner = self,
                           .ready = ready,
                           .changed = changed,
                           .send_most = 1000};
    self->part = (gs_part){.owner = self, .tick = tick, .flush = flush};
    gs_bus_add(bus, &self->part);
    if (!gs_link_connect(&self->link, error))
        gs_sink_free(&self);
    return self;
}

void gs_sink_free(gs_sink **self_p)
{
    gs_sink *self = *self_p;
    if (self == NULL)
        return;
    if (self->link.up)
        flush(self, gs_monotonic_us());
    gs_bus_remove(self->bus, &self->part);
    gs_link_close(&self->link);
    gs_ring_splice_front(&self->unsent, &self->sent);
    while (!gs_ring_is_empty(&self->unsent))
        forget(self, GS_RING_ITEM(self->unsent.next, pending, link));
    gs_idmap_free(&self->items);
    gs_buffer_free(&self->report);
    free(self->endpoint);
    free(self->name);
    free(self);
    *self_p = NULL;
}

void gs_sink_send(gs_sink *self, gs_id id, gs_view payload, uint64_t tag)
{
    pending *item = gs_idmap_find(&self->items, id);
    if (item != NULL) {
        item->tag = tag;
        return;
    }
    item = gs_allocate(sizeof *item);
    item->id = id;
    item->tag = tag;
    item->size = payload.size;
    gs_frame_copy(&item->payload, payload);
    gs_idmap_insert(&self->items, &item->id);
    gs_ring_insert_before(&self->unsent, &item->link);
    self->bytes += payload.size;
}

size_t gs_sink_pending(const gs_sink *self)
{
    return self->items.count;
}

size_t gs_sink_pending_bytes(const gs_sink *self)
{
    return self->bytes;
}

uint64_t gs_sink_resent(const gs_sink *self)
{
    return self->resent;
}

bool gs_sink_connected(const gs_sink *self)
{
    return self->intake != 0;
}

void gs_sink_report(gs_sink *self, const gs_status *status)
{
    gs_buffer_clear(&self->report);
    gs_wire_pack(&status->base, &self->report);
}
