// Names of one document set against each other: the same name is of the same kind throughout.
#ifndef GAINSAY_LANG_MENTIONS_H
#define GAINSAY_LANG_MENTIONS_H

#include "network.h"

enum { LANG_MENTION_KINDS = 4 }; // the kinds that are told by the company a name keeps: PERSON ORG LOC MISC

// Re-decides among these kinds for each name that the text has several times; a surname alone goes with the
// person's whole name. scores: for each word LANG_MENTION_KINDS log-probabilities. Time linear in the names.
void lang_mentions_agree(gs_parse *parse, const float *scores, gs_arena *arena);

#endif
