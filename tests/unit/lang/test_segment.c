// Words and sentences of texts of many kinds, and sections that are not what they should be.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lang/model_writer.h"
#include "lang/segment.h"

typedef struct fixture {
    gs_model *model;           // NULL if there is none
    lang_segmenter *segmenter; // likewise
    gs_view section;
    gs_arena *arena;
} fixture;

static int setup(void **state)
{
    fixture *self = gs_allocate(sizeof *self);
    gs_error error = {0};
    self->arena = gs_arena_new(0);
    self->model = gs_model_open(NULL, &error);
    if (self->model && gs_model_section(self->model, "segment", LANG_SEGMENT_VERSION, &self->section, &error))
        self->segmenter = lang_segmenter_new(self->section, &error);
    if (!self->segmenter)
        print_message("no segmenter to test: %s\n", error.message);
    *state = self;
    return 0;
}

static int teardown(void **state)
{
    fixture *self = *state;
    lang_segmenter_free(&self->segmenter);
    if (self->model)
        gs_model_close(&self->model);
    gs_arena_free(&self->arena);
    free(self);
    return 0;
}

// Whatever the text: offsets ascend and stay inside, sentences hold all words in order, words are short
// enough.
static void check_order(const gs_parse *parse, gs_lang_division division)
{
    uint32_t end = 0, word = 0, paragraph = 0;
    for (uint32_t s = 0; s < parse->sentence_count; s++) {
        const gs_parse_sentence *sentence = &parse->sentences[s];
        assert_true(sentence->word_begin == word && sentence->word_end >= word);
        assert_true(sentence->begin >= end && sentence->end >= sentence->begin);
        assert_true(sentence->end <= parse->text.size);
        assert_true(sentence->paragraph >= paragraph);
        paragraph = sentence->paragraph;
        if (division == GS_LANG_PARAGRAPHS)
            assert_true(sentence->word_end > word);
        for (; word < sentence->word_end; word++) {
            const gs_word *found = &parse->words[word];
            assert_true(found->begin >= end && found->end > found->begin);
            assert_true(found->begin >= sentence->begin && found->end <= sentence->end);
            assert_true(found->end - found->begin <= GS_LIMIT_WORD_BYTES);
            assert_int_equal(found->sentence, s);
            end = found->end;
        }
    }
    assert_int_equal(word, parse->word_count);
}

static const gs_parse *segment(fixture *self, gs_view text, gs_lang_division division)
{
    gs_parse *parse = gs_arena_zalloc(self->arena, sizeof *parse);
    parse->text = text;
    lang_segment(self->segmenter, division, parse, self->arena);
    check_order(parse, division);
    return parse;
}

// Words with a space between those that have one in the text and a bar between the others; sentences on lines
// of their own, paragraphs parted by "=".
static const char *shown(fixture *self, const char *text, gs_lang_division division)
{
    const gs_parse *parse = segment(self, gs_view_of(text), division);
    gs_buffer out = {0};
    for (size_t s = 0; s < parse->sentence_count; s++) {
        const gs_parse_sentence *sentence = &parse->sentences[s];
        if (s > 0)
            gs_buffer_text(&out, sentence->paragraph != sentence[-1].paragraph ? "\n=\n" : "\n");
        for (uint32_t w = sentence->word_begin; w < sentence->word_end; w++) {
            const gs_word *word = &parse->words[w];
            if (w > sentence->word_begin)
                gs_buffer_byte(&out, word->space_before ? ' ' : '|');
            gs_buffer_append(&out, text + word->begin, word->end - word->begin);
        }
    }
    gs_buffer_byte(&out, '\0');
    const char *kept = gs_arena_text(self->arena, gs_view_of(out.data));
    gs_buffer_free(&out);
    return kept;
}

typedef struct example {
    const char *text, *expected;
} example;

static void check(void **state, const example *examples, size_t count, gs_lang_division division)
{
    fixture *self = *state;
    if (!self->segmenter)
        skip();
    for (size_t i = 0; i < count; i++)
        assert_string_equal(shown(self, examples[i].text, division), examples[i].expected);
}

