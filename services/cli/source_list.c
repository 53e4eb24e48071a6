// gainsay source list: the sources of the configuration, and what the ingestor has noted of them; or the
// entries of the catalogue, to choose from.
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grid.h"
#include "source_verbs.h"
#include "store/store.h"
#include "terminal.h"

static const char *where(const gs_source_config *source)
{
    return source->url ? source->url : source->path ? source->path : source->endpoint ? source->endpoint : "";
}

// The source's notes as JSON; NULL if there are none. The store may be absent: then nothing has run yet.
static json_t *notes_of(gs_store *store, const gs_source_config *source, gs_arena *arena)
{
    gs_error none = {0};
    char *state = NULL;
    if (!store || !gs_source_state_get(store, source->id, arena, &state, &none) || !state)
        return NULL;
    return json_loads(state, 0, NULL);
}

static const char *note(const json_t *notes, const char *key)
{
    const char *text = json_string_value(json_object_get(notes, key));
    return text ? text : "";
}

static void print_object(json_t *object)
{
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL; // none of what is not UTF-8
    if (text)
        puts(text);
    free(text);
    json_decref(object);
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static void print_json(const gs_source_config *source, const json_t *notes)
{
    char when[GS_TIME_TEXT] = "";
    const json_int_t next = json_integer_value(json_object_get(notes, "next"));
    if (next > 0)
        gs_time_text((uint64_t)next * 1000000, when);
    print_object(json_pack("{ss ss ss ss ss si sb sb sI sI ss ss ss}", "id", source->id, "kind",
                           gs_source_kind_name(source->kind), "where", where(source), "publisher",
                           or_empty(source->publisher), "language", or_empty(source->language), "every",
                           (int)source->every, "allow_private", source->allow_private, "retired",
                           json_is_true(json_object_get(notes, "retired")), "interval",
                           json_integer_value(json_object_get(notes, "interval")), "failures",
                           json_integer_value(json_object_get(notes, "failures")), "next", when, "moved_to",
                           note(notes, "moved_to"), "error", note(notes, "error")));
}

static char *state_words(const gs_source_config *source, const json_t *notes, gs_arena *arena)
{
    if (json_is_true(json_object_get(notes, "retired")))
        return gs_arena_text(arena, gs_view_of("gone for good; remove it"));
    if (note(notes, "error")[0] != '\0')
        return gs_arena_text(arena, gs_view_of(note(notes, "error")));
    if (note(notes, "moved_to")[0] != '\0')
        return gs_arena_format(arena, "moved to %s", note(notes, "moved_to"));
    const json_int_t interval = json_integer_value(json_object_get(notes, "interval"));
    char figure[GS_FIGURE_TEXT];
    if (source->every == 0 && interval > 0) {
        gs_figure_duration((uint64_t)interval, figure);
        return gs_arena_format(arena, "looked at every %s", figure);
    }
    return gs_arena_text(arena, gs_view_of(notes ? "read" : ""));
}

// Rows under way. The texts are borrowed.
typedef struct table {
    gs_grid_cell *cells; // owned
    size_t rows, columns;
} table;

static void add_row(table *self, const char *const *texts)
{
    self->cells = gs_reallocate(self->cells, (self->rows + 1) * self->columns * sizeof *self->cells);
    for (size_t c = 0; c < self->columns; c++)
        self->cells[self->rows * self->columns + c] =
            (gs_grid_cell){.text = texts[c], .style = c == 0 ? GS_BOLD : 0};
    self->rows++;
}

static int list_sources(const gs_source_options *options)
{
    static const char *const heads[] = {"Id", "Kind", "Where", "Publisher", "State"};
    const gs_config *config = options->client.config;
    table rows = {.columns = sizeof heads / sizeof heads[0]};
    gs_error none = {0};
    gs_arena *arena = gs_arena_new(0);
    gs_store *store = access(config->ingestor.store, R_OK) == 0
                          ? gs_store_open_reader(config->ingestor.store, GS_STORE_INGESTOR, &none)
                          : NULL;
    for (unsigned i = 0; i < config->ingestor.sources_count; i++) {
        const gs_source_config *source = &config->ingestor.sources[i];
        json_t *notes = notes_of(store, source, arena);
        const char *texts[] = {source->id, gs_source_kind_name(source->kind), where(source),
                               or_empty(source->publisher), state_words(source, notes, arena)};
        if (options->json)
            print_json(source, notes);
        else
            add_row(&rows, texts);
        json_decref(notes);
    }
    if (rows.rows > 0)
        gs_grid_print(heads, rows.columns, rows.cells, rows.rows);
    else if (!options->json)
        puts("no sources yet; `gainsay source add` adds some");
    free(rows.cells);
    gs_store_close(&store);
    gs_arena_free(&arena);
    return GS_EXIT_DONE;
}

static bool list_json_entry(void *context, const gs_catalogue_entry *entry)
{
    (void)context;
    const gs_source_config *source = &entry->source;
    print_object(json_pack("{ss ss ss ss ss ss sb ss}", "id", source->id, "name", source->publisher,
                           "country", entry->country, "language", source->language, "kind",
                           gs_source_kind_name(source->kind), "category", entry->category, "verified",
                           entry->verified, "url", source->url));
    return true;
}

static bool list_entry(void *context, const gs_catalogue_entry *entry)
{
    const gs_source_config *source = &entry->source;
    const char *texts[] = {
        source->id, source->publisher, entry->country, entry->category, gs_source_kind_name(source->kind),
        source->url};
    add_row(context, texts);
    return true;
}

static int list_catalogue(const gs_source_options *options)
{
    static const char *const heads[] = {"Id", "Name", "Of", "Category", "Kind", "Address"};
    table rows = {.columns = sizeof heads / sizeof heads[0]};
    gs_error error = {0};
    gs_arena *arena = gs_arena_new(0);
    const bool ok = gs_catalogue_each(options->catalogue, arena, options->json ? list_json_entry : list_entry,
                                      &rows, &error);
    if (ok && !options->json)
        gs_grid_print(heads, rows.columns, rows.cells, rows.rows);
    free(rows.cells);
    gs_arena_free(&arena);
    return ok ? GS_EXIT_DONE : gs_complain("source", &error);
}

int gs_source_list_verb(gs_source_options *options)
{
    return options->catalogue ? list_catalogue(options) : list_sources(options);
}
