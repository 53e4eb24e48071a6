// clock: time in the three forms that the project needs: monotonic, Unix, and civil with a zone.
#ifndef GAINSAY_BASE_CLOCK_H
#define GAINSAY_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/view.h"

uint64_t gs_monotonic_us(void); // microseconds since some fixed moment; never goes back
uint64_t gs_unix_us(void);      // microseconds since 1970-01-01 UTC

enum { GS_TIME_TEXT = 40 };

// An RFC 3339 time as it was written.
typedef struct gs_time {
    int64_t unix_s; // the moment
    int32_t nanosecond;
    int32_t offset_minutes; // east of UTC: the writer's own zone
} gs_time;

// Accepts RFC 3339 ("2025-04-24T22:57:00-04:00", "…Z", space for 'T', fraction), the same without seconds
// (W3C date and time, as in sitemaps), and a bare date (midnight UTC).
bool gs_time_parse(gs_view text, gs_time *time);
// "2025-04-25T02:57:00.123Z" from Unix microseconds, millisecond precision.
void gs_time_text(uint64_t unix_us, char text[GS_TIME_TEXT]);
// The civil date of the moment in its own zone. weekday: 0 Sunday .. 6 Saturday. Any pointer may be NULL.
void gs_time_civil(gs_time time, int *year, int *month, int *day, int *weekday);
// Days since 1970-01-01 of a civil date, and back (proleptic Gregorian; H. Hinnant, "chrono-compatible
// low-level date algorithms").
int64_t gs_days_from_civil(int year, int month, int day);
void gs_civil_from_days(int64_t days, int *year, int *month, int *day);

#endif
