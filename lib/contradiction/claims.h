// What a statement claims, reduced to what two statements can be compared by.
#ifndef GAINSAY_CONTRADICTION_CLAIMS_H
#define GAINSAY_CONTRADICTION_CLAIMS_H

#include "lang/lang.h"
#include "statement/statement.h"

enum {
    CD_CLAUSES = 32, // of one statement; later ones are not compared
    CD_TERMS = 48,   // of one clause
    CD_NUMBERS = 6,
    CD_FOCUS = 3, // terms that a negation denies
    CD_PLACES = 6,
};

typedef struct cd_term {
    uint64_t hash;
    const char *label; // static or in the arena
    const char *base;  // its entry in antonyms.tsv; NULL if it has none
    bool place;        // a country: label is its code
    bool matter;       // named in synonyms.tsv
    bool name;         // a capital inside a sentence: says of whom, not what
    bool light;        // "report", "minister": weighs little, and nothing is found through it
} cd_term;

typedef struct cd_number {
    double value;
    uint64_t noun;     // hash of what is counted or measured
    const char *label; // of it
    char bound;        // '=' exactly, '~' about, '>' at least or more than, '<' at most
} cd_number;

typedef struct cd_clause {
    cd_term terms[CD_TERMS];
    size_t count;
    cd_number numbers[CD_NUMBERS];
    size_t number_count;
    uint64_t focus[CD_FOCUS];
    size_t focus_count;
    bool light_focus; // the first of them is a light word, and must be shared
    bool negated;
    bool unreal;      // a condition, a possibility, a wish, a question
    bool duty;        // what ought to be
    bool later;       // the future
    const char *word; // the negation's own word
} cd_clause;

typedef struct cd_claims {
    cd_clause *clauses;
    size_t count;
    uint64_t own; // place of the speaker; 0 if none
} cd_claims;

// country: of the speaker, whom "we" stands for; "" if unknown.
void cd_claims_read(gs_view text, const char *country, bool denied, gs_arena *arena, cd_claims *claims);
// What the statement says is denied, not claimed, by its speaker ("denied the report").
bool cd_is_denied(const gs_statement *statement);
uint64_t cd_place_hash(const char *code);
// Do the two stand against each other in antonyms.tsv?
bool cd_opposite(const cd_term *a, const cd_term *b);

#endif
