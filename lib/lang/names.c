// The best sequence of name labels: Viterbi over the words' scores, with the transitions that BIOES allows.
//
//   best(t, y) = score(t, y) + max over y' that may stand before y of best(t-1, y')
//
// A softmax adds the same to all labels of a word, so plain scores do. What may precede a label is only of
// three sorts (nothing open; kind k open), so a step costs as much as there are labels, not their square.
#include "network.h"

#include <string.h>

enum { BEGIN, INSIDE, END, SINGLE };

static size_t label_of(size_t kind, size_t part)
{
    return 1 + 4 * kind + part;
}

// Of the labels after which no name is open, the best.
static size_t best_closed(const float *best)
{
    size_t at = 0;
    for (size_t kind = 0; kind < LANG_NAME_KINDS; kind++) {
        if (best[label_of(kind, END)] > best[at])
            at = label_of(kind, END);
        if (best[label_of(kind, SINGLE)] > best[at])
            at = label_of(kind, SINGLE);
    }
    return at;
}

static void step(const float *score, const float *before, float *best, uint8_t *back)
{
    size_t closed = best_closed(before);
    best[0] = score[0] + before[closed];
    back[0] = (uint8_t)closed;
    for (size_t kind = 0; kind < LANG_NAME_KINDS; kind++) {
        size_t begin = label_of(kind, BEGIN), inside = label_of(kind, INSIDE);
        size_t open = before[begin] > before[inside] ? begin : inside;
        for (size_t part = BEGIN; part <= SINGLE; part++) {
            size_t label = label_of(kind, part);
            bool goes_on = part == INSIDE || part == END;
            best[label] = score[label] + before[goes_on ? open : closed];
            back[label] = (uint8_t)(goes_on ? open : closed);
        }
    }
}

void lang_names_decode(const float *scores, size_t row, size_t n, uint8_t *labels)
{
    static const float NEVER = -1e30f;
    float columns[2][LANG_NAME_LABELS];
    uint8_t back[LANG_WINDOW_WORDS][LANG_NAME_LABELS];
    float *before = columns[0], *best = columns[1];
    for (size_t label = 0; label < LANG_NAME_LABELS; label++)
        before[label] = label == 0 ? 0.0f : NEVER;
    for (size_t t = 0; t < n; t++) {
        step(scores + t * row, before, best, back[t]);
        float *swap = before;
        before = best;
        best = swap;
    }
    size_t label = best_closed(before);
    for (size_t t = n; t-- > 0;) {
        labels[t] = (uint8_t)label;
        label = back[t][label];
    }
}
