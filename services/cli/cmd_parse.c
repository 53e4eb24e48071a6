// gainsay parse: what lib/lang reads in a text, as CoNLL-U: for scoring it, and for looking why a statement
// was read as it was.
//
// With --one-sentence-per-line the input is plain text, streamed in pieces of whole lines, so that its size
// does not matter; otherwise articles are read as everywhere.
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "article_input.h"
#include "client.h"
#include "commands.h"
#include "lang/lang.h"

enum { PIECE_BYTES = 256 * 1024 };

typedef struct parse_job {
    gs_lang *lang;
    gs_arena *arena;
    gs_buffer out;
    gs_conllu_place before; // of the file under reading
} parse_job;

static void write_parse(parse_job *job, gs_view text, gs_lang_division division)
{
    gs_arena_reset(job->arena);
    const gs_parse *parse = gs_lang_parse(job->lang, text, division, job->arena);
    gs_lang_write_conllu(job->lang, parse, job->before, &job->out);
    job->before.sentences += parse->sentence_count;
    job->before.bytes += text.size;
    fwrite(job->out.data, 1, job->out.size, stdout);
    gs_buffer_clear(&job->out);
}

static bool take(void *context, const gs_article *article, gs_arena *arena, gs_error *error)
{
    parse_job *job = context;
    (void)arena;
    (void)error;
    gs_buffer_format(&job->out, "# newdoc id = %s\n", article->article_id);
    job->before = (gs_conllu_place){0};
    write_parse(job, gs_view_of(article->text), GS_LANG_PARAGRAPHS);
    return true;
}

static bool fill(int fd, gs_buffer *buffer, bool *end, gs_error *error)
{
    gs_buffer_reserve(buffer, PIECE_BYTES);
    ssize_t size;
    do
        size = read(fd, buffer->data + buffer->size, PIECE_BYTES);
    while (size < 0 && errno == EINTR);
    if (size < 0)
        return gs_fail(error, GS_E_IO, "cannot read: %s", strerror(errno));
    *end = size == 0;
    buffer->size += (size_t)size;
    return true;
}

static bool parse_lines(parse_job *job, int fd, gs_error *error)
{
    gs_buffer buffer = {0};
    job->before = (gs_conllu_place){0};
    bool end = false, good = true;
    while (good && !end) {
        good = fill(fd, &buffer, &end, error);
        size_t whole = buffer.size;
        while (!end && whole > 0 && buffer.data[whole - 1] != '\n')
            whole--;
        if (good && whole == 0 && buffer.size > GS_LIMIT_FILE_BYTES)
            good = gs_fail(error, GS_E_LIMIT, "a line is longer than %d bytes", GS_LIMIT_FILE_BYTES);
        if (!good || whole == 0)
            continue;
        write_parse(job, gs_view_make(buffer.data, whole), GS_LANG_LINES);
        memmove(buffer.data, buffer.data + whole, buffer.size - whole);
        buffer.size -= whole;
    }
    gs_buffer_free(&buffer);
    return good;
}

static int parse_line_files(parse_job *job, const gs_texts *files)
{
    int status = GS_EXIT_DONE;
    for (size_t i = 0; i < files->count; i++) {
        const char *file = files->items[i];
        gs_error error = {0};
        int fd = strcmp(file, "-") == 0 ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
        bool good = fd >= 0 ? parse_lines(job, fd, &error)
                            : gs_fail(&error, GS_E_IO, "cannot open: %s", strerror(errno));
        if (!good) {
            gs_fail_within(&error, "%s", file);
            gs_complain("parse", &error);
            status = GS_EXIT_FAILED;
        }
        if (fd > STDIN_FILENO)
            close(fd);
    }
    return status;
}

static int parse(const gs_texts *files, bool lines, gs_input input, const char *model_path)
{
    gs_error error = {0};
    gs_model *model = gs_model_open(model_path, &error);
    parse_job job = {.lang = model ? gs_lang_new(model, &error) : NULL};
    int status = GS_EXIT_USAGE;
    if (!job.lang) {
        gs_complain("parse", &error);
    } else {
        job.arena = gs_arena_new(0);
        status = lines ? parse_line_files(&job, files) : gs_articles_read("parse", files, input, take, &job);
        status = gs_finish_output("parse", status);
    }
    gs_buffer_free(&job.out);
    gs_arena_free(&job.arena);
    gs_lang_free(&job.lang);
    gs_model_close(&model);
    return status;
}

int gs_cmd_parse(int argc, char **argv)
{
    bool lines = false;
    const char *kind = "auto", *model = NULL;
    gs_texts files = {0};
    const gs_option options[] = {
        {"one-sentence-per-line", GS_OPTION_FLAG, &lines, NULL, "each line of plain text is one sentence"},
        {"input", GS_OPTION_TEXT, &kind, "KIND", "auto, text, html or jsonl (default: told by content)"},
        {"model", GS_OPTION_TEXT, &model, "FILE",
         "the language model (default: $GAINSAY_MODEL, or beside the program)"},
    };
    const gs_usage usage = {
        "parse",
        "[--one-sentence-per-line] [--input KIND] [--model FILE] FILE…|-",
        "Reads texts and prints their sentences, words, tags, lemmas, syntax and names as CoNLL-U\n"
        "(universaldependencies.org/format.html). Names and byte offsets are in the last column.",
        "  gainsay parse article.txt\n"
        "  echo 'Talks took place.' | gainsay parse --one-sentence-per-line -",
        options,
        sizeof options / sizeof options[0],
        1,
        SIZE_MAX};
    int status = GS_EXIT_DONE;
    gs_input input = GS_INPUT_AUTO;
    if (gs_options_read(&usage, argc, argv, &files, &status)) {
        if (gs_input_parse(kind, &input)) {
            status = parse(&files, lines, input, model);
        } else {
            fprintf(stderr, "gainsay parse: --input %s: expected auto, text, html or jsonl\n", kind);
            status = GS_EXIT_USAGE;
        }
    }
    gs_texts_free(&files);
    return status;
}
