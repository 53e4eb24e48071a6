// align: which terms of two clauses speak of the same thing, and which stand against each other.
#ifndef GAINSAY_CONTRADICTION_ALIGN_H
#define GAINSAY_CONTRADICTION_ALIGN_H

#include "claims.h"

enum { CD_CLAUSE_TERMS = 32 }; // of one clause; later ones are not aligned

typedef enum cd_tie {
    CD_TIE_NONE,
    CD_TIE_SAME,      // one lemma, one matter, one country
    CD_TIE_SYNONYM,   // a sense in common, or derived from each other
    CD_TIE_ABOVE,     // one is more general than the other
    CD_TIE_OPPOSITE,  // antonyms
    CD_TIE_SISTER,    // kinds of one thing: "guitar", "violin"; two countries
    CD_TIE_ELSEWHERE, // in place of each other, and unrelated
} cd_tie;

typedef struct cd_aligned {
    uint8_t a, b;  // terms of the claims
    uint8_t tie;   // cd_tie
    bool a_above;  // CD_TIE_ABOVE: a is the more general one
    uint8_t far;   // CD_TIE_SISTER: steps to what they have in common, both ways
    uint8_t depth; // of that below the top
    uint8_t field; // its lexicographer file
    bool excludes; // CD_TIE_SISTER: of a kind whose members exclude each other
} cd_aligned;

typedef struct cd_alignment {
    cd_aligned pairs[CD_CLAUSE_TERMS];
    size_t count;
    uint8_t of_a[CD_CLAUSE_TERMS], of_b[CD_CLAUSE_TERMS];     // terms of the two clauses
    uint8_t tied_a[CD_CLAUSE_TERMS], tied_b[CD_CLAUSE_TERMS]; // their cd_tie
    size_t a_count, b_count;
} cd_alignment;

// How much a term says.
double cd_term_weight(const cd_term *term);
// One lemma, one matter, or one country?
bool cd_terms_same(const cd_term *a, const cd_term *b);
// Weight of the terms that the two clauses share, as the same word or a synonym; the test before an
// alignment.
double cd_clauses_share(const cd_wordnet *wordnet, const cd_claims *a, size_t clause_a, const cd_claims *b,
                        size_t clause_b);
void cd_align(const cd_wordnet *wordnet, const cd_claims *a, size_t clause_a, const cd_claims *b,
              size_t clause_b, cd_alignment *alignment);

#endif
