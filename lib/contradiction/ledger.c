// ledger: from extractions to feed events.
//
// It keeps nothing but the index of recent statements; everything else is read from and written to the store
// that the owner gives. Ids are made of contents alone and reports are ordered by time of publication, so the
// order in which extractions arrive changes neither which statements, contradictions and disputes there are
// nor what their ids are; and an extraction that is applied a second time changes nothing.
#include "ledger_internal.h"

#include <stdlib.h>
#include <string.h>

struct gs_ledger {
    gs_ledger_store store;
    gs_index *index; // owned
    uint32_t window_days;
    double min_score;
    gs_arena *scratch; // of one pair
};

// One gs_ledger_apply.
typedef struct apply {
    gs_ledger *ledger;
    const gs_ledger_store *store;
    const char *article_id;
    changed_disputes changed;
    gs_arena *arena;
} apply;

gs_ledger *gs_ledger_new(const gs_ledger_store *store, uint32_t window_days, double min_score)
{
    gs_ledger *self = gs_allocate(sizeof *self);
    self->store = *store;
    self->index = gs_index_new(window_days);
    self->window_days = window_days;
    self->min_score = min_score;
    self->scratch = gs_arena_new(0);
    return self;
}

void gs_ledger_free(gs_ledger **self_p)
{
    gs_ledger *self = *self_p;
    if (self == NULL) {
        return;
    }
    gs_index_free(&self->index);
    gs_arena_free(&self->scratch);
    free(self);
    *self_p = NULL;
}

void gs_ledger_set_min_score(gs_ledger *self, double min_score)
{
    self->min_score = min_score;
}

// A statement of no form attributes words to nobody (the transport's measure makes such): it contradicts
// nothing.
static bool is_attribution(const gs_statement *statement)
{
    return statement->form != GAINSAY__V1__STATEMENT__FORM__FORM_UNSPECIFIED;
}

void gs_ledger_recall(gs_ledger *self, const gs_statement *statement)
{
    gs_id id;
    if (is_attribution(statement) && gs_id_parse(gs_view_of(statement->statement_id), &id)) {
        gs_index_add(self->index, id, statement);
    }
}

void gs_ledger_expire(gs_ledger *self, uint64_t today_day)
{
    if (today_day > self->window_days) {
        gs_index_expire(self->index, today_day - self->window_days);
    }
}

gs_index *gs_ledger_index(gs_ledger *self)
{
    return self->index;
}

const char *gs_event_topic(const gs_event *event, gs_arena *arena)
{
    const gs_statement *statement = NULL;
    switch (event->body_case) {
    case GAINSAY__V1__FEED_EVENT__BODY_STATEMENT:
        statement = event->statement;
        break;
    case GAINSAY__V1__FEED_EVENT__BODY_STATEMENT_UPDATE:
        statement = event->statement_update;
        break;
    case GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION:
        return "contradiction/";
    case GAINSAY__V1__FEED_EVENT__BODY_DISPUTE:
        return "dispute/";
    case GAINSAY__V1__FEED_EVENT__BODY_RETRACTION:
        return "retraction/";
    case GAINSAY__V1__FEED_EVENT__BODY_HEARTBEAT:
        return "heartbeat/";
    default:
        return "other/";
    }
    const char *country = statement->speaker != NULL ? statement->speaker->country : "";
    if (strlen(country) != 2) {
        return "statement/-/";
    }
    return gs_arena_format(arena, "statement/%s/", country);
}

static bool emit_statement(apply *self, gs_statement *statement, bool update, gs_error *error)
{
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    if (update) {
        event.body_case = GAINSAY__V1__FEED_EVENT__BODY_STATEMENT_UPDATE;
        event.statement_update = statement;
    } else {
        event.body_case = GAINSAY__V1__FEED_EVENT__BODY_STATEMENT;
        event.statement = statement;
    }
    return self->store->emit(self->store->context, &event, error);
}

// ---- what an article says --------------------------------------------------------------------------------

