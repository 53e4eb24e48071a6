// Fetching: good answers, and every way for a server to be slow, false, too large or malicious.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http_server.h"
#include "net/net_internal.h"

enum { WATCHED = 64, SMALL = 100000, BOMB_BYTES = 64 * 1024 * 1024 };

typedef struct outcome {
    int calls;
    long status;
    char *error, *url, *type, *etag, *last_modified, *moved_to, *body;
    size_t size;
    uint32_t retry_after_s, fresh_s;
    bool robots_refused, gone;
} outcome;

// The test's own event loop: what net wants to have watched, polled.
typedef struct loop {
    gs_net *net;
    struct pollfd fds[WATCHED];
    nfds_t count;
} loop;

static http_answer *answers;
static http_server *server;
static char *bomb;
static char *flood;

static void watch(void *context, int fd, int want)
{
    loop *self = context;
    nfds_t i = 0;
    while (i < self->count && self->fds[i].fd != fd) {
        i++;
    }
    if (want == 0) {
        if (i < self->count) {
            self->fds[i] = self->fds[--self->count];
        }
        return;
    }
    assert_true(i < WATCHED);
    self->count += i == self->count;
    self->fds[i] =
        (struct pollfd){.fd = fd, .events = (short)((want & 1 ? POLLIN : 0) | (want & 2 ? POLLOUT : 0))};
}

static void done(void *context, const gs_response *response)
{
    outcome *result = context;
    result->calls++;
    result->status = response->status;
    result->error = gs_duplicate(response->error);
    result->url = gs_duplicate(response->url);
    result->type = gs_duplicate(response->type);
    result->etag = gs_duplicate(response->etag);
    result->last_modified = gs_duplicate(response->last_modified);
    result->moved_to = gs_duplicate(response->moved_to);
    result->retry_after_s = response->retry_after_s;
    result->fresh_s = response->fresh_s;
    result->robots_refused = response->robots_refused;
    result->gone = response->gone;
    result->size = response->body.size;
    result->body = gs_allocate(response->body.size + 1);
    if (response->body.size > 0) {
        memcpy(result->body, response->body.data, response->body.size);
    }
}

static void outcome_free(outcome *self)
{
    free(self->error);
    free(self->url);
    free(self->type);
    free(self->etag);
    free(self->last_modified);
    free(self->moved_to);
    free(self->body);
    *self = (outcome){0};
}

static void loop_start(loop *self)
{
    gs_error error = {0};
    *self = (loop){0};
    self->net = gs_net_new("gainsay-test/1 (test@example.org)", watch, self, &error);
    assert_non_null(self->net);
    gs_net_pace(self->net, 0);
}

static void loop_once(loop *self)
{
    int timeout = gs_net_tick(self->net);
    assert_in_range(timeout, 0, 1000);
    if (gs_net_active(self->net) == 0 || poll(self->fds, self->count, timeout) <= 0) {
        return;
    }
    int ready[WATCHED];
    size_t count = 0;
    for (nfds_t i = 0; i < self->count; i++) {
        if (self->fds[i].revents) {
            ready[count++] = self->fds[i].fd;
        }
    }
    for (size_t i = 0; i < count; i++) {
        gs_net_ready(self->net, ready[i]);
    }
}

static void loop_run(loop *self)
{
    uint64_t start = gs_monotonic_us();
    while (gs_net_active(self->net) > 0) {
        loop_once(self);
        assert_true(gs_monotonic_us() - start < 30 * UINT64_C(1000000));
    }
}

static void address_of(const char *path, char url[256])
{
    snprintf(url, 256, "http://127.0.0.1:%d%s", server->port, path);
}

