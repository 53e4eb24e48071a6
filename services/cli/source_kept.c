// gainsay source test --kept: the pages that the ingestor could not read, which lie beside its store, each
// with its address and the reason in its first line: listed, with what is read of each now, or tried one by
// one.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grid.h"
#include "source_trial.h"
#include "terminal.h"

enum { KEPT_MOST = 4096, KEPT_BYTES = 16 * 1024 * 1024, NAME_DIGITS = 12 };

typedef struct kept_page {
    char *name, *path;  // in the arena, like the rest
    char *url, *reason; // "" if its first line does not tell
    int64_t at_s;       // when it was kept
} kept_page;

// "<!-- URL : REASON -->". Whoever else put a file there need not have known.
static void read_head(kept_page *page, gs_arena *arena)
{
    char head[4096];
    FILE *file = fopen(page->path, "r");
    const gs_view line = gs_view_of(file && fgets(head, sizeof head, file) ? head : "");
    if (file)
        fclose(file);
    const gs_view text = gs_view_trim(line);
    const size_t colon = gs_view_find(text, gs_view_of(" : "), 0);
    page->url = page->reason = gs_arena_text(arena, gs_view_of(""));
    if (!gs_view_starts(text, "<!-- ") || !gs_view_ends(text, " -->") || colon == SIZE_MAX)
        return;
    page->url = gs_arena_text(arena, gs_view_slice(text, strlen("<!-- "), colon));
    page->reason = gs_arena_text(arena, gs_view_slice(text, colon + 3, text.size - strlen(" -->")));
}

static int newest_first(const void *a, const void *b)
{
    const kept_page *first = a, *second = b;
    if (first->at_s != second->at_s)
        return first->at_s > second->at_s ? -1 : 1;
    return strcmp(first->name, second->name);
}

static kept_page *list_kept(const char *store, gs_arena *arena, size_t *count)
{
    const char *folder = gs_arena_format(arena, "%s.kept", store);
    kept_page *pages = gs_arena_alloc(arena, KEPT_MOST * sizeof *pages);
    DIR *listing = opendir(folder);
    const struct dirent *entry;
    *count = 0;
    while (listing && *count < KEPT_MOST && (entry = readdir(listing))) {
        struct stat about;
        if (entry->d_name[0] == '.' ||
            fstatat(dirfd(listing), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(about.st_mode))
            continue;
        const size_t name = strcspn(entry->d_name, ".");
        kept_page *page = &pages[(*count)++];
        *page = (kept_page){.name = gs_arena_text(arena, gs_view_make(entry->d_name, name)),
                            .path = gs_arena_format(arena, "%s/%s", folder, entry->d_name),
                            .at_s = about.st_mtime};
        read_head(page, arena);
    }
    if (listing)
        closedir(listing);
    qsort(pages, *count, sizeof *pages, newest_first);
    return pages;
}

static void try_page(gs_trial *self, const kept_page *page)
{
    gs_buffer bytes = {0};
    gs_error error = {0};
    char when[GS_TIME_TEXT];
    gs_time_text((uint64_t)page->at_s * 1000000, when);
    gs_trial_begin(self, page->name, NULL);
    gs_report_text(&self->report, "url", page->url);
    gs_report_text(&self->report, "kept", when);
    gs_report_text(&self->report, "because", page->reason);
    gs_report_text(&self->report, "path", page->path);
    if (!gs_read_all(page->path, KEPT_BYTES, &bytes, &error)) {
        gs_trial_refuse(self, error.message);
    } else {
        gs_report_bytes(&self->report, "size", bytes.size);
        gs_trial_page(self, gs_buffer_view(&bytes), page->url[0] ? page->url : NULL, "", NULL);
    }
    gs_buffer_free(&bytes);
    gs_trial_end(self);
}

// All of them, a row each; the trials behind it are silent.
static void print_table(gs_trial *self, const kept_page *pages, size_t count, gs_arena *arena)
{
    static const char *const heads[] = {"Page", "Kept", "Address", "Because", "Now"};
    enum { COLUMNS = sizeof heads / sizeof heads[0] };
    gs_grid_cell *cells = gs_allocate((count + 1) * COLUMNS * sizeof *cells);
    self->report.quiet = true;
    for (size_t i = 0; i < count; i++) {
        char when[GS_TIME_TEXT];
        gs_time_text((uint64_t)pages[i].at_s * 1000000, when);
        gs_trial_begin(self, pages[i].name, NULL);
        gs_buffer bytes = {0};
        gs_error error = {0};
        if (gs_read_all(pages[i].path, KEPT_BYTES, &bytes, &error))
            gs_trial_page(self, gs_buffer_view(&bytes), pages[i].url[0] ? pages[i].url : NULL, "", NULL);
        else
            gs_trial_refuse(self, error.message);
        gs_buffer_free(&bytes);
        self->failed += self->refused > 0;
        gs_report_end(&self->report);
        const char *now = self->refused > 0 ? self->reason : "is read";
        const char *texts[COLUMNS] = {gs_arena_format(arena, "%.*s", NAME_DIGITS, pages[i].name),
                                      gs_arena_format(arena, "%.16s", when), pages[i].url, pages[i].reason,
                                      gs_arena_text(arena, gs_view_of(now))};
        for (size_t c = 0; c < COLUMNS; c++)
            cells[i * COLUMNS + c] = (gs_grid_cell){.text = texts[c], .style = c == 0 ? GS_BOLD : 0};
    }
    gs_grid_print(heads, COLUMNS, cells, count);
    free(cells);
}

// The first digits of a name are enough where no other begins so.
static const kept_page *find_page(const kept_page *pages, size_t count, const char *name, gs_error *error)
{
    const kept_page *found = NULL;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(pages[i].name, name) == 0)
            return &pages[i];
        if (!gs_view_starts(gs_view_of(pages[i].name), name))
            continue;
        if (found) {
            gs_fail(error, GS_E_USAGE, "--kept %s: several pages begin so", name);
            return NULL;
        }
        found = &pages[i];
    }
    if (!found)
        gs_fail(error, GS_E_USAGE, "--kept %s: no page of that name is kept; `--kept` alone lists them",
                name);
    return found;
}

bool gs_source_test_kept(gs_trial *self, gs_error *error)
{
    const gs_source_options *options = self->options;
    gs_arena *arena = gs_arena_new(0);
    size_t count = 0;
    const kept_page *pages = list_kept(options->client.config->ingestor.store, arena, &count);
    bool ok = true;
    for (size_t i = 0; ok && i < options->operand_count; i++) {
        const kept_page *page = find_page(pages, count, options->operands[i], error);
        ok = page != NULL;
        if (ok)
            try_page(self, page);
    }
    if (options->operand_count == 0 && options->json)
        for (size_t i = 0; i < count; i++)
            try_page(self, &pages[i]);
    else if (options->operand_count == 0 && count > 0)
        print_table(self, pages, count, arena);
    else if (options->operand_count == 0)
        puts("no page is kept; the ingestor could read all");
    gs_arena_free(&arena);
    return ok;
}
