// feed: how fast feeds become entries, on one core.
//
// Two kinds are read: the files that are named, mostly small ones, and large feeds that are made here, of
// five hundred long articles each, as an archive or a busy agency serves them: RSS with HTML in CDATA, and
// Atom with escaped HTML. They lie in memory before the clock runs; one arena is reset for each feed, and a
// first pass warms up and is not counted.
//
// With --peer, Debian's python3-feedparser reads the same files on the same core afterwards, in two ways: as
// it comes, and without its two steps that have no counterpart here (cleaning HTML and resolving links in
// it).
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "source/source.h"

static const char USAGE[] = "usage: feed [options] FILE…\n"
                            "  FILE…        feeds\n"
                            "  --runs N     counted passes over each kind (9)\n"
                            "  --peer       feedparser beside it, in the same run\n"
                            "  --python P   a Python that has it (/usr/bin/python3)\n";

enum { LARGE_ENTRIES = 500, LARGE_PARAGRAPHS = 8, LARGE_WORDS = 60, SHORT_RUN_US = 20000 };

typedef struct feed_bench {
    size_t runs;
    bool peer;
    const char *python;
    bench_scratch scratch;
    gs_arena *arena;
} feed_bench;

// The feeds of one kind.
typedef struct feed_set {
    const char *name;
    char list[BENCH_PATH]; // a file that names them, for the peer
    gs_buffer *feeds;      // owned
    size_t count;
    double bytes;
} feed_set;

// ---- large feeds

static void put_words(gs_buffer *out, uint64_t *seed, size_t count)
{
    static const char *const words[] = {"the",     "minister", "said",       "that",  "talks",
                                        "with",    "a",        "delegation", "would", "resume",
                                        "on",      "Monday",   "after",      "ports", "insurers",
                                        "harvest", "draft",    "text",       "annex", "officials"};
    for (size_t i = 0; i < count; i++) {
        *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407); // D. Knuth's MMIX
        gs_buffer_text(out, words[(*seed >> 33) % (sizeof words / sizeof words[0])]);
        gs_buffer_byte(out, ' ');
    }
}

static void put_content(gs_buffer *out, uint64_t *seed, const char *open, const char *close)
{
    for (size_t i = 0; i < LARGE_PARAGRAPHS; i++) {
        gs_buffer_format(out, "%sp%s", open, close);
        put_words(out, seed, LARGE_WORDS);
        gs_buffer_format(out, "%sa href=\"https://wire.example/%zu\"%slink%s/a%s.%s/p%s\n", open, i, close,
                         open, close, open, close);
    }
}

static void make_rss(gs_buffer *out)
{
    uint64_t seed = 1;
    gs_buffer_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" "
                        "xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" "
                        "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Wire</title>"
                        "<link>https://wire.example/</link>\n");
    for (size_t i = 0; i < LARGE_ENTRIES; i++) {
        gs_buffer_text(out, "<item>\n<title>");
        put_words(out, &seed, 8);
        gs_buffer_format(out,
                         "&amp; more</title>\n<link>https://wire.example/2025/%zu</link>\n<guid "
                         "isPermaLink=\"false\">tag:%zu</guid>\n<pubDate>Thu, 24 Apr 2025 22:%02zu:00 "
                         "+0200</pubDate>\n<dc:creator>A. Writer</dc:creator>\n<description>",
                         i, i, i % 60);
        put_words(out, &seed, 30);
        gs_buffer_text(out, "</description>\n<content:encoded><![CDATA[");
        put_content(out, &seed, "<", ">");
        gs_buffer_text(out, "]]></content:encoded>\n</item>\n");
    }
    gs_buffer_text(out, "</channel></rss>\n");
}

