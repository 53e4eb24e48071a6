// Flat names out of annotations that mean something wider.
//
// GUM (MISC column, `Entity=(id-type-…`) brackets every mention of an entity, nested, proper or not: "the
// president of France" is a person in which "France" is a place. A name is what is left of a mention around
// its syntactic head: if that head is a proper noun, the run of proper words there, without determiners,
// titles, possessive 's and what follows a comma. Wide mentions go first, and an inner one counts where no
// wider name lies: as CoNLL-2003 and OntoNotes have it, "University of Southern Indiana" is one name.
//
// Where the annotation leaves it open, a word is "_" and trains nothing: better no lesson than a wrong one.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corpus_entities.h"
#include "name_words.h"

enum { MENTIONS = 512, OPEN = 128 }; // of a sentence; deeper annotation is left out

typedef struct mention {
    size_t begin, end; // words
    char type[16];
} mention;

typedef struct entity_kind {
    const char *type, *kind;
} entity_kind;

// Animals, plants, substances and times are left open.
static const entity_kind kinds[] = {
    {"person", "PERSON"}, {"organization", "ORG"}, {"place", "LOC"},
    {"event", "MISC"},    {"object", "MISC"},      {"abstract", "MISC"},
};

static const char *const connectors[] = {"of", "for", "and", "the", "&",   "de", "del", "der", "van", "von",
                                         "di", "da",  "du",  "la",  "le",  "el", "al",  "bin", "ibn", "-",
                                         "'s", "’s",  "’",   "on",  "des", "y",  "et",  "–",   NULL};
static const char *const determiners[] = {"the",  "a",     "an",  "this", "that", "these", "those", "my",
                                          "your", "his",   "her", "its",  "our",  "their", "all",   "some",
                                          "no",   "every", "any", "two",  "both", NULL};
static const char *const pronouns[] = {"i",    "we",   "you",  "he",         "she",     "it",
                                       "they", "them", "us",   "me",         "him",     "who",
                                       "one",  "mine", "ours", "themselves", "himself", NULL};

static bool is_one_of(const char *const *list, const char *form)
{
    char lower[16];
    size_t size = strlen(form);
    if (size >= sizeof lower)
        return false;
    for (size_t i = 0; i <= size; i++)
        lower[i] = (char)tolower((unsigned char)form[i]);
    for (; *list; list++)
        if (strcmp(*list, lower) == 0)
            return true;
    return false;
}

// A capital or digit first; a letter beyond ASCII counts as a capital only if it is one of Latin-1.
static bool is_capital(const char *form)
{
    const unsigned char *at = (const unsigned char *)form;
    return isupper(at[0]) || isdigit(at[0]) || (at[0] == 0xC3 && at[1] >= 0x80 && at[1] <= 0x9E);
}

static void set_name(corpus_word *words, size_t begin, size_t end, const char *kind, gs_arena *arena)
{
    for (size_t i = begin; i < end; i++)
        words[i].name = gs_arena_format(arena, "%c-%s", i == begin ? 'B' : 'I', kind);
}

// ---- dates and amounts

static bool is_numeric(const corpus_word *word)
{
    const char *form = word->form;
    return isdigit((unsigned char)form[0]) || strcmp(word->xpos, "CD") == 0 ||
           (form[0] != '\0' && isdigit((unsigned char)form[1])) || strcmp(form, "May") == 0 ||
           (strcmp(form, "may") != 0 && strcmp(form, "mar") != 0 &&
            name_words_have_lower(NAME_LIST_MONTHS, form)) ||
           name_words_have_lower(NAME_LIST_WEEKDAYS, form) ||
           name_words_have_lower(NAME_LIST_NUMBERS, form) || name_words_have_lower(NAME_LIST_UNITS, form) ||
           name_words_have_lower(NAME_LIST_TIMES, form);
}

void names_forget_numbers(corpus_word *words, size_t count)
{
    bool before = false; // the word before is numeric
    for (size_t i = 0; i < count; i++) {
        bool numeric = is_numeric(&words[i]);
        bool beside = before || (i + 1 < count && is_numeric(&words[i + 1]));
        // Of the neighbours, "last", "about" or "the" could be in; a capitalised one is the annotators'
        // affair.
        bool word_like = isalpha((unsigned char)words[i].form[0]) || strchr(",-–", words[i].form[0]);
        if (strcmp(words[i].name, "O") == 0 &&
            (numeric || (beside && word_like && (!is_capital(words[i].form) || i == 0))))
            words[i].name = "_";
        before = numeric;
    }
}

// ---- corpora that mark common nouns (re3d)

static bool is_nominal_kind(const char *kind)
{
    return strcmp(kind, "PERSON") == 0 || strcmp(kind, "ORG") == 0 || strcmp(kind, "LOC") == 0 ||
           strcmp(kind, "MISC") == 0;
}

