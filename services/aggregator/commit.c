// commit: what becomes of a result. All results of one turn of the loop go into one transaction (one fsync);
// once that is durable they are acknowledged and their events published, in the order of their numbers.
//
// When a transaction fails (a full disk, say) it is undone as a whole and nothing is acknowledged: the
// extractors keep their results and send them again, so the way out of trouble is simply to wait. Articles
// are known by id and revision; what was committed before is acknowledged and changes nothing.
#include "aggregator.h"

#include <stdlib.h>
#include <string.h>

enum {
    PAUSE_AFTER_FAILURE_US = 1000 * 1000,
    COMPLAIN_US = 60 * 1000 * 1000,
    RETENTION_US = 10 * 1000 * 1000,
    DAY_S = 24 * 60 * 60,
};

// ---- the ledger's store is ours ---------------------------------------------------------------------

static gs_store *store_of(void *context)
{
    return ((aggregator *)context)->store;
}

static bool statement_get(void *context, gs_id id, gs_arena *arena, gs_statement **found, gs_error *error)
{
    return gs_statement_get(store_of(context), id, arena, found, error);
}

static bool statement_put(void *context, gs_id id, const gs_statement *statement, gs_error *error)
{
    return gs_statement_put(store_of(context), id, statement, gs_unix_us(), error);
}

static bool statement_remove(void *context, gs_id id, gs_error *error)
{
    return gs_statement_remove(store_of(context), id, error);
}

static bool report_add(void *context, const char *article_id, gs_id statement, gs_error *error)
{
    return gs_report_add(store_of(context), article_id, statement, error);
}

static bool report_remove(void *context, const char *article_id, gs_id statement, gs_error *error)
{
    return gs_report_remove(store_of(context), article_id, statement, error);
}

static bool report_list(void *context, const char *article_id, gs_arena *arena, gs_id **ids, size_t *count,
                        gs_error *error)
{
    return gs_report_list(store_of(context), article_id, arena, ids, count, error);
}

static bool contradiction_get(void *context, gs_id id, gs_arena *arena, gs_contradiction **found,
                              gs_error *error)
{
    return gs_contradiction_get(store_of(context), id, arena, found, error);
}

static bool contradiction_put(void *context, gs_id id, gs_id a, gs_id b, gs_id dispute,
                              const gs_contradiction *contradiction, gs_error *error)
{
    return gs_contradiction_put(store_of(context), id, a, b, dispute, contradiction, gs_unix_us(), error);
}

static bool contradiction_remove(void *context, gs_id id, gs_error *error)
{
    return gs_contradiction_remove(store_of(context), id, error);
}

static bool contradiction_list(void *context, gs_id statement, gs_arena *arena, gs_id **ids, size_t *count,
                               gs_error *error)
{
    return gs_contradiction_list(store_of(context), statement, arena, ids, count, error);
}

static bool dispute_get(void *context, gs_id id, gs_arena *arena, gs_dispute **found, gs_error *error)
{
    return gs_dispute_get(store_of(context), id, arena, found, error);
}

static bool dispute_put(void *context, gs_id id, const gs_dispute *dispute, gs_error *error)
{
    return gs_dispute_put(store_of(context), id, dispute, gs_unix_us(), error);
}

static bool dispute_remove(void *context, gs_id id, gs_error *error)
{
    return gs_dispute_remove(store_of(context), id, error);
}

static void remember_event(aggregator *self, const gs_event *event)
{
    if (self->waiting_count == self->waiting_capacity) {
        self->waiting_capacity = self->waiting_capacity == 0 ? 1024 : self->waiting_capacity * 2;
        self->waiting = gs_reallocate(self->waiting, self->waiting_capacity * sizeof *self->waiting);
    }
    waiting_event *waiting = &self->waiting[self->waiting_count++];
    waiting->sequence = event->sequence;
    waiting->offset = self->events.size;
    waiting->size = self->packed.size;
    strncpy(waiting->topic, event->topic, sizeof waiting->topic - 1);
    waiting->topic[sizeof waiting->topic - 1] = '\0';
    gs_buffer_append(&self->events, self->packed.data, self->packed.size);
}

