// The day and the selectors of a statement.
//
// The day is read only from words outside what was said, in the sentence of the cue: a weekday means the last
// such day up to the day of publication, in the article's own zone. Transcripts and press releases are of
// their own day.
#include "reading.h"

#include <stdlib.h>
#include <string.h>

enum {
    LEAD_PARAGRAPHS = 6,
    LEAD_TOKENS = 600,
    DAY_REACH = 12,
    CLOSE_BY = 4,         // tokens
    CLIMB = 16,           // heads looked up
    SAME_DAY_REACH = 200, // tokens
    CONTEXT_CODE_POINTS = 32,
};

// ---- the day ---------------------------------------------------------------------------------------

static bool in_content(const st_attribution *attribution, uint32_t token)
{
    for (size_t i = 0; i < attribution->content_count; i++)
        if (token >= attribution->content[i].begin && token < attribution->content[i].end)
            return true;
    return false;
}

int st_weekday(const char *lower)
{
    static const char *const days[] = {"sunday",   "monday", "tuesday", "wednesday",
                                       "thursday", "friday", "saturday"};
    for (int i = 0; i < 7; i++)
        if (strcmp(lower, days[i]) == 0)
            return i;
    return -1;
}

static const char *day_text(const st_reading *reading, int64_t days)
{
    int year, month, day;
    gs_civil_from_days(days, &year, &month, &day);
    return gs_arena_format(reading->arena, "%04d-%02d-%02d", year, month, day);
}

// "two days ago", "a week ago": days before the publication; -1 if token, the unit, is no part of such a
// phrase.
static int days_ago(const st_reading *reading, uint32_t token)
{
    static const char *const numbers[] = {"a",     "two",   "three", "four", "five",   "six",
                                          "seven", "eight", "nine",  "ten",  "eleven", "twelve"};
    const char *lower = st_at(reading, token)->lower;
    int unit = strncmp(lower, "day", 3) == 0 ? 1 : strncmp(lower, "week", 4) == 0 ? 7 : 0;
    if (unit == 0 || token == 0 || !st_is(reading, token + 1, "ago"))
        return -1;
    for (int i = 0; i < (int)(sizeof numbers / sizeof numbers[0]); i++)
        if (st_is(reading, token - 1, numbers[i]))
            return unit * (i + 1);
    int count = atoi(st_at(reading, token - 1)->lower);
    return count > 0 && count < 100 ? unit * count : -1;
}

// The day that token names, "" if none.
static const char *named_day(const st_reading *reading, uint32_t token)
{
    const char *lower = st_at(reading, token)->lower;
    if (strcmp(lower, "today") == 0)
        return reading->published_day;
    if (strcmp(lower, "yesterday") == 0)
        return day_text(reading, reading->published_days - 1);
    int ago = days_ago(reading, token);
    if (ago > 0)
        return day_text(reading, reading->published_days - ago);
    int weekday = st_weekday(lower);
    if (weekday < 0)
        return "";
    int back = (reading->published_weekday - weekday + 7) % 7;
    if (token > 0 && st_is(reading, token - 1, "last") && back == 0)
        back = 7;
    // "before Tuesday", "from Friday", "next Monday" look ahead or at something else.
    if (token + 1 < reading->document->token_count && st_is(reading, token + 1, "'s"))
        return ""; // "Wednesday's meeting"
    static const char *const ahead[] = {"next", "by",  "until", "before", "since",
                                        "from", "for", "after", "of"};
    for (size_t w = 0; w < sizeof ahead / sizeof ahead[0]; w++)
        if (token > 0 && st_is(reading, token - 1, ahead[w]))
            return "";
    return day_text(reading, reading->published_days - back);
}

// Does the day tell when the cue's deed was done, and not another one ("remarks made yesterday")? By the verb
// that it hangs on; close by the cue it does, whatever the parse says.
static bool tells_of_cue(const st_reading *reading, const st_attribution *attribution, uint32_t token)
{
    if (token + CLOSE_BY >= attribution->cue.begin && token < attribution->cue.end + CLOSE_BY)
        return true;
    uint32_t at = st_at(reading, token)->head;
    for (int i = 0; i < CLIMB && at != ST_NONE; i++) {
        if (at >= attribution->cue.begin && at < attribution->cue.end)
            return true;
        if (st_at(reading, at)->upos == GS_VERB)
            return at == attribution->head || st_at(reading, attribution->head)->head == at;
        at = st_at(reading, at)->head;
    }
    return true;
}

// The day that the cue's sentence names outside what was said: the nearest to the cue, behind it before in
// front.
static const char *day_beside(const st_reading *reading, const st_attribution *attribution)
{
    st_range sentence = st_sentence_range(reading, attribution->sentence);
    for (uint32_t distance = 0; distance < sentence.end - sentence.begin && distance < ST_REACH; distance++) {
        uint32_t places[2] = {attribution->cue.end + distance, attribution->cue.begin - 1 - distance};
        bool inside[2] = {places[0]<sentence.end, attribution->cue.begin> sentence.begin + distance};
        for (size_t side = 0; side < 2; side++) {
            if (!inside[side] || in_content(attribution, places[side]) ||
                reading->marks[places[side]].quote != ST_NONE)
                continue;
            const char *day = named_day(reading, places[side]);
            if (day[0] && tells_of_cue(reading, attribution, places[side]))
                return day;
        }
    }
    return "";
}

