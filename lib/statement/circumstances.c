// Where and to whom something was said: what hangs on the cue in the parse, outside of what was said.
//
// "told reporters in the Oval Office" has an object, who hears it, and an adjunct, where it was said; "said
// in an interview with Fox Business" has an adjunct that tells both. Adjuncts of time are left to details.c.
#include "reading.h"

#include <string.h>

enum {
    PHRASE_TOKENS = 14, // of a venue or an addressee; longer ones are a clause
    CLIMB = 64,         // heads looked up from a token
    REACH = 40,         // tokens on either side of the cue
};

static bool is_said(const st_attribution *attribution, uint32_t token)
{
    for (size_t i = 0; i < attribution->content_count; i++)
        if (token >= attribution->content[i].begin && token < attribution->content[i].end)
            return true;
    return (token >= attribution->source.begin && token < attribution->source.end) ||
           (token >= attribution->cue.begin && token < attribution->cue.end);
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

// The tokens around head that hang on it, as far as they stand together outside of what was said.
static st_range phrase_around(const st_reading *reading, const st_attribution *attribution, st_range sentence,
                              uint32_t head)
{
    st_range range = {head, head + 1};
    while (range.begin > sentence.begin && !is_said(attribution, range.begin - 1) &&
           reading->marks[range.begin - 1].quote == ST_NONE && hangs_on(reading, range.begin - 1, head))
        range.begin--;
    while (range.end < sentence.end && !is_said(attribution, range.end) &&
           reading->marks[range.end].quote == ST_NONE && hangs_on(reading, range.end, head) &&
           !st_is_mark(reading, range.end, ","))
        range.end++;
    for (uint32_t i = head + 1; i < range.end; i++)
        if (st_is(reading, i, "that") || st_is(reading, i, "which") || st_is(reading, i, "who"))
            range.end = i;
    while (range.end > head + 1 && st_at(reading, range.end - 1)->kind == ST_KIND_PUNCT)
        range.end--;
    return range;
}

static bool tells_time(const st_reading *reading, st_range range)
{
    for (uint32_t i = range.begin; i < range.end; i++) {
        st_word word = reading->marks[i].word;
        if (word == ST_WORD_DAY || word == ST_WORD_MONTH || word == ST_WORD_TIME ||
            st_at(reading, i)->kind == ST_KIND_NUMBER)
            return true;
    }
    return false;
}

static bool opens_with(const st_reading *reading, st_range range, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (st_is(reading, range.begin, words[i]))
            return true;
    return false;
}

// Without the days at its end: "in the Oval Office on Thursday" is one phrase to some parses.
static st_range without_time(const st_reading *reading, st_range range)
{
    for (uint32_t i = range.begin + 1; i + 1 < range.end; i++)
        if (st_is(reading, i, "on") && reading->marks[i + 1].word == ST_WORD_DAY)
            return (st_range){range.begin, i};
    return range;
}

void st_circumstances_read(const st_reading *reading, const st_attribution *attribution,
                           gs_statement *statement)
{
    static const char *const places[] = {"in",     "at",     "on",  "during", "outside",
                                         "inside", "aboard", "via", "before"};
    static const char *const hearers[] = {"to"};
    st_range sentence = st_sentence_range(reading, attribution->sentence);
    uint32_t head = attribution->head;
    for (uint32_t i = sentence.begin; i < sentence.end && !attribution->turn; i++) {
        const st_token *token = st_at(reading, i);
        bool near = i + REACH > head && i < head + REACH;
        if (token->head != head || i == head || !near || is_said(attribution, i) ||
            reading->marks[i].quote != ST_NONE)
            continue;
        bool object =
            token->relation == reading->object_relation || token->relation == reading->indirect_relation;
        if (!object && token->relation != reading->oblique_relation)
            continue;
        st_range phrase = without_time(reading, phrase_around(reading, attribution, sentence, i));
        if (phrase.end - phrase.begin > PHRASE_TOKENS || tells_time(reading, phrase))
            continue;
        if (!statement->venue[0] && !object &&
            opens_with(reading, phrase, places, sizeof places / sizeof places[0]))
            statement->venue = gs_arena_text(reading->arena, st_text(reading, phrase));
        else if (!statement->addressee[0] && object)
            statement->addressee = gs_arena_text(reading->arena, st_text(reading, phrase));
        else if (!statement->addressee[0] && phrase.end - phrase.begin > 1 &&
                 opens_with(reading, phrase, hearers, sizeof hearers / sizeof hearers[0]))
            statement->addressee =
                gs_arena_text(reading->arena, st_text(reading, (st_range){phrase.begin + 1, phrase.end}));
    }
}
