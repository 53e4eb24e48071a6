// Where a denial that only points finds its claim: in what its speaker tells of others right before, in what
// the speaker was asked, in what somebody else said a little earlier in the article.
//
// The nearest is taken, and only from near: a claim three paragraphs away, one of the speaker's own side, or
// one of somebody else than the denial names ("Washington's assertion") is not what is meant. "No such
// meeting" must find a meeting.
#include "denials.h"

#include <string.h>

enum {
    NEAR_SENTENCES = 2,  // from a pronoun back to what it stands for
    FAR_SENTENCES = 8,   // from "the claim", "the report"
    NEAR_PARAGRAPHS = 2, // both
    QUESTION_SENTENCES = 6,
    LOOKED_AT = 16,     // attributions
    SUBJECT_REACH = 40, // tokens from a subject to its verb
    CLIMB = 32,         // heads looked up from a token
    STEM = 4,           // letters that "meeting" and "meet" share
};

// The end of a sentence without one; a text without full stops must not take long.
static st_range bounded(st_range sentence)
{
    if (sentence.end - sentence.begin > ST_REACH)
        sentence.begin = sentence.end - ST_REACH;
    return sentence;
}

// Token at which what belongs to the attribution itself begins, behind `token`; end if nothing does.
static uint32_t before_own(const st_attribution *own, uint32_t token, uint32_t end)
{
    const uint32_t begins[] = {own->content_count ? own->content[0].begin : end, own->source.begin,
                               own->cue.begin};
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
        if (begins[i] > token && begins[i] < end)
            end = begins[i];
    return end;
}

static bool shows_verb(const st_reading *reading, st_range range)
{
    for (uint32_t i = range.begin; i < range.end; i++)
        if (st_at(reading, i)->upos == GS_VERB || st_at(reading, i)->upos == GS_AUX)
            return true;
    return false;
}

static bool take(const st_reading *reading, st_range claim, const char *of,
                 Gainsay__V1__Statement__DeniedFrom from, st_denied *denied)
{
    claim = st_denials_trimmed(reading, claim);
    if (st_denials_words(reading, claim) < 2 || !shows_verb(reading, claim))
        return false;
    denied->claim = claim;
    denied->from = from;
    if (!denied->of || !denied->of[0])
        denied->of = of;
    return true;
}

static bool hangs_on(const st_reading *reading, uint32_t token, uint32_t head)
{
    for (unsigned i = 0; i < CLIMB && token != ST_NONE; i++) {
        if (token == head)
            return true;
        token = st_at(reading, token)->head;
    }
    return false;
}

// ---- questions -------------------------------------------------------------------------------------

// "Did Minister Wang meet the envoy?" as what it asks for: "Minister Wang did meet the envoy".
static bool take_yes_no(const st_reading *reading, st_range question, st_denied *denied)
{
    uint32_t end = question.end;
    while (question.begin < end &&
           (st_at(reading, question.begin)->kind != ST_KIND_WORD || st_is(reading, question.begin, "and") ||
            st_is(reading, question.begin, "but")))
        question.begin++;
    uint32_t auxiliary = question.begin;
    if (auxiliary + 2 >= end || st_at(reading, auxiliary)->upos != GS_AUX)
        return false;
    uint32_t verb = st_at(reading, auxiliary)->head, subject = ST_NONE;
    if (verb == ST_NONE || verb <= auxiliary + 1 || verb >= end)
        return false;
    for (uint32_t i = auxiliary + 1; i < verb && subject == ST_NONE; i++) {
        uint8_t upos = st_at(reading, i)->upos;
        if (st_at(reading, i)->head == verb && (upos == GS_NOUN || upos == GS_PROPN))
            subject = i;
    }
    if (subject == ST_NONE)
        return false; // "Is that true?", "Can you comment?"
    uint32_t behind = subject + 1;
    while (behind < verb && hangs_on(reading, behind, subject))
        behind++;
    st_range rest = st_denials_trimmed(reading, (st_range){behind, end});
    gs_view parts[] = {st_text(reading, (st_range){auxiliary + 1, behind}),
                       gs_view_of(st_at(reading, auxiliary)->lower), st_text(reading, rest)};
    if (rest.begin >= rest.end)
        return false;
    denied->text = gs_arena_format(reading->arena, "%.*s %.*s %.*s", (int)parts[0].size, parts[0].data,
                                   (int)parts[1].size, parts[1].data, (int)parts[2].size, parts[2].data);
    denied->claim = (st_range){auxiliary, rest.end};
    denied->from = GAINSAY__V1__STATEMENT__DENIED_FROM__QUESTION;
    return true;
}

