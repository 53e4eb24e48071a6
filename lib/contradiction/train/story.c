// Reading the project's own annotated stories: a line an article, a statement or a pair, its fields parted by
// bars.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

enum { FIELDS = 10 };

typedef struct story_reader {
    cd_stream *stream;
    const char *path;
    size_t line;
    char *name;
    bool paired;       // a pair was read
    cd_stream_row row; // of the article that is being read
    char *fields[FIELDS];
    size_t count;
} story_reader;

static bool wrong(const story_reader *self, gs_error *error, const char *what)
{
    return gs_fail(error, GS_E_INPUT, "%s:%zu: %s", self->path, self->line, what);
}

// "-" is an empty field.
static void split(story_reader *self, char *line)
{
    line[strcspn(line, "\r\n")] = '\0';
    self->count = 0;
    for (char *at = line; at && self->count < FIELDS;) {
        char *end = strstr(at, " | ");
        if (end)
            *end = '\0';
        self->fields[self->count++] =
            gs_arena_text(self->stream->arena, strcmp(at, "-") == 0 ? gs_view_make("", 0) : gs_view_of(at));
        at = end ? end + 3 : NULL;
    }
}

static char *qualified(const story_reader *self, const char *id)
{
    return gs_arena_format(self->stream->arena, "%s/%s", self->name, id);
}

static cd_said *said_in(const story_reader *self, size_t field)
{
    return cd_stream_find(self->stream, qualified(self, self->fields[field]));
}

static bool take_statement(story_reader *self, gs_error *error)
{
    char **f = self->fields;
    if (!self->row.article)
        return wrong(self, error, "a statement before the first article");
    cd_stream_row row = self->row;
    row.id = qualified(self, f[0]);
    row.topic = (char *)"";
    row.speaker = f[1];
    row.role = f[2];
    row.organisation = f[3];
    row.country = f[4];
    row.official = strcmp(f[5], "o") == 0;
    row.said_on = f[6];
    row.cue = f[7];
    row.text = f[8];
    if (cd_stream_find(self->stream, row.id))
        return wrong(self, error, "a statement of that name came before");
    cd_stream_add(self->stream, &row);
    return true;
}

static bool take_pair(story_reader *self, gs_error *error)
{
    cd_said *a = said_in(self, 1), *b = said_in(self, 2);
    if (!a || !b || a == b)
        return wrong(self, error, "a pair of statements that are not there");
    bool same = strcmp(self->fields[0], "same") == 0;
    if (same && self->paired)
        return wrong(self, error, "\"same\" after a pair that it might change");
    self->paired |= !same;
    if (same)
        b->utterance = a->utterance;
    else if (strcmp(self->fields[0], "near") == 0)
        cd_stream_add_pair(&self->stream->near_misses, a, b);
    else
        cd_stream_add_pair(&self->stream->contradictions, a, b);
    return true;
}

static bool take_line(story_reader *self, gs_error *error)
{
    const char *kind = self->fields[0];
    if (strcmp(kind, "story") == 0 && self->count == 2 && !self->name) {
        self->name = self->fields[1];
        return cd_stream_story(self->stream, self->name, &self->row.story) ||
               wrong(self, error, "more stories than are read");
    }
    if (!self->name)
        return wrong(self, error, "the first line is not \"story | NAME\"");
    if (strcmp(kind, "article") == 0 && self->count == 5) {
        self->row.article = qualified(self, self->fields[1]);
        self->row.published = self->fields[2];
        self->row.title = self->fields[4];
        return true;
    }
    if ((strcmp(kind, "same") == 0 && self->count == 3) || (strcmp(kind, "near") == 0 && self->count == 4) ||
        (strcmp(kind, "contradicts") == 0 && self->count == 6))
        return take_pair(self, error);
    return self->count == 9 ? take_statement(self, error) : wrong(self, error, "not a line of a story");
}

static bool read_story(cd_stream *stream, const char *path, gs_error *error)
{
    story_reader self = {.stream = stream, .path = path};
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;
    bool good = file || gs_fail(error, GS_E_IO, "cannot read %s: %s", path, strerror(errno));
    while (good && getline(&line, &capacity, file) > 0) {
        self.line++;
        split(&self, line);
        good = self.fields[0][0] == '#' || (self.count == 1 && !self.fields[0][0]) || take_line(&self, error);
    }
    free(line);
    if (file)
        fclose(file);
    return good;
}

static int is_story(const struct dirent *entry)
{
    const char *end = strrchr(entry->d_name, '.');
    return end && strcmp(end, ".txt") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

bool cd_stories_read(cd_stream *self, const char *directory, gs_error *error)
{
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, is_story, by_name);
    bool good = count >= 0 || gs_fail(error, GS_E_IO, "cannot read %s: %s", directory, strerror(errno));
    for (int i = 0; i < count; i++) {
        if (good)
            good =
                read_story(self, gs_arena_format(self->arena, "%s/%s", directory, entries[i]->d_name), error);
        free(entries[i]);
    }
    free(entries);
    return good;
}
