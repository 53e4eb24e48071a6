// Attributions by cue: a word of the lexicon, a speaker beside it, and words that it governs.
//
// Four shapes cover nearly all of them in news:
//     speaker cue (that) words          Trump said the talks had begun.
//     words, speaker cue                "They had a meeting," Trump told reporters.
//     words, cue speaker                There is no deal, said He Yadong, a spokesperson with ...
//     according to speaker, words       (and the same at the end)
// and a participle hangs on the speaker before it: "..., adding that ...". A cue that is denied or declined
// ("did not say", "declined to say") attributes nothing. No tree is built: what ends a clause is read off the
// marks and the closed-class words, and a reading that does not come out whole is dropped.
#include "reading.h"

#include <string.h>

enum {
    ADJUNCT_TOKENS = 24, // between cue and words: "told reporters in the Oval Office on Thursday that ..."
    SOURCE_TOKENS = 24,  // of a speaker's phrase
    LEFT_TOKENS = 60     // of a sentence before the quotation that completes it
};

// What stands right of a cue.
typedef enum right_kind { RIGHT_NONE, RIGHT_THAT, RIGHT_QUOTE, RIGHT_CLAUSE } right_kind;

typedef struct cue_site {
    st_reading *reading;
    uint32_t cue, after; // first token of the cue, first token behind it
    st_range sentence;
    st_range source, apposition;
    bool inverted; // "said X"
    bool earlier;  // "had said"
    right_kind right;
    uint32_t right_begin; // where the governed words begin
} cue_site;

st_attribution *st_attribution_add(st_reading *reading)
{
    if (reading->attribution_count == reading->attribution_capacity) {
        size_t capacity = reading->attribution_capacity ? reading->attribution_capacity * 2 : 32;
        st_attribution *grown = gs_arena_alloc(reading->arena, capacity * sizeof *grown);
        if (reading->attribution_count)
            memcpy(grown, reading->attributions, reading->attribution_count * sizeof *grown);
        reading->attributions = grown;
        reading->attribution_capacity = capacity;
    }
    st_attribution *attribution = &reading->attributions[reading->attribution_count++];
    *attribution = (st_attribution){.certainty = 1.0, .said_on = ""};
    return attribution;
}

void st_attribution_content(st_reading *reading, st_attribution *attribution, st_range content)
{
    if (content.begin >= content.end || attribution->content_count >= GS_LIMIT_SPANS)
        return;
    size_t count = attribution->content_count;
    if ((count & (count - 1)) == 0) { // full at powers of two
        st_range *grown = gs_arena_alloc(reading->arena, (count ? count * 2 : 1) * sizeof *grown);
        if (count)
            memcpy(grown, attribution->content, count * sizeof *grown);
        attribution->content = grown;
    }
    attribution->content[attribution->content_count++] = content;
}

void st_claim_quote(st_reading *reading, st_attribution *attribution, uint32_t quote)
{
    while (reading->quotes[quote].previous != ST_NONE &&
           !reading->quotes[reading->quotes[quote].previous].claimed)
        quote = reading->quotes[quote].previous;
    for (; quote != ST_NONE && !reading->quotes[quote].claimed; quote = reading->quotes[quote].next) {
        st_quote *found = &reading->quotes[quote];
        found->claimed = true;
        st_attribution_content(reading, attribution, (st_range){found->open, found->close + 1});
    }
}

static const st_mark *mark_at(const cue_site *site, uint32_t token)
{
    return &site->reading->marks[token];
}

static bool is_word(const cue_site *site, uint32_t token, st_word word)
{
    return token < site->sentence.end && mark_at(site, token)->word == word;
}

// A place and a date, or an agency, and a dash: "BRUSSELS, Sept 10 -", "N'DJAMENA (Sahel Wire) -". Behind it,
// or begin.
static uint32_t skip_dateline(const st_reading *reading, uint32_t begin, uint32_t end)
{
    static const char *const dashes[] = {"-", "--", "\xE2\x80\x94", "\xE2\x80\x93"};
    for (uint32_t i = begin; i < end && i < begin + 10 && reading->marks[i].quote == ST_NONE; i++)
        for (size_t d = 0; d < sizeof dashes / sizeof dashes[0]; d++)
            if (st_is_mark(reading, i, dashes[d]) && st_token(reading, begin)->capitalised)
                return i + 1;
    return begin;
}

static bool ends_clause(const cue_site *site, uint32_t token)
{
    return token >= site->sentence.end || st_is_terminal(site->reading, token) ||
           st_is_mark(site->reading, token, ";");
}

// ---- what stands between speaker and cue -----------------------------------------------------------