static bool emit(void *context, gs_event *event, gs_error *error)
{
    aggregator *self = context;
    event->topic = (char *)gs_event_topic(event, self->arena);
    gs_buffer_clear(&self->packed);
    if (!gs_feed_append(self->store, event, &self->packed, error)) {
        return false;
    }
    self->batch_statements += event->body_case == GAINSAY__V1__FEED_EVENT__BODY_STATEMENT ? 1 : 0;
    self->batch_contradictions += event->body_case == GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION ? 1 : 0;
    remember_event(self, event);
    return true;
}

gs_ledger_store aggregator_ledger_store(aggregator *self)
{
    return (gs_ledger_store){
        .context = self,
        .statement_get = statement_get,
        .statement_put = statement_put,
        .statement_remove = statement_remove,
        .report_add = report_add,
        .report_remove = report_remove,
        .report_list = report_list,
        .contradiction_get = contradiction_get,
        .contradiction_put = contradiction_put,
        .contradiction_remove = contradiction_remove,
        .contradiction_list = contradiction_list,
        .dispute_get = dispute_get,
        .dispute_put = dispute_put,
        .dispute_remove = dispute_remove,
        .emit = emit,
    };
}

static bool put_holder(void *context, gs_id id, const gs_holder *holder, gs_error *error)
{
    return gs_holder_put(store_of(context), id, holder, error);
}

static bool remove_holder(void *context, gs_id id, gs_error *error)
{
    return gs_holder_remove(store_of(context), id, error);
}

// ---- one result --------------------------------------------------------------------------------------

static gs_id content_of(const gs_article *article)
{
    gs_id content = {{0}};
    if (article->content_hash.len == GS_ID_BYTES) {
        memcpy(content.bytes, article->content_hash.data, GS_ID_BYTES);
    }
    return content;
}

// Is this revision newer than what is committed? Revisions count up within one ingestor; where two
// ingestors read the same article, the one that read it later has the newer text.
static bool is_newer(const gs_article *article, const gs_article_row *known)
{
    if (article->revision != known->revision) {
        return article->revision > known->revision;
    }
    return !gs_id_equal(content_of(article), known->content) && article->ingested_us > known->ingested_us;
}

// Is this revision of the article, or a newer one, committed?
static bool is_committed(aggregator *self, const gs_article *article, gs_article_row *row, bool *known,
                         bool *committed, gs_error *error)
{
    if (!gs_article_get(self->store, article->article_id, known, row, error)) {
        return false;
    }
    *committed = *known && !is_newer(article, row);
    return true;
}

// What the article tells of people is learned first, so that its own words complete its statements too.
static bool apply_extraction(aggregator *self, gs_extraction *extraction, bool *changed, gs_error *error)
{
    const gs_article *article = extraction->article;
    gs_article_row row;
    bool known = false;
    bool committed = false;
    *changed = false;
    if (!is_committed(self, article, &row, &known, &committed, error)) {
        return false;
    }
    if (committed) {
        self->repeated++;
        return true;
    }
    gs_holders_learn(self->holders, extraction);
    gs_holders_resolve(self->holders, extraction, self->arena);
    if (!gs_ledger_apply(self->ledger, extraction, known, self->arena, error)) {
        return false;
    }
    row.revision = article->revision;
    row.ingested_us = article->ingested_us;
    row.content = content_of(article);
    *changed = true;
    return gs_article_put(self->store, article->article_id, &row, gs_unix_us(), error);
}

