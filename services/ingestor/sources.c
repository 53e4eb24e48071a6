// sources: which source is looked at when, and the one place where an article enters the batch.
//
// Every source has a time at which it is due. A look reads at most what the batch has room for; a source with
// more to give stays due, and the round starts behind the source that was read last, so that one large
// file does not keep the others waiting.
#include "ingestor.h"

#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum {
    COMPLAIN_US = 1000 * 1000,          // between lines about different troubles of one source
    SAME_TROUBLE_US = 60 * 1000 * 1000, // between lines about the same one
    MOST_WAIT_MS = 200,
    DEFAULT_FILE_S = 2
};

bool batch_has_room(const ingestor *self)
{
    return self->batch.count < BATCH_ARTICLES && self->batch.bytes < BATCH_BYTES;
}

void source_set_error(source *from, const char *text)
{
    gs_fail(&from->last_error, GS_E_INPUT, "%s", text); // cuts it between two characters
}

void source_complain(ingestor *self, source *from, const char *place, const char *reason)
{
    const uint64_t trouble = gs_hash(gs_view_of(place)) ^ gs_hash(gs_view_of(reason));
    const uint64_t interval_us = trouble == from->trouble ? SAME_TROUBLE_US : COMPLAIN_US;
    from->bad++;
    self->bad++;
    source_set_error(from, reason);
    if (!gs_log_every(&self->daemon.log, &from->complained_us, interval_us)) {
        from->held_back++;
        return;
    }
    gs_warn(&self->daemon.log, "input refused", gs_str("source", from->config->id), gs_str("at", place),
            gs_str("reason", reason), gs_int("also_refused", (int64_t)from->held_back));
    from->trouble = trouble;
    from->held_back = 0;
}

void source_state(ingestor *self, const char *key, const char *state)
{
    open_batch *batch = &self->batch;
    if (batch->state_count == batch->state_capacity) {
        batch->state_capacity = batch->state_capacity == 0 ? 64 : batch->state_capacity * 2;
        batch->states = gs_reallocate(batch->states, batch->state_capacity * sizeof *batch->states);
    }
    batch->states[batch->state_count].key = gs_arena_text(batch->arena, gs_view_of(key));
    batch->states[batch->state_count].state = gs_arena_text(batch->arena, gs_view_of(state));
    batch->state_count++;
}

void source_accept(ingestor *self, source *from, gs_article *article, const char *place)
{
    gs_error error = {0};
    open_batch *batch = &self->batch;
    if (article->publisher[0] == '\0' && from->config->publisher != NULL) {
        article->publisher = gs_arena_text(batch->arena, gs_view_of(from->config->publisher));
    }
    if (article->language[0] == '\0' && from->config->language != NULL) {
        article->language = gs_arena_text(batch->arena, gs_view_of(from->config->language));
    }
    const char *why = "";
    if (!gs_article_is_english(article, &why)) {
        self->other_language++;
        gs_debug(&self->daemon.log, "passed by: not in English", gs_str("source", from->config->id),
                 gs_str("at", place), gs_str("because", why));
        return;
    }
    if (!gs_article_finish(article, from->config->id, false, gs_unix_us(), batch->arena, &error)) {
        source_complain(self, from, place, error.message);
        return;
    }
    batch->articles[batch->count++] = article;
    batch->bytes += strlen(article->text);
    from->articles++;
}

// ---- looks -------------------------------------------------------------------------------------------

static uint32_t interval_s(const source *from)
{
    return from->config->every != 0 ? from->config->every : DEFAULT_FILE_S;
}

// A file keeps its lines better than the outbox would, and so does who sends them: it is read no faster than
// the workers take.
static bool waits(const ingestor *self, const source *from)
{
    const gs_source_kind kind = from->config->kind;
    return outbox_is_behind(self) &&
           (kind == GS_SOURCE_FILE || kind == GS_SOURCE_DIRECTORY || kind == GS_SOURCE_JSONL ||
            kind == GS_SOURCE_WARC || kind == GS_SOURCE_SOCKET);
}

