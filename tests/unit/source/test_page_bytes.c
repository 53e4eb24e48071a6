// A page's encoding, and the tags that libxml2 must not be given.
#include "source_test.h"

#include "source/page.h"

static void flood(gs_buffer *html, const char *before, const char *each, int count, const char *after)
{
    gs_buffer_text(html, before);
    for (int i = 0; i < count; i++) {
        gs_buffer_format(html, each, i);
    }
    gs_buffer_text(html, after);
}

typedef struct flood_case {
    const char *before, *each, *after;
    bool good;
} flood_case;

static void refuses_a_tag_with_too_many_attributes(void **state)
{
    static const flood_case cases[] = {
        {"<p ", "a%d ", ">words", false},
        {"<p ", "a%d=\"\" ", ">words", false},
        {"<p ", "a%d='>'", ">words", false},
        {"<p ", "a%d=x/", ">words", true}, // one unquoted value
        {"<p x=y=\" ", "a%d ", "\">words", false},
        {"<p \"", " a%d", "\">words", false},
        {"<p/ ", "a%d=\">\" ", ">words", false},
        {"<!-- --><script></script><p ", "a%d ", ">words", false},
        {"<!--> <p ", "a%d ", "> -->words", false}, // whichever way comments are read
        {"<p title=\"", "a%d ", "\">words", true},
        {"<p title='", "a%d=\"x\" ", "'>words", true},
        {"<p>words < and ", "a%d ", "", true},
        {"<p>words<script>if (a<b", " a%d", ") {}</script>", true}, // a script's text holds no tags
        {"<script></x><p ", "a%d ", "></script>", false},           // but it may be over at any "</"
        {"<p>words</p>", "<b a%d=1>", "", true},
    };
    fixture *self = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_buffer html = {0};
        flood(&html, cases[i].before, cases[i].each, 5000, cases[i].after);
        gs_error_clear(&self->error);
        if (gs_page_check(gs_buffer_view(&html), &self->error) != cases[i].good) {
            fail_msg("case %zu: %.60s", i, html.data);
        }
        assert_int_equal(self->error.code, cases[i].good ? GS_OK : GS_E_LIMIT);
        gs_buffer_free(&html);
    }
}

static void hostile_page_is_refused_soon(void **state)
{
    fixture *self = *state;
    gs_buffer html = {0};
    flood(&html, "<p>words</p><p ", "a%d=\"\" ", 1000000, ">");
    uint64_t start = gs_monotonic_us();
    assert_null(gs_article_from_html(gs_buffer_view(&html), NULL, self->arena, &self->error));
    assert_has(self->error.message, "more than 1024 attributes");
    assert_true(gs_monotonic_us() - start < 5000000);
    gs_buffer_free(&html);
}

static void decodes_by_the_page_itself(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *text;
    } pages[] = {
        {"<p>caf\xC3\xA9", 8, "<p>caf\xC3\xA9"},
        {"\xFF\xFE<\0p\0>\0\xE9\0", 10, "<p>\xC3\xA9"},
        {"<meta charset=koi8-r>\xC1", 22, "<meta charset=koi8-r>\xD0\xB0"},
        {"<META HTTP-EQUIV=x content='text/html; CHARSET=\"Shift_JIS\"'>\x82\xA0", 62,
         "<META HTTP-EQUIV=x content='text/html; CHARSET=\"Shift_JIS\"'>\xE3\x81\x82"},
        {"<meta charset=iso-2022-jp>\x1B$B$\"\x1B(B", 34, "<meta charset=iso-2022-jp>\xE3\x81\x82"},
        {"<?xml version='1.0' encoding='koi8-r'?>\xC1", 40,
         "<?xml version='1.0' encoding='koi8-r'?>\xD0\xB0"},
        {"<meta charset=", 14, "<meta charset="},
        {"\xE9", 1, "\xC3\xA9"},
    };
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        gs_buffer decoded = {0};
        gs_view page = gs_page_decode(gs_view_make(pages[i].bytes, pages[i].size), gs_view_of(""), &decoded);
        if (!gs_view_equal(page, gs_view_of(pages[i].text))) {
            fail_msg("page %zu: got %.*s", i, (int)page.size, page.data);
        }
        gs_buffer_free(&decoded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(refuses_a_tag_with_too_many_attributes),
                                       TEST(hostile_page_is_refused_soon), TEST(decodes_by_the_page_itself)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
