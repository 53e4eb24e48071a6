// The part of the attribution network that reads words: windows in, one row of numbers a word out.
#ifndef GAINSAY_STATEMENT_ATTRIBUTION_ENCODER_H
#define GAINSAY_STATEMENT_ATTRIBUTION_ENCODER_H

#include "attribution_network.h"

enum { ST_BATCH_WORDS = 480, ST_BATCH_WINDOWS = 16 };

// What a batch left; it stands until the next one.
typedef struct st_encoded {
    const float *project; // by word, window after window: c, a, b
    size_t row;           // floats from one word to the next
    const float *cues;    // scores of the cue labels, GS_MATRIX_LANES a word
} st_encoded;

typedef struct st_encoder st_encoder; // the working memory of one thread

st_encoder *st_encoder_new(const st_network *network);
void st_encoder_free(st_encoder **self_p);
// Reads up to ST_BATCH_WINDOWS windows of together up to ST_BATCH_WORDS words; the longest come first.
st_encoded st_encoder_read(st_encoder *self, const st_features *features, const st_words *windows,
                           size_t count);

#endif
