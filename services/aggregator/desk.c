// desk: what operators ask the aggregator. Every daemon reports here once a second, so one question shows the
// whole fleet; dead letters are listed here and put back into work through the retry queue, from which
// extractors take them like any other article.
#include "aggregator.h"

#include <stdlib.h>
#include <string.h>

enum {
    FORGET_US = 10 * 60 * 1000 * 1000, // a daemon unheard of for so long is no longer shown
    LETTERS_SHOWN = 1000,
    RETRIES_AT_ONCE = 32,      // letters are whole articles
    REPORT_BYTES = 256 * 1024, // a larger report is none of ours
};

// ---- status ------------------------------------------------------------------------------------------

static known_daemon *find_known(aggregator *self, const char *key)
{
    for (size_t i = 0; i < self->known_count; i++) {
        if (strcmp(self->known[i].key, key) == 0) {
            return &self->known[i];
        }
    }
    return NULL;
}

// Drops the daemons that fell silent long ago.
static void forget_silent(aggregator *self, uint64_t now)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->known_count; i++) {
        if (now - self->known[i].heard_us < FORGET_US) {
            self->known[kept++] = self->known[i];
            continue;
        }
        free(self->known[i].key);
        gs_buffer_free(&self->known[i].report);
    }
    self->known_count = kept;
}

void aggregator_hear(void *context, const gs_status *status)
{
    aggregator *self = context;
    const uint64_t now = gs_monotonic_us();
    if (protobuf_c_message_get_packed_size(&status->base) > REPORT_BYTES) {
        if (gs_log_every(&self->daemon.log, &self->oversize_us, FORGET_US)) {
            gs_warn(&self->daemon.log, "a status report is too large and not shown",
                    gs_str("daemon", status->daemon), gs_str("name", status->name));
        }
        return;
    }
    gs_arena_reset(self->desk_arena);
    const char *key = gs_arena_format(self->desk_arena, "%s/%s", status->daemon, status->name);
    known_daemon *known = find_known(self, key);
    if (known == NULL) {
        forget_silent(self, now);
        if (self->known_count == KNOWN_DAEMONS) {
            return;
        }
        known = &self->known[self->known_count++];
        *known = (known_daemon){.key = gs_duplicate(key)};
    }
    known->heard_us = now;
    gs_buffer_clear(&known->report);
    gs_wire_pack(&status->base, &known->report);
}

static gs_status *own_report(aggregator *self, gs_arena *arena)
{
    gs_error error = {0};
    uint64_t letters = 0;
    gs_status *status =
        gs_status_new(arena, "aggregator", self->daemon.config->aggregator.name, self->daemon.started_us);
    const gs_queue_numbers retry = gs_queue_count(self->retry);
    if (!gs_dead_letter_count(self->store, &letters, &error)) {
        gs_status_note(arena, status, "store", error.message);
    }
    gs_status_counter(arena, status, "articles", self->articles);
    gs_status_counter(arena, status, "statements", self->statements);
    gs_status_counter(arena, status, "contradictions", self->contradictions);
    gs_status_counter(arena, status, "events", self->events_count);
    gs_status_counter(arena, status, "repeated", self->repeated);
    gs_status_counter(arena, status, "failed", self->failed);
    gs_status_counter(arena, status, "redelivered", retry.redelivered);
    gs_status_gauge(arena, status, "dead_letters", letters);
    gs_status_gauge(arena, status, "backlog", retry.ready + retry.leased);
    gs_status_gauge(arena, status, "newest", gs_feed_newest(self->store));
    gs_status_gauge(arena, status, "first", gs_feed_first(self->store));
    gs_status_gauge(arena, status, "index", gs_index_size(gs_ledger_index(self->ledger)));
    gs_status_gauge(arena, status, "index_bytes", gs_index_bytes(gs_ledger_index(self->ledger)));
    gs_status_gauge(arena, status, "holders", gs_holders_size(self->holders));
    gs_status_gauge(arena, status, "holders_bytes", gs_holders_bytes(self->holders));
    gs_status_gauge(arena, status, "store_bytes", gs_store_bytes(self->store));
    gs_status_gauge(arena, status, "memory", gs_memory_resident());
    gs_status_latency(arena, status, "ingest_to_feed", &self->ingest_to_feed);
    gs_status_latency(arena, status, "commit", &self->commit_time);
    aggregator_opinion_report(self, arena, status);
    status->rate = gs_rate_value(&self->rate, gs_monotonic_us());
    return status;
}

static void answer_status(aggregator *self, gs_arena *arena, Gainsay__V1__ControlReply *reply)
{
    gs_error error = {0};
    reply->reports = gs_arena_alloc(arena, (self->known_count + 1) * sizeof *reply->reports);
    reply->reports[reply->n_reports++] = own_report(self, arena);
    for (size_t i = 0; i < self->known_count; i++) {
        ProtobufCMessage *report = gs_wire_unpack(&gainsay__v1__status_report__descriptor,
                                                  gs_buffer_view(&self->known[i].report), arena, &error);
        if (report != NULL) {
            reply->reports[reply->n_reports++] = (gs_status *)report;
        }
    }
}

