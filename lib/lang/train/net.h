// The network while it learns: parameters, examples, and one shard's forward and backward pass.
//
//   x_i  = sum of the word's embedding rows (features.h)
//   H_1 … H_L  bidirectional LSTM layers over the sentence (Hochreiter and Schmidhuber 1997)
//   UPOS, XPOS  from H_tag, linear
//   heads       from H_L, biaffine: s(i,j) = (U d_i + u)·h_j + v_b·d_i + w_b, b the distance from i to j
//   (Dozat and Manning, "Deep Biaffine Attention for Neural
//               Dependency Parsing", 2017); d, h = leaky(W H_L + b); j = 0 is the root, a learned vector
//   relations   leaky(a_i + b_head(i)) through a linear layer (Kiperwasser and Goldberg 2016)
//   names       leaky(W H_L + b) through a linear layer, BIOES labels
//
// Several schemes of annotation share all but their heads ("set"): set 0 is the scheme that the model speaks,
// set 1 the silver corpus', which only helps the layers below to learn.
#ifndef GAINSAY_LANG_NET_H
#define GAINSAY_LANG_NET_H

#include "../features.h"
#include "neural/train/train.h"
#include "train.h"

enum { NET_LAYERS_MAX = 4, NET_SETS = 2, NET_SHARDS = 2, NET_SENTENCE_MAX = 160 };

typedef struct net_size {
    uint32_t rows;             // of the embedding table
    uint32_t input;            // x
    uint32_t hidden;           // h of one direction
    uint32_t layers;           // L
    uint32_t tag_layer;        // counted from 0
    uint32_t arc, label, name; // widths of the heads' hidden layers
    uint32_t upos, names;      // classes, padded to multiples of 16
    uint32_t xpos[NET_SETS], relations[NET_SETS];
} net_size;

// Where the parameters lie that are not embedding rows.
typedef struct net_set_layout {
    gs_linear_place tag;         // 2h × (xpos [+ upos in set 0])
    gs_linear_place project;     // 2h × (2 arc + 2 label): d, h, a, b
    gs_linear_place arc;         // arc × (arc + distances)
    size_t arc_root, label_root; // arc, label: the root's h and b, before leaky
    gs_linear_place relation;    // label × relations
} net_set_layout;

typedef struct net_layout {
    gs_lstm_place layer[NET_LAYERS_MAX];
    net_set_layout set[NET_SETS];
    gs_linear_place name, name_out; // 2h × name, name × names
} net_layout;

// One distinct form and its rows.
typedef struct net_type {
    uint32_t row_begin, row_count, gram_begin; // into rows; gram_begin relative
    uint32_t frequency;                        // in the training corpora
} net_type;

typedef struct net_word {
    uint32_t type;
    uint16_t context;                   // bits: which context rows
    uint8_t upos, xpos, relation, name; // classes; NET_UNKNOWN where not annotated
    int16_t head;                       // -1 root, -2 unknown
} net_word;

enum { NET_UNKNOWN = 255 };

// What a teacher thinks of a word: its likeliest classes, with weights that add up to about 255.
enum { NET_SOFT = 4 };

typedef struct net_soft_label {
    int16_t class[NET_SOFT]; // of heads: j + 1, 0 for the root
    uint8_t weight[NET_SOFT];
} net_soft_label;

typedef struct net_soft {
    net_soft_label upos, xpos, head, relation;
} net_soft;

typedef struct net_example {
    uint32_t word_begin, count; // into words
    uint32_t soft_begin;        // into soft; NET_HARD: learned as annotated
    uint8_t set;
} net_example;

#define NET_HARD UINT32_MAX

typedef struct net_classes { // names of classes by number
    const char *names[256];
    uint32_t count;
} net_classes;

