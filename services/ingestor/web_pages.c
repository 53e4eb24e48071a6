// The pages that the entries of a web source lead to, one after the other.
//
// A page that fails for the moment (no answer, 429, 5xx) goes to the end of the line and the line rests;
// after a few tries, or when it fails for good, it is told and done with. A page with hardly any text is
// asked for once more in the form that it names for small screens or for printing.
#include "web.h"

#include <stdlib.h>
#include <string.h>

enum {
    PAGE_BYTES = 8 * 1024 * 1024,
    WHOLE_TEXT_BYTES = 600, // a feed's content of this size is the text, a shorter one a teaser
    THIN_BYTES = 250,       // a page with less text than this has its text elsewhere
    TRIES = 4,
    REST_S = 30, // doubles with every try
};

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static void page_free(web_page *one)
{
    free(one->link);
    free(one->title);
    free(one->published);
    free(one->author);
    free(one->variant);
}

void web_drop_pages(web *self)
{
    for (size_t i = 0; i < self->waiting_count; i++) {
        page_free(&self->waiting[i]);
    }
    self->waiting_count = 0;
}

bool web_is_known(const web *self, uint64_t hash)
{
    for (size_t i = 0; i < WEB_KNOWN; i++) {
        if (self->known[i] == hash) {
            return true;
        }
    }
    for (size_t i = 0; i < self->waiting_count; i++) {
        if (self->waiting[i].hash == hash) {
            return true;
        }
    }
    return false;
}

void web_know(web *self, uint64_t hash)
{
    self->known[self->known_next++ % WEB_KNOWN] = hash;
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

// ---- entries -------------------------------------------------------------------------------------------

// Ends like a teaser: "…", "[...]", "Read more".
static bool breaks_off(const char *html)
{
    static const char *const ends[] = {"…",          "...",     "[…]",       "[...]",     "&hellip;",
                                       "[&hellip;]", "&#8230;", "[&#8230;]", "read more", "continue reading"};
    gs_view text = gs_view_trim(gs_view_of(html));
    for (int tags = 0; tags < 8 && gs_view_ends(text, ">"); tags++) { // closing tags behind the last word
        size_t at = text.size;
        while (at > 0 && text.data[at - 1] != '<') {
            at--;
        }
        text = gs_view_trim(gs_view_slice(text, 0, at > 0 ? at - 1 : 0));
    }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        const size_t size = strlen(ends[i]);
        if (text.size >= size &&
            gs_view_equal_nocase(gs_view_slice(text, text.size - size, text.size), gs_view_of(ends[i]))) {
            return true;
        }
    }
    return false;
}

static bool has_whole_text(const gs_feed_entry *entry)
{
    return or_empty(entry->link)[0] == '\0' ||
           (strlen(or_empty(entry->content)) >= WHOLE_TEXT_BYTES && !breaks_off(entry->content));
}

static void take_text(web *self, source *from, const gs_feed_entry *entry, const char *published)
{
    gs_error error = {0};
    gs_arena *arena = self->owner->batch.arena;
    const char *html = or_empty(entry->content)[0] != '\0' ? entry->content : or_empty(entry->summary);
    const char *place = or_empty(entry->link)[0] != '\0' ? entry->link : or_empty(entry->id);
    const gs_page *page = gs_page_read(gs_view_of(html), entry->link, "utf-8", arena, &error);
    if (page == NULL) {
        source_complain(self->owner, from, place, error.message);
        return;
    }
    page->article->external_id = gs_arena_text(arena, gs_view_of(or_empty(entry->id)));
    describe(page->article, or_empty(entry->title), published, or_empty(entry->author), arena);
    source_accept(self->owner, from, page->article, place);
}

bool web_take_entry(web *self, source *from, const gs_feed_entry *entry)
{
    const char *published =
        or_empty(entry->published)[0] != '\0' ? entry->published : or_empty(entry->updated);
    const char *name = or_empty(entry->link)[0] != '\0' ? entry->link : or_empty(entry->id);
    const gs_id id = gs_id_of("entry", gs_view_of(name),
                              gs_view_of(or_empty(entry->updated)[0] != '\0' ? entry->updated : published));
    const uint64_t hash = gs_id_hash(id);
    if (web_is_known(self, hash)) {
        return true;
    }
    if (has_whole_text(entry)) {
        if (!batch_has_room(self->owner)) {
            return false;
        }
        take_text(self, from, entry, published);
        web_know(self, hash);
    } else {
        if (self->waiting_count == WEB_PAGES_WAITING) {
            return false;
        }
        self->waiting[self->waiting_count++] = (web_page){.link = gs_duplicate(entry->link),
                                                          .title = gs_duplicate(or_empty(entry->title)),
                                                          .published = gs_duplicate(published),
                                                          .author = gs_duplicate(or_empty(entry->author)),
                                                          .hash = hash};
    }
    self->new_entries = true;
    return true;
}

// ---- pages ---------------------------------------------------------------------------------------------

static void shift(web *self)
{
    memmove(&self->waiting[0], &self->waiting[1], --self->waiting_count * sizeof *self->waiting);
}

static void done_with_first(web *self, source *from)
{
    web_know(self, self->waiting[0].hash);
    page_free(&self->waiting[0]);
    shift(self);
    if (self->waiting_count != 0) {
        web_notes_save(self, from); // after the last one web_settle does
    }
}