// "Asked about claims that the army had shelled the town", "in response to a report that", "asked whether".
static bool take_asked(const st_reading *reading, st_range range, const st_attribution *own,
                       st_denied *denied)
{
    for (uint32_t i = range.begin; i + 2 < range.end; i++) {
        if (!st_denials_is(reading, i, "ask"))
            continue;
        uint32_t end = before_own(own, i, range.end);
        for (uint32_t j = i + 1; j < end && j < i + 12; j++) {
            if (st_is(reading, j, "whether") || st_is(reading, j, "if"))
                return take(reading, (st_range){j + 1, end}, "",
                            GAINSAY__V1__STATEMENT__DENIED_FROM__QUESTION, denied);
            if (st_denials_is(reading, j, "claim") && st_at(reading, j)->upos != GS_VERB &&
                st_denials_of_noun(reading, i + 1, j, end, GAINSAY__V1__STATEMENT__DENIED_FROM__QUESTION,
                                   denied))
                return true;
        }
    }
    return false;
}

// ---- what a sentence tells of somebody -------------------------------------------------------------

static bool is_first_person(const st_reading *reading, uint32_t token)
{
    static const char *const words[] = {"i", "we", "us", "me", "you", "it", "that", "this"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (st_is(reading, token, words[i]))
            return true;
    return false;
}

static const char *subject_text(const st_reading *reading, uint32_t begin, uint32_t verb)
{
    begin = verb > begin + SUBJECT_REACH ? verb - SUBJECT_REACH : begin;
    for (uint32_t i = begin; i < verb; i++) {
        if (st_at(reading, i)->head != verb || st_at(reading, i)->relation != reading->subject_relation)
            continue;
        uint32_t first = i, last = i + 1;
        while (first > begin && hangs_on(reading, first - 1, i))
            first--;
        while (last < verb && hangs_on(reading, last, i) && st_at(reading, last)->kind == ST_KIND_WORD)
            last++;
        return is_first_person(reading, first) || st_at(reading, i)->upos == GS_PRON
                   ? ""
                   : gs_arena_text(reading->arena, st_text(reading, (st_range){first, last}));
    }
    return "";
}

static bool has_other_subject(const st_reading *reading, uint32_t begin, uint32_t verb)
{
    begin = verb > begin + SUBJECT_REACH ? verb - SUBJECT_REACH : begin;
    for (uint32_t i = begin; i < verb; i++)
        if (st_at(reading, i)->head == verb && st_at(reading, i)->relation == reading->subject_relation)
            return !is_first_person(reading, i);
    return false;
}

// "Reuters reports that the boat crossed the line", "they say we shelled the town"; or a noun of saying with
// its clause. What the speaker's own side says ("we say") is not what it denies.
static bool take_told(const st_reading *reading, st_range sentence, Gainsay__V1__Statement__DeniedFrom from,
                      st_denied *denied)
{
    for (uint32_t i = sentence.begin + 1; i + 2 < sentence.end; i++) {
        const st_mark *mark = &reading->marks[i];
        bool says = mark->cue_words && st_at(reading, i)->upos == GS_VERB && mark->cue.class <= ST_CUE_TELL &&
                    has_other_subject(reading, sentence.begin, i);
        if (says) {
            uint32_t begin = i + mark->cue_words;
            begin += begin < sentence.end && st_is(reading, begin, "that");
            return take(reading, (st_range){begin, sentence.end}, subject_text(reading, sentence.begin, i),
                        from, denied);
        }
        if (st_denials_is(reading, i, "claim") && st_at(reading, i)->upos == GS_NOUN &&
            st_denials_of_noun(reading, sentence.begin, i, sentence.end, from, denied))
            return true;
    }
    return false;
}

// The sentence of the same words right before the one that denies: "They say we shelled the town. That is a
// lie."
static bool take_own(const st_denial_site *site, st_denied *denied)
{
    const st_reading *reading = site->reading;
    const st_attribution *own = site->attribution;
    for (size_t c = 0; c < own->content_count; c++) {
        if (site->piece.begin <= own->content[c].begin || site->piece.begin >= own->content[c].end)
            continue;
        uint32_t end = site->piece.begin, begin = end - 1;
        while (begin > own->content[c].begin && !st_is_terminal(reading, begin - 1) && end - begin < ST_REACH)
            begin--;
        return take_told(reading, (st_range){begin, end}, GAINSAY__V1__STATEMENT__DENIED_FROM__WORDS, denied);
    }
    return false;
}

// The sentences before the first of the statement's, to the last words of the same speaker: in a transcript,
// the question.
static bool take_question(const st_denial_site *site, st_denied *denied)
{
    const st_reading *reading = site->reading;
    uint32_t first = site->attribution->sentence,
             floor = first > QUESTION_SENTENCES ? first - QUESTION_SENTENCES : 0;
    for (size_t k = site->before; k-- > 0;)
        if (reading->attributions[k].speaker == site->attribution->speaker) {
            const st_attribution *same = &reading->attributions[k];
            uint32_t last = same->content_count ? same->content[same->content_count - 1].end - 1 : same->head;
            uint32_t after = reading->marks[last].sentence + 1;
            floor = after > floor ? after : floor;
            break;
        }
    for (uint32_t s = first; s-- > floor;) {
        st_range sentence = bounded(st_sentence_range(reading, s));
        uint32_t label = sentence.begin; // "AFP: "
        while (label < sentence.end && label < sentence.begin + 7 && !st_is_mark(reading, label, ":"))
            label++;
        if (label < sentence.end && st_is_mark(reading, label, ":"))
            sentence.begin = label + 1;
        if (take_told(reading, sentence, GAINSAY__V1__STATEMENT__DENIED_FROM__QUESTION, denied) ||
            (st_is_mark(reading, sentence.end - 1, "?") && take_yes_no(reading, sentence, denied)))
            return true;
    }
    return false;
}

// ---- what somebody said earlier --------------------------------------------------------------------

static bool is_owner(const st_reading *reading, const st_person *speaker, const char *of)
{
    if (!of || !of[0])
        return true;
    if (strstr(speaker->name, of) || strstr(speaker->organisation, of) || strstr(of, speaker->name))
        return speaker->name[0] || speaker->organisation[0];
    if (!speaker->country[0] || strcmp(gs_country_name(speaker->country), of) == 0)
        return speaker->country[0] != '\0';
    for (const char *word = of; *word; word += strspn(word, " ")) { // "the Chilean side", "Washington"
        gs_view view = gs_view_make(word, strcspn(word, " "));
        char *lower = gs_arena_text(reading->arena, view);
        for (char *c = lower; *c; c++)
            *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
        const char *code = gs_place_code(gs_view_of(lower), true);
        if (code && strcmp(code, speaker->country) == 0)
            return true;
        word += view.size;
    }
    return false;
}

// "No such meeting" of "had met his envoys": the noun's first letters stand in what was said. Nouns that
// could be anything find everything.
static bool names_it(const st_reading *reading, uint32_t noun, st_range words)
{
    static const char *const anything[] = {"thing",  "things", "claim", "action",   "actions",  "event",
                                           "events", "move",   "moves", "incident", "statement"};
    const char *lower = noun ? st_at(reading, noun)->lower : "thing";
    for (size_t i = 0; i < sizeof anything / sizeof anything[0]; i++)
        if (strcmp(lower, anything[i]) == 0)
            return true;
    for (uint32_t i = words.begin; i < words.end; i++)
        if (strncmp(st_at(reading, i)->lemma, lower, STEM) == 0 ||
            strncmp(st_at(reading, i)->lower, lower, STEM) == 0)
            return true;
    return false;
}

static bool is_other_side(const st_person *a, const st_person *b)
{
    bool told = !a->country_guessed && !b->country_guessed && a->country[0];
    bool same_side = told && a->official && b->official && strcmp(a->country, b->country) == 0;
    return a != b && !same_side;
}

// What of an attribution is its claim: of several spans the first that has a verb; of several sentences the
// last, unless all of them are meant ("none of that").
static st_range words_of(const st_denial_site *site, const st_attribution *earlier)
{
    const st_reading *reading = site->reading;
    st_range range = earlier->content[0];
    for (size_t c = 1; c < earlier->content_count && !shows_verb(reading, range); c++)
        range = earlier->content[c];
    range = st_denials_trimmed(reading, range);
    if (range.end - range.begin > 2 && st_is(reading, range.begin, "of"))
        range.begin++; // "accused of shelling"
    uint32_t at = site->at;
    if (st_is(reading, at, "none") || st_is(reading, at, "all") || st_is(reading, at, "nothing"))
        return range;
    for (uint32_t i = range.end; i-- > range.begin + 1;)
        if (st_is_terminal(reading, i - 1) && shows_verb(reading, (st_range){i, range.end}))
            return (st_range){i, range.end};
    return range;
}

// A report, a rumour: told by a paper or by nobody, or of what somebody is reported to have done.
static bool may_report(const st_denial_site *site, const st_denied *denied, const st_attribution *earlier)
{
    const st_reading *reading = site->reading;
    if (!denied->noun || !st_denials_is(reading, denied->noun, "report"))
        return true;
    return earlier->speaker->kind != GAINSAY__V1__SPEAKER__KIND__PERSON ||
           strcmp(st_at(reading, earlier->head)->lemma, "report") == 0;
}

static bool take_earlier(const st_denial_site *site, st_denied *denied)
{
    const st_reading *reading = site->reading;
    const st_attribution *own = site->attribution;
    bool by_noun = denied->noun != 0;
    bool any_noun = by_noun && !st_denials_is(reading, denied->noun, "claim"); // "no such meeting"
    uint32_t reach = by_noun ? FAR_SENTENCES : NEAR_SENTENCES;
    uint32_t own_paragraph = reading->document->sentences[reading->marks[site->at].sentence].paragraph;
    for (size_t k = site->before, looked = 0; k-- > 0 && looked < LOOKED_AT; looked++) {
        const st_attribution *earlier = &reading->attributions[k];
        if (earlier->content_count == 0)
            continue;
        st_range words = words_of(site, earlier);
        if (words.begin >= words.end)
            continue;
        uint32_t last = reading->marks[words.end - 1].sentence;
        uint32_t paragraph = reading->document->sentences[last].paragraph;
        if (words.end > site->at)
            continue;
        if (reading->marks[site->at].sentence - last > reach || own_paragraph - paragraph > NEAR_PARAGRAPHS)
            return false;
        if (!is_other_side(earlier->speaker, own->speaker) ||
            !is_owner(reading, earlier->speaker, denied->of) || !may_report(site, denied, earlier) ||
            (any_noun && !names_it(reading, denied->noun, words)))
            continue;
        const char *of = earlier->speaker->name[0]   ? earlier->speaker->name
                         : earlier->speaker->role[0] ? earlier->speaker->role
                                                     : earlier->speaker->organisation;
        if (take(reading, words, of, GAINSAY__V1__STATEMENT__DENIED_FROM__EARLIER, denied))
            return true;
    }
    return false;
}

// "Reports that talks had begun spread on Monday.": nobody's, but told right before.
static bool take_report(const st_denial_site *site, st_denied *denied)
{
    const st_reading *reading = site->reading;
    uint32_t own = reading->marks[site->at].sentence;
    for (uint32_t s = own; s-- > 0 && own - s <= NEAR_SENTENCES;) {
        st_range sentence = bounded(st_sentence_range(reading, s));
        for (uint32_t i = sentence.begin; i + 2 < sentence.end; i++)
            if (st_denials_is(reading, i, "claim") && st_at(reading, i)->upos == GS_NOUN &&
                st_denials_of_noun(reading, sentence.begin, i, sentence.end,
                                   GAINSAY__V1__STATEMENT__DENIED_FROM__EARLIER, denied))
                return true;
    }
    return false;
}

bool st_denials_look_back(const st_denial_site *site, st_denied *denied)
{
    const st_reading *reading = site->reading;
    const st_attribution *own = site->attribution;
    if (take_own(site, denied))
        return true;
    if (own->turn)
        return take_question(site, denied);
    st_range sentence = bounded(st_sentence_range(reading, own->sentence));
    if (take_asked(reading, sentence, own, denied))
        return true;
    if (own->sentence > 0 &&
        take_asked(reading, bounded(st_sentence_range(reading, own->sentence - 1)), own, denied))
        return true;
    if (site->answers)
        return false;
    if (take_earlier(site, denied))
        return true;
    bool named =
        denied->noun && st_denials_is(reading, denied->noun, "claim") && !(denied->of && denied->of[0]);
    return named && take_report(site, denied);
}
