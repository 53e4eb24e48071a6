// Learning from bags: the instance that speaks for a bag is the one that the model so far scores highest, and
// with it the model is learned again (as in the multiple-instance learning of S. Andrews and others, 2002).
// The first choice is by what is shared and what clashes.
#include "bags.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 3, RANGES = 10, STEPS = 200 };
static const double DOUBTFUL = 0.08, STEP_MOST = 0.2;

void cd_bags_free(cd_bags *self)
{
    free(self->instances);
    free(self->bags);
    *self = (cd_bags){.features = self->features};
}

cd_bag *cd_bags_open(cd_bags *self, bool positive, float weight, uint32_t fold)
{
    if (self->count == self->capacity) {
        self->capacity = self->capacity ? self->capacity * 2 : 1024;
        self->bags = gs_reallocate(self->bags, self->capacity * sizeof *self->bags);
    }
    cd_bag *bag = &self->bags[self->count++];
    *bag = (cd_bag){.first = self->instance_count, .fold = fold, .weight = weight, .positive = positive};
    return bag;
}

float *cd_bags_add(cd_bags *self)
{
    if (self->instance_count == self->instance_capacity) {
        self->instance_capacity = self->instance_capacity ? self->instance_capacity * 2 : 4096;
        self->instances = gs_reallocate(self->instances,
                                        self->instance_capacity * self->features * sizeof *self->instances);
    }
    float *instance = self->instances + self->instance_count++ * self->features;
    memset(instance, 0, self->features * sizeof *instance);
    self->bags[self->count - 1].count++;
    return instance;
}

static double promise(const float *f)
{
    double clash = (double)(f[CD_F_POLARITY] + f[CD_F_NUMBERS_CLASH] + f[CD_F_OPPOSITES] + f[CD_F_SISTERS]);
    return (double)f[CD_F_SHARED] + (clash > 0 ? 1 : 0) - (double)f[CD_F_UNREAL];
}

static size_t speaker_of(const cd_bags *self, const cd_bag *bag, const cd_trees *trees)
{
    size_t best = bag->first;
    double best_score = -INFINITY;
    for (size_t i = bag->first; i < bag->first + bag->count; i++) {
        const float *features = self->instances + i * self->features;
        double score = trees ? cd_trees_score(trees, features) : promise(features);
        if (score > best_score) {
            best_score = score;
            best = i;
        }
    }
    return best;
}

cd_trees *cd_bags_learn(const cd_bags *self, uint32_t fold, const cd_boost_options *options)
{
    cd_example *examples = gs_allocate((self->count + 1) * sizeof *examples);
    cd_trees *trees = NULL;
    for (int round = 0; round < ROUNDS; round++) {
        size_t count = 0;
        for (size_t i = 0; i < self->count; i++) {
            const cd_bag *bag = &self->bags[i];
            if (bag->held || bag->count == 0 || bag->fold == fold)
                continue;
            const float *features = self->instances + speaker_of(self, bag, trees) * self->features;
            examples[count++] = (cd_example){features, bag->weight, bag->positive};
        }
        free(trees);
        trees = cd_boost(examples, count, options);
    }
    free(examples);
    return trees;
}

double cd_bags_score(const cd_bags *self, const cd_bag *bag, const cd_trees *trees)
{
    if (bag->count == 0)
        return 0;
    return cd_probability(
        cd_trees_score(trees, self->instances + speaker_of(self, bag, trees) * self->features));
}

static double log_odds(double probability)
{
    double p = fmin(fmax(probability, 1e-6), 1 - 1e-6);
    return log(p / (1 - p));
}

// Newton's method on log loss of sigmoid(offset + slope x), over the bags that are not plainly none: the many
// that are would else decide how the few others are told. Only a stream that was annotated apart from the
// program tells how sure it may be.
void cd_bags_calibrate(cd_bags *self, double *slope, double *offset)
{
    *slope = 1;
    *offset = 0;
    for (int step = 0; step < STEPS; step++) {
        double ga = 0, gb = 0, haa = 1e-6, hab = 0, hbb = 1e-6;
        for (size_t i = 0; i < self->count; i++) {
            const cd_bag *bag = &self->bags[i];
            if (bag->count == 0 || bag->held || bag->source != CD_OF_STREAM || bag->score < DOUBTFUL)
                continue;
            double x = log_odds(bag->score), p = cd_probability(*offset + *slope * x);
            double error = p - (bag->positive ? 1.0 : 0.0), h = fmax(p * (1 - p), 1e-9);
            ga += error * x;
            gb += error;
            haa += h * x * x;
            hab += h * x;
            hbb += h;
        }
        double determinant = haa * hbb - hab * hab;
        if (determinant < 1e-12)
            break;
        double along = (hbb * ga - hab * gb) / determinant, up = (haa * gb - hab * ga) / determinant;
        // Where the scores are far off a whole step leads further away.
        double share = fmin(1, STEP_MOST / fmax(fmax(fabs(along), fabs(up)), 1e-12));
        *slope -= share * along;
        *offset -= share * up;
    }
    for (size_t i = 0; i < self->count; i++)
        if (self->bags[i].count > 0)
            self->bags[i].score = cd_probability(*offset + *slope * log_odds(self->bags[i].score));
}

static int by_score(const void *a, const void *b)
{
    double left = (*(const cd_bag *const *)a)->score, right = (*(const cd_bag *const *)b)->score;
    return (left < right) - (left > right);
}

// Average precision: the mean over positives of the precision down to each.
static double area_of(const cd_bags *self, size_t positives)
{
    const cd_bag **order = gs_allocate((self->count + 1) * sizeof *order);
    size_t hits = 0;
    double area = 0;
    for (size_t i = 0; i < self->count; i++)
        order[i] = &self->bags[i];
    qsort(order, self->count, sizeof *order, by_score);
    for (size_t i = 0; i < self->count; i++) {
        hits += order[i]->positive;
        area += order[i]->positive ? (double)hits / (double)(i + 1) : 0;
    }
    free(order);
    return positives ? area / (double)positives : 0;
}

cd_figures cd_bags_measure(const cd_bags *self, double threshold)
{
    cd_figures figures = {0};
    double predicted[RANGES] = {0}, observed[RANGES] = {0};
    size_t in_range[RANGES] = {0};
    for (size_t i = 0; i < self->count; i++) {
        const cd_bag *bag = &self->bags[i];
        bool called = bag->score >= threshold;
        size_t range = (size_t)(bag->score * RANGES);
        range = range < RANGES ? range : RANGES - 1;
        figures.positives += bag->positive;
        figures.called += called;
        figures.right += called && bag->positive;
        predicted[range] += bag->score;
        observed[range] += bag->positive;
        in_range[range]++;
    }
    for (size_t r = 0; r < RANGES; r++)
        figures.error += in_range[r] ? fabs(predicted[r] - observed[r]) / (double)self->count : 0;
    figures.precision = figures.called ? (double)figures.right / (double)figures.called : 0;
    figures.recall = figures.positives ? (double)figures.right / (double)figures.positives : 0;
    double sum = figures.precision + figures.recall;
    figures.f1 = sum > 0 ? 2 * figures.precision * figures.recall / sum : 0;
    figures.area = area_of(self, figures.positives);
    return figures;
}
