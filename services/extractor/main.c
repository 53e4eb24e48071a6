// gainsay-extractor: takes articles from ingestors by credit, finds the statements in them, and hands these
// to the aggregator.
//
// It keeps nothing on disk. An article is settled towards its ingestor only when the aggregator has
// acknowledged what came of it, so this process may die at any moment: whatever it held is handed out
// again. Scale by running more of them. All work is done between two turns of one event loop; an article
// that hangs it silences its sign of life, and the ingestor then gives the article to another worker.
#include <stdlib.h>
#include <string.h>

#include "bus/bus.h"
#include "statement/statement.h"

enum {
    RESEND_US = 5 * 1000 * 1000,
    DRAIN_US = 10 * 1000 * 1000,
    REPORT_US = 1000 * 1000,
    WINDOWS_PENDING = 4, // results that may wait for the aggregator, in windows
};

typedef struct extractor {
    gs_daemon daemon;
    gs_bus *bus;
    gs_sink *sink;
    gs_worker **workers; // one for each ingestor, the last for the aggregator's retry queue
    size_t worker_count;
    gs_model *model;
    gs_extractor *reader;
    gs_arena *arena;      // of the article at hand
    gs_buffer packed;     // of the result at hand
    const char *crash_on; // fault injection for tests: abort on an article with this text
    bool paused;
    uint64_t reported_us; // monotonic
    uint64_t articles, statements, failed, dead_letters;
    gs_histogram extract_time;
    gs_rate rate;
} extractor;

static const char usage[] =
    "Takes articles from the ingestors, finds statements, delivers them to the aggregator.\n"
    "Run as many as you like; each needs a --name of its own.\n";

static size_t worker_index(const extractor *self, const gs_worker *worker)
{
    size_t index = 0;
    while (index < self->worker_count && self->workers[index] != worker) {
        index++;
    }
    return index;
}

static void send_result(extractor *self, gs_worker *worker, gs_id id, const gs_extraction *extraction)
{
    gs_buffer_clear(&self->packed);
    gs_wire_pack(&extraction->base, &self->packed);
    gs_sink_send(self->sink, id, gs_buffer_view(&self->packed), worker_index(self, worker));
}

// An article that failed too often goes to the aggregator whole, which keeps it as a dead letter.
static void pass_on_dead(extractor *self, gs_worker *worker, const gs_work *work, gs_article *article)
{
    char id[GS_ID_TEXT];
    char at[GS_TIME_TEXT];
    gs_dead_letter letter = GAINSAY__V1__DEAD_LETTER__INIT;
    gs_extraction extraction = GAINSAY__V1__EXTRACTION__INIT;
    gs_id_text(work->id, id);
    gs_time_text(gs_unix_us(), at);
    letter.delivery_id = id;
    letter.article = article;
    letter.failures = work->failures;
    letter.reason = gs_arena_text(self->arena, gs_view_of(work->reason));
    letter.at = at;
    extraction.extractor = self->daemon.config->extractor.name;
    extraction.dead_letter = &letter;
    send_result(self, worker, work->id, &extraction);
    self->dead_letters++;
    gs_warn(&self->daemon.log, "article is a dead letter", gs_str("article", article->article_id),
            gs_str("url", article->url), gs_int("failures", work->failures), gs_str("reason", work->reason));
}

static gs_extraction *extract(extractor *self, const gs_article *article)
{
    const gs_config *config = self->daemon.config;
    if (config->extractor.no_op) {
        return gs_extract_nothing(article, config->extractor.name, self->arena);
    }
    const gs_extract_options options = {.min_confidence = config->extractor.min_confidence,
                                        .worker = config->extractor.name};
    return gs_extract(self->reader, article, &options, self->arena);
}

