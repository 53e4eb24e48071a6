// The first judge: two statements contradict each other if a clause of one denies what a clause of the other
// claims, claims its opposite, or gives another number for the same thing.
//
// Clauses speak of the same matter if they share enough content words, among them what the negation denies,
// and if what they share is a good part of the shorter one. Conditions, wishes and questions claim nothing;
// what is said of the future is not compared with what is said of the past. Everything is read off the pair,
// in an order that depends on the pair alone, so that (a, b) and (b, a), today and on redelivery, come out
// alike.
#include "claims.h"
#include "contradiction/contradiction.h"
#include "ledger_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double PLACE_WEIGHT = 0.6, OWN_WEIGHT = 0.4, LIGHT_WEIGHT = 0.3, NAME_WEIGHT = 0.5;
static const double SHARED_LEAST = 1.9; // weight of the words that two clauses share
static const double BESIDE_LEAST = 1.3; // the same within one article, which sets the two side by side itself
static const double PARTIES_LEAST = 0.8;  // weight of shared countries
static const double ALIKE = 0.9;          // the same for clauses that say nothing else
static const double COVERAGE_LEAST = 0.5; // of the lighter clause
static const double FIGURE_SHARED = 2.0;  // for figures, whose unit is shared as well
enum { MATTER_WORDS = CD_FOCUS };
enum { FIGURE_DAYS = 7 };         // figures further apart in time are not compared
static const double ABOUT = 0.15; // "about 100" and 112 agree

typedef enum clash_kind { CLASH_NONE, CLASH_NEGATION, CLASH_OPPOSITE, CLASH_NUMBER, CLASH_DUTY } clash_kind;

typedef struct clash {
    clash_kind kind;
    double score;
    const cd_clause *a, *b;
    const char *matter;              // label of the main shared word
    const char *words[MATTER_WORDS]; // it and others, for the question
    const char *word_a, *word_b;     // opposites, or what is counted
    double number_a, number_b;
} clash;

// ---- what two clauses share ------------------------------------------------------------------------

static const cd_term *find_term(const cd_clause *clause, uint64_t hash)
{
    for (size_t i = 0; i < clause->count; i++)
        if (clause->terms[i].hash == hash)
            return &clause->terms[i];
    return NULL;
}

static double weight_of_term(const cd_term *term)
{
    return term->place ? PLACE_WEIGHT : term->light ? LIGHT_WEIGHT : term->name ? NAME_WEIGHT : 1.0;
}

static double weight_of(const cd_clause *clause)
{
    double weight = 0;
    for (size_t i = 0; i < clause->count; i++)
        weight += weight_of_term(&clause->terms[i]);
    return weight;
}

typedef struct overlap {
    double weight;
    double words;    // how many of the shared ones say what, not of whom or where
    double places;   // weight of the shared countries
    double coverage; // of the lighter clause
    double alike;    // of the heavier one: 1 if they say the same but for what turns them
    const char *matter;
} overlap;

// Of the shared words, one names the matter: one of synonyms.tsv first, then the longest, then by spelling.
static bool names_better(const cd_term *term, const cd_term *best)
{
    if (!best || term->matter != best->matter)
        return !best || term->matter;
    size_t size = strlen(term->label), best_size = strlen(best->label);
    return size != best_size ? size > best_size : strcmp(term->label, best->label) < 0;
}

static overlap compare(const cd_clause *a, const cd_clause *b, uint64_t own_a, uint64_t own_b)
{
    overlap shared = {0};
    const cd_term *best = NULL;
    for (size_t i = 0; i < a->count; i++) {
        const cd_term *term = &a->terms[i];
        if (find_term(b, term->hash)) {
            shared.weight += weight_of_term(term);
            shared.words += term->place || term->light || term->name ? 0 : 1;
            shared.places += term->place ? PLACE_WEIGHT : 0;
            if (!term->place && !term->light && names_better(term, best))
                best = term;
        } else if (term->place && term->hash == own_b) {
            shared.weight += OWN_WEIGHT;
            shared.places += OWN_WEIGHT;
        }
    }
    for (size_t i = 0; i < b->count; i++)
        if (b->terms[i].place && b->terms[i].hash == own_a && !find_term(a, own_a)) {
            shared.weight += OWN_WEIGHT;
            shared.places += OWN_WEIGHT;
        }
    double lighter = fmin(weight_of(a), weight_of(b));
    double heavier = fmax(weight_of(a), weight_of(b));
    shared.alike = heavier > 0 ? fmin(1.0, shared.weight / heavier) : 0;
    shared.coverage = lighter > 0 ? fmin(1.0, shared.weight / lighter) : 0;
    shared.matter = best ? best->label : NULL;
    return shared;
}

