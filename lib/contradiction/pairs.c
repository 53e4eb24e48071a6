// Contradictions as entries of the ledger: found through the index, judged, stored under an id made of the
// two statements' ids, told, and taken back when a statement they rest on is gone or no longer stands against
// the other.
#include "ledger_internal.h"

#include <string.h>

enum { CANDIDATES = 32 }; // statements that one is judged against: the likeliest by the index

gs_id ledger_contradiction_id(gs_id a, gs_id b)
{
    gs_view first = gs_view_make(a.bytes, GS_ID_BYTES), second = gs_view_make(b.bytes, GS_ID_BYTES);
    bool ordered = memcmp(a.bytes, b.bytes, GS_ID_BYTES) < 0;
    return ordered ? gs_id_of("contradiction", first, second) : gs_id_of("contradiction", second, first);
}

static const char *day_of(const gs_statement *statement)
{
    return statement->said_on && statement->said_on[0] ? statement->said_on : statement->published;
}

bool ledger_comes_first(const gs_statement *a, const gs_statement *b)
{
    int order = strncmp(day_of(a), day_of(b), 10);
    if (order == 0)
        order = ledger_compare_published(a->published, b->published);
    if (order == 0)
        order = strcmp(a->statement_id, b->statement_id);
    return order < 0;
}

// Bytes of the statement's text as spans of its article. The text is the content spans joined by one space;
// where it is not (an older wording), or nothing is told, all of the content is the evidence.
static gs_span **spans_of(gs_arena *arena, const gs_statement *statement, gs_evidence evidence, size_t *count)
{
    size_t at = 0;
    gs_span **spans = gs_arena_alloc(arena, (statement->n_content + 1) * sizeof *spans);
    *count = 0;
    for (size_t i = 0; i < statement->n_content; i++) {
        const gs_span *content = statement->content[i];
        size_t size = content->end - content->begin;
        size_t begin = evidence.begin > at ? evidence.begin - at : 0;
        size_t end = evidence.end > at ? evidence.end - at : 0;
        end = end < size ? end : size;
        at += size + 1;
        if (begin >= end)
            continue;
        gs_span *span = gs_arena_alloc(arena, sizeof *span);
        gainsay__v1__span__init(span);
        span->begin = content->begin + (uint32_t)begin;
        span->end = content->begin + (uint32_t)end;
        spans[(*count)++] = span;
    }
    bool whole = *count == 0 || at != strlen(statement->text) + 1;
    if (whole)
        *count = statement->n_content;
    return whole ? statement->content : spans;
}

static gs_contradiction *make_contradiction(ledger_turn *turn, gs_id id, gs_statement *a, gs_statement *b,
                                            const gs_verdict *verdict)
{
    gs_contradiction *contradiction = gs_arena_alloc(turn->arena, sizeof *contradiction);
    gainsay__v1__contradiction__init(contradiction);
    bool ordered = ledger_comes_first(a, b);
    contradiction->contradiction_id = ledger_id_text(turn->arena, id);
    contradiction->relation = verdict->relation;
    contradiction->kind = verdict->kind;
    contradiction->scope = verdict->scope;
    contradiction->a = ordered ? a : b;
    contradiction->b = ordered ? b : a;
    contradiction->score = verdict->score;
    contradiction->reason = gs_arena_text(turn->arena, gs_view_of(verdict->reason));
    contradiction->evidence_a =
        spans_of(turn->arena, contradiction->a, ordered ? verdict->evidence_a : verdict->evidence_b,
                 &contradiction->n_evidence_a);
    contradiction->evidence_b =
        spans_of(turn->arena, contradiction->b, ordered ? verdict->evidence_b : verdict->evidence_a,
                 &contradiction->n_evidence_b);
    contradiction->question_id = ledger_id_text(turn->arena, verdict->dispute);
    contradiction->dispute_id = contradiction->question_id; // until disputes.c finds what gathers it
    contradiction->question = ledger_question_line(contradiction->a, contradiction->b, verdict, turn->arena);
    return contradiction;
}