static outcome fetch(gs_request request, const char *path)
{
    loop events;
    char url[256];
    outcome result = {0};
    gs_error error = {0};
    loop_start(&events);
    address_of(path, url);
    request.url = url;
    if (!gs_net_get(events.net, &request, done, &result, &error)) {
        fail_msg("%s", error.message);
    }
    assert_int_equal(result.calls, 0); // never from within
    loop_run(&events);
    assert_int_equal(result.calls, 1);
    gs_net_free(&events.net);
    assert_int_equal(events.count, 0); // nothing is left to watch
    assert_null(strchr(result.error, '\n'));
    return result;
}

static gs_request usual(void)
{
    return (gs_request){.max_bytes = SMALL, .timeout_s = 10, .allow_private = true};
}

static void assert_error(outcome *result, const char *words)
{
    if (result->status != 0 || !strstr(result->error, words) || !strstr(result->error, "http://127.0.0.1:")) {
        fail_msg("status %ld, \"%s\"; expected \"%s\"", result->status, result->error, words);
    }
    outcome_free(result);
}

static void gives_the_answer(void **state)
{
    (void)state;
    outcome result = fetch(usual(), "/plain");
    assert_int_equal(result.status, 200);
    assert_string_equal(result.error, "");
    assert_string_equal(result.body, "hello");
    assert_string_equal(result.type, "text/plain; charset=utf-8");
    assert_string_equal(result.etag, "\"v1\"");
    assert_string_equal(result.last_modified, "Thu, 01 Jan 2004 19:48:21 GMT");
    outcome_free(&result);
}

static void says_who_it_is(void **state)
{
    (void)state;
    outcome result = fetch(usual(), "/agent");
    assert_int_equal(result.status, 200);
    outcome_free(&result);
}

static void asks_for_changes_only(void **state)
{
    (void)state;
    gs_request request = usual();
    request.etag = "\"v1\"";
    outcome result = fetch(request, "/etag");
    assert_int_equal(result.status, 304);
    assert_int_equal(result.size, 0);
    outcome_free(&result);
    request.etag = NULL;
    request.last_modified = "Thu, 01 Jan 2004 19:48:21 GMT";
    result = fetch(request, "/since");
    assert_int_equal(result.status, 304);
    outcome_free(&result);
    request.etag = "x\r\nInjected: yes"; // from a damaged store
    result = fetch(request, "/injected");
    assert_int_equal(result.status, 500);
    outcome_free(&result);
}

static void tells_when_to_come_back(void **state)
{
    (void)state;
    outcome result = fetch(usual(), "/busy");
    assert_int_equal(result.status, 503);
    assert_int_equal(result.retry_after_s, 77);
    outcome_free(&result);
}

static void follows_redirects_within_bounds(void **state)
{
    (void)state;
    outcome result = fetch(usual(), "/hop1");
    assert_int_equal(result.status, 200);
    assert_string_equal(result.body, "hello");
    assert_string_equal(result.etag, "\"v1\""); // the last answer's, not the first's
    assert_non_null(strstr(result.url, "/plain"));
    outcome_free(&result);
    result = fetch(usual(), "/loop");
    assert_error(&result, "in a circle");
    result = fetch(usual(), "/far-off");
    assert_error(&result, "more than 10 redirects");
    result = fetch(usual(), "/to-nowhere");
    assert_error(&result, "not a URL");
    result = fetch(usual(), "/to-nothing");
    assert_int_equal(result.status, 302); // no Location: an answer like another
    outcome_free(&result);
}

static void remembers_only_what_moved_for_good(void **state)
{
    (void)state;
    static const struct {
        const char *path, *moved_to;
        long status;
    } cases[] = {
        {"/plain", "", 200},
        {"/moved", "/plain", 200},
        {"/moved-twice", "/plain", 200},
        {"/moved-then-hop", "/hop3", 200}, // as far as it is for good
        {"/hop-then-moved", "", 200},      // the start of the chain may lead elsewhere tomorrow
        {"/moved-to-missing", "", 404},    // a mistake, perhaps
        {"/moved-to-same", "/etag-moved", 304},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char wanted[256] = "";
        gs_request request = usual();
        request.etag = "\"v1\"";
        outcome result = fetch(request, cases[i].path);
        assert_int_equal(result.status, cases[i].status);
        if (cases[i].moved_to[0] != '\0') {
            address_of(cases[i].moved_to, wanted);
        }
        assert_string_equal(result.moved_to, wanted);
        outcome_free(&result);
    }
}

