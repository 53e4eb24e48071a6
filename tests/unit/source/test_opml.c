// Lists of feeds: read, written, and read again.
#include "source_test.h"

static void outlines_become_flat(void **state)
{
    fixture *self = *state;
    gs_opml_outline *outlines = NULL;
    size_t count = 0;
    const char *xml =
        "<?xml version='1.0' encoding='ISO-8859-1'?><opml "
        "version='1.0'><head><title>Mine</title></head><body>"
        "<outline text='News'><outline title='Europe'>"
        "<outline text='Le\xE9' title='' type='rss' xmlUrl=' https://a.example/rss ' "
        "htmlUrl='https://a.example/' language='fr'/>"
        "</outline><outline text='B &amp; C' XMLURL='feed://b.example/atom' category='Own'/></outline>"
        "<outline text='folder without feeds'/><outline type='link' url='https://x.example/'/>"
        "<outline type='rss' title='Old' url='feed:https://c.example/rss'/></body></opml>";
    assert_true(gs_opml_parse(gs_view_of(xml), self->arena, &outlines, &count, &self->error));
    assert_int_equal(count, 3);
    assert_string_equal(outlines[0].title, "Le\xC3\xA9");
    assert_string_equal(outlines[0].xml_url, "https://a.example/rss");
    assert_string_equal(outlines[0].html_url, "https://a.example/");
    assert_string_equal(outlines[0].category, "News/Europe");
    assert_string_equal(outlines[0].language, "fr");
    assert_string_equal(outlines[0].type, "rss");
    assert_string_equal(outlines[1].title, "B & C");
    assert_string_equal(outlines[1].xml_url, "http://b.example/atom");
    assert_string_equal(outlines[1].category, "Own");
    assert_string_equal(outlines[2].xml_url, "https://c.example/rss");
    assert_string_equal(outlines[2].category, "");
}

static void what_is_written_reads_the_same(void **state)
{
    fixture *self = *state;
    const gs_opml_outline list[] = {
        {.title = "A \"<&>\"",
         .xml_url = "https://a.example/?x=1&y=2",
         .category = "News/Europe",
         .language = "en"},
        {.xml_url = "https://b.example/"},
        {.title = "C",
         .xml_url = "https://c.example/",
         .html_url = "https://c.example/h",
         .category = "News/Europe",
         .type = "atom"},
    };
    gs_buffer out = {0};
    gs_opml_write("My <list>", list, 3, &out);
    assert_has(out.data, "<title>My &lt;list&gt;</title>");
    gs_opml_outline *outlines = NULL;
    size_t count = 0;
    assert_true(gs_opml_parse(gs_buffer_view(&out), self->arena, &outlines, &count, &self->error));
    gs_buffer_free(&out);
    assert_int_equal(count, 3);
    assert_string_equal(outlines[0].title, list[0].title);
    assert_string_equal(outlines[0].xml_url, list[0].xml_url);
    assert_string_equal(outlines[0].category, "News/Europe");
    assert_string_equal(outlines[0].language, "en");
    assert_string_equal(outlines[1].title, "C"); // its folder's feeds stand together
    assert_string_equal(outlines[1].html_url, "https://c.example/h");
    assert_string_equal(outlines[1].type, "atom");
    assert_string_equal(outlines[2].title, "https://b.example/");
    assert_string_equal(outlines[2].category, "");
}

static void says_what_is_no_list(void **state)
{
    fixture *self = *state;
    gs_opml_outline *outlines = NULL;
    size_t count = 0;
    assert_false(gs_opml_parse(gs_view_of("<rss/>"), self->arena, &outlines, &count, &self->error));
    assert_has(self->error.message, "expected <opml>, found <rss>");
    assert_false(gs_opml_parse(gs_view_of("{}"), self->arena, &outlines, &count, &self->error));
    assert_has(self->error.message, "not OPML");
    assert_true(gs_opml_parse(gs_view_of("<opml/>"), self->arena, &outlines, &count, &self->error));
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(outlines_become_flat), TEST(what_is_written_reads_the_same),
                                       TEST(says_what_is_no_list)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
