// Reading the entities file. Each cell has a reader of its own in one table; everything that is not as
// documented is an error that names file, line and column, because a line that was dropped in silence would
// be looked for in vain.
#include "statement/entities.h"

#include "statement/statement.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 32, CELL_BYTES = 1000 };

typedef struct entities_reader {
    gs_holders *holders;
    gs_arena *arena; // of one line
    const char *path;
    size_t line;
    gs_error *error;
    size_t columns[COLUMNS_MAX]; // what each column of the file is: index into cells
    size_t column_count;
    gs_told told;
    bool official_given;
} entities_reader;

// ---- cells -----------------------------------------------------------------------------------------

static bool expected(entities_reader *self, const char *what, const char *found)
{
    return gs_fail(self->error, GS_E_USAGE, "expected %s, found \"%.100s\"", what, found);
}

static bool read_kind(entities_reader *self, const char *text)
{
    self->told.body = strcmp(text, "body") == 0;
    return self->told.body || !text[0] || strcmp(text, "person") == 0 ||
           expected(self, "person or body", text);
}

static bool read_country(entities_reader *self, const char *text)
{
    self->told.country = text;
    // An unknown code is its own name.
    return !text[0] || (strlen(text) == 2 && gs_country_name(text) != text) ||
           expected(self, "an ISO 3166-1 code of two capital letters, EU or UN", text);
}

static bool read_official(entities_reader *self, const char *text)
{
    self->official_given = text[0] != '\0';
    self->told.official = strcmp(text, "yes") == 0 || strcmp(text, "true") == 0;
    return self->told.official || !text[0] || strcmp(text, "no") == 0 || strcmp(text, "false") == 0 ||
           expected(self, "yes or no", text);
}

static bool read_day(entities_reader *self, const char *text, int32_t *day)
{
    gs_time time;
    int year, month, date;
    if (!text[0])
        return true;
    if (strlen(text) != 10 || !gs_time_parse(gs_view_of(text), &time))
        return expected(self, "a day as YYYY-MM-DD", text);
    gs_time_civil(time, &year, &month, &date, NULL);
    *day = (int32_t)gs_days_from_civil(year, month, date);
    return true;
}

static bool read_from(entities_reader *self, const char *text)
{
    return read_day(self, text, &self->told.from_day);
}

static bool read_until(entities_reader *self, const char *text)
{
    return read_day(self, text, &self->told.until_day);
}

static bool read_id(entities_reader *self, const char *text)
{
    self->told.entity_id = text;
    bool digits = text[0] == 'Q' && text[1] && strspn(text + 1, "0123456789") == strlen(text + 1);
    return !text[0] || digits || expected(self, "a Wikidata id such as Q22686", text);
}

static bool read_name(entities_reader *self, const char *text)
{
    self->told.name = text;
    return text[0] || gs_fail(self->error, GS_E_USAGE, "expected a name, found nothing");
}

static bool read_alias(entities_reader *self, const char *text)
{
    self->told.aliases = text;
    return true;
}

static bool read_role(entities_reader *self, const char *text)
{
    self->told.role = text;
    return true;
}

static bool read_organisation(entities_reader *self, const char *text)
{
    self->told.organisation = text;
    return true;
}

static const struct {
    const char *name;
    bool (*read)(entities_reader *, const char *text);
} cells[] = {
    {"name", read_name},
    {"alias", read_alias},
    {"kind", read_kind},
    {"role", read_role},
    {"organisation", read_organisation},
    {"country", read_country},
    {"official", read_official},
    {"from", read_from},
    {"until", read_until},
    {"id", read_id},
};
enum { CELLS = sizeof cells / sizeof cells[0] };

// ---- lines -----------------------------------------------------------------------------------------

// The text up to the next tab; rest moves past it. False at the end of the line.
static bool next_cell(gs_view *rest, bool *more, gs_view *cell)
{
    if (!*more)
        return false;
    size_t end = gs_view_find(*rest, gs_view_of("\t"), 0);
    *more = end != SIZE_MAX;
    *cell = gs_view_trim(gs_view_slice(*rest, 0, *more ? end : rest->size));
    *rest = gs_view_slice(*rest, *more ? end + 1 : rest->size, rest->size);
    return true;
}

static bool has_column(const entities_reader *self, size_t cell)
{
    for (size_t i = 0; i < self->column_count; i++)
        if (self->columns[i] == cell)
            return true;
    return false;
}

