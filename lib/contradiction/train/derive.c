// Pairs whose label is known by how they were made. From a sentence S with a finite verb:
//
//   contradiction   S and its negation; S and the negation of S without a modifier (what denies the general
//   denies
//                   the special); S with another figure; S with an adjective turned into its antonym
//   none            S and S without a modifier; S without a modifier and the negation of S with it; both
//   negated;
//                   S with a synonym or a more general word; S with another person, thing or deed; S in the
//                   passive; S, negated or not, and the sentence before it in the text
//
// The parser reads the sentences here as it does at work, so what it gets wrong is learned from as well. All
// choices come from a hash of the sentence, also which sentences are taken.
#include "derive.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_LEAST = 5, WORDS_MOST = 26, VOCABULARY = 4000, TRIES = 400, ONE_IN = 5 };

typedef struct draft {
    const char *words[2 * WORDS_MOST];
    bool space[2 * WORDS_MOST];
    size_t count;
} draft;

typedef struct vocabulary_word {
    char *lemma;
    uint32_t word; // in WordNet
    uint8_t upos;
} vocabulary_word;

struct cd_deriver {
    gs_lang *lang;
    const cd_wordnet *wordnet;
    gs_arena *arena;
    vocabulary_word *words; // lemmas of the treebanks, a word class apart
    size_t word_count;
    char *previous; // the sentence before, of the same text
    int amod, advmod, obl, nmod, nsubj, obj, det, aux, cop, aux_pass;
};

cd_deriver *cd_deriver_new(gs_lang *lang, const cd_wordnet *wordnet)
{
    cd_deriver *self = gs_allocate(sizeof *self);
    self->lang = lang;
    self->wordnet = wordnet;
    self->arena = gs_arena_new(0);
    self->words = gs_allocate(VOCABULARY * sizeof *self->words);
    self->amod = gs_lang_relation_find(lang, "amod");
    self->advmod = gs_lang_relation_find(lang, "advmod");
    self->obl = gs_lang_relation_find(lang, "obl");
    self->nmod = gs_lang_relation_find(lang, "nmod");
    self->nsubj = gs_lang_relation_find(lang, "nsubj");
    self->obj = gs_lang_relation_find(lang, "obj");
    self->det = gs_lang_relation_find(lang, "det");
    self->aux = gs_lang_relation_find(lang, "aux");
    self->cop = gs_lang_relation_find(lang, "cop");
    self->aux_pass = gs_lang_relation_find(lang, "aux:pass");
    return self;
}

static void forget_previous(cd_deriver *self)
{
    free(self->previous);
    self->previous = NULL;
}

void cd_deriver_free(cd_deriver **self_p)
{
    cd_deriver *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->word_count; i++)
        free(self->words[i].lemma);
    free(self->words);
    forget_previous(self);
    gs_arena_free(&self->arena);
    free(self);
    *self_p = NULL;
}

// ---- sentences -------------------------------------------------------------------------------------

typedef struct sentence {
    const gs_parse *parse;
    uint32_t root;
    uint64_t seed;
} sentence;

static const char *form(const cd_deriver *self, const sentence *from, uint32_t word)
{
    const gs_word *found = &from->parse->words[word];
    return gs_arena_text(self->arena, gs_view_slice(from->parse->text, found->begin, found->end));
}

static const char *text_of(const cd_deriver *self, const draft *words)
{
    gs_buffer text = {0};
    for (size_t i = 0; i < words->count; i++) {
        if (words->space[i] && i > 0)
            gs_buffer_byte(&text, ' ');
        gs_buffer_text(&text, words->words[i]);
    }
    char *copy = gs_arena_text(self->arena, gs_buffer_view(&text));
    gs_buffer_free(&text);
    return copy;
}

static void put(draft *words, const char *word, bool space)
{
    if (words->count == sizeof words->words / sizeof words->words[0])
        return;
    words->words[words->count] = word;
    words->space[words->count++] = space;
}

static uint32_t child_of(const sentence *from, uint32_t head, int relation)
{
    for (uint32_t i = 0; i < from->parse->word_count; i++)
        if (from->parse->words[i].head == head && from->parse->words[i].relation == relation)
            return i;
    return GS_WORD_ROOT;
}

static bool below(const sentence *from, uint32_t word, uint32_t top)
{
    for (uint32_t steps = 0; steps < WORDS_MOST && word != GS_WORD_ROOT; steps++) {
        if (word == top)
            return true;
        word = from->parse->words[word].head;
    }
    return false;
}

