// inputs: see inputs.h. Standard input and files are read whole where their kind must be told by content;
// JSON Lines files are read line by line, so a file may be larger than memory.
#include "inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PEEK_BYTES = 4096, PLACE_BYTES = PATH_MAX + 32 };

typedef struct inputs {
    const char *command;
    gs_article_taker *take;
    void *context;
    gs_arena *arena;
    bool all_read;
} inputs;

static void complain(inputs *self, const char *place, const char *reason)
{
    gs_error line = {0};
    gs_fail(&line, GS_E_INPUT, "%s: %s", place, reason);
    fprintf(stderr, "gainsay %s: %s\n", self->command, line.message);
    self->all_read = false;
}

static const char *shown_name(const char *file)
{
    return strcmp(file, "-") == 0 ? "standard input" : file;
}

static bool hand_over(inputs *self, gs_article *article, const char *place)
{
    gs_error error = {0};
    if (!gs_article_finish(article, "digest", true, gs_unix_us(), self->arena, &error)) {
        complain(self, place, error.message);
        return true;
    }
    return self->take(self->context, article, self->arena);
}

// ---- JSON Lines ------------------------------------------------------------------------------------------

static bool take_line(void *context, gs_view line, const char *place)
{
    inputs *self = context;
    gs_error error = {0};
    gs_arena_reset(self->arena);
    gs_article *article = gs_article_from_json(line, self->arena, &error);
    if (article == NULL) {
        complain(self, place, error.message);
        return true;
    }
    return hand_over(self, article, place);
}

bool gs_inputs_lines(const char *command, const char *file, gs_line_taker *take, void *context)
{
    const bool standard = strcmp(file, "-") == 0;
    const int fd = standard ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
    bool good = true;
    if (fd < 0) {
        fprintf(stderr, "gainsay %s: %s: %s\n", command, file, strerror(errno));
        return false;
    }
    gs_lines *lines = gs_lines_new(fd, 0, 0);
    for (;;) {
        gs_error error = {0};
        gs_view line;
        char place[PLACE_BYTES];
        const gs_line_result result = gs_lines_next(lines, true, &line, &error);
        snprintf(place, sizeof place, "%s:%llu", shown_name(file),
                 (unsigned long long)gs_lines_number(lines));
        if (result == GS_LINE_ERROR) {
            fprintf(stderr, "gainsay %s: %s: %s\n", command, place, error.message);
            good = false;
        }
        if (result == GS_LINE_END || (result == GS_LINE_ERROR && error.code == GS_E_IO)) {
            break;
        }
        if (result == GS_LINE_OK && gs_view_trim(line).size != 0 && !take(context, line, place)) {
            break;
        }
    }
    gs_lines_free(&lines);
    if (!standard) {
        close(fd);
    }
    return good;
}

// ---- whole files -----------------------------------------------------------------------------------------

static void take_whole(inputs *self, const char *file, gs_view content, gs_input kind)
{
    gs_error error = {0};
    const char *name = shown_name(file);
    gs_arena_reset(self->arena);
    gs_article *article = kind == GS_INPUT_HTML ? gs_article_from_html(content, NULL, self->arena, &error)
                                                : gs_article_from_text(content, name, self->arena, &error);
    if (article == NULL) {
        complain(self, name, error.message);
        return;
    }
    if (article->external_id[0] == '\0') {
        article->external_id = gs_arena_text(self->arena, gs_view_of(name));
    }
    hand_over(self, article, name);
}

// Standard input cannot be read twice: when it turns out to be JSON Lines, its lines are cut from memory.
static void take_lines_of(inputs *self, const char *file, gs_view content)
{
    uint64_t number = 0;
    while (content.size != 0) {
        char place[PLACE_BYTES];
        const char *end = memchr(content.data, '\n', content.size);
        const size_t size = end != NULL ? (size_t)(end - content.data) : content.size;
        const gs_view line = gs_view_slice(content, 0, size);
        snprintf(place, sizeof place, "%s:%llu", shown_name(file), (unsigned long long)++number);
        if (gs_view_trim(line).size != 0 && !take_line(self, line, place)) {
            return;
        }
        content = gs_view_slice(content, size + (end != NULL ? 1 : 0), content.size);
    }
}

static bool looks_like_lines(const char *file)
{
    char start[PEEK_BYTES];
    const int fd = open(file, O_RDONLY | O_CLOEXEC);
    const ssize_t size = fd >= 0 ? read(fd, start, sizeof start) : -1;
    if (fd >= 0) {
        close(fd);
    }
    return size > 0 && gs_input_guess(gs_view_make(start, (size_t)size)) == GS_INPUT_JSONL;
}

static void read_file(inputs *self, const char *file, gs_input kind)
{
    gs_error error = {0};
    gs_buffer content = {0};
    const bool standard = strcmp(file, "-") == 0;
    if (kind == GS_INPUT_JSONL || (kind == GS_INPUT_AUTO && !standard && looks_like_lines(file))) {
        self->all_read = gs_inputs_lines(self->command, file, take_line, self) && self->all_read;
        return;
    }
    if (!gs_read_all(standard ? "/dev/stdin" : file, GS_LIMIT_FILE_BYTES, &content, &error)) {
        fprintf(stderr, "gainsay %s: %s\n", self->command, error.message);
        self->all_read = false;
        gs_buffer_free(&content);
        return;
    }
    const gs_view view = gs_buffer_view(&content);
    const gs_input told = kind == GS_INPUT_AUTO ? gs_input_guess(view) : kind;
    if (told == GS_INPUT_JSONL) {
        take_lines_of(self, file, view);
    } else {
        take_whole(self, file, view, told);
    }
    gs_buffer_free(&content);
}

bool gs_inputs_read(const char *command, const gs_texts *files, gs_input kind, gs_article_taker *take,
                    void *context)
{
    inputs self = {.command = command,
                   .take = take,
                   .context = context,
                   .arena = gs_arena_new(1024 * 1024),
                   .all_read = true};
    for (size_t i = 0; i < files->count; i++) {
        read_file(&self, files->items[i], kind);
    }
    gs_arena_free(&self.arena);
    return self.all_read;
}
