// Many fetches on libcurl's multi interface, driven by the caller's event loop ("multi_socket").
//
// libcurl tells which descriptors and which timer it wants; this file passes both on and runs no loop of its
// own. One gs_net is one thread's. A fetch goes this way:
//
//     gs_net_get ──► its host's line ──► its turn ──► do we know the origin's robots.txt? ──► transfer ──►
//     done
//                      ▲   (pace.c)                     no: it waits aside (rules.c), and       │(transfer.c)
//                      │                                a fetch of robots.txt goes first        │
//                      └──────────────────────── a redirect is a request of its own ◄───────────┘
//
// So each hop of a redirect is checked like a first request: address, robots.txt and pace of the host it
// leads to. A question (gs_net_post) is asked at once and follows nothing.
#include "net/net_internal.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "net/pace.h"
#include "net/robots.h"
#include "net/rules.h"
#include "net/transfer.h"

enum {
    DEFAULT_TIMEOUT_S = 60,
    DEFAULT_STALL_S = 20,
    DEFAULT_DELAY_MS = 1000,
    ROBOTS_TIMEOUT_S = 20,
    TICK_MS = 1000,
    TRANSFERS_MOST = 256,      // at once; further hosts wait
    CONNECTIONS_MOST = 512,    // open at once, idle ones kept for the next request included
    HOST_CONNECTIONS_MOST = 4, // of these; only questions ever need more than one
    TURNS_AT_ONCE = 256,       // taken before the event loop is served again
};

typedef struct fetch {
    gs_turn turn; // first, so that a turn is its fetch
    struct fetch *previous, *next;
    gs_net *net;
    gs_net_done *done;
    void *context;
    gs_url url;                       // of this hop
    char *seen[GS_NET_REDIRECTS + 1]; // owned: URLs asked so far
    size_t hops;                      // redirects followed
    char *moved_to;                   // owned; NULL if nothing has moved for good
    bool all_permanent;               // all redirects so far
    gs_rules *robots_of;              // this fetch is of that origin's robots.txt; else NULL
    bool is_post;                     // outside all lines
    char *etag, *last_modified;       // owned
    size_t max_bytes;
    uint64_t left_ms;    // of its time
    uint64_t started_us; // this hop
    uint32_t stall_s;
    bool allow_private, ignore_robots;
    gs_transfer *transfer; // while it is under way
} fetch;

