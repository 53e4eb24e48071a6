// boost: trains a cd_trees.
#ifndef GAINSAY_CONTRADICTION_TRAIN_BOOST_H
#define GAINSAY_CONTRADICTION_TRAIN_BOOST_H

#include "contradiction/trees.h"

typedef struct cd_example {
    const float *features; // borrowed
    float weight;
    bool positive;
} cd_example;

typedef struct cd_boost_options {
    uint32_t features, trees;
    double rate;    // of what each tree adds
    double penalty; // on the square of leaves
    double least;   // sum of curvature in a leaf
    double sample;  // share of features and of examples that each tree sees
} cd_boost_options;

// In malloc'ed memory. The same examples give the same model.
cd_trees *cd_boost(const cd_example *examples, size_t count, const cd_boost_options *options);
size_t cd_trees_size(const cd_trees *self);

#endif
