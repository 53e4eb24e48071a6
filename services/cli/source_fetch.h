// source_fetch: one address after the other over HTTP, waited for; with all the care that the ingestor takes.
#ifndef GAINSAY_CLI_SOURCE_FETCH_H
#define GAINSAY_CLI_SOURCE_FETCH_H

#include "net/net.h"

typedef struct gs_fetcher gs_fetcher;

// Texts live until the next fetch.
typedef struct gs_fetched {
    long status; // 0: no answer, see error
    char *error; // one line, "" if there is an answer
    char *url;   // after redirects
    char *moved_to, *type, *etag, *last_modified;
    uint32_t fresh_s, retry_after_s;
    bool robots_refused;
    gs_buffer body;
} gs_fetched;

gs_fetcher *gs_fetcher_new(const char *user_agent, uint32_t host_delay_ms, gs_error *error);
void gs_fetcher_free(gs_fetcher **self_p);
const gs_fetched *gs_fetcher_get(gs_fetcher *self, const char *url, bool allow_private);

#endif
