// The judge: two models over the features of clauses, and the gates before them.
//
// The pair model is for two descriptions of one scene, the assumption of inference corpora. For statements
// its opinion is one feature among others: who speaks, on which day, how much of the matter is shared. A text
// has several clauses; the pair of clauses that the model thinks most opposed speaks for the texts.
// Everything is read in an order that depends on the two alone, so that (a, b) and (b, a), today and on
// redelivery, come out alike.
#include "judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double CLOSED = -10;              // log odds of a pair that does not pass the gate
static const double DECIDES = 0.5;             // from here on two bare texts contradict each other
static const double DECIDES_STATEMENTS = 0.55; // and two statements: of two people, precision comes first
static const double LIFT =
    2; // what a form known by sight may add to the model's opinion, unless both clauses
static const float VERBATIM = 0.7F; // have so much of their words in common
static const float HALF = 0.5F;
static const float SAME_WORDS = 0.85F, MOST_WORDS = 0.7F;

struct gs_judge {
    cd_reader *reader;
    const cd_trees *pair, *statement; // borrowed from the model
};

gs_judge *gs_judge_new(const gs_model *model, gs_error *error)
{
    gs_judge *self = gs_allocate(sizeof *self);
    gs_view section;
    size_t offset = 0;
    self->reader = cd_reader_new(model, error);
    bool good = self->reader && gs_model_section(model, CD_JUDGE_SECTION, CD_JUDGE_VERSION, &section, error);
    self->pair = good ? cd_trees_open(section, &offset, CD_PAIR_FEATURES, error) : NULL;
    self->statement = self->pair ? cd_trees_open(section, &offset, CD_STATEMENT_FEATURES, error) : NULL;
    if (!self->statement) {
        gs_fail_within(error, "%s", gs_model_path(model));
        gs_judge_free(&self);
    }
    return self;
}

void gs_judge_free(gs_judge **self_p)
{
    gs_judge *self = *self_p;
    if (!self)
        return;
    cd_reader_free(&self->reader);
    free(self);
    *self_p = NULL;
}

// ---- bare texts ------------------------------------------------------------------------------------

static void judge_pair(const gs_judge *self, const cd_claims *a, const cd_claims *b, cd_finding *best)
{
    float features[CD_PAIR_FEATURES], lighter, heavier;
    cd_clash clash;
    cd_pairing pairing = {.wordnet = cd_reader_wordnet(self->reader), .a = a, .b = b};
    best->log_odds = -INFINITY;
    cd_text_cover(a, b, &lighter, &heavier);
    while (cd_pairing_next(&pairing, &clash.clause_a, &clash.clause_b)) {
        cd_pair_features(cd_reader_wordnet(self->reader), a, clash.clause_a, b, clash.clause_b, features,
                         &clash);
        features[CD_F_TEXT_COVER] = lighter;
        features[CD_F_TEXT_COVER_HEAVIER] = heavier;
        double log_odds = cd_pair_gate(features) ? cd_trees_score(self->pair, features) : CLOSED;
        if (log_odds <= best->log_odds)
            continue;
        best->log_odds = log_odds;
        best->clash = clash;
        memcpy(best->features, features, sizeof features);
    }
}

void gs_judge_texts(gs_judge *self, gs_view a, gs_view b, gs_arena *scratch, gs_verdict *verdict)
{
    gs_statement left = GAINSAY__V1__STATEMENT__INIT, right = GAINSAY__V1__STATEMENT__INIT;
    left.text = gs_arena_text(scratch, a);
    right.text = gs_arena_text(scratch, b);
    bool ordered = strcmp(left.text, right.text) <= 0;
    const gs_statement *first = ordered ? &left : &right, *second = ordered ? &right : &left;
    const cd_claims *one = cd_judge_read(self, first, scratch), *two = cd_judge_read(self, second, scratch);
    cd_finding *finding = gs_arena_zalloc(scratch, sizeof *finding);
    *verdict = (gs_verdict){0};
    judge_pair(self, one, two, finding);
    if (!isfinite(finding->log_odds))
        return;
    verdict->score = cd_probability(finding->log_odds);
    if (verdict->score < DECIDES)
        return;
    cd_write_verdict(finding, first, one, second, two, scratch, verdict);
    if (!ordered) {
        gs_evidence swap = verdict->evidence_a;
        verdict->evidence_a = verdict->evidence_b;
        verdict->evidence_b = swap;
    }
}

void gs_judge_show(gs_judge *self, gs_view a, gs_view b, gs_arena *scratch, gs_buffer *out)
{
    gs_statement left = GAINSAY__V1__STATEMENT__INIT, right = GAINSAY__V1__STATEMENT__INIT;
    left.text = gs_arena_text(scratch, a);
    right.text = gs_arena_text(scratch, b);
    const cd_claims *one = cd_judge_read(self, &left, scratch), *two = cd_judge_read(self, &right, scratch);
    cd_finding *finding = gs_arena_zalloc(scratch, sizeof *finding);
    judge_pair(self, one, two, finding);
    if (isfinite(finding->log_odds))
        cd_show(cd_reader_wordnet(self->reader), finding, left.text, one, right.text, two, out);
}

