// Oppositions that need no model: forms that newsrooms know by sight, described in what features.c measures.
//
// A few hundred annotated contradictions teach a model little of how states contradict each other, and what
// they teach can be said: one side says that there was none of what the other side, on those days, speaks of
// as done
// ("There have been no negotiations" / "They had a meeting this morning"); one thing is counted twice, in the
// same words, with figures that cannot both hold; nearly all that is claimed is denied in its own words. The
// bounds were set on the development stream and on the seed article; tests/eval/contradiction.sh shows how
// often they are right.
#include "judge.h"

#include <math.h>
#include <string.h>

// Of the pairs that fit, so many were right on the development stream and the seed: log odds.
static const double OF_EXISTENCE = 1.9, OF_FIGURES = 1.7, OF_WORDS = 1.1;
static const float NEAR_DAYS = 1.1F; // log (1 + 2 days): what was said later may speak of a later state
static const float WHOLE_TERM = 0.99F, HALF = 0.45F, MOST = 0.6F, MUCH = 1.9F, CORE = 0.7F, WHOLE = 0.7F;

// Neither clause is a condition, a wish, a duty, or of another time than the other.
static bool both_are_told_as_so(const float *f)
{
    return f[CD_F_UNREAL] <= 0 && f[CD_F_FUTURE] <= 0 && f[CD_F_DUTY] <= 0 && f[CD_F_CONDITIONED] <= 0 &&
           f[CD_S_WISH] <= 0;
}

static bool on_one_side(const gs_statement *a, const gs_statement *b, const float *f)
{
    const char *one = a->speaker && a->speaker->country ? a->speaker->country : "",
               *two = b->speaker && b->speaker->country ? b->speaker->country : "";
    return f[CD_S_SAME_SPEAKER] > 0 || f[CD_S_SAME_BODY] > 0 || (one[0] && strcmp(one, two) == 0);
}

double cd_pattern_log_odds(const gs_statement *a, const gs_statement *b, const float *f)
{
    double log_odds = -INFINITY;
    // Two bridges, two ministers: where one name stands for another, the two speak of different things.
    if (f[CD_S_OPEN] <= 0 || !both_are_told_as_so(f) || f[CD_F_REPLACED_NAME] > 0)
        return log_odds;
    bool whole = f[CD_F_COVER_HEAVIER] >= WHOLE;
    bool denied = f[CD_F_POLARITY] > 0 && f[CD_F_EXISTENCE] <= 0 && f[CD_F_FOCUS] >= CORE &&
                  f[CD_F_SHARED] >= MUCH && f[CD_F_PREDICATE] >= CORE && f[CD_F_WORDS] >= 2;
    // Who takes back his own words takes back all of them; another tense would be another state of affairs.
    if (f[CD_S_SAME_SPEAKER] > 0)
        return denied && whole && f[CD_F_PAST] <= 0 && f[CD_S_DAYS_KNOWN] > 0 ? OF_WORDS : log_odds;
    bool near = f[CD_S_DAYS_KNOWN] > 0 && f[CD_S_DAYS] <= NEAR_DAYS;
    bool existence = f[CD_F_EXISTENCE] > 0 && f[CD_S_MATTER] > 0 && f[CD_F_SHARED] >= WHOLE_TERM &&
                     f[CD_F_COVER_LIGHTER] >= HALF;
    if (existence && near && !on_one_side(a, b, f))
        log_odds = OF_EXISTENCE;
    bool figures = f[CD_F_NUMBERS_CLASH] > 0 && f[CD_F_COVER_LIGHTER] >= MOST &&
                   (f[CD_F_NUMBERS_AGREE] <= 0 || whole) && f[CD_F_SHARED] >= MUCH;
    if (figures && near && OF_FIGURES > log_odds)
        log_odds = OF_FIGURES;
    if (denied && f[CD_F_COVER_LIGHTER] >= HALF && near && OF_WORDS > log_odds)
        log_odds = OF_WORDS;
    return log_odds;
}
