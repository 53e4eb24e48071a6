// Reads annotated articles, and lays the annotation's bytes over the parse's words: a word belongs to a span
// if they share a byte. Cues without a content are no lessons; what of an attribution lies outside its cue's
// window is left out, which is one content in two hundred.
#include "attribution_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

void st_corpus_free(st_corpus *self)
{
    free(self->documents);
    free(self->lessons);
    gs_arena_free(&self->arena);
    *self = (st_corpus){0};
}

// ---- lessons

// The words that share a byte with the range; none: an empty one.
static st_words words_of(const gs_parse *parse, st_range range)
{
    uint32_t low = 0, high = (uint32_t)parse->word_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (parse->words[middle].end <= range.begin)
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t end = low;
    while (end < parse->word_count && parse->words[end].begin < range.end)
        end++;
    return (st_words){low, end};
}

static void mark(uint8_t *labels, st_words part, st_words span, uint8_t begin)
{
    uint32_t from = span.begin > part.begin ? span.begin : part.begin;
    uint32_t to = span.end < part.end ? span.end : part.end;
    for (uint32_t i = from; i < to; i++)
        labels[i - part.begin] = (uint8_t)(begin + (i > from));
}

// What overlaps leave behind: an inside without its begin becomes one.
static void mend(uint8_t *labels, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!(i == 0 ? st_may_start(labels[i]) : st_may_follow(labels[i - 1], labels[i])))
            labels[i]--;
}

static void add_cue(st_corpus *self, st_lesson *lesson, const st_gold *gold, st_words cue)
{
    const gs_parse *parse = lesson->document->parse;
    st_lesson_cue *to = &lesson->cues[lesson->cue_count++];
    to->cue = cue;
    to->reach = st_reach_of(lesson->window, cue);
    size_t n = to->reach.end - to->reach.begin;
    to->labels = gs_arena_zalloc(self->arena, n);
    for (size_t i = 0; i < gold->count[ST_SOURCE]; i++)
        mark(to->labels, to->reach, words_of(parse, gold->spans[ST_SOURCE][i]), ST_BEGIN);
    for (size_t i = 0; i < gold->count[ST_CONTENT]; i++)
        mark(to->labels, to->reach, words_of(parse, gold->spans[ST_CONTENT][i]), ST_CONTENT_BEGIN);
    memset(to->labels + (cue.begin - to->reach.begin), ST_OUT, cue.end - cue.begin);
    mend(to->labels, n);
    uint8_t *labels = lesson->labels + (cue.begin - lesson->window.begin);
    for (uint32_t i = 0; i < cue.end - cue.begin; i++)
        if (labels[i] != ST_OUT)
            return; // two attributions share it
    mark(lesson->labels, lesson->window, cue, ST_BEGIN);
}

static void add_lesson(st_corpus *self, const st_document *document, st_words window)
{
    if (self->lesson_count == self->lesson_capacity) {
        self->lesson_capacity = self->lesson_capacity ? 2 * self->lesson_capacity : 1024;
        self->lessons = gs_reallocate(self->lessons, self->lesson_capacity * sizeof *self->lessons);
    }
    st_lesson *lesson = &self->lessons[self->lesson_count++];
    *lesson = (st_lesson){document, window, gs_arena_zalloc(self->arena, window.end - window.begin),
                          gs_arena_alloc(self->arena, (document->gold_count + 1) * sizeof(st_lesson_cue)), 0};
    for (size_t g = 0; g < document->gold_count; g++) {
        const st_gold *gold = &document->gold[g];
        if (gold->count[ST_CUE] == 0 || gold->count[ST_CONTENT] == 0)
            continue;
        st_words cue = words_of(document->parse, gold->spans[ST_CUE][0]);
        if (cue.begin >= window.begin && cue.end <= window.end && cue.end > cue.begin &&
            cue.end - cue.begin <= ST_CUE_WORDS)
            add_cue(self, lesson, gold, cue);
    }
}

void st_corpus_finish(st_corpus *self)
{
    for (size_t d = 0; d < self->document_count; d++) {
        const st_document *document = &self->documents[d];
        for (uint32_t at = 0; at < document->parse->word_count;) {
            st_words window = st_window_from(document->parse, at);
            add_lesson(self, document, window);
            at = window.end;
        }
        self->words += document->parse->word_count;
    }
}