// A worker may have died after its result was committed and before it could say so; such an article is in the
// feed and no dead letter.
static bool apply_dead_letter(aggregator *self, gs_id id, const gs_dead_letter *letter, gs_error *error)
{
    const gs_article *article = letter->article;
    gs_article_row row;
    bool known = false;
    bool committed = false;
    if (article != NULL && !is_committed(self, article, &row, &known, &committed, error)) {
        return false;
    }
    if (committed) {
        self->repeated++;
        return gs_dead_letter_remove(self->store, id, error);
    }
    self->dead_letters++;
    gs_warn(&self->daemon.log, "dead letter", gs_str("url", article != NULL ? article->url : ""),
            gs_int("failures", letter->failures), gs_str("reason", letter->reason));
    return gs_dead_letter_put(self->store, id, letter, error);
}

static bool apply(aggregator *self, gs_id id, gs_extraction *extraction, bool *changed, gs_error *error)
{
    if (extraction->dead_letter != NULL) {
        *changed = false;
        return apply_dead_letter(self, id, extraction->dead_letter, error);
    }
    if (!apply_extraction(self, extraction, changed, error)) {
        return false;
    }
    uint64_t letters = 0;
    if (!gs_dead_letter_count(self->store, &letters, error)) {
        return false;
    }
    return letters == 0 || gs_dead_letter_remove(self->store, id, error);
}

// A result that no later version of it can mend is refused; its article becomes a dead letter.
static bool is_sound(const gs_extraction *extraction, gs_error *error)
{
    if (extraction->dead_letter != NULL) {
        return true;
    }
    if (extraction->article == NULL || extraction->article->article_id[0] == '\0') {
        return gs_fail(error, GS_E_INPUT, "the result names no article");
    }
    if (extraction->n_statements > GS_LIMIT_STATEMENTS) {
        return gs_fail(error, GS_E_LIMIT, "the result has %zu statements, at most %d are taken",
                       extraction->n_statements, GS_LIMIT_STATEMENTS);
    }
    for (size_t i = 0; i < extraction->n_statements; i++) {
        gs_id id;
        if (!gs_id_parse(gs_view_of(extraction->statements[i]->statement_id), &id)) {
            return gs_fail(error, GS_E_INPUT, "statement %zu of the result has no valid id", i + 1);
        }
    }
    return true;
}

// Undoes the open transaction. Its results stay with the extractors, which send them again.
void aggregator_undo(aggregator *self, const gs_error *error)
{
    gs_store_rollback(self->store);
    gs_holders_undo(self->holders);
    aggregator_opinion_undone(self);
    self->taken_count = 0;
    self->waiting_count = 0;
    self->batch_statements = self->batch_contradictions = 0;
    gs_buffer_clear(&self->events);
    self->retry_at_us = gs_monotonic_us() + PAUSE_AFTER_FAILURE_US;
    self->failed++;
    if (gs_log_every(&self->daemon.log, &self->complained_us, COMPLAIN_US)) {
        gs_oops(&self->daemon.log, "cannot commit, will try again; nothing is lost",
                gs_str("reason", error->message));
    }
}

// Anything else lies in the one result.
bool aggregator_is_trouble(const gs_error *error)
{
    return error->code == GS_E_IO || error->code == GS_E_FULL || error->code == GS_E_DAMAGED;
}

void aggregator_take(void *context, uint64_t peer, gs_id id, gs_view payload)
{
    aggregator *self = context;
    gs_error error = {0};
    bool changed = false;
    if (gs_monotonic_us() < self->retry_at_us) {
        return; // it comes again
    }
    gs_arena_reset(self->arena);
    gs_extraction *extraction =
        (gs_extraction *)gs_wire_unpack(&gainsay__v1__extraction__descriptor, payload, self->arena, &error);
    if (extraction == NULL || !is_sound(extraction, &error)) {
        gs_warn(&self->daemon.log, "result refused", gs_str("reason", error.message));
        gs_intake_refuse(self->intake, peer, id, error.message);
        return;
    }
    if (!gs_store_in_transaction(self->store) && !gs_store_begin(self->store, &error)) {
        aggregator_undo(self, &error);
        return;
    }
    if (!apply(self, id, extraction, &changed, &error)) {
        aggregator_undo(self, &error);
        if (!aggregator_is_trouble(&error)) {
            self->retry_at_us = 0; // the others of this turn come again; this one never would succeed
            gs_intake_refuse(self->intake, peer, id, error.message);
        }
        return;
    }
    self->taken[self->taken_count++] =
        (taken){.peer = peer, .id = id, .ingested_us = changed ? extraction->article->ingested_us : 0};
    if (self->taken_count == self->daemon.config->aggregator.batch) {
        aggregator_commit(self);
    }
}

