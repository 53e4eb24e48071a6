// gainsay extract: the statements and attributions of articles, one article at a time, each for itself.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "inputs.h"
#include "screen.h"
#include "statement/statement.h"
#include "terminal.h"

static const double min_confidence = 0.0;

typedef struct extract {
    bool json, colour;
    gs_buffer out;
} extract;

static void append_spans(gs_buffer *out, const char *name, gs_span *const *spans, size_t count)
{
    gs_buffer_format(out, "\"%s\":[", name);
    for (size_t i = 0; i < count; i++) {
        gs_buffer_format(out, "%s[%u,%u]", i == 0 ? "" : ",", spans[i]->begin, spans[i]->end);
    }
    gs_buffer_byte(out, ']');
}

// A JSON string: printed as a message's field would be, so that one place knows how to escape.
static void append_json_text(gs_buffer *out, const char *text)
{
    gs_buffer object = {0};
    gs_article holder = GAINSAY__V1__ARTICLE__INIT;
    static const char before[] = "{\"article_id\":";
    holder.article_id = (char *)text;
    gs_wire_to_json(&holder.base, &object);
    if (object.size > sizeof before) {
        gs_buffer_append(out, object.data + sizeof before - 1, object.size - sizeof before);
    } else {
        gs_buffer_text(out, "\"\"");
    }
    gs_buffer_free(&object);
}

static void append_json(gs_buffer *out, const char *id, const gs_extraction *extraction)
{
    gs_buffer_text(out, "{\"id\":");
    append_json_text(out, id);
    gs_buffer_text(out, ",\"attributions\":[");
    for (size_t i = 0; i < extraction->n_statements; i++) {
        const gs_statement *statement = extraction->statements[i];
        gs_buffer_text(out, i == 0 ? "{" : ",{");
        append_spans(out, "source", statement->source, statement->n_source);
        gs_buffer_byte(out, ',');
        append_spans(out, "cue", statement->cue, statement->n_cue);
        gs_buffer_byte(out, ',');
        append_spans(out, "content", statement->content, statement->n_content);
        gs_buffer_byte(out, '}');
    }
    gs_buffer_text(out, "],\"statements\":[");
    for (size_t i = 0; i < extraction->n_statements; i++) {
        gs_buffer_text(out, i == 0 ? "" : ",");
        gs_wire_to_json(&extraction->statements[i]->base, out);
    }
    gs_buffer_text(out, "]}\n");
}

static bool take(void *context, const gs_article *article, gs_arena *arena)
{
    extract *self = context;
    const gs_extract_options options = {.min_confidence = min_confidence};
    const gs_extraction *extraction = gs_extract(article, &options, arena);
    const char *id = article->external_id[0] != '\0' ? article->external_id : article->article_id;
    if (self->json) {
        append_json(&self->out, id, extraction);
    } else {
        gs_terminal_clean(&self->out, article->title[0] != '\0' ? article->title : id, false);
        gs_buffer_text(&self->out, "\n\n");
        for (size_t i = 0; i < extraction->n_statements; i++) {
            gs_screen_statement(&self->out, extraction->statements[i], self->colour);
            gs_buffer_byte(&self->out, '\n');
        }
    }
    fwrite(self->out.data, 1, self->out.size, stdout);
    gs_buffer_clear(&self->out);
    return true;
}

int gs_cmd_extract(int argc, char **argv)
{
    bool json = false;
    const char *input = "auto";
    gs_texts files = {0};
    gs_input kind = GS_INPUT_AUTO;
    int status = GS_EXIT_DONE;
    const gs_option options[] = {
        {"json", GS_OPTION_FLAG, &json, NULL, "one object an article: id, attributions, statements"},
        {"input", GS_OPTION_TEXT, &input, "KIND", "auto (by content), text, html or jsonl"},
    };
    const gs_usage usage = {"extract",
                            "[--json] [--input KIND] FILE…|-",
                            "Reads articles (text, HTML or JSON Lines) and prints the statements in each.",
                            "  gainsay extract article.txt",
                            options,
                            sizeof options / sizeof options[0],
                            1,
                            SIZE_MAX};
    if (gs_options_read(&usage, argc, argv, &files, &status)) {
        extract self = {.json = json, .colour = gs_screen_colour(1)};
        if (!gs_input_parse(input, &kind)) {
            fprintf(stderr, "gainsay extract: --input %s: expected auto, text, html or jsonl\n", input);
            gs_texts_free(&files);
            return GS_EXIT_USAGE;
        }
        const bool all_read = gs_inputs_read("extract", &files, kind, take, &self);
        status = all_read && fflush(stdout) == 0 ? GS_EXIT_DONE : GS_EXIT_FAILED;
        gs_buffer_free(&self.out);
    }
    gs_texts_free(&files);
    return status;
}
