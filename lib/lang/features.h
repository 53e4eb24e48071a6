// A word form as rows of the embedding table: the network's input is the sum of these rows.
//
// Regions of the table, one behind the other:
//   two rows for unknown words (lower-cased, as written)
//   the vocabulary: forms seen often enough in training, lower-cased and as written
//   affixes: the first one to four and the last one to five letters, hashed
//   grams: three and four letters in a row, hashed, with the word's ends marked
//   shapes: the pattern of capitals, small letters, digits and marks, hashed
//   lexicon: one row for each bit of lexicon.h
//   context: what the place in the sentence adds (lang_context)
#ifndef GAINSAY_LANG_FEATURES_H
#define GAINSAY_LANG_FEATURES_H

#include "lexicon.h"

enum {
    LANG_ROWS_MAX = 112,    // of one word
    LANG_FORM_LETTERS = 40, // a longer form is read by its first and last 20
    LANG_AFFIX_ROWS = 1 << 14,
    LANG_GRAM_ROWS = 1 << 14,
    LANG_SHAPE_ROWS = 1 << 10,
    LANG_CONTEXT_ROWS = 16,
};

// Which rows of the context region a word takes.
enum {
    LANG_CONTEXT_SPACE,    // white space before it
    LANG_CONTEXT_JOINED,   // none
    LANG_CONTEXT_FIRST,    // first of its sentence
    LANG_CONTEXT_LAST,     // last of its sentence
    LANG_CONTEXT_CAPITALS, // four rows: how much of the sentence's letters are capitals (lang_capitals)
    LANG_CONTEXT_USED = LANG_CONTEXT_CAPITALS + 4,
};

typedef struct lang_vocabulary {
    const uint64_t *hashes;  // sorted; borrowed
    const uint32_t *buckets; // 2^bucket_bits + 1 entries: first hash of each bucket of leading bits
    uint32_t count;
    uint32_t bucket_bits;
} lang_vocabulary;

typedef struct lang_rows {
    uint32_t row[LANG_ROWS_MAX];
    uint32_t count;
    uint32_t
        gram_begin; // rows from here on are grams: they are summed apart and scaled by 1/sqrt(their number)
} lang_rows;

uint32_t lang_row_count(const lang_vocabulary *vocabulary);
uint32_t lang_context_row(const lang_vocabulary *vocabulary, uint32_t context);
// rows[0] and rows[1] are those of the vocabulary (or 0 and 1, unknown).
void lang_rows_of(const lang_vocabulary *vocabulary, const lang_lexicon *lexicon, gs_view form,
                  lang_rows *rows);
// Hashes under which the vocabulary holds a form, lower-cased and as written (0 if that is the same).
void lang_form_hashes(gs_view form, uint64_t hashes[2]);
// 0 to 3: how many of a sentence's words of four letters and more begin with a capital; 3: all capitals.
uint32_t lang_capitals(const gs_view *forms, size_t count);

#endif
