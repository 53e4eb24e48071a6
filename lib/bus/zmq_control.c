// zmq_control: one question, one answer, for operators. The asking side waits on its own socket, outside the
// loop: `gainsay status` has nothing else to do.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bus/zmq_internal.h"

enum { CONTROL_REQUEST_BYTES = 1024 * 1024, REPLIES_WAITING = 16, REQUESTS_A_TURN = 16 };

struct gs_control {
    gs_answers answers; // link.endpoint is owned
    gs_control_answer *answer;
    void *context;
    gs_arena *arena; // one request at a time
};

static void respond(void *owner, gs_view request, gs_buffer *reply)
{
    gs_control *self = owner;
    gs_error error = {0};
    gs_arena_reset(self->arena);
    const Gainsay__V1__ControlRequest *asked = (const Gainsay__V1__ControlRequest *)gs_wire_unpack(
        &gainsay__v1__control_request__descriptor, request, self->arena, &error);
    if (asked != NULL) {
        self->answer(self->context, asked, reply);
        return;
    }
    Gainsay__V1__ControlReply refusal = GAINSAY__V1__CONTROL_REPLY__INIT;
    refusal.error = error.message;
    gs_wire_pack(&refusal.base, reply);
}

gs_control *gs_control_new(gs_bus *bus, const char *endpoint, gs_control_answer *answer, void *context,
                           gs_error *error)
{
    gs_control *self = gs_allocate(sizeof *self);
    self->answer = answer;
    self->context = context;
    self->arena = gs_arena_new(0);
    self->answers = (gs_answers){
        .link = {.bus = bus,
                 .endpoint = gs_duplicate(endpoint),
                 .send_most = REPLIES_WAITING,
                 .message_bytes = CONTROL_REQUEST_BYTES},
        .ask = GS_FRAME_CONTROL,
        .answer = GS_FRAME_CONTROL_REPLY,
        .most = REQUESTS_A_TURN,
        .respond = respond,
        .owner = self,
    };
    if (!gs_answers_open(&self->answers, error))
        gs_control_free(&self);
    return self;
}

void gs_control_free(gs_control **self_p)
{
    gs_control *self = *self_p;
    if (self == NULL)
        return;
    gs_answers_close(&self->answers);
    free((char *)self->answers.link.endpoint);
    gs_arena_free(&self->arena);
    free(self);
    *self_p = NULL;
}

// ---- asking ----------------------------------------------------------------------------------------

static bool send_request(gs_link *link, gs_view packed)
{
    zmq_msg_t header, body;
    gs_frame_begin(&header, GS_FRAME_CONTROL, 0);
    if (!gs_frame_send(link->handle, &header, true))
        return false;
    gs_frame_copy(&body, packed);
    return gs_frame_send(link->handle, &body, false);
}

static Gainsay__V1__ControlReply *read_reply(gs_link *link, gs_frames *message, gs_arena *arena,
                                             gs_error *error)
{
    gs_view fields;
    if (message->count != 2 || gs_frame_read(gs_frames_view(message, 0), &fields) != GS_FRAME_CONTROL_REPLY) {
        gs_fail(error, GS_E_PEER, "peer speaks something else than Gainsay 1 on %s", link->endpoint);
        return NULL;
    }
    Gainsay__V1__ControlReply *reply = (Gainsay__V1__ControlReply *)gs_wire_unpack(
        &gainsay__v1__control_reply__descriptor, gs_frames_view(message, 1), arena, error);
    if (reply == NULL) {
        gs_fail_within(error, "answer from %s", link->endpoint);
        return NULL;
    }
    if (reply->error == NULL || reply->error[0] == '\0')
        return reply;
    gs_fail(error, GS_E_PEER, "%s", reply->error);
    return NULL;
}

// Sends as soon as the connection stands, then waits for the answer.
static Gainsay__V1__ControlReply *converse(gs_link *link, gs_view packed, int timeout_ms, gs_arena *arena,
                                           gs_error *error)
{
    uint64_t until_us = gs_monotonic_us() + (uint64_t)timeout_ms * 1000;
    bool sent = false;
    for (uint64_t now_us = gs_monotonic_us(); now_us < until_us; now_us = gs_monotonic_us()) {
        sent = sent || send_request(link, packed);
        zmq_pollitem_t items[] = {
            {.socket = link->handle, .events = sent ? ZMQ_POLLIN : ZMQ_POLLIN | ZMQ_POLLOUT},
            {.socket = zsock_resolve(link->monitor), .events = ZMQ_POLLIN},
        };
        zmq_poll(items, 2, (long)((until_us - now_us + 999) / 1000));
        const char *refused = gs_link_check(link);
        if (refused != NULL) {
            gs_fail(error, GS_E_REFUSED, "%s: %s", link->endpoint, refused);
            return NULL;
        }
        gs_frames message;
        if (!gs_frames_receive(link->handle, &message))
            continue;
        Gainsay__V1__ControlReply *reply = read_reply(link, &message, arena, error);
        gs_frames_close(&message);
        return reply;
    }
    gs_fail(error, GS_E_PEER, "no answer from %s within %.1f s: is gainsay-aggregator running?",
            link->endpoint, timeout_ms / 1000.0);
    return NULL;
}

Gainsay__V1__ControlReply *gs_control_ask(gs_bus *bus, const char *endpoint,
                                          const Gainsay__V1__ControlRequest *request, int timeout_ms,
                                          gs_arena *arena, gs_error *error)
{
    gs_link link = {
        .bus = bus, .type = ZMQ_DEALER, .endpoint = endpoint, .send_most = 10, .receive_most = 10};
    if (!gs_link_connect(&link, error))
        return NULL;
    gs_buffer packed = {0};
    gs_wire_pack(&request->base, &packed);
    Gainsay__V1__ControlReply *reply = converse(&link, gs_buffer_view(&packed), timeout_ms, arena, error);
    gs_buffer_free(&packed);
    gs_link_close(&link);
    return reply;
}
