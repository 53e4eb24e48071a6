// What the parts of the segmenter's trainer share.
#ifndef GAINSAY_LANG_TRAIN_SEGMENT_H
#define GAINSAY_LANG_TRAIN_SEGMENT_H

#include "../segment_internal.h"
#include "train.h"

enum { SEGMENT_WORD = 1, SEGMENT_SENTENCE = 2 }; // a mark says what begins at a byte

// Running text with what the treebank says of it.
typedef struct segment_text {
    gs_buffer bytes, form;
    uint8_t *marks; // per byte, and one behind the last
    size_t mark_capacity;
} segment_text;

// Sentences in a row as one text, a space between them. vary: with some marks and words exchanged.
void segment_text_make(segment_text *self, const corpus_sentence *sentences, size_t count, bool vary,
                       uint64_t *random);
void segment_text_free(segment_text *self);

// Appends the suffixes and the cut table (segment_internal.h) that the treebanks' words inside words give.
void segment_tables_make(const corpus *treebanks, seg_window *window, gs_buffer *tables,
                         uint32_t *suffix_count, uint32_t *cut_bits);

#endif
