// outbox: the durable side of the ingestor.
//
// One transaction a turn: new articles with their sources' positions, failed deliveries, and the removal of
// what the aggregator has committed. Removal is not urgent (a repeat is acknowledged and changes nothing), so
// without new articles it waits for a tenth of a second to share its fsync.
#include "ingestor.h"

#include <stdlib.h>
#include <string.h>

enum {
    REMOVE_US = 100 * 1000,
    REMOVE_MANY = 4096,
    LIST_ITEMS = 512,
    LIST_BYTES = 8 * 1024 * 1024,
    QUEUE_BYTES = 8 * 1024 * 1024,
    PAUSE_AFTER_FAILURE_US = 1000 * 1000,
    COMPLAIN_US = 60 * 1000 * 1000,
};

static void on_settled(void *context, const gs_id *ids, size_t count)
{
    ingestor *self = context;
    if (self->settled_count + count > self->settled_capacity) {
        self->settled_capacity = (self->settled_count + count) * 2;
        self->settled = gs_reallocate(self->settled, self->settled_capacity * sizeof *self->settled);
    }
    memcpy(self->settled + self->settled_count, ids, count * sizeof *ids);
    self->settled_count += count;
}

static void on_failed(void *context, gs_id id, uint32_t failures, const char *reason)
{
    ingestor *self = context;
    char text[GS_ID_TEXT];
    if (self->failure_count == self->failure_capacity) {
        self->failure_capacity = self->failure_capacity == 0 ? 64 : self->failure_capacity * 2;
        self->failures = gs_reallocate(self->failures, self->failure_capacity * sizeof *self->failures);
    }
    self->failures[self->failure_count].id = id;
    self->failures[self->failure_count].failures = failures;
    gs_fail(&self->failures[self->failure_count].reason, GS_E_PEER, "%s", reason);
    self->failure_count++;
    self->failed++;
    gs_id_text(id, text);
    gs_warn(&self->daemon.log, "delivery failed", gs_str("delivery", text), gs_int("failures", failures),
            gs_str("reason", reason));
}

bool outbox_open(ingestor *self, gs_error *error)
{
    const gs_config *config = self->daemon.config;
    self->list_arena = gs_arena_new(1024 * 1024);
    self->batch.arena = gs_arena_new(1024 * 1024);
    self->batch.articles = gs_allocate(BATCH_ARTICLES * sizeof *self->batch.articles);
    self->fresh = gs_allocate(BATCH_ARTICLES * sizeof *self->fresh);
    self->store = gs_store_open(config->ingestor.store, GS_STORE_INGESTOR, error);
    if (self->store == NULL) {
        return false;
    }
    const gs_queue_options options = {
        .endpoint = config->ingestor.work,
        .lease_us = (uint64_t)config->ingestor.lease * 1000000,
        .silence_us = (uint64_t)config->ingestor.silence * 1000000,
        .max_failures = config->ingestor.max_failures,
        .max_ready_bytes = QUEUE_BYTES,
        .settled = on_settled,
        .failed = on_failed,
        .context = self,
    };
    self->queue = gs_queue_new(self->bus, &options, error);
    return self->queue != NULL || gs_fail_within(error, "ingestor.work");
}

// ---- one transaction ---------------------------------------------------------------------------------

static bool write_article(ingestor *self, gs_article *article, gs_error *error)
{
    gs_id article_id;
    gs_seen seen;
    bool is_same = false;
    uint32_t revision = 0;
    if (!gs_id_parse(gs_view_of(article->article_id), &article_id)) {
        return gs_fail(error, GS_E_INTERNAL, "article %s has no valid id", article->url);
    }
    const gs_id content = gs_article_essence(article);
    if (!copies_claim(self, article, &article_id, content, error) ||
        !gs_seen_check(self->store, article_id, content, article->ingested_us, &seen, &revision, error)) {
        return false;
    }
    if (seen != GS_SEEN_SAME &&
        !copies_mark(self, article, article_id, content, seen == GS_SEEN_NEW, &is_same, error)) {
        return false;
    }
    if (seen == GS_SEEN_SAME || is_same) {
        self->same++;
        return true;
    }
    article->revision = revision;
    self->changed += seen == GS_SEEN_CHANGED ? 1 : 0;
    const size_t offset = self->packed.size;
    gs_wire_pack(&article->base, &self->packed);
    const gs_view payload = gs_view_slice(gs_buffer_view(&self->packed), offset, self->packed.size);
    const gs_id id = gs_article_delivery_id(article);
    gs_error none = {0};
    if (!gs_outbox_add(self->store, id, payload, &none)) {
        if (none.code == GS_OK) {
            return true; // there already
        }
        *error = none;
        return false;
    }
    self->fresh[self->fresh_count].id = id;
    self->fresh[self->fresh_count].row = gs_outbox_newest(self->store);
    self->fresh[self->fresh_count].offset = offset;
    self->fresh[self->fresh_count].size = payload.size;
    self->fresh_count++;
    self->articles++;
    return true;
}

