// gainsay-gateway: the feed over HTTP.
//
// The main thread follows the feed and writes the read model: all events of one turn of the loop are one
// transaction, and only what is committed is handed to the live streams. The HTTP server (http.c) and the
// threads that answer queries (pool.c) read the model through connections of their own.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "bus/bus.h"
#include "http.h"
#include "metrics_page.h"
#include "read_model.h"

enum { MOST_WAIT_MS = 200, REPORT_US = 1000 * 1000, AGAIN_US = 5 * 1000 * 1000, ASK_MS = 1000 };

static const char usage[] =
    "Serves the feed over HTTP: JSON, live events, feeds for readers, a page, metrics.\n";

typedef struct gateway {
    gs_daemon daemon;
    gs_bus *bus;
    gs_subscriber *subscriber;
    gs_sink *sink; // reports to the aggregator; carries nothing else
    gw_read_model *model;
    gw_http *http;
    gw_frame *first, *last; // of the open transaction
    bool in_transaction;
    bool caught_up, connected;
    gs_error trouble;     // of the open transaction
    uint64_t again_at_us; // monotonic: when the feed is followed anew after trouble; 0: it is followed
    uint64_t reported_us;
    uint64_t applied, commits, missed;
    pthread_mutex_t control; // one question to the aggregator at a time
    gs_bus *control_bus;     // its own, because a worker asks
} gateway;

// ---- events into the model ---------------------------------------------------------------------------

static void forget_frames(gateway *self)
{
    while (self->first != NULL) {
        gw_frame *next = self->first->next;
        gw_frame_free(self->first);
        self->first = next;
    }
    self->last = NULL;
}

static void take_event(void *context, const gs_event *event, gs_view bytes)
{
    gateway *self = context;
    if (self->trouble.code != GS_OK) {
        return; // the rest of this turn comes again
    }
    if (!self->in_transaction) {
        self->in_transaction = gw_read_model_begin(self->model, &self->trouble);
    }
    if (!self->in_transaction || !gw_read_model_apply(self->model, event, bytes, &self->trouble)) {
        return;
    }
    self->applied++;
    gw_frame *frame = self->caught_up ? gw_frame_new(bytes) : NULL; // before that, streams read the store
    if (frame == NULL) {
        return;
    }
    if (self->last != NULL) {
        self->last->next = frame;
    } else {
        self->first = frame;
    }
    self->last = frame;
}

static void tell_missed(void *context, uint64_t from, uint64_t first)
{
    gateway *self = context;
    self->missed += first - from;
    gs_warn(&self->daemon.log, "the aggregator no longer has events that were not read yet",
            gs_int("from", (int64_t)from), gs_int("first", (int64_t)first));
}

static void tell_state(void *context, bool connected, const char *text)
{
    gateway *self = context;
    self->connected = connected;
    gw_http_ready(self->http, connected && self->caught_up, text);
    if (connected) {
        gs_info(&self->daemon.log, "feed", gs_str("state", text));
    } else {
        gs_warn(&self->daemon.log, "feed", gs_str("state", text));
    }
}

static bool follow(gateway *self, gs_error *error)
{
    const gs_config *config = self->daemon.config;
    const gs_subscriber_options options = {.live_endpoint = config->connect.live,
                                           .replay_endpoint = config->connect.replay,
                                           .after = gw_read_model_position(self->model),
                                           .event = take_event,
                                           .missed = tell_missed,
                                           .state = tell_state,
                                           .context = self};
    self->subscriber = gs_subscriber_new(self->bus, &options, error);
    self->again_at_us = 0;
    return self->subscriber != NULL;
}

// Ends the turn. False: the daemon cannot go on.
static bool commit(gateway *self, gs_error *error)
{
    if (self->in_transaction && self->trouble.code == GS_OK) {
        if (gw_read_model_commit(self->model, &self->trouble)) {
            self->commits++;
            gw_http_publish(self->http, gw_read_model_position(self->model), self->first);
            self->first = self->last = NULL;
        }
    }
    self->in_transaction = false;
    if (self->trouble.code == GS_OK) {
        return true;
    }
    // All of it comes again: the feed is followed from what is committed.
    gw_read_model_rollback(self->model);
    forget_frames(self);
    gs_subscriber_free(&self->subscriber);
    self->again_at_us = gs_monotonic_us() + AGAIN_US;
    if (self->trouble.code != GS_E_IO && self->trouble.code != GS_E_FULL) {
        *error = self->trouble;
        return false;
    }
    gs_oops(&self->daemon.log, "the read model cannot be written; trying again",
            gs_str("reason", self->trouble.message));
    gw_http_ready(self->http, false, self->trouble.message);
    self->trouble = (gs_error){.code = GS_OK};
    return true;
}

