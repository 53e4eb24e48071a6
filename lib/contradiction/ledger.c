// The ledger: what one article's extraction changes in what is known, told as events.
//
// Everything it holds is in the owner's store; what it keeps itself is the index, which can be filled again
// at any time. All ids are made of contents, a statement follows its earliest report, and a changed statement
// is judged again, so that the same articles end in the same statements, contradictions and disputes in
// whatever order they came; only where articles tell one utterance in words of their own, the wording that
// came first gives it its id, which stays. The events of one article come in this order: statements, what is
// taken back, contradictions, disputes.
#include "ledger_internal.h"

#include <stdlib.h>
#include <string.h>

enum { MEMO_BYTES = 1 << 30 }; // of claims kept ready: a window of a million statements and more

gs_ledger *gs_ledger_new(const gs_ledger_store *store, gs_judge *judge, uint32_t window_days,
                         double min_score)
{
    gs_ledger *self = gs_allocate(sizeof *self);
    self->store = *store;
    self->window_days = window_days;
    self->min_score = min_score;
    self->judge = judge;
    self->memo = cd_memo_new(MEMO_BYTES);
    self->index = gs_index_new(window_days);
    self->utterances = cd_utterances_new();
    self->scratch = gs_arena_new(0);
    return self;
}

void gs_ledger_free(gs_ledger **self_p)
{
    gs_ledger *self = *self_p;
    if (!self)
        return;
    gs_index_free(&self->index);
    cd_memo_free(&self->memo);
    cd_utterances_free(&self->utterances);
    gs_arena_free(&self->scratch);
    free(self);
    *self_p = NULL;
}

void gs_ledger_set_min_score(gs_ledger *self, double min_score)
{
    self->min_score = min_score;
}

void gs_ledger_recall(gs_ledger *self, const gs_statement *statement)
{
    gs_id id;
    if (statement->speaker && statement->speaker->kind != GAINSAY__V1__SPEAKER__KIND__KIND_UNSPECIFIED &&
        gs_id_parse(gs_view_of(statement->statement_id), &id)) {
        gs_index_add(self->index, id, statement);
        cd_utterances_add(self->utterances, id, statement);
    }
}

void gs_ledger_expire(gs_ledger *self, uint64_t today_day)
{
    if (today_day > self->window_days)
        gs_index_expire(self->index, today_day - self->window_days);
    if (today_day > self->window_days)
        cd_utterances_expire(self->utterances, (int64_t)today_day - (int64_t)self->window_days);
}

gs_index *gs_ledger_index(gs_ledger *self)
{
    return self->index;
}

void *ledger_grown(gs_arena *arena, void *array, size_t count, size_t *capacity, size_t item)
{
    if (count < *capacity)
        return array;
    *capacity = *capacity ? *capacity * 2 : 16;
    void *grown = gs_arena_alloc(arena, *capacity * item);
    if (count)
        memcpy(grown, array, count * item);
    return grown;
}

char *ledger_id_text(gs_arena *arena, gs_id id)
{
    char *text = gs_arena_alloc(arena, GS_ID_TEXT);
    gs_id_text(id, text);
    return text;
}

void ledger_mark_judged(ledger_turn *turn, gs_id id, const gs_statement *statement, bool known)
{
    if (!statement->speaker || statement->speaker->kind == GAINSAY__V1__SPEAKER__KIND__KIND_UNSPECIFIED)
        return;
    turn->judged = ledger_grown(turn->arena, turn->judged, turn->judged_count, &turn->judged_capacity,
                                sizeof *turn->judged);
    turn->judged[turn->judged_count++] = (ledger_judged){id, known};
}

static bool emit_retraction(ledger_turn *turn, gs_retraction *retraction)
{
    retraction->article_id = turn->extraction->article->article_id;
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_RETRACTION;
    event.retraction = retraction;
    event.topic = (char *)gs_event_topic(&event, turn->arena);
    return turn->ledger->store.emit(turn->ledger->store.context, &event, turn->error);
}

bool ledger_emit_retraction(ledger_turn *turn, const char *statement_id, const char *contradiction_id,
                            const char *dispute_id, const char *reason)
{
    gs_retraction retraction = GAINSAY__V1__RETRACTION__INIT;
    retraction.statement_id = (char *)(statement_id ? statement_id : "");
    retraction.contradiction_id = (char *)(contradiction_id ? contradiction_id : "");
    retraction.dispute_id = (char *)(dispute_id ? dispute_id : "");
    retraction.reason = (char *)reason;
    return emit_retraction(turn, &retraction);
}

bool ledger_emit_merger(ledger_turn *turn, const char *dispute_id, const char *merged_into,
                        const char *reason)
{
    gs_retraction retraction = GAINSAY__V1__RETRACTION__INIT;
    retraction.dispute_id = (char *)dispute_id;
    retraction.merged_into = (char *)merged_into;
    retraction.reason = (char *)reason;
    return emit_retraction(turn, &retraction);
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, GS_ID_BYTES);
}

static bool is_among(const ledger_turn *turn, gs_id id)
{
    for (size_t i = 0; i < turn->item_count; i++)
        if (gs_id_equal(turn->items[i].id, id))
            return true;
    return false;
}

// Statements in the order of the text; the same words twice in one article are one statement, the first.
static bool take_items(ledger_turn *turn)
{
    for (size_t i = 0; i < turn->item_count; i++)
        if (!turn->items[i].joined && !ledger_take_item(turn, &turn->items[i]))
            return false;
    return true;
}

static bool drop_what_is_gone(ledger_turn *turn)
{
    const gs_ledger_store *store = &turn->ledger->store;
    gs_id *reported = NULL;
    size_t count = 0;
    if (!store->report_list(store->context, turn->extraction->article->article_id, turn->arena, &reported,
                            &count, turn->error))
        return false;
    // In the order of ids, so that the events do not depend on how the store lists them.
    if (count > 1)
        qsort(reported, count, sizeof *reported, compare_ids);
    for (size_t i = 0; i < count; i++)
        if (!is_among(turn, reported[i]) && !ledger_drop_report(turn, reported[i]))
            return false;
    return true;
}

bool gs_ledger_apply(gs_ledger *self, const gs_extraction *extraction, bool known_before, gs_arena *arena,
                     gs_error *error)
{
    if (extraction->dead_letter || !extraction->article)
        return gs_fail(error, GS_E_INTERNAL,
                       "an extraction without an article, or of a dead letter, is not for the ledger");
    ledger_turn turn = {.ledger = self, .extraction = extraction, .arena = arena, .error = error};
    if (!ledger_find_items(&turn) || !take_items(&turn) || (known_before && !drop_what_is_gone(&turn)))
        return false;
    for (size_t i = 0; i < turn.judged_count; i++)
        if (!ledger_index_statement(&turn, turn.judged[i].id))
            return false;
    for (size_t i = 0; i < turn.judged_count; i++)
        if (!ledger_judge_statement(&turn, &turn.judged[i]))
            return false;
    return ledger_disputes_settle(&turn);
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
    default:
        return "heartbeat/";
    }
    const char *country = statement && statement->speaker ? statement->speaker->country : "";
    return country && country[0] ? gs_arena_format(arena, "statement/%.16s/", country) : "statement/-/";
}
