// gainsay source add, remove, import, export: the list in the source file, changed.
//
// Of an address whose kind nobody told, the kind is what comes from there: a feed or sitemap, else a page; a
// page that names a feed stands for that feed. What shall be added is found out first, which may take as long
// as the network does; then the file is locked, read anew and changed, so that of several who add at once
// nobody loses a source. A source that could not stand in a configuration is refused by itself.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/source.h"
#include "source_fetch.h"
#include "source_verbs.h"

typedef struct edit {
    gs_source_options *options;
    gs_arena *arena;       // owned
    gs_source_list wanted; // to be added; texts in the arena or of the command line
    gs_source_list list;   // what stands in the file, and will
    int lock;              // owned; -1 while the file is not ours
    bool goes_on;          // past sources that are refused: a list has many hands behind it
    size_t added, known, refused;
} edit;

static bool open_edit(edit *self, gs_source_options *options, gs_error *error)
{
    *self = (edit){.options = options, .arena = gs_arena_new(0), .lock = -1};
    return options->client.config->file ||
           gs_fail(error, GS_E_USAGE,
                   "there is no configuration to add to; make one with `gainsay config show >gainsay.yaml` "
                   "and name it with --config");
}

// From here on the file changes only by us.
static bool hold_file(edit *self, gs_error *error)
{
    gs_client *client = &self->options->client;
    self->lock = gs_source_file_lock(client->config, error);
    if (self->lock < 0)
        return false;
    gs_config_free(&client->config);
    if (!gs_client_configure(client, error))
        return false;
    gs_source_list_of(client->config, &self->list);
    return true;
}

static bool write_list(edit *self, gs_error *error)
{
    const gs_client *client = &self->options->client;
    return gs_source_list_write(client->config, client->overrides.items, client->overrides.count, &self->list,
                                error);
}

static int close_edit(edit *self, bool ok, const gs_error *error)
{
    gs_source_list_free(&self->wanted);
    gs_source_list_free(&self->list);
    gs_arena_free(&self->arena);
    if (self->lock >= 0)
        close(self->lock);
    if (!ok)
        return gs_complain("source", error);
    return self->refused > 0 ? GS_EXIT_FAILED : GS_EXIT_DONE;
}

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

// A source of that address or path is in the configuration, or just added. By id: one of that id.
static bool is_known(const edit *self, const gs_source_config *source, bool by_id)
{
    const gs_config *config = self->options->client.config;
    const gs_source_list of_config = {.sources = config->ingestor.sources,
                                      .count = config->ingestor.sources_count};
    const gs_source_list *lists[] = {&of_config, &self->list};
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < lists[l]->count; i++) {
            const gs_source_config *other = &lists[l]->sources[i];
            if (by_id ? same(other->id, source->id)
                      : same(other->url, source->url) || same(other->path, source->path))
                return true;
        }
    return false;
}

// ---- adding what is wanted -----------------------------------------------------------------------------

// The options that go with every source of a command over what is known of it. A gs_catalogue_take.
static bool want(void *context, const gs_catalogue_entry *entry)
{
    edit *self = context;
    const gs_source_options *options = self->options;
    gs_source_config fresh = entry->source;
    fresh.allow_private = fresh.allow_private || options->allow_private;
    if (options->every)
        fresh.every = options->every < UINT32_MAX ? (uint32_t)options->every : UINT32_MAX;
    fresh.publisher = options->publisher ? (char *)options->publisher : fresh.publisher;
    fresh.language = options->language ? (char *)options->language : fresh.language;
    gs_source_list_add(&self->wanted, &fresh);
    return true;
}

static bool refuse_one(edit *self, const gs_source_config *source, const gs_error *reason, gs_error *error)
{
    gs_error told = *reason;
    gs_fail_within(&told, "%.200s", source->url ? source->url : source->path ? source->path : source->id);
    if (!self->goes_on) {
        *error = told;
        return false;
    }
    gs_complain("source", &told);
    self->refused++;
    return true;
}

// False: the command as a whole cannot go on.
static bool put_one(edit *self, gs_source_config fresh, gs_error *error)
{
    gs_error reason = {0};
    if (is_known(self, &fresh, false)) {
        self->known++;
        return true;
    }
    if (!gs_source_check(&fresh, &reason))
        return refuse_one(self, &fresh, &reason, error);
    if (self->options->id && is_known(self, &fresh, true))
        return gs_fail(error, GS_E_USAGE, "--id %s: there is a source of that id", fresh.id);
    const char *name = fresh.id;
    for (size_t number = 2; is_known(self, &fresh, true); number++)
        fresh.id = gs_arena_format(self->arena, "%s-%zu", name, number);
    gs_source_list_add(&self->list, &fresh);
    self->added++;
    return true;
}

