// The speaker of a cue: the noun phrase before it, over insertions ("He Yadong, a spokesperson with the
// ministry, said"), or behind an inverted one ("said the Treasury secretary").
#include "cues_internal.h"

#include <string.h>

enum {
    SOURCE_TOKENS = 24, // of a speaker's phrase
};

// A place and a date, or an agency, and a dash: "BRUSSELS, Sept 10 -", "N'DJAMENA (Sahel Wire) -". Behind it,
// or begin.
uint32_t cue_skip_dateline(const st_reading *reading, uint32_t begin, uint32_t end)
{
    static const char *const dashes[] = {"-", "--", "\xE2\x80\x94", "\xE2\x80\x93"};
    for (uint32_t i = begin; i < end && i < begin + 10 && reading->marks[i].quote == ST_NONE; i++)
        for (size_t d = 0; d < sizeof dashes / sizeof dashes[0]; d++)
            if (st_is_mark(reading, i, dashes[d]) &&
                (st_at(reading, begin)->capitalised || st_at(reading, begin)->kind == ST_KIND_NUMBER) &&
                i > begin &&
                st_at(reading, i)->begin > st_at(reading, i - 1)->end) // not the hyphen of "U.S.-China"
                return i + 1;
    return begin;
}

// ---- what stands between speaker and cue -----------------------------------------------------------

// "was reported", "is said", a few tokens before "to": its auxiliary. ST_NONE if there is none.
static uint32_t reported_before(const cue_site *site, uint32_t to)
{
    static const char *const verbs[] = {"reported", "quoted", "said", "heard"};
    for (uint32_t i = to; i-- > site->sentence.begin + 1 && to - i < 5;)
        for (size_t v = 0; v < sizeof verbs / sizeof verbs[0]; v++)
            if (st_is(site->reading, i, verbs[v]) && cue_is_word(site, i - 1, ST_WORD_AUX))
                return i - 1;
    return ST_NONE;
}

// Steps back over "has", "also", "later", "repeatedly", "on Tuesday" before the cue. Sets *denied for a cue
// that is no statement, and *fails for one that is no finite verb here.
uint32_t cue_skip_auxiliaries(cue_site *site, bool *denied, bool *fails)
{
    const st_reading *reading = site->reading;
    uint32_t at = site->cue;
    const st_cue_word *cue = &cue_mark(site, site->cue)->cue;
    bool perfect = false;
    while (at > site->sentence.begin) {
        uint32_t i = at - 1;
        const char *lower = st_at(reading, i)->lower;
        const st_mark *mark = cue_mark(site, i);
        size_t size = strlen(lower);
        if (st_at(reading, i)->capitalised && !st_at(reading, i)->sentence_start)
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
        } else if (strcmp(lower, "to") == 0 && reported_before(site, i) != ST_NONE) {
            return reported_before(site, i); // "was reported on Tuesday to tell"
        } else if (mark->word == ST_WORD_MODAL || strcmp(lower, "to") == 0) {
            *fails |= !perfect;
            return i;
        } else if (mark->word != ST_WORD_ADVERB && strcmp(lower, "later") != 0 &&
                   strcmp(lower, "earlier") != 0 && strcmp(lower, "been") != 0 &&
                   !(size > 4 && strcmp(lower + size - 2, "ly") == 0 && !st_at(reading, i)->capitalised)) {
            break;
        } else if (strcmp(lower, "been") == 0) {
            *fails = true;
        }
        at = i;
    }
    return at;
}

// ---- the speaker's phrase --------------------------------------------------------------------------

bool cue_opens_phrase(const cue_site *site, uint32_t token)
{
    const st_mark *mark = cue_mark(site, token);
    const st_token *found = st_at(site->reading, token);
    return found->capitalised || mark->word == ST_WORD_DET || mark->word == ST_WORD_PRONOUN ||
           mark->role != ST_ROLE_NONE || mark->org != ST_ORG_NONE;
}

// A word that no speaker's phrase contains.
static bool breaks_phrase(const cue_site *site, uint32_t token)
{
    const st_mark *mark = cue_mark(site, token);
    const st_token *found = st_at(site->reading, token);
    if (mark->quote != ST_NONE)
        return true;
    if (found->kind == ST_KIND_PUNCT)
        return found->lower[0] != '@' && found->lower[0] != '&';
    if (strcmp(found->lower, "'s") == 0 || strcmp(found->lower, "and") == 0)
        return false;
    // "So told parliament": a conjunction, or somebody's name.
    if (found->capitalised && mark->word != ST_WORD_DET)
        return found->sentence_start && (mark->word == ST_WORD_CONJ || mark->word == ST_WORD_PREP) &&
               !st_people_is_name(site->reading, token);
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
        bool joins = i > begin && i + 1 < end && cue_opens_phrase(site, i + 1) &&
                     st_at(site->reading, i - 1)->capitalised && st_at(site->reading, i + 1)->capitalised;
        if (!joins)
            return i + 1;
    }
    return begin;
}

