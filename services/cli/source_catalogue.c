// The catalogue of official sources: a table that is installed with the program (deploy/sources/README.md).
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "source/source.h"
#include "source_verbs.h"

enum { COLUMNS = 8, ID = 0, NAME, COUNTRY, LANGUAGE, KIND, CATEGORY, VERIFIED, URL };

// $GAINSAY_CATALOGUE, else in the installation that the program lies in, else where this build would install
// it, else in the source it was built from.
static char *catalogue_path(gs_arena *arena)
{
    static const char installed[] = "/../share/gainsay/catalogue.tsv";
    char program[PATH_MAX];
    const char *named = getenv("GAINSAY_CATALOGUE");
    if (named && *named)
        return gs_arena_text(arena, gs_view_of(named));
    const ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
    program[size > 0 ? size : 0] = '\0';
    char *slash = strrchr(program, '/');
    if (slash) {
        *slash = '\0';
        char *beside = gs_arena_format(arena, "%s%s", program, installed);
        if (access(beside, R_OK) == 0)
            return beside;
    }
    const bool is_there = access(GAINSAY_CATALOGUE_INSTALLED, R_OK) == 0;
    return gs_arena_text(arena,
                         gs_view_of(is_there ? GAINSAY_CATALOGUE_INSTALLED : GAINSAY_CATALOGUE_SOURCE));
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
    return strcasecmp(cells[ID], word) == 0 || strcasecmp(cells[COUNTRY], word) == 0 ||
           strcasecmp(cells[CATEGORY], word) == 0;
}

bool gs_catalogue_each(const char *word, gs_arena *arena, gs_catalogue_take *take, void *context,
                       gs_error *error)
{
    const char *path = catalogue_path(arena);
    gs_buffer text = {0};
    bool ok = gs_read_all(path, GS_LIMIT_FILE_BYTES, &text, error);
    size_t taken = 0;
    size_t number = 0;
    for (size_t at = 0; ok && at < text.size;) {
        const size_t feed = gs_view_find(gs_buffer_view(&text), gs_view_of("\n"), at);
        const size_t end = feed == SIZE_MAX ? text.size : feed;
        const gs_view line = gs_view_slice(gs_buffer_view(&text), at, end);
        char *cells[COLUMNS];
        gs_source_config source = {0};
        at = end + 1;
        number++;
        if (line.size == 0 || line.data[0] == '#')
            continue;
        if (!cut(line, arena, cells) || !gs_source_kind_parse(cells[KIND], &source.kind)) {
            ok = gs_fail(error, GS_E_INPUT, "%s:%zu: expected %d columns parted by tabs, and a known kind",
                         path, number, COLUMNS);
        } else if (is_meant(cells, word)) {
            source.id = cells[ID];
            source.url = cells[URL];
            source.publisher = cells[NAME];
            source.language = cells[LANGUAGE];
            taken++;
            ok = take(context, &source);
        }
    }
    gs_buffer_free(&text);
    return ok && (taken > 0 ||
                  gs_fail(error, GS_E_USAGE,
                          "--catalogue %s: no entry with that id, country or category in %s", word, path));
}
