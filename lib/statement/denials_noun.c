// The words that denials are made of, and what a noun of saying is a claim of: the clause behind "report
// that", the noun behind "accusations of", and whose it is.
#include "denials.h"

#include <stdlib.h>
#include <string.h>

enum {
    NOUN_REACH = 8,  // tokens from the front of a phrase to its noun
    OWNER_REACH = 9, // tokens of "by the ministry in Lima" between the noun and "that"
    LEAST_WORDS = 2, // of a claim
};

typedef struct word_row {
    const char *word, *class;
} word_row;

static const word_row DENIAL_WORDS[] = {
#include "denials.inc"
};
enum { WORD_COUNT = sizeof DENIAL_WORDS / sizeof DENIAL_WORDS[0] };

static int compare_word(const void *key, const void *row)
{
    return strcmp(key, ((const word_row *)row)->word);
}

bool st_denials_word_is(const char *word, const char *class)
{
    const word_row *row = bsearch(word, DENIAL_WORDS, WORD_COUNT, sizeof *DENIAL_WORDS, compare_word);
    // A report is a claim, too.
    return row && (strcmp(row->class, class) == 0 ||
                   (strcmp(row->class, "report") == 0 && strcmp(class, "claim") == 0));
}

bool st_denials_sound(void)
{
    for (size_t i = 0; i < WORD_COUNT; i++) {
        static const char *const classes[] = {"claim", "report", "false", "true",  "refused",
                                              "ask",   "label",  "deny",  "ground"};
        bool known = false;
        for (size_t c = 0; c < sizeof classes / sizeof classes[0]; c++)
            known |= strcmp(DENIAL_WORDS[i].class, classes[c]) == 0;
        if (!known || (i > 0 && strcmp(DENIAL_WORDS[i - 1].word, DENIAL_WORDS[i].word) >= 0))
            return false;
    }
    return true;
}

bool st_denials_is(const st_reading *reading, uint32_t token, const char *class)
{
    return token < reading->document->token_count && st_denials_word_is(st_at(reading, token)->lower, class);
}

bool st_denials_any(const st_reading *reading, uint32_t token, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (st_is(reading, token, words[i]))
            return true;
    return false;
}

static bool is_mark(const st_reading *reading, uint32_t token)
{
    st_kind kind = st_at(reading, token)->kind;
    return kind == ST_KIND_PUNCT || kind == ST_KIND_OPEN || kind == ST_KIND_CLOSE;
}

bool st_denials_negates(const st_reading *reading, uint32_t token)
{
    const char *lower = st_at(reading, token)->lower;
    size_t size = strlen(lower);
    return ST_ANY(reading, token, "not", "no", "none", "nothing", "neither", "never", "nor", "hardly") ||
           (size > 3 && strcmp(lower + size - 3, "n't") == 0) ||
           (size > 5 && strcmp(lower + size - 5, "n’t") == 0);
}

bool st_denials_verbal(const st_reading *reading, uint32_t token)
{
    return st_at(reading, token)->upos == GS_VERB || st_at(reading, token)->upos == GS_AUX;
}

uint32_t st_denials_words(const st_reading *reading, st_range range)
{
    uint32_t words = 0;
    for (uint32_t i = range.begin; i < range.end; i++)
        words += !is_mark(reading, i);
    return words;
}

st_range st_denials_trimmed(const st_reading *reading, st_range range)
{
    while (range.begin < range.end && is_mark(reading, range.begin) && !st_is_mark(reading, range.begin, "$"))
        range.begin++;
    while (range.end > range.begin && is_mark(reading, range.end - 1) &&
           !st_is_mark(reading, range.end - 1, "%"))
        range.end--;
    return range;
}

// ---- calling false ---------------------------------------------------------------------------------

// "false alarm", "fake passports": falsity of another thing.
static bool leads_a_noun(const st_reading *reading, uint32_t token, uint32_t end)
{
    if (token + 1 >= end || st_is(reading, token + 1, "news"))
        return false;
    gs_upos upos = st_at(reading, token + 1)->upos;
    return (upos == GS_NOUN || upos == GS_PROPN) && !st_denials_is(reading, token + 1, "false") &&
           !st_denials_is(reading, token + 1, "claim");
}

