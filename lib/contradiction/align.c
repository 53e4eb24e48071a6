// Aligning two clauses, the surest ties first.
//
// What is the same word binds before what is a synonym, this before what is more general, and only what is
// then still free can clash: opposites wherever they stand, kinds of one thing and other replacements only
// where both play the same part in the tree. A later pass never takes a term from an earlier one, so the
// result does not depend on the order of the two clauses.
#include "align.h"

#include <string.h>

enum { CLOSE_ABOVE = 3, CLOSE_SISTER = 8 };

double cd_term_weight(const cd_term *term)
{
    if (term->flags & CD_TERM_SPENT)
        return 0;
    if (term->flags & CD_TERM_LIGHT)
        return 0.3;
    if (term->flags & CD_TERM_PLACE)
        return 0.6;
    if (term->flags & CD_TERM_NAME)
        return 0.7;
    return term->class == CD_CLASS_NOUN ? 1.0 : term->class == CD_CLASS_VERB ? 0.9 : 0.6;
}

bool cd_terms_same(const cd_term *a, const cd_term *b)
{
    return a->lemma == b->lemma || (a->matter && a->matter == b->matter);
}

typedef struct aligner {
    const cd_wordnet *wordnet;
    const cd_term *a, *b;
    cd_alignment *out;
} aligner;

static size_t terms_of(const cd_claims *claims, size_t clause, uint8_t terms[CD_CLAUSE_TERMS])
{
    size_t count = 0;
    for (size_t i = 0; i < claims->term_count && count < CD_CLAUSE_TERMS; i++)
        if (cd_terms(claims)[i].clause == clause)
            terms[count++] = (uint8_t)i;
    return count;
}

static void tie(aligner *self, size_t i, size_t j, cd_aligned found)
{
    found.a = self->out->of_a[i];
    found.b = self->out->of_b[j];
    self->out->pairs[self->out->count++] = found;
    self->out->tied_a[i] = self->out->tied_b[j] = found.tie;
}

static bool tied_together(const cd_alignment *out, uint8_t a, uint8_t b)
{
    for (size_t i = 0; i < out->count; i++)
        if (out->pairs[i].a == a && out->pairs[i].b == b)
            return true;
    return false;
}

// Do both play the same part: predicates, or of one role under heads that are tied?
static bool same_part(const aligner *self, const cd_term *a, const cd_term *b)
{
    if (a->role != b->role)
        return false;
    if (a->role == CD_ROLE_PREDICATE)
        return true;
    if (a->head == CD_NONE || b->head == CD_NONE)
        return a->head == b->head;
    bool predicates =
        self->a[a->head].role == CD_ROLE_PREDICATE && self->b[b->head].role == CD_ROLE_PREDICATE;
    return predicates || tied_together(self->out, a->head, b->head);
}

static cd_class shared_class(const cd_term *a, const cd_term *b)
{
    return a->class == b->class && a->class < CD_CLASSES ? (cd_class)a->class : CD_CLASSES;
}

typedef cd_aligned (*tie_test)(const aligner *self, const cd_term *a, const cd_term *b);

static cd_aligned test_same(const aligner *self, const cd_term *a, const cd_term *b)
{
    (void)self;
    return (cd_aligned){.tie = cd_terms_same(a, b) ? CD_TIE_SAME : CD_TIE_NONE};
}

static cd_aligned relate_like(const cd_wordnet *wordnet, const cd_term *a, const cd_term *b)
{
    cd_class class = shared_class(a, b);
    if (a->word == CD_NO_WORD || b->word == CD_NO_WORD)
        return (cd_aligned){0};
    bool like = (class != CD_CLASSES && cd_wordnet_synonyms(wordnet, a->word, b->word, class)) ||
                cd_wordnet_derived(wordnet, a->word, b->word);
    if (!like || cd_opposite(a, b) ||
        cd_wordnet_antonyms(wordnet, a->word, b->word, class == CD_CLASSES ? CD_CLASS_NOUN : class))
        return (cd_aligned){0};
    return (cd_aligned){.tie = CD_TIE_SYNONYM};
}

static cd_aligned test_like(const aligner *self, const cd_term *a, const cd_term *b)
{
    return relate_like(self->wordnet, a, b);
}

double cd_clauses_share(const cd_wordnet *wordnet, const cd_claims *a, size_t clause_a, const cd_claims *b,
                        size_t clause_b)
{
    const cd_term *left = cd_terms(a), *right = cd_terms(b);
    double weight = 0;
    for (size_t i = 0; i < a->term_count; i++) {
        if (left[i].clause != clause_a)
            continue;
        for (size_t j = 0; j < b->term_count; j++) {
            if (right[j].clause != clause_b || (!cd_terms_same(&left[i], &right[j]) &&
                                                relate_like(wordnet, &left[i], &right[j]).tie == CD_TIE_NONE))
                continue;
            weight += cd_term_weight(&left[i]);
            break;
        }
    }
    return weight;
}

