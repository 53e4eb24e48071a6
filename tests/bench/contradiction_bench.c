// How fast the index of recent statements is, and the whole ledger with it, as the window grows.
//
//   gainsay extract --json ARTICLES.jsonl >OTHERS.jsonl
//   contradiction [options] OTHERS.jsonl
//
// The crowd of statements (crowd.h) lies packed in memory, as a store would give it, in the order of its
// days. For each size of the window:
//   rebuild    all of them into an empty index, each unpacked first, as at a start
//   insert     the same without unpacking
//   look-up    the first 32 for statements drawn from the crowd; beside it the same by reading every
//              statement of the window, which is what it costs without the index
//   expire     the oldest day of the window, once; and what it frees
//   recall     what the ledger does with each statement of its store at a start
//   snapshot   what the ledger saves at an end and loads at a start instead of recalling
//   ledger     extractions of new articles applied to a ledger that holds the window, in a store in memory:
//              whatever judge is in is what is measured
// One thread, bound to one core; times are processor time, which other work on the machine disturbs little.
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"
#include "contradiction/contradiction.h"
#include "contradiction/index_internal.h"
#include "contradiction/ledger_internal.h"
#include "crowd.h"

enum { SIZES_MAX = 8, CANDIDATES = 32, FIRST_DAY = 20000, QUERIES_MAX = 100000 };

typedef struct index_bench {
    const crowd *others;
    size_t lookups, scans, applied; // of each size
    uint32_t window;
    gs_buffer packed; // of all statements
    size_t *begins;   // of each in packed; one more at the end
    size_t count;
    gs_arena *arena;
    double *times; // of single operations, in microseconds
} index_bench;

