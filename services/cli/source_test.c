// gainsay source test: what would be taken from an address, a file or a source, step by step.
//
// Each step is a line: what was asked, what came, what it is, what it has; then the first entries, each with
// what becomes of it or why nothing does. The same steps are the members of one JSON object.
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/source.h"
#include "source_fetch.h"
#include "source_verbs.h"
#include "terminal.h"

enum { WHOLE_TEXT_BYTES = 600, FIRST_WORDS = 160 };

typedef struct test {
    gs_source_options *options;
    gs_fetcher *fetcher; // owned; made when something is fetched
    gs_arena *arena;
    json_t *report; // owned: of the operand under way
    json_t *place;  // where steps go: the report, or an entry of it
    const char *indent;
    size_t left; // entries still to be looked at
    bool failed;
} test;

// ---- telling -------------------------------------------------------------------------------------------

static void tell(test *self, const char *key, const char *text)
{
    if (!text || text[0] == '\0')
        return;
    json_object_set_new(self->place, key, json_string(text));
    if (!self->options->json) {
        char *before = gs_arena_format(self->arena, "%s%-11s ", self->indent, key);
        gs_print_line(before, text);
    }
}

static void trouble(test *self, const char *text)
{
    self->failed = true;
    tell(self, "refused", text);
}

static void tell_bytes(test *self, const char *key, size_t bytes)
{
    char figure[GS_FIGURE_TEXT];
    gs_figure_bytes(bytes, figure);
    tell(self, key, figure);
}

static void begin(test *self, const char *operand)
{
    gs_arena_reset(self->arena);
    self->report = json_object();
    self->place = self->report;
    self->indent = "";
    self->left = (size_t)self->options->entries;
    tell(self, "source", operand);
    self->indent = "  ";
}

static void end(test *self)
{
    char *text = self->options->json ? json_dumps(self->report, JSON_COMPACT) : NULL;
    if (text)
        puts(text);
    else
        putchar('\n');
    free(text);
    json_decref(self->report);
}

// ---- pages and articles --------------------------------------------------------------------------------

// The last step: the article as the ingestor would finish it.
static void judge_article(test *self, gs_article *article)
{
    gs_error error = {0};
    if (!gs_article_finish(article, "test", false, 0, self->arena, &error)) {
        trouble(self, error.message);
        return;
    }
    tell(self, "title", article->title);
    tell(self, "byline", article->byline);
    tell(self, "publisher", article->publisher);
    tell(self, "published", article->published);
    tell(self, "canonical", article->canonical_url);
    tell(self, "language", article->language);
    tell_bytes(self, "text", strlen(article->text));
    const gs_view words = gs_view_slice(gs_view_of(article->text), 0, FIRST_WORDS);
    gs_buffer clean = {0};
    gs_utf8_repair(words, &clean); // cut between two characters, perhaps
    tell(self, "begins", clean.data);
    gs_buffer_free(&clean);
    tell(self, "verdict", "would be taken");
}

static const char *charset_of(const char *type, gs_arena *arena)
{
    const char *at = strcasestr(type, "charset=");
    at = at ? at + strlen("charset=") : "";
    at += *at == '"' || *at == '\'';
    return gs_arena_text(arena, gs_view_make(at, strcspn(at, "\"'; \t,")));
}

static void judge_page(test *self, gs_view html, const char *url, const char *charset,
                       const gs_feed_entry *entry)
{
    gs_error error = {0};
    gs_page *page = gs_page_read(html, url, charset, self->arena, &error);
    if (!page) {
        trouble(self, error.message);
        return;
    }
    tell(self, "modified", page->modified);
    tell(self, "amp", page->amp_url);
    tell(self, "print", page->print_url);
    if (!page->english) {
        tell(self, "verdict",
             gs_arena_format(self->arena, "would be passed by: not in English (%s)", page->language_why));
        return;
    }
    if (entry && entry->title && entry->title[0])
        page->article->title = entry->title;
    if (entry && entry->published && entry->published[0] && !page->article->published[0])
        page->article->published = entry->published;
    judge_article(self, page->article);
}

// ---- fetching ------------------------------------------------------------------------------------------

static const gs_fetched *fetch(test *self, const char *url)
{
    const gs_config *config = self->options->client.config;
    gs_error error = {0};
    if (!self->fetcher)
        self->fetcher = gs_fetcher_new(config->ingestor.user_agent, config->ingestor.host_delay, &error);
    if (!self->fetcher) {
        trouble(self, error.message);
        return NULL;
    }
    const gs_fetched *got = gs_fetcher_get(self->fetcher, url, self->options->allow_private);
    if (got->status == 0) {
        tell(self, "robots", got->robots_refused ? "refuse it" : NULL);
        trouble(self, got->error);
        return NULL;
    }
    tell(self, "answer",
         gs_arena_format(self->arena, "HTTP status %ld%s%s", got->status, got->type[0] ? ", " : "",
                         got->type));
    tell(self, "at", strcmp(got->url, url) != 0 ? got->url : NULL);
    tell(self, "moved", got->moved_to[0] ? got->moved_to : NULL);
    tell(self, "validators",
         gs_arena_format(self->arena, "%s%s%s", got->etag, got->etag[0] && got->last_modified[0] ? ", " : "",
                         got->last_modified));
    char figure[GS_FIGURE_TEXT];
    gs_figure_duration(got->fresh_s, figure);
    tell(self, "fresh", got->fresh_s ? figure : NULL);
    gs_figure_duration(got->retry_after_s, figure);
    tell(self, "retry after", got->retry_after_s ? figure : NULL);
    if (got->status != 200) {
        trouble(self, "only an answer with status 200 is read");
        return NULL;
    }
    tell_bytes(self, "size", got->body.size);
    return got;
}

