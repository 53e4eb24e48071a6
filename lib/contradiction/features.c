// The measures of a pair of clauses. Each is a plain count or weight over the alignment, so that the model on
// top can be read: how much is shared, what turns it, what clashes, what is left over, and what suspends it.
#include "features.h"

#include <math.h>
#include <string.h>

static const double ABOUT = 0.15; // "about 100" and 112 agree

// Lexicographer files (lexnames(5WN)) in groups.
enum {
    FIELD_ACT = 4,
    FIELD_ANIMAL = 5,
    FIELD_ARTIFACT = 6,
    FIELD_ATTRIBUTE = 7,
    FIELD_BODY = 8,
    FIELD_EVENT = 11,
    FIELD_FOOD = 13,
    FIELD_GROUP = 14,
    FIELD_LOCATION = 15,
    FIELD_OBJECT = 17,
    FIELD_PERSON = 18,
    FIELD_PLANT = 20,
    FIELD_SHAPE = 25,
    FIELD_STATE = 26,
    FIELD_SUBSTANCE = 27,
    FIELD_FIRST_VERB = 29
};

typedef struct measure {
    const cd_wordnet *wordnet;
    const cd_claims *a, *b;
    const cd_clause *left, *right; // the clauses
    const cd_term *terms_a, *terms_b;
    size_t clause_a, clause_b;
    cd_alignment alignment;
    float *f;
    cd_clash *clash;
} measure;

bool cd_numbers_agree(const cd_number *a, const cd_number *b)
{
    double larger = fmax(fabs(a->value), fabs(b->value));
    double apart = larger > 0 ? fabs(a->value - b->value) / larger : 0;
    char left = a->bound, right = b->bound;
    if (left == right && (left == '>' || left == '<'))
        return true;
    if (left == '>')
        return b->value >= a->value || (right == '~' && apart <= ABOUT);
    if (right == '>')
        return a->value >= b->value || (left == '~' && apart <= ABOUT);
    if (left == '<')
        return b->value <= a->value || (right == '~' && apart <= ABOUT);
    if (right == '<')
        return a->value <= b->value || (left == '~' && apart <= ABOUT);
    return left == '~' || right == '~' ? apart <= ABOUT : apart < 1e-9;
}

static bool means_same(cd_tie tie)
{
    return tie == CD_TIE_SAME || tie == CD_TIE_SYNONYM || tie == CD_TIE_ABOVE;
}

static double grade_of(cd_tie tie)
{
    return tie == CD_TIE_SAME ? 1.0 : tie == CD_TIE_SYNONYM ? 0.9 : tie == CD_TIE_ABOVE ? 0.7 : 0.0;
}

static float higher(double a, double b)
{
    return (float)(a > b ? a : b);
}

static float lower(double a, double b)
{
    return (float)(a < b ? a : b);
}

// ---- what is shared --------------------------------------------------------------------------------