struct gs_net {
    CURLM *multi;     // owned
    char *user_agent; // owned
    gs_net_watch *watch;
    void *watch_context;
    gs_pace *pace;          // owned
    gs_rule_book *rules[2]; // owned; by allow_private: what a guarded fetch cannot have, others may
    fetch *first;
    size_t active;             // fetches
    size_t transfers;          // of them under way, questions aside
    uint64_t due_us;           // when libcurl's timer runs out (monotonic); 0 for no timer
    char *ca_file, *as_public; // owned, like the next; for tests
    struct curl_slist *resolve;
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

// ---- fetches -----------------------------------------------------------------------------------------

static fetch *fetch_new(gs_net *self, gs_net_done *done, void *context)
{
    fetch *fresh = gs_allocate(sizeof *fresh);
    fresh->net = self;
    fresh->done = done;
    fresh->context = context;
    fresh->all_permanent = true;
    fresh->next = self->first;
    if (self->first) {
        self->first->previous = fresh;
    }
    self->first = fresh;
    self->active++;
    return fresh;
}

static void fetch_unlink(fetch *self)
{
    gs_net *net = self->net;
    if (self->previous) {
        self->previous->next = self->next;
    } else {
        net->first = self->next;
    }
    if (self->next) {
        self->next->previous = self->previous;
    }
    net->active--;
}

static void fetch_free(fetch *self)
{
    gs_transfer_free(&self->transfer);
    gs_url_free(&self->url);
    for (size_t i = 0; i <= GS_NET_REDIRECTS; i++) {
        free(self->seen[i]);
    }
    free(self->moved_to);
    free(self->etag);
    free(self->last_modified);
    free(self);
}

static gs_response empty_response(const fetch *self)
{
    return (gs_response){.error = "",
                         .url = self->url.shown ? self->url.shown : "",
                         .type = "",
                         .etag = "",
                         .last_modified = "",
                         .moved_to = ""};
}

// Hands the outcome to the caller. The fetch is out of all lists by now, so the callback may start others.
static void finish(fetch *self, const gs_response *response)
{
    fetch_unlink(self);
    self->done(self->context, response);
    fetch_free(self);
}

static void finish_with_error(fetch *self, const gs_error *error, uint32_t retry_after_s, bool robots_refused)
{
    gs_response response = empty_response(self);
    response.error = error->message;
    response.retry_after_s = retry_after_s;
    response.robots_refused = robots_refused;
    finish(self, &response);
}

static bool enter_line(fetch *self, bool at_head, gs_error *error)
{
    if (!gs_pace_join(self->net->pace, self->url.host, &self->turn, at_head, gs_monotonic_us())) {
        return gs_fail(error, GS_E_LIMIT, "%.200s: too many requests are waiting already", self->url.shown);
    }
    return true;
}

// ---- robots.txt --------------------------------------------------------------------------------------

static void on_robots(void *context, const gs_response *response)
{
    gs_rules *rules = context;
    gs_rules_answer(rules, response, gs_monotonic_us());
}

// Those that waited aside go to the head of their line, in the order in which they came.
static void release_waiting(gs_rules *rules)
{
    gs_turn *turn = *gs_rules_waiting(rules);
    *gs_rules_waiting(rules) = NULL;
    while (turn) { // the list has the last first
        gs_turn *next = turn->next;
        gs_error error = {0};
        if (!enter_line((fetch *)turn, true, &error)) {
            finish_with_error((fetch *)turn, &error, 0, false);
        }
        turn = next;
    }
}

static bool ask_for_robots(fetch *asker, gs_rules *rules, gs_error *error)
{
    gs_buffer address = {0};
    fetch *robots = fetch_new(asker->net, on_robots, rules);
    robots->robots_of = rules;
    robots->ignore_robots = true;
    robots->max_bytes = GS_ROBOTS_BYTES + 1; // one more, so that the reader sees that it is cut
    robots->left_ms = ROBOTS_TIMEOUT_S * 1000;
    robots->stall_s = asker->stall_s;
    robots->allow_private = asker->allow_private;
    gs_buffer_format(&address, "%s/robots.txt", gs_rules_origin(rules));
    const bool good = gs_url_read(address.data, &robots->url, error) && enter_line(robots, true, error);
    gs_buffer_free(&address);
    if (!good) {
        fetch_unlink(robots);
        fetch_free(robots);
        return false;
    }
    robots->seen[0] = gs_duplicate(robots->url.text);
    return true;
}

// Its turn came, but what it may do is not known yet.
static void wait_aside(fetch *self, gs_rules *rules)
{
    gs_error error = {0};
    gs_pace_pass(self->net->pace, &self->turn, gs_monotonic_us());
    if (gs_rules_ask(rules) && !ask_for_robots(self, rules, &error)) {
        gs_response response = empty_response(self);
        response.error = error.message;
        gs_rules_answer(rules, &response, gs_monotonic_us());
        finish_with_error(self, &error, 0, false);
        return;
    }
    self->turn.next = *gs_rules_waiting(rules);
    *gs_rules_waiting(rules) = &self->turn;
}

// True if the URL may be asked for now. Otherwise the fetch waits or is finished.
static bool obeys_robots(fetch *self)
{
    gs_net *net = self->net;
    const uint64_t now = gs_monotonic_us();
    gs_rules *rules = gs_rule_book_at(net->rules[self->allow_private], self->url.origin, now);
    gs_error error = {0};
    switch (gs_rules_judge(rules, self->url.path, now)) {
    case GS_VERDICT_ALLOWED:
        if (gs_pace_wish(&self->turn, gs_rules_delay_ms(rules), now)) {
            return true;
        }
        gs_pace_pass(net->pace, &self->turn, now); // the wish is new, and longer than the pause just made
        if (!enter_line(self, true, &error)) {
            finish_with_error(self, &error, 0, false);
        }
        return false;
    case GS_VERDICT_UNKNOWN:
        wait_aside(self, rules);
        return false;
    case GS_VERDICT_FORBIDDEN:
        gs_fail(&error, GS_E_REFUSED, "%.200s: forbidden by %.200s/robots.txt", self->url.shown,
                self->url.origin);
        gs_pace_pass(net->pace, &self->turn, now);
        finish_with_error(self, &error, 0, true);
        return false;
    case GS_VERDICT_CLOSED:
    default:
        gs_fail(&error, GS_E_PEER, "%.150s: not asked for while robots.txt cannot be had: %.300s",
                self->url.shown, gs_rules_cause(rules));
        gs_pace_pass(net->pace, &self->turn, now);
        finish_with_error(self, &error, gs_rules_closed_s(rules, now), false);
        return false;
    }
}

// ---- turns -------------------------------------------------------------------------------------------

static bool start_transfer(fetch *self, const gs_post *post, gs_error *error)
{
    gs_net *net = self->net;
    const gs_transfer_plan plan = {.url = &self->url,
                                   .user_agent = net->user_agent,
                                   .ca_file = net->ca_file,
                                   .as_public = net->as_public,
                                   .resolve = net->resolve,
                                   .post = post,
                                   .etag = self->etag,
                                   .last_modified = self->last_modified,
                                   .max_bytes = self->max_bytes,
                                   .head_is_enough = self->robots_of != NULL,
                                   .timeout_ms = self->left_ms,
                                   .stall_s = self->stall_s,
                                   .allow_private = self->allow_private};
    self->started_us = gs_monotonic_us();
    self->transfer = gs_transfer_start(&plan, net->multi, self, error);
    net->transfers += self->transfer != NULL && !self->is_post;
    return self->transfer != NULL;
}

static void end_robots(fetch *self, const gs_response *response)
{
    gs_rules *rules = self->robots_of;
    finish(self, response);
    if (rules) {
        release_waiting(rules);
    }
}

static void end_with_error(fetch *self, const gs_error *error, uint32_t retry_after_s)
{
    gs_response response = empty_response(self);
    response.error = error->message;
    response.retry_after_s = retry_after_s;
    end_robots(self, &response);
}

static void take_turn(fetch *self)
{
    gs_net *net = self->net;
    gs_error error = {0};
    const uint32_t rest_s = gs_pace_rest_s(&self->turn, gs_monotonic_us());
    if (rest_s > 0) {
        gs_fail(&error, GS_E_PEER, "%.200s: the host asked to be left alone for another %u s",
                self->url.shown, rest_s);
        gs_pace_pass(net->pace, &self->turn, gs_monotonic_us());
        end_with_error(self, &error, rest_s);
        return;
    }
    if (!self->ignore_robots && !obeys_robots(self)) {
        return;
    }
    if (!start_transfer(self, NULL, &error)) {
        gs_pace_pass(net->pace, &self->turn, gs_monotonic_us());
        end_with_error(self, &error, 0);
    }
}

static void take_turns(gs_net *self)
{
    for (int i = 0; i < TURNS_AT_ONCE && self->transfers < TRANSFERS_MOST; i++) {
        gs_turn *turn = gs_pace_next(self->pace, gs_monotonic_us());
        if (!turn) {
            return;
        }
        take_turn((fetch *)turn);
    }
}

// ---- answers -----------------------------------------------------------------------------------------

// Moves the fetch on to where the answer leads. False with an error if that cannot be followed.
static bool follow(fetch *self, const char *location, long status, gs_error *error)
{
    const size_t most = self->robots_of ? GS_NET_ROBOTS_REDIRECTS : GS_NET_REDIRECTS;
    gs_url next;
    if (self->hops == most) {
        return gs_fail(error, GS_E_INPUT, "%.200s: more than %zu redirects, the last to %.150s",
                       self->seen[0], most, location);
    }
    if (!gs_url_follow(&self->url, location, &next, error)) {
        return false;
    }
    for (size_t i = 0; i <= self->hops; i++) {
        if (strcmp(self->seen[i], next.text) == 0) {
            gs_fail(error, GS_E_INPUT, "%.200s: redirected in a circle, back to %.200s", self->url.shown,
                    next.shown);
            gs_url_free(&next);
            return false;
        }
    }
    self->all_permanent = self->all_permanent && (status == 301 || status == 308);
    if (self->all_permanent) {
        free(self->moved_to);
        self->moved_to = gs_duplicate(next.text);
    }
    gs_transfer_free(&self->transfer);
    gs_url_free(&self->url);
    self->url = next;
    self->seen[++self->hops] = gs_duplicate(next.text);
    return enter_line(self, self->robots_of != NULL, error);
}

// Of a robots.txt that leads nowhere the redirect is the answer, and it counts as absent.
static void go_on(fetch *self, const char *location, long status)
{
    gs_error error = {0};
    gs_response redirect = empty_response(self);
    redirect.status = status;
    if (self->robots_of && self->hops == GS_NET_ROBOTS_REDIRECTS) {
        end_robots(self, &redirect);
    } else if (!follow(self, location, status, &error)) {
        if (self->robots_of) {
            redirect.url = self->url.shown;
            end_robots(self, &redirect);
        } else {
            end_with_error(self, &error, 0);
        }
    }
}

static void take_answer(fetch *self, CURLcode code)
{
    gs_net *net = self->net;
    gs_response response = empty_response(self);
    gs_error error = {0};
    const uint64_t now = gs_monotonic_us();
    const uint64_t spent_ms = (now - self->started_us) / 1000;
    const bool good = gs_transfer_result(self->transfer, code, &response, &error);
    const bool rests = response.status == 429 || response.status == 503;
    if (!self->is_post) {
        net->transfers--;
        gs_pace_done(net->pace, &self->turn, rests ? response.retry_after_s : 0, now);
    }
    self->left_ms = self->left_ms > spent_ms + 1 ? self->left_ms - spent_ms : 1;
    if (!good) {
        end_with_error(self, &error, 0);
        return;
    }
    const char *location = gs_transfer_location(self->transfer);
    if (location && !self->is_post) {
        go_on(self, location, response.status);
        return;
    }
    // A move counts once something is there: the new place may be a mistake that is mended tomorrow.
    if (self->moved_to && ((response.status >= 200 && response.status <= 299) || response.status == 304)) {
        response.moved_to = self->moved_to;
    }
    end_robots(self, &response);
}

static void take_answers(gs_net *self)
{
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(self->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        const CURLcode code = message->data.result; // message dies with the handle
        fetch *done = NULL;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&done);
        take_answer(done, code);
    }
    take_turns(self);
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
    curl_multi_setopt(self->multi, CURLMOPT_MAXCONNECTS, (long)TRANSFERS_MOST); // idle ones
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
        fetch *cut = self->first;
        fetch_unlink(cut);
        fetch_free(cut);
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
    fetch *fresh = fetch_new(self, done, context);
    fresh->etag = gs_duplicate(request->etag);
    fresh->last_modified = gs_duplicate(request->last_modified);
    fresh->max_bytes = request->max_bytes > 0 ? request->max_bytes : GS_LIMIT_FILE_BYTES;
    fresh->left_ms = (uint64_t)(request->timeout_s > 0 ? request->timeout_s : DEFAULT_TIMEOUT_S) * 1000;
    fresh->stall_s = request->stall_s > 0 ? request->stall_s : DEFAULT_STALL_S;
    fresh->allow_private = request->allow_private;
    fresh->ignore_robots = request->ignore_robots;
    if (!gs_url_read(request->url, &fresh->url, error) || !enter_line(fresh, false, error)) {
        fetch_unlink(fresh);
        fetch_free(fresh);
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
    fetch *fresh = fetch_new(self, done, context);
    fresh->is_post = true;
    fresh->max_bytes = post->max_bytes > 0 ? post->max_bytes : GS_LIMIT_FILE_BYTES;
    fresh->left_ms = post->timeout_ms > 0 ? post->timeout_ms : (uint64_t)DEFAULT_TIMEOUT_S * 1000;
    fresh->allow_private = post->allow_private;
    if (!gs_url_read(post->url, &fresh->url, error) || !start_transfer(fresh, post, error)) {
        fetch_unlink(fresh);
        fetch_free(fresh);
        return false;
    }
    return true;
}

void gs_net_ready(gs_net *self, int fd)
{
    int running;
    curl_multi_socket_action(self->multi, fd, 0, &running); // 0: libcurl looks itself what fd is ready for
    take_answers(self);
}

int gs_net_tick(gs_net *self)
{
    uint64_t now = gs_monotonic_us();
    if (self->due_us != 0 && now >= self->due_us) {
        int running;
        self->due_us = 0; // libcurl sets it anew from within if it wants to
        curl_multi_socket_action(self->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    take_answers(self);
    uint64_t due_us = self->due_us != 0 ? self->due_us : UINT64_MAX;
    const uint64_t turn_us = self->transfers < TRANSFERS_MOST ? gs_pace_due_us(self->pace) : UINT64_MAX;
    due_us = turn_us < due_us ? turn_us : due_us;
    now = gs_monotonic_us();
    const uint64_t left_ms = due_us > now ? (due_us - now) / 1000 + 1 : 0;
    return left_ms > TICK_MS ? TICK_MS : (int)left_ms;
}

size_t gs_net_active(const gs_net *self)
{
    return self->active;
}
