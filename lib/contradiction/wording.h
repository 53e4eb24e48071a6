// wording: two wordings compared word by word: are they reports of the same words?
#ifndef GAINSAY_CONTRADICTION_WORDING_H
#define GAINSAY_CONTRADICTION_WORDING_H

#include "base/base.h"

enum { CD_WORDS = 320 }; // words of one wording that are compared; later ones are not

typedef struct cd_word {
    uint64_t hash;  // of its stem
    bool content;   // says something about the matter
    bool name;      // a capital inside a sentence
    bool negation;  // turns what it stands with
    bool is_number; // then value counts, and hash is of it
    double value;
    uint32_t sentence; // of the text, from 0
} cd_word;

typedef struct cd_wording {
    cd_word words[CD_WORDS];
    size_t count, content_count, negations;
    uint64_t signature[2]; // a bit for each content word
} cd_wording;

void cd_wording_read(gs_view text, cd_wording *wording);

typedef enum cd_likeness {
    CD_APART,
    CD_PARAPHRASE, // most content words of the shorter one, in their order, and nothing that forbids it
    CD_VERBATIM,   // the shorter one is made of pieces of the longer one
} cd_likeness;
// overlap: how much of the longer one the shorter one covers, 0 to 1.
cd_likeness cd_wordings_compare(const cd_wording *a, const cd_wording *b, double *overlap);
// Could cd_wordings_compare find them alike? Quick and generous.
bool cd_signatures_meet(const uint64_t a[2], const uint64_t b[2]);

#endif
