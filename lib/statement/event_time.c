// When the event took place, or will, of which a statement speaks: the first expression of time inside what
// was said, led back to the calendar.
//
// Written in the Extended Date/Time Format (ISO 8601-2, level 0, and ".." for an open end): a day
// "2025-09-15", a month "2025-11", a year "2022", a week "2025-W37", with "2025-07/.." for "since July" and
// "../2025-11" for "until November". What is counted from "today" is counted from the day on which it was
// said, in the article's own zone. A weekday or a month without a year lies ahead where the clause speaks of
// the future, and behind otherwise; an expression that fits no day is passed by.
#include "reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    AHEAD_TOKENS = 12, // in front of the expression and
    BEHIND_TOKENS = 4, // behind it, among which a verb of the future is looked for
    AHEAD_MONTHS = 4,  // a month so near lies ahead unless the words say otherwise
    FIRST_YEAR = 1800,
    LAST_YEAR = 2200,
    NUMBER_DAYS = 100, // "in 90 days"; more are written as a date
};

typedef struct event_frame {
    const st_reading *reading;
    st_range range;           // tokens that were said
    int64_t today;            // days since 1970
    int year, month, weekday; // of today
} event_frame;

static int number_of(const char *lower)
{
    static const char *const words[] = {"zero",  "one",   "two",  "three", "four",   "five",  "six",
                                        "seven", "eight", "nine", "ten",   "eleven", "twelve"};
    for (int i = 0; i < (int)(sizeof words / sizeof words[0]); i++)
        if (strcmp(lower, words[i]) == 0)
            return i;
    if (strcmp(lower, "a") == 0 || strcmp(lower, "an") == 0)
        return 1;
    char *end;
    long value = strtol(lower, &end, 10);
    bool ordinal = end > lower && (strcmp(end, "th") == 0 || strcmp(end, "st") == 0 ||
                                   strcmp(end, "nd") == 0 || strcmp(end, "rd") == 0);
    return end > lower && (*end == '\0' || ordinal) && value >= 0 && value <= LAST_YEAR ? (int)value : -1;
}

static int month_of(const st_reading *reading, uint32_t token)
{
    static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec"};
    if (reading->marks[token].word != ST_WORD_MONTH || !st_at(reading, token)->capitalised)
        return 0;
    for (int i = 0; i < 12; i++)
        if (strncmp(st_at(reading, token)->lower, months[i], 3) == 0)
            return i + 1;
    return 0;
}

static bool is_inside(const event_frame *frame, uint32_t token)
{
    return token >= frame->range.begin && token < frame->range.end;
}

static bool is_word(const event_frame *frame, uint32_t token, const char *word)
{
    return is_inside(frame, token) && st_is(frame->reading, token, word);
}

static int year_at(const event_frame *frame, uint32_t token)
{
    if (!is_inside(frame, token) || st_at(frame->reading, token)->kind != ST_KIND_NUMBER ||
        strlen(st_at(frame->reading, token)->lower) != 4)
        return 0;
    int year = number_of(st_at(frame->reading, token)->lower);
    return year >= FIRST_YEAR && year < LAST_YEAR ? year : 0;
}

// 1 to 31, not counted things: "3 March", "March 3".
static int day_at(const event_frame *frame, uint32_t token)
{
    if (!is_inside(frame, token) || strlen(st_at(frame->reading, token)->lower) > 4)
        return 0;
    char first = st_at(frame->reading, token)->lower[0];
    int day = first >= '0' && first <= '9' ? number_of(st_at(frame->reading, token)->lower) : 0;
    return day >= 1 && day <= 31 ? day : 0;
}

// Does the clause around the expression speak of what is to come?
static bool looks_ahead(const event_frame *frame, uint32_t token)
{
    static const char *const verbs[] = {"will",      "shall",   "'ll",     "would",   "going",    "plan",
                                        "plans",     "planned", "expect",  "expects", "expected", "due",
                                        "scheduled", "intend",  "intends", "wo"};
    static const char *const beside[] = {"until", "by", "before", "next", "from"};
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++)
        if (is_word(frame, token - 1, beside[i]) || is_word(frame, token - 2, beside[i]))
            return true;
    uint32_t begin = token > frame->range.begin + AHEAD_TOKENS ? token - AHEAD_TOKENS : frame->range.begin;
    for (uint32_t i = begin; i < token + BEHIND_TOKENS && i < frame->range.end; i++)
        for (size_t w = 0; w < sizeof verbs / sizeof verbs[0]; w++)
            if (st_is(frame->reading, i, verbs[w]))
                return true;
    return false;
}

