// Words are data: each table is sorted by its first column when it is made, and searched by halves here.
#include "lexicon.h"

#include "statement/statement.h"

#include <stdlib.h>
#include <string.h>

typedef struct cue_row {
    const char *form, *lemma, *act, *class, *tense, *strength, *note;
} cue_row;
typedef struct word_row {
    const char *word, *kind;
} word_row;

static const cue_row CUES[] = {
#include "cues.inc"
};
typedef struct role_row {
    const char *word, *kind, *body;
} role_row;
static const role_row ROLES[] = {
#include "roles.inc"
};
static const word_row ORGANISATIONS[] = {
#include "organisations.inc"
};
static const st_place PLACES[] = {
#include "countries.inc"
};
static const word_row SUBDIVISIONS[] = {
#include "subdivisions.inc"
};
static const word_row BODIES[] = {
#include "bodies.inc"
};
static const word_row WORDS[] = {
#include "words.inc"
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *const ROLE_KINDS[] = {"", "state", "holder", "body", "private", "crowd", "asker", "title"};
static const char *const ORG_KINDS[] = {"", "state", "private", "open"};
static const char *const WORD_KINDS[] = {"",    "aux",   "modal", "det",    "pronoun", "conj", "prep",
                                         "day", "month", "time",  "adverb", "hearer",  "neg",  "claim"};
static const char *const CUE_CLASSES[] = {"say", "clause", "that", "tell", "np", "inf", "quote", "post"};
static const char *const TENSES[] = {"past", "present", "base", "ing"};
static const char *const PLACE_KINDS[] = {"country", "demonym", "people", "capital", "seat", "body"};

static int compare_key(const void *key, const void *row)
{
    const gs_view *word = key;
    const char *entry = *(const char *const *)row; // the first column
    size_t entry_size = strlen(entry), shared = word->size < entry_size ? word->size : entry_size;
    int order = memcmp(word->data, entry, shared);
    return order ? order : (word->size > entry_size) - (word->size < entry_size);
}

static const void *find(gs_view word, const void *table, size_t count, size_t row_size)
{
    return word.size && word.data ? bsearch(&word, table, count, row_size, compare_key) : NULL;
}

// Place of name in list, or 0 if absent.
static unsigned place_in(const char *name, const char *const *list, size_t count)
{
    for (unsigned i = 0; i < count; i++)
        if (name[0] == list[i][0] && strcmp(name, list[i]) == 0)
            return i;
    return 0;
}

static Gainsay__V1__Statement__Act act_of(const char *name)
{
    char upper[16];
    size_t size = 0;
    for (; name[size] && size + 1 < sizeof upper; size++)
        upper[size] = (char)(name[size] - 'a' + 'A');
    upper[size] = '\0';
    const ProtobufCEnumValue *value =
        protobuf_c_enum_descriptor_get_value_by_name(&gainsay__v1__statement__act__descriptor, upper);
    return value ? (Gainsay__V1__Statement__Act)value->value : GAINSAY__V1__STATEMENT__ACT__ASSERT;
}

bool st_lexicon_cue(gs_view lower, st_cue_word *cue)
{
    const cue_row *row = find(lower, CUES, COUNT(CUES), sizeof CUES[0]);
    if (!row)
        return false;
    *cue = (st_cue_word){
        .class = (st_cue_class)place_in(row->class, CUE_CLASSES, COUNT(CUE_CLASSES)),
        .tense = (st_tense)place_in(row->tense, TENSES, COUNT(TENSES)),
        .act = act_of(row->act),
        .strength = atoi(row->strength) / 100.0,
        .ambiguous = row->note[0] == 'a',
        .say = strcmp(row->lemma, "say") == 0 || strcmp(row->lemma, "tell") == 0,
        .add = strcmp(row->lemma, "add") == 0,
    };
    return true;
}

st_role st_lexicon_role(gs_view lower)
{
    const role_row *row = find(lower, ROLES, COUNT(ROLES), sizeof ROLES[0]);
    return row ? (st_role)place_in(row->kind, ROLE_KINDS, COUNT(ROLE_KINDS)) : ST_ROLE_NONE;
}

const char *st_lexicon_role_body(gs_view lower)
{
    const role_row *row = find(lower, ROLES, COUNT(ROLES), sizeof ROLES[0]);
    return row ? row->body : "-";
}

st_org st_lexicon_org(gs_view lower)
{
    const word_row *row = find(lower, ORGANISATIONS, COUNT(ORGANISATIONS), sizeof ORGANISATIONS[0]);
    return row ? (st_org)place_in(row->kind, ORG_KINDS, COUNT(ORG_KINDS)) : ST_ORG_NONE;
}

const st_place *st_lexicon_place(gs_view lower, bool capitals)
{
    const st_place *place = find(lower, PLACES, COUNT(PLACES), sizeof PLACES[0]);
    return place && (capitals || place->note[0] != 'c') ? place : NULL;
}

const char *st_lexicon_body(gs_view key)
{
    const word_row *row = find(key, BODIES, COUNT(BODIES), sizeof BODIES[0]);
    return row ? row->kind : NULL;
}

const char *st_lexicon_subdivision(gs_view lower)
{
    const word_row *row = find(lower, SUBDIVISIONS, COUNT(SUBDIVISIONS), sizeof SUBDIVISIONS[0]);
    return row ? row->kind : NULL;
}

// The first row that is not before "term ", by halves; true if it begins so.
static bool has_longer(gs_view term, const void *table, size_t count, size_t row_size)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *entry = *(const char *const *)((const char *)table + middle * row_size);
        int order = strncmp(entry, term.data, term.size);
        bool before = order < 0 || (order == 0 && entry[term.size] < ' ');
        low = before ? middle + 1 : low;
        high = before ? high : middle;
    }
    if (low == count)
        return false;
    const char *entry = *(const char *const *)((const char *)table + low * row_size);
    return strncmp(entry, term.data, term.size) == 0 && entry[term.size] == ' ';
}