static bool read_header(entities_reader *self, gs_view line)
{
    gs_view cell;
    bool more = true;
    while (next_cell(&line, &more, &cell)) {
        size_t known = 0;
        while (known < CELLS && !gs_view_equal(cell, gs_view_of(cells[known].name)))
            known++;
        if (known == CELLS)
            return gs_fail(
                self->error, GS_E_USAGE,
                "unknown column \"%.*s\": expected name, alias, kind, role, organisation, country, "
                "official, from, until or id, parted by tabs",
                (int)(cell.size > 60 ? 60 : cell.size), cell.data);
        if (has_column(self, known))
            return gs_fail(self->error, GS_E_USAGE, "column %s is named twice", cells[known].name);
        self->columns[self->column_count++] = known;
    }
    return has_column(self, 0) || gs_fail(self->error, GS_E_USAGE, "no column is named \"name\"");
}

static bool read_line(entities_reader *self, gs_view line)
{
    size_t column = 0;
    gs_view cell;
    bool more = true;
    gs_arena_reset(self->arena);
    self->told = (gs_told){"", "", "", "", "", "", false, false, INT32_MIN, INT32_MAX};
    self->official_given = false;
    while (next_cell(&line, &more, &cell)) {
        if (column == self->column_count)
            return gs_fail(self->error, GS_E_USAGE,
                           "more cells than the %zu columns that the first line names", self->column_count);
        if (cell.size > CELL_BYTES)
            return gs_fail(self->error, GS_E_LIMIT, "%s is longer than %d bytes",
                           cells[self->columns[column]].name, CELL_BYTES);
        if (!cells[self->columns[column]].read(self, gs_arena_text(self->arena, cell)))
            return gs_fail_within(self->error, "%s", cells[self->columns[column]].name);
        column++;
    }
    gs_told *told = &self->told;
    if (!told->name[0])
        return gs_fail(self->error, GS_E_USAGE, "name: expected a name, found nothing");
    if (told->from_day > told->until_day)
        return gs_fail(self->error, GS_E_USAGE, "until: expected a day after the one in from");
    if (!self->official_given)
        told->official = told->country[0] != '\0';
    gs_holders_tell(self->holders, told);
    return true;
}

static bool read_lines(entities_reader *self, gs_view text, size_t *count)
{
    for (size_t at = 0; at < text.size;) {
        size_t end = gs_view_find(text, gs_view_of("\n"), at);
        gs_view line = gs_view_slice(text, at, end == SIZE_MAX ? text.size : end);
        at = end == SIZE_MAX ? text.size : end + 1;
        self->line++;
        gs_view trimmed = gs_view_trim(line);
        if (trimmed.size == 0 || trimmed.data[0] == '#')
            continue;
        bool header = self->column_count == 0;
        if (!header && ++*count > GS_ENTITIES_MAX)
            return gs_fail(self->error, GS_E_LIMIT, "more than %d lines", GS_ENTITIES_MAX);
        if (header ? !read_header(self, trimmed) : !read_line(self, line))
            return false;
    }
    return true;
}

bool gs_entities_read(gs_holders *holders, gs_view text, const char *path, size_t *count, gs_error *error)
{
    entities_reader reader = {.holders = holders, .path = path, .error = error};
    size_t bad = 0, taken = 0;
    if (gs_view_starts(text, "\xEF\xBB\xBF"))
        text = gs_view_slice(text, 3, text.size);
    if (!gs_utf8_valid(text, &bad)) {
        size_t line = 1;
        for (size_t i = 0; i < bad; i++)
            line += text.data[i] == '\n';
        return gs_fail(error, GS_E_USAGE, "%s, line %zu: expected UTF-8", path, line);
    }
    reader.arena = gs_arena_new(0);
    bool done = read_lines(&reader, text, &taken);
    gs_arena_free(&reader.arena);
    if (count)
        *count = taken;
    return done || gs_fail_within(error, "%s, line %zu", path, reader.line);
}

bool gs_entities_load(gs_holders *holders, const char *path, size_t *count, gs_error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return gs_fail(error, GS_E_USAGE, "%s: cannot be read: %s", path, strerror(errno));
    gs_buffer text = {0};
    size_t got = 1;
    while (got > 0 && text.size <= GS_LIMIT_FILE_BYTES) {
        gs_buffer_reserve(&text, 65536);
        got = fread(text.data + text.size, 1, 65536, file);
        text.size += got;
    }
    bool failed = ferror(file) != 0;
    fclose(file);
    bool done = failed ? gs_fail(error, GS_E_IO, "%s: reading it failed", path)
                : text.size > GS_LIMIT_FILE_BYTES
                    ? gs_fail(error, GS_E_LIMIT, "%s: larger than %d bytes", path, GS_LIMIT_FILE_BYTES)
                    : gs_entities_read(holders, gs_buffer_view(&text), path, count, error);
    gs_buffer_free(&text);
    return done;
}