static void make_atom(gs_buffer *out)
{
    uint64_t seed = 2;
    gs_buffer_text(out, "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Wire</title><link "
                        "href=\"https://wire.example/\"/>\n");
    for (size_t i = 0; i < LARGE_ENTRIES; i++) {
        gs_buffer_format(out, "<entry><id>tag:wire.example,2025:%zu</id><title type=\"html\">", i);
        put_words(out, &seed, 8);
        gs_buffer_format(
            out,
            "</title><link rel=\"alternate\" href=\"https://wire.example/2025/%zu\"/>"
            "<published>2025-04-24T22:%02zu:00+02:00</published><updated>2025-04-24T22:%02zu:30Z</updated>"
            "<author><name>A. Writer</name></author><summary>",
            i, i % 60, i % 60);
        put_words(out, &seed, 30);
        gs_buffer_text(out, "</summary><content type=\"html\">");
        put_content(out, &seed, "&lt;", "&gt;");
        gs_buffer_text(out, "</content></entry>\n");
    }
    gs_buffer_text(out, "</feed>\n");
}

// ---- sets

static void write_file(const char *path, gs_view text)
{
    FILE *file = fopen(path, "w");
    if (!file || fwrite(text.data, 1, text.size, file) != text.size || fclose(file) != 0)
        bench_fail("%s: %s", path, strerror(errno));
}

static void open_set(const feed_bench *bench, feed_set *set, const char *name, char **paths, size_t count)
{
    gs_buffer list = {0};
    *set = (feed_set){.name = name, .feeds = gs_allocate(count * sizeof(gs_buffer)), .count = count};
    for (size_t i = 0; i < count; i++) {
        gs_error error = {0};
        char *real = realpath(paths[i], NULL);
        if (!real || !gs_read_all(real, GS_LIMIT_FILE_BYTES, &set->feeds[i], &error))
            bench_fail("%s: %s", paths[i], real ? error.message : strerror(errno));
        set->bytes += (double)set->feeds[i].size;
        gs_buffer_format(&list, "%s\n", real);
        free(real);
    }
    snprintf(set->list, sizeof set->list, "%s/%s.list", bench->scratch.path, name);
    write_file(set->list, gs_buffer_view(&list));
    gs_buffer_free(&list);
}

static void make_set(const feed_bench *bench, feed_set *set, const char *name, void (*make)(gs_buffer *))
{
    char path[BENCH_PATH];
    char *paths[] = {path};
    gs_buffer text = {0};
    make(&text);
    snprintf(path, sizeof path, "%s/%s.xml", bench->scratch.path, name);
    write_file(path, gs_buffer_view(&text));
    gs_buffer_free(&text);
    open_set(bench, set, name, paths, 1);
}

static void close_set(feed_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        gs_buffer_free(&set->feeds[i]);
    free(set->feeds);
}

// ---- passes

static double read_once(const feed_bench *bench, const feed_set *set)
{
    double entries = 0;
    for (size_t i = 0; i < set->count; i++) {
        gs_error error = {0};
        gs_arena_reset(bench->arena);
        const gs_feed *feed = gs_feed_parse(gs_buffer_view(&set->feeds[i]), NULL, bench->arena, &error);
        entries += feed ? (double)feed->count : 0;
    }
    return entries;
}

// As many rounds over the set as the clock needs to be read well.
static bench_pass read_pass(const feed_bench *bench, const feed_set *set)
{
    bench_pass pass = {0};
    uint64_t begin = gs_monotonic_us();
    uint64_t now = begin;
    size_t rounds = 0;
    while (now - begin < SHORT_RUN_US) {
        pass.found = read_once(bench, set);
        rounds++;
        now = gs_monotonic_us();
    }
    pass.seconds = (double)(now - begin) / 1e6 / (double)rounds;
    return pass;
}

static const char *measure_peer(const feed_bench *bench, const feed_set *set, const char *mode,
                                bench_figures *figures)
{
    char runs[24];
    snprintf(runs, sizeof runs, "%zu", bench->runs);
    const char *words[] = {bench->python, "-W", "ignore", FEED_PEER, mode, runs, set->list};
    bench_command command = {0};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        bench_command_add(&command, words[i]);
    int status = bench_command_run(&command, figures);
    bench_command_free(&command);
    bench_figures_sort(figures);
    if (status == 0 && figures->count == bench->runs)
        return NULL;
    return "no Python with feedparser (Debian: python3-feedparser), or it failed";
}

