// Relative references: the examples of RFC 3986, section 5.4, and what pages write.
#include "source_test.h"

static void follows_the_standard(void **state)
{
    static const char *const pairs[][2] = {
        {"g:h", "g:h"},
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q#s"},
        {"g#s", "http://a/b/c/g#s"},
        {";x", "http://a/b/c/;x"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {".", "http://a/b/c/"},
        {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {"..g", "http://a/b/c/..g"},
        {"./../g", "http://a/b/g"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
        {"g#s/../x", "http://a/b/c/g#s/../x"},
    };
    fixture *self = *state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char *found =
            gs_link_absolute(gs_view_of(pairs[i][0]), gs_view_of("http://a/b/c/d;p?q"), self->arena);
        assert_string_equal(found, pairs[i][1]);
    }
}

static char *absolute(fixture *self, const char *link, const char *base)
{
    return gs_link_absolute(gs_view_of(link), gs_view_of(base), self->arena);
}

static void reads_what_people_write(void **state)
{
    fixture *self = *state;
    assert_string_equal(absolute(self, " a b.html\n", "https://x.example"), "https://x.example/a%20b.html");
    assert_string_equal(absolute(self, "\xC3\xA9t\xC3\xA9", "https://x.example/a/"),
                        "https://x.example/a/\xC3\xA9t\xC3\xA9");
    assert_string_equal(absolute(self, "mailto:x@y", "https://x.example/"), "mailto:x@y");
    assert_string_equal(absolute(self, "", "https://x.example/"), "");
    assert_string_equal(absolute(self, "c", NULL), "c");
    assert_string_equal(absolute(self, "c", "javascript:alert(1)/"), "c");
    assert_string_equal(absolute(self, "c", "file:///etc/"), "c");
    assert_string_equal(absolute(self, "HTTP://y/z", "https://x.example/"), "HTTP://y/z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(follows_the_standard), TEST(reads_what_people_write)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
