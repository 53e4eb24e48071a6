// Reading and summing the trees: F(x) = F0 + s times the sum of the leaf that x reaches in each (J. Friedman,
// "Greedy function approximation: a gradient boosting machine", 2001). Complete trees need no pointers.
#include "trees.h"

#include <math.h>

const cd_trees *cd_trees_open(gs_view section, size_t *offset, uint32_t features, gs_error *error)
{
    const cd_trees *self = (const void *)(section.data + *offset);
    if (*offset + sizeof *self > section.size ||
        self->count > (section.size - *offset - sizeof *self) / sizeof self->trees[0]) {
        gs_fail(error, GS_E_DAMAGED, "the judge's model is cut short");
        return NULL;
    }
    if (self->features != features) {
        gs_fail(error, GS_E_DAMAGED, "the judge's model is made for %u features, not for %u", self->features,
                features);
        return NULL;
    }
    for (uint32_t t = 0; t < self->count; t++) {
        for (size_t n = 0; n < CD_TREE_NODES; n++) {
            if (self->trees[t].feature[n] < features)
                continue;
            gs_fail(error, GS_E_DAMAGED, "the judge's model asks for a feature that there is not");
            return NULL;
        }
    }
    *offset += sizeof *self + self->count * sizeof self->trees[0];
    return self;
}

double cd_trees_score(const cd_trees *self, const float *features)
{
    double sum = 0;
    for (uint32_t t = 0; t < self->count; t++) {
        const cd_tree *tree = &self->trees[t];
        size_t node = 0;
        while (node < CD_TREE_NODES)
            node = 2 * node + (features[tree->feature[node]] < tree->threshold[node] ? 1 : 2);
        sum += tree->leaf[node - CD_TREE_NODES];
    }
    return self->base + self->slope * sum;
}

double cd_probability(double log_odds)
{
    return 1 / (1 + exp(-log_odds));
}