static cd_aligned test_above(const aligner *self, const cd_term *a, const cd_term *b)
{
    cd_class class = shared_class(a, b);
    if (a->word == CD_NO_WORD || b->word == CD_NO_WORD || class > CD_CLASS_VERB || cd_opposite(a, b))
        return (cd_aligned){0};
    cd_relation relation = cd_wordnet_relate(self->wordnet, a->word, b->word, class);
    if (!relation.above || relation.above > CLOSE_ABOVE || relation.antonym)
        return (cd_aligned){0};
    return (cd_aligned){.tie = CD_TIE_ABOVE, .a_above = relation.a_above};
}

static cd_aligned test_opposite(const aligner *self, const cd_term *a, const cd_term *b)
{
    if (cd_opposite(a, b))
        return (cd_aligned){.tie = CD_TIE_OPPOSITE};
    cd_class class = shared_class(a, b);
    if (a->word == CD_NO_WORD || b->word == CD_NO_WORD || class == CD_CLASSES)
        return (cd_aligned){0};
    bool antonym = cd_wordnet_antonyms(self->wordnet, a->word, b->word, class);
    return (cd_aligned){.tie = antonym ? CD_TIE_OPPOSITE : CD_TIE_NONE};
}

static cd_aligned test_sister(const aligner *self, const cd_term *a, const cd_term *b)
{
    if (!same_part(self, a, b))
        return (cd_aligned){0};
    if (a->flags & b->flags & CD_TERM_PLACE)
        return (cd_aligned){.tie = CD_TIE_SISTER, .field = CD_NONE, .excludes = true};
    cd_class class = shared_class(a, b);
    if (a->word == CD_NO_WORD || b->word == CD_NO_WORD || class == CD_CLASSES)
        return (cd_aligned){0};
    cd_relation relation = cd_wordnet_relate(self->wordnet, a->word, b->word, class);
    // Colours and materials are named by adjectives too.
    if (!relation.up && class == CD_CLASS_ADJECTIVE)
        relation = cd_wordnet_relate(self->wordnet, a->word, b->word, CD_CLASS_NOUN);
    if (!relation.up || (relation.up + relation.down > CLOSE_SISTER && !relation.excludes))
        return (cd_aligned){0};
    return (cd_aligned){.tie = CD_TIE_SISTER,
                        .far = (uint8_t)(relation.up + relation.down),
                        .depth = relation.depth,
                        .field = relation.field,
                        .excludes = relation.excludes};
}

static cd_aligned test_replaced(const aligner *self, const cd_term *a, const cd_term *b)
{
    return (cd_aligned){.tie = same_part(self, a, b) ? CD_TIE_ELSEWHERE : CD_TIE_NONE};
}

// First those that play the same part, then the others.
static void pass(aligner *self, tie_test test)
{
    cd_alignment *out = self->out;
    for (int any_part = 0; any_part < 2; any_part++) {
        for (size_t i = 0; i < out->a_count; i++) {
            for (size_t j = 0; j < out->b_count && out->tied_a[i] == CD_TIE_NONE; j++) {
                const cd_term *a = &self->a[out->of_a[i]], *b = &self->b[out->of_b[j]];
                if (out->tied_b[j] != CD_TIE_NONE || (!any_part && !same_part(self, a, b)))
                    continue;
                cd_aligned found = test(self, a, b);
                if (found.tie != CD_TIE_NONE)
                    tie(self, i, j, found);
            }
        }
    }
}

void cd_align(const cd_wordnet *wordnet, const cd_claims *a, size_t clause_a, const cd_claims *b,
              size_t clause_b, cd_alignment *alignment)
{
    static const tie_test tests[] = {test_same,     test_like,   test_above,
                                     test_opposite, test_sister, test_replaced};
    aligner self = {wordnet, cd_terms(a), cd_terms(b), alignment};
    alignment->count = 0;
    alignment->a_count = terms_of(a, clause_a, alignment->of_a);
    alignment->b_count = terms_of(b, clause_b, alignment->of_b);
    memset(alignment->tied_a, CD_TIE_NONE, sizeof alignment->tied_a);
    memset(alignment->tied_b, CD_TIE_NONE, sizeof alignment->tied_b);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        pass(&self, tests[i]);
}