// The sentence without what hangs on dropped, with word replaced by other, and negated, as is asked for.
// Empty if it cannot be negated.
typedef struct change {
    uint32_t dropped, replaced; // GS_WORD_ROOT: none
    const char *other;
    bool negated;
} change;

static const change NO_CHANGE = {GS_WORD_ROOT, GS_WORD_ROOT, NULL, false};

static const char *negated_verb(const cd_deriver *self, const sentence *from)
{
    const gs_word *root = &from->parse->words[from->root];
    const char *tag = gs_lang_xpos_name(self->lang, root->xpos);
    const char *auxiliary = strcmp(tag, "VBD") == 0   ? "did"
                            : strcmp(tag, "VBZ") == 0 ? "does"
                            : strcmp(tag, "VBP") == 0 ? "do"
                                                      : NULL;
    return auxiliary ? gs_arena_format(self->arena, "%s not %s", auxiliary, root->lemma) : NULL;
}

static const char *changed(const cd_deriver *self, const sentence *from, change how)
{
    draft words = {.count = 0};
    uint32_t auxiliary = child_of(from, from->root, self->aux);
    auxiliary = auxiliary != GS_WORD_ROOT ? auxiliary : child_of(from, from->root, self->aux_pass);
    auxiliary = auxiliary != GS_WORD_ROOT ? auxiliary : child_of(from, from->root, self->cop);
    bool be = strcmp(from->parse->words[from->root].lemma, "be") == 0;
    auxiliary = auxiliary == GS_WORD_ROOT && be ? from->root : auxiliary;
    const char *verb = how.negated && auxiliary == GS_WORD_ROOT ? negated_verb(self, from) : NULL;
    if (how.negated && auxiliary == GS_WORD_ROOT && !verb)
        return "";
    for (uint32_t i = 0; i < from->parse->word_count; i++) {
        if (how.dropped != GS_WORD_ROOT && below(from, i, how.dropped))
            continue;
        const char *word = i == how.replaced         ? how.other
                           : i == from->root && verb ? verb
                                                     : form(self, from, i);
        put(&words, word, from->parse->words[i].space_before);
        if (how.negated && i == auxiliary)
            put(&words, "not", true);
    }
    return text_of(self, &words);
}

// "The army shelled the town" as "The town was shelled by the army"; empty if the sentence is not of that
// kind.
static const char *passive(const cd_deriver *self, const sentence *from)
{
    uint32_t subject = child_of(from, from->root, self->nsubj),
             object = child_of(from, from->root, self->obj);
    const gs_word *words = from->parse->words;
    if (subject == GS_WORD_ROOT || object == GS_WORD_ROOT || words[subject].upos == GS_PRON ||
        words[object].upos == GS_PRON ||
        strcmp(gs_lang_xpos_name(self->lang, words[from->root].xpos), "VBD") != 0 ||
        !gs_view_ends(gs_view_of(form(self, from, from->root)), "ed"))
        return "";
    draft out = {.count = 0};
    for (uint32_t i = 0; i < from->parse->word_count; i++)
        if (below(from, i, object))
            put(&out, form(self, from, i), words[i].space_before);
    bool plural = strcmp(gs_lang_xpos_name(self->lang, words[object].xpos), "NNS") == 0;
    put(&out, plural ? "were" : "was", true);
    put(&out, form(self, from, from->root), true);
    put(&out, "by", true);
    for (uint32_t i = 0; i < from->parse->word_count; i++)
        if (below(from, i, subject))
            put(&out, form(self, from, i), true);
    for (uint32_t i = from->root + 1; i < from->parse->word_count; i++)
        if (!below(from, i, object) && !below(from, i, subject))
            put(&out, form(self, from, i), words[i].space_before);
    return text_of(self, &out);
}

// ---- words -----------------------------------------------------------------------------------------

static uint32_t wordnet_word(const cd_deriver *self, const char *lemma)
{
    return cd_wordnet_find(self->wordnet, cd_wordnet_hash(gs_view_of(lemma)));
}

static void learn_words(cd_deriver *self, const gs_parse *parse)
{
    for (size_t i = 0; i < parse->word_count; i++) {
        const gs_word *word = &parse->words[i];
        if ((word->upos != GS_NOUN && word->upos != GS_ADJ && word->upos != GS_VERB) ||
            self->word_count == VOCABULARY)
            continue;
        bool known = false;
        uint32_t found = wordnet_word(self, word->lemma);
        for (size_t j = self->word_count; j > 0 && j + 500 > self->word_count && !known; j--)
            known = self->words[j - 1].word == found && self->words[j - 1].upos == word->upos;
        if (found != CD_NO_WORD && !known)
            self->words[self->word_count++] = (vocabulary_word){gs_duplicate(word->lemma), found, word->upos};
    }
}

