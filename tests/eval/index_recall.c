// How many of the annotated contradictions the index finds: for each pair, is the earlier statement among the
// first candidates of the later one, with a crowd of other statements in the window?
//
//   gainsay extract --json OTHER_ARTICLES.jsonl >OTHERS.jsonl
//   index_recall [options] DIR OTHERS.jsonl
//     DIR                holds articles.jsonl with annotated statements, and contradictions.jsonl
//     --others N         statements in the crowd (100000)
//     --candidates N     (32)
//     --window DAYS      (90)
//     --list             the ranks of all pairs, with their words; -- before those that are missed
//
// The annotated articles come in the order of their publication, as in a stream, and each pair is looked for
// when the article of its later statement has come. Then it is looked for once more with all articles in the
// index, later ones too, which leaves less room among the candidates; and by reading every statement, to see
// what the bounds of the search cost. The annotated statements stand as they are annotated: words, speaker,
// day, the article's title; no topics, as the annotator's would be kinder than the extractor's.
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "bench.h"
#include "contradiction/contradiction.h"
#include "contradiction/index_internal.h"
#include "crowd.h"

enum { STATEMENTS_MAX = 65536, PAIRS_MAX = 65536, CANDIDATES_MAX = GS_INDEX_FOUND };

typedef struct told {
    const char *name; // as annotated
    gs_statement *statement;
    gs_id id;
    bool added; // to the index
} told;

typedef struct told_pair {
    const told *earlier, *later;
    bool ranked;
    size_t rank, rank_of_all, rank_by_scan; // from 1; 0: not found
} told_pair;

typedef struct recall {
    size_t others, candidates;
    uint32_t window;
    bool list;
    gs_arena *arena;
    told *told;
    size_t told_count;
    told_pair *pairs;
    size_t pair_count;
    int64_t first_day, last_day;
    gs_index *index;
} recall;

static char *text_of(const recall *self, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return gs_arena_text(self->arena, gs_view_of(text));
}

static char *content_of(const recall *self, const json_t *statement)
{
    gs_buffer text = {0};
    json_t *part;
    size_t i;
    json_array_foreach(json_object_get(statement, "content"), i, part)
    {
        gs_buffer_text(&text, i > 0 ? " " : "");
        gs_buffer_text(&text, json_string_value(part));
    }
    char *copy = gs_arena_text(self->arena, gs_buffer_view(&text));
    gs_buffer_free(&text);
    return copy;
}

static int64_t day_of(const char *text)
{
    gs_time time;
    int year, month, day;
    if (!gs_time_parse(gs_view_of(text), &time))
        bench_fail("%s: not a time", text);
    gs_time_civil(time, &year, &month, &day, NULL);
    return gs_days_from_civil(year, month, day);
}

static void take_statement(recall *self, const json_t *article, const json_t *object)
{
    gs_statement *statement = gs_arena_alloc(self->arena, sizeof *statement);
    gs_speaker *speaker = gs_arena_alloc(self->arena, sizeof *speaker);
    gainsay__v1__statement__init(statement);
    gainsay__v1__speaker__init(speaker);
    speaker->name = text_of(self, object, "speaker");
    speaker->organisation = text_of(self, object, "organisation");
    speaker->country = text_of(self, object, "country");
    statement->speaker = speaker;
    statement->text = content_of(self, object);
    statement->title = text_of(self, article, "title");
    statement->article_id = text_of(self, article, "id");
    statement->published = text_of(self, article, "published");
    statement->said_on = text_of(self, object, "said_on");
    if (self->told_count == STATEMENTS_MAX)
        bench_fail("more than %d annotated statements", STATEMENTS_MAX);
    told *entry = &self->told[self->told_count++];
    entry->name = text_of(self, object, "id");
    entry->statement = statement;
    entry->id = gs_id_of("annotated", gs_view_of(entry->name), gs_view_of(""));
    statement->statement_id = gs_arena_alloc(self->arena, GS_ID_TEXT);
    gs_id_text(entry->id, statement->statement_id);
    int64_t day = day_of(statement->published);
    self->first_day = self->told_count == 1 || day < self->first_day ? day : self->first_day;
    self->last_day = self->told_count == 1 || day > self->last_day ? day : self->last_day;
}

static void each_line(recall *self, const char *directory, const char *name,
                      void (*take)(recall *, const json_t *))
{
    char path[BENCH_PATH];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "r");
    if (!file)
        bench_fail("%s: %s", path, strerror(errno));
    json_t *object;
    json_error_t error;
    while ((object = json_loadf(file, JSON_DISABLE_EOF_CHECK, &error))) {
        take(self, object);
        json_decref(object);
    }
    if (!feof(file))
        bench_fail("%s: %s", path, error.text);
    fclose(file);
}

static void take_article(recall *self, const json_t *article)
{
    json_t *statement;
    size_t i;
    json_array_foreach(json_object_get(article, "statements"), i, statement)
        take_statement(self, article, statement);
}

// ---- pairs -----------------------------------------------------------------------------------------

static const told *told_of(const recall *self, const char *name)
{
    for (size_t i = 0; name && i < self->told_count; i++)
        if (strcmp(self->told[i].name, name) == 0)
            return &self->told[i];
    bench_fail("%s: not an annotated statement", name ? name : "a pair without a name");
}

// By publication, then as annotated.
static int compare_told(const void *a, const void *b)
{
    const told *left = a, *right = b;
    int order = strcmp(left->statement->published, right->statement->published);
    return order ? order : strcmp(left->name, right->name);
}

