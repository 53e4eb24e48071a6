// One measured run: fresh stores, the real daemons, a subscriber in this process that listens on the live
// feed as any client does, and at the end the processor time that each process has spent.
//
// The throughput run counts from the fork of the ingestor, whose JSON Lines file is already written, to the
// arrival of the last statement. In the latency run a child writes stamped articles into the ingestor's
// standard input at absolute times, so that a slow pipeline is not spared by a writer that waits for it.
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bus/bus.h"
#include "pipeline.h"

enum { SILENCE_S = 30, WARM_UP = 20, TURN_MS = 200 };

typedef struct run {
    const pipeline_options *options;
    pipeline_result *result;
    bench_scratch scratch;
    char config[BENCH_PATH];
    bench_process processes[2 + PIPELINE_EXTRACTORS]; // aggregator, ingestor, extractors
    size_t process_count;
    gs_log log;
    gs_bus *bus;
    gs_subscriber *subscriber;
    uint64_t own_cpu_us;   // of this process when the run began
    bench_load load;       // of the machine, then
    uint64_t sample_every; // articles
    bool timed;            // titles carry stamps
} run;

static uint64_t own_cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000u +
           (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void write_config(run *self, const char *source)
{
    const char *directory = self->scratch.path;
    FILE *file = fopen(self->config, "w");
    if (!file) {
        bench_fail("%s: %s", self->config, strerror(errno));
    }
    fprintf(file,
            "ingestor:\n  work: ipc://%s/work\n  store: %s/ingestor.db\n  sources:\n    - id: bench\n%s",
            directory, directory, source);
    fprintf(file, "extractor:\n  no_op: true\naggregator:\n  store: %s/aggregator.db\n", directory);
    static const char *const endpoints[] = {"intake", "live", "replay", "retry", "control"};
    for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        fprintf(file, "  %s: ipc://%s/%s\n", endpoints[i], directory, endpoints[i]);
    }
    fprintf(file, "log:\n  level: warn\n");
    if (fclose(file) != 0) {
        bench_fail("%s: %s", self->config, strerror(errno));
    }
}

static void start(run *self, const char *kind, const char *name, bool piped)
{
    const char *arguments[] = {"--config", self->config, "--name", name, NULL};
    bench_start(&self->processes[self->process_count++], &self->scratch, kind, arguments, piped);
}

static void take_sample(run *self)
{
    pipeline_result *result = self->result;
    pipeline_sample *sample = &result->samples[result->sample_count++];
    sample->articles = result->statements;
    for (size_t i = 0; i < self->process_count; i++) {
        sample->resident[i] = bench_resident(&self->processes[i]);
    }
}

static void on_event(void *context, const gs_event *event, gs_view bytes)
{
    run *self = context;
    pipeline_result *result = self->result;
    (void)bytes;
    if (event->body_case != GAINSAY__V1__FEED_EVENT__BODY_STATEMENT) {
        result->other++;
        return;
    }
    result->statements++;
    if (self->sample_every && result->statements % self->sample_every == 0 &&
        result->sample_count < PIPELINE_SAMPLES) {
        take_sample(self);
    }
    uint64_t stamp_us = 0;
    if (self->timed && result->statements > WARM_UP &&
        bench_article_stamp(event->statement->title, &stamp_us)) {
        gs_histogram_add(&result->latency, gs_unix_us() - stamp_us);
    }
}

static void open_subscriber(run *self)
{
    gs_error error = {0};
    char live[BENCH_PATH], replay[BENCH_PATH];
    snprintf(live, sizeof live, "ipc://%s/live", self->scratch.path);
    snprintf(replay, sizeof replay, "ipc://%s/replay", self->scratch.path);
    gs_log_init(&self->log, "bench");
    gs_bus_options bus_options = {.log = &self->log};
    self->bus = gs_bus_new(&bus_options, &error);
    gs_subscriber_options options = {
        .live_endpoint = live, .replay_endpoint = replay, .event = on_event, .context = self};
    self->subscriber = self->bus ? gs_subscriber_new(self->bus, &options, &error) : NULL;
    if (!self->subscriber) {
        bench_fail("subscriber: %s", error.message);
    }
}

// Serves the subscriber until so many statements are in; a feed that is silent for long ends the benchmark.
static void receive(run *self, uint64_t statements)
{
    gs_error error = {0};
    uint64_t seen = self->result->statements, moved_us = gs_monotonic_us();
    while (self->result->statements < statements) {
        if (!gs_bus_run(self->bus, TURN_MS, &error)) {
            bench_fail("subscriber: %s", error.message);
        }
        uint64_t now = gs_monotonic_us();
        if (self->result->statements != seen) {
            seen = self->result->statements;
            moved_us = now;
        } else if (now - moved_us > SILENCE_S * 1000000u) {
            bench_fail("nothing came for %d s after %" PRIu64 " of %" PRIu64 " statements; logs are in %s",
                       SILENCE_S, seen, statements, self->scratch.path);
        }
    }
}

static void open_run(run *self, const pipeline_options *options, pipeline_result *result)
{
    *self = (run){.options = options, .result = result};
    *result = (pipeline_result){0};
    bench_scratch_make(&self->scratch, options->directory, options->bin);
    snprintf(self->config, sizeof self->config, "%s/gainsay.yaml", self->scratch.path);
}

