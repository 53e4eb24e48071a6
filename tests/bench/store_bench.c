// How fast is the store? Both halves of the pipeline as the daemons drive it, every commit fsynced.
//
//   ingestor    one transaction: N new articles (seen check, outbox add of 4 KB) and the removal of the N
//               that came before them
//   aggregator  one transaction: N articles, each with one statement, its report and its event (~500 bytes)
//
// Prints articles a second, processor time an article (which other load on the machine disturbs little) and
// the time of a commit, for batches of 64, 256 and 512, on a store that grows as it would in a real run.
// Usage: store_bench [ARTICLES [DIRECTORY]]
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/store.h"

enum { PAYLOAD_BYTES = 4096, TEXT_BYTES = 150 };

typedef struct store_run {
    const char *directory;
    char path[512];
    size_t articles;
    gs_store *store;
    gs_histogram commits;
    clock_t cpu; // of this process when the run began
    gs_error error;
} store_run;

static void stop(const store_run *bench)
{
    fprintf(stderr, "store_bench: %s\n", bench->error.message);
    exit(1);
}

static void must(const store_run *bench, bool done)
{
    if (!done)
        stop(bench);
}

static void remove_store(const store_run *bench)
{
    const char *const endings[] = {"", "-wal", "-shm", ".lock"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char name[sizeof bench->path + 8];
        snprintf(name, sizeof name, "%s%s", bench->path, endings[i]);
        unlink(name);
    }
}

static void start(store_run *bench, gs_store_kind kind)
{
    snprintf(bench->path, sizeof bench->path, "%s/store_bench-%ld.db", bench->directory, (long)getpid());
    remove_store(bench);
    bench->store = gs_store_open(bench->path, kind, &bench->error);
    must(bench, bench->store != NULL);
    gs_histogram_reset(&bench->commits);
    bench->cpu = clock();
}

static void begin(store_run *bench)
{
    must(bench, gs_store_begin(bench->store, &bench->error));
}

static void commit(store_run *bench)
{
    uint64_t before = gs_monotonic_us();
    must(bench, gs_store_commit(bench->store, &bench->error));
    gs_histogram_add(&bench->commits, gs_monotonic_us() - before);
}

static void report(store_run *bench, const char *name, size_t batch, uint64_t began_us)
{
    double seconds = (double)(gs_monotonic_us() - began_us) / 1e6;
    printf("%-10s batch %4zu  %8.0f articles/s  %5.1f us CPU each   commit p50 %6.2f ms  p99 %6.2f ms  max "
           "%6.2f ms   store "
           "%4.0f MB\n",
           name, batch, (double)bench->articles / seconds,
           (double)(clock() - bench->cpu) / CLOCKS_PER_SEC * 1e6 / (double)bench->articles,
           (double)gs_histogram_quantile(&bench->commits, 0.5) / 1e3,
           (double)gs_histogram_quantile(&bench->commits, 0.99) / 1e3, (double)bench->commits.max / 1e3,
           (double)gs_store_bytes(bench->store) / 1e6);
    fflush(stdout);
    gs_store_close(&bench->store);
    remove_store(bench);
}

static gs_id number_id(const char *label, size_t number)
{
    return gs_id_of(label, gs_view_make(&number, sizeof number), gs_view_of(""));
}

static void ingest_batch(store_run *bench, const gs_id *ids, size_t batch, gs_view payload)
{
    for (size_t i = 0; i < batch; i++) {
        gs_seen seen;
        uint32_t revision;
        must(bench,
             gs_seen_check(bench->store, ids[i], ids[i], gs_unix_us(), &seen, &revision, &bench->error));
        must(bench, gs_outbox_add(bench->store, ids[i], payload, &bench->error));
    }
}

static void run_ingestor(store_run *bench, size_t batch)
{
    static char text[PAYLOAD_BYTES];
    memset(text, 'x', sizeof text);
    gs_id *ids = gs_allocate(2 * batch * sizeof *ids);
    gs_id *older = ids + batch;
    start(bench, GS_STORE_INGESTOR);
    uint64_t began_us = gs_monotonic_us();
    for (size_t done = 0; done < bench->articles; done += batch) {
        for (size_t i = 0; i < batch; i++)
            ids[i] = number_id("article", done + i);
        begin(bench);
        ingest_batch(bench, ids, batch, gs_view_make(text, sizeof text));
        if (done > 0)
            must(bench, gs_outbox_remove(bench->store, older, batch, &bench->error));
        commit(bench);
        memcpy(older, ids, batch * sizeof *ids);
    }
    report(bench, "ingestor", batch, began_us);
    free(ids);
}

static void aggregate_one(store_run *bench, size_t number, gs_statement *statement)
{
    char article[GS_ID_TEXT], text[GS_ID_TEXT];
    gs_article_row row = {.content = number_id("article", number), .ingested_us = gs_unix_us()};
    gs_id id = number_id("statement", number);
    gs_id_text(row.content, article);
    gs_id_text(id, text);
    statement->statement_id = text;
    statement->article_id = article;
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_STATEMENT;
    event.statement = statement;
    event.topic = "statement/CN/";
    must(bench, gs_article_put(bench->store, article, &row, row.ingested_us, &bench->error));
    must(bench, gs_statement_put(bench->store, id, statement, row.ingested_us, &bench->error));
    must(bench, gs_report_add(bench->store, article, id, &bench->error));
    must(bench, gs_feed_append(bench->store, &event, NULL, &bench->error));
}

static void run_aggregator(store_run *bench, size_t batch)
{
    static char words[TEXT_BYTES + 1];
    memset(words, 'w', TEXT_BYTES);
    gs_speaker speaker = GAINSAY__V1__SPEAKER__INIT;
    speaker.name = "Spokesperson Somebody";
    speaker.role = "Foreign Ministry spokesperson";
    speaker.country = "CN";
    gs_statement statement = GAINSAY__V1__STATEMENT__INIT;
    statement.speaker = &speaker;
    statement.text = words;
    statement.url = "https://news.example/2025/04/25/a-headline-that-is-not-short.html";
    statement.publisher = "Example News Agency";
    statement.title = "A headline of the usual length, with a name and a verb in it";
    statement.published = "2025-04-25T10:00:00+08:00";
    statement.said_on = "2025-04-25";
    statement.cue_text = "said";
    start(bench, GS_STORE_AGGREGATOR);
    uint64_t began_us = gs_monotonic_us();
    for (size_t done = 0; done < bench->articles; done += batch) {
        begin(bench);
        for (size_t i = 0; i < batch; i++)
            aggregate_one(bench, done + i, &statement);
        commit(bench);
    }
    report(bench, "aggregator", batch, began_us);
}

int main(int argc, char **argv)
{
    static const size_t batches[] = {64, 256, 512};
    store_run bench = {.directory = argc > 2 ? argv[2] : ".", .articles = 100000};
    if (argc > 1)
        bench.articles = (size_t)strtoul(argv[1], NULL, 10);
    if (bench.articles < 1024 || argc > 3) {
        fprintf(stderr, "usage: store_bench [ARTICLES (at least 1024) [DIRECTORY]]\n");
        return 2;
    }
    for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++)
        run_ingestor(&bench, batches[i]);
    for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++)
        run_aggregator(&bench, batches[i]);
    return 0;
}
