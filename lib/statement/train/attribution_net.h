// The attribution network while it learns; what it computes stands at the top of ../attribution_network.h.
#ifndef GAINSAY_STATEMENT_ATTRIBUTION_NET_H
#define GAINSAY_STATEMENT_ATTRIBUTION_NET_H

#include "attribution_data.h"
#include "neural/train/train.h"

enum { ST_SHARDS = 2 };

typedef struct st_net_size {
    uint32_t states, embedding, hidden, width;
    uint32_t lemmas;
} st_net_size;

typedef struct st_net_layout {
    gs_lstm_place layer;
    gs_linear_place project;       // 2h × 3 width
    gs_linear_place cue, pair;     // width × labels, padded
    size_t tables[ST_TABLE_COUNT]; // rows × vectors × width
    size_t cue_chain, pair_chain;  // potentials: start, then steps
} st_net_layout;

typedef struct st_net {
    st_net_size size;
    st_net_layout layout;
    gs_params *params; // owned
    gs_rows *rows;     // of words; owned
    st_lemmas lemmas;  // owned slots; the hashes are borrowed
} st_net;

// hashes: of size->lemmas lemmas; they must outlive it.
st_net *st_net_new(const st_net_size *size, const uint64_t *hashes, uint64_t seed);
void st_net_free(st_net **self_p);
// Appends the section. language: the hash of the language network.
void st_net_export(const st_net *self, uint64_t language, float threshold,
                   const float calibration[ST_CALIBRATION], gs_buffer *section);

// ---- one shard: a part of a batch that one thread computes (attribution_shard.c, attribution_spans.c)

typedef struct st_rates { // of dropout
    float states, rows, lemma, layer, recurrent, hidden;
} st_rates;

typedef struct st_loss {
    double cue, spans; // summed negative log-likelihood
    size_t cues;
} st_loss;

typedef struct st_shard st_shard;

st_shard *st_shard_new(const st_net *model, uint32_t words_max);
void st_shard_free(st_shard **self_p);
// Forward pass, and with rates the backward pass too; gradients are summed and lie in the shard.
void st_shard_run(st_shard *self, const st_net *model, const st_lesson *const *lessons, uint32_t count,
                  const st_rates *rates, uint64_t seed);
st_loss st_shard_loss(const st_shard *self);

// Adds up the gradients of the shards and moves the parameters.
void st_net_update(st_net *self, st_shard *const *shards, float rate, float scale);

#endif