// What the negation denies names the matter, if both sides speak of it; words[] are all such, for the
// question.
static const char *denied_matter(const cd_clause *negated, const cd_clause *other,
                                 const char *words[MATTER_WORDS])
{
    const cd_term *best = NULL;
    size_t count = 0;
    for (size_t i = 0; i < negated->focus_count; i++) {
        const cd_term *own = find_term(negated, negated->focus[i]),
                      *theirs = find_term(other, negated->focus[i]);
        if (!own || !theirs || own->place || own->light)
            continue;
        const cd_term *shorter = strcmp(own->label, theirs->label) < 0 ? own : theirs;
        if (names_better(shorter, best))
            best = shorter;
        words[count++] = shorter->label;
    }
    return best ? best->label : NULL;
}

static bool focus_shared(const cd_clause *negated, const cd_clause *other)
{
    if (negated->light_focus && !find_term(other, negated->focus[0]))
        return false;
    for (size_t i = 0; i < negated->focus_count; i++)
        if (find_term(other, negated->focus[i]))
            return true;
    return false;
}

static bool lacks_name(const cd_clause *of, const cd_clause *in)
{
    for (size_t i = 0; i < of->count; i++)
        if (of->terms[i].name && !find_term(in, of->terms[i].hash))
            return true;
    return false;
}

// Alike but for the names ("the Kelesai dam", "the Aksu dam"): where each names what the other does not, they
// are about two matters, and no denial of one touches the other.
static bool names_part(const cd_clause *a, const cd_clause *b)
{
    return lacks_name(a, b) && lacks_name(b, a);
}

static bool same_mood(const cd_clause *a, const cd_clause *b)
{
    return !a->unreal && !b->unreal && a->later == b->later && a->duty == b->duty;
}

// ---- three ways to clash ---------------------------------------------------------------------------

static void try_negation(const cd_clause *a, const cd_clause *b, overlap shared, bool beside, clash *found)
{
    if (a->negated == b->negated || !same_mood(a, b))
        return;
    const cd_clause *negated = a->negated ? a : b, *other = a->negated ? b : a;
    bool close = beside || shared.alike > ALIKE;
    // One word is enough only for a matter between the same countries: "talks".
    bool one_matter = shared.words == 1 && shared.places >= PARTIES_LEAST;
    if (shared.words < 1 || (shared.words < 2 && !one_matter && !close) ||
        shared.weight < (close ? BESIDE_LEAST : SHARED_LEAST) || shared.coverage < COVERAGE_LEAST ||
        !focus_shared(negated, other))
        return;
    double score = 0.42 + 0.10 * fmax(0, fmin(shared.weight - SHARED_LEAST, 3.0)) + 0.2 * shared.coverage;
    if (a->duty)
        score -= 0.1;
    if (score <= found->score)
        return;
    *found = (clash){.kind = a->duty ? CLASH_DUTY : CLASH_NEGATION, .score = score, .a = a, .b = b};
    const char *matter = denied_matter(negated, other, found->words);
    found->matter = matter ? matter : shared.matter;
}

static void try_opposites(const cd_clause *a, const cd_clause *b, overlap shared, clash *found)
{
    if (a->negated != b->negated || !same_mood(a, b) || shared.words < 1 || shared.weight < SHARED_LEAST ||
        shared.coverage < COVERAGE_LEAST)
        return;
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < b->count; j++) {
            if (!cd_opposite(&a->terms[i], &b->terms[j]) || find_term(a, b->terms[j].hash) ||
                find_term(b, a->terms[i].hash))
                continue;
            double score = 0.40 + 0.10 * fmin(shared.weight - SHARED_LEAST, 3.0) + 0.2 * shared.coverage;
            if (score > found->score)
                *found = (clash){.kind = CLASH_OPPOSITE,
                                 .score = score,
                                 .a = a,
                                 .b = b,
                                 .matter = shared.matter,
                                 .word_a = a->terms[i].label,
                                 .word_b = b->terms[j].label};
        }
    }
}