// ---- entries -------------------------------------------------------------------------------------------

static void judge_entry(test *self, const gs_feed_entry *entry, size_t number)
{
    json_t *list = json_object_get(self->report, "looked_at");
    if (!list) {
        list = json_array();
        json_object_set_new(self->report, "looked_at", list);
    }
    self->place = json_object();
    json_array_append_new(list, self->place);
    self->indent = "  ";
    tell(self, "entry",
         gs_arena_format(self->arena, "%zu  %s", number,
                         entry->link && entry->link[0] ? entry->link : "without a link"));
    self->indent = "    ";
    const bool whole = entry->content && strlen(entry->content) >= WHOLE_TEXT_BYTES;
    if (whole || !entry->link || !entry->link[0]) {
        const char *html = entry->content && entry->content[0] ? entry->content
                           : entry->summary                    ? entry->summary
                                                               : "";
        tell(self, "text from", "the feed itself; its page is not fetched");
        judge_page(self, gs_view_of(html), entry->link, "utf-8", entry);
    } else {
        const gs_fetched *got = fetch(self, entry->link);
        if (got)
            judge_page(self, gs_buffer_view(&got->body), got->url, charset_of(got->type, self->arena), entry);
    }
    self->place = self->report;
    self->indent = "  ";
}

static void judge_feed(test *self, const gs_feed *feed)
{
    char figure[GS_FIGURE_TEXT];
    const char *newest = "";
    tell(self, "is", gs_feed_format_name(feed->format));
    tell(self, "title", feed->title);
    tell(self, "home", feed->link);
    tell(self, "language", feed->language);
    tell(self, "sitemaps",
         feed->map_count ? gs_arena_format(self->arena, "%zu, the first %s", feed->map_count, feed->maps[0])
                         : NULL);
    gs_figure_duration((uint64_t)feed->ttl_minutes * 60, figure);
    tell(self, "asks",
         feed->ttl_minutes ? gs_arena_format(self->arena, "to be left alone for %s", figure) : NULL);
    for (size_t i = 0; i < feed->count; i++)
        newest = feed->entries[i].published && strcmp(feed->entries[i].published, newest) > 0
                     ? feed->entries[i].published
                     : newest;
    tell(self, "entries",
         gs_arena_format(self->arena, "%zu%s%s", feed->count, newest[0] ? ", the newest of " : "", newest));
    for (size_t i = 0; i < feed->count && self->left > 0; i++, self->left--)
        judge_entry(self, &feed->entries[i], i + 1);
}

static void judge_links(test *self, gs_view html, const char *url)
{
    gs_link *links = NULL;
    size_t count = 0;
    gs_error error = {0};
    tell(self, "is", "a page whose links are articles");
    if (!gs_page_links(html, url, self->arena, &links, &count, &error)) {
        trouble(self, error.message);
        return;
    }
    tell(self, "links", gs_arena_format(self->arena, "%zu", count));
    for (size_t i = 0; i < count && self->left > 0; i++, self->left--) {
        const gs_feed_entry entry = {.link = links[i].url};
        judge_entry(self, &entry, i + 1);
    }
}

static void judge_lines(test *self, gs_view bytes)
{
    size_t at = 0;
    size_t number = 0;
    tell(self, "is", "JSON Lines");
    while (at < bytes.size && self->left > 0) {
        const size_t feed = gs_view_find(bytes, gs_view_of("\n"), at);
        const size_t stop = feed == SIZE_MAX ? bytes.size : feed;
        gs_error error = {0};
        gs_article *article = gs_article_from_json(gs_view_slice(bytes, at, stop), self->arena, &error);
        at = stop + 1;
        tell(self, "line", gs_arena_format(self->arena, "%zu", ++number));
        self->left--;
        if (article)
            judge_article(self, article);
        else
            trouble(self, error.message);
    }
}

// ---- operands ------------------------------------------------------------------------------------------

static void judge_bytes(test *self, gs_view bytes, const char *url, const char *type, bool as_list)
{
    gs_error error = {0};
    gs_link *links = NULL;
    size_t count = 0;
    const gs_feed *feed = as_list ? NULL : gs_feed_parse(bytes, url, self->arena, &error);
    if (as_list) {
        judge_links(self, bytes, url);
    } else if (feed) {
        judge_feed(self, feed);
    } else if (gs_input_guess(bytes) == GS_INPUT_JSONL) {
        judge_lines(self, bytes);
    } else if (gs_input_guess(bytes) == GS_INPUT_TEXT) {
        tell(self, "is", "plain text");
        gs_article *article = gs_article_from_text(bytes, url ? url : "text", self->arena, &error);
        if (article)
            judge_article(self, article);
        else
            trouble(self, error.message);
    } else {
        tell(self, "is", "a page");
        if (gs_feed_discover(bytes, url, self->arena, &links, &count, &error))
            for (size_t i = 0; i < count && i < 8; i++)
                tell(self, "feed", gs_arena_format(self->arena, "%s %s", links[i].url, links[i].title));
        judge_page(self, bytes, url, charset_of(type, self->arena), NULL);
    }
}

