// The trained network at work: words in, tags, heads, relations and name labels out. What it computes stands
// at the top of train/net.h; here its weights are bytes in the model file.
#ifndef GAINSAY_LANG_NETWORK_H
#define GAINSAY_LANG_NETWORK_H

#include "features.h"
#include "neural/neural.h"

enum {
    LANG_NETWORK_VERSION = 2,
    LANG_NETWORK_LAYERS = 4,
    LANG_WINDOW_WORDS = 192, // words that are read together; a longer sentence is read in pieces
    LANG_BATCH_WINDOWS = 16, // windows that run in step
    LANG_BATCH_WORDS = 384,
    LANG_NAME_KINDS = 10, // PERSON ORG LOC MISC DATE TIME MONEY PERCENT CARDINAL ORDINAL
    LANG_NAME_LABELS = 1 + 4 * LANG_NAME_KINDS, // O; then for each kind begin, inside, end, single
};

// How far a head stands from its dependent, as the class that arc scores know: near distances one by one, far
// ones by ranges, to the left and to the right.
enum { LANG_DISTANCES = 32, LANG_DISTANCE_RANGES = 12 };

static inline uint32_t lang_distance(size_t dependent, size_t head)
{
    static const uint16_t FROM[LANG_DISTANCE_RANGES] = {1, 2, 3, 4, 5, 6, 8, 11, 15, 21, 30, 45};
    size_t distance = head > dependent ? head - dependent : dependent - head;
    uint32_t range = LANG_DISTANCE_RANGES - 1;
    while (range > 0 && distance < FROM[range])
        range--;
    return head > dependent ? LANG_DISTANCE_RANGES + range : range;
}

typedef struct lang_network {
    uint32_t input, hidden, layers, tag_layer, arc, label;
    uint32_t upos, xpos, relations; // classes
    lang_vocabulary vocabulary;
    gs_table embedding;
    gs_lstm layer[LANG_NETWORK_LAYERS];
    gs_matrix tag_w, project_w, arc_w, relation_w, name_w, name_out_w;
    const float *arc_root, *label_root;
    const char **xpos_names, **relation_names; // owned arrays; the texts are borrowed
} lang_network;

// Borrows the section. False and *error if it is not one; every size in it is checked here.
bool lang_network_open(lang_network *self, gs_view section, gs_error *error);
void lang_network_close(lang_network *self);

// A run of words of one sentence.
typedef struct lang_window {
    uint32_t word_begin, count; // count: 1 to LANG_WINDOW_WORDS
    uint32_t capitals;          // lang_capitals of the sentence
    bool first, last;           // of its sentence
} lang_window;

typedef struct lang_worker lang_worker; // the working memory of one thread

lang_worker *lang_worker_new(const lang_network *network, const lang_lexicon *lexicon);
void lang_worker_free(lang_worker **self_p);

// What is said of names, by word.
typedef struct lang_labels {
    uint8_t *label;  // of BIOES
    float *kinds;    // four log-probabilities each: PERSON, ORG, LOC, MISC, given that the word is in a name
    uint8_t *states; // words × 2h: the last layer's; NULL: not asked for
} lang_labels;

// Reads up to LANG_BATCH_WINDOWS windows of together up to LANG_BATCH_WORDS words; the longest come first.
// Fills upos, xpos, head and relation of the words (each window gets a tree of its own), and labels.
void lang_worker_read(lang_worker *self, gs_parse *parse, const lang_window *windows, size_t count,
                      const lang_labels *labels);

typedef struct lang_tree lang_tree; // the working memory of lang_tree_decode

lang_tree *lang_tree_new(void);
void lang_tree_free(lang_tree **self_p);
// The most likely tree of n words, with one root: scores[i * row + 1 + j] is the score of j as the head of
// word i, scores[i * row] that of the root. heads gets j, or -1 for the root. n at most LANG_WINDOW_WORDS.
void lang_tree_decode(lang_tree *self, const float *scores, size_t row, size_t n, int16_t *heads);
// The best sequence of labels in which begin, inside, end and single follow each other as they must.
void lang_names_decode(const float *scores, size_t row, size_t n, uint8_t *labels);

#endif
