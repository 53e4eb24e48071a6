// What the tests of the attribution network share: parses made by hand, without a model.
//
// A text is written with a space before each word that has one; '|' parts words without a space, '/' ends a
// sentence, '#' a paragraph. Every word hangs on the word before it, the first one on the root.
#ifndef GAINSAY_TESTS_ATTRIBUTION_TEST_H
#define GAINSAY_TESTS_ATTRIBUTION_TEST_H

#include "../neural/neural_test.h"
#include "statement/attribution_internal.h"

enum { TEST_STATES = 16 };

typedef struct test_parse {
    gs_parse parse;
    gs_buffer text;
    gs_word words[512];
    gs_parse_sentence sentences[128];
    uint8_t states[512 * TEST_STATES];
    char lemmas[512][24];
} test_parse;

static inline void test_end_sentence(test_parse *self, bool paragraph)
{
    gs_parse *parse = &self->parse;
    gs_parse_sentence *last = &self->sentences[parse->sentence_count];
    last->word_end = (uint32_t)parse->word_count;
    last->end = (uint32_t)self->text.size;
    parse->sentence_count++;
    self->sentences[parse->sentence_count] = (gs_parse_sentence){
        .begin = last->end, .word_begin = last->word_end, .paragraph = last->paragraph + (paragraph ? 1 : 0)};
}

static inline void test_add_word(test_parse *self, const char *form, size_t size, bool space)
{
    gs_parse *parse = &self->parse;
    size_t at = parse->word_count++;
    if (space && self->text.size > 0)
        gs_buffer_byte(&self->text, ' ');
    uint32_t begin = (uint32_t)self->text.size;
    gs_buffer_append(&self->text, form, size);
    snprintf(self->lemmas[at], sizeof self->lemmas[at], "%.*s", (int)size, form);
    bool first = at == self->sentences[parse->sentence_count].word_begin;
    uint64_t random = begin;
    for (size_t j = 0; j < size; j++)
        random = random * 31 + (unsigned char)form[j];
    for (size_t j = 0; j < TEST_STATES; j++)
        self->states[at * TEST_STATES + j] = (uint8_t)(1 + test_below(&random, 255));
    self->words[at] = (gs_word){.begin = begin,
                                .end = (uint32_t)self->text.size,
                                .sentence = (uint32_t)parse->sentence_count,
                                .head = first ? GS_WORD_ROOT : (uint32_t)at - 1,
                                .upos = GS_NOUN,
                                .xpos = (uint8_t)(size % 7),
                                .relation = (uint8_t)(size % 5),
                                .space_before = space,
                                .lemma = self->lemmas[at]};
}

static inline test_parse *test_parse_new(const char *marked)
{
    test_parse *self = gs_allocate(sizeof *self);
    bool space = true;
    for (const char *at = marked; *at;) {
        if (*at == '/' || *at == '#') {
            test_end_sentence(self, *at == '#');
            at++;
        } else if (*at == ' ' || *at == '|') {
            space = *at == ' ';
            at++;
        } else {
            size_t size = strcspn(at, " |/#");
            test_add_word(self, at, size, space);
            at += size;
        }
    }
    if (self->parse.word_count > self->sentences[self->parse.sentence_count].word_begin)
        test_end_sentence(self, false);
    self->parse.text = gs_buffer_view(&self->text);
    self->parse.words = self->words;
    self->parse.sentences = self->sentences;
    self->parse.states = self->states;
    self->parse.state_width = TEST_STATES;
    return self;
}

static inline void test_parse_free(test_parse **self_p)
{
    gs_buffer_free(&(*self_p)->text);
    free(*self_p);
    *self_p = NULL;
}

#endif
