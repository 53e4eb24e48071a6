// sockets: JSON Lines from programs that connect, by a Unix socket or by ZeroMQ.
//
// A Unix socket answers: a sender is told how many of its lines are stored, after the transaction with them
// (clients.c), so it can send again what was not counted. ZeroMQ's PULL has no way back: what is under way
// dies with this process. Either way nothing is taken while the batch is full or the outbox is behind, and
// the sender has to wait.
//
// A listener outlives a reload of the configuration if its address stays: the connections stay too.
#include "sockets.h"

#include <stdlib.h>
#include <string.h>

enum { LINES_A_LOOK = 4096 }; // refused ones fill no batch

static const char unix_scheme[] = "unix://";

source *listener_source(const listener *self)
{
    for (size_t i = 0; i < self->owner->source_count; i++) {
        if (self->owner->sources[i].listener == self) {
            return &self->owner->sources[i];
        }
    }
    return NULL;
}

bool listener_line(const listener *self, source *from, gs_view line, uint64_t number)
{
    gs_error error = {0};
    char place[300];
    const uint64_t bad = from->bad;
    snprintf(place, sizeof place, "%.200s line %llu", self->endpoint, (unsigned long long)number);
    gs_article *article = gs_article_from_json(line, self->owner->batch.arena, &error);
    if (article == NULL) {
        source_complain(self->owner, from, place, error.message);
        return false;
    }
    source_accept(self->owner, from, article, place);
    return from->bad == bad;
}

// ---- ZeroMQ ------------------------------------------------------------------------------------------

static void on_message(void *context)
{
    const listener *self = context;
    source *from = listener_source(self);
    if (from != NULL) {
        from->due_us = 0;
    }
}

// The next line of the messages that have come; false: nothing there.
static bool next_line(listener *self, gs_view *line)
{
    if (self->message_at == self->message.size) {
        gs_buffer_clear(&self->message);
        self->message_at = 0;
        if (!gs_inlet_take(self->inlet, &self->message)) {
            return false;
        }
    }
    const gs_view whole = gs_buffer_view(&self->message);
    const size_t end = gs_view_find(whole, gs_view_make("\n", 1), self->message_at);
    *line = gs_view_slice(whole, self->message_at, end);
    self->message_at = end == SIZE_MAX ? whole.size : end + 1;
    return true;
}

static void read_messages(listener *self, source *from)
{
    gs_view line;
    for (int i = 0; i < LINES_A_LOOK && batch_has_room(self->owner); i++) {
        if (!next_line(self, &line)) {
            return;
        }
        self->lines++;
        if (gs_view_trim(line).size != 0) {
            listener_line(self, from, line, self->lines);
        }
    }
    from->due_us = 0; // there is more
}

// ---- the door ----------------------------------------------------------------------------------------

static bool listener_is_open(const listener *self)
{
    return self->fd >= 0 || self->inlet != NULL;
}

static void open_listener(listener *self, source *from)
{
    gs_error error = {0};
    const gs_inlet_options options = {.endpoint = self->endpoint, .ready = on_message, .context = self};
    if (self->path == NULL) {
        self->inlet = gs_inlet_new(self->owner->bus, &options, &error);
    } else {
        (void)clients_listen(self, &error);
    }
    if (!listener_is_open(self)) {
        source_complain(self->owner, from, self->endpoint, error.message);
    }
}

void sockets_poll(ingestor *self, source *from, uint64_t now)
{
    listener *open = from->listener;
    (void)self;
    (void)now;
    if (!listener_is_open(open)) {
        open_listener(open, from);
    }
    if (open->inlet != NULL) {
        read_messages(open, from);
    } else if (open->fd >= 0) {
        clients_read(open, from);
    }
}

// Whatever is in no batch any more is on the disk: senders may be told.
void sockets_turn(ingestor *self)
{
    if (self->batch.count != 0) {
        return; // the disk is full, say
    }
    for (size_t i = 0; i < self->source_count; i++) {
        if (self->sources[i].listener != NULL) {
            clients_tell(self->sources[i].listener);
        }
    }
}

void sockets_open(ingestor *self, source *from)
{
    const char *endpoint = from->config->endpoint;
    listener **place = &self->held_listeners;
    while (*place != NULL && strcmp((*place)->endpoint, endpoint) != 0) {
        place = &(*place)->next;
    }
    listener *open = *place;
    if (open != NULL) {
        *place = open->next;
    } else {
        open = gs_allocate(sizeof *open);
        open->owner = self;
        open->endpoint = gs_duplicate(endpoint);
        open->fd = -1;
        open->path =
            gs_view_starts(gs_view_of(endpoint), unix_scheme) ? open->endpoint + strlen(unix_scheme) : NULL;
    }
    open->next = NULL;
    from->listener = open;
    if (!listener_is_open(open)) {
        open_listener(open, from);
    }
}

void sockets_close(ingestor *self, source *from)
{
    listener *open = from->listener;
    if (open == NULL) {
        return;
    }
    from->listener = NULL;
    open->next = self->held_listeners;
    self->held_listeners = open;
}

void sockets_end_held(ingestor *self)
{
    while (self->held_listeners != NULL) {
        listener *open = self->held_listeners;
        self->held_listeners = open->next;
        clients_close(open);
        gs_inlet_free(&open->inlet);
        gs_buffer_free(&open->message);
        free(open->endpoint);
        free(open);
    }
}
