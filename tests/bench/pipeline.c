// pipeline: what the stream carries. Articles of 4 KB go from a source through the ingestor's outbox, an
// extractor that does nothing (extractor.no_op), the aggregator's store and the live feed to a subscriber;
// every hop is the real program with its default settings, so each article is on disk twice before it is
// told.
//
// Measured: articles a second end to end, from the start of the ingestor to the last event; the latency at a
// fixed rate, from the moment the writer stamps an article to its event at the subscriber; beside them, in
// the same run, the raw transport and, with --peer, NATS JetStream. See pipeline_run.c for how.
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pipeline.h"

static const char USAGE[] =
    "usage: pipeline [options]\n"
    "  --articles N    articles of a throughput run (100000)\n"
    "  --runs N        throughput runs; the median counts (3)\n"
    "  --rate N        articles a second of the latency run (200)\n"
    "  --seconds N     length of the latency run (20)\n"
    "  --extractors N  extractors side by side (1)\n"
    "  --memory        resident memory of each daemon at every tenth of a run\n"
    "  --peer          NATS JetStream beside it (build the target bench_nats first)\n"
    "  --only WHAT     throughput or latency, without the other and without the limit\n"
    "  --bin DIR       where the daemons are\n"
    "  --dir DIR       where to put stores and sources: the disk that is measured ($TMPDIR or /tmp)\n"
    "  --keep          leave the stores and logs there\n";

static uint32_t number_option(const char *name, const char *text, uint32_t most)
{
    char *end = NULL;
    unsigned long value = strtoul(text, &end, 10);
    if (*text == '\0' || *end != '\0' || value == 0 || value > most)
        bench_fail("--%s: expected a number from 1 to %u, got '%s'", name, most, text);
    return (uint32_t)value;
}

static void only_option(pipeline_options *options, const char *what)
{
    options->only_throughput = strcmp(what, "throughput") == 0;
    options->only_latency = strcmp(what, "latency") == 0;
    if (!options->only_throughput && !options->only_latency)
        bench_fail("--only: expected throughput or latency, got '%s'", what);
}

static void parse_options(int argc, char **argv, pipeline_options *options)
{
    enum { ARTICLES, RUNS, RATE, SECONDS, EXTRACTORS, MEMORY, PEER, ONLY, BIN, DIR, KEEP, HELP };
    static const struct option names[] = {{"articles", required_argument, NULL, ARTICLES},
                                          {"runs", required_argument, NULL, RUNS},
                                          {"rate", required_argument, NULL, RATE},
                                          {"seconds", required_argument, NULL, SECONDS},
                                          {"extractors", required_argument, NULL, EXTRACTORS},
                                          {"memory", no_argument, NULL, MEMORY},
                                          {"peer", no_argument, NULL, PEER},
                                          {"only", required_argument, NULL, ONLY},
                                          {"bin", required_argument, NULL, BIN},
                                          {"dir", required_argument, NULL, DIR},
                                          {"keep", no_argument, NULL, KEEP},
                                          {"help", no_argument, NULL, HELP},
                                          {NULL, 0, NULL, 0}};
    int option = 0;
    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (option) {
        case ARTICLES:
            options->articles = number_option("articles", optarg, 100000000);
            break;
        case RUNS:
            options->runs = number_option("runs", optarg, 101);
            break;
        case RATE:
            options->rate = number_option("rate", optarg, 100000);
            break;
        case SECONDS:
            options->seconds = number_option("seconds", optarg, 86400);
            break;
        case EXTRACTORS:
            options->extractors = number_option("extractors", optarg, PIPELINE_EXTRACTORS);
            break;
        case MEMORY:
            options->memory = true;
            break;
        case PEER:
            options->peer = true;
            break;
        case ONLY:
            only_option(options, optarg);
            break;
        case BIN:
            options->bin = optarg;
            break;
        case DIR:
            options->directory = optarg;
            break;
        case KEEP:
            options->keep = true;
            break;
        case HELP:
            fputs(USAGE, stdout);
            exit(0);
        default:
            fputs(USAGE, stderr);
            exit(2);
        }
    }
    if (optind != argc)
        bench_fail("%s: not an option; see --help", argv[optind]);
}

static int by_rate(const void *a, const void *b)
{
    double left = (*(pipeline_result *const *)a)->articles_per_s,
           right = (*(pipeline_result *const *)b)->articles_per_s;
    return (left > right) - (left < right);
}

static void print_costs(const pipeline_result *result, uint64_t articles)
{
    printf("    other programs took %.0f %% of the machine meanwhile\n", 100 * result->others);
    for (size_t i = 0; i < result->cost_count; i++)
        printf("    %-12s %8.1f us of processor an article, %7.1f MB resident\n", result->costs[i].name,
               (double)result->costs[i].cpu_us / (double)articles, (double)result->costs[i].resident / 1e6);
}

