// robots.txt: a file, a path, a verdict; the cases that RFC 9309 tells of and those that real files have.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "net/robots.h"

typedef struct verdict {
    const char *text, *path;
    bool allowed;
} verdict;

static const verdict verdicts[] = {
    // Nothing, and what is no rule.
    {"", "/", true},
    {"\n\n# only words\n", "/a", true},
    {"<html><body>Disallow: /</body></html>", "/a", true},
    {"Disallow: /", "/a", true}, // in no group
    {"User-agent: *\nDisallow:\n", "/a", true},
    {"User-agent: *\nDisallow: /\n", "/a", false},
    {"User-agent: *\nDisallow: /\n", "/robots.txt", true}, // always
    {"User-agent: *\nAllow: /\n", "/a", true},
    {"User-agent: *\nDisallow /a\n", "/a", true}, // no colon
    // Groups.
    {"User-agent: other\nDisallow: /\n", "/a", true},
    {"User-agent: gainsay\nDisallow: /\n", "/a", false},
    {"user-AGENT:GainSay\ndisALLOW:/\n", "/a", false},
    {"User-agent: Gainsay/0.1 (bot)\nDisallow: /\n", "/a", false},
    {"User-agent: gainsayer\nDisallow: /\n", "/a", true},
    {"User-agent: gain\nDisallow: /\n", "/a", true},
    {"User-agent: *\nDisallow: /a\n\nUser-agent: gainsay\nDisallow: /b\n", "/a", true}, // ours alone
    {"User-agent: *\nDisallow: /a\n\nUser-agent: gainsay\nDisallow: /b\n", "/b", false},
    {"User-agent: gainsay\n\nUser-agent: *\nDisallow: /\n", "/a", false}, // one group of two names
    {"User-agent: gainsay\nDisallow:\n\nUser-agent: *\nDisallow: /\n", "/a", true},
    {"User-agent: one\nUser-agent: gainsay\nUser-agent: two\nDisallow: /a\n", "/a", false},
    {"User-agent: gainsay\nSitemap: http://x/s.xml\nUser-agent: two\nDisallow: /a\n", "/a", false},
    {"User-agent: gainsay\nDisallow: /a\nUser-agent: x\nDisallow: /c\nUser-agent: gainsay\nDisallow: /b\n",
     "/a", false}, // groups of one name are one
    {"User-agent: gainsay\nDisallow: /a\nUser-agent: x\nDisallow: /c\nUser-agent: gainsay\nDisallow: /b\n",
     "/b", false},
    {"User-agent: gainsay\nDisallow: /a\nUser-agent: x\nDisallow: /c\nUser-agent: gainsay\nDisallow: /b\n",
     "/c", true},
    {"User-agent: x\nCrawl-delay: 5\nUser-agent: *\nDisallow: /a\n", "/a", false},
    {"Sitemap: http://x/\nUser-agent: *\nHost: x\nDisallow: /a\nSitemap: y\nDisallow: /b\n", "/b", false},
    // The longest rule, and of equal ones the kinder.
    {"User-agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n",
     "/example/page/disallowed.gif", false},
    {"User-agent: *\nDisallow: /a\nAllow: /a/b\n", "/a/b/c", true},
    {"User-agent: *\nAllow: /a/b\nDisallow: /a\n", "/a/b/c", true},
    {"User-agent: *\nAllow: /a\nDisallow: /a/b\n", "/a/b/c", false},
    {"User-agent: *\nDisallow: /a\nAllow: /a\n", "/a", true},
    {"User-agent: *\nAllow: /p\nDisallow: /*.html\n", "/page.html", false},
    {"User-agent: *\nAllow: /$\nDisallow: /\n", "/", true},
    {"User-agent: *\nAllow: /$\nDisallow: /\n", "/a", false},
    // Beginnings, and case.
    {"User-agent: *\nDisallow: /fish\n", "/fish", false},
    {"User-agent: *\nDisallow: /fish\n", "/fish.html", false},
    {"User-agent: *\nDisallow: /fish\n", "/fishheads/yummy.html", false},
    {"User-agent: *\nDisallow: /fish\n", "/fish?id=1", false},
    {"User-agent: *\nDisallow: /fish\n", "/Fish", true},
    {"User-agent: *\nDisallow: /fish\n", "/catfish", true},
    {"User-agent: *\nDisallow: /fish/\n", "/fish", true},
    {"User-agent: *\nDisallow: fish\n", "/fish", true},
    // Stars and ends.
    {"User-agent: *\nDisallow: /*\n", "/a", false},
    {"User-agent: *\nDisallow: *\n", "/a", false},
    {"User-agent: *\nDisallow: /*.gif$\n", "/a/b.gif", false},
    {"User-agent: *\nDisallow: /*.gif$\n", "/a/b.gif?x", true},
    {"User-agent: *\nDisallow: /*.gif$\n", "/a.gif.gif", false},
    {"User-agent: *\nDisallow: *.php\n", "/index.php?a=b", false},
    {"User-agent: *\nDisallow: /a*b*c\n", "/aXbYcZ", false},
    {"User-agent: *\nDisallow: /a*b*c\n", "/aXcYb", true},
    {"User-agent: *\nDisallow: /a**c\n", "/ac", false},
    {"User-agent: *\nDisallow: /a$\n", "/a", false},
    {"User-agent: *\nDisallow: /a$\n", "/ab", true},
    {"User-agent: *\nDisallow: /a*$\n", "/abc", false},
    {"User-agent: *\nDisallow: /ab*ba$\n", "/aba", true}, // the two may not overlap
    {"User-agent: *\nDisallow: /ab*ba$\n", "/abba", false},
    {"User-agent: *\nDisallow: $\n", "/", true},
    {"User-agent: *\nDisallow: /a$b\n", "/a$b", false}, // in the middle it is itself
    {"User-agent: *\nDisallow: /a%24\n", "/a$", false},
    {"User-agent: *\nDisallow: /a%24\n", "/a", true},
    {"User-agent: *\nDisallow: /a%2A\n", "/a*b", false},
    {"User-agent: *\nDisallow: /a%2a\n", "/ab", true},
    {"User-agent: *\nDisallow: /a/*/c\n", "/a/*/c", false},
    // Percent-encoding.
    {"User-agent: *\nDisallow: /a/\xE3\x83\x84\n", "/a/%E3%83%84", false},
    {"User-agent: *\nDisallow: /a/%e3%83%84\n", "/a/\xE3\x83\x84", false},
    {"User-agent: *\nDisallow: /foo/%62%61%7A\n", "/foo/baz", false},
    {"User-agent: *\nDisallow: /foo/baz\n", "/foo/%62%61%7a", false},
    {"User-agent: *\nDisallow: /q?u=https://foo.bar\n", "/q?u=https%3A%2F%2Ffoo.bar", false},
    {"User-agent: *\nDisallow: /q?u=https%3A%2F%2Ffoo.bar\n", "/q?u=https://foo.bar", false},
    {"User-agent: *\nDisallow: /a%2Fb\n", "/a/b", true}, // in the path a slash is more than its code
    {"User-agent: *\nDisallow: /a%2fb\n", "/a%2Fb", false},
    {"User-agent: *\nDisallow: /100%\n", "/100%", false},
    {"User-agent: *\nDisallow: /%zz\n", "/%zz", false},
    {"User-agent: *\nDisallow: /a b\n", "/a%20b", false},
    // Lines, comments, marks.
    {"\xEF\xBB\xBFUser-agent: *\nDisallow: /a\n", "/a", false},
    {"User-agent: *\r\nDisallow: /a\r\n", "/a", false},
    {"User-agent: *\rDisallow: /a\r", "/a", false},
    {"User-agent: *\nDisallow: /a", "/a", false}, // no end of line
    {"User-agent: * # all\nDisallow: /a # not this\n", "/a", false},
    {"User-agent: *\nDisallow: /a#b\n", "/a", false},
    {"  User-agent :  *  \n\t Disallow\t: \t/a \n", "/a", false},
    {"User-agent: *\nDisallow: /a?b=*&c\n", "/a?b=1&c=2", false},
};

