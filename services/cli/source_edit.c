// gainsay source add, remove, import, export: the list in the source file, changed.
//
// Of an address whose kind nobody told, the kind is what comes from there: a feed or sitemap, else a page; a
// page that names a feed stands for that feed.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "source/source.h"
#include "source_fetch.h"
#include "source_verbs.h"

typedef struct edit {
    gs_source_options *options;
    gs_source_list list;
    gs_arena *arena;
    size_t added, known;
} edit;

static bool open_edit(edit *self, gs_source_options *options, gs_error *error)
{
    *self = (edit){.options = options};
    if (!options->client.config->file)
        return gs_fail(
            error, GS_E_USAGE,
            "there is no configuration to add to; make one with `gainsay config show >gainsay.yaml` and name "
            "it with --config");
    self->arena = gs_arena_new(0);
    gs_source_list_of(options->client.config, &self->list);
    return true;
}

static int close_edit(edit *self, bool ok, const gs_error *error)
{
    gs_source_list_free(&self->list);
    if (self->arena)
        gs_arena_free(&self->arena);
    return ok ? GS_EXIT_DONE : gs_complain("source", error);
}

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

// A source of that address or path is in the configuration, or just added. By id: one of that id.
static bool is_known(const edit *self, const gs_source_config *source, bool by_id)
{
    const gs_config *config = self->options->client.config;
    const gs_source_list of_config = {config->ingestor.sources, config->ingestor.sources_count};
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

static bool take(void *context, const gs_source_config *source)
{
    edit *self = context;
    gs_source_config fresh = *source;
    fresh.allow_private = fresh.allow_private || self->options->allow_private;
    fresh.every = self->options->every ? (uint32_t)self->options->every : fresh.every;
    fresh.publisher = self->options->publisher ? (char *)self->options->publisher : fresh.publisher;
    fresh.language = self->options->language ? (char *)self->options->language : fresh.language;
    if (is_known(self, &fresh, false)) {
        self->known++;
        return true;
    }
    if (is_known(self, &fresh, true))
        fresh.id = gs_arena_format(self->arena, "%s-%zu", fresh.id, self->list.count + 1);
    gs_source_list_add(&self->list, &fresh);
    self->added++;
    printf("%s: %s, %s\n", fresh.id, gs_source_kind_name(fresh.kind), fresh.url ? fresh.url : fresh.path);
    return true;
}

static bool write_list(edit *self, gs_error *error)
{
    if (self->added > 0 && !gs_source_list_write(self->options->client.config, &self->list, error))
        return false;
    printf("%zu added, %zu known already", self->added, self->known);
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

static bool tell_address(const edit *self, const char *url, gs_source_config *source, gs_error *error)
{
    const gs_config *config = self->options->client.config;
    gs_fetcher *fetcher = gs_fetcher_new(config->ingestor.user_agent, config->ingestor.host_delay, error);
    if (!fetcher)
        return false;
    gs_error unread = {0};
    const gs_fetched *got = gs_fetcher_get(fetcher, url, self->options->allow_private);
    const gs_view body = gs_buffer_view(&got->body);
    gs_link *links = NULL;
    size_t count = 0;
    bool ok = got->status == 200;
    const gs_feed *feed = ok ? gs_feed_parse(body, got->url, self->arena, &unread) : NULL;
    if (!ok) {
        gs_fail(error, GS_E_IO, "%s: %s; what kind it is cannot be told, so name it with --kind", url,
                got->error[0] ? got->error : "did not answer with 200");
    } else if (feed) {
        source->kind = feed->format == GS_FEED_SITEMAP || feed->format == GS_FEED_SITEMAP_INDEX
                           ? GS_SOURCE_SITEMAP
                           : GS_SOURCE_FEED;
        source->publisher = feed->title[0] != '\0' ? feed->title : NULL;
    } else if (gs_feed_discover(body, got->url, self->arena, &links, &count, &unread) && count > 0) {
        source->kind = GS_SOURCE_FEED;
        source->url = links[0].url;
    } else {
        source->kind = GS_SOURCE_PAGES;
    }
    gs_fetcher_free(&fetcher);
    return ok;
}

static bool add_operand(edit *self, const char *operand, gs_error *error)
{
    gs_source_options *options = self->options;
    const bool is_address =
        gs_view_starts(gs_view_of(operand), "http://") || gs_view_starts(gs_view_of(operand), "https://");
    gs_source_config source = {0};
    if (is_address)
        source.url = gs_arena_text(self->arena, gs_view_of(operand));
    if (is_address && !options->kind && !tell_address(self, operand, &source, error))
        return false;
    if (!is_address && !tell_path(self, operand, &source, error))
        return false;
    if (options->kind && !gs_source_kind_parse(options->kind, &source.kind))
        return gs_fail(error, GS_E_USAGE,
                       "--kind %s: expected feed, sitemap, pages, file, directory, jsonl or warc",
                       options->kind);
    const bool is_web_kind =
        source.kind == GS_SOURCE_FEED || source.kind == GS_SOURCE_SITEMAP || source.kind == GS_SOURCE_PAGES;
    if (is_web_kind != is_address)
        return gs_fail(error, GS_E_USAGE, "%s: a source of kind %s has %s", operand,
                       gs_source_kind_name(source.kind), is_web_kind ? "an http address" : "a path");
    source.id = options->id ? (char *)options->id : source.url ? source.url : source.path;
    return take(self, &source);
}

int gs_source_add_verb(gs_source_options *options)
{
    gs_error error = {0};
    edit self;
    bool ok = open_edit(&self, options, &error);
    if (ok && options->catalogue)
        ok = gs_catalogue_each(options->catalogue, self.arena, take, &self, &error);
    else if (ok && options->operand_count == 0)
        ok = gs_fail(&error, GS_E_USAGE, "add: name an address, a path, or --catalogue");
    for (size_t i = 0; ok && i < options->operand_count; i++)
        ok = add_operand(&self, options->operands[i], &error);
    ok = ok && write_list(&self, &error);
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
    bool ok = open_edit(&self, options, &error);
    for (size_t i = 0; ok && i < options->operand_count; i++)
        ok = remove_one(&self, options->operands[i], &error);
    ok = ok && gs_source_list_write(options->client.config, &self.list, &error);
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
    if (ok && !gs_opml_parse(gs_buffer_view(&bytes), self.arena, &outlines, &count, &error))
        ok = gs_fail_within(&error, "%s", options->operands[0]);
    for (size_t i = 0; ok && i < count; i++) {
        const gs_source_config source = {.id = outlines[i].xml_url,
                                         .kind = GS_SOURCE_FEED,
                                         .url = outlines[i].xml_url,
                                         .publisher = outlines[i].title[0] ? outlines[i].title : NULL,
                                         .language = outlines[i].language[0] ? outlines[i].language : NULL};
        take(&self, &source);
    }
    ok = ok && write_list(&self, &error);
    gs_buffer_free(&bytes);
    return close_edit(&self, ok, &error);
}

int gs_source_export_verb(gs_source_options *options)
{
    const gs_config *config = options->client.config;
    gs_buffer out = {0};
    gs_opml_outline *outlines = gs_allocate((config->ingestor.sources_count + 1) * sizeof *outlines);
    size_t count = 0;
    for (unsigned i = 0; i < config->ingestor.sources_count; i++) {
        const gs_source_config *source = &config->ingestor.sources[i];
        if (source->kind == GS_SOURCE_FEED)
            outlines[count++] = (gs_opml_outline){.title = source->publisher ? source->publisher : source->id,
                                                  .xml_url = source->url,
                                                  .language = source->language};
    }
    gs_opml_write("Gainsay", outlines, count, &out);
    fwrite(out.data, 1, out.size, stdout);
    gs_buffer_free(&out);
    free(outlines);
    return GS_EXIT_DONE;
}
