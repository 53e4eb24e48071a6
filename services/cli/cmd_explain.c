// gainsay explain: how a contradiction or a dispute came about: from the aggregator's store, which may be in
// use (it is only read), or from a file of events as `gainsay digest --json` and `gainsay tail --json` print
// them.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "commands.h"
#include "explain.h"
#include "screen.h"
#include "source/source.h"
#include "store/store.h"
#include "terminal.h"

enum { REPLAY_BYTES = 4 << 20 };

typedef void (*take_event)(gs_explained *self, const gs_event *event);

typedef struct explain_job {
    gs_client client;
    const char *store_path, *file, *where; // where: what is searched, for messages
    bool json;
    gs_explained explained;
    gs_store *store;
} explain_job;

// ---- a file of events ------------------------------------------------------------------------------

// The file has to be read twice, so it cannot be a pipe.
static bool read_events(explain_job *job, take_event take, gs_error *error)
{
    int fd = open(job->file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return gs_fail(error, GS_E_IO, "cannot read %s: %s", job->file, strerror(errno));
    if (lseek(fd, 0, SEEK_CUR) < 0) {
        close(fd);
        return gs_fail(error, GS_E_INPUT, "%s is no file: events are read twice, so save them in one first",
                       job->file);
    }
    gs_arena *arena = gs_arena_new(0);
    gs_lines *lines = gs_lines_new(fd, 0, 0);
    gs_view line;
    bool ok = true;
    for (gs_line_result result; ok && (result = gs_lines_next(lines, true, &line, error)) != GS_LINE_END;) {
        ok = result == GS_LINE_OK;
        gs_arena_reset(arena);
        if (!ok || gs_view_trim(line).size == 0)
            continue;
        const gs_event *event =
            (const gs_event *)gs_wire_from_json(&gainsay__v1__feed_event__descriptor, line, arena, error);
        ok = event != NULL;
        if (ok)
            take(&job->explained, event);
    }
    if (!ok)
        gs_fail_within(error, "%s:%" PRIu64, job->file, gs_lines_number(lines));
    gs_lines_free(&lines);
    gs_arena_free(&arena);
    close(fd);
    return ok;
}

// ---- a store ---------------------------------------------------------------------------------------

static bool replay_events(explain_job *job, take_event take, gs_error *error)
{
    static const char *const topics[] = {"contradiction/", "dispute/", "retraction/"};
    Gainsay__V1__ReplayRequest request = GAINSAY__V1__REPLAY_REQUEST__INIT;
    request.topics = (char **)topics; // only read
    request.n_topics = sizeof topics / sizeof topics[0];
    gs_arena *arena = gs_arena_new(0);
    gs_buffer reply = {0};
    bool ok = true, more = true;
    while (ok && more) {
        gs_buffer_clear(&reply);
        gs_arena_reset(arena);
        ok = gs_feed_replay(job->store, &request, REPLAY_BYTES, &reply, error);
        const Gainsay__V1__ReplayReply *events =
            ok ? (const Gainsay__V1__ReplayReply *)gs_wire_unpack(&gainsay__v1__replay_reply__descriptor,
                                                                  gs_buffer_view(&reply), arena, error)
               : NULL;
        ok = events != NULL;
        for (size_t i = 0; ok && i < events->n_events; i++)
            take(&job->explained, events->events[i]);
        more = ok && events->upto < events->newest && events->upto > request.after;
        request.after = ok ? events->upto : 0;
    }
    gs_buffer_free(&reply);
    gs_arena_free(&arena);
    return ok;
}

// What retention has left in the tables when the events are gone.
static bool get_stored(explain_job *job, gs_error *error)
{
    gs_explained *explained = &job->explained;
    gs_id id;
    if (!gs_id_parse(gs_view_of(explained->wanted), &id) || gs_explained_is_found(explained))
        return true;
    if (!gs_contradiction_get(job->store, id, explained->arena, &explained->contradiction, error) ||
        (!explained->contradiction &&
         !gs_dispute_get(job->store, id, explained->arena, &explained->dispute, error)))
        return false;
    // A question that was never told by itself is part of a dispute.
    const gs_dispute *note = explained->dispute;
    return !note || !gs_id_parse(gs_view_of(note->merged_into), &id) ||
           gs_dispute_get(job->store, id, explained->arena, &explained->dispute, error);
}

static bool get_statement(explain_job *job, const gs_statement *told, gs_statement **now, gs_error *error)
{
    gs_id id;
    return !told || !gs_id_parse(gs_view_of(told->statement_id), &id) ||
           gs_statement_get(job->store, id, job->explained.arena, now, error);
}

static bool read_store(explain_job *job, gs_error *error)
{
    gs_explained *explained = &job->explained;
    job->store = gs_store_open_reader(job->store_path, GS_STORE_AGGREGATOR, error);
    if (!job->store || !replay_events(job, gs_explained_find, error) || !get_stored(job, error))
        return false;
    if (!gs_explained_is_found(explained))
        return true;
    if (!replay_events(job, gs_explained_follow, error))
        return false;
    const gs_contradiction *pair = explained->contradiction;
    return !pair || (get_statement(job, pair->a, &explained->a, error) &&
                     get_statement(job, pair->b, &explained->b, error));
}

// ---- the command -----------------------------------------------------------------------------------

static bool check_id(const char *id, gs_error *error)
{
    size_t digits = strspn(id, "0123456789abcdef");
    if (id[digits] != '\0' || digits < GS_EXPLAIN_DIGITS || digits > GS_ID_TEXT - 1)
        return gs_fail(
            error, GS_E_USAGE,
            "%s: not an id; a contradiction's or dispute's has 32 hexadecimal digits, of which the "
            "first %d are enough",
            id, GS_EXPLAIN_DIGITS);
    return true;
}

static bool open_and_read(explain_job *job, gs_error *error)
{
    if (job->file) {
        job->where = job->file;
        return read_events(job, gs_explained_find, error) &&
               (!gs_explained_is_found(&job->explained) || read_events(job, gs_explained_follow, error));
    }
    if (!job->store_path) {
        if (!gs_client_configure(&job->client, error))
            return false;
        job->store_path = job->client.config->aggregator.store;
    }
    job->where = job->store_path;
    return read_store(job, error);
}

static bool explain(explain_job *job, gs_error *error)
{
    if (!check_id(job->explained.wanted, error))
        return false;
    if (job->file && job->store_path)
        return gs_fail(error, GS_E_USAGE, "either a file of events or --store, not both");
    if (!open_and_read(job, error))
        return false;
    if (!gs_explained_is_found(&job->explained))
        return gs_fail(error, GS_E_INPUT, "no contradiction or dispute %s in %s", job->explained.wanted,
                       job->where);
    if (job->explained.ambiguous)
        return gs_fail(error, GS_E_INPUT, "more than one id in %s begins with %s: give more digits",
                       job->where, job->explained.wanted);
    gs_buffer out = {0};
    if (job->json)
        gs_explained_json(&job->explained, &out);
    else
        gs_explained_screen(&job->explained, &out, gs_terminal_columns(STDOUT_FILENO),
                            gs_screen_colour(STDOUT_FILENO));
    fwrite(out.data, 1, out.size, stdout);
    gs_buffer_free(&out);
    return true;
}

int gs_cmd_explain(int argc, char **argv)
{
    explain_job job = {.client = {.command = "explain"}};
    gs_texts operands = {0};
    gs_error error = {0};
    const gs_option options[] = {
        {"json", GS_OPTION_FLAG, &job.json, NULL,
         "one object: contradiction, a, b, dispute, retraction, history"},
        {"store", GS_OPTION_TEXT, &job.store_path, "PATH",
         "the aggregator's store (default: that of the configuration)"},
        GS_CLIENT_OPTIONS(job.client),
    };
    const gs_usage usage = {
        "explain",
        "[--json] [--store PATH] ID [EVENTS.jsonl]",
        "Shows how a contradiction, or a dispute, came about: both statements with their articles, the\n"
        "places they were read from and what was read of the speakers; what they are to each other and\n"
        "the words that show it; the dispute, and all that the feed told of it, retractions too. It reads\n"
        "the aggregator's store, which may be in use, or a file of events. The first 8 digits of the ID\n"
        "are enough." GS_CLIENT_ABOUT,
        "  gainsay explain 5a0c11e8\n"
        "  gainsay digest --json articles.jsonl > events.jsonl; gainsay explain 5a0c11e8 events.jsonl",
        options,
        sizeof options / sizeof options[0],
        1,
        2};
    int status = GS_EXIT_DONE;
    if (gs_options_read(&usage, argc, argv, &operands, &status)) {
        job.explained.arena = gs_arena_new(0);
        job.explained.wanted = operands.items[0];
        job.file = operands.count > 1 ? operands.items[1] : NULL;
        if (!explain(&job, &error))
            status = gs_complain("explain", &error);
        status = gs_finish_output("explain", status);
        if (job.store)
            gs_store_close(&job.store);
        gs_arena_free(&job.explained.arena);
    }
    gs_client_close(&job.client);
    gs_texts_free(&operands);
    return status;
}
