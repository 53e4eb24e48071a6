// gainsay-push: what passes a filter, posted to a webhook or mailed. A subscriber like any other.
#include "push.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cursor.h"

enum { MOST_WAIT_MS = 200, NOTE_US = 1000 * 1000 };

static const char usage[] = "Posts what passes a filter to a webhook, or mails it.\n";

// ---- the line ------------------------------------------------------------------------------------------

static void take_event(void *context, const gs_event *event, gs_view bytes)
{
    push *self = context;
    if (self->is_full || event->sequence <= self->read) {
        return; // what follows comes again
    }
    gw_frame *frame = gw_frame_new(bytes);
    if (frame == NULL || !gw_filter_match(&self->filter, &frame->facets, &frame->folded)) {
        if (frame != NULL) {
            gw_frame_free(frame);
        }
        self->read = event->sequence;
        return;
    }
    if (self->waiting == PUSH_WAITING) {
        gw_frame_free(frame);
        self->is_full = true;
        return;
    }
    if (self->waiting == 0) {
        self->since_us = gs_monotonic_us();
    }
    self->line[self->waiting++] = frame;
    self->read = event->sequence;
}

// Everything up to sequence was told: what did not come here was none of the filter's.
static void tell_position(void *context, uint64_t sequence)
{
    push *self = context;
    if (!self->is_full && sequence > self->read) {
        self->read = sequence;
    }
}

static void tell_missed(void *context, uint64_t from, uint64_t first)
{
    push *self = context;
    gs_warn(&self->daemon.log, "the aggregator no longer has events that were not read yet",
            gs_int("from", (int64_t)from), gs_int("first", (int64_t)first));
}

static void tell_state(void *context, bool connected, const char *text)
{
    push *self = context;
    if (connected) {
        gs_info(&self->daemon.log, "feed", gs_str("state", text));
    } else {
        gs_warn(&self->daemon.log, "feed", gs_str("state", text));
    }
}

static bool follow(push *self, gs_error *error)
{
    const gs_config *config = self->daemon.config;
    const gs_subscriber_options options = {.live_endpoint = config->connect.live,
                                           .replay_endpoint = config->connect.replay,
                                           .after = self->read != 0 ? self->read : GS_FEED_LIVE,
                                           .event = take_event,
                                           .position = tell_position,
                                           .missed = tell_missed,
                                           .state = tell_state,
                                           .context = self};
    self->is_full = false;
    self->feed = gs_subscriber_new(self->bus, &options, error);
    return self->feed != NULL;
}

// Behind the last that was taken; with an empty line, behind all that was read.
static void note_place(push *self)
{
    gs_error error = {0};
    const uint64_t place = self->waiting == 0 ? self->read : self->line[0]->sequence - 1;
    if (place == self->noted || place == GS_FEED_LIVE) {
        return;
    }
    if (gs_cursor_save(self->daemon.config->push.place, &(gs_cursor){.sequence = place}, &error)) {
        self->noted = place;
    } else {
        gs_oops(&self->daemon.log, "the place cannot be noted; a restart will push again",
                gs_str("reason", error.message));
    }
}

void push_taken(push *self, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        gw_frame_free(self->line[i]);
    }
    memmove(self->line, self->line + count, (self->waiting - count) * sizeof self->line[0]);
    self->waiting -= count;
    self->pushed += count;
    note_place(self);
}

// ---- the daemon ----------------------------------------------------------------------------------------

static void on_net_ready(void *context, int fd)
{
    gs_net_ready(((push *)context)->net, fd);
}

static void on_net_watch(void *context, int fd, int want)
{
    push *self = context;
    gs_bus_unwatch(self->bus, fd);
    if ((want & 1) != 0) {
        gs_bus_watch(self->bus, fd, false, on_net_ready, self);
    }
    if ((want & 2) != 0) {
        gs_bus_watch(self->bus, fd, true, on_net_ready, self);
    }
}

static void on_signal(void *context, int fd)
{
    push *self = context;
    (void)fd;
    gs_daemon_signals(&self->daemon);
}

// Where a pusher begins that has no place yet: with what comes from now on.
static bool read_place(push *self, gs_error *error)
{
    bool found = false;
    gs_cursor cursor = {0};
    if (!gs_cursor_load(self->daemon.config->push.place, &found, &cursor, error)) {
        return false;
    }
    self->read = found ? cursor.sequence : 0;
    self->noted = self->read;
    return true;
}

