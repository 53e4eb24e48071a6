// gainsay up: all daemons in one terminal.
//
// This file says what runs and with which arguments; up_plan.c makes the configuration, supervisor.c keeps
// the processes running. The daemons are the same programs with the same options as under systemd.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "commands.h"
#include "supervisor.h"
#include "up_plan.h"

enum {
    EXTRACTORS_DEFAULT = 2,
    EXTRACTORS_MOST = 256,
    // So many looks in a row with nothing to do, and --once ends: longer than the ingestor takes to look at a
    // source again, or to take a last line without a newline for whole.
    QUIET_LOOKS = 5,
    ASK_MS = 500,
};

enum { STOP_INGESTOR, STOP_EXTRACTORS, STOP_AGGREGATOR, STOP_TAIL };

typedef struct up {
    const char *config_path, *directory, *log_level, *log_format;
    gs_texts overrides, sources;
    uint64_t extractors;
    bool sample, tail, json, once, web;
    char *sample_path; // owned
    gs_up_plan plan;
    gs_log log;
    gs_supervisor *supervisor; // owned
    gs_client client;          // --once asks the aggregator through it
    unsigned quiet_looks;
    uint64_t activity; // sum of all counters at the last look
} up;

// Arguments that every daemon gets. --set is passed on, so it holds for all.
static void add_daemon(up *self, const char *program, const char *name, unsigned stop_step)
{
    char *path = gs_up_program(&self->plan, program);
    gs_texts arguments = {0};
    gs_texts_add(&arguments, path);
    gs_texts_add(&arguments, "--config");
    gs_texts_add(&arguments, self->plan.config_path);
    if (name) {
        gs_texts_add(&arguments, "--name");
        gs_texts_add(&arguments, name);
    }
    for (size_t i = 0; i < self->overrides.count; i++) {
        gs_texts_add(&arguments, "--set");
        gs_texts_add(&arguments, self->overrides.items[i]);
    }
    gs_texts_add(&arguments, "--log-level");
    gs_texts_add(&arguments, self->log_level);
    if (self->log_format) {
        gs_texts_add(&arguments, "--log-format");
        gs_texts_add(&arguments, self->log_format);
    }
    gs_texts_add(&arguments, NULL);
    const gs_child_options options = {.name = name ? name : program + strlen("gainsay-"),
                                      .arguments = arguments.items,
                                      .stop_step = stop_step,
                                      .keeps_stdin = stop_step == STOP_INGESTOR};
    gs_supervisor_add(self->supervisor, &options);
    gs_texts_free(&arguments);
    free(path);
}

// The viewer is a process of its own, with a state file, so that one that is started again repeats nothing.
static void add_tail(up *self)
{
    char *path = gs_up_program(&self->plan, "gainsay");
    gs_buffer state = {0};
    gs_buffer_format(&state, "%s/tail.state", self->plan.directory);
    unlink(state.data); // each `up` shows the feed from its beginning
    gs_texts arguments = {0};
    const char *const fixed[] = {path,      "tail", "--config", self->plan.config_path,
                                 "--since", "0",    "--state",  state.data};
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        gs_texts_add(&arguments, fixed[i]);
    for (size_t i = 0; i < self->overrides.count; i++) {
        gs_texts_add(&arguments, "--set");
        gs_texts_add(&arguments, self->overrides.items[i]);
    }
    if (self->json)
        gs_texts_add(&arguments, "--json");
    gs_texts_add(&arguments, NULL);
    const gs_child_options options = {
        .name = "tail", .arguments = arguments.items, .stop_step = STOP_TAIL, .ends_all = true};
    gs_supervisor_add(self->supervisor, &options);
    gs_texts_free(&arguments);
    gs_buffer_free(&state);
    free(path);
}