static void take_pair(recall *self, const json_t *object)
{
    const told *a = told_of(self, json_string_value(json_object_get(object, "a")));
    const told *b = told_of(self, json_string_value(json_object_get(object, "b")));
    if (self->pair_count == PAIRS_MAX)
        bench_fail("more than %d pairs", PAIRS_MAX);
    bool ordered = compare_told(a, b) < 0;
    self->pairs[self->pair_count++] = (told_pair){.earlier = ordered ? a : b, .later = ordered ? b : a};
}

typedef void search(gs_index *, const gs_statement *, gs_id *, size_t, size_t *);

static size_t rank_of(const recall *self, search *find, const told_pair *pair)
{
    gs_id ids[CANDIDATES_MAX];
    size_t count, rank = 0;
    find(self->index, pair->later->statement, ids, CANDIDATES_MAX, &count);
    for (size_t i = 0; i < count && !rank; i++)
        rank = gs_id_equal(ids[i], pair->earlier->id) ? i + 1 : 0;
    return rank;
}

// The statements in the order of their articles' publication; pairs as soon as both have come.
static void stream(recall *self)
{
    for (size_t i = 0; i < self->told_count; i++) {
        told *next = &self->told[i];
        gs_index_add(self->index, next->id, next->statement);
        next->added = true;
        if (i + 1 < self->told_count &&
            strcmp(next[1].statement->article_id, next->statement->article_id) == 0)
            continue;
        for (size_t p = 0; p < self->pair_count; p++) {
            told_pair *pair = &self->pairs[p];
            if (pair->ranked || !pair->earlier->added || !pair->later->added)
                continue;
            pair->rank = rank_of(self, gs_index_find, pair);
            pair->ranked = true;
        }
    }
    for (size_t p = 0; p < self->pair_count; p++) {
        self->pairs[p].rank_of_all = rank_of(self, gs_index_find, &self->pairs[p]);
        self->pairs[p].rank_by_scan = rank_of(self, cd_index_scan, &self->pairs[p]);
    }
}

static void report(const recall *self, size_t real)
{
    size_t found = 0, found_of_all = 0, found_by_scan = 0, sum = 0;
    for (size_t p = 0; p < self->pair_count; p++) {
        const told_pair *pair = &self->pairs[p];
        bool hit = pair->rank > 0 && pair->rank <= self->candidates;
        found += hit;
        sum += hit ? pair->rank : 0;
        found_of_all += pair->rank_of_all > 0 && pair->rank_of_all <= self->candidates;
        found_by_scan += pair->rank_by_scan > 0 && pair->rank_by_scan <= self->candidates;
        if (self->list)
            printf("%s %3zu %3zu %3zu  %s %s\n    %s\n    %s\n", hit ? "  " : "--", pair->rank,
                   pair->rank_of_all, pair->rank_by_scan, pair->earlier->name, pair->later->name,
                   pair->earlier->statement->text, pair->later->statement->text);
    }
    double pairs = self->pair_count > 0 ? (double)self->pair_count : 1.0;
    printf("%zu pairs, %zu statements in the index (crowd of %zu from %zu real ones), first %zu candidates\n",
           self->pair_count, gs_index_size(self->index), self->others, real, self->candidates);
    printf("recall as the articles come %.3f (mean rank %.1f)   with all of them in the index %.3f   the "
           "same by "
           "reading every statement %.3f\n",
           (double)found / pairs, found ? (double)sum / (double)found : 0.0, (double)found_of_all / pairs,
           (double)found_by_scan / pairs);
}

static void fill(recall *self, const crowd *others)
{
    gs_arena *arena = gs_arena_new(0);
    // The crowd lies in the window that ends with the last day of the annotated articles.
    int64_t first = self->last_day - (int64_t)self->window + 1;
    for (size_t i = 0; i < self->others; i++) {
        gs_id id;
        gs_arena_reset(arena);
        gs_statement *statement = crowd_statement(others, i, first, self->window, arena);
        if (gs_id_parse(gs_view_of(statement->statement_id), &id))
            gs_index_add(self->index, id, statement);
    }
    gs_arena_free(&arena);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"others", 1, NULL, 'o'},
                                            {"candidates", 1, NULL, 'c'},
                                            {"window", 1, NULL, 'w'},
                                            {"list", 0, NULL, 'l'},
                                            {0}};
    recall self = {.others = 100000, .candidates = 32, .window = 90};
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        self.others = option == 'o' ? strtoul(optarg, NULL, 10) : self.others;
        self.candidates = option == 'c' ? strtoul(optarg, NULL, 10) : self.candidates;
        self.window = option == 'w' ? (uint32_t)strtoul(optarg, NULL, 10) : self.window;
        self.list |= option == 'l';
        if (option == '?')
            return 2;
    }
    if (argc - optind != 2 || self.window == 0 || self.candidates == 0 || self.candidates > CANDIDATES_MAX)
        bench_fail(
            "usage: index_recall [--others N] [--candidates N] [--window DAYS] [--list] DIR OTHERS.jsonl");
    self.arena = gs_arena_new(0);
    self.told = gs_allocate(STATEMENTS_MAX * sizeof *self.told);
    self.pairs = gs_allocate(PAIRS_MAX * sizeof *self.pairs);
    self.index = gs_index_new(self.window);
    each_line(&self, argv[optind], "articles.jsonl", take_article);
    qsort(self.told, self.told_count, sizeof *self.told, compare_told);
    each_line(&self, argv[optind], "contradictions.jsonl", take_pair);
    crowd *others = crowd_open(argv[optind + 1]);
    fill(&self, others);
    stream(&self);
    report(&self, crowd_size(others));
    crowd_close(&others);
    gs_index_free(&self.index);
    gs_arena_free(&self.arena);
    free(self.told);
    free(self.pairs);
    return 0;
}
