// zmq_subscriber: one reader of the feed: a SUB socket for the live stream and a DEALER for replays; follow.c
// decides what to make of both. While a replay runs, the live socket is not read: what waits there is
// bounded by its queue, what does not fit is lost, and the next heartbeat shows it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/follow.h"
#include "bus/zmq_internal.h"

enum {
    FEED_SILENCE_US = 5 * 1000 * 1000,
    RETRY_US = 1000 * 1000, // after a replay that failed
    LIVE_WAITING = 1000,    // messages; more wait at the publisher, which bounds them too
};

struct gs_subscriber {
    gs_bus *bus;
    gs_subscriber_options options;
    char *live_endpoint, *replay_endpoint; // owned
    char **topics;                         // owned: what to subscribe to
    size_t topic_count;
    gs_part part;
    gs_link live, replay;
    gs_patience live_patience, replay_patience;
    gs_follow *follow;
    gs_arena *arena;    // one reply
    uint64_t heard_us;  // last sign of the feed, on either socket
    uint64_t asked_us;  // when the request under way left; 0: none is
    uint64_t ask_at_us; // not before
    uint64_t failed_us; // rate limit
    bool connected;     // as told through state
    bool state_told;
    bool stop_told;
};

static void tell_state(gs_subscriber *self, bool connected, const char *text)
{
    if (self->state_told && self->connected == connected)
        return;
    self->state_told = true;
    self->connected = connected;
    if (self->options.state != NULL)
        self->options.state(self->options.context, connected, text);
}

static void heard(gs_subscriber *self, uint64_t now_us)
{
    char text[300];
    self->heard_us = now_us;
    if (self->connected)
        return;
    snprintf(text, sizeof text, "connected to %.250s", self->live_endpoint);
    tell_state(self, true, text);
}

static void warn(gs_subscriber *self, const char *message, const char *endpoint)
{
    if (gs_log_every(gs_bus_log(self->bus), &self->failed_us, GS_COMPLAINT_US))
        gs_warn(gs_bus_log(self->bus), message, gs_str("endpoint", endpoint));
}

// ---- live ------------------------------------------------------------------------------------------

static void take_live(gs_subscriber *self, gs_frames *message, uint64_t now_us)
{
    gs_error error = {0};
    if (message->count != 2 || message->too_many) {
        gs_link_foreign(&self->live, message, "not an event of the feed");
        return;
    }
    if (!gs_follow_live(self->follow, gs_frames_view(message, 1), now_us, &error)) {
        gs_link_foreign(&self->live, message, error.message);
        return;
    }
    gs_patience_heard(&self->live_patience, now_us);
    heard(self, now_us);
}

static void live_ready(void *context)
{
    gs_subscriber *self = context;
    gs_frames message;
    gs_burst burst = gs_burst_begin();
    while (!gs_follow_is_replaying(self->follow) && gs_burst_goes_on(&burst) &&
           gs_frames_receive(self->live.handle, &message)) {
        take_live(self, &message, gs_monotonic_us());
        gs_frames_close(&message);
    }
}

static void close_live(gs_subscriber *self, bool silent, uint64_t now_us)
{
    gs_link_close(&self->live);
    gs_patience_lost(&self->live_patience, silent, now_us);
}

static void live_changed(void *context, bool up)
{
    gs_subscriber *self = context;
    if (up)
        self->live_patience.heard_us = gs_monotonic_us();
    else
        close_live(self, false, gs_monotonic_us());
}

static void open_live(gs_subscriber *self, uint64_t now_us)
{
    gs_error error = {0};
    if (gs_link_connect(&self->live, &error))
        return;
    warn(self, error.message, self->live_endpoint);
    gs_patience_lost(&self->live_patience, false, now_us);
}

// ---- replay ----------------------------------------------------------------------------------------

static void close_replay(gs_subscriber *self, bool silent, uint64_t now_us)
{
    gs_link_close(&self->replay);
    self->asked_us = 0;
    gs_patience_lost(&self->replay_patience, silent, now_us);
}

static void replay_changed(void *context, bool up)
{
    gs_subscriber *self = context;
    if (!up)
        close_replay(self, false, gs_monotonic_us());
}

