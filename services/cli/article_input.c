// Articles out of files. JSON Lines are read line by line and may be of any length; text and HTML are read
// whole. Where the kind is told by content, standard input is copied into memory first, so that it can be
// looked at.
#include "article_input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client.h"

enum { GUESS_BYTES = 4096, COPY_BYTES = 64 * 1024 };

typedef struct input_reader {
    const char *command;
    const char *name; // of the file, for messages and ids
    gs_article_taker take;
    void *context;
    gs_arena *arena;
    int status;
} input_reader;

static void complain(input_reader *reader, const gs_error *error)
{
    gs_complain(reader->command, error);
    reader->status = GS_EXIT_FAILED;
}

static bool finish_and_take(input_reader *reader, gs_article *article, gs_error *error)
{
    return article && gs_article_finish(article, "cli", true, gs_unix_us(), reader->arena, error) &&
           reader->take(reader->context, article, reader->arena, error);
}

static void read_lines(input_reader *reader, int fd)
{
    gs_lines *lines = gs_lines_new(fd, 0, 0);
    for (;;) {
        gs_view line;
        gs_error error = {0};
        gs_line_result result = gs_lines_next(lines, true, &line, &error);
        if (result == GS_LINE_END)
            break;
        if (result == GS_LINE_WAIT)
            continue;
        bool ok = result == GS_LINE_OK;
        if (ok && gs_view_trim(line).size == 0)
            continue;
        gs_arena_reset(reader->arena);
        ok = ok && finish_and_take(reader, gs_article_from_json(line, reader->arena, &error), &error);
        if (ok)
            continue;
        gs_fail_within(&error, "%s:%" PRIu64, reader->name, gs_lines_number(lines));
        complain(reader, &error);
        if (result == GS_LINE_ERROR && error.code == GS_E_IO)
            break;
    }
    gs_lines_free(&lines);
}

static void read_whole(input_reader *reader, const char *path, gs_input input)
{
    gs_error error = {0};
    gs_buffer bytes = {0};
    gs_arena_reset(reader->arena);
    bool ok = gs_read_all(path, GS_LIMIT_FILE_BYTES, &bytes, &error);
    gs_article *article = NULL;
    if (ok && input == GS_INPUT_HTML) {
        article = gs_article_from_html(gs_buffer_view(&bytes), NULL, reader->arena, &error);
        if (article && !article->external_id[0])
            article->external_id = gs_arena_text(reader->arena, gs_view_of(reader->name));
    } else if (ok) {
        article = gs_article_from_text(gs_buffer_view(&bytes), reader->name, reader->arena, &error);
    }
    if (!finish_and_take(reader, article, &error)) {
        if (!strstr(error.message, reader->name))
            gs_fail_within(&error, "%s", reader->name);
        complain(reader, &error);
    }
    gs_buffer_free(&bytes);
}

// Standard input, where it cannot be read twice, as a file in memory. -1 with an error.
static int copy_to_memory(int from, gs_error *error)
{
    char block[COPY_BYTES];
    size_t total = 0;
    int fd = memfd_create("gainsay-input", MFD_CLOEXEC);
    if (fd < 0) {
        gs_fail(error, GS_E_IO, "cannot make room for standard input: %s", strerror(errno));
        return -1;
    }
    for (;;) {
        ssize_t got = read(from, block, sizeof block);
        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            break;
        total += got > 0 ? (size_t)got : 0;
        if (got < 0 || total > GS_LIMIT_FILE_BYTES || write(fd, block, (size_t)got) != got) {
            if (total > GS_LIMIT_FILE_BYTES)
                gs_fail(error, GS_E_LIMIT,
                        "standard input is longer than %d MiB; give --input jsonl to read it line by line",
                        GS_LIMIT_FILE_BYTES / 1024 / 1024);
            else
                gs_fail(error, GS_E_IO, "cannot read standard input: %s", strerror(errno));
            close(fd);
            return -1;
        }
    }
    return fd;
}

static gs_input guess(int fd)
{
    char head[GUESS_BYTES];
    ssize_t got = pread(fd, head, sizeof head, 0);
    return gs_input_guess(gs_view_make(head, got > 0 ? (size_t)got : 0));
}

static void read_file(input_reader *reader, const char *file, gs_input input)
{
    gs_error error = {0};
    bool standard = strcmp(file, "-") == 0;
    reader->name = standard ? "standard input" : file;
    int fd = standard ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        gs_fail(&error, GS_E_IO, "cannot read %s: %s", file, strerror(errno));
        complain(reader, &error);
        return;
    }
    if (standard && input != GS_INPUT_JSONL) {
        fd = copy_to_memory(STDIN_FILENO, &error);
        if (fd < 0) {
            complain(reader, &error);
            return;
        }
    }
    if (input == GS_INPUT_AUTO)
        input = guess(fd);
    if (input == GS_INPUT_JSONL) {
        if (fd != STDIN_FILENO)
            lseek(fd, 0, SEEK_SET);
        read_lines(reader, fd);
    } else {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        read_whole(reader, standard ? path : file, input);
    }
    if (fd != STDIN_FILENO)
        close(fd);
}

int gs_articles_read(const char *command, const gs_texts *files, gs_input input, gs_article_taker take,
                     void *context)
{
    input_reader reader = {.command = command, .take = take, .context = context, .arena = gs_arena_new(0)};
    for (size_t i = 0; i < files->count; i++)
        read_file(&reader, files->items[i], input);
    gs_arena_free(&reader.arena);
    return reader.status;
}

gs_extractor *gs_extractor_open(const char *command, gs_model **model)
{
    gs_error error = {0};
    *model = gs_model_open(NULL, &error);
    gs_extractor *extractor = *model ? gs_extractor_new(*model, &error) : NULL;
    if (!extractor) {
        gs_complain(command, &error);
        gs_model_close(model);
    }
    return extractor;
}