static void measure_shared(measure *self)
{
    const cd_alignment *al = &self->alignment;
    double shared = 0, all_a = 0, all_b = 0, tied_a = 0, tied_b = 0, same_role = 0, tied = 0;
    for (size_t i = 0; i < al->a_count; i++) {
        double weight = cd_term_weight(&self->terms_a[al->of_a[i]]);
        all_a += weight;
        tied_a += means_same((cd_tie)al->tied_a[i]) ? weight : 0;
    }
    for (size_t i = 0; i < al->b_count; i++) {
        double weight = cd_term_weight(&self->terms_b[al->of_b[i]]);
        all_b += weight;
        tied_b += means_same((cd_tie)al->tied_b[i]) ? weight : 0;
    }
    for (size_t i = 0; i < al->count; i++) {
        const cd_aligned *pair = &al->pairs[i];
        const cd_term *a = &self->terms_a[pair->a], *b = &self->terms_b[pair->b];
        if (!means_same((cd_tie)pair->tie))
            continue;
        double weight = lower(cd_term_weight(a), cd_term_weight(b));
        uint8_t flags = a->flags | b->flags;
        shared += weight * grade_of((cd_tie)pair->tie);
        if (flags & (CD_TERM_NAME | CD_TERM_PLACE))
            self->f[CD_F_NAMES] += (float)weight;
        else if (!(flags & CD_TERM_LIGHT))
            self->f[CD_F_WORDS] += 1;
        tied++;
        same_role += a->role == b->role;
        self->f[CD_F_SWAPPED] += (a->role == CD_ROLE_SUBJECT && b->role == CD_ROLE_OBJECT) ||
                                 (a->role == CD_ROLE_OBJECT && b->role == CD_ROLE_SUBJECT);
    }
    self->f[CD_F_SHARED] = (float)shared;
    double cover_a = all_a > 0 ? tied_a / all_a : 0, cover_b = all_b > 0 ? tied_b / all_b : 0;
    self->f[CD_F_COVER_LIGHTER] = higher(cover_a, cover_b);
    self->f[CD_F_COVER_HEAVIER] = lower(cover_a, cover_b);
    self->f[CD_F_LEFT_LESS] = lower(all_a - tied_a, all_b - tied_b);
    self->f[CD_F_LEFT_MORE] = higher(all_a - tied_a, all_b - tied_b);
    bool a_negated = (self->left->flags & CD_NEGATED) != 0;
    if (self->f[CD_F_POLARITY] > 0) {
        self->f[CD_F_LEFT_NEGATED] = (float)(a_negated ? all_a - tied_a : all_b - tied_b);
        self->f[CD_F_LEFT_PLAIN] = (float)(a_negated ? all_b - tied_b : all_a - tied_a);
    }
    self->f[CD_F_ROLES] = tied > 0 ? (float)(same_role / tied) : 0;
    self->f[CD_F_TERMS_LESS] = lower((double)al->a_count, (double)al->b_count);
    self->f[CD_F_TERMS_MORE] = higher((double)al->a_count, (double)al->b_count);
}

// ---- what turns and suspends it --------------------------------------------------------------------

static void measure_mood(measure *self)
{
    uint16_t left = self->left->flags, right = self->right->flags, differ = left ^ right;
    self->f[CD_F_POLARITY] = (differ & CD_NEGATED) != 0;
    self->f[CD_F_BOTH_NEGATED] = (left & right & CD_NEGATED) != 0;
    self->f[CD_F_UNREAL] = (float)(((left & CD_UNREAL) != 0) + ((right & CD_UNREAL) != 0));
    self->f[CD_F_FUTURE] = (differ & CD_FUTURE) != 0;
    self->f[CD_F_DUTY] = (differ & CD_DUTY) != 0;
    self->f[CD_F_PAST] = (differ & CD_PAST) != 0;
    self->f[CD_F_CONDITIONED] = ((left | right) & CD_CONDITIONED) != 0;
    self->f[CD_F_GENERAL] = ((left | right) & CD_GENERAL) != 0;
}

static void measure_focus(measure *self)
{
    const cd_alignment *al = &self->alignment;
    bool a_negated = (self->left->flags & CD_NEGATED) != 0;
    uint8_t focus = a_negated ? self->left->focus : self->right->focus;
    for (size_t i = 0; i < al->count; i++) {
        const cd_aligned *pair = &al->pairs[i];
        const cd_term *a = &self->terms_a[pair->a], *b = &self->terms_b[pair->b];
        if (!means_same((cd_tie)pair->tie))
            continue;
        bool denied_a = (a->flags & CD_TERM_NEGATED) != 0, denied_b = (b->flags & CD_TERM_NEGATED) != 0;
        self->f[CD_F_TERM_POLARITY] += denied_a != denied_b;
        if (self->f[CD_F_POLARITY] <= 0)
            continue;
        if ((a_negated ? pair->a : pair->b) == focus)
            self->f[CD_F_FOCUS] = (float)grade_of((cd_tie)pair->tie);
        if (pair->tie == CD_TIE_ABOVE) {
            self->f[CD_F_DENIED_GENERAL] += pair->a_above == a_negated;
            self->f[CD_F_DENIED_SPECIAL] += pair->a_above != a_negated;
        }
    }
}

