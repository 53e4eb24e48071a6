// What surrounds two clauses: the whole texts, the stories they stand in, and who speaks of whom. Most pairs
// with words in common speak of different things; that two articles tell one story, that one speaker names
// the other, that the rare words are shared, is what tells the others.
#include "judge.h"
#include "matter.h"

#include <string.h>

static float key_weight(uint32_t key)
{
    return (float)cd_key_weight(key);
}

static void compare_keys(const cd_claims *a, const cd_claims *b, float *f)
{
    const uint32_t *left = cd_keys_of(a), *right = cd_keys_of(b);
    float all_a = 0, all_b = 0;
    for (size_t i = 0; i < a->key_count; i++)
        all_a += cd_key_is_context(left[i]) ? 0 : key_weight(left[i]);
    for (size_t j = 0; j < b->key_count; j++)
        all_b += cd_key_is_context(right[j]) ? 0 : key_weight(right[j]);
    for (size_t i = 0, j = 0; i < a->key_count && j < b->key_count;) {
        uint32_t code_a = cd_key_code(left[i]), code_b = cd_key_code(right[j]);
        if (code_a != code_b) {
            i += code_a < code_b;
            j += code_b < code_a;
            continue;
        }
        float weight = key_weight(left[i]);
        bool words = !cd_key_is_context(left[i]) && !cd_key_is_context(right[j]);
        bool spoken_of = cd_key_is_context(left[i]) != cd_key_is_context(right[j]);
        f[CD_S_KEYS] += words ? weight : 0;
        f[CD_S_KEYS_BEST] = words && weight > f[CD_S_KEYS_BEST] ? weight : f[CD_S_KEYS_BEST];
        f[CD_S_SPOKEN_OF] += spoken_of ? weight : 0;
        i++;
        j++;
    }
    float least = all_a < all_b ? all_a : all_b;
    f[CD_S_KEYS_COVER] = least > 0 ? f[CD_S_KEYS] / least : 0;
}

// Codes hold the weight in their last bits, as keys do above the bit for context.
static float code_weight(uint32_t code)
{
    return key_weight(code << 1);
}

static float words_in_title(const cd_claims *words, const cd_claims *title)
{
    const uint32_t *keys = cd_keys_of(words), *codes = cd_article_codes(title);
    float weight = 0;
    for (size_t i = 0, j = 0; i < words->key_count && j < title->article_count;) {
        uint32_t code = cd_key_code(keys[i]);
        weight += code == codes[j] && !cd_key_is_context(keys[i]) ? key_weight(keys[i]) : 0;
        if (code <= codes[j])
            i++;
        else
            j++;
    }
    return weight;
}

static void compare_stories(const cd_claims *a, const cd_claims *b, float *f)
{
    const uint32_t *left = cd_article_codes(a), *right = cd_article_codes(b);
    float all_a = 0, all_b = 0;
    for (size_t i = 0; i < a->article_count; i++)
        all_a += code_weight(left[i]);
    for (size_t j = 0; j < b->article_count; j++)
        all_b += code_weight(right[j]);
    for (size_t i = 0, j = 0; i < a->article_count && j < b->article_count;) {
        f[CD_S_STORY] += left[i] == right[j] ? code_weight(left[i]) : 0;
        bool step_a = left[i] <= right[j], step_b = right[j] <= left[i];
        i += step_a;
        j += step_b;
    }
    float least = all_a < all_b ? all_a : all_b;
    f[CD_S_STORY_COVER] = least > 0 ? f[CD_S_STORY] / least : 0;
    f[CD_S_STORY_WORDS] = words_in_title(a, b) + words_in_title(b, a);
}

// ---- who speaks of whom ----------------------------------------------------------------------------

static bool has_lemma(const cd_claims *claims, uint32_t lemma)
{
    for (size_t i = 0; lemma && i < claims->term_count; i++)
        if (cd_terms(claims)[i].lemma == lemma)
            return true;
    return false;
}

static void note_named(const cd_claims *text, const cd_claims *speaker, float *f)
{
    bool office = false;
    for (size_t i = 0; i < speaker->called_count; i++) {
        bool named = has_lemma(text, cd_called(speaker)[i]);
        f[CD_S_NAMED] += named && i == 0;
        office |= named && i > 0;
    }
    f[CD_S_ROLE_NAMED] += office;
    f[CD_S_COUNTRY_NAMED] += text->own != speaker->own && has_lemma(text, speaker->own);
}

static const cd_term *agent_of(const cd_claims *claims, size_t clause)
{
    for (size_t i = 0; i < claims->term_count; i++) {
        const cd_term *term = &cd_terms(claims)[i];
        if (term->clause == clause && term->role == CD_ROLE_SUBJECT)
            return term;
    }
    return NULL;
}

static bool is_called(const cd_claims *speaker, uint32_t lemma)
{
    for (size_t i = 0; i < speaker->called_count; i++)
        if (cd_called(speaker)[i] == lemma)
            return true;
    return lemma && lemma == speaker->own;
}