static bool add_wanted(edit *self, gs_error *error)
{
    bool ok = hold_file(self, error);
    for (size_t i = 0; ok && i < self->wanted.count; i++)
        ok = put_one(self, self->wanted.sources[i], error);
    if (!ok || (self->added > 0 && !write_list(self, error)))
        return false;
    for (size_t i = self->list.count - self->added; i < self->list.count; i++) {
        const gs_source_config *one = &self->list.sources[i];
        printf("%s: %s, %s\n", one->id, gs_source_kind_name(one->kind), one->url ? one->url : one->path);
    }
    printf("%zu added, %zu known already", self->added, self->known);
    if (self->refused > 0)
        printf(", %zu refused", self->refused);
    printf(self->added > 0 ? "; a running ingestor takes them up at SIGHUP\n" : "\n");
    return true;
}

// ---- add -----------------------------------------------------------------------------------------------

static bool tell_path(const edit *self, const char *operand, gs_source_config *source, gs_error *error)
{
    struct stat facts;
    char *path = realpath(operand, NULL);
    if (!path || stat(path, &facts) != 0) {
        free(path);
        return gs_fail(error, GS_E_USAGE, "%s: %s", operand, strerror(errno));
    }
    source->path = gs_arena_text(self->arena, gs_view_of(path));
    free(path);
    const gs_view name = gs_view_of(source->path);
    const bool lines = gs_view_ends(name, ".jsonl") || gs_view_ends(name, ".ndjson");
    const bool archive = gs_view_ends(name, ".warc") || gs_view_ends(name, ".warc.gz");
    source->kind = S_ISDIR(facts.st_mode) ? GS_SOURCE_DIRECTORY
                   : lines                ? GS_SOURCE_JSONL
                   : archive              ? GS_SOURCE_WARC
                                          : GS_SOURCE_FILE;
    return true;
}

static bool tell_answer(const edit *self, const gs_fetched *got, gs_source_config *source, gs_error *error)
{
    const gs_view body = gs_buffer_view(&got->body);
    gs_link *links = NULL;
    size_t count = 0;
    gs_error unread = {0};
    const gs_feed *feed = gs_feed_parse(body, got->url, self->arena, &unread);
    if (got->moved_to[0] != '\0') // asked there from the start
        source->url = gs_arena_text(self->arena, gs_view_of(got->moved_to));
    if (feed) {
        source->kind = feed->format == GS_FEED_SITEMAP || feed->format == GS_FEED_SITEMAP_INDEX
                           ? GS_SOURCE_SITEMAP
                           : GS_SOURCE_FEED;
        source->publisher = feed->title[0] != '\0' ? feed->title : NULL;
        return true;
    }
    if (gs_feed_discover(body, got->url, self->arena, &links, &count, &unread) && count > 0) {
        source->kind = GS_SOURCE_FEED;
        source->url = links[0].url;
        return true;
    }
    source->kind = GS_SOURCE_PAGES;
    return (gs_page_links(body, got->url, self->arena, &links, &count, &unread) && count > 0) ||
           gs_fail(
               error, GS_E_INPUT,
               "%.300s: is no feed, names none and links to no articles; --kind pages adds it all the same",
               source->url);
}

static bool tell_address(const edit *self, const char *url, gs_source_config *source, gs_error *error)
{
    const gs_config *config = self->options->client.config;
    gs_fetcher *fetcher = gs_fetcher_new(config->ingestor.user_agent, config->ingestor.host_delay, error);
    if (!fetcher)
        return false;
    const gs_fetched *got = gs_fetcher_get(fetcher, url, self->options->allow_private);
    bool ok = got->status == 200;
    if (ok)
        ok = tell_answer(self, got, source, error);
    else if (got->status != 0)
        gs_fail(
            error, GS_E_IO,
            "%.300s: answered with HTTP status %ld; what kind it is cannot be told, so name it with --kind",
            url, got->status);
    else
        gs_fail(error, GS_E_IO, "%s; what kind it is cannot be told, so name it with --kind", got->error);
    gs_fetcher_free(&fetcher);
    return ok;
}

static bool add_operand(edit *self, const char *operand, gs_error *error)
{
    const gs_source_options *options = self->options;
    const bool is_address =
        gs_view_starts(gs_view_of(operand), "http://") || gs_view_starts(gs_view_of(operand), "https://");
    gs_catalogue_entry made = {0};
    gs_source_config *source = &made.source;
    if (is_address)
        source->url = gs_arena_text(self->arena, gs_view_of(operand));
    if (is_address && !options->kind && !tell_address(self, operand, source, error))
        return false;
    if (!is_address && !tell_path(self, operand, source, error))
        return false;
    if (options->kind && !gs_source_kind_parse(options->kind, &source->kind))
        return gs_fail(error, GS_E_USAGE,
                       "--kind %s: expected feed, sitemap, pages, file, directory, jsonl or warc",
                       options->kind);
    const bool is_web_kind = source->kind == GS_SOURCE_FEED || source->kind == GS_SOURCE_SITEMAP ||
                             source->kind == GS_SOURCE_PAGES;
    if (is_web_kind != is_address)
        return gs_fail(error, GS_E_USAGE, "%s: a source of kind %s has %s", operand,
                       gs_source_kind_name(source->kind), is_web_kind ? "an http address" : "a path");
    source->id = options->id ? (char *)options->id : source->url ? source->url : source->path;
    return want(self, &made);
}