// "There were no talks" against "talks took place" or "we negotiated": what is denied is said to have been.
static void measure_existence(measure *self)
{
    bool a_negated = (self->left->flags & CD_NEGATED) != 0;
    const cd_clause *denied = a_negated ? self->left : self->right,
                    *plain = a_negated ? self->right : self->left;
    if (self->f[CD_F_POLARITY] <= 0 || !(denied->flags & CD_EXISTS))
        return;
    for (size_t i = 0; i < self->alignment.count; i++) {
        const cd_aligned *pair = &self->alignment.pairs[i];
        uint8_t own = a_negated ? pair->a : pair->b, theirs = a_negated ? pair->b : pair->a;
        const cd_term *term = &(a_negated ? self->terms_a : self->terms_b)[own];
        bool thing = means_same((cd_tie)pair->tie) && term->class == CD_CLASS_NOUN &&
                     !(term->flags & (CD_TERM_LIGHT | CD_TERM_PLACE | CD_TERM_NAME)) &&
                     (own == denied->focus || term->matter);
        if (thing && (theirs == plain->predicate || (plain->flags & CD_EXISTS)))
            self->f[CD_F_EXISTENCE] = 1;
    }
}

static void measure_predicates(measure *self)
{
    for (size_t i = 0; i < self->alignment.count; i++) {
        const cd_aligned *pair = &self->alignment.pairs[i];
        if (pair->a != self->left->predicate || pair->b != self->right->predicate)
            continue;
        cd_tie tie = (cd_tie)pair->tie;
        self->f[CD_F_PREDICATE] = tie == CD_TIE_OPPOSITE ? -1.0F : (float)grade_of(tie);
    }
}

// ---- what clashes ----------------------------------------------------------------------------------

static void note_terms(measure *self, const cd_aligned *pair)
{
    bool opposite = pair->tie == CD_TIE_OPPOSITE;
    if (self->clash->term_a != CD_NONE && (!opposite || self->clash->opposite))
        return;
    self->clash->term_a = pair->a;
    self->clash->term_b = pair->b;
    self->clash->opposite = opposite;
}

static void measure_sister(measure *self, const cd_aligned *pair)
{
    float *f = self->f;
    f[CD_F_SISTERS] += 1;
    f[CD_F_SISTER_EXCLUDES] += pair->excludes;
    note_terms(self, pair);
    if (pair->field == CD_NONE) {
        f[CD_F_SISTER_PLACE] += 1;
        return;
    }
    if (f[CD_F_SISTER_FAR] <= 0 || pair->far < f[CD_F_SISTER_FAR])
        f[CD_F_SISTER_FAR] = pair->far;
    f[CD_F_SISTER_DEPTH] = higher(f[CD_F_SISTER_DEPTH], pair->depth);
    switch (pair->field) {
    case FIELD_PERSON:
    case FIELD_ANIMAL:
    case FIELD_GROUP:
        f[CD_F_SISTER_BEING] += 1;
        break;
    case FIELD_ARTIFACT:
    case FIELD_FOOD:
    case FIELD_SUBSTANCE:
    case FIELD_PLANT:
    case FIELD_OBJECT:
    case FIELD_BODY:
    case FIELD_LOCATION:
        f[CD_F_SISTER_THING] += 1;
        break;
    case FIELD_ATTRIBUTE:
    case FIELD_SHAPE:
    case FIELD_STATE:
    case 0: // adjectives
        f[CD_F_SISTER_QUALITY] += 1;
        break;
    default:
        f[CD_F_SISTER_ACT] +=
            pair->field >= FIELD_FIRST_VERB || pair->field == FIELD_ACT || pair->field == FIELD_EVENT;
    }
}

static bool is_being(const cd_wordnet *wordnet, const cd_term *term)
{
    uint8_t field = term->class == CD_CLASS_NOUN ? cd_wordnet_field(wordnet, term->word, CD_CLASS_NOUN) : 0;
    return field == FIELD_PERSON || field == FIELD_ANIMAL;
}

static double loose_weight(const cd_term *terms, const uint8_t *of, const uint8_t *tied, size_t count)
{
    double weight = 0;
    for (size_t i = 0; i < count; i++)
        if (tied[i] == CD_TIE_NONE || tied[i] == CD_TIE_ELSEWHERE)
            weight += cd_term_weight(&terms[of[i]]);
    return weight;
}