static void keep_proper(corpus_word *words, size_t begin, size_t end, gs_arena *arena)
{
    const char *kind = words[begin].name + 2;
    size_t from = begin, to = begin;
    while (from < end && is_one_of(determiners, words[from].form))
        from++;
    if (strcmp(kind, "PERSON") == 0)
        while (from + 1 < end && name_words_have_lower(NAME_LIST_TITLES, words[from].form))
            from++;
    bool proper = false, mixed = false;
    for (to = from; to < end && words[to].form[0] != ','; to++) {
        if (is_capital(words[to].form))
            proper = true;
        else if (!is_one_of(connectors, words[to].form) && ispunct((unsigned char)words[to].form[0]) == 0)
            mixed = true;
    }
    bool only_title = to == from + 1 && name_words_have_lower(NAME_LIST_TITLES, words[from].form);
    bool pronoun = from < to && is_one_of(pronouns, words[from].form);
    bool open = proper && !pronoun && (mixed || only_title || (from == 0 && to == 1));
    for (size_t i = begin; i < end; i++)
        words[i].name = open ? "_" : "O";
    if (proper && !pronoun && !open)
        set_name(words, from, to, kind, arena);
}

void names_keep_proper(corpus_word *words, size_t count, gs_arena *arena)
{
    for (size_t i = 0, end; i < count; i = end) {
        end = i + 1;
        if (words[i].name[0] != 'B')
            continue;
        while (end < count && words[end].name[0] == 'I')
            end++;
        if (is_nominal_kind(words[i].name + 2))
            keep_proper(words, i, end, arena);
    }
    // Much was passed over: a capital outside the mentions proves nothing.
    for (size_t i = 1; i < count; i++)
        if (strcmp(words[i].name, "O") == 0 && is_capital(words[i].form) &&
            !name_words_have_lower(NAME_LIST_TITLES, words[i].form))
            words[i].name = "_";
}

// ---- GUM

static bool is_noun_tag(const char *xpos)
{
    return strcmp(xpos, "NNP") == 0 || strcmp(xpos, "NNPS") == 0;
}

// The mentions of a sentence, from "(12-person-…", "12)" and "(12-person-…)" in Entity=. Returns their count.
static size_t read_mentions(const corpus_sentence *sentence, mention *mentions)
{
    struct {
        char id[16];
        size_t mention;
    } open[OPEN];
    size_t count = 0, depth = 0;
    for (uint32_t i = 0; i < sentence->count; i++) {
        const char *at = strstr(sentence->words[i].misc, "Entity=");
        at = at ? at + strlen("Entity=") : "";
        while (*at != '\0' && *at != '|') {
            bool opens = *at == '(';
            at += opens;
            size_t size = strcspn(at, "()|");
            size_t id = strcspn(at, "-[()|");
            bool closes = at[size] == ')';
            const char *type = at + (id < size ? id + 1 : size);
            size_t type_size = strcspn(type, "-()|");
            if (opens && depth < OPEN && count < MENTIONS && id < sizeof open[0].id &&
                type_size < sizeof mentions[0].type) {
                snprintf(open[depth].id, sizeof open[0].id, "%.*s", (int)id, at);
                open[depth++].mention = count;
                mentions[count] = (mention){.begin = i};
                snprintf(mentions[count++].type, sizeof mentions[0].type, "%.*s", (int)type_size, type);
            }
            for (size_t j = depth; closes && j-- > 0;)
                if (strncmp(open[j].id, at, id) == 0 && open[j].id[id] == '\0') {
                    mentions[open[j].mention].end = i + 1;
                    memmove(&open[j], &open[j + 1], (--depth - j) * sizeof open[0]);
                    break;
                }
            at += size + closes;
        }
    }
    return count;
}

static int compare_mentions(const void *left, const void *right)
{
    const mention *a = left, *b = right;
    size_t size_a = a->end - a->begin, size_b = b->end - b->begin;
    if (size_a != size_b)
        return size_a < size_b ? 1 : -1;
    return a->begin < b->begin ? -1 : a->begin > b->begin;
}

// The word of the mention that hangs on a word outside it.
static size_t head_of(const corpus_word *words, const mention *found)
{
    for (size_t i = found->begin; i < found->end; i++)
        if (words[i].head < (int32_t)found->begin || words[i].head >= (int32_t)found->end)
            return i;
    return found->begin;
}

static bool is_name_word(const corpus_word *word, bool person)
{
    if (is_noun_tag(word->xpos))
        return true;
    if (person || !is_capital(word->form))
        return strcmp(word->xpos, "HYPH") == 0;
    return !is_one_of(determiners, word->form) && strcmp(word->upos == GS_PUNCT ? "" : word->xpos, "") != 0;
}