static void gives_the_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
        gs_robots *robots = gs_robots_parse(gs_view_of(verdicts[i].text), "gainsay");
        if (gs_robots_allows(robots, verdicts[i].path) != verdicts[i].allowed) {
            fail_msg("\"%s\" of \"%s\": expected %s", verdicts[i].path, verdicts[i].text,
                     verdicts[i].allowed ? "allowed" : "forbidden");
        }
        gs_robots_free(&robots);
        assert_null(robots);
    }
}

static void reads_the_delay(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t delay_ms;
    } cases[] = {
        {"User-agent: *\nCrawl-delay: 10\n", 10000},
        {"User-agent: *\nCrawl-delay: 0.5\n", 500},
        {"User-agent: *\nCrawl-delay: 1.2345\n", 1234},
        {"User-agent: *\nCrawl-delay: .5\n", 500},
        {"User-agent: *\nCrawl-delay: 999999999999999999999999\n", GS_ROBOTS_DELAY_MOST_MS},
        {"User-agent: *\nCrawl-delay: -1\n", 0},
        {"User-agent: *\nCrawl-delay: ten\n", 0},
        {"User-agent: *\nCrawl-delay:\n", 0},
        {"User-agent: *\nCrawl-delay: 1.2.3\n", 0},
        {"User-agent: *\nDisallow: /a\n", 0},
        {"User-agent: other\nCrawl-delay: 10\n", 0},
        {"User-agent: *\nCrawl-delay: 10\nUser-agent: gainsay\nCrawl-delay: 2\n", 2000},
        {"Crawl-delay: 10\n", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gs_robots *robots = gs_robots_parse(gs_view_of(cases[i].text), "gainsay");
        assert_int_equal(gs_robots_delay_ms(robots), cases[i].delay_ms);
        gs_robots_free(&robots);
    }
}

