// gainsay-ingestor: reads sources, keeps every article in a durable outbox, and hands articles to extractors
// by credit until the aggregator has committed what came of them.
//
// One thread, one loop. A turn serves the sockets, reads what the sources have (bounded by the batch), writes
// it in one transaction, and fills the queue from the outbox. Sources are not read while the outbox is full.
#include "ingestor.h"

#include <stdlib.h>
#include <string.h>

enum {
    DRAIN_US = 5 * 1000 * 1000,
    REPORT_US = 1000 * 1000,
    NOTES_SHOWN = 32,
};
#define EXPIRE_US (60ULL * 60 * 1000000) // remembered articles are tidied once an hour
#define DAY_US (24ULL * 60 * 60 * 1000000)

static const char usage[] =
    "Reads files, archives, JSON Lines, standard input, sockets and feeds; hands articles to extractors.\n";

static void add_notes(ingestor *self, gs_arena *arena, gs_status *status)
{
    size_t shown = 0;
    for (size_t i = 0; i < self->source_count && shown < NOTES_SHOWN; i++) {
        if (self->sources[i].last_error.message[0] != '\0') {
            gs_status_note(arena, status, self->sources[i].config->id, self->sources[i].last_error.message);
            shown++;
        }
    }
}

static void report(ingestor *self, uint64_t now)
{
    gs_error error = {0};
    uint64_t count = 0;
    uint64_t bytes = 0;
    gs_arena *arena = gs_arena_new(0);
    gs_status *status =
        gs_status_new(arena, "ingestor", self->daemon.config->ingestor.name, self->daemon.started_us);
    const gs_queue_numbers numbers = gs_queue_count(self->queue);
    if (!gs_outbox_size(self->store, &count, &bytes, &error)) {
        gs_status_note(arena, status, "outbox", error.message);
    }
    gs_status_counter(arena, status, "articles", self->articles);
    gs_status_counter(arena, status, "skipped", self->same);
    gs_status_counter(arena, status, "changed", self->changed);
    gs_status_counter(arena, status, "copies", self->copies);
    gs_status_counter(arena, status, "bad", self->bad);
    gs_status_counter(arena, status, "unchanged", self->unchanged);
    gs_status_counter(arena, status, "other_language", self->other_language);
    gs_status_counter(arena, status, "failed", self->failed);
    gs_status_counter(arena, status, "redelivered", numbers.redelivered);
    gs_status_counter(arena, status, "expired", numbers.expired);
    gs_status_gauge(arena, status, "backlog", count);
    gs_status_gauge(arena, status, "outbox_bytes", bytes);
    gs_status_gauge(arena, status, "leased", numbers.leased);
    gs_status_gauge(arena, status, "workers", numbers.workers);
    gs_status_gauge(arena, status, "sources", self->source_count);
    gs_status_gauge(arena, status, "store_bytes", gs_store_bytes(self->store));
    gs_status_gauge(arena, status, "memory", gs_memory_resident());
    gs_status_latency(arena, status, "commit", &self->commit_time);
    status->rate = gs_rate_value(&self->rate, now);
    add_notes(self, arena, status);
    gs_sink_report(self->reporter, status);
    gs_arena_free(&arena);
}

static bool open_all(ingestor *self, gs_error *error)
{
    const gs_config *config = self->daemon.config;
    const gs_bus_options bus_options = gs_bus_options_of(config, &self->daemon.log);
    self->notify_fd = -1;
    self->bus = gs_bus_new(&bus_options, error);
    if (self->bus == NULL || !outbox_open(self, error)) {
        return false;
    }
    const gs_sink_options sink_options = {.endpoint = config->connect.intake,
                                          .name = config->ingestor.name,
                                          .resend_us = REPORT_US,
                                          .context = self};
    self->reporter = gs_sink_new(self->bus, &sink_options, error);
    return self->reporter != NULL && sources_open(self, error);
}

static void close_all(ingestor *self)
{
    sources_close(self);
    gs_sink_free(&self->reporter);
    outbox_close(self);
    gs_bus_free(&self->bus);
}

static void on_signal(void *context, int fd)
{
    ingestor *self = context;
    (void)fd;
    gs_daemon_signals(&self->daemon);
}