static void add_children(up *self)
{
    add_daemon(self, "gainsay-aggregator", NULL, STOP_AGGREGATOR);
    add_daemon(self, "gainsay-ingestor", NULL, STOP_INGESTOR);
    for (uint64_t i = 1; i <= self->extractors; i++) {
        char name[32];
        snprintf(name, sizeof name, "extractor-%" PRIu64, i);
        add_daemon(self, "gainsay-extractor", name, STOP_EXTRACTORS);
    }
    if (self->web)
        add_daemon(self, "gainsay-gateway", NULL, STOP_TAIL);
    if (self->tail)
        add_tail(self);
}

static uint64_t read_gauge(const gs_status *report, const char *name)
{
    for (size_t i = 0; i < report->n_gauges; i++)
        if (strcmp(report->gauges[i]->name, name) == 0)
            return report->gauges[i]->value;
    return 0;
}

// Has the ingestor reported, does nothing wait anywhere, and has nothing been counted since the last look?
static bool is_quiet(up *self, const Gainsay__V1__ControlReply *reply)
{
    static const char *const waiting[] = {"backlog", "leased", "pending"};
    bool quiet = false;
    uint64_t activity = 0;
    for (size_t i = 0; i < reply->n_reports; i++)
        for (size_t j = 0; j < reply->reports[i]->n_counters; j++)
            activity += reply->reports[i]->counters[j]->value;
    for (size_t i = 0; i < reply->n_reports; i++)
        quiet = quiet || strcmp(reply->reports[i]->daemon, "ingestor") == 0;
    for (size_t i = 0; i < reply->n_reports; i++)
        for (size_t j = 0; j < sizeof waiting / sizeof waiting[0]; j++)
            quiet = quiet && read_gauge(reply->reports[i], waiting[j]) == 0;
    quiet = quiet && activity == self->activity;
    self->activity = activity;
    return quiet;
}

// --once: ends when, look after look, everything that was read has come through.
static bool look_for_end(void *context)
{
    up *self = context;
    Gainsay__V1__ControlRequest request = GAINSAY__V1__CONTROL_REQUEST__INIT;
    Gainsay__V1__ControlRequest__Status ask = GAINSAY__V1__CONTROL_REQUEST__STATUS__INIT;
    request.ask_case = GAINSAY__V1__CONTROL_REQUEST__ASK_STATUS;
    request.status = &ask;
    gs_error error = {0};
    gs_arena_reset(self->client.arena);
    const Gainsay__V1__ControlReply *reply = gs_control_ask(
        self->client.bus, self->client.config->connect.control, &request, ASK_MS, self->client.arena, &error);
    self->quiet_looks = reply && is_quiet(self, reply) ? self->quiet_looks + 1 : 0;
    return self->quiet_looks >= QUIET_LOOKS;
}

static bool make_plan(up *self, gs_error *error)
{
    if (self->config_path) {
        if (self->sample || self->sources.count > 0 || self->directory)
            return gs_fail(
                error, GS_E_USAGE,
                "--config names the directory and the sources; leave out --sample, --directory and PATHs");
        return gs_up_plan_use(&self->plan, self->config_path, &self->overrides, error);
    }
    if (self->sample) {
        self->sample_path = gs_up_share_path("sample/stream.jsonl");
        if (!self->sample_path)
            return gs_fail(
                error, GS_E_USAGE,
                "the sample stream is not installed (share/gainsay/sample/stream.jsonl beside bin/)");
        gs_texts_add(&self->sources, self->sample_path);
    }
    return gs_up_plan_make(&self->plan, self->directory ? self->directory : GS_UP_DIRECTORY, &self->sources,
                           error);
}

static void greet(up *self)
{
    if (!self->config_path && self->sources.count == 0)
        gs_warn(&self->log,
                "there are no sources: name files, directories or addresses of feeds, or say --sample");
    const bool found = !self->config_path && !self->directory;
    char see[512];
    snprintf(see, sizeof see, "gainsay tail%s%s", found ? "" : " --config ",
             found ? "" : self->plan.config_path);
    gs_info(&self->log, "starting; stop with Ctrl-C", gs_str("directory", self->plan.directory),
            gs_str("feed_elsewhere", see));
}