typedef enum wanted { WANT_SYNONYM, WANT_ABOVE, WANT_ANTONYM, WANT_PERSON, WANT_THING, WANT_DEED } wanted;

static bool fits(cd_relation relation, wanted want)
{
    enum { FIELD_PERSON = 18 };
    switch (want) {
    case WANT_SYNONYM:
        return relation.synonym && !relation.antonym;
    case WANT_ABOVE:
        return relation.above && relation.above <= 2 && !relation.a_above;
    case WANT_ANTONYM:
        return relation.antonym;
    case WANT_PERSON:
        return relation.field == FIELD_PERSON && relation.up && !relation.above && !relation.synonym;
    default:
        return relation.up && !relation.above && !relation.synonym && !relation.antonym && !relation.excludes;
    }
}

// A word of the vocabulary that stands so to this one. NULL if none of those tried does.
static const char *find_word(const cd_deriver *self, const sentence *from, const gs_word *word, wanted want)
{
    static const cd_class classes[] = {
        [GS_NOUN] = CD_CLASS_NOUN, [GS_ADJ] = CD_CLASS_ADJECTIVE, [GS_VERB] = CD_CLASS_VERB};
    uint32_t own = wordnet_word(self, word->lemma);
    if (own == CD_NO_WORD || self->word_count < TRIES)
        return NULL;
    bool all = want == WANT_ANTONYM || want == WANT_SYNONYM;
    size_t tries = all ? self->word_count : TRIES, at = (size_t)(from->seed % self->word_count);
    for (size_t i = 0; i < tries; i++) {
        const vocabulary_word *other = &self->words[(at + i) % self->word_count];
        if (other->upos != word->upos || other->word == own)
            continue;
        if (fits(cd_wordnet_relate(self->wordnet, own, other->word, classes[word->upos]), want))
            return other->lemma;
    }
    return NULL;
}

// ---- pairs -----------------------------------------------------------------------------------------

typedef struct output {
    cd_derived take;
    void *context;
} output;

static void give(const output *to, const char *a, const char *b, bool contradiction)
{
    if (a[0] && b[0] && strcmp(a, b) != 0)
        to->take(to->context, a, b, contradiction);
}

static uint32_t pick_modifier(const cd_deriver *self, const sentence *from)
{
    const int relations[] = {self->amod, self->advmod, self->obl, self->nmod};
    uint32_t picked = GS_WORD_ROOT;
    uint64_t best = 0;
    for (uint32_t i = 0; i < from->parse->word_count; i++) {
        const gs_word *word = &from->parse->words[i];
        bool modifier = false;
        for (size_t r = 0; r < sizeof relations / sizeof relations[0]; r++)
            modifier |= word->relation == relations[r];
        uint64_t rank = (from->seed ^ i) * 0x9E3779B97F4A7C15u;
        if (!modifier || word->head == GS_WORD_ROOT || rank < best || word->upos == GS_PART)
            continue;
        picked = i;
        best = rank;
    }
    return picked;
}

static void give_modifier_pairs(const cd_deriver *self, const sentence *from, const char *text,
                                const char *denied, const output *to)
{
    change how = NO_CHANGE;
    how.dropped = pick_modifier(self, from);
    if (how.dropped == GS_WORD_ROOT)
        return;
    const char *shorter = changed(self, from, how);
    how.negated = true;
    const char *shorter_denied = changed(self, from, how);
    give(to, text, shorter, false);
    give(to, text, shorter_denied, true);
    // "He did not come on Monday" leaves open that he came.
    give(to, shorter, denied, false);
    give(to, denied, shorter_denied, false);
}

