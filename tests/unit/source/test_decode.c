// Bytes to UTF-8: marks, labels, wrong labels, and no label.
#include "source_test.h"

typedef struct sample {
    const char *bytes;
    size_t size;
    const char *label;
    const char *text;
} sample;

#define BYTES(text) (text), sizeof(text) - 1

static void decodes_by_mark_then_content_then_label(void **state)
{
    static const sample samples[] = {
        {BYTES("plain"), "", "plain"},
        {BYTES("\xEF\xBB\xBF"
               "caf\xC3\xA9"),
         "iso-8859-1", "caf\xC3\xA9"},
        {BYTES("\xFF\xFE"
               "a\0\xE9\0"),
         "", "a\xC3\xA9"},
        {BYTES("\xFE\xFF"
               "\0a\0\xE9"),
         "utf-8", "a\xC3\xA9"},
        {BYTES("\xFF\xFE\0\0"
               "a\0\0\0"),
         "", "a"},
        {BYTES("<\0?\0x\0"), "", "<?x"},
        {BYTES("caf\xE9"), "iso-8859-1", "caf\xC3\xA9"},
        {BYTES("\x93q\x94"), "ISO-8859-1", "\xE2\x80\x9Cq\xE2\x80\x9D"}, // as browsers read it
        {BYTES("caf\xC3\xA9"), "iso-8859-1", "caf\xC3\xA9"},             // a wrong label
        {BYTES("caf\xE9"), "utf-8", "caf\xC3\xA9"},                      // another
        {BYTES("caf\xE9"), "utf-16", "caf\xC3\xA9"},                     // and another
        {BYTES("caf\xE9"), "", "caf\xC3\xA9"},
        {BYTES("caf\xE9"), "no-such-encoding", "caf\xC3\xA9"},
        {BYTES("caf\xE9"), "utf-8//IGNORE", "caf\xC3\xA9"},
        {BYTES("\xB3\xE2"), "ks_c_5601-1987", "\xEB\x85\x84"},
        {BYTES("\xC4\xE3"), "gb2312", "\xE4\xBD\xA0"},
        {BYTES("\xC1\xD0"), "koi8-r", "\xD0\xB0\xD0\xBF"},
        {BYTES("\x82\xA0"), "x-sjis", "\xE3\x81\x82"},
        {BYTES("\x1B$B$\"\x1B(B"), "iso-2022-jp", "\xE3\x81\x82"},
        {BYTES("\xC3\xA9\xC3\xA9 \xFF"), "", "\xC3\xA9\xC3\xA9 \xEF\xBF\xBD"}, // damaged, but UTF-8
        {BYTES("a\x81z"), "windows-1252", "a\xEF\xBF\xBDz"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        gs_buffer out = {0};
        gs_decode(gs_view_make(samples[i].bytes, samples[i].size), gs_view_of(samples[i].label), &out);
        if (strcmp(out.data, samples[i].text) != 0) {
            fail_msg("sample %zu (%s): got \"%s\", expected \"%s\"", i, samples[i].label, out.data,
                     samples[i].text);
        }
        gs_buffer_free(&out);
    }
}

static void finds_the_label_of_a_declaration(void **state)
{
    static const char *const pairs[][2] = {
        {"<?xml version=\"1.0\" encoding=\"koi8-r\"?><rss/>", "koi8-r"},
        {"\n<!-- c --><?xml version='1.0' encoding = 'big5' ?>", "big5"},
        {"<?xml version=\"1.0\"?><a encoding=\"x\"/>", ""},
        {"<?xml version=\"1.0\" encoding=koi8-r?>", ""},
        {"<?xml version=\"1.0\" encoding=\"open?>", ""},
        {"<?xml encoding", ""},
        {"<rss encoding=\"x\">", ""},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_true(gs_view_equal(gs_xml_encoding_label(gs_view_of(pairs[i][0])), gs_view_of(pairs[i][1])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(decodes_by_mark_then_content_then_label),
                                       TEST(finds_the_label_of_a_declaration)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