// To the end of the line, to rest there. A host that is asked too much rests with all its pages.
static void try_later(web *self, const gs_response *response)
{
    web_page first = self->waiting[0];
    uint64_t rest_s = (uint64_t)REST_S << first.tries++;
    rest_s = response->retry_after_s != 0 ? response->retry_after_s : rest_s;
    rest_s = rest_s > GS_SCHEDULE_MOST_S ? GS_SCHEDULE_MOST_S : rest_s;
    first.at_us = gs_monotonic_us() + rest_s * 1000000;
    if (response->status == 429 || response->retry_after_s != 0) {
        self->pages_at_us = first.at_us;
    }
    shift(self);
    self->waiting[self->waiting_count++] = first;
}

// Brings the first page that may be asked for now to the head of the line. Else false, and the time when one
// may.
static bool bring_forward(web *self, uint64_t now, uint64_t *at_us)
{
    *at_us = UINT64_MAX;
    for (size_t i = 0; i < self->waiting_count; i++) {
        const web_page one = self->waiting[i];
        const uint64_t from_us = one.at_us > self->pages_at_us ? one.at_us : self->pages_at_us;
        if (from_us <= now) {
            memmove(&self->waiting[1], &self->waiting[0], i * sizeof one);
            self->waiting[0] = one;
            return true;
        }
        *at_us = from_us < *at_us ? from_us : *at_us;
    }
    return false;
}

static bool is_page_type(const char *type)
{
    static const char *const texts[] = {"text/html", "application/xhtml", "text/plain", "application/xml",
                                        "text/xml"};
    const gs_view told = gs_view_of(type);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (gs_view_equal_nocase(gs_view_slice(told, 0, strlen(texts[i])), gs_view_of(texts[i]))) {
            return true;
        }
    }
    return type[0] == '\0';
}

// The charset that the server told, in the arena; "" if none.
static const char *charset_of(const char *type, gs_arena *arena)
{
    const char *at = strcasestr(type, "charset=");
    if (at == NULL) {
        return "";
    }
    at += strlen("charset=");
    at += *at == '"' || *at == '\'' ? 1 : 0;
    return gs_arena_text(arena, gs_view_make(at, strcspn(at, "\"'; \t,")));
}

static bool has_variant(const web_page *one)
{
    return one->variant != NULL && one->variant[0] != '\0';
}

// True if the page's text is elsewhere and will be asked for there.
static bool turns_to_variant(web_page *one, const gs_page *page)
{
    const char *variant = page->amp_url[0] != '\0' ? page->amp_url : page->print_url;
    if (one->variant != NULL || variant[0] == '\0' || strlen(page->article->text) >= THIN_BYTES) {
        return false;
    }
    one->variant = gs_duplicate(variant);
    return true;
}

// Reads a page that has come. True if it is done with.
static bool read_page(web *self, source *from, const gs_response *response)
{
    gs_error error = {0};
    gs_arena *arena = self->owner->batch.arena;
    web_page *one = &self->waiting[0];
    if (!is_page_type(response->type)) {
        gs_fail(&error, GS_E_INPUT, "is %.60s, not a page", response->type);
        source_complain(self->owner, from, one->link, error.message);
        return true;
    }
    const gs_page *page =
        gs_page_read(response->body, response->url, charset_of(response->type, arena), arena, &error);
    if (page == NULL) {
        source_complain(self->owner, from, one->link, error.message);
        kept_put(self->owner, one->link, response->body, error.message);
        return true;
    }
    if (turns_to_variant(one, page)) {
        return false;
    }
    if (has_variant(one)) { // the article is the page's, whatever form of it was read
        page->article->url = gs_arena_text(arena, gs_view_of(one->link));
    }
    describe(page->article, one->title, one->published, one->author, arena);
    source_accept(self->owner, from, page->article, one->link);
    return true;
}

static void on_page(void *context, const gs_response *response)
{
    web *self = context;
    source *from = web_source(self);
    if (from == NULL) {
        return;
    }
    web_page *one = &self->waiting[0];
    const bool for_the_moment = (response->status == 0 && !response->robots_refused) ||
                                response->status == 429 || response->status >= 500;
    if (!batch_has_room(self->owner)) { // it filled up while the page was on its way (a full disk, say)
        from->busy = false;             // the page stays first in line and is fetched again
        from->due_us = gs_monotonic_us() + WEB_AGAIN_US;
        return;
    }
    if (response->status == 200) {
        if (read_page(self, from, response)) {
            done_with_first(self, from);
        }
    } else if (for_the_moment && one->tries + 1 < TRIES) {
        try_later(self, response);
    } else if (has_variant(one)) {
        one->variant[0] = '\0'; // what little the page itself has
    } else {
        char reason[100];
        snprintf(reason, sizeof reason, "answered with HTTP status %ld", response->status);
        source_complain(self->owner, from, one->link, response->error[0] != '\0' ? response->error : reason);
        done_with_first(self, from);
    }
    web_next_page(self, from);
}

void web_next_page(web *self, source *from)
{
    while (self->waiting_count != 0) {
        gs_error error = {0};
        const uint64_t now = gs_monotonic_us();
        uint64_t at_us = now + WEB_AGAIN_US / 10;
        const bool has_room = batch_has_room(self->owner) && !outbox_is_full(self->owner);
        if (!has_room || web_look_is_due(self) || !bring_forward(self, now, &at_us)) {
            web_settle(self, from, at_us);
            return;
        }
        const web_page *one = &self->waiting[0];
        const gs_request request = {.url = has_variant(one) ? one->variant : one->link,
                                    .max_bytes = PAGE_BYTES,
                                    .timeout_s = WEB_TIMEOUT_S,
                                    .allow_private = from->config->allow_private};
        from->busy = true;
        if (gs_net_get(self->owner->net, &request, on_page, self, &error)) {
            return;
        }
        source_complain(self->owner, from, one->link, error.message);
        done_with_first(self, from);
    }
    web_settle(self, from, UINT64_MAX);
}
