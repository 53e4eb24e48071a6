// zmq_answers: the answering side of replay and control. A turn answers a few requests only, one from each
// client in turn (a ROUTER takes from its peers round robin), so that a replay never holds up the live feed.
// A client that asks and does not read has its answers dropped once its queue is full, and asks again.
#include <stdlib.h>
#include <string.h>

#include "bus/zmq_internal.h"

// Answers the way it was asked: with an empty delimiter frame if there was one.
static void answer(gs_answers *self, gs_frames *message, bool delimited)
{
    zmq_msg_t header, body;
    if (!gs_frame_send(self->link.handle, &message->part[0], true)) {
        zmq_msg_init(&message->part[0]); // sending took it over
        return;
    }
    if (delimited)
        gs_frame_send(self->link.handle, &message->part[1], true);
    gs_frame_begin(&header, self->answer, 0);
    gs_frame_send(self->link.handle, &header, true);
    gs_frame_copy(&body, gs_buffer_view(&self->reply));
    gs_frame_send(self->link.handle, &body, false);
}

static void take(gs_answers *self, gs_frames *message)
{
    bool delimited = message->count > 1 && gs_frames_view(message, 1).size == 0;
    int header = delimited ? 2 : 1;
    gs_view fields;
    if (message->count != header + 2 || message->too_many ||
        gs_frame_read(gs_frames_view(message, header), &fields) != self->ask) {
        gs_link_foreign(&self->link, message, "not a request");
        return;
    }
    gs_buffer_clear(&self->reply);
    self->respond(self->owner, gs_frames_view(message, header + 1), &self->reply);
    answer(self, message, delimited);
}

static void ready(void *context)
{
    gs_answers *self = context;
    gs_frames message;
    for (int i = 0; i < self->most && gs_frames_receive(self->link.handle, &message); i++) {
        take(self, &message);
        gs_frames_close(&message);
    }
}

bool gs_answers_open(gs_answers *self, gs_error *error)
{
    self->link.type = ZMQ_ROUTER;
    self->link.owner = self;
    self->link.ready = ready;
    self->link.receive_most = 100;
    return gs_link_bind(&self->link, error);
}

void gs_answers_close(gs_answers *self)
{
    gs_link_close(&self->link);
    gs_buffer_free(&self->reply);
}