static void note_pair(ledger_turn *turn, const ledger_pair *pair)
{
    turn->pairs =
        ledger_grown(turn->arena, turn->pairs, turn->pair_count, &turn->pair_capacity, sizeof *turn->pairs);
    turn->pairs[turn->pair_count++] = *pair;
    ledger_touch_question(turn, ledger_question_of(pair->contradiction));
}

static bool remove_contradiction(ledger_turn *turn, gs_id id, const gs_contradiction *known,
                                 const char *reason)
{
    const gs_ledger_store *store = &turn->ledger->store;
    turn->unsettled = true;
    if (known)
        ledger_touch_question(turn, ledger_question_of(known));
    return store->contradiction_remove(store->context, id, turn->error) &&
           ledger_emit_retraction(turn, NULL, ledger_id_text(turn->arena, id), NULL, reason);
}

bool ledger_drop_contradictions(ledger_turn *turn, gs_id statement)
{
    const gs_ledger_store *store = &turn->ledger->store;
    gs_id *ids = NULL;
    size_t count = 0;
    if (!store->contradiction_list(store->context, statement, turn->arena, &ids, &count, turn->error))
        return false;
    for (size_t i = 0; i < count; i++) {
        gs_contradiction *known = NULL;
        if (!store->contradiction_get(store->context, ids[i], turn->arena, &known, turn->error) ||
            !remove_contradiction(turn, ids[i], known, "a statement it rests on was taken back"))
            return false;
    }
    return true;
}

// From the memo, or read and put there; in the arena, because the memo may forget.
static const cd_claims *ledger_claims(gs_ledger *ledger, gs_id id, const gs_statement *statement,
                                      gs_arena *arena)
{
    const cd_claims *known = cd_memo_find(ledger->memo, id);
    if (!known) {
        known = cd_judge_read(ledger->judge, statement, arena);
        cd_memo_put(ledger->memo, id, known);
        return known;
    }
    void *copy = gs_arena_alloc(arena, known->size);
    memcpy(copy, known, known->size);
    return copy;
}

// What the pair is now, against what the ledger holds of it.
static bool settle_pair(ledger_turn *turn, gs_id a_id, gs_statement *a, const cd_claims *claims, gs_id b_id,
                        gs_statement *b)
{
    const gs_ledger_store *store = &turn->ledger->store;
    gs_id id = ledger_contradiction_id(a_id, b_id);
    gs_verdict verdict;
    if (ledger_are_between_copies(a, b)) {
        gs_contradiction *told = NULL;
        return store->contradiction_get(store->context, id, turn->arena, &told, turn->error) &&
               (!told || remove_contradiction(turn, id, told, "its statements stand in copies of one text"));
    }
    // Judging leaves nothing behind but the verdict.
    gs_arena_reset(turn->ledger->scratch);
    const cd_claims *theirs = ledger_claims(turn->ledger, b_id, b, turn->ledger->scratch);
    cd_judge_claims(turn->ledger->judge, a, claims, b, theirs, turn->ledger->scratch, &verdict);
    const gs_consulting pair = {
        .pair = id, .a_id = a_id, .b_id = b_id, .a = a, .b = b, .score = verdict.score, .arena = turn->arena};
    gs_second_opinion *said;
    bool held;
    if (!ledger_consult(turn, &pair, &verdict, &said, &held))
        return false;
    if (held)
        return true;
    bool holds = verdict.relation == GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS &&
                 verdict.score >= turn->ledger->min_score;
    gs_contradiction *known = NULL;
    if (!store->contradiction_get(store->context, id, turn->arena, &known, turn->error))
        return false;
    if (!holds)
        return !known || remove_contradiction(turn, id, known,
                                              said ? "a second opinion does not bear it out"
                                                   : "its statements no longer stand against each other");
    gs_contradiction *fresh = make_contradiction(turn, id, a, b, &verdict);
    fresh->second_opinion = said;
    if (known) {
        turn->unsettled = true;
        ledger_touch_question(turn, ledger_question_of(known));
        fresh->dispute_id = known->dispute_id;
    }
    bool same =
        known && gs_id_equal(ledger_question_of(known), verdict.dispute) && known->kind == fresh->kind;
    note_pair(turn, &(ledger_pair){fresh, id, a_id, b_id, !same});
    return store->contradiction_put(store->context, id, a_id, b_id, verdict.dispute, fresh, turn->error);
}

