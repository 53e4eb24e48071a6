// The pusher's state. One struct, no globals.
//
//   main.c   follows the feed, keeps what passes the filter in a short line, remembers what was pushed
//   hook.c   posts the first of the line to a webhook, again and again until it is taken
//   mail.c   gathers the line into one mail
//
// The place in the feed is noted in a file only behind what was taken, so a kill repeats the event under way
// at most; it has the same webhook-id then. While the line is full the feed is not followed; it is taken up
// again where it was left.
#ifndef GAINSAY_SERVICES_PUSH_H
#define GAINSAY_SERVICES_PUSH_H

#include "bus/bus.h"
#include "events.h"
#include "filter.h"
#include "net/net.h"

enum { PUSH_WAITING = 256 };

typedef struct push {
    gs_daemon daemon;
    gs_bus *bus;
    gs_subscriber *feed; // owned; NULL while the line is full
    gs_net *net;         // owned; NULL where mails are sent
    gs_arena *arena;     // of the filter
    gw_filter filter;
    gs_buffer secret;             // owned; empty: nothing is signed
    gw_frame *line[PUSH_WAITING]; // owned: events that wait, the oldest first
    size_t waiting;
    uint64_t read;  // sequence: everything up to here is pushed, in the line, or passed by
    uint64_t noted; // what the file holds
    bool is_full;   // events came that found no room
    // hook.c
    bool busy;         // the first of the line is on its way
    uint32_t failures; // of it, in a row
    uint64_t at_us;    // monotonic: not before
    bool gone;         // the hook said 410
    // mail.c
    uint64_t since_us;  // monotonic: when the first of the line came
    pid_t mailer;       // 0: none
    size_t mailed;      // events that its mail holds
    uint64_t mailer_us; // when it was started
    uint64_t pushed, failed;
} push;

// main.c: the first count of the line are taken by whoever they were for.
void push_taken(push *self, size_t count);

void hook_turn(push *self, uint64_t now_us);
void mail_turn(push *self, uint64_t now_us);
void mail_end(push *self); // waits for a mail under way

#endif
