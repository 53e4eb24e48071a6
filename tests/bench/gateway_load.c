// gateway_load: HTTP clients that cost little, so that the gateway is what is measured. Streams are read by
// one thread over epoll, which looks for the stamps in what arrives and for nothing else.
#include "gateway_bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TAIL = 32, PIECE = 64 * 1024, ANSWER = 4 * 1024 * 1024, STAMP_DIGITS = 16 };

static const char stamp_mark[] = "stamp:";

typedef struct stream {
    int fd;
    char tail[TAIL]; // end of the last piece, in which a stamp may have begun
    size_t tail_size;
} stream;

static int connect_to(int port)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons((uint16_t)port),
                                        .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        bench_fail("cannot connect to port %d: %s", port, strerror(errno));
    }
    return fd;
}

static void send_request(int fd, const char *path)
{
    char text[1024];
    const int size = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", path);
    if (write(fd, text, (size_t)size) != size) {
        bench_fail("a request was not sent: %s", strerror(errno));
    }
}

// Stamps in text; those of the last bytes wait for the next piece.
static uint64_t take_stamps(stream *self, char *piece, size_t size, gs_histogram *delay)
{
    const uint64_t now = gs_unix_us();
    const size_t whole = sizeof stamp_mark - 1 + STAMP_DIGITS;
    uint64_t count = 0;
    size_t at = 0;
    for (;;) {
        const char *found = memmem(piece + at, size - at, stamp_mark, sizeof stamp_mark - 1);
        if (found == NULL || (size_t)(piece + size - found) < whole) {
            break;
        }
        const uint64_t stamp = strtoull(found + sizeof stamp_mark - 1, NULL, 10);
        gs_histogram_add(delay, now > stamp ? now - stamp : 0);
        count++;
        at = (size_t)(found - piece) + whole;
    }
    self->tail_size = size - at < whole - 1 ? size - at : whole - 1;
    memcpy(self->tail, piece + size - self->tail_size, self->tail_size);
    return count;
}

uint64_t load_streams(int port, unsigned clients, const char *query, double seconds, gs_histogram *delay)
{
    stream *streams = gs_allocate(clients * sizeof *streams);
    const int poller = epoll_create1(EPOLL_CLOEXEC);
    char *piece = gs_allocate(PIECE + TAIL + 1);
    char path[600];
    uint64_t count = 0;
    snprintf(path, sizeof path, "/api/v1/events%s", query);
    for (unsigned i = 0; i < clients; i++) {
        streams[i].fd = connect_to(port);
        send_request(streams[i].fd, path);
        struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = &streams[i]}};
        epoll_ctl(poller, EPOLL_CTL_ADD, streams[i].fd, &event);
    }
    const uint64_t begun = gs_monotonic_us(), until = begun + (uint64_t)(seconds * 1e6);
    while (gs_monotonic_us() < until) {
        struct epoll_event ready[256];
        const int found = epoll_wait(poller, ready, 256, 100);
        for (int i = 0; i < found; i++) {
            stream *each = ready[i].data.ptr;
            memcpy(piece, each->tail, each->tail_size);
            const ssize_t size = read(each->fd, piece + each->tail_size, PIECE);
            if (size <= 0) {
                bench_fail("a stream ended: %s", size < 0 ? strerror(errno) : "closed");
            }
            piece[each->tail_size + (size_t)size] = '\0';
            count += take_stamps(each, piece, each->tail_size + (size_t)size, delay);
        }
    }
    for (unsigned i = 0; i < clients; i++) {
        close(streams[i].fd);
    }
    close(poller);
    free(piece);
    free(streams);
    return count;
}

// ---- requests ----------------------------------------------------------------------------------------

typedef struct asker {
    int port;
    const char *path;
    uint64_t until_us, answers;
    gs_histogram delay;
} asker;

// Reads one answer with a Content-Length whole.
static void read_answer(int fd, char *text)
{
    size_t size = 0, wanted = SIZE_MAX;
    while (size < wanted) {
        const ssize_t more = read(fd, text + size, ANSWER - size);
        if (more <= 0) {
            bench_fail("an answer broke off");
        }
        size += (size_t)more;
        text[size] = '\0';
        const char *end = wanted == SIZE_MAX ? strstr(text, "\r\n\r\n") : NULL;
        if (end != NULL) {
            const char *length = strcasestr(text, "Content-Length:");
            if (strncmp(text, "HTTP/1.1 200", 12) != 0 || length == NULL) {
                bench_fail("unexpected answer: %.200s", text);
            }
            wanted = (size_t)(end + 4 - text) + strtoull(length + 15, NULL, 10);
        }
    }
}

static void *ask(void *context)
{
    asker *self = context;
    const int fd = connect_to(self->port);
    char *text = gs_allocate(ANSWER + 1);
    for (uint64_t now = gs_monotonic_us(); now < self->until_us;) {
        send_request(fd, self->path);
        read_answer(fd, text);
        const uint64_t then = gs_monotonic_us();
        gs_histogram_add(&self->delay, then - now);
        self->answers++;
        now = then;
    }
    free(text);
    close(fd);
    return NULL;
}

double load_requests(int port, const char *path, unsigned connections, double seconds, gs_histogram *delay)
{
    asker *askers = gs_allocate(connections * sizeof *askers);
    pthread_t *threads = gs_allocate(connections * sizeof *threads);
    uint64_t answers = 0;
    for (unsigned i = 0; i < connections; i++) {
        askers[i] =
            (asker){.port = port, .path = path, .until_us = gs_monotonic_us() + (uint64_t)(seconds * 1e6)};
        if (pthread_create(&threads[i], NULL, ask, &askers[i]) != 0) {
            bench_fail("a thread cannot be started");
        }
    }
    for (unsigned i = 0; i < connections; i++) {
        pthread_join(threads[i], NULL);
        answers += askers[i].answers;
        gs_histogram_merge(delay, &askers[i].delay);
    }
    free(threads);
    free(askers);
    return (double)answers / seconds;
}
