// bags: what the judge's models learn from. A pair of texts is a bag of pairs of clauses, of which one, the
// most opposed, speaks for it.
#ifndef GAINSAY_CONTRADICTION_TRAIN_BAGS_H
#define GAINSAY_CONTRADICTION_TRAIN_BAGS_H

#include "boost.h"
#include "contradiction/judge.h"

typedef enum cd_source {
    CD_OF_STREAM,  // annotated apart from the program: what it is measured and scaled by
    CD_OF_STORIES, // the project's own
    CD_MADE,       // from those, by the trainer
} cd_source;

typedef struct cd_bag {
    size_t first, count; // instances
    uint32_t fold;
    float weight;
    bool positive;
    bool hard; // a near miss
    bool held; // not to be learned from
    cd_source source;
    double score;  // probability, once measured
    uint32_t a, b; // what it is made of, for the caller
} cd_bag;

typedef struct cd_bags {
    uint32_t features; // of an instance
    float *instances;
    size_t instance_count, instance_capacity;
    cd_bag *bags;
    size_t count, capacity;
} cd_bags;

void cd_bags_free(cd_bags *self);
cd_bag *cd_bags_open(cd_bags *self, bool positive, float weight,
                     uint32_t fold); // of the instances that follow
float *cd_bags_add(cd_bags *self);   // an instance of the newest bag; zeroed

// Learns from all bags that are not held and, if fold is not UINT32_MAX, not of that fold.
cd_trees *cd_bags_learn(const cd_bags *self, uint32_t fold, const cd_boost_options *options);
// The probability that the bag's most opposed instance has; 0 for an empty bag.
double cd_bags_score(const cd_bags *self, const cd_bag *bag, const cd_trees *trees);

// Platt's line through the log odds of the scores that the bags have (J. Platt, "Probabilistic outputs for
// support vector machines", 1999): takes the scores there, and tells slope and offset.
void cd_bags_calibrate(cd_bags *self, double *slope, double *offset);

typedef struct cd_figures {
    size_t positives, called, right;
    double precision, recall, f1, area,
        error; // error: mean of |observed - predicted| over ten ranges of score
} cd_figures;
cd_figures cd_bags_measure(const cd_bags *self, double threshold);

#endif