// Can both numbers be true of one thing?
static bool numbers_agree(const cd_number *a, const cd_number *b)
{
    double larger = fmax(fabs(a->value), fabs(b->value));
    double apart = larger > 0 ? fabs(a->value - b->value) / larger : 0;
    if (a->bound == '~' || b->bound == '~')
        return apart <= ABOUT;
    if (a->bound == '>' && b->bound == '>')
        return true;
    if (a->bound == '<' && b->bound == '<')
        return true;
    if (a->bound == '>' || b->bound == '<')
        return b->value >= a->value || (b->bound == '<' && a->bound == '=' && a->value <= b->value);
    if (b->bound == '>' || a->bound == '<')
        return a->value >= b->value || (a->bound == '<' && b->bound == '=' && b->value <= a->value);
    return apart < 1e-9;
}

static void try_numbers(const cd_clause *a, const cd_clause *b, overlap shared, clash *found)
{
    if (a->negated || b->negated || !same_mood(a, b) || shared.words < 2 || shared.weight < FIGURE_SHARED ||
        shared.coverage < COVERAGE_LEAST)
        return;
    for (size_t i = 0; i < a->number_count; i++) {
        for (size_t j = 0; j < b->number_count; j++) {
            const cd_number *left = &a->numbers[i], *right = &b->numbers[j];
            if (left->noun != right->noun)
                continue;
            bool agree = false; // a number that the other side gives as well settles nothing
            for (size_t k = 0; k < b->number_count; k++)
                agree |= b->numbers[k].noun == left->noun && numbers_agree(left, &b->numbers[k]);
            for (size_t k = 0; k < a->number_count; k++)
                agree |= a->numbers[k].noun == right->noun && numbers_agree(&a->numbers[k], right);
            double score = 0.40 + 0.08 * fmin(shared.weight - SHARED_LEAST, 3.0) + 0.2 * shared.coverage;
            if (!agree && score > found->score)
                *found = (clash){.kind = CLASH_NUMBER,
                                 .score = score,
                                 .a = a,
                                 .b = b,
                                 .matter = shared.matter,
                                 .word_a = left->label,
                                 .word_b = right->label,
                                 .number_a = left->value,
                                 .number_b = right->value};
        }
    }
}

static void find_clash(const cd_claims *a, const cd_claims *b, bool near_in_time, bool beside, clash *found)
{
    *found = (clash){0};
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < b->count; j++) {
            overlap shared = compare(&a->clauses[i], &b->clauses[j], a->own, b->own);
            if (!shared.matter || names_part(&a->clauses[i], &b->clauses[j]))
                continue;
            try_negation(&a->clauses[i], &b->clauses[j], shared, beside, found);
            try_opposites(&a->clauses[i], &b->clauses[j], shared, found);
            // A later figure replaces an earlier one.
            if (near_in_time)
                try_numbers(&a->clauses[i], &b->clauses[j], shared, found);
        }
    }
}

// ---- who stands against whom -----------------------------------------------------------------------

static bool same_speaker(const gs_speaker *a, const gs_speaker *b)
{
    if (!a || !b || !a->name[0] || !gs_view_equal_nocase(gs_view_of(a->name), gs_view_of(b->name)))
        return false;
    return !a->country[0] || !b->country[0] || strcmp(a->country, b->country) == 0;
}

static Gainsay__V1__Contradiction__Scope scope_of(const gs_speaker *a, const gs_speaker *b)
{
    if (same_speaker(a, b))
        return GAINSAY__V1__CONTRADICTION__SCOPE__SELF;
    if (!a || !b || !a->official || !b->official || !a->country[0] || !b->country[0])
        return GAINSAY__V1__CONTRADICTION__SCOPE__OTHER;
    return strcmp(a->country, b->country) == 0 ? GAINSAY__V1__CONTRADICTION__SCOPE__SAME_GOVERNMENT
                                               : GAINSAY__V1__CONTRADICTION__SCOPE__BETWEEN_STATES;
}

static const char *day_of(const gs_statement *statement)
{
    return statement->said_on && statement->said_on[0] ? statement->said_on
           : statement->published                      ? statement->published
                                                       : "";
}

// ---- words for people ------------------------------------------------------------------------------