// Steps back over "has", "also", "later", "repeatedly", "on Tuesday" before the cue. Sets *denied for a cue
// that is no statement, and *fails for one that is no finite verb here.
static uint32_t skip_auxiliaries(cue_site *site, bool *denied, bool *fails)
{
    const st_reading *reading = site->reading;
    uint32_t at = site->cue;
    const st_cue_word *cue = &mark_at(site, site->cue)->cue;
    bool perfect = false;
    while (at > site->sentence.begin) {
        uint32_t i = at - 1;
        const char *lower = st_token(reading, i)->lower;
        const st_mark *mark = mark_at(site, i);
        size_t size = strlen(lower);
        if (st_token(reading, i)->capitalised && !st_token(reading, i)->sentence_start)
            break; // "Governor Alison Will told": a name
        if (mark->word == ST_WORD_NEG || (size > 3 && strcmp(lower + size - 3, "n't") == 0)) {
            *denied = true;
        } else if (mark->word == ST_WORD_AUX && strncmp(lower, "ha", 2) == 0) {
            perfect = true;
            site->earlier |= strcmp(lower, "had") == 0;
        } else if (mark->word == ST_WORD_AUX && strncmp(lower, "d", 1) == 0) {
            // "did not say" and "does say": only the first is denied, by its "not"
        } else if (mark->word == ST_WORD_AUX && strcmp(lower, "'s") != 0) {
            *fails |= cue->tense == ST_PAST || cue->tense == ST_ING; // passive or progressive
            return i;
        } else if (mark->word == ST_WORD_MODAL || strcmp(lower, "to") == 0) {
            *fails |= !perfect;
            return i;
        } else if (mark->word != ST_WORD_ADVERB && strcmp(lower, "later") != 0 &&
                   strcmp(lower, "earlier") != 0 && strcmp(lower, "been") != 0 &&
                   !(size > 4 && strcmp(lower + size - 2, "ly") == 0 && !st_token(reading, i)->capitalised)) {
            break;
        } else if (strcmp(lower, "been") == 0) {
            *fails = true;
        }
        at = i;
    }
    return at;
}

// ---- the speaker's phrase --------------------------------------------------------------------------

static bool opens_phrase(const cue_site *site, uint32_t token)
{
    const st_mark *mark = mark_at(site, token);
    const gs_token *found = st_token(site->reading, token);
    return found->capitalised || mark->word == ST_WORD_DET || mark->word == ST_WORD_PRONOUN ||
           mark->role != ST_ROLE_NONE || mark->org != ST_ORG_NONE;
}

// A word that no speaker's phrase contains.
static bool breaks_phrase(const cue_site *site, uint32_t token)
{
    const st_mark *mark = mark_at(site, token);
    const gs_token *found = st_token(site->reading, token);
    if (mark->quote != ST_NONE)
        return true;
    if (found->kind == GS_TOKEN_PUNCT)
        return found->lower[0] != '@' && found->lower[0] != '&';
    if (strcmp(found->lower, "'s") == 0 || strcmp(found->lower, "and") == 0)
        return false;
    if (found->capitalised && mark->word != ST_WORD_DET)
        return !found->sentence_start ? false : mark->word == ST_WORD_CONJ || mark->word == ST_WORD_PREP;
    return mark->word == ST_WORD_CONJ || mark->word == ST_WORD_AUX || mark->word == ST_WORD_MODAL ||
           mark->word == ST_WORD_TIME || mark->word == ST_WORD_ADVERB || mark->word == ST_WORD_NEG ||
           mark->cue_words > 0;
}

// "... and Guo": the phrase before the conjunction is another clause unless it is a name, too.
static uint32_t cut_conjunction(const cue_site *site, uint32_t begin, uint32_t end)
{
    for (uint32_t i = end; i-- > begin;) {
        if (!st_is(site->reading, i, "and"))
            continue;
        bool joins = i > begin && i + 1 < end && opens_phrase(site, i + 1) &&
                     st_token(site->reading, i - 1)->capitalised &&
                     st_token(site->reading, i + 1)->capitalised;
        if (!joins)
            return i + 1;
    }
    return begin;
}

// A capital pronoun inside a sentence is somebody's name: "spokesperson He Zhiqiang".
static bool is_surname(const cue_site *site, uint32_t token)
{
    return st_token(site->reading, token)->capitalised && !st_token(site->reading, token)->sentence_start;
}

// The phrase that ends before token `end`.
static st_range phrase_before(const cue_site *site, uint32_t end)
{
    uint32_t begin = end;
    while (begin > site->sentence.begin && end - begin < SOURCE_TOKENS && !breaks_phrase(site, begin - 1)) {
        const st_mark *mark = mark_at(site, begin - 1);
        bool pronoun = mark->word == ST_WORD_PRONOUN && !is_surname(site, begin - 1);
        if (pronoun && !st_token(site->reading, begin - 1)->capitalised) {
            begin -= begin == end;
            break;
        }
        begin--;
        // A pronoun or article opens the phrase, unless it belongs to what "of" or "for" brings.
        if (pronoun || (mark->word == ST_WORD_DET &&
                        !(begin > site->sentence.begin && is_word(site, begin - 1, ST_WORD_PREP))))
            break;
    }
    begin = cut_conjunction(site, begin, end);
    // "In London Downing Street", "on Thursday the minister": a leading adjunct is not the speaker.
    while (begin < end &&
           (mark_at(site, begin)->word == ST_WORD_PREP || mark_at(site, begin)->word == ST_WORD_CONJ)) {
        uint32_t next = begin + 1;
        while (next < end && !(mark_at(site, next)->word == ST_WORD_DET && next > begin + 1) &&
               !(mark_at(site, next - 1)->word == ST_WORD_DAY))
            next++;
        if (next == end)
            return (st_range){begin, begin};
        begin = next;
    }
    while (begin < end && mark_at(site, begin)->word == ST_WORD_DAY)
        begin++;
    return (st_range){begin, end};
}