static void test_words(void **state)
{
    static const example examples[] = {
        {"I don't think it's the ministers' plan.", "I do|n't think it|'s the ministers|' plan|."},
        {"We can’t say what they’ll do.", "We ca|n’t say what they|’ll do|."},
        {"He cannot go, she's gonna stay.", "He can|not go|, she|'s gon|na stay|."},
        {"Shaikh Abdullah al-Ani, a five-year-old.", "Shaikh Abdullah al|-|Ani|, a five|-|year|-|old|."},
        {"The U.S. economy grew 10.5%, to $5 in the 1990s.",
         "The U.S. economy grew 10.5|%|, to $|5 in the 1990s|."},
        {"At 9 a.m. and/or 5:30 on 9/11/2001.", "At 9 a.m. and|/|or 5:30 on 9/11/2001|."},
        {"About 3,000 people... then more -- and more!!!",
         "About 3,000 people|... then more -- and more|!!!"},
        {"Write to a.b@example.org, see https://example.org/x-1.html.",
         "Write to a.b@example.org|, see https://example.org/x-1.html|."},
        {"(See www.example.com)", "(|See www.example.com|)"},
        {"@somebody likes #This.", "@somebody likes #This|."},
        {"“No,” he said — “never”.", "“|No|,|” he said — “|never|”|."},
        {"Mr. O'Brien, of AT&T Inc., left.", "Mr. O'Brien|, of AT&T Inc.|, left|."},
    };
    check(state, examples, sizeof examples / sizeof *examples, GS_LANG_LINES);
}

static void test_sentences(void **state)
{
    static const example examples[] = {
        {"He said so. She left! Why?", "He said so|.\nShe left|!\nWhy|?"},
        {"“We don’t know,” he said. “It’s fine.” Then he left.",
         "“|We do|n’t know|,|” he said|.\n“|It|’s fine|.|”\nThen he left|."},
        {"Sen. Ted Cruz met Mr. Smith. They talked.", "Sen. Ted Cruz met Mr. Smith|.\nThey talked|."},
        {"BEIJING, April 24 (Xinhua) -- China's exports rose.",
         "BEIJING|, April 24 (|Xinhua|) -- China|'s exports rose|."},
        {"Reporter: Will you go?\n\nA: Yes, soon.", "Reporter|: Will you go|?\n=\nA|: Yes|, soon|."},
        {"Rates go up again\n\nThe bank said so. It was late.",
         "Rates go up again\n=\nThe bank said so|.\nIt was late|."},
    };
    check(state, examples, sizeof examples / sizeof *examples, GS_LANG_PARAGRAPHS);
}

static void test_paragraphs(void **state)
{
    static const example examples[] = {
        // no blank line: each line is a paragraph
        {"The first line\nThe second line.\r\nThe third",
         "The first line\n=\nThe second line|.\n=\nThe third"},
        // blank lines: a line break may be one that only wraps
        {"The committee that had been set up by the government in the spring of\nthat year met "
         "again in the afternoon and decided that it would go on with\nits work until the end of "
         "the next month.\n \nThe end came soon.",
         "The committee that had been set up by the government in the spring of that year met again in the "
         "afternoon and decided that it would go on with its work until the end of the next month|.\n=\nThe "
         "end "
         "came soon|."},
        {"\n\n  \n", ""},
        {"", ""},
        {"One.\n\n\n\nTwo.\n\n", "One|.\n=\nTwo|."},
    };
    check(state, examples, sizeof examples / sizeof *examples, GS_LANG_PARAGRAPHS);
}

static void test_lines(void **state)
{
    static const example examples[] = {
        {"One. Two.\n\nThree\r\nfour\n", "One|. Two|.\n=\n\n=\nThree\n=\nfour"},
        {"One", "One"},
        {"\n", ""},
        {"", ""},
    };
    fixture *self = *state;
    check(state, examples, sizeof examples / sizeof *examples, GS_LANG_LINES);
    assert_int_equal(segment(self, gs_view_of("\n"), GS_LANG_LINES)->sentence_count, 1);
    assert_int_equal(segment(self, gs_view_of(""), GS_LANG_LINES)->sentence_count, 0);
    assert_int_equal(segment(self, gs_view_of("\n\na"), GS_LANG_LINES)->sentence_count, 3);
}

