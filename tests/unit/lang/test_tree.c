// The best tree with one root: against all trees for short sentences, and against every single change for
// long ones.
#include "lang_test.h"

#include <math.h>

#include "lang/network.h"

enum {
    SMALL = 6,      // words, where all trees are tried
    TREES = 7776,   // with one root over SMALL words: 6^5 (Cayley, rooted)
    ROW_SMALL = 16, // floats
    ROW = LANG_WINDOW_WORDS + 16,
};

// Stands where nobody may look: a word as its own head, and behind a row's end.
static const float FORBIDDEN = 1e9f;

typedef struct forest {
    int8_t heads[TREES][SMALL];
    size_t count;
} forest;

// Every word reaches the root, and one word hangs on it.
static bool is_tree(const int16_t *heads, size_t n)
{
    size_t roots = 0;
    for (size_t i = 0; i < n; i++) {
        if (heads[i] < -1 || heads[i] >= (int)n)
            return false;
        roots += heads[i] == -1;
        int at = (int)i;
        for (size_t steps = 0; at >= 0 && steps <= n; steps++)
            at = heads[at];
        if (at >= 0)
            return false;
    }
    return roots == 1;
}

static void plant(forest *self, size_t n)
{
    self->count = 0;
    size_t codes = 1;
    for (size_t i = 0; i < n; i++)
        codes *= n + 1;
    for (size_t code = 0; code < codes; code++) {
        int16_t heads[SMALL];
        size_t rest = code;
        for (size_t i = 0; i < n; i++, rest /= n + 1)
            heads[i] = (int16_t)((int)(rest % (n + 1)) - 1);
        if (!is_tree(heads, n))
            continue;
        assert_true(self->count < TREES);
        for (size_t i = 0; i < n; i++)
            self->heads[self->count][i] = (int8_t)heads[i];
        self->count++;
    }
}

static float best_of_all(const forest *self, const float *scores, size_t n)
{
    float best = -INFINITY;
    for (size_t t = 0; t < self->count; t++) {
        float total = 0;
        for (size_t i = 0; i < n; i++)
            total += scores[i * ROW_SMALL + (size_t)(self->heads[t][i] + 1)];
        best = total > best ? total : best;
    }
    return best;
}

static float total_of(const float *scores, size_t row, size_t n, const int16_t *heads)
{
    float total = 0;
    for (size_t i = 0; i < n; i++)
        total += scores[i * row + (size_t)(heads[i] + 1)];
    return total;
}

// Values of this many steps, whole numbers: then sums are exact, ties are many where steps are few.
static void fill(float *scores, size_t row, size_t n, size_t steps, float unit, uint64_t *random)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < row; j++)
            scores[i * row + j] = ((float)test_below(random, steps) - (float)(steps / 2)) * unit;
        scores[i * row + 1 + i] = FORBIDDEN;
        for (size_t j = n + 1; j < row; j++)
            scores[i * row + j] = FORBIDDEN;
    }
}

static void short_sentences_get_the_best_tree(void **state)
{
    static const struct {
        size_t steps;
        float unit;
    } kinds[] = {{2, 1.0f}, {3, 1.0f}, {8, 1.0f}, {1000, 1.0f}, {100, 65536.0f}, {20000, 0.0078125f}};
    static forest trees;
    lang_tree *tree = lang_tree_new();
    uint64_t random = 17;
    (void)state;
    for (size_t n = 1; n <= SMALL; n++) {
        plant(&trees, n);
        for (size_t round = 0; round < 600; round++) {
            float scores[SMALL * ROW_SMALL];
            int16_t heads[SMALL];
            fill(scores, ROW_SMALL, n, kinds[round % 6].steps, kinds[round % 6].unit, &random);
            lang_tree_decode(tree, scores, ROW_SMALL, n, heads);
            assert_true(is_tree(heads, n));
            assert_true(total_of(scores, ROW_SMALL, n, heads) == best_of_all(&trees, scores, n));
        }
    }
    lang_tree_free(&tree);
    assert_null(tree);
}