// A name, an office or a body stands in the phrase.
static bool names_phrase(const cue_site *site, st_range phrase)
{
    for (uint32_t i = phrase.begin; i < phrase.end; i++) {
        const st_mark *mark = mark_at(site, i);
        bool capital = st_token(site->reading, i)->capitalised && mark->word == ST_WORD_OTHER;
        if (capital || mark->role != ST_ROLE_NONE || mark->org != ST_ORG_NONE)
            return true;
    }
    return false;
}

// "He Yadong, a spokesperson with the ministry, said": from the comma before the cue back to the one that
// opens the insertion, and the phrase before that.
static bool source_over_insertion(cue_site *site, uint32_t end)
{
    const st_reading *reading = site->reading;
    uint32_t closing = end - 1;
    st_range nearest = {0, 0}, inside = {0, 0};
    for (uint32_t at = closing; at > site->sentence.begin && mark_at(site, at - 1)->quote == ST_NONE; at--) {
        if (!st_is_mark(reading, at - 1, ","))
            continue;
        st_range outer = phrase_before(site, at - 1);
        if (outer.begin == outer.end)
            continue;
        // An insertion may hold commas itself; then the phrase that opens the sentence is the speaker.
        bool opens_sentence = outer.begin == site->sentence.begin && names_phrase(site, outer);
        if (nearest.begin == nearest.end || opens_sentence) {
            nearest = outer;
            inside = (st_range){at, closing};
        }
    }
    for (uint32_t i = inside.begin; i < inside.end; i++)
        if (st_is_mark(reading, i, ","))
            inside.end = i;
    site->source = nearest;
    site->apposition = inside;
    return nearest.begin < nearest.end;
}

static bool source_before(cue_site *site, uint32_t end)
{
    if (end == site->sentence.begin)
        return false;
    if (st_is_mark(site->reading, end - 1, ","))
        return source_over_insertion(site, end);
    st_range phrase = phrase_before(site, end);
    if (phrase.begin == phrase.end)
        return false;
    if (mark_at(site, phrase.begin)->word == ST_WORD_PRONOUN && phrase.end - phrase.begin > 1 &&
        !st_token(site->reading, phrase.begin + 1)->capitalised)
        return false;
    if (phrase.end - phrase.begin == 1 && !opens_phrase(site, phrase.begin) && !phrase.begin)
        return false;
    site->source = phrase;
    site->apposition = (st_range){0, 0};
    // "the energy minister, Ilinca Dobrescu, told" is handled above; "Trump, 78, said" too. Here: "X said".
    return true;
}

// The phrase behind an inverted cue, and its apposition.
static bool source_behind(cue_site *site)
{
    const st_reading *reading = site->reading;
    uint32_t begin = site->after, end = begin;
    if (begin >= site->sentence.end || !opens_phrase(site, begin) ||
        st_token(reading, begin)->kind != GS_TOKEN_WORD || is_word(site, begin, ST_WORD_HEARER))
        return false;
    if (mark_at(site, begin)->word == ST_WORD_PRONOUN && !st_token(reading, begin)->capitalised)
        end = begin + 1;
    bool office = false, pronoun = end > begin;
    while (!pronoun && end < site->sentence.end && end - begin < SOURCE_TOKENS) {
        const st_mark *mark = mark_at(site, end);
        if (end > begin && breaks_phrase(site, end))
            break;
        office |= mark->role != ST_ROLE_NONE || mark->org != ST_ORG_NONE;
        bool binds =
            st_is(reading, end, "of") ||
            ((st_is(reading, end, "for") || st_is(reading, end, "with") || st_is(reading, end, "at")) &&
             office);
        if (mark->word == ST_WORD_DAY || (mark->word == ST_WORD_PREP && !binds))
            break;
        if (end > begin && mark->word == ST_WORD_PRONOUN)
            break;
        end++;
    }
    if (end == begin)
        return false;
    site->source = (st_range){begin, end};
    site->apposition = (st_range){0, 0};
    if (st_is_mark(reading, end, ",") && end + 1 < site->sentence.end) {
        uint32_t last = end + 1;
        while (!ends_clause(site, last) && !st_is_mark(reading, last, ",") &&
               !st_is_mark(reading, last, "(") && mark_at(site, last)->quote == ST_NONE)
            last++;
        const st_mark *first = mark_at(site, end + 1);
        if ((first->word == ST_WORD_DET || first->role != ST_ROLE_NONE ||
             st_token(reading, end + 1)->capitalised) &&
            !st_shows_verb(reading, end + 1, last))
            site->apposition = (st_range){end + 1, last};
    }
    return true;
}

// ---- what stands right of the cue ------------------------------------------------------------------

static bool is_hearer(const cue_site *site, uint32_t token)
{
    return is_word(site, token, ST_WORD_HEARER);
}

