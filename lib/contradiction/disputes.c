// Disputes: the contradictions about one question, with their sides. The question's id depends on each pair
// alone (judge.c), so a dispute grows and shrinks with its contradictions and needs no decision of its own.
//
// Joining is cheap: the new statements are put in their place in time. When a contradiction leaves, or a
// statement has moved in time, the dispute is made anew from those that remain; without any, it is taken
// back.
#include "ledger_internal.h"

#include <string.h>

static ledger_dispute *find_dispute(ledger_turn *turn, gs_id id)
{
    for (size_t i = 0; i < turn->dispute_count; i++)
        if (gs_id_equal(turn->disputes[i].id, id))
            return &turn->disputes[i];
    turn->disputes = ledger_grown(turn->arena, turn->disputes, turn->dispute_count, &turn->dispute_capacity,
                                  sizeof *turn->disputes);
    ledger_dispute *dispute = &turn->disputes[turn->dispute_count++];
    *dispute = (ledger_dispute){.id = id};
    return dispute;
}

void ledger_dispute_join(ledger_turn *turn, gs_id id, const char *question, gs_contradiction *contradiction)
{
    ledger_dispute *dispute = find_dispute(turn, id);
    if (!dispute->question || strcmp(question, dispute->question) < 0)
        dispute->question = question;
    dispute->added = ledger_grown(turn->arena, dispute->added, dispute->added_count, &dispute->added_capacity,
                                  sizeof *dispute->added);
    dispute->added[dispute->added_count++] = contradiction;
}

void ledger_dispute_lose(ledger_turn *turn, gs_id id)
{
    find_dispute(turn, id)->lost = true;
}

// ---- sides -----------------------------------------------------------------------------------------

static char **with_text(gs_arena *arena, char **texts, size_t count, size_t at, char *text)
{
    char **grown = gs_arena_alloc(arena, (count + 1) * sizeof *grown);
    if (at > 0)
        memcpy(grown, texts, at * sizeof *grown);
    grown[at] = text;
    if (at < count)
        memcpy(grown + at + 1, texts + at, (count - at) * sizeof *grown);
    return grown;
}

static Gainsay__V1__Dispute__Side *side_of(ledger_turn *turn, gs_dispute *dispute, const char *label)
{
    size_t at = 0;
    while (at < dispute->n_sides && strcmp(dispute->sides[at]->label, label) < 0)
        at++;
    if (at < dispute->n_sides && strcmp(dispute->sides[at]->label, label) == 0)
        return dispute->sides[at];
    Gainsay__V1__Dispute__Side *side = gs_arena_alloc(turn->arena, sizeof *side);
    gainsay__v1__dispute__side__init(side);
    side->label = gs_arena_text(turn->arena, gs_view_of(label));
    Gainsay__V1__Dispute__Side **sides =
        gs_arena_alloc(turn->arena, (dispute->n_sides + 1) * sizeof(Gainsay__V1__Dispute__Side *));
    if (at > 0)
        memcpy(sides, dispute->sides, at * sizeof(Gainsay__V1__Dispute__Side *));
    sides[at] = side;
    if (at < dispute->n_sides)
        memcpy(sides + at + 1, dispute->sides + at,
               (dispute->n_sides - at) * sizeof(Gainsay__V1__Dispute__Side *));
    dispute->sides = sides;
    dispute->n_sides++;
    return side;
}

static int compare_in_time(const gs_statement *a, const gs_statement *b)
{
    int order = ledger_compare_published(a->published, b->published);
    return order ? order : strcmp(a->statement_id, b->statement_id);
}

// Puts the statement in its place in time. New ones mostly belong at the end, so the search starts there.
static bool add_statement(ledger_turn *turn, gs_dispute *dispute, const gs_statement *statement)
{
    const gs_ledger_store *store = &turn->ledger->store;
    Gainsay__V1__Dispute__Side *side = side_of(turn, dispute, cd_side_of(statement->speaker));
    for (size_t i = 0; i < side->n_statement_ids; i++)
        if (strcmp(side->statement_ids[i], statement->statement_id) == 0)
            return true;
    size_t at = side->n_statement_ids;
    for (; at > 0; at--) {
        gs_id id;
        gs_statement *before = NULL;
        if (!gs_id_parse(gs_view_of(side->statement_ids[at - 1]), &id))
            break;
        if (!store->statement_get(store->context, id, turn->arena, &before, turn->error))
            return false;
        if (before && compare_in_time(before, statement) < 0)
            break;
    }
    side->statement_ids =
        with_text(turn->arena, side->statement_ids, side->n_statement_ids, at, statement->statement_id);
    side->n_statement_ids++;
    if (!dispute->first_seen[0] || ledger_compare_published(statement->published, dispute->first_seen) < 0)
        dispute->first_seen = statement->published;
    if (!dispute->last_seen[0] ||
        (statement->published[0] && ledger_compare_published(statement->published, dispute->last_seen) > 0))
        dispute->last_seen = statement->published;
    return true;
}

