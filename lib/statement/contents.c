// The words of a cue: where they begin behind it, past hearers and adjuncts ("told reporters in the Oval
// Office that"), where they end, and what belongs to them on the left.
#include "cues_internal.h"

#include <string.h>

enum {
    ADJUNCT_TOKENS = 24, // between cue and words
    LEFT_TOKENS = 60,    // of a sentence before the quotation that completes it
};

// ---- what stands right of the cue ------------------------------------------------------------------

static bool is_hearer(const cue_site *site, uint32_t token)
{
    return cue_is_word(site, token, ST_WORD_HEARER);
}

// One step over what may stand between a cue and its words; the same token if nothing of the kind is there.
static uint32_t skip_adjunct(const cue_site *site, uint32_t token)
{
    const st_reading *reading = site->reading;
    uint32_t at = token;
    const st_mark *mark = cue_mark(site, at);
    if (is_hearer(site, at) || mark->word == ST_WORD_TIME || mark->word == ST_WORD_DAY ||
        mark->word == ST_WORD_ADVERB)
        return at + 1;
    if (st_is(reading, at, "the") && st_is(reading, at + 1, "same") &&
        (st_is(reading, at + 2, "day") || cue_is_word(site, at + 2, ST_WORD_TIME)))
        return at + 3;
    if (mark->word != ST_WORD_PREP || st_is(reading, at, "of"))
        return token;
    at++;
    bool noun = false;
    while (!cue_ends_clause(site, at) && at - token < ADJUNCT_TOKENS) {
        const st_token *found = st_at(reading, at);
        st_word word = cue_mark(site, at)->word;
        if (found->kind == ST_KIND_PUNCT || cue_mark(site, at)->quote != ST_NONE || word == ST_WORD_AUX ||
            word == ST_WORD_MODAL || word == ST_WORD_CONJ || word == ST_WORD_PREP)
            break;
        if (noun && (word == ST_WORD_DET || word == ST_WORD_PRONOUN || word == ST_WORD_NEG))
            break; // the next phrase begins: the clause that is said
        if (noun && found->capitalised && !st_at(reading, at - 1)->capitalised &&
            cue_mark(site, at - 1)->word != ST_WORD_DET)
            break;
        noun |=
            word == ST_WORD_OTHER || word == ST_WORD_DAY || word == ST_WORD_HEARER || word == ST_WORD_TIME;
        at++;
        if (word == ST_WORD_DAY && !cue_is_word(site, at, ST_WORD_TIME) &&
            !cue_is_word(site, at, ST_WORD_DAY))
            break;
    }
    return noun ? at : token;
}

// "told the BBC", "assured the families": a phrase up to "that", a mark or a preposition.
static uint32_t skip_hearer(const cue_site *site, uint32_t token)
{
    uint32_t at = token;
    bool noun = false;
    while (!cue_ends_clause(site, at) && at - token < ADJUNCT_TOKENS) {
        const st_token *found = st_at(site->reading, at);
        st_word word = cue_mark(site, at)->word;
        if (found->kind == ST_KIND_PUNCT || cue_mark(site, at)->quote != ST_NONE || word == ST_WORD_CONJ ||
            word == ST_WORD_PREP)
            break;
        if (noun && (word == ST_WORD_DET || word == ST_WORD_PRONOUN))
            break;
        if (noun && found->capitalised && !st_at(site->reading, at - 1)->capitalised)
            break;
        noun |= word != ST_WORD_DET;
        at++;
        if (word == ST_WORD_HEARER)
            break;
    }
    return at;
}

void cue_read_right(cue_site *site)
{
    const st_reading *reading = site->reading;
    const st_cue_word *cue = &cue_mark(site, site->cue)->cue;
    uint32_t at = site->after;
    if (cue->class == ST_CUE_TELL || (cue->say && st_is(reading, site->cue, "told")))
        at = skip_hearer(site, at);
    for (;;) {
        uint32_t next = cue_ends_clause(site, at) ? at : skip_adjunct(site, at);
        if (next == at || next - site->after > ADJUNCT_TOKENS)
            break;
        at = next;
    }
    site->right = RIGHT_NONE;
    if (cue_ends_clause(site, at))
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
    } else if (cue_is_word(site, at, ST_WORD_CONJ)) {
        site->right = RIGHT_NONE; // "said when asked", "said as he left"
    } else if (st_at(reading, at)->kind != ST_KIND_PUNCT) {
        site->right = RIGHT_CLAUSE;
    }
}