// One step over what may stand between a cue and its words; the same token if nothing of the kind is there.
static uint32_t skip_adjunct(const cue_site *site, uint32_t token)
{
    const st_reading *reading = site->reading;
    uint32_t at = token;
    const st_mark *mark = mark_at(site, at);
    if (is_hearer(site, at) || mark->word == ST_WORD_TIME || mark->word == ST_WORD_DAY ||
        mark->word == ST_WORD_ADVERB)
        return at + 1;
    if (st_is(reading, at, "the") && st_is(reading, at + 1, "same") &&
        (st_is(reading, at + 2, "day") || is_word(site, at + 2, ST_WORD_TIME)))
        return at + 3;
    if (mark->word != ST_WORD_PREP || st_is(reading, at, "of"))
        return token;
    at++;
    bool noun = false;
    while (!ends_clause(site, at) && at - token < ADJUNCT_TOKENS) {
        const gs_token *found = st_token(reading, at);
        st_word word = mark_at(site, at)->word;
        if (found->kind == GS_TOKEN_PUNCT || mark_at(site, at)->quote != ST_NONE || word == ST_WORD_AUX ||
            word == ST_WORD_MODAL || word == ST_WORD_CONJ || word == ST_WORD_PREP)
            break;
        if (noun && (word == ST_WORD_DET || word == ST_WORD_PRONOUN || word == ST_WORD_NEG))
            break; // the next phrase begins: the clause that is said
        if (noun && found->capitalised && !st_token(reading, at - 1)->capitalised &&
            mark_at(site, at - 1)->word != ST_WORD_DET)
            break;
        noun |=
            word == ST_WORD_OTHER || word == ST_WORD_DAY || word == ST_WORD_HEARER || word == ST_WORD_TIME;
        at++;
        if (word == ST_WORD_DAY && !is_word(site, at, ST_WORD_TIME) && !is_word(site, at, ST_WORD_DAY))
            break;
    }
    return noun ? at : token;
}

// "told the BBC", "assured the families": a phrase up to "that", a mark or a preposition.
static uint32_t skip_hearer(const cue_site *site, uint32_t token)
{
    uint32_t at = token;
    bool noun = false;
    while (!ends_clause(site, at) && at - token < ADJUNCT_TOKENS) {
        const gs_token *found = st_token(site->reading, at);
        st_word word = mark_at(site, at)->word;
        if (found->kind == GS_TOKEN_PUNCT || mark_at(site, at)->quote != ST_NONE || word == ST_WORD_CONJ ||
            word == ST_WORD_PREP)
            break;
        if (noun && (word == ST_WORD_DET || word == ST_WORD_PRONOUN))
            break;
        if (noun && found->capitalised && !st_token(site->reading, at - 1)->capitalised)
            break;
        noun |= word != ST_WORD_DET;
        at++;
        if (word == ST_WORD_HEARER)
            break;
    }
    return at;
}

static void read_right(cue_site *site)
{
    const st_reading *reading = site->reading;
    const st_cue_word *cue = &mark_at(site, site->cue)->cue;
    uint32_t at = site->after;
    if (cue->class == ST_CUE_TELL || (cue->say && st_is(reading, site->cue, "told")))
        at = skip_hearer(site, at);
    for (;;) {
        uint32_t next = ends_clause(site, at) ? at : skip_adjunct(site, at);
        if (next == at || next - site->after > ADJUNCT_TOKENS)
            break;
        at = next;
    }
    site->right = RIGHT_NONE;
    if (ends_clause(site, at))
        return;
    bool comma = st_is_mark(reading, at, ",") || st_is_mark(reading, at, ":") || st_is_mark(reading, at, "-");
    // A colon may lead over to the next paragraph.
    bool leads_over = st_is_mark(reading, at, ":") && at + 1 == site->sentence.end;
    if (comma && (at + 1 < site->sentence.end || leads_over) && st_is_quote_open(reading, at + 1))
        at++;
    else if (comma && !st_is_mark(reading, at, ":"))
        return;
    else if (comma && at + 1 < site->sentence.end)
        at++;
    site->right_begin = at;
    if (st_is_quote_open(reading, at)) {
        site->right = RIGHT_QUOTE;
    } else if (st_is(reading, at, "that") && at + 1 < site->sentence.end) {
        site->right_begin = at + 1;
        site->right = RIGHT_THAT;
    } else if (is_word(site, at, ST_WORD_CONJ)) {
        site->right = RIGHT_NONE; // "said when asked", "said as he left"
    } else if (st_token(reading, at)->kind != GS_TOKEN_PUNCT) {
        site->right = RIGHT_CLAUSE;
    }
}

// ---- where the governed words end ------------------------------------------------------------------

static bool is_participle_cue(const cue_site *site, uint32_t token)
{
    return mark_at(site, token)->cue_words && mark_at(site, token)->cue.tense == ST_ING &&
           mark_at(site, token)->quote == ST_NONE;
}

// "after Beijing denied", ", while the minister said": a conjunction, a new speaker, and a cue of its own.
static bool starts_other_attribution(const cue_site *site, uint32_t at)
{
    const st_reading *reading = site->reading;
    bool comma = st_is_mark(reading, at, ",");
    uint32_t next = comma ? at + 1 : at;
    bool joins = st_is(reading, next, "while") || st_is(reading, next, "whereas") ||
                 st_is(reading, next, "after") || st_is(reading, next, "as") ||
                 st_is(reading, next, "though") || st_is(reading, next, "although") ||
                 (comma && (st_is(reading, next, "but") || st_is(reading, next, "and")));
    for (uint32_t i = next + 1;
         joins && i < site->sentence.end && i < next + 10 && !st_is_mark(reading, i, ","); i++) {
        const st_mark *mark = mark_at(site, i);
        bool speaker = i > next + 1 && opens_phrase(site, next + 1);
        if (mark->quote != ST_NONE || mark->word == ST_WORD_CONJ)
            return false;
        if (speaker && mark->cue_words && mark->cue.tense == ST_PAST && mark->cue.strength >= 0.85 &&
            (mark_at(site, i - 1)->word != ST_WORD_AUX || st_is(reading, i - 1, "had")) &&
            mark_at(site, i - 1)->word != ST_WORD_DET)
            return true;
    }
    return false;
}

