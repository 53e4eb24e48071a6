// gainsay-aggregator: commits what the extractors found and publishes the one feed.
//
// One thread, one loop: a turn takes what has arrived into one transaction, commits it, publishes its events
// and acknowledges its articles. The store is the authority; the index of recent statements can be filled
// from it at each start.
#include "aggregator.h"

#include <stdlib.h>
#include <string.h>

enum { RETRY_BYTES = 64 * 1024 * 1024, RETRY_LOOK_US = 5 * 1000 * 1000, MOST_WAIT_MS = 200 };

static const char usage[] =
    "Commits statements, finds contradictions, publishes the live feed and replays it.\n";

static void ignore_settled(void *context, const gs_id *ids, size_t count)
{
    (void)context; // the commit that settled a retried letter has removed it already
    (void)ids;
    (void)count;
}

static bool open_retry(aggregator *self, gs_error *error)
{
    const gs_config *config = self->daemon.config;
    const gs_queue_options options = {
        .endpoint = config->aggregator.retry,
        .lease_us = (uint64_t)config->ingestor.lease * 1000000,
        .silence_us = (uint64_t)config->ingestor.silence * 1000000,
        .max_failures = config->ingestor.max_failures,
        .max_ready_bytes = RETRY_BYTES,
        .settled = ignore_settled,
        .failed = aggregator_retry_failed,
        .context = self,
    };
    self->retry = gs_queue_new(self->bus, &options, error);
    return self->retry != NULL || gs_fail_within(error, "aggregator.retry");
}

static bool replay(void *context, const Gainsay__V1__ReplayRequest *request, size_t max_bytes,
                   gs_buffer *reply, gs_error *error)
{
    return gs_feed_replay(((aggregator *)context)->store, request, max_bytes, reply, error);
}

static bool open_feed(aggregator *self, gs_error *error)
{
    const gs_config *config = self->daemon.config;
    const gs_publisher_options options = {
        .live_endpoint = config->aggregator.live,
        .replay_endpoint = config->aggregator.replay,
        .shard = config->aggregator.name,
        .subscriber_queue = config->aggregator.subscriber_queue,
        .newest = gs_feed_newest(self->store),
        .first_retained = gs_feed_first(self->store),
        .source = {.replay = replay, .context = self},
    };
    self->publisher = gs_publisher_new(self->bus, &options, error);
    if (self->publisher != NULL) {
        return true;
    }
    const bool replay_failed = strstr(error->message, config->aggregator.replay) != NULL;
    return gs_fail_within(error, replay_failed ? "aggregator.replay" : "aggregator.live");
}

static bool recall_holder(void *context, const gs_holder *holder)
{
    gs_holders_recall(context, holder);
    return true;
}

static bool open_holders(aggregator *self, gs_error *error)
{
    const char *entities = self->daemon.config->aggregator.entities;
    self->holders = gs_holders_new(GS_HOLDERS_MAX);
    if (entities != NULL && !gs_entities_load(self->holders, entities, NULL, error)) {
        return gs_fail_within(error, "aggregator.entities");
    }
    return gs_holder_each(self->store, recall_holder, self->holders, error);
}

static bool open_ledger(aggregator *self, gs_error *error)
{
    const gs_config *config = self->daemon.config;
    const gs_ledger_store store = aggregator_ledger_store(self);
    self->model = gs_model_open(NULL, error);
    self->judge = self->model ? gs_judge_new(self->model, error) : NULL;
    if (self->judge == NULL) {
        return false;
    }
    self->ledger =
        gs_ledger_new(&store, self->judge, config->aggregator.window_days, config->aggregator.min_score);
    return aggregator_recall(self, error);
}

