// URLs: what is asked for, what is shown, which host and origin it counts for, and where a redirect leads.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "net/net_internal.h"

static void takes_apart(void **state)
{
    (void)state;
    static const struct {
        const char *url, *text, *shown, *origin, *host, *path;
    } cases[] = {
        {"http://Example.ORG", "http://Example.ORG/", "http://Example.ORG/", "http://example.org",
         "example.org", "/"},
        {"https://example.org./a?b=c#d", "https://example.org./a?b=c", "https://example.org./a?b=c",
         "https://example.org", "example.org", "/a?b=c"},
        {"http://me:pw@example.org:8080/x", "http://me:pw@example.org:8080/x", "http://example.org:8080/x",
         "http://example.org:8080", "example.org", "/x"},
        {"http://example.org:80/x", "http://example.org:80/x", "http://example.org:80/x",
         "http://example.org", "example.org", "/x"},
        {"http://0x7f.1/", "http://127.0.0.1/", "http://127.0.0.1/", "http://127.0.0.1", "127.0.0.1", "/"},
        {"http://2130706433/", "http://127.0.0.1/", "http://127.0.0.1/", "http://127.0.0.1", "127.0.0.1",
         "/"},
        {"http://[::1]:81/", "http://[::1]:81/", "http://[::1]:81/", "http://[::1]:81", "[::1]", "/"},
        {"http://example.org/a b\xC3\xA9?q=\xC3\xA9", "http://example.org/a%20b%c3%a9?q=%c3%a9",
         "http://example.org/a%20b%c3%a9?q=%c3%a9", "http://example.org", "example.org",
         "/a%20b%c3%a9?q=%c3%a9"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_url url;
        gs_error error = {0};
        if (!gs_url_read(cases[i].url, &url, &error)) {
            fail_msg("%s", error.message);
        }
        assert_string_equal(url.text, cases[i].text);
        assert_string_equal(url.shown, cases[i].shown);
        assert_string_equal(url.origin, cases[i].origin);
        assert_string_equal(url.host, cases[i].host);
        assert_string_equal(url.path, cases[i].path);
        gs_url_free(&url);
    }
}

static void follows(void **state)
{
    (void)state;
    static const struct {
        const char *from, *location, *text; // NULL: cannot be followed
    } cases[] = {
        {"http://a.org/x/y", "/z", "http://a.org/z"},
        {"http://a.org/x/y", "z?q", "http://a.org/x/z?q"},
        {"http://a.org/x/y", "../z", "http://a.org/z"},
        {"http://a.org/x", "//b.org/z", "http://b.org/z"},
        {"http://a.org/x", "https://a.org/x", "https://a.org/x"},
        {"http://a.org/x", "?page=2", "http://a.org/x?page=2"},
        {"http://a.org/x", "/y#part", "http://a.org/y"},
        {"http://a.org/x", "/a b", "http://a.org/a%20b"},
        {"http://me:pw@a.org/x", "/y", "http://me:pw@a.org/y"},
        {"http://me:pw@a.org/x", "http://a.org/y", "http://me:pw@a.org/y"},
        {"http://me:pw@a.org/x", "http://a.org:81/y", "http://a.org:81/y"}, // another origin gets no password
        {"http://me:pw@a.org/x", "https://a.org/y", "https://a.org/y"},
        {"http://me:pw@a.org/x", "http://b.org/y", "http://b.org/y"},
        {"http://a.org/x", "http://me:pw@b.org/y", "http://b.org/y"}, // nor does one come from a stranger
        {"http://a.org/x", "file:///etc/passwd", NULL},
        {"http://a.org/x", "gopher://a.org/", NULL},
        {"http://a.org/x", "http://[::1", NULL},
        {"http://a.org/x", "http://a.org:99999/", NULL},
        {"http://a.org/x", "http://%35/", "http://0.0.0.5/"},
        {"http://a.org/x", "http://%31%32%37.1/", "http://127.0.0.1/"},
        {"http://a.org/x", "http://a%25.org/", NULL},
        {"http://a.org/x", "http://a%7f.org/", NULL},
        {"http://a.org/x", "http://a%0d%0a.org/", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_url from;
        gs_url to;
        gs_error error = {0};
        assert_true(gs_url_read(cases[i].from, &from, &error));
        const bool good = gs_url_follow(&from, cases[i].location, &to, &error);
        if (good != (cases[i].text != NULL) || (good && strcmp(to.text, cases[i].text) != 0)) {
            fail_msg("%s from %s: %s", cases[i].location, cases[i].from, good ? to.text : error.message);
        }
        assert_null(strstr(error.message, "pw"));
        gs_url_free(&from);
        gs_url_free(&to);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(takes_apart), cmocka_unit_test(follows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
