// judge: the parts of it that the ledger and the trainer share.
#ifndef GAINSAY_CONTRADICTION_JUDGE_H
#define GAINSAY_CONTRADICTION_JUDGE_H

#include "contradiction/contradiction.h"
#include "features.h"
#include "trees.h"

enum { CD_JUDGE_VERSION = 1 };
#define CD_JUDGE_SECTION "judge"

// Of two statements, behind the features of their clauses.
typedef enum cd_statement_feature {
    CD_S_PAIR = CD_PAIR_FEATURES, // log odds that the pair model gives the clauses
    CD_S_DAYS,                    // log (1 + days apart)
    CD_S_DAYS_KNOWN,
    CD_S_SAME_SPEAKER,
    CD_S_SAME_BODY,   // of one organisation, or of one government
    CD_S_SIDES_APART, // countries that differ
    CD_S_SAME_ARTICLE,
    CD_S_DENIAL,        // one is told as a denial
    CD_S_WISH,          // one is a demand, a proposal, a threat, a promise or a forecast
    CD_S_LATER_NEGATED, // the negated one is of a later day
    CD_S_LATER_HIGHER,  // figures that clash: 1 if the later one is higher, -1 if it is lower
    CD_S_MATTER,        // a shared term that synonyms.tsv has, or a name
    CD_S_TOLD,          // how much the shared terms tell, all told
    CD_S_TOLD_BEST,     // and the one that tells most
    CD_S_CLASHES,       // clauses of the two that the pair model takes for a contradiction
    CD_STATEMENT_FEATURES,
} cd_statement_feature;

typedef struct cd_finding {
    double log_odds;
    cd_clash clash;
    float features[CD_STATEMENT_FEATURES];
} cd_finding;

// One pair of clauses after the other. wanted: bare texts take all, statements those that share a word.
typedef struct cd_pairing {
    const cd_wordnet *wordnet;
    const cd_claims *a, *b;
    size_t next;
    double least; // weight of what they share
} cd_pairing;
bool cd_pairing_next(cd_pairing *self, size_t *clause_a, size_t *clause_b);

// The features that the pair as a whole has; those of clauses are left as they are.
void cd_statement_features(const gs_statement *a, const cd_claims *claims_a, const gs_statement *b,
                           const cd_claims *claims_b, float features[CD_STATEMENT_FEATURES]);
// Of the two clauses, once features holds those of the pair and of the statements.
void cd_clause_features(const gs_statement *a, const cd_claims *claims_a, const gs_statement *b,
                        const cd_claims *claims_b, const cd_clash *clash,
                        float features[CD_STATEMENT_FEATURES]);
static const double CD_SHARE_LEAST = 0.55; // of clauses of statements

// Before any test of opposition: something must stand against something, and it must not be that a figure is
// higher days later, because things have gone on.
bool cd_gate(const float features[CD_STATEMENT_FEATURES]);

// The same for two scenes: two persons, two deeds or two things can both be there.
bool cd_pair_gate(const float features[CD_PAIR_FEATURES]);

// Log odds that a form of opposition which is known by sight gives, whatever the model thinks; -INFINITY if
// the two have none. features: all of them, of statements.
double cd_pattern_log_odds(const gs_statement *a, const gs_statement *b, const float *features);

bool cd_same_person(const gs_speaker *a, const gs_speaker *b);
bool cd_same_body(const gs_speaker *a, const gs_speaker *b);

const cd_claims *cd_judge_read(gs_judge *self, const gs_statement *statement, gs_arena *arena);
void cd_judge_claims(gs_judge *self, const gs_statement *a, const cd_claims *claims_a, const gs_statement *b,
                     const cd_claims *claims_b, gs_arena *scratch, gs_verdict *verdict);

// verdict.c: what is said of a finding, a and b in the order of its clauses.
void cd_write_verdict(const cd_finding *finding, const gs_statement *a, const cd_claims *claims_a,
                      const gs_statement *b, const cd_claims *claims_b, gs_arena *scratch,
                      gs_verdict *verdict);

// show.c: the clauses and how their terms are tied, a line each.
void cd_show(const cd_wordnet *wordnet, const cd_finding *finding, const char *text_a, const cd_claims *a,
             const char *text_b, const cd_claims *b, gs_buffer *out);

#endif
