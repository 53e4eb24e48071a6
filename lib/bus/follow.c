// follow: the subscriber's half of point 5 of the delivery contract. The reasoning:
//
// A heartbeat {previous P, sequence S, counts} closes the events with sequences P+1 … S. If position >= P,
// and as many events of that range arrived as counts gives for our topics, then nothing up to S is missing:
// what we lack is in hand, and telling those beyond position in order moves position to S. In any other case
// (P beyond position: a whole group is lost; fewer events: some are lost) the stored feed has them, and a
// replay from position cannot repeat what was told, since everything told is at or below position.
#include "bus/follow.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct gathered {
    uint64_t sequence;
    const gs_event *event; // in the arena; NULL: told before, only counted
    gs_view bytes;         // in the arena
} gathered;

struct gs_follow {
    gs_follow_options options; // topics are owned
    char **topics;             // owned
    gathered *group;           // owned; events since the last heartbeat
    size_t group_count, group_capacity;
    gs_arena *arena;  // what group points to
    gs_buffer packed; // one event of a replay
    uint64_t position;
    uint64_t behind_us; // since when heartbeats are behind the position; 0: they are not
    uint64_t replays;
    bool placed; // position means something
    bool told;   // position is one that was reached, not merely the start from nothing
    bool replaying, caught_up, stopped;
    char reason[256];
};

gs_follow *gs_follow_new(const gs_follow_options *options)
{
    gs_follow *self = gs_allocate(sizeof *self);
    self->options = *options;
    self->topics = gs_allocate((options->topic_count + 1) * sizeof *self->topics);
    for (size_t i = 0; i < options->topic_count; i++)
        self->topics[i] = gs_duplicate(options->topics[i]);
    self->arena = gs_arena_new(0);
    self->placed = self->replaying = options->after != GS_FEED_LIVE;
    self->position = self->placed ? options->after : 0;
    self->told = self->position > 0;
    self->replays = self->replaying;
    return self;
}

void gs_follow_free(gs_follow **self_p)
{
    gs_follow *self = *self_p;
    if (self == NULL)
        return;
    for (size_t i = 0; i < self->options.topic_count; i++)
        free(self->topics[i]);
    free(self->topics);
    free(self->group);
    gs_arena_free(&self->arena);
    gs_buffer_free(&self->packed);
    free(self);
    *self_p = NULL;
}

static void reach(gs_follow *self, uint64_t sequence)
{
    self->position = sequence;
    self->told = true;
    if (self->options.position != NULL)
        self->options.position(self->options.context, sequence);
}

static void forget_group(gs_follow *self)
{
    self->group_count = 0;
    gs_arena_reset(self->arena);
}

static void begin_replay(gs_follow *self)
{
    forget_group(self);
    self->replaying = true;
    self->replays++;
}

static void stop(gs_follow *self, uint64_t newest)
{
    self->stopped = true;
    self->replaying = false;
    snprintf(self->reason, sizeof self->reason,
             "the feed ends at event %" PRIu64 ", before event %" PRIu64
             " where this reader is: its store was replaced; start again from 0 or from now",
             newest, self->position);
}

// ---- live ------------------------------------------------------------------------------------------

static bool is_ours(const gs_follow *self, const char *topic)
{
    for (size_t i = 0; i < self->options.topic_count; i++) {
        if (gs_view_starts(gs_view_of(topic), self->topics[i]))
            return true;
    }
    return self->options.topic_count == 0;
}

static void gather(gs_follow *self, const gs_event *event, gs_view bytes)
{
    if (self->group_count == self->group_capacity) {
        self->group_capacity = self->group_capacity == 0 ? 256 : self->group_capacity * 2;
        self->group = gs_reallocate(self->group, self->group_capacity * sizeof *self->group);
    }
    gathered *next = &self->group[self->group_count++];
    *next = (gathered){.sequence = event->sequence};
    if (event->sequence <= self->position)
        return;
    char *copy = gs_arena_alloc(self->arena, bytes.size + 1);
    memcpy(copy, bytes.data, bytes.size);
    next->event = event;
    next->bytes = gs_view_make(copy, bytes.size);
}

// Did all events of the heartbeat's range arrive that are for us? They come in order, or not at all.
static bool is_complete(const gs_follow *self, const gs_heartbeat *heartbeat, uint64_t sequence)
{
    uint64_t expected = 0, arrived = 0, last = heartbeat->previous;
    for (size_t i = 0; i < heartbeat->n_counts; i++) {
        if (is_ours(self, heartbeat->counts[i]->topic))
            expected += heartbeat->counts[i]->count;
    }
    for (size_t i = 0; i < self->group_count; i++) {
        uint64_t each = self->group[i].sequence;
        if (each <= heartbeat->previous)
            continue; // of a group whose heartbeat is lost
        if (each <= last || each > sequence)
            return false;
        last = each;
        arrived++;
    }
    return arrived == expected;
}

static void tell_group(gs_follow *self, uint64_t sequence)
{
    for (size_t i = 0; i < self->group_count; i++) {
        const gathered *each = &self->group[i];
        if (each->event != NULL && each->sequence > self->position)
            self->options.event(self->options.context, each->event, each->bytes);
    }
    forget_group(self);
    reach(self, sequence);
}

