// web: feeds, sitemaps and page lists over HTTP.
//
// A look asks for the source with the validators of the last answer. Entries that carry their whole text
// become articles at once, the others are fetched page by page (web_pages.c). The validators are noted only
// when every entry of the answer is done: a kill before that has the next start ask for the whole again, and
// what was done is known.
#include "web.h"

#include <stdlib.h>
#include <string.h>

enum { LOOK_BYTES = 16 * 1024 * 1024, MAP_DAYS = 7, TIMES = 1000, US_PER_S = 1000000 };

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static void replace(char **place, const char *text)
{
    char *copy = text != NULL && text[0] != '\0' ? gs_duplicate(text) : NULL; // text may be *place
    free(*place);
    *place = copy;
}

source *web_source(const web *self)
{
    for (size_t i = 0; i < self->owner->source_count; i++) {
        if (self->owner->sources[i].web == self) {
            return &self->owner->sources[i];
        }
    }
    return NULL;
}

static const char *address_of(const web *self, const source *from)
{
    return self->moved_to != NULL ? self->moved_to : from->config->url;
}

static uint64_t due_in(int64_t next_unix_s)
{
    const int64_t left = next_unix_s - (int64_t)(gs_unix_us() / US_PER_S);
    return gs_monotonic_us() + (left > 0 ? (uint64_t)left * US_PER_S : 0);
}

static void schedule_next(web *self, source *from)
{
    const int64_t now = (int64_t)(gs_unix_us() / US_PER_S);
    const uint32_t random = (uint32_t)(gs_hash(gs_view_of(from->config->id)) ^ gs_unix_us());
    self->look.changed = self->new_entries;
    self->next_unix_s = now + gs_schedule_next(&self->schedule, &self->look, now, random);
    memset(&self->look, 0, sizeof self->look);
    self->new_entries = false;
}

bool web_look_is_due(const web *self)
{
    return (int64_t)(gs_unix_us() / US_PER_S) >= self->next_unix_s;
}

void web_settle(web *self, source *from, uint64_t pages_us)
{
    from->busy = false;
    if (self->waiting_count != 0) {
        const uint64_t look_us = due_in(self->next_unix_s);
        from->due_us = look_us < pages_us ? look_us : pages_us;
        return;
    }
    if (self->map_count != 0 || self->partly) {
        self->next_unix_s = 0; // the next part of a sitemap, or what found no room
        self->partly = false;
    }
    from->due_us = due_in(self->next_unix_s);
    web_notes_save(self, from);
}

static void fail(web *self, source *from, const char *reason, uint32_t retry_after_s)
{
    self->look.failed = true;
    self->look.retry_after_s = retry_after_s;
    self->map_count = 0; // the rest of an index comes with its next look
    source_complain(self->owner, from, address_of(self, from), reason);
    schedule_next(self, from);
    web_next_page(self, from);
}

static void retire(web *self, source *from)
{
    self->retired = true;
    from->ended = true;
    from->busy = false;
    source_set_error(from, "gone for good (HTTP status 410); it is not asked again");
    gs_warn(&self->owner->daemon.log, "source retired: it is gone for good; take it out of the configuration",
            gs_str("source", from->config->id), gs_str("url", address_of(self, from)));
    web_notes_save(self, from);
}

static void move(web *self, source *from, const char *to, const char *why)
{
    if (strcmp(to, address_of(self, from)) == 0) {
        return;
    }
    gs_info(&self->owner->daemon.log, why, gs_str("source", from->config->id),
            gs_str("from", address_of(self, from)), gs_str("to", to));
    replace(&self->moved_to, to);
}

// ---- what an answer has --------------------------------------------------------------------------------

// An old entry of a sitemap: those list whole years, of which the last days are news.
static bool is_old(const gs_feed_entry *entry, gs_feed_format format)
{
    gs_time time;
    const char *written = or_empty(entry->published)[0] != '\0' ? entry->published : or_empty(entry->updated);
    return format == GS_FEED_SITEMAP && gs_time_parse(gs_view_of(written), &time) &&
           time.unix_s < (int64_t)(gs_unix_us() / US_PER_S) - (int64_t)MAP_DAYS * 24 * 60 * 60;
}

static uint32_t usual_gap(const gs_feed *feed)
{
    int64_t times[TIMES];
    uint32_t count = 0;
    for (size_t i = 0; i < feed->count && count < TIMES; i++) {
        gs_time time;
        if (gs_time_parse(gs_view_of(or_empty(feed->entries[i].published)), &time)) {
            times[count++] = time.unix_s;
        }
    }
    return gs_schedule_gap(times, count);
}

static void take_feed(web *self, source *from, const gs_feed *feed)
{
    for (size_t i = 0; i < feed->map_count && self->map_count < WEB_MAPS_WAITING; i++) {
        self->maps[self->map_count++] = gs_duplicate(feed->maps[i]);
    }
    self->look.ttl_s = feed->ttl_minutes * 60;
    self->look.skip_hours = feed->skip_hours;
    self->look.skip_days = feed->skip_days;
    self->look.gap_s = usual_gap(feed);
    for (size_t i = 0; i < feed->count; i++) {
        if (!is_old(&feed->entries[i], feed->format) && !web_take_entry(self, from, &feed->entries[i])) {
            self->partly = true;
            break;
        }
    }
}

