// opinion: contradictions are put before another model before they are told, if the configuration names one.
//
// Nothing here makes a commit wait. A pair that is to be asked about is held: a row in the store says so, in
// the transaction that commits its statements, and these are published at once; only the pair's contradiction
// is not. The question goes out after the commit, on the bus's own loop, and when its answer is there (or is
// not to be expected any more) the pair is settled in a transaction of its own. So a pair is delayed by
// opinion.timeout at most, whatever the server does, and a crash at any moment leaves either the row, which
// is taken up at the next start, or the settled pair.
//
// An answer is kept and holds for its pair as long as the question is the same: redelivery, revisions and
// restarts do not ask again. No answer keeps nothing; the built-in verdict stands.
#include "opinion.h"

#include <stdlib.h>
#include <string.h>

enum { SETTLED = 64 }; // pairs of one transaction

// ---- pairs that are held -----------------------------------------------------------------------------

size_t opinion_count(const opinion_desk *desk, held_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < HELD; i++) {
        count += desk->held[i].state == state;
    }
    return count;
}

// The one that came first.
held_pair *opinion_first(opinion_desk *desk, held_state state)
{
    held_pair *first = NULL;
    for (size_t i = 0; i < HELD; i++) {
        held_pair *one = &desk->held[i];
        if (one->state == state && (first == NULL || one->number < first->number)) {
            first = one;
        }
    }
    return first;
}

static held_pair *find_pair(opinion_desk *desk, gs_id pair)
{
    for (size_t i = 0; i < HELD; i++) {
        if (desk->held[i].state != HELD_FREE && gs_id_equal(desk->held[i].pair, pair)) {
            return &desk->held[i];
        }
    }
    return NULL;
}

static held_pair *hold(aggregator *self, gs_id pair, gs_id a, gs_id b, held_state state)
{
    opinion_desk *desk = self->opinion;
    held_pair *one = opinion_first(desk, HELD_FREE);
    if (one != NULL) {
        *one = (held_pair){
            .state = state, .number = ++desk->numbered, .pair = pair, .a = a, .b = b, .owner = self};
    }
    return one;
}

static uint64_t deadline_from(const aggregator *self, uint64_t now)
{
    return now + (uint64_t)self->daemon.config->opinion.timeout * 1000000;
}

void aggregator_opinion_committed(aggregator *self)
{
    const uint64_t now = gs_monotonic_us();
    for (size_t i = 0; i < HELD; i++) {
        held_pair *one = &self->opinion->held[i];
        if (one->state == HELD_NEW) {
            one->state = HELD_WAITS;
            one->deadline_us = deadline_from(self, now);
        } else if (one->state == HELD_SETTLING) {
            one->state = HELD_FREE;
        }
    }
}

void aggregator_opinion_undone(aggregator *self)
{
    for (size_t i = 0; i < HELD; i++) {
        held_pair *one = &self->opinion->held[i];
        if (one->state == HELD_NEW) {
            one->state = HELD_FREE;
        } else if (one->state == HELD_SETTLING) {
            one->state = HELD_DONE;
        }
    }
}

// ---- what the ledger asks ----------------------------------------------------------------------------

static gs_second_opinion *new_said(const aggregator *self, gs_arena *arena)
{
    gs_second_opinion *said = gs_arena_alloc(arena, sizeof *said);
    gainsay__v1__second_opinion__init(said);
    said->model = self->daemon.config->opinion.model;
    said->prompt = GS_OPINION_PROMPT;
    return said;
}

// Notes in the open transaction that the pair waits. *held is false where it cannot be.
static bool hold_pair(aggregator *self, const gs_consulting *pair, gs_id question, bool *held,
                      gs_error *error)
{
    opinion_desk *desk = self->opinion;
    *held = find_pair(desk, pair->pair) != NULL ||
            (!gs_opinion_gate_rests(desk->gate, gs_monotonic_us()) &&
             hold(self, pair->pair, pair->a_id, pair->b_id, HELD_NEW) != NULL);
    if (!*held) {
        desk->skipped++;
        return gs_opinion_remove(self->store, pair->pair,
                                 error); // an answer to what is no longer the question
    }
    const gs_opinion_row row = {.a = pair->a_id,
                                .b = pair->b_id,
                                .question = question,
                                .waiting = true,
                                .said = new_said(self, pair->arena)};
    return gs_opinion_put(self->store, pair->pair, &row, gs_unix_us(), error);
}

