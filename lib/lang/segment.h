// Text to words and sentences, with a part of the model learned from treebanks.
#ifndef GAINSAY_LANG_SEGMENT_H
#define GAINSAY_LANG_SEGMENT_H

#include "lang/lang.h"

enum { LANG_SEGMENT_VERSION = 1 }; // of the section "segment"

typedef struct lang_segmenter lang_segmenter; // immutable, shared by threads; borrows the section

// NULL and *error if the bytes are not such a section. Every offset and count in it is checked here, once.
lang_segmenter *lang_segmenter_new(gs_view section, gs_error *error);
void lang_segmenter_free(lang_segmenter **self_p);

// Fills words (begin, end, sentence, space_before) and sentences of *parse, whose text is set; all in the
// arena.
void lang_segment(const lang_segmenter *self, gs_lang_division division, gs_parse *parse, gs_arena *arena);

#endif
