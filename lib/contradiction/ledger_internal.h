// What the parts of the ledger share while one extraction is applied.
#ifndef GAINSAY_CONTRADICTION_LEDGER_INTERNAL_H
#define GAINSAY_CONTRADICTION_LEDGER_INTERNAL_H

#include "claims.h"
#include "contradiction/contradiction.h"
#include "judge.h"
#include "memo.h"
#include "utterance.h"

struct gs_ledger {
    gs_ledger_store store; // the functions; its context is the owner's
    gs_judge *judge;       // borrowed
    gs_index *index;
    cd_utterances *utterances;
    uint32_t window_days;
    double min_score;
    cd_memo *memo;       // claims of statements that were judged
    gs_arena *scratch;   // of judging one pair
    gs_consult *consult; // NULL: there is no second opinion
    void *consult_context;
};

// A statement of the extraction, and which statement of the ledger it is.
typedef struct ledger_item {
    gs_statement *statement; // borrowed from the extraction, or joined of several of its statements
    gs_id own;               // its own id
    gs_id id;                // of the ledger's statement: its own, or that of the utterance it reports
    gs_statement *known;     // as the ledger holds it; NULL if it does not
    bool joined;             // into an earlier item
} ledger_item;

typedef struct ledger_judged {
    gs_id id;
    bool known; // it was there before: its contradictions are looked at again
} ledger_judged;

// A contradiction that this extraction brings or changes.
typedef struct ledger_pair {
    gs_contradiction *contradiction; // in the arena, as it is stored
    gs_id id, a, b;
    bool fresh; // to be told
} ledger_pair;

// A statement as the ledger holds it, which an article reports that has the same text as the turn's.
typedef struct ledger_kin {
    gs_id id;
    gs_statement *statement; // in the turn's arena
} ledger_kin;

typedef struct ledger_turn {
    gs_ledger *ledger;
    const gs_extraction *extraction;
    gs_arena *arena;
    gs_error *error;
    ledger_item *items; // in the order of the text
    size_t item_count;
    ledger_kin *kin; // of the text that this article is, or has, copies of
    size_t kin_count;
    size_t listed_count;   // statements that copies of that text report
    ledger_judged *judged; // statements to be judged, or judged again
    size_t judged_count, judged_capacity;
    ledger_pair *pairs;
    size_t pair_count, pair_capacity;
    gs_id *touched; // questions whose contradictions came, went or changed
    size_t touched_count, touched_capacity;
    bool unsettled; // a contradiction that was known changed or went
} ledger_turn;

// Doubles an array in the arena when it is full.
void *ledger_grown(gs_arena *arena, void *array, size_t count, size_t *capacity, size_t item);
char *ledger_id_text(gs_arena *arena, gs_id id);
bool ledger_emit_retraction(ledger_turn *turn, const char *statement_id, const char *contradiction_id,
                            const char *dispute_id, const char *reason);
bool ledger_emit_merger(ledger_turn *turn, const char *dispute_id, const char *merged_into,
                        const char *reason);
// Statements that nobody makes (measurements of the transport have such) contradict nothing and are left out.
void ledger_mark_judged(ledger_turn *turn, gs_id id, const gs_statement *statement, bool known);

// reports.c: one utterance, many reports. published decides which is the first, then the article's id.
int ledger_compare_published(const char *a, const char *b);
bool ledger_take_item(ledger_turn *turn, const ledger_item *item);
bool ledger_drop_report(ledger_turn *turn, gs_id id);

// same.c: fills the turn's items.
bool ledger_find_items(ledger_turn *turn);
// The ledger's id, as text, of the statement of this extraction that has this id of its own.
const char *ledger_id_in(const ledger_turn *turn, const char *own);

// copies.c
bool ledger_find_kin(ledger_turn *turn); // fills the turn's kin
// What a copy reports is listed under the name of the first article; and no longer, where no copy reports it
// any more.
bool ledger_list_copy(ledger_turn *turn, gs_id id, const gs_statement *statement);
bool ledger_unlist_copy(ledger_turn *turn, gs_id id, const gs_statement *statement, const char *first);
// Are all reports of the two copies of one text, and none of one article?
bool ledger_are_between_copies(const gs_statement *a, const gs_statement *b);
// Do all reports of it come from one text that has copies?
bool ledger_rests_on_copies(ledger_turn *turn, const gs_statement *statement, bool *rests);

// disputes.c
void ledger_touch_question(ledger_turn *turn, gs_id question);
// Brings the disputes in line with what was touched; tells the fresh contradictions, then the disputes.
bool ledger_disputes_settle(ledger_turn *turn);
bool ledger_put_notes(ledger_turn *turn, const gs_dispute *dispute); // under its other questions' ids
gs_id ledger_question_of(const gs_contradiction *contradiction);
int ledger_compare_in_time(const gs_statement *a, const gs_statement *b); // published, then id

// disputes_make.c: the dispute of these contradictions, in the order of their ids; at least one.
gs_dispute *ledger_dispute_make(gs_contradiction **items, size_t item_count, gs_arena *arena);
bool ledger_emit_contradiction(ledger_turn *turn, gs_contradiction *contradiction, bool repeated);
bool ledger_emit_dispute(ledger_turn *turn, const gs_dispute *dispute, bool told_before);
gs_statement *ledger_shown(const gs_statement *statement, gs_arena *arena); // for a side; shares its texts

// disputes_extend.c: adds the turn's pairs, all of them new and of the dispute's own questions, to it, and
// tells them. *done is false, and nothing is changed, where the dispute has to be made anew.
bool ledger_dispute_extend(ledger_turn *turn, gs_id id, gs_dispute *dispute, bool *done);

// sides.c: who stands on which side of a dispute.
typedef struct ledger_node {
    gs_statement *statement; // as the contradiction has it
    size_t side;
} ledger_node;
// Sets the sides of nodes, which are in the order of time, so that no two of an edge share one; edges are
// pairs of numbers of nodes. Returns how many sides there are.
size_t ledger_sides_find(ledger_node *nodes, size_t node_count, const uint32_t (*edges)[2], size_t edge_count,
                         gs_arena *arena);
// Labels that tell the sides apart: countries and bodies, else names, else days. In the arena.
void ledger_sides_label(const ledger_node *nodes, size_t node_count, char **labels, size_t side_count,
                        gs_arena *arena);

// questions.c: the line that a dispute goes under.
char *ledger_question_line(const gs_statement *a, const gs_statement *b, const gs_verdict *verdict,
                           gs_arena *arena);

// pairs.c. All statements of an article go into the index before the first of them is judged.
bool ledger_index_statement(ledger_turn *turn, gs_id id);
bool ledger_judge_statement(ledger_turn *turn, const ledger_judged *judged);
bool ledger_drop_contradictions(ledger_turn *turn, gs_id statement);
// What the pair is now, against what the ledger holds of it.
bool ledger_settle_again(ledger_turn *turn, gs_id a_id, gs_statement *a, gs_id b_id, gs_statement *b);
gs_id ledger_contradiction_id(gs_id a, gs_id b);
bool ledger_comes_first(const gs_statement *a, const gs_statement *b); // by day, then publication, then id

// consult.c: puts the verdict before the second opinion. *said: what was given and applied, else NULL; *held:
// the answer is yet to come, and nothing may change.
bool ledger_consult(ledger_turn *turn, const gs_consulting *pair, gs_verdict *verdict,
                    gs_second_opinion **said, bool *held);

// sides.c: "China", "Hidrosud", "Claire Delmas"
const char *cd_name_of(const gs_speaker *speaker);
const char *cd_side_of(const gs_speaker *speaker);

#endif
