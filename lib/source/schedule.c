// The interval is a running guess between two bounds; a look moves it by a quarter at most, so that one busy
// hour or one quiet night does not throw away what was learned:
//
//     wish = gap / 2  where the gaps between entries are known,  else interval * (changed ? 3/4 : 5/4)
//     interval ← clamp(wish, interval * 3/4, interval * 5/4),  then between LEAST and MOST
#include "source/source.h"

#include <stdlib.h>

enum {
    HOUR_S = 3600,
    DAY_S = 24 * HOUR_S,
    BACK_OFF_S = 30,
    BACK_OFF_DOUBLINGS = 9,
    GAPS = 20,
    SKIP_STEPS = 8 * 24
};

static uint64_t clamp(uint64_t value, uint64_t least, uint64_t most)
{
    return value < least ? least : value > most ? most : value;
}

static uint32_t learn(gs_schedule *self, const gs_look *look)
{
    const uint64_t now = self->interval_s != 0 ? self->interval_s : GS_SCHEDULE_FIRST_S;
    uint64_t wish = look->changed ? now * 3 / 4 : now * 5 / 4;
    if (look->gap_s != 0 && (look->changed || wish < look->gap_s / 2)) {
        wish = look->gap_s / 2;
    }
    wish = clamp(wish, now * 3 / 4, now * 5 / 4);
    self->interval_s = (uint32_t)clamp(wish, GS_SCHEDULE_LEAST_S, GS_SCHEDULE_MOST_S);
    return self->interval_s;
}

// Moves a moment that falls into hours or days the feed wants to be left alone to the next hour that is free.
// A feed that skips everything is taken to have meant nothing.
static int64_t leave_alone(int64_t at_s, const gs_look *look)
{
    int64_t moved = at_s;
    for (int step = 0; step < SKIP_STEPS; step++) {
        const int64_t day = moved / DAY_S;
        const unsigned hour = (unsigned)(moved % DAY_S / HOUR_S);
        const unsigned weekday = (unsigned)((day + 4) % 7); // 1970-01-01 was a Thursday
        if ((look->skip_hours >> hour & 1U) == 0 && (look->skip_days >> weekday & 1U) == 0) {
            return moved;
        }
        moved = (moved / HOUR_S + 1) * HOUR_S;
    }
    return at_s;
}

static uint64_t after_failure(const gs_schedule *self, uint64_t usual_s)
{
    const uint32_t doublings = self->failures < BACK_OFF_DOUBLINGS ? self->failures : BACK_OFF_DOUBLINGS;
    const uint64_t wait_s = (uint64_t)BACK_OFF_S << doublings;
    return wait_s > usual_s ? wait_s : usual_s;
}

uint32_t gs_schedule_next(gs_schedule *self, const gs_look *look, int64_t unix_s, uint32_t random)
{
    uint64_t wait_s = self->every_s;
    uint64_t spread = 10;
    if (look->failed) {
        self->failures += self->failures < UINT32_MAX ? 1 : 0;
        const uint32_t usual = self->interval_s != 0 ? self->interval_s : GS_SCHEDULE_FIRST_S;
        wait_s = after_failure(self, self->every_s != 0 ? self->every_s : usual);
        spread = 2;
    } else {
        self->failures = 0;
        if (self->every_s == 0) {
            wait_s = learn(self, look);
        }
        wait_s = wait_s > look->ttl_s || self->every_s != 0 ? wait_s : look->ttl_s;
        wait_s = wait_s > look->fresh_s || self->every_s != 0 ? wait_s : look->fresh_s;
    }
    wait_s = wait_s > look->retry_after_s ? wait_s : look->retry_after_s;
    wait_s = clamp(wait_s, 1, GS_SCHEDULE_ASKED_S);
    // Only ever later: a server that asked for an hour gets an hour at least. An interval that was configured
    // is kept.
    if (look->failed || self->every_s == 0) {
        wait_s += wait_s / spread * (random % 1000) / 1000;
    }
    if (self->every_s != 0 && !look->failed) {
        return (uint32_t)wait_s;
    }
    return (uint32_t)(leave_alone(unix_s + (int64_t)wait_s, look) - unix_s);
}

static int ascending(const void *a, const void *b)
{
    const int64_t first = *(const int64_t *)a;
    const int64_t second = *(const int64_t *)b;
    return (first > second) - (first < second);
}

uint32_t gs_schedule_gap(int64_t *times, uint32_t count)
{
    int64_t gaps[GAPS];
    uint32_t gap_count = 0;
    if (count < 3) {
        return 0;
    }
    qsort(times, count, sizeof *times, ascending);
    for (uint32_t i = count - 1; i > 0 && gap_count < GAPS; i--) {
        gaps[gap_count++] = times[i] - times[i - 1];
    }
    qsort(gaps, gap_count, sizeof *gaps, ascending);
    return (uint32_t)clamp((uint64_t)gaps[gap_count / 2], 1, GS_SCHEDULE_ASKED_S);
}
