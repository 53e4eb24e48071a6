// Dates as feeds and pages write them.
//
// Two families. Numbers from large to small: RFC 3339, W3CDTF ("2004", "2004-01", "2004-01-05T09:10Z") and
// ISO 8601 basic ("20040105T091000Z"). And words in any order: RFC 822/1123/2822 with or without weekday,
// comma, seconds and zone, RFC 850 ("05-Jan-04"), asctime, "January 5, 2004 9:10 AM". The second family is
// read by what each word is, not by where it stands: a month name, a time with colons, a zone, and two
// numbers, of which the one that cannot be a day is the year. "01/02/2004" could be two dates, so it is none.
#include "source/source_internal.h"

#include <string.h>

enum { DATE_BYTES = 128 }; // longer is no date

typedef struct date {
    int year, month, day; // 0 while unknown
    int hour, minute, second;
    int nanosecond;
    int offset_minutes;
    bool has_time, has_zone, bad;
} date;

typedef struct zone_name {
    const char *name;
    int minutes;
} zone_name;

// RFC 822's, and those that news sites write beside them. Where two places share a name, the one with more
// English-language news sites is meant.
static const zone_name zone_names[] = {
    {"Z", 0},       {"UT", 0},     {"UTC", 0},    {"GMT", 0},    {"WET", 0},    {"EST", -300}, {"EDT", -240},
    {"CST", -360},  {"CDT", -300}, {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420}, {"AKST", -540},
    {"AKDT", -480}, {"HST", -600}, {"AST", -240}, {"ADT", -180}, {"NST", -210}, {"NDT", -150}, {"ET", -300},
    {"CT", -360},   {"MT", -420},  {"PT", -480},  {"BST", 60},   {"CET", 60},   {"CEST", 120}, {"MET", 60},
    {"MEST", 120},  {"WEST", 60},  {"EET", 120},  {"EEST", 180}, {"MSK", 180},  {"MSD", 240},  {"SAST", 120},
    {"IST", 330},   {"PKT", 300},  {"SGT", 480},  {"HKT", 480},  {"AWST", 480}, {"JST", 540},  {"KST", 540},
    {"ACST", 570},  {"AEST", 600}, {"AEDT", 660}, {"NZST", 720}, {"NZDT", 780},
};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (unsigned char)byte >= 0x80;
}

static size_t count_digits(gs_view text, size_t at)
{
    size_t count = 0;
    while (at + count < text.size && is_digit(text.data[at + count])) {
        count++;
    }
    return count;
}

static int number_of(gs_view text, size_t at, size_t digits)
{
    int value = 0;
    for (size_t i = 0; i < digits && i < 9; i++) {
        value = value * 10 + (text.data[at + i] - '0');
    }
    return value;
}

// hh:mm[:ss[.fraction]], with one digit allowed for the hour. Returns where it ends, 0 if there is none.
static size_t take_clock(gs_view text, size_t at, date *out)
{
    size_t digits = count_digits(text, at);
    if (digits < 1 || digits > 2 || at + digits >= text.size || text.data[at + digits] != ':') {
        return 0;
    }
    out->hour = number_of(text, at, digits);
    at += digits + 1;
    digits = count_digits(text, at);
    if (digits < 1 || digits > 2) {
        return 0;
    }
    out->minute = number_of(text, at, digits);
    out->has_time = true;
    at += digits;
    if (at >= text.size || text.data[at] != ':' || count_digits(text, at + 1) == 0) {
        return at;
    }
    digits = count_digits(text, ++at);
    out->second = number_of(text, at, digits);
    at += digits;
    if (at + 1 < text.size && (text.data[at] == '.' || text.data[at] == ',') && is_digit(text.data[at + 1])) {
        digits = count_digits(text, ++at);
        int weight = 100000000;
        for (size_t i = 0; i < digits && weight > 0; i++, weight /= 10) {
            out->nanosecond += (text.data[at + i] - '0') * weight;
        }
        at += digits;
    }
    return at;
}

// +hhmm, +hh:mm or +hh. Returns where it ends, 0 if there is none.
static size_t take_offset(gs_view text, size_t at, date *out)
{
    if (at >= text.size || (text.data[at] != '+' && text.data[at] != '-')) {
        return 0;
    }
    int sign = text.data[at] == '-' ? -1 : 1;
    size_t digits = count_digits(text, ++at);
    if (digits == 0 || digits > 4 || digits == 3) {
        return 0;
    }
    int hours = number_of(text, at, digits == 4 ? 2 : digits);
    int minutes = digits == 4 ? number_of(text, at + 2, 2) : 0;
    at += digits;
    if (digits <= 2 && at < text.size && text.data[at] == ':' && count_digits(text, at + 1) == 2) {
        minutes = number_of(text, at + 1, 2);
        at += 3;
    }
    if (hours > 15 || minutes > 59) {
        return 0;
    }
    out->offset_minutes = sign * (hours * 60 + minutes);
    out->has_zone = true;
    return at;
}

