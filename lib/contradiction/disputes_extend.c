// A dispute of hundreds of contradictions is not read again for one more: what is new is put in its place.
//
// A statement that comes in stands on the side where none of those that it contradicts stands. That is where
// making the dispute anew would put it, too, as long as one such side is left; where none is, or where two
// that stood on one side turn out to contradict each other, the dispute is made anew. Its question stays, and
// a side's label gets the names that are new at its end.
#include "ledger_internal.h"

#include <stdlib.h>
#include <string.h>

typedef Gainsay__V1__Dispute__Side side_message;

enum { LABEL_BYTES = 120 }; // of a side that no more names are added to

static size_t side_with(const gs_dispute *dispute, const char *statement_id)
{
    for (size_t s = 0; s < dispute->n_sides; s++)
        for (size_t i = dispute->sides[s]->n_statement_ids; i-- > 0;)
            if (strcmp(dispute->sides[s]->statement_ids[i], statement_id) == 0)
                return s;
    return SIZE_MAX;
}

static bool names(const side_message *side, const char *label)
{
    return !label[0] || strstr(side->label, label) || strstr(side->label, " and others");
}

// The side for a new statement: one without its opponents, of its own people if there is one. SIZE_MAX: none.
static size_t free_side(const ledger_turn *turn, const gs_dispute *dispute, const gs_statement *statement)
{
    size_t best = SIZE_MAX;
    for (size_t s = 0; s < dispute->n_sides; s++) {
        bool taken = false;
        for (size_t p = 0; p < turn->pair_count && !taken; p++) {
            const gs_contradiction *pair = turn->pairs[p].contradiction;
            const char *other =
                strcmp(pair->a->statement_id, statement->statement_id) == 0   ? pair->b->statement_id
                : strcmp(pair->b->statement_id, statement->statement_id) == 0 ? pair->a->statement_id
                                                                              : "";
            taken = other[0] && side_with(dispute, other) == s;
        }
        bool own = !taken && names(dispute->sides[s], cd_side_of(statement->speaker));
        if (!taken &&
            (best == SIZE_MAX || (own && !names(dispute->sides[best], cd_side_of(statement->speaker)))))
            best = s;
    }
    return best;
}

// Where the statement belongs in the order of time, by halving.
static bool place_in_time(ledger_turn *turn, const side_message *side, const gs_statement *statement,
                          size_t *at)
{
    const gs_ledger_store *store = &turn->ledger->store;
    size_t low = 0, high = side->n_statement_ids;
    while (low < high) {
        size_t middle = (low + high) / 2;
        gs_id id;
        gs_statement *known = NULL;
        if (gs_id_parse(gs_view_of(side->statement_ids[middle]), &id) &&
            !store->statement_get(store->context, id, turn->arena, &known, turn->error))
            return false;
        if (known && ledger_compare_in_time(known, statement) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *at = low;
    return true;
}

static char **with_text(gs_arena *arena, char **texts, size_t count, size_t at, char *text)
{
    char **longer = gs_arena_alloc(arena, (count + 1) * sizeof *longer);
    memcpy(longer, texts, at * sizeof *longer);
    longer[at] = text;
    memcpy(longer + at + 1, texts + at, (count - at) * sizeof *longer);
    return longer;
}

static bool add_statement(ledger_turn *turn, gs_dispute *dispute, size_t number, gs_statement *statement)
{
    side_message *side = dispute->sides[number];
    const char *label = cd_side_of(statement->speaker);
    size_t at;
    if (!place_in_time(turn, side, statement, &at))
        return false;
    side->statement_ids =
        with_text(turn->arena, side->statement_ids, side->n_statement_ids, at, statement->statement_id);
    if (at == 0) {
        side->latest = side->latest ? side->latest : side->first;
        side->first = ledger_shown(statement, turn->arena);
    } else if (at == side->n_statement_ids) {
        side->latest = ledger_shown(statement, turn->arena);
    }
    side->n_statement_ids++;
    if (!names(side, label))
        side->label = gs_arena_format(
            turn->arena, strlen(side->label) < LABEL_BYTES ? "%s, %s" : "%s and others", side->label, label);
    char *published = statement->published;
    if (published[0] && ledger_compare_published(published, dispute->first_seen) < 0)
        dispute->first_seen = published;
    if (published[0] && ledger_compare_published(published, dispute->last_seen) > 0)
        dispute->last_seen = published;
    return true;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

// Puts the statements that are new on their sides; *done is false where one has none.
static bool add_statements(ledger_turn *turn, gs_dispute *dispute, bool *repeated, bool *done)
{
    for (size_t p = 0; p < turn->pair_count; p++) {
        gs_statement *both[] = {turn->pairs[p].contradiction->a, turn->pairs[p].contradiction->b};
        // A reversal, or a quarrel inside one government, is news each time.
        repeated[p] =
            turn->pairs[p].contradiction->scope != GAINSAY__V1__CONTRADICTION__SCOPE__SELF &&
            turn->pairs[p].contradiction->scope != GAINSAY__V1__CONTRADICTION__SCOPE__SAME_GOVERNMENT;
        for (size_t i = 0; i < 2; i++) {
            size_t side = side_with(dispute, both[i]->statement_id);
            if (side != SIZE_MAX)
                continue;
            side = free_side(turn, dispute, both[i]);
            if (side == SIZE_MAX)
                return true;
            repeated[p] = repeated[p] && names(dispute->sides[side], cd_side_of(both[i]->speaker));
            if (!add_statement(turn, dispute, side, both[i]))
                return false;
        }
        if (side_with(dispute, both[0]->statement_id) == side_with(dispute, both[1]->statement_id))
            return true;
    }
    *done = true;
    return true;
}

static int compare_sides(const void *a, const void *b)
{
    const side_message *left = *(side_message *const *)a, *right = *(side_message *const *)b;
    return ledger_compare_in_time(left->first, right->first);
}

bool ledger_dispute_extend(ledger_turn *turn, gs_id id, gs_dispute *dispute, bool *done)
{
    const gs_ledger_store *store = &turn->ledger->store;
    bool *repeated = gs_arena_zalloc(turn->arena, turn->pair_count + 1);
    *done = false;
    if (!add_statements(turn, dispute, repeated, done))
        return false;
    if (!*done)
        return true;
    qsort(dispute->sides, dispute->n_sides, sizeof(side_message *), compare_sides);
    char **ids =
        gs_arena_alloc(turn->arena, (dispute->n_contradiction_ids + turn->pair_count) * sizeof(char *));
    memcpy(ids, dispute->contradiction_ids, dispute->n_contradiction_ids * sizeof(char *));
    dispute->contradiction_ids = ids;
    for (size_t p = 0; p < turn->pair_count; p++) {
        ledger_pair *pair = &turn->pairs[p];
        pair->contradiction->dispute_id = dispute->dispute_id;
        ids[dispute->n_contradiction_ids++] = pair->contradiction->contradiction_id;
        if (!store->contradiction_put(store->context, pair->id, pair->a, pair->b, id, pair->contradiction,
                                      turn->error) ||
            !ledger_emit_contradiction(turn, pair->contradiction, repeated[p]))
            return false;
    }
    qsort(ids, dispute->n_contradiction_ids, sizeof(char *), compare_texts);
    return ledger_put_notes(turn, dispute) && store->dispute_put(store->context, id, dispute, turn->error) &&
           ledger_emit_dispute(turn, dispute, true);
}
