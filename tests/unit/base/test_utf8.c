// UTF-8 as RFC 3629 has it: every code point there and back, and every way to be wrong.
#include "unit.h"

#include "base/base.h"

static void every_code_point_round_trips(void **state)
{
    (void)state;
    gs_buffer buffer = {0};
    for (uint32_t code_point = 0; code_point <= 0x10FFFF; code_point++) {
        if (code_point >= 0xD800 && code_point <= 0xDFFF) {
            continue;
        }
        gs_buffer_clear(&buffer);
        gs_utf8_append(&buffer, code_point);
        size_t offset = 0;
        assert_int_equal(gs_utf8_next(gs_buffer_view(&buffer), &offset), code_point);
        assert_int_equal(offset, buffer.size);
    }
    gs_buffer_free(&buffer);
}

static void what_is_no_code_point_becomes_fffd(void **state)
{
    (void)state;
    static const uint32_t bad[] = {0xD800, 0xDFFF, 0x110000, UINT32_MAX};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        gs_buffer buffer = {0};
        gs_utf8_append(&buffer, bad[i]);
        assert_string_equal(buffer.data, "\xef\xbf\xbd");
        gs_buffer_free(&buffer);
    }
}

static const struct {
    const char *name, *bytes;
} broken[] = {
    {"lone continuation", "\x80"},
    {"lone lead", "\xc3"},
    {"overlong slash", "\xc0\xaf"},
    {"overlong in three", "\xe0\x80\xaf"},
    {"overlong in four", "\xf0\x80\x80\xaf"},
    {"surrogate", "\xed\xa0\x80"},
    {"past the last", "\xf4\x90\x80\x80"},
    {"five bytes", "\xf8\x88\x80\x80\x80"},
    {"cut in three", "\xe2\x82"},
    {"cut in four", "\xf0\x9f\x98"},
    {"never a byte", "\xff"},
    {"lead, then ASCII", "\xc3("},
};

static void finds_the_first_bad_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        for (size_t before = 0; before < 20; before++) { // across the eight-byte steps
            gs_buffer text = {0};
            for (size_t n = 0; n < before; n++) {
                gs_buffer_byte(&text, 'x');
            }
            gs_buffer_text(&text, "\xc3\xa9"); // a good one first
            size_t good = text.size;
            assert_true(gs_utf8_valid(gs_buffer_view(&text), NULL));
            gs_buffer_text(&text, broken[i].bytes);
            size_t bad = 0;
            assert_false(gs_utf8_valid(gs_buffer_view(&text), &bad));
            assert_int_equal(bad, good);
            assert_false(gs_utf8_valid(gs_buffer_view(&text), NULL));
            size_t offset = good;
            assert_int_equal(gs_utf8_next(gs_buffer_view(&text), &offset), 0xFFFD);
            assert_int_equal(offset, good + 1);
            gs_buffer_free(&text);
        }
    }
    assert_true(gs_utf8_valid(gs_view_of(NULL), NULL));
    size_t offset = 5;
    assert_int_equal(gs_utf8_next(gs_view_of("abc"), &offset), 0xFFFD);
    assert_int_equal(offset, 5);
}

static void repair_gives_valid_text(void **state)
{
    (void)state;
    gs_buffer out = {0};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        gs_buffer_clear(&out);
        assert_true(gs_utf8_repair(gs_view_of(broken[i].bytes), &out) > 0);
        assert_true(gs_utf8_valid(gs_buffer_view(&out), NULL));
    }
    gs_buffer_clear(&out);
    static const char mixed[] = "a\0\0b\xff caf\xc3\xa9 \xe2\x82";
    assert_int_equal(gs_utf8_repair(gs_view_make(mixed, sizeof mixed - 1), &out), 3);
    assert_string_equal(out.data, "ab\xef\xbf\xbd caf\xc3\xa9 \xef\xbf\xbd\xef\xbf\xbd");
    gs_buffer_clear(&out);
    assert_int_equal(gs_utf8_repair(gs_view_of(NULL), &out), 0);
    assert_int_equal(out.size, 0);
    gs_buffer_free(&out);
}

static void folding_forgets_case_and_accents(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"Trump", "trump"},
        {"ERDOĞAN", "erdogan"},
        {"Ordóñez", "ordonez"},
        {"Straße", "strasse"},
        {"ﬁne", "fine"},
        {"何亚东", "何亚东"},
        {"", ""},
        {"a\xff", "a\xff"},
    };
    gs_buffer out = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_buffer_clear(&out);
        gs_utf8_fold(gs_view_of(cases[i][0]), &out);
        assert_string_equal(out.data ? out.data : "", cases[i][1]);
    }
    gs_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_round_trips),
        cmocka_unit_test(what_is_no_code_point_becomes_fffd),
        cmocka_unit_test(finds_the_first_bad_byte),
        cmocka_unit_test(repair_gives_valid_text),
        cmocka_unit_test(folding_forgets_case_and_accents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
