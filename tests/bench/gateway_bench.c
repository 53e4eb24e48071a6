// How fast does the gateway serve? One program makes the feed (a publisher of its own) and the read model,
// starts the daemon on one core, and asks from the other cores.
//
//   gateway [--clients N] [--rate N] [--seconds S] [--statements N] [--query Q]
//
// Streams: N clients of /api/v1/events, each given RATE events a second; the delay is from the publisher's
// send to the arrival at a client, so it holds the bus, the commit and the fan-out. Queries: answers a second
// and latencies at N statements, beside the same rows through the sqlite3 shell.
#include "gateway_bench.h"

#include <getopt.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bus/bus.h"
#include "read_model.h"

enum { PORT = 17780, BATCH = 1000, SHELL_RUNS = 50 };

typedef struct bench {
    unsigned clients, rate;
    double seconds;
    uint64_t statements;
    const char *query;
    bench_scratch scratch;
    char live[300], replay[300], store[300];
    bench_process gateway;
    uint64_t newest;
    atomic_bool publishing, stop;
    pthread_t thread;
} bench;

// ---- statements --------------------------------------------------------------------------------------

static const char *const countries[] = {"CN", "US", "RU", "JP", "IN", "BR", "TR", "DE", "EG", "CA"};
static const char *const words[] = {"tariff",    "harbour", "treaty",    "pipeline", "summit",
                                    "quota",     "border",  "ceasefire", "embassy",  "refinery",
                                    "satellite", "grain",   "railway",   "budget",   "customs",
                                    "reservoir", "talks",   "sanctions", "vaccine",  "shipyard"};

static void fill_event(gs_event *event, gs_statement *statement, gs_speaker *speaker, uint64_t number,
                       bool stamped, gs_arena *arena)
{
    const uint64_t mixed = number * UINT64_C(0x9e3779b97f4a7c15);
    char id[GS_ID_TEXT];
    gs_id_text(gs_id_of("bench", gs_view_make(&number, sizeof number), gs_view_of("")), id);
    gainsay__v1__feed_event__init(event);
    gainsay__v1__statement__init(statement);
    gainsay__v1__speaker__init(speaker);
    const char *first = words[mixed >> 40 & 15], *second = words[(mixed >> 48) % 20],
               *third = words[(mixed >> 54) % 20];
    const unsigned person = (unsigned)(mixed >> 20) % 5000;
    speaker->name = gs_arena_format(arena, "Speaker Number%u", person);
    speaker->role = (char *)"Foreign Ministry spokesperson";
    speaker->country = (char *)countries[person % 10];
    speaker->kind = GAINSAY__V1__SPEAKER__KIND__PERSON;
    speaker->official = true;
    statement->statement_id = gs_arena_text(arena, gs_view_of(id));
    statement->article_id = statement->statement_id;
    statement->url = gs_arena_format(arena, "https://news%u.example/%s", person % 200, id);
    statement->publisher = gs_arena_format(arena, "Agency %u", person % 200);
    statement->title = gs_arena_format(arena, "Minister speaks of %s and %s", first, second);
    statement->published =
        gs_arena_format(arena, "2025-%02u-%02uT10:00:00Z", 1 + (unsigned)(number / 90000) % 12,
                        1 + (unsigned)(number / 3000) % 28);
    statement->speaker = speaker;
    statement->form = GAINSAY__V1__STATEMENT__FORM__DIRECT;
    statement->act = GAINSAY__V1__STATEMENT__ACT__ASSERT;
    statement->text =
        gs_arena_format(arena, "The %s of number%llu was agreed, and the %s follows the %s this year", first,
                        (unsigned long long)(number % 100000), second, third);
    statement->cue_text = (char *)"said";
    statement->confidence = 0.9;
    if (stamped) {
        statement->venue = gs_arena_format(arena, "stamp:%016llu", (unsigned long long)gs_unix_us());
    }
    event->sequence = number;
    event->at = (char *)"2025-12-01T00:00:00.000Z";
    event->topic = (char *)"statement/-/";
    event->body_case = GAINSAY__V1__FEED_EVENT__BODY_STATEMENT;
    event->statement = statement;
}

