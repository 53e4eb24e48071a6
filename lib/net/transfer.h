// transfer: one request and its answer on libcurl, within its bounds. No redirects, no lines, no robots.txt.
#ifndef GAINSAY_NET_TRANSFER_H
#define GAINSAY_NET_TRANSFER_H

#include <curl/curl.h>

#include "net/net_internal.h"

typedef struct gs_transfer gs_transfer;

typedef struct gs_transfer_plan {
    const gs_url *url; // borrowed for the transfer's life, like the four below
    const char *user_agent;
    const char *ca_file;              // NULL: the system's certificates
    const char *as_public;            // an address that counts as public, or NULL
    const struct curl_slist *resolve; // answers that stand in for the resolver's, or NULL
    const gs_post *post;              // a question; NULL: get
    const char *etag, *last_modified; // conditions; NULL or "" for none
    size_t max_bytes;                 // of the body after decompression
    bool head_is_enough;              // the body's first max_bytes are an answer, not an error
    uint64_t timeout_ms;
    uint32_t stall_s; // 0: only the whole time is bounded
    bool allow_private;
} gs_transfer_plan;

// Added to multi; libcurl reports its end with owner as CURLINFO_PRIVATE. NULL on error.
gs_transfer *gs_transfer_start(const gs_transfer_plan *plan, CURLM *multi, void *owner, gs_error *error);
void gs_transfer_free(gs_transfer **self_p); // removes it from multi first
// What came: fills status, type, validators, Retry-After, freshness, gone and body, or *error. False if there
// is no answer. All borrowed from the transfer.
bool gs_transfer_result(gs_transfer *self, CURLcode code, gs_response *response, gs_error *error);
// Where the answer leads, if it is a redirect with a Location that can be followed; else NULL.
const char *gs_transfer_location(const gs_transfer *self);

#endif
