// A webhook by the conventions of Standard Webhooks (1.0): the body is the event as JSON, and three headers
// tell its id, when it was sent, and that it comes from here:
//
//     webhook-signature: v1,base64(HMAC-SHA-256(secret, id "." timestamp "." body))
//
// The id is that of the event in the feed, so whoever gets it twice knows it. Anything but a 2xx is tried
// again, later and later, and nothing behind it goes first; 410 ends the pusher, because a person took the
// hook away.
#include "push.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
    TIMEOUT_MS = 30000,
    ANSWER_BYTES = 64 * 1024,
    REST_MOST_S = 600,
    DOUBLINGS = 10,
    SIGNATURE = 64,
    NUMBER = 24,
    ID = 80
};

static void sign(const gs_buffer *secret, const char *id, const char *stamp, gs_view body,
                 char signature[SIGNATURE])
{
    crypto_auth_hmacsha256_state state;
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret->data, secret->size);
    const gs_view parts[] = {gs_view_of(id), gs_view_of("."), gs_view_of(stamp), gs_view_of("."), body};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        crypto_auth_hmacsha256_update(&state, (const unsigned char *)parts[i].data, parts[i].size);
    }
    crypto_auth_hmacsha256_final(&state, mac);
    strcpy(signature, "v1,");
    sodium_bin2base64(signature + 3, SIGNATURE - 3, mac, sizeof mac, sodium_base64_VARIANT_ORIGINAL);
}

// The event as JSON: what stands behind "data: " in its frame.
static gs_view body_of(const gw_frame *frame)
{
    const gs_view text = gs_buffer_view(&frame->text);
    const size_t at = gs_view_find(text, gs_view_of("\ndata: "), 0);
    return gs_view_trim(gs_view_slice(text, at == SIZE_MAX ? text.size : at + strlen("\ndata: "), text.size));
}

static void rest(push *self, const gs_response *response, const char *reason)
{
    const uint32_t shift = self->failures < DOUBLINGS ? self->failures : DOUBLINGS;
    uint64_t rest_s = (uint64_t)1 << shift;
    rest_s = rest_s > response->retry_after_s ? rest_s : response->retry_after_s;
    rest_s = rest_s > REST_MOST_S ? REST_MOST_S : rest_s;
    self->at_us = gs_monotonic_us() + rest_s * 1000000 + randombytes_uniform(500000);
    self->failures++;
    self->failed++;
    gs_warn(&self->daemon.log, "the webhook did not take an event; it is posted again",
            gs_str("reason", reason), gs_int("tries", self->failures), gs_int("in_seconds", (int64_t)rest_s));
}

static void on_answer(void *context, const gs_response *response)
{
    push *self = context;
    char reason[100];
    self->busy = false;
    if (response->status >= 200 && response->status < 300) {
        self->failures = 0;
        push_taken(self, 1);
    } else if (response->status == 410) {
        self->gone = true;
    } else {
        snprintf(reason, sizeof reason, "it answered with HTTP status %ld", response->status);
        rest(self, response, response->error[0] != '\0' ? response->error : reason);
    }
}

void hook_turn(push *self, uint64_t now_us)
{
    char id[ID];
    char stamp[NUMBER];
    char signature[SIGNATURE] = "";
    char text[GS_ID_TEXT];
    gs_error error = {0};
    if (self->busy || self->waiting == 0 || now_us < self->at_us || self->gone) {
        return;
    }
    const gw_frame *first = self->line[0];
    gs_id_text(first->facets.id, text);
    snprintf(id, sizeof id, "%s.%" PRIu64, text, first->sequence);
    snprintf(stamp, sizeof stamp, "%" PRIu64, gs_unix_us() / 1000000);
    if (self->secret.size > 0) {
        sign(&self->secret, id, stamp, body_of(first), signature);
    }
    const char *const headers[] = {
        "webhook-id", id,  "webhook-timestamp", stamp, self->secret.size > 0 ? "webhook-signature" : NULL,
        signature,    NULL};
    const gs_post post = {.url = self->daemon.config->push.url,
                          .json = body_of(first),
                          .headers = headers,
                          .max_bytes = ANSWER_BYTES,
                          .timeout_ms = TIMEOUT_MS,
                          .allow_private = self->daemon.config->push.allow_private};
    self->busy = gs_net_post(self->net, &post, on_answer, self, &error);
    if (!self->busy) {
        rest(self, &(gs_response){.status = 0}, error.message);
    }
}