static const char *day_text(const event_frame *frame, int64_t days)
{
    int year, month, day;
    gs_civil_from_days(days, &year, &month, &day);
    return gs_arena_format(frame->reading->arena, "%04d-%02d-%02d", year, month, day);
}

static const char *month_text(const event_frame *frame, int year, int month)
{
    return gs_arena_format(frame->reading->arena, "%04d-%02d", year, month);
}

// ISO 8601 week: that of its Thursday.
static const char *week_text(const event_frame *frame, int64_t days)
{
    int weekday = (int)(((days + 3) % 7 + 7) % 7); // 0 is Monday; 1 January 1970 was a Thursday
    int64_t thursday = days - weekday + 3;
    int year, month, day;
    gs_civil_from_days(thursday, &year, &month, &day);
    return gs_arena_format(frame->reading->arena, "%04d-W%02d", year,
                           (int)((thursday - gs_days_from_civil(year, 1, 1)) / 7 + 1));
}

static bool is_day_of_month(int year, int month, int day)
{
    int read_year, read_month, read_day;
    gs_civil_from_days(gs_days_from_civil(year, month, day), &read_year, &read_month, &read_day);
    return read_month == month && read_day == day;
}

// The year of a month that is named without one: the next such month where the clause looks ahead or the
// month is near, else the last one.
static int year_near(const event_frame *frame, int month, bool ahead, bool behind)
{
    int months = (month - frame->month + 12) % 12; // to the next such month
    bool next = behind ? months == 0 : ahead ? months < 12 - AHEAD_MONTHS : months <= AHEAD_MONTHS;
    return next == (month >= frame->month) ? frame->year : next ? frame->year + 1 : frame->year - 1;
}

// "2 March 2026", "March 2, 2026", "on 2 March", "in March", "last March"
static const char *at_month(const event_frame *frame, uint32_t token)
{
    static const char *const before[] = {"in",     "since",  "until", "till",  "by",   "of",     "from",
                                         "last",   "next",   "this",  "early", "late", "mid",    "for",
                                         "during", "before", "after", "end",   "to",   "through"};
    int month = month_of(frame->reading, token);
    if (!month)
        return NULL;
    uint32_t behind = token + 1;
    int day = day_at(frame, token - 1);
    if (!day && (is_word(frame, token - 1, "of") && token >= 2))
        day = day_at(frame, token - 2); // "the 28th of April"
    if (!day) {
        day = day_at(frame, behind);
        behind += day ? 1 : 0;
    }
    int year = year_at(frame, behind + (is_word(frame, behind, ",") ? 1 : 0));
    bool told = day || year;
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        told |= is_word(frame, token - 1, before[i]);
    if (!told)
        return NULL;
    bool past = is_word(frame, token - 1, "last") || is_word(frame, token - 1, "since");
    if (!year)
        year = year_near(frame, month, looks_ahead(frame, token), past);
    if (!day)
        return month_text(frame, year, month);
    if (!is_day_of_month(year, month, day))
        return NULL;
    return day_text(frame, gs_days_from_civil(year, month, day));
}

// "in 2022", "since 2019"
static const char *at_year(const event_frame *frame, uint32_t token)
{
    static const char *const before[] = {"in",     "since", "until",  "by", "from",
                                         "before", "after", "during", "of", "till"};
    int year = year_at(frame, token);
    for (size_t i = 0; year && i < sizeof before / sizeof before[0]; i++)
        if (is_word(frame, token - 1, before[i]))
            return gs_arena_format(frame->reading->arena, "%04d", year);
    return NULL;
}

static const char *at_weekday(const event_frame *frame, uint32_t token)
{
    int weekday = st_weekday(st_at(frame->reading, token)->lower);
    if (weekday < 0 || !st_at(frame->reading, token)->capitalised)
        return NULL;
    int back = (frame->weekday - weekday + 7) % 7, on = (weekday - frame->weekday + 7) % 7;
    if (is_word(frame, token - 1, "last"))
        return day_text(frame, frame->today - (back ? back : 7));
    if (is_word(frame, token - 1, "next"))
        return day_text(frame, frame->today + (on ? on : 7));
    return day_text(frame, looks_ahead(frame, token) ? frame->today + on : frame->today - back);
}

