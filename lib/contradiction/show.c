// The alignment of two sentences as lines for people: the clauses that were compared, and what was tied to
// what.
#include "judge.h"

#include <string.h>

static const char *const TIES[] = {"",        "same",        "like",       "is a kind of",
                                   "against", "kind of one", "in place of"};

static void put_mood(const cd_clause *clause, gs_buffer *out)
{
    static const struct {
        uint16_t flag;
        const char *word;
    } moods[] = {{CD_NEGATED, "denied"},     {CD_UNREAL, "not claimed"}, {CD_DUTY, "ought to be"},
                 {CD_FUTURE, "future"},      {CD_QUESTION, "question"},  {CD_CONDITIONED, "on a condition"},
                 {CD_EXISTS, "of existence"}};
    for (size_t i = 0; i < sizeof moods / sizeof moods[0]; i++)
        if (clause->flags & moods[i].flag)
            gs_buffer_format(out, " [%s]", moods[i].word);
}

static void put_clause(const char *side, const char *text, const cd_clause *clause, gs_buffer *out)
{
    int size = clause->end > clause->begin ? clause->end - clause->begin : 0;
    gs_buffer_format(out, "%s: %.*s", side, size, text + (size ? clause->begin : 0));
    put_mood(clause, out);
    gs_buffer_byte(out, '\n');
}

static void put_ties(const char *text_a, const cd_claims *a, const char *text_b, const cd_claims *b,
                     const cd_alignment *alignment, gs_buffer *out)
{
    for (size_t i = 0; i < alignment->count; i++) {
        const cd_aligned *pair = &alignment->pairs[i];
        const cd_term *left = &cd_terms(a)[pair->a], *right = &cd_terms(b)[pair->b];
        bool turned = pair->tie == CD_TIE_ABOVE && pair->a_above;
        const char *first = turned ? text_b : text_a, *second = turned ? text_a : text_b;
        const cd_term *one = turned ? right : left, *two = turned ? left : right;
        gs_buffer_format(out, "  %.*s %s %.*s\n", one->end - one->begin, first + one->begin, TIES[pair->tie],
                         two->end - two->begin, second + two->begin);
    }
}

static void put_numbers(const char *text_a, const cd_claims *a, const char *text_b, const cd_claims *b,
                        const cd_clash *clash, gs_buffer *out)
{
    if (clash->number_a == CD_NONE)
        return;
    const cd_number *left = &cd_numbers(a)[clash->number_a], *right = &cd_numbers(b)[clash->number_b];
    gs_buffer_format(out, "  %.*s against %.*s\n", left->end - left->begin, text_a + left->begin,
                     right->end - right->begin, text_b + right->begin);
}

void cd_show(const cd_wordnet *wordnet, const cd_finding *finding, const char *text_a, const cd_claims *a,
             const char *text_b, const cd_claims *b, gs_buffer *out)
{
    cd_alignment alignment;
    const cd_clash *clash = &finding->clash;
    cd_align(wordnet, a, clash->clause_a, b, clash->clause_b, &alignment);
    put_clause("a", text_a, &cd_clauses(a)[clash->clause_a], out);
    put_clause("b", text_b, &cd_clauses(b)[clash->clause_b], out);
    put_ties(text_a, a, text_b, b, &alignment, out);
    put_numbers(text_a, a, text_b, b, clash, out);
}
