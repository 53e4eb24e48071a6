// Lines of a terminal: where they end, what never gets into them, and tables that fit.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/flow.h"
#include "cli/grid.h"
#include "cli/terminal.h"

static void expect_lines(const char *text, size_t width, const char *lines)
{
    gs_buffer out = {0};
    gs_flow flow;
    gs_flow_begin(&flow, &out, width, false);
    gs_flow_words(&flow, text, 0);
    gs_flow_line(&flow);
    assert_string_equal(out.data, lines);
    gs_buffer_free(&out);
}

static void words_go_to_the_next_line_whole(void **state)
{
    (void)state;
    expect_lines("one two three", 80, "one two three\n");
    expect_lines("one two three", 7, "one two\nthree\n");
    expect_lines("  one \n\t two  ", 6, "one\ntwo\n");
    expect_lines("abcdefghij k", 4, "abcd\nefgh\nij k\n");
    expect_lines("", 10, "\n");
    expect_lines("ab", 0, "a\nb\n");
}

static void widths_are_cells(void **state)
{
    (void)state;
    // Wide characters take two cells and part anywhere but before a closing mark.
    expect_lines("商务部表示没有", 6, "商务部\n表示没\n有\n");
    expect_lines("商务部。没有", 6, "商务\n部。没\n有\n");
    expect_lines("他说「没有」", 6, "他说\n「没\n有」\n");
    // Marks take none: "e" with an acute accent, four times.
    expect_lines("e\u0301e\u0301 e\u0301e\u0301", 5, "e\u0301e\u0301 e\u0301e\u0301\n");
    assert_int_equal(gs_terminal_width(gs_view_of("e\u0301商")), 3);
}

static void nothing_that_steers_gets_through(void **state)
{
    (void)state;
    expect_lines("a\033[31mb\007\b\x7f", 80, "a[31mb\n");
    expect_lines("a\u202Eb\u2066c\u200Fd\u00ADe\uFEFF", 80, "abcde\n");
    expect_lines("one\u2028two\xC2\x85"
                 "three",
                 80, "one twothree\n");
    expect_lines("\xff\xfe", 80, "\uFFFD\uFFFD\n");
}

static void a_word_with_endless_marks_is_let_go(void **state)
{
    (void)state;
    gs_buffer text = {0}, out = {0};
    gs_flow flow;
    gs_flow_begin(&flow, &out, 10, false);
    gs_buffer_byte(&text, 'a');
    for (int i = 0; i < 5000; i++)
        gs_buffer_text(&text, "\u0301");
    gs_flow_text(&flow, gs_buffer_view(&text), 0);
    gs_flow_line(&flow);
    assert_int_equal(out.size, text.size + 1);
    gs_buffer_free(&text);
    gs_buffer_free(&out);
}

static void styles_end_with_their_line(void **state)
{
    (void)state;
    gs_buffer out = {0};
    gs_flow flow;
    gs_flow_begin(&flow, &out, 7, true);
    gs_flow_words(&flow, "“", 0);
    gs_flow_words(&flow, "one two three", GS_UNDERLINE | 36);
    gs_flow_words(&flow, "”", GS_BOLD);
    gs_flow_line(&flow);
    assert_string_equal(out.data, "“\033[0;4;36mone\033[0m\n\033[0;4;36mtwo\033[0m\n"
                                  "\033[0;4;36mthree\033[0;1m”\033[0m\n");
    gs_buffer_free(&out);
}

static void lines_after_the_first_hang(void **state)
{
    (void)state;
    gs_buffer out = {0};
    gs_flow flow;
    gs_flow_begin(&flow, &out, 10, false);
    gs_flow_words(&flow, "[1] ", 0);
    flow.indent = 5;
    gs_flow_words(&flow, "abc def ghi", 0);
    gs_flow_line(&flow);
    assert_string_equal(out.data, "[1]  abc\n     def\n     ghi\n");
    gs_buffer_free(&out);
}

// ---- tables

static const char *const HEADS[] = {"No.", "Speaker", "Role", "Nothing"};
static const gs_grid_cell CELLS[] = {
    {"1-3", 0}, {"Marta Ibarrola", 0}, {"Foreign Minister", 0}, {"", 0}, {"4", 0}, {"何亚东", 0}, {"", 0},
    {"", 0},
};

static char *table(size_t width)
{
    gs_buffer out = {0};
    gs_grid_write(&out, width, false, HEADS, 4, CELLS, 2);
    return out.data;
}

static void a_table_as_wide_as_it_must_be(void **state)
{
    (void)state;
    char *text = table(80);
    assert_string_equal(text, "No.  Speaker         Role\n"
                              "─────────────────────────────────────\n"
                              "1-3  Marta Ibarrola  Foreign Minister\n"
                              "4    何亚东\n");
    free(text);
}

static void cells_are_broken_until_it_fits(void **state)
{
    (void)state;
    char *text = table(30);
    assert_string_equal(text, "No.  Speaker      Role\n"
                              "──────────────────────────────\n"
                              "1-3  Marta        Foreign\n"
                              "     Ibarrola     Minister\n"
                              "4    何亚东\n");
    free(text);
    text = table(10);
    assert_string_equal(text, "No.: 1-3\nSpeaker:\n  Marta\n  Ibarrola\nRole:\n  Foreign\n  Minister\n\n"
                              "No.: 4\nSpeaker:\n  何亚东\n");
    free(text);
}

static void no_line_is_wider_than_asked(void **state)
{
    (void)state;
    for (size_t width = 8; width < 60; width++) {
        char *text = table(width), *rest = NULL;
        for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
            assert_true(gs_terminal_width(gs_view_of(line)) <= (width < 10 ? 10 : width));
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_go_to_the_next_line_whole),
        cmocka_unit_test(widths_are_cells),
        cmocka_unit_test(nothing_that_steers_gets_through),
        cmocka_unit_test(a_word_with_endless_marks_is_let_go),
        cmocka_unit_test(styles_end_with_their_line),
        cmocka_unit_test(lines_after_the_first_hang),
        cmocka_unit_test(a_table_as_wide_as_it_must_be),
        cmocka_unit_test(cells_are_broken_until_it_fits),
        cmocka_unit_test(no_line_is_wider_than_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
