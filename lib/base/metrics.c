// metrics: a log-linear histogram (after G. Tene's HdrHistogram) and a rate over ten seconds.
//
// Bucket of v: v itself below 16; else with e = floor(log2 v), the top five bits of v choose
//   16 (e - 3) + ((v >> (e - 4)) & 15),
// so a bucket is 1/16 of its lower edge wide. The last bucket (from 2^36 us, 19 hours) takes all above.
#include "base/metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static unsigned bucket_of(uint64_t value)
{
    if (value < 16) {
        return (unsigned)value;
    }
    unsigned exponent = 63U - (unsigned)__builtin_clzll(value);
    unsigned bucket = 16 * (exponent - 3) + (unsigned)((value >> (exponent - 4)) & 15);
    return bucket < GS_HISTOGRAM_BUCKETS ? bucket : GS_HISTOGRAM_BUCKETS - 1;
}

// The largest value of a bucket.
static uint64_t upper_edge(unsigned bucket)
{
    if (bucket < 16) {
        return bucket;
    }
    unsigned exponent = bucket / 16 + 3;
    return ((UINT64_C(17) + bucket % 16) << (exponent - 4)) - 1;
}

void gs_histogram_add(gs_histogram *histogram, uint64_t microseconds)
{
    histogram->counts[bucket_of(microseconds)]++;
    histogram->total++;
    if (microseconds > histogram->max) {
        histogram->max = microseconds;
    }
}

uint64_t gs_histogram_quantile(const gs_histogram *histogram, double quantile)
{
    if (histogram->total == 0) {
        return 0;
    }
    double wanted = quantile > 0 ? quantile : 0; // also for NaN
    double rank = wanted < 1 ? wanted * (double)histogram->total : (double)histogram->total;
    uint64_t seen = 0;
    for (unsigned bucket = 0; bucket < GS_HISTOGRAM_BUCKETS - 1; bucket++) {
        seen += histogram->counts[bucket];
        if (seen > 0 && (double)seen >= rank) {
            uint64_t edge = upper_edge(bucket);
            return edge < histogram->max ? edge : histogram->max;
        }
    }
    return histogram->max;
}

void gs_histogram_merge(gs_histogram *into, const gs_histogram *from)
{
    for (unsigned bucket = 0; bucket < GS_HISTOGRAM_BUCKETS; bucket++) {
        into->counts[bucket] += from->counts[bucket];
    }
    into->total += from->total;
    into->max = from->max > into->max ? from->max : into->max;
}

void gs_histogram_reset(gs_histogram *histogram)
{
    *histogram = (gs_histogram){0};
}

enum { RATE_SLOTS = 11, RATE_SECONDS = 10 };

// Moves the newest slot to the given second and empties the ones that were passed over.
static void advance(gs_rate *rate, uint64_t second)
{
    if (second <= rate->second) {
        return;
    }
    uint64_t steps = second - rate->second;
    if (steps >= RATE_SLOTS) {
        memset(rate->slots, 0, sizeof rate->slots);
    } else {
        for (uint64_t step = 1; step <= steps; step++) {
            rate->slots[(rate->second + step) % RATE_SLOTS] = 0;
        }
    }
    rate->second = second;
}

void gs_rate_add(gs_rate *rate, uint64_t count, uint64_t monotonic_us)
{
    uint64_t second = monotonic_us / 1000000;
    advance(rate, second);
    if (rate->first == 0) {
        rate->first = second;
    }
    rate->slots[rate->second % RATE_SLOTS] += count;
}

double gs_rate_value(gs_rate *rate, uint64_t monotonic_us)
{
    advance(rate, monotonic_us / 1000000);
    uint64_t elapsed = rate->second - rate->first; // whole seconds since the first event
    if (rate->first == 0 || elapsed == 0) {
        return (double)rate->slots[rate->second % RATE_SLOTS];
    }
    // The second that is running is left out: it would pull the rate down by up to a tenth.
    uint64_t seconds = elapsed < RATE_SECONDS ? elapsed : RATE_SECONDS;
    uint64_t sum = 0;
    for (uint64_t back = 1; back <= seconds; back++) {
        sum += rate->slots[(rate->second - back) % RATE_SLOTS];
    }
    return (double)sum / (double)seconds;
}

uint64_t gs_memory_resident(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file) {
        return 0;
    }
    uint64_t resident = 0;
    int fields = fscanf(file, "%*u %" SCNu64, &resident);
    fclose(file);
    long page = sysconf(_SC_PAGESIZE);
    return fields == 1 && page > 0 ? resident * (uint64_t)page : 0;
}
