// feeds: RSS and Atom over HTTP. A look asks for the feed with the validators of the last answer; entries
// that carry their whole text become articles at once, the others are fetched page by page, one at a time.
//
// Which pages were fetched is kept in memory only: after a restart the pages of the current feed are fetched
// once more, and the outbox's memory of articles drops what has not changed.
#include "ingestor.h"

#include <stdlib.h>
#include <string.h>

enum {
    FEED_BYTES = 16 * 1024 * 1024,
    PAGE_BYTES = 8 * 1024 * 1024,
    TIMEOUT_S = 60,
    WHOLE_TEXT_BYTES = 600, // a feed's content of this size is the text, a shorter one a teaser
    PAGES_WAITING = 256,
    PAGES_KNOWN = 4096,
    BACK_OFF_MOST_S = 6 * 60 * 60,
    PAGE_AGAIN_US = 1000 * 1000, // a page that found no room in the batch
};

typedef struct page {
    char *link, *title, *published, *author; // owned
} page;

typedef struct feed_state {
    ingestor *owner; // borrowed
    page waiting[PAGES_WAITING];
    size_t waiting_count;
    uint64_t known[PAGES_KNOWN]; // hashes of links that were fetched, a ring
    size_t known_next;
    char *etag, *last_modified; // owned
    uint32_t failures;          // in a row
} feed_state;

static void page_free(page *one)
{
    free(one->link);
    free(one->title);
    free(one->published);
    free(one->author);
}

static bool is_known(const feed_state *feed, uint64_t hash)
{
    for (size_t i = 0; i < PAGES_KNOWN; i++) {
        if (feed->known[i] == hash) {
            return true;
        }
    }
    return false;
}

