// Private to the HTTP server: its state, and one request's.
#ifndef GAINSAY_GATEWAY_HTTP_INTERNAL_H
#define GAINSAY_GATEWAY_HTTP_INTERNAL_H

#include <microhttpd.h>
#include <pthread.h>

#include "guard.h"
#include "http.h"
#include "pool.h"

enum { GW_ADDRESS = 48, GW_URI = 6 * 1024 };

typedef struct gw_exchange {
    gw_http *http;
    struct MHD_Connection *connection;
    char *uri;         // owned: path and query as they were sent
    bool begun;        // the handler saw it once
    gw_job *job;       // owned once done; the pool's before
    gw_client *client; // owned: a live stream
    bool suspended;
    struct gw_exchange *next, *previous; // of all that are under way
} gw_exchange;

struct gw_http {
    gw_http_options options;
    struct MHD_Daemon *daemon;
    gw_db *db; // reading, for stored events
    gw_events *events;
    gw_pool *pool;
    gw_guard *guard;
    bool local;             // it listens on loopback
    gw_exchange *exchanges; // under way: live streams, and a few others
    bool closing;
    int listen_fd, wake_fd, epoll_fd;
    pthread_t thread;
    bool running;
    uint64_t fan_out_at_us, beat_at_us; // monotonic: not before; look for quiet streams
    bool fan_out;                       // there may be something to tell
    gw_http_numbers numbers;
    // Under the lock: what other threads hand over.
    pthread_mutex_t lock;
    gw_frame *first, *last;
    uint64_t newest;
    bool ready, stop;
    char reason[300];
};

void gw_address_of(struct MHD_Connection *connection, char address[GW_ADDRESS]);
// The access handler of libmicrohttpd.
enum MHD_Result gw_http_handle(void *context, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *upload,
                               size_t *upload_size, void **state);
void gw_stream_suspend(gw_exchange *exchange);

#endif