// ---- the table

static double median_seconds(const bench_figures *figures)
{
    return figures->passes[figures->count / 2].seconds;
}

static void print_row(const feed_set *set, const char *program, const bench_figures *figures, double own)
{
    double count = (double)set->count;
    double median = median_seconds(figures);
    char range[64];
    snprintf(range, sizeof range, "%.1f (%.1f to %.1f)", count / median, count / figures->passes[0].seconds,
             count / figures->passes[figures->count - 1].seconds);
    printf("%-10s %-18s %8.0f   %-34s %8.1f", set->name, program, figures->passes[0].found, range,
           set->bytes / median / 1e6);
    if (own > 0)
        printf("   gainsay is %.0f times as fast", median / own);
    printf("\n");
}

static void compare(const feed_bench *bench, const feed_set *set, const char *mode, const char *program,
                    double own)
{
    bench_figures *figures = gs_allocate(sizeof *figures);
    const char *why = measure_peer(bench, set, mode, figures);
    if (why)
        printf("%-10s %-18s no figures: %s\n", set->name, program, why);
    else
        print_row(set, program, figures, own);
    free(figures);
}

static void measure(const feed_bench *bench, const feed_set *set)
{
    bench_figures *own = gs_allocate(sizeof *own);
    read_pass(bench, set);
    for (size_t run = 0; run < bench->runs; run++)
        own->passes[own->count++] = read_pass(bench, set);
    bench_figures_sort(own);
    print_row(set, "gainsay", own, 0);
    if (bench->peer) {
        compare(bench, set, "bare", "feedparser, bare", median_seconds(own));
        compare(bench, set, "whole", "feedparser", median_seconds(own));
    }
    free(own);
}

// ---- options

static void read_options(feed_bench *bench, int argc, char **argv)
{
    enum { RUNS, PEER, PYTHON, HELP };
    static const struct option names[] = {{"runs", required_argument, NULL, RUNS},
                                          {"peer", no_argument, NULL, PEER},
                                          {"python", required_argument, NULL, PYTHON},
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
        case PEER:
            bench->peer = true;
            break;
        case PYTHON:
            bench->python = optarg;
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
    feed_bench bench = {.runs = 9, .python = "/usr/bin/python3"};
    read_options(&bench, argc, argv);
    setvbuf(stdout, NULL, _IOLBF, 0);
    bench_scratch_make(&bench.scratch, NULL, "");
    bench_bind_core();
    bench.arena = gs_arena_new(0);
    feed_set sets[3];
    open_set(&bench, &sets[0], "files", argv + optind, (size_t)(argc - optind));
    make_set(&bench, &sets[1], "large-rss", make_rss);
    make_set(&bench, &sets[2], "large-atom", make_atom);
    for (size_t i = 0; i < 3; i++)
        printf("%s: %zu feeds, %.0f bytes each\n", sets[i].name, sets[i].count,
               sets[i].bytes / (double)sets[i].count);
    bench_load begin = bench_load_now();
    printf("\n%-10s %-18s %8s   %-34s %8s\n", "feeds", "program", "entries", "feeds/s, median (min to max)",
           "MB/s");
    for (size_t i = 0; i < 3; i++) {
        measure(&bench, &sets[i]);
        close_set(&sets[i]);
    }
    bench_load end = bench_load_now();
    double all = (double)(end.all_us - begin.all_us);
    printf("\nthe machine was busy for %.0f %% of its processor time, and its host kept %.0f %%\n",
           100 * (double)(end.busy_us - begin.busy_us) / all,
           100 * (double)(end.stolen_us - begin.stolen_us) / all);
    gs_arena_free(&bench.arena);
    bench_scratch_remove(&bench.scratch);
    return 0;
}
