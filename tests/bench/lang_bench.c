// lang: how fast the language room reads, and in how much memory.
//
// Reads the texts that the operands name one by one, as a worker does: one gs_lang, one arena that is reset
// for each document, one thread bound to one core. A first pass warms up and is not counted.
//
// Memory is told without the model's file mapping, which all workers of a machine share: the kernel counts
// it apart (RssFile in /proc/self/status). The texts lie in memory before the first reading of it is taken.
//
// With --peers, OpenNLP and compromise read the same files on the same core afterwards. Every program cuts
// tokens in its own way, so they are compared by the time that the same text takes.
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "lang/lang.h"
#include "lang_bench.h"

enum { OPENS = 9 };

static const char USAGE[] =
    "usage: lang [options] FILE…\n"
    "  FILE…             plain text, a blank line between paragraphs\n"
    "  --model FILE      the language model ($GAINSAY_MODEL, or where gainsay finds it)\n"
    "  --runs N          counted passes over all files (5)\n"
    "  --peers           OpenNLP and compromise beside it, in the same run\n"
    "  --peers-dir DIR   node_modules, and OpenNLP's models once they are trained (" LANG_PEERS_DIRECTORY
    ")\n"
    "  --corpus FILE     CoNLL-U to train OpenNLP's models on, the first time: UD English EWT, train\n";

typedef struct lang_bench {
    const char *model_path;
    size_t runs;
    bool peers;
    lang_peers_place place;
    char **files; // borrowed, NULL-terminated
    size_t file_count;
    gs_buffer *texts; // one a file
    double bytes;     // of all texts
} lang_bench;

// ---- memory

typedef struct memory {
    double peak;          // MB resident at the worst moment so far, the mapping too
    double own;           // MB now that are no mapping of a file
    double shared, other; // MB now: mapped files; shared memory that is no file
} memory;

static double status_mb(const char *text, const char *field)
{
    const char *at = strstr(text, field);
    unsigned long long kilobytes = 0;
    if (!at || sscanf(at + strlen(field), ": %llu kB", &kilobytes) != 1)
        bench_fail("/proc/self/status: no %s", field);
    return (double)kilobytes * 1024 / 1e6;
}

static memory memory_now(void)
{
    char text[8192];
    FILE *in = fopen("/proc/self/status", "r");
    if (!in)
        bench_fail("/proc/self/status: %s", strerror(errno));
    text[fread(text, 1, sizeof text - 1, in)] = '\0';
    fclose(in);
    return (memory){.peak = status_mb(text, "VmHWM"),
                    .own = status_mb(text, "RssAnon"),
                    .shared = status_mb(text, "RssFile"),
                    .other = status_mb(text, "RssShmem")};
}

// ---- passes

// watched NULL, or takes the most of own memory that was seen after a document.
static bench_pass read_all(const lang_bench *bench, gs_lang *lang, gs_arena *arena, double *watched)
{
    bench_pass pass = {0};
    uint64_t begin = gs_monotonic_us();
    for (size_t i = 0; i < bench->file_count; i++) {
        gs_arena_reset(arena);
        const gs_parse *parse =
            gs_lang_parse(lang, gs_buffer_view(&bench->texts[i]), GS_LANG_PARAGRAPHS, arena);
        pass.found += (double)parse->word_count;
        if (watched) {
            double own = memory_now().own;
            *watched = own > *watched ? own : *watched;
        }
    }
    pass.seconds = (double)(gs_monotonic_us() - begin) / 1e6;
    return pass;
}

