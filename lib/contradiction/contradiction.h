// contradiction: which statements cannot both be true, and the ledger that turns extractions into feed
// events.
#ifndef GAINSAY_CONTRADICTION_H
#define GAINSAY_CONTRADICTION_H

#include "contradiction/opinion.h"
#include "statement/statement.h"
#include "wire/wire.h"

// ---- judge -----------------------------------------------------------------------------------------

// Bytes of a statement's text: the clause that a verdict rests on. Equal: none.
typedef struct gs_evidence {
    uint32_t begin, end;
} gs_evidence;

typedef struct gs_verdict {
    Gainsay__V1__Contradiction__Relation relation; // UNSPECIFIED: unrelated
    Gainsay__V1__Contradiction__Kind kind;
    Gainsay__V1__Contradiction__Scope scope;
    double score;                       // P(contradiction)
    gs_evidence evidence_a, evidence_b; // of a contradiction
    char reason[400];                   // one plain sentence
    char question[200];                 // of the dispute
    gs_id dispute; // the same for all pairs about this question; depends on the pair alone
} gs_verdict;

// One thread's context: the parser, WordNet and the trained model. NULL and *error if the model lacks a part.
// The model must outlive it.
typedef struct gs_judge gs_judge;
gs_judge *gs_judge_new(const gs_model *model, gs_error *error);
void gs_judge_free(gs_judge **self_p);

// Symmetric: (a, b) and (b, a) give the same verdict but for the order of the evidence. Deterministic, so
// that a redelivered article changes nothing.
void gs_judge_statements(gs_judge *self, const gs_statement *a, const gs_statement *b, gs_arena *scratch,
                         gs_verdict *verdict);
// Two bare sentences that describe one scene, for `gainsay judge`.
void gs_judge_texts(gs_judge *self, gs_view a, gs_view b, gs_arena *scratch, gs_verdict *verdict);
// Appends to *out the clauses of the two that were compared and how their words were aligned, a line each,
// for people; nothing if there was nothing to compare.
void gs_judge_show(gs_judge *self, gs_view a, gs_view b, gs_arena *scratch, gs_buffer *out);

// ---- index of recent statements --------------------------------------------------------------------

typedef struct gs_index gs_index;
gs_index *gs_index_new(uint32_t window_days);
void gs_index_free(gs_index **self_p);
void gs_index_add(gs_index *self, gs_id id, const gs_statement *statement); // again: replaces
void gs_index_remove(gs_index *self, gs_id id);
// Ids of statements about the same matter that lie within the window, the likeliest to stand against this one
// first, ties by id; *count at most max, and max at most GS_INDEX_FOUND. The statement itself is not among
// them.
enum { GS_INDEX_FOUND = 256 };
void gs_index_find(gs_index *self, const gs_statement *statement, gs_id *ids, size_t max, size_t *count);
// Do these two lie within the window of each other? True where the day of either is unknown.
bool gs_index_within(const gs_index *self, const gs_statement *a, const gs_statement *b);
void gs_index_expire(gs_index *self, uint64_t before_day); // days since 1970
size_t gs_index_size(const gs_index *self);
size_t gs_index_bytes(const gs_index *self);

// ---- ledger ----------------------------------------------------------------------------------------

// Where the ledger reads and writes; the aggregator gives it SQLite, `gainsay digest` memory. Writes of one
// gs_ledger_apply form one unit: the owner commits or undoes them together. All messages passed to put are
// borrowed for the call. A false return stops the ledger, which returns it with the error.
typedef struct gs_ledger_store {
    void *context;
    bool (*statement_get)(void *, gs_id, gs_arena *, gs_statement **, gs_error *);
    bool (*statement_put)(void *, gs_id, const gs_statement *, gs_error *);
    bool (*statement_remove)(void *, gs_id, gs_error *);
    bool (*report_add)(void *, const char *article_id, gs_id statement, gs_error *);
    bool (*report_remove)(void *, const char *article_id, gs_id statement, gs_error *);
    bool (*report_list)(void *, const char *article_id, gs_arena *, gs_id **, size_t *, gs_error *);
    bool (*contradiction_get)(void *, gs_id, gs_arena *, gs_contradiction **, gs_error *);
    bool (*contradiction_put)(void *, gs_id, gs_id a, gs_id b, gs_id dispute, const gs_contradiction *,
                              gs_error *);
    bool (*contradiction_remove)(void *, gs_id, gs_error *);
    bool (*contradiction_list)(void *, gs_id statement, gs_arena *, gs_id **, size_t *, gs_error *);
    bool (*dispute_get)(void *, gs_id, gs_arena *, gs_dispute **, gs_error *);
    bool (*dispute_put)(void *, gs_id, const gs_dispute *, gs_error *);
    bool (*dispute_remove)(void *, gs_id, gs_error *);
    bool (*emit)(void *, gs_event *event, gs_error *); // the store numbers it
} gs_ledger_store;