static void print_memory(const pipeline_result *result)
{
    printf("\nresident memory (MB) by articles\n    %10s", "articles");
    size_t daemons = result->cost_count - 1; // the last one is the subscriber
    for (size_t i = 0; i < daemons; i++)
        printf(" %12s", result->costs[i].name);
    for (size_t row = 0; row < result->sample_count; row++) {
        printf("\n    %10" PRIu64, result->samples[row].articles);
        for (size_t i = 0; i < daemons; i++)
            printf(" %12.1f", (double)result->samples[row].resident[i] / 1e6);
    }
    printf("\n");
}

// The median run; the caller frees it.
static pipeline_result *throughput(const pipeline_options *options)
{
    pipeline_result **results = gs_allocate(options->runs * sizeof *results);
    for (uint32_t run = 0; run < options->runs; run++) {
        results[run] = gs_allocate(sizeof **results);
        pipeline_throughput(options, results[run]);
        fprintf(stderr, "run %u of %u: %.0f articles/s; other programs took %.0f %% of the machine\n",
                run + 1, options->runs, results[run]->articles_per_s, 100 * results[run]->others);
    }
    qsort(results, options->runs, sizeof(pipeline_result *), by_rate);
    printf("\nend to end, %" PRIu64 " articles of %d bytes, %u extractor(s), %u run(s)\n", options->articles,
           BENCH_ARTICLE_BYTES, options->extractors, options->runs);
    pipeline_result *median = results[options->runs / 2];
    printf("    gainsay, every article committed twice    %9.0f articles/s   (worst %.0f, best %.0f)\n",
           median->articles_per_s, results[0]->articles_per_s, results[options->runs - 1]->articles_per_s);
    for (uint32_t run = 0; run < options->runs; run++)
        if (results[run] != median)
            free(results[run]);
    free(results);
    return median;
}

static void latency(const pipeline_options *options)
{
    pipeline_result *result = gs_allocate(sizeof *result);
    pipeline_latency(options, result);
    const gs_histogram *took = &result->latency;
    printf("\nlatency at %u articles/s for %u s, from the writer's stamp to the subscriber (%" PRIu64
           " articles)\n",
           options->rate, options->seconds, took->total);
    printf("    %8s %8s %8s %8s   ms\n", "p50", "p90", "p99", "max");
    printf("    %8.2f %8.2f %8.2f %8.2f\n", (double)gs_histogram_quantile(took, 0.5) / 1e3,
           (double)gs_histogram_quantile(took, 0.9) / 1e3, (double)gs_histogram_quantile(took, 0.99) / 1e3,
           (double)took->max / 1e3);
    print_costs(result, took->total);
    free(result);
}

static void peer(const pipeline_options *options, double rate)
{
    char command[3 * BENCH_PATH];
    snprintf(command, sizeof command, "'%s' %" PRIu64 " %s", BENCH_PEER, options->articles,
             options->directory ? options->directory : "");
    FILE *out = access(BENCH_PEER, X_OK) == 0 ? popen(command, "r") : NULL;
    if (!out)
        bench_fail("%s is not there; build the target bench_nats (needs libnats-dev and nats-server)",
                   BENCH_PEER);
    char line[256];
    unsigned window = 0;
    double peer_rate = 0;
    while (fgets(line, sizeof line, out))
        if (sscanf(line, "jetstream %u %lf", &window, &peer_rate) == 2)
            printf(
                "    NATS JetStream, file storage, window %-4u %9.0f articles/s   (gainsay is %.2f of it)\n",
                window, peer_rate, rate / peer_rate);
    if (pclose(out) != 0)
        bench_fail("bench_nats failed");
}

int main(int argc, char **argv)
{
    pipeline_options options = {
        .articles = 100000, .runs = 3, .rate = 200, .seconds = 20, .extractors = 1, .bin = BENCH_BIN};
    parse_options(argc, argv, &options);
    setvbuf(stdout, NULL, _IOLBF, 0);
    gs_buffer machine = {0};
    const char *directory = options.directory  ? options.directory
                            : getenv("TMPDIR") ? getenv("TMPDIR")
                                               : "/tmp";
    bench_machine(directory, &machine);
    printf("machine: %s\n", machine.data);
    gs_buffer_free(&machine);
    if (!options.only_latency) {
        pipeline_result *median = throughput(&options);
        if (!options.only_throughput) {
            double limit = bench_raw_push_pull(options.articles);
            printf(
                "    raw ZeroMQ PUSH/PULL, the limit           %9.0f articles/s   (gainsay is %.2f of it)\n",
                limit, median->articles_per_s / limit);
        }
        if (options.peer)
            peer(&options, median->articles_per_s);
        printf("    the subscriber saw %" PRIu64 " statements and %" PRIu64
               " other events, and asked for %" PRIu64 " replays\n",
               median->statements, median->other, median->replays);
        print_costs(median, options.articles);
        if (options.memory)
            print_memory(median);
        free(median);
    }
    if (!options.only_throughput)
        latency(&options);
    return 0;
}
