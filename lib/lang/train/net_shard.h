// What the passes of one shard share. Words lie time-major: step t holds the t-th words of all sentences that
// are longer than t, sentences sorted from long to short, so a step is one block of rows and there is no
// padding.
#ifndef GAINSAY_LANG_NET_SHARD_H
#define GAINSAY_LANG_NET_SHARD_H

#include "net.h"

typedef struct shard_direction {
    float *gates;    // N × 4h: i f g o, after activation; then their gradients
    float *cells;    // N × h
    float *squashed; // N × h: tanh of the cells
    float *previous; // N × h: the h that came in, after dropout
    float *mask;     // S × h: recurrent dropout
} shard_direction;

typedef struct shard_layer {
    shard_direction direction[2];
    float *out;  // N × 2h, after dropout
    float *mask; // S × 2h
} shard_layer;

typedef struct shard_sentence {
    uint32_t example;
    uint32_t count;
    uint32_t place; // first word, sentence-major
} shard_sentence;

struct net_shard {
    uint32_t words_max;
    uint32_t words;     // N
    uint32_t sentences; // S
    uint32_t steps;     // longest sentence
    bool training;
    uint64_t random;          // state
    shard_sentence *sentence; // sorted from long to short
    uint32_t *step_begin;     // steps + 1
    uint32_t *place;          // sentence-major place of a time-major row
    const net_word **word;    // by sentence-major place
    const net_soft **soft;    // likewise; NULL: hard
    net_soft *taught;         // what this pass thinks; NULL: not asked
    uint8_t set;
    float *input, *input_gradient; // N × max(input, 2h)
    float *input_mask;             // S × input
    uint8_t *kept;                 // by time-major row: the vocabulary rows were kept
    shard_layer layer[NET_LAYERS_MAX];
    float *top, *top_gradient, *tag, *tag_gradient; // N × 2h, sentence-major
    float *out_gradient;                            // N × 2h, time-major
    float *cell_gradient;                           // N × h
    float *scratch[8];                              // N × scratch_width
    size_t scratch_width;
    float *arcs[6];  // matrices of one sentence
    float *gradient; // dense
    net_loss loss;
    net_guess *guesses;
};

uint64_t shard_random(net_shard *self);
// Fills mask with 0 or 1/(1-rate).
void shard_mask(net_shard *self, float *mask, size_t count, float rate);

void lstm_forward(net_shard *self, const net *model, uint32_t layer, const float *in, size_t in_width);
// gradient: of layer's out (before its dropout), time-major; in_gradient += .
void lstm_backward(net_shard *self, const net *model, uint32_t layer, const float *in, size_t in_width,
                   float *gradient, float *in_gradient);

void heads_run(net_shard *self, const net *model, const net_rates *rates);

#endif
