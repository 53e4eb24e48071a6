// follow: turns a live stream that may lose messages, and replays that may overlap it, into every event in
// order, each once. No sockets and no clock of its own.
//
// It is in one of three states:
//   replaying  it asks for stored events after its position, until a reply reaches the newest one
//   live       it gathers events until the heartbeat that closes their group, tells them if they are all
//              there, and goes back to replaying if not
//   stopped    the feed ends before the position, so it is not the feed it was; going on would repeat or skip
#ifndef GAINSAY_BUS_FOLLOW_H
#define GAINSAY_BUS_FOLLOW_H

#include "bus/bus.h"

typedef struct gs_follow gs_follow;

typedef struct gs_follow_options {
    const char *const *topics; // prefixes, copied; none means everything
    size_t topic_count;
    uint64_t after; // as in gs_subscriber_options
    void (*event)(void *context, const gs_event *event, gs_view bytes);
    void (*position)(void *context, uint64_t sequence); // may be NULL, like the next one
    void (*missed)(void *context, uint64_t from, uint64_t first);
    void *context;
} gs_follow_options;

enum {
    GS_FOLLOW_EVENTS_MOST = 65536,                     // gathered for one group
    GS_FOLLOW_BYTES_MOST = 4 * GS_LIMIT_MESSAGE_BYTES, // memory for them
    GS_FOLLOW_DOUBT_US = 2 * 1000 * 1000, // heartbeats behind the position for so long are looked into
};

gs_follow *gs_follow_new(const gs_follow_options *options);
void gs_follow_free(gs_follow **self_p);

// One message of the live stream; not to be called while replaying. False: it is not a FeedEvent.
bool gs_follow_live(gs_follow *self, gs_view bytes, uint64_t now_us, gs_error *error);

bool gs_follow_is_replaying(const gs_follow *self);
// What to ask for; topics are borrowed from self.
void gs_follow_request(const gs_follow *self, Gainsay__V1__ReplayRequest *request);
// The answer. False: it makes no sense, or tells of an error; ask again after a pause.
bool gs_follow_reply(gs_follow *self, const Gainsay__V1__ReplayReply *reply, gs_error *error);

bool gs_follow_is_stopped(const gs_follow *self, const char **reason); // reason may be NULL
bool gs_follow_caught_up(const gs_follow *self);
uint64_t gs_follow_position(const gs_follow *self); // 0 before the first heartbeat of GS_FEED_LIVE
uint64_t gs_follow_replays(const gs_follow *self);  // how often it began to

#endif
