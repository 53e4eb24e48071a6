// gainsay status: how each daemon is doing, as it last told the aggregator.
//
// The table has the figures that an operator looks for first, at most 80 columns wide; --all prints
// everything that the daemons report, by name, so that a counter added tomorrow shows without a change here.
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "status_table.h"

typedef struct status_options {
    gs_client client;
    bool json, all, watch;
} status_options;

static bool ask_and_print(status_options *self, gs_error *error)
{
    const Gainsay__V1__ControlReply *reply = gs_status_ask(&self->client, error);
    if (!reply)
        return false;
    if (self->json) {
        gs_buffer line = {0};
        gs_wire_to_json(&reply->base, &line);
        puts(line.data);
        gs_buffer_free(&line);
    } else {
        if (self->watch && isatty(STDOUT_FILENO))
            fputs("\033[H\033[J", stdout);
        gs_status_print(reply, self->all);
    }
    return true;
}

// Asks once a second until interrupted. An aggregator that is away for a moment is told and asked again.
static int watch(status_options *self)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    const struct timespec second = {.tv_sec = 1};
    while (fflush(stdout) == 0 && !ferror(stdout)) {
        if (sigtimedwait(&signals, NULL, &second) >= 0)
            return GS_EXIT_DONE;
        gs_error error = {0};
        gs_arena_reset(self->client.arena);
        if (!ask_and_print(self, &error))
            gs_complain("status", &error);
    }
    return GS_EXIT_DONE;
}

static int run(status_options *self)
{
    gs_error error = {0};
    if (self->watch) { // before the bus starts threads, which inherit the mask
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGINT);
        sigaddset(&signals, SIGTERM);
        sigprocmask(SIG_BLOCK, &signals, NULL);
    }
    if (!gs_client_open(&self->client, &error) || !ask_and_print(self, &error))
        return gs_complain("status", &error);
    return self->watch ? watch(self) : GS_EXIT_DONE;
}

int gs_cmd_status(int argc, char **argv)
{
    status_options self = {.client = {.command = "status"}};
    gs_texts operands = {0};
    const gs_option options[] = {
        {"all", GS_OPTION_FLAG, &self.all, NULL, "every counter and latency under the table"},
        {"watch", GS_OPTION_FLAG, &self.watch, NULL, "again each second, until Ctrl-C"},
        {"json", GS_OPTION_FLAG, &self.json, NULL, "the aggregator's answer, one ControlReply a line"},
        GS_CLIENT_OPTIONS(self.client),
    };
    const gs_usage usage = {
        "status",
        "[--all] [--watch] [--json]",
        "Asks the aggregator how each daemon is doing: articles a second, articles that wait, second\n"
        "deliveries, dead letters, half and 99 % of the latencies (the aggregator's are from ingest to\n"
        "feed), memory." GS_CLIENT_ABOUT,
        NULL,
        options,
        sizeof options / sizeof options[0],
        0,
        0};
    int status = GS_EXIT_DONE;
    if (gs_options_read(&usage, argc, argv, &operands, &status))
        status = gs_finish_output("status", run(&self));
    gs_client_close(&self.client);
    gs_texts_free(&operands);
    return status;
}