static bool open_all(aggregator *self, gs_error *error)
{
    const gs_config *config = self->daemon.config;
    const gs_bus_options bus_options = gs_bus_options_of(config, &self->daemon.log);
    self->arena = gs_arena_new(1024 * 1024);
    self->desk_arena = gs_arena_new(0);
    self->taken = gs_allocate(config->aggregator.batch * sizeof *self->taken);
    self->known = gs_allocate(KNOWN_DAEMONS * sizeof *self->known);
    self->store = gs_store_open(config->aggregator.store, GS_STORE_AGGREGATOR, error);
    if (self->store == NULL || !open_holders(self, error) || !open_ledger(self, error)) {
        return false;
    }
    self->bus = gs_bus_new(&bus_options, error);
    if (self->bus == NULL || !open_retry(self, error) || !open_feed(self, error)) {
        return false;
    }
    if (!aggregator_opinion_open(self, error)) {
        return false;
    }
    self->control = gs_control_new(self->bus, config->aggregator.control, aggregator_answer, self, error);
    if (self->control == NULL) {
        return gs_fail_within(error, "aggregator.control");
    }
    const gs_intake_options intake_options = {.endpoint = config->aggregator.intake,
                                              .item = aggregator_take,
                                              .report = aggregator_hear,
                                              .context = self};
    self->intake = gs_intake_new(self->bus, &intake_options, error);
    return self->intake != NULL || gs_fail_within(error, "aggregator.intake");
}

static void close_all(aggregator *self)
{
    gs_intake_free(&self->intake);
    gs_control_free(&self->control);
    gs_publisher_free(&self->publisher);
    gs_queue_free(&self->retry);
    aggregator_opinion_free(self);
    gs_bus_free(&self->bus);
    gs_ledger_free(&self->ledger);
    gs_judge_free(&self->judge);
    gs_model_close(&self->model);
    gs_holders_free(&self->holders);
    gs_store_close(&self->store);
    gs_arena_free(&self->arena);
    gs_arena_free(&self->desk_arena);
    gs_buffer_free(&self->events);
    gs_buffer_free(&self->packed);
    aggregator_desk_free(self);
    free(self->taken);
    free(self->waiting);
}

static void on_signal(void *context, int fd)
{
    aggregator *self = context;
    (void)fd;
    gs_daemon_signals(&self->daemon);
}

// A new configuration takes effect for thresholds, retention and the second opinion; addresses and files need
// a restart. The size of the batch buffer was fixed at the start.
static void reload(aggregator *self)
{
    const uint32_t batch = self->daemon.config->aggregator.batch;
    self->daemon.reload = false;
    if (gs_daemon_reload(&self->daemon)) {
        self->daemon.config->aggregator.batch = batch;
        gs_ledger_set_min_score(self->ledger, self->daemon.config->aggregator.min_score);
        aggregator_opinion_reload(self);
    }
}

static bool run(aggregator *self, gs_error *error)
{
    uint64_t looked_us = 0;
    int wait_ms = MOST_WAIT_MS;
    while (!self->daemon.stop) {
        if (!gs_bus_run(self->bus, wait_ms < MOST_WAIT_MS ? wait_ms : MOST_WAIT_MS, error)) {
            return false;
        }
        aggregator_commit(self);
        wait_ms = aggregator_opinion_turn(self);
        const uint64_t now = gs_monotonic_us();
        if (self->daemon.reload) {
            reload(self);
        }
        if (now - looked_us >= RETRY_LOOK_US) {
            looked_us = now;
            aggregator_offer_retries(self);
        }
        aggregator_retention(self, now);
        gs_daemon_ping(&self->daemon);
    }
    gs_daemon_stopping(&self->daemon);
    return true;
}

int main(int argc, char **argv)
{
    aggregator self = {0};
    gs_error error = {0};
    int status = GS_EXIT_DONE;
    if (!gs_daemon_start(&self.daemon, "aggregator", usage, argc, argv, &status)) {
        return status;
    }
    if (open_all(&self, &error)) {
        gs_bus_watch(self.bus, self.daemon.signal_fd, false, on_signal, &self);
        gs_info(&self.daemon.log, "ready", gs_str("intake", self.daemon.config->aggregator.intake),
                gs_str("live", self.daemon.config->aggregator.live),
                gs_int("newest", (int64_t)gs_feed_newest(self.store)),
                gs_int("recalled", (int64_t)gs_index_size(gs_ledger_index(self.ledger))),
                gs_int("holders", (int64_t)gs_holders_size(self.holders)));
        gs_daemon_ready(&self.daemon, "publishing");
        if (run(&self, &error)) {
            aggregator_remember(&self);
            gs_info(&self.daemon.log, "stopped", gs_int("articles", (int64_t)self.articles),
                    gs_int("newest", (int64_t)gs_feed_newest(self.store)));
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
