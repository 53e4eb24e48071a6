// zmq_worker: the side of the work queue that does the work. One DEALER socket is one session: it begins
// with a hello, and ends for good when the connection breaks, when the queue is another run than before, or
// when the queue does not answer signs of life. The next session starts with a new socket and a new
// hello, at once and then with growing waits; settlements that were not sent go out with it.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bus/zmq_internal.h"

enum { UNWANTED_WAIT_US = 5 * 1000 * 1000 }; // after the queue refused this worker

struct gs_worker {
    gs_bus *bus;
    gs_worker_options options; // endpoint and name are owned
    char *endpoint, *name;
    char instance[GS_FRAME_NAME_BYTES]; // "host:pid"
    uint64_t process;
    gs_part part;
    gs_link link;
    gs_patience patience;
    gs_buffer settled;   // ids still to be sent
    uint64_t queue;      // run of the queue that answered; 0: none yet in this session
    uint64_t life_us;    // when the last sign of life left
    uint64_t refused_us; // rate limits
    bool greeted;        // hello is sent
    bool paused;
    bool window_changed; // to be told with the next flush
};

static uint32_t window_of(const gs_worker *self)
{
    return self->paused ? 0 : self->options.window;
}

// ---- sessions --------------------------------------------------------------------------------------

static void end_session(gs_worker *self, bool silent, uint64_t now_us)
{
    gs_link_close(&self->link);
    self->greeted = false;
    self->queue = 0;
    gs_patience_lost(&self->patience, silent, now_us);
}

static void begin_session(gs_worker *self, uint64_t now_us)
{
    gs_error error = {0};
    self->patience.open_at_us = 0;
    if (gs_link_connect(&self->link, &error))
        return;
    if (gs_log_every(gs_bus_log(self->bus), &self->refused_us, GS_COMPLAINT_US))
        gs_warn(gs_bus_log(self->bus), error.message, gs_str("worker", self->name));
    gs_patience_lost(&self->patience, false, now_us);
}

static void say_hello(gs_worker *self, uint64_t now_us)
{
    zmq_msg_t header, name;
    size_t size = strlen(self->instance);
    uint8_t *at = gs_frame_begin(&header, GS_FRAME_HELLO, 8 + 4 + size);
    at = gs_frame_put_u64(at, self->process);
    at = gs_frame_put_u32(at, window_of(self));
    gs_frame_put_bytes(at, self->instance, size);
    if (!gs_frame_send(self->link.handle, &header, true))
        return; // the next tick tries again
    gs_frame_copy(&name, gs_view_of(self->name));
    gs_frame_send(self->link.handle, &name, false);
    self->greeted = true;
    self->window_changed = false;
    self->life_us = now_us;
}

static void changed(void *context, bool up)
{
    gs_worker *self = context;
    uint64_t now_us = gs_monotonic_us();
    if (!up) {
        end_session(self, false, now_us);
        return;
    }
    self->patience.heard_us = now_us;
    say_hello(self, now_us);
}

static void send_life(gs_worker *self, uint64_t now_us)
{
    zmq_msg_t header;
    gs_frame_put_u32(gs_frame_begin(&header, GS_FRAME_LIFE, 4), window_of(self));
    if (!gs_frame_send(self->link.handle, &header, false))
        return;
    self->life_us = now_us;
    self->window_changed = false;
}

// ---- what the queue says ---------------------------------------------------------------------------

static void take_pong(gs_worker *self, gs_view fields, uint64_t now_us)
{
    uint64_t queue = 0;
    if (!gs_frame_take_u64(&fields, &queue))
        return;
    if (self->queue != 0 && self->queue != queue) {
        end_session(self, false, now_us);
        return;
    }
    self->queue = queue;
    gs_patience_heard(&self->patience, now_us);
}

static void take_work(gs_worker *self, gs_view fields, gs_frames *message)
{
    gs_work work = {.payload = gs_frames_view(message, 1)};
    uint8_t flags = 0;
    if (message->count < 2 || !gs_frame_take_id(&fields, &work.id) ||
        !gs_frame_take_u32(&fields, &work.failures) || !gs_frame_take_u8(&fields, &flags)) {
        gs_link_foreign(&self->link, message, "an item that is too short");
        return;
    }
    char reason[GS_FRAME_NAME_BYTES];
    gs_frame_take_text(fields, reason, sizeof reason);
    work.dead = (flags & 1) != 0;
    work.reason = reason;
    self->options.work(self->options.context, self, &work);
}

static void take_unwanted(gs_worker *self, gs_view fields, uint64_t now_us)
{
    char reason[3 * GS_FRAME_NAME_BYTES];
    gs_frame_take_text(fields, reason, sizeof reason);
    if (gs_log_every(gs_bus_log(self->bus), &self->refused_us, UNWANTED_WAIT_US))
        gs_warn(gs_bus_log(self->bus), "the queue does not want this worker; trying again in 5 s",
                gs_str("worker", self->name), gs_str("instance", self->instance),
                gs_str("endpoint", self->endpoint), gs_str("reason", reason));
    end_session(self, false, now_us);
    self->patience.open_at_us = now_us + UNWANTED_WAIT_US;
}