// Stores a new statement, or one more report of a known one. *is_new tells which.
static bool take_statement(apply *self, gs_statement *statement, gs_id id, bool *is_new, gs_error *error)
{
    const gs_ledger_store *store = self->store;
    gs_statement *known = NULL;
    *is_new = false;
    if (!store->statement_get(store->context, id, self->arena, &known, error)) {
        return false;
    }
    if (known == NULL) {
        *is_new = true;
        reports_complete(statement, self->arena);
        return store->statement_put(store->context, id, statement, error) &&
               store->report_add(store->context, self->article_id, id, error) &&
               emit_statement(self, statement, false, error);
    }
    if (!reports_merge(known, statement, self->arena)) {
        return true;
    }
    return store->statement_put(store->context, id, known, error) &&
           store->report_add(store->context, self->article_id, id, error) &&
           emit_statement(self, known, true, error);
}

// ---- what an article no longer says ----------------------------------------------------------------------

static bool retract(apply *self, const char *statement_id, const char *contradiction_id, const char *reason,
                    gs_error *error)
{
    gs_retraction gone = GAINSAY__V1__RETRACTION__INIT;
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    gone.statement_id = (char *)statement_id;
    gone.contradiction_id = (char *)contradiction_id;
    gone.reason = (char *)reason;
    gone.article_id = (char *)self->article_id;
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_RETRACTION;
    event.retraction = &gone;
    return self->store->emit(self->store->context, &event, error);
}

static bool drop_contradictions(apply *self, gs_id statement, gs_error *error)
{
    const gs_ledger_store *store = self->store;
    gs_id *ids = NULL;
    size_t count = 0;
    if (!store->contradiction_list(store->context, statement, self->arena, &ids, &count, error)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        gs_contradiction *contradiction = NULL;
        if (!store->contradiction_get(store->context, ids[i], self->arena, &contradiction, error)) {
            return false;
        }
        if (contradiction == NULL) {
            continue;
        }
        if (!store->contradiction_remove(store->context, ids[i], error) ||
            !retract(self, "", contradiction->contradiction_id, "a statement it rests on was taken back",
                     error) ||
            !disputes_drop(store, contradiction, self->article_id, &self->changed, self->arena, error)) {
            return false;
        }
    }
    return true;
}

static bool drop_report(apply *self, gs_id id, gs_error *error)
{
    const gs_ledger_store *store = self->store;
    gs_statement *known = NULL;
    if (!store->report_remove(store->context, self->article_id, id, error) ||
        !store->statement_get(store->context, id, self->arena, &known, error)) {
        return false;
    }
    if (known == NULL || !reports_drop(known, self->article_id, self->arena)) {
        return true;
    }
    if (known->n_reports != 0) {
        return store->statement_put(store->context, id, known, error) &&
               emit_statement(self, known, true, error);
    }
    gs_index_remove(self->ledger->index, id);
    return drop_contradictions(self, id, error) && store->statement_remove(store->context, id, error) &&
           retract(self, known->statement_id, "", "the article no longer says it", error);
}

static bool contains(const gs_id *ids, size_t count, gs_id id)
{
    for (size_t i = 0; i < count; i++) {
        if (gs_id_equal(ids[i], id)) {
            return true;
        }
    }
    return false;
}

static bool drop_unsaid(apply *self, const gs_id *said, size_t said_count, gs_error *error)
{
    gs_id *before = NULL;
    size_t count = 0;
    if (!self->store->report_list(self->store->context, self->article_id, self->arena, &before, &count,
                                  error)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!contains(said, said_count, before[i]) && !drop_report(self, before[i], error)) {
            return false;
        }
    }
    return true;
}

// ---- contradictions --------------------------------------------------------------------------------------

static bool is_earlier(const gs_statement *a, const gs_statement *b)
{
    const int64_t time_a = ledger_time(a->published);
    const int64_t time_b = ledger_time(b->published);
    return time_a != time_b ? time_a < time_b : strcmp(a->statement_id, b->statement_id) < 0;
}

// The same for (a, b) and (b, a).
static gs_id pair_id(gs_id a, gs_id b)
{
    gs_id_hasher hasher;
    const bool in_order = memcmp(a.bytes, b.bytes, GS_ID_BYTES) <= 0;
    gs_id_begin(&hasher, "contradiction");
    gs_id_add(&hasher, gs_view_make(in_order ? a.bytes : b.bytes, GS_ID_BYTES));
    gs_id_add(&hasher, gs_view_make(in_order ? b.bytes : a.bytes, GS_ID_BYTES));
    return gs_id_end(&hasher);
}

