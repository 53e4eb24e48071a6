// zmq_publisher: the feed's source. Events leave as [topic][FeedEvent] on an XPUB socket whose queue for each
// subscriber is bounded: a subscriber that does not keep up loses messages, sees it at the next heartbeat,
// and fetches them from the replay socket. Nothing a subscriber does or fails to do holds up the rest.
//
// A heartbeat closes each group of events and says how many of each topic it had, so that one who subscribed
// to some topics can tell a message that was lost from one that was not for him.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/zmq_internal.h"

enum {
    GROUP_MOST = 1024,                // events between two heartbeats
    TOPICS_MOST = 512,                // different topics between two heartbeats
    TOPIC_SLOTS = 2048,               // of the table that counts them; a power of two
    SUBSCRIPTION_BYTES = 1024,        // a topic, or a command of the handshake
    REPLAY_REQUEST_BYTES = 64 * 1024, // GS_LIMIT_TOPICS topics of full length, and their tags
    REPLAY_REPLY_BYTES = 1024 * 1024,
    REPLAYS_A_TURN = 4,
    REPLIES_WAITING = 4, // for one client
    TOPIC_REPORT_BYTES = GS_LIMIT_TOPIC_BYTES + 1,
};

typedef struct topic_count {
    char topic[TOPIC_REPORT_BYTES];
    uint32_t count; // 0: free slot
} topic_count;

struct gs_publisher {
    gs_bus *bus;
    gs_publisher_options options; // strings are owned
    char *live_endpoint, *replay_endpoint, *shard;
    gs_part part;
    gs_link live;
    gs_answers replay;
    gs_arena *arena;           // one replay request at a time
    uint64_t newest, previous; // last sequence sent; the one at the last heartbeat
    uint64_t first_retained;
    uint64_t beat_us;           // when the last heartbeat left
    uint64_t failed_us;         // rate limit
    uint32_t group;             // events since the last heartbeat
    uint32_t topics;            // different ones among them
    topic_count *counts;        // owned; TOPIC_SLOTS
    uint16_t used[TOPICS_MOST]; // slots of them, in order of first use
    gs_buffer packed;
};

// ---- live ------------------------------------------------------------------------------------------

static void send_live(gs_publisher *self, const char *topic, gs_view event)
{
    zmq_msg_t name, body;
    gs_frame_copy(&name, gs_view_of(topic));
    gs_frame_copy(&body, event);
    if (gs_frame_send(self->live.handle, &name, true))
        gs_frame_send(self->live.handle, &body, false);
    else
        zmq_msg_close(&body); // an XPUB drops instead of refusing, so this does not come about
}

static void send_heartbeat(gs_publisher *self, uint64_t now_us)
{
    Gainsay__V1__Heartbeat__TopicCount counts[TOPICS_MOST], *pointers[TOPICS_MOST];
    for (uint32_t i = 0; i < self->topics; i++) {
        topic_count *counted = &self->counts[self->used[i]];
        gainsay__v1__heartbeat__topic_count__init(&counts[i]);
        counts[i].topic = counted->topic;
        counts[i].count = counted->count;
        pointers[i] = &counts[i];
    }
    char at[GS_TIME_TEXT];
    gs_time_text(gs_unix_us(), at);
    Gainsay__V1__Heartbeat heartbeat = GAINSAY__V1__HEARTBEAT__INIT;
    heartbeat.previous = self->previous;
    heartbeat.n_counts = self->topics;
    heartbeat.counts = pointers;
    heartbeat.first_retained = self->first_retained;
    heartbeat.shard = self->shard;
    Gainsay__V1__FeedEvent event = GAINSAY__V1__FEED_EVENT__INIT;
    event.sequence = self->newest;
    event.at = at;
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_HEARTBEAT;
    event.heartbeat = &heartbeat;
    event.topic = (char *)"heartbeat/";
    gs_buffer_clear(&self->packed);
    gs_wire_pack(&event.base, &self->packed);
    send_live(self, event.topic, gs_buffer_view(&self->packed));
    for (uint32_t i = 0; i < self->topics; i++)
        self->counts[self->used[i]].count = 0;
    self->previous = self->newest;
    self->group = self->topics = 0;
    self->beat_us = now_us;
}

static void count_topic(gs_publisher *self, const char *topic)
{
    size_t slot = gs_hash(gs_view_of(topic)) & (TOPIC_SLOTS - 1);
    while (self->counts[slot].count > 0 && strcmp(self->counts[slot].topic, topic) != 0)
        slot = (slot + 1) & (TOPIC_SLOTS - 1);
    if (self->counts[slot].count == 0) {
        snprintf(self->counts[slot].topic, sizeof self->counts[slot].topic, "%s", topic);
        self->used[self->topics++] = (uint16_t)slot;
    }
    self->counts[slot].count++;
}

void gs_publisher_send(gs_publisher *self, const char *topic, uint64_t sequence, gs_view event)
{
    char bounded[TOPIC_REPORT_BYTES];
    snprintf(bounded, sizeof bounded, "%s", topic); // what is sent and what is counted must agree
    send_live(self, bounded, event);
    count_topic(self, bounded);
    self->newest = sequence;
    self->group++;
    if (self->group >= GROUP_MOST || self->topics >= TOPICS_MOST)
        send_heartbeat(self, gs_monotonic_us());
}

void gs_publisher_close(gs_publisher *self)
{
    if (self->group > 0)
        send_heartbeat(self, gs_monotonic_us());
}

