// Chains of labels against all labellings, one by one, of short ones; and scores that no training gives.
#include <math.h>

#include "../neural/neural_test.h"

#include "statement/attribution_chain.h"

enum { ROW = 16, WORDS = 6, LABELS = ST_PAIR_LABELS, ALL = 5 * 5 * 5 * 5 * 5 * 5 };

typedef struct fixture {
    st_chain chain;
    float scores[WORDS * ROW];
    float e[WORDS * ST_LABELS_MAX], a[WORDS * ST_LABELS_MAX], b[WORDS * ST_LABELS_MAX], c[WORDS];
    st_passes passes;
    double weight[ALL]; // of each labelling; 0 if it is none
    double all;         // together
} fixture;

static void labels_of(size_t number, uint8_t labels[WORDS])
{
    for (size_t t = 0; t < WORDS; t++, number /= LABELS)
        labels[t] = (uint8_t)(number % LABELS);
}

static double weigh(const fixture *self, const uint8_t labels[WORDS])
{
    double sum = 0;
    for (size_t t = 0; t < WORDS; t++) {
        if (t == 0 ? !st_may_start(labels[0]) : !st_may_follow(labels[t - 1], labels[t]))
            return 0;
        sum += (double)self->scores[t * ROW + labels[t]];
        sum += (double)(t == 0 ? self->chain.start[labels[0]] : self->chain.step[labels[t - 1]][labels[t]]);
    }
    return exp(sum);
}

static void draw(fixture *self, uint64_t seed, float range)
{
    float potentials[LABELS + LABELS * LABELS];
    for (size_t i = 0; i < sizeof potentials / sizeof potentials[0]; i++)
        potentials[i] = test_float(&seed);
    for (size_t i = 0; i < WORDS * ROW; i++)
        self->scores[i] = range * test_float(&seed);
    st_chain_open(&self->chain, LABELS, potentials);
    self->passes = (st_passes){WORDS, self->e, self->a, self->b, self->c};
    self->all = 0;
    for (size_t number = 0; number < ALL; number++) {
        uint8_t labels[WORDS];
        labels_of(number, labels);
        self->weight[number] = weigh(self, labels);
        self->all += self->weight[number];
    }
    st_chain_pass(&self->chain, self->scores, ROW, WORDS, &self->passes);
}

static void inside_follows_its_own(void **state)
{
    (void)state;
    assert_true(st_may_start(ST_OUT) && st_may_start(ST_BEGIN) && !st_may_start(ST_IN));
    assert_true(st_may_follow(ST_BEGIN, ST_IN) && st_may_follow(ST_IN, ST_IN));
    assert_false(st_may_follow(ST_OUT, ST_IN) || st_may_follow(ST_CONTENT_IN, ST_IN));
    assert_true(st_may_follow(ST_IN, ST_CONTENT_BEGIN) && st_may_follow(ST_IN, ST_OUT));
    assert_false(st_may_follow(ST_BEGIN, ST_CONTENT_IN));
}

static void the_best_of_all(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        fixture self;
        uint8_t best[WORDS], labels[WORDS], back[WORDS * ST_LABELS_MAX];
        size_t most = 0;
        draw(&self, seed, 2.0f);
        for (size_t number = 1; number < ALL; number++)
            most = self.weight[number] > self.weight[most] ? number : most;
        labels_of(most, labels);
        st_chain_best(&self.chain, self.scores, ROW, WORDS, best, back);
        assert_memory_equal(best, labels, WORDS);
        float p = st_chain_probability(&self.chain, &self.passes, best);
        assert_true(fabs((double)p - self.weight[most] / self.all) < 1e-4);
    }
}

static void probabilities_of_labels(void **state)
{
    (void)state;
    fixture self;
    draw(&self, 7, 2.0f);
    for (size_t t = 0; t < WORDS; t++)
        for (size_t j = 0; j < LABELS; j++) {
            double sum = 0;
            for (size_t number = 0; number < ALL; number++) {
                uint8_t labels[WORDS];
                labels_of(number, labels);
                sum += labels[t] == j ? self.weight[number] : 0;
            }
            size_t at = t * ST_LABELS_MAX + j;
            assert_true(fabs(sum / self.all - (double)(self.a[at] * self.b[at])) < 1e-4);
        }
}

static bool is_span(const uint8_t labels[WORDS], uint8_t begin, size_t from, size_t to)
{
    bool good = labels[from] == begin;
    for (size_t t = from + 1; t < to; t++)
        good = good && labels[t] == begin + 1;
    return good && (to == WORDS || labels[to] != begin + 1);
}

static void probabilities_of_spans(void **state)
{
    (void)state;
    fixture self;
    draw(&self, 8, 2.0f);
    for (uint8_t begin = ST_BEGIN; begin <= ST_CONTENT_BEGIN; begin += 2)
        for (size_t from = 0; from < WORDS; from++)
            for (size_t to = from + 1; to <= WORDS; to++) {
                double sum = 0;
                for (size_t number = 0; number < ALL; number++) {
                    uint8_t labels[WORDS];
                    labels_of(number, labels);
                    sum += is_span(labels, begin, from, to) ? self.weight[number] : 0;
                }
                float p = st_chain_span(&self.chain, &self.passes, begin, from, to);
                assert_true(fabs(sum / self.all - (double)p) < 1e-4);
            }
}

// A damaged file may hold any scores: nothing becomes infinite or no number.
static void wild_scores_stay_finite(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        fixture self;
        draw(&self, seed, 30.0f);
        uint64_t random = seed;
        float potentials[LABELS + LABELS * LABELS];
        for (size_t i = 0; i < sizeof potentials / sizeof potentials[0]; i++)
            potentials[i] = 1000.0f * test_float(&random);
        for (size_t i = 0; i < WORDS * ROW; i++)
            self.scores[i] = 1e6f * test_float(&random);
        st_chain_open(&self.chain, LABELS, potentials);
        st_chain_pass(&self.chain, self.scores, ROW, WORDS, &self.passes);
        for (size_t i = 0; i < WORDS * ST_LABELS_MAX; i++)
            assert_true(isfinite(self.a[i]) && isfinite(self.b[i]));
        assert_true(isfinite(st_chain_span(&self.chain, &self.passes, ST_BEGIN, 1, 4)));
    }
}

static void nothing_to_label(void **state)
{
    (void)state;
    fixture self;
    draw(&self, 1, 1.0f);
    st_chain_best(&self.chain, self.scores, ROW, 0, NULL, NULL);
    st_chain_pass(&self.chain, self.scores, ROW, 0, &self.passes);
    assert_true(st_chain_probability(&self.chain, &self.passes, NULL) == 1.0f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inside_follows_its_own),  cmocka_unit_test(the_best_of_all),
        cmocka_unit_test(probabilities_of_labels), cmocka_unit_test(probabilities_of_spans),
        cmocka_unit_test(wild_scores_stay_finite), cmocka_unit_test(nothing_to_label),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
