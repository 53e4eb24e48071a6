// Decoding linear chains in flat arrays.
//
// Potentials and scores are bounded from below before they are raised to e, so that no sum of a pass can
// become zero and none infinite, whatever a damaged file says; what is changed that way has no weight to
// speak of.
#include "attribution_chain.h"

#include <string.h>

#include "neural/simd.h"

enum { L = ST_LABELS_MAX };

static const float LEAST = 1e-12f, POTENTIAL_MAX = 10.0f;

bool st_may_follow(uint32_t from, uint32_t to)
{
    bool inside = to == ST_IN || to == ST_CONTENT_IN;
    return !inside || from == to || from + 1 == to;
}

bool st_may_start(uint32_t label)
{
    return st_may_follow(ST_OUT, label);
}

static float bounded(float potential)
{
    float low = potential > -POTENTIAL_MAX ? potential : -POTENTIAL_MAX;
    return low < POTENTIAL_MAX ? low : POTENTIAL_MAX;
}

void st_chain_open(st_chain *self, uint32_t labels, const float *potentials)
{
    memset(self, 0, sizeof *self);
    self->labels = labels;
    for (uint32_t j = 0; j < labels; j++) {
        bool may = st_may_start(j);
        self->start[j] = may ? bounded(potentials[j]) : ST_NEVER;
        self->start_e[j] = may ? gs_exp(self->start[j]) : 0.0f;
    }
    for (uint32_t i = 0; i < labels; i++)
        for (uint32_t j = 0; j < labels; j++) {
            bool may = st_may_follow(i, j);
            self->step[i][j] = may ? bounded(potentials[labels + i * labels + j]) : ST_NEVER;
            self->step_e[i][j] = may ? gs_exp(self->step[i][j]) : 0.0f;
        }
}

// ---- the best chain (Viterbi)

void st_chain_best(const st_chain *self, const float *scores, size_t row, size_t n, uint8_t *labels,
                   uint8_t *back)
{
    if (n == 0)
        return;
    size_t count = self->labels;
    float best[L], next[L];
    for (size_t j = 0; j < count; j++)
        best[j] = self->start[j] + scores[j];
    for (size_t t = 1; t < n; t++) {
        for (size_t j = 0; j < count; j++) {
            size_t from = 0;
            float most = best[0] + self->step[0][j];
            for (size_t i = 1; i < count; i++) {
                float sum = best[i] + self->step[i][j];
                from = sum > most ? i : from;
                most = sum > most ? sum : most;
            }
            back[t * L + j] = (uint8_t)from;
            next[j] = most + scores[t * row + j];
        }
        memcpy(best, next, sizeof best);
    }
    size_t at = 0;
    for (size_t j = 1; j < count; j++)
        at = best[j] > best[at] ? j : at;
    for (size_t t = n; t-- > 0;) {
        labels[t] = (uint8_t)at;
        at = t > 0 ? back[t * L + at] : 0;
    }
}

// ---- both passes

GS_CLONES
static void raise(float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        float e = gs_exp(values[i]);
        values[i] = e > LEAST ? e : LEAST;
    }
}

// e_t(j) = e^(score - the row's highest)
static void raise_scores(const float *scores, size_t row, size_t n, size_t count, float *e)
{
    for (size_t t = 0; t < n; t++) {
        const float *from = scores + t * row;
        float most = from[0];
        for (size_t j = 1; j < count; j++)
            most = from[j] > most ? from[j] : most;
        for (size_t j = 0; j < L; j++)
            e[t * L + j] = j < count ? from[j] - most : -100.0f;
    }
    raise(e, n * L);
}

static void forward(const st_chain *self, st_passes *passes)
{
    size_t count = self->labels;
    for (size_t t = 0; t < passes->n; t++) {
        const float *e = passes->e + t * L, *last = passes->a + (t - (t > 0)) * L;
        float *a = passes->a + t * L, sum = 0.0f, sums[L];
        for (size_t j = 0; j < count; j++) {
            float in = t == 0 ? self->start_e[j] : 0.0f;
            for (size_t i = 0; t > 0 && i < count; i++)
                in += last[i] * self->step_e[i][j];
            sums[j] = in * e[j];
            sum += sums[j];
        }
        passes->c[t] = sum;
        float share = 1.0f / sum;
        for (size_t j = 0; j < count; j++)
            a[j] = sums[j] * share;
    }
}

static void backward(const st_chain *self, st_passes *passes)
{
    size_t count = self->labels, n = passes->n;
    for (size_t j = 0; j < count; j++)
        passes->b[(n - 1) * L + j] = 1.0f;
    for (size_t t = n - 1; t-- > 0;) {
        const float *e = passes->e + (t + 1) * L, *after = passes->b + (t + 1) * L;
        float share = 1.0f / passes->c[t + 1], weight[L];
        for (size_t j = 0; j < count; j++)
            weight[j] = e[j] * after[j] * share;
        for (size_t i = 0; i < count; i++) {
            float sum = 0.0f;
            for (size_t j = 0; j < count; j++)
                sum += self->step_e[i][j] * weight[j];
            passes->b[t * L + i] = sum;
        }
    }
}

void st_chain_pass(const st_chain *self, const float *scores, size_t row, size_t n, st_passes *passes)
{
    passes->n = n;
    if (n == 0)
        return;
    raise_scores(scores, row, n, self->labels, passes->e);
    forward(self, passes);
    backward(self, passes);
}

// a_t(j) (Π of the steps) b: what is over of the chain before, inside, and behind.
float st_chain_span(const st_chain *self, const st_passes *passes, uint32_t begin, size_t from, size_t to)
{
    uint32_t in = begin + 1;
    float p = passes->a[from * L + begin];
    for (size_t t = from + 1; t < to; t++)
        p *= self->step_e[t == from + 1 ? begin : in][in] * passes->e[t * L + in] / passes->c[t];
    if (to == passes->n)
        return p;
    uint32_t last = to == from + 1 ? begin : in;
    float rest = 0.0f;
    for (uint32_t j = 0; j < self->labels; j++)
        if (j != in)
            rest += self->step_e[last][j] * passes->e[to * L + j] * passes->b[to * L + j];
    return p * rest / passes->c[to];
}

// p(y) = Π p(y_t | y_t-1), p(y_t = j | i) = T(i,j) e_t(j) b_t(j) / (c_t b_t-1(i))
float st_chain_probability(const st_chain *self, const st_passes *passes, const uint8_t *labels)
{
    if (passes->n == 0)
        return 1.0f;
    float p = passes->a[labels[0]] * passes->b[labels[0]];
    for (size_t t = 1; t < passes->n; t++) {
        uint32_t i = labels[t - 1], j = labels[t];
        p *= self->step_e[i][j] * passes->e[t * L + j] * passes->b[t * L + j] /
             (passes->c[t] * passes->b[(t - 1) * L + i]);
    }
    return p < 1.0f ? p : 1.0f;
}
