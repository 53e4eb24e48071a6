// What the tests of marked articles share: an extraction written by hand, statement by statement.
#ifndef GAINSAY_TESTS_MARKED_TEST_H
#define GAINSAY_TESTS_MARKED_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/marked.h"

typedef struct fixture {
    gs_arena *arena;
    gs_article *article;
    gs_extraction *extraction;
} fixture;

static inline fixture make(const char *text)
{
    fixture self = {.arena = gs_arena_new(0)};
    self.article = gs_arena_alloc(self.arena, sizeof *self.article);
    gainsay__v1__article__init(self.article);
    self.article->article_id = gs_arena_text(self.arena, gs_view_of("article-1"));
    self.article->text = gs_arena_text(self.arena, gs_view_of(text));
    self.extraction = gs_arena_alloc(self.arena, sizeof *self.extraction);
    gainsay__v1__extraction__init(self.extraction);
    self.extraction->statements = gs_arena_alloc(self.arena, 16 * sizeof(gs_statement *));
    return self;
}

static inline gs_statement *say(fixture *self, const char *name)
{
    gs_statement *statement = gs_arena_alloc(self->arena, sizeof *statement);
    gainsay__v1__statement__init(statement);
    statement->speaker = gs_arena_alloc(self->arena, sizeof *statement->speaker);
    gainsay__v1__speaker__init(statement->speaker);
    statement->speaker->name = gs_arena_text(self->arena, gs_view_of(name));
    statement->speaker->kind = GAINSAY__V1__SPEAKER__KIND__PERSON;
    statement->statement_id = gs_arena_format(self->arena, "id-%zu", self->extraction->n_statements);
    self->extraction->statements[self->extraction->n_statements++] = statement;
    return statement;
}

static inline void add_span(fixture *self, size_t *count, gs_span ***spans, uint32_t begin, uint32_t end)
{
    gs_span **longer = gs_arena_alloc(self->arena, (*count + 1) * sizeof *longer);
    if (*count > 0)
        memcpy(longer, *spans, *count * sizeof *longer);
    longer[*count] = gs_arena_alloc(self->arena, sizeof(gs_span));
    gainsay__v1__span__init(longer[*count]);
    longer[*count]->begin = begin;
    longer[*count]->end = end;
    *spans = longer;
    *count += 1;
}

// Adds the span of `words`, as they first stand in the text, to one of a statement's three lists.
static inline void mark(fixture *self, size_t *count, gs_span ***spans, const char *words)
{
    const char *at = strstr(self->article->text, words);
    assert_non_null(at);
    uint32_t begin = (uint32_t)(at - self->article->text);
    add_span(self, count, spans, begin, begin + (uint32_t)strlen(words));
}

#define MARK(self, statement, list, words) mark(self, &(statement)->n_##list, &(statement)->list, words)

#endif
