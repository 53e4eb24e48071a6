// net: HTTP(S) on libcurl's multi interface, many transfers on the caller's own event loop.
//
// A fetch is bounded in time, redirects and bytes, goes only to http and https, and connects only to public
// addresses unless its source says otherwise: the address is checked after resolution, at each connection
// (so also after redirects and against DNS rebinding). A question (gs_net_post) is bounded likewise, and
// follows no redirect, so that neither it nor its key goes anywhere but where it was meant to go.
#ifndef GAINSAY_NET_H
#define GAINSAY_NET_H

#include "base/base.h"

typedef struct gs_net gs_net;

typedef struct gs_request {
    const char *url;
    const char *etag;          // of the last answer, or NULL: If-None-Match
    const char *last_modified; // likewise: If-Modified-Since
    size_t max_bytes;          // of the body after decompression
    uint32_t timeout_s;        // whole transfer; a transfer below 100 bytes/s for 20 s is cut as well
    bool allow_private;
} gs_request;

typedef struct gs_post {
    const char *url;
    gs_view json;        // the body; sent as application/json
    const char *bearer;  // the key of "Authorization: Bearer", or NULL; never part of a message
    size_t max_bytes;    // of the answer's body after decompression
    uint32_t timeout_ms; // whole exchange
    bool allow_private;
} gs_post;

typedef struct gs_response {
    long status;       // HTTP status; 0 when there was no answer
    const char *error; // one line naming the URL; "" when there is an answer
    const char *url;   // final, after redirects
    const char *type;  // Content-Type, "" if absent
    const char *etag;
    const char *last_modified;
    uint32_t retry_after_s; // from Retry-After, 0 if absent
    gs_view body;
} gs_response; // all borrowed, valid during the callback

typedef void gs_net_done(void *context, const gs_response *response);

// Tells the event loop which descriptors to watch: want is 0 to forget fd, else 1 read, 2 write, 3 both.
typedef void gs_net_watch(void *context, int fd, int want);

gs_net *gs_net_new(const char *user_agent, gs_net_watch *watch, void *watch_context, gs_error *error);
void gs_net_free(gs_net **self_p); // open transfers are cut without a callback
// Copies the request; done is called exactly once, from gs_net_ready or gs_net_tick.
bool gs_net_get(gs_net *self, const gs_request *request, gs_net_done *done, void *context, gs_error *error);
// The same for a question. A redirect is an answer like any other: its status tells.
bool gs_net_post(gs_net *self, const gs_post *post, gs_net_done *done, void *context, gs_error *error);
void gs_net_ready(gs_net *self, int fd);
int gs_net_tick(
    gs_net *self); // serves timers; returns milliseconds until it wants to be called again, at most 1000
size_t gs_net_active(const gs_net *self);

#endif