static bool consult(void *context, const gs_consulting *pair, gs_consulted *answer, gs_second_opinion **said,
                    gs_error *error)
{
    aggregator *self = context;
    opinion_desk *desk = self->opinion;
    gs_opinion_row row;
    bool found = false;
    *answer = GS_CONSULTED_STANDS;
    if (desk->net == NULL || pair->score < self->daemon.config->opinion.floor) {
        return true;
    }
    if (!gs_opinion_get(self->store, pair->pair, pair->arena, &found, &row, error)) {
        return false;
    }
    const gs_id question = gs_opinion_question(pair->a, pair->b, self->daemon.config->opinion.model);
    const bool same = found && gs_id_equal(row.question, question);
    if (same && !row.waiting) {
        desk->cached += desk->settling ? 0 : 1;
        *answer = GS_CONSULTED_GIVEN;
        *said = row.said;
        return true;
    }
    if (desk->settling) {
        return true; // it was asked, in vain
    }
    bool held = same && find_pair(desk, pair->pair) != NULL;
    if (!held && !hold_pair(self, pair, question, &held, error)) {
        return false;
    }
    *answer = held ? GS_CONSULTED_HOLD : GS_CONSULTED_STANDS;
    return true;
}

// Ends the wait of those whose time is over, or of all while nobody is asked.
static void give_up(aggregator *self, uint64_t now)
{
    opinion_desk *desk = self->opinion;
    const bool none = desk->net == NULL || gs_opinion_gate_rests(desk->gate, now);
    for (size_t i = 0; i < HELD; i++) {
        held_pair *one = &desk->held[i];
        if (one->state == HELD_WAITS && (none || now >= one->deadline_us)) {
            one->state = HELD_DONE;
            desk->skipped++;
        }
    }
}

// ---- settling ----------------------------------------------------------------------------------------

// A statement may have changed since it was asked about; then the pair is asked about anew, while there is
// time.
static bool is_same_question(aggregator *self, const held_pair *one, bool *same, gs_error *error)
{
    gs_statement *a = NULL, *b = NULL;
    *same = true;
    if (!one->answered || self->opinion->net == NULL) {
        return true;
    }
    if (!gs_statement_get(self->store, one->a, self->arena, &a, error) ||
        !gs_statement_get(self->store, one->b, self->arena, &b, error)) {
        return false;
    }
    *same = a == NULL || b == NULL ||
            gs_id_equal(one->question, gs_opinion_question(a, b, self->daemon.config->opinion.model));
    return true;
}

static bool keep_outcome(aggregator *self, const held_pair *one, gs_error *error)
{
    if (!one->answered || self->opinion->net == NULL) {
        return gs_opinion_remove(self->store, one->pair, error);
    }
    gs_opinion_row row = {
        .a = one->a, .b = one->b, .question = one->question, .said = new_said(self, self->arena)};
    row.said->relation = one->opinion.relation;
    row.said->confidence = one->opinion.confidence;
    return gs_opinion_put(self->store, one->pair, &row, gs_unix_us(), error);
}

static bool settle_pair(aggregator *self, held_pair *one, gs_error *error)
{
    bool same;
    gs_arena_reset(self->arena);
    if (!is_same_question(self, one, &same, error)) {
        return false;
    }
    if (!same) {
        one->state = HELD_WAITS;
        one->answered = false;
        return true;
    }
    one->state = HELD_SETTLING;
    self->opinion->settling = true;
    const bool done =
        keep_outcome(self, one, error) && gs_ledger_settle(self->ledger, one->a, one->b, self->arena, error);
    self->opinion->settling = false;
    return done;
}