static void write_reason(const clash *found, const char *first, const char *second, gs_verdict *verdict)
{
    const char *matter = found->matter;
    switch (found->kind) {
    case CLASH_NUMBER:
        snprintf(verdict->reason, sizeof verdict->reason,
                 "%s gives %.10g %s, %s gives %.10g %s (matter: %s).", first, found->number_a, found->word_a,
                 second, found->number_b, found->word_b, matter);
        return;
    case CLASH_OPPOSITE:
        snprintf(verdict->reason, sizeof verdict->reason, "%s says \"%s\" where %s says \"%s\" (matter: %s).",
                 first, found->word_a, second, found->word_b, matter);
        return;
    default:
        snprintf(verdict->reason, sizeof verdict->reason, "%s denies (\"%s\") what %s %s (matter: %s).",
                 found->a->negated ? first : second, found->a->negated ? found->a->word : found->b->word,
                 found->a->negated ? second : first, found->kind == CLASH_DUTY ? "demands" : "claims",
                 matter);
    }
}

// "Closed, gates, Kelesai: yes or no? Kazakhstan / Uzbekistan"
static void write_question(const clash *found, const char *side_a, const char *side_b, gs_verdict *verdict)
{
    char matter[120] = "";
    for (size_t i = 0; i < MATTER_WORDS && found->words[i]; i++)
        snprintf(matter + strlen(matter), sizeof matter - strlen(matter), "%s%s", i > 0 ? ", " : "",
                 found->words[i]);
    if (!matter[0])
        snprintf(matter, sizeof matter, "%s", found->matter);
    if (matter[0] >= 'a' && matter[0] <= 'z')
        matter[0] = (char)(matter[0] - 32);
    const char *kind = found->kind == CLASH_NUMBER ? "which figure?" : "yes or no?";
    bool one_side = strcmp(side_a, side_b) == 0;
    snprintf(verdict->question, sizeof verdict->question, "%s: %s%s%s%s%s", matter, kind,
             side_a[0] ? " " : "", side_a, one_side ? "" : " / ", one_side ? "" : side_b);
}

// snprintf may cut inside a character: takes the broken end off.
static void trim_utf8(char *text)
{
    size_t bad, size = strlen(text);
    if (!gs_utf8_valid(gs_view_make(text, size), &bad))
        text[bad] = '\0';
}

static void write_verdict(const clash *found, const gs_speaker *a, const gs_speaker *b, gs_verdict *verdict)
{
    static const Gainsay__V1__Contradiction__Kind kinds[] = {
        [CLASH_NEGATION] = GAINSAY__V1__CONTRADICTION__KIND__DENIAL,
        [CLASH_OPPOSITE] = GAINSAY__V1__CONTRADICTION__KIND__FACTUAL,
        [CLASH_NUMBER] = GAINSAY__V1__CONTRADICTION__KIND__NUMERIC,
        [CLASH_DUTY] = GAINSAY__V1__CONTRADICTION__KIND__POSITION,
    };
    const char *side_a = cd_side_of(a), *side_b = cd_side_of(b);
    if (strcmp(side_a, side_b) > 0) {
        const char *swap = side_a;
        side_a = side_b;
        side_b = swap;
    }
    verdict->relation = GAINSAY__V1__CONTRADICTION__RELATION__CONTRADICTS;
    verdict->scope = scope_of(a, b);
    verdict->kind = verdict->scope == GAINSAY__V1__CONTRADICTION__SCOPE__SELF
                        ? GAINSAY__V1__CONTRADICTION__KIND__REVERSAL
                        : kinds[found->kind];
    verdict->score = found->score;
    const char *first = cd_name_of(a), *second = cd_name_of(b);
    write_reason(found, first[0] ? first : "The first", second[0] ? second : "the second", verdict);
    write_question(found, side_a, side_b, verdict);
    trim_utf8(verdict->reason);
    trim_utf8(verdict->question);
    gs_id_hasher hasher;
    gs_id_begin(&hasher, "dispute");
    gs_id_add(&hasher, gs_view_of(side_a));
    gs_id_add(&hasher, gs_view_of(side_b));
    gs_id_add(&hasher, gs_view_of(found->matter));
    gs_id_add_number(&hasher, found->kind == CLASH_NUMBER);
    verdict->dispute = gs_id_end(&hasher);
}

