// extract: how fast articles become statements, on one core.
//
// Reads the articles of JSON Lines files one by one, as a worker does: one extractor, one arena that is reset
// for each, one thread bound to one core. They lie in memory, ready to be read, before the clock runs, and a
// first pass warms up and is not counted. Tokens are those of our own language engine, counted once and
// aside.
//
// With --peers, compromise looks for the quotations of the same texts on the same core afterwards. It finds
// no speakers and nothing that stands outside quotation marks; it is compared by the time the texts take.
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "source/source.h"
#include "statement/statement.h"

static const char USAGE[] =
    "usage: extract [options] FILE…\n"
    "  FILE…             JSON Lines, an article with a \"text\" a line\n"
    "  --articles N      the first N articles of all (default: every one)\n"
    "  --runs N          counted passes over all articles (5)\n"
    "  --model FILE      the language model ($GAINSAY_MODEL, or where gainsay finds it)\n"
    "  --peers           compromise beside it, in the same run\n"
    "  --peers-dir DIR   holds node_modules (" EXTRACT_PEERS_DIRECTORY ")\n";

typedef struct extract_bench {
    const char *model_path;
    size_t runs, most; // counted passes; articles at most
    bool peers;
    const char *peers_directory;
    char **files; // borrowed, NULL-terminated
    gs_model *model;
    gs_extractor *extractor;
    gs_arena *kept; // what the articles live in
    gs_article **articles;
    size_t article_count, capacity;
    double bytes, tokens; // of all texts
} extract_bench;

// ---- articles

static void keep_article(extract_bench *bench, gs_article *article)
{
    if (bench->article_count == bench->capacity) {
        bench->capacity = bench->capacity > 0 ? 2 * bench->capacity : 64;
        bench->articles = gs_reallocate(bench->articles, bench->capacity * sizeof(gs_article *));
    }
    bench->articles[bench->article_count++] = article;
    bench->bytes += (double)strlen(article->text);
}

// Articles of a page's HTML alone are left out, as the peer cannot read them.
static bool take_line(extract_bench *bench, gs_view line, gs_error *error)
{
    if (gs_view_trim(line).size == 0)
        return true;
    gs_article *article = gs_article_from_json(line, bench->kept, error);
    if (!article || !gs_article_finish(article, "bench", true, 0, bench->kept, error))
        return false;
    if (gs_view_find(line, gs_view_of("\"text\""), 0) != SIZE_MAX)
        keep_article(bench, article);
    return true;
}

static void read_file(extract_bench *bench, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        bench_fail("%s: %s", path, strerror(errno));
    gs_lines *lines = gs_lines_new(fd, 0, 0);
    while (bench->article_count < bench->most) {
        gs_view line;
        gs_error error = {0};
        gs_line_result result = gs_lines_next(lines, true, &line, &error);
        if (result == GS_LINE_END)
            break;
        if (result == GS_LINE_ERROR || (result == GS_LINE_OK && !take_line(bench, line, &error)))
            bench_fail("%s:%zu: %s", path, (size_t)gs_lines_number(lines), error.message);
    }
    gs_lines_free(&lines);
    close(fd);
}

static void count_tokens(extract_bench *bench, gs_arena *arena)
{
    gs_error error = {0};
    gs_lang *lang = gs_lang_new(bench->model, &error);
    if (!lang)
        bench_fail("%s", error.message);
    for (size_t i = 0; i < bench->article_count; i++) {
        gs_arena_reset(arena);
        gs_view text = gs_view_of(bench->articles[i]->text);
        bench->tokens += (double)gs_lang_parse(lang, text, GS_LANG_PARAGRAPHS, arena)->word_count;
    }
    gs_lang_free(&lang);
}

// ---- passes

static bench_pass read_all(const extract_bench *bench, gs_arena *arena)
{
    bench_pass pass = {0};
    uint64_t begin = gs_monotonic_us();
    for (size_t i = 0; i < bench->article_count; i++) {
        gs_arena_reset(arena);
        pass.found += (double)gs_extract(bench->extractor, bench->articles[i], NULL, arena)->n_statements;
    }
    pass.seconds = (double)(gs_monotonic_us() - begin) / 1e6;
    return pass;
}

static void measure(const extract_bench *bench, gs_arena *arena, bench_figures *figures)
{
    read_all(bench, arena);
    for (size_t run = 0; run < bench->runs; run++)
        figures->passes[figures->count++] = read_all(bench, arena);
    bench_figures_sort(figures);
}

// NULL, or why there are no figures.
static const char *measure_peer(const extract_bench *bench, bench_figures *figures)
{
    static const char missing[] =
        "not installed (node.js, and npm install --prefix DIR compromise, DIR as in --peers-dir)";
    if (!bench_has_file(bench->peers_directory, "node_modules/compromise/package.json"))
        return missing;
    char runs[24], articles[24];
    snprintf(runs, sizeof runs, "%zu", bench->runs);
    snprintf(articles, sizeof articles, "%zu", bench->article_count);
    const char *words[] = {"node", EXTRACT_PEERS_SOURCE "/compromise_quotes.mjs", bench->peers_directory,
                           runs, articles};
    bench_command command = {0};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        bench_command_add(&command, words[i]);
    for (size_t i = 0; bench->files[i]; i++)
        bench_command_add(&command, bench->files[i]);
    int status = bench_command_run(&command, figures);
    bench_command_free(&command);
    bench_figures_sort(figures);
    if (status == 0 && figures->count == bench->runs)
        return NULL;
    return status == 127 ? missing : "it failed; what it said stands above";
}