static void settle(aggregator *self, uint64_t now)
{
    opinion_desk *desk = self->opinion;
    gs_error error = {0};
    held_pair *one = opinion_first(desk, HELD_DONE);
    if (one == NULL || now < self->retry_at_us) {
        return;
    }
    bool done = gs_store_begin(self->store, &error);
    for (size_t i = 0; done && i < SETTLED && one != NULL; i++) {
        done = settle_pair(self, one, &error);
        held_pair *next = done ? opinion_first(desk, HELD_DONE) : NULL;
        one = done ? next : one;
    }
    if (done) {
        aggregator_commit(self);
        return;
    }
    aggregator_undo(self, &error);
    if (!aggregator_is_trouble(&error)) {
        one->state = HELD_FREE; // it never would succeed; its row is tried again at the next start
    }
}

int aggregator_opinion_turn(aggregator *self)
{
    opinion_desk *desk = self->opinion;
    enum { IDLE_MS = 1000 };
    int wait_ms = desk->net != NULL ? gs_net_tick(desk->net) : IDLE_MS;
    if (opinion_count(desk, HELD_FREE) == HELD) {
        return wait_ms;
    }
    const uint64_t now = gs_monotonic_us();
    give_up(self, now);
    opinion_ask(self, now);
    settle(self, now);
    return desk->net != NULL ? gs_net_tick(desk->net) : wait_ms;
}

// ---- opening, reloading, telling ---------------------------------------------------------------------

bool aggregator_opinion_open(aggregator *self, gs_error *error)
{
    gs_id *pairs = NULL;
    size_t count = 0;
    opinion_desk *desk = self->opinion = gs_allocate(sizeof *desk);
    desk->arena = gs_arena_new(0);
    if (!opinion_connect(self, error) ||
        !gs_opinion_waiting(self->store, HELD, desk->arena, &pairs, &count, error)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        gs_opinion_row row;
        bool found;
        if (!gs_opinion_get(self->store, pairs[i], desk->arena, &found, &row, error)) {
            return false;
        }
        held_pair *one = found ? hold(self, pairs[i], row.a, row.b, HELD_WAITS) : NULL;
        if (one != NULL) {
            one->deadline_us = deadline_from(self, gs_monotonic_us());
        }
    }
    gs_ledger_set_consult(self->ledger, consult, self);
    return true;
}

void aggregator_opinion_reload(aggregator *self)
{
    gs_error error = {0};
    opinion_disconnect(self->opinion);
    gs_buffer_clear(&self->opinion->last_failure);
    if (!opinion_connect(self, &error)) {
        opinion_disconnect(self->opinion);
        gs_oops(&self->daemon.log, "nobody is asked for a second opinion", gs_str("reason", error.message));
    }
}

void aggregator_opinion_free(aggregator *self)
{
    opinion_desk *desk = self->opinion;
    if (desk == NULL) {
        return;
    }
    opinion_disconnect(desk);
    gs_opinion_gate_free(&desk->gate);
    gs_buffer_free(&desk->url);
    gs_buffer_free(&desk->key);
    gs_buffer_free(&desk->last_failure);
    gs_arena_free(&desk->arena);
    free(desk);
    self->opinion = NULL;
}

void aggregator_opinion_report(aggregator *self, gs_arena *arena, gs_status *status)
{
    const opinion_desk *desk = self->opinion;
    if (desk->net == NULL) {
        return;
    }
    gs_status_counter(arena, status, "opinion_asked", desk->asked);
    gs_status_counter(arena, status, "opinion_agreed", desk->agreed);
    gs_status_counter(arena, status, "opinion_disagreed", desk->disagreed);
    gs_status_counter(arena, status, "opinion_failed", desk->failed);
    gs_status_counter(arena, status, "opinion_late", desk->late);
    gs_status_counter(arena, status, "opinion_skipped", desk->skipped);
    gs_status_counter(arena, status, "opinion_cached", desk->cached);
    gs_status_gauge(arena, status, "opinion_held", HELD - opinion_count(desk, HELD_FREE));
    gs_status_latency(arena, status, "opinion", &desk->answer_time);
    if (desk->last_failure.size > 0) {
        gs_status_note(arena, status, "second opinion", desk->last_failure.data);
    }
}