// How far a name reaches past the connectors at `at`: behind the next name word, or `at` if none follows.
static size_t past_connectors(const corpus_word *words, size_t at, size_t end)
{
    size_t next = at;
    while (next < end && next < at + 2 && is_one_of(connectors, words[next].form))
        next++;
    bool joins = next > at && next < end && is_noun_tag(words[next].xpos) && words[at].form[0] != '\'' &&
                 strcmp(words[at].xpos, "POS") != 0;
    return joins ? next + 1 : at;
}

// Narrows *found to its name; false if it has none. *open: it may have one, that rules do not find.
static bool narrow(const corpus_word *words, mention *found, bool *open)
{
    bool person = strcmp(found->type, "person") == 0;
    size_t head = head_of(words, found), from = head, to = head + 1;
    *open = false;
    if (!is_noun_tag(words[head].xpos))
        return false;
    while (from > found->begin && is_name_word(&words[from - 1], person))
        from--;
    while (to < found->end) {
        size_t next = is_name_word(&words[to], person) ? to + 1 : to;
        if (next == to && !person)
            next = past_connectors(words, to, found->end);
        if (next == to)
            break;
        to = next;
    }
    while (from < to && (is_one_of(determiners, words[from].form) || words[from].upos == GS_PUNCT))
        from++;
    while (to > from && (strcmp(words[to - 1].xpos, "POS") == 0 || words[to - 1].upos == GS_PUNCT))
        to--;
    while (person && from < to && name_words_have_lower(NAME_LIST_TITLES, words[from].form))
        from++;
    // "Smith, 2010" in a paper is an abstract there; "Vikings" are persons; neither is a name of its kind.
    bool cited = strcmp(found->type, "abstract") == 0 && to < found->end && words[to].form[0] == ',';
    bool people = person && from < to && strcmp(words[to - 1].xpos, "NNPS") == 0;
    *open = from < to && (cited || people);
    found->begin = from;
    found->end = to;
    return from < to && !*open;
}

static bool is_free(const corpus_word *words, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        if (words[i].name[0] == 'B' || words[i].name[0] == 'I')
            return false;
    return true;
}

static const char *kind_of(const char *type)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].type, type) == 0)
            return kinds[i].kind;
    return NULL;
}

// What no mention made a name: peoples are known by their form; other proper nouns stay open, but for titles.
static void settle_rest(corpus_word *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (words[i].name[0] == 'B' || words[i].name[0] == 'I')
            continue;
        bool noun = is_noun_tag(words[i].xpos);
        bool beside =
            (i > 0 && is_noun_tag(words[i - 1].xpos)) || (i + 1 < count && is_noun_tag(words[i + 1].xpos));
        if (name_words_demonym(words[i].form) && (strcmp(words[i].xpos, "JJ") == 0 || !beside))
            words[i].name = "B-NORP";
        else if (noun && !name_words_have_lower(NAME_LIST_TITLES, words[i].form))
            words[i].name = "_";
    }
    names_forget_numbers(words, count);
}

static void name_sentence(corpus_sentence *sentence, mention *mentions, gs_arena *arena)
{
    corpus_word *words = sentence->words;
    size_t count = read_mentions(sentence, mentions);
    for (size_t i = 0; i < sentence->count; i++)
        words[i].name = "O";
    qsort(mentions, count, sizeof *mentions, compare_mentions);
    for (size_t i = 0; i < count; i++) {
        mention found = mentions[i];
        const char *kind = kind_of(found.type);
        bool open = false;
        if (found.end <= found.begin)
            continue; // never closed
        bool named = narrow(words, &found, &open) && kind;
        if (!is_free(words, found.begin, found.end))
            continue;
        bool people = found.end == found.begin + 1 && name_words_demonym(words[found.begin].form);
        if (people && (named || open))
            words[found.begin].name = "B-NORP";
        else if (named && strcmp(kind, "PERSON") == 0 &&
                 name_words_have_lower(NAME_LIST_BODY_HEADS, words[found.end - 1].form))
            set_name(words, found.begin, found.end, "ORG", arena); // "the Mexican Army", as its men
        else if (named)
            set_name(words, found.begin, found.end, kind, arena);
    }
    settle_rest(words, sentence->count);
}

static bool has_entities(const corpus *self, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        for (uint32_t j = 0; j < self->sentences[i].count; j++)
            if (strstr(self->sentences[i].words[j].misc, "Entity="))
                return true;
    return false;
}

void corpus_names_from_entities(corpus *self)
{
    mention *mentions = gs_allocate(MENTIONS * sizeof *mentions);
    for (size_t begin = 0, end; begin < self->count; begin = end) {
        for (end = begin + 1; end < self->count && !self->sentences[end].new_document;)
            end++;
        bool told = has_entities(self, begin, end);
        for (size_t i = begin; i < end; i++) {
            if (told)
                name_sentence(&self->sentences[i], mentions, self->arena);
            for (uint32_t j = 0; j < self->sentences[i].count && !told; j++)
                self->sentences[i].words[j].name = "_";
        }
    }
    free(mentions);
}