// At a comma or conjunction: what comes next is another speaker's, or the writer's.
static bool cuts_here(const cue_site *site, uint32_t at)
{
    const st_reading *reading = site->reading;
    uint32_t next = at + 1;
    if (next >= site->sentence.end)
        return false;
    bool comma = st_is_mark(reading, at, ",");
    if (comma && (is_participle_cue(site, next) ||
                  (st_is(reading, next, "according") && st_is(reading, next + 1, "to"))))
        return true;
    // ", a claim the other side rejected"
    if (comma && (st_is(reading, next, "a") || st_is(reading, next, "an")) &&
        is_word(site, next + 1, ST_WORD_CLAIM))
        return true;
    bool conjunction = st_is(reading, at, "and") || st_is(reading, at, "but");
    while (conjunction && next < site->sentence.end && is_word(site, next, ST_WORD_ADVERB))
        next++;
    if (conjunction && mark_at(site, next)->cue_words && mark_at(site, next)->cue.tense == ST_PAST &&
        mark_at(site, next)->cue.strength >= 0.85)
        return true;
    return starts_other_attribution(site, at);
}

static uint32_t clause_end(const cue_site *site, uint32_t begin, bool noun_phrase)
{
    const st_reading *reading = site->reading;
    uint32_t at = begin;
    while (at < site->sentence.end) {
        if (mark_at(site, at)->quote == ST_NONE && at > begin) {
            if (cuts_here(site, at) || st_is_mark(reading, at, ";"))
                break;
            st_word word = mark_at(site, at)->word;
            if (noun_phrase &&
                (st_is(reading, at, "after") || st_is(reading, at, "when") || st_is(reading, at, "while") ||
                 st_is(reading, at, "as") || (word == ST_WORD_CONJ && st_is_mark(reading, at - 1, ","))))
                break;
        }
        at++;
    }
    // A quotation that is open here is taken whole.
    if (at > begin && at < reading->document->token_count && mark_at(site, at - 1)->quote != ST_NONE) {
        const st_quote *quote = &reading->quotes[mark_at(site, at - 1)->quote];
        if (quote->close >= at && quote->open >= begin)
            at = quote->close + 1;
    }
    while (at > begin && mark_at(site, at - 1)->quote == ST_NONE &&
           st_token(reading, at - 1)->kind == GS_TOKEN_PUNCT && !st_is_mark(reading, at - 1, ")") &&
           !st_is_mark(reading, at - 1, "%"))
        at--;
    while (at > begin && mark_at(site, at - 1)->quote == ST_NONE &&
           (st_is(reading, at - 1, "and") || st_is(reading, at - 1, "but")))
        at--;
    return at;
}

static uint32_t words_of(const st_reading *reading, st_range range)
{
    uint32_t count = 0;
    for (uint32_t i = range.begin; i < range.end; i++)
        count += st_token(reading, i)->kind == GS_TOKEN_WORD || st_token(reading, i)->kind == GS_TOKEN_NUMBER;
    return count;
}

// A quotation that says something by itself, not a word or two inside somebody else's sentence.
static bool stands_alone(const st_reading *reading, uint32_t quote)
{
    const st_quote *found = &reading->quotes[quote];
    st_range range = {found->open, found->close + 1};
    if (found->next != ST_NONE || found->previous != ST_NONE || words_of(reading, range) >= 8)
        return true;
    return st_shows_verb(reading, range.begin, range.end) && words_of(reading, range) >= 3;
}

// Claims the quotations inside the content, so that they are not carried to anybody else.
static void claim_inside(st_reading *reading, st_range content)
{
    for (uint32_t i = content.begin; i < content.end; i++)
        if (reading->marks[i].quote != ST_NONE)
            reading->quotes[reading->marks[i].quote].claimed = true;
}

static void add_content(st_reading *reading, st_attribution *attribution, st_range content)
{
    st_attribution_content(reading, attribution, content);
    claim_inside(reading, content);
}

static void take_right(cue_site *site, st_attribution *attribution, bool noun_phrase)
{
    st_reading *reading = site->reading;
    uint32_t begin = site->right_begin;
    if (site->right == RIGHT_QUOTE) {
        uint32_t quote = mark_at(site, begin)->quote;
        uint32_t behind = reading->quotes[quote].close + 1;
        bool whole =
            stands_alone(reading, quote) || ends_clause(site, behind) || st_is_mark(reading, behind, ",");
        if (whole) {
            st_claim_quote(reading, attribution, quote);
            // ', and that there is "no unilateral offer"'
            if (behind + 2 < site->sentence.end && st_is_mark(reading, behind, ","))
                behind++;
            if (behind + 2 < site->sentence.end && st_is(reading, behind, "and") &&
                st_is(reading, behind + 1, "that"))
                add_content(reading, attribution,
                            (st_range){behind + 2, clause_end(site, behind + 2, false)});
            return;
        }
    }
    add_content(reading, attribution, (st_range){begin, clause_end(site, begin, noun_phrase)});
}

