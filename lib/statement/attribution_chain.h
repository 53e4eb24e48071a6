// Linear chains of labels: the best one, and how probable labels and spans are. Scores are floats, sums are
// taken in one order and no function of the C library is asked, so every machine gets the same bits.
#ifndef GAINSAY_STATEMENT_ATTRIBUTION_CHAIN_H
#define GAINSAY_STATEMENT_ATTRIBUTION_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ST_OUT = 0,
    ST_BEGIN = 1, // of a cue, or of a source
    ST_IN = 2,
    ST_CONTENT_BEGIN = 3,
    ST_CONTENT_IN = 4,
    ST_CUE_LABELS = 3,
    ST_PAIR_LABELS = 5,
    ST_LABELS_MAX = 5,
};

// log-potentials of what may follow what; "in" follows only the begin or inside of its own kind.
typedef struct st_chain {
    uint32_t labels;
    float start[ST_LABELS_MAX], step[ST_LABELS_MAX][ST_LABELS_MAX];     // ST_NEVER where it may not
    float start_e[ST_LABELS_MAX], step_e[ST_LABELS_MAX][ST_LABELS_MAX]; // e^ of these
} st_chain;

#define ST_NEVER (-1e4f)

bool st_may_follow(uint32_t from, uint32_t to);
bool st_may_start(uint32_t label);
// potentials: `labels` of the start, then labels × labels of the steps.
void st_chain_open(st_chain *self, uint32_t labels, const float *potentials);

// Scores below are n rows, `row` floats from one to the next. labels gets n; back is n × ST_LABELS_MAX bytes
// of work space.
void st_chain_best(const st_chain *self, const float *scores, size_t row, size_t n, uint8_t *labels,
                   uint8_t *back);

// The two passes of Rabiner, "A Tutorial on Hidden Markov Models", 1989, each step scaled to sum 1:
//   a_t(j) = e_t(j) Σ_i a_t-1(i) T(i,j) / c_t        b_t(i) = Σ_j T(i,j) e_t+1(j) b_t+1(j) / c_t+1
// so that p(y_t = j) = a_t(j) b_t(j) and log Z = Σ log c_t, but for what was taken off the scores.
typedef struct st_passes {
    size_t n;
    float *e, *a, *b; // n × ST_LABELS_MAX each; the caller's
    float *c;         // n
} st_passes;

void st_chain_pass(const st_chain *self, const float *scores, size_t row, size_t n, st_passes *passes);
// p(a span of label `begin` is just [from, to)), where begin + 1 is its inside.
float st_chain_span(const st_chain *self, const st_passes *passes, uint32_t begin, size_t from, size_t to);
// p(labels)
float st_chain_probability(const st_chain *self, const st_passes *passes, const uint8_t *labels);

#endif
