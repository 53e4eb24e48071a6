// zmq_inlet: a PULL socket for programs that push and want no answer. The high-water mark is low: what waits
// here is lost when the process ends, while what waits at a sender is the sender's to keep.
#include <stdlib.h>
#include <string.h>

#include "bus/zmq_internal.h"

enum { WAITING_MOST = 16 }; // messages, for each sender

struct gs_inlet {
    gs_bus *bus;
    gs_inlet_options options; // endpoint is owned
    char *endpoint;
    gs_link link;
    uint64_t large_us; // rate limit
};

static void ready(void *context)
{
    gs_inlet *self = context;
    gs_link_mute(&self->link, true); // until it has been emptied; the loop must not spin meanwhile
    self->options.ready(self->options.context);
}

// Receives all frames of a message. False: none there. *whole: all of it was kept.
static bool receive(gs_inlet *self, gs_buffer *out, bool *whole)
{
    const size_t before = out->size;
    *whole = true;
    for (int flags = ZMQ_DONTWAIT;; flags = 0) {
        zmq_msg_t part;
        int got;
        zmq_msg_init(&part);
        do {
            got = zmq_msg_recv(&part, self->link.handle, flags);
        } while (got < 0 && errno == EINTR);
        if (got < 0) {
            zmq_msg_close(&part);
            return false;
        }
        *whole = *whole && out->size - before + zmq_msg_size(&part) < GS_LIMIT_MESSAGE_BYTES;
        if (*whole) {
            gs_buffer_append(out, zmq_msg_data(&part), zmq_msg_size(&part));
            gs_buffer_byte(out, '\n');
        }
        const bool more = zmq_msg_more(&part) != 0;
        zmq_msg_close(&part);
        if (!more)
            return true;
    }
}

bool gs_inlet_take(gs_inlet *self, gs_buffer *out)
{
    const size_t before = out->size;
    bool whole = true;
    while (receive(self, out, &whole)) {
        if (whole)
            return true;
        out->size = before;
        if (gs_log_every(gs_bus_log(self->bus), &self->large_us, GS_COMPLAINT_US))
            gs_warn(gs_bus_log(self->bus), "a message is too large and was left out",
                    gs_str("endpoint", self->endpoint), gs_int("most_bytes", GS_LIMIT_MESSAGE_BYTES));
    }
    gs_link_mute(&self->link, false);
    return false;
}

gs_inlet *gs_inlet_new(gs_bus *bus, const gs_inlet_options *options, gs_error *error)
{
    gs_inlet *self = gs_allocate(sizeof *self);
    self->bus = bus;
    self->options = *options;
    self->endpoint = gs_duplicate(options->endpoint);
    self->options.endpoint = self->endpoint;
    self->link = (gs_link){.bus = bus,
                           .type = ZMQ_PULL,
                           .endpoint = self->endpoint,
                           .owner = self,
                           .ready = ready,
                           .receive_most = WAITING_MOST,
                           .message_bytes = GS_LIMIT_LINE_BYTES};
    if (!gs_link_bind(&self->link, error))
        gs_inlet_free(&self);
    return self;
}

void gs_inlet_free(gs_inlet **self_p)
{
    gs_inlet *self = *self_p;
    if (self == NULL)
        return;
    gs_link_close(&self->link);
    free(self->endpoint);
    free(self);
    *self_p = NULL;
}