static void fill_store(bench *self)
{
    gs_error error = {0};
    const char *reason;
    gw_read_model *model = gw_read_model_open(self->store, 1000, &reason, &error);
    gs_arena *arena = gs_arena_new(0);
    gs_buffer bytes = {0};
    bool good = model != NULL;
    const uint64_t begun = gs_monotonic_us();
    for (uint64_t number = 1; good && number <= self->statements; number++) {
        gs_event event;
        gs_statement statement;
        gs_speaker speaker;
        gs_arena_reset(arena);
        fill_event(&event, &statement, &speaker, number, false, arena);
        gs_buffer_clear(&bytes);
        gs_wire_pack(&event.base, &bytes);
        good = number % BATCH != 1 || gw_read_model_begin(model, &error);
        good = good && gw_read_model_apply(model, &event, gs_buffer_view(&bytes), &error);
        good = good &&
               ((number % BATCH != 0 && number != self->statements) || gw_read_model_commit(model, &error));
    }
    if (!good) {
        bench_fail("%s", error.message);
    }
    gw_read_model_close(&model);
    struct stat status;
    const double seconds = (double)(gs_monotonic_us() - begun) / 1e6;
    if (self->statements > 0 && stat(self->store, &status) == 0) {
        printf("read model        %llu statements in %.0f s (%.0f/s), %.0f MB, %.0f bytes each\n",
               (unsigned long long)self->statements, seconds, (double)self->statements / seconds,
               (double)status.st_size / 1e6, (double)status.st_size / (double)self->statements);
    }
    gs_buffer_free(&bytes);
    gs_arena_free(&arena);
    self->newest = self->statements;
}

// ---- the feed ----------------------------------------------------------------------------------------

static bool nothing_stored(void *context, const Gainsay__V1__ReplayRequest *request, size_t max_bytes,
                           gs_buffer *reply, gs_error *error)
{
    Gainsay__V1__ReplayReply message = GAINSAY__V1__REPLAY_REPLY__INIT;
    bench *self = context;
    (void)request;
    (void)max_bytes;
    (void)error;
    message.upto = message.newest = self->newest;
    message.first_retained = self->newest + 1;
    gs_wire_pack(&message.base, reply);
    return true;
}

static void *publish(void *context)
{
    bench *self = context;
    gs_error error = {0};
    const gs_bus_options bus_options = {.log = NULL};
    gs_bus *bus = gs_bus_new(&bus_options, &error);
    const gs_publisher_options options = {.live_endpoint = self->live,
                                          .replay_endpoint = self->replay,
                                          .shard = "bench",
                                          .subscriber_queue = 20000,
                                          .newest = self->newest,
                                          .first_retained = self->newest + 1,
                                          .source = {.replay = nothing_stored, .context = self}};
    gs_publisher *publisher = bus != NULL ? gs_publisher_new(bus, &options, &error) : NULL;
    if (publisher == NULL) {
        bench_fail("%s", error.message);
    }
    gs_arena *arena = gs_arena_new(0);
    gs_buffer bytes = {0};
    uint64_t next_us = 0;
    while (!self->stop && gs_bus_run(bus, 1, &error)) {
        const uint64_t now = gs_monotonic_us();
        if (!self->publishing || now < next_us) {
            next_us = self->publishing ? next_us : now;
            continue;
        }
        next_us += 1000000 / self->rate;
        gs_event event;
        gs_statement statement;
        gs_speaker speaker;
        gs_arena_reset(arena);
        fill_event(&event, &statement, &speaker, ++self->newest, true, arena);
        gs_buffer_clear(&bytes);
        gs_wire_pack(&event.base, &bytes);
        gs_publisher_send(publisher, event.topic, event.sequence, gs_buffer_view(&bytes));
        gs_publisher_close(publisher);
    }
    gs_publisher_free(&publisher);
    gs_bus_free(&bus);
    gs_buffer_free(&bytes);
    gs_arena_free(&arena);
    return NULL;
}

static void bind_to(size_t core)
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    sched_setaffinity(0, sizeof cores, &cores);
}