static int64_t day_number(const gs_statement *statement)
{
    gs_time time;
    int year, month, day;
    if (!gs_time_parse(gs_view_of(day_of(statement)), &time))
        return INT64_MIN;
    gs_time_civil(time, &year, &month, &day, NULL);
    return gs_days_from_civil(year, month, day);
}

// 0 if either day is unknown.
static int64_t days_apart(const gs_statement *a, const gs_statement *b)
{
    int64_t left = day_number(a), right = day_number(b);
    if (left == INT64_MIN || right == INT64_MIN)
        return 0;
    return left > right ? left - right : right - left;
}

static bool same_article(const gs_statement *a, const gs_statement *b)
{
    return a->article_id && b->article_id && a->article_id[0] && strcmp(a->article_id, b->article_id) == 0;
}

static int compare_statements(const gs_statement *a, const gs_statement *b)
{
    int order = strcmp(a->statement_id ? a->statement_id : "", b->statement_id ? b->statement_id : "");
    return order ? order : strcmp(a->text ? a->text : "", b->text ? b->text : "");
}

// The words without the claim that they deny, where they tell it ("there is no truth to reports that ...").
static gs_view own_words(const gs_statement *statement, gs_arena *arena)
{
    gs_view text = gs_view_of(statement->text), claim = gs_view_of(statement->denied_claim);
    size_t at = gs_view_find(text, claim, 0);
    if (at == SIZE_MAX)
        return text;
    return gs_view_of(gs_arena_format(arena, "%.*s %s", (int)at, text.data, text.data + at + claim.size));
}

void cd_read_statement(const gs_statement *statement, gs_arena *arena, cd_claims *claims)
{
    const char *country = statement->speaker ? statement->speaker->country : "";
    if (!statement->denied_claim || !statement->denied_claim[0]) {
        cd_claims_read(gs_view_of(statement->text), country, cd_is_denied(statement), arena, claims);
        return;
    }
    // What is denied, and what else is said; words that only name the claim say nothing themselves.
    cd_claims said = {0};
    if (!cd_is_denied(statement))
        cd_claims_read(own_words(statement, arena), country, false, arena, &said);
    cd_claims_read(gs_view_of(statement->denied_claim), country, true, arena, claims);
    cd_clause *all = gs_arena_alloc(arena, (claims->count + said.count + 1) * sizeof *all);
    if (claims->count)
        memcpy(all, claims->clauses, claims->count * sizeof *all);
    if (said.count)
        memcpy(all + claims->count, said.clauses, said.count * sizeof *all);
    claims->clauses = all;
    claims->count += said.count;
}

void cd_judge_read(const gs_statement *a, const cd_claims *claims_a, const gs_statement *b, gs_arena *scratch,
                   gs_verdict *verdict)
{
    *verdict = (gs_verdict){0};
    // Within one day, a speaker who says yes and no draws a distinction that this judge does not see.
    if (same_speaker(a->speaker, b->speaker) && strncmp(day_of(a), day_of(b), 10) == 0)
        return;
    clash found;
    cd_claims claims_b;
    cd_read_statement(b, scratch, &claims_b);
    // The pair is looked at in one order, whichever came first.
    bool ordered = compare_statements(a, b) <= 0;
    const cd_claims *first = ordered ? claims_a : &claims_b, *second = ordered ? &claims_b : claims_a;
    find_clash(first, second, days_apart(a, b) <= FIGURE_DAYS, same_article(a, b), &found);
    if (found.kind != CLASH_NONE)
        write_verdict(&found, ordered ? a->speaker : b->speaker, ordered ? b->speaker : a->speaker, verdict);
}

void gs_judge(const gs_statement *a, const gs_statement *b, gs_arena *scratch, gs_verdict *verdict)
{
    cd_claims claims;
    cd_read_statement(a, scratch, &claims);
    cd_judge_read(a, &claims, b, scratch, verdict);
}

void gs_judge_texts(gs_view a, gs_view b, gs_arena *scratch, gs_verdict *verdict)
{
    gs_statement left = GAINSAY__V1__STATEMENT__INIT, right = GAINSAY__V1__STATEMENT__INIT;
    left.text = gs_arena_text(scratch, a);
    right.text = gs_arena_text(scratch, b);
    gs_judge(&left, &right, scratch, verdict);
}