static void tells_how_long_it_is_fresh(void **state)
{
    (void)state;
    outcome result = fetch(usual(), "/fresh");
    assert_int_equal(result.fresh_s, 500);
    assert_false(result.gone);
    outcome_free(&result);
    result = fetch(usual(), "/gone");
    assert_int_equal(result.status, 410);
    assert_true(result.gone);
    outcome_free(&result);
}

static void obeys_robots_txt(void **state)
{
    (void)state;
    static const char *const paths[] = {"/forbidden", "/hop-to-forbidden"};
    int before = atomic_load(&server->forbidden);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        outcome result = fetch(usual(), paths[i]);
        assert_true(result.robots_refused);
        assert_error(&result, "/robots.txt");
    }
    assert_int_equal(atomic_load(&server->forbidden), before);
    gs_request request = usual();
    request.ignore_robots = true;
    outcome result = fetch(request, "/forbidden");
    assert_int_equal(result.status, 200);
    outcome_free(&result);
}

// What a guarded fetch may not reach is no word about robots.txt for one that may.
static void guarded_and_unguarded_have_their_own_rules(void **state)
{
    (void)state;
    loop events;
    char url[256];
    outcome refused = {0};
    outcome allowed = {0};
    gs_error error = {0};
    loop_start(&events);
    address_of("/plain", url);
    gs_request request = usual();
    request.url = url;
    request.allow_private = false;
    assert_true(gs_net_get(events.net, &request, done, &refused, &error));
    loop_run(&events);
    request.allow_private = true;
    assert_true(gs_net_get(events.net, &request, done, &allowed, &error));
    loop_run(&events);
    gs_net_free(&events.net);
    assert_int_equal(allowed.status, 200);
    outcome_free(&allowed);
    assert_error(&refused, "private or reserved");
}

static void leaves_alone_who_asks_for_it(void **state)
{
    (void)state;
    loop events;
    char url[256];
    outcome results[2] = {0};
    gs_error error = {0};
    loop_start(&events);
    gs_request request = usual();
    request.url = url;
    address_of("/busy", url);
    assert_true(gs_net_get(events.net, &request, done, &results[0], &error));
    address_of("/plain", url);
    assert_true(gs_net_get(events.net, &request, done, &results[1], &error));
    loop_run(&events);
    gs_net_free(&events.net);
    assert_int_equal(results[0].status, 503);
    assert_in_range(results[1].retry_after_s, 70, 77);
    assert_false(results[1].robots_refused);
    outcome_free(&results[0]);
    assert_error(&results[1], "left alone");
}

static void keeps_its_pace(void **state)
{
    (void)state;
    enum { COUNT = 3, PAUSE_MS = 100 };
    loop events;
    char url[256];
    outcome results[COUNT] = {0};
    gs_error error = {0};
    loop_start(&events);
    gs_net_pace(events.net, PAUSE_MS);
    address_of("/plain", url);
    gs_request request = usual();
    request.url = url;
    uint64_t start = gs_monotonic_us();
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(gs_net_get(events.net, &request, done, &results[i], &error));
    }
    loop_run(&events);
    assert_true(gs_monotonic_us() - start >= COUNT * PAUSE_MS * 1000); // robots.txt, then three
    gs_net_free(&events.net);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(results[i].status, 200);
        outcome_free(&results[i]);
    }
}