static bool add_contradiction(ledger_turn *turn, gs_dispute *dispute, gs_contradiction *contradiction)
{
    size_t at = 0;
    while (at < dispute->n_contradiction_ids &&
           strcmp(dispute->contradiction_ids[at], contradiction->contradiction_id) < 0)
        at++;
    if (at < dispute->n_contradiction_ids &&
        strcmp(dispute->contradiction_ids[at], contradiction->contradiction_id) == 0)
        return true;
    dispute->contradiction_ids = with_text(turn->arena, dispute->contradiction_ids,
                                           dispute->n_contradiction_ids, at, contradiction->contradiction_id);
    dispute->n_contradiction_ids++;
    return add_statement(turn, dispute, contradiction->a) && add_statement(turn, dispute, contradiction->b);
}

// ---- settling --------------------------------------------------------------------------------------

static gs_dispute *new_dispute(ledger_turn *turn, gs_id id, const char *question)
{
    gs_dispute *dispute = gs_arena_alloc(turn->arena, sizeof *dispute);
    gainsay__v1__dispute__init(dispute);
    dispute->dispute_id = ledger_id_text(turn->arena, id);
    dispute->question = (char *)question;
    return dispute;
}

// Adds to fresh those of the known dispute's contradictions that still belong to it.
static bool add_remaining(ledger_turn *turn, const gs_dispute *known, gs_dispute *fresh)
{
    const gs_ledger_store *store = &turn->ledger->store;
    for (size_t i = 0; i < known->n_contradiction_ids; i++) {
        gs_id id;
        gs_contradiction *contradiction = NULL;
        if (!gs_id_parse(gs_view_of(known->contradiction_ids[i]), &id))
            continue;
        if (!store->contradiction_get(store->context, id, turn->arena, &contradiction, turn->error))
            return false;
        if (contradiction && strcmp(contradiction->dispute_id, fresh->dispute_id) == 0 &&
            !add_contradiction(turn, fresh, contradiction))
            return false;
    }
    return true;
}

static bool emit_dispute(ledger_turn *turn, gs_dispute *dispute)
{
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_DISPUTE;
    event.dispute = dispute;
    event.topic = (char *)gs_event_topic(&event, turn->arena);
    return turn->ledger->store.emit(turn->ledger->store.context, &event, turn->error);
}

static bool settle(ledger_turn *turn, const ledger_dispute *change)
{
    const gs_ledger_store *store = &turn->ledger->store;
    gs_dispute *known = NULL;
    if (!store->dispute_get(store->context, change->id, turn->arena, &known, turn->error))
        return false;
    gs_dispute *dispute = known;
    const char *question = known ? known->question : "";
    if (change->question && (!question[0] || strcmp(change->question, question) < 0))
        question = change->question;
    if (!known || change->lost)
        dispute = new_dispute(turn, change->id, question);
    dispute->question = (char *)question;
    if (known && change->lost && !add_remaining(turn, known, dispute))
        return false;
    for (size_t i = 0; i < change->added_count; i++)
        if (!add_contradiction(turn, dispute, change->added[i]))
            return false;
    if (dispute->n_contradiction_ids > 0)
        return store->dispute_put(store->context, change->id, dispute, turn->error) &&
               emit_dispute(turn, dispute);
    return !known ||
           (store->dispute_remove(store->context, change->id, turn->error) &&
            ledger_emit_retraction(turn, NULL, NULL, dispute->dispute_id, "no contradiction is left in it"));
}

bool ledger_disputes_settle(ledger_turn *turn)
{
    for (size_t i = 0; i < turn->dispute_count; i++)
        if (!settle(turn, &turn->disputes[i]))
            return false;
    return true;
}