typedef struct gs_ledger gs_ledger;
// judge: borrowed for the ledger's life.
gs_ledger *gs_ledger_new(const gs_ledger_store *store, gs_judge *judge, uint32_t window_days,
                         double min_score);
void gs_ledger_free(gs_ledger **self_p);
void gs_ledger_set_min_score(gs_ledger *self, double min_score);
// At start: a statement that is already stored goes into the index.
void gs_ledger_recall(gs_ledger *self, const gs_statement *statement);
// What one article's extraction changes: new statements, more reports of known ones (statement_update),
// statements the article's new revision no longer makes (retraction), contradictions and disputes. A
// statement of the same speaker on the same day in nearly the same words is a report of the known one. The
// order in which extractions arrive changes no id but the one that such an utterance got from its first
// wording. known_before: an earlier revision of this article was applied
// before (the ledger then looks for what is gone; otherwise it saves the look).
bool gs_ledger_apply(gs_ledger *self, const gs_extraction *extraction, bool known_before, gs_arena *arena,
                     gs_error *error);
// After the owner has undone an apply: forget what it put into the index is not needed (unknown ids are
// skipped).
void gs_ledger_expire(gs_ledger *self, uint64_t today_day);
gs_index *gs_ledger_index(gs_ledger *self);

// What the ledger keeps besides its store, to be loaded at the next start instead of recalling every
// statement. stamp: the owner's own note of what state of its store that is, at most GS_LEDGER_STAMP bytes.
// False if write returned false.
enum { GS_LEDGER_STAMP = 64 };
typedef bool gs_ledger_write(void *context, const void *data, size_t size);
bool gs_ledger_save(const gs_ledger *self, gs_view stamp, gs_ledger_write *write, void *context);
// The stamp of a snapshot, without looking at the rest. False and *error if these bytes are none, of another
// version or for another window.
bool gs_ledger_stamp(const gs_ledger *self, gs_view snapshot, gs_view *stamp, gs_error *error);
// Into a ledger that has recalled nothing yet. False and *error if the snapshot is damaged or was made with
// other tables of words; the ledger is then as it was.
bool gs_ledger_load(gs_ledger *self, gs_view snapshot, gs_error *error);

// A second opinion (opinion.h), where the owner has one. It is asked for each pair that the judge holds to be
// a contradiction, within gs_ledger_apply, and so must not wait for anything: it answers from what it knows.
//   STANDS  the built-in verdict stands
//   GIVEN   *said is what was said of the pair; the ledger applies it, within the bounds of gs_opinion_apply
//   HOLD    an answer will come: what the ledger holds of the pair stays as it is, until the owner calls
//           gs_ledger_settle for it
typedef enum gs_consulted { GS_CONSULTED_STANDS, GS_CONSULTED_GIVEN, GS_CONSULTED_HOLD } gs_consulted;
typedef struct gs_consulting {
    gs_id pair; // id of the contradiction that it would be
    gs_id a_id, b_id;
    const gs_statement *a, *b;
    double score;    // of the built-in verdict
    gs_arena *arena; // for *said
} gs_consulting;
typedef bool gs_consult(void *context, const gs_consulting *pair, gs_consulted *answer,
                        gs_second_opinion **said, gs_error *error);
void gs_ledger_set_consult(gs_ledger *self, gs_consult *consult, void *context); // NULL: nobody is asked
// Judges the pair again, as its statements are now, and tells what that changes. One unit, as
// gs_ledger_apply.
bool gs_ledger_settle(gs_ledger *self, gs_id a, gs_id b, gs_arena *arena, gs_error *error);

// ---- a store in memory -----------------------------------------------------------------------------

// What `gainsay digest` and tests give the ledger. It never fails, and undoes nothing.
typedef struct gs_memory_store gs_memory_store;
// emit receives each event, numbered and dated; borrowed for the call. May be NULL.
gs_memory_store *gs_memory_store_new(void (*emit)(void *context, const gs_event *event), void *context);
void gs_memory_store_free(gs_memory_store **self_p);
gs_ledger_store gs_memory_store_functions(gs_memory_store *self);
// Was an extraction of this article noted before? And notes it.
bool gs_memory_store_note_article(gs_memory_store *self, const char *article_id);
// What it holds now: ids of statements, contradictions or disputes, sorted, in the arena.
typedef enum gs_memory_kind {
    GS_MEMORY_STATEMENTS,
    GS_MEMORY_CONTRADICTIONS,
    GS_MEMORY_DISPUTES
} gs_memory_kind;
gs_id *gs_memory_store_list(gs_memory_store *self, gs_memory_kind kind, gs_arena *arena, size_t *count);

// Topic of an event in the live stream: "statement/CN/", "statement/-/" without a country, "contradiction/",
// "dispute/", "retraction/", "heartbeat/". Static or in the arena.
const char *gs_event_topic(const gs_event *event, gs_arena *arena);

#endif