// A heartbeat from before the position is normal for a moment: it waited in a queue while a replay overtook
// it. If there is nothing else for a while, a replay will tell whether the feed has become another one.
static void doubt(gs_follow *self, uint64_t now_us)
{
    forget_group(self);
    if (self->behind_us == 0) {
        self->behind_us = now_us;
    } else if (now_us - self->behind_us >= GS_FOLLOW_DOUBT_US) {
        self->behind_us = 0;
        begin_replay(self);
    }
}

static void take_heartbeat(gs_follow *self, const gs_heartbeat *heartbeat, uint64_t sequence, uint64_t now_us)
{
    if (!self->placed) { // from now on
        self->placed = true;
        self->caught_up = true;
        forget_group(self);
        reach(self, sequence);
        return;
    }
    if (sequence < self->position) {
        doubt(self, now_us);
        return;
    }
    self->behind_us = 0;
    if (sequence == self->position)
        tell_group(self, sequence); // nothing of it is new; a quiet heartbeat ends here
    else if (heartbeat->previous <= self->position && is_complete(self, heartbeat, sequence))
        tell_group(self, sequence);
    else
        begin_replay(self);
}

bool gs_follow_live(gs_follow *self, gs_view bytes, uint64_t now_us, gs_error *error)
{
    if (self->stopped || self->replaying)
        return true;
    if (!self->placed) {
        forget_group(self); // until a heartbeat says where the feed is, nothing is kept
    } else if (self->group_count >= GS_FOLLOW_EVENTS_MOST ||
               gs_arena_used(self->arena) > GS_FOLLOW_BYTES_MOST) {
        begin_replay(self);
        return true;
    }
    const gs_event *event =
        (const gs_event *)gs_wire_unpack(&gainsay__v1__feed_event__descriptor, bytes, self->arena, error);
    if (event == NULL)
        return false; // if it was an event, the heartbeat will miss it
    if (event->body_case == GAINSAY__V1__FEED_EVENT__BODY_HEARTBEAT)
        take_heartbeat(self, event->heartbeat, event->sequence, now_us);
    else if (self->placed)
        gather(self, event, bytes);
    return true;
}

// ---- replay ----------------------------------------------------------------------------------------

bool gs_follow_is_replaying(const gs_follow *self)
{
    return self->replaying;
}

void gs_follow_request(const gs_follow *self, Gainsay__V1__ReplayRequest *request)
{
    gainsay__v1__replay_request__init(request);
    request->after = self->position;
    request->topics = self->topics;
    request->n_topics = self->options.topic_count;
}

static bool is_sane(const Gainsay__V1__ReplayReply *reply, uint64_t after, gs_error *error)
{
    if (reply->upto > reply->newest)
        return gs_fail(error, GS_E_PEER, "a replay goes beyond the newest event");
    uint64_t last = 0;
    for (size_t i = 0; i < reply->n_events; i++) {
        if (reply->events[i]->sequence <= last || reply->events[i]->sequence > reply->upto)
            return gs_fail(error, GS_E_PEER, "a replay is out of order at event %" PRIu64,
                           reply->events[i]->sequence);
        last = reply->events[i]->sequence;
    }
    if (reply->upto <= after && reply->upto < reply->newest && reply->first_retained <= after + 1)
        return gs_fail(error, GS_E_PEER, "a replay does not get beyond event %" PRIu64, after);
    return true;
}

static void tell_replayed(gs_follow *self, const Gainsay__V1__ReplayReply *reply)
{
    for (size_t i = 0; i < reply->n_events; i++) {
        const gs_event *event = reply->events[i];
        if (event->sequence <= self->position)
            continue;
        gs_buffer_clear(&self->packed);
        gs_wire_pack(&event->base, &self->packed);
        self->options.event(self->options.context, event, gs_buffer_view(&self->packed));
    }
}

bool gs_follow_reply(gs_follow *self, const Gainsay__V1__ReplayReply *reply, gs_error *error)
{
    if (self->stopped || !self->replaying)
        return true;
    if (reply->error != NULL && reply->error[0] != '\0')
        return gs_fail(error, GS_E_PEER, "%s", reply->error);
    if (reply->newest < self->position) {
        stop(self, reply->newest);
        return true;
    }
    if (!is_sane(reply, self->position, error))
        return false;
    if (reply->first_retained > self->position + 1 && reply->first_retained <= reply->newest + 1) {
        if (self->told && self->options.missed != NULL)
            self->options.missed(self->options.context, self->position + 1, reply->first_retained);
        self->position = reply->first_retained - 1;
    }
    tell_replayed(self, reply);
    if (reply->upto >= reply->newest) {
        self->replaying = false;
        self->caught_up = true;
        self->behind_us = 0;
    }
    reach(self, reply->upto > self->position ? reply->upto : self->position);
    return true;
}

// ---- how it stands ---------------------------------------------------------------------------------

bool gs_follow_is_stopped(const gs_follow *self, const char **reason)
{
    if (reason != NULL)
        *reason = self->reason;
    return self->stopped;
}

bool gs_follow_caught_up(const gs_follow *self)
{
    return self->caught_up;
}

uint64_t gs_follow_position(const gs_follow *self)
{
    return self->position;
}

uint64_t gs_follow_replays(const gs_follow *self)
{
    return self->replays;
}
