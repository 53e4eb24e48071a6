// derive: labelled pairs of sentences made from plain ones, by rule.
#ifndef GAINSAY_CONTRADICTION_TRAIN_DERIVE_H
#define GAINSAY_CONTRADICTION_TRAIN_DERIVE_H

#include "contradiction/wordnet.h"
#include "lang/lang.h"

// path: a treebank in CoNLL-U, of which only the sentences' text is read. take is called with each pair.
typedef void (*cd_derived)(void *context, const char *a, const char *b, bool contradiction);
typedef struct cd_deriver cd_deriver;
cd_deriver *cd_deriver_new(gs_lang *lang, const cd_wordnet *wordnet); // both borrowed
void cd_deriver_free(cd_deriver **self_p);
bool cd_derive(cd_deriver *self, const char *path, cd_derived take, void *context, gs_error *error);

#endif