// Subscriptions arrive as messages; libzmq has acted on them by the time they can be read.
static void live_ready(void *context)
{
    gs_publisher *self = context;
    gs_frames message;
    gs_burst burst = gs_burst_begin();
    while (gs_burst_goes_on(&burst) && gs_frames_receive(self->live.handle, &message)) {
        gs_view subscription = gs_frames_view(&message, 0);
        if (subscription.size == 0 || (subscription.data[0] != 0 && subscription.data[0] != 1))
            gs_link_foreign(&self->live, &message, "not a subscription");
        gs_frames_close(&message);
    }
}

static void tick(void *context, uint64_t now_us, uint64_t slept_us)
{
    gs_publisher *self = context;
    (void)slept_us;
    if (now_us - self->beat_us >= GS_LIFE_US)
        send_heartbeat(self, now_us);
}

// ---- replay ----------------------------------------------------------------------------------------

static const Gainsay__V1__ReplayRequest *read_request(gs_publisher *self, gs_view packed, gs_error *error)
{
    gs_arena_reset(self->arena);
    const Gainsay__V1__ReplayRequest *request = (const Gainsay__V1__ReplayRequest *)gs_wire_unpack(
        &gainsay__v1__replay_request__descriptor, packed, self->arena, error);
    if (request == NULL)
        return NULL;
    bool bounded = request->n_topics <= GS_LIMIT_TOPICS;
    for (size_t i = 0; bounded && i < request->n_topics; i++)
        bounded = strlen(request->topics[i]) <= GS_LIMIT_TOPIC_BYTES;
    if (bounded)
        return request;
    gs_fail(error, GS_E_LIMIT, "too many topics, or too long ones (at most %d of %d bytes)", GS_LIMIT_TOPICS,
            GS_LIMIT_TOPIC_BYTES);
    return NULL;
}

static void respond(void *owner, gs_view packed, gs_buffer *reply)
{
    gs_publisher *self = owner;
    gs_error error = {0};
    const Gainsay__V1__ReplayRequest *request = read_request(self, packed, &error);
    if (request != NULL &&
        self->options.source.replay(self->options.source.context, request, REPLAY_REPLY_BYTES, reply, &error))
        return;
    if (request != NULL && gs_log_every(gs_bus_log(self->bus), &self->failed_us, GS_COMPLAINT_US))
        gs_oops(gs_bus_log(self->bus), "replay failed", gs_str("error", error.message));
    Gainsay__V1__ReplayReply refusal = GAINSAY__V1__REPLAY_REPLY__INIT;
    refusal.error = error.message;
    gs_buffer_clear(reply);
    gs_wire_pack(&refusal.base, reply);
}

// ---- the owner's side ------------------------------------------------------------------------------

// ZeroMQ takes 0 for "without bound", which is what this queue must never be.
static int queue_of(const gs_publisher_options *options)
{
    if (options->subscriber_queue == 0)
        return 1;
    return options->subscriber_queue < INT32_MAX ? (int)options->subscriber_queue : INT32_MAX;
}

gs_publisher *gs_publisher_new(gs_bus *bus, const gs_publisher_options *options, gs_error *error)
{
    gs_publisher *self = gs_allocate(sizeof *self);
    self->bus = bus;
    self->options = *options;
    self->live_endpoint = gs_duplicate(options->live_endpoint);
    self->replay_endpoint = gs_duplicate(options->replay_endpoint);
    self->shard = gs_duplicate(options->shard != NULL ? options->shard : "");
    self->newest = self->previous = options->newest;
    self->first_retained = options->first_retained;
    self->arena = gs_arena_new(0);
    self->counts = gs_allocate(TOPIC_SLOTS * sizeof *self->counts);
    self->live = (gs_link){.bus = bus,
                           .type = ZMQ_XPUB,
                           .endpoint = self->live_endpoint,
                           .owner = self,
                           .ready = live_ready,
                           .send_most = queue_of(options),
                           .receive_most = 1000,
                           .message_bytes = SUBSCRIPTION_BYTES};
    self->replay = (gs_answers){
        .link = {.bus = bus,
                 .endpoint = self->replay_endpoint,
                 .send_most = REPLIES_WAITING,
                 .message_bytes = REPLAY_REQUEST_BYTES},
        .ask = GS_FRAME_REPLAY,
        .answer = GS_FRAME_REPLAY_REPLY,
        .most = REPLAYS_A_TURN,
        .respond = respond,
        .owner = self,
    };
    self->part = (gs_part){.owner = self, .tick = tick};
    gs_bus_add(bus, &self->part);
    if (!gs_link_bind(&self->live, error) || !gs_answers_open(&self->replay, error))
        gs_publisher_free(&self);
    return self;
}

void gs_publisher_free(gs_publisher **self_p)
{
    gs_publisher *self = *self_p;
    if (self == NULL)
        return;
    if (gs_link_is_open(&self->live))
        gs_publisher_close(self);
    gs_bus_remove(self->bus, &self->part);
    gs_link_close(&self->live);
    gs_answers_close(&self->replay);
    gs_arena_free(&self->arena);
    gs_buffer_free(&self->packed);
    free(self->counts);
    free(self->live_endpoint);
    free(self->replay_endpoint);
    free(self->shard);
    free(self);
    *self_p = NULL;
}

void gs_publisher_retained(gs_publisher *self, uint64_t first_retained)
{
    self->first_retained = first_retained;
}

uint64_t gs_publisher_newest(const gs_publisher *self)
{
    return self->newest;
}
