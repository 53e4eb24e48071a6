// clock: moments, and how people write them.
//
// The calendar arithmetic is Howard Hinnant's ("chrono-compatible low-level date algorithms", 2013): the
// year is counted from 1 March, so the leap day comes last and month lengths follow one line,
// (153 m + 2) / 5. libc's timegm and gmtime would do, but know neither a writer's own zone nor limits.
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static uint64_t read_clock(clockid_t clock)
{
    struct timespec now = {0};
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t gs_monotonic_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

uint64_t gs_unix_us(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t gs_days_from_civil(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void gs_civil_from_days(int64_t days, int *year, int *month, int *day)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    int civil_month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    if (year) {
        *year = (int)(year_of_era + era * 400 + (civil_month <= 2));
    }
    if (month) {
        *month = civil_month;
    }
    if (day) {
        *day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    }
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

// A piece of text that is read from the front; once something does not fit, ok stays false.
typedef struct cursor {
    gs_view text;
    size_t at;
    bool ok;
} cursor;

static int number(cursor *self, int digits)
{
    int value = 0;
    for (int i = 0; i < digits && self->ok; i++) {
        char byte = self->at < self->text.size ? self->text.data[self->at] : '\0';
        self->ok = byte >= '0' && byte <= '9';
        value = value * 10 + (byte - '0');
        self->at++;
    }
    return self->ok ? value : 0;
}

// Steps over one byte if it is among the given ones.
static bool accept(cursor *self, const char *bytes)
{
    if (!self->ok || self->at >= self->text.size || self->text.data[self->at] == '\0' ||
        !strchr(bytes, self->text.data[self->at])) {
        return false;
    }
    self->at++;
    return true;
}

static void expect(cursor *self, const char *bytes)
{
    self->ok = accept(self, bytes);
}

static int32_t fraction(cursor *self)
{
    int32_t nanosecond = number(self, 1) * 100000000;
    int32_t weight = 10000000;
    while (self->at < self->text.size && self->text.data[self->at] >= '0' &&
           self->text.data[self->at] <= '9') {
        nanosecond += (self->text.data[self->at] - '0') * weight; // digits past the ninth weigh nothing
        weight /= 10;
        self->at++;
    }
    return nanosecond;
}

static int32_t zone(cursor *self)
{
    if (accept(self, "Zz")) {
        return 0;
    }
    bool west = accept(self, "-");
    if (!west) {
        expect(self, "+");
    }
    int hours = number(self, 2);
    expect(self, ":");
    int minutes = number(self, 2);
    self->ok = self->ok && hours <= 23 && minutes <= 59;
    return (west ? -1 : 1) * (hours * 60 + minutes);
}

bool gs_time_parse(gs_view text, gs_time *time)
{
    cursor in = {.text = text, .ok = true};
    int year = number(&in, 4);
    expect(&in, "-");
    int month = number(&in, 2);
    expect(&in, "-");
    int day = number(&in, 2);
    if (!in.ok || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) {
        return false;
    }
    gs_time result = {.unix_s = gs_days_from_civil(year, month, day) * 86400};
    if (in.at < text.size) {
        expect(&in, "Tt ");
        int hour = number(&in, 2);
        expect(&in, ":");
        int minute = number(&in, 2);
        int second = 0;
        if (accept(&in, ":")) {
            second = number(&in, 2);
            result.nanosecond = accept(&in, ".,") ? fraction(&in) : 0;
        }
        result.offset_minutes = zone(&in);
        // 60 is a leap second; like POSIX time it counts as the second after.
        if (!in.ok || hour > 23 || minute > 59 || second > 60 || in.at != text.size) {
            return false;
        }
        result.unix_s += hour * 3600 + minute * 60 + second - (int64_t)result.offset_minutes * 60;
    }
    *time = result;
    return true;
}

void gs_time_text(uint64_t unix_us, char text[GS_TIME_TEXT])
{
    uint64_t second = unix_us / 1000000;
    unsigned of_day = (unsigned)(second % 86400);
    int year;
    int month;
    int day;
    gs_civil_from_days((int64_t)(second / 86400), &year, &month, &day);
    snprintf(text, GS_TIME_TEXT, "%04d-%02d-%02dT%02u:%02u:%02u.%03uZ", year, month, day, of_day / 3600,
             of_day / 60 % 60, of_day % 60, (unsigned)(unix_us / 1000 % 1000));
}

void gs_time_civil(gs_time time, int *year, int *month, int *day, int *weekday)
{
    int64_t local = time.unix_s + (int64_t)time.offset_minutes * 60;
    int64_t days = local / 86400 - (local % 86400 < 0);
    gs_civil_from_days(days, year, month, day);
    if (weekday) {
        *weekday = (int)(((days + 4) % 7 + 7) % 7); // 1970-01-01 was a Thursday
    }
}
