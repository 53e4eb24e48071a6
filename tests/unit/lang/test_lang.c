// Paragraphs, sentences, tokens and quotation marks of lib/lang, with exact offsets.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lang/lang.h"

static int setup(void **state)
{
    *state = gs_arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    gs_arena *arena = *state;
    gs_arena_free(&arena);
    return 0;
}

static const gs_document *read_text(void **state, const char *text)
{
    return gs_lang_read(gs_view_of(text), *state);
}

static char *sentence_text(void **state, const gs_document *document, size_t index)
{
    const gs_sentence *sentence = &document->sentences[index];
    return gs_arena_text(*state, gs_view_slice(document->text, sentence->begin, sentence->end));
}

static char *token_text(void **state, const gs_document *document, size_t index)
{
    const gs_token *token = &document->tokens[index];
    return gs_arena_text(*state, gs_view_slice(document->text, token->begin, token->end));
}

// Whatever the text: offsets ascend, stay inside, and tokens lie inside their sentences.
static void check_order(const gs_document *document)
{
    uint32_t end = 0, token = 0, paragraph = 0;
    for (size_t s = 0; s < document->sentence_count; s++) {
        const gs_sentence *sentence = &document->sentences[s];
        assert_int_equal(sentence->token_begin, token);
        assert_true(sentence->token_end > sentence->token_begin);
        assert_true(sentence->begin >= end && sentence->end <= document->text.size);
        assert_true(sentence->paragraph >= paragraph && sentence->paragraph < document->paragraph_count);
        for (; token < sentence->token_end; token++) {
            const gs_token *found = &document->tokens[token];
            assert_true(found->begin >= end && found->end > found->begin);
            assert_true(found->begin >= sentence->begin && found->end <= sentence->end);
            assert_non_null(found->lower);
            end = found->end;
        }
        paragraph = sentence->paragraph;
    }
    assert_int_equal(token, document->token_count);
}

static void paragraphs_are_parted_by_blank_lines(void **state)
{
    const gs_document *document = read_text(
        state, "One here is a line that runs on and on for a good while\nand goes on.\n\n \nTwo.\n");
    assert_int_equal(document->paragraph_count, 2);
    assert_int_equal(document->sentence_count, 2);
    check_order(document);
}

static void without_blank_lines_each_line_is_a_paragraph(void **state)
{
    const gs_document *document = read_text(state, "First line.\nSecond line.\nThird");
    assert_int_equal(document->paragraph_count, 3);
    assert_string_equal(sentence_text(state, document, 2), "Third");
}

static void empty_texts_have_nothing(void **state)
{
    static const char *const texts[] = {"", " \n\t\n ", "\n\n\n"};
    for (size_t i = 0; i < 3; i++) {
        const gs_document *document = read_text(state, texts[i]);
        assert_int_equal(document->token_count, 0);
        assert_int_equal(document->sentence_count, 0);
        assert_int_equal(document->paragraph_count, 0);
    }
}

static void abbreviations_end_no_sentence(void **state)
{
    const gs_document *document = read_text(
        state, "The U.S. Treasury met Mr. Li on Sept. 9 at 6 a.m. in Beijing. J. Powell of St. Louis spoke. "
               "Nobody left the U.S. The talks went on.");
    assert_int_equal(document->sentence_count, 4);
    assert_string_equal(sentence_text(state, document, 1), "J. Powell of St. Louis spoke.");
    assert_string_equal(sentence_text(state, document, 2), "Nobody left the U.S.");
    assert_string_equal(token_text(state, document, 1), "U.S.");
    check_order(document);
}

static void closing_marks_stay_with_their_sentence(void **state)
{
    const gs_document *document = read_text(
        state,
        "\xE2\x80\x9CNone of that is true.\xE2\x80\x9D He left. (It rained.) \"Is it over?\" she asked.");
    assert_int_equal(document->sentence_count, 4);
    assert_string_equal(sentence_text(state, document, 0), "\xE2\x80\x9CNone of that is true.\xE2\x80\x9D");
    assert_string_equal(sentence_text(state, document, 2), "(It rained.)");
    assert_string_equal(sentence_text(state, document, 3), "\"Is it over?\" she asked.");
}

