// What the tests of index and ledger share: statements made of few words, extractions made of statements.
#ifndef GAINSAY_TESTS_LEDGER_TEST_H
#define GAINSAY_TESTS_LEDGER_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contradiction/contradiction.h"

typedef struct said {
    const char *speaker, *country, *day, *text;
} said;

static inline gs_statement *statement_of(gs_arena *arena, const said *line, const char *article,
                                         const char *published)
{
    gs_statement *statement = gs_arena_alloc(arena, sizeof *statement);
    gs_speaker *speaker = gs_arena_alloc(arena, sizeof *speaker);
    gs_span *span = gs_arena_alloc(arena, sizeof *span);
    gainsay__v1__statement__init(statement);
    gainsay__v1__speaker__init(speaker);
    gainsay__v1__span__init(span);
    span->end = (uint32_t)strlen(line->text);
    speaker->name = (char *)line->speaker;
    speaker->country = (char *)line->country;
    speaker->official = true;
    speaker->kind = GAINSAY__V1__SPEAKER__KIND__PERSON;
    statement->speaker = speaker;
    statement->text = (char *)line->text;
    statement->said_on = (char *)line->day;
    statement->article_id = (char *)article;
    statement->published = (char *)published;
    statement->content = gs_arena_alloc(arena, sizeof *statement->content);
    statement->content[0] = span;
    statement->n_content = 1;
    statement->statement_id = gs_arena_alloc(arena, GS_ID_TEXT);
    gs_id_text(gs_statement_identify(statement), statement->statement_id);
    return statement;
}

static inline gs_extraction *extraction_of(gs_arena *arena, const char *article, const char *published,
                                           const said *statements, size_t count)
{
    gs_extraction *extraction = gs_arena_alloc(arena, sizeof *extraction);
    gainsay__v1__extraction__init(extraction);
    extraction->article = gs_arena_alloc(arena, sizeof *extraction->article);
    gainsay__v1__article__init(extraction->article);
    extraction->article->article_id = (char *)article;
    extraction->article->published = (char *)published;
    extraction->statements = gs_arena_alloc(arena, (count + 1) * sizeof *extraction->statements);
    for (size_t i = 0; i < count; i++)
        extraction->statements[extraction->n_statements++] =
            statement_of(arena, &statements[i], article, published);
    return extraction;
}

static inline gs_id id_of(const gs_statement *statement)
{
    gs_id id;
    assert_true(gs_id_parse(gs_view_of(statement->statement_id), &id));
    return id;
}

#endif