static void measure_clashes(measure *self)
{
    const cd_alignment *al = &self->alignment;
    size_t clashes = 0, free_terms = al->a_count + al->b_count;
    for (size_t i = 0; i < al->count; i++) {
        const cd_aligned *pair = &al->pairs[i];
        const cd_term *a = &self->terms_a[pair->a], *b = &self->terms_b[pair->b];
        free_terms -= 2;
        switch (pair->tie) {
        case CD_TIE_OPPOSITE:
            self->f[CD_F_OPPOSITES] += 1;
            self->f[CD_F_OPPOSITE_PART] += a->role == b->role;
            self->f[CD_F_OPPOSITE_BEING] += is_being(self->wordnet, a) && is_being(self->wordnet, b);
            note_terms(self, pair);
            clashes++;
            break;
        case CD_TIE_SISTER:
            measure_sister(self, pair);
            clashes++;
            break;
        case CD_TIE_ELSEWHERE:
            self->f[CD_F_REPLACED] += 1;
            self->f[CD_F_REPLACED_NAME] += ((a->flags & b->flags) & CD_TERM_NAME) != 0;
            clashes++;
            break;
        default:
            break;
        }
    }
    double loose_a = loose_weight(self->terms_a, al->of_a, al->tied_a, al->a_count);
    double loose_b = loose_weight(self->terms_b, al->of_b, al->tied_b, al->b_count);
    self->f[CD_F_LOOSE_LESS] = lower(loose_a, loose_b);
    self->f[CD_F_LOOSE_MORE] = higher(loose_a, loose_b);
    self->f[CD_F_LONE_CLASH] = free_terms == 0 && clashes == 1;
}

// ---- figures ---------------------------------------------------------------------------------------

static bool is_tied(const measure *self, uint8_t a, uint8_t b)
{
    for (size_t i = 0; i < self->alignment.count; i++)
        if (self->alignment.pairs[i].a == a && self->alignment.pairs[i].b == b)
            return means_same((cd_tie)self->alignment.pairs[i].tie);
    return false;
}

// Do both figures measure one thing?
static bool comparable(const measure *self, const cd_number *a, const cd_number *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == CD_NUMBER_COUNT)
        return (a->noun && a->noun == b->noun) ||
               (a->term != CD_NONE && b->term != CD_NONE && is_tied(self, a->term, b->term));
    return true;
}

static bool is_of(const cd_number *number, size_t clause)
{
    return number->clause == clause;
}

bool cd_is_time(const cd_number *number)
{
    return number->kind == CD_NUMBER_YEAR || number->kind == CD_NUMBER_DAY ||
           number->kind == CD_NUMBER_MONTH || number->kind == CD_NUMBER_WEEKDAY ||
           number->kind == CD_NUMBER_SPAN;
}

// Figures come before times where a clash is to be named.
static void note_numbers(measure *self, uint8_t i, uint8_t j)
{
    const cd_number *a = &cd_numbers(self->a)[i], *b = &cd_numbers(self->b)[j];
    bool time = cd_is_time(a);
    self->f[time ? CD_F_TIMES_CLASH : CD_F_NUMBERS_CLASH] += 1;
    if (self->clash->number_a != CD_NONE &&
        (time || !cd_is_time(&cd_numbers(self->a)[self->clash->number_a])))
        return;
    self->clash->number_a = i;
    self->clash->number_b = j;
    self->f[CD_F_NUMBERS_KIND] = (float)a->kind + 1;
    if (a->value > 0 && b->value > 0)
        self->f[CD_F_NUMBERS_APART] = (float)fabs(log(a->value / b->value));
}