static bool take_zone_name(gs_view word, date *out)
{
    for (size_t i = 0; i < sizeof zone_names / sizeof zone_names[0]; i++) {
        if (gs_view_equal_nocase(word, gs_view_of(zone_names[i].name))) {
            out->offset_minutes = zone_names[i].minutes;
            out->has_zone = true;
            return true;
        }
    }
    return false;
}

static int month_of(gs_view word)
{
    static const char *const months[] = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};
    for (int i = 0; i < 12; i++) {
        gs_view name = gs_view_of(months[i]);
        if (word.size >= 3 && word.size <= name.size &&
            gs_view_equal_nocase(word, gs_view_slice(name, 0, word.size))) {
            return i + 1;
        }
    }
    return 0;
}

static void take_word(gs_view word, date *out)
{
    int month = month_of(word);
    if (month > 0 && out->month == 0) {
        out->month = month;
        return;
    }
    bool morning =
        gs_view_equal_nocase(word, gs_view_of("am")) || gs_view_equal_nocase(word, gs_view_of("a.m"));
    bool afternoon =
        gs_view_equal_nocase(word, gs_view_of("pm")) || gs_view_equal_nocase(word, gs_view_of("p.m"));
    if (out->has_time && (morning || afternoon)) {
        out->bad = out->bad || out->hour < 1 || out->hour > 12;
        out->hour = out->hour % 12 + (afternoon ? 12 : 0);
        return;
    }
    if (!out->has_zone) {
        take_zone_name(word, out); // other words (weekdays, "at", "1st"'s "st") carry nothing
    }
}

static void take_number(gs_view text, size_t at, size_t digits, date *out)
{
    int value = number_of(text, at, digits);
    if (digits == 4 && out->year == 0) {
        out->year = value;
        out->bad = out->bad || value == 0;
    } else if (digits <= 2 && out->day == 0 && value >= 1 && value <= 31) {
        out->day = value;
    } else if (digits == 2 && out->year == 0) {
        out->year = value < 50 ? 2000 + value : 1900 + value; // RFC 2822, section 4.3
    } else {
        out->bad = true;
    }
}

static bool read_words(gs_view text, date *out)
{
    size_t at = 0;
    while (at < text.size && !out->bad) {
        char byte = text.data[at];
        size_t end = out->has_time ? 0 : take_clock(text, at, out);
        if (end == 0 && out->has_time) {
            end = take_offset(text, at, out);
        }
        if (end == 0 && is_digit(byte)) {
            end = at + count_digits(text, at);
            take_number(text, at, end - at, out);
        }
        if (end == 0 && is_letter(byte)) {
            end = at;
            bool abbreviated = at + 2 < text.size && text.data[at + 1] == '.' && is_letter(text.data[at + 2]);
            end += abbreviated ? 2 : 0; // "a.m." is one word
            while (end < text.size && is_letter(text.data[end])) {
                end++;
            }
            take_word(gs_view_slice(text, at, end), out);
        }
        at = end > at ? end : at + 1; // anything else parts words
    }
    return !out->bad && out->year > 0 && out->month > 0 && out->day > 0;
}

// "2004-01-05", "2004-01", "2004", "2004/01/05", "20040105". Returns where it ends, 0 if there is none.
static size_t take_iso_day(gs_view text, date *out)
{
    size_t digits = count_digits(text, 0);
    if (digits == 8) {
        out->year = number_of(text, 0, 4);
        out->month = number_of(text, 4, 2);
        out->day = number_of(text, 6, 2);
        return 8;
    }
    if (digits != 4) {
        return 0;
    }
    out->year = number_of(text, 0, 4);
    out->month = out->day = 1;
    if (text.size > 4 && text.data[4] == '-' && count_digits(text, 5) == 3) { // ISO 8601's day of the year
        int day = number_of(text, 5, 3);
        int days = (int)(gs_days_from_civil(out->year + 1, 1, 1) - gs_days_from_civil(out->year, 1, 1));
        if (day >= 1 && day <= days) {
            gs_civil_from_days(gs_days_from_civil(out->year, 1, 1) + day - 1, &out->year, &out->month,
                               &out->day);
            return 8;
        }
    }
    int *parts[] = {&out->month, &out->day};
    size_t at = 4;
    char separator = at < text.size ? text.data[at] : '\0';
    for (size_t i = 0; i < 2; i++) {
        digits = count_digits(text, at + 1);
        if (at >= text.size || text.data[at] != separator || !strchr("-/.", separator) || digits < 1 ||
            digits > 2) {
            break;
        }
        *parts[i] = number_of(text, at + 1, digits);
        at += 1 + digits;
    }
    return at;
}

// hhmm[ss] without colons, behind a 'T'.
static size_t take_basic_clock(gs_view text, size_t at, date *out)
{
    size_t digits = count_digits(text, at);
    if (digits != 4 && digits != 6) {
        return 0;
    }
    out->hour = number_of(text, at, 2);
    out->minute = number_of(text, at + 2, 2);
    out->second = digits == 6 ? number_of(text, at + 4, 2) : 0;
    out->has_time = true;
    return at + digits;
}

