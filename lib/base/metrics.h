// metrics: counters and latency histograms that cost a few instructions to update.
//
// The histogram is log-linear, as HdrHistogram's: each power of two is cut into 16 parts, so a
// percentile is at most 6 % off, from 1 µs to an hour, in 4 KiB flat.
#ifndef GAINSAY_BASE_METRICS_H
#define GAINSAY_BASE_METRICS_H

#include <stdint.h>

enum { GS_HISTOGRAM_BUCKETS = 16 * 33 };

typedef struct gs_histogram {
    uint64_t counts[GS_HISTOGRAM_BUCKETS];
    uint64_t total;
    uint64_t max; // microseconds, exact
} gs_histogram;

void gs_histogram_add(gs_histogram *histogram, uint64_t microseconds);
// quantile in 0..1; upper edge of the bucket in microseconds, never above max; 0 when empty.
uint64_t gs_histogram_quantile(const gs_histogram *histogram, double quantile);
void gs_histogram_merge(gs_histogram *into, const gs_histogram *from);
void gs_histogram_reset(gs_histogram *histogram);

// Events a second over the last ten seconds, in one-second slots.
typedef struct gs_rate {
    uint64_t slots[11];
    uint64_t second; // monotonic second of the newest slot
    uint64_t first;  // second of the first event ever
} gs_rate;

void gs_rate_add(gs_rate *rate, uint64_t count, uint64_t monotonic_us);
double gs_rate_value(gs_rate *rate, uint64_t monotonic_us);

uint64_t gs_memory_resident(void); // bytes of this process in RAM, from /proc/self/statm; 0 if unknown

#endif