static void open_replay(gs_subscriber *self, uint64_t now_us)
{
    gs_error error = {0};
    if (gs_link_connect(&self->replay, &error))
        return;
    warn(self, error.message, self->replay_endpoint);
    gs_patience_lost(&self->replay_patience, false, now_us);
}

static void ask(gs_subscriber *self, uint64_t now_us)
{
    Gainsay__V1__ReplayRequest request;
    gs_follow_request(self->follow, &request);
    gs_buffer packed = {0};
    gs_wire_pack(&request.base, &packed);
    zmq_msg_t header, body;
    gs_frame_begin(&header, GS_FRAME_REPLAY, 0);
    if (gs_frame_send(self->replay.handle, &header, true)) {
        gs_frame_copy(&body, gs_buffer_view(&packed));
        gs_frame_send(self->replay.handle, &body, false);
        self->asked_us = now_us;
    }
    gs_buffer_free(&packed);
}

static bool take_reply(gs_subscriber *self, gs_frames *message, gs_error *error)
{
    gs_view fields;
    if (message->count != 2 || gs_frame_read(gs_frames_view(message, 0), &fields) != GS_FRAME_REPLAY_REPLY)
        return gs_fail(error, GS_E_PEER, "not an answer to a replay request");
    gs_arena_reset(self->arena);
    const Gainsay__V1__ReplayReply *reply = (const Gainsay__V1__ReplayReply *)gs_wire_unpack(
        &gainsay__v1__replay_reply__descriptor, gs_frames_view(message, 1), self->arena, error);
    return reply != NULL && gs_follow_reply(self->follow, reply, error);
}

static void replay_ready(void *context)
{
    gs_subscriber *self = context;
    gs_error error = {0};
    gs_frames message;
    if (!gs_frames_receive(self->replay.handle, &message))
        return;
    bool good = take_reply(self, &message, &error);
    gs_frames_close(&message);
    uint64_t now_us = gs_monotonic_us(); // telling the events may have taken a while
    gs_patience_heard(&self->replay_patience, now_us);
    self->asked_us = 0;
    if (good) {
        self->live_patience.heard_us = now_us; // the live stream was not listened to
        heard(self, now_us);
        return;
    }
    self->ask_at_us = now_us + RETRY_US;
    warn(self, error.message, self->replay_endpoint);
}

// ---- the loop --------------------------------------------------------------------------------------

static void finish(gs_subscriber *self)
{
    const char *reason = NULL;
    gs_follow_is_stopped(self->follow, &reason);
    gs_link_close(&self->live);
    gs_link_close(&self->replay);
    self->stop_told = true;
    self->state_told = false;
    tell_state(self, false, reason);
}

static void flush(void *context, uint64_t now_us)
{
    gs_subscriber *self = context;
    if (self->stop_told)
        return;
    if (gs_follow_is_stopped(self->follow, NULL)) {
        finish(self);
        return;
    }
    bool replaying = gs_follow_is_replaying(self->follow);
    gs_link_mute(&self->live, replaying);
    if (!replaying || self->asked_us != 0 || now_us < self->ask_at_us)
        return;
    if (self->replay.up)
        ask(self, now_us);
    else if (!gs_link_is_open(&self->replay) && now_us >= self->replay_patience.open_at_us)
        open_replay(self, now_us);
}

static void tick(void *context, uint64_t now_us, uint64_t slept_us)
{
    gs_subscriber *self = context;
    if (self->stop_told)
        return;
    bool replaying = gs_follow_is_replaying(self->follow);
    gs_patience_forgive(&self->live_patience, slept_us, now_us);
    self->heard_us = self->heard_us + slept_us < now_us ? self->heard_us + slept_us : now_us;
    if (!gs_link_is_open(&self->live)) {
        if (now_us >= self->live_patience.open_at_us)
            open_live(self, now_us);
    } else if (self->live.up && !replaying && gs_patience_ended(&self->live_patience, now_us)) {
        close_live(self, true, now_us);
    }
    if (self->asked_us != 0 && self->asked_us + slept_us + self->replay_patience.silence_us < now_us)
        close_replay(self, true, now_us);
    if (self->heard_us + FEED_SILENCE_US < now_us) {
        char text[300];
        snprintf(text, sizeof text, "nothing heard from %.200s for %d s: is gainsay-aggregator running?",
                 replaying ? self->replay_endpoint : self->live_endpoint, FEED_SILENCE_US / 1000000);
        tell_state(self, false, text);
    }
}