static void names_no_password(void **state)
{
    (void)state;
    loop events;
    char url[256];
    outcome result = {0};
    gs_error error = {0};
    loop_start(&events);
    gs_request request = usual();
    snprintf(url, sizeof url, "http://me:s3cret@127.0.0.1:%d/cut", server->port);
    request.url = url;
    assert_true(gs_net_get(events.net, &request, done, &result, &error));
    loop_run(&events);
    gs_net_free(&events.net);
    assert_null(strstr(result.error, "s3cret"));
    assert_null(strstr(result.url, "s3cret"));
    assert_error(&result, "transfer closed");
}

static void leaves_http_for_nothing(void **state)
{
    (void)state;
    static const char *const paths[] = {"/to-file", "/to-ftp", "/to-gopher"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        outcome result = fetch(usual(), paths[i]);
        assert_error(&result, "rotocol");
    }
}

static void refuses_private_addresses(void **state)
{
    (void)state;
    int before = atomic_load(&server->connections);
    gs_request request = usual();
    request.allow_private = false;
    outcome result = fetch(request, "/plain");
    assert_error(&result, "private or reserved address");
    assert_int_equal(atomic_load(&server->connections), before); // it never got there
}

// A connection that a private source opened is not a way in for another.
static void open_connections_are_no_way_around(void **state)
{
    (void)state;
    loop events;
    char url[256];
    outcome allowed = {0};
    outcome refused = {0};
    gs_error error = {0};
    loop_start(&events);
    address_of("/plain", url);
    gs_request request = usual();
    request.url = url;
    assert_true(gs_net_get(events.net, &request, done, &allowed, &error));
    loop_run(&events);
    assert_int_equal(allowed.status, 200);
    request.allow_private = false;
    assert_true(gs_net_get(events.net, &request, done, &refused, &error));
    loop_run(&events);
    gs_net_free(&events.net);
    outcome_free(&allowed);
    assert_error(&refused, "private or reserved address");
}

static void names_of_the_own_machine_are_refused(void **state)
{
    (void)state;
    static const char *const hosts[] = {"localhost", "[::1]",      "[::ffff:127.0.0.1]",
                                        "0.0.0.0",   "2130706433", "0x7f.1"};
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        loop events;
        char url[256];
        outcome result = {0};
        gs_error error = {0};
        loop_start(&events);
        snprintf(url, sizeof url, "http://%s:%d/plain", hosts[i], server->port);
        gs_request request = {.url = url, .max_bytes = SMALL, .timeout_s = 10};
        assert_true(gs_net_get(events.net, &request, done, &result, &error));
        loop_run(&events);
        gs_net_free(&events.net);
        if (result.status != 0 || !strstr(result.error, "private or reserved")) {
            fail_msg("%s: %ld \"%s\"", url, result.status, result.error);
        }
        outcome_free(&result);
    }
}

static void cuts_what_is_too_large(void **state)
{
    (void)state;
    static const char *const paths[] = {"/declared-large", "/large", "/bomb"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        outcome result = fetch(usual(), paths[i]);
        assert_error(&result, "more than 100000 bytes");
    }
    gs_request request = usual();
    request.max_bytes = 5; // the bound itself is allowed
    outcome result = fetch(request, "/plain");
    assert_string_equal(result.body, "hello");
    outcome_free(&result);
    result = fetch(usual(), "/header-line");
    assert_error(&result, "headers");
    result = fetch(usual(), "/header-flood");
    assert_error(&result, "headers");
}

static void cuts_what_is_too_slow(void **state)
{
    (void)state;
    gs_request request = usual();
    request.timeout_s = 1;
    uint64_t start = gs_monotonic_us();
    outcome result = fetch(request, "/drip");
    assert_error(&result, "timed out");
    assert_true(gs_monotonic_us() - start < 5000000);
    request.timeout_s = 10;
    request.stall_s = 1;
    start = gs_monotonic_us();
    result = fetch(request, "/drip");
    assert_error(&result, "too slow");
    assert_true(gs_monotonic_us() - start < 5000000);
}