// A capital pronoun inside a sentence is somebody's name: "spokesperson He Zhiqiang".
static bool is_surname(const cue_site *site, uint32_t token)
{
    return st_at(site->reading, token)->capitalised && !st_at(site->reading, token)->sentence_start;
}

// The phrase that ends before token `end`.
static st_range phrase_before(const cue_site *site, uint32_t end)
{
    uint32_t begin = end;
    while (begin > site->sentence.begin && end - begin < SOURCE_TOKENS && !breaks_phrase(site, begin - 1)) {
        const st_mark *mark = cue_mark(site, begin - 1);
        bool pronoun = mark->word == ST_WORD_PRONOUN && !is_surname(site, begin - 1);
        if (pronoun && !st_at(site->reading, begin - 1)->capitalised) {
            begin -= begin == end;
            break;
        }
        begin--;
        // A pronoun or article opens the phrase, unless it belongs to what "of" or "for" brings.
        if (pronoun || (mark->word == ST_WORD_DET &&
                        !(begin > site->sentence.begin && cue_is_word(site, begin - 1, ST_WORD_PREP))))
            break;
    }
    begin = cut_conjunction(site, begin, end);
    // "In London Downing Street", "on Thursday the minister": a leading adjunct is not the speaker.
    while (begin < end &&
           (cue_mark(site, begin)->word == ST_WORD_PREP || cue_mark(site, begin)->word == ST_WORD_CONJ) &&
           !st_people_is_name(site->reading, begin)) {
        uint32_t next = begin + 1;
        while (next < end && !(cue_mark(site, next)->word == ST_WORD_DET && next > begin + 1) &&
               !(cue_mark(site, next - 1)->word == ST_WORD_DAY))
            next++;
        if (next == end)
            return (st_range){begin, begin};
        begin = next;
    }
    while (begin < end && cue_mark(site, begin)->word == ST_WORD_DAY)
        begin++;
    return (st_range){begin, end};
}

// A name, an office or a body stands in the phrase.
bool cue_names_phrase(const cue_site *site, st_range phrase)
{
    for (uint32_t i = phrase.begin; i < phrase.end; i++) {
        const st_mark *mark = cue_mark(site, i);
        bool capital = st_at(site->reading, i)->capitalised && mark->word == ST_WORD_OTHER;
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
    for (uint32_t at = closing; at > site->sentence.begin && cue_mark(site, at - 1)->quote == ST_NONE; at--) {
        if (!st_is_mark(reading, at - 1, ","))
            continue;
        st_range outer = phrase_before(site, at - 1);
        if (outer.begin == outer.end)
            continue;
        // An insertion may hold commas itself; then the phrase that opens the sentence is the speaker.
        bool opens_sentence = outer.begin == site->sentence.begin && cue_names_phrase(site, outer);
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

bool cue_source_before(cue_site *site, uint32_t end)
{
    if (end == site->sentence.begin)
        return false;
    if (st_is_mark(site->reading, end - 1, ","))
        return source_over_insertion(site, end);
    st_range phrase = phrase_before(site, end);
    if (phrase.begin == phrase.end)
        return false;
    if (cue_mark(site, phrase.begin)->word == ST_WORD_PRONOUN && phrase.end - phrase.begin > 1 &&
        !st_at(site->reading, phrase.begin + 1)->capitalised)
        return false;
    if (phrase.end - phrase.begin == 1 && !cue_opens_phrase(site, phrase.begin) && !phrase.begin)
        return false;
    site->source = phrase;
    site->apposition = (st_range){0, 0};
    // "the energy minister, Ilinca Dobrescu, told" is handled above; "Trump, 78, said" too. Here: "X said".
    return true;
}

// The phrase behind an inverted cue, and its apposition.
bool cue_source_behind(cue_site *site)
{
    const st_reading *reading = site->reading;
    uint32_t begin = site->after, end = begin;
    if (begin >= site->sentence.end || !cue_opens_phrase(site, begin) ||
        st_at(reading, begin)->kind != ST_KIND_WORD || cue_is_word(site, begin, ST_WORD_HEARER))
        return false;
    if (cue_mark(site, begin)->word == ST_WORD_PRONOUN && !st_at(reading, begin)->capitalised)
        end = begin + 1;
    bool office = false, pronoun = end > begin;
    while (!pronoun && end < site->sentence.end && end - begin < SOURCE_TOKENS) {
        const st_mark *mark = cue_mark(site, end);
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
        while (!cue_ends_clause(site, last) && !st_is_mark(reading, last, ",") &&
               !st_is_mark(reading, last, "(") && cue_mark(site, last)->quote == ST_NONE)
            last++;
        const st_mark *first = cue_mark(site, end + 1);
        if ((first->word == ST_WORD_DET || first->role != ST_ROLE_NONE ||
             st_at(reading, end + 1)->capitalised) &&
            !st_shows_verb(reading, end + 1, last))
            site->apposition = (st_range){end + 1, last};
    }
    return true;
}