static void measure_numbers(measure *self)
{
    const cd_number *left = cd_numbers(self->a), *right = cd_numbers(self->b);
    size_t count_a = 0, count_b = 0, compared = 0;
    for (size_t i = 0; i < self->a->number_count; i++)
        count_a += is_of(&left[i], self->clause_a);
    for (size_t j = 0; j < self->b->number_count; j++)
        count_b += is_of(&right[j], self->clause_b);
    for (size_t i = 0; i < self->a->number_count; i++) {
        for (size_t j = 0; j < self->b->number_count; j++) {
            if (!is_of(&left[i], self->clause_a) || !is_of(&right[j], self->clause_b) ||
                !comparable(self, &left[i], &right[j]))
                continue;
            compared++;
            if (cd_numbers_agree(&left[i], &right[j]))
                self->f[cd_is_time(&left[i]) ? CD_F_TIMES_AGREE : CD_F_NUMBERS_AGREE] += 1;
            else
                note_numbers(self, (uint8_t)i, (uint8_t)j);
        }
    }
    self->f[CD_F_NUMBERS_LEFT] = (float)(count_a > count_b ? count_a - count_b : count_b - count_a);
    if (compared == 0 && count_a && count_b)
        self->f[CD_F_NUMBERS_LEFT] += 1;
}

// What the negated clause says beyond all that the other text says narrows what it denies.
static void measure_denied(measure *self)
{
    if (self->f[CD_F_POLARITY] <= 0)
        return;
    bool a_negated = (self->left->flags & CD_NEGATED) != 0;
    const cd_alignment *al = &self->alignment;
    const cd_claims *other = a_negated ? self->b : self->a;
    const cd_term *own = a_negated ? self->terms_a : self->terms_b, *theirs = cd_terms(other);
    size_t count = a_negated ? al->a_count : al->b_count;
    for (size_t i = 0; i < count; i++) {
        const cd_term *term = &own[a_negated ? al->of_a[i] : al->of_b[i]];
        bool found = means_same((cd_tie)(a_negated ? al->tied_a[i] : al->tied_b[i]));
        // "Between China and the United States" is what the other side's "we" and "they" are.
        found |= (term->flags & CD_TERM_PLACE) &&
                 (term->lemma == other->own || term->lemma == self->a->own || term->lemma == self->b->own);
        for (size_t j = 0; j < other->term_count && !found; j++)
            found = cd_terms_same(term, &theirs[j]);
        self->f[CD_F_DENIED_LEFT] += found ? 0 : (float)cd_term_weight(term);
    }
}

// ---- the whole -------------------------------------------------------------------------------------

void cd_text_cover(const cd_claims *a, const cd_claims *b, float *lighter, float *heavier)
{
    double all[2] = {0}, tied[2] = {0};
    const cd_claims *sides[2] = {a, b};
    for (int side = 0; side < 2; side++) {
        const cd_term *own = cd_terms(sides[side]), *theirs = cd_terms(sides[1 - side]);
        for (size_t i = 0; i < sides[side]->term_count; i++) {
            double weight = cd_term_weight(&own[i]);
            all[side] += weight;
            for (size_t j = 0; j < sides[1 - side]->term_count; j++) {
                if (!cd_terms_same(&own[i], &theirs[j]))
                    continue;
                tied[side] += weight;
                break;
            }
        }
    }
    double left = all[0] > 0 ? tied[0] / all[0] : 0, right = all[1] > 0 ? tied[1] / all[1] : 0;
    *lighter = higher(left, right);
    *heavier = lower(left, right);
}

void cd_pair_features(const cd_wordnet *wordnet, const cd_claims *a, size_t clause_a, const cd_claims *b,
                      size_t clause_b, float features[CD_PAIR_FEATURES], cd_clash *clash)
{
    measure self = {.wordnet = wordnet,
                    .a = a,
                    .b = b,
                    .left = &cd_clauses(a)[clause_a],
                    .right = &cd_clauses(b)[clause_b],
                    .terms_a = cd_terms(a),
                    .terms_b = cd_terms(b),
                    .clause_a = clause_a,
                    .clause_b = clause_b,
                    .f = features,
                    .clash = clash};
    memset(features, 0, CD_PAIR_FEATURES * sizeof *features);
    *clash = (cd_clash){clause_a, clause_b, CD_NONE, CD_NONE, CD_NONE, CD_NONE, false};
    cd_align(wordnet, a, clause_a, b, clause_b, &self.alignment);
    measure_mood(&self);
    measure_shared(&self);
    measure_focus(&self);
    measure_predicates(&self);
    measure_existence(&self);
    measure_clashes(&self);
    measure_numbers(&self);
    measure_denied(&self);
    features[CD_F_CLAUSES] = lower(a->clause_count, b->clause_count);
}
