// Which statements of the ledger an article's statements are: their own, by id, or the utterance that another
// article told first in other words.
//
// What the article has by id is settled first, so that a look-alike never takes the place of the statement
// itself. One statement of the ledger stands for one of the article's; only where an article splits into
// several what another has in one are the pieces, verbatim, joined again.
#include "ledger_internal.h"

#include <string.h>

static gs_id own_id(const gs_statement *statement)
{
    gs_id id;
    return gs_id_parse(gs_view_of(statement->statement_id), &id) ? id : gs_statement_identify(statement);
}

static ledger_item *item_with(ledger_turn *turn, size_t before, gs_id id)
{
    for (size_t i = 0; i < before; i++)
        if (!turn->items[i].joined && gs_id_equal(turn->items[i].id, id))
            return &turn->items[i];
    return NULL;
}

// ---- joining pieces --------------------------------------------------------------------------------

static gs_span **joined_spans(gs_arena *arena, gs_span **a, size_t count_a, gs_span **b, size_t *count_b)
{
    gs_span **spans = gs_arena_alloc(arena, (count_a + *count_b + 1) * sizeof *spans);
    size_t count = count_a;
    if (count_a)
        memcpy(spans, a, count_a * sizeof *spans);
    for (size_t i = 0; i < *count_b; i++) { // in order, each once: pieces may share their cue
        size_t at = count;
        while (at > 0 && spans[at - 1]->begin > b[i]->begin)
            at--;
        if (at > 0 && spans[at - 1]->end > b[i]->begin)
            continue;
        memmove(&spans[at + 1], &spans[at], (count++ - at) * sizeof *spans);
        spans[at] = b[i];
    }
    *count_b = count;
    return spans;
}

static void join_piece(ledger_turn *turn, ledger_item *item, const gs_statement *piece)
{
    gs_statement *whole = (gs_statement *)gs_wire_copy(&item->statement->base, turn->arena);
    size_t content = piece->n_content, cue = piece->n_cue, source = piece->n_source;
    whole->content = joined_spans(turn->arena, whole->content, whole->n_content, piece->content, &content);
    whole->cue = joined_spans(turn->arena, whole->cue, whole->n_cue, piece->cue, &cue);
    whole->source = joined_spans(turn->arena, whole->source, whole->n_source, piece->source, &source);
    whole->n_content = content;
    whole->n_cue = cue;
    whole->n_source = source;
    whole->text = gs_arena_format(turn->arena, "%s %s", whole->text, piece->text);
    if (whole->form != piece->form)
        whole->form = GAINSAY__V1__STATEMENT__FORM__MIXED;
    whole->n_selectors = 0; // they go with the content of the parts
    if (piece->confidence < whole->confidence)
        whole->confidence = piece->confidence;
    item->statement = whole;
}

// ---- finding ---------------------------------------------------------------------------------------

static bool reports_article(const gs_statement *statement, const char *article_id)
{
    for (size_t i = 0; i < statement->n_reports; i++)
        if (strcmp(statement->reports[i]->article_id, article_id) == 0)
            return true;
    return false;
}

// The best so far of what an item may report.
typedef struct utterance_search {
    ledger_item *item;
    double score;
    ledger_item *whole; // that it is a piece of; NULL if it stands for itself
} utterance_search;

static void consider(ledger_turn *turn, utterance_search *self, gs_id id, gs_statement *known, bool copied)
{
    gs_ledger *ledger = turn->ledger;
    ledger_item *item = self->item;
    if (gs_id_equal(id, item->own))
        return;
    gs_arena_reset(ledger->scratch);
    double score = copied ? cd_same_in_copy(ledger->judge, item->statement, known, ledger->scratch)
                          : cd_same_utterance(ledger->judge, item->statement, known, ledger->scratch);
    if (score > 0 && reports_article(known, item->statement->article_id))
        score += 0.001;
    ledger_item *taken = score > self->score ? item_with(turn, turn->item_count, id) : NULL;
    // Taken by another statement of this article: only pieces of one whole may share it.
    bool pieces = taken && taken < item && !gs_id_equal(taken->own, taken->id) && score > 1;
    if (score <= self->score || (taken && taken != item && !pieces))
        return;
    self->score = score;
    self->whole = pieces ? taken : NULL;
    item->id = id;
    item->known = known;
}

// The utterance that item number `at` reports in words of its own: the likest, of equals one that this
// article is known to report. Changes nothing if there is none.
static bool find_utterance(ledger_turn *turn, size_t at)
{
    const gs_ledger_store *store = &turn->ledger->store;
    utterance_search search = {.item = &turn->items[at]};
    const gs_statement *statement = search.item->statement;
    gs_id ids[CD_UTTERANCES_FOUND];
    if (!statement->speaker || statement->speaker->kind == GAINSAY__V1__SPEAKER__KIND__KIND_UNSPECIFIED)
        return true;
    for (size_t i = 0; i < turn->kin_count; i++)
        consider(turn, &search, turn->kin[i].id, turn->kin[i].statement, true);
    size_t count = cd_utterances_find(turn->ledger->utterances, statement, ids);
    for (size_t i = 0; i < count; i++) {
        gs_statement *known = NULL;
        if (!store->statement_get(store->context, ids[i], turn->arena, &known, turn->error))
            return false;
        if (known)
            consider(turn, &search, ids[i], known, false);
    }
    if (search.whole) {
        join_piece(turn, search.whole, statement);
        search.item->joined = true;
    }
    return true;
}

bool ledger_find_items(ledger_turn *turn)
{
    const gs_extraction *extraction = turn->extraction;
    const gs_ledger_store *store = &turn->ledger->store;
    if (!ledger_find_kin(turn))
        return false;
    turn->items = gs_arena_zalloc(turn->arena, (extraction->n_statements + 1) * sizeof *turn->items);
    for (size_t i = 0; i < extraction->n_statements; i++) {
        ledger_item *item = &turn->items[i];
        *item =
            (ledger_item){.statement = extraction->statements[i], .own = own_id(extraction->statements[i])};
        item->id = item->own;
        item->joined = item_with(turn, i, item->own) != NULL;
        if (!item->joined &&
            !store->statement_get(store->context, item->own, turn->arena, &item->known, turn->error))
            return false;
        turn->item_count++;
    }
    for (size_t i = 0; i < turn->item_count; i++)
        if (!turn->items[i].joined && !turn->items[i].known && !find_utterance(turn, i))
            return false;
    return true;
}

const char *ledger_id_in(const ledger_turn *turn, const char *own)
{
    gs_id id;
    if (own[0] && gs_id_parse(gs_view_of(own), &id))
        for (size_t i = 0; i < turn->item_count; i++)
            if (gs_id_equal(turn->items[i].own, id))
                return ledger_id_text(turn->arena, turn->items[i].id);
    return own;
}
