// The door of the room: libcurl's multi interface, driven by the caller's event loop ("multi_socket").
//
// libcurl tells which descriptors and which timer it wants; this file passes both on and runs no loop of its
// own. One gs_net is one thread's. What becomes of a request is in fetch.c.
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "net/fetch.h"

enum {
    DEFAULT_TIMEOUT_S = 60,
    DEFAULT_STALL_S = 20,
    DEFAULT_DELAY_MS = 1000,
    TICK_MS = 1000,
    CONNECTIONS_MOST = 512,    // open at once, idle ones kept for the next request included
    HOST_CONNECTIONS_MOST = 4, // of these; only questions ever need more than one
};

// ---- the caller's event loop -------------------------------------------------------------------------

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *socket_context)
{
    (void)easy;
    (void)socket_context;
    static const int wants[] = {
        [CURL_POLL_NONE] = 0, [CURL_POLL_IN] = 1, [CURL_POLL_OUT] = 2, [CURL_POLL_INOUT] = 3};
    gs_net *self = context;
    int want = what >= 0 && what <= CURL_POLL_INOUT ? wants[what] : 0; // CURL_POLL_REMOVE is 4
    if (self->watch) {
        self->watch(self->watch_context, fd, want);
    }
    return 0;
}

static int on_timer(CURLM *multi, long milliseconds, void *context)
{
    (void)multi;
    gs_net *self = context;
    self->due_us = milliseconds < 0 ? 0 : gs_monotonic_us() + (uint64_t)milliseconds * 1000;
    return 0;
}

// ---- the door ----------------------------------------------------------------------------------------

gs_net *gs_net_new(const char *user_agent, gs_net_watch *watch, void *watch_context, gs_error *error)
{
    // Counted and thread-safe in libcurl since 7.84; each gs_net holds one.
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        gs_fail(error, GS_E_INTERNAL, "libcurl cannot be initialised");
        return NULL;
    }
    gs_net *self = gs_allocate(sizeof *self);
    self->user_agent = gs_duplicate(user_agent ? user_agent : "gainsay/" GAINSAY_VERSION);
    self->watch = watch;
    self->watch_context = watch_context;
    self->pace = gs_pace_new(DEFAULT_DELAY_MS);
    self->rules[false] = gs_rule_book_new();
    self->rules[true] = gs_rule_book_new();
    self->multi = curl_multi_init();
    if (!self->multi) {
        gs_fail(error, GS_E_INTERNAL, "libcurl cannot make a multi handle");
        gs_net_free(&self);
        return NULL;
    }
    curl_multi_setopt(self->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(self->multi, CURLMOPT_SOCKETDATA, self);
    curl_multi_setopt(self->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(self->multi, CURLMOPT_TIMERDATA, self);
    curl_multi_setopt(self->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS_MOST);
    curl_multi_setopt(self->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)HOST_CONNECTIONS_MOST);
    curl_multi_setopt(self->multi, CURLMOPT_MAXCONNECTS, (long)GS_NET_TRANSFERS); // idle ones
    return self;
}

void gs_net_pace(gs_net *self, uint32_t delay_ms)
{
    gs_pace_set_delay(self->pace, delay_ms);
}

void gs_net_resolve(gs_net *self, const char *entry)
{
    struct curl_slist *longer = curl_slist_append(self->resolve, entry);
    self->resolve = longer ? longer : self->resolve;
}

void gs_net_trust(gs_net *self, const char *ca_file)
{
    free(self->ca_file);
    self->ca_file = gs_duplicate(ca_file);
}

void gs_net_as_public(gs_net *self, const char *address)
{
    free(self->as_public);
    self->as_public = gs_duplicate(address);
}

void gs_net_free(gs_net **self_p)
{
    if (!self_p || !*self_p) {
        return;
    }
    gs_net *self = *self_p;
    while (self->first) {
        gs_fetch_drop(self->first);
    }
    curl_multi_cleanup(self->multi);
    curl_global_cleanup();
    gs_pace_free(&self->pace);
    gs_rule_book_free(&self->rules[false]);
    gs_rule_book_free(&self->rules[true]);
    curl_slist_free_all(self->resolve);
    free(self->ca_file);
    free(self->as_public);
    free(self->user_agent);
    free(self);
    *self_p = NULL;
}

bool gs_net_get(gs_net *self, const gs_request *request, gs_net_done *done, void *context, gs_error *error)
{
    gs_fetch *fresh = gs_fetch_new(self, done, context);
    fresh->etag = gs_duplicate(request->etag);
    fresh->last_modified = gs_duplicate(request->last_modified);
    fresh->max_bytes = request->max_bytes > 0 ? request->max_bytes : GS_LIMIT_FILE_BYTES;
    fresh->left_ms = (uint64_t)(request->timeout_s > 0 ? request->timeout_s : DEFAULT_TIMEOUT_S) * 1000;
    fresh->stall_s = request->stall_s > 0 ? request->stall_s : DEFAULT_STALL_S;
    fresh->allow_private = request->allow_private;
    fresh->ignore_robots = request->ignore_robots;
    if (!gs_url_read(request->url, &fresh->url, error) || !gs_fetch_enter_line(fresh, false, error)) {
        gs_fetch_drop(fresh);
        return false;
    }
    fresh->seen[0] = gs_duplicate(fresh->url.text);
    return true;
}

// A server that thinks sends nothing for long, so only the whole time is bounded here.
bool gs_net_post(gs_net *self, const gs_post *post, gs_net_done *done, void *context, gs_error *error)
{
    if (post->bearer && strpbrk(post->bearer, "\r\n")) {
        return gs_fail(error, GS_E_USAGE, "%.200s: its key holds a line break", post->url);
    }
    gs_fetch *fresh = gs_fetch_new(self, done, context);
    fresh->is_post = true;
    fresh->max_bytes = post->max_bytes > 0 ? post->max_bytes : GS_LIMIT_FILE_BYTES;
    fresh->left_ms = post->timeout_ms > 0 ? post->timeout_ms : (uint64_t)DEFAULT_TIMEOUT_S * 1000;
    fresh->allow_private = post->allow_private;
    if (!gs_url_read(post->url, &fresh->url, error) || !gs_fetch_start(fresh, post, error)) {
        gs_fetch_drop(fresh);
        return false;
    }
    return true;
}

void gs_net_ready(gs_net *self, int fd)
{
    int running;
    curl_multi_socket_action(self->multi, fd, 0, &running); // 0: libcurl looks itself what fd is ready for
    gs_fetch_take_answers(self);
}

int gs_net_tick(gs_net *self)
{
    uint64_t now = gs_monotonic_us();
    if (self->due_us != 0 && now >= self->due_us) {
        int running;
        self->due_us = 0; // libcurl sets it anew from within if it wants to
        curl_multi_socket_action(self->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    gs_fetch_take_answers(self);
    uint64_t due_us = self->due_us != 0 ? self->due_us : UINT64_MAX;
    const uint64_t turn_us = self->transfers < GS_NET_TRANSFERS ? gs_pace_due_us(self->pace) : UINT64_MAX;
    due_us = turn_us < due_us ? turn_us : due_us;
    now = gs_monotonic_us();
    const uint64_t left_ms = due_us > now ? (due_us - now) / 1000 + 1 : 0;
    return left_ms > TICK_MS ? TICK_MS : (int)left_ms;
}

size_t gs_net_active(const gs_net *self)
{
    return self->active;
}
