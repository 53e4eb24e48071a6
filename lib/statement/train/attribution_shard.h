// What the passes of one shard share. "By row" is the order of gs_steps; "by word", window after window.
#ifndef GAINSAY_STATEMENT_ATTRIBUTION_SHARD_H
#define GAINSAY_STATEMENT_ATTRIBUTION_SHARD_H

#include "attribution_net.h"

// A word of the batch.
typedef struct st_shard_word {
    const st_lesson *lesson;
    uint32_t word; // of the parse
    uint32_t rows[ST_ROWS];
    size_t row_count;
} st_shard_word;

struct st_shard {
    uint32_t words_max, words, windows;
    uint64_t random;          // state
    gs_sequence *sequence;    // sorted from long to short; begin: first word, by word
    const st_lesson **lesson; // in the order in which their words lie
    uint32_t *begin;          // of each lesson's words
    gs_steps *steps;
    st_shard_word *word;                        // by word
    float *input, *input_mask, *input_gradient; // words × (states + embedding), by row
    float *squashed;                            // words × embedding, by row: before dropout
    gs_lstm_pass *layer;
    float *top, *top_gradient;                     // words × 2h, by word
    float *out_gradient;                           // words × 2h, by row
    float *project, *project_gradient;             // words × 3 width, by word
    float *hidden, *hidden_mask, *hidden_gradient; // of the cues or of one cue's spans: words × width
    float *scores, *score_gradient;                // likewise: words × GS_MATRIX_LANES
    st_chain cue, pair;
    st_passes passes;
    st_standing standing[ST_REACH_WORDS];
    float *mean, *mean_gradient; // width
    float *gradient;             // of the parameters
    st_loss loss;
};

// -log p(labels); with score_gradient, its gradient with respect to the scores goes there, and that of the
// potentials is added to potentials_gradient.
double st_chain_learn(const st_chain *chain, st_passes *passes, const float *scores, size_t n,
                      const uint8_t *labels, float *score_gradient, float *potentials_gradient);

// The spans of all cues: scores, loss, and with rates what they say of project.
void st_spans_run(st_shard *self, const st_net *model, const st_rates *rates);

#endif