static bool read_iso(gs_view text, date *out)
{
    size_t at = take_iso_day(text, out);
    if (at == 0) {
        return false;
    }
    if (at == text.size) {
        return true;
    }
    bool parted = false;
    while (at < text.size && strchr("Tt ,", text.data[at]) && text.data[at] != '\0') {
        parted = true;
        at++;
    }
    size_t end = take_clock(text, at, out);
    if (end == 0) {
        end = take_basic_clock(text, at, out);
    }
    if (!parted || end == 0) {
        return false;
    }
    gs_view rest = gs_view_trim(gs_view_slice(text, end, text.size));
    if (rest.size == 0 || take_zone_name(rest, out)) {
        return true;
    }
    if (gs_view_starts(rest, "GMT") || gs_view_starts(rest, "UTC")) {
        rest = gs_view_slice(rest, 3, rest.size);
    }
    return take_offset(rest, 0, out) == rest.size;
}

static bool is_day(int year, int month, int day)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) {
        return false;
    }
    int next_year = month == 12 ? year + 1 : year;
    int next_month = month == 12 ? 1 : month + 1;
    return day <= gs_days_from_civil(next_year, next_month, 1) - gs_days_from_civil(year, month, 1);
}

bool gs_date_parse(gs_view text, gs_time *time, bool *date_only)
{
    text = gs_view_trim(text);
    if (text.size < 4 || text.size > DATE_BYTES) {
        return false;
    }
    date found = {0};
    if (!read_iso(text, &found)) {
        found = (date){0};
        if (!read_words(text, &found)) {
            return false;
        }
    }
    bool ends_day = found.hour == 24 && found.minute == 0 && found.second == 0; // ISO 8601 allows 24:00
    if (!is_day(found.year, found.month, found.day) || (found.hour > 23 && !ends_day) || found.minute > 59 ||
        found.second > 60) {
        return false;
    }
    int64_t days = gs_days_from_civil(found.year, found.month, found.day);
    *time = (gs_time){
        .unix_s =
            days * 86400 + found.hour * 3600 + found.minute * 60 + found.second - found.offset_minutes * 60,
        .nanosecond = found.nanosecond,
        .offset_minutes = found.offset_minutes,
    };
    *date_only = !found.has_time;
    return true;
}

static void put_digits(char *text, size_t count, int number)
{
    for (size_t i = count; i > 0; i--, number /= 10) {
        text[i - 1] = (char)('0' + number % 10);
    }
}

static char *print(gs_time time, bool in_utc, gs_arena *arena)
{
    gs_time shown = time;
    shown.offset_minutes = in_utc ? 0 : time.offset_minutes;
    int year;
    int month;
    int day;
    gs_time_civil(shown, &year, &month, &day, NULL);
    if (year < 1 || year > 9999) {
        return gs_arena_text(arena, gs_view_of(""));
    }
    int64_t local = shown.unix_s + (int64_t)shown.offset_minutes * 60;
    int of_day = (int)((local % 86400 + 86400) % 86400);
    char text[] = "0000-00-00T00:00:00Z\0\0\0\0\0"; // "Z" or "+00:00"
    put_digits(text, 4, year);
    put_digits(text + 5, 2, month);
    put_digits(text + 8, 2, day);
    put_digits(text + 11, 2, of_day / 3600);
    put_digits(text + 14, 2, of_day / 60 % 60);
    put_digits(text + 17, 2, of_day % 60);
    if (shown.offset_minutes != 0) {
        int size = shown.offset_minutes < 0 ? -shown.offset_minutes : shown.offset_minutes;
        text[19] = shown.offset_minutes < 0 ? '-' : '+';
        put_digits(text + 20, 2, size / 60);
        text[22] = ':';
        put_digits(text + 23, 2, size % 60);
    }
    return gs_arena_text(arena, gs_view_of(text));
}

char *gs_date_utc(gs_view text, gs_arena *arena)
{
    gs_time time;
    bool date_only;
    return gs_date_parse(text, &time, &date_only) ? print(time, true, arena)
                                                  : gs_arena_text(arena, gs_view_of(""));
}

char *gs_date_local(gs_view text, gs_arena *arena)
{
    gs_time time;
    bool date_only;
    text = gs_view_trim(text);
    bool plain = text.size == 10 || (text.size > 10 && text.data[10] == 'T');
    if (plain && gs_time_parse(text, &time)) {
        return gs_arena_text(arena, text); // as it was written, with its fraction
    }
    if (!gs_date_parse(text, &time, &date_only)) {
        return gs_arena_text(arena, gs_view_of(""));
    }
    char *printed = print(time, false, arena);
    return date_only ? gs_arena_text(arena, gs_view_slice(gs_view_of(printed), 0, 10)) : printed;
}