static bool prepare(up *self, gs_error *error)
{
    if (self->extractors == 0 || self->extractors > EXTRACTORS_MOST)
        return gs_fail(error, GS_E_USAGE, "--extractors: a number from 1 to %d", EXTRACTORS_MOST);
    if (!self->log_level)
        self->log_level = self->tail ? "warn" : "info";
    gs_log_init(&self->log, "up");
    if (strcmp(self->log_level, "warn") == 0 || strcmp(self->log_level, "error") == 0)
        self->log.level = GS_WARN;
    if (self->log_format && strcmp(self->log_format, "json") == 0)
        self->log.format = GS_LOG_JSON;
    if (!make_plan(self, error))
        return false;
    self->supervisor = gs_supervisor_new(&self->log, error);
    if (!self->supervisor)
        return false;
    if (!self->once)
        return true;
    self->client.command = "up";
    self->client.config_path = self->plan.config_path;
    for (size_t i = 0; i < self->overrides.count; i++)
        gs_texts_add(&self->client.overrides, self->overrides.items[i]);
    return gs_client_open(&self->client, error);
}

static int run(up *self)
{
    gs_error error = {0};
    if (!prepare(self, &error))
        return gs_complain("up", &error);
    add_children(self);
    greet(self);
    return gs_supervisor_run(self->supervisor, self->once ? look_for_end : NULL, self);
}

static void tidy(up *self)
{
    gs_supervisor_free(&self->supervisor);
    gs_client_close(&self->client);
    gs_up_plan_free(&self->plan);
    free(self->sample_path);
    gs_texts_free(&self->overrides);
    gs_texts_free(&self->sources);
}

int gs_cmd_up(int argc, char **argv)
{
    up self = {.extractors = EXTRACTORS_DEFAULT, .plan = {.lock_fd = -1}};
    const gs_option options[] = {
        {"sample", GS_OPTION_FLAG, &self.sample, NULL, "read the sample news stream that comes with Gainsay"},
        {"tail", GS_OPTION_FLAG, &self.tail, NULL, "show the feed here, from its beginning"},
        {"web", GS_OPTION_FLAG, &self.web, NULL, "serve it over HTTP too (default: http://127.0.0.1:7780)"},
        {"json", GS_OPTION_FLAG, &self.json, NULL, "with --tail: one FeedEvent a line"},
        {"once", GS_OPTION_FLAG, &self.once, NULL, "end when all that was read has come through"},
        {"extractors", GS_OPTION_NUMBER, &self.extractors, "N", "how many extractors (default: 2)"},
        {"directory", GS_OPTION_TEXT, &self.directory, "DIR",
         "stores and sockets go there (default: gainsay-run)"},
        {"config", GS_OPTION_TEXT, &self.config_path, "FILE", "your own configuration, with its own sources"},
        {"set", GS_OPTION_TEXTS, &self.overrides, "KEY=VALUE", "one setting, for all daemons"},
        {"log-level", GS_OPTION_TEXT, &self.log_level, "LEVEL",
         "debug, info, warn, error (default: info; warn with --tail)"},
        {"log-format", GS_OPTION_TEXT, &self.log_format, "FORMAT", "logfmt or json"},
    };
    const gs_usage usage = {
        "up",
        "[--sample] [--tail] [--web] [PATH|URL|-]…",
        "Starts an aggregator, an ingestor and extractors in this terminal, starts again what dies, and\n"
        "stops them in order at Ctrl-C. Sources are files (text, HTML, JSON Lines), directories that are\n"
        "watched, addresses of RSS or Atom feeds, and - for JSON Lines on standard input. From the same\n"
        "directory, `gainsay tail` and `gainsay status` in another terminal find it by themselves.",
        "  gainsay up --sample --tail\n"
        "  gainsay up articles/ https://example.org/feed.xml\n"
        "  gainsay up --config /etc/gainsay/gainsay.yaml --extractors 4",
        options,
        sizeof options / sizeof options[0],
        0,
        SIZE_MAX};
    int status = GS_EXIT_DONE;
    if (gs_options_read(&usage, argc, argv, &self.sources, &status))
        status = run(&self);
    tidy(&self);
    return status;
}