static void half_answers_are_errors(void **state)
{
    (void)state;
    outcome result = fetch(usual(), "/cut");
    assert_error(&result, "transfer closed");
    result = fetch(usual(), "/garbage");
    assert_error(&result, "HTTP/0.9");
    result = fetch(usual(), "/nothing");
    assert_error(&result, "Empty reply");
    result = fetch(usual(), "/bad-gzip");
    assert_error(&result, "compressed body is damaged");
}

static void closed_port_is_an_error(void **state)
{
    (void)state;
    loop events;
    outcome result = {0};
    gs_error error = {0};
    loop_start(&events);
    gs_request request = usual();
    request.url = "http://127.0.0.1:1/";
    assert_true(gs_net_get(events.net, &request, done, &result, &error));
    loop_run(&events);
    gs_net_free(&events.net);
    assert_error(&result, "connect");
}

static void bad_urls_fail_at_once(void **state)
{
    (void)state;
    static const char *const urls[] = {"",
                                       "no url",
                                       "http://",
                                       "file:///etc/passwd",
                                       "ftp://example.org/",
                                       "http://[::1",
                                       "http://a b/",
                                       "http://x:99999/",
                                       "javascript:alert(1)",
                                       "//example.org/"};
    loop events;
    loop_start(&events);
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        gs_error error = {0};
        gs_request request = usual();
        request.url = urls[i];
        if (gs_net_get(events.net, &request, done, NULL, &error)) {
            fail_msg("taken: %s", urls[i]);
        }
        assert_int_equal(error.code, GS_E_INPUT);
        assert_string_not_equal(error.message, "");
    }
    assert_int_equal(gs_net_active(events.net), 0);
    gs_net_free(&events.net);
}

static void many_at_once(void **state)
{
    (void)state;
    enum { COUNT = 24 };
    loop events;
    char url[256];
    outcome results[COUNT] = {0};
    gs_error error = {0};
    loop_start(&events);
    gs_request request = usual();
    for (size_t i = 0; i < COUNT; i++) {
        address_of(i % 3 == 0 ? "/plain" : i % 3 == 1 ? "/hop1" : "/missing", url);
        request.url = url; // is copied
        assert_true(gs_net_get(events.net, &request, done, &results[i], &error));
    }
    assert_int_equal(gs_net_active(events.net), COUNT);
    loop_run(&events);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(results[i].calls, 1);
        assert_int_equal(results[i].status, i % 3 == 2 ? 404 : 200);
        outcome_free(&results[i]);
    }
    gs_net_free(&events.net);
}

static void freeing_cuts_without_a_call(void **state)
{
    (void)state;
    loop events;
    char url[256];
    outcome result = {0};
    gs_error error = {0};
    loop_start(&events);
    address_of("/drip", url);
    gs_request request = usual();
    request.url = url;
    assert_true(gs_net_get(events.net, &request, done, &result, &error));
    for (int i = 0; i < 5; i++) {
        loop_once(&events);
    }
    gs_net_free(&events.net);
    assert_null(events.net);
    assert_int_equal(result.calls, 0);
    assert_int_equal(events.count, 0);
    gs_net_free(&events.net);
}

static void proxies_of_the_environment_are_not_used(void **state)
{
    (void)state;
    setenv("http_proxy", "http://127.0.0.1:1/", 1);
    outcome result = fetch(usual(), "/plain");
    unsetenv("http_proxy");
    assert_int_equal(result.status, 200);
    outcome_free(&result);
}

static outcome ask(const char *path, gs_post post)
{
    loop events;
    char url[256];
    outcome result = {0};
    gs_error error = {0};
    loop_start(&events);
    address_of(path, url);
    post.url = url;
    post.json = gs_view_of("{\"q\": 17}");
    post.max_bytes = SMALL;
    post.allow_private = true;
    if (!gs_net_post(events.net, &post, done, &result, &error)) {
        fail_msg("%s", error.message);
    }
    loop_run(&events);
    assert_int_equal(result.calls, 1);
    gs_net_free(&events.net);
    return result;
}

