// Lemmas: a dictionary of (form, tag) pairs, and suffix rules for what is not in it; both learned from
// treebanks.
#ifndef GAINSAY_LANG_LEMMA_H
#define GAINSAY_LANG_LEMMA_H

#include "lang/lang.h"

enum { LANG_LEMMA_VERSION = 1 };

typedef struct lang_lemmatiser lang_lemmatiser; // immutable, shared by threads; borrows the section

lang_lemmatiser *lang_lemmatiser_new(gs_view section, gs_error *error);
void lang_lemmatiser_free(lang_lemmatiser **self_p);

// NUL-terminated lemma of the form (UTF-8 as written), in the section or the arena. xpos: its name ("VBD").
const char *lang_lemma(const lang_lemmatiser *self, gs_view form, gs_upos upos, const char *xpos,
                       gs_arena *arena);

#endif