static bool open_all(push *self, gs_error *error)
{
    const gs_config *config = self->daemon.config;
    const gs_bus_options bus_options = gs_bus_options_of(config, &self->daemon.log);
    self->arena = gs_arena_new(0);
    if (config->push.url == NULL && config->push.mail_to == NULL) {
        return gs_fail(error, GS_E_USAGE, "nothing to push to: set push.url or push.mail_to");
    }
    if (!gw_filter_parse(gs_view_of(config->push.filter), self->arena, &self->filter, error)) {
        error->code = GS_E_USAGE;
        return gs_fail_within(error, "push.filter");
    }
    if (config->push.secret_file != NULL &&
        !gs_config_read_key(config->push.secret_file, &self->secret, error)) {
        return gs_fail_within(error, "push.secret_file");
    }
    self->bus = gs_bus_new(&bus_options, error);
    if (self->bus == NULL || !read_place(self, error)) {
        return false;
    }
    if (config->push.url != NULL) {
        self->net = gs_net_new(config->ingestor.user_agent, on_net_watch, self, error);
        if (self->net == NULL) {
            return false;
        }
    }
    return follow(self, error);
}

static bool turn(push *self, gs_error *error)
{
    const uint64_t now_us = gs_monotonic_us();
    if (self->is_full && self->feed != NULL) {
        gs_subscriber_free(&self->feed);
    }
    if (self->net != NULL) {
        hook_turn(self, now_us);
    } else {
        mail_turn(self, now_us);
    }
    if (self->waiting == 0) {
        note_place(self);
    }
    if (self->feed == NULL && self->waiting < PUSH_WAITING / 2 && !follow(self, error)) {
        return false;
    }
    return !self->gone || gs_fail(error, GS_E_USAGE, "%.200s is gone (HTTP status 410); take this pusher out",
                                  self->daemon.config->push.url);
}

static bool run(push *self, gs_error *error)
{
    while (!self->daemon.stop) {
        const int net_ms = self->net != NULL ? gs_net_tick(self->net) : MOST_WAIT_MS;
        if (!gs_bus_run(self->bus, net_ms < MOST_WAIT_MS ? net_ms : MOST_WAIT_MS, error) ||
            !turn(self, error)) {
            return false;
        }
        if (self->daemon.reload) {
            self->daemon.reload = false;
            gs_warn(&self->daemon.log, "a pusher takes a new configuration by a restart");
        }
        gs_daemon_ping(&self->daemon);
    }
    gs_daemon_stopping(&self->daemon);
    return true;
}

static void close_all(push *self)
{
    mail_end(self);
    gs_subscriber_free(&self->feed);
    gs_net_free(&self->net);
    gs_bus_free(&self->bus);
    for (size_t i = 0; i < self->waiting; i++) {
        gw_frame_free(self->line[i]);
    }
    gs_buffer_free(&self->secret);
    gs_arena_free(&self->arena);
}

int main(int argc, char **argv)
{
    push *self = gs_allocate(sizeof *self);
    gs_error error = {0};
    int status = GS_EXIT_DONE;
    if (!gs_daemon_start(&self->daemon, "push", usage, argc, argv, &status)) {
        free(self);
        return status;
    }
    if (open_all(self, &error)) {
        gs_bus_watch(self->bus, self->daemon.signal_fd, false, on_signal, self);
        gs_info(&self->daemon.log, "ready", gs_str("filter", self->daemon.config->push.filter),
                gs_int("after", (int64_t)self->read));
        gs_daemon_ready(&self->daemon, "pushing");
        if (run(self, &error)) {
            gs_info(&self->daemon.log, "stopped", gs_int("pushed", (int64_t)self->pushed));
        } else {
            gs_oops(&self->daemon.log, "cannot go on", gs_str("reason", error.message));
            status = error.code == GS_E_USAGE ? GS_EXIT_USAGE : GS_EXIT_FAILED;
        }
    } else {
        gs_oops(&self->daemon.log, "cannot start", gs_str("reason", error.message));
        status = error.code == GS_E_IO || error.code == GS_E_FULL ? GS_EXIT_FAILED : GS_EXIT_USAGE;
    }
    close_all(self);
    gs_daemon_end(&self->daemon);
    free(self);
    return status;
}