// ---- how it is doing ---------------------------------------------------------------------------------

static gs_status *own_report(gateway *self, gs_arena *arena)
{
    const gw_http_numbers *numbers = gw_http_count(self->http);
    gs_status *status =
        gs_status_new(arena, "gateway", self->daemon.config->gateway.name, self->daemon.started_us);
    gs_status_counter(arena, status, "events", self->applied);
    gs_status_counter(arena, status, "commits", self->commits);
    gs_status_counter(arena, status, "missed", self->missed);
    gs_status_counter(arena, status, "requests", atomic_load(&numbers->requests));
    gs_status_counter(arena, status, "refused", atomic_load(&numbers->refused));
    gs_status_counter(arena, status, "rate_limited", atomic_load(&numbers->limited));
    gs_status_counter(arena, status, "streams", atomic_load(&numbers->streams));
    gs_status_counter(arena, status, "streams_cut", atomic_load(&numbers->cut));
    gs_status_counter(arena, status, "stream_events", atomic_load(&numbers->events));
    gs_status_gauge(arena, status, "streams_open", atomic_load(&numbers->streams_now));
    gs_status_gauge(arena, status, "newest", gw_read_model_position(self->model));
    gs_status_gauge(arena, status, "statements", gw_read_model_total(self->model, GW_STATEMENT));
    gs_status_gauge(arena, status, "contradictions", gw_read_model_total(self->model, GW_CONTRADICTION));
    gs_status_gauge(arena, status, "disputes", gw_read_model_total(self->model, GW_DISPUTE));
    gs_status_gauge(arena, status, "memory", gs_memory_resident());
    return status;
}

static void report(gateway *self, uint64_t now_us)
{
    if (now_us - self->reported_us < REPORT_US) {
        return;
    }
    self->reported_us = now_us;
    gs_arena *arena = gs_arena_new(0);
    gs_sink_report(self->sink, own_report(self, arena));
    gs_arena_free(&arena);
}

// The aggregator's answer holds our own report, too, which is at most a second old. Without the aggregator
// the page says just that.
static bool answer_metrics(void *context, const char *path, gw_answer *answer)
{
    gateway *self = context;
    gs_error error = {0};
    if (strcmp(path, "/metrics") != 0) {
        return false;
    }
    Gainsay__V1__ControlRequest request = GAINSAY__V1__CONTROL_REQUEST__INIT;
    Gainsay__V1__ControlRequest__Status ask = GAINSAY__V1__CONTROL_REQUEST__STATUS__INIT;
    request.ask_case = GAINSAY__V1__CONTROL_REQUEST__ASK_STATUS;
    request.status = &ask;
    gs_arena *arena = gs_arena_new(0);
    pthread_mutex_lock(&self->control);
    const Gainsay__V1__ControlReply *reply = gs_control_ask(
        self->control_bus, self->daemon.config->connect.control, &request, ASK_MS, arena, &error);
    pthread_mutex_unlock(&self->control);
    answer->status = 200;
    answer->type = "text/plain; version=0.0.4; charset=utf-8";
    gs_buffer_format(&answer->body,
                     "# TYPE gainsay_aggregator_reached gauge\ngainsay_aggregator_reached %d\n",
                     reply != NULL ? 1 : 0);
    if (reply != NULL) {
        gw_metrics_page(reply->reports, reply->n_reports, gs_unix_us(), &answer->body);
    }
    gs_arena_free(&arena);
    return true;
}

// ---- the daemon --------------------------------------------------------------------------------------

static void ignore_acknowledged(void *context, const gs_id *ids, const uint64_t *tags, size_t count)
{
    (void)context;
    (void)ids;
    (void)tags;
    (void)count;
}