static void expire_seen(ingestor *self)
{
    gs_error error = {0};
    const uint64_t keep_us = self->daemon.config->ingestor.seen_days * DAY_US;
    const uint64_t now = gs_unix_us();
    if (keep_us != 0 && now > keep_us && !gs_seen_expire(self->store, now - keep_us, &error)) {
        gs_warn(&self->daemon.log, "cannot tidy the memory of articles", gs_str("reason", error.message));
    }
    const uint64_t copies_us = self->daemon.config->ingestor.copies_days * DAY_US;
    if (now > copies_us && !gs_text_expire(self->store, now - copies_us, &error)) {
        gs_warn(&self->daemon.log, "cannot tidy the memory of texts", gs_str("reason", error.message));
    }
}

// Nothing new is handed out; what workers hold may still be settled for a moment, so that a restart
// repeats little.
static bool drain(ingestor *self, gs_error *error)
{
    const uint64_t stop_by = gs_monotonic_us() + DRAIN_US;
    gs_daemon_stopping(&self->daemon);
    gs_queue_pause(self->queue, true);
    while (gs_monotonic_us() < stop_by) {
        const gs_queue_numbers numbers = gs_queue_count(self->queue);
        if (numbers.leased == 0 && self->settled_count == 0 && self->batch.count == 0) {
            break;
        }
        if (!gs_bus_run(self->bus, 50, error)) {
            return false;
        }
        outbox_turn(self, gs_monotonic_us());
        sockets_turn(self);
        gs_daemon_ping(&self->daemon);
    }
    outbox_turn(self, gs_monotonic_us());
    sockets_turn(self);
    return true;
}

static bool run(ingestor *self, gs_error *error)
{
    uint64_t expired_us = 0;
    while (!self->daemon.stop) {
        uint64_t now = gs_monotonic_us();
        const int net_ms = self->net != NULL ? gs_net_tick(self->net) : 1000;
        const bool read_on = batch_has_room(self) && now >= self->retry_at_us && !outbox_is_full(self);
        int wait_ms = read_on ? sources_wait_ms(self, now) : 100;
        wait_ms = self->settled_count != 0 && wait_ms > 100 ? 100 : wait_ms;
        if (!gs_bus_run(self->bus, wait_ms < net_ms ? wait_ms : net_ms, error)) {
            return false;
        }
        now = gs_monotonic_us();
        if (self->daemon.reload) {
            self->daemon.reload = false;
            sources_reload(self);
        }
        if (read_on) {
            sources_poll(self, now);
        }
        outbox_turn(self, gs_monotonic_us());
        sockets_turn(self);
        if (now - self->reported_us >= REPORT_US) {
            self->reported_us = now;
            report(self, now);
        }
        if (now - expired_us >= EXPIRE_US) {
            expired_us = now;
            expire_seen(self);
        }
        gs_daemon_ping(&self->daemon);
    }
    return drain(self, error);
}

int main(int argc, char **argv)
{
    ingestor self = {0};
    gs_error error = {0};
    int status = GS_EXIT_DONE;
    if (!gs_daemon_start(&self.daemon, "ingestor", usage, argc, argv, &status)) {
        return status;
    }
    if (open_all(&self, &error)) {
        gs_bus_watch(self.bus, self.daemon.signal_fd, false, on_signal, &self);
        gs_info(&self.daemon.log, "ready", gs_str("work", self.daemon.config->ingestor.work),
                gs_int("sources", (int64_t)self.source_count));
        gs_daemon_ready(&self.daemon, "reading sources");
        if (run(&self, &error)) {
            gs_info(&self.daemon.log, "stopped", gs_int("articles", (int64_t)self.articles));
        } else {
            gs_oops(&self.daemon.log, "cannot go on", gs_str("reason", error.message));
            status = GS_EXIT_FAILED;
        }
    } else {
        gs_oops(&self.daemon.log, "cannot start", gs_str("reason", error.message));
        status = error.code == GS_E_IO || error.code == GS_E_FULL ? GS_EXIT_FAILED : GS_EXIT_USAGE;
    }
    close_all(&self);
    gs_daemon_end(&self.daemon);
    return status;
}
