// Gradient boosting of log loss with second-order leaves (J. Friedman 2001; T. Chen and C. Guestrin,
// "XGBoost", 2016): for each tree, g_i = w_i (p_i - y_i) and h_i = w_i p_i (1 - p_i); a leaf is -G / (H +
// penalty), and a node is split where G_l^2 / (H_l + penalty) + G_r^2 / (H_r + penalty) gains most.
//
// Features are cut into at most BINS ranges first, so that a split is found by one pass over the examples of
// a level. Nothing is drawn at random.
#include "boost.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BINS = 48 };

typedef struct booster {
    const cd_example *examples;
    size_t count;
    const cd_boost_options *options;
    float *cuts; // features × BINS; a value is in the first bin whose cut is above it
    uint32_t *cut_count;
    uint8_t *bins; // count × features
    double *sum;   // F of each example
    double *gradient, *curvature;
    uint16_t *node; // of each example in the tree that grows
    uint32_t tree;  // that grows
    double *table;  // nodes of a level × features × BINS × 2
} booster;

static int compare_floats(const void *a, const void *b)
{
    float left = *(const float *)a, right = *(const float *)b;
    return (left > right) - (left < right);
}

// Cuts lie between neighbouring values, at even shares of the examples where there are many values.
static void make_cuts(booster *self)
{
    float *values = gs_allocate((self->count + 1) * sizeof *values);
    for (uint32_t f = 0; f < self->options->features; f++) {
        size_t kinds = 0;
        for (size_t i = 0; i < self->count; i++)
            values[i] = self->examples[i].features[f];
        qsort(values, self->count, sizeof *values, compare_floats);
        for (size_t i = 0; i < self->count; i++)
            kinds += i == 0 || values[i] > values[i - 1];
        double step = (double)self->count / BINS, due = kinds <= BINS ? 0 : step;
        uint32_t cuts = 0;
        for (size_t i = 1; i < self->count && cuts < BINS - 1; i++) {
            if (!(values[i] > values[i - 1]) || (double)i < due)
                continue;
            self->cuts[f * BINS + cuts++] = (values[i] + values[i - 1]) / 2;
            due = kinds <= BINS ? 0 : (double)i + step;
        }
        self->cut_count[f] = cuts;
        for (size_t i = 0; i < self->count; i++) {
            uint32_t bin = 0;
            while (bin < cuts && !(self->examples[i].features[f] < self->cuts[f * BINS + bin]))
                bin++;
            self->bins[i * self->options->features + f] = (uint8_t)bin;
        }
    }
    free(values);
}

static bool sees(const booster *self, uint64_t what)
{
    uint64_t mixed = (what * 0x9E3779B97F4A7C15u) ^ ((self->tree + 1) * 0xD1B54A32D192ED03u);
    mixed = (mixed ^ mixed >> 29) * 0xBF58476D1CE4E5B9u;
    return (double)(mixed >> 40) < self->options->sample * (double)(1 << 24);
}

static void fill_table(booster *self, size_t first, size_t nodes)
{
    uint32_t features = self->options->features;
    memset(self->table, 0, nodes * features * BINS * 2 * sizeof *self->table);
    for (size_t i = 0; i < self->count; i++) {
        if (!sees(self, i | UINT64_C(1) << 40))
            continue;
        double *row = self->table + (self->node[i] - first) * features * BINS * 2;
        for (uint32_t f = 0; f < features; f++) {
            double *cell = row + (f * BINS + self->bins[i * features + f]) * 2;
            cell[0] += self->gradient[i];
            cell[1] += self->curvature[i];
        }
    }
}

static double worth(const booster *self, double gradient, double curvature)
{
    return gradient * gradient / (curvature + self->options->penalty);
}