// Processor time: other work on the machine disturbs it little.
static uint64_t spent_us(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

static int compare_times(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double quantile(double *times, size_t count, double q)
{
    qsort(times, count, sizeof *times, compare_times);
    size_t at = (size_t)(q * (double)count);
    return times[at < count ? at : count - 1];
}

// ---- the statements --------------------------------------------------------------------------------

typedef struct numbered {
    size_t number;
    char day[12];
} numbered;

static int compare_numbered(const void *a, const void *b)
{
    const numbered *left = a, *right = b;
    int order = strcmp(left->day, right->day);
    return order ? order : (left->number > right->number) - (left->number < right->number);
}

static void pack_all(index_bench *bench, size_t count)
{
    numbered *order = gs_allocate(count * sizeof *order);
    gs_buffer_clear(&bench->packed);
    free(bench->begins);
    bench->begins = gs_allocate((count + 1) * sizeof *bench->begins);
    for (size_t i = 0; i < count; i++) {
        gs_arena_reset(bench->arena);
        order[i].number = i;
        const gs_statement *made = crowd_statement(bench->others, i, FIRST_DAY, bench->window, bench->arena);
        snprintf(order[i].day, sizeof order[i].day, "%s", made->said_on);
    }
    qsort(order, count, sizeof *order, compare_numbered);
    for (size_t i = 0; i < count; i++) {
        gs_arena_reset(bench->arena);
        bench->begins[i] = bench->packed.size;
        gs_statement *made =
            crowd_statement(bench->others, order[i].number, FIRST_DAY, bench->window, bench->arena);
        gs_wire_pack(&made->base, &bench->packed);
    }
    bench->begins[count] = bench->packed.size;
    bench->count = count;
    free(order);
}

static gs_statement *unpacked(const index_bench *bench, size_t i)
{
    gs_error error = {0};
    gs_view bytes = gs_view_slice(gs_buffer_view(&bench->packed), bench->begins[i], bench->begins[i + 1]);
    ProtobufCMessage *message =
        gs_wire_unpack(&gainsay__v1__statement__descriptor, bytes, bench->arena, &error);
    if (!message)
        bench_fail("%s", error.message);
    return (gs_statement *)message;
}

static gs_id id_of(const gs_statement *statement)
{
    gs_id id;
    if (!gs_id_parse(gs_view_of(statement->statement_id), &id))
        bench_fail("%s: not an id", statement->statement_id);
    return id;
}

// ---- the index -------------------------------------------------------------------------------------

static gs_index *measure_rebuild(const index_bench *bench)
{
    gs_index *index = gs_index_new(bench->window);
    double adding = 0;
    uint64_t began = spent_us(), batch_began;
    gs_statement *batch[256];
    for (size_t i = 0; i < bench->count;) {
        size_t size = 0;
        gs_arena_reset(bench->arena);
        for (; size < 256 && i < bench->count; i++)
            batch[size++] = unpacked(bench, i);
        batch_began = spent_us();
        for (size_t b = 0; b < size; b++)
            gs_index_add(index, id_of(batch[b]), batch[b]);
        adding += (double)(spent_us() - batch_began);
    }
    double all = (double)(spent_us() - began);
    printf("  rebuild %9.0f statements/s   insert %9.0f /s   %.0f bytes a statement\n",
           (double)bench->count / all * 1e6, (double)bench->count / adding * 1e6,
           (double)gs_index_bytes(index) / (double)bench->count);
    return index;
}

typedef void search(gs_index *, const gs_statement *, gs_id *, size_t, size_t *);

static void measure_search(const index_bench *bench, gs_index *index, search *find, const char *name,
                           size_t runs)
{
    double sum = 0, found = 0;
    for (size_t i = 0; i < runs; i++) {
        gs_id ids[CANDIDATES];
        size_t count;
        gs_arena_reset(bench->arena);
        // Statements from all over the window, never one twice in a row.
        gs_statement *statement = unpacked(bench, (i * 7919 + 13) % bench->count);
        uint64_t began = spent_us();
        find(index, statement, ids, CANDIDATES, &count);
        bench->times[i] = (double)(spent_us() - began);
        sum += bench->times[i];
        found += (double)count;
    }
    printf("  %-9s mean %8.0f us   p50 %8.0f   p99 %8.0f   slowest %8.0f   (%zu, %.1f found each)\n", name,
           sum / (double)runs, quantile(bench->times, runs, 0.5), quantile(bench->times, runs, 0.99),
           quantile(bench->times, runs, 1), runs, found / (double)runs);
}

static void measure_expiry(const index_bench *bench, gs_index *index)
{
    size_t before = gs_index_size(index), bytes = gs_index_bytes(index);
    uint64_t began = spent_us(), slowest = 0;
    // The newest day is the window's last; a statement of a later one lets the oldest go.
    for (uint32_t day = 1; day <= bench->window / 2; day++) {
        gs_statement statement = GAINSAY__V1__STATEMENT__INIT;
        char time[GS_TIME_TEXT];
        gs_time_text((uint64_t)(FIRST_DAY + bench->window + day) * 86400 * 1000000, time);
        statement.said_on = time;
        statement.said_on[10] = '\0';
        uint64_t one = spent_us();
        gs_index_add(index, gs_id_of("day", gs_view_make(&day, sizeof day), gs_view_of("")), &statement);
        gs_index_expire(index, FIRST_DAY + day);
        one = spent_us() - one;
        slowest = one > slowest ? one : slowest;
    }
    double all = (double)(spent_us() - began);
    size_t gone = before - gs_index_size(index);
    printf("  expire    %9.0f statements/s   slowest day %.1f ms   %zu gone, bytes %.2f of before\n",
           (double)gone / all * 1e6, (double)slowest / 1e3, gone,
           (double)gs_index_bytes(index) / (double)bytes);
}

// ---- the ledger ------------------------------------------------------------------------------------

// New articles: statements of the crowd behind those that the window holds, an article at a time.
static gs_extraction *next_article(const index_bench *bench, size_t *number, gs_arena *arena)
{
    gs_extraction *extraction = gs_arena_alloc(arena, sizeof *extraction);
    gainsay__v1__extraction__init(extraction);
    extraction->article = gs_arena_alloc(arena, sizeof *extraction->article);
    gainsay__v1__article__init(extraction->article);
    extraction->statements = gs_arena_alloc(arena, 64 * sizeof *extraction->statements);
    while (extraction->n_statements < 64) {
        gs_statement *made =
            crowd_statement(bench->others, *number, FIRST_DAY + (int64_t)bench->window - 1, 1, arena);
        if (extraction->n_statements > 0 &&
            strcmp(made->article_id, extraction->statements[0]->article_id) != 0)
            break;
        extraction->statements[extraction->n_statements++] = made;
        (*number)++;
    }
    extraction->article->article_id = extraction->statements[0]->article_id;
    extraction->article->published = extraction->statements[0]->published;
    return extraction;
}

static bool append(void *context, const void *data, size_t size)
{
    gs_buffer_append(context, data, size);
    return true;
}

static void measure_snapshot(const index_bench *bench, const gs_ledger *ledger, const gs_ledger_store *store)
{
    gs_buffer saved = {0};
    gs_error error = {0};
    uint64_t began = spent_us();
    gs_ledger_save(ledger, gs_view_of("bench"), append, &saved);
    double saving = (double)(spent_us() - began);
    gs_ledger *loaded = gs_ledger_new(store, NULL, bench->window, 0.5);
    began = spent_us();
    if (!gs_ledger_load(loaded, gs_buffer_view(&saved), &error))
        bench_fail("%s", error.message);
    double loading = (double)(spent_us() - began);
    printf("  snapshot  saved %8.0f statements/s, loaded %8.0f /s, %.0f bytes a statement (from memory to "
           "memory)\n",
           (double)bench->count / saving * 1e6, (double)bench->count / loading * 1e6,
           (double)saved.size / (double)bench->count);
    gs_ledger_free(&loaded);
    gs_buffer_free(&saved);
}

static void measure_ledger(const index_bench *bench)
{
    gs_error error = {0};
    gs_memory_store *memory = gs_memory_store_new(NULL, NULL);
    gs_ledger_store store = gs_memory_store_functions(memory);
    gs_model *model = gs_model_open(NULL, &error);
    gs_judge *judge = model ? gs_judge_new(model, &error) : NULL;
    if (!judge)
        bench_fail("%s", error.message);
    gs_ledger *ledger = gs_ledger_new(&store, judge, bench->window, 0.5);
    gs_arena *arena = gs_arena_new(0);
    double recalling = 0;
    for (size_t i = 0; i < bench->count; i++) {
        gs_arena_reset(bench->arena);
        gs_statement *statement = unpacked(bench, i);
        if (!store.statement_put(store.context, id_of(statement), statement, &error))
            bench_fail("%s", error.message);
        uint64_t began = spent_us();
        gs_ledger_recall(ledger, statement);
        recalling += (double)(spent_us() - began) / 1e6;
    }
    size_t bytes = gs_index_bytes(gs_ledger_index(ledger)) + cd_utterances_bytes(ledger->utterances);
    printf("  recall    %9.0f statements/s without unpacking; index and utterances, %.0f bytes a statement\n",
           (double)bench->count / recalling, (double)bytes / (double)bench->count);
    measure_snapshot(bench, ledger, &store);
    size_t number = bench->count, applied = 0;
    double seconds = 0;
    while (applied < bench->applied) {
        gs_arena_reset(arena);
        gs_extraction *extraction = next_article(bench, &number, arena);
        uint64_t began = spent_us();
        if (!gs_ledger_apply(ledger, extraction, false, arena, &error))
            bench_fail("%s", error.message);
        seconds += (double)(spent_us() - began) / 1e6;
        applied += extraction->n_statements;
    }
    size_t contradictions;
    gs_arena_reset(arena);
    gs_memory_store_list(memory, GS_MEMORY_CONTRADICTIONS, arena, &contradictions);
    printf("  ledger    %9.0f statements/s   (%zu applied, %zu contradictions)\n", (double)applied / seconds,
           applied, contradictions);
    gs_arena_free(&arena);
    gs_ledger_free(&ledger);
    gs_judge_free(&judge);
    gs_model_close(&model);
    gs_memory_store_free(&memory);
}

static void measure(index_bench *bench, size_t count, bool ledger)
{
    pack_all(bench, count);
    printf("%zu statements in a window of %u days, %.0f bytes each as messages\n", count, bench->window,
           (double)bench->packed.size / (double)count);
    gs_index *index = measure_rebuild(bench);
    measure_search(bench, index, gs_index_find, "look-up", bench->lookups);
    measure_search(bench, index, cd_index_scan, "read all", bench->scans);
    measure_expiry(bench, index);
    gs_index_free(&index);
    if (ledger)
        measure_ledger(bench);
    fflush(stdout);
}

static size_t read_sizes(char *list, size_t sizes[SIZES_MAX])
{
    size_t count = 0;
    for (char *word = strtok(list, ","); word && count < SIZES_MAX; word = strtok(NULL, ","))
        if ((sizes[count] = strtoul(word, NULL, 10)) > 0)
            count++;
    return count;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"sizes", 1, NULL, 's'},
                                            {"window", 1, NULL, 'w'},
                                            {"lookups", 1, NULL, 'l'},
                                            {"scans", 1, NULL, 'r'},
                                            {"applied", 1, NULL, 'a'},
                                            {"no-ledger", 0, NULL, 'n'},
                                            {0}};
    index_bench bench = {.lookups = 5000, .scans = 20, .applied = 2000, .window = 90};
    size_t sizes[SIZES_MAX] = {10000, 100000, 1000000}, size_count = 3;
    bool ledger = true;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        size_t number = optarg ? strtoul(optarg, NULL, 10) : 0;
        if (option == '?')
            return 2;
        size_count = option == 's' ? read_sizes(optarg, sizes) : size_count;
        bench.window = option == 'w' ? (uint32_t)number : bench.window;
        bench.lookups = option == 'l' ? number : bench.lookups;
        bench.scans = option == 'r' ? number : bench.scans;
        bench.applied = option == 'a' ? number : bench.applied;
        ledger &= option != 'n';
    }
    if (argc - optind != 1 || size_count == 0 || bench.window < 2 || bench.lookups < 1 || bench.scans < 1 ||
        bench.lookups > QUERIES_MAX || bench.scans > QUERIES_MAX)
        bench_fail(
            "usage: contradiction [--sizes N,N,…] [--window DAYS] [--lookups N] [--scans N] [--applied N] "
            "[--no-ledger] OTHERS.jsonl, which gainsay extract --json printed");
    bench_bind_core();
    crowd *others = crowd_open(argv[optind]);
    bench.others = others;
    bench.arena = gs_arena_new(0);
    bench.times = gs_allocate(QUERIES_MAX * sizeof *bench.times);
    for (size_t i = 0; i < size_count; i++)
        measure(&bench, sizes[i], ledger);
    gs_buffer_free(&bench.packed);
    free(bench.begins);
    free(bench.times);
    gs_arena_free(&bench.arena);
    crowd_close(&others);
    return 0;
}