// "last week", "this month", "next year"
static const char *at_unit(const event_frame *frame, uint32_t token)
{
    int shift = is_word(frame, token - 1, "last")   ? -1
                : is_word(frame, token - 1, "next") ? 1
                : is_word(frame, token - 1, "this") ? 0
                                                    : 2;
    if (shift == 2 || is_word(frame, token + 1, "of")) // "the last week of November"
        return NULL;
    if (is_word(frame, token, "week"))
        return week_text(frame, frame->today + 7 * shift);
    if (is_word(frame, token, "year"))
        return gs_arena_format(frame->reading->arena, "%04d", frame->year + shift);
    if (!is_word(frame, token, "month"))
        return NULL;
    int month = frame->month + shift, year = frame->year + (month < 1 ? -1 : month > 12 ? 1 : 0);
    return month_text(frame, year, month < 1 ? 12 : month > 12 ? 1 : month);
}

// "two days ago", "three weeks ago", "in ten days", "two weeks earlier" is another day's.
static const char *at_distance(const event_frame *frame, uint32_t token)
{
    const char *lower = st_at(frame->reading, token)->lower;
    int unit = strcmp(lower, "day") == 0 || strcmp(lower, "days") == 0     ? 1
               : strcmp(lower, "week") == 0 || strcmp(lower, "weeks") == 0 ? 7
                                                                           : 0;
    if (!unit || !is_inside(frame, token - 1))
        return NULL;
    int count = number_of(st_at(frame->reading, token - 1)->lower);
    if (count <= 0 || count > NUMBER_DAYS)
        return NULL;
    int64_t distance = (int64_t)unit * count;
    int64_t day = is_word(frame, token + 1, "ago")                                   ? frame->today - distance
                  : is_word(frame, token - 2, "in") && looks_ahead(frame, token - 2) ? frame->today + distance
                                                                                     : 0;
    if (!day)
        return NULL;
    return unit == 7 ? week_text(frame, day) : day_text(frame, day);
}

// "today", "this morning", "tomorrow"
static const char *at_today(const event_frame *frame, uint32_t token)
{
    static const char *const parts[] = {"morning", "afternoon", "evening"};
    if (is_word(frame, token, "today") || is_word(frame, token, "tonight"))
        return day_text(frame, frame->today);
    if (is_word(frame, token, "yesterday"))
        return day_text(frame, frame->today - 1);
    if (is_word(frame, token, "tomorrow"))
        return day_text(frame, frame->today + 1);
    if (is_word(frame, token - 1, "last") && is_word(frame, token, "night"))
        return day_text(frame, frame->today - 1);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (is_word(frame, token - 1, "this") && is_word(frame, token, parts[i]))
            return day_text(frame, frame->today);
    return NULL;
}

static const char *expression_at(const event_frame *frame, uint32_t token)
{
    static const char *(*const readers[])(const event_frame *, uint32_t) = {at_month, at_year,     at_weekday,
                                                                            at_unit,  at_distance, at_today};
    const char *time = NULL;
    for (size_t i = 0; !time && i < sizeof readers / sizeof readers[0]; i++)
        time = readers[i](frame, token);
    return time;
}

// "since July": from then on; "until November": up to then.
static const char *with_ends(const event_frame *frame, uint32_t token, const char *time)
{
    for (uint32_t i = token; i-- > frame->range.begin && token - i <= 3;) {
        if (is_word(frame, i, "since"))
            return gs_arena_format(frame->reading->arena, "%s/..", time);
        if (is_word(frame, i, "until") || is_word(frame, i, "till") || is_word(frame, i, "by"))
            return gs_arena_format(frame->reading->arena, "../%s", time);
    }
    return time;
}

const char *st_event_time(const st_reading *reading, const st_attribution *attribution)
{
    if (!reading->published_day[0])
        return "";
    event_frame frame = {.reading = reading, .today = reading->published_days};
    int year, month, day, date;
    if (attribution->said_on && sscanf(attribution->said_on, "%d-%d-%d", &year, &month, &day) == 3)
        frame.today = gs_days_from_civil(year, month, day);
    gs_civil_from_days(frame.today, &frame.year, &frame.month, &date);
    frame.weekday = (int)(((frame.today + 4) % 7 + 7) % 7); // 0 is Sunday
    for (size_t i = 0; i < attribution->content_count; i++) {
        frame.range = attribution->content[i];
        for (uint32_t token = frame.range.begin; token < frame.range.end; token++) {
            const char *time = expression_at(&frame, token);
            if (time)
                return with_ends(&frame, token, time);
        }
    }
    return "";
}