// Without any gain the threshold sends all to the right.
static void split_node(const booster *self, const double *row, uint32_t *feature, float *threshold)
{
    double best = 1e-6;
    *feature = 0;
    *threshold = -INFINITY;
    for (uint32_t f = 0; f < self->options->features; f++) {
        double all_g = 0, all_h = 0, g = 0, h = 0;
        if (!sees(self, f))
            continue;
        const double *cells = row + f * BINS * 2;
        for (uint32_t b = 0; b <= self->cut_count[f]; b++) {
            all_g += cells[b * 2];
            all_h += cells[b * 2 + 1];
        }
        for (uint32_t b = 0; b < self->cut_count[f]; b++) {
            g += cells[b * 2];
            h += cells[b * 2 + 1];
            if (h < self->options->least || all_h - h < self->options->least)
                continue;
            double gain = worth(self, g, h) + worth(self, all_g - g, all_h - h) - worth(self, all_g, all_h);
            if (gain <= best)
                continue;
            best = gain;
            *feature = f;
            *threshold = self->cuts[f * BINS + b];
        }
    }
}

static void grow(booster *self, cd_tree *tree)
{
    for (size_t i = 0; i < self->count; i++) {
        double p = cd_probability(self->sum[i]), weight = self->examples[i].weight;
        self->gradient[i] = weight * (p - (self->examples[i].positive ? 1.0 : 0.0));
        self->curvature[i] = fmax(weight * p * (1 - p), 1e-9);
        self->node[i] = 0;
    }
    for (size_t first = 0, nodes = 1; first < CD_TREE_NODES; first += nodes, nodes *= 2) {
        fill_table(self, first, nodes);
        for (size_t n = 0; n < nodes; n++)
            split_node(self, self->table + n * self->options->features * BINS * 2, &tree->feature[first + n],
                       &tree->threshold[first + n]);
        for (size_t i = 0; i < self->count; i++) {
            size_t at = self->node[i];
            bool left = self->examples[i].features[tree->feature[at]] < tree->threshold[at];
            self->node[i] = (uint16_t)(2 * at + (left ? 1 : 2));
        }
    }
    double g[CD_TREE_LEAVES] = {0}, h[CD_TREE_LEAVES] = {0};
    for (size_t i = 0; i < self->count; i++) {
        if (!sees(self, i | UINT64_C(1) << 40))
            continue;
        g[self->node[i] - CD_TREE_NODES] += self->gradient[i];
        h[self->node[i] - CD_TREE_NODES] += self->curvature[i];
    }
    for (size_t l = 0; l < CD_TREE_LEAVES; l++)
        tree->leaf[l] = (float)(-self->options->rate * g[l] / (h[l] + self->options->penalty));
    for (size_t i = 0; i < self->count; i++)
        self->sum[i] += (double)tree->leaf[self->node[i] - CD_TREE_NODES];
}

size_t cd_trees_size(const cd_trees *self)
{
    return sizeof *self + self->count * sizeof self->trees[0];
}

cd_trees *cd_boost(const cd_example *examples, size_t count, const cd_boost_options *options)
{
    uint32_t features = options->features;
    booster self = {.examples = examples, .count = count, .options = options};
    self.cuts = gs_allocate(features * BINS * sizeof *self.cuts);
    self.cut_count = gs_allocate(features * sizeof *self.cut_count);
    self.bins = gs_allocate(count * features + 1);
    self.sum = gs_allocate((count + 1) * sizeof *self.sum);
    self.gradient = gs_allocate((count + 1) * sizeof *self.gradient);
    self.curvature = gs_allocate((count + 1) * sizeof *self.curvature);
    self.node = gs_allocate((count + 1) * sizeof *self.node);
    self.table = gs_allocate((size_t)(CD_TREE_LEAVES / 2) * features * BINS * 2 * sizeof *self.table);
    cd_trees *trees = gs_allocate(sizeof *trees + options->trees * sizeof trees->trees[0]);
    double positive = 0, all = 0;
    for (size_t i = 0; i < count; i++) {
        all += (double)examples[i].weight;
        positive += examples[i].positive ? (double)examples[i].weight : 0;
    }
    *trees = (cd_trees){
        .features = features, .slope = 1, .base = (float)log((positive + 1) / (all - positive + 1))};
    for (size_t i = 0; i < count; i++)
        self.sum[i] = (double)trees->base;
    make_cuts(&self);
    for (; trees->count < options->trees; trees->count++) {
        self.tree = trees->count;
        grow(&self, &trees->trees[trees->count]);
    }
    free(self.cuts);
    free(self.cut_count);
    free(self.bins);
    free(self.sum);
    free(self.gradient);
    free(self.curvature);
    free(self.node);
    free(self.table);
    return trees;
}
