// The attribution network: what it computes, and its section of the model file.
//
//   x_i     = what the language network knows of word i, beside tanh of the sum of the word's rows: tag,
//             relation, quotation, name, place, lemma (attribution_features.h)
//   y       = a bidirectional LSTM over a window: a paragraph, or a piece of a long one
//   c, a, b = y W + bias, in one product
//   cues    : leaky(c_i) through a linear layer scores OUT BEGIN IN, a chain over the window (Lafferty,
//             McCallum and Pereira, "Conditional Random Fields", 2001)
//   spans   : for each cue k, h_i = leaky(mean of a over the cue + b_i + Σ rows of how i stands to k) through
//             a linear layer scores OUT, source BEGIN IN, content BEGIN IN, a chain over the words around k
//
// How i stands to k: the way through the tree from one to the other, of the word and of both neighbours; the
// distance; whose quotation i is in, with neighbours; whether its sentence is before or after. So spans are
// tied to their cue, and a word may belong to several attributions.
#ifndef GAINSAY_STATEMENT_ATTRIBUTION_NETWORK_H
#define GAINSAY_STATEMENT_ATTRIBUTION_NETWORK_H

#include "attribution_chain.h"
#include "attribution_features.h"
#include "neural/neural.h"

enum {
    ST_NETWORK_VERSION = 1,
    ST_CALIBRATION = 5, // numbers of st_network_probability
};

#define ST_NETWORK_SECTION "attribution"

// The tables of how a word stands to a cue, in the order in which they lie in the section. Rows of PATH and
// QUOTE hold three vectors: what the word's class says of itself, of the next word, and of the one before.
typedef enum st_relation_table {
    ST_TABLE_PATH,
    ST_TABLE_DISTANCE,
    ST_TABLE_QUOTE,
    ST_TABLE_SENTENCE,
    ST_TABLE_COUNT
} st_relation_table;

typedef struct st_table_shape {
    uint32_t rows, vectors;
} st_table_shape;

st_table_shape st_table_shape_of(st_relation_table table);

// The section's head, little-endian as all of the file.
typedef struct st_network_head {
    uint64_t language;                               // hash of the language network that it was trained on
    uint32_t states;                                 // width of what that says of a word
    uint32_t embedding;                              // width of a word's rows
    uint32_t hidden;                                 // of the LSTM, one direction
    uint32_t width;                                  // of c, of a and of b
    uint32_t lemmas;                                 // known ones
    uint32_t lemma_rows, paths, distances, quotings; // must be this program's
    uint32_t zero[5];
} st_network_head;

typedef struct st_network {
    uint64_t language;
    uint32_t states, embedding, hidden, width;
    st_lemmas lemmas;
    gs_table rows;
    gs_lstm layer;
    gs_matrix project_w, cue_w, pair_w;
    float *tables[ST_TABLE_COUNT]; // rows × vectors × width; owned
    st_chain cue, pair;
    float threshold; // of a cue's probability
    float calibration[ST_CALIBRATION];
} st_network;

// Borrows the section. False and *error if it is not one; every size in it is checked here.
bool st_network_open(st_network *self, gs_view section, gs_error *error);
void st_network_close(st_network *self);

// How probable it is that an attribution is right, of which the network says that its cue is one with
// probability `cue` and that the spans are just these with `spans`:
// logistic(w0 + w1 cue + w2 cue² + w3 spans + w4 spans²).
float st_network_probability(const float weights[ST_CALIBRATION], float cue, float spans);

#endif