static void take_list(web *self, source *from, const gs_link *links, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const gs_feed_entry entry = {.link = links[i].url}; // the words of a link are often not the title
        if (!web_take_entry(self, from, &entry)) {
            self->partly = true;
            break;
        }
    }
}

// A page where a feed was expected: the feed that it names is asked from now on.
static bool discovers(web *self, source *from, const gs_response *response)
{
    gs_link *links = NULL;
    size_t count = 0;
    gs_error none = {0};
    if (!gs_feed_discover(response->body, response->url, self->owner->batch.arena, &links, &count, &none) ||
        count == 0 || strcmp(links[0].url, address_of(self, from)) == 0) {
        return false;
    }
    move(self, from, links[0].url, "this is a page; the feed that it names is read instead");
    from->busy = false;
    from->due_us = gs_monotonic_us();
    return true;
}

// False: the answer was bad, or leads elsewhere; all is said and set.
static bool take_answer(web *self, source *from, const gs_response *response)
{
    gs_error error = {0};
    gs_arena *arena = self->owner->batch.arena;
    if (from->config->kind == GS_SOURCE_PAGES) {
        gs_link *links = NULL;
        size_t count = 0;
        if (!gs_page_links(response->body, response->url, arena, &links, &count, &error)) {
            fail(self, from, error.message, 0);
            return false;
        }
        take_list(self, from, links, count);
        return true;
    }
    const gs_feed *feed = gs_feed_parse(response->body, response->url, arena, &error);
    if (feed == NULL) {
        if (!discovers(self, from, response)) {
            fail(self, from, error.message, 0);
        }
        return false;
    }
    take_feed(self, from, feed);
    return true;
}

static void on_answer(void *context, const gs_response *response)
{
    web *self = context;
    source *from = web_source(self);
    char reason[100];
    if (from == NULL) {
        return;
    }
    const bool is_part = self->map_count != 0; // of a sitemap index
    if (is_part) {
        free(self->maps[--self->map_count]);
    }
    self->look.retry_after_s = response->retry_after_s;
    self->look.fresh_s = response->fresh_s;
    if (response->gone && !is_part) {
        retire(self, from);
    } else if (response->status == 304) {
        self->owner->unchanged++;
        gs_error_clear(&from->last_error);
        schedule_next(self, from);
        web_next_page(self, from);
    } else if (response->status != 200) {
        snprintf(reason, sizeof reason, "answered with HTTP status %ld", response->status);
        fail(self, from, response->error[0] != '\0' ? response->error : reason, response->retry_after_s);
    } else {
        if (response->moved_to[0] != '\0' && !is_part) {
            move(self, from, response->moved_to, "moved for good; asked at its new address from now on");
        }
        if (!take_answer(self, from, response)) {
            return;
        }
        gs_error_clear(&from->last_error);
        if (!is_part) { // what was left of it comes with the whole
            replace(&self->etag, self->partly ? NULL : response->etag);
            replace(&self->last_modified, self->partly ? NULL : response->last_modified);
        }
        schedule_next(self, from);
        web_next_page(self, from);
    }
}

// ---- looks ---------------------------------------------------------------------------------------------

static web *web_new(ingestor *self, source *from)
{
    web *made = gs_allocate(sizeof *made);
    made->owner = self;
    from->web = made;
    web_notes_load(made, from);
    made->schedule.every_s = from->config->every;
    return made;
}

void web_poll(ingestor *self, source *from)
{
    gs_error error = {0};
    web *one = from->web;
    if (one == NULL) {
        one = web_new(self, from);
        if (one->retired) {
            from->ended = true;
            return;
        }
        from->due_us = due_in(one->next_unix_s);
        if (from->due_us > gs_monotonic_us()) {
            return; // looked at shortly before the restart
        }
    }
    from->busy = true;
    if (one->waiting_count != 0 && !web_look_is_due(one)) {
        web_next_page(one, from);
        return;
    }
    const bool is_part = one->map_count != 0;
    const gs_request request = {.url = is_part ? one->maps[one->map_count - 1] : address_of(one, from),
                                .etag = is_part ? NULL : one->etag,
                                .last_modified = is_part ? NULL : one->last_modified,
                                .max_bytes = LOOK_BYTES,
                                .timeout_s = WEB_TIMEOUT_S,
                                .allow_private = from->config->allow_private};
    if (!gs_net_get(self->net, &request, on_answer, one, &error)) {
        fail(one, from, error.message, 0);
    }
}

bool web_is_kind(gs_source_kind kind)
{
    return kind == GS_SOURCE_FEED || kind == GS_SOURCE_SITEMAP || kind == GS_SOURCE_PAGES;
}

void web_close(source *from)
{
    web *self = from->web;
    if (self == NULL) {
        return;
    }
    web_drop_pages(self);
    for (size_t i = 0; i < self->map_count; i++) {
        free(self->maps[i]);
    }
    free(self->etag);
    free(self->last_modified);
    free(self->moved_to);
    free(self);
    from->web = NULL;
}
