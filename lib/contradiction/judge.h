// judge: the parts of it that the ledger and the trainer share.
#ifndef GAINSAY_CONTRADICTION_JUDGE_H
#define GAINSAY_CONTRADICTION_JUDGE_H

#include "contradiction/contradiction.h"
#include "features.h"
#include "trees.h"

enum { CD_JUDGE_VERSION = 2 };
#define CD_JUDGE_SECTION "judge"

// Of two statements, behind the features of their clauses.
typedef enum cd_statement_feature {
    CD_S_PAIR = CD_PAIR_FEATURES, // log odds that the pair model gives the clauses
    CD_S_DAYS,                    // log (1 + days apart)
    CD_S_DAYS_KNOWN,
    CD_S_SAME_SPEAKER,
    CD_S_SAME_BODY,    // of one organisation, or of one government
    CD_S_SIDES_APART,  // countries that differ
    CD_S_SAME_COUNTRY, // both known
    CD_S_OFFICIALS,    // of the two speakers
    CD_S_SAME_ARTICLE,
    CD_S_DENIAL,        // one is told as a denial
    CD_S_WISH,          // one is a demand, a proposal, a threat, a promise or a forecast
    CD_S_LATER_NEGATED, // the negated one is of a later day
    CD_S_LATER_HIGHER,  // figures that clash: 1 if the later one is higher, -1 if it is lower
    CD_S_MATTER,        // a shared term that synonyms.tsv has, or a name
    CD_S_TOLD,          // how much the shared terms tell, all told
    CD_S_TOLD_BEST,     // and the one that tells most
    CD_S_OPEN,          // the two clauses pass the gate
    CD_S_AGENT,         // whose deed they tell: 1 the same one's, -1 two others', 0 not known
    CD_S_KEYS,          // of the whole texts, weights of shared keys of matter.h
    CD_S_KEYS_BEST,
    CD_S_KEYS_COVER, // share of the text that has fewer
    CD_S_SPOKEN_OF,  // keys of one's words that the other's speaker gives
    CD_S_STORY,      // weights of keys that the titles and topics of the two articles share
    CD_S_STORY_COVER,
    CD_S_STORY_WORDS,   // weights of one's words that are in the other's title
    CD_S_NAMED,         // one names the other speaker
    CD_S_ROLE_NAMED,    // or his office
    CD_S_COUNTRY_NAMED, // or his country
    CD_S_TURNED,        // weight of shared words that are denied in one text alone
    CD_S_TURNED_BEST,
    CD_S_TEXT_FIGURES, // figures of one thing that cannot both hold, anywhere in the texts
    CD_S_TEXT_FIGURES_AGREE,
    CD_S_TEXT_OPPOSITES,
    CD_S_NEGATED_LESS, // negated clauses of the text that has fewer
    CD_S_NEGATED_MORE,
    CD_S_TERMS_LESS,
    CD_S_TERMS_MORE,
    CD_S_REPLY,    // texts that answer: "No."
    CD_S_CORRECTS, // texts that take back what was said
    CD_S_STANCE,   // of each stance: 1 if one of the two shows it, 2 if both do
    CD_S_STANCE_LAST = CD_S_STANCE + CD_STANCES - 1,
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
    double share, best_share;
    uint8_t best_a, best_b; // those of statements that share most so far; CD_NONE before
} cd_pairing;
bool cd_pairing_next(cd_pairing *self, size_t *clause_a, size_t *clause_b);

// The features that the pair as a whole has; those of clauses are left as they are.
void cd_statement_features(const gs_statement *a, const cd_claims *claims_a, const gs_statement *b,
                           const cd_claims *claims_b, float features[CD_STATEMENT_FEATURES]);
// setting.c: those of the whole texts among them, and whose deeds two clauses tell.
void cd_setting_features(const cd_claims *a, const cd_claims *b, float features[CD_STATEMENT_FEATURES]);
float cd_agents(const gs_statement *a, const cd_claims *claims_a, size_t clause_a, const gs_statement *b,
                const cd_claims *claims_b, size_t clause_b);
// Of the two clauses, once features holds those of the pair and of the statements.
void cd_clause_features(const gs_statement *a, const cd_claims *claims_a, const gs_statement *b,
                        const cd_claims *claims_b, const cd_clash *clash,
                        float features[CD_STATEMENT_FEATURES]);
static const double CD_SHARE_LEAST = 0.55; // of clauses of statements

// instances.c: whether the two are to be compared at all. Questions claim nothing; who is unknown stands
// against nobody, and nobody against himself in one article, nor against words of his that another tells.
bool cd_may_contradict(const gs_statement *a, const cd_claims *claims_a, const gs_statement *b,
                       const cd_claims *claims_b);

// Takes the pairs of clauses that a model of statements hears of, one after the other. pair: the
// model of bare texts.
typedef void (*cd_take_instance)(void *context, const float features[CD_STATEMENT_FEATURES],
                                 const cd_clash *clash);
void cd_each_instance(const cd_wordnet *wordnet, const cd_trees *pair, const gs_statement *a,
                      const cd_claims *claims_a, const gs_statement *b, const cd_claims *claims_b,
                      cd_take_instance take, void *context);

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