// "no basis", "no factual basis", "without foundation"; not "not the guiding basis".
static bool has_no_ground(const st_reading *reading, uint32_t begin, uint32_t token)
{
    if (!st_denials_is(reading, token, "ground"))
        return false;
    for (uint32_t i = token > begin + 2 ? token - 2 : begin; i < token; i++)
        if (ST_ANY(reading, i, "no", "without"))
            return true;
    return false;
}

// The token that calls something untrue in [begin, end), by itself or negated: "baseless", "not true".
// ST_NONE.
uint32_t st_denials_falsity(const st_reading *reading, uint32_t begin, uint32_t end)
{
    bool negated = false;
    for (uint32_t i = begin; i < end; i++) {
        negated |= st_denials_negates(reading, i);
        bool falsifies = st_denials_is(reading, i, "false")  ? !negated
                         : st_denials_is(reading, i, "true") ? negated
                                                             : has_no_ground(reading, begin, i);
        if (falsifies && !leads_a_noun(reading, i, end) &&
            !(st_at(reading, i)->upos == GS_VERB && st_is(reading, i, "lie")))
            return i;
    }
    return ST_NONE;
}

// ---- the claim behind its noun ---------------------------------------------------------------------

// The noun of saying that heads the phrase at the front of the range: "the ministry's claim", "media
// reports".
uint32_t st_denials_claim_noun(const st_reading *reading, st_range range)
{
    for (uint32_t i = range.begin; i < range.end && i < range.begin + NOUN_REACH; i++) {
        gs_upos upos = st_at(reading, i)->upos;
        if (st_denials_is(reading, i, "claim") && upos != GS_VERB && upos != GS_AUX) {
            bool leads = i + 1 < range.end && st_at(reading, i + 1)->upos == GS_NOUN &&
                         !st_denials_is(reading, i + 1, "false");
            if (!leads)
                return i;
        }
        bool inside = upos == GS_DET || upos == GS_ADJ || upos == GS_NOUN || upos == GS_PROPN ||
                      upos == GS_PRON || upos == GS_PART || upos == GS_NUM || upos == GS_ADV ||
                      is_mark(reading, i) || st_is(reading, i, "of") || st_is(reading, i, "all");
        if (!inside || st_is_terminal(reading, i))
            return ST_NONE;
    }
    return ST_NONE;
}

static const char *text_of(const st_reading *reading, st_range range)
{
    return gs_arena_text(reading->arena, st_text(reading, st_denials_trimmed(reading, range)));
}

static st_range without_article(const st_reading *reading, st_range range)
{
    while (range.end - range.begin > 1 && ST_ANY(reading, range.begin, "the", "a", "an"))
        range.begin++;
    return range;
}

// Whose the noun is: "Washington's", "Chilean", "by the ministry", "made by Chile"; "" if it does not tell.
static const char *owner_of(const st_reading *reading, uint32_t begin, uint32_t noun, uint32_t end)
{
    begin = noun > begin + OWNER_REACH ? noun - OWNER_REACH : begin;
    for (uint32_t i = noun; i > begin; i--) {
        uint32_t at = i - 1;
        if (ST_ANY(reading, at, "'s", "’s", "'", "’") && at > begin)
            return text_of(reading, without_article(reading, (st_range){begin, at}));
        if (reading->marks[at].place)
            return gs_country_name(reading->marks[at].place->code);
    }
    for (uint32_t i = noun + 2; i < end && i < noun + OWNER_REACH && st_is(reading, noun + 1, "in"); i++)
        if (ST_ANY(reading, i, "'s", "’s")) // "the claims in his lawyer's suit"
            return text_of(reading, without_article(reading, (st_range){noun + 2, i}));
    uint32_t at = noun + 1;
    at += at < end && ST_ANY(reading, at, "made", "published", "issued", "put", "spread", "carried") ? 1 : 0;
    at += at < end && st_is(reading, at, "forward") ? 1 : 0;
    if (at >= end || !ST_ANY(reading, at, "by", "from"))
        return "";
    uint32_t stop = at + 1;
    while (stop < end && stop < at + OWNER_REACH &&
           !ST_ANY(reading, stop, "that", "about", "of", "as", "on") && !is_mark(reading, stop) &&
           !st_denials_verbal(reading, stop))
        stop++;
    return stop > at + 1 ? text_of(reading, without_article(reading, (st_range){at + 1, stop})) : "";
}

