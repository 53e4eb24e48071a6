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

static gs_statement *statement_of(cd_stream *self, const json_t *article, const json_t *row)
{
    gs_statement *statement = gs_arena_alloc(self->arena, sizeof *statement);
    gs_speaker *speaker = gs_arena_alloc(self->arena, sizeof *speaker);
    gainsay__v1__statement__init(statement);
    gainsay__v1__speaker__init(speaker);
    speaker->name = text_of(self, row, "speaker");
    if (strcmp(speaker->name, "unnamed") == 0)
        speaker->name = (char *)"";
    speaker->role = text_of(self, row, "role");
    speaker->organisation = text_of(self, row, "organisation");
    speaker->country = text_of(self, row, "country");
    speaker->official = json_is_true(json_object_get(row, "official"));
    speaker->kind = GAINSAY__V1__SPEAKER__KIND__PERSON;
    statement->speaker = speaker;
    statement->statement_id = text_of(self, row, "id");
    statement->article_id = text_of(self, article, "id");
    statement->published = text_of(self, article, "published");
    statement->title = text_of(self, article, "title");
    statement->said_on = text_of(self, row, "said_on");
    statement->text = content_of(self, row);
    statement->cue_text = text_of(self, row, "cue");
    st_cue_word cue;
    const char *space = strrchr(statement->cue_text, ' ');
    gs_view last = gs_view_of(space ? space + 1 : statement->cue_text);
    statement->act = st_lexicon_cue(last, &cue) ? cue.act : GAINSAY__V1__STATEMENT__ACT__ASSERT;
    return statement;
}

static uint32_t story_of(cd_stream *self, const char *name)
{
    for (uint32_t i = 0; i < self->story_count; i++)
        if (strcmp(self->stories[i], name) == 0)
            return i;
    self->stories[self->story_count] = name;
    return self->story_count < CD_STORIES - 1 ? self->story_count++ : self->story_count;
}

static bool take_article(cd_stream *self, json_t *article, void *context)
{
    size_t i;
    json_t *row;
    (void)context;
    uint32_t story = story_of(self, text_of(self, article, "story"));
    json_array_foreach(json_object_get(article, "statements"), i, row)
    {
        if (self->count == self->capacity) {
            self->capacity = self->capacity ? self->capacity * 2 : 256;
            self->said = gs_reallocate(self->said, self->capacity * sizeof *self->said);
        }
        self->said[self->count] = (cd_said){.statement = statement_of(self, article, row),
                                            .id = text_of(self, row, "id"),
                                            .topic = text_of(self, row, "topic"),
                                            .story = story,
                                            .utterance = (uint32_t)self->count};
        self->count++;
    }
    return true;
}

static cd_said *find(cd_stream *self, const char *id)
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
        cd_said *said = find(self, json_string_value(id));
        if (!said)
            return false;
        first = first ? first : said;
        said->utterance = first->utterance;
    }
    return first != NULL;
}

typedef struct pair_list {
    cd_stream_pair **pairs;
    size_t *count;
} pair_list;

static bool take_pair(cd_stream *self, json_t *object, void *context)
{
    pair_list *list = context;
    cd_said *a = find(self, json_string_value(json_object_get(object, "a"))),
            *b = find(self, json_string_value(json_object_get(object, "b")));
    if (!a || !b)
        return false;
    *list->pairs = gs_reallocate(*list->pairs, (*list->count + 1) * sizeof **list->pairs);
    (*list->pairs)[(*list->count)++] = (cd_stream_pair){a->utterance, b->utterance};
    return true;
}

bool cd_stream_read(cd_stream *self, const char *directory, gs_error *error)
{
    *self = (cd_stream){.arena = gs_arena_new(0)};
    pair_list contradictions = {&self->contradictions, &self->contradiction_count},
              near_misses = {&self->near_misses, &self->near_miss_count};
    return each_line(self, directory, "articles.jsonl", take_article, NULL, error) &&
           each_line(self, directory, "same.jsonl", take_same, NULL, error) &&
           each_line(self, directory, "contradictions.jsonl", take_pair, &contradictions, error) &&
           each_line(self, directory, "near_misses.jsonl", take_pair, &near_misses, error);
}

void cd_stream_free(cd_stream *self)
{
    gs_arena_free(&self->arena);
    free(self->said);
    free(self->contradictions);
    free(self->near_misses);
    *self = (cd_stream){0};
}

static bool among(const cd_stream_pair *pairs, size_t count, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < count; i++)
        if ((pairs[i].a == a && pairs[i].b == b) || (pairs[i].a == b && pairs[i].b == a))
            return true;
    return false;
}

bool cd_stream_contradict(const cd_stream *self, const cd_said *a, const cd_said *b)
{
    return among(self->contradictions, self->contradiction_count, a->utterance, b->utterance);
}

bool cd_stream_near_miss(const cd_stream *self, const cd_said *a, const cd_said *b)
{
    return !cd_stream_contradict(self, a, b) &&
           among(self->near_misses, self->near_miss_count, a->utterance, b->utterance);
}
