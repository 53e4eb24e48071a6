// A trial over HTTP: the answer, what it is, its entries, and the pages that they lead to.
#include "source_trial.h"

#include <stdio.h>
#include <string.h>

#include "terminal.h"

enum { MAPS_TRIED = 4 };

static void judge_address(gs_trial *self, const char *url, bool as_list, bool may_lead_on);

// ---- fetching ------------------------------------------------------------------------------------------

static void tell_answer(gs_trial *self, const gs_fetched *got, const char *url)
{
    gs_source_report *report = &self->report;
    gs_arena *arena = self->entry;
    char figure[GS_FIGURE_TEXT];
    gs_report_text(report, "robots", "allow it");
    gs_report_value(report, "status", json_integer(got->status));
    gs_report_value(report, "type", json_string(got->type));
    gs_report_line(
        report, "answer",
        gs_arena_format(arena, "HTTP status %ld%s%s", got->status, got->type[0] ? ", " : "", got->type));
    if (strcmp(got->url, url) != 0)
        gs_report_text(report, "redirected", got->url);
    gs_report_text(report, "moved_to", got->moved_to);
    gs_report_text(report, "etag", got->etag);
    gs_report_text(report, "last_modified", got->last_modified);
    if (got->fresh_s > 0) {
        gs_figure_duration(got->fresh_s, figure);
        gs_report_value(report, "fresh_s", json_integer(got->fresh_s));
        gs_report_line(report, "fresh", gs_arena_format(arena, "for %s; not asked again before", figure));
    }
    if (got->retry_after_s > 0) {
        gs_figure_duration(got->retry_after_s, figure);
        gs_report_value(report, "retry_after_s", json_integer(got->retry_after_s));
        gs_report_line(report, "retry", gs_arena_format(arena, "not before %s from now", figure));
    }
}

// The answer if it is one that is read; else why not has been told.
static const gs_fetched *fetch(gs_trial *self, const char *url)
{
    const gs_config *config = self->options->client.config;
    const bool allow_private =
        self->options->allow_private || (self->source != NULL && self->source->allow_private);
    gs_error error = {0};
    if (!self->fetcher)
        self->fetcher = gs_fetcher_new(config->ingestor.user_agent, config->ingestor.host_delay, &error);
    if (!self->fetcher) {
        gs_trial_refuse(self, error.message);
        return NULL;
    }
    const gs_fetched *got = gs_fetcher_get(self->fetcher, url, allow_private);
    if (got->status == 0) {
        gs_report_text(&self->report, "robots", got->robots_refused ? "refuse it" : NULL);
        gs_trial_refuse(self, got->error);
        return NULL;
    }
    tell_answer(self, got, url);
    if (got->status != 200) {
        gs_trial_refuse(self, gs_arena_format(self->entry, "answered with HTTP status %ld", got->status));
        return NULL;
    }
    gs_report_bytes(&self->report, "size", got->body.size);
    return got;
}

// ---- pages ---------------------------------------------------------------------------------------------

// The page in the form that has its text; the page itself if that cannot be had. In the arena of the entry.
static const gs_page *turn_to(gs_trial *self, const char *elsewhere, const gs_page *page)
{
    gs_error error = {0};
    const bool allow_private =
        self->options->allow_private || (self->source != NULL && self->source->allow_private);
    gs_report_text(&self->report, "elsewhere", elsewhere);
    const gs_fetched *got = self->fetcher ? gs_fetcher_get(self->fetcher, elsewhere, allow_private) : NULL;
    if (!got || got->status != 200)
        return page;
    const gs_page *other = gs_page_read(gs_buffer_view(&got->body), got->url,
                                        gs_type_charset(got->type, self->entry), self->entry, &error);
    if (!other)
        return page;
    other->article->url = page->article->url; // the article is the page's, whatever form of it was read
    return other;
}