// Beyond 500 KiB nothing is in force, nor is the line that lies across.
static void reads_so_far_and_no_further(void **state)
{
    (void)state;
    gs_buffer text = {0};
    gs_buffer_text(&text, "User-agent: *\nDisallow: /first\n");
    while (text.size < GS_ROBOTS_BYTES - 12) {
        gs_buffer_text(&text,
                       text.size < GS_ROBOTS_BYTES - 60 ? "#-------------------------------------\n" : "\n");
    }
    gs_buffer_text(&text, "Disallow: /across\nDisallow: /behind\n");
    gs_robots *robots = gs_robots_parse(gs_buffer_view(&text), "gainsay");
    assert_false(gs_robots_allows(robots, "/first"));
    assert_true(gs_robots_allows(robots, "/a"));
    assert_true(gs_robots_allows(robots, "/across"));
    assert_true(gs_robots_allows(robots, "/behind"));
    gs_robots_free(&robots);
    gs_buffer_free(&text);
}

// The dearest file and URL that fit: many patterns of many stars against a long path.
static void costs_little_at_worst(void **state)
{
    (void)state;
    gs_buffer text = {0};
    gs_buffer path = {0};
    gs_buffer_text(&text, "User-agent: *\n");
    while (text.size < GS_ROBOTS_BYTES - 100) {
        gs_buffer_text(&text, "Disallow: /*a*a*a*a*a*a*a*a*a*a*a*a*ab\n");
    }
    gs_buffer_text(&path, "/");
    while (path.size < 8000) {
        gs_buffer_text(&path, "a");
    }
    uint64_t start = gs_monotonic_us();
    gs_robots *robots = gs_robots_parse(gs_buffer_view(&text), "gainsay");
    assert_true(gs_robots_allows(robots, path.data));
    assert_true(gs_monotonic_us() - start < 5000000); // about 20 ms; sanitizers and busy machines take longer
    assert_in_range(gs_robots_memory(robots), GS_ROBOTS_BYTES / 2, GS_ROBOTS_BYTES * 8);
    gs_robots_free(&robots);
    gs_buffer_free(&text);
    gs_buffer_free(&path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_verdict),
        cmocka_unit_test(reads_the_delay),
        cmocka_unit_test(reads_so_far_and_no_further),
        cmocka_unit_test(costs_little_at_worst),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
