// Types: a form with its tag, and the lemma that most of its tokens have.
#ifndef GAINSAY_LANG_LEMMA_TYPES_H
#define GAINSAY_LANG_LEMMA_TYPES_H

#include "lang/lemma_table.h"
#include "train.h"

typedef struct lemma_type {
    const char *form, *tag, *lemma; // in the corpus, or in the list of types
    uint32_t tokens;                // 0: made, not met
    lemma_form forms;
    bool has_edit; // lemma = the form in a case, less cut bytes, and an ending
    uint8_t cut;
    lemma_case how;
    char ending[LEMMA_CUT + 1];
} lemma_type;

// Of the treebanks, and, unless wordnet_directory is NULL, the regular forms of WordNet's verbs. Made words
// lie in the arena; *types_p is the caller's to free.
bool lemma_collect_types(const corpus *treebanks, gs_arena *arena, const char *wordnet_directory,
                         lemma_type **types_p, size_t *count_p, gs_error *error);

#endif
