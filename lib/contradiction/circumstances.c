// What two statements are to each other before their words are compared: who speaks, for whom, when, where it
// is told, and as what kind of utterance.
#include "judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float GROWTH_DAYS = 1.0F; // log (1 + 2 days), roughly

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static bool countries_meet(const gs_speaker *a, const gs_speaker *b)
{
    return !or_empty(a->country)[0] || !or_empty(b->country)[0] || strcmp(a->country, b->country) == 0;
}

bool cd_same_person(const gs_speaker *a, const gs_speaker *b)
{
    return a && b && or_empty(a->name)[0] &&
           gs_view_equal_nocase(gs_view_of(a->name), gs_view_of(or_empty(b->name))) && countries_meet(a, b);
}

bool cd_same_body(const gs_speaker *a, const gs_speaker *b)
{
    if (!a || !b || !countries_meet(a, b))
        return false;
    const char *body_a = or_empty(a->organisation), *body_b = or_empty(b->organisation);
    return body_a[0] && gs_view_equal_nocase(gs_view_of(body_a), gs_view_of(body_b));
}

static int64_t day_of(const gs_statement *statement)
{
    gs_time time;
    int year, month, day;
    const char *text = or_empty(statement->said_on)[0] ? statement->said_on : or_empty(statement->published);
    if (!text[0] || !gs_time_parse(gs_view_of(text), &time))
        return INT64_MIN;
    gs_time_civil(time, &year, &month, &day, NULL);
    return gs_days_from_civil(year, month, day);
}

static bool is_wish(const gs_statement *statement)
{
    switch (statement->act) {
    case GAINSAY__V1__STATEMENT__ACT__DEMAND:
    case GAINSAY__V1__STATEMENT__ACT__THREATEN:
    case GAINSAY__V1__STATEMENT__ACT__PREDICT:
    case GAINSAY__V1__STATEMENT__ACT__PROMISE:
    case GAINSAY__V1__STATEMENT__ACT__PROPOSE:
        return true;
    default:
        return false;
    }
}

void cd_statement_features(const gs_statement *a, const cd_claims *claims_a, const gs_statement *b,
                           const cd_claims *claims_b, float features[CD_STATEMENT_FEATURES])
{
    const gs_speaker *one = a->speaker, *two = b->speaker;
    int64_t day_a = day_of(a), day_b = day_of(b);
    bool known = day_a != INT64_MIN && day_b != INT64_MIN;
    memset(features, 0, CD_STATEMENT_FEATURES * sizeof *features);
    features[CD_S_DAYS] = known ? (float)log1p((double)llabs(day_a - day_b)) : 0;
    features[CD_S_DAYS_KNOWN] = known;
    features[CD_S_SAME_SPEAKER] = cd_same_person(one, two);
    features[CD_S_SAME_BODY] = cd_same_body(one, two);
    features[CD_S_SIDES_APART] = one && two && or_empty(one->country)[0] && or_empty(two->country)[0] &&
                                 strcmp(one->country, two->country) != 0;
    features[CD_S_SAME_COUNTRY] =
        one && two && or_empty(one->country)[0] && strcmp(one->country, or_empty(two->country)) == 0;
    features[CD_S_OFFICIALS] = (float)(one && one->official) + (float)(two && two->official);
    features[CD_S_SAME_ARTICLE] =
        or_empty(a->article_id)[0] && strcmp(a->article_id, or_empty(b->article_id)) == 0;
    features[CD_S_DENIAL] = cd_is_denied(a) != cd_is_denied(b);
    features[CD_S_WISH] = (float)(is_wish(a) + is_wish(b));
    cd_setting_features(claims_a, claims_b, features);
}

void cd_clause_features(const gs_statement *a, const cd_claims *claims_a, const gs_statement *b,
                        const cd_claims *claims_b, const cd_clash *clash,
                        float features[CD_STATEMENT_FEATURES])
{
    features[CD_S_MATTER] = features[CD_S_TOLD] = features[CD_S_TOLD_BEST] = features[CD_S_LATER_NEGATED] =
        features[CD_S_LATER_HIGHER] = 0;
    for (size_t i = 0; i < claims_a->term_count; i++) {
        const cd_term *left = &cd_terms(claims_a)[i];
        if (left->clause != clash->clause_a)
            continue;
        for (size_t j = 0; j < claims_b->term_count; j++) {
            const cd_term *right = &cd_terms(claims_b)[j];
            if (right->clause != clash->clause_b || !cd_terms_same(left, right))
                continue;
            features[CD_S_MATTER] += left->matter || (left->flags & CD_TERM_NAME);
            features[CD_S_TOLD] += (float)left->told;
            if ((float)left->told > features[CD_S_TOLD_BEST])
                features[CD_S_TOLD_BEST] = (float)left->told;
            break;
        }
    }
    features[CD_S_AGENT] = cd_agents(a, claims_a, clash->clause_a, b, claims_b, clash->clause_b);
    int64_t day_a = day_of(a), day_b = day_of(b);
    bool a_negated = (cd_clauses(claims_a)[clash->clause_a].flags & CD_NEGATED) != 0;
    bool b_negated = (cd_clauses(claims_b)[clash->clause_b].flags & CD_NEGATED) != 0;
    if (day_a != INT64_MIN && day_b != INT64_MIN && day_a != day_b && a_negated != b_negated)
        features[CD_S_LATER_NEGATED] = (day_a > day_b) == a_negated ? 1 : -1;
    if (day_a != INT64_MIN && day_b != INT64_MIN && day_a != day_b && clash->number_a != CD_NONE) {
        double value_a = cd_numbers(claims_a)[clash->number_a].value,
               value_b = cd_numbers(claims_b)[clash->number_b].value;
        features[CD_S_LATER_HIGHER] = (day_a > day_b) == (value_a > value_b) ? 1 : -1;
    }
}

bool cd_pair_gate(const float features[CD_PAIR_FEATURES])
{
    bool denied = features[CD_F_POLARITY] > 0 || features[CD_F_TERM_POLARITY] > 0;
    bool opposed =
        features[CD_F_OPPOSITES] > features[CD_F_OPPOSITE_BEING] || features[CD_F_SISTER_EXCLUDES] > 0;
    return denied || opposed || features[CD_F_NUMBERS_CLASH] > 0 || features[CD_F_TIMES_CLASH] > 0;
}

bool cd_gate(const float features[CD_STATEMENT_FEATURES])
{
    bool denied = features[CD_F_POLARITY] > 0 || features[CD_F_TERM_POLARITY] > 0;
    bool opposed = features[CD_F_OPPOSITES] > 0 || features[CD_F_SISTER_EXCLUDES] > 0;
    bool figures = features[CD_F_NUMBERS_CLASH] > 0, times = features[CD_F_TIMES_CLASH] > 0;
    bool grown = features[CD_S_LATER_HIGHER] > 0 && features[CD_S_DAYS] >= GROWTH_DAYS;
    bool elsewhere = features[CD_F_REPLACED_NAME] > 0; // the figures of two bridges
    return denied || opposed || (times && !elsewhere) || (figures && !grown && !elsewhere);
}