static source *find_source(ingestor *self, const feed_state *feed)
{
    for (size_t i = 0; i < self->source_count; i++) {
        if (self->sources[i].feed == feed) {
            return &self->sources[i];
        }
    }
    return NULL;
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

// What the feed says of an article wins over what the page says.
static void describe(gs_article *article, const char *title, const char *published, const char *author,
                     gs_arena *arena)
{
    if (title[0] != '\0') {
        article->title = gs_arena_text(arena, gs_view_of(title));
    }
    if (published[0] != '\0' && article->published[0] == '\0') {
        article->published = gs_arena_text(arena, gs_view_of(published));
    }
    if (author[0] != '\0' && article->byline[0] == '\0') {
        article->byline = gs_arena_text(arena, gs_view_of(author));
    }
}

static void fetch_next_page(feed_state *feed);

static void on_page(void *context, const gs_response *response)
{
    feed_state *feed = context;
    ingestor *self = feed->owner;
    source *from = find_source(self, feed);
    page *one = &feed->waiting[0];
    gs_error error = {0};
    if (from == NULL) {
        return;
    }
    if (!batch_has_room(self)) { // it filled up while the page was on its way (a full disk, say)
        from->busy = false;      // the page stays first in line and is fetched again
        from->due_us = gs_monotonic_us() + PAGE_AGAIN_US;
        return;
    }
    if (response->status != 200) {
        char reason[300];
        snprintf(reason, sizeof reason, "%s", response->error[0] != '\0' ? response->error : "not found");
        if (response->error[0] == '\0') {
            snprintf(reason, sizeof reason, "answered with HTTP status %ld", response->status);
        }
        source_complain(self, from, one->link, reason);
    } else {
        gs_article *article = gs_article_from_html(response->body, response->url, self->batch.arena, &error);
        if (article == NULL) {
            source_complain(self, from, one->link, error.message);
        } else {
            describe(article, one->title, one->published, one->author, self->batch.arena);
            source_accept(self, from, article, one->link);
        }
    }
    page_free(one);
    memmove(&feed->waiting[0], &feed->waiting[1], --feed->waiting_count * sizeof *feed->waiting);
    fetch_next_page(feed);
}

// One page at a time, and only while the batch has room; the source stays busy until the last.
static void fetch_next_page(feed_state *feed)
{
    ingestor *self = feed->owner;
    source *from = find_source(self, feed);
    while (from != NULL && feed->waiting_count != 0) {
        gs_error error = {0};
        const gs_request request = {.url = feed->waiting[0].link,
                                    .max_bytes = PAGE_BYTES,
                                    .timeout_s = TIMEOUT_S,
                                    .allow_private = from->config->allow_private};
        if (!batch_has_room(self)) {
            from->busy = false; // goes on at the next look
            from->due_us = 0;
            return;
        }
        if (gs_net_get(self->net, &request, on_page, feed, &error)) {
            return;
        }
        source_complain(self, from, feed->waiting[0].link, error.message);
        page_free(&feed->waiting[0]);
        memmove(&feed->waiting[0], &feed->waiting[1], --feed->waiting_count * sizeof *feed->waiting);
    }
    if (from != NULL) {
        from->busy = false;
    }
}

static void take_entry(feed_state *feed, source *from, const gs_feed_entry *entry)
{
    ingestor *self = feed->owner;
    gs_arena *arena = self->batch.arena;
    gs_error error = {0};
    const char *published =
        or_empty(entry->published)[0] != '\0' ? entry->published : or_empty(entry->updated);
    const uint64_t hash = gs_hash(gs_view_of(gs_arena_format(arena, "%s|%s", entry->link, entry->updated)));
    if (is_known(feed, hash)) {
        return;
    }
    if (strlen(or_empty(entry->content)) >= WHOLE_TEXT_BYTES || or_empty(entry->link)[0] == '\0') {
        const char *html = or_empty(entry->content)[0] != '\0' ? entry->content : entry->summary;
        gs_article *article = gs_article_from_html(gs_view_of(html), entry->link, arena, &error);
        if (!batch_has_room(self)) {
            from->due_us = 0; // read again, what is in will be the same
            return;
        }
        if (article == NULL) {
            source_complain(self, from, or_empty(entry->link), error.message);
        } else {
            article->external_id = gs_arena_text(arena, gs_view_of(or_empty(entry->id)));
            describe(article, or_empty(entry->title), published, or_empty(entry->author), arena);
            source_accept(self, from, article, or_empty(entry->link));
        }
    } else {
        if (feed->waiting_count == PAGES_WAITING) {
            return; // the next look takes it
        }
        feed->waiting[feed->waiting_count++] = (page){.link = gs_duplicate(entry->link),
                                                      .title = gs_duplicate(or_empty(entry->title)),
                                                      .published = gs_duplicate(published),
                                                      .author = gs_duplicate(or_empty(entry->author))};
    }
    feed->known[feed->known_next++ % PAGES_KNOWN] = hash;
}

static void replace(char **place, const char *text)
{
    free(*place);
    *place = gs_duplicate(text);
}

static void on_failure(feed_state *feed, source *from, const char *reason, uint32_t retry_after_s)
{
    feed->failures++;
    const uint32_t shift = feed->failures < 8 ? feed->failures : 8;
    uint64_t wait_s = retry_after_s != 0 ? retry_after_s : (uint64_t)15 << shift;
    wait_s = wait_s > BACK_OFF_MOST_S ? BACK_OFF_MOST_S : wait_s;
    const uint64_t earliest = gs_monotonic_us() + wait_s * 1000000;
    from->due_us = from->due_us > earliest ? from->due_us : earliest;
    source_complain(feed->owner, from, from->config->url, reason);
}

static void on_feed(void *context, const gs_response *response)
{
    feed_state *feed = context;
    ingestor *self = feed->owner;
    source *from = find_source(self, feed);
    gs_error error = {0};
    if (from == NULL) {
        return;
    }
    from->busy = false;
    if (response->status == 304) {
        feed->failures = 0;
        return;
    }
    if (response->status != 200) {
        gs_fail(&error, GS_E_IO, "%s answered with HTTP status %ld", from->config->url, response->status);
        on_failure(feed, from, response->error[0] != '\0' ? response->error : error.message,
                   response->retry_after_s);
        return;
    }
    gs_feed *parsed = gs_feed_parse(response->body, response->url, self->batch.arena, &error);
    if (parsed == NULL) {
        on_failure(feed, from, error.message, 0);
        return;
    }
    feed->failures = 0;
    gs_error_clear(&from->last_error);
    replace(&feed->etag, or_empty(response->etag));
    replace(&feed->last_modified, or_empty(response->last_modified));
    for (size_t i = 0; i < parsed->count; i++) {
        take_entry(feed, from, &parsed->entries[i]);
    }
    if (from->due_us == 0 || feed->waiting_count == PAGES_WAITING) {
        replace(&feed->etag, NULL); // not everything was taken: ask for the whole again
        replace(&feed->last_modified, NULL);
    }
    from->busy = feed->waiting_count != 0;
    fetch_next_page(feed);
}

void feeds_poll(ingestor *self, source *from, uint64_t now)
{
    gs_error error = {0};
    (void)now;
    if (from->feed == NULL) {
        feed_state *made = gs_allocate(sizeof *made);
        made->owner = self;
        from->feed = made;
    }
    feed_state *feed = from->feed;
    from->busy = true;
    if (feed->waiting_count != 0) {
        fetch_next_page(feed);
        return;
    }
    const gs_request request = {.url = from->config->url,
                                .etag = feed->etag,
                                .last_modified = feed->last_modified,
                                .max_bytes = FEED_BYTES,
                                .timeout_s = TIMEOUT_S,
                                .allow_private = from->config->allow_private};
    if (!gs_net_get(self->net, &request, on_feed, feed, &error)) {
        from->busy = false;
        on_failure(feed, from, error.message, 0);
    }
}

void feeds_close(source *from)
{
    feed_state *feed = from->feed;
    if (feed == NULL) {
        return;
    }
    for (size_t i = 0; i < feed->waiting_count; i++) {
        page_free(&feed->waiting[i]);
    }
    free(feed->etag);
    free(feed->last_modified);
    free(feed);
    from->feed = NULL;
}