// Pairs that the ledger holds but the index may not find any more are looked at again as well.
static bool settle_known(ledger_turn *turn, gs_id id, gs_statement *statement, const cd_claims *claims)
{
    const gs_ledger_store *store = &turn->ledger->store;
    gs_id *ids = NULL;
    size_t count = 0;
    if (!store->contradiction_list(store->context, id, turn->arena, &ids, &count, turn->error))
        return false;
    for (size_t i = 0; i < count; i++) {
        gs_contradiction *known = NULL;
        gs_id a, b;
        if (!store->contradiction_get(store->context, ids[i], turn->arena, &known, turn->error))
            return false;
        if (!known || !gs_id_parse(gs_view_of(known->a->statement_id), &a) ||
            !gs_id_parse(gs_view_of(known->b->statement_id), &b))
            continue;
        gs_id other = gs_id_equal(a, id) ? b : a;
        gs_statement *found = NULL;
        if (!store->statement_get(store->context, other, turn->arena, &found, turn->error))
            return false;
        if (found && gs_index_within(turn->ledger->index, statement, found)) {
            if (!settle_pair(turn, id, statement, claims, other, found))
                return false;
        } else if (!remove_contradiction(turn, ids[i], known,
                                         "its statements no longer stand against each other")) {
            return false;
        }
    }
    return true;
}

bool ledger_index_statement(ledger_turn *turn, gs_id id)
{
    const gs_ledger_store *store = &turn->ledger->store;
    gs_statement *statement = NULL;
    if (!store->statement_get(store->context, id, turn->arena, &statement, turn->error))
        return false;
    // Its words may be others than those that the memo has the claims of.
    cd_memo_remove(turn->ledger->memo, id);
    if (statement)
        gs_index_add(turn->ledger->index, id, statement);
    return true;
}

// What a denial points at is looked at whatever words the two share.
static void add_denied(const gs_statement *statement, gs_id *candidates, size_t *count)
{
    gs_id denied;
    if (!statement->denied_statement[0] || !gs_id_parse(gs_view_of(statement->denied_statement), &denied))
        return;
    for (size_t i = 0; i < *count; i++)
        if (gs_id_equal(candidates[i], denied))
            return;
    candidates[(*count)++] = denied;
}

bool ledger_judge_statement(ledger_turn *turn, const ledger_judged *judged)
{
    const gs_id id = judged->id;
    const gs_ledger_store *store = &turn->ledger->store;
    gs_statement *statement = NULL;
    if (!store->statement_get(store->context, id, turn->arena, &statement, turn->error))
        return false;
    if (!statement)
        return true;
    // It is new or has changed: what the memo has of it is of other words.
    const cd_claims *claims = cd_judge_read(turn->ledger->judge, statement, turn->arena);
    cd_memo_put(turn->ledger->memo, id, claims);
    if (judged->known && !settle_known(turn, id, statement, claims))
        return false;
    gs_id *candidates = gs_arena_alloc(turn->arena, (CANDIDATES + 1) * sizeof *candidates);
    size_t count = 0;
    gs_index_find(turn->ledger->index, statement, candidates, CANDIDATES, &count);
    add_denied(statement, candidates, &count);
    for (size_t i = 0; i < count; i++) {
        gs_statement *other = NULL;
        if (!store->statement_get(store->context, candidates[i], turn->arena, &other, turn->error))
            return false;
        gs_contradiction *known = NULL;
        if (other && !store->contradiction_get(store->context, ledger_contradiction_id(id, candidates[i]),
                                               turn->arena, &known, turn->error))
            return false;
        if (other && !known && !settle_pair(turn, id, statement, claims, candidates[i], other))
            return false;
    }
    return true;
}

bool ledger_settle_again(ledger_turn *turn, gs_id a_id, gs_statement *a, gs_id b_id, gs_statement *b)
{
    return settle_pair(turn, a_id, a, ledger_claims(turn->ledger, a_id, a, turn->arena), b_id, b);
}
