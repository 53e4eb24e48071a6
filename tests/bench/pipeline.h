// pipeline: one set of daemons under measurement, and the subscriber that watches it. See pipeline.c.
#ifndef GAINSAY_TESTS_PIPELINE_H
#define GAINSAY_TESTS_PIPELINE_H

#include "bench.h"

enum { PIPELINE_EXTRACTORS = 8, PIPELINE_SAMPLES = 64 };

typedef struct pipeline_options {
    uint64_t articles;
    uint32_t runs;
    uint32_t rate;    // articles a second in the latency run
    uint32_t seconds; // of the latency run
    uint32_t extractors;
    bool memory, peer, only_throughput, only_latency, keep;
    const char *bin;       // directory of the daemons
    const char *directory; // where scratch directories go; NULL for the default
} pipeline_options;

// What one process cost, in a run.
typedef struct pipeline_cost {
    char name[32];
    uint64_t cpu_us;
    uint64_t resident; // bytes at the end
} pipeline_cost;

// Resident memory of each daemon after so many articles.
typedef struct pipeline_sample {
    uint64_t articles;
    uint64_t resident[2 + PIPELINE_EXTRACTORS];
} pipeline_sample;

typedef struct pipeline_result {
    double seconds; // from the ingestor's start to the last event
    double articles_per_s;
    uint64_t statements;  // statement events received
    uint64_t other;       // events of other kinds
    uint64_t replays;     // how often the subscriber had to ask for stored events
    gs_histogram latency; // of the latency run
    double others;        // share of the machine that other programs and its host took meanwhile, 0..1
    pipeline_cost costs[3 + PIPELINE_EXTRACTORS];
    size_t cost_count;
    pipeline_sample samples[PIPELINE_SAMPLES];
    size_t sample_count;
} pipeline_result;

// All articles at once from a JSON Lines file.
void pipeline_throughput(const pipeline_options *options, pipeline_result *result);
// rate articles a second through the ingestor's standard input.
void pipeline_latency(const pipeline_options *options, pipeline_result *result);

#endif