void st_corpus_add(st_corpus *self, const char *id, const gs_parse *parse, st_gold *gold, size_t gold_count)
{
    if (self->document_count == self->document_capacity) {
        self->document_capacity = self->document_capacity ? 2 * self->document_capacity : 64;
        self->documents = gs_reallocate(self->documents, self->document_capacity * sizeof *self->documents);
    }
    self->documents[self->document_count++] =
        (st_document){id, parse, st_features_of(parse, self->arena), gold, gold_count};
}

// ---- reading

static size_t read_spans(const json_t *list, size_t size, gs_arena *arena, st_range **spans)
{
    size_t count = 0;
    *spans = gs_arena_alloc(arena, (json_array_size(list) + 1) * sizeof **spans);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *pair = json_array_get(list, i);
        json_int_t begin = json_integer_value(json_array_get(pair, 0)),
                   end = json_integer_value(json_array_get(pair, 1));
        if (begin >= 0 && begin < end && (uint64_t)end <= size)
            (*spans)[count++] = (st_range){(uint32_t)begin, (uint32_t)end};
    }
    return count;
}

static bool add_article(st_corpus *self, const json_t *article, gs_lang *lang, gs_error *error)
{
    static const char *const PARTS[ST_PARTS] = {"source", "cue", "content"};
    const char *id = json_string_value(json_object_get(article, "id"));
    const char *text = json_string_value(json_object_get(article, "text"));
    const json_t *attributions = json_object_get(article, "attributions");
    if (!id || !text || !json_is_array(attributions))
        return gs_fail(error, GS_E_INPUT,
                       "no annotated article: it needs \"id\", \"text\", \"attributions\"");
    gs_view copy = {gs_arena_text(self->arena, gs_view_of(text)), strlen(text)};
    size_t count = json_array_size(attributions);
    st_gold *gold = gs_arena_zalloc(self->arena, (count + 1) * sizeof *gold);
    for (size_t g = 0; g < count; g++)
        for (int p = 0; p < ST_PARTS; p++)
            gold[g].count[p] = read_spans(json_object_get(json_array_get(attributions, g), PARTS[p]),
                                          copy.size, self->arena, &gold[g].spans[p]);
    st_corpus_add(self, gs_arena_text(self->arena, gs_view_of(id)),
                  gs_lang_parse(lang, copy, GS_LANG_PARAGRAPHS, self->arena), gold, count);
    return true;
}

bool st_corpus_read(st_corpus *self, const char *path, gs_lang *lang, gs_error *error)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return gs_fail(error, GS_E_IO, "%s: cannot read the annotated articles", path);
    self->arena = self->arena ? self->arena : gs_arena_new(0);
    bool good = true;
    size_t line = 0;
    while (good) {
        json_error_t wrong;
        json_t *article = json_loadf(file, JSON_DISABLE_EOF_CHECK, &wrong);
        if (!article) {
            good = feof(file) || gs_fail(error, GS_E_INPUT, "%s", wrong.text);
            break;
        }
        line++;
        good = add_article(self, article, lang, error);
        json_decref(article);
    }
    fclose(file);
    return good || gs_fail_within(error, "%s: article %zu", path, line);
}

// ---- lemmas

static int by_hash(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

uint32_t st_corpus_lemmas(const st_corpus *self, uint32_t minimum, uint64_t **hashes)
{
    uint64_t *all = gs_allocate((self->words + 1) * sizeof *all);
    size_t count = 0;
    uint32_t kept = 0;
    for (size_t d = 0; d < self->document_count; d++)
        for (size_t i = 0; i < self->documents[d].parse->word_count; i++)
            all[count++] = st_lemma_hash(self->documents[d].parse->words[i].lemma);
    qsort(all, count, sizeof *all, by_hash);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from; to < count && all[to] == all[from]; to++)
            ;
        if (to - from >= minimum && kept < ST_LEMMAS_MAX)
            all[kept++] = all[from];
    }
    *hashes = all;
    return kept;
}
