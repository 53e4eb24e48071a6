// The catalogue of official sources: a table that is installed with the program (deploy/sources/README.md).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "source/source.h"
#include "source_verbs.h"
#include "up_plan.h"

enum { COLUMNS = 8, ID = 0, NAME, COUNTRY, LANGUAGE, KIND, CATEGORY, VERIFIED, URL };

// Owned by the caller; NULL if it is not installed.
static char *catalogue_path(gs_error *error)
{
    const char *named = getenv("GAINSAY_CATALOGUE");
    if (named && *named)
        return gs_duplicate(named);
    char *installed = gs_up_share_path("catalogue.tsv");
    if (!installed)
        gs_fail(error, GS_E_USAGE,
                "the catalogue is not installed (share/gainsay/catalogue.tsv beside bin/); name the file in "
                "GAINSAY_CATALOGUE");
    return installed;
}

// Cuts a line into its cells, in the arena. False if there are not so many.
static bool cut(gs_view line, gs_arena *arena, char *cells[COLUMNS])
{
    size_t begin = 0;
    for (size_t i = 0; i < COLUMNS; i++) {
        const size_t tab = gs_view_find(line, gs_view_of("\t"), begin);
        const size_t end = tab == SIZE_MAX ? line.size : tab;
        if (begin > line.size || (i + 1 < COLUMNS) == (tab == SIZE_MAX))
            return false;
        cells[i] = gs_arena_text(arena, gs_view_trim(gs_view_slice(line, begin, end)));
        begin = end + 1;
    }
    return true;
}

static bool is_meant(char *const cells[COLUMNS], const char *word)
{
    return strcasecmp(word, "all") == 0 || strcasecmp(cells[ID], word) == 0 ||
           strcasecmp(cells[COUNTRY], word) == 0 || strcasecmp(cells[CATEGORY], word) == 0;
}

// A line of the table. *taken counts those that were meant.
static bool take_line(gs_view line, const char *word, gs_arena *arena, size_t *taken, gs_catalogue_take *take,
                      void *context, gs_error *error)
{
    char *cells[COLUMNS];
    gs_catalogue_entry entry = {0};
    if (line.size == 0 || line.data[0] == '#')
        return true;
    if (!cut(line, arena, cells) || !gs_source_kind_parse(cells[KIND], &entry.source.kind))
        return gs_fail(error, GS_E_INPUT, "expected %d columns parted by tabs, and a known kind", COLUMNS);
    if (!is_meant(cells, word))
        return true;
    entry.source.id = cells[ID];
    entry.source.url = cells[URL];
    entry.source.publisher = cells[NAME];
    entry.source.language = cells[LANGUAGE];
    entry.country = cells[COUNTRY];
    entry.category = cells[CATEGORY];
    entry.verified = strcmp(cells[VERIFIED], "yes") == 0;
    (*taken)++;
    return take(context, &entry);
}

bool gs_catalogue_each(const char *word, gs_arena *arena, gs_catalogue_take *take, void *context,
                       gs_error *error)
{
    gs_buffer text = {0};
    char *path = catalogue_path(error);
    bool ok = path && gs_read_all(path, GS_LIMIT_FILE_BYTES, &text, error);
    size_t taken = 0;
    size_t number = 0;
    for (size_t at = 0; ok && at < text.size;) {
        const size_t feed = gs_view_find(gs_buffer_view(&text), gs_view_of("\n"), at);
        const size_t end = feed == SIZE_MAX ? text.size : feed;
        const gs_view line = gs_view_slice(gs_buffer_view(&text), at, end);
        at = end + 1;
        number++;
        ok = take_line(line, word, arena, &taken, take, context, error) ||
             gs_fail_within(error, "%s:%zu", path, number);
    }
    if (ok && taken == 0)
        ok = gs_fail(error, GS_E_USAGE,
                     "--catalogue %s: no entry with that id, country or category in %s; `gainsay source list "
                     "--catalogue all` shows them",
                     word, path);
    gs_buffer_free(&text);
    free(path);
    return ok;
}