static void on_work(void *context, gs_worker *worker, const gs_work *work)
{
    extractor *self = context;
    gs_error error = {0};
    gs_arena_reset(self->arena);
    gs_article *article =
        (gs_article *)gs_wire_unpack(&gainsay__v1__article__descriptor, work->payload, self->arena, &error);
    if (work->dead) {
        gs_article unreadable = GAINSAY__V1__ARTICLE__INIT;
        pass_on_dead(self, worker, work, article != NULL ? article : &unreadable);
        return;
    }
    if (article == NULL) {
        self->failed++;
        gs_warn(&self->daemon.log, "article refused", gs_str("reason", error.message));
        gs_worker_refuse(worker, work->id, error.message);
        return;
    }
    if (self->crash_on != NULL && strstr(article->text, self->crash_on) != NULL) {
        abort();
    }
    const uint64_t begun = gs_monotonic_us();
    const gs_extraction *extraction = extract(self, article);
    const uint64_t now = gs_monotonic_us();
    gs_histogram_add(&self->extract_time, now - begun);
    gs_rate_add(&self->rate, 1, now);
    self->articles++;
    self->statements += extraction->n_statements;
    send_result(self, worker, work->id, extraction);
}

static void on_acknowledged(void *context, const gs_id *ids, const uint64_t *tags, size_t count)
{
    extractor *self = context;
    for (size_t i = 0; i < count; i++) {
        if (tags[i] < self->worker_count) {
            gs_worker_settle(self->workers[tags[i]], ids[i]);
        }
    }
}

static void on_refused(void *context, gs_id id, uint64_t tag, const char *reason)
{
    extractor *self = context;
    self->failed++;
    gs_warn(&self->daemon.log, "aggregator refused a result", gs_str("reason", reason));
    if (tag < self->worker_count) {
        gs_worker_refuse(self->workers[tag], id, reason);
    }
}

static void report(extractor *self, uint64_t now)
{
    gs_arena_reset(self->arena);
    gs_arena *arena = self->arena;
    gs_status *status =
        gs_status_new(arena, "extractor", self->daemon.config->extractor.name, self->daemon.started_us);
    uint64_t connected = 0;
    for (size_t i = 0; i < self->worker_count; i++) {
        connected += gs_worker_connected(self->workers[i]) ? 1 : 0;
    }
    gs_status_counter(arena, status, "articles", self->articles);
    gs_status_counter(arena, status, "statements", self->statements);
    gs_status_counter(arena, status, "failed", self->failed);
    gs_status_counter(arena, status, "dead_letters", self->dead_letters);
    gs_status_counter(arena, status, "redelivered", gs_sink_resent(self->sink));
    gs_status_gauge(arena, status, "pending", gs_sink_pending(self->sink));
    gs_status_gauge(arena, status, "queues", connected);
    gs_status_gauge(arena, status, "memory", gs_memory_resident());
    gs_status_latency(arena, status, "extract", &self->extract_time);
    status->rate = gs_rate_value(&self->rate, now);
    gs_sink_report(self->sink, status);
}

static void set_paused(extractor *self, bool paused)
{
    if (self->paused == paused) {
        return;
    }
    self->paused = paused;
    for (size_t i = 0; i < self->worker_count; i++) {
        gs_worker_pause(self->workers[i], paused);
    }
}

static bool connect_worker(extractor *self, const char *endpoint, gs_error *error)
{
    const gs_config *config = self->daemon.config;
    const gs_worker_options options = {
        .endpoint = endpoint,
        .name = config->extractor.name,
        .window = config->extractor.window,
        .work = on_work,
        .context = self,
    };
    gs_worker *worker = gs_worker_new(self->bus, &options, error);
    if (worker == NULL) {
        return false;
    }
    self->workers[self->worker_count++] = worker;
    return true;
}

