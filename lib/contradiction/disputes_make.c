// One dispute, made of its contradictions: who stands on which side, in the order of time, under what
// question; and how it and its contradictions go into the feed.
#include "ledger_internal.h"

#include <stdlib.h>
#include <string.h>

enum { LISTED = 64 }; // ids of each kind that an event of a dispute lists

// ---- making ----------------------------------------------------------------------------------------

static int compare_nodes(const void *a, const void *b)
{
    return ledger_compare_in_time(((const ledger_node *)a)->statement, ((const ledger_node *)b)->statement);
}

static uint32_t node_of(const ledger_node *nodes, size_t count, const gs_statement *statement)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(nodes[i].statement->statement_id, statement->statement_id) == 0)
            return (uint32_t)i;
    return UINT32_MAX;
}

// What a subscriber needs to show the words, without what only the statement's own event tells.
gs_statement *ledger_shown(const gs_statement *statement, gs_arena *arena)
{
    gs_statement *copy = gs_arena_alloc(arena, sizeof *copy);
    *copy = *statement;
    copy->n_reports = copy->n_selectors = 0;
    copy->reports = NULL;
    copy->selectors = NULL;
    return copy;
}

static void add_sides(gs_dispute *dispute, const ledger_node *nodes, size_t count, size_t sides,
                      gs_arena *arena)
{
    char **labels = gs_arena_zalloc(arena, (sides + 1) * sizeof *labels);
    ledger_sides_label(nodes, count, labels, sides, arena);
    dispute->sides = gs_arena_alloc(arena, (sides + 1) * sizeof(Gainsay__V1__Dispute__Side *));
    dispute->n_sides = sides;
    for (size_t s = 0; s < sides; s++) {
        Gainsay__V1__Dispute__Side *side = gs_arena_alloc(arena, sizeof *side);
        gainsay__v1__dispute__side__init(side);
        side->label = labels[s];
        side->statement_ids = gs_arena_alloc(arena, (count + 1) * sizeof(char *));
        for (size_t i = 0; i < count; i++) {
            if (nodes[i].side != s)
                continue;
            if (side->n_statement_ids == 0)
                side->first = ledger_shown(nodes[i].statement, arena);
            else
                side->latest = ledger_shown(nodes[i].statement, arena);
            side->statement_ids[side->n_statement_ids++] = nodes[i].statement->statement_id;
        }
        dispute->sides[s] = side;
    }
}

static void add_times(gs_dispute *dispute, const ledger_node *nodes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *published = nodes[i].statement->published;
        if (!published[0])
            continue;
        if (!dispute->first_seen[0] || ledger_compare_published(published, dispute->first_seen) < 0)
            dispute->first_seen = published;
        if (!dispute->last_seen[0] || ledger_compare_published(published, dispute->last_seen) > 0)
            dispute->last_seen = published;
    }
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

// A line that asks what a clause answers is better than a topic; of equals the one of the earliest pair.
static bool names_better(const gs_contradiction *a, const gs_contradiction *b)
{
    bool asks_a = a->question[0] && a->question[strlen(a->question) - 1] == '?',
         asks_b = b->question[0] && b->question[strlen(b->question) - 1] == '?';
    if (asks_a != asks_b)
        return asks_a;
    int order = ledger_compare_in_time(a->a, b->a);
    order = order ? order : ledger_compare_in_time(a->b, b->b);
    return order < 0;
}

static size_t sort_unique(char **texts, size_t count)
{
    size_t kept = 0;
    qsort(texts, count, sizeof(char *), compare_texts);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || strcmp(texts[kept - 1], texts[i]) != 0)
            texts[kept++] = texts[i];
    return kept;
}

