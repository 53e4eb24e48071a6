// The way of a fetch:
//
//     gs_net_get --> its host's line --> its turn --> robots.txt known? --> transfer --> answer --> done
//                     ^  (pace.c)                      no: it waits aside    (transfer.c)   |
//                     |                                (rules.c), and a fetch               |
//                     |                                of robots.txt goes first             |
//                     +----------------- a redirect is a request of its own <---------------+
//
// So each hop of a redirect is checked like a first request: address, robots.txt and pace of the host it
// leads to. A question (gs_net_post) is in no line, is asked at once and follows nothing.
#include "net/fetch.h"

#include <stdlib.h>
#include <string.h>

#include "net/robots.h"

enum {
    ROBOTS_TIMEOUT_S = 20,
    TURNS_AT_ONCE = 256, // taken before the event loop is served again
};

gs_fetch *gs_fetch_new(gs_net *self, gs_net_done *done, void *context)
{
    gs_fetch *fresh = gs_allocate(sizeof *fresh);
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

static void fetch_unlink(gs_fetch *self)
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

static void fetch_free(gs_fetch *self)
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

void gs_fetch_drop(gs_fetch *self)
{
    fetch_unlink(self);
    fetch_free(self);
}

static gs_response empty_response(const gs_fetch *self)
{
    return (gs_response){.error = "",
                         .url = self->url.shown ? self->url.shown : "",
                         .type = "",
                         .etag = "",
                         .last_modified = "",
                         .moved_to = ""};
}

// Hands the outcome to the caller. The fetch is out of all lists by now, so the callback may start others.
static void finish(gs_fetch *self, const gs_response *response)
{
    fetch_unlink(self);
    self->done(self->context, response);
    fetch_free(self);
}

static void finish_with_error(gs_fetch *self, const gs_error *error, uint32_t retry_after_s,
                              bool robots_refused)
{
    gs_response response = empty_response(self);
    response.error = error->message;
    response.retry_after_s = retry_after_s;
    response.robots_refused = robots_refused;
    finish(self, &response);
}

bool gs_fetch_enter_line(gs_fetch *self, bool at_head, gs_error *error)
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
        if (!gs_fetch_enter_line((gs_fetch *)turn, true, &error)) {
            finish_with_error((gs_fetch *)turn, &error, 0, false);
        }
        turn = next;
    }
}

static bool ask_for_robots(gs_fetch *asker, gs_rules *rules, gs_error *error)
{
    gs_buffer address = {0};
    gs_fetch *robots = gs_fetch_new(asker->net, on_robots, rules);
    robots->robots_of = rules;
    robots->ignore_robots = true;
    robots->max_bytes = GS_ROBOTS_BYTES + 1; // one more, so that the reader sees that it is cut
    robots->left_ms = ROBOTS_TIMEOUT_S * 1000;
    robots->stall_s = asker->stall_s;
    robots->allow_private = asker->allow_private;
    gs_buffer_format(&address, "%s/robots.txt", gs_rules_origin(rules));
    const bool good =
        gs_url_read(address.data, &robots->url, error) && gs_fetch_enter_line(robots, true, error);
    gs_buffer_free(&address);
    if (!good) {
        gs_fetch_drop(robots);
        return false;
    }
    robots->seen[0] = gs_duplicate(robots->url.text);
    return true;
}

// Its turn came, but what it may do is not known yet.
static void wait_aside(gs_fetch *self, gs_rules *rules)
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
static bool obeys_robots(gs_fetch *self)
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
        if (!gs_fetch_enter_line(self, true, &error)) {
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

bool gs_fetch_start(gs_fetch *self, const gs_post *post, gs_error *error)
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

static void end_robots(gs_fetch *self, const gs_response *response)
{
    gs_rules *rules = self->robots_of;
    finish(self, response);
    if (rules) {
        release_waiting(rules);
    }
}

static void end_with_error(gs_fetch *self, const gs_error *error, uint32_t retry_after_s)
{
    gs_response response = empty_response(self);
    response.error = error->message;
    response.retry_after_s = retry_after_s;
    end_robots(self, &response);
}

static void take_turn(gs_fetch *self)
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
    if (!gs_fetch_start(self, NULL, &error)) {
        gs_pace_pass(net->pace, &self->turn, gs_monotonic_us());
        end_with_error(self, &error, 0);
    }
}

static void take_turns(gs_net *self)
{
    for (int i = 0; i < TURNS_AT_ONCE && self->transfers < GS_NET_TRANSFERS; i++) {
        gs_turn *turn = gs_pace_next(self->pace, gs_monotonic_us());
        if (!turn) {
            return;
        }
        take_turn((gs_fetch *)turn);
    }
}

// ---- answers -----------------------------------------------------------------------------------------

// Moves the fetch on to where the answer leads. False with an error if that cannot be followed.
static bool follow(gs_fetch *self, const char *location, long status, gs_error *error)
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
    return gs_fetch_enter_line(self, self->robots_of != NULL, error);
}

// Of a robots.txt that leads nowhere the redirect is the answer, and it counts as absent.
static void go_on(gs_fetch *self, const char *location, long status)
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

static void take_answer(gs_fetch *self, CURLcode code)
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

void gs_fetch_take_answers(gs_net *self)
{
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(self->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) {
            continue;
        }
        const CURLcode code = message->data.result; // message dies with the handle
        gs_fetch *done = NULL;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&done);
        take_answer(done, code);
    }
    take_turns(self);
}
