// Which part of a page is the article.
//
// First what calls itself something else (navigation, comments, captions, data/cues.tsv) is pruned, unless so
// much of the page's prose is in it that the word must be about something else. Then each block of prose
// gives its worth to the element that holds it, half of it to the next outer one and a quarter to the third:
//
//     worth = 1 + commas + min(bytes / 100, 3)        score = Σ worth · (1 − links / bytes) · cue
//
// The best element is the article, as in Readability (Arc90, 2009; the way of scoring is theirs, by
// description). An article in several boxes is put together again: while other boxes beside the best one hold
// a fair part of what it has, and no more links, the box around them all is taken, and what else is in that
// is pruned.
#include "source/page.h"

#include <math.h>

static const double DOUBT_SHARE = 0.35; // of the page's prose: a doubtful element with more is kept
static const double HIDDEN_SHARE = 0.8; // likewise for what is hidden, an <aside>, a footer
static const double COMMENT_SHARE =
    0.9;                               // likewise for comments, which can be longer than what they are about
static const double CUE_WEIGHT = 1.5;  // for an element that calls itself the article's text
static const double SURE_WEIGHT = 3.0; // by itemprop="articleBody"
static const double ARTICLE_WEIGHT = 1.2;
static const double KIN_SHARE = 0.15; // of the best element's prose: so much has a box of the same article
static const double KIN_SCORE = 0.25; // of the best element's score
static const double KIN_LINKS = 0.25; // and at most so many links

static void sum_up(gs_page_blocks *self)
{
    for (size_t i = 0; i < self->element_count; i++) {
        self->elements[i].bytes = self->elements[i].linked = self->elements[i].prose = 0;
    }
    for (size_t i = 0; i < self->block_count; i++) {
        const gs_page_block *block = &self->blocks[i];
        gs_page_element *element = &self->elements[block->element];
        if (!element->pruned) {
            element->bytes += block->end - block->begin;
            element->linked += block->linked;
            element->prose += gs_page_block_is_prose(self, block) ? block->end - block->begin : 0;
        }
    }
    for (size_t i = self->element_count; i-- > 1;) {
        const gs_page_element *element = &self->elements[i];
        gs_page_element *parent = &self->elements[element->parent];
        parent->bytes += element->bytes;
        parent->linked += element->linked;
        parent->prose += element->prose;
    }
}

static bool is_to_prune(const gs_page_element *element, double total)
{
    const double share = total > 0 ? element->prose / total : 0;
    if (element->traits & GS_TAG_COMMENT) {
        return share < COMMENT_SHARE;
    }
    if (element->traits & GS_TAG_HIDDEN) {
        return share < HIDDEN_SHARE;
    }
    if (element->traits & GS_TAG_BODY_CUE) {
        return false;
    }
    return (element->traits & (GS_TAG_DOUBTFUL | GS_TAG_CAPTION)) &&
           share < (element->traits & GS_TAG_SURELY ? HIDDEN_SHARE : DOUBT_SHARE);
}

static void prune(gs_page_blocks *self)
{
    const double total = self->elements[0].prose;
    for (size_t i = 1; i < self->element_count; i++) {
        gs_page_element *element = &self->elements[i];
        element->pruned = self->elements[element->parent].pruned || is_to_prune(element, total);
    }
}

static double cue_weight(uint32_t traits)
{
    const double cue = !(traits & GS_TAG_BODY_CUE) ? 1.0 : traits & GS_TAG_SURELY ? SURE_WEIGHT : CUE_WEIGHT;
    return cue * (traits & GS_TAG_ARTICLE ? ARTICLE_WEIGHT : 1.0);
}

static void give_worth(gs_page_blocks *self, const gs_page_block *block)
{
    const double size = block->end - block->begin;
    double worth = 1.0 + block->commas + fmin(size / 100.0, 3.0);
    uint32_t at = block->element;
    if ((self->elements[at].traits & GS_TAG_PARAGRAPH) && at != 0) {
        at = self->elements[at].parent;
    }
    for (int level = 0; level < 3; level++) {
        self->elements[at].score += (float)worth;
        if (at == 0) {
            break;
        }
        at = self->elements[at].parent;
        worth /= 2;
    }
}

static uint32_t best_element(gs_page_blocks *self)
{
    uint32_t best = 0;
    for (size_t i = 0; i < self->element_count; i++) {
        self->elements[i].score = 0;
    }
    for (size_t i = 0; i < self->block_count; i++) {
        const gs_page_block *block = &self->blocks[i];
        if (!self->elements[block->element].pruned && gs_page_block_is_prose(self, block)) {
            give_worth(self, block);
        }
    }
    for (uint32_t i = 0; i < self->element_count; i++) {
        gs_page_element *element = &self->elements[i];
        if (element->bytes > 0) {
            element->score *=
                (float)((1.0 - (double)element->linked / element->bytes) * cue_weight(element->traits));
        }
        best = element->score > self->elements[best].score ? i : best;
    }
    return best;
}

static float best_score_in(const gs_page_blocks *self, uint32_t element)
{
    float best = 0;
    for (uint32_t i = element; i < self->elements[element].end; i++) {
        best = self->elements[i].score > best ? self->elements[i].score : best;
    }
    return best;
}

// A list of teasers may have as much prose, but each of them in a box of its own.
static bool is_kin(const gs_page_blocks *self, uint32_t sibling, uint32_t best)
{
    const gs_page_element *one = &self->elements[sibling];
    return !one->pruned && one->prose >= KIN_SHARE * self->elements[best].prose &&
           one->linked <= KIN_LINKS * one->bytes &&
           best_score_in(self, sibling) >= KIN_SCORE * best_score_in(self, best);
}

// The child of parent that holds i (or is it).
static uint32_t child_around(const gs_page_blocks *self, uint32_t i, uint32_t parent)
{
    while (self->elements[i].parent != parent) {
        i = self->elements[i].parent;
    }
    return i;
}

static bool has_kin(const gs_page_blocks *self, uint32_t parent, uint32_t inner)
{
    for (uint32_t i = parent + 1; i < self->elements[parent].end; i = self->elements[i].end) {
        if (i != inner && is_kin(self, i, inner)) {
            return true;
        }
    }
    return false;
}

static void prune_below(gs_page_blocks *self, uint32_t element)
{
    for (uint32_t i = element; i < self->elements[element].end; i++) {
        self->elements[i].pruned = true;
    }
}

// Of what lies beside inner in parent, only paragraphs, headings and kin are the article's.
static void keep_kin(gs_page_blocks *self, uint32_t parent, uint32_t inner)
{
    const uint32_t own = GS_TAG_PARAGRAPH | GS_TAG_HEADING;
    for (uint32_t i = parent + 1; i < self->elements[parent].end; i = self->elements[i].end) {
        if (i != inner && !(self->elements[i].traits & own) && (self->elements[i].traits & GS_TAG_BLOCK) &&
            !is_kin(self, i, inner)) {
            prune_below(self, i);
        }
    }
}

uint32_t gs_page_choose(gs_page_blocks *self)
{
    enum { LEVELS = 8 };
    sum_up(self);
    prune(self);
    sum_up(self);
    const uint32_t best = best_element(self);
    uint32_t chosen = best;
    uint32_t at = best;
    for (int level = 0; level < LEVELS && at != 0; level++) {
        at = self->elements[at].parent;
        const uint32_t inner = child_around(self, chosen, at);
        if (has_kin(self, at, inner)) {
            keep_kin(self, at, inner);
            chosen = at;
        }
    }
    return chosen;
}