gs_dispute *ledger_dispute_make(gs_contradiction **items, size_t item_count, gs_arena *arena)
{
    gs_dispute *dispute = gs_arena_alloc(arena, sizeof *dispute);
    gainsay__v1__dispute__init(dispute);
    ledger_node *nodes = gs_arena_alloc(arena, (2 * item_count + 1) * sizeof *nodes);
    uint32_t(*edges)[2] = gs_arena_alloc(arena, (item_count + 1) * sizeof *edges);
    dispute->contradiction_ids = gs_arena_alloc(arena, (item_count + 1) * sizeof(char *));
    dispute->question_ids = gs_arena_alloc(arena, (item_count + 1) * sizeof(char *));
    const gs_contradiction *named = items[0];
    size_t count = 0;
    for (size_t i = 0; i < item_count; i++) {
        dispute->contradiction_ids[i] = items[i]->contradiction_id;
        dispute->question_ids[i] = ledger_id_text(arena, ledger_question_of(items[i]));
        gs_statement *both[] = {items[i]->a, items[i]->b};
        for (size_t s = 0; s < 2; s++)
            if (node_of(nodes, count, both[s]) == UINT32_MAX)
                nodes[count++] = (ledger_node){both[s], 0};
        if (names_better(items[i], named))
            named = items[i];
    }
    qsort(nodes, count, sizeof *nodes, compare_nodes);
    for (size_t i = 0; i < item_count; i++) {
        edges[i][0] = node_of(nodes, count, items[i]->a);
        edges[i][1] = node_of(nodes, count, items[i]->b);
    }
    dispute->n_contradiction_ids = item_count;
    dispute->n_question_ids = sort_unique(dispute->question_ids, item_count);
    dispute->dispute_id = dispute->question_ids[0];
    dispute->question = named->question;
    size_t sides = ledger_sides_find(nodes, count, (const uint32_t(*)[2])edges, item_count, arena);
    add_sides(dispute, nodes, count, sides, arena);
    add_times(dispute, nodes, count);
    return dispute;
}

// ---- telling ---------------------------------------------------------------------------------------

// What goes into the feed of a dispute that is long: its newest statements and contradictions, and counts of
// all.
static gs_dispute *trimmed(ledger_turn *turn, const gs_dispute *dispute)
{
    gs_arena *arena = turn->arena;
    gs_dispute *copy = gs_arena_alloc(arena, sizeof *copy);
    *copy = *dispute;
    copy->contradiction_count = (uint32_t)dispute->n_contradiction_ids;
    copy->sides = gs_arena_alloc(arena, (dispute->n_sides + 1) * sizeof(Gainsay__V1__Dispute__Side *));
    for (size_t s = 0; s < dispute->n_sides; s++) {
        Gainsay__V1__Dispute__Side *side = gs_arena_alloc(arena, sizeof *side);
        *side = *dispute->sides[s];
        side->statement_count = (uint32_t)side->n_statement_ids;
        if (side->n_statement_ids > LISTED) {
            side->statement_ids += side->n_statement_ids - LISTED;
            side->n_statement_ids = LISTED;
        }
        copy->sides[s] = side;
    }
    if (dispute->n_contradiction_ids <= LISTED)
        return copy;
    copy->contradiction_ids = gs_arena_alloc(arena, LISTED * sizeof(char *));
    copy->n_contradiction_ids = 0;
    for (size_t i = turn->pair_count; i-- > 0 && copy->n_contradiction_ids < LISTED;)
        if (strcmp(turn->pairs[i].contradiction->dispute_id, dispute->dispute_id) == 0)
            copy->contradiction_ids[copy->n_contradiction_ids++] =
                turn->pairs[i].contradiction->contradiction_id;
    return copy;
}

bool ledger_emit_dispute(ledger_turn *turn, const gs_dispute *dispute, bool told_before)
{
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_DISPUTE;
    event.dispute = trimmed(turn, dispute);
    event.repeated = told_before;
    event.topic = (char *)gs_event_topic(&event, turn->arena);
    return turn->ledger->store.emit(turn->ledger->store.context, &event, turn->error);
}

bool ledger_emit_contradiction(ledger_turn *turn, gs_contradiction *contradiction, bool repeated)
{
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION;
    event.contradiction = contradiction;
    event.repeated = repeated;
    event.topic = (char *)gs_event_topic(&event, turn->arena);
    return turn->ledger->store.emit(turn->ledger->store.context, &event, turn->error);
}