static void ignore_refused(void *context, gs_id id, uint64_t tag, const char *reason)
{
    (void)context;
    (void)id;
    (void)tag;
    (void)reason;
}

static bool open_all(gateway *self, gs_error *error)
{
    const gs_config *config = self->daemon.config;
    const gs_bus_options bus_options = gs_bus_options_of(config, &self->daemon.log);
    const char *put_away = NULL;
    pthread_mutex_init(&self->control, NULL);
    self->model = gw_read_model_open(config->gateway.store, config->gateway.keep_events, &put_away, error);
    if (self->model == NULL) {
        return false;
    }
    if (put_away != NULL) {
        gs_warn(&self->daemon.log, "the read model is made anew from the feed",
                gs_str("file", config->gateway.store), gs_str("reason", put_away));
    }
    self->bus = gs_bus_new(&bus_options, error);
    self->control_bus = self->bus != NULL ? gs_bus_new(&bus_options, error) : NULL;
    if (self->control_bus == NULL) {
        return false;
    }
    const gw_http_options http_options = {.config = config,
                                          .newest = gw_read_model_position(self->model),
                                          .log = &self->daemon.log,
                                          .other = answer_metrics,
                                          .context = self};
    self->http = gw_http_new(&http_options, error);
    if (self->http == NULL) {
        return false;
    }
    const gs_sink_options sink_options = {.endpoint = config->connect.intake,
                                          .name = config->gateway.name,
                                          .resend_us = AGAIN_US,
                                          .acknowledged = ignore_acknowledged,
                                          .refused = ignore_refused,
                                          .context = self};
    self->sink = gs_sink_new(self->bus, &sink_options, error);
    return self->sink != NULL && follow(self, error);
}

static void close_all(gateway *self)
{
    gs_subscriber_free(&self->subscriber);
    gs_sink_free(&self->sink);
    gw_http_free(&self->http);
    gs_bus_free(&self->control_bus);
    gs_bus_free(&self->bus);
    gw_read_model_close(&self->model);
    forget_frames(self);
}

static void on_signal(void *context, int fd)
{
    gateway *self = context;
    (void)fd;
    gs_daemon_signals(&self->daemon);
}

static void look_whether_caught_up(gateway *self)
{
    const bool caught_up = self->subscriber != NULL && gs_subscriber_caught_up(self->subscriber);
    if (caught_up != self->caught_up) {
        self->caught_up = caught_up;
        gw_http_ready(self->http, caught_up && self->connected,
                      caught_up ? "" : "events of the past are being read");
    }
}

static bool run(gateway *self, gs_error *error)
{
    while (!self->daemon.stop) {
        if (!gs_bus_run(self->bus, MOST_WAIT_MS, error) || !commit(self, error)) {
            return false;
        }
        const uint64_t now_us = gs_monotonic_us();
        if (self->again_at_us != 0 && now_us >= self->again_at_us && !follow(self, error)) {
            return false;
        }
        look_whether_caught_up(self);
        report(self, now_us);
        if (self->daemon.reload) {
            self->daemon.reload = false;
            gs_warn(&self->daemon.log, "a gateway takes a new configuration by a restart");
        }
        gs_daemon_ping(&self->daemon);
    }
    gs_daemon_stopping(&self->daemon);
    return true;
}

int main(int argc, char **argv)
{
    gateway self = {0};
    gs_error error = {0};
    int status = GS_EXIT_DONE;
    if (!gs_daemon_start(&self.daemon, "gateway", usage, argc, argv, &status)) {
        return status;
    }
    if (open_all(&self, &error)) {
        gs_bus_watch(self.bus, self.daemon.signal_fd, false, on_signal, &self);
        gs_info(&self.daemon.log, "ready", gs_str("listen", self.daemon.config->gateway.listen),
                gs_int("newest", (int64_t)gw_read_model_position(self.model)),
                gs_int("statements", (int64_t)gw_read_model_total(self.model, GW_STATEMENT)));
        gs_daemon_ready(&self.daemon, "serving");
        if (run(&self, &error)) {
            gs_info(&self.daemon.log, "stopped",
                    gs_int("newest", (int64_t)gw_read_model_position(self.model)));
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
