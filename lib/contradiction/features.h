// features: what is measured of two clauses, for the judge's model.
#ifndef GAINSAY_CONTRADICTION_FEATURES_H
#define GAINSAY_CONTRADICTION_FEATURES_H

#include "align.h"

// All are the same for (a, b) and (b, a).
typedef enum cd_feature {
    CD_F_SHARED,        // weight of what is tied by meaning
    CD_F_COVER_LIGHTER, // of the clause that says less
    CD_F_COVER_HEAVIER, // of the one that says more
    CD_F_WORDS,         // shared words that say what, not of whom
    CD_F_NAMES,         // weight of shared names and countries
    CD_F_POLARITY,      // one is negated, the other is not
    CD_F_BOTH_NEGATED,
    CD_F_FOCUS,        // what the negation denies is shared: 1, by meaning 0.7, not 0
    CD_F_EXISTENCE,    // one denies that there is what the other says to have been
    CD_F_LEFT_NEGATED, // weight that the negated clause alone has
    CD_F_LEFT_PLAIN,   // and the other one
    CD_F_LEFT_LESS,    // weight left over: of the clause that has less of it
    CD_F_LEFT_MORE,
    CD_F_PREDICATE, // the predicates' tie
    CD_F_ROLES,     // share of tied terms that play the same part
    CD_F_SWAPPED,   // a subject here is an object there
    CD_F_OPPOSITES,
    CD_F_OPPOSITE_PART,  // those that play the same part
    CD_F_OPPOSITE_BEING, // persons: "man", "woman"; both can be there
    CD_F_SISTERS,
    CD_F_SISTER_EXCLUDES, // of a kind whose members exclude each other
    CD_F_SISTER_FAR,
    CD_F_SISTER_DEPTH,
    CD_F_SISTER_BEING,   // persons, animals, groups: two of them can both be there
    CD_F_SISTER_QUALITY, // attributes, shapes, states
    CD_F_SISTER_THING,   // food, substances, plants, artefacts
    CD_F_SISTER_PLACE,   // countries
    CD_F_SISTER_ACT,     // acts and events, verbs
    CD_F_REPLACED,
    CD_F_REPLACED_NAME, // of those, names
    CD_F_NUMBERS_CLASH, // figures, not times
    CD_F_NUMBERS_AGREE,
    CD_F_NUMBERS_APART, // log of the ratio
    CD_F_NUMBERS_KIND,  // cd_number_kind of the clash, from 1
    CD_F_NUMBERS_LEFT,  // figures that only one has
    CD_F_TIMES_CLASH,   // days, months, years, spans that differ
    CD_F_TIMES_AGREE,
    CD_F_DENIED_LEFT, // weight of the negated clause that the other text has nowhere
    CD_F_UNREAL,      // clauses that claim nothing
    CD_F_FUTURE,      // one speaks of the future, the other does not
    CD_F_DUTY,        // one of what ought to be
    CD_F_PAST,
    CD_F_CONDITIONED,
    CD_F_GENERAL,
    CD_F_TERM_POLARITY,  // a shared term is denied in one clause alone
    CD_F_DENIED_GENERAL, // what is denied is the more general of two
    CD_F_DENIED_SPECIAL, // or the more special
    CD_F_TERMS_LESS,     // terms of the shorter clause
    CD_F_TERMS_MORE,
    CD_F_LONE_CLASH, // all is tied but for one clash
    CD_F_LOOSE_LESS, // weight that is neither tied nor clashes: of the clause that has less of it
    CD_F_LOOSE_MORE,
    CD_F_TEXT_COVER, // share of the lighter text that the other has too
    CD_F_TEXT_COVER_HEAVIER,
    CD_F_CLAUSES, // of the text that has fewer
    CD_PAIR_FEATURES,
} cd_feature;

// What clashes, for the reason.
typedef struct cd_clash {
    size_t clause_a, clause_b;
    uint8_t number_a, number_b; // figures that cannot both hold; CD_NONE
    uint8_t term_a, term_b;     // opposites or sisters; CD_NONE
    bool opposite;
} cd_clash;

// A day, month, year or span, not a figure.
bool cd_is_time(const cd_number *number);
// Can both figures be true of one thing?
bool cd_numbers_agree(const cd_number *a, const cd_number *b);
// Weight of all that a says and b says too, as shares of the lighter and of the heavier text.
void cd_text_cover(const cd_claims *a, const cd_claims *b, float *lighter, float *heavier);
void cd_pair_features(const cd_wordnet *wordnet, const cd_claims *a, size_t clause_a, const cd_claims *b,
                      size_t clause_b, float features[CD_PAIR_FEATURES], cd_clash *clash);

#endif
