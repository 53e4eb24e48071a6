// What turns a clause, and what suspends it.
//
// A negator turns the clause that it stands in, whether it hangs on the verb or on a noun of it ("no
// guarantee was given"); two stress one denial ("no shots, not one"). Words of falsity and verbs that deny or
// fail turn as well, their own clause or the one that they govern, and an even number of turns is none
// ("never denied"). Conditions, possibilities, wishes and questions claim nothing; duty and future are claims
// of another kind.
#include "claims_internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct pair_row {
    const char *word, *value;
} pair_row;

static const pair_row POLARITY[] = {
#include "polarity.inc"
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static int compare_key(const void *key, const void *row)
{
    return strcmp(key, *(const char *const *)row);
}

static const char *class_of(const cd_reading *self, uint32_t word)
{
    const pair_row *row =
        bsearch(self->lower[word], POLARITY, COUNT(POLARITY), sizeof *POLARITY, compare_key);
    if (!row)
        row =
            bsearch(self->parse->words[word].lemma, POLARITY, COUNT(POLARITY), sizeof *POLARITY, compare_key);
    return row ? row->value : "";
}

static bool is(const cd_reading *self, uint32_t word, const char *lower)
{
    return word < self->parse->word_count && strcmp(self->lower[word], lower) == 0;
}

// "not only", "no doubt", "no later than", "not 9 but 11": words that deny nothing by themselves.
static bool is_idle(const cd_reading *self, uint32_t word)
{
    static const char *const after_not[] = {"only", "just", "least", "before", "merely", "until", "even"};
    static const char *const after_no[] = {"doubt", "matter", "later",  "less",
                                           "more",  "fewer",  "wonder", ","};
    if (is(self, word, "not")) {
        for (size_t i = 0; i < COUNT(after_not); i++)
            if (is(self, word + 1, after_not[i]))
                return true;
        return word + 1 < self->parse->word_count && self->parse->words[word + 1].upos == GS_NUM &&
               !is(self, word + 1, "one");
    }
    if (!is(self, word, "no"))
        return false;
    for (size_t i = 0; i < COUNT(after_no); i++)
        if (is(self, word + 1, after_no[i]))
            return true;
    // The answer "No." stands alone.
    return self->parse->words[word].upos == GS_INTJ || self->parse->words[word].head == GS_WORD_ROOT ||
           self->parse->words[word].relation == self->reader->discourse;
}

static void name_word(cd_reading *self, uint8_t clause, uint32_t word)
{
    cd_clause *found = &self->clauses[clause];
    if (found->word_begin == found->word_end && self->parse->words[word].end <= UINT16_MAX) {
        found->word_begin = (uint16_t)self->parse->words[word].begin;
        found->word_end = (uint16_t)self->parse->words[word].end;
    }
}

static void take_negator(cd_reading *self, uint32_t word)
{
    const gs_word *found = &self->parse->words[word];
    uint8_t clause = self->clause_of[word];
    if (is_idle(self, word) || clause == CD_NONE)
        return;
    bool pronoun = found->upos == GS_PRON || found->upos == GS_NOUN;
    uint32_t target = pronoun || found->head == GS_WORD_ROOT ? word : found->head;
    uint8_t term = cd_term_above(self, target);
    // "Nobody rammed anybody" denies that it was done.
    if (pronoun && self->clauses[clause].predicate != CD_NONE)
        term = self->clauses[clause].predicate;
    // "without officers": the noun is denied, not what is said of it.
    if (is(self, word, "without")) {
        if (term != CD_NONE)
            self->terms[term].flags |= CD_TERM_NEGATED;
        return;
    }
    self->negators[clause] = true;
    name_word(self, clause, word);
    if (term != CD_NONE) {
        self->terms[term].flags |= CD_TERM_NEGATED;
        if (self->clauses[clause].focus == CD_NONE)
            self->clauses[clause].focus = term;
    }
    if (is(self, word, "never") || pronoun)
        self->clauses[clause].flags |= CD_GENERAL;
}

// The first noun of the clause that says what it is about.
static uint8_t denied_thing(const cd_reading *self, uint8_t clause, uint8_t otherwise)
{
    for (size_t i = 0; i < self->term_count; i++) {
        const cd_term *term = &self->terms[i];
        if (term->clause == clause && term->class == CD_CLASS_NOUN &&
            !(term->flags & (CD_TERM_LIGHT | CD_TERM_PLACE | CD_TERM_NAME)))
            return (uint8_t)i;
    }
    return otherwise;
}

// A word of falsity turns what is said to be false: the clauses below its subject, or else its own clause.
static void take_turn(cd_reading *self, uint32_t word, bool own)
{
    uint8_t clause = self->clause_of[word];
    if (clause == CD_NONE)
        return;
    bool below = false;
    for (size_t i = 0; i < self->clause_count && !own; i++) {
        if (self->clauses[i].parent != clause || self->clauses[i].begin == UINT16_MAX)
            continue;
        self->turns[i]++;
        self->turned_by[i] = clause;
        name_word(self, (uint8_t)i, word);
        if (self->clauses[i].focus == CD_NONE)
            self->clauses[i].focus = self->clauses[i].predicate;
        below = true;
    }
    if (below)
        return;
    self->turns[clause]++;
    name_word(self, clause, word);
    uint8_t term = cd_term_above(self, word);
    // "Claims of a deal are groundless": the deal is denied.
    if (!own) {
        term = denied_thing(self, clause, term);
        self->clauses[clause].flags |= CD_EXISTS;
    }
    if (term != CD_NONE && self->clauses[clause].focus == CD_NONE)
        self->clauses[clause].focus = term;
}

// "failed to reach": what was not done is the verb below, and the verb of failing says nothing more.
static void take_failure(cd_reading *self, uint32_t word)
{
    uint8_t clause = self->clause_of[word];
    take_turn(self, word, true);
    for (uint32_t i = word + 1; i < self->parse->word_count && clause != CD_NONE; i++) {
        const gs_word *below = &self->parse->words[i];
        if (below->head != word || below->upos != GS_VERB || self->term_of[i] == CD_NONE ||
            self->reader->classes[below->relation] != CD_REL_MERGED)
            continue;
        if (self->term_of[word] != CD_NONE)
            self->terms[self->term_of[word]].flags |= CD_TERM_SPENT;
        self->clauses[clause].predicate = self->clauses[clause].focus = self->term_of[i];
        return;
    }
}

static void take_word(cd_reading *self, uint32_t word)
{
    const char *class = class_of(self, word);
    const gs_word *found = &self->parse->words[word];
    uint8_t place = self->clause_of[word];
    if (place == CD_NONE)
        return;
    cd_clause *clause = &self->clauses[place];
    bool verb = found->upos == GS_VERB || found->upos == GS_AUX;
    if (strcmp(class, "negator") == 0 || is(self, word, "n't") || is(self, word, "n\xE2\x80\x99t"))
        take_negator(self, word);
    else if (strcmp(class, "falsity") == 0 && found->upos != GS_PROPN)
        take_turn(self, word, false);
    else if (strcmp(class, "turn") == 0 && verb)
        take_failure(self, word);
    else if (strcmp(class, "unreal") == 0 && !(found->upos == GS_PROPN || found->upos == GS_NOUN))
        clause->flags |= CD_UNREAL;
    else if (strcmp(class, "duty") == 0)
        clause->flags |= CD_DUTY;
    else if (strcmp(class, "later") == 0 && verb)
        clause->flags |= CD_FUTURE;
    else if (strcmp(class, "general") == 0)
        clause->flags |= CD_GENERAL;
    if (verb && found->xpos == self->reader->past)
        clause->flags |= CD_PAST;
    if (found->upos == GS_AUX && strcmp(found->lemma, "have") == 0)
        clause->flags |= CD_PAST;
}

// Clauses that say no more of something than that it is: "there are talks", "talks were held", "they had a
// meeting".
static void mark_existence(cd_reading *self)
{
    static const char *const verbs[] = {"exist", "occur", "happen",   "hold",
                                        "have",  "take",  "continue", "proceed"};
    for (uint32_t i = 0; i < self->parse->word_count; i++) {
        uint8_t clause = self->clause_of[i];
        if (clause == CD_NONE)
            continue;
        const gs_word *word = &self->parse->words[i];
        bool exists = word->relation == self->reader->expletive && self->clause_head[i] == word->head &&
                      strcmp(self->lower[i], "there") == 0;
        bool place = is(self, i + 1, "place");
        for (size_t v = 0; v < COUNT(verbs) && self->clause_head[i] == i && word->upos == GS_VERB; v++)
            exists |= strcmp(word->lemma, verbs[v]) == 0 && (strcmp(verbs[v], "take") != 0 || place);
        if (exists)
            self->clauses[clause].flags |= CD_EXISTS;
    }
}

// What is denied in the end is marked, whatever turned it.
static void mark_focus(cd_reading *self, cd_clause *clause)
{
    if (clause->focus == CD_NONE && clause->flags & CD_NEGATED)
        clause->focus = clause->predicate;
    if (clause->focus == CD_NONE)
        return;
    uint8_t *flags = &self->terms[clause->focus].flags;
    *flags = (uint8_t)(clause->flags & CD_NEGATED ? *flags | CD_TERM_NEGATED : *flags & ~CD_TERM_NEGATED);
}

// Bare nouns that are denied ("the claim of a deal"): that there is such a thing.
void cd_deny_clause(cd_reading *self, uint8_t clause)
{
    cd_clause *denied = &self->clauses[clause];
    bool noun = denied->predicate == CD_NONE || self->terms[denied->predicate].class == CD_CLASS_NOUN;
    denied->flags ^= CD_NEGATED;
    denied->focus = noun ? denied_thing(self, clause, denied->predicate) : denied->predicate;
    if (noun)
        denied->flags |= CD_EXISTS;
    mark_focus(self, denied);
}

// A condition also conditions the clause that it stands with; a question is one to its sentence's end.
static void spread(cd_reading *self)
{
    for (size_t s = 0; s < self->parse->sentence_count; s++) {
        const gs_parse_sentence *sentence = &self->parse->sentences[s];
        bool question = false;
        for (uint32_t i = sentence->word_begin; i < sentence->word_end; i++)
            question |= is(self, i, "?");
        for (uint32_t i = sentence->word_begin; i < sentence->word_end && question; i++)
            if (self->clause_of[i] != CD_NONE)
                self->clauses[self->clause_of[i]].flags |= CD_QUESTION | CD_UNREAL;
    }
    for (uint32_t i = 0; i < self->parse->word_count; i++) {
        uint8_t clause = self->clause_of[i];
        bool condition =
            is(self, i, "if") || is(self, i, "unless") || is(self, i, "until") || is(self, i, "provided");
        if (condition && clause != CD_NONE && self->parse->words[i].relation == self->reader->mark &&
            self->clauses[clause].parent != CD_NONE)
            self->clauses[self->clauses[clause].parent].flags |= CD_CONDITIONED;
    }
}

// "did not say that it had": what is said there is not claimed. "does not think that it had" denies it.
static void govern(cd_reading *self)
{
    // "is not false" turns nothing.
    for (size_t i = 0; i < self->clause_count; i++)
        if (self->turned_by[i] != CD_NONE && self->negators[self->turned_by[i]])
            self->turns[i]++;
    for (uint32_t i = 0; i < self->parse->word_count; i++) {
        const gs_word *word = &self->parse->words[i];
        uint8_t clause = self->clause_of[i];
        if (self->clause_head[i] != i || clause == CD_NONE || word->head == GS_WORD_ROOT ||
            (word->relation != self->reader->ccomp &&
             strcmp(self->parse->words[word->head].lemma, "true") != 0))
            continue;
        uint8_t above = self->clause_of[word->head];
        if (above == CD_NONE || above == clause || !self->negators[above])
            continue;
        const char *lemma = self->parse->words[word->head].lemma;
        if (strcmp(lemma, "think") == 0 || strcmp(lemma, "believe") == 0 || strcmp(lemma, "true") == 0)
            self->turns[clause]++;
        else
            self->clauses[clause].flags |= CD_UNREAL;
    }
}

// Every figure hangs on a term: what it counts, or what stands above it.
static void tie_numbers(cd_reading *self)
{
    for (size_t n = 0; n < self->number_count; n++) {
        cd_number *number = &self->numbers[n];
        for (uint32_t i = 0; i < self->parse->word_count; i++) {
            const gs_word *word = &self->parse->words[i];
            if (word->end <= number->begin || word->begin >= number->end || number->term != CD_NONE)
                continue;
            number->term = cd_term_above(self, i);
        }
    }
}

void cd_read_polarity(cd_reading *self)
{
    memset(self->turned_by, CD_NONE, sizeof self->turned_by);
    for (uint32_t i = 0; i < self->parse->word_count; i++)
        take_word(self, i);
    mark_existence(self);
    govern(self);
    spread(self);
    for (size_t i = 0; i < self->clause_count; i++)
        if (self->negators[i] != (self->turns[i] % 2 == 1))
            self->clauses[i].flags |= CD_NEGATED;
    for (size_t i = 0; i < self->clause_count; i++)
        mark_focus(self, &self->clauses[i]);
    tie_numbers(self);
}