// ---- the end of a turn -------------------------------------------------------------------------------

static void publish(aggregator *self)
{
    for (size_t i = 0; i < self->waiting_count; i++) {
        const waiting_event *waiting = &self->waiting[i];
        gs_publisher_send(self->publisher, waiting->topic, waiting->sequence,
                          gs_view_make(self->events.data + waiting->offset, waiting->size));
    }
    if (self->waiting_count != 0) {
        gs_publisher_close(self->publisher);
    }
    self->events_count += self->waiting_count;
    self->waiting_count = 0;
    gs_buffer_clear(&self->events);
}

void aggregator_commit(aggregator *self)
{
    gs_error error = {0};
    if (!gs_store_in_transaction(self->store)) {
        return;
    }
    const uint64_t begun = gs_monotonic_us();
    if (!gs_holders_save(self->holders, put_holder, self, &error) || !gs_store_commit(self->store, &error)) {
        aggregator_undo(self, &error);
        return;
    }
    gs_holders_keep(self->holders);
    aggregator_opinion_committed(self);
    gs_histogram_add(&self->commit_time, gs_monotonic_us() - begun);
    publish(self);
    const uint64_t now = gs_unix_us();
    for (size_t i = 0; i < self->taken_count; i++) {
        const taken *one = &self->taken[i];
        gs_intake_acknowledge(self->intake, one->peer, one->id);
        if (one->ingested_us != 0) {
            gs_histogram_add(&self->ingest_to_feed, now > one->ingested_us ? now - one->ingested_us : 0);
        }
    }
    gs_intake_flush(self->intake);
    gs_rate_add(&self->rate, self->taken_count, gs_monotonic_us());
    self->articles += self->taken_count;
    self->statements += self->batch_statements;
    self->contradictions += self->batch_contradictions;
    self->batch_statements = self->batch_contradictions = 0;
    self->taken_count = 0;
}

// A table that was trimmed although its transaction failed does no harm: who is left in the store comes back
// with the next start.
static void trim_holders(aggregator *self)
{
    gs_error error = {0};
    if (!gs_holders_is_crowded(self->holders)) {
        return;
    }
    bool done = gs_store_begin(self->store, &error);
    if (done) {
        done = gs_holders_trim(self->holders, remove_holder, self, &error) &&
               gs_store_commit(self->store, &error);
        if (!done) {
            gs_store_rollback(self->store);
        }
    }
    if (!done) {
        gs_warn(&self->daemon.log, "cannot trim the table of office-holders",
                gs_str("reason", error.message));
    }
}

void aggregator_retention(aggregator *self, uint64_t now)
{
    const gs_config *config = self->daemon.config;
    gs_error error = {0};
    bool more = false;
    if (now - self->expired_us < RETENTION_US) {
        return;
    }
    const uint64_t today_s = gs_unix_us() / 1000000;
    gs_ledger_expire(self->ledger, today_s / DAY_S);
    trim_holders(self);
    uint64_t before_us = 0;
    if (config->aggregator.keep_days != 0) {
        const uint64_t keep_s = (uint64_t)config->aggregator.keep_days * DAY_S;
        before_us = today_s > keep_s ? (today_s - keep_s) * 1000000 : 0;
    }
    if ((before_us != 0 || config->aggregator.keep_bytes != 0) &&
        !gs_feed_expire(self->store, before_us, config->aggregator.keep_bytes, &more, &error)) {
        gs_warn(&self->daemon.log, "retention failed", gs_str("reason", error.message));
        more = false;
    }
    gs_publisher_retained(self->publisher, gs_feed_first(self->store));
    if (!more) {
        self->expired_us = now;
    }
}