typedef struct net_data {
    net_type *types;
    uint32_t type_count, type_capacity;
    uint32_t *rows; // of the types
    size_t row_count, row_capacity;
    net_word *words;
    size_t word_count, word_capacity;
    net_example *examples;
    size_t example_count, example_capacity;
    net_soft *soft; // what teachers said
    size_t soft_count;
    net_classes xpos[NET_SETS], relations[NET_SETS];
    gs_buffer hashes, buckets; // of the vocabulary
    lang_vocabulary vocabulary;
    const lang_lexicon *lexicon;
    uint32_t *type_index; // open addressing by form hash
    uint64_t *type_hashes;
    uint32_t type_slots;
    gs_arena *arena;
} net_data;

// A range of examples of one corpus, with how often it is drawn at the begin and at the end of the training.
typedef struct net_source {
    const char *what;
    size_t begin, end;
    double share_begin, share_end;
    uint32_t *order; // shuffled; owned by the trainer
    size_t at;
} net_source;

// ---- data (net_data.c)

// Forms seen at least minimum times (corpora weighted alike) become the vocabulary.
void net_data_vocabulary(net_data *self, const corpus *const *corpora, size_t count, uint32_t minimum);
// Adds a corpus' sentences as examples; returns the range. learn: new tags and relations get numbers; else
// unknown.
net_source net_data_add(net_data *self, const corpus *from, uint8_t set, bool learn, const char *what);
void net_data_free(net_data *self);
// The label of a name column ("B-ORG") in the context of its neighbours, as BIOES class.
uint32_t net_name_classes(void);

// ---- parameters (net_params.c)

typedef struct net {
    net_size size;
    net_layout layout;
    gs_params *params;  // owned
    gs_rows *embedding; // rows × input; owned
} net;

net *net_new(const net_size *size, uint64_t seed);
void net_free(net **self_p);

// ---- one shard (net_shard.c, net_heads.c)

typedef struct net_loss {
    double upos, xpos, arc, relation, name; // summed negative log-likelihood
    uint32_t words, upos_right, xpos_right, head_right, relation_right, name_right, name_words;
} net_loss;

typedef struct net_rates {
    float input, hidden, recurrent, heads; // dropout
    float unknown;                         // word dropout: rate/(rate + frequency)
} net_rates;

typedef struct net_shard net_shard;

net_shard *net_shard_new(const net *model, uint32_t words_max);
void net_shard_free(net_shard **self_p);
// Forward pass, and with rates the backward pass too: gradients are summed over words and lie in the shard.
void net_shard_run(net_shard *self, const net *model, const net_data *data, const uint32_t *examples,
                   uint32_t count, const net_rates *rates, uint64_t seed);
const net_loss *net_shard_loss(const net_shard *self);
// From now on passes without rates keep what they think of each word, in the order of the examples' words.
void net_shard_teach(net_shard *self);
const net_soft *net_shard_soft(const net_shard *self);
// After a pass without rates: what was predicted, in the order of the examples' words.
typedef struct net_guess {
    uint8_t upos, xpos, relation, name;
    int16_t head;
} net_guess;
const net_guess *net_shard_guesses(const net_shard *self);

// Adds up the gradients of the shards and moves the parameters.
void net_update(net *self, net_shard *const *shards, const net_data *data, float rate, float scale);

// ---- training (net_train.c)

typedef struct net_recipe {
    uint32_t updates;
    uint32_t batch_words; // of one shard
    float rate;           // of Adam, at its peak
    uint32_t warm_up;     // updates until the peak
    net_rates rates;
    uint64_t seed;
    uint32_t report_every; // updates; 0: never
} net_recipe;

// Draws batches from the sources until the recipe's updates are done. watched: measured at each report.
void net_train(net *self, const net_data *data, net_source *sources, size_t source_count,
               const net_recipe *recipe, const net_source *watched, size_t watched_count,
               const train_progress *progress);
// Appends the section "network" (lang/network.h).
void net_export(const net *self, const net_data *data, gs_buffer *section);
// Runs examples [begin, end) without learning; guesses (may be NULL) gets one entry a word, in order.
net_loss net_measure(const net *self, const net_data *data, const net_source *source, net_guess *guesses);
// Lets the examples of the source be learned as the teachers read them together, half and half with their
// annotation where they have one (Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network",
// 2015). Names stay as annotated.
void net_teach(net *const *teachers, size_t count, net_data *data, const net_source *source);

#endif
