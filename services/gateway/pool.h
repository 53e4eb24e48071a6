// pool: threads that answer queries, each with a reading connection of its own, so that a slow query keeps
// neither the live streams nor the writer waiting.
#ifndef GAINSAY_GATEWAY_POOL_H
#define GAINSAY_GATEWAY_POOL_H

#include "api.h"

typedef struct gw_job {
    struct gw_job *next;
    void *owner;                                        // whoever submitted it
    char *path, *query, *base, *accept, *if_none_match; // owned
    gw_answer answer;                                   // the worker's
    bool done;
} gw_job;

typedef struct gw_pool gw_pool;

typedef struct gw_pool_options {
    const char *store;
    uint32_t threads, query_ms;
    int done_fd; // an eventfd that is told of each finished job; borrowed
    // What does not come out of the read model, such as /metrics; on a worker's thread. May be NULL.
    bool (*other)(void *context, const char *path, gw_answer *answer);
    void *context;
} gw_pool_options;

gw_pool *gw_pool_new(const gw_pool_options *options, gs_error *error);
void gw_pool_free(gw_pool **self_p);             // ends what runs, then the threads
bool gw_pool_submit(gw_pool *self, gw_job *job); // false: too many wait
gw_job *gw_pool_finished(gw_pool *self);         // a list, taken out
void gw_job_free(gw_job *job);

#endif
