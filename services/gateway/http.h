// http: the server's thread. libmicrohttpd in its external epoll mode, with connections suspended while a
// worker answers them or while a live stream has nothing to tell.
//
//   http.c         the thread: opening, the loop, fan-out
//   http_answer.c  one request: who may ask, where it goes, headers
#ifndef GAINSAY_GATEWAY_HTTP_H
#define GAINSAY_GATEWAY_HTTP_H

#include <stdatomic.h>

#include "api.h"
#include "events.h"

typedef struct gw_http gw_http;

// Counted by the server's thread, read by any.
typedef struct gw_http_numbers {
    atomic_uint_fast64_t requests, refused, limited, streams, streams_now, events, cut;
} gw_http_numbers;

typedef struct gw_http_options {
    const gs_config *config; // borrowed until gw_http_free
    uint64_t newest;         // sequence that the read model has come to
    gs_log *log;
    // Answers what is not read from the model (/metrics) on a worker's thread; false: not its path.
    bool (*other)(void *context, const char *path, gw_answer *answer);
    void *context;
} gw_http_options;

gw_http *gw_http_new(const gw_http_options *options, gs_error *error);
void gw_http_free(gw_http **self_p); // ends all connections
// From another thread: everything up to newest is committed; frames are owned from now on.
void gw_http_publish(gw_http *self, uint64_t newest, gw_frame *frames);
// From another thread: is the feed followed? reason is copied; what /readyz says.
void gw_http_ready(gw_http *self, bool ready, const char *reason);
const gw_http_numbers *gw_http_count(const gw_http *self);

#endif
