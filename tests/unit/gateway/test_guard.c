// Who is let in: hosts, tokens, rates. And texts that must come out harmless.
#include "../base/unit.h"

#include "guard.h"
#include "metrics_page.h"
#include "text.h"

static void test_hosts(void **state)
{
    static const struct {
        const char *host;
        bool local, proxied, open; // on loopback; with gateway.hosts; beyond loopback
    } hosts[] = {{"127.0.0.1", true, true, true},
                 {"127.0.0.1:7780", true, true, true},
                 {"localhost:1", true, true, true},
                 {"LOCALHOST", true, true, true},
                 {"[::1]:7780", true, true, true},
                 {"evil.example", false, false, true},
                 {"feed.example", false, true, true},
                 {"Feed.Example:443", false, true, true},
                 {"127.0.0.1.evil.example", false, false, true},
                 {"localhost.evil", false, false, true},
                 {"", false, false, false},
                 {NULL, false, false, false},
                 {"a\"b", false, false, false},
                 {"127.0.0.1:x", false, false, false}};
    (void)state;
    gw_guard *local = gw_guard_new(gs_view_of(""), NULL, true, 0, 0);
    gw_guard *proxied = gw_guard_new(gs_view_of(""), "other.example, feed.example", true, 0, 0);
    gw_guard *open = gw_guard_new(gs_view_of("t"), NULL, false, 0, 0);
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        assert_int_equal(gw_guard_host(local, hosts[i].host), hosts[i].local);
        assert_int_equal(gw_guard_host(proxied, hosts[i].host), hosts[i].proxied);
        assert_int_equal(gw_guard_host(open, hosts[i].host), hosts[i].open);
    }
    gw_guard_free(&local);
    gw_guard_free(&proxied);
    gw_guard_free(&open);
}

static void test_tokens(void **state)
{
    (void)state;
    gw_guard *none = gw_guard_new(gs_view_of(""), NULL, true, 0, 0);
    gw_guard *some = gw_guard_new(gs_view_of("secret"), NULL, true, 0, 0);
    assert_true(gw_guard_token(none, NULL));
    assert_true(gw_guard_token(some, "Bearer secret"));
    assert_true(gw_guard_token(some, "bearer  secret "));
    assert_false(gw_guard_token(some, NULL));
    assert_false(gw_guard_token(some, "secret"));
    assert_false(gw_guard_token(some, "Bearer secre"));
    assert_false(gw_guard_token(some, "Bearer "));
    assert_false(gw_guard_token(some, "Basic secret"));
    gw_guard_free(&none);
    gw_guard_free(&some);
}

static void test_rates(void **state)
{
    (void)state;
    gw_guard *guard = gw_guard_new(gs_view_of(""), NULL, true, 2, 60);
    uint64_t now = 1000000;
    for (int i = 0; i < 60; i++) {
        assert_true(gw_guard_request(guard, "10.0.0.1", now));
    }
    assert_false(gw_guard_request(guard, "10.0.0.1", now));
    assert_true(gw_guard_request(guard, "10.0.0.2", now));
    assert_true(gw_guard_request(guard, "10.0.0.1", now + 1100000));
    assert_true(gw_guard_connect(guard, "10.0.0.3", now) && gw_guard_connect(guard, "10.0.0.3", now));
    assert_false(gw_guard_connect(guard, "10.0.0.3", now));
    gw_guard_disconnect(guard, "10.0.0.3");
    assert_true(gw_guard_connect(guard, "10.0.0.3", now));
    for (int i = 0; i < 100000; i++) { // a flood of addresses costs no memory, and nobody his place
        char address[32];
        snprintf(address, sizeof address, "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
        gw_guard_request(guard, address, now + (uint64_t)i);
    }
    assert_false(gw_guard_connect(guard, "10.0.0.3", now + 200000));
    gw_guard_free(&guard);
}

static void check(void (*put)(gs_view, gs_buffer *), const char *text, const char *expected)
{
    gs_buffer out = {0};
    gs_buffer_text(&out, "");
    put(gs_view_of(text), &out);
    assert_string_equal(out.data, expected);
    gs_buffer_free(&out);
}

static void test_texts(void **state)
{
    gs_buffer out = {0};
    (void)state;
    check(gw_text_csv, "plain, \"quoted\"", "\"plain, \"\"quoted\"\"\"");
    check(gw_text_csv, "=1+1", "\"'=1+1\"");
    check(gw_text_csv, " \t@SUM(A1)", "\"' @SUM(A1)\"");
    check(gw_text_csv, "\xe2\x80\xae=1", "\"'=1\"");
    check(gw_text_csv,
          "\xef\xbc\x9d"
          "1",
          "\"'\xef\xbc\x9d"
          "1\"");
    check(gw_text_xml, "<a href='x'>&\x01\xe2\x80\xa8</a>", "&lt;a href=&#39;x&#39;&gt;&amp;&lt;/a&gt;");
    check(gw_text_json, "</script>\n\"\\\x1b\xe2\x80\xae",
          "\"\\u003c/script\\u003e\\n\\\"\\\\\\u001b\\u202e\"");
    check(gw_text_url, "a b/\xc3\xa9", "a%20b%2F%C3%A9");
    gw_text_plain(gs_view_of("  many\n\n  words \xe2\x80\xae turned\x07 "), 0, &out);
    assert_string_equal(out.data, "many words turned");
    gs_buffer_clear(&out);
    gw_text_plain(gs_view_of("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"), 2, &out);
    assert_string_equal(out.data, "\xc3\xa9\xc3\xa9…");
    gs_buffer_free(&out);
    assert_true(gw_text_is_link("https://a.example/x?y=1"));
    assert_false(gw_text_is_link("javascript:alert(1)"));
    assert_false(gw_text_is_link("http://a b"));
    assert_false(gw_text_is_link("data:text/html,x"));
}

static void test_metrics(void **state)
{
    gs_arena *arena = gs_arena_new(0);
    gs_buffer page = {0};
    (void)state;
    gs_status *reports[] = {gs_status_new(arena, "extractor", "a\"b\\", 0),
                            gs_status_new(arena, "ingestor", "i", 0),
                            gs_status_new(arena, "extractor", "c", 0)};
    for (size_t i = 0; i < 3; i++) {
        gs_status_counter(arena, reports[i], "articles", i);
    }
    gs_histogram histogram = {0};
    gs_histogram_add(&histogram, 1500);
    gs_status_latency(arena, reports[0], "delay", &histogram);
    gw_metrics_page(reports, 3, gs_unix_us(), &page);
    assert_contains(page.data, "# TYPE gainsay_extractor_articles_total counter\n"
                               "gainsay_extractor_articles_total{name=\"a\\\"b\\\\\"} 0\n"
                               "gainsay_extractor_articles_total{name=\"c\"} 2\n");
    assert_contains(page.data, "gainsay_extractor_delay_seconds_count{name=\"a\\\"b\\\\\"} 1\n");
    assert_contains(page.data,
                    "gainsay_up{daemon=\"ingestor\",name=\"i\",version=\"" GAINSAY_VERSION "\"} 1\n");
    gs_buffer_free(&page);
    gs_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_hosts), cmocka_unit_test(test_tokens),
                                       cmocka_unit_test(test_rates), cmocka_unit_test(test_texts),
                                       cmocka_unit_test(test_metrics)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