static bool check_add(const gs_source_options *options, gs_error *error)
{
    if (options->catalogue && (options->id || options->kind || options->operand_count > 0))
        return gs_fail(error, GS_E_USAGE,
                       "--catalogue knows ids, kinds and addresses; leave out what else names them");
    if (!options->catalogue && options->operand_count == 0)
        return gs_fail(error, GS_E_USAGE, "add: name an address, a path, or --catalogue");
    return !options->id || options->operand_count == 1 ||
           gs_fail(error, GS_E_USAGE, "--id is the name of one source; add them one by one");
}

int gs_source_add_verb(gs_source_options *options)
{
    gs_error error = {0};
    edit self;
    bool ok = open_edit(&self, options, &error) && check_add(options, &error);
    if (ok && options->catalogue)
        ok = gs_catalogue_each(options->catalogue, self.arena, want, &self, &error);
    for (size_t i = 0; ok && i < options->operand_count; i++)
        ok = add_operand(&self, options->operands[i], &error);
    ok = ok && add_wanted(&self, &error);
    return close_edit(&self, ok, &error);
}

// ---- remove --------------------------------------------------------------------------------------------

static bool remove_one(edit *self, const char *id, gs_error *error)
{
    for (size_t i = 0; i < self->list.count; i++)
        if (strcmp(self->list.sources[i].id, id) == 0) {
            memmove(&self->list.sources[i], &self->list.sources[i + 1],
                    (--self->list.count - i) * sizeof *self->list.sources);
            return true;
        }
    const gs_source_config wanted = {.id = (char *)id};
    if (is_known(self, &wanted, true))
        return gs_fail(error, GS_E_USAGE, "%s stands in %s, which is yours to edit", id,
                       self->options->client.config->file);
    return gs_fail(error, GS_E_USAGE, "%s: there is no such source; `gainsay source list` shows all", id);
}

int gs_source_remove_verb(gs_source_options *options)
{
    gs_error error = {0};
    edit self;
    bool ok = open_edit(&self, options, &error) && hold_file(&self, &error);
    for (size_t i = 0; ok && i < options->operand_count; i++)
        ok = remove_one(&self, options->operands[i], &error);
    ok = ok && write_list(&self, &error);
    if (ok)
        printf("%zu removed; a running ingestor lets go of them at SIGHUP\n", options->operand_count);
    return close_edit(&self, ok, &error);
}

// ---- OPML ----------------------------------------------------------------------------------------------

int gs_source_import_verb(gs_source_options *options)
{
    gs_error error = {0};
    gs_buffer bytes = {0};
    gs_opml_outline *outlines = NULL;
    size_t count = 0;
    edit self;
    bool ok = open_edit(&self, options, &error) &&
              gs_read_all(options->operands[0], GS_LIMIT_FILE_BYTES, &bytes, &error);
    self.goes_on = true;
    if (ok && !gs_opml_parse(gs_buffer_view(&bytes), self.arena, &outlines, &count, &error))
        ok = gs_fail_within(&error, "%s", options->operands[0]);
    for (size_t i = 0; ok && i < count; i++) {
        const gs_catalogue_entry made = {
            .source = {.id = outlines[i].xml_url,
                       .kind = GS_SOURCE_FEED,
                       .url = outlines[i].xml_url,
                       .publisher = outlines[i].title[0] ? outlines[i].title : NULL,
                       .language = outlines[i].language[0] ? outlines[i].language : NULL}};
        want(&self, &made);
    }
    ok = ok && add_wanted(&self, &error);
    gs_buffer_free(&bytes);
    return close_edit(&self, ok, &error);
}

int gs_source_export_verb(gs_source_options *options)
{
    const gs_config *config = options->client.config;
    const size_t all = config->ingestor.sources_count;
    gs_buffer out = {0};
    gs_opml_outline *outlines = gs_allocate((all + 1) * sizeof *outlines);
    size_t count = 0;
    for (size_t i = 0; i < all; i++) {
        const gs_source_config *source = &config->ingestor.sources[i];
        if (source->kind == GS_SOURCE_FEED)
            outlines[count++] = (gs_opml_outline){.title = source->publisher ? source->publisher : source->id,
                                                  .xml_url = source->url,
                                                  .language = source->language};
    }
    gs_opml_write("Gainsay", outlines, count, &out);
    fwrite(out.data, 1, out.size, stdout);
    if (count < all)
        fprintf(stderr, "gainsay source: OPML lists feeds; %zu sources of other kinds are left out\n",
                all - count);
    gs_buffer_free(&out);
    free(outlines);
    return GS_EXIT_DONE;
}