static void start_workers(run *self)
{
    start(self, "aggregator", "aggregator", false);
    for (uint32_t i = 0; i < self->options->extractors; i++) {
        char name[32];
        snprintf(name, sizeof name, "extractor%" PRIu32, i + 1);
        start(self, "extractor", name, false);
    }
    open_subscriber(self);
    gs_error error = {0};
    while (!gs_subscriber_caught_up(self->subscriber)) { // connected, and nothing can be missed from here
        if (!gs_bus_run(self->bus, TURN_MS, &error)) {
            bench_fail("subscriber: %s", error.message);
        }
    }
    self->own_cpu_us = own_cpu_us();
    self->load = bench_load_now();
}

// What of the machine's time went neither to us nor to idleness. The kernel's own threads (writing to disk,
// say) are counted as others.
static double share_of_others(const run *self)
{
    bench_load now = bench_load_now();
    uint64_t ours = 0;
    for (size_t i = 0; i < self->result->cost_count; i++) {
        ours += self->result->costs[i].cpu_us;
    }
    uint64_t taken = now.busy_us + now.stolen_us - self->load.busy_us - self->load.stolen_us;
    uint64_t all = now.all_us - self->load.all_us;
    return taken > ours && all > 0 ? (double)(taken - ours) / (double)all : 0;
}

static void close_run(run *self)
{
    pipeline_result *result = self->result;
    for (size_t i = 0; i < self->process_count; i++) {
        pipeline_cost *cost = &result->costs[result->cost_count++];
        *cost = (pipeline_cost){.cpu_us = bench_cpu_us(&self->processes[i]),
                                .resident = bench_resident(&self->processes[i])};
        snprintf(cost->name, sizeof cost->name, "%s", self->processes[i].name);
    }
    pipeline_cost *own = &result->costs[result->cost_count++];
    *own = (pipeline_cost){
        .name = "subscriber", .cpu_us = own_cpu_us() - self->own_cpu_us, .resident = gs_memory_resident()};
    result->others = share_of_others(self);
    result->replays = gs_subscriber_replays(self->subscriber);
    gs_subscriber_free(&self->subscriber);
    gs_bus_free(&self->bus);
    for (size_t i = self->process_count; i > 0; i--) {
        bench_stop(&self->processes[i - 1]);
    }
    if (self->options->keep) {
        fprintf(stderr, "kept %s\n", self->scratch.path);
    } else {
        bench_scratch_remove(&self->scratch);
    }
}

void pipeline_throughput(const pipeline_options *options, pipeline_result *result)
{
    run self;
    open_run(&self, options, result);
    char articles[BENCH_PATH], source[2 * BENCH_PATH];
    snprintf(articles, sizeof articles, "%s/articles.jsonl", self.scratch.path);
    snprintf(source, sizeof source, "      kind: jsonl\n      path: %s\n", articles);
    write_config(&self, source);
    bench_articles_write(articles, options->articles);
    sync(); // the file is not what is measured
    if (options->memory) {
        self.sample_every = options->articles / 10 ? options->articles / 10 : 1;
    }
    start_workers(&self);
    uint64_t begin = gs_monotonic_us();
    start(&self, "ingestor", "ingestor", false);
    receive(&self, options->articles);
    result->seconds = (double)(gs_monotonic_us() - begin) / 1e6;
    result->articles_per_s = (double)options->articles / result->seconds;
    close_run(&self);
}

// Writes count articles, the i-th at begin + i / rate, whatever the pipe does.
static _Noreturn void write_paced(int fd, uint64_t count, uint32_t rate)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct timespec begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    char line[BENCH_ARTICLE_BYTES];
    for (uint64_t number = 0; number < count; number++) {
        uint64_t offset_ns = number * 1000000000u / rate + (uint64_t)begin.tv_nsec;
        struct timespec moment = {.tv_sec = begin.tv_sec + (time_t)(offset_ns / 1000000000u),
                                  .tv_nsec = (long)(offset_ns % 1000000000u)};
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL) == EINTR) {
            continue;
        }
        bench_article(line, number, gs_unix_us());
        for (size_t written = 0; written < sizeof line;) {
            ssize_t size = write(fd, line + written, sizeof line - written);
            if (size <= 0) {
                _exit(1);
            }
            written += (size_t)size;
        }
    }
    _exit(0);
}

void pipeline_latency(const pipeline_options *options, pipeline_result *result)
{
    run self;
    open_run(&self, options, result);
    write_config(&self, "      kind: stdin\n");
    self.timed = true;
    start_workers(&self);
    start(&self, "ingestor", "ingestor", true);
    uint64_t count = (uint64_t)options->rate * options->seconds + WARM_UP;
    uint64_t begin = gs_monotonic_us();
    bench_process *ingestor = &self.processes[self.process_count - 1];
    pid_t writer = fork();
    if (writer < 0) {
        bench_fail("fork: %s", strerror(errno));
    }
    if (writer == 0) {
        write_paced(ingestor->input, count, options->rate);
    }
    receive(&self, count);
    result->seconds = (double)(gs_monotonic_us() - begin) / 1e6;
    result->articles_per_s = (double)count / result->seconds;
    int status = 0;
    waitpid(writer, &status, 0);
    if (status != 0) {
        bench_fail("the writer ended with status %d", status);
    }
    close_run(&self);
}
