// gainsay source test: what would be taken from an address, a file or a source, step by step.
//
// Each step is a line: what was asked, what came, what it is, what it has; then the first entries, each with
// what becomes of it or why nothing does. The same steps are the members of one JSON object. --brief leaves a
// line a source, for trying many.
#include <stdio.h>
#include <string.h>

#include "source_trial.h"

static const gs_source_config *find_source(const gs_trial *self, const char *id)
{
    const gs_config *config = self->options->client.config;
    for (unsigned i = 0; i < config->ingestor.sources_count; i++)
        if (strcmp(config->ingestor.sources[i].id, id) == 0)
            return &config->ingestor.sources[i];
    return NULL;
}

static void test_source(gs_trial *self, const gs_source_config *source)
{
    gs_trial_begin(self, source->id, source);
    gs_report_text(&self->report, "kind", gs_source_kind_name(source->kind));
    gs_report_text(&self->report, "address", source->url);
    gs_report_text(&self->report, "path", source->path);
    gs_report_text(&self->report, "endpoint", source->endpoint);
    if (source->url)
        gs_trial_address(self, source->url, source->kind == GS_SOURCE_PAGES);
    else if (source->path)
        gs_trial_path(self, source->path, NULL);
    else
        gs_report_text(&self->report, "is", "what other programs send; there is nothing to look at");
    gs_trial_end(self);
}

static bool test_entry(void *context, const gs_catalogue_entry *entry)
{
    test_source(context, &entry->source);
    return true;
}

static void test_operand(gs_trial *self, const char *operand)
{
    const gs_source_config *source = find_source(self, operand);
    gs_source_kind kind = GS_SOURCE_FEED;
    if (source) {
        test_source(self, source);
        return;
    }
    const bool as_list =
        self->options->kind && gs_source_kind_parse(self->options->kind, &kind) && kind == GS_SOURCE_PAGES;
    gs_trial_begin(self, operand, NULL);
    if (gs_view_starts(gs_view_of(operand), "http://") || gs_view_starts(gs_view_of(operand), "https://"))
        gs_trial_address(self, operand, as_list);
    else
        gs_trial_path(self, operand, self->options->url);
    gs_trial_end(self);
}

static bool check(const gs_source_options *options, gs_error *error)
{
    const size_t ways = (size_t)options->all + (options->catalogue != NULL) + options->kept;
    if (ways > 1 || ((options->all || options->catalogue) && options->operand_count > 0))
        return gs_fail(error, GS_E_USAGE,
                       "test: name addresses, files or ids, or one of --all, --catalogue and --kept");
    return ways > 0 || options->operand_count > 0 ||
           gs_fail(error, GS_E_USAGE,
                   "test: name an address, a file, the id of a source, --all, --catalogue or --kept");
}

int gs_source_test_verb(gs_source_options *options)
{
    gs_error error = {0};
    gs_trial self;
    if (!check(options, &error))
        return gs_complain("source", &error);
    gs_trial_open(&self, options);
    gs_arena *catalogue = gs_arena_new(0);
    const gs_config *config = options->client.config;
    bool ok = true;
    if (options->kept)
        ok = gs_source_test_kept(&self, &error);
    else if (options->catalogue)
        ok = gs_catalogue_each(options->catalogue, catalogue, test_entry, &self, &error);
    for (unsigned i = 0; options->all && i < config->ingestor.sources_count; i++)
        test_source(&self, &config->ingestor.sources[i]);
    for (size_t i = 0; !options->kept && i < options->operand_count; i++)
        test_operand(&self, options->operands[i]);
    if (ok && self.tried > 1 && !options->json)
        printf("%zu of %zu gave what could be taken\n", self.tried - self.failed, self.tried);
    const bool failed = self.failed > 0;
    gs_arena_free(&catalogue);
    gs_trial_close(&self);
    return !ok ? gs_complain("source", &error) : failed ? GS_EXIT_FAILED : GS_EXIT_DONE;
}