static void asks_with_body_and_key(void **state)
{
    (void)state;
    static const char *const paths[] = {"/ask-method", "/ask-type", "/ask-body"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        outcome result = ask(paths[i], (gs_post){0});
        assert_int_equal(result.status, 200);
        assert_string_equal(result.body, "{}");
        outcome_free(&result);
    }
    outcome result = ask("/ask-key", (gs_post){.bearer = "k3y"});
    assert_int_equal(result.status, 200);
    outcome_free(&result);
    result = ask("/ask-key", (gs_post){0});
    assert_int_equal(result.status, 500);
    outcome_free(&result);
}

// Neither the question nor the key goes where the server would send it.
static void questions_follow_no_redirect(void **state)
{
    (void)state;
    int before = atomic_load(&server->connections);
    outcome result = ask("/hop1", (gs_post){.bearer = "k3y"});
    assert_int_equal(result.status, 302);
    assert_string_equal(result.body, "body");
    assert_int_equal(atomic_load(&server->connections), before + 1);
    outcome_free(&result);
}

static void questions_are_bounded(void **state)
{
    (void)state;
    uint64_t start = gs_monotonic_us();
    outcome result = ask("/drip", (gs_post){.timeout_ms = 300, .bearer = "k3y"});
    assert_null(strstr(result.error, "k3y"));
    assert_error(&result, "timed out");
    assert_true(gs_monotonic_us() - start < 3000000);
    result = ask("/bomb", (gs_post){.timeout_ms = 5000});
    assert_error(&result, "more than 100000 bytes");
    loop events;
    gs_error error = {0};
    loop_start(&events);
    const gs_post broken = {.url = "http://127.0.0.1/", .bearer = "a\r\nX: y", .allow_private = true};
    assert_false(gs_net_post(events.net, &broken, done, NULL, &error));
    assert_int_equal(error.code, GS_E_USAGE);
    assert_int_equal(gs_net_active(events.net), 0);
    const gs_post guarded = {.json = gs_view_of("{}"), .timeout_ms = 5000, .url = "http://127.0.0.1:1/"};
    outcome refused = {0};
    assert_true(gs_net_post(events.net, &guarded, done, &refused, &error));
    loop_run(&events);
    gs_net_free(&events.net);
    assert_error(&refused, "private or reserved");
}

// gzip's own answer to 64 MiB of zeros: about 64 KiB.
static size_t make_bomb(void)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
    char command[128];
    snprintf(command, sizeof command, "head -c %d /dev/zero | gzip -9 -c", BOMB_BYTES);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    bomb = calloc(1, 1 << 20);
    memcpy(bomb, head, sizeof head - 1);
    size_t size = sizeof head - 1 + fread(bomb + sizeof head - 1, 1, (1 << 20) - sizeof head, pipe);
    assert_int_equal(pclose(pipe), 0);
    assert_in_range(size, 1000, SMALL - 1); // small enough to pass for small
    return size;
}

// Some thousand short header lines.
static void make_flood(void)
{
    gs_buffer text = {0};
    gs_buffer_text(&text, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 5000; i++) {
        gs_buffer_format(&text, "X-Line-%d: some words\r\n", i);
    }
    gs_buffer_text(&text, "Content-Length: 0\r\n\r\n");
    flood = text.data;
}

#define OK "HTTP/1.1 200 OK\r\n"
#define ANSWER OK "Content-Length: 2\r\n\r\n{}"
#define MOVE(to) "HTTP/1.1 301 Moved\r\nContent-Length: 4\r\nLocation: " to "\r\n\r\nbody"
#define MOVE8(to) "HTTP/1.1 308 Moved\r\nContent-Length: 4\r\nLocation: " to "\r\n\r\nbody"
#define HOP(to) "HTTP/1.1 302 Found\r\nETag: \"hop\"\r\nContent-Length: 4\r\nLocation: " to "\r\n\r\nbody"