void gs_trial_page(gs_trial *self, gs_view html, const char *url, const char *charset,
                   const gs_feed_entry *entry)
{
    gs_error error = {0};
    const gs_page *page = gs_page_read(html, url, charset, self->entry, &error);
    if (!page) {
        gs_trial_refuse(self, error.message);
        return;
    }
    const char *elsewhere = gs_page_elsewhere(page);
    gs_report_text(&self->report, "amp", page->amp_url);
    gs_report_text(&self->report, "print", page->print_url);
    if (elsewhere)
        page = turn_to(self, elsewhere, page);
    gs_report_text(&self->report, "modified", page->modified);
    if (entry)
        gs_entry_describe(entry, page->article, self->entry);
    gs_trial_article(self, page->article);
}

static void judge_entry(gs_trial *self, const gs_feed_entry *entry, size_t number)
{
    const char *link = entry->link ? entry->link : "";
    gs_arena_reset(self->entry);
    gs_report_into(&self->report, "looked_at");
    gs_report_value(&self->report, "entry", json_integer((json_int_t)number));
    gs_report_value(&self->report, "url", json_string(link));
    gs_report_line(&self->report, gs_arena_format(self->entry, "entry %zu", number),
                   link[0] ? link : "without an address");
    if (gs_entry_has_text(entry)) {
        gs_report_text(&self->report, "text_from", "the feed; its page is not asked for");
        gs_trial_page(self, gs_view_of(gs_entry_html(entry)), entry->link, "utf-8", entry);
    } else {
        const gs_fetched *got = fetch(self, link);
        if (got && !gs_type_is_page(got->type))
            gs_trial_refuse(self, gs_arena_format(self->entry, "is %.60s, not a page", got->type));
        else if (got)
            gs_trial_page(self, gs_buffer_view(&got->body), got->url, gs_type_charset(got->type, self->entry),
                          entry);
    }
    gs_report_out(&self->report);
}

// ---- feeds, sitemaps, page lists -----------------------------------------------------------------------

static void tell_feed(gs_trial *self, const gs_feed *feed)
{
    gs_source_report *report = &self->report;
    char figure[GS_FIGURE_TEXT];
    self->is = gs_feed_format_name(feed->format);
    gs_report_text(report, "is", self->is);
    gs_report_text(report, "title", feed->title);
    gs_report_text(report, "home", feed->link);
    gs_report_text(report, "language", feed->language);
    if (feed->ttl_minutes > 0) {
        gs_figure_duration((uint64_t)feed->ttl_minutes * 60, figure);
        gs_report_value(report, "ttl_minutes", json_integer(feed->ttl_minutes));
        gs_report_line(report, "asks", gs_arena_format(self->arena, "to be left alone for %s", figure));
    }
    if (feed->skip_hours != 0 || feed->skip_days != 0)
        gs_report_line(report, "asks", "to be left alone at some hours or on some days");
}

static void tell_entries(gs_trial *self, const gs_feed *feed, int64_t now_s)
{
    gs_source_report *report = &self->report;
    const char *oldest = NULL;
    size_t old = 0;
    for (size_t i = 0; i < feed->count; i++) {
        const char *at = gs_entry_time(&feed->entries[i]);
        old += gs_entry_is_old(&feed->entries[i], feed->format, now_s);
        if (at[0] == '\0')
            continue;
        self->newest = strcmp(at, self->newest) > 0 ? at : self->newest;
        oldest = !oldest || strcmp(at, oldest) < 0 ? at : oldest;
    }
    self->entries += feed->count;
    gs_report_value(report, "entries", json_integer((json_int_t)feed->count));
    gs_report_value(report, "newest", oldest ? json_string(self->newest) : NULL);
    gs_report_value(report, "oldest", oldest ? json_string(oldest) : NULL);
    gs_report_value(report, "too_old", json_integer((json_int_t)old));
    gs_report_line(report, "entries",
                   oldest
                       ? gs_arena_format(self->arena, "%zu, of %s to %s", feed->count, oldest, self->newest)
                       : gs_arena_format(self->arena, "%zu", feed->count));
    if (old > 0)
        gs_report_line(report, "too old",
                       gs_arena_format(self->arena, "%zu, which are passed by: older than %d days", old,
                                       GS_SITEMAP_DAYS));
}