// ---- where the governed words end ------------------------------------------------------------------

static bool is_participle_cue(const cue_site *site, uint32_t token)
{
    return cue_mark(site, token)->cue_words && cue_mark(site, token)->cue.tense == ST_ING &&
           cue_mark(site, token)->quote == ST_NONE;
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
        const st_mark *mark = cue_mark(site, i);
        bool speaker = i > next + 1 && cue_opens_phrase(site, next + 1);
        if (mark->quote != ST_NONE || mark->word == ST_WORD_CONJ)
            return false;
        if (speaker && mark->cue_words && mark->cue.tense == ST_PAST && mark->cue.strength >= 0.85 &&
            (cue_mark(site, i - 1)->word != ST_WORD_AUX || st_is(reading, i - 1, "had")) &&
            cue_mark(site, i - 1)->word != ST_WORD_DET)
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
        cue_is_word(site, next + 1, ST_WORD_CLAIM))
        return true;
    bool conjunction = st_is(reading, at, "and") || st_is(reading, at, "but");
    while (conjunction && next < site->sentence.end && cue_is_word(site, next, ST_WORD_ADVERB))
        next++;
    if (conjunction && cue_mark(site, next)->cue_words && cue_mark(site, next)->cue.tense == ST_PAST &&
        cue_mark(site, next)->cue.strength >= 0.85)
        return true;
    return starts_other_attribution(site, at);
}

uint32_t cue_clause_end(const cue_site *site, uint32_t begin, bool noun_phrase)
{
    const st_reading *reading = site->reading;
    uint32_t at = begin;
    while (at < site->sentence.end) {
        if (cue_mark(site, at)->quote == ST_NONE && at > begin) {
            if (cuts_here(site, at) || st_is_mark(reading, at, ";"))
                break;
            st_word word = cue_mark(site, at)->word;
            if (noun_phrase &&
                (st_is(reading, at, "after") || st_is(reading, at, "when") || st_is(reading, at, "while") ||
                 st_is(reading, at, "as") || (word == ST_WORD_CONJ && st_is_mark(reading, at - 1, ","))))
                break;
        }
        at++;
    }
    // A quotation that is open here is taken whole.
    if (at > begin && at < reading->document->token_count && cue_mark(site, at - 1)->quote != ST_NONE) {
        const st_quote *quote = &reading->quotes[cue_mark(site, at - 1)->quote];
        if (quote->close >= at && quote->open >= begin)
            at = quote->close + 1;
    }
    while (at > begin && cue_mark(site, at - 1)->quote == ST_NONE &&
           st_at(reading, at - 1)->kind == ST_KIND_PUNCT && !st_is_mark(reading, at - 1, ")") &&
           !st_is_mark(reading, at - 1, "%"))
        at--;
    while (at > begin && cue_mark(site, at - 1)->quote == ST_NONE &&
           (st_is(reading, at - 1, "and") || st_is(reading, at - 1, "but")))
        at--;
    return at;
}

uint32_t cue_words_of(const st_reading *reading, st_range range)
{
    uint32_t count = 0;
    for (uint32_t i = range.begin; i < range.end; i++)
        count += st_at(reading, i)->kind == ST_KIND_WORD || st_at(reading, i)->kind == ST_KIND_NUMBER;
    return count;
}

// A quotation that says something by itself, not a word or two inside somebody else's sentence.
static bool stands_alone(const st_reading *reading, uint32_t quote)
{
    const st_quote *found = &reading->quotes[quote];
    st_range range = {found->open, found->close + 1};
    if (found->next != ST_NONE || found->previous != ST_NONE || cue_words_of(reading, range) >= 8)
        return true;
    return st_shows_verb(reading, range.begin, range.end) && cue_words_of(reading, range) >= 3;
}

// Claims the quotations inside the content, so that they are not carried to anybody else.
static void claim_inside(st_reading *reading, st_range content)
{
    for (uint32_t i = content.begin; i < content.end; i++)
        if (reading->marks[i].quote != ST_NONE)
            reading->quotes[reading->marks[i].quote].claimed = true;
}

void cue_add_content(st_reading *reading, st_attribution *attribution, st_range content)
{
    st_attribution_content(reading, attribution, content);
    claim_inside(reading, content);
}