static bool write_all(ingestor *self, gs_error *error)
{
    const open_batch *batch = &self->batch;
    self->fresh_count = 0;
    gs_buffer_clear(&self->packed);
    if (!gs_store_begin(self->store, error)) {
        return false;
    }
    for (size_t i = 0; i < batch->count; i++) {
        if (!write_article(self, batch->articles[i], error)) {
            return false;
        }
    }
    for (size_t i = 0; i < batch->state_count; i++) {
        if (!gs_source_state_put(self->store, batch->states[i].key, batch->states[i].state, error)) {
            return false;
        }
    }
    for (size_t i = 0; i < self->failure_count; i++) {
        if (!gs_outbox_failed(self->store, self->failures[i].id, self->failures[i].failures,
                              self->failures[i].reason.message, error)) {
            return false;
        }
    }
    if (self->settled_count != 0 &&
        !gs_outbox_remove(self->store, self->settled, self->settled_count, error)) {
        return false;
    }
    return gs_store_commit(self->store, error);
}

static bool worth_writing(const ingestor *self, uint64_t now)
{
    if (self->batch.count != 0 || self->batch.state_count != 0 || self->failure_count != 0) {
        return true;
    }
    return self->settled_count >= REMOVE_MANY ||
           (self->settled_count != 0 && now - self->removed_us >= REMOVE_US);
}

static void forget_batch(ingestor *self)
{
    self->batch.count = 0;
    self->batch.bytes = 0;
    self->batch.state_count = 0;
    self->settled_count = 0;
    self->failure_count = 0;
    gs_arena_reset(self->batch.arena);
}

// What was just committed goes to the queue as it is, without a way back from the disk, if the queue has all
// that came before it and takes more; else it waits its turn in the outbox.
static void offer_fresh(ingestor *self)
{
    if (!self->list_done || self->fresh_count == 0) {
        return;
    }
    if (!gs_queue_has_room(self->queue)) {
        self->list_done = false;
        return;
    }
    for (size_t i = 0; i < self->fresh_count; i++) {
        const gs_view payload = gs_view_make(self->packed.data + self->fresh[i].offset, self->fresh[i].size);
        gs_queue_offer(self->queue, self->fresh[i].id, payload, 0, NULL);
        self->listed_row = self->fresh[i].row;
    }
}

static void write_turn(ingestor *self, uint64_t now)
{
    gs_error error = {0};
    const uint64_t before[4] = {self->articles, self->same, self->changed, self->copies};
    if (now < self->retry_at_us || !worth_writing(self, now)) {
        return;
    }
    if (!write_all(self, &error)) {
        gs_store_rollback(self->store);
        self->articles = before[0];
        self->same = before[1];
        self->changed = before[2];
        self->copies = before[3];
        self->retry_at_us = now + PAUSE_AFTER_FAILURE_US;
        if (gs_log_every(&self->daemon.log, &self->complained_us, COMPLAIN_US)) {
            gs_oops(&self->daemon.log, "cannot write the outbox, reading waits; nothing is lost",
                    gs_str("reason", error.message));
        }
        return;
    }
    const uint64_t done = gs_monotonic_us();
    gs_histogram_add(&self->commit_time, done - now);
    gs_rate_add(&self->rate, self->articles - before[0], done);
    self->removed_us = done;
    offer_fresh(self);
    forget_batch(self);
}

// ---- to the queue ------------------------------------------------------------------------------------

static void fill_queue(ingestor *self)
{
    gs_error error = {0};
    while (!self->list_done && gs_queue_has_room(self->queue)) {
        gs_outbox_item *items = NULL;
        size_t count = 0;
        gs_arena_reset(self->list_arena);
        if (!gs_outbox_list(self->store, self->listed_row, LIST_ITEMS, LIST_BYTES, self->list_arena, &items,
                            &count, &error)) {
            if (gs_log_every(&self->daemon.log, &self->complained_us, COMPLAIN_US)) {
                gs_oops(&self->daemon.log, "cannot read the outbox, will try again",
                        gs_str("reason", error.message));
            }
            return;
        }
        self->list_done = count == 0;
        for (size_t i = 0; i < count; i++) {
            if (!gs_queue_has_room(self->queue)) {
                return;
            }
            gs_queue_offer(self->queue, items[i].id, items[i].payload, items[i].failures, items[i].reason);
            self->listed_row = items[i].row;
        }
    }
}

void outbox_turn(ingestor *self, uint64_t now)
{
    write_turn(self, now);
    fill_queue(self);
}

bool outbox_is_full(ingestor *self)
{
    gs_error error = {0};
    uint64_t count = 0;
    uint64_t bytes = 0;
    return !gs_outbox_size(self->store, &count, &bytes, &error) ||
           bytes >= self->daemon.config->ingestor.outbox_bytes;
}

bool outbox_is_behind(const ingestor *self)
{
    return !self->list_done || !gs_queue_has_room(self->queue);
}

void outbox_close(ingestor *self)
{
    gs_queue_free(&self->queue);
    gs_store_close(&self->store);
    gs_arena_free(&self->list_arena);
    gs_arena_free(&self->batch.arena);
    gs_buffer_free(&self->packed);
    free(self->batch.articles);
    free(self->batch.states);
    free(self->fresh);
    free(self->settled);
    free(self->failures);
}
