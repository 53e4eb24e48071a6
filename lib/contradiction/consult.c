// The ledger's side of the second opinion: whom it asks, what it lets the answer do, and how a pair that was
// held is taken up again.
//
// The bounds are kept here, not by whoever answers: an owner can say what it likes of a pair, and no more
// than gs_opinion_apply allows will come of it. The text, kind, scope and evidence of a contradiction are the
// judge's in any case.
#include "ledger_internal.h"

void gs_ledger_set_consult(gs_ledger *self, gs_consult *consult, void *context)
{
    self->consult = consult;
    self->consult_context = context;
}

bool ledger_consult(ledger_turn *turn, const gs_consulting *pair, gs_verdict *verdict,
                    gs_second_opinion **said, bool *held)
{
    const gs_ledger *ledger = turn->ledger;
    gs_consulted answer = GS_CONSULTED_STANDS;
    *said = NULL;
    *held = false;
    if (!ledger->consult || verdict->relation != GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS)
        return true;
    if (!ledger->consult(ledger->consult_context, pair, &answer, said, turn->error))
        return false;
    *held = answer == GS_CONSULTED_HOLD;
    if (answer != GS_CONSULTED_GIVEN) {
        *said = NULL;
        return true;
    }
    const gs_opinion opinion = {.relation = (*said)->relation, .confidence = (*said)->confidence};
    (*said)->built_in_score = verdict->score;
    gs_opinion_apply(&opinion, &verdict->relation, &verdict->score);
    return true;
}

bool gs_ledger_settle(gs_ledger *self, gs_id a_id, gs_id b_id, gs_arena *arena, gs_error *error)
{
    gs_article nobody = GAINSAY__V1__ARTICLE__INIT; // no article caused what is taken back here
    gs_extraction nothing = GAINSAY__V1__EXTRACTION__INIT;
    ledger_turn turn = {.ledger = self, .extraction = &nothing, .arena = arena, .error = error};
    gs_statement *a = NULL, *b = NULL;
    nothing.article = &nobody;
    if (!self->store.statement_get(self->store.context, a_id, arena, &a, error) ||
        !self->store.statement_get(self->store.context, b_id, arena, &b, error))
        return false;
    if (!a || !b || !gs_index_within(self->index, a, b)) // what rested on them went with them
        return true;
    return ledger_settle_again(&turn, a_id, a, b_id, b) && ledger_disputes_settle(&turn);
}
