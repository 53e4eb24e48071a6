// What the passes of one shard share. Below, words lie "time-major", in the order of gs_steps; the heads read
// them "sentence-major", the words of a sentence together.
#ifndef GAINSAY_LANG_NET_SHARD_H
#define GAINSAY_LANG_NET_SHARD_H

#include "net.h"

struct net_shard {
    uint32_t words_max;
    uint32_t words;        // N
    uint32_t sentences;    // S
    uint64_t random;       // state
    gs_sequence *sentence; // sorted from long to short; begin: first word, sentence-major
    gs_steps *steps;
    const net_word **word; // by sentence-major place
    const net_soft **soft; // likewise; NULL: hard
    net_soft *taught;      // what this pass thinks; NULL: not asked
    uint8_t set;
    float *input, *input_gradient; // N × max(input, 2h)
    float *input_mask;             // S × input
    uint8_t *kept;                 // by time-major row: the vocabulary rows were kept
    gs_lstm_pass *layer[NET_LAYERS_MAX];
    float *top, *top_gradient, *tag, *tag_gradient; // N × 2h, sentence-major
    float *out_gradient;                            // N × max(input, 2h), time-major
    float *scratch[8];                              // N × scratch_width
    size_t scratch_width;
    float *arcs[6];  // matrices of one sentence
    float *gradient; // of the parameters
    net_loss loss;
    net_guess *guesses;
};

// By what rows of grams are scaled when they are summed.
float net_gram_share(const net_type *type);

void heads_run(net_shard *self, const net *model, const net_rates *rates);

#endif
