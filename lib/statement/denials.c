// Denials that point at a claim: what is denied where the words only name it.
//
// "None of that is true", "dismissed a report that ships had entered the strait", "there is no truth to ...",
// "called the claim baseless": what can be compared with what others say is the claim, not these words. It is
// looked for in the words themselves (the clause behind "report that", the noun behind "accusations of"),
// then in what the speaker was asked, then in what another speaker said shortly before. Where none of these
// has it, none is made up: a denial of the wrong claim would set people against each other.
//
// What is denied by being refused ("denied him access", "denied bail") is no claim, and its act is a refusal.
#include "denials.h"

#include <stdlib.h>
#include <string.h>

enum {
    NOUN_REACH = 8,  // tokens from the front of a phrase to its noun
    OWNER_REACH = 9, // tokens of "by the ministry in Lima" between the noun and "that"
    PREDICATE = 7,   // tokens from a pronoun to the word that calls it false
    BARE_WORDS = 3,  // "Not true.", "Fake news": of a denial that is nothing else
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

static bool word_is(const char *word, const char *class)
{
    const word_row *row = bsearch(word, DENIAL_WORDS, WORD_COUNT, sizeof *DENIAL_WORDS, compare_word);
    // A report is a claim, too.
    return row && (strcmp(row->class, class) == 0 ||
                   (strcmp(row->class, "report") == 0 && strcmp(class, "claim") == 0));
}

bool st_denials_sound(void)
{
    for (size_t i = 0; i < WORD_COUNT; i++) {
        static const char *const classes[] = {"claim", "report", "false", "true", "refused", "ask", "label"};
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
    return token < reading->document->token_count && word_is(st_at(reading, token)->lower, class);
}

static bool is_any(const st_reading *reading, uint32_t token, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (st_is(reading, token, words[i]))
            return true;
    return false;
}

#define IS_ANY(reading, token, ...)                                                                          \
    is_any(reading, token, (const char *const[]){__VA_ARGS__},                                               \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static bool is_mark(const st_reading *reading, uint32_t token)
{
    st_kind kind = st_at(reading, token)->kind;
    return kind == ST_KIND_PUNCT || kind == ST_KIND_OPEN || kind == ST_KIND_CLOSE;
}

static bool negates(const st_reading *reading, uint32_t token)
{
    const char *lower = st_at(reading, token)->lower;
    size_t size = strlen(lower);
    return IS_ANY(reading, token, "not", "no", "none", "nothing", "neither", "never", "nor", "hardly") ||
           (size > 3 && strcmp(lower + size - 3, "n't") == 0) ||
           (size > 5 && strcmp(lower + size - 5, "n’t") == 0);
}

static bool is_verbal(const st_reading *reading, uint32_t token)
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

// The token that calls something untrue in [begin, end), by itself or negated: "baseless", "not true".
// ST_NONE.
static uint32_t falsity_in(const st_reading *reading, uint32_t begin, uint32_t end)
{
    bool negated = false;
    for (uint32_t i = begin; i < end; i++) {
        negated |= negates(reading, i);
        bool falsifies =
            st_denials_is(reading, i, "false") ? !negated : negated && st_denials_is(reading, i, "true");
        if (falsifies && !leads_a_noun(reading, i, end) &&
            !(st_at(reading, i)->upos == GS_VERB && st_is(reading, i, "lie")))
            return i;
    }
    return ST_NONE;
}

// ---- the claim behind its noun ---------------------------------------------------------------------

// The noun of saying that heads the phrase at the front of the range: "the ministry's claim", "media
// reports".
static uint32_t claim_noun(const st_reading *reading, st_range range)
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
    while (range.end - range.begin > 1 && IS_ANY(reading, range.begin, "the", "a", "an"))
        range.begin++;
    return range;
}

// Whose the noun is: "Washington's", "Chilean", "by the ministry", "made by Chile"; "" if it does not tell.
static const char *owner_of(const st_reading *reading, uint32_t begin, uint32_t noun, uint32_t end)
{
    for (uint32_t i = noun; i > begin; i--) {
        uint32_t at = i - 1;
        if (IS_ANY(reading, at, "'s", "’s", "'", "’") && at > begin)
            return text_of(reading, without_article(reading, (st_range){begin, at}));
        if (reading->marks[at].place)
            return gs_country_name(reading->marks[at].place->code);
    }
    for (uint32_t i = noun + 2; i < end && i < noun + OWNER_REACH && st_is(reading, noun + 1, "in"); i++)
        if (IS_ANY(reading, i, "'s", "’s")) // "the claims in his lawyer's suit"
            return text_of(reading, without_article(reading, (st_range){noun + 2, i}));
    uint32_t at = noun + 1;
    at += at < end && IS_ANY(reading, at, "made", "published", "issued", "put", "spread", "carried") ? 1 : 0;
    at += at < end && st_is(reading, at, "forward") ? 1 : 0;
    if (at >= end || !IS_ANY(reading, at, "by", "from"))
        return "";
    uint32_t stop = at + 1;
    while (stop < end && stop < at + OWNER_REACH &&
           !IS_ANY(reading, stop, "that", "about", "of", "as", "on") && !is_mark(reading, stop) &&
           !is_verbal(reading, stop))
        stop++;
    return stop > at + 1 ? text_of(reading, without_article(reading, (st_range){at + 1, stop})) : "";
}

// "... as baseless", "... as "pure fiction"": what it is called is no part of the claim.
static uint32_t before_label(const st_reading *reading, uint32_t begin, uint32_t end)
{
    for (uint32_t i = begin; i + 1 < end; i++)
        if (st_is(reading, i, "as") && falsity_in(reading, i + 1, end < i + 6 ? end : i + 6) != ST_NONE)
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
        if ((is_verbal(reading, i) && !participle) || st_is_terminal(reading, i) ||
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
        if (i > verb && is_verbal(reading, i) && st_at(reading, verb)->head == i)
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

static bool found_at(const st_reading *reading, st_range claim, const char *of,
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
    end = before_label(reading, noun + 1, end);
    const char *of = owner_of(reading, begin, noun, end);
    uint32_t that = that_behind(reading, noun, end);
    if (that != ST_NONE)
        end = clause_end(reading, that, end);
    if (that != ST_NONE && st_denials_words(reading, (st_range){that + 1, end}) >= LEAST_WORDS)
        return found_at(reading, (st_range){that + 1, end}, of, from, denied);
    st_range matter = {noun + 2, end};
    if (noun + 2 < end && st_is(reading, noun + 1, "of") && !is_somebody(reading, matter) &&
        st_denials_words(reading, matter) > 0)
        return found_at(reading, matter, of, from, denied);
    *denied = (st_denied){.of = of, .noun = noun};
    return false;
}

// ---- the statement's own words ---------------------------------------------------------------------

static bool is_pronoun(const st_reading *reading, uint32_t token)
{
    return IS_ANY(reading, token, "it", "that", "this", "these", "those", "them", "they", "which");
}

// "It", "that", "all of this", "any such move", "the latter": words that stand for what was said before.
static bool points_back(const st_reading *reading, st_range range)
{
    range = st_denials_trimmed(reading, range);
    uint32_t words = range.end - range.begin;
    if (words == 1)
        return is_pronoun(reading, range.begin);
    if (words <= 3 && is_pronoun(reading, range.end - 1))
        return IS_ANY(reading, range.begin, "all", "any", "some", "most", "both");
    return words <= 4 && (st_is(reading, range.begin, "such") ||
                          (st_is(reading, range.begin + 1, "such") && st_is(reading, range.begin, "any")));
}

bool st_denials_is_no(const st_reading *reading, const st_range *contents, size_t count)
{
    st_range words = count == 1 ? st_denials_trimmed(reading, contents[0]) : (st_range){0, 0};
    return words.end - words.begin == 1 && st_is(reading, words.begin, "no");
}

bool st_denials_is_it(const st_reading *reading, const st_range *contents, size_t count)
{
    st_range words = count == 1 ? st_denials_trimmed(reading, contents[0]) : (st_range){0, 0};
    return words.end - words.begin == 1 && is_pronoun(reading, words.begin);
}

bool st_denials_refuses(const st_reading *reading, uint32_t head, st_range content)
{
    if (strcmp(st_at(reading, head)->lemma, "deny") != 0)
        return false;
    content = st_denials_trimmed(reading, content);
    if (content.end - content.begin > 1 && IS_ANY(reading, content.begin, "him", "her", "them", "us", "me"))
        return !st_is(reading, content.begin, "her") || st_denials_is(reading, content.begin + 1, "refused");
    for (uint32_t i = content.begin; i < content.end && i < content.begin + NOUN_REACH; i++) {
        if (st_at(reading, i)->upos == GS_NOUN && st_denials_is(reading, i, "refused"))
            return i + 1 == content.end || st_at(reading, i + 1)->upos != GS_NOUN;
        if (is_verbal(reading, i) || st_at(reading, i)->upos == GS_ADP || st_at(reading, i)->upos == GS_SCONJ)
            return false;
    }
    return false;
}

bool st_denials_labels(const st_reading *reading, uint32_t head, const st_range *contents, size_t count)
{
    if (!word_is(st_at(reading, head)->lemma, "label") || count == 0)
        return false;
    uint32_t begin = contents[0].begin, end = contents[count - 1].end;
    uint32_t falsity = falsity_in(reading, begin, end);
    if (falsity == ST_NONE)
        return false;
    st_range object = st_denials_trimmed(reading, (st_range){begin, falsity});
    if (begin > head + 1 && contents[0].begin - head < NOUN_REACH && object.begin >= object.end)
        object = (st_range){head + 1, begin}; // 'called the claim "baseless"'
    return object.begin < object.end &&
           (claim_noun(reading, object) != ST_NONE || is_pronoun(reading, object.begin));
}

// What a verb of denying, or of calling false, has for its object.
static bool read_object(st_denial_site *site, st_denied *denied)
{
    const st_reading *reading = site->reading;
    const st_attribution *attribution = site->attribution;
    Gainsay__V1__Statement__Act act = attribution->cue_word.act;
    bool labels =
        st_denials_labels(reading, attribution->head, attribution->content, attribution->content_count);
    if (!labels && act != GAINSAY__V1__STATEMENT__ACT__DENY && act != GAINSAY__V1__STATEMENT__ACT__REJECT)
        return false;
    st_range object =
        st_denials_trimmed(reading, (st_range){attribution->content[0].begin,
                                               attribution->content[attribution->content_count - 1].end});
    if (labels && object.begin > attribution->head + 1 && object.begin - attribution->head < NOUN_REACH)
        object.begin = attribution->head + 1;
    if (labels) {
        uint32_t end = before_label(reading, object.begin, object.end);
        uint32_t falsity = falsity_in(reading, object.begin, object.end);
        object.end = end < falsity ? end : falsity;
    }
    site->labels = labels;
    uint32_t noun = claim_noun(reading, object);
    if (noun != ST_NONE) {
        site->points = !st_denials_of_noun(reading, object.begin, noun, object.end,
                                           GAINSAY__V1__STATEMENT__DENIED_FROM__WORDS, denied);
        // "denied reports about talks": what they say of them is not told.
        if (site->points && noun + 1 < object.end && IS_ANY(reading, noun + 1, "about", "on", "concerning"))
            site->points = false;
        return !site->points && denied->claim.begin < denied->claim.end;
    }
    bool denies = labels || act == GAINSAY__V1__STATEMENT__ACT__DENY;
    site->points = denies && points_back(reading, object);
    return false;
}

// The words of a piece (a sentence of what was said) that call something false: its subject tells what.
static bool read_piece(st_denial_site *site, st_range piece, st_denied *denied)
{
    const st_reading *reading = site->reading;
    piece = st_denials_trimmed(reading, piece);
    for (uint32_t i = piece.begin; i + 1 < piece.end; i++) {
        bool such = st_is(reading, i, "no") && st_is(reading, i + 1, "such");
        bool sort = st_is(reading, i, "nothing") && IS_ANY(reading, i + 1, "of", "like");
        sort = sort && i + 2 < piece.end && IS_ANY(reading, i + 2, "the", "that");
        if ((such || sort) && !site->points) {
            site->points = true;
            site->at = i;
            denied->noun = such && i + 2 < piece.end ? i + 2 : 0;
        }
    }
    uint32_t falsity = falsity_in(reading, piece.begin, piece.end);
    if (falsity == ST_NONE)
        return false;
    uint32_t next = falsity + 1;
    if (st_is(reading, falsity, "truth") && next < piece.end && IS_ANY(reading, next, "to", "in")) {
        st_range object = {next + 1, piece.end};
        uint32_t noun = claim_noun(reading, object);
        if (noun != ST_NONE && st_denials_of_noun(reading, object.begin, noun, object.end,
                                                  GAINSAY__V1__STATEMENT__DENIED_FROM__WORDS, denied))
            return true;
        site->points |= noun != ST_NONE || points_back(reading, object);
        site->at = falsity;
        return false;
    }
    if (st_is(reading, piece.begin, "it") && next < piece.end && st_is(reading, next, "that"))
        return found_at(reading, (st_range){next + 1, piece.end}, "",
                        GAINSAY__V1__STATEMENT__DENIED_FROM__WORDS, denied);
    uint32_t noun = claim_noun(reading, (st_range){piece.begin, falsity});
    if (noun != ST_NONE) {
        uint32_t end = falsity; // the subject ends before the verb of the predicate
        while (end > noun + 1 && !(st_at(reading, end - 1)->upos == GS_AUX))
            end--;
        if (st_denials_of_noun(reading, piece.begin, noun, end - 1 > noun ? end - 1 : falsity,
                               GAINSAY__V1__STATEMENT__DENIED_FROM__WORDS, denied))
            return true;
        site->points = end > noun + 1; // "false claims were made": says of none that it is false
        site->at = falsity;
        return false;
    }
    uint32_t first = piece.begin;
    while (first < falsity &&
           (is_mark(reading, first) || IS_ANY(reading, first, "no", "but", "and", "so", "well") ||
            st_at(reading, first)->upos == GS_INTJ))
        first++;
    bool pro =
        is_pronoun(reading, first) || (IS_ANY(reading, first, "none", "all", "nothing") &&
                                       st_is(reading, first + 1, "of") && is_pronoun(reading, first + 2));
    bool ends = next >= piece.end || is_mark(reading, next) || st_at(reading, next)->upos == GS_CCONJ ||
                st_at(reading, next)->upos == GS_SCONJ || IS_ANY(reading, next, "news", "from", "and", "of");
    bool bare = st_denials_words(reading, piece) <= BARE_WORDS && !is_verbal(reading, piece.begin);
    if ((pro && ends && falsity - first <= PREDICATE) || bare) {
        site->points = true;
        site->at = first;
    }
    return false;
}

// Sentences of what was said, one after the other.
static bool read_words(st_denial_site *site, st_denied *denied)
{
    const st_reading *reading = site->reading;
    const st_attribution *attribution = site->attribution;
    if (st_denials_is_no(reading, attribution->content, attribution->content_count)) {
        site->points = site->answers = true; // "asked whether ..., she said no"
        return false;
    }
    for (size_t c = 0; c < attribution->content_count && !site->points; c++) {
        st_range content = attribution->content[c];
        for (uint32_t begin = content.begin, i = begin; i < content.end && !site->points; i++) {
            if (!st_is_terminal(reading, i) && !st_is_mark(reading, i, ";") && i + 1 < content.end)
                continue;
            if (read_piece(site, (st_range){begin, i + 1}, denied))
                return true;
            site->piece = site->points ? (st_range){begin, i + 1} : site->piece;
            begin = i + 1;
        }
    }
    return false;
}

// ---- the door --------------------------------------------------------------------------------------

static void write_claim(st_reading *reading, const st_denied *denied, gs_statement *statement)
{
    gs_view words = st_text(reading, denied->claim);
    statement->denied_claim = denied->text ? (char *)denied->text : gs_arena_text(reading->arena, words);
    statement->denied_speaker = (char *)(denied->of ? denied->of : "");
    statement->denied_from = denied->from;
    statement->denied = gs_arena_alloc(reading->arena, sizeof *statement->denied);
    statement->denied[0] = gs_arena_alloc(reading->arena, sizeof *statement->denied[0]);
    gainsay__v1__span__init(statement->denied[0]);
    statement->denied[0]->begin = st_at(reading, denied->claim.begin)->begin;
    statement->denied[0]->end = st_at(reading, denied->claim.end - 1)->end;
    statement->n_denied = 1;
}

// What the statement answers: the claim that it denies, or its own words if they are one clause.
static void write_question(const st_reading *reading, const st_attribution *attribution,
                           const st_denied *denied, gs_statement *statement)
{
    bool tells = statement->act == GAINSAY__V1__STATEMENT__ACT__ASSERT ||
                 statement->act == GAINSAY__V1__STATEMENT__ACT__DENY;
    char *question = NULL;
    if (denied && !denied->text)
        question = st_question_of(reading, denied->claim);
    else if (!denied && tells && attribution->content_count == 1)
        question = st_question_of(reading, attribution->content[0]);
    if (question)
        statement->question = question;
}

void st_denials_read(st_reading *reading, const st_attribution *attribution, size_t before,
                     gs_statement *statement)
{
    st_denial_site site = {.reading = reading, .attribution = attribution, .before = before};
    st_denied denied = {0};
    if (attribution->content_count == 0)
        return;
    site.at = attribution->content[0].begin;
    site.piece = attribution->content[0];
    if (st_denials_refuses(reading, attribution->head, attribution->content[0])) {
        statement->act = GAINSAY__V1__STATEMENT__ACT__REJECT;
        return;
    }
    bool found = read_object(&site, &denied);
    if (!found && !site.points && !site.labels)
        found = read_words(&site, &denied);
    if (!found && site.points)
        found = st_denials_look_back(&site, &denied);
    if (site.labels)
        statement->act = GAINSAY__V1__STATEMENT__ACT__DENY;
    if (found)
        write_claim(reading, &denied, statement);
    write_question(reading, attribution, found ? &denied : NULL, statement);
}
