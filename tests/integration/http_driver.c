// http_driver: fetches what standard input asks for, all at once, and prints one JSON line for each answer.
//
//   http_driver [--pace MS] [--ca FILE] [--public ADDRESS] [--resolve HOST:PORT:ADDRESS]…
//
// A line of input is an object: "id", "url", and what gs_request has ("etag", "last_modified", "max_bytes",
// "timeout_s", "stall_s", "allow_private", "ignore_robots"). With "then" (another such object) a second fetch
// starts when the first has ended. An answer of text/html comes with the text that an article would have. The
// last line is of the run: milliseconds, CPU milliseconds, and the most descriptors that were open at once.
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "net/net_internal.h"
#include "source/source.h"

enum { LINE_BYTES = 65536, BODY_SHOWN = 4096, EVENTS = 64, COUNT_EVERY_MS = 20 };

typedef struct driver {
    gs_net *net;
    int epoll;
    uint64_t started_us, counted_us;
    size_t most_descriptors;
} driver;

typedef struct task {
    driver *owner;
    json_t *input; // owned
} task;

static uint64_t now_ms(const driver *self)
{
    return (gs_monotonic_us() - self->started_us) / 1000;
}

static void watch(void *context, int fd, int want)
{
    driver *self = context;
    struct epoll_event event = {.events = (want & 1 ? EPOLLIN : 0U) | (want & 2 ? EPOLLOUT : 0U),
                                .data.fd = fd};
    if (want == 0) {
        epoll_ctl(self->epoll, EPOLL_CTL_DEL, fd, NULL);
    } else if (epoll_ctl(self->epoll, EPOLL_CTL_MOD, fd, &event) != 0) {
        epoll_ctl(self->epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

static void count_descriptors(driver *self)
{
    const uint64_t now = gs_monotonic_us();
    if (now - self->counted_us < COUNT_EVERY_MS * 1000) {
        return;
    }
    self->counted_us = now;
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;
    while (folder && readdir(folder)) {
        count++;
    }
    if (folder) {
        closedir(folder);
    }
    count -= count > 3 ? 3 : count; // ".", "..", and the folder itself
    self->most_descriptors = count > self->most_descriptors ? count : self->most_descriptors;
}

static void print_line(json_t *line)
{
    json_dumpf(line, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
    putchar('\n');
    fflush(stdout);
    json_decref(line);
}

// The body as text where it is short and UTF-8, and the article in it where it is a page.
static void add_body(json_t *line, const gs_response *response)
{
    json_object_set_new(line, "size", json_integer((json_int_t)response->body.size));
    if (response->body.size <= BODY_SHOWN) {
        json_t *body = json_stringn(response->body.data, response->body.size);
        json_object_set_new(line, "body", body ? body : json_null());
    }
    if (strncmp(response->type, "text/html", 9) == 0 && response->body.size > 0) {
        gs_error error = {0};
        gs_arena *arena = gs_arena_new(0);
        gs_article *article = gs_article_from_html(response->body, response->url, arena, &error);
        json_object_set_new(line, "article", json_string(article ? article->text : error.message));
        gs_arena_free(&arena);
    }
}

static bool start(driver *self, json_t *input);

static void on_done(void *context, const gs_response *response)
{
    task *self = context;
    json_t *line =
        json_pack("{s:O, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:b, s:b, s:i}", "id",
                  json_object_get(self->input, "id"), "status", (int)response->status, "error",
                  response->error, "url", response->url, "type", response->type, "etag", response->etag,
                  "last_modified", response->last_modified, "moved_to", response->moved_to, "retry_after_s",
                  (int)response->retry_after_s, "fresh_s", (int)response->fresh_s, "robots_refused",
                  response->robots_refused, "gone", response->gone, "ms", (int)now_ms(self->owner));
    json_t *then = json_object_get(self->input, "then");
    add_body(line, response);
    print_line(line);
    if (then) {
        start(self->owner, then);
    }
    json_decref(self->input);
    free(self);
}

static uint32_t number_of(const json_t *input, const char *key)
{
    return (uint32_t)json_integer_value(json_object_get(input, key));
}

static bool start(driver *self, json_t *input)
{
    task *made = gs_allocate(sizeof *made);
    gs_error error = {0};
    *made = (task){.owner = self, .input = json_incref(input)};
    const gs_request request = {.url = json_string_value(json_object_get(input, "url")),
                                .etag = json_string_value(json_object_get(input, "etag")),
                                .last_modified = json_string_value(json_object_get(input, "last_modified")),
                                .max_bytes = number_of(input, "max_bytes"),
                                .timeout_s = number_of(input, "timeout_s"),
                                .stall_s = number_of(input, "stall_s"),
                                .allow_private = json_is_true(json_object_get(input, "allow_private")),
                                .ignore_robots = json_is_true(json_object_get(input, "ignore_robots"))};
    if (gs_net_get(self->net, &request, on_done, made, &error)) {
        return true;
    }
    print_line(json_pack("{s:O, s:i, s:s, s:b}", "id", json_object_get(input, "id"), "status", 0, "error",
                         error.message, "at_once", true));
    json_decref(made->input);
    free(made);
    return false;
}

static void read_input(driver *self)
{
    static char line[LINE_BYTES];
    while (fgets(line, sizeof line, stdin)) {
        json_t *input = json_loads(line, 0, NULL);
        if (!input) {
            fprintf(stderr, "not JSON: %s", line);
            exit(2);
        }
        start(self, input);
        json_decref(input);
    }
}

static void run(driver *self)
{
    while (gs_net_active(self->net) > 0) {
        struct epoll_event events[EVENTS];
        const int wait_ms = gs_net_tick(self->net);
        const int count = epoll_wait(self->epoll, events, EVENTS, wait_ms);
        for (int i = 0; i < count; i++) {
            gs_net_ready(self->net, events[i].data.fd);
        }
        count_descriptors(self);
    }
}

int main(int argc, char **argv)
{
    driver self = {.epoll = epoll_create1(EPOLL_CLOEXEC), .started_us = gs_monotonic_us()};
    gs_error error = {0};
    self.net = gs_net_new("gainsay-test/1 (test@example.org)", watch, &self, &error);
    if (!self.net || self.epoll < 0) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--pace") == 0) {
            gs_net_pace(self.net, (uint32_t)strtoul(argv[i + 1], NULL, 10));
        } else if (strcmp(argv[i], "--ca") == 0) {
            gs_net_trust(self.net, argv[i + 1]);
        } else if (strcmp(argv[i], "--public") == 0) {
            gs_net_as_public(self.net, argv[i + 1]);
        } else if (strcmp(argv[i], "--resolve") == 0) {
            gs_net_resolve(self.net, argv[i + 1]);
        } else {
            fprintf(stderr, "unknown option: %s\n", argv[i]);
            return 2;
        }
    }
    read_input(&self);
    run(&self);
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    const int cpu_ms = (int)((used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
                             (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000);
    print_line(json_pack("{s:i, s:i, s:i, s:i}", "run_ms", (int)now_ms(&self), "cpu_ms", cpu_ms,
                         "descriptors", (int)self.most_descriptors, "peak_kib", (int)used.ru_maxrss));
    gs_net_free(&self.net);
    close(self.epoll);
    return 0;
}