// "said the same day": the day named last before the cue, if the cue's sentence says so outside of what was
// said.
static const char *same_day(const st_reading *reading, const st_attribution *attribution)
{
    st_range sentence = st_sentence_range(reading, attribution->sentence);
    for (uint32_t i = sentence.begin; i + 1 < sentence.end; i++) {
        if (!st_is(reading, i, "same") || in_content(attribution, i) ||
            !(st_is(reading, i + 1, "day") || st_is(reading, i + 1, "evening") ||
              st_is(reading, i + 1, "morning") || st_is(reading, i + 1, "afternoon")))
            continue;
        for (uint32_t t = i; t-- > 0 && i - t < SAME_DAY_REACH;) {
            const char *day = named_day(reading, t);
            if (day[0])
                return day;
        }
    }
    return "";
}

// The first day that the first paragraphs name outside of what is said in them: the day of which a report
// tells.
static const char *lead_day(const st_reading *reading)
{
    uint32_t end = 0;
    while (end < reading->document->token_count && end < LEAD_TOKENS &&
           reading->document->sentences[reading->marks[end].sentence].paragraph < LEAD_PARAGRAPHS)
        end++;
    bool *said = gs_arena_zalloc(reading->arena, end + 1);
    for (size_t i = 0; i < reading->attribution_count; i++)
        for (size_t c = 0; c < reading->attributions[i].content_count; c++)
            for (uint32_t t = reading->attributions[i].content[c].begin;
                 t < reading->attributions[i].content[c].end && t < end; t++)
                said[t] = true;
    for (uint32_t i = 0; i < end; i++) {
        const char *day = !said[i] && reading->marks[i].quote == ST_NONE ? named_day(reading, i) : "";
        if (day[0])
            return day;
    }
    return "";
}

// Days of all attributions: named beside the cue, else the day of the one before it in the paragraph or of
// the same speaker's last one, else the report's own.
void st_details_days(st_reading *reading)
{
    if (!reading->published_day[0])
        return;
    bool own_day = reading->transcript || reading->own_day;
    const char *lead = own_day ? reading->published_day : lead_day(reading);
    for (size_t i = 0; i < reading->attribution_count; i++) {
        st_attribution *attribution = &reading->attributions[i];
        attribution->said_on = day_beside(reading, attribution);
        if (!attribution->said_on[0])
            attribution->said_on = same_day(reading, attribution);
        attribution->day_named = attribution->said_on[0] != 0;
        if (attribution->earlier) // "had said": on a day before the one told of
            continue;
        for (size_t back = 1; back <= DAY_REACH && back <= i && !attribution->said_on[0]; back++) {
            const st_attribution *earlier = &reading->attributions[i - back];
            if (earlier->day_named && !earlier->earlier &&
                (earlier->paragraph == attribution->paragraph || earlier->speaker == attribution->speaker))
                attribution->said_on = earlier->said_on;
        }
        if (!attribution->said_on[0])
            attribution->said_on = lead;
    }
}

// ---- selectors -------------------------------------------------------------------------------------

static uint32_t count_code_points(gs_view text)
{
    uint32_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return count;
}

static size_t back_code_points(gs_view text, size_t offset, size_t count)
{
    while (offset > 0 && count > 0) {
        offset--;
        while (offset > 0 && ((unsigned char)text.data[offset] & 0xC0) == 0x80)
            offset--;
        count--;
    }
    return offset;
}

static size_t forward_code_points(gs_view text, size_t offset, size_t count)
{
    while (offset < text.size && count > 0) {
        offset++;
        while (offset < text.size && ((unsigned char)text.data[offset] & 0xC0) == 0x80)
            offset++;
        count--;
    }
    return offset;
}

void st_details_selectors(st_reading *reading, gs_statement *statement)
{
    gs_view text = reading->document->text;
    gs_arena *arena = reading->arena;
    statement->n_selectors = statement->n_content;
    statement->selectors = gs_arena_alloc(arena, (statement->n_content + 1) * sizeof *statement->selectors);
    for (size_t i = 0; i < statement->n_content; i++) {
        const gs_span *span = statement->content[i];
        Gainsay__V1__TextSelector *selector = gs_arena_alloc(arena, sizeof *selector);
        gainsay__v1__text_selector__init(selector);
        // Counting goes on from the last place asked for: statements come nearly in the order of the text.
        if (span->begin < reading->counted_bytes)
            reading->counted_bytes = reading->counted_code_points = 0;
        reading->counted_code_points +=
            count_code_points(gs_view_slice(text, reading->counted_bytes, span->begin));
        reading->counted_bytes = span->begin;
        gs_view exact = gs_view_slice(text, span->begin, span->end);
        selector->begin_code_point = reading->counted_code_points;
        selector->end_code_point = selector->begin_code_point + count_code_points(exact);
        selector->exact = gs_arena_text(arena, exact);
        selector->prefix =
            gs_arena_text(arena, gs_view_slice(text, back_code_points(text, span->begin, CONTEXT_CODE_POINTS),
                                               span->begin));
        selector->suffix = gs_arena_text(
            arena, gs_view_slice(text, span->end, forward_code_points(text, span->end, CONTEXT_CODE_POINTS)));
        statement->selectors[i] = selector;
    }
}