void sources_poll(ingestor *self, uint64_t now)
{
    for (size_t i = 0; i < self->source_count && batch_has_room(self); i++) {
        source *from = &self->sources[i];
        if (from->ended || from->busy || from->due_us > now || waits(self, from)) {
            continue;
        }
        from->due_us = now + (uint64_t)interval_s(from) * 1000000;
        if (web_is_kind(from->config->kind)) {
            web_poll(self, from);
        } else if (from->config->kind == GS_SOURCE_WARC) {
            warc_poll(self, from, now);
        } else if (from->config->kind == GS_SOURCE_SOCKET) {
            sockets_poll(self, from, now);
        } else {
            files_poll(self, from, now);
        }
    }
    // The next round begins with another source.
    if (self->source_count > 1 && !batch_has_room(self)) {
        const source first = self->sources[0];
        memmove(self->sources, self->sources + 1, (self->source_count - 1) * sizeof *self->sources);
        self->sources[self->source_count - 1] = first;
    }
}

int sources_wait_ms(const ingestor *self, uint64_t now)
{
    uint64_t wait_us = (uint64_t)MOST_WAIT_MS * 1000;
    for (size_t i = 0; i < self->source_count; i++) {
        const source *from = &self->sources[i];
        if (from->ended || from->busy || waits(self, from)) {
            continue;
        }
        const uint64_t left = from->due_us > now ? from->due_us - now : 0;
        wait_us = left < wait_us ? left : wait_us;
    }
    return (int)((wait_us + 999) / 1000);
}

// ---- opening, reloading ------------------------------------------------------------------------------

static void on_net_ready(void *context, int fd)
{
    gs_net_ready(((ingestor *)context)->net, fd);
}

static void on_net_watch(void *context, int fd, int want)
{
    ingestor *self = context;
    gs_bus_unwatch(self->bus, fd);
    if ((want & 1) != 0) {
        gs_bus_watch(self->bus, fd, false, on_net_ready, self);
    }
    if ((want & 2) != 0) {
        gs_bus_watch(self->bus, fd, true, on_net_ready, self);
    }
}

static bool needs_net(const gs_config *config)
{
    for (unsigned i = 0; i < config->ingestor.sources_count; i++) {
        if (web_is_kind(config->ingestor.sources[i].kind)) {
            return true;
        }
    }
    return false;
}

static void adopt(ingestor *self)
{
    const gs_config *config = self->daemon.config;
    self->source_count = config->ingestor.sources_count;
    self->sources = gs_allocate((self->source_count + 1) * sizeof *self->sources);
    for (size_t i = 0; i < self->source_count; i++) {
        self->sources[i].config = &config->ingestor.sources[i];
        files_watch(self, &self->sources[i]);
        if (self->sources[i].config->kind == GS_SOURCE_SOCKET) {
            sockets_open(self, &self->sources[i]);
        }
    }
}

bool sources_open(ingestor *self, gs_error *error)
{
    self->notify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (self->notify_fd >= 0) {
        gs_bus_watch(self->bus, self->notify_fd, false, files_changed, self);
    }
    if (needs_net(self->daemon.config)) {
        self->net = gs_net_new(self->daemon.config->ingestor.user_agent, on_net_watch, self, error);
        if (self->net == NULL) {
            return false;
        }
        gs_net_pace(self->net, self->daemon.config->ingestor.host_delay);
    }
    adopt(self);
    sockets_end_held(self);
    return true;
}

static void drop(ingestor *self)
{
    gs_net_free(&self->net); // first: it cuts open transfers, whose callbacks would find the source gone
    for (size_t i = 0; i < self->source_count; i++) {
        files_close(self, &self->sources[i]);
        web_close(&self->sources[i]);
        warc_close(&self->sources[i]);
        sockets_close(self, &self->sources[i]);
    }
    free(self->sources);
    self->sources = NULL;
    self->source_count = 0;
    if (self->notify_fd >= 0) {
        gs_bus_unwatch(self->bus, self->notify_fd);
        close(self->notify_fd);
        self->notify_fd = -1;
    }
}

void sources_reload(ingestor *self)
{
    gs_error error = {0};
    drop(self); // places reached are in the store, or in the batch that is written before the next look
    gs_daemon_reload(&self->daemon); // says itself when the old configuration stays
    if (!sources_open(self, &error)) {
        gs_oops(&self->daemon.log, "feeds cannot be fetched", gs_str("reason", error.message));
    }
    gs_info(&self->daemon.log, "sources loaded", gs_int("sources", (int64_t)self->source_count));
}

void sources_close(ingestor *self)
{
    drop(self);
    files_end_stdin(self);
    sockets_end_held(self);
}
