// trees: the judge's model: a sum of small decision trees over features, and a probability of it.
#ifndef GAINSAY_CONTRADICTION_TREES_H
#define GAINSAY_CONTRADICTION_TREES_H

#include "base/base.h"

enum { CD_TREE_DEPTH = 4, CD_TREE_NODES = (1 << CD_TREE_DEPTH) - 1, CD_TREE_LEAVES = 1 << CD_TREE_DEPTH };

// A complete tree: below node n lie 2n + 1 (where the feature is less than the threshold) and 2n + 2.
typedef struct cd_tree {
    uint32_t feature[CD_TREE_NODES];
    float threshold[CD_TREE_NODES];
    float leaf[CD_TREE_LEAVES];
} cd_tree;

// As it lies in the model file, the trees behind it.
typedef struct cd_trees {
    uint32_t features; // that the trees ask for
    uint32_t count;
    float base;  // log odds without any tree
    float slope; // the sum is drawn together by it, so that it is calibrated on texts that were not learned
                 // from
    cd_tree trees[];
} cd_trees;

// The forest at *offset of a section, which it moves behind it. features: that the caller has.
const cd_trees *cd_trees_open(gs_view section, size_t *offset, uint32_t features, gs_error *error);
// Log odds.
double cd_trees_score(const cd_trees *self, const float *features);
double cd_probability(double log_odds);

#endif
