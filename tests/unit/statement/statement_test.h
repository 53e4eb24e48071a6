// What the tests of lib/statement share: an article made of a text, and its statements as short lines.
#ifndef GAINSAY_TESTS_STATEMENT_TEST_H
#define GAINSAY_TESTS_STATEMENT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "statement/statement.h"

// One extractor for all tests of a program: opening the model is not what they test.
static gs_model *test_model;
static gs_extractor *test_extractor;

static inline int extractor_setup(void **state)
{
    gs_error error = {0};
    (void)state;
    test_model = gs_model_open(NULL, &error);
    test_extractor = test_model ? gs_extractor_new(test_model, &error) : NULL;
    if (!test_extractor)
        fprintf(stderr, "%s\n", error.message);
    return test_extractor ? 0 : -1;
}

static inline int extractor_teardown(void **state)
{
    (void)state;
    gs_extractor_free(&test_extractor);
    gs_model_close(&test_model);
    return 0;
}

static inline int arena_setup(void **state)
{
    *state = gs_arena_new(0);
    return 0;
}

static inline int arena_teardown(void **state)
{
    gs_arena *arena = *state;
    gs_arena_free(&arena);
    return 0;
}

// Friday, 25 April 2025, in Vienna.
static inline gs_article *article_of(gs_arena *arena, const char *text)
{
    gs_article *article = gs_arena_alloc(arena, sizeof *article);
    gainsay__v1__article__init(article);
    article->article_id = (char *)"article-1";
    article->url = (char *)"https://example.org/1";
    article->publisher = (char *)"Example Wire";
    article->published = (char *)"2025-04-25T10:00:00+02:00";
    article->title = (char *)"A title";
    article->text = gs_arena_text(arena, gs_view_of(text));
    return article;
}

// What must hold of any extraction: spans sorted, inside the text, without overlaps; words that are the
// text's own.
static inline void check_spans(gs_span *const *spans, size_t count, size_t size)
{
    uint32_t end = 0;
    for (size_t i = 0; i < count; i++) {
        assert_true(spans[i]->begin >= end);
        assert_true(spans[i]->end > spans[i]->begin && spans[i]->end <= size);
        end = spans[i]->end;
    }
}

static inline void check_extraction(const gs_extraction *extraction, const gs_article *article)
{
    size_t size = strlen(article->text);
    assert_non_null(extraction->article);
    assert_string_equal(extraction->article->text, "");
    assert_true(extraction->n_statements <= GS_LIMIT_STATEMENTS);
    for (size_t i = 0; i < extraction->n_statements; i++) {
        const gs_statement *statement = extraction->statements[i];
        check_spans(statement->content, statement->n_content, size);
        check_spans(statement->cue, statement->n_cue, size);
        check_spans(statement->source, statement->n_source, size);
        assert_true(statement->n_content > 0);
        assert_int_equal(statement->n_selectors, statement->n_content);
        assert_non_null(statement->speaker);
        assert_true(statement->confidence > 0 && statement->confidence <= 1);
        assert_int_equal(strlen(statement->statement_id), 32);
        assert_int_equal(statement->n_reports, 1);
        for (size_t s = 0; s < statement->n_content; s++) {
            gs_view words = gs_view_slice(gs_view_of(article->text), statement->content[s]->begin,
                                          statement->content[s]->end);
            assert_true(gs_view_equal(gs_view_of(statement->selectors[s]->exact), words));
            assert_true(gs_utf8_valid(words, NULL));
        }
    }
}

static inline gs_extraction *extract(void **state, const char *text)
{
    gs_article *article = article_of(*state, text);
    gs_extraction *extraction = gs_extract(test_extractor, article, NULL, *state);
    check_extraction(extraction, article);
    return extraction;
}

// "name|cue|words", the form that the tables of cases are in.
static inline char *line_of(gs_arena *arena, const gs_statement *statement)
{
    return gs_arena_format(arena, "%s|%s|%s", statement->speaker->name, statement->cue_text, statement->text);
}

static inline void expect(void **state, const char *text, const char *const *lines, size_t count)
{
    gs_extraction *extraction = extract(state, text);
    for (size_t i = 0; i < count && i < extraction->n_statements; i++)
        assert_string_equal(line_of(*state, extraction->statements[i]), lines[i]);
    assert_int_equal(extraction->n_statements, count);
}

#define EXPECT(state, text, ...)                                                                             \
    expect(state, text, (const char *const[]){__VA_ARGS__},                                                  \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

#endif
