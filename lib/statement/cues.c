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
#include "cues_internal.h"

#include <string.h>

enum {
    SOURCE_TOKENS = 24, // of a speaker named by "according to"
};

// The part of the sentence that a cue can reach: all of it, unless somebody wrote one without end.
static st_range within_reach(st_range sentence, uint32_t cue)
{
    if (cue - sentence.begin > ST_REACH)
        sentence.begin = cue - ST_REACH;
    if (sentence.end - cue > ST_REACH)
        sentence.end = cue + ST_REACH;
    return sentence;
}

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

// "denied the report", "called for calm": a phrase of two words at least; what is rejected must be something
// said.
static bool fits_noun_phrase(const cue_site *site, const st_cue_word *cue, uint32_t limit)
{
    uint32_t begin = site->right_begin;
    if (cue_words_of(site->reading, (st_range){begin, limit}) < 2 || cue_is_word(site, begin, ST_WORD_PREP) ||
        cue_is_word(site, begin, ST_WORD_DAY) || cue_is_word(site, begin, ST_WORD_TIME))
        return false;
    if (cue->act != GAINSAY__V1__STATEMENT__ACT__REJECT)
        return true;
    for (uint32_t i = begin; i < limit && i < begin + 6; i++)
        if (cue_is_word(site, i, ST_WORD_CLAIM))
            return true;
    return false;
}

