// The best sequence of name labels: against all that are well-formed for short sentences, and well-formed
// always.
#include "lang_test.h"

#include <math.h>

#include "lang/network.h"

enum { BEGIN, INSIDE, END, SINGLE, SMALL = 4, ROW = LANG_NAME_LABELS + 7 };

// -1: no name is open; else its kind.
static int open_after(uint8_t label)
{
    int part = label == 0 ? SINGLE : (label - 1) % 4;
    return part == BEGIN || part == INSIDE ? (label - 1) / 4 : -1;
}

static bool may_follow(int open, uint8_t label)
{
    if (label == 0)
        return open < 0;
    int part = (label - 1) % 4, kind = (label - 1) / 4;
    return part == INSIDE || part == END ? open == kind : open < 0;
}

static bool is_well_formed(const uint8_t *labels, size_t n)
{
    int open = -1;
    for (size_t i = 0; i < n; i++) {
        if (labels[i] >= LANG_NAME_LABELS || !may_follow(open, labels[i]))
            return false;
        open = open_after(labels[i]);
    }
    return open < 0;
}

static float total_of(const float *scores, size_t n, const uint8_t *labels)
{
    float total = 0;
    for (size_t i = 0; i < n; i++)
        total += scores[i * ROW + labels[i]];
    return total;
}

// Tries every well-formed rest of the sentence; the depth is SMALL at most.
static float best_from(const float *scores, size_t at, size_t n, int open)
{
    if (at == n)
        return open < 0 ? 0.0f : -INFINITY;
    float best = -INFINITY;
    for (uint8_t label = 0; label < LANG_NAME_LABELS; label++) {
        if (!may_follow(open, label))
            continue;
        float total = scores[at * ROW + label] + best_from(scores, at + 1, n, open_after(label));
        best = total > best ? total : best;
    }
    return best;
}

static void fill(float *scores, size_t n, size_t steps, uint64_t *random)
{
    for (size_t i = 0; i < n * ROW; i++)
        scores[i] = i % ROW < LANG_NAME_LABELS ? (float)test_below(random, steps) - (float)(steps / 2) : 1e9f;
}

static void short_sentences_get_the_best_labels(void **state)
{
    (void)state;
    static const size_t steps[] = {2, 3, 10, 1000, 100000};
    uint64_t random = 31;
    for (size_t n = 1; n <= SMALL; n++)
        for (size_t round = 0; round < (n < SMALL ? 500 : 40); round++) {
            float scores[SMALL * ROW];
            uint8_t labels[SMALL];
            fill(scores, n, steps[round % 5], &random);
            lang_names_decode(scores, ROW, n, labels);
            assert_true(is_well_formed(labels, n));
            assert_true(total_of(scores, n, labels) == best_from(scores, 0, n, -1));
        }
}

static void long_sentences_are_well_formed(void **state)
{
    (void)state;
    enum { N = LANG_WINDOW_WORDS };
    float *scores = malloc((size_t)N * ROW * sizeof *scores);
    uint64_t random = 37;
    for (size_t round = 0; round < 60; round++) {
        size_t n = round == 0 ? N : 1 + test_below(&random, N);
        uint8_t labels[N];
        fill(scores, n, round % 2 ? 3 : 1000, &random);
        lang_names_decode(scores, ROW, n, labels);
        assert_true(is_well_formed(labels, n));
    }
    free(scores);
}

static uint8_t label_of(int kind, int part)
{
    return (uint8_t)(1 + 4 * kind + part);
}

// What each word likes best is not well-formed.
static void wishes_that_cannot_be(void **state)
{
    (void)state;
    const uint8_t wishes[][3] = {
        {label_of(0, INSIDE), label_of(0, INSIDE), label_of(0, INSIDE)},
        {label_of(1, BEGIN), label_of(1, BEGIN), label_of(1, BEGIN)},
        {label_of(2, END), label_of(2, END), label_of(2, END)},
        {label_of(0, BEGIN), label_of(9, INSIDE), label_of(0, END)},
        {0, label_of(3, END), 0},
        {0, 0, label_of(4, BEGIN)},
    };
    for (size_t w = 0; w < sizeof wishes / sizeof wishes[0]; w++) {
        float scores[3 * ROW] = {0};
        uint8_t labels[3];
        for (size_t i = 0; i < 3; i++)
            scores[i * ROW + wishes[w][i]] = 5.0f;
        lang_names_decode(scores, ROW, 3, labels);
        assert_true(is_well_formed(labels, 3));
        assert_true(total_of(scores, 3, labels) == best_from(scores, 0, 3, -1));
    }
}

static void a_clear_case(void **state)
{
    (void)state;
    const uint8_t wish[5] = {label_of(0, BEGIN), label_of(0, INSIDE), label_of(0, END), 0,
                             label_of(2, SINGLE)};
    float scores[5 * ROW] = {0};
    uint8_t labels[5];
    for (size_t i = 0; i < 5; i++)
        scores[i * ROW + wish[i]] = 1.0f;
    lang_names_decode(scores, ROW, 5, labels);
    assert_memory_equal(labels, wish, sizeof wish);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_sentences_get_the_best_labels),
        cmocka_unit_test(long_sentences_are_well_formed),
        cmocka_unit_test(wishes_that_cannot_be),
        cmocka_unit_test(a_clear_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
