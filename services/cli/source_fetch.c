// A loop over poll(2) for one transfer at a time. gs_net tells which descriptors it wants watched.
#include "source_fetch.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { WATCHED = 64, TIMEOUT_S = 60, BODY_BYTES = 16 * 1024 * 1024 };

struct gs_fetcher {
    gs_net *net; // owned
    struct pollfd watched[WATCHED];
    size_t count;
    bool done;
    gs_fetched answer; // owned
};

static void on_watch(void *context, int fd, int want)
{
    gs_fetcher *self = context;
    size_t at = 0;
    while (at < self->count && self->watched[at].fd != fd)
        at++;
    if (want == 0) {
        if (at < self->count)
            self->watched[at] = self->watched[--self->count];
        return;
    }
    if (at == self->count && self->count < WATCHED)
        self->count++;
    if (at < self->count)
        self->watched[at] =
            (struct pollfd){.fd = fd, .events = (short)((want & 1 ? POLLIN : 0) | (want & 2 ? POLLOUT : 0))};
}

static void forget(gs_fetched *answer)
{
    free(answer->error);
    free(answer->url);
    free(answer->moved_to);
    free(answer->type);
    free(answer->etag);
    free(answer->last_modified);
    gs_buffer_free(&answer->body);
    *answer = (gs_fetched){0};
}

static void on_done(void *context, const gs_response *response)
{
    gs_fetcher *self = context;
    self->answer = (gs_fetched){.status = response->status,
                                .error = gs_duplicate(response->error),
                                .url = gs_duplicate(response->url),
                                .moved_to = gs_duplicate(response->moved_to),
                                .type = gs_duplicate(response->type),
                                .etag = gs_duplicate(response->etag),
                                .last_modified = gs_duplicate(response->last_modified),
                                .fresh_s = response->fresh_s,
                                .retry_after_s = response->retry_after_s,
                                .robots_refused = response->robots_refused};
    gs_buffer_append(&self->answer.body, response->body.data, response->body.size);
    self->done = true;
}

gs_fetcher *gs_fetcher_new(const char *user_agent, uint32_t host_delay_ms, gs_error *error)
{
    gs_fetcher *self = gs_allocate(sizeof *self);
    self->net = gs_net_new(user_agent, on_watch, self, error);
    if (!self->net) {
        free(self);
        return NULL;
    }
    gs_net_pace(self->net, host_delay_ms);
    return self;
}

void gs_fetcher_free(gs_fetcher **self_p)
{
    gs_fetcher *self = *self_p;
    if (!self)
        return;
    gs_net_free(&self->net);
    forget(&self->answer);
    free(self);
    *self_p = NULL;
}

static void wait_a_little(gs_fetcher *self)
{
    struct pollfd now[WATCHED];
    const int wait_ms = gs_net_tick(self->net); // which may begin a transfer
    const size_t count = self->count;
    memcpy(now, self->watched, count * sizeof *now);
    if (self->done || poll(now, (nfds_t)count, wait_ms) <= 0)
        return;
    for (size_t i = 0; i < count; i++)
        if (now[i].revents != 0)
            gs_net_ready(self->net, now[i].fd);
}

const gs_fetched *gs_fetcher_get(gs_fetcher *self, const char *url, bool allow_private)
{
    const gs_request request = {
        .url = url, .max_bytes = BODY_BYTES, .timeout_s = TIMEOUT_S, .allow_private = allow_private};
    gs_error error = {0};
    forget(&self->answer);
    self->done = false;
    if (!gs_net_get(self->net, &request, on_done, self, &error)) {
        const gs_response none = {
            .error = error.message, .url = url, .type = "", .etag = "", .last_modified = "", .moved_to = ""};
        on_done(self, &none);
    }
    while (!self->done)
        wait_a_little(self);
    return &self->answer;
}