static int by_number(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static gs_model *open_model(const lang_bench *bench)
{
    gs_error error = {0};
    double took[OPENS];
    gs_model *model = NULL;
    for (size_t i = 0; i < OPENS; i++) {
        gs_model_close(&model);
        uint64_t begin = gs_monotonic_us();
        model = gs_model_open(bench->model_path, &error);
        took[i] = (double)(gs_monotonic_us() - begin) / 1e3;
        if (!model)
            bench_fail("%s", error.message);
    }
    double first = took[0];
    qsort(took, OPENS, sizeof took[0], by_number);
    printf("model: opened and checked in %.1f ms (%.1f to %.1f, %d times; the first took %.1f)\n",
           took[OPENS / 2], took[0], took[OPENS - 1], OPENS, first);
    return model;
}

// Prints the memory and leaves the figures.
static void measure(const lang_bench *bench, bench_figures *figures)
{
    gs_error error = {0};
    memory before = memory_now();
    gs_model *model = open_model(bench);
    uint64_t begin = gs_monotonic_us();
    gs_lang *lang = gs_lang_new(model, &error);
    if (!lang)
        bench_fail("%s", error.message);
    double context_ms = (double)(gs_monotonic_us() - begin) / 1e3;
    memory ready = memory_now();
    gs_arena *arena = gs_arena_new(0);

    double own = 0;
    read_all(bench, lang, arena, &own);
    memory after = memory_now();
    double peak = after.peak - after.shared - after.other;
    own = peak > own ? peak : own;
    printf("context: made in %.1f ms, takes %.1f MB\n", context_ms, ready.own - before.own);
    printf("memory: at most %.1f MB beyond the shared model while reading, of them %.1f MB before it was "
           "opened; mapped and shared: %.1f MB\n",
           own, before.own, after.shared);

    for (size_t run = 0; run < bench->runs; run++)
        figures->passes[figures->count++] = read_all(bench, lang, arena, NULL);
    bench_figures_sort(figures);
    gs_arena_free(&arena);
    gs_lang_free(&lang);
    gs_model_close(&model);
}

// ---- the table

static double rate(const bench_pass *pass)
{
    return pass->found / pass->seconds;
}

static void print_row(const lang_bench *bench, const char *name, const char *reads,
                      const bench_figures *figures, double own_seconds)
{
    const bench_pass *median = &figures->passes[figures->count / 2];
    char range[64];
    snprintf(range, sizeof range, "%.0f (%.0f to %.0f)", rate(median), rate(&figures->passes[0]),
             rate(&figures->passes[figures->count - 1]));
    printf("%-20s %-46s %8.0f   %-30s %8.0f", name, reads, median->found, range,
           bench->bytes / median->seconds / 1e3);
    if (own_seconds > 0)
        printf("   gainsay is %.2f of it", median->seconds / own_seconds);
    printf("\n");
}

static void compare(const lang_bench *bench, const bench_figures *own)
{
    double own_seconds = own->passes[own->count / 2].seconds;
    for (size_t i = 0; i < LANG_PEER_COUNT; i++) {
        bench_figures *figures = gs_allocate(sizeof *figures);
        const char *why = NULL;
        lang_peer_run(i, &bench->place, bench->runs, bench->files, figures, &why);
        bench_figures_sort(figures);
        if (figures->count > 0)
            print_row(bench, LANG_PEERS[i].name, LANG_PEERS[i].reads, figures, own_seconds);
        else
            printf("%-20s no figures: %s\n", LANG_PEERS[i].name, why);
        free(figures);
    }
}

// ---- options and texts

static void read_options(lang_bench *bench, int argc, char **argv)
{
    enum { MODEL, RUNS, PEERS, PEERS_DIR, CORPUS, HELP };
    static const struct option names[] = {{"model", required_argument, NULL, MODEL},
                                          {"runs", required_argument, NULL, RUNS},
                                          {"peers", no_argument, NULL, PEERS},
                                          {"peers-dir", required_argument, NULL, PEERS_DIR},
                                          {"corpus", required_argument, NULL, CORPUS},
                                          {"help", no_argument, NULL, HELP},
                                          {NULL, 0, NULL, 0}};
    char *end = NULL;
    int option = 0;
    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (option) {
        case MODEL:
            bench->model_path = optarg;
            break;
        case RUNS:
            bench->runs = strtoul(optarg, &end, 10);
            if (*optarg == '\0' || *end != '\0' || bench->runs == 0 || bench->runs > BENCH_PASSES)
                bench_fail("--runs: expected a number from 1 to %d, got '%s'", BENCH_PASSES, optarg);
            break;
        case PEERS:
            bench->peers = true;
            break;
        case PEERS_DIR:
            bench->place.directory = optarg;
            break;
        case CORPUS:
            bench->place.corpus = optarg;
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
    bench->files = argv + optind;
    bench->file_count = (size_t)(argc - optind);
}

// scratch takes the bytes first, so that text has no more room than it needs.
static void read_file(const char *path, gs_buffer *scratch, gs_buffer *text)
{
    enum { STEP = 64 * 1024 };
    FILE *in = fopen(path, "r");
    if (!in)
        bench_fail("%s: %s", path, strerror(errno));
    gs_buffer_clear(scratch);
    size_t size = 1;
    while (size > 0 && scratch->size <= GS_LIMIT_FILE_BYTES) {
        gs_buffer_reserve(scratch, STEP);
        size = fread(scratch->data + scratch->size, 1, STEP, in);
        scratch->size += size;
    }
    if (ferror(in))
        bench_fail("%s: cannot read", path);
    if (scratch->size > GS_LIMIT_FILE_BYTES)
        bench_fail("%s: more than %d bytes", path, GS_LIMIT_FILE_BYTES);
    gs_buffer_append(text, scratch->data, scratch->size);
    fclose(in);
}

static void read_texts(lang_bench *bench)
{
    bench->texts = gs_allocate(bench->file_count * sizeof *bench->texts);
    gs_buffer scratch = {0};
    size_t longest = 0;
    for (size_t i = 0; i < bench->file_count; i++) {
        read_file(bench->files[i], &scratch, &bench->texts[i]);
        bench->bytes += (double)bench->texts[i].size;
        longest = bench->texts[i].size > longest ? bench->texts[i].size : longest;
    }
    gs_buffer_free(&scratch);
    printf("texts: %zu of %.0f KB together, the longest of %.1f KB\n", bench->file_count, bench->bytes / 1e3,
           (double)longest / 1e3);
}

int main(int argc, char **argv)
{
    lang_bench bench = {.runs = 5, .place = {.directory = LANG_PEERS_DIRECTORY}};
    read_options(&bench, argc, argv);
    setvbuf(stdout, NULL, _IOLBF, 0);
    bench_bind_core();
    read_texts(&bench);
    bench_load begin = bench_load_now();
    bench_figures *figures = gs_allocate(sizeof *figures);
    measure(&bench, figures);
    printf("\n%-20s %-46s %8s   %-30s %8s\n", "program", "finds", "tokens", "tokens/s, median (min to max)",
           "KB/s");
    print_row(&bench, "gainsay", "sentences, words, tags, lemmas, syntax, names", figures, 0);
    if (bench.peers)
        compare(&bench, figures);
    bench_load end = bench_load_now();
    double all = (double)(end.all_us - begin.all_us);
    printf("\nthe machine was busy for %.0f %% of its processor time, and its host kept %.0f %%\n",
           100 * (double)(end.busy_us - begin.busy_us) / all,
           100 * (double)(end.stolen_us - begin.stolen_us) / all);
    for (size_t i = 0; i < bench.file_count; i++)
        gs_buffer_free(&bench.texts[i]);
    free(bench.texts);
    free(figures);
    return 0;
}
