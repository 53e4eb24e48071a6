// feed_reader: the loop of `gainsay tail` and `gainsay replay`.
//
// Events are printed into a buffer while the bus hands them over; after each turn of the bus the buffer is
// written, and only then is the position kept. So a position on disk never promises more than the reader was
// shown.
#include "feed_reader.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <utf8proc.h>

#include "screen.h"

enum {
    TURN_MS = 500,
    TEXT_MOST = 1024 * 1024,      // printed text that may wait inside one turn
    SILENCE_US = 5 * 1000 * 1000, // a replay that hears nothing for so long gives up
};

// Letters folded and marks dropped, so that "muller" finds "Müller". Owned by the caller.
static char *fold(const char *text)
{
    utf8proc_uint8_t *folded = NULL;
    const utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)text, 0, &folded,
                                               UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_CASEFOLD |
                                                   UTF8PROC_STRIPMARK | UTF8PROC_COMPOSE);
    return size >= 0 ? (char *)folded : gs_duplicate(text);
}

static bool names_speaker(const gs_feed_reader *self, const char *name)
{
    char *folded = fold(name ? name : "");
    const bool found = strstr(folded, self->speaker_folded) != NULL;
    free(folded);
    return found;
}

static bool spoken_by(const gs_feed_reader *self, const gs_statement *statement)
{
    return statement && statement->speaker && names_speaker(self, statement->speaker->name);
}

static bool is_wanted(const gs_feed_reader *self, const gs_event *event)
{
    if (!self->speaker_folded)
        return true;
    switch (event->body_case) {
    case GAINSAY__V1__FEED_EVENT__BODY_STATEMENT:
        return spoken_by(self, event->statement);
    case GAINSAY__V1__FEED_EVENT__BODY_STATEMENT_UPDATE:
        return spoken_by(self, event->statement_update);
    case GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION:
        return spoken_by(self, event->contradiction->a) || spoken_by(self, event->contradiction->b);
    default:
        return false; // disputes and retractions name no speaker
    }
}

static void fail(gs_feed_reader *self, gs_code code, const char *what)
{
    gs_fail(&self->error, code, "%s: %s", what, strerror(errno));
    self->failed = self->stop = true;
}

static void write_text(gs_feed_reader *self)
{
    size_t written = 0;
    while (written < self->text.size) {
        const ssize_t step = write(self->fd, self->text.data + written, self->text.size - written);
        if (step < 0 && errno == EINTR)
            continue;
        if (step < 0 && errno == EPIPE) { // whoever read has seen enough
            self->stop = true;
            break;
        }
        if (step < 0) {
            fail(self, errno == ENOSPC ? GS_E_FULL : GS_E_IO,
                 self->output_path ? self->output_path : "standard output");
            return;
        }
        written += (size_t)step;
    }
    self->cursor.output_bytes += self->output_path ? self->text.size : 0;
    gs_buffer_clear(&self->text);
}

// Output first, the position after it.
static void settle(gs_feed_reader *self)
{
    write_text(self);
    if (self->failed || !self->state_path)
        return;
    if (self->cursor.sequence == self->saved.sequence &&
        self->cursor.output_bytes == self->saved.output_bytes)
        return;
    if (self->output_path && fdatasync(self->fd) != 0 && errno != EINVAL) // EINVAL: a pipe or terminal
        fail(self, GS_E_IO, self->output_path);
    else if (!gs_cursor_save(self->state_path, &self->cursor, &self->error))
        self->failed = self->stop = true;
    self->saved = self->cursor;
}

static void on_event(void *context, const gs_event *event, gs_view bytes)
{
    gs_feed_reader *self = context;
    (void)bytes;
    self->progress_us = gs_monotonic_us();
    if (self->stop)
        return;
    if (event->sequence > self->until) {
        self->stop = true;
        return;
    }
    self->cursor.sequence = event->sequence;
    if (is_wanted(self, event)) {
        if (self->json) {
            gs_wire_to_json(&event->base, &self->text);
            gs_buffer_byte(&self->text, '\n');
        } else {
            gs_screen_event(&self->text, event, self->colour);
        }
        self->shown++;
    }
    if (self->text.size > TEXT_MOST)
        settle(self);
    if ((self->count > 0 && self->shown >= self->count) || event->sequence == self->until)
        self->stop = true;
}

static void on_position(void *context, uint64_t sequence)
{
    gs_feed_reader *self = context;
    self->progress_us = gs_monotonic_us();
    if (self->stop)
        return;
    if (sequence > self->cursor.sequence)
        self->cursor.sequence = sequence;
    if (sequence >= self->until)
        self->stop = true;
}

static void on_missed(void *context, uint64_t from, uint64_t first)
{
    const gs_feed_reader *self = context;
    fprintf(stderr, "gainsay %s: events %" PRIu64 " to %" PRIu64 " are gone, retention has removed them\n",
            self->client.command, from, first - 1);
}

// The feed fell silent or came back. The first connection is news only to a person who waits for something to
// come; a replay ends with an error of its own where nobody answers.
static void on_state(void *context, bool connected, const char *text)
{
    gs_feed_reader *self = context;
    const bool awaited = self->was_silent || isatty(STDERR_FILENO);
    if (!self->ends_caught_up && (!connected || awaited))
        fprintf(stderr, "gainsay %s: %s\n", self->client.command, text);
    self->was_silent = !connected;
}

static void on_signal(void *context, int fd)
{
    gs_feed_reader *self = context;
    struct signalfd_siginfo came;
    while (read(fd, &came, sizeof came) == (ssize_t)sizeof came)
        self->stop = true;
}

