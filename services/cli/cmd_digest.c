// gainsay digest: what the daemons do, in one process and in memory: articles in, statements and
// contradictions out.
//
// With --json each event is printed as it happens, in the feed's order. For a person, everything that still
// stands at the end is printed: all statements, then the disputes, each with its contradictions.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "article_input.h"
#include "client.h"
#include "commands.h"
#include "contradiction/contradiction.h"
#include "screen.h"

enum { WINDOW_DAYS = 30, CONTRADICTIONS_SHOWN = 8 };

typedef struct digest_job {
    bool json, colour;
    gs_memory_store *store;
    gs_judge *judge;
    gs_ledger *ledger;
    gs_holders *holders;
    const char *entities; // file; NULL if none
    gs_extractor *extractor;
    gs_buffer out;
    gs_id *order; // statements in the order in which they were first told
    size_t order_count, order_capacity;
} digest_job;

static void flush(digest_job *job)
{
    if (job->out.size > 0)
        fwrite(job->out.data, 1, job->out.size, stdout);
    gs_buffer_clear(&job->out);
}

static void on_event(void *context, const gs_event *event)
{
    digest_job *job = context;
    gs_id id;
    if (job->json) {
        gs_wire_to_json(&event->base, &job->out);
        gs_buffer_byte(&job->out, '\n');
        flush(job);
        return;
    }
    if (event->body_case != GAINSAY__V1__FEED_EVENT__BODY_STATEMENT ||
        !gs_id_parse(gs_view_of(event->statement->statement_id), &id))
        return;
    if (job->order_count == job->order_capacity) {
        job->order_capacity = job->order_capacity ? job->order_capacity * 2 : 256;
        job->order = gs_reallocate(job->order, job->order_capacity * sizeof *job->order);
    }
    job->order[job->order_count++] = id;
}

static bool take(void *context, const gs_article *article, gs_arena *arena, gs_error *error)
{
    digest_job *job = context;
    gs_extraction *extraction = gs_extract(job->extractor, article, NULL, arena);
    bool known = gs_memory_store_note_article(job->store, article->article_id);
    gs_holders_learn(job->holders, extraction);
    gs_holders_keep(job->holders);
    gs_holders_resolve(job->holders, extraction, arena);
    return gs_holders_trim(job->holders, NULL, NULL, error) &&
           gs_ledger_apply(job->ledger, extraction, known, arena, error);
}

static void print_statements(digest_job *job, const gs_ledger_store *store)
{
    gs_arena *arena = gs_arena_new(0);
    gs_error error = {0};
    for (size_t i = 0; i < job->order_count; i++) {
        gs_statement *statement = NULL;
        gs_arena_reset(arena);
        if (store->statement_get(store->context, job->order[i], arena, &statement, &error) && statement)
            gs_screen_statement(&job->out, statement, job->colour);
        flush(job);
    }
    gs_arena_free(&arena);
}

// The dispute, and under it each of its contradictions in a line or two.
static void print_dispute(digest_job *job, const gs_ledger_store *store, const gs_dispute *dispute,
                          gs_arena *arena)
{
    gs_error error = {0};
    gs_screen_dispute(&job->out, dispute, job->colour);
    for (size_t i = 0; i < dispute->n_contradiction_ids; i++) {
        gs_id id;
        gs_contradiction *contradiction = NULL;
        if (i == CONTRADICTIONS_SHOWN) {
            gs_buffer_format(&job->out, "  and %zu more\n\n", dispute->n_contradiction_ids - i);
            break;
        }
        if (gs_id_parse(gs_view_of(dispute->contradiction_ids[i]), &id) &&
            store->contradiction_get(store->context, id, arena, &contradiction, &error) && contradiction)
            gs_screen_why(&job->out, contradiction, job->colour);
    }
    gs_buffer_byte(&job->out, '\n');
    flush(job);
}

typedef struct dispute_list {
    gs_dispute **items; // in the arena, by the time of their first statement
    size_t count;
} dispute_list;

static int compare_disputes(const void *a, const void *b)
{
    const gs_dispute *left = *(gs_dispute *const *)a, *right = *(gs_dispute *const *)b;
    int order = strcmp(left->first_seen, right->first_seen);
    return order ? order : strcmp(left->dispute_id, right->dispute_id);
}

