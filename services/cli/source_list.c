// gainsay source list: the sources of the configuration, and what the ingestor has noted of them.
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

static void print_json(const gs_source_config *source, const json_t *notes)
{
    json_t *object =
        json_pack("{ss ss ss ss ss si sb ss ss}", "id", source->id, "kind", gs_source_kind_name(source->kind),
                  "where", where(source), "publisher", source->publisher ? source->publisher : "", "language",
                  source->language ? source->language : "", "every", (int)source->every, "retired",
                  json_is_true(json_object_get(notes, "retired")), "moved_to", note(notes, "moved_to"),
                  "error", note(notes, "error"));
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    if (text)
        puts(text);
    free(text);
    json_decref(object);
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

int gs_source_list_verb(gs_source_options *options)
{
    static const char *const heads[] = {"Id", "Kind", "Where", "Publisher", "State"};
    enum { COLUMNS = sizeof heads / sizeof heads[0] };
    const gs_config *config = options->client.config;
    const size_t count = config->ingestor.sources_count;
    gs_error none = {0};
    gs_arena *arena = gs_arena_new(0);
    gs_store *store = access(config->ingestor.store, R_OK) == 0
                          ? gs_store_open_reader(config->ingestor.store, GS_STORE_INGESTOR, &none)
                          : NULL;
    gs_grid_cell *cells = gs_allocate((count + 1) * COLUMNS * sizeof *cells);
    for (size_t i = 0; i < count; i++) {
        const gs_source_config *source = &config->ingestor.sources[i];
        json_t *notes = notes_of(store, source, arena);
        const char *texts[COLUMNS] = {source->id, gs_source_kind_name(source->kind), where(source),
                                      source->publisher ? source->publisher : "",
                                      state_words(source, notes, arena)};
        for (size_t c = 0; c < COLUMNS; c++)
            cells[i * COLUMNS + c] = (gs_grid_cell){.text = texts[c], .style = c == 0 ? GS_BOLD : 0};
        if (options->json)
            print_json(source, notes);
        json_decref(notes);
    }
    if (!options->json && count > 0) {
        gs_buffer out = {0};
        gs_grid_write(&out, gs_terminal_columns(STDOUT_FILENO), isatty(STDOUT_FILENO), heads, COLUMNS, cells,
                      count);
        fwrite(out.data, 1, out.size, stdout);
        gs_buffer_free(&out);
    } else if (!options->json) {
        puts("no sources yet; `gainsay source add` adds some");
    }
    free(cells);
    gs_store_close(&store);
    gs_arena_free(&arena);
    return GS_EXIT_DONE;
}