// The ingestor reads the last one first.
static void judge_maps(gs_trial *self, const gs_feed *feed)
{
    gs_report_value(&self->report, "sitemaps", json_integer((json_int_t)feed->map_count));
    gs_report_line(&self->report, "sitemaps", gs_arena_format(self->arena, "%zu", feed->map_count));
    for (size_t i = 0; i < feed->map_count && i < MAPS_TRIED && self->left > 0; i++) {
        const char *url = feed->maps[feed->map_count - 1 - i];
        gs_report_into(&self->report, "maps");
        gs_report_text(&self->report, "sitemap", url);
        judge_address(self, url, false, false);
        gs_report_out(&self->report);
    }
}

static void judge_feed(gs_trial *self, const gs_feed *feed, bool may_lead_on)
{
    const int64_t now_s = (int64_t)(gs_unix_us() / 1000000);
    tell_feed(self, feed);
    if (feed->map_count > 0 && may_lead_on)
        judge_maps(self, feed);
    if (feed->map_count == 0 || feed->count > 0)
        tell_entries(self, feed, now_s);
    for (size_t i = 0; i < feed->count && self->left > 0; i++) {
        if (gs_entry_is_old(&feed->entries[i], feed->format, now_s))
            continue;
        self->left--;
        judge_entry(self, &feed->entries[i], i + 1);
    }
}

void gs_trial_feed(gs_trial *self, const gs_feed *feed)
{
    judge_feed(self, feed, true);
}

void gs_trial_links(gs_trial *self, gs_view html, const char *url)
{
    gs_link *links = NULL;
    size_t count = 0;
    gs_error error = {0};
    self->is = "page list";
    gs_report_text(&self->report, "is", "a page whose links are articles");
    if (!gs_page_links(html, url, self->arena, &links, &count, &error)) {
        gs_trial_refuse(self, error.message);
        return;
    }
    self->entries = count;
    gs_report_value(&self->report, "entries", json_integer((json_int_t)count));
    gs_report_line(&self->report, "entries", gs_arena_format(self->arena, "%zu links to articles", count));
    if (count == 0)
        gs_trial_refuse(self, "links to no articles of its own site; perhaps a script makes its list");
    for (size_t i = 0; i < count && self->left > 0; i++, self->left--) {
        const gs_feed_entry entry = {.link = links[i].url};
        judge_entry(self, &entry, i + 1);
    }
}

// ---- addresses -----------------------------------------------------------------------------------------

// Where a feed is expected and a page comes, the ingestor reads the feed that it names instead.
static bool follow(gs_trial *self, gs_view html, const char *url)
{
    gs_link *links = NULL;
    size_t count = 0;
    gs_error none = {0};
    if (!gs_feed_discover(html, url, self->arena, &links, &count, &none) || count == 0)
        return false;
    gs_report_into(&self->report, "instead");
    gs_report_text(&self->report, "is_a_page", "the feed that it names is read instead");
    gs_report_text(&self->report, "address", links[0].url);
    judge_address(self, links[0].url, false, false);
    gs_report_out(&self->report);
    return true;
}

// may_lead_on: it may turn out to lead to another address; that one may not.
static void judge_address(gs_trial *self, const char *url, bool as_list, bool may_lead_on)
{
    const bool is_source = self->source != NULL && self->source->kind != GS_SOURCE_PAGES;
    const gs_fetched *got = fetch(self, url);
    gs_error error = {0};
    if (!got)
        return;
    // The answer is the fetcher's only until the next fetch, which an entry may need.
    const size_t size = got->body.size;
    const gs_view body = gs_view_make(gs_arena_text(self->arena, gs_buffer_view(&got->body)), size);
    const char *at = gs_arena_text(self->arena, gs_view_of(got->url));
    const char *type = gs_arena_text(self->arena, gs_view_of(got->type));
    const gs_feed *feed = as_list ? NULL : gs_feed_parse(body, at, self->arena, &error);
    if (as_list)
        gs_trial_links(self, body, at);
    else if (feed)
        judge_feed(self, feed, may_lead_on);
    else if ((is_source || !may_lead_on) && !(may_lead_on && follow(self, body, at)))
        gs_trial_refuse(self, error.message);
    else if (!is_source && may_lead_on)
        gs_trial_bytes(self, body, at, type);
}

void gs_trial_address(gs_trial *self, const char *url, bool as_list)
{
    judge_address(self, url, as_list, true);
}
