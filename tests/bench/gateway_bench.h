// What the two halves of the gateway's benchmark share: the feed and the store on one side (gateway_bench.c),
// the HTTP clients on the other (gateway_load.c).
#ifndef GAINSAY_TESTS_GATEWAY_BENCH_H
#define GAINSAY_TESTS_GATEWAY_BENCH_H

#include <stdatomic.h>

#include "bench.h"

// Runs clients against /api/v1/events for seconds; prints the delay from the stamp in each event to its
// arrival. Returns how many events arrived.
uint64_t load_streams(int port, unsigned clients, const char *query, double seconds, gs_histogram *delay);
// Asks for path on connections (each a thread, kept alive) for seconds; answers a second. Latencies go to
// delay.
double load_requests(int port, const char *path, unsigned connections, double seconds, gs_histogram *delay);

#endif