static bool open_all(extractor *self, gs_error *error)
{
    const gs_config *config = self->daemon.config;
    const gs_bus_options bus_options = gs_bus_options_of(config, &self->daemon.log);
    self->crash_on = getenv("GAINSAY_TEST_CRASH");
    self->arena = gs_arena_new(1024 * 1024);
    if (!config->extractor.no_op) {
        self->model = gs_model_open(NULL, error);
        self->reader = self->model != NULL ? gs_extractor_new(self->model, error) : NULL;
        if (self->reader == NULL) {
            return false;
        }
    }
    self->bus = gs_bus_new(&bus_options, error);
    if (self->bus == NULL) {
        return false;
    }
    const gs_sink_options sink_options = {
        .endpoint = config->connect.intake,
        .name = config->extractor.name,
        .resend_us = RESEND_US,
        .acknowledged = on_acknowledged,
        .refused = on_refused,
        .context = self,
    };
    self->sink = gs_sink_new(self->bus, &sink_options, error);
    if (self->sink == NULL) {
        return false;
    }
    self->workers = gs_allocate((config->connect.ingestors_count + 1) * sizeof(gs_worker *));
    for (unsigned i = 0; i < config->connect.ingestors_count; i++) {
        if (!connect_worker(self, config->connect.ingestors[i], error)) {
            return false;
        }
    }
    return connect_worker(self, config->connect.retry, error);
}

static void close_all(extractor *self)
{
    for (size_t i = 0; i < self->worker_count; i++) {
        gs_worker_free(&self->workers[i]);
    }
    free(self->workers);
    gs_sink_free(&self->sink);
    gs_bus_free(&self->bus);
    gs_extractor_free(&self->reader);
    gs_model_close(&self->model);
    gs_arena_free(&self->arena);
    gs_buffer_free(&self->packed);
}

static void on_signal(void *context, int fd)
{
    extractor *self = context;
    (void)fd;
    gs_daemon_signals(&self->daemon);
}

// Runs until told to stop, then until the aggregator has acknowledged what is under way, or time is up.
static bool run(extractor *self, gs_error *error)
{
    const size_t most_pending = (size_t)self->daemon.config->extractor.window * WINDOWS_PENDING;
    uint64_t stop_by = 0;
    for (;;) {
        if (!gs_bus_run(self->bus, 200, error)) {
            return false;
        }
        const uint64_t now = gs_monotonic_us();
        if (self->daemon.reload) {
            self->daemon.reload = false;
            gs_daemon_reload(&self->daemon);
        }
        if (self->daemon.stop && stop_by == 0) {
            stop_by = now + DRAIN_US;
            gs_daemon_stopping(&self->daemon);
        }
        if (stop_by != 0 && (gs_sink_pending(self->sink) == 0 || now >= stop_by)) {
            return true;
        }
        set_paused(self, stop_by != 0 || gs_sink_pending(self->sink) >= most_pending);
        if (now - self->reported_us >= REPORT_US) {
            self->reported_us = now;
            report(self, now);
        }
        gs_daemon_ping(&self->daemon);
    }
}

int main(int argc, char **argv)
{
    extractor self = {0};
    gs_error error = {0};
    int status = GS_EXIT_DONE;
    if (!gs_daemon_start(&self.daemon, "extractor", usage, argc, argv, &status)) {
        return status;
    }
    if (open_all(&self, &error)) {
        gs_bus_watch(self.bus, self.daemon.signal_fd, false, on_signal, &self);
        gs_info(&self.daemon.log, "ready", gs_str("intake", self.daemon.config->connect.intake),
                gs_int("ingestors", self.daemon.config->connect.ingestors_count));
        gs_daemon_ready(&self.daemon, "taking articles");
        if (run(&self, &error)) {
            gs_info(&self.daemon.log, "stopped", gs_int("articles", (int64_t)self.articles),
                    gs_int("unacknowledged", (int64_t)gs_sink_pending(self.sink)));
        } else {
            gs_oops(&self.daemon.log, "cannot go on", gs_str("reason", error.message));
            status = GS_EXIT_FAILED;
        }
    } else {
        gs_oops(&self.daemon.log, "cannot start", gs_str("reason", error.message));
        status = error.code == GS_E_IO ? GS_EXIT_FAILED : GS_EXIT_USAGE;
    }
    close_all(&self);
    gs_daemon_end(&self.daemon);
    return status;
}
