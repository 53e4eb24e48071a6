// Private to the room: the parts of the ledger.
//
//   ledger.c    one extraction after the other: what is new, what is gone
//   reports.c   the articles of one utterance, first one first
//   disputes.c  the contradictions about one question, with their sides
#ifndef GAINSAY_CONTRADICTION_LEDGER_INTERNAL_H
#define GAINSAY_CONTRADICTION_LEDGER_INTERNAL_H

#include "contradiction/contradiction.h"

enum {
    LEDGER_REPORTS = 1000, // of one statement; further ones are not listed
    LEDGER_SIDE = 1000,    // statements of one side of a dispute
    LEDGER_SIDES = 32,
    LEDGER_CANDIDATES = 256, // earlier statements that are judged against a new one
};

// Seconds since 1970 of an RFC 3339 text; INT64_MAX when it has none, so that unknown times sort last.
int64_t ledger_time(const char *published);

// ---- reports.c ----
// Lists the statement's own article as its report if it has none yet.
void reports_complete(gs_statement *statement, gs_arena *arena);
// Adds or renews the report of fresh's article in known. True if anything changed.
bool reports_merge(gs_statement *known, const gs_statement *fresh, gs_arena *arena);
// Drops the report of an article. True if there was one. The statement may be left without any.
bool reports_drop(gs_statement *known, const char *article_id, gs_arena *arena);

// ---- disputes.c ----
typedef struct changed_disputes {
    gs_dispute **disputes; // in the arena, sorted by id
    size_t count, capacity;
} changed_disputes;

// Adds a contradiction to its dispute, which is made if need be, stores it and notes it as changed.
bool disputes_add(const gs_ledger_store *store, const gs_contradiction *contradiction, const char *question,
                  gs_id dispute, changed_disputes *changed, gs_arena *arena, gs_error *error);
// Takes a contradiction out of its dispute; a dispute that is left empty is removed and retracted.
bool disputes_drop(const gs_ledger_store *store, const gs_contradiction *contradiction,
                   const char *article_id, changed_disputes *changed, gs_arena *arena, gs_error *error);
bool disputes_emit(const gs_ledger_store *store, const changed_disputes *changed, gs_error *error);

#endif