static int start_server(void **state)
{
    (void)state;
    make_flood();
    const http_answer all[] = {
        {.path = "/plain",
         .bytes = OK "Content-Type: text/plain; charset=utf-8\r\nETAG: \"v1\"\r\nLast-Modified: Thu, 01 Jan "
                     "2004 19:48:21 GMT\r\n"
                     "Content-Length: 5\r\n\r\nhello"},
        {.path = "/agent",
         .bytes = OK "Content-Length: 0\r\n\r\n",
         .needs = "User-Agent: gainsay-test/1 (test@example.org)\r\n"},
        {.path = "/etag", .bytes = "HTTP/1.1 304 Not Modified\r\n\r\n", .needs = "If-None-Match: \"v1\"\r\n"},
        {.path = "/since",
         .bytes = "HTTP/1.1 304 Not Modified\r\n\r\n",
         .needs = "If-Modified-Since: Thu, 01 Jan 2004 19:48:21 GMT\r\n"},
        {.path = "/injected", .bytes = OK "Content-Length: 0\r\n\r\n", .needs = "Injected"},
        {.path = "/busy", .bytes = "HTTP/1.1 503 Busy\r\nRetry-After: 77\r\nContent-Length: 0\r\n\r\n"},
        {.path = "/hop1", .bytes = HOP("/hop2")},
        {.path = "/hop2", .bytes = HOP("hop3")},
        {.path = "/hop3", .bytes = HOP("/plain")},
        {.path = "/loop", .bytes = HOP("/loop2")},
        {.path = "/loop2", .bytes = HOP("/loop")},
        {.path = "/far-off", .bytes = HOP("/far1")},
        {.path = "/far1", .bytes = HOP("/far2")},
        {.path = "/far2", .bytes = HOP("/far3")},
        {.path = "/far3", .bytes = HOP("/far4")},
        {.path = "/far4", .bytes = HOP("/far5")},
        {.path = "/far5", .bytes = HOP("/far6")},
        {.path = "/far6", .bytes = HOP("/far7")},
        {.path = "/far7", .bytes = HOP("/far8")},
        {.path = "/far8", .bytes = HOP("/far9")},
        {.path = "/far9", .bytes = HOP("/far10")},
        {.path = "/far10", .bytes = HOP("/plain")},
        {.path = "/to-nowhere", .bytes = HOP("http://[::1/")},
        {.path = "/to-nothing", .bytes = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"},
        {.path = "/moved", .bytes = MOVE("/plain")},
        {.path = "/moved-twice", .bytes = MOVE8("/moved#part")},
        {.path = "/moved-then-hop", .bytes = MOVE("hop3")},
        {.path = "/hop-then-moved", .bytes = HOP("/moved")},
        {.path = "/moved-to-missing", .bytes = MOVE("/missing")},
        {.path = "/moved-to-same", .bytes = MOVE("/etag-moved")},
        {.path = "/etag-moved",
         .bytes = "HTTP/1.1 304 Not Modified\r\n\r\n",
         .needs = "If-None-Match: \"v1\"\r\n"},
        {.path = "/fresh",
         .bytes = OK
         "Cache-Control: public\r\nCache-control: max-age=600\r\nAge: 100\r\nContent-Length: 0\r\n\r\n"},
        {.path = "/gone", .bytes = "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"},
        {.path = "/robots.txt",
         .bytes = OK "Content-Length: 46\r\n\r\nUser-agent: *\nDisallow: /forbidden\nAllow: /x\n\n"},
        {.path = "/forbidden", .bytes = OK "Content-Length: 0\r\n\r\n"},
        {.path = "/hop-to-forbidden", .bytes = HOP("/forbidden")},
        {.path = "/to-file", .bytes = HOP("file:///etc/passwd")},
        {.path = "/to-ftp", .bytes = HOP("ftp://127.0.0.1/x")},
        {.path = "/to-gopher", .bytes = HOP("gopher://127.0.0.1:25/x")},
        {.path = "/declared-large", .bytes = OK "Content-Length: 100001\r\n\r\n", .fill = SMALL + 1},
        {.path = "/large", .bytes = OK "\r\n", .fill = 10 * SMALL, .last = true},
        {.path = "/bomb", .bytes = NULL, .last = true},
        {.path = "/header-flood", .bytes = flood, .last = true},
        {.path = "/header-line", .bytes = OK "X-Long: ", .fill = 10 * SMALL, .last = true},
        {.path = "/drip", .bytes = OK "Content-Length: 1000\r\n\r\n", .fill = 1000, .pause_ms = 20},
        {.path = "/cut", .bytes = OK "Content-Length: 1000\r\n\r\nonly this", .last = true},
        {.path = "/garbage", .bytes = "SSH-2.0-OpenSSH_9.2\r\n", .last = true},
        {.path = "/nothing", .bytes = "", .last = true},
        {.path = "/ask-method", .bytes = ANSWER, .needs = "POST /ask-method HTTP/1.1\r\n"},
        {.path = "/ask-type", .bytes = ANSWER, .needs = "\r\nContent-Type: application/json\r\n"},
        {.path = "/ask-body", .bytes = ANSWER, .needs = "\r\n\r\n{\"q\": 17}"},
        {.path = "/ask-key", .bytes = ANSWER, .needs = "\r\nAuthorization: Bearer k3y\r\n"},
        {.path = "/bad-gzip",
         .bytes = OK "Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!",
         .last = true},
    };
    answers = malloc(sizeof all);
    memcpy(answers, all, sizeof all);
    size_t count = sizeof all / sizeof all[0];
    size_t bomb_size = make_bomb();
    for (size_t i = 0; i < count; i++) {
        if (!answers[i].bytes) {
            answers[i].bytes = bomb;
            answers[i].size = bomb_size;
        }
    }
    server = http_server_start(answers, count);
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    http_server_stop(server);
    free(answers);
    free(bomb);
    free(flood);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_answer),
        cmocka_unit_test(says_who_it_is),
        cmocka_unit_test(asks_for_changes_only),
        cmocka_unit_test(tells_when_to_come_back),
        cmocka_unit_test(follows_redirects_within_bounds),
        cmocka_unit_test(remembers_only_what_moved_for_good),
        cmocka_unit_test(tells_how_long_it_is_fresh),
        cmocka_unit_test(obeys_robots_txt),
        cmocka_unit_test(guarded_and_unguarded_have_their_own_rules),
        cmocka_unit_test(leaves_alone_who_asks_for_it),
        cmocka_unit_test(keeps_its_pace),
        cmocka_unit_test(names_no_password),
        cmocka_unit_test(leaves_http_for_nothing),
        cmocka_unit_test(refuses_private_addresses),
        cmocka_unit_test(open_connections_are_no_way_around),
        cmocka_unit_test(names_of_the_own_machine_are_refused),
        cmocka_unit_test(cuts_what_is_too_large),
        cmocka_unit_test(cuts_what_is_too_slow),
        cmocka_unit_test(half_answers_are_errors),
        cmocka_unit_test(closed_port_is_an_error),
        cmocka_unit_test(bad_urls_fail_at_once),
        cmocka_unit_test(many_at_once),
        cmocka_unit_test(freeing_cuts_without_a_call),
        cmocka_unit_test(asks_with_body_and_key),
        cmocka_unit_test(questions_follow_no_redirect),
        cmocka_unit_test(questions_are_bounded),
        cmocka_unit_test(proxies_of_the_environment_are_not_used),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