// Without the notes that lead from a question to the dispute that it is part of.
static dispute_list list_disputes(digest_job *job, gs_arena *arena)
{
    const gs_ledger_store store = gs_memory_store_functions(job->store);
    gs_error error = {0};
    size_t count;
    gs_id *ids = gs_memory_store_list(job->store, GS_MEMORY_DISPUTES, arena, &count);
    dispute_list list = {gs_arena_alloc(arena, (count + 1) * sizeof(gs_dispute *)), 0};
    for (size_t i = 0; i < count; i++) {
        gs_dispute *dispute = NULL;
        if (store.dispute_get(store.context, ids[i], arena, &dispute, &error) && dispute &&
            !dispute->merged_into[0])
            list.items[list.count++] = dispute;
    }
    if (list.count > 1)
        qsort(list.items, list.count, sizeof(gs_dispute *), compare_disputes);
    return list;
}

static void print_disputes(digest_job *job, const gs_ledger_store *store)
{
    gs_arena *list_arena = gs_arena_new(0), *arena = gs_arena_new(0);
    dispute_list list = list_disputes(job, list_arena);
    for (size_t i = 0; i < list.count; i++) {
        gs_arena_reset(arena);
        print_dispute(job, store, list.items[i], arena);
    }
    gs_arena_free(&arena);
    gs_arena_free(&list_arena);
}

static void summarise(digest_job *job)
{
    gs_arena *arena = gs_arena_new(0);
    size_t statements, contradictions, disputes;
    gs_memory_store_list(job->store, GS_MEMORY_STATEMENTS, arena, &statements);
    gs_memory_store_list(job->store, GS_MEMORY_CONTRADICTIONS, arena, &contradictions);
    disputes = list_disputes(job, arena).count;
    printf("%zu statement%s, %zu contradiction%s, %zu dispute%s\n", statements, statements == 1 ? "" : "s",
           contradictions, contradictions == 1 ? "" : "s", disputes, disputes == 1 ? "" : "s");
    gs_arena_free(&arena);
}

static int digest(digest_job *job, const gs_texts *files, gs_input input)
{
    gs_model *model = NULL;
    gs_error error = {0};
    job->holders = gs_holders_new(GS_HOLDERS_MAX);
    if (job->entities && !gs_entities_load(job->holders, job->entities, NULL, &error))
        gs_complain("digest", &error);
    else
        job->extractor = gs_extractor_open("digest", &model);
    job->judge = job->extractor ? gs_judge_new(model, &error) : NULL;
    if (!job->judge) {
        if (job->extractor)
            gs_complain("digest", &error);
        gs_extractor_free(&job->extractor);
        gs_model_close(&model);
        gs_holders_free(&job->holders);
        return GS_EXIT_USAGE;
    }
    job->colour = gs_screen_colour(STDOUT_FILENO);
    job->store = gs_memory_store_new(on_event, job);
    gs_ledger_store functions = gs_memory_store_functions(job->store);
    job->ledger = gs_ledger_new(&functions, job->judge, WINDOW_DAYS, 0.5);
    int status = gs_articles_read("digest", files, input, take, job);
    if (!job->json) {
        print_statements(job, &functions);
        print_disputes(job, &functions);
        summarise(job);
    }
    gs_ledger_free(&job->ledger);
    gs_judge_free(&job->judge);
    gs_memory_store_free(&job->store);
    gs_holders_free(&job->holders);
    gs_extractor_free(&job->extractor);
    gs_model_close(&model);
    return gs_finish_output("digest", status);
}

int gs_cmd_digest(int argc, char **argv)
{
    digest_job job = {0};
    const char *kind = "auto";
    gs_texts files = {0};
    const gs_option options[] = {
        {"json", GS_OPTION_FLAG, &job.json, NULL,
         "one feed event a line, as `gainsay tail --json` prints them"},
        {"entities", GS_OPTION_TEXT, &job.entities, "FILE",
         "people, offices and bodies to know beforehand; see gainsay.yaml(5)"},
        {"input", GS_OPTION_TEXT, &kind, "KIND", "auto, text, html or jsonl (default: told by content)"},
    };
    const gs_usage usage = {"digest",
                            "[--json] [--entities FILE] [--input KIND] FILE…|-",
                            "Reads articles and prints who said what in them, and which of these statements\n"
                            "contradict each other. Nothing is stored and no daemon is needed.",
                            "  gainsay digest article.txt\n"
                            "  cat articles.jsonl | gainsay digest --json -",
                            options,
                            sizeof options / sizeof options[0],
                            1,
                            SIZE_MAX};
    int status = GS_EXIT_DONE;
    gs_input input = GS_INPUT_AUTO;
    if (gs_options_read(&usage, argc, argv, &files, &status)) {
        if (gs_input_parse(kind, &input)) {
            status = digest(&job, &files, input);
        } else {
            fprintf(stderr, "gainsay digest: --input %s: expected auto, text, html or jsonl\n", kind);
            status = GS_EXIT_USAGE;
        }
    }
    gs_buffer_free(&job.out);
    free(job.order);
    gs_texts_free(&files);
    return status;
}