static void test_white_space_and_bad_bytes(void **state)
{
    static const example examples[] = {
        {"\xEF\xBB\xBFThe\xC2\xA0"
         "end\xE2\x80\x8B"
         "came",
         "The end came"},
        {"\x01\x02 \x7F\x1B", ""},
        {"one\ttwo\vthree", "one two three"},
        {"caf\x65\xCC\x81 Gro\xC3\x9F", "caf\x65\xCC\x81 Gro\xC3\x9F"},
    };
    check(state, examples, sizeof examples / sizeof *examples, GS_LANG_LINES);
    static const char bytes[] = "Bad \xFF\xFE bytes \xE2\x80 here\0 and \xF0\x9F\x98 there. End \xC3";
    fixture *self = *state;
    for (size_t size = 0; size < sizeof bytes; size++) {
        segment(self, gs_view_make(bytes, size), GS_LANG_PARAGRAPHS);
        segment(self, gs_view_make(bytes, size), GS_LANG_LINES);
    }
}

// Long texts of one kind: they must come back in time, in order, and with all their bytes.
static void test_long_texts(void **state)
{
    static const char *const units[] = {
        "a",         "a.",           "word ",        "Word. ", "\"",    "-_",    "@a", "a@",
        "#a",        "n't",          "a://",         "www.",   "\x01",  "\n",    "\r", "\xFF",
        "e\xCC\x81", "\xE4\xB8\xAD", "\xE2\x80\x9D", "1,",     "a b\n", "don't "};
    enum { BYTES = 1 << 18 };
    fixture *self = *state;
    if (!self->segmenter)
        skip();
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        gs_buffer text = {0};
        while (text.size < BYTES)
            gs_buffer_text(&text, units[i]);
        gs_arena_reset(self->arena);
        const gs_parse *lines = segment(self, gs_buffer_view(&text), GS_LANG_LINES);
        size_t bytes = 0, white = 0;
        for (size_t w = 0; w < lines->word_count; w++)
            bytes += lines->words[w].end - lines->words[w].begin;
        for (size_t at = 0; at < text.size; at++)
            white += (unsigned char)text.data[at] <= ' ';
        assert_int_equal(bytes + white, text.size);
        gs_arena_reset(self->arena);
        const gs_parse *parse = segment(self, gs_buffer_view(&text), GS_LANG_PARAGRAPHS);
        for (size_t s = 0; s < parse->sentence_count; s++)
            assert_in_range(parse->sentences[s].word_end - parse->sentences[s].word_begin, 1, 8192);
        gs_buffer_free(&text);
    }
}

static void test_damaged_sections(void **state)
{
    fixture *self = *state;
    gs_error error;
    assert_null(lang_segmenter_new(gs_view_of(""), &error));
    assert_null(lang_segmenter_new(gs_view_of("something else altogether"), &error));
    if (!self->segmenter)
        skip();
    assert_null(lang_segmenter_new(gs_view_slice(self->section, 0, self->section.size - 1), &error));
    // Whatever a part of the tables says: refused, or read without harm.
    enum { HEAD = 16 + 256, STEP = 4099 };
    char *bytes = gs_allocate(self->section.size);
    uint32_t random = 1;
    for (size_t at = 0; at < self->section.size; at += at < HEAD ? 1 : STEP) {
        memcpy(bytes, self->section.data, self->section.size);
        for (size_t i = at; i < at + 24 && i < self->section.size; i++)
            bytes[i] = (char)((random = random * 1664525u + 1013904223u) >> 24);
        lang_segmenter *damaged = lang_segmenter_new(gs_view_make(bytes, self->section.size), &error);
        if (!damaged)
            continue;
        lang_segmenter *good = self->segmenter;
        self->segmenter = damaged;
        gs_arena_reset(self->arena);
        segment(self, gs_view_of("I don't say it's so. Cannot! A.b.c. gonna its dont"), GS_LANG_PARAGRAPHS);
        self->segmenter = good;
        lang_segmenter_free(&damaged);
    }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_words, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sentences, setup, teardown),
        cmocka_unit_test_setup_teardown(test_paragraphs, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_white_space_and_bad_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_long_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damaged_sections, setup, teardown),
    };
    return cmocka_run_group_tests_name("segment", tests, NULL, NULL);
}
