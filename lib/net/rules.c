// The robots.txt of each origin (scheme, host and port), remembered for a day at most (RFC 9309,
// section 2.4).
//
//   an answer that can be read   its rules hold for as long as the answer is fresh, a day if it does not say
//   4xx, or too many redirects   there are no rules: everything is allowed
//   429, 5xx, no answer          the last rules hold on if there are any; else everything is forbidden, and
//                                robots.txt is tried again after a minute, then two, up to an hour
//
// 429 is not taken for "there is none", since a host that says "too many" means the contrary of "all you
// like".
#include "net/rules.h"

#include <stdlib.h>
#include <string.h>

#include "net/robots.h"

enum {
    ORIGINS_MOST = 8192,
    BUCKETS = 2048, // a power of two
    DAY_S = 86400,
    FRESH_LEAST_S = 300,
    AGAIN_FIRST_S = 60,
    AGAIN_MOST_S = 3600,
};

static const size_t MEMORY_MOST = 64 * 1024 * 1024; // of all rules

struct gs_rules {
    char *origin; // owned
    uint64_t hash;
    gs_rules *chain;   // next of its bucket
    gs_robots *robots; // owned; NULL: there are none, so everything is allowed
    bool known;        // an answer that counts has come once
    bool asked;        // an answer is on its way
    bool closed;       // the last answer was none, and there are no older rules
    uint64_t until_us; // what is known holds until then
    uint64_t used_us;
    uint32_t again_s; // the last wait after a failure
    gs_error cause;
    void *waiting; // the caller's
};

struct gs_rule_book {
    gs_rules *buckets[BUCKETS];
    size_t count;
    size_t memory;
};

gs_rule_book *gs_rule_book_new(void)
{
    return gs_allocate(sizeof(gs_rule_book));
}

static size_t memory_of(const gs_rules *rules)
{
    return sizeof *rules + (rules->robots ? gs_robots_memory(rules->robots) : 0);
}

static void rules_free(gs_rules *self)
{
    gs_robots_free(&self->robots);
    free(self->origin);
    free(self);
}

void gs_rule_book_free(gs_rule_book **self_p)
{
    if (!self_p || !*self_p) {
        return;
    }
    for (size_t i = 0; i < BUCKETS; i++) {
        while ((*self_p)->buckets[i]) {
            gs_rules *rules = (*self_p)->buckets[i];
            (*self_p)->buckets[i] = rules->chain;
            rules_free(rules);
        }
    }
    free(*self_p);
    *self_p = NULL;
}

// What was not used for longest goes first. The memory is counted anew on the way.
static bool forget_oldest(gs_rule_book *self)
{
    gs_rules **oldest = NULL;
    self->memory = 0;
    for (size_t i = 0; i < BUCKETS; i++) {
        for (gs_rules **place = &self->buckets[i]; *place; place = &(*place)->chain) {
            self->memory += memory_of(*place);
            if (!(*place)->asked && (!oldest || (*place)->used_us < (*oldest)->used_us)) {
                oldest = place;
            }
        }
    }
    if (!oldest || (self->count < ORIGINS_MOST && self->memory < MEMORY_MOST)) {
        return false;
    }
    gs_rules *gone = *oldest;
    *oldest = gone->chain;
    self->memory -= memory_of(gone);
    self->count--;
    rules_free(gone);
    return true;
}

gs_rules *gs_rule_book_at(gs_rule_book *self, const char *origin, uint64_t now_us)
{
    const uint64_t hash = gs_hash(gs_view_of(origin));
    gs_rules **bucket = &self->buckets[hash & (BUCKETS - 1)];
    gs_rules *found = *bucket;
    while (found && (found->hash != hash || strcmp(found->origin, origin) != 0)) {
        found = found->chain;
    }
    if (!found) {
        // Rules grow when their answer comes, so the sum is looked at now and then, not only at the bound.
        while ((self->count >= ORIGINS_MOST || self->count % 64 == 63) && forget_oldest(self)) {
        }
        found = gs_allocate(sizeof *found);
        found->origin = gs_duplicate(origin);
        found->hash = hash;
        found->chain = *bucket;
        *bucket = found;
        self->count++;
    }
    found->used_us = now_us;
    return found;
}

gs_verdict gs_rules_judge(gs_rules *self, const char *path, uint64_t now_us)
{
    if (self->until_us <= now_us) {
        return GS_VERDICT_UNKNOWN;
    }
    if (self->closed) {
        return GS_VERDICT_CLOSED;
    }
    return !self->robots || gs_robots_allows(self->robots, path) ? GS_VERDICT_ALLOWED : GS_VERDICT_FORBIDDEN;
}

uint32_t gs_rules_delay_ms(const gs_rules *self)
{
    return self->robots ? gs_robots_delay_ms(self->robots) : 0;
}

uint32_t gs_rules_closed_s(const gs_rules *self, uint64_t now_us)
{
    const uint64_t left_us = self->until_us > now_us ? self->until_us - now_us : 0;
    return self->closed ? (uint32_t)((left_us + 999999) / 1000000) : 0;
}

const char *gs_rules_cause(const gs_rules *self)
{
    return self->cause.message;
}

const char *gs_rules_origin(const gs_rules *self)
{
    return self->origin;
}

void **gs_rules_waiting(gs_rules *self)
{
    return &self->waiting;
}

bool gs_rules_ask(gs_rules *self)
{
    const bool first = !self->asked;
    self->asked = true;
    return first;
}

static void keep(gs_rules *self, gs_robots *robots, uint32_t fresh_s, uint64_t now_us)
{
    uint64_t hold_s = fresh_s == 0 || fresh_s > DAY_S ? DAY_S : fresh_s;
    hold_s = hold_s < FRESH_LEAST_S ? FRESH_LEAST_S : hold_s;
    gs_robots_free(&self->robots);
    self->robots = robots;
    self->known = true;
    self->closed = false;
    self->again_s = 0;
    self->until_us = now_us + hold_s * 1000000;
}

void gs_rules_answer(gs_rules *self, const gs_response *response, uint64_t now_us)
{
    const long status = response->status;
    self->asked = false;
    if (status >= 200 && status <= 299) {
        keep(self, gs_robots_parse(response->body, "gainsay"), response->fresh_s, now_us);
        return;
    }
    if (status >= 300 && status <= 499 && status != 429) { // 3xx: more redirects than are followed
        keep(self, NULL, response->fresh_s, now_us);
        return;
    }
    if (status != 0) {
        gs_fail(&self->cause, GS_E_PEER, "%.200s/robots.txt answered with HTTP status %ld", self->origin,
                status);
    } else {
        gs_fail(&self->cause, GS_E_PEER, "%s", response->error);
    }
    self->closed = !self->known;
    self->again_s = self->again_s == 0 ? AGAIN_FIRST_S : self->again_s * 2;
    self->again_s = self->again_s > AGAIN_MOST_S ? AGAIN_MOST_S : self->again_s;
    const uint32_t wait_s = response->retry_after_s > self->again_s ? response->retry_after_s : self->again_s;
    self->until_us = now_us + (uint64_t)wait_s * 1000000;
}