// "... as baseless", "... as "pure fiction"": what it is called is no part of the claim.
uint32_t st_denials_before_label(const st_reading *reading, uint32_t begin, uint32_t end)
{
    for (uint32_t i = begin; i + 1 < end; i++)
        if (st_is(reading, i, "as") &&
            st_denials_falsity(reading, i + 1, end < i + 6 ? end : i + 6) != ST_NONE)
            return i;
    return end;
}

// "that" behind the noun and what stands between them: "a claim by Manila that", "a report in the Times
// that".
static uint32_t that_behind(const st_reading *reading, uint32_t noun, uint32_t end)
{
    for (uint32_t i = noun + 1; i < end && i < noun + 1 + OWNER_REACH; i++) {
        if (st_is(reading, i, "that"))
            return i;
        bool participle = i <= noun + 2 && st_at(reading, i)->upos == GS_VERB;
        if ((st_denials_verbal(reading, i) && !participle) || st_is_terminal(reading, i) ||
            st_is_mark(reading, i, ",") || st_is_mark(reading, i, ";"))
            return ST_NONE;
    }
    return ST_NONE;
}

// "Reports that talks had begun were wrong": a verb that is not of the clause ends it.
static uint32_t clause_end(const st_reading *reading, uint32_t that, uint32_t end)
{
    uint32_t verb = st_at(reading, that)->head;
    for (uint32_t i = that + 1; verb != ST_NONE && verb > that && i < end; i++)
        if (i > verb && st_denials_verbal(reading, i) && st_at(reading, verb)->head == i)
            return i;
    return end;
}

// "claims of the ministry": whose, not what.
static bool is_somebody(const st_reading *reading, st_range range)
{
    for (uint32_t i = range.begin; i < range.end; i++) {
        gs_upos upos = st_at(reading, i)->upos;
        if (upos != GS_PROPN && upos != GS_DET && !reading->marks[i].place && !reading->marks[i].role)
            return false;
    }
    return true;
}

bool st_denials_found_at(const st_reading *reading, st_range claim, const char *of,
                         Gainsay__V1__Statement__DeniedFrom from, st_denied *denied)
{
    claim = st_denials_trimmed(reading, claim);
    if (claim.begin >= claim.end)
        return false;
    *denied = (st_denied){.claim = claim, .of = of, .from = from};
    return true;
}

bool st_denials_of_noun(const st_reading *reading, uint32_t begin, uint32_t noun, uint32_t end,
                        Gainsay__V1__Statement__DeniedFrom from, st_denied *denied)
{
    end = st_denials_before_label(reading, noun + 1, end);
    const char *of = owner_of(reading, begin, noun, end);
    uint32_t that = that_behind(reading, noun, end);
    if (that != ST_NONE)
        end = clause_end(reading, that, end);
    if (that != ST_NONE && st_denials_words(reading, (st_range){that + 1, end}) >= LEAST_WORDS)
        return st_denials_found_at(reading, (st_range){that + 1, end}, of, from, denied);
    st_range matter = {noun + 2, end};
    if (noun + 2 < end && st_is(reading, noun + 1, "of") && !is_somebody(reading, matter) &&
        st_denials_words(reading, matter) > 0)
        return st_denials_found_at(reading, matter, of, from, denied);
    *denied = (st_denied){.of = of, .noun = noun};
    return false;
}