// ---- where the words before a cue begin ------------------------------------------------------------

// A quotation that only completes the writer's sentence: "The tariff levels 'won't be anywhere near that
// high'".
static bool is_fragment(const cue_site *site, const st_quote *quote, uint32_t sentence_begin)
{
    const st_reading *reading = site->reading;
    if (quote->open == sentence_begin || quote->previous != ST_NONE || quote->open + 1 >= quote->close)
        return false;
    if (st_is_mark(reading, quote->open - 1, ":") || st_is_mark(reading, quote->open - 1, ","))
        return false;
    for (uint32_t i = sentence_begin; i < quote->open; i++)
        if (mark_at(site, i)->quote == ST_NONE && mark_at(site, i)->cue_words && mark_at(site, i)->cue.say)
            return false;
    return !st_token(reading, quote->open + 1)->capitalised;
}

// The quotation that ends before the cue or its speaker. last: its closing mark, or a comma behind it.
static bool take_left_quote(cue_site *site, st_attribution *attribution, uint32_t quote)
{
    st_reading *reading = site->reading;
    const st_quote *found = &reading->quotes[quote];
    st_range sentence = st_sentence_range(reading, mark_at(site, found->open)->sentence);
    if (found->claimed)
        return false;
    if (is_fragment(site, found, sentence.begin) && found->open - sentence.begin < LEFT_TOKENS)
        add_content(reading, attribution,
                    (st_range){skip_dateline(reading, sentence.begin, found->open), found->close + 1});
    else
        st_claim_quote(reading, attribution, quote);
    return true;
}

// `end`: the token behind the last one of the content (which is a comma or a closing mark).
static bool take_left(cue_site *site, st_attribution *attribution, uint32_t end)
{
    st_reading *reading = site->reading;
    uint32_t last = end - 1;
    if (st_is_mark(reading, last, ",") && last > 0 && st_is_quote_close(reading, last - 1))
        last--;
    if (mark_at(site, last)->quote != ST_NONE)
        return take_left_quote(site, attribution, mark_at(site, last)->quote);
    if (!st_is_mark(reading, last, ","))
        return false;
    // A clause with a cue of its own was attributed already.
    for (size_t i = reading->attribution_count - 1;
         i-- > 0 && reading->attributions[i].cue.end > site->sentence.begin;)
        if (reading->attributions[i].cue.begin < site->cue)
            return false;
    st_range content = {site->sentence.begin, last};
    while (content.end > content.begin && st_token(reading, content.end - 1)->kind == GS_TOKEN_PUNCT &&
           mark_at(site, content.end - 1)->quote == ST_NONE)
        content.end--;
    if (words_of(reading, content) < 3)
        return false;
    add_content(reading, attribution, content);
    return true;
}

// "Inflation, she said, would fall": what stands left shows no verb, so the clause goes on behind the cue's
// comma.
static bool take_around(cue_site *site, st_attribution *attribution, uint32_t left_end)
{
    st_reading *reading = site->reading;
    st_range left = {site->sentence.begin, left_end - 1};
    uint32_t at =
        site->inverted ? (site->apposition.end ? site->apposition.end : site->source.end) : site->after;
    while (!ends_clause(site, at) && !st_is_mark(reading, at, ","))
        at++;
    if (left.begin >= left.end || left.end - left.begin > 12 ||
        st_shows_verb(reading, left.begin, left.end) || ends_clause(site, at) || at + 2 >= site->sentence.end)
        return false;
    st_word first = mark_at(site, at + 1)->word;
    if (first != ST_WORD_AUX && first != ST_WORD_MODAL && !st_is_quote_open(reading, at + 1))
        return false;
    add_content(reading, attribution, left);
    add_content(reading, attribution, (st_range){at + 1, clause_end(site, at + 1, false)});
    return true;
}

// ---- one cue ---------------------------------------------------------------------------------------

// "denied the report", "called for calm": a phrase of two words at least; what is rejected must be something
// said.
static bool fits_noun_phrase(const cue_site *site, const st_cue_word *cue, uint32_t limit)
{
    uint32_t begin = site->right_begin;
    if (words_of(site->reading, (st_range){begin, limit}) < 2 || is_word(site, begin, ST_WORD_PREP) ||
        is_word(site, begin, ST_WORD_DAY) || is_word(site, begin, ST_WORD_TIME))
        return false;
    if (cue->act != GAINSAY__V1__STATEMENT__ACT__REJECT)
        return true;
    for (uint32_t i = begin; i < limit && i < begin + 6; i++)
        if (is_word(site, i, ST_WORD_CLAIM))
            return true;
    return false;
}

