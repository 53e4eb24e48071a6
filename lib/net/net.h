// net: HTTP(S) on libcurl's multi interface, many transfers on the caller's own event loop.
//
// A fetch is bounded in time, redirects and bytes, goes only to http and https, and connects only to public
// addresses unless its source says otherwise: the address is checked after resolution, at each connection
// (so also after redirects and against DNS rebinding). One host gets one request at a time with a pause
// behind each, and none that its robots.txt forbids; a host that answers 429 or 503 with Retry-After gets
// none before: what waits for it meanwhile ends with an error and retry_after_s. Many hosts are asked at
// once. A question (gs_net_post) is bounded likewise, and follows no redirect, so that neither it nor its key
// goes anywhere but where it was meant to go.
#ifndef GAINSAY_NET_H
#define GAINSAY_NET_H

#include "base/base.h"

typedef struct gs_net gs_net;

typedef struct gs_request {
    const char *url;
    const char *etag;          // of the last answer, or NULL: If-None-Match
    const char *last_modified; // likewise: If-Modified-Since
    size_t max_bytes;          // of the body after decompression
    uint32_t timeout_s;        // whole transfer, without the wait for its turn
    uint32_t stall_s;          // a transfer below 100 bytes/s for so long is cut; 0: 20
    bool allow_private;
    bool ignore_robots; // else the host's robots.txt is fetched, remembered and obeyed
} gs_request;

typedef struct gs_post {
    const char *url;
    gs_view json;               // the body; sent as application/json
    const char *bearer;         // the key of "Authorization: Bearer", or NULL; never part of a message
    const char *const *headers; // further ones, name and value in turn, NULL-terminated; or NULL
    size_t max_bytes;           // of the answer's body after decompression
    uint32_t timeout_ms;        // whole exchange
    bool allow_private;
} gs_post;

typedef struct gs_response {
    long status;       // HTTP status; 0 when there was no answer
    const char *error; // one line naming the URL; "" when there is an answer
    const char *url;   // final, after redirects; without name and password
    const char *type;  // Content-Type, "" if absent
    const char *etag;
    const char *last_modified;
    const char *moved_to;   // reached over permanent redirects only, from the start of the chain; "" if none
    uint32_t retry_after_s; // from Retry-After, or until robots.txt is tried again; 0 if there is no word
    uint32_t fresh_s;       // Cache-Control and Expires less Age: no change to expect before; 0 if not told
    bool robots_refused;    // robots.txt forbids this URL: it was not asked for
    bool gone;              // status 410: never to come back
    gs_view body;
} gs_response; // all borrowed, valid during the callback

typedef void gs_net_done(void *context, const gs_response *response);

// Tells the event loop which descriptors to watch: want is 0 to forget fd, else 1 read, 2 write, 3 both.
typedef void gs_net_watch(void *context, int fd, int want);

gs_net *gs_net_new(const char *user_agent, gs_net_watch *watch, void *watch_context, gs_error *error);
void gs_net_free(gs_net **self_p); // open transfers are cut without a callback
// Milliseconds from the end of one request to the start of the next at the same host; 1000 unless set. A
// Crawl-delay in robots.txt may make it longer.
void gs_net_pace(gs_net *self, uint32_t delay_ms);
// Copies the request; done is called exactly once, from gs_net_ready or gs_net_tick.
bool gs_net_get(gs_net *self, const gs_request *request, gs_net_done *done, void *context, gs_error *error);
// The same for a question. A redirect is an answer like any other: its status tells.
bool gs_net_post(gs_net *self, const gs_post *post, gs_net_done *done, void *context, gs_error *error);
void gs_net_ready(gs_net *self, int fd);
int gs_net_tick(
    gs_net *self); // serves timers; returns milliseconds until it wants to be called again, at most 1000
size_t gs_net_active(const gs_net *self);

#endif
