// The best tree over a sentence: maximum spanning arborescence by Chu and Liu (1965) and Edmonds (1967), as
// used for parsing by McDonald and others ("Non-projective Dependency Parsing using Spanning Tree
// Algorithms", 2005).
//
// Mostly each word's best head gives a tree already, and nothing else is done. Otherwise cycles are
// contracted one after the other, iteratively: a contracted cycle lives on under the number of one of its
// words. UD wants exactly one root; where several words chose it, each of the first eight is tried alone and
// the best tree is kept.
#include "network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NODES = LANG_WINDOW_WORDS + 1, STEPS = NODES, MEMBERS = 2 * NODES };

static const float NEVER = -1e30f;

// Nodes: 0 is the root, word i is i + 1. weight[to][from].
typedef struct word_set {
    uint64_t bits[(NODES + 63) / 64];
} word_set;

struct lang_tree {
    size_t n; // nodes
    float weight[NODES][NODES];
    int16_t from[NODES][NODES]; // the edge of the original graph behind each: its head …
    int16_t into[NODES][NODES]; // … and its dependent
    bool alive[NODES];
    int16_t best[NODES];   // chosen head of a live node
    word_set words[NODES]; // the original nodes in a live node
    // The contractions, in order: the cycle's nodes, with the original edge that each had chosen.
    size_t contractions;
    struct {
        int16_t name;
        int16_t count;
        int16_t first; // into member
    } contraction[STEPS];
    int16_t member[MEMBERS], member_from[MEMBERS], member_into[MEMBERS];
    word_set member_words[MEMBERS];
    size_t members;
};

typedef struct lang_tree graph;

static void choose_heads(graph *self)
{
    for (size_t to = 1; to < self->n; to++) {
        if (!self->alive[to])
            continue;
        int16_t best = -1;
        for (size_t from = 0; from < self->n; from++)
            if (self->alive[from] && from != to &&
                (best < 0 || self->weight[to][from] > self->weight[to][best]))
                best = (int16_t)from;
        self->best[to] = best;
    }
}

// A node on a cycle of chosen heads, or -1.
static int find_cycle(const graph *self)
{
    int16_t mark[NODES] = {0};
    for (size_t start = 1; start < self->n; start++) {
        if (!self->alive[start] || mark[start])
            continue;
        size_t at = start;
        while (at != 0 && mark[at] == 0) {
            mark[at] = (int16_t)start;
            at = (size_t)self->best[at];
        }
        if (at != 0 && mark[at] == (int16_t)start)
            return (int)at;
    }
    return -1;
}

static void record(graph *self, size_t node)
{
    self->member[self->members] = (int16_t)node;
    self->member_from[self->members] = self->from[node][self->best[node]];
    self->member_into[self->members] = self->into[node][self->best[node]];
    self->member_words[self->members] = self->words[node];
    self->members++;
}

// Replaces the cycle through `name` by that one node.
static void contract(graph *self, size_t name)
{
    bool in[NODES] = {false};
    size_t first = self->members, count = 0;
    float total = 0;
    for (size_t at = name; !in[at]; at = (size_t)self->best[at]) {
        in[at] = true;
        record(self, at);
        total += self->weight[at][self->best[at]];
        count++;
    }
    for (size_t other = 0; other < self->n; other++) {
        if (!self->alive[other] || in[other])
            continue;
        float out = NEVER, into = NEVER;
        size_t out_from = name, into_at = name;
        for (size_t m = first; m < self->members; m++) {
            size_t v = (size_t)self->member[m];
            if (other != 0 && self->weight[other][v] > out) {
                out = self->weight[other][v];
                out_from = v;
            }
            float gain = self->weight[v][other] - self->weight[v][self->best[v]];
            if (gain > into) {
                into = gain;
                into_at = v;
            }
        }
        int16_t from = self->from[into_at][other], to = self->into[into_at][other];
        if (other != 0) {
            int16_t edge_from = self->from[other][out_from], edge_into = self->into[other][out_from];
            self->weight[other][name] = out;
            self->from[other][name] = edge_from;
            self->into[other][name] = edge_into;
        }
        self->weight[name][other] = into + total;
        self->from[name][other] = from;
        self->into[name][other] = to;
    }
    for (size_t m = first; m < self->members; m++) {
        self->alive[self->member[m]] = (size_t)self->member[m] == name;
        if ((size_t)self->member[m] != name)
            for (size_t b = 0; b < sizeof(word_set) / sizeof(uint64_t); b++)
                self->words[name].bits[b] |= self->member_words[m].bits[b];
    }
    self->contraction[self->contractions].name = (int16_t)name;
    self->contraction[self->contractions].count = (int16_t)count;
    self->contraction[self->contractions].first = (int16_t)first;
    self->contractions++;
}