static void take(gs_worker *self, gs_frames *message, uint64_t now_us)
{
    gs_view fields;
    gs_frame_type type = gs_frame_read(gs_frames_view(message, 0), &fields);
    switch (type) {
    case GS_FRAME_WORK:
        self->patience.heard_us = now_us;
        take_work(self, fields, message);
        return;
    case GS_FRAME_PONG:
        take_pong(self, fields, now_us);
        return;
    case GS_FRAME_UNKNOWN:
        end_session(self, false, now_us);
        return;
    case GS_FRAME_UNWANTED:
        take_unwanted(self, fields, now_us);
        return;
    default:
        gs_link_foreign(&self->link, message,
                        type == GS_FRAME_FOREIGN ? "not a work message" : "an unknown type");
    }
}

static void ready(void *context)
{
    gs_worker *self = context;
    gs_frames message;
    gs_burst burst = gs_burst_begin();
    // A message may end the session, and with it the socket.
    while (gs_link_is_open(&self->link) && gs_burst_goes_on(&burst) &&
           gs_frames_receive(self->link.handle, &message)) {
        take(self, &message, gs_monotonic_us());
        gs_frames_close(&message);
    }
}

// ---- time passes, and what was gathered leaves -----------------------------------------------------

static void flush(void *context, uint64_t now_us)
{
    gs_worker *self = context;
    if (!self->greeted)
        return;
    size_t sent = 0;
    while (sent < self->settled.size) {
        size_t size = self->settled.size - sent;
        if (size > GS_FRAME_IDS * GS_ID_BYTES)
            size = GS_FRAME_IDS * GS_ID_BYTES;
        zmq_msg_t header;
        gs_frame_put_bytes(gs_frame_begin(&header, GS_FRAME_SETTLE, size), self->settled.data + sent, size);
        if (!gs_frame_send(self->link.handle, &header, false))
            break;
        sent += size;
    }
    if (sent == self->settled.size) {
        gs_buffer_clear(&self->settled);
    } else if (sent > 0) {
        memmove(self->settled.data, self->settled.data + sent, self->settled.size - sent);
        self->settled.size -= sent;
    }
    if (self->window_changed)
        send_life(self, now_us);
}

static void tick(void *context, uint64_t now_us, uint64_t slept_us)
{
    gs_worker *self = context;
    gs_patience_forgive(&self->patience, slept_us, now_us);
    if (!gs_link_is_open(&self->link)) {
        if (now_us >= self->patience.open_at_us)
            begin_session(self, now_us);
        return;
    }
    if (!self->link.up)
        return;
    if (gs_patience_ended(&self->patience, now_us)) {
        end_session(self, true, now_us);
        return;
    }
    if (!self->greeted)
        say_hello(self, now_us);
    else if (now_us - self->life_us >= GS_LIFE_US)
        send_life(self, now_us);
}

// ---- the owner's side ------------------------------------------------------------------------------

gs_worker *gs_worker_new(gs_bus *bus, const gs_worker_options *options, gs_error *error)
{
    gs_worker *self = gs_allocate(sizeof *self);
    self->bus = bus;
    self->options = *options;
    self->endpoint = gs_duplicate(options->endpoint);
    self->name = gs_duplicate(options->name);
    self->options.endpoint = self->endpoint;
    self->options.name = self->name;
    char host[128] = "";
    gethostname(host, sizeof host - 1);
    snprintf(self->instance, sizeof self->instance, "%s:%ld", host, (long)getpid());
    self->process = gs_bus_random();
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
        gs_worker_free(&self);
    return self;
}

void gs_worker_free(gs_worker **self_p)
{
    gs_worker *self = *self_p;
    if (self == NULL)
        return;
    if (self->greeted) {
        flush(self, gs_monotonic_us());
        zmq_msg_t header;
        gs_frame_begin(&header, GS_FRAME_BYE, 0);
        gs_frame_send(self->link.handle, &header, false);
    }
    gs_bus_remove(self->bus, &self->part);
    gs_link_close(&self->link);
    gs_buffer_free(&self->settled);
    free(self->endpoint);
    free(self->name);
    free(self);
    *self_p = NULL;
}

void gs_worker_settle(gs_worker *self, gs_id id)
{
    gs_buffer_append(&self->settled, id.bytes, sizeof id.bytes);
}

void gs_worker_refuse(gs_worker *self, gs_id id, const char *reason)
{
    if (!self->greeted)
        return; // the session that lent it is over, and the queue has it back
    zmq_msg_t header;
    size_t size = strnlen(reason, GS_FRAME_NAME_BYTES);
    uint8_t *at = gs_frame_begin(&header, GS_FRAME_REFUSE, GS_ID_BYTES + size);
    gs_frame_put_bytes(gs_frame_put_bytes(at, id.bytes, GS_ID_BYTES), reason, size);
    gs_frame_send(self->link.handle, &header, false); // if it cannot leave, the lease runs out
}

void gs_worker_pause(gs_worker *self, bool paused)
{
    self->window_changed = self->window_changed || self->paused != paused;
    self->paused = paused;
}

bool gs_worker_connected(const gs_worker *self)
{
    return self->queue != 0;
}
