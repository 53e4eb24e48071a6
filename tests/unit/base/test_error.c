// Messages are one clean line whatever they quote, also when they are cut or quote themselves.
#include "unit.h"

#include "base/base.h"

static void formats_and_returns_false(void **state)
{
    (void)state;
    gs_error error = {0};
    assert_false(gs_fail(&error, GS_E_IO, "%s: %d", "file", 7));
    assert_int_equal(error.code, GS_E_IO);
    assert_string_equal(error.message, "file: 7");
    assert_false(gs_fail(NULL, GS_E_IO, "nobody listens"));
    assert_false(gs_fail_within(NULL, "nobody listens"));
    gs_error_clear(NULL);
    gs_error_clear(&error);
    assert_int_equal(error.code, GS_OK);
    assert_string_equal(error.message, "");
}

static void cleans_what_it_quotes(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *clean;
    } cases[] = {
        {"a\nb\tc\x1b[31m\x7f", "a?b?c?[31m?"},
        {"\xc2\x9b"
         "31m",
         "?31m"},
        {"caf\xc3\xa9", "caf\xc3\xa9"},
        {"\xff\xc3(", "?"
                      "?("},
        {"\xe2\x80\xa8\xe2\x80\xae", "??"},
        {"\xef\xbf\xbd", "\xef\xbf\xbd"},
        {"\xe2\x81\xa6x\xe2\x80\x8f", "?x?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_error error = {0};
        gs_fail(&error, GS_E_INPUT, "%s", cases[i].raw);
        assert_string_equal(error.message, cases[i].clean);
    }
}

static void cuts_at_a_code_point(void **state)
{
    (void)state;
    char text[2000];
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'x', sizeof text);
        for (size_t i = shift; i + 1 < sizeof text; i += 2) {
            memcpy(text + i, "\xc3\xa9", 2);
        }
        text[sizeof text - 1] = '\0';
        gs_error error = {0};
        gs_fail(&error, GS_E_INPUT, "%s", text);
        size_t size = strlen(error.message);
        assert_in_range(size, sizeof error.message - 8, sizeof error.message - 1);
        assert_string_equal(error.message + size - 3, "...");
        assert_true(gs_utf8_valid(gs_view_of(error.message), NULL));
        assert_null(strchr(error.message, '?'));
    }
}

static void a_message_that_just_fits_is_whole(void **state)
{
    (void)state;
    gs_error error = {0};
    char text[sizeof error.message + 1];
    memset(text, 'x', sizeof text);
    text[sizeof error.message - 1] = '\0';
    gs_fail(&error, GS_E_INPUT, "%s", text);
    assert_string_equal(error.message, text);
    text[sizeof error.message - 1] = 'x';
    text[sizeof error.message] = '\0';
    gs_fail(&error, GS_E_INPUT, "%s", text);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
    assert_string_equal(error.message + sizeof error.message - 4, "...");
}

static void puts_the_place_before(void **state)
{
    (void)state;
    gs_error error = {0};
    gs_fail(&error, GS_E_LIMIT, "too long");
    assert_false(gs_fail_within(&error, "line %d", 3));
    assert_false(gs_fail_within(&error, "file\n%s", "x"));
    assert_string_equal(error.message, "file?x: line 3: too long");
    assert_int_equal(error.code, GS_E_LIMIT);
    gs_fail(&error, GS_E_IO, "again (%s)", error.message); // quotes the text that it replaces
    assert_string_equal(error.message, "again (file?x: line 3: too long)");
    char prefix[1500];
    memset(prefix, 'p', sizeof prefix);
    prefix[sizeof prefix - 1] = '\0';
    gs_fail_within(&error, "%s", prefix);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_and_returns_false), cmocka_unit_test(cleans_what_it_quotes),
        cmocka_unit_test(cuts_at_a_code_point),      cmocka_unit_test(a_message_that_just_fits_is_whole),
        cmocka_unit_test(puts_the_place_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
