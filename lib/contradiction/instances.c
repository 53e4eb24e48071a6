// The pairs of clauses through which two statements are compared, each with its features: those that share a
// word and pass the gate, or, if there is none, the pair that has most in common, so that the setting of the
// two can speak where their clauses do not.
#include "judge.h"

#include <string.h>

enum { WITHIN_LEAST = 12 }; // bytes

// Conditions, wishes and questions claim nothing; what holds under a condition is not claimed without it.
static bool is_claimed(const cd_claims *claims, size_t clause)
{
    return (cd_clauses(claims)[clause].flags & (CD_UNREAL | CD_CONDITIONED)) == 0;
}

bool cd_pairing_next(cd_pairing *self, size_t *clause_a, size_t *clause_b)
{
    for (size_t all = (size_t)self->a->clause_count * self->b->clause_count; self->next < all;) {
        size_t at = self->next++;
        *clause_a = at / self->b->clause_count;
        *clause_b = at % self->b->clause_count;
        if (self->least <= 0)
            return true;
        if (!is_claimed(self->a, *clause_a) || !is_claimed(self->b, *clause_b))
            continue;
        self->share = cd_clauses_share(self->wordnet, self->a, *clause_a, self->b, *clause_b);
        if (self->share > self->best_share || self->best_a == CD_NONE) {
            self->best_share = self->share;
            self->best_a = (uint8_t)*clause_a;
            self->best_b = (uint8_t)*clause_b;
        }
        if (self->share >= self->least)
            return true;
    }
    return false;
}

// Somebody whom a reader can tell: a name, or the body that an unnamed spokeswoman speaks for. Statements
// without a speaker at all are bare texts.
static bool is_known(const gs_speaker *speaker)
{
    return !speaker || (speaker->name && speaker->name[0]) ||
           (speaker->organisation && speaker->organisation[0]);
}

// Words of one speaker in one article are one speech: what seems to turn in it goes on.
static bool is_one_speech(const gs_statement *a, const gs_statement *b)
{
    return a->article_id && b->article_id && a->article_id[0] && strcmp(a->article_id, b->article_id) == 0 &&
           cd_same_person(a->speaker, b->speaker);
}

// Does one hold the words of the other, as "she said that he had told her …" does?
static bool is_within(const char *outer, const char *inner)
{
    size_t size = strlen(inner);
    while (size > 0 && strchr(" .,;!?\"", inner[size - 1]))
        size--;
    if (size < WITHIN_LEAST)
        return false;
    for (const char *at = outer; strlen(at) >= size; at++)
        if (gs_view_equal_nocase(gs_view_make(at, size), gs_view_make(inner, size)))
            return true;
    return false;
}

static bool is_retold(const gs_statement *a, const gs_statement *b)
{
    const char *one = a->text ? a->text : "", *two = b->text ? b->text : "";
    return a->article_id && b->article_id && a->article_id[0] && strcmp(a->article_id, b->article_id) == 0 &&
           (is_within(one, two) || is_within(two, one));
}

bool cd_may_contradict(const gs_statement *a, const cd_claims *claims_a, const gs_statement *b,
                       const cd_claims *claims_b)
{
    return !claims_a->question && !claims_b->question && is_known(a->speaker) && is_known(b->speaker) &&
           !is_one_speech(a, b) && !is_retold(a, b);
}

typedef struct comparison {
    const cd_wordnet *wordnet;
    const cd_trees *pair;
    const gs_statement *a, *b;
    const cd_claims *claims_a, *claims_b;
    float lighter, heavier; // what the texts cover of each other
} comparison;

static void compare(comparison *self, size_t clause_a, size_t clause_b, float *features, cd_clash *clash)
{
    cd_pair_features(self->wordnet, self->claims_a, clause_a, self->claims_b, clause_b, features, clash);
    features[CD_F_TEXT_COVER] = self->lighter;
    features[CD_F_TEXT_COVER_HEAVIER] = self->heavier;
    features[CD_S_PAIR] = (float)cd_trees_score(self->pair, features);
    cd_clause_features(self->a, self->claims_a, self->b, self->claims_b, clash, features);
}

void cd_each_instance(const cd_wordnet *wordnet, const cd_trees *pair, const gs_statement *a,
                      const cd_claims *claims_a, const gs_statement *b, const cd_claims *claims_b,
                      cd_take_instance take, void *context)
{
    comparison self = {wordnet, pair, a, b, claims_a, claims_b, 0, 0};
    float features[CD_STATEMENT_FEATURES];
    cd_clash clash;
    cd_pairing pairing = {.wordnet = wordnet,
                          .a = claims_a,
                          .b = claims_b,
                          .least = CD_SHARE_LEAST,
                          .best_a = CD_NONE,
                          .best_b = CD_NONE};
    size_t taken = 0;
    cd_text_cover(claims_a, claims_b, &self.lighter, &self.heavier);
    cd_statement_features(a, claims_a, b, claims_b, features);
    while (cd_pairing_next(&pairing, &clash.clause_a, &clash.clause_b)) {
        compare(&self, clash.clause_a, clash.clause_b, features, &clash);
        features[CD_S_OPEN] = cd_gate(features);
        if (features[CD_S_OPEN] <= 0)
            continue;
        take(context, features, &clash);
        taken++;
    }
    if (taken > 0 || pairing.best_a == CD_NONE)
        return;
    compare(&self, pairing.best_a, pairing.best_b, features, &clash);
    features[CD_S_OPEN] = 0;
    take(context, features, &clash);
}