// All words want to be the root, or none does.
static void one_root_whatever_the_words_want(void **state)
{
    static forest trees;
    lang_tree *tree = lang_tree_new();
    uint64_t random = 23;
    (void)state;
    plant(&trees, SMALL);
    for (size_t round = 0; round < 600; round++) {
        float scores[SMALL * ROW_SMALL];
        int16_t heads[SMALL];
        fill(scores, ROW_SMALL, SMALL, 20, 1.0f, &random);
        for (size_t i = 0; i < SMALL; i++)
            scores[i * ROW_SMALL] += round % 2 ? 15.0f : -1000.0f;
        lang_tree_decode(tree, scores, ROW_SMALL, SMALL, heads);
        assert_true(is_tree(heads, SMALL));
        assert_true(total_of(scores, ROW_SMALL, SMALL, heads) == best_of_all(&trees, scores, SMALL));
    }
    lang_tree_free(&tree);
}

static void one_word_is_the_root(void **state)
{
    (void)state;
    lang_tree *tree = lang_tree_new();
    const float scores[2] = {-5.0f, FORBIDDEN};
    int16_t heads[1] = {7};
    lang_tree_decode(tree, scores, 2, 1, heads);
    assert_int_equal(heads[0], -1);
    lang_tree_free(&tree);
}

static bool is_below(const int16_t *heads, size_t word, size_t above)
{
    for (int at = (int)word; at >= 0; at = heads[at])
        if ((size_t)at == above)
            return true;
    return false;
}

// No word but the root has a better head that would leave it a tree: so it must be if the tree is the best.
static void check_no_better_head(const float *scores, size_t n, const int16_t *heads)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; heads[i] >= 0 && j < n; j++)
            if (scores[i * ROW + 1 + j] > scores[i * ROW + 1 + (size_t)heads[i]])
                assert_true(is_below(heads, j, i));
}

static void long_sentences_get_a_good_tree(void **state)
{
    (void)state;
    enum { N = LANG_WINDOW_WORDS, ROUNDS = 24 };
    lang_tree *tree = lang_tree_new();
    float *scores = malloc((size_t)N * ROW * sizeof *scores);
    uint64_t random = 29;
    for (size_t round = 0; round < ROUNDS; round++) {
        size_t n = round < 8 ? N : 1 + test_below(&random, N);
        int16_t heads[N];
        fill(scores, ROW, n, round % 3 ? 2000 : 3, 1.0f, &random);
        lang_tree_decode(tree, scores, ROW, n, heads);
        assert_true(is_tree(heads, n));
        check_no_better_head(scores, n, heads);
    }
    free(scores);
    lang_tree_free(&tree);
}

// Neighbours choose each other, then pairs of pairs, and so on: cycles inside cycles; and one long cycle.
static void cycles_inside_cycles(void **state)
{
    (void)state;
    enum { N = LANG_WINDOW_WORDS };
    lang_tree *tree = lang_tree_new();
    float *scores = malloc((size_t)N * ROW * sizeof *scores);
    for (int shape = 0; shape < 2; shape++) {
        int16_t heads[N];
        for (size_t i = 0; i < N; i++) {
            for (size_t j = 0; j < ROW; j++)
                scores[i * ROW + j] = FORBIDDEN;
            scores[i * ROW] = -300.0f;
            for (size_t j = 0; j < N; j++) {
                size_t apart = 0;
                while ((i ^ j) >> apart)
                    apart++;
                float cycle = j == (i + 1) % N ? 10.0f : -100.0f;
                if (j != i)
                    scores[i * ROW + 1 + j] = shape == 0 ? -(float)apart : cycle;
            }
        }
        lang_tree_decode(tree, scores, ROW, N, heads);
        assert_true(is_tree(heads, N));
        check_no_better_head(scores, N, heads);
    }
    free(scores);
    lang_tree_free(&tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_sentences_get_the_best_tree),
        cmocka_unit_test(one_root_whatever_the_words_want),
        cmocka_unit_test(one_word_is_the_root),
        cmocka_unit_test(long_sentences_get_a_good_tree),
        cmocka_unit_test(cycles_inside_cycles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
