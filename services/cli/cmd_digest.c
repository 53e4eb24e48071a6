// gainsay digest: articles in; statements, contradictions and disputes out, without a daemon. What the
// running system would put into its feed for the same articles, in the same order, by the same code.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "inputs.h"
#include "memory_ledger.h"
#include "screen.h"

enum { WINDOW_DAYS = 90, FLUSH_BYTES = 64 * 1024 };
static const double min_score = 0.5;
static const double min_confidence = 0.3;

typedef struct digest {
    bool json, colour;
    gs_ledger *ledger;
    gs_buffer statements;     // text for people: statements first,
    gs_buffer contradictions; // contradictions and disputes at the end
    bool failed;
} digest;

static void flush(gs_buffer *text)
{
    fwrite(text->data, 1, text->size, stdout);
    gs_buffer_clear(text);
}

static void on_event(void *context, const gs_event *event)
{
    digest *self = context;
    const bool is_statement = event->body_case == GAINSAY__V1__FEED_EVENT__BODY_STATEMENT ||
                              event->body_case == GAINSAY__V1__FEED_EVENT__BODY_STATEMENT_UPDATE;
    if (self->json) {
        gs_wire_to_json(&event->base, &self->statements);
        gs_buffer_byte(&self->statements, '\n');
    } else {
        gs_screen_event(is_statement ? &self->statements : &self->contradictions, event, self->colour);
    }
    if (self->statements.size >= FLUSH_BYTES) {
        flush(&self->statements);
    }
}

static bool take(void *context, const gs_article *article, gs_arena *arena)
{
    digest *self = context;
    gs_error error = {0};
    const gs_extract_options options = {.min_confidence = min_confidence};
    const gs_extraction *extraction = gs_extract(article, &options, arena);
    // An article that comes again may have changed; the ledger looks for what it no longer says.
    if (!gs_ledger_apply(self->ledger, extraction, true, arena, &error)) {
        fprintf(stderr, "gainsay digest: %s: %s\n", article->article_id, error.message);
        self->failed = true;
    }
    return true;
}

int gs_cmd_digest(int argc, char **argv)
{
    bool json = false;
    const char *input = "auto";
    gs_texts files = {0};
    gs_input kind = GS_INPUT_AUTO;
    int status = GS_EXIT_DONE;
    const gs_option options[] = {
        {"json", GS_OPTION_FLAG, &json, NULL, "one FeedEvent a line, as protobuf's JSON mapping"},
        {"input", GS_OPTION_TEXT, &input, "KIND", "auto (by content), text, html or jsonl"},
    };
    const gs_usage usage = {"digest",
                            "[--json] [--input KIND] FILE…|-",
                            "Reads articles (text, HTML or JSON Lines) and prints who said what, and which\n"
                            "statements contradict each other.",
                            "  gainsay digest deploy/sample/stream.jsonl",
                            options,
                            sizeof options / sizeof options[0],
                            1,
                            SIZE_MAX};
    if (gs_options_read(&usage, argc, argv, &files, &status)) {
        if (!gs_input_parse(input, &kind)) {
            fprintf(stderr, "gainsay digest: --input %s: expected auto, text, html or jsonl\n", input);
            gs_texts_free(&files);
            return GS_EXIT_USAGE;
        }
        digest self = {.json = json, .colour = gs_screen_colour(1)};
        gs_memory_ledger *memory = gs_memory_ledger_new(on_event, &self);
        const gs_ledger_store store = gs_memory_ledger_store(memory);
        self.ledger = gs_ledger_new(&store, WINDOW_DAYS, min_score);
        const bool all_read = gs_inputs_read("digest", &files, kind, take, &self);
        flush(&self.statements);
        flush(&self.contradictions);
        status = all_read && !self.failed && fflush(stdout) == 0 ? GS_EXIT_DONE : GS_EXIT_FAILED;
        gs_ledger_free(&self.ledger);
        gs_memory_ledger_free(&memory);
        gs_buffer_free(&self.statements);
        gs_buffer_free(&self.contradictions);
    }
    gs_texts_free(&files);
    return status;
}
