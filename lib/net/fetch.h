// fetch: one fetch from its line to its answer, over robots.txt and redirects. Private to lib/net.
#ifndef GAINSAY_NET_FETCH_H
#define GAINSAY_NET_FETCH_H

#include "net/net_internal.h"
#include "net/pace.h"
#include "net/rules.h"
#include "net/transfer.h"

enum { GS_NET_TRANSFERS = 256 }; // at once; further hosts wait

typedef struct gs_fetch {
    gs_turn turn; // first, so that a turn is its fetch
    struct gs_fetch *previous, *next;
    gs_net *net;
    gs_net_done *done;
    void *context;
    gs_url url;                       // of this hop
    char *seen[GS_NET_REDIRECTS + 1]; // owned: URLs asked so far
    size_t hops;                      // redirects followed
    char *moved_to;                   // owned; NULL if nothing has moved for good
    bool all_permanent;               // all redirects so far
    gs_rules *robots_of;              // this fetch is of that origin's robots.txt; else NULL
    bool is_post;                     // outside all lines
    char *etag, *last_modified;       // owned
    size_t max_bytes;
    uint64_t left_ms;    // of its time
    uint64_t started_us; // this hop
    uint32_t stall_s;
    bool allow_private, ignore_robots;
    gs_transfer *transfer; // while it is under way
} gs_fetch;

struct gs_net {
    CURLM *multi;     // owned
    char *user_agent; // owned
    gs_net_watch *watch;
    void *watch_context;
    gs_pace *pace;          // owned
    gs_rule_book *rules[2]; // owned; by allow_private: what a guarded fetch cannot have, others may
    gs_fetch *first;
    size_t active;             // fetches
    size_t transfers;          // of them under way, questions aside
    uint64_t due_us;           // when libcurl's timer runs out (monotonic); 0 for no timer
    char *ca_file, *as_public; // owned, like the next; for tests
    struct curl_slist *resolve;
};

// In the list of all, and nowhere else yet.
gs_fetch *gs_fetch_new(gs_net *self, gs_net_done *done, void *context);
void gs_fetch_drop(gs_fetch *self); // without a callback
// Its url is known: it waits for its turn, at the head of its host's line or at its end.
bool gs_fetch_enter_line(gs_fetch *self, bool at_head, gs_error *error);
// The request goes out; post is NULL for a get.
bool gs_fetch_start(gs_fetch *self, const gs_post *post, gs_error *error);
// Takes what libcurl has finished, then starts whose turn it is. Callbacks come from here only.
void gs_fetch_take_answers(gs_net *self);

#endif