// What this class of cue may govern.
static bool right_fits(const cue_site *site)
{
    const st_cue_word *cue = &mark_at(site, site->cue)->cue;
    const st_reading *reading = site->reading;
    if (site->right == RIGHT_NONE)
        return false;
    if (site->right == RIGHT_QUOTE || site->right == RIGHT_THAT)
        return cue->class != ST_CUE_POST && (site->right == RIGHT_QUOTE || cue->class != ST_CUE_QUOTE);
    // "rejected on Tuesday a claim": no more than a day may stand between.
    if (site->right_begin > site->after + 2 && cue->class == ST_CUE_NP)
        return false;
    bool pronoun = is_word(site, site->right_begin, ST_WORD_PRONOUN);
    uint32_t limit =
        site->right_begin + 14 < site->sentence.end ? site->right_begin + 14 : site->sentence.end;
    switch (cue->class) {
    case ST_CUE_SAY:
    case ST_CUE_TELL:
        return words_of(reading, (st_range){site->right_begin, limit}) >= 2 &&
               (st_shows_verb(reading, site->right_begin, limit) || limit - site->right_begin > 3);
    case ST_CUE_CLAUSE:
        return !cue->ambiguous && (pronoun || st_shows_verb(reading, site->right_begin, limit));
    case ST_CUE_THAT:
        return !cue->ambiguous && st_shows_verb(reading, site->right_begin, limit) &&
               !st_is(reading, site->right_begin, "to") && !is_word(site, site->right_begin, ST_WORD_PREP);
    case ST_CUE_NP:
        return !cue->ambiguous && fits_noun_phrase(site, cue, limit);
    case ST_CUE_INF:
        return !cue->ambiguous && st_is(reading, site->right_begin, "to");
    default:
        return false;
    }
}

static bool names_somebody(const cue_site *site)
{
    return names_phrase(site, site->source) || is_word(site, site->source.begin, ST_WORD_PRONOUN);
}

// An inverted cue: words, comma or closing mark, cue, speaker, and then no verb of another clause.
static bool try_inverted(cue_site *site)
{
    const st_reading *reading = site->reading;
    uint32_t cue = site->cue;
    const st_cue_word *word = &mark_at(site, cue)->cue;
    if (cue == 0 || word->tense == ST_ING || word->class == ST_CUE_TELL)
        return false;
    bool quote = mark_at(site, cue - 1)->quote != ST_NONE;
    if (!quote && !st_is_mark(reading, cue - 1, ","))
        return false;
    if (!quote && word->class != ST_CUE_SAY && word->class != ST_CUE_POST && !word->add &&
        word->strength < 0.85)
        return false;
    if (!source_behind(site) || !names_somebody(site))
        return false;
    uint32_t end = site->apposition.end ? site->apposition.end : site->source.end;
    uint32_t stop = end;
    while (!ends_clause(site, stop) && !st_is_mark(reading, stop, ",") &&
           mark_at(site, stop)->word != ST_WORD_CONJ && mark_at(site, stop)->quote == ST_NONE)
        stop++;
    return quote || !st_shows_verb(reading, site->source.begin, stop);
}

static void finish(cue_site *site, st_attribution *attribution, const st_person *speaker, double certainty,
                   bool pronoun)
{
    st_reading *reading = site->reading;
    attribution->speaker = speaker;
    attribution->source = site->source;
    attribution->cue = (st_range){site->cue, site->after};
    attribution->cue_word = mark_at(site, site->cue)->cue;
    attribution->sentence = mark_at(site, site->cue)->sentence;
    attribution->paragraph = reading->document->sentences[attribution->sentence].paragraph;
    attribution->certainty = certainty;
    attribution->pronoun = pronoun;
    attribution->earlier = site->earlier;
}

// The words on the left, before the cue or its speaker: none, a clause up to a comma, or a quotation. One
// that ends with a full stop is closed: '"It won't be zero." The president replied ...'
typedef enum left_kind { LEFT_NONE, LEFT_CLAUSE, LEFT_QUOTE, LEFT_CLOSED_QUOTE } left_kind;

static left_kind read_left(const cue_site *site, uint32_t left)
{
    const st_reading *reading = site->reading;
    if (left == 0)
        return LEFT_NONE;
    uint32_t last = left - 1;
    bool comma = st_is_mark(reading, last, ",");
    if (comma && last > 0 && st_is_quote_close(reading, last - 1))
        return LEFT_QUOTE;
    if (st_is_quote_close(reading, last))
        return last > 0 && st_is_mark(reading, last - 1, ".") ? LEFT_CLOSED_QUOTE : LEFT_QUOTE;
    return comma && left > site->sentence.begin ? LEFT_CLAUSE : LEFT_NONE;
}

// May this cue stand behind a clause without quotation marks?
static bool may_follow(const cue_site *site)
{
    const st_cue_word *cue = &mark_at(site, site->cue)->cue;
    if (cue->class == ST_CUE_NP || cue->class == ST_CUE_QUOTE)
        return false;
    return site->inverted || cue->class == ST_CUE_SAY || cue->class == ST_CUE_CLAUSE ||
           cue->class == ST_CUE_TELL || cue->strength >= 0.85;
}

