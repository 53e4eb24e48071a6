// What is said of a contradiction that was found: kind, scope, evidence, one plain sentence, the question.
#include "judge.h"
#include "ledger_internal.h"

#include <stdio.h>
#include <string.h>

enum { MATTER_WORDS = 3, QUOTED_BYTES = 130 };

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static Gainsay__V1__Contradiction__Scope scope_of(const gs_speaker *a, const gs_speaker *b)
{
    if (cd_same_person(a, b) || cd_same_body(a, b))
        return GAINSAY__V1__CONTRADICTION__SCOPE__SELF;
    if (!a || !b || !a->official || !b->official || !or_empty(a->country)[0] || !or_empty(b->country)[0])
        return GAINSAY__V1__CONTRADICTION__SCOPE__OTHER;
    return strcmp(a->country, b->country) == 0 ? GAINSAY__V1__CONTRADICTION__SCOPE__SAME_GOVERNMENT
                                               : GAINSAY__V1__CONTRADICTION__SCOPE__BETWEEN_STATES;
}

static Gainsay__V1__Contradiction__Kind kind_of(const cd_finding *finding, const cd_claims *a,
                                                const cd_clause *left, const cd_clause *right,
                                                Gainsay__V1__Contradiction__Scope scope)
{
    if (scope == GAINSAY__V1__CONTRADICTION__SCOPE__SELF)
        return GAINSAY__V1__CONTRADICTION__KIND__REVERSAL;
    if ((left->flags | right->flags) & CD_DUTY || finding->features[CD_S_WISH] > 0)
        return GAINSAY__V1__CONTRADICTION__KIND__POSITION;
    if ((left->flags ^ right->flags) & CD_NEGATED)
        return GAINSAY__V1__CONTRADICTION__KIND__DENIAL;
    if (finding->clash.number_a != CD_NONE)
        return cd_is_time(&cd_numbers(a)[finding->clash.number_a])
                   ? GAINSAY__V1__CONTRADICTION__KIND__TEMPORAL
                   : GAINSAY__V1__CONTRADICTION__KIND__NUMERIC;
    return GAINSAY__V1__CONTRADICTION__KIND__FACTUAL;
}

// ---- the matter ------------------------------------------------------------------------------------

// Of shared terms, one names the matter: one of synonyms.tsv first, then nouns, then by hash, which depends
// on the word alone.
static int rank_of(const cd_term *term)
{
    if (term->flags & (CD_TERM_PLACE | CD_TERM_LIGHT))
        return 0;
    if (term->matter)
        return 4;
    return term->flags & CD_TERM_NAME ? 2 : term->class == CD_CLASS_NOUN ? 3 : 1;
}

static uint32_t key_of(const cd_term *term)
{
    return term->matter ? term->matter : term->lemma;
}

static size_t find_matter(const cd_finding *finding, const cd_claims *a, const cd_claims *b,
                          const cd_term *found[MATTER_WORDS])
{
    size_t count = 0;
    for (size_t i = 0; i < a->term_count; i++) {
        const cd_term *term = &cd_terms(a)[i];
        bool shared = false;
        for (size_t j = 0; j < b->term_count && term->clause == finding->clash.clause_a; j++)
            shared |=
                cd_terms(b)[j].clause == finding->clash.clause_b && cd_terms_same(term, &cd_terms(b)[j]);
        if (!shared || rank_of(term) == 0)
            continue;
        size_t at = count < MATTER_WORDS ? count : MATTER_WORDS - 1;
        if (count == MATTER_WORDS && rank_of(found[at]) >= rank_of(term))
            continue;
        count += count < MATTER_WORDS;
        while (at > 0 &&
               (rank_of(found[at - 1]) < rank_of(term) ||
                (rank_of(found[at - 1]) == rank_of(term) && key_of(found[at - 1]) > key_of(term)))) {
            found[at] = found[at - 1];
            at--;
        }
        found[at] = term;
    }
    return count;
}

// ---- words for people ------------------------------------------------------------------------------

// snprintf may cut inside a character: takes the broken end off.
static void trim_utf8(char *text)
{
    size_t bad, size = strlen(text);
    if (!gs_utf8_valid(gs_view_make(text, size), &bad))
        text[bad] = '\0';
}

// The clause as it stands in the text, on one line, cut at a word where it is long.
static void quote_clause(const char *text, const cd_clause *clause, char quoted[QUOTED_BYTES + 8])
{
    size_t size = strlen(text), begin = clause->begin, end = clause->end < size ? clause->end : size;
    size_t kept = 0;
    for (size_t i = begin < end ? begin : end; i < end && kept < QUOTED_BYTES; i++) {
        char c = text[i] == '\n' || text[i] == '\t' ? ' ' : text[i];
        if (c == '"' || (c == ' ' && kept > 0 && quoted[kept - 1] == ' '))
            continue;
        quoted[kept++] = c;
    }
    if (kept == QUOTED_BYTES) {
        while (kept > 0 && quoted[kept - 1] != ' ')
            kept--;
        memcpy(quoted + kept, "\xE2\x80\xA6", 4);
        return;
    }
    quoted[kept] = '\0';
}