static void start_gateway(bench *self)
{
    char listen_at[64], live[400], replay[400], intake[400], control[400], store[400];
    snprintf(listen_at, sizeof listen_at, "gateway.listen=127.0.0.1:%d", PORT);
    snprintf(live, sizeof live, "connect.live=%s", self->live);
    snprintf(replay, sizeof replay, "connect.replay=%s", self->replay);
    snprintf(intake, sizeof intake, "connect.intake=ipc://%s/intake", self->scratch.path);
    snprintf(control, sizeof control, "connect.control=ipc://%s/control", self->scratch.path);
    snprintf(store, sizeof store, "gateway.store=%s", self->store);
    const char *const arguments[] = {
        "--set",       listen_at, "--set", live,    "--set", replay,  "--set",
        intake,        "--set",   control, "--set", store,   "--set", "gateway.per_minute=0",
        "--log-level", "error",   NULL};
    bind_to(0); // the daemon inherits it
    bench_start(&self->gateway, &self->scratch, "gateway", arguments, false);
    if (sysconf(_SC_NPROCESSORS_ONLN) > 1) {
        bind_to(1);
    }
    sleep(3); // until the feed is followed
}

// ---- the figures -------------------------------------------------------------------------------------

static void run_streams(bench *self)
{
    gs_histogram delay = {0};
    const uint64_t before = bench_resident(&self->gateway);
    self->publishing = true;
    sleep(1);
    const uint64_t cpu = bench_cpu_us(&self->gateway), first = self->newest, begun = gs_monotonic_us();
    const uint64_t arrived = load_streams(PORT, self->clients, self->query, self->seconds, &delay);
    const double seconds = (double)(gs_monotonic_us() - begun) / 1e6;
    const uint64_t events = self->newest - first;
    self->publishing = false;
    printf("streams           %u clients x %.0f events/s for %.0f s: %llu of %llu arrived\n", self->clients,
           (double)events / seconds, seconds, (unsigned long long)arrived,
           (unsigned long long)events * self->clients);
    printf("delivery          p50 %.1f ms, p99 %.1f ms, most %.1f ms\n",
           (double)gs_histogram_quantile(&delay, 0.5) / 1e3,
           (double)gs_histogram_quantile(&delay, 0.99) / 1e3, (double)delay.max / 1e3);
    const uint64_t after = bench_resident(&self->gateway); // it does not shrink at once
    printf("gateway           %.0f %% of its core, memory %.1f MB before, %.1f MB with the clients: %.1f KB "
           "each\n",
           (double)(bench_cpu_us(&self->gateway) - cpu) / seconds / 1e4, (double)before / 1e6,
           (double)after / 1e6, (double)(after > before ? after - before : 0) / self->clients / 1e3);
}

static double shell_us(const bench *self, const char *sql)
{
    char path[400], command[1000];
    snprintf(path, sizeof path, "%s/query.sql", self->scratch.path);
    double best = 0;
    for (int runs = 0; runs <= SHELL_RUNS;
         runs += SHELL_RUNS) { // the second time minus the start of the shell
        FILE *file = fopen(path, "w");
        for (int i = 0; file != NULL && i < (runs > 0 ? runs : 1); i++) {
            fprintf(file, "%s;\n", runs > 0 ? sql : "SELECT 1");
        }
        if (file == NULL || fclose(file) != 0) {
            bench_fail("%s cannot be written", path);
        }
        snprintf(command, sizeof command, "sqlite3 -readonly %s < %s > /dev/null", self->store, path);
        const uint64_t begun = gs_monotonic_us();
        if (system(command) != 0) {
            return 0;
        }
        const double took = (double)(gs_monotonic_us() - begun);
        best = runs > 0 ? (took - best) / runs : took;
    }
    return best;
}

#define PAGE_SQL(from, where, order)                                                                         \
    "SELECT t.row, t.id, t.updated, p.data FROM " from                                                       \
    " CROSS JOIN payloads p ON p.row = t.row WHERE " where " ORDER BY " order " DESC LIMIT 51"