static bool make_prefixes(gs_feed_reader *self, gs_error *error)
{
    for (size_t i = 0; i < self->topics.count; i++)
        gs_texts_add(&self->prefixes, self->topics.items[i]);
    for (size_t i = 0; i < self->countries.count; i++) {
        const char *code = self->countries.items[i];
        if (strlen(code) != 2 || !isalpha((unsigned char)code[0]) || !isalpha((unsigned char)code[1]))
            return gs_fail(error, GS_E_USAGE,
                           "--country %s: expected a two-letter code, such as CN, US, EU or UN", code);
        gs_texts_add(&self->prefixes,
                     gs_arena_format(self->names, "statement/%c%c/", toupper((unsigned char)code[0]),
                                     toupper((unsigned char)code[1])));
    }
    if (self->prefixes.count > GS_LIMIT_TOPICS)
        return gs_fail(error, GS_E_USAGE, "too many topics and countries: at most %d", GS_LIMIT_TOPICS);
    for (size_t i = 0; i < self->prefixes.count; i++)
        if (strlen(self->prefixes.items[i]) > GS_LIMIT_TOPIC_BYTES)
            return gs_fail(error, GS_E_USAGE, "--topic: at most %d bytes", GS_LIMIT_TOPIC_BYTES);
    return true;
}

static bool read_since(const gs_feed_reader *self, uint64_t *after, gs_error *error)
{
    if (strcmp(self->since, "now") == 0) {
        *after = GS_FEED_LIVE;
        return true;
    }
    char *end = NULL;
    errno = 0;
    *after = strtoull(self->since, &end, 10);
    if (!isdigit((unsigned char)self->since[0]) || *end || errno)
        return gs_fail(error, GS_E_USAGE,
                       "--since %s: expected `now` or the number of the last event already seen",
                       self->since);
    return true;
}

// Where to begin (the state file wins over --since) and where the output goes.
static bool open_position(gs_feed_reader *self, uint64_t *after, gs_error *error)
{
    if (!read_since(self, after, error))
        return false;
    bool found = false;
    if (self->state_path && !gs_cursor_load(self->state_path, &found, &self->cursor, error))
        return false;
    if (found)
        *after = self->cursor.sequence;
    self->fd = STDOUT_FILENO;
    if (self->output_path) {
        self->fd = gs_cursor_open_output(self->output_path, found, &self->cursor, error);
        if (self->fd < 0)
            return false;
        const off_t size = lseek(self->fd, 0, SEEK_END);
        self->cursor.output_bytes = size > 0 ? (uint64_t)size : 0;
    }
    self->colour = gs_screen_colour(self->fd);
    self->saved = self->cursor;
    return true;
}

static int open_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    return signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

// Has the reader of our pipe gone away? Without this, a quiet feed would keep us forever.
static bool reader_left(const gs_feed_reader *self)
{
    struct pollfd looked = {.fd = self->fd};
    return poll(&looked, 1, 0) == 1 && (looked.revents & POLLERR);
}

static bool loop(gs_feed_reader *self, gs_subscriber *subscriber, gs_error *error)
{
    self->progress_us = gs_monotonic_us();
    while (!self->stop) {
        if (!gs_bus_run(self->client.bus, TURN_MS, error))
            return false;
        const bool caught_up = self->ends_caught_up && gs_subscriber_caught_up(subscriber);
        settle(self);
        if (caught_up || reader_left(self))
            break;
        if (self->ends_caught_up && gs_monotonic_us() - self->progress_us > SILENCE_US)
            return gs_fail(error, GS_E_PEER, "no answer at %s; is gainsay-aggregator running?",
                           self->client.config->connect.replay);
    }
    settle(self);
    if (self->failed)
        *error = self->error;
    return !self->failed;
}

static bool run(gs_feed_reader *self, int signal_fd, gs_error *error)
{
    uint64_t after = 0;
    self->names = gs_arena_new(0);
    self->speaker_folded = self->speaker ? fold(self->speaker) : NULL;
    if (!make_prefixes(self, error) || !open_position(self, &after, error) ||
        !gs_client_open(&self->client, error))
        return false;
    const gs_subscriber_options options = {
        .live_endpoint = self->client.config->connect.live,
        .replay_endpoint = self->client.config->connect.replay,
        .topics = self->prefixes.items,
        .topic_count = self->prefixes.count,
        .after = after,
        .event = on_event,
        .position = on_position,
        .missed = on_missed,
        .state = on_state,
        .context = self,
    };
    gs_subscriber *subscriber = gs_subscriber_new(self->client.bus, &options, error);
    if (!subscriber)
        return false;
    gs_bus_watch(self->client.bus, signal_fd, false, on_signal, self);
    const bool ok = loop(self, subscriber, error);
    gs_bus_unwatch(self->client.bus, signal_fd);
    gs_subscriber_free(&subscriber);
    return ok;
}

int gs_feed_reader_run(gs_feed_reader *self)
{
    gs_error error = {0};
    const int signal_fd = open_signals(); // before the bus starts threads, which inherit the mask
    const bool ok = signal_fd >= 0 ? run(self, signal_fd, &error)
                                   : gs_fail(&error, GS_E_IO, "cannot watch signals: %s", strerror(errno));
    if (signal_fd >= 0)
        close(signal_fd);
    return ok ? GS_EXIT_DONE : gs_complain(self->client.command, &error);
}

void gs_feed_reader_free(gs_feed_reader *self)
{
    gs_client_close(&self->client);
    if (self->output_path && self->fd > STDERR_FILENO)
        close(self->fd);
    if (self->names)
        gs_arena_free(&self->names);
    free(self->speaker_folded);
    gs_buffer_free(&self->text);
    gs_texts_free(&self->topics);
    gs_texts_free(&self->countries);
    gs_texts_free(&self->prefixes);
}
