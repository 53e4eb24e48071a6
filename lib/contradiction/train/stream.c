// Reading an annotated stream. Statements get their act from the verb that attributes them, as the extractor
// gives it, and nothing of the annotation that an extractor could not know.
#include "stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "statement/lexicon.h"

typedef bool (*line_taker)(cd_stream *self, json_t *object, void *context);

static bool each_line(cd_stream *self, const char *directory, const char *name, line_taker take,
                      void *context, gs_error *error)
{
    const char *path = gs_arena_format(self->arena, "%s/%s", directory, name);
    FILE *file = fopen(path, "r");
    if (!file)
        return gs_fail(error, GS_E_IO, "cannot read %s: %s", path, strerror(errno));
    char *line = NULL;
    size_t capacity = 0, number = 0;
    bool good = true;
    while (good && getline(&line, &capacity, file) > 0) {
        json_error_t where;
        json_t *object = json_loads(line, 0, &where);
        number++;
        good = object && take(self, object, context);
        if (!good)
            gs_fail(error, GS_E_INPUT, "%s:%zu: not what a line of an annotated stream is", path, number);
        json_decref(object);
    }
    free(line);
    fclose(file);
    return good;
}

static char *text_of(cd_stream *self, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return gs_arena_text(self->arena, gs_view_of(text ? text : ""));
}

static char *content_of(cd_stream *self, const json_t *row)
{
    gs_buffer text = {0};
    size_t i;
    json_t *part;
    json_array_foreach(json_object_get(row, "content"), i, part)
    {
        if (i > 0)
            gs_buffer_byte(&text, ' ');
        gs_buffer_text(&text, json_string_value(part));
    }
    char *copy = gs_arena_text(self->arena, gs_buffer_view(&text));
    gs_buffer_free(&text);
    return copy;
}

// The verb among the words of a cue: the last that is known as one ("was quoted as saying", "flatly denied").
static int act_of(const char *cue)
{
    int act = GAINSAY__V1__STATEMENT__ACT__ASSERT;
    st_cue_word known;
    for (const char *at = cue; *at;) {
        size_t size = strcspn(at, " ");
        if (size > 0 && st_lexicon_cue(gs_view_make(at, size), &known))
            act = (int)known.act;
        at += size;
        at += *at == ' ';
    }
    return act;
}

void cd_stream_add(cd_stream *self, const cd_stream_row *row)
{
    gs_statement *statement = gs_arena_alloc(self->arena, sizeof *statement);
    gs_speaker *speaker = gs_arena_alloc(self->arena, sizeof *speaker);
    gainsay__v1__statement__init(statement);
    gainsay__v1__speaker__init(speaker);
    speaker->name = strcmp(row->speaker, "unnamed") == 0 ? (char *)"" : row->speaker;
    speaker->role = row->role;
    speaker->organisation = row->organisation;
    speaker->country = row->country;
    speaker->official = row->official;
    speaker->kind = GAINSAY__V1__SPEAKER__KIND__PERSON;
    statement->speaker = speaker;
    statement->statement_id = row->id;
    statement->article_id = row->article;
    statement->published = row->published;
    statement->title = row->title;
    statement->said_on = row->said_on;
    statement->text = row->text;
    statement->cue_text = row->cue;
    statement->act = act_of(row->cue);
    if (self->count == self->capacity) {
        self->capacity = self->capacity ? self->capacity * 2 : 256;
        self->said = gs_reallocate(self->said, self->capacity * sizeof *self->said);
    }
    self->said[self->count] = (cd_said){.statement = statement,
                                        .id = row->id,
                                        .topic = row->topic,
                                        .story = row->story,
                                        .utterance = (uint32_t)self->count};
    self->count++;
}

bool cd_stream_story(cd_stream *self, const char *name, uint32_t *story)
{
    for (*story = 0; *story < self->story_count; ++*story)
        if (strcmp(self->stories[*story], name) == 0)
            return true;
    if (self->story_count == CD_STORIES)
        return false;
    self->stories[self->story_count++] = name;
    return true;
}

static bool take_article(cd_stream *self, json_t *article, void *context)
{
    size_t i;
    json_t *said;
    (void)context;
    cd_stream_row row = {.article = text_of(self, article, "id"),
                         .published = text_of(self, article, "published"),
                         .title = text_of(self, article, "title")};
    if (!cd_stream_story(self, text_of(self, article, "story"), &row.story))
        return false;
    json_array_foreach(json_object_get(article, "statements"), i, said)
    {
        row.id = text_of(self, said, "id");
        row.topic = text_of(self, said, "topic");
        row.speaker = text_of(self, said, "speaker");
        row.role = text_of(self, said, "role");
        row.organisation = text_of(self, said, "organisation");
        row.country = text_of(self, said, "country");
        row.official = json_is_true(json_object_get(said, "official"));
        row.said_on = text_of(self, said, "said_on");
        row.cue = text_of(self, said, "cue");
        row.text = content_of(self, said);
        cd_stream_add(self, &row);
    }
    return true;
}

cd_said *cd_stream_find(cd_stream *self, const char *id)
{
    for (size_t i = 0; id && i < self->count; i++)
        if (strcmp(self->said[i].id, id) == 0)
            return &self->said[i];
    return NULL;
}

static bool take_same(cd_stream *self, json_t *object, void *context)
{
    size_t i;
    json_t *id;
    cd_said *first = NULL;
    (void)context;
    json_array_foreach(json_object_get(object, "ids"), i, id)
    {
        cd_said *said = cd_stream_find(self, json_string_value(id));
        if (!said)
            return false;
        first = first ? first : said;
        said->utterance = first->utterance;
    }
    return first != NULL;
}

void cd_stream_add_pair(cd_stream_pairs *self, const cd_said *a, const cd_said *b)
{
    self->items = gs_reallocate(self->items, (self->count + 1) * sizeof *self->items);
    self->items[self->count++] = (cd_stream_pair){a->utterance, b->utterance};
}

static bool take_pair(cd_stream *self, json_t *object, void *context)
{
    const cd_said *a = cd_stream_find(self, json_string_value(json_object_get(object, "a"))),
                  *b = cd_stream_find(self, json_string_value(json_object_get(object, "b")));
    if (a && b)
        cd_stream_add_pair(context, a, b);
    return a && b;
}

bool cd_stream_read(cd_stream *self, const char *directory, gs_error *error)
{
    *self = (cd_stream){.arena = gs_arena_new(0)};
    return each_line(self, directory, "articles.jsonl", take_article, NULL, error) &&
           each_line(self, directory, "same.jsonl", take_same, NULL, error) &&
           each_line(self, directory, "contradictions.jsonl", take_pair, &self->contradictions, error) &&
           each_line(self, directory, "near_misses.jsonl", take_pair, &self->near_misses, error);
}

void cd_stream_free(cd_stream *self)
{
    gs_arena_free(&self->arena);
    free(self->said);
    free(self->contradictions.items);
    free(self->near_misses.items);
    *self = (cd_stream){0};
}

static bool among(const cd_stream_pairs *pairs, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < pairs->count; i++) {
        const cd_stream_pair *pair = &pairs->items[i];
        if ((pair->a == a && pair->b == b) || (pair->a == b && pair->b == a))
            return true;
    }
    return false;
}

bool cd_stream_contradict(const cd_stream *self, const cd_said *a, const cd_said *b)
{
    return among(&self->contradictions, a->utterance, b->utterance);
}

bool cd_stream_near_miss(const cd_stream *self, const cd_said *a, const cd_said *b)
{
    return !cd_stream_contradict(self, a, b) && among(&self->near_misses, a->utterance, b->utterance);
}