static void run_queries(const bench *self)
{
    static const struct {
        const char *path, *sql;
    } queries[] = {
        {"/api/v1/statements", PAGE_SQL("statements t", "1", "t.row")},
        {"/api/v1/statements?country=CN", PAGE_SQL("statements t", "t.country IN ('CN')", "t.row")},
        {"/api/v1/statements?country=CN,US&act=assert&since=2025-02-01",
         PAGE_SQL("statements t", "+t.country IN ('CN','US') AND t.act IN (1) AND t.time >= 1738368000",
                  "t.row")},
        {"/api/v1/statements?q=harbour+treaty",
         PAGE_SQL("statements_text CROSS JOIN statements t ON t.row = statements_text.rowid",
                  "statements_text MATCH '\"harbour\" AND \"treaty\"'", "statements_text.rowid")},
        {"/api/v1/statements?q=number77&country=JP",
         PAGE_SQL("statements_text CROSS JOIN statements t ON t.row = statements_text.rowid",
                  "statements_text MATCH '\"number77\"' AND t.country IN ('JP')", "statements_text.rowid")},
        {"/api/v1/speakers?order=most&limit=50",
         "SELECT * FROM speakers t ORDER BY t.statements DESC, t.row DESC LIMIT 51"},
        {"/api/v1/days", "SELECT day, count FROM days WHERE type = 0 ORDER BY day DESC LIMIT 4000"},
    };
    printf("%-62s %9s %9s %9s %9s %9s\n", "query (50 rows a page)", "reads/s", "p50 ms", "p99 ms", "x4 p99",
           "shell ms");
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        gs_histogram one = {0}, four = {0};
        load_requests(PORT, queries[i].path, 1, 1, &(gs_histogram){.total = 0}); // warm
        load_requests(PORT, queries[i].path, 1, 3, &one);
        const double rate = load_requests(PORT, queries[i].path, 4, 3, &four);
        printf("%-62s %9.0f %9.2f %9.2f %9.2f %9.2f\n", queries[i].path, rate,
               (double)gs_histogram_quantile(&one, 0.5) / 1e3,
               (double)gs_histogram_quantile(&one, 0.99) / 1e3,
               (double)gs_histogram_quantile(&four, 0.99) / 1e3, shell_us(self, queries[i].sql) / 1e3);
        fflush(stdout);
    }
}

static void read_options(bench *self, int argc, char **argv)
{
    static const struct option options[] = {{"clients", 1, NULL, 'c'}, {"rate", 1, NULL, 'r'},
                                            {"seconds", 1, NULL, 's'}, {"statements", 1, NULL, 'n'},
                                            {"query", 1, NULL, 'q'},   {NULL, 0, NULL, 0}};
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        const uint64_t number = optarg != NULL ? strtoull(optarg, NULL, 10) : 0;
        switch (option) {
        case 'c':
            self->clients = (unsigned)number;
            break;
        case 'r':
            self->rate = number > 0 ? (unsigned)number : 1;
            break;
        case 's':
            self->seconds = (double)number;
            break;
        case 'n':
            self->statements = number;
            break;
        case 'q':
            self->query = optarg;
            break;
        default:
            bench_fail("see the head of gateway_bench.c for the options");
        }
    }
}

int main(int argc, char **argv)
{
    bench self = {.clients = 1000, .rate = 100, .seconds = 20, .query = ""};
    gs_buffer machine = {0};
    read_options(&self, argc, argv);
    bench_scratch_make(&self.scratch, NULL, BENCH_BIN);
    snprintf(self.live, sizeof self.live, "ipc://%s/live", self.scratch.path);
    snprintf(self.replay, sizeof self.replay, "ipc://%s/replay", self.scratch.path);
    snprintf(self.store, sizeof self.store, "%s/gateway.db", self.scratch.path);
    bench_machine(self.scratch.path, &machine);
    printf("%s\n", machine.data);
    gs_buffer_free(&machine);
    fill_store(&self);
    if (pthread_create(&self.thread, NULL, publish, &self) != 0) {
        bench_fail("the publisher's thread cannot be started");
    }
    start_gateway(&self);
    if (self.clients > 0) {
        run_streams(&self);
    }
    if (self.statements > 0) {
        run_queries(&self);
    }
    bench_stop(&self.gateway);
    self.stop = true;
    pthread_join(self.thread, NULL);
    bench_scratch_remove(&self.scratch);
    return 0;
}