bool st_lexicon_goes_on(gs_view term, bool places)
{
    return has_longer(term, CUES, COUNT(CUES), sizeof CUES[0]) ||
           (places && has_longer(term, PLACES, COUNT(PLACES), sizeof PLACES[0]));
}

st_place_kind st_place_kind_of(const st_place *place)
{
    return (st_place_kind)place_in(place->kind_name, PLACE_KINDS, COUNT(PLACE_KINDS));
}

st_word st_lexicon_word(gs_view lower)
{
    const word_row *row = find(lower, WORDS, COUNT(WORDS), sizeof WORDS[0]);
    return row ? (st_word)place_in(row->kind, WORD_KINDS, COUNT(WORD_KINDS)) : ST_WORD_OTHER;
}

const char *gs_place_code(gs_view term, bool capitals)
{
    const st_place *place = st_lexicon_place(term, capitals);
    return place ? place->code : NULL;
}

const char *gs_country_name(const char *code)
{
    for (size_t i = 0; i < COUNT(PLACES); i++)
        if (PLACES[i].note[0] == 's' && strcmp(PLACES[i].code, code) == 0)
            return PLACES[i].name;
    return code;
}

static bool ascends(const void *table, size_t count, size_t row_size)
{
    for (size_t i = 1; i < count; i++) {
        const char *previous = *(const char *const *)((const char *)table + (i - 1) * row_size);
        const char *current = *(const char *const *)((const char *)table + i * row_size);
        if (strcmp(previous, current) >= 0)
            return false;
    }
    return true;
}

bool st_lexicon_sound(void)
{
    return ascends(CUES, COUNT(CUES), sizeof CUES[0]) && ascends(ROLES, COUNT(ROLES), sizeof ROLES[0]) &&
           ascends(ORGANISATIONS, COUNT(ORGANISATIONS), sizeof ORGANISATIONS[0]) &&
           ascends(PLACES, COUNT(PLACES), sizeof PLACES[0]) &&
           ascends(BODIES, COUNT(BODIES), sizeof BODIES[0]) &&
           ascends(SUBDIVISIONS, COUNT(SUBDIVISIONS), sizeof SUBDIVISIONS[0]) &&
           ascends(WORDS, COUNT(WORDS), sizeof WORDS[0]);
}