// ---- statements ------------------------------------------------------------------------------------

static int compare_statements(const gs_statement *a, const gs_statement *b)
{
    int order = strcmp(a->statement_id ? a->statement_id : "", b->statement_id ? b->statement_id : "");
    return order ? order : strcmp(a->text ? a->text : "", b->text ? b->text : "");
}

const cd_claims *cd_judge_read(gs_judge *self, const gs_statement *statement, gs_arena *arena)
{
    return cd_claims_of(self->reader, statement, arena);
}

typedef struct hearing {
    const gs_judge *judge;
    const gs_statement *a, *b;
    cd_finding *best;
} hearing;

static void hear(void *context, const float features[CD_STATEMENT_FEATURES], const cd_clash *clash)
{
    hearing *self = context;
    // "Brazil has not ratified the one", "Russia has ratified the other": two who do different things,
    // whatever word they share.
    bool others =
        features[CD_F_EXISTENCE] <= 0 && features[CD_S_AGENT] < 0 && features[CD_F_COVER_LIGHTER] < HALF;
    if (features[CD_F_NAMES] <= 0 && (features[CD_F_REPLACED_NAME] > 0 || others))
        return;
    double model = cd_trees_score(self->judge->statement, features),
           form = cd_pattern_log_odds(self->a, self->b, features);
    if (features[CD_F_COVER_HEAVIER] < VERBATIM && features[CD_F_EXISTENCE] <= 0)
        form = fmin(form, model + LIFT);
    double log_odds = fmax(model, form);
    if (log_odds <= self->best->log_odds)
        return;
    self->best->log_odds = log_odds;
    self->best->clash = *clash;
    memcpy(self->best->features, features, sizeof self->best->features);
}

static void judge_statements(const gs_judge *self, const gs_statement *a, const cd_claims *claims_a,
                             const gs_statement *b, const cd_claims *claims_b, cd_finding *best)
{
    hearing heard = {self, a, b, best};
    best->log_odds = -INFINITY;
    cd_each_instance(cd_reader_wordnet(self->reader), self->pair, a, claims_a, b, claims_b, hear, &heard);
}

// What the two are to each other where they do not contradict.
static Gainsay__V1__Contradiction__Relation other_relation(const cd_finding *finding)
{
    const float *f = finding->features;
    bool alike = f[CD_F_TEXT_COVER_HEAVIER] >= SAME_WORDS || f[CD_F_TEXT_COVER] >= SAME_WORDS;
    bool clash =
        f[CD_F_POLARITY] > 0 || f[CD_F_NUMBERS_CLASH] + f[CD_F_TIMES_CLASH] > 0 || f[CD_F_OPPOSITES] > 0;
    bool one_side = f[CD_S_SAME_SPEAKER] > 0 || f[CD_S_SAME_BODY] > 0;
    if (one_side && clash && f[CD_S_DAYS] > 0 && f[CD_F_COVER_LIGHTER] >= MOST_WORDS)
        return GAINSAY__V1__CONTRADICTION__RELATION__SUPERSEDES;
    if (clash || !alike)
        return GAINSAY__V1__CONTRADICTION__RELATION__RELATION_UNSPECIFIED;
    return one_side ? GAINSAY__V1__CONTRADICTION__RELATION__REPEATS
                    : GAINSAY__V1__CONTRADICTION__RELATION__CORROBORATES;
}

void cd_judge_claims(gs_judge *self, const gs_statement *a, const cd_claims *claims_a, const gs_statement *b,
                     const cd_claims *claims_b, gs_arena *scratch, gs_verdict *verdict)
{
    bool ordered = compare_statements(a, b) <= 0;
    const gs_statement *first = ordered ? a : b, *second = ordered ? b : a;
    const cd_claims *one = ordered ? claims_a : claims_b, *two = ordered ? claims_b : claims_a;
    cd_finding *finding = gs_arena_zalloc(scratch, sizeof *finding);
    *verdict = (gs_verdict){0};
    if (!cd_may_contradict(first, one, second, two))
        return;
    judge_statements(self, first, one, second, two, finding);
    verdict->score = isfinite(finding->log_odds) ? cd_probability(finding->log_odds) : 0;
    if (verdict->score < DECIDES_STATEMENTS) {
        verdict->relation = other_relation(finding);
        return;
    }
    cd_write_verdict(finding, first, one, second, two, scratch, verdict);
    if (!ordered) {
        gs_evidence swap = verdict->evidence_a;
        verdict->evidence_a = verdict->evidence_b;
        verdict->evidence_b = swap;
    }
}

void gs_judge_statements(gs_judge *self, const gs_statement *a, const gs_statement *b, gs_arena *scratch,
                         gs_verdict *verdict)
{
    const cd_claims *one = cd_judge_read(self, a, scratch), *two = cd_judge_read(self, b, scratch);
    cd_judge_claims(self, a, one, b, two, scratch, verdict);
}