// ---- the owner's side ------------------------------------------------------------------------------

static bool check_topics(const gs_subscriber_options *options, gs_error *error)
{
    if (options->topic_count > GS_LIMIT_TOPICS)
        return gs_fail(error, GS_E_LIMIT, "%zu topics are too many to follow; at most %d",
                       options->topic_count, GS_LIMIT_TOPICS);
    for (size_t i = 0; i < options->topic_count; i++) {
        if (strlen(options->topics[i]) > GS_LIMIT_TOPIC_BYTES)
            return gs_fail(error, GS_E_LIMIT, "the topic \"%.40s…\" is too long; at most %d bytes",
                           options->topics[i], GS_LIMIT_TOPIC_BYTES);
    }
    return true;
}

static void copy_topics(gs_subscriber *self, const gs_subscriber_options *options)
{
    self->topics = gs_allocate((options->topic_count + 1) * sizeof *self->topics);
    for (size_t i = 0; i < options->topic_count; i++)
        self->topics[self->topic_count++] = gs_duplicate(options->topics[i]);
    self->topics[self->topic_count++] = gs_duplicate(options->topic_count > 0 ? "heartbeat/" : "");
}

static void set_links(gs_subscriber *self)
{
    self->live = (gs_link){.bus = self->bus,
                           .type = ZMQ_SUB,
                           .endpoint = self->live_endpoint,
                           .owner = self,
                           .ready = live_ready,
                           .changed = live_changed,
                           .send_most = 0, // subscriptions
                           .receive_most = LIVE_WAITING,
                           .topics = (const char *const *)self->topics,
                           .topic_count = self->topic_count};
    self->replay = (gs_link){.bus = self->bus,
                             .type = ZMQ_DEALER,
                             .endpoint = self->replay_endpoint,
                             .owner = self,
                             .ready = replay_ready,
                             .changed = replay_changed,
                             .send_most = 10,
                             .receive_most = 10};
}

gs_subscriber *gs_subscriber_new(gs_bus *bus, const gs_subscriber_options *options, gs_error *error)
{
    if (!check_topics(options, error))
        return NULL;
    gs_subscriber *self = gs_allocate(sizeof *self);
    self->bus = bus;
    self->options = *options;
    self->live_endpoint = gs_duplicate(options->live_endpoint);
    self->replay_endpoint = gs_duplicate(options->replay_endpoint);
    copy_topics(self, options);
    self->arena = gs_arena_new(0);
    self->heard_us = gs_monotonic_us();
    self->live_patience = gs_patience_new(FEED_SILENCE_US);
    self->replay_patience = gs_patience_new(GS_SILENCE_US);
    self->follow = gs_follow_new(&(gs_follow_options){
        .topics = options->topics,
        .topic_count = options->topic_count,
        .after = options->after,
        .event = options->event,
        .position = options->position,
        .missed = options->missed,
        .context = options->context,
    });
    set_links(self);
    self->part = (gs_part){.owner = self, .tick = tick, .flush = flush};
    gs_bus_add(bus, &self->part);
    if (!gs_link_connect(&self->live, error) || !gs_link_connect(&self->replay, error))
        gs_subscriber_free(&self);
    return self;
}

void gs_subscriber_free(gs_subscriber **self_p)
{
    gs_subscriber *self = *self_p;
    if (self == NULL)
        return;
    gs_bus_remove(self->bus, &self->part);
    gs_link_close(&self->live);
    gs_link_close(&self->replay);
    gs_follow_free(&self->follow);
    gs_arena_free(&self->arena);
    for (size_t i = 0; i < self->topic_count; i++)
        free(self->topics[i]);
    free(self->topics);
    free(self->live_endpoint);
    free(self->replay_endpoint);
    free(self);
    *self_p = NULL;
}

uint64_t gs_subscriber_position(const gs_subscriber *self)
{
    return gs_follow_position(self->follow);
}

uint64_t gs_subscriber_replays(const gs_subscriber *self)
{
    return gs_follow_replays(self->follow);
}

bool gs_subscriber_caught_up(const gs_subscriber *self)
{
    return gs_follow_caught_up(self->follow);
}