static void judge_address(test *self, const char *url, bool as_list)
{
    const gs_fetched *got = fetch(self, url);
    if (!got)
        return;
    // The body is the fetcher's only until the next fetch, which an entry may need.
    const gs_view body = gs_buffer_view(&got->body);
    const gs_view kept = gs_view_make(gs_arena_text(self->arena, body), body.size);
    judge_bytes(self, kept, gs_arena_text(self->arena, gs_view_of(got->url)),
                gs_arena_text(self->arena, gs_view_of(got->type)), as_list);
}

static void judge_file(test *self, const char *path)
{
    gs_error error = {0};
    gs_buffer bytes = {0};
    if (gs_read_all(path, GS_LIMIT_FILE_BYTES, &bytes, &error)) {
        tell_bytes(self, "size", bytes.size);
        judge_bytes(self, gs_buffer_view(&bytes), NULL, "", false);
    } else {
        trouble(self, error.message);
    }
    gs_buffer_free(&bytes);
}

static const gs_source_config *find_source(const test *self, const char *id)
{
    const gs_config *config = self->options->client.config;
    for (unsigned i = 0; i < config->ingestor.sources_count; i++)
        if (strcmp(config->ingestor.sources[i].id, id) == 0)
            return &config->ingestor.sources[i];
    return NULL;
}

static bool judge_source(void *context, const gs_source_config *source)
{
    test *self = context;
    const bool allowed = self->options->allow_private;
    char *name = gs_duplicate(source->id);
    begin(self, name);
    tell(self, "kind", gs_source_kind_name(source->kind));
    tell(self, "address", source->url);
    tell(self, "path", source->path);
    self->options->allow_private = allowed || source->allow_private;
    if (source->url)
        judge_address(self, source->url, source->kind == GS_SOURCE_PAGES);
    else if (source->path && source->kind != GS_SOURCE_DIRECTORY && source->kind != GS_SOURCE_WARC)
        judge_file(self, source->path);
    else
        tell(self, "verdict", "name one of its files to see what would be taken");
    self->options->allow_private = allowed;
    end(self);
    free(name);
    return true;
}

static void judge_operand(test *self, const char *operand)
{
    const gs_source_config *source = find_source(self, operand);
    gs_source_kind kind = GS_SOURCE_FEED;
    const bool as_list =
        self->options->kind && gs_source_kind_parse(self->options->kind, &kind) && kind == GS_SOURCE_PAGES;
    if (source) {
        judge_source(self, source);
        return;
    }
    begin(self, operand);
    if (gs_view_starts(gs_view_of(operand), "http://") || gs_view_starts(gs_view_of(operand), "https://"))
        judge_address(self, operand, as_list);
    else
        judge_file(self, operand);
    end(self);
}

// Pages that defeated the ingestor lie beside its store, each with its address and the reason in its first
// line.
static void judge_kept(test *self)
{
    char *folder = gs_duplicate(self->options->client.config->ingestor.store);
    gs_buffer path = {0};
    gs_buffer_format(&path, "%s.kept", folder);
    DIR *listing = opendir(path.data);
    const size_t size = path.size;
    const struct dirent *entry;
    size_t count = 0;
    while (listing && (entry = readdir(listing))) {
        if (entry->d_name[0] == '.')
            continue;
        path.size = size;
        gs_buffer_format(&path, "/%s", entry->d_name);
        judge_operand(self, path.data);
        count++;
    }
    if (listing)
        closedir(listing);
    if (count == 0 && !self->options->json)
        puts("no page is kept; the ingestor could read all");
    gs_buffer_free(&path);
    free(folder);
}

int gs_source_test_verb(gs_source_options *options)
{
    gs_error error = {0};
    test self = {.options = options, .arena = gs_arena_new(0)};
    gs_arena *catalogue = gs_arena_new(0);
    bool ok = true;
    if (options->kept)
        judge_kept(&self);
    if (options->catalogue)
        ok = gs_catalogue_each(options->catalogue, catalogue, judge_source, &self, &error);
    else if (!options->kept && options->operand_count == 0)
        ok = gs_fail(&error, GS_E_USAGE,
                     "test: name an address, a file, the id of a source, --catalogue or --kept");
    for (size_t i = 0; ok && i < options->operand_count; i++)
        judge_operand(&self, options->operands[i]);
    gs_fetcher_free(&self.fetcher);
    gs_arena_free(&catalogue);
    gs_arena_free(&self.arena);
    return !ok ? gs_complain("source", &error) : self.failed ? GS_EXIT_FAILED : GS_EXIT_DONE;
}