void cue_take_right(cue_site *site, st_attribution *attribution, bool noun_phrase)
{
    st_reading *reading = site->reading;
    uint32_t begin = site->right_begin;
    if (site->right == RIGHT_QUOTE) {
        uint32_t quote = cue_mark(site, begin)->quote;
        uint32_t behind = reading->quotes[quote].close + 1;
        bool whole =
            stands_alone(reading, quote) || cue_ends_clause(site, behind) || st_is_mark(reading, behind, ",");
        if (whole) {
            st_claim_quote(reading, attribution, quote);
            // ', and that there is "no unilateral offer"'
            if (behind + 2 < site->sentence.end && st_is_mark(reading, behind, ","))
                behind++;
            if (behind + 2 < site->sentence.end && st_is(reading, behind, "and") &&
                st_is(reading, behind + 1, "that"))
                cue_add_content(reading, attribution,
                                (st_range){behind + 2, cue_clause_end(site, behind + 2, false)});
            return;
        }
    }
    cue_add_content(reading, attribution, (st_range){begin, cue_clause_end(site, begin, noun_phrase)});
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
        if (cue_mark(site, i)->quote == ST_NONE && cue_mark(site, i)->cue_words && cue_mark(site, i)->cue.say)
            return false;
    return !st_at(reading, quote->open + 1)->capitalised;
}

// The quotation that ends before the cue or its speaker. last: its closing mark, or a comma behind it.
static bool take_left_quote(cue_site *site, st_attribution *attribution, uint32_t quote)
{
    st_reading *reading = site->reading;
    const st_quote *found = &reading->quotes[quote];
    st_range sentence = st_sentence_range(reading, cue_mark(site, found->open)->sentence);
    if (found->claimed)
        return false;
    if (is_fragment(site, found, sentence.begin) && found->open - sentence.begin < LEFT_TOKENS)
        cue_add_content(
            reading, attribution,
            (st_range){cue_skip_dateline(reading, sentence.begin, found->open), found->close + 1});
    else
        st_claim_quote(reading, attribution, quote);
    return true;
}

// `end`: the token behind the last one of the content (which is a comma or a closing mark).
bool cue_take_left(cue_site *site, st_attribution *attribution, uint32_t end)
{
    st_reading *reading = site->reading;
    uint32_t last = end - 1;
    if (st_is_mark(reading, last, ",") && last > 0 && st_is_quote_close(reading, last - 1))
        last--;
    if (cue_mark(site, last)->quote != ST_NONE)
        return take_left_quote(site, attribution, cue_mark(site, last)->quote);
    if (!st_is_mark(reading, last, ","))
        return false;
    // A clause with a cue of its own was attributed already.
    for (size_t i = reading->attribution_count - 1;
         i-- > 0 && reading->attributions[i].cue.end > site->sentence.begin;)
        if (reading->attributions[i].cue.begin < site->cue)
            return false;
    st_range content = {site->sentence.begin, last};
    while (content.end > content.begin && st_at(reading, content.end - 1)->kind == ST_KIND_PUNCT &&
           cue_mark(site, content.end - 1)->quote == ST_NONE)
        content.end--;
    if (cue_words_of(reading, content) < 3)
        return false;
    cue_add_content(reading, attribution, content);
    return true;
}

// "Inflation, she said, would fall": what stands left shows no verb, so the clause goes on behind the cue's
// comma.
bool cue_take_around(cue_site *site, st_attribution *attribution, uint32_t left_end)
{
    st_reading *reading = site->reading;
    st_range left = {site->sentence.begin, left_end - 1};
    uint32_t at =
        site->inverted ? (site->apposition.end ? site->apposition.end : site->source.end) : site->after;
    while (!cue_ends_clause(site, at) && !st_is_mark(reading, at, ","))
        at++;
    if (left.begin >= left.end || left.end - left.begin > 12 ||
        st_shows_verb(reading, left.begin, left.end) || cue_ends_clause(site, at) ||
        at + 2 >= site->sentence.end)
        return false;
    st_word first = cue_mark(site, at + 1)->word;
    if (first != ST_WORD_AUX && first != ST_WORD_MODAL && !st_is_quote_open(reading, at + 1))
        return false;
    cue_add_content(reading, attribution, left);
    cue_add_content(reading, attribution, (st_range){at + 1, cue_clause_end(site, at + 1, false)});
    return true;
}