static void attribute_finite(cue_site *site)
{
    st_reading *reading = site->reading;
    bool denied = false, fails = false;
    uint32_t end = skip_auxiliaries(site, &denied, &fails);
    if (denied || fails)
        return;
    site->inverted = end == site->cue && try_inverted(site);
    if (!site->inverted && !source_before(site, end))
        return;
    read_right(site);
    const st_cue_word *cue = &mark_at(site, site->cue)->cue;
    bool right = !site->inverted && right_fits(site);
    uint32_t left_end = site->inverted ? site->cue : site->source.begin;
    left_kind left = read_left(site, left_end);
    if (left == LEFT_CLOSED_QUOTE && right)
        left = LEFT_NONE;
    if (left == LEFT_CLAUSE && (right || !may_follow(site)))
        left = LEFT_NONE;
    // What follows a quotation and its cue is told by the writer, unless it says "that" or goes on in
    // quotation marks.
    if (left != LEFT_NONE && site->right == RIGHT_CLAUSE)
        right = false;
    if (left == LEFT_NONE && !right)
        return;
    double certainty;
    bool pronoun;
    const st_person *speaker =
        st_people_resolve(reading, site->source, site->apposition, &certainty, &pronoun);
    if (!speaker || (certainty < 0.5 && cue->ambiguous))
        return;
    st_attribution *attribution = st_attribution_add(reading);
    finish(site, attribution, speaker, certainty, pronoun);
    if (left == LEFT_CLAUSE && take_around(site, attribution, left_end))
        return;
    if (left != LEFT_NONE)
        take_left(site, attribution, left_end);
    if (right)
        take_right(site, attribution, cue->class == ST_CUE_NP && site->right == RIGHT_CLAUSE);
    if (attribution->content_count == 0)
        reading->attribution_count--;
}

// ", adding that ...": the speaker of the attribution before it in the sentence.
static void attribute_participle(cue_site *site)
{
    st_reading *reading = site->reading;
    uint32_t cue = site->cue;
    bool hangs = cue > site->sentence.begin &&
                 (st_is_mark(reading, cue - 1, ",") || mark_at(site, cue - 1)->quote != ST_NONE ||
                  st_is(reading, cue - 1, "and"));
    if (!hangs || reading->attribution_count == 0)
        return;
    st_attribution last = reading->attributions[reading->attribution_count - 1];
    if (last.sentence != mark_at(site, cue)->sentence || last.turn)
        return;
    read_right(site);
    if (!right_fits(site))
        return;
    site->source = last.source;
    st_attribution *attribution = st_attribution_add(reading);
    finish(site, attribution, last.speaker, last.certainty * 0.95, last.pronoun);
    take_right(site, attribution, mark_at(site, cue)->cue.class == ST_CUE_NP && site->right == RIGHT_CLAUSE);
    if (attribution->content_count == 0)
        reading->attribution_count--;
}

// "According to X, ..." and "..., according to X."
static void attribute_according(cue_site *site)
{
    st_reading *reading = site->reading;
    site->after = site->cue + 2;
    uint32_t begin = site->after, end = begin;
    while (!ends_clause(site, end) && !st_is_mark(reading, end, ",") && end - begin < SOURCE_TOKENS &&
           mark_at(site, end)->quote == ST_NONE)
        end++;
    site->source = (st_range){begin, end};
    bool leads = site->cue == site->sentence.begin && st_is_mark(reading, end, ",");
    double certainty;
    bool pronoun;
    const st_person *speaker =
        begin < end ? st_people_resolve(reading, site->source, (st_range){0, 0}, &certainty, &pronoun) : NULL;
    if (!speaker)
        return;
    st_attribution *attribution = st_attribution_add(reading);
    finish(site, attribution, speaker, certainty * 0.95, pronoun);
    attribution->cue_word =
        (st_cue_word){.class = ST_CUE_SAY, .act = GAINSAY__V1__STATEMENT__ACT__ASSERT, .strength = 0.9};
    if (leads)
        add_content(reading, attribution, (st_range){end + 1, clause_end(site, end + 1, false)});
    else if (site->cue > site->sentence.begin) {
        if (!take_left(site, attribution, site->cue)) {
            st_range content = {site->sentence.begin, site->cue};
            if (reading->attribution_count < 2 ||
                reading->attributions[reading->attribution_count - 2].sentence != attribution->sentence)
                add_content(reading, attribution, content);
        }
    }
    if (attribution->content_count == 0)
        reading->attribution_count--;
}

static bool noun_reading(const cue_site *site)
{
    // "the claim that", "a report that", "its demands": a determiner makes it a noun.
    if (site->cue == site->sentence.begin)
        return false;
    const st_cue_word *cue = &mark_at(site, site->cue)->cue;
    return cue->ambiguous &&
           (is_word(site, site->cue - 1, ST_WORD_DET) || is_word(site, site->cue - 1, ST_WORD_PREP));
}

void st_cues_attribute(st_reading *reading)
{
    for (uint32_t i = 0;
         i < reading->document->token_count && reading->attribution_count < GS_LIMIT_STATEMENTS; i++) {
        const st_mark *mark = &reading->marks[i];
        if (mark->quote != ST_NONE)
            continue;
        cue_site site = {
            .reading = reading, .cue = i, .sentence = st_sentence_range(reading, mark->sentence)};
        site.sentence.begin = skip_dateline(reading, site.sentence.begin, i);
        if (st_is(reading, i, "according") && st_is(reading, i + 1, "to") && i + 2 < site.sentence.end) {
            attribute_according(&site);
            continue;
        }
        if (!mark->cue_words || (st_token(reading, i)->capitalised && !st_token(reading, i)->sentence_start))
            continue;
        site.after = i + mark->cue_words;
        if (noun_reading(&site))
            continue;
        if (mark->cue.tense == ST_ING)
            attribute_participle(&site);
        else
            attribute_finite(&site);
        i = site.after - 1;
    }
}