// ---- the table

static double median_seconds(const bench_figures *figures)
{
    return figures->passes[figures->count / 2].seconds;
}

static void print_row(const extract_bench *bench, const char *name, const char *finds,
                      const bench_figures *figures)
{
    char range[64];
    double median = median_seconds(figures);
    snprintf(range, sizeof range, "%.0f (%.0f to %.0f)", bench->tokens / median,
             bench->tokens / figures->passes[0].seconds,
             bench->tokens / figures->passes[figures->count - 1].seconds);
    printf("%-20s %-36s %8.0f   %-34s %10.1f", name, finds, figures->passes[0].found, range,
           (double)bench->article_count / median);
}

static void compare(const extract_bench *bench, const bench_figures *own)
{
    bench_figures *figures = gs_allocate(sizeof *figures);
    const char *why = measure_peer(bench, figures);
    if (why) {
        printf("%-20s no figures: %s\n", "compromise (node.js)", why);
    } else {
        print_row(bench, "compromise (node.js)", "quotations", figures);
        printf("   gainsay takes %.2f of its time\n", median_seconds(own) / median_seconds(figures));
    }
    free(figures);
}

// ---- options

static size_t number_of(const char *option, const char *text, size_t most)
{
    char *end = NULL;
    unsigned long long number = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || number == 0 || number > most)
        bench_fail("--%s: expected a number from 1 to %zu, got '%s'", option, most, text);
    return (size_t)number;
}

static void read_options(extract_bench *bench, int argc, char **argv)
{
    enum { ARTICLES, RUNS, MODEL, PEERS, PEERS_DIR, HELP };
    enum { MOST_ARTICLES = 1000000 };
    static const struct option names[] = {{"articles", required_argument, NULL, ARTICLES},
                                          {"runs", required_argument, NULL, RUNS},
                                          {"model", required_argument, NULL, MODEL},
                                          {"peers", no_argument, NULL, PEERS},
                                          {"peers-dir", required_argument, NULL, PEERS_DIR},
                                          {"help", no_argument, NULL, HELP},
                                          {NULL, 0, NULL, 0}};
    bench->most = MOST_ARTICLES;
    int option = 0;
    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (option) {
        case ARTICLES:
            bench->most = number_of("articles", optarg, MOST_ARTICLES);
            break;
        case RUNS:
            bench->runs = number_of("runs", optarg, BENCH_PASSES);
            break;
        case MODEL:
            bench->model_path = optarg;
            break;
        case PEERS:
            bench->peers = true;
            break;
        case PEERS_DIR:
            bench->peers_directory = optarg;
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
}

static void prepare(extract_bench *bench, gs_arena *arena)
{
    gs_error error = {0};
    bench->model = gs_model_open(bench->model_path, &error);
    bench->extractor = bench->model ? gs_extractor_new(bench->model, &error) : NULL;
    if (!bench->extractor)
        bench_fail("%s", error.message);
    bench->kept = gs_arena_new(0);
    for (size_t i = 0; bench->files[i]; i++)
        read_file(bench, bench->files[i]);
    if (bench->article_count == 0)
        bench_fail("no article with a text in these files");
    count_tokens(bench, arena);
    printf("articles: %zu, of %.0f KB and %.0f tokens together\n", bench->article_count, bench->bytes / 1e3,
           bench->tokens);
}

int main(int argc, char **argv)
{
    extract_bench bench = {.runs = 5, .peers_directory = EXTRACT_PEERS_DIRECTORY};
    read_options(&bench, argc, argv);
    setvbuf(stdout, NULL, _IOLBF, 0);
    bench_bind_core();
    gs_arena *arena = gs_arena_new(0);
    prepare(&bench, arena);
    bench_load begin = bench_load_now();
    bench_figures *own = gs_allocate(sizeof *own);
    measure(&bench, arena, own);
    printf("\n%-20s %-36s %8s   %-34s %10s\n", "program", "finds", "found", "tokens/s, median (min to max)",
           "articles/s");
    print_row(&bench, "gainsay", "statements with speaker, date, topic", own);
    printf("\n");
    if (bench.peers)
        compare(&bench, own);
    bench_load end = bench_load_now();
    double all = (double)(end.all_us - begin.all_us);
    printf("\nthe machine was busy for %.0f %% of its processor time, and its host kept %.0f %%\n",
           100 * (double)(end.busy_us - begin.busy_us) / all,
           100 * (double)(end.stolen_us - begin.stolen_us) / all);
    free(own);
    free(bench.articles);
    gs_arena_free(&arena);
    gs_arena_free(&bench.kept);
    gs_extractor_free(&bench.extractor);
    gs_model_close(&bench.model);
    return 0;
}