static gs_contradiction *contradiction_of(apply *self, gs_statement *a, gs_statement *b, gs_id id,
                                          const gs_verdict *verdict)
{
    char text[GS_ID_TEXT];
    gs_contradiction *made = gs_arena_alloc(self->arena, sizeof *made);
    gainsay__v1__contradiction__init(made);
    gs_id_text(id, text);
    made->contradiction_id = gs_arena_text(self->arena, gs_view_of(text));
    gs_id_text(verdict->dispute, text);
    made->dispute_id = gs_arena_text(self->arena, gs_view_of(text));
    made->relation = verdict->relation;
    made->kind = verdict->kind;
    made->scope = verdict->scope;
    made->score = verdict->score;
    made->reason = gs_arena_text(self->arena, gs_view_of(verdict->reason));
    made->a = a;
    made->b = b;
    made->evidence_a = a->content;
    made->n_evidence_a = a->n_content;
    made->evidence_b = b->content;
    made->n_evidence_b = b->n_content;
    return made;
}

static bool judge_pair(apply *self, gs_statement *fresh, gs_id fresh_id, gs_id other_id, gs_error *error)
{
    const gs_ledger_store *store = self->store;
    gs_statement *other = NULL;
    gs_verdict verdict;
    if (!store->statement_get(store->context, other_id, self->arena, &other, error)) {
        return false;
    }
    if (other == NULL) {
        return true; // in the index, but taken back or undone since
    }
    gs_statement *a = is_earlier(fresh, other) ? fresh : other;
    gs_statement *b = a == fresh ? other : fresh;
    gs_arena_reset(self->ledger->scratch);
    gs_judge(a, b, self->ledger->scratch, &verdict);
    if (verdict.relation != GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS ||
        verdict.score < self->ledger->min_score) {
        return true;
    }
    const gs_id id = pair_id(fresh_id, other_id);
    gs_contradiction *known = NULL;
    if (!store->contradiction_get(store->context, id, self->arena, &known, error)) {
        return false;
    }
    if (known != NULL) {
        return true;
    }
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION;
    event.contradiction = contradiction_of(self, a, b, id, &verdict);
    gs_id a_id = a == fresh ? fresh_id : other_id;
    gs_id b_id = a == fresh ? other_id : fresh_id;
    return store->contradiction_put(store->context, id, a_id, b_id, verdict.dispute, event.contradiction,
                                    error) &&
           store->emit(store->context, &event, error) &&
           disputes_add(store, event.contradiction, verdict.question, verdict.dispute, &self->changed,
                        self->arena, error);
}

static bool find_contradictions(apply *self, gs_statement *fresh, gs_id id, gs_error *error)
{
    gs_id ids[LEDGER_CANDIDATES];
    size_t count = 0;
    gs_index_find(self->ledger->index, fresh, ids, LEDGER_CANDIDATES, &count);
    for (size_t i = 0; i < count; i++) {
        if (!gs_id_equal(ids[i], id) && !judge_pair(self, fresh, id, ids[i], error)) {
            return false;
        }
    }
    return true;
}

// ---- the door --------------------------------------------------------------------------------------------

bool gs_ledger_apply(gs_ledger *self, const gs_extraction *extraction, bool known_before, gs_arena *arena,
                     gs_error *error)
{
    apply work = {
        .ledger = self, .store = &self->store, .article_id = extraction->article->article_id, .arena = arena};
    const size_t count = extraction->n_statements;
    gs_id *ids = gs_arena_alloc(arena, (count + 1) * sizeof *ids);
    bool *is_new = gs_arena_alloc(arena, (count + 1) * sizeof *is_new);
    for (size_t i = 0; i < count; i++) {
        if (!gs_id_parse(gs_view_of(extraction->statements[i]->statement_id), &ids[i])) {
            return gs_fail(error, GS_E_INPUT, "statement %zu of article %s has no valid id", i + 1,
                           work.article_id);
        }
        if (!take_statement(&work, extraction->statements[i], ids[i], &is_new[i], error)) {
            return false;
        }
    }
    if (known_before && !drop_unsaid(&work, ids, count, error)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_new[i] || !is_attribution(extraction->statements[i])) {
            continue;
        }
        if (!find_contradictions(&work, extraction->statements[i], ids[i], error)) {
            return false;
        }
        gs_index_add(self->index, ids[i], extraction->statements[i]);
    }
    return disputes_emit(&self->store, &work.changed, error);
}
