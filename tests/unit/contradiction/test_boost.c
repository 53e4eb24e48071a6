// The trainer's trees: they learn what no single feature tells, alike each time, and are read back as
// written.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contradiction/train/bags.h"

enum { FEATURES = 3, EXAMPLES = 400 };

static const cd_boost_options OPTIONS = {
    .features = FEATURES, .trees = 60, .rate = 0.2, .penalty = 1, .least = 1, .sample = 0.9};

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

// Positive where the first two features lie on different sides of a half; the third is noise.
static void make_examples(float values[EXAMPLES][FEATURES], cd_example examples[EXAMPLES])
{
    uint32_t seed = 11;
    for (size_t i = 0; i < EXAMPLES; i++) {
        for (size_t f = 0; f < FEATURES; f++)
            values[i][f] = (float)(next_random(&seed) % 1000) / 1000;
        examples[i] = (cd_example){values[i], 1, (values[i][0] < 0.5F) != (values[i][1] < 0.5F)};
    }
}

static void what_two_features_tell_together_is_learned(void **state)
{
    static float values[EXAMPLES][FEATURES];
    static cd_example examples[EXAMPLES];
    (void)state;
    make_examples(values, examples);
    cd_trees *trees = cd_boost(examples, EXAMPLES, &OPTIONS), *again = cd_boost(examples, EXAMPLES, &OPTIONS);
    size_t right = 0;
    for (size_t i = 0; i < EXAMPLES; i++)
        right += (cd_trees_score(trees, values[i]) > 0) == examples[i].positive;
    assert_true(right > EXAMPLES * 95 / 100);
    assert_int_equal(cd_trees_size(trees), cd_trees_size(again));
    assert_memory_equal(trees, again, cd_trees_size(trees));
    free(trees);
    free(again);
}

static void trees_are_read_as_written_and_damage_is_refused(void **state)
{
    static float values[EXAMPLES][FEATURES];
    static cd_example examples[EXAMPLES];
    gs_error error = {0};
    size_t offset = 0;
    (void)state;
    make_examples(values, examples);
    cd_trees *trees = cd_boost(examples, EXAMPLES, &OPTIONS);
    gs_view section = gs_view_make(trees, cd_trees_size(trees));
    const cd_trees *opened = cd_trees_open(section, &offset, FEATURES, &error);
    assert_non_null(opened);
    assert_int_equal(offset, section.size);
    assert_true(cd_trees_score(opened, values[0]) == cd_trees_score(trees, values[0]));
    offset = 0;
    assert_null(cd_trees_open(gs_view_slice(section, 0, section.size - 1), &offset, FEATURES, &error));
    assert_null(cd_trees_open(section, &offset, FEATURES + 1, &error));
    trees->trees[0].feature[0] = FEATURES;
    assert_null(cd_trees_open(section, &offset, FEATURES, &error));
    assert_int_equal(error.code, GS_E_DAMAGED);
    free(trees);
}

// Scores that are too sure of themselves are drawn to what is observed.
static void scores_are_calibrated(void **state)
{
    cd_bags bags = {.features = 1};
    double slope, offset;
    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        bool high = i % 2 == 0;
        // Of those told to be 0.99 seven in ten are right, of those told to be 0.1 one in ten.
        cd_bags_open(&bags, high ? i / 2 % 10 < 7 : i / 2 % 10 < 1, 1, 0);
        cd_bags_add(&bags);
        bags.bags[bags.count - 1].score = high ? 0.99 : 0.1;
    }
    cd_bags_calibrate(&bags, &slope, &offset);
    assert_true(bags.bags[0].score > 0.68 && bags.bags[0].score < 0.72);
    assert_true(bags.bags[1].score > 0.08 && bags.bags[1].score < 0.12);
    cd_figures figures = cd_bags_measure(&bags, 0.5);
    assert_true(figures.precision > 0.69 && figures.precision < 0.71);
    assert_true(figures.error < 0.03);
    cd_bags_free(&bags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_two_features_tell_together_is_learned),
        cmocka_unit_test(trees_are_read_as_written_and_damage_is_refused),
        cmocka_unit_test(scores_are_calibrated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