static void quotation_marks_open_and_close(void **state)
{
    static const struct {
        const char *text;
        const char *kinds; // o, c for marks in their order
    } cases[] = {
        {"\"Yes,\" she said. \"No.\"", "ococ"},
        {"\xE2\x80\x9CYes, \xE2\x80\x9D he said", "oc"},
        {"\" Yes \" he said", "oc"},
        {"'We will not,' said Bo. It's the ministers' view.", "oc"},
        {"It doesn't matter who 'they' is.", "oc"},
        {"the ministers' view of the '90s", ""},
        {"\"He said 'no' to us\"", "oocc"},
        {"(\"so it is\")-\"or not\"", "ococ"},
        {"\xC2\xABNon\xC2\xBB, dit-il", "oc"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const gs_document *document = read_text(state, cases[i].text);
        char kinds[16] = "";
        for (size_t t = 0; t < document->token_count; t++) {
            gs_token_kind kind = document->tokens[t].kind;
            if (kind == GS_TOKEN_OPEN_QUOTE || kind == GS_TOKEN_CLOSE_QUOTE)
                strcat(kinds, kind == GS_TOKEN_OPEN_QUOTE ? "o" : "c");
        }
        assert_string_equal(kinds, cases[i].kinds);
    }
}

static void a_stray_mark_spoils_one_paragraph(void **state)
{
    const gs_document *document = read_text(state, "He wrote \"so.\n\n\"Yes,\" she said.");
    assert_int_equal(document->tokens[document->token_count - 1].kind, GS_TOKEN_PUNCT);
    const gs_sentence *second = &document->sentences[1];
    assert_int_equal(document->tokens[second->token_begin].kind, GS_TOKEN_OPEN_QUOTE);
}

static void tokens_know_their_kind_and_form(void **state)
{
    const gs_document *document =
        read_text(state, "Ordóñez's staff doesn\xE2\x80\x99t owe $1,900.50 - al-Tayeb says ÉTÉ.");
    static const char *const lower[] = {"ordóñez",  "'s", "staff",    "doesn't", "owe", "$",
                                        "1,900.50", "-",  "al-tayeb", "says",    "été", "."};
    assert_int_equal(document->token_count, sizeof lower / sizeof lower[0]);
    for (size_t i = 0; i < document->token_count; i++)
        assert_string_equal(document->tokens[i].lower, lower[i]);
    assert_true(document->tokens[0].capitalised && document->tokens[0].sentence_start);
    assert_false(document->tokens[8].capitalised);
    assert_true(document->tokens[10].capitalised);
    assert_int_equal(document->tokens[6].kind, GS_TOKEN_NUMBER);
    assert_string_equal(token_text(state, document, 3), "doesn\xE2\x80\x99t");
    check_order(document);
}

// Ten megabytes without a space, and as much of other nuisances, within a second or two.
static void hostile_texts_take_linear_time(void **state)
{
    enum { SIZE = 10 * 1024 * 1024 };
    static const char *const pieces[] = {"a", "'",  "\"",           "A.",    "\xE2\x80\x99", "a'",
                                         "-", "1,", "\xE2\x80\x9C", ". \"A", "a\n",          "\n\nA "};
    char *text = malloc(SIZE);
    for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
        size_t size = strlen(pieces[p]), used = 0;
        size_t limit = p == 0 ? SIZE : SIZE / 16;
        for (; used + size <= limit; used += size)
            memcpy(text + used, pieces[p], size);
        uint64_t before = gs_monotonic_us();
        const gs_document *document = gs_lang_read(gs_view_make(text, used), *state);
        assert_true(gs_monotonic_us() - before < 20 * 1000 * 1000);
        check_order(document);
        gs_arena_reset(*state);
    }
    free(text);
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void random_texts_keep_the_order(void **state)
{
    static const char *const pieces[] = {
        "the ",     "Mr. ", "U.S. ", "\"", "\xE2\x80\x9C", "\xE2\x80\x9D",
        "'",        ". ",   "? ",    "\n", "\n\n",         "said ",
        "é",        "(",    ")",     ",",  "2 ",           "\xF0\x9F\x99\x82",
        "\xC2\xA0", "--",   ":",     "I",  "a.m. "};
    uint32_t seed = 7;
    for (int round = 0; round < 3000; round++) {
        char text[256] = "";
        for (uint32_t i = next_random(&seed) % 40; i > 0; i--)
            strcat(text, pieces[next_random(&seed) % (sizeof pieces / sizeof pieces[0])]);
        check_order(read_text(state, text));
        gs_arena_reset(*state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(paragraphs_are_parted_by_blank_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(without_blank_lines_each_line_is_a_paragraph, setup, teardown),
        cmocka_unit_test_setup_teardown(empty_texts_have_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(abbreviations_end_no_sentence, setup, teardown),
        cmocka_unit_test_setup_teardown(closing_marks_stay_with_their_sentence, setup, teardown),
        cmocka_unit_test_setup_teardown(quotation_marks_open_and_close, setup, teardown),
        cmocka_unit_test_setup_teardown(a_stray_mark_spoils_one_paragraph, setup, teardown),
        cmocka_unit_test_setup_teardown(tokens_know_their_kind_and_form, setup, teardown),
        cmocka_unit_test_setup_teardown(hostile_texts_take_linear_time, setup, teardown),
        cmocka_unit_test_setup_teardown(random_texts_keep_the_order, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
