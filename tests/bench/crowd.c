// A crowd of statements about what the real ones are about, but not the same. A copy has about a third of its
// longer words exchanged for words of other statements, each as often as it occurs there, so that lists of
// common words grow as they do in a real stream, and rare words come anew. An article's title is altered in
// the same way, and the same for all statements of that copy of the article.
#include "crowd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "bench.h"

enum { EXCHANGED_OF_100 = 35, LONG_WORD = 4, DAY_S = 86400 };

struct crowd {
    gs_arena *arena;
    gs_statement **statements;
    size_t count, capacity;
    gs_view *words; // of all texts, in order
    size_t word_count, word_capacity;
};

// SplitMix64 (Steele, Lea, Flood 2014): the n-th number of a seed.
static uint64_t mixed(uint64_t seed, uint64_t n)
{
    uint64_t z = seed + (n + 1) * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

// The next word of a text: what stands between spaces.
static bool next_word(const char **at, gs_view *word)
{
    *at += strspn(*at, " \n\t");
    *word = gs_view_make(*at, strcspn(*at, " \n\t"));
    *at += word->size;
    return word->size > 0;
}

static void keep(crowd *self, gs_statement *statement)
{
    if (self->count == self->capacity) {
        self->capacity = self->capacity ? self->capacity * 2 : 1024;
        self->statements = gs_reallocate(self->statements, self->capacity * sizeof(gs_statement *));
    }
    self->statements[self->count++] = statement;
    gs_view word;
    for (const char *at = statement->text; next_word(&at, &word);) {
        if (word.size < LONG_WORD)
            continue;
        if (self->word_count == self->word_capacity) {
            self->word_capacity = self->word_capacity ? self->word_capacity * 2 : 4096;
            self->words = gs_reallocate(self->words, self->word_capacity * sizeof *self->words);
        }
        self->words[self->word_count++] = word;
    }
}

static void keep_line(crowd *self, const char *line, const char *path, size_t number)
{
    json_error_t wrong;
    gs_error error = {0};
    json_t *object = json_loads(line, 0, &wrong), *item;
    if (!object)
        bench_fail("%s:%zu: %s", path, number, wrong.text);
    size_t i;
    json_array_foreach(json_object_get(object, "statements"), i, item)
    {
        char *text = json_dumps(item, JSON_COMPACT);
        ProtobufCMessage *message =
            gs_wire_from_json(&gainsay__v1__statement__descriptor, gs_view_of(text), self->arena, &error);
        if (!message)
            bench_fail("%s:%zu: %s", path, number, error.message);
        free(text);
        keep(self, (gs_statement *)message);
    }
    json_decref(object);
}

crowd *crowd_open(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        bench_fail("%s: %s", path, strerror(errno));
    crowd *self = gs_allocate(sizeof *self);
    self->arena = gs_arena_new(0);
    char *line = NULL;
    size_t capacity = 0;
    for (size_t number = 1; getline(&line, &capacity, file) > 0; number++)
        keep_line(self, line, path, number);
    free(line);
    fclose(file);
    if (self->word_count == 0)
        bench_fail("%s: no statements in it; it should be what gainsay extract --json printed", path);
    return self;
}

void crowd_close(crowd **self_p)
{
    crowd *self = *self_p;
    if (!self)
        return;
    gs_arena_free(&self->arena);
    free(self->statements);
    free(self->words);
    free(self);
    *self_p = NULL;
}

size_t crowd_size(const crowd *self)
{
    return self->count;
}

static char *altered(const crowd *self, const char *text, uint64_t seed, gs_arena *arena)
{
    gs_buffer out = {0};
    gs_view word;
    uint64_t n = 0;
    for (const char *at = text; next_word(&at, &word); n += 2) {
        if (word.size >= LONG_WORD && mixed(seed, n) % 100 < EXCHANGED_OF_100)
            word = self->words[mixed(seed, n + 1) % self->word_count];
        gs_buffer_append(&out, word.data, word.size);
        gs_buffer_byte(&out, ' ');
    }
    char *copy = gs_arena_text(arena, gs_view_trim(gs_buffer_view(&out)));
    gs_buffer_free(&out);
    return copy;
}

gs_statement *crowd_statement(const crowd *self, size_t number, int64_t first_day, uint32_t days,
                              gs_arena *arena)
{
    const gs_statement *source = self->statements[number % self->count];
    uint64_t copy = number / self->count;
    uint64_t article = gs_hash(gs_view_of(source->article_id)) + copy * UINT64_C(0xD1B54A32D192ED03);
    gs_statement *statement = gs_arena_alloc(arena, sizeof *statement);
    *statement = *source;
    if (copy > 0) {
        statement->text = altered(self, source->text, article + number, arena);
        statement->title = altered(self, source->title, article, arena);
        statement->n_topics = 0; // they would tell of the words that are gone
    }
    int64_t day = first_day + (int64_t)(mixed(article, 0) % days);
    char time[GS_TIME_TEXT], text[GS_ID_TEXT];
    gs_time_text((uint64_t)day * DAY_S * 1000000 + UINT64_C(43200000000), time);
    statement->published = gs_arena_text(arena, gs_view_of(time));
    statement->said_on = gs_arena_text(arena, gs_view_make(time, 10));
    gs_id_text(gs_id_of("crowd", gs_view_make(&number, sizeof number), gs_view_of("")), text);
    statement->statement_id = gs_arena_text(arena, gs_view_of(text));
    statement->article_id = gs_arena_format(arena, "%s-%llu", source->article_id, (unsigned long long)copy);
    return statement;
}
