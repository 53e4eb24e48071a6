// page: how fast pages become articles, on one core.
//
// The pages lie in memory before the clock runs; one arena is reset for each page, and a first pass is not
// counted. With
// --peers DIR, Mozilla's Readability reads the same files on the same core afterwards, with each of two
// document libraries: npm install --prefix DIR @mozilla/readability jsdom linkedom.
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "source/source.h"

static const char USAGE[] =
    "usage: page [options] FILE…\n"
    "  FILE…         pages\n"
    "  --runs N      counted passes (9)\n"
    "  --peers DIR   Readability beside it, in the same run; DIR holds node_modules\n";

typedef struct page_bench {
    size_t runs;
    const char *peers; // NULL: none
    gs_buffer *pages;  // owned
    char **paths;      // NULL-terminated
    size_t count;
    double bytes;
    gs_arena *arena;
} page_bench;

static void open_pages(page_bench *bench, char **paths, size_t count)
{
    bench->paths = paths;
    bench->count = count;
    bench->pages = gs_allocate(count * sizeof *bench->pages);
    for (size_t i = 0; i < count; i++) {
        gs_error error = {0};
        if (!gs_read_all(paths[i], GS_LIMIT_FILE_BYTES, &bench->pages[i], &error))
            bench_fail("%s: %s", paths[i], error.message);
        bench->bytes += (double)bench->pages[i].size;
    }
}

static bench_pass read_pass(const page_bench *bench)
{
    bench_pass pass = {0};
    const uint64_t begin = gs_monotonic_us();
    for (size_t i = 0; i < bench->count; i++) {
        gs_error error = {0};
        gs_arena_reset(bench->arena);
        const gs_page *page =
            gs_page_read(gs_buffer_view(&bench->pages[i]), "https://news.example/", "", bench->arena, &error);
        pass.found += page ? (double)strlen(page->article->text) : 0;
    }
    pass.seconds = (double)(gs_monotonic_us() - begin) / 1e6;
    return pass;
}

static double print_row(const page_bench *bench, const char *program, const bench_figures *figures,
                        double own)
{
    const double median = figures->passes[figures->count / 2].seconds;
    const double count = (double)bench->count;
    char range[64];
    snprintf(range, sizeof range, "%.1f (%.1f to %.1f)", count / median, count / figures->passes[0].seconds,
             count / figures->passes[figures->count - 1].seconds);
    printf("%-24s %-32s %8.1f", program, range, bench->bytes / median / 1e6);
    if (own > 0)
        printf("   gainsay is %.0f times as fast", median / own);
    printf("\n");
    return median;
}

static void compare(const page_bench *bench, const char *parser, const char *program, double own)
{
    char runs[24];
    bench_command command = {0};
    bench_figures *figures = gs_allocate(sizeof *figures);
    snprintf(runs, sizeof runs, "%zu", bench->runs);
    const char *words[] = {"node", PAGE_PEERS_SOURCE "/readability_bench.mjs", bench->peers, parser, runs};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        bench_command_add(&command, words[i]);
    for (size_t i = 0; i < bench->count; i++)
        bench_command_add(&command, bench->paths[i]);
    const int status = bench_command_run(&command, figures);
    bench_figures_sort(figures);
    if (status == 0 && figures->count == bench->runs)
        print_row(bench, program, figures, own);
    else
        printf("%-24s no figures: not installed, or it failed (see --help)\n", program);
    bench_command_free(&command);
    free(figures);
}

static void read_options(page_bench *bench, int argc, char **argv)
{
    enum { RUNS, PEERS, HELP };
    static const struct option names[] = {{"runs", required_argument, NULL, RUNS},
                                          {"peers", required_argument, NULL, PEERS},
                                          {"help", no_argument, NULL, HELP},
                                          {NULL, 0, NULL, 0}};
    int option = 0;
    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (option) {
        case RUNS:
            bench->runs = strtoul(optarg, NULL, 10);
            if (bench->runs < 1 || bench->runs > BENCH_PASSES)
                bench_fail("--runs: expected a number from 1 to %d, got '%s'", BENCH_PASSES, optarg);
            break;
        case PEERS:
            bench->peers = optarg;
            break;
        case HELP:
            fputs(USAGE, stdout);
            exit(0);
        default:
            fputs(USAGE, stderr);
            exit(2);
        }
    }
    if (optind == argc) {
        fputs(USAGE, stderr);
        exit(2);
    }
}

int main(int argc, char **argv)
{
    page_bench bench = {.runs = 9};
    bench_figures *own = gs_allocate(sizeof *own);
    read_options(&bench, argc, argv);
    setvbuf(stdout, NULL, _IOLBF, 0);
    bench_bind_core();
    bench.arena = gs_arena_new(0);
    open_pages(&bench, argv + optind, (size_t)(argc - optind));
    read_pass(&bench);
    for (size_t run = 0; run < bench.runs; run++)
        own->passes[own->count++] = read_pass(&bench);
    bench_figures_sort(own);
    printf("%zu pages, %.1f MB, %zu passes\n%-24s %-32s %8s\n", bench.count, bench.bytes / 1e6, bench.runs,
           "program", "pages/s, median (range)", "MB/s");
    const double seconds = print_row(&bench, "gainsay", own, 0);
    if (bench.peers) {
        compare(&bench, "linkedom", "Readability, linkedom", seconds);
        compare(&bench, "jsdom", "Readability, jsdom", seconds);
    }
    for (size_t i = 0; i < bench.count; i++)
        gs_buffer_free(&bench.pages[i]);
    free(bench.pages);
    free(own);
    gs_arena_free(&bench.arena);
    return 0;
}
