// gainsay extract: statements and attributions of articles, without looking for contradictions.
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <inttypes.h>

#include "article_input.h"
#include "client.h"
#include "commands.h"
#include "extract_page.h"
#include "extract_screen.h"
#include "screen.h"
#include "statement/statement.h"
#include "terminal.h"

typedef struct extract_job {
    bool json, colour;
    gs_extractor *extractor;
    gs_holders *holders;  // what the entities file tells; NULL without --entities
    const char *entities; // file; NULL if none
    size_t columns;       // of the terminal
    gs_page *page;        // NULL without --html
    gs_buffer out;
} extract_job;

static void write_spans(gs_buffer *out, gs_span *const *spans, size_t count)
{
    gs_buffer_byte(out, '[');
    for (size_t i = 0; i < count; i++)
        gs_buffer_format(out, "%s[%" PRIu32 ",%" PRIu32 "]", i > 0 ? "," : "", spans[i]->begin,
                         spans[i]->end);
    gs_buffer_byte(out, ']');
}

// A string in JSON: the wire's own printer does it, through a message with nothing else in it.
static void write_id(gs_buffer *out, const char *id)
{
    gs_retraction holder = GAINSAY__V1__RETRACTION__INIT;
    gs_buffer object = {0};
    holder.reason = (char *)id;
    gs_wire_to_json(&holder.base, &object);
    // {"reason":"..."}
    gs_view view = gs_buffer_view(&object);
    size_t colon = gs_view_find(view, gs_view_of(":"), 0);
    if (colon == SIZE_MAX)
        gs_buffer_text(out, "\"\"");
    else
        gs_buffer_append(out, view.data + colon + 1, view.size - colon - 2);
    gs_buffer_free(&object);
}

static void write_json(extract_job *job, const gs_article *article, const gs_extraction *extraction,
                       const gs_attribution *attributions, size_t count)
{
    gs_buffer_text(&job->out, "{\"id\":");
    write_id(&job->out, article->article_id);
    gs_buffer_text(&job->out, ",\"attributions\":[");
    for (size_t i = 0; i < count; i++) {
        gs_buffer_text(&job->out, i > 0 ? ",{\"source\":" : "{\"source\":");
        write_spans(&job->out, attributions[i].source, attributions[i].source_count);
        gs_buffer_text(&job->out, ",\"cue\":");
        write_spans(&job->out, &attributions[i].cue, 1);
        gs_buffer_text(&job->out, ",\"content\":");
        write_spans(&job->out, attributions[i].content, attributions[i].content_count);
        gs_buffer_byte(&job->out, '}');
    }
    gs_buffer_text(&job->out, "],\"statements\":[");
    for (size_t i = 0; i < extraction->n_statements; i++) {
        if (i > 0)
            gs_buffer_byte(&job->out, ',');
        gs_wire_to_json(&extraction->statements[i]->base, &job->out);
    }
    gs_buffer_text(&job->out, "]}\n");
}

static bool take(void *context, const gs_article *article, gs_arena *arena, gs_error *error)
{
    extract_job *job = context;
    bool ok = true;
    gs_attribution *attributions;
    size_t count;
    gs_extraction *extraction =
        gs_extract_with_attributions(job->extractor, article, NULL, arena, &attributions, &count);
    if (job->holders)
        gs_holders_resolve(job->holders, extraction, arena);
    if (job->json)
        write_json(job, article, extraction, attributions, count);
    if (!job->json || job->page) {
        const gs_marked *marked = gs_marked_new(article, extraction, arena);
        if (job->page)
            ok = gs_page_add(job->page, marked, arena, error);
        else
            gs_extract_screen(&job->out, marked, job->columns, job->colour, arena);
    }
    if (job->out.size > 0)
        fwrite(job->out.data, 1, job->out.size, stdout);
    gs_buffer_clear(&job->out);
    return ok;
}

static bool open_entities(extract_job *job, gs_error *error)
{
    if (!job->entities)
        return true;
    job->holders = gs_holders_new(GS_HOLDERS_MAX);
    return gs_entities_load(job->holders, job->entities, NULL, error);
}

// Reads the articles and shows them; with --html, on a page.
static int extract(extract_job *job, const char *html, const gs_texts *files, gs_input input)
{
    gs_error error = {0};
    gs_model *model = NULL;
    if (!open_entities(job, &error) || (html && !(job->page = gs_page_open(html, &error)))) {
        gs_holders_free(&job->holders);
        return gs_complain("extract", &error);
    }
    job->extractor = gs_extractor_open("extract", &model);
    if (!job->extractor) {
        gs_page_close(&job->page);
        gs_holders_free(&job->holders);
        return GS_EXIT_USAGE;
    }
    int status = gs_articles_read("extract", files, input, take, job);
    if (job->page && !gs_page_write(job->page, &error))
        status = gs_complain("extract", &error);
    gs_page_close(&job->page);
    gs_extractor_free(&job->extractor);
    gs_holders_free(&job->holders);
    gs_model_close(&model);
    return gs_finish_output("extract", status);
}

int gs_cmd_extract(int argc, char **argv)
{
    extract_job job = {0};
    const char *kind = "auto", *html = NULL;
    gs_texts files = {0};
    const gs_option options[] = {
        {"json", GS_OPTION_FLAG, &job.json, NULL,
         "one object an article: id, attributions (byte spans), statements"},
        {"html", GS_OPTION_TEXT, &html, "FILE",
         "a page to look at: texts with their statements marked, speakers, statements"},
        {"entities", GS_OPTION_TEXT, &job.entities, "FILE",
         "people, bodies and office-holders of your own; see gainsay.yaml(5)"},
        {"input", GS_OPTION_TEXT, &kind, "KIND", "auto, text, html or jsonl (default: told by content)"},
    };
    const gs_usage usage = {
        "extract",
        "[--json] [--html FILE] [--entities FILE] [--input KIND] FILE…|-",
        "Reads articles and shows each with its statements marked where they stand, who made them\n"
        "and what is known of each; in colour on a terminal, unless NO_COLOR is set. Contradictions\n"
        "are not looked for; `gainsay digest` does that.",
        "  gainsay extract article.txt\n"
        "  gainsay extract --html statements.html articles.jsonl\n"
        "  gainsay extract --json articles.jsonl",
        options,
        sizeof options / sizeof options[0],
        1,
        SIZE_MAX};
    int status = GS_EXIT_DONE;
    gs_input input = GS_INPUT_AUTO;
    if (gs_options_read(&usage, argc, argv, &files, &status)) {
        job.colour = gs_screen_colour(STDOUT_FILENO);
        job.columns = gs_terminal_columns(STDOUT_FILENO);
        if (gs_input_parse(kind, &input)) {
            status = extract(&job, html, &files, input);
        } else {
            fprintf(stderr, "gainsay extract: --input %s: expected auto, text, html or jsonl\n", kind);
            status = GS_EXIT_USAGE;
        }
    }
    gs_buffer_free(&job.out);
    gs_texts_free(&files);
    return status;
}