// The clause is denied by its speaker, in the verb that attributes it or as a claim that the words point at.
static const char *verb_of(const gs_statement *statement, const cd_clause *clause)
{
    return cd_is_denied(statement) || clause->begin >= strlen(or_empty(statement->text)) ? "denies" : "says";
}

static void write_reason(const cd_finding *finding, const gs_statement *a, const cd_claims *claims_a,
                         const gs_statement *b, const cd_claims *claims_b, gs_arena *scratch,
                         gs_verdict *verdict)
{
    char left[QUOTED_BYTES + 8], right[QUOTED_BYTES + 8];
    const char *first = cd_name_of(a->speaker), *second = cd_name_of(b->speaker);
    quote_clause(cd_claims_text(a, scratch), &cd_clauses(claims_a)[finding->clash.clause_a], left);
    quote_clause(cd_claims_text(b, scratch), &cd_clauses(claims_b)[finding->clash.clause_b], right);
    snprintf(verdict->reason, sizeof verdict->reason, "%.50s %s \"%s\"; %.50s %s \"%s\".",
             first[0] ? first : "The first", verb_of(a, &cd_clauses(claims_a)[finding->clash.clause_a]), left,
             second[0] ? second : "the second", verb_of(b, &cd_clauses(claims_b)[finding->clash.clause_b]),
             right);
    trim_utf8(verdict->reason);
}

// "Shots, crew: yes or no? China / South Korea"
static void write_question(const cd_finding *finding, const char *text, const cd_term *const *matter,
                           size_t count, const char *side_a, const char *side_b, gs_verdict *verdict)
{
    char words[120] = "";
    for (size_t i = 0; i < count; i++)
        snprintf(words + strlen(words), sizeof words - strlen(words), "%s%.*s", i > 0 ? ", " : "",
                 matter[i]->end - matter[i]->begin, text + matter[i]->begin);
    trim_utf8(words);
    if (words[0] >= 'a' && words[0] <= 'z')
        words[0] = (char)(words[0] - 32);
    bool figure = finding->clash.number_a != CD_NONE && finding->features[CD_F_POLARITY] <= 0;
    const char *kind = figure ? "which figure?" : "yes or no?";
    bool one_side = strcmp(side_a, side_b) == 0;
    snprintf(verdict->question, sizeof verdict->question, "%s: %s%s%s%s%s", words[0] ? words : "What is true",
             kind, side_a[0] ? " " : "", side_a, one_side ? "" : " / ", one_side ? "" : side_b);
    trim_utf8(verdict->question);
}

// A claim that is denied stands elsewhere; then the statement as a whole is the evidence.
static gs_evidence evidence_of(const cd_clause *clause, const gs_statement *statement)
{
    return clause->begin < clause->end && clause->end <= strlen(or_empty(statement->text))
               ? (gs_evidence){clause->begin, clause->end}
               : (gs_evidence){0, 0};
}

void cd_write_verdict(const cd_finding *finding, const gs_statement *a, const cd_claims *claims_a,
                      const gs_statement *b, const cd_claims *claims_b, gs_arena *scratch,
                      gs_verdict *verdict)
{
    const cd_clause *left = &cd_clauses(claims_a)[finding->clash.clause_a],
                    *right = &cd_clauses(claims_b)[finding->clash.clause_b];
    const cd_term *matter[MATTER_WORDS] = {NULL};
    size_t count = find_matter(finding, claims_a, claims_b, matter);
    const char *side_a = cd_side_of(a->speaker), *side_b = cd_side_of(b->speaker);
    if (strcmp(side_a, side_b) > 0) {
        const char *swap = side_a;
        side_a = side_b;
        side_b = swap;
    }
    verdict->relation = GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS;
    verdict->scope = scope_of(a->speaker, b->speaker);
    verdict->kind = kind_of(finding, claims_a, left, right, verdict->scope);
    verdict->evidence_a = evidence_of(left, a);
    verdict->evidence_b = evidence_of(right, b);
    write_reason(finding, a, claims_a, b, claims_b, scratch, verdict);
    write_question(finding, cd_claims_text(a, scratch), matter, count, side_a, side_b, verdict);
    gs_id_hasher hasher;
    gs_id_begin(&hasher, "dispute");
    gs_id_add(&hasher, gs_view_of(side_a));
    gs_id_add(&hasher, gs_view_of(side_b));
    gs_id_add_number(&hasher, count > 0 ? key_of(matter[0]) : 0);
    gs_id_add_number(&hasher, finding->clash.number_a != CD_NONE && finding->features[CD_F_POLARITY] <= 0);
    verdict->dispute = gs_id_end(&hasher);
}
