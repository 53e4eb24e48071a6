// HTML fragments as a line of text, and character references.
#include "source_test.h"

static void makes_plain_text(void **state)
{
    static const char *const pairs[][2] = {
        {"plain", "plain"},
        {"<b>Ex</b>ample &amp; more", "Example & more"},
        {"<p>One</p><p>Two</p>", "One Two"},
        {"a<br/>b<img alt='x>y'>c", "a b c"},
        {"  many \n\t spaces&nbsp;&#160; here ", "many spaces here"},
        {"a<script>if (a < b) { x(\"</p>\"); }</script>b<STYLE>p{}</STYLE >c", "a b c"},
        {"<script>never closed", ""},
        {"<script>never closed</", ""},
        {"a<!-- <b>not</b> -->b<?pi?>c<!doctype x>d", "abcd"},
        {"a<!-- never closed", "a"},
        {"5 < 6 and 7 > 6 <", "5 < 6 and 7 > 6 <"},
        {"<a href=\"x>y\" title='>'>link</a>", "link"},
        {"<a href=x\"y>link</a>", "link"},
        {"<a", ""},
        {"&eacute;&#233;&#xE9;&#XE9;&#146;&apos;&quot;", "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xE2\x80\x99'\""},
        {"&nosuch; &amp &#; &#x; &; & &#0; &#xD800; &#99999999999;",
         "&nosuch; &amp &#; &#x; &; & \xEF\xBF\xBD \xEF\xBF\xBD \xEF\xBF\xBD"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        gs_buffer out = {0};
        gs_buffer_reserve(&out, 1);
        gs_markup_text(gs_view_of(pairs[i][0]), &out);
        if (strcmp(out.data, pairs[i][1]) != 0) {
            fail_msg("\"%s\" became \"%s\", expected \"%s\"", pairs[i][0], out.data, pairs[i][1]);
        }
        gs_buffer_free(&out);
    }
}

static void escapes(void **state)
{
    (void)state;
    gs_buffer out = {0};
    gs_markup_escape(gs_view_of("<a href=\"x\">&'"), &out);
    assert_string_equal(out.data, "&lt;a href=&quot;x&quot;&gt;&amp;'");
    gs_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(makes_plain_text), TEST(escapes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
