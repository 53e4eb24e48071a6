// When a source on the web is looked at again.
//
// A source that names an interval of its own in the configuration keeps it. Any other is looked at about
// twice in the usual gap between two of its entries, more often while it gives something new and less often
// while it does not. Never before it allows it itself: ttl, skipHours and skipDays (RSS 2.0), freshness (RFC
// 9111), Retry-After (RFC 9110). After a failure the wait doubles, with a random part, so that many sources
// of one host do not come back together.
#ifndef GAINSAY_SOURCE_SCHEDULE_H
#define GAINSAY_SOURCE_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    GS_SCHEDULE_FIRST_S = 300,         // between looks while nothing is known yet
    GS_SCHEDULE_LEAST_S = 60,          // a source is never looked at more often unless it is told so
    GS_SCHEDULE_MOST_S = 4 * 60 * 60,  // and never less often, but for what it asks for itself
    GS_SCHEDULE_ASKED_S = 48 * 60 * 60 // a source may ask for so much at most
};

// What a source has taught; kept in the store.
typedef struct gs_schedule {
    uint32_t every_s;    // as configured; 0 adapts
    uint32_t interval_s; // learned; 0 at first
    uint32_t failures;   // in a row
} gs_schedule;

// How a look went.
typedef struct gs_look {
    bool failed;
    bool changed;           // it had something new
    uint32_t retry_after_s; // asked for by the server; 0 if it did not
    uint32_t ttl_s;         // the feed's own wish; 0 if it has none
    uint32_t fresh_s;       // the answer says that it is fresh so long
    uint32_t gap_s;         // usual time between two entries; 0 if unknown
    uint32_t skip_hours;    // bit i: not in hour i, UTC
    uint8_t skip_days;      // bit i: not on weekday i, 0 Sunday, UTC
} gs_look;

// Seconds from now until the next look. unix_s: now; random: any number, its bits spread the waits by a tenth
// (after failures by half).
uint32_t gs_schedule_next(gs_schedule *self, const gs_look *look, int64_t unix_s, uint32_t random);

// The median gap between entries, given their times in any order (Unix seconds; sorted in place), of the
// last 20. 0 with fewer than three.
uint32_t gs_schedule_gap(int64_t *times, uint32_t count);

#endif