static void load(graph *self, const float *scores, size_t row, size_t n, int root)
{
    self->n = n + 1;
    self->contractions = self->members = 0;
    for (size_t to = 1; to <= n; to++)
        for (size_t from = 0; from <= n; from++) {
            bool barred = from == to || (root > 0 && from == 0 && (int)to != root);
            self->weight[to][from] = barred ? NEVER : scores[(to - 1) * row + from];
            self->from[to][from] = (int16_t)from;
            self->into[to][from] = (int16_t)to;
        }
    memset(self->words, 0, sizeof self->words);
    for (size_t i = 0; i <= n; i++) {
        self->alive[i] = true;
        self->words[i].bits[i / 64] |= (uint64_t)1 << (i % 64);
    }
}

static bool has_head(const word_set *words, const int16_t *head)
{
    for (size_t b = 0; b < sizeof words->bits / sizeof words->bits[0]; b++)
        for (uint64_t bits = words->bits[b]; bits; bits &= bits - 1)
            if (head[b * 64 + (size_t)__builtin_ctzll(bits)] >= 0)
                return true;
    return false;
}

// head[i] for nodes 1 … n. A contracted node's own edge enters one member; the others keep the cycle's edges.
static void solve(graph *self, int16_t *head)
{
    for (;;) {
        choose_heads(self);
        int node = find_cycle(self);
        if (node < 0)
            break;
        contract(self, (size_t)node);
    }
    for (size_t i = 1; i < self->n; i++)
        if (self->alive[i])
            head[self->into[i][self->best[i]]] = self->from[i][self->best[i]];
    // Undone from the last to the first: a word in the member that was entered from outside has its head
    // already.
    for (size_t c = self->contractions; c-- > 0;) {
        size_t first = (size_t)self->contraction[c].first, count = (size_t)self->contraction[c].count;
        for (size_t m = first; m < first + count; m++)
            if (!has_head(&self->member_words[m], head))
                head[self->member_into[m]] = self->member_from[m];
    }
}

static float tree_weight(const float *scores, size_t row, size_t n, const int16_t *head)
{
    float total = 0;
    for (size_t i = 1; i <= n; i++)
        total += head[i] < 0 ? NEVER : scores[(i - 1) * row + (size_t)head[i]];
    return total;
}

// Every word's best head; true if that is a tree with one root.
static bool greedy(const float *scores, size_t row, size_t n, int16_t *heads)
{
    size_t roots = 0;
    for (size_t i = 0; i < n; i++) {
        const float *score = scores + i * row;
        size_t best = 0;
        for (size_t j = 1; j <= n; j++)
            if (j != i + 1 && score[j] > score[best])
                best = j;
        heads[i] = (int16_t)((int)best - 1);
        roots += best == 0;
    }
    if (roots != 1)
        return false;
    int16_t mark[LANG_WINDOW_WORDS] = {0};
    for (size_t i = 0; i < n; i++) {
        int at = (int)i;
        while (at >= 0 && mark[at] == 0) {
            mark[at] = (int16_t)(i + 1);
            at = heads[at];
        }
        if (at >= 0 && mark[at] == (int16_t)(i + 1))
            return false;
    }
    return true;
}

static void best_tree(graph *self, const float *scores, size_t row, size_t n, int root, int16_t *head)
{
    load(self, scores, row, n, root);
    for (size_t i = 0; i <= n; i++)
        head[i] = -1;
    solve(self, head);
}

lang_tree *lang_tree_new(void)
{
    return gs_allocate(sizeof(lang_tree));
}

void lang_tree_free(lang_tree **self_p)
{
    free(*self_p);
    *self_p = NULL;
}

void lang_tree_decode(lang_tree *self, const float *scores, size_t row, size_t n, int16_t *heads)
{
    if (greedy(scores, row, n, heads))
        return;
    int16_t head[NODES], kept[NODES];
    best_tree(self, scores, row, n, 0, head);
    int16_t roots[NODES];
    size_t root_count = 0;
    for (size_t i = 1; i <= n; i++)
        if (head[i] == 0)
            roots[root_count++] = (int16_t)i;
    memcpy(kept, head, sizeof kept);
    if (root_count != 1) {
        enum { ROOTS_TRIED = 8 };
        float most = -INFINITY;
        for (size_t r = 0; r < root_count && r < ROOTS_TRIED; r++) {
            best_tree(self, scores, row, n, roots[r], head);
            float weight = tree_weight(scores, row, n, head);
            if (weight > most) {
                most = weight;
                memcpy(kept, head, sizeof kept);
            }
        }
    }
    for (size_t i = 0; i < n; i++)
        heads[i] = (int16_t)(kept[i + 1] - 1);
}