// ---- dead letters ------------------------------------------------------------------------------------

static void answer_list(aggregator *self, uint32_t limit, gs_arena *arena, Gainsay__V1__ControlReply *reply,
                        gs_error *error)
{
    size_t count = 0;
    gs_dead_letter **letters = NULL;
    const size_t most = limit == 0 || limit > LETTERS_SHOWN ? LETTERS_SHOWN : limit;
    if (!gs_dead_letter_list(self->store, false, most, arena, &letters, &count, error)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (letters[i]->article != NULL) {
            letters[i]->article->text = ""; // the list is for reading; the store keeps the whole
        }
    }
    reply->dead_letters = letters;
    reply->n_dead_letters = count;
}

void aggregator_offer_retries(aggregator *self)
{
    gs_error error = {0};
    size_t count = 0;
    gs_dead_letter **letters = NULL;
    gs_buffer packed = {0};
    gs_arena_reset(self->desk_arena);
    if (!gs_dead_letter_list(self->store, true, RETRIES_AT_ONCE, self->desk_arena, &letters, &count,
                             &error)) {
        gs_warn(&self->daemon.log, "cannot read the dead letters", gs_str("reason", error.message));
        return;
    }
    for (size_t i = 0; i < count && gs_queue_has_room(self->retry); i++) {
        gs_id id;
        if (letters[i]->article == NULL || !gs_id_parse(gs_view_of(letters[i]->delivery_id), &id)) {
            continue;
        }
        gs_buffer_clear(&packed);
        gs_wire_pack(&letters[i]->article->base, &packed);
        gs_queue_offer(self->retry, id, gs_buffer_view(&packed), 0, NULL);
    }
    gs_buffer_free(&packed);
}

void aggregator_retry_failed(void *context, gs_id id, uint32_t failures, const char *reason)
{
    aggregator *self = context;
    char text[GS_ID_TEXT];
    gs_id_text(id, text);
    gs_warn(&self->daemon.log, "retry failed", gs_str("delivery", text), gs_int("failures", failures),
            gs_str("reason", reason));
}

// Marks the letters asked for, or all.
static bool mark_retries(aggregator *self, const Gainsay__V1__ControlRequest__DeadLetterRetry *ask,
                         uint32_t *marked, gs_error *error)
{
    if (ask->n_delivery_ids == 0) {
        return gs_dead_letter_retry_all(self->store, marked, error);
    }
    for (size_t i = 0; i < ask->n_delivery_ids; i++) {
        gs_id id;
        if (!gs_id_parse(gs_view_of(ask->delivery_ids[i]), &id)) {
            return gs_fail(error, GS_E_INPUT, "%s is no delivery id: expected 32 hexadecimal digits",
                           ask->delivery_ids[i]);
        }
        if (!gs_dead_letter_retry(self->store, id, true, error)) {
            return false;
        }
        (*marked)++;
    }
    return true;
}

static void answer_retry(aggregator *self, const Gainsay__V1__ControlRequest__DeadLetterRetry *ask,
                         Gainsay__V1__ControlReply *reply, gs_error *error)
{
    aggregator_commit(self); // so that the marks are a transaction of their own
    if (!gs_store_begin(self->store, error)) {
        return;
    }
    if (!mark_retries(self, ask, &reply->retried, error) || !gs_store_commit(self->store, error)) {
        gs_store_rollback(self->store);
        reply->retried = 0;
        return;
    }
    aggregator_offer_retries(self);
}

void aggregator_answer(void *context, const Gainsay__V1__ControlRequest *request, gs_buffer *packed)
{
    aggregator *self = context;
    gs_error error = {0};
    gs_arena *arena = gs_arena_new(0);
    Gainsay__V1__ControlReply reply = GAINSAY__V1__CONTROL_REPLY__INIT;
    switch (request->ask_case) {
    case GAINSAY__V1__CONTROL_REQUEST__ASK_STATUS:
        answer_status(self, arena, &reply);
        break;
    case GAINSAY__V1__CONTROL_REQUEST__ASK_DEAD_LETTER_LIST:
        answer_list(self, request->dead_letter_list->limit, arena, &reply, &error);
        break;
    case GAINSAY__V1__CONTROL_REQUEST__ASK_DEAD_LETTER_RETRY:
        answer_retry(self, request->dead_letter_retry, &reply, &error);
        break;
    default:
        gs_fail(&error, GS_E_INPUT, "the aggregator (version %s) does not know this request",
                GAINSAY_VERSION);
    }
    if (error.code != GS_OK) {
        reply.error = error.message;
    }
    gs_wire_pack(&reply.base, packed);
    gs_arena_free(&arena);
}

void aggregator_desk_free(aggregator *self)
{
    for (size_t i = 0; i < self->known_count; i++) {
        free(self->known[i].key);
        gs_buffer_free(&self->known[i].report);
    }
    free(self->known);
}