float cd_agents(const gs_statement *a, const cd_claims *claims_a, size_t clause_a, const gs_statement *b,
                const cd_claims *claims_b, size_t clause_b)
{
    bool first_a = (cd_clauses(claims_a)[clause_a].flags & CD_FIRST) != 0,
         first_b = (cd_clauses(claims_b)[clause_b].flags & CD_FIRST) != 0;
    const cd_term *agent_a = agent_of(claims_a, clause_a), *agent_b = agent_of(claims_b, clause_b);
    if (first_a && first_b)
        return a->speaker && b->speaker &&
                       (cd_same_person(a->speaker, b->speaker) || cd_same_body(a->speaker, b->speaker))
                   ? 1
                   : -1;
    if (first_a || first_b) {
        const cd_term *agent = first_a ? agent_b : agent_a;
        return !agent ? 0 : is_called(first_a ? claims_a : claims_b, agent->lemma) ? 1 : -1;
    }
    if (!agent_a || !agent_b)
        return 0;
    return agent_a->lemma == agent_b->lemma || (agent_a->matter && agent_a->matter == agent_b->matter) ? 1
                                                                                                       : -1;
}

// ---- the texts as wholes ---------------------------------------------------------------------------

static bool is_negated(const cd_claims *claims, const cd_term *term)
{
    bool clause =
        term->clause < claims->clause_count && (cd_clauses(claims)[term->clause].flags & CD_NEGATED) != 0;
    return clause || (term->flags & CD_TERM_NEGATED);
}

static void compare_words(const cd_claims *a, const cd_claims *b, float *f)
{
    for (size_t i = 0; i < a->term_count; i++) {
        const cd_term *left = &cd_terms(a)[i];
        for (size_t j = 0; j < b->term_count; j++) {
            const cd_term *right = &cd_terms(b)[j];
            if (left->opposite && right->opposite)
                f[CD_S_TEXT_OPPOSITES] += cd_opposite(left, right);
            if (!cd_terms_same(left, right) || is_negated(a, left) == is_negated(b, right))
                continue;
            float weight = (float)cd_term_weight(left);
            f[CD_S_TURNED] += weight;
            f[CD_S_TURNED_BEST] = weight > f[CD_S_TURNED_BEST] ? weight : f[CD_S_TURNED_BEST];
        }
    }
}

static bool of_one_thing(const cd_claims *a, const cd_number *left, const cd_claims *b,
                         const cd_number *right)
{
    if (left->kind != right->kind || cd_is_time(left))
        return false;
    if (left->noun && left->noun == right->noun)
        return true;
    return left->term != CD_NONE && right->term != CD_NONE &&
           cd_terms_same(&cd_terms(a)[left->term], &cd_terms(b)[right->term]);
}

static void compare_figures(const cd_claims *a, const cd_claims *b, float *f)
{
    for (size_t i = 0; i < a->number_count; i++) {
        for (size_t j = 0; j < b->number_count; j++) {
            const cd_number *left = &cd_numbers(a)[i], *right = &cd_numbers(b)[j];
            if (of_one_thing(a, left, b, right))
                f[cd_numbers_agree(left, right) ? CD_S_TEXT_FIGURES_AGREE : CD_S_TEXT_FIGURES] += 1;
        }
    }
}

static float negated_clauses(const cd_claims *claims)
{
    float count = 0;
    for (size_t i = 0; i < claims->clause_count; i++)
        count += (cd_clauses(claims)[i].flags & CD_NEGATED) != 0;
    return count;
}

static void compare_stances(const cd_claims *a, const cd_claims *b, float *f)
{
    for (uint32_t i = 0; i < CD_STANCES; i++)
        f[CD_S_STANCE + i] = (float)((a->stance >> i & 1) + (b->stance >> i & 1));
}

void cd_setting_features(const cd_claims *a, const cd_claims *b, float features[CD_STATEMENT_FEATURES])
{
    float *f = features;
    compare_keys(a, b, f);
    compare_stories(a, b, f);
    note_named(a, b, f);
    note_named(b, a, f);
    compare_words(a, b, f);
    compare_figures(a, b, f);
    compare_stances(a, b, f);
    float negated_a = negated_clauses(a), negated_b = negated_clauses(b);
    f[CD_S_NEGATED_LESS] = negated_a < negated_b ? negated_a : negated_b;
    f[CD_S_NEGATED_MORE] = negated_a < negated_b ? negated_b : negated_a;
    f[CD_S_TERMS_LESS] = a->term_count < b->term_count ? a->term_count : b->term_count;
    f[CD_S_TERMS_MORE] = a->term_count < b->term_count ? b->term_count : a->term_count;
    f[CD_S_REPLY] = (float)((a->reply & CD_REPLY_NO) != 0) + (float)((b->reply & CD_REPLY_NO) != 0);
    f[CD_S_CORRECTS] =
        (float)((a->reply & CD_REPLY_CORRECTS) != 0) + (float)((b->reply & CD_REPLY_CORRECTS) != 0);
}
