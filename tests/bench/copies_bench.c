// How fast are copies found, as the ingestor finds them, with a million articles remembered?
//
//   fill     sketch and keys of each new article into the store, in transactions of 128
//   look-up  sketch of a text, the texts that share a key, the likeliest of them. Every second text is a
//   copy:
//            the first six tenths of one that is remembered, with a lead of its own
//   take     the same and the new text into the store, in transactions of 128, each fsynced: all that an
//   article
//            costs the ingestor in addition
//   scan     beside it, in the same run: the sketch compared with every sketch, all in memory; and how many
//   of
//            its answers the look-up gives too
//
// Usage: copies_bench [REMEMBERED [DIRECTORY]]
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "source/source.h"
#include "store/store.h"

enum { BATCH = 128, TEXT_WORDS = 400, WHOLE_KEYS = 1, LOOKED_UP = 20000, SCANNED = 100 };

typedef struct copies_run {
    char path[BENCH_PATH];
    gs_store *store;
    gs_arena *arena;
    gs_sketch *sketches; // of all that are remembered
    size_t remembered;
    gs_error error;
} copies_run;

static void must(copies_run *bench, bool done)
{
    if (!done)
        bench_fail("%s", bench->error.message);
}

static uint64_t mix(uint64_t value)
{
    value = (value + 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
    return value ^ value >> 29;
}

// Words first to last of text number `number`: common ones, a new choice of them for each text.
static void add_words(gs_buffer *text, uint64_t number, unsigned first, unsigned last)
{
    for (unsigned i = first; i < last; i++)
        gs_buffer_format(text, "%x ", (unsigned)(mix(number * TEXT_WORDS + i) % 20000 + 4096));
}

static gs_view make_text(gs_buffer *text, size_t number, bool copy, size_t remembered)
{
    gs_buffer_clear(text);
    if (copy) {
        add_words(text, remembered + number, 0, 40);
        add_words(text, mix(number) % remembered, 0, TEXT_WORDS * 6 / 10);
    } else {
        add_words(text, remembered + number, 0, TEXT_WORDS);
    }
    return gs_buffer_view(text);
}

static size_t keys_of(const gs_sketch *sketch, size_t number, uint64_t keys[GS_TEXT_KEYS])
{
    size_t count = 0;
    keys[count++] = UINT64_C(1) << 62 | mix(number) >> 2; // of all words
    for (uint32_t i = 0; i < sketch->count && i < GS_SKETCH_KEYS; i++)
        keys[count++] = sketch->least[i];
    return count;
}

// A copy is put without the keys of its sketch: its original leads to it.
static void put(copies_run *bench, size_t number, const gs_sketch *sketch, bool copy)
{
    uint64_t keys[GS_TEXT_KEYS];
    const size_t all = keys_of(sketch, number, keys), count = copy ? WHOLE_KEYS : all;
    const gs_text text = {
        .article = gs_id_of("bench", gs_view_make(&number, sizeof number), gs_view_of("")),
        .sketch = gs_view_make(sketch, (2 + sketch->count) * sizeof(uint32_t)),
    };
    must(bench, gs_text_put(bench->store, &text, keys, count, number, &bench->error));
}

static void fill(copies_run *bench)
{
    gs_buffer text = {0};
    uint64_t sketch_us = 0;
    const uint64_t began_us = gs_monotonic_us();
    for (size_t i = 0; i < bench->remembered; i++) {
        gs_buffer_clear(&text);
        add_words(&text, i, 0, TEXT_WORDS);
        const uint64_t before_us = gs_monotonic_us();
        gs_sketch_make(gs_buffer_view(&text), &bench->sketches[i]);
        sketch_us += gs_monotonic_us() - before_us;
        if (i % BATCH == 0)
            must(bench, gs_store_begin(bench->store, &bench->error));
        put(bench, i, &bench->sketches[i], false);
        if (i % BATCH == BATCH - 1 || i + 1 == bench->remembered)
            must(bench, gs_store_commit(bench->store, &bench->error));
    }
    const double seconds = (double)(gs_monotonic_us() - began_us) / 1e6;
    printf("fill      %8.0f articles/s with the making of the text; a sketch of %d words takes %.1f us; "
           "store %.0f MB\n",
           (double)bench->remembered / seconds, TEXT_WORDS, (double)sketch_us / (double)bench->remembered,
           (double)gs_store_bytes(bench->store) / 1e6);
    fflush(stdout);
    gs_buffer_free(&text);
}

// The row of the likeliest original; 0 if there is none. Rows count from 1, in the order of putting.
static int64_t look_up(copies_run *bench, const gs_sketch *sketch)
{
    uint64_t keys[GS_TEXT_KEYS];
    gs_text *texts;
    size_t count;
    int64_t row = 0;
    double likeliest = 0;
    gs_arena_reset(bench->arena);
    const size_t key_count = keys_of(sketch, SIZE_MAX / 2, keys);
    must(bench, gs_text_find(bench->store, keys, key_count, bench->arena, &texts, &count, &bench->error));
    for (size_t i = 0; i < count; i++) {
        gs_sketch earlier;
        memcpy(&earlier, texts[i].sketch.data, texts[i].sketch.size);
        const double likeness = gs_sketch_likeness(sketch, &earlier, false);
        if (likeness >= gs_sketch_copy && likeness > likeliest) {
            likeliest = likeness;
            row = texts[i].row;
        }
    }
    return row;
}

static void look_ups(copies_run *bench, bool take)
{
    gs_buffer text = {0};
    gs_sketch sketch;
    uint64_t spent_us = 0;
    size_t found = 0, right = 0;
    const size_t first = take ? LOOKED_UP : 0;
    for (size_t i = 0; i < LOOKED_UP; i++) {
        const bool copy = i % 2 == 1;
        const gs_view view = make_text(&text, first + i, copy, bench->remembered);
        const uint64_t before_us = gs_monotonic_us();
        if (take && i % BATCH == 0)
            must(bench, gs_store_begin(bench->store, &bench->error));
        gs_sketch_make(view, &sketch);
        const int64_t row = look_up(bench, &sketch);
        if (take)
            put(bench, bench->remembered + i, &sketch, row != 0);
        if (take && (i % BATCH == BATCH - 1 || i + 1 == LOOKED_UP))
            must(bench, gs_store_commit(bench->store, &bench->error));
        spent_us += gs_monotonic_us() - before_us;
        found += row != 0;
        right += copy && row == (int64_t)(mix(first + i) % bench->remembered) + 1;
    }
    printf("%-9s %8.0f articles/s; of %d copies %zu found, of them %zu rightly; %zu others marked\n",
           take ? "take" : "look-up", LOOKED_UP / ((double)spent_us / 1e6), LOOKED_UP / 2, found, right,
           found - right);
    fflush(stdout);
    gs_buffer_free(&text);
}

static void scan(copies_run *bench)
{
    gs_buffer text = {0};
    gs_sketch sketch;
    uint64_t spent_us = 0;
    size_t same = 0;
    for (size_t i = 0; i < SCANNED; i++) {
        double likeliest = 0;
        int64_t row = 0;
        gs_sketch_make(make_text(&text, i, i % 2 == 1, bench->remembered), &sketch);
        const uint64_t before_us = gs_monotonic_us();
        for (size_t j = 0; j < bench->remembered; j++) {
            const double likeness = gs_sketch_likeness(&sketch, &bench->sketches[j], false);
            if (likeness >= gs_sketch_copy && likeness > likeliest) {
                likeliest = likeness;
                row = (int64_t)j + 1;
            }
        }
        spent_us += gs_monotonic_us() - before_us;
        same += row == look_up(bench, &sketch);
    }
    printf("scan      %8.1f articles/s in memory; of %d answers the look-up gave %zu as well\n",
           SCANNED / ((double)spent_us / 1e6), SCANNED, same);
    gs_buffer_free(&text);
}

static void remove_store(const copies_run *bench)
{
    static const char *const endings[] = {"", "-wal", "-shm", ".lock"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char name[BENCH_PATH + 8];
        snprintf(name, sizeof name, "%s%s", bench->path, endings[i]);
        unlink(name);
    }
}

int main(int argc, char **argv)
{
    copies_run bench = {.remembered = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000};
    const char *directory = argc > 2 ? argv[2] : "/tmp";
    gs_buffer machine = {0};
    if (bench.remembered == 0)
        bench_fail("usage: copies_bench [REMEMBERED [DIRECTORY]]");
    snprintf(bench.path, sizeof bench.path, "%s/copies_bench-%ld.db", directory, (long)getpid());
    remove_store(&bench);
    bench_machine(directory, &machine);
    printf("%s\n%zu articles of %d words remembered\n", machine.data, bench.remembered, TEXT_WORDS);
    bench.arena = gs_arena_new(0);
    bench.sketches = gs_allocate(bench.remembered * sizeof *bench.sketches);
    bench.store = gs_store_open(bench.path, GS_STORE_INGESTOR, &bench.error);
    must(&bench, bench.store != NULL);
    fill(&bench);
    look_ups(&bench, false);
    scan(&bench);
    look_ups(&bench, true);
    gs_store_close(&bench.store);
    remove_store(&bench);
    gs_arena_free(&bench.arena);
    gs_buffer_free(&machine);
    free(bench.sketches);
    return 0;
}