// What this class of cue may govern.
static bool right_fits(const cue_site *site)
{
    const st_cue_word *cue = &cue_mark(site, site->cue)->cue;
    const st_reading *reading = site->reading;
    if (site->right == RIGHT_NONE)
        return false;
    if (site->right == RIGHT_QUOTE || site->right == RIGHT_THAT)
        return cue->class != ST_CUE_POST && (site->right == RIGHT_QUOTE || cue->class != ST_CUE_QUOTE);
    // "rejected on Tuesday a claim": no more than a day may stand between.
    if (site->right_begin > site->after + 2 && cue->class == ST_CUE_NP)
        return false;
    bool pronoun = cue_is_word(site, site->right_begin, ST_WORD_PRONOUN);
    uint32_t limit =
        site->right_begin + 14 < site->sentence.end ? site->right_begin + 14 : site->sentence.end;
    switch (cue->class) {
    case ST_CUE_SAY:
    case ST_CUE_TELL:
        return cue_words_of(reading, (st_range){site->right_begin, limit}) >= 2 &&
               (st_shows_verb(reading, site->right_begin, limit) || limit - site->right_begin > 3);
    case ST_CUE_CLAUSE:
        return !cue->ambiguous && (pronoun || st_shows_verb(reading, site->right_begin, limit));
    case ST_CUE_THAT:
        return !cue->ambiguous && st_shows_verb(reading, site->right_begin, limit) &&
               !st_is(reading, site->right_begin, "to") &&
               !cue_is_word(site, site->right_begin, ST_WORD_PREP);
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
    return cue_names_phrase(site, site->source) || cue_is_word(site, site->source.begin, ST_WORD_PRONOUN);
}

// An inverted cue: words, comma or closing mark, cue, speaker, and then no verb of another clause.
static bool try_inverted(cue_site *site)
{
    const st_reading *reading = site->reading;
    uint32_t cue = site->cue;
    const st_cue_word *word = &cue_mark(site, cue)->cue;
    if (cue == 0 || word->tense == ST_ING || word->class == ST_CUE_TELL)
        return false;
    bool quote = cue_mark(site, cue - 1)->quote != ST_NONE;
    if (!quote && !st_is_mark(reading, cue - 1, ","))
        return false;
    if (!quote && word->class != ST_CUE_SAY && word->class != ST_CUE_POST && !word->add &&
        word->strength < 0.85)
        return false;
    if (!cue_source_behind(site) || !names_somebody(site))
        return false;
    uint32_t end = site->apposition.end ? site->apposition.end : site->source.end;
    uint32_t stop = end;
    while (!cue_ends_clause(site, stop) && !st_is_mark(reading, stop, ",") &&
           cue_mark(site, stop)->word != ST_WORD_CONJ && cue_mark(site, stop)->quote == ST_NONE)
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
    attribution->head = site->cue;
    attribution->cue_word = cue_mark(site, site->cue)->cue;
    attribution->sentence = cue_mark(site, site->cue)->sentence;
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
    const st_cue_word *cue = &cue_mark(site, site->cue)->cue;
    if (cue->class == ST_CUE_NP || cue->class == ST_CUE_QUOTE)
        return false;
    return site->inverted || cue->class == ST_CUE_SAY || cue->class == ST_CUE_CLAUSE ||
           cue->class == ST_CUE_TELL || cue->strength >= 0.85;
}

static void attribute_finite(cue_site *site)
{
    st_reading *reading = site->reading;
    bool denied = false, fails = false;
    uint32_t end = cue_skip_auxiliaries(site, &denied, &fails);
    if (denied || fails)
        return;
    site->inverted = end == site->cue && try_inverted(site);
    if (!site->inverted && !cue_source_before(site, end))
        return;
    cue_read_right(site);
    const st_cue_word *cue = &cue_mark(site, site->cue)->cue;
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
    if (left == LEFT_CLAUSE && cue_take_around(site, attribution, left_end))
        return;
    if (left != LEFT_NONE)
        cue_take_left(site, attribution, left_end);
    if (right)
        cue_take_right(site, attribution, cue->class == ST_CUE_NP && site->right == RIGHT_CLAUSE);
    if (attribution->content_count == 0)
        reading->attribution_count--;
}

// ", adding that ...": the speaker of the attribution before it in the sentence.
static void attribute_participle(cue_site *site)
{
    st_reading *reading = site->reading;
    uint32_t cue = site->cue;
    bool hangs = cue > site->sentence.begin &&
                 (st_is_mark(reading, cue - 1, ",") || cue_mark(site, cue - 1)->quote != ST_NONE ||
                  st_is(reading, cue - 1, "and"));
    if (!hangs || reading->attribution_count == 0)
        return;
    st_attribution last = reading->attributions[reading->attribution_count - 1];
    if (last.sentence != cue_mark(site, cue)->sentence || last.turn)
        return;
    cue_read_right(site);
    if (!right_fits(site))
        return;
    site->source = last.source;
    st_attribution *attribution = st_attribution_add(reading);
    finish(site, attribution, last.speaker, last.certainty * 0.95, last.pronoun);
    cue_take_right(site, attribution,
                   cue_mark(site, cue)->cue.class == ST_CUE_NP && site->right == RIGHT_CLAUSE);
    if (attribution->content_count == 0)
        reading->attribution_count--;
}

// "According to X, ..." and "..., according to X."
static void attribute_according(cue_site *site)
{
    st_reading *reading = site->reading;
    site->after = site->cue + 2;
    uint32_t begin = site->after, end = begin;
    while (!cue_ends_clause(site, end) && !st_is_mark(reading, end, ",") && end - begin < SOURCE_TOKENS &&
           cue_mark(site, end)->quote == ST_NONE)
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
        cue_add_content(reading, attribution, (st_range){end + 1, cue_clause_end(site, end + 1, false)});
    else if (site->cue > site->sentence.begin) {
        if (!cue_take_left(site, attribution, site->cue)) {
            st_range content = {site->sentence.begin, site->cue};
            if (reading->attribution_count < 2 ||
                reading->attributions[reading->attribution_count - 2].sentence != attribution->sentence)
                cue_add_content(reading, attribution, content);
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
    const st_cue_word *cue = &cue_mark(site, site->cue)->cue;
    return cue->ambiguous &&
           (cue_is_word(site, site->cue - 1, ST_WORD_DET) || cue_is_word(site, site->cue - 1, ST_WORD_PREP));
}

uint32_t st_cues_attribute_at(st_reading *reading, uint32_t i)
{
    const st_mark *mark = &reading->marks[i];
    if (mark->quote != ST_NONE)
        return i + 1;
    cue_site site = {.reading = reading,
                     .cue = i,
                     .sentence = within_reach(st_sentence_range(reading, mark->sentence), i)};
    site.sentence.begin = cue_skip_dateline(reading, site.sentence.begin, i);
    if (st_is(reading, i, "according") && st_is(reading, i + 1, "to") && i + 2 < site.sentence.end) {
        attribute_according(&site);
        return i + 1;
    }
    if (!mark->cue_words || (st_at(reading, i)->capitalised && !st_at(reading, i)->sentence_start))
        return i + 1;
    site.after = i + mark->cue_words;
    if (noun_reading(&site))
        return i + 1;
    if (mark->cue.tense == ST_ING)
        attribute_participle(&site);
    else
        attribute_finite(&site);
    return site.after;
}
