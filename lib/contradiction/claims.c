// Claims from the dependency tree: each predicate with what hangs on it is a clause, its content words are
// terms that keep their place in the tree.
//
// A clause opens at the root of a sentence, at clauses that are complements, adverbials, relatives or
// coordinated; infinitives without a subject, participles and auxiliaries belong to the verb that they hang
// on, so that "failed to reach an accord" is one clause that "failed" turns. Countries count by their code,
// whatever they are called, and "we" is the speaker's. What is kept are hashes and offsets: two texts are
// compared without their letters.
#include "claims_internal.h"
#include "matter_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct pair_row {
    const char *word, *value;
} pair_row;

static const pair_row SYNONYMS[] = {
#include "synonyms.inc"
};
static const pair_row ANTONYMS[] = {
#include "antonyms.inc"
};
static const pair_row KINDS[] = {
#include "kinds.inc"
};
static const pair_row WEIGHTS[] = {
#include "weights.inc"
};
static const pair_row STOPWORDS[] = {
#include "stopwords.inc"
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static int compare_key(const void *key, const void *row)
{
    return strcmp(key, *(const char *const *)row);
}

static const pair_row *find_row(const pair_row *table, size_t count, const char *word)
{
    return bsearch(word, table, count, sizeof *table, compare_key);
}

bool cd_opposite(const cd_term *a, const cd_term *b)
{
    if (!a->opposite || !b->opposite)
        return false;
    const char *opposites = ANTONYMS[a->opposite - 1].value, *word = ANTONYMS[b->opposite - 1].word;
    size_t size = strlen(word);
    for (const char *at = opposites; *at; at += strcspn(at, " "), at += *at == ' ')
        if (strncmp(at, word, size) == 0 && (at[size] == ' ' || at[size] == '\0'))
            return true;
    return false;
}

// Who condemns an attack says that there was one.
static bool grants_what_it_rejects(const char *cue)
{
    static const char *const stems[] = {"condemn", "criticis", "criticiz", "denounc"};
    for (size_t i = 0; cue && i < sizeof stems / sizeof stems[0]; i++)
        if (strstr(cue, stems[i]))
            return true;
    return false;
}

bool cd_is_denied(const gs_statement *statement)
{
    return statement->act == GAINSAY__V1__STATEMENT__ACT__DENY ||
           (statement->act == GAINSAY__V1__STATEMENT__ACT__REJECT &&
            !grants_what_it_rejects(statement->cue_text));
}

uint32_t cd_place_hash(const char *code)
{
    return (uint32_t)(gs_hash(gs_view_of(code)) ^ 0x9E3779B9u);
}

// ---- the reader ------------------------------------------------------------------------------------

static const struct {
    const char *relation;
    cd_relation_class class;
} RELATIONS[] = {
    {"nsubj", CD_REL_SUBJECT},
    {"nsubj:pass", CD_REL_OBJECT},
    {"nsubj:outer", CD_REL_SUBJECT},
    {"obj", CD_REL_OBJECT},
    {"iobj", CD_REL_OBJECT},
    {"obl", CD_REL_OBLIQUE},
    {"obl:agent", CD_REL_SUBJECT},
    {"obl:tmod", CD_REL_OBLIQUE},
    {"obl:npmod", CD_REL_OBLIQUE},
    {"obl:unmarked", CD_REL_OBLIQUE},
    {"nmod", CD_REL_MODIFIER},
    {"nmod:poss", CD_REL_MODIFIER},
    {"nmod:tmod", CD_REL_MODIFIER},
    {"nmod:npmod", CD_REL_MODIFIER},
    {"amod", CD_REL_MODIFIER},
    {"compound", CD_REL_MODIFIER},
    {"appos", CD_REL_MODIFIER},
    {"flat", CD_REL_MODIFIER},
    {"nummod", CD_REL_MODIFIER},
    {"advmod", CD_REL_ADVERB},
    {"ccomp", CD_REL_CLAUSE},
    {"advcl", CD_REL_CLAUSE},
    {"advcl:relcl", CD_REL_CLAUSE},
    {"acl:relcl", CD_REL_CLAUSE},
    {"csubj", CD_REL_CLAUSE},
    {"csubj:pass", CD_REL_CLAUSE},
    {"parataxis", CD_REL_CLAUSE},
    {"root", CD_REL_CLAUSE},
    {"acl", CD_REL_ACL},
    {"conj", CD_REL_JOINED},
    {"xcomp", CD_REL_MERGED},
    {"aux", CD_REL_MERGED},
    {"aux:pass", CD_REL_MERGED},
    {"cop", CD_REL_MERGED},
    {"compound:prt", CD_REL_PARTICLE},
};

cd_reader *cd_reader_new(const gs_model *model, gs_error *error)
{
    cd_reader *self = gs_allocate(sizeof *self);
    gs_view section;
    self->lang = gs_lang_new(model, error);
    self->matters = cd_matter_reader_new();
    if (!self->lang || !gs_model_section(model, "wordnet", CD_WORDNET_VERSION, &section, error) ||
        !cd_wordnet_open(&self->wordnet, section, error)) {
        cd_reader_free(&self);
        return NULL;
    }
    for (size_t i = 0; i < COUNT(RELATIONS); i++) {
        int relation = gs_lang_relation_find(self->lang, RELATIONS[i].relation);
        if (relation >= 0)
            self->classes[relation] = (uint8_t)RELATIONS[i].class;
    }
    for (size_t i = 0; i < COUNT(KINDS); i++)
        cd_wordnet_add_kind(&self->wordnet, KINDS[i].word, KINDS[i].value);
    self->mark = gs_lang_relation_find(self->lang, "mark");
    self->passive_subject = gs_lang_relation_find(self->lang, "nsubj:pass");
    self->passive_auxiliary = gs_lang_relation_find(self->lang, "aux:pass");
    self->expletive = gs_lang_relation_find(self->lang, "expl");
    self->discourse = gs_lang_relation_find(self->lang, "discourse");
    self->parataxis = gs_lang_relation_find(self->lang, "parataxis");
    self->advcl = gs_lang_relation_find(self->lang, "advcl");
    self->ccomp = gs_lang_relation_find(self->lang, "ccomp");
    self->past = gs_lang_xpos_find(self->lang, "VBD");
    self->participle = gs_lang_xpos_find(self->lang, "VBN");
    return self;
}

void cd_reader_free(cd_reader **self_p)
{
    cd_reader *self = *self_p;
    if (!self)
        return;
    gs_lang_free(&self->lang);
    cd_matter_reader_free(&self->matters);
    free(self);
    *self_p = NULL;
}

const cd_wordnet *cd_reader_wordnet(const cd_reader *self)
{
    return &self->wordnet;
}

// ---- clauses ---------------------------------------------------------------------------------------

static const gs_word *word_at(const cd_reading *self, uint32_t word)
{
    return &self->parse->words[word];
}

static cd_relation_class relation_of(const cd_reading *self, uint32_t word)
{
    return word_at(self, word)->head == GS_WORD_ROOT
               ? CD_REL_CLAUSE
               : (cd_relation_class)self->reader->classes[word_at(self, word)->relation];
}

// Has the word a child in the sentence by one of two relations that only clauses have?
static bool has_child(const cd_reading *self, uint32_t word, cd_relation_class class, int relation)
{
    const gs_parse_sentence *sentence = &self->parse->sentences[word_at(self, word)->sentence];
    for (uint32_t i = sentence->word_begin; i < sentence->word_end; i++)
        if (word_at(self, i)->head == word && (self->reader->classes[word_at(self, i)->relation] == class ||
                                               (relation >= 0 && word_at(self, i)->relation == relation)))
            return true;
    return false;
}

static bool opens_clause(const cd_reading *self, uint32_t word)
{
    switch (relation_of(self, word)) {
    case CD_REL_CLAUSE:
        return true;
    case CD_REL_ACL:
        return has_child(self, word, CD_REL_SUBJECT, self->reader->passive_subject);
    case CD_REL_JOINED: {
        bool verb = word_at(self, word)->upos == GS_VERB || word_at(self, word)->upos == GS_AUX;
        uint8_t upos = word_at(self, word_at(self, word)->head)->upos;
        return (verb && (upos == GS_VERB || upos == GS_AUX)) ||
               has_child(self, word, CD_REL_SUBJECT, self->reader->passive_subject);
    }
    default:
        return false;
    }
}

static uint8_t add_clause(cd_reading *self, uint32_t head)
{
    if (self->clause_count == CD_CLAUSES)
        return CD_NONE;
    self->clauses[self->clause_count] =
        (cd_clause){.begin = UINT16_MAX, .predicate = CD_NONE, .focus = CD_NONE, .parent = CD_NONE};
    self->clause_of[head] = (uint8_t)self->clause_count;
    return (uint8_t)self->clause_count++;
}

// First the heads in the order of the text, then every word by its nearest head above.
static void read_clauses(cd_reading *self)
{
    uint32_t count = (uint32_t)self->parse->word_count;
    memset(self->clause_of, CD_NONE, count);
    for (uint32_t i = 0; i < count; i++) {
        self->clause_head[i] = opens_clause(self, i) ? i : GS_WORD_ROOT;
        if (self->clause_head[i] == i)
            add_clause(self, i);
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = i;
        for (uint32_t steps = 0; self->clause_head[at] != at && steps < count; steps++)
            at = word_at(self, at)->head;
        self->clause_head[i] = at;
        self->clause_of[i] = self->clause_of[at];
        if (self->clause_of[i] == CD_NONE || word_at(self, i)->end > UINT16_MAX)
            continue;
        cd_clause *clause = &self->clauses[self->clause_of[i]];
        if (word_at(self, i)->upos == GS_PUNCT)
            continue;
        clause->begin =
            word_at(self, i)->begin < clause->begin ? (uint16_t)word_at(self, i)->begin : clause->begin;
        clause->end = word_at(self, i)->end > clause->end ? (uint16_t)word_at(self, i)->end : clause->end;
    }
    for (uint32_t i = 0; i < count; i++)
        if (self->clause_head[i] == i && word_at(self, i)->head != GS_WORD_ROOT &&
            self->clause_of[i] != CD_NONE)
            self->clauses[self->clause_of[i]].parent = self->clause_of[word_at(self, i)->head];
}

// ---- terms -----------------------------------------------------------------------------------------

uint8_t cd_term_above(const cd_reading *self, uint32_t word)
{
    for (uint32_t steps = 0; steps < 32; steps++) {
        if (self->term_of[word] != CD_NONE)
            return self->term_of[word];
        if (word_at(self, word)->head == GS_WORD_ROOT || self->clause_head[word] == word)
            return CD_NONE;
        word = word_at(self, word)->head;
    }
    return CD_NONE;
}

// "by the army" of a passive.
static bool is_agent(const cd_reading *self, uint32_t word)
{
    const gs_parse_sentence *sentence = &self->parse->sentences[word_at(self, word)->sentence];
    bool by = false, passive = false;
    for (uint32_t i = sentence->word_begin; i < sentence->word_end; i++) {
        by |= word_at(self, i)->head == word && strcmp(self->lower[i], "by") == 0;
        passive |= word_at(self, i)->head == word_at(self, word)->head &&
                   (word_at(self, i)->relation == self->reader->passive_subject ||
                    word_at(self, i)->relation == self->reader->passive_auxiliary);
    }
    return by && passive;
}

static cd_role role_of(const cd_reading *self, uint32_t word)
{
    // What is coordinated has the role of the first.
    for (int steps = 0;
         steps < 8 && relation_of(self, word) == CD_REL_JOINED && self->clause_head[word] != word; steps++)
        word = word_at(self, word)->head;
    if (self->clause_head[word] == word)
        return CD_ROLE_PREDICATE;
    switch (relation_of(self, word)) {
    case CD_REL_SUBJECT:
        return CD_ROLE_SUBJECT;
    case CD_REL_OBJECT:
        return CD_ROLE_OBJECT;
    case CD_REL_OBLIQUE:
        return is_agent(self, word) ? CD_ROLE_SUBJECT : CD_ROLE_OBLIQUE;
    case CD_REL_ACL: {
        // "There is no child running": the participle says what is denied.
        uint32_t noun = word_at(self, word)->head;
        bool exists = noun != GS_WORD_ROOT && relation_of(self, noun) == CD_REL_SUBJECT &&
                      strcmp(word_at(self, self->clause_head[noun])->lemma, "be") == 0;
        return exists ? CD_ROLE_PREDICATE : CD_ROLE_MODIFIER;
    }
    case CD_REL_MODIFIER:
        return CD_ROLE_MODIFIER;
    case CD_REL_ADVERB:
        return CD_ROLE_ADVERB;
    case CD_REL_MERGED:
        return CD_ROLE_PREDICATE;
    default:
        return CD_ROLE_OTHER;
    }
}

static cd_class class_of(const gs_word *word)
{
    switch (word->upos) {
    case GS_NOUN:
    case GS_PROPN:
        return CD_CLASS_NOUN;
    case GS_VERB:
    case GS_AUX:
        return CD_CLASS_VERB;
    case GS_ADJ:
        return CD_CLASS_ADJECTIVE;
    case GS_ADV:
    case GS_ADP:
        return CD_CLASS_ADVERB;
    default:
        return CD_CLASSES;
    }
}

static cd_term *add_term(cd_reading *self, uint32_t word)
{
    if (self->term_count == CD_TERMS || self->clause_of[word] == CD_NONE ||
        word_at(self, word)->end > UINT16_MAX)
        return NULL;
    cd_term *term = &self->terms[self->term_count];
    *term = (cd_term){.word = CD_NO_WORD,
                      .begin = (uint16_t)word_at(self, word)->begin,
                      .end = (uint16_t)word_at(self, word)->end,
                      .head = CD_NONE,
                      .clause = self->clause_of[word],
                      .role = (uint8_t)role_of(self, word),
                      .class = (uint8_t)class_of(word_at(self, word))};
    self->term_of[word] = (uint8_t)self->term_count++;
    return term;
}

// The longest name of a country that begins with the word, and how many words it takes.
static const char *place_at(const cd_reading *self, uint32_t word, uint32_t *taken)
{
    const gs_parse_sentence *sentence = &self->parse->sentences[word_at(self, word)->sentence];
    gs_view first = gs_view_slice(self->parse->text, word_at(self, word)->begin, word_at(self, word)->end);
    if (first.size == 0 || first.data[0] < 'A' || first.data[0] > 'Z')
        return NULL;
    bool capitals = true;
    for (size_t i = 0; i < first.size; i++)
        capitals &= !(first.data[i] >= 'a' && first.data[i] <= 'z');
    char term[120];
    size_t size = 0;
    const char *code = NULL;
    for (uint32_t i = word; i < sentence->word_end && i < word + 4; i++) {
        size_t part = strlen(self->lower[i]);
        if (size + part + 2 > sizeof term)
            break;
        if (i > word)
            term[size++] = ' ';
        memcpy(term + size, self->lower[i], part);
        size += part;
        const char *found = gs_place_code(gs_view_make(term, size), capitals);
        if (found && found[0] != '-') {
            code = found;
            *taken = i + 1 - word;
        }
    }
    return code;
}

static bool take_place(cd_reading *self, uint32_t word)
{
    static const char *const own[] = {"we", "our", "us", "ours"};
    uint32_t taken = 1;
    const char *code = place_at(self, word, &taken);
    for (size_t i = 0; i < COUNT(own) && !code && self->own; i++)
        if (strcmp(self->lower[word], own[i]) == 0 && word_at(self, word)->upos == GS_PRON)
            code = self->country;
    if (!code)
        return false;
    // The name hangs where its last word or its first does, whichever stands higher.
    uint32_t top = word;
    for (uint32_t i = word; i < word + taken; i++)
        if (word_at(self, i)->head < word || word_at(self, i)->head >= word + taken)
            top = i;
    cd_term *term = add_term(self, top);
    if (term) {
        term->lemma = cd_place_hash(code);
        term->flags = CD_TERM_PLACE;
        term->begin = (uint16_t)word_at(self, word)->begin;
        term->end = (uint16_t)word_at(self, word + taken - 1)->end;
    }
    for (uint32_t i = word; i < word + taken; i++)
        self->taken[i] = true;
    return true;
}

static uint16_t opposite_row(const char *lower, const char *lemma, const char *matter)
{
    const char *const names[] = {lower, lemma, matter};
    for (size_t i = 0; i < COUNT(names); i++) {
        const pair_row *row = names[i] ? find_row(ANTONYMS, COUNT(ANTONYMS), names[i]) : NULL;
        if (row)
            return (uint16_t)(row - ANTONYMS + 1);
    }
    return 0;
}

static uint8_t weight_of(const char *lower)
{
    char stem[64];
    size_t size = strlen(lower);
    if (size >= sizeof stem)
        return UNSEEN_WEIGHT;
    memcpy(stem, lower, size + 1);
    stem[matter_stem(stem, size)] = '\0';
    const pair_row *row = find_row(WEIGHTS, COUNT(WEIGHTS), stem);
    return row ? (uint8_t)strtol(row->value, NULL, 10) : UNSEEN_WEIGHT;
}

static bool is_content(const gs_word *word, const char *lower, const char *lemma, bool *light)
{
    static const uint8_t classes[] = {GS_NOUN, GS_PROPN, GS_VERB, GS_ADJ, GS_ADV};
    static const char *const empty[] = {"be", "have", "do"};
    bool content = memchr(classes, word->upos, sizeof classes) != NULL;
    for (size_t i = 0; i < COUNT(empty); i++)
        if (strcmp(lemma, empty[i]) == 0)
            return *light = false;
    const pair_row *stop = find_row(STOPWORDS, COUNT(STOPWORDS), lower);
    stop = stop ? stop : find_row(STOPWORDS, COUNT(STOPWORDS), lemma);
    *light = stop && strcmp(stop->value, "light") == 0;
    // A stop word that is a noun or a verb here says a little; a name is never one.
    if (stop && !*light && (word->upos == GS_NOUN || word->upos == GS_VERB || word->upos == GS_ADJ))
        *light = true;
    bool opposed = word->upos != GS_AUX && opposite_row(lower, lemma, NULL) != 0;
    if (stop && !*light && word->upos != GS_PROPN && !opposed)
        return false;
    *light = *light && !opposed;
    return content && lower[0] && (lower[1] || word->upos == GS_NOUN);
}

// "dining room": a noun of two parts that WordNet has is one term, and its first part is no other.
static void take_pair(cd_reading *self, uint32_t index, cd_term *term)
{
    char both[128];
    const gs_word *word = word_at(self, index);
    if (index == 0 || word->upos != GS_NOUN || word_at(self, index - 1)->head != index ||
        self->taken[index - 1] || word_at(self, index - 1)->upos == GS_ADJ)
        return;
    int size = snprintf(both, sizeof both, "%s %s", self->lower[index - 1], word->lemma);
    if (size < 0 || (size_t)size >= sizeof both)
        return;
    uint32_t hash = cd_wordnet_hash(gs_view_of(both));
    uint32_t found = cd_wordnet_find(&self->reader->wordnet, hash);
    if (found == CD_NO_WORD)
        return;
    const pair_row *matter = find_row(SYNONYMS, COUNT(SYNONYMS), both);
    term->word = found;
    term->lemma = hash;
    term->matter = matter ? cd_wordnet_hash(gs_view_of(matter->value)) : term->matter;
    term->flags &= (uint8_t)~CD_TERM_LIGHT;
    if (self->term_of[index - 1] != CD_NONE && self->term_of[index - 1] + 2U == self->term_count) {
        // The first part was taken just before: this term goes into its place.
        cd_term joined = *term;
        joined.begin = (uint16_t)word_at(self, index - 1)->begin;
        self->terms[--self->term_count - 1] = joined;
        self->term_of[index] = self->term_of[index - 1];
        self->term_of[index - 1] = CD_NONE;
    }
}

static void take_word(cd_reading *self, uint32_t index)
{
    const gs_word *word = word_at(self, index);
    const char *lower = self->lower[index], *lemma = word->lemma;
    bool light = false;
    char small[96];
    size_t size = strlen(lemma);
    if (size < sizeof small)
        for (size_t i = 0; i <= size; i++)
            small[i] = lemma[i] >= 'A' && lemma[i] <= 'Z' ? (char)(lemma[i] + 32) : lemma[i];
    else
        memcpy(small, "", 1);
    bool direction = word->upos == GS_ADP && opposite_row(lower, lower, NULL);
    if (!direction && !is_content(word, lower, small, &light))
        return;
    cd_term *term = add_term(self, index);
    if (!term)
        return;
    const pair_row *matter = find_row(SYNONYMS, COUNT(SYNONYMS), lower);
    matter = matter ? matter : find_row(SYNONYMS, COUNT(SYNONYMS), small);
    term->lemma = cd_wordnet_hash(gs_view_of(small));
    term->matter = matter ? cd_wordnet_hash(gs_view_of(matter->value)) : 0;
    term->opposite = opposite_row(lower, small, matter ? matter->value : NULL);
    term->told = weight_of(lower);
    bool name = word->upos == GS_PROPN;
    term->word = name ? CD_NO_WORD : cd_wordnet_find(&self->reader->wordnet, term->lemma);
    term->flags = (uint8_t)((name ? CD_TERM_NAME : 0) | (!direction && light ? CD_TERM_LIGHT : 0));
    take_pair(self, index, term);
}

// "set up" is not "set": the particle is part of the verb.
static void take_particle(cd_reading *self, uint32_t word)
{
    uint32_t head = word_at(self, word)->head;
    if (head == GS_WORD_ROOT || self->term_of[head] == CD_NONE)
        return;
    cd_term *term = &self->terms[self->term_of[head]];
    const pair_row *row;
    char both[96];
    int size = snprintf(both, sizeof both, "%s %s", word_at(self, head)->lemma, self->lower[word]);
    if (size < 0 || (size_t)size >= sizeof both)
        return;
    term->lemma = cd_wordnet_hash(gs_view_of(both));
    row = find_row(SYNONYMS, COUNT(SYNONYMS), both);
    if (row)
        term->matter = cd_wordnet_hash(gs_view_of(row->value));
    // "turn on" and "turn off" are opposites by their particles.
    char particle[64];
    snprintf(particle, sizeof particle, "-%s", self->lower[word]);
    term->opposite = opposite_row(both, particle, row ? row->value : NULL);
}

static void read_terms(cd_reading *self)
{
    uint32_t count = (uint32_t)self->parse->word_count;
    memset(self->term_of, CD_NONE, count);
    for (uint32_t i = 0; i < count; i++)
        if (!self->taken[i] && !take_place(self, i))
            take_word(self, i);
    for (uint32_t i = 0; i < count; i++)
        if (relation_of(self, i) == CD_REL_PARTICLE)
            take_particle(self, i);
    for (uint32_t i = 0; i < count; i++) {
        if (self->term_of[i] == CD_NONE)
            continue;
        cd_term *term = &self->terms[self->term_of[i]];
        if (self->clause_head[i] != i)
            term->head = cd_term_above(self, word_at(self, i)->head);
        if (self->clause_head[i] == i ||
            (relation_of(self, i) == CD_REL_ACL && term->role == CD_ROLE_PREDICATE &&
             self->clauses[term->clause].predicate == CD_NONE))
            self->clauses[term->clause].predicate = self->term_of[i];
    }
}

// ---- the whole -------------------------------------------------------------------------------------

static const cd_claims *pack(const cd_reading *self)
{
    const size_t word = sizeof(uint32_t);
    size_t numbers = self->number_count * sizeof(cd_number), terms = self->term_count * sizeof(cd_term),
           clauses = self->clause_count * sizeof(cd_clause),
           words = self->matter.count + self->matter.article_count + self->called_count,
           size = sizeof(cd_claims) + numbers + words * word + terms + clauses;
    char *block = gs_arena_alloc(self->arena, size);
    cd_claims *claims = (cd_claims *)(void *)block;
    *claims = (cd_claims){.size = (uint32_t)size,
                          .own = self->own,
                          .number_count = (uint8_t)self->number_count,
                          .term_count = (uint8_t)self->term_count,
                          .clause_count = (uint8_t)self->clause_count,
                          .question = self->clause_count > 0,
                          .key_count = (uint8_t)self->matter.count,
                          .article_count = (uint8_t)self->matter.article_count,
                          .called_count = (uint8_t)self->called_count,
                          .reply = self->reply,
                          .stance = self->stance};
    memcpy((void *)cd_numbers(claims), self->numbers, numbers);
    memcpy((void *)cd_keys_of(claims), self->matter.keys, self->matter.count * word);
    memcpy((void *)cd_article_codes(claims), self->matter.article_codes, self->matter.article_count * word);
    memcpy((void *)cd_called(claims), self->called, self->called_count * word);
    memcpy((void *)cd_terms(claims), self->terms, terms);
    memcpy((void *)cd_clauses(claims), self->clauses, clauses);
    for (size_t i = 0; i < self->clause_count; i++)
        claims->question &= (self->clauses[i].flags & CD_QUESTION) != 0;
    return claims;
}

static void lower_words(cd_reading *self)
{
    gs_buffer folded = {0};
    for (size_t i = 0; i < self->parse->word_count; i++) {
        gs_buffer_clear(&folded);
        gs_utf8_fold(gs_view_slice(self->parse->text, self->parse->words[i].begin, self->parse->words[i].end),
                     &folded);
        self->lower[i] = gs_arena_text(self->arena, gs_buffer_view(&folded));
    }
    gs_buffer_free(&folded);
}

static bool has(const char *text)
{
    return text && text[0];
}

const char *cd_claims_text(const gs_statement *statement, gs_arena *arena)
{
    const char *text = statement->text ? statement->text : "";
    return has(statement->denied_claim) ? gs_arena_format(arena, "%s\n\n%s", text, statement->denied_claim)
                                        : text;
}

// What is denied: the first clause of it that says anything.
static void deny(cd_reading *self, size_t from)
{
    size_t count = 0;
    for (size_t i = 0; i < self->clause_count; i++)
        count += self->clauses[i].begin >= from;
    for (size_t i = 0; i < self->clause_count; i++) {
        cd_clause *clause = &self->clauses[i];
        if (clause->begin < from || (clause->predicate == CD_NONE && count > 1))
            continue;
        cd_deny_clause(self, (uint8_t)i);
        return;
    }
}

// Words that only name the claim which is denied claim nothing themselves.
static void silence(cd_reading *self, const gs_statement *statement)
{
    gs_view text = gs_view_of(statement->text);
    size_t from = 0, to = text.size;
    if (!cd_is_denied(statement)) {
        from = gs_view_find(text, gs_view_of(statement->denied_claim), 0);
        to = from == SIZE_MAX ? from : from + strlen(statement->denied_claim);
    }
    for (size_t i = 0; i < self->clause_count; i++)
        if (self->clauses[i].begin < to && self->clauses[i].end > from && self->clauses[i].begin >= from)
            self->clauses[i].flags |= CD_UNREAL;
}

static cd_reading *read_text(cd_reader *reader, gs_view text, const char *country, gs_arena *arena)
{
    const gs_parse *parse = gs_lang_parse(reader->lang, text, GS_LANG_PARAGRAPHS, arena);
    size_t count = parse->word_count;
    cd_reading *self = gs_arena_zalloc(arena, sizeof *self);
    self->reader = reader;
    self->parse = parse;
    self->arena = arena;
    self->country = country;
    self->own = country[0] ? cd_place_hash(country) : 0;
    self->lower = gs_arena_alloc(arena, (count + 1) * sizeof *self->lower);
    self->clause_head = gs_arena_alloc(arena, (count + 1) * sizeof *self->clause_head);
    self->term_of = gs_arena_alloc(arena, count + 1);
    self->clause_of = gs_arena_alloc(arena, count + 1);
    self->taken = gs_arena_zalloc(arena, count + 1);
    memset(self->term_of, CD_NONE, count + 1);
    lower_words(self);
    read_clauses(self);
    cd_read_numbers(self);
    read_terms(self);
    cd_read_polarity(self);
    return self;
}

const cd_claims *cd_claims_of(cd_reader *reader, const gs_statement *statement, gs_arena *arena)
{
    const char *country =
        statement->speaker && statement->speaker->country ? statement->speaker->country : "";
    gs_view text = gs_view_slice(gs_view_of(cd_claims_text(statement, arena)), 0, UINT16_MAX);
    cd_reading *self = read_text(reader, text, country, arena);
    if (has(statement->denied_claim)) {
        silence(self, statement);
        deny(self, strlen(statement->text ? statement->text : "") + 1);
    } else if (cd_is_denied(statement)) {
        deny(self, 0);
    }
    cd_read_setting(self, statement);
    return pack(self);
}