static void give_word_pairs(const cd_deriver *self, const sentence *from, const char *text, const output *to)
{
    static const struct {
        uint8_t upos;
        const char *tag;
        wanted want;
        bool contradiction;
    } kinds[] = {
        {GS_NOUN, "NN", WANT_SYNONYM, false}, {GS_NOUN, "NN", WANT_ABOVE, false},
        {GS_NOUN, "NN", WANT_PERSON, false},  {GS_NOUN, "NN", WANT_THING, false},
        {GS_ADJ, "JJ", WANT_SYNONYM, false},  {GS_ADJ, "JJ", WANT_ANTONYM, true},
        {GS_VERB, "VB", WANT_DEED, false},    {GS_VERB, "VB", WANT_SYNONYM, false},
        {GS_NOUN, "NN", WANT_ANTONYM, true},
    };
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        for (uint32_t i = 0; i < from->parse->word_count; i++) {
            const gs_word *word = &from->parse->words[i];
            const char *other = NULL;
            if (word->upos == kinds[k].upos &&
                strcmp(gs_lang_xpos_name(self->lang, word->xpos), kinds[k].tag) == 0)
                other = find_word(self, from, word, kinds[k].want);
            if (!other)
                continue;
            change how = NO_CHANGE;
            how.replaced = i;
            how.other = other;
            give(to, text, changed(self, from, how), kinds[k].contradiction);
            break;
        }
    }
}

static void give_figures(const cd_deriver *self, const sentence *from, const char *text, const output *to)
{
    static const char *const figures[] = {"three", "seven", "12", "30", "eleven", "400", "two", "95"};
    for (uint32_t i = 0; i < from->parse->word_count; i++) {
        const gs_word *word = &from->parse->words[i];
        if (word->upos != GS_NUM || word->head == GS_WORD_ROOT ||
            from->parse->words[word->head].upos != GS_NOUN)
            continue;
        change how = NO_CHANGE;
        how.replaced = i;
        how.other = figures[from->seed % (sizeof figures / sizeof figures[0])];
        if (!gs_view_equal_nocase(gs_view_of(how.other), gs_view_of(form(self, from, i))))
            give(to, text, changed(self, from, how), true);
        return;
    }
}

static bool has_negation(const sentence *from)
{
    static const char *const words[] = {"not",     "n't",  "no",  "never",  "nobody",
                                        "nothing", "none", "nor", "neither"};
    for (uint32_t i = 0; i < from->parse->word_count; i++)
        for (size_t w = 0; w < sizeof words / sizeof words[0]; w++)
            if (strcmp(from->parse->words[i].lemma, words[w]) == 0)
                return true;
    return false;
}

static void derive_sentence(cd_deriver *self, const char *text, const output *to)
{
    gs_arena_reset(self->arena);
    const gs_parse *parse = gs_lang_parse(self->lang, gs_view_of(text), GS_LANG_LINES, self->arena);
    sentence from = {.parse = parse, .root = GS_WORD_ROOT, .seed = gs_hash(gs_view_of(text))};
    for (uint32_t i = 0; i < parse->word_count; i++)
        from.root = parse->words[i].head == GS_WORD_ROOT && from.root == GS_WORD_ROOT ? i : from.root;
    learn_words(self, parse);
    if (parse->sentence_count != 1 || parse->word_count < WORDS_LEAST || parse->word_count > WORDS_MOST ||
        strchr(text, '?') || child_of(&from, from.root, self->nsubj) == GS_WORD_ROOT || has_negation(&from))
        return;
    change how = NO_CHANGE;
    how.negated = true;
    const char *denied = changed(self, &from, how);
    give(to, text, denied, true);
    if (self->previous)
        give(to, from.seed % 2 ? text : denied, self->previous, false);
    if (denied[0])
        give_modifier_pairs(self, &from, text, denied, to);
    give_word_pairs(self, &from, text, to);
    give_figures(self, &from, text, to);
    const char *turned = passive(self, &from);
    give(to, text, turned, false);
    give(to, denied, turned, true);
}

bool cd_derive(cd_deriver *self, const char *path, cd_derived take, void *context, gs_error *error)
{
    static const char mark[] = "# text = ";
    FILE *file = fopen(path, "r");
    if (!file)
        return gs_fail(error, GS_E_IO, "cannot read %s: %s", path, strerror(errno));
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    output to = {take, context};
    while ((size = getline(&line, &capacity, file)) > 0) {
        if (strncmp(line, "# newdoc", 8) == 0)
            forget_previous(self);
        if (strncmp(line, mark, sizeof mark - 1) != 0)
            continue;
        line[strcspn(line, "\n")] = '\0';
        const char *text = line + sizeof mark - 1;
        if (gs_hash(gs_view_of(line)) % ONE_IN == 0)
            derive_sentence(self, text, &to);
        forget_previous(self);
        self->previous = gs_duplicate(text);
    }
    free(line);
    return fclose(file) == 0;
}
