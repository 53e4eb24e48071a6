// A small HTTP server on loopback for the tests of fetching: one thread a connection, one answer a path.
//
// It is deliberately literal: an answer is bytes, with pauses or an early end where a test wants them. Each
// connection serves requests until the client closes it or an answer is marked as the last.
#ifndef GAINSAY_TESTS_HTTP_SERVER_H
#define GAINSAY_TESTS_HTTP_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SERVER_CONNECTIONS = 128 };

typedef struct http_answer {
    const char *path;
    const char *bytes; // head and body; sent as they are
    size_t size;       // of bytes; 0: up to the NUL
    size_t fill;       // so many bytes 'x' follow
    unsigned pause_ms; // before each byte, where not 0
    bool last;         // the connection is closed behind it
    const char *needs; // the request must hold this, else the answer is 500
} http_answer;

typedef struct http_server {
    int fd, port;
    const http_answer *answers; // borrowed
    size_t count;
    atomic_bool stop;
    atomic_int connections;
    atomic_int forbidden; // requests for /forbidden
    pthread_t acceptor, workers[SERVER_CONNECTIONS];
} http_server;

typedef struct http_connection {
    http_server *server;
    int fd;
} http_connection;

static inline bool server_send(http_server *self, int fd, const char *bytes, size_t size, unsigned pause_ms)
{
    size_t step = pause_ms ? 1 : size;
    for (size_t at = 0; at < size && !atomic_load(&self->stop);) {
        if (pause_ms) {
            usleep(pause_ms * 1000);
        }
        ssize_t sent = send(fd, bytes + at, size - at < step ? size - at : step, MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        at += (size_t)sent;
    }
    return true;
}

static inline bool server_answer(http_server *self, int fd, const char *request)
{
    static const char missing[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    static const char failed[] = "HTTP/1.1 500 Unmet\r\nContent-Length: 0\r\n\r\n";
    char path[256] = "";
    sscanf(request, "%*15s %255s", path);
    atomic_fetch_add(&self->forbidden, strcmp(path, "/forbidden") == 0);
    for (size_t i = 0; i < self->count; i++) {
        const http_answer *answer = &self->answers[i];
        if (strcmp(answer->path, path) != 0) {
            continue;
        }
        if (answer->needs && !strstr(request, answer->needs)) {
            return server_send(self, fd, failed, sizeof failed - 1, 0);
        }
        bool good = server_send(self, fd, answer->bytes, answer->size ? answer->size : strlen(answer->bytes),
                                answer->pause_ms);
        char block[4096];
        memset(block, 'x', sizeof block);
        for (size_t left = answer->fill; good && left > 0;) {
            size_t now = left < sizeof block ? left : sizeof block;
            good = server_send(self, fd, block, now, answer->pause_ms);
            left -= now;
        }
        return good && !answer->last;
    }
    return server_send(self, fd, missing, sizeof missing - 1, 0);
}

// A request is whole with the empty line behind its head, and the body that Content-Length tells of.
static inline bool server_is_whole(const char *request, size_t size)
{
    const char *end = strstr(request, "\r\n\r\n");
    const char *length = strcasestr(request, "\r\nContent-Length:");
    size_t body = end && length && length < end ? strtoul(length + 17, NULL, 10) : 0;
    return end && size >= (size_t)(end - request) + 4 + body;
}

static inline void *server_serve(void *context)
{
    http_connection connection = *(http_connection *)context;
    free(context);
    char request[16384];
    size_t size = 0;
    bool open = true;
    while (open && !atomic_load(&connection.server->stop)) {
        struct pollfd ready = {.fd = connection.fd, .events = POLLIN};
        if (poll(&ready, 1, 20) <= 0) {
            continue;
        }
        ssize_t got = recv(connection.fd, request + size, sizeof request - 1 - size, 0);
        if (got <= 0) {
            break;
        }
        size += (size_t)got;
        request[size] = '\0';
        if (server_is_whole(request, size)) {
            open = server_answer(connection.server, connection.fd, request);
            size = 0;
        }
    }
    close(connection.fd);
    return NULL;
}

static inline void *server_accept(void *context)
{
    http_server *self = context;
    while (!atomic_load(&self->stop)) {
        struct pollfd ready = {.fd = self->fd, .events = POLLIN};
        if (poll(&ready, 1, 20) <= 0) {
            continue;
        }
        int fd = accept(self->fd, NULL, NULL);
        int index = atomic_load(&self->connections);
        if (fd < 0 || index >= SERVER_CONNECTIONS) {
            continue;
        }
        http_connection *connection = malloc(sizeof *connection);
        *connection = (http_connection){.server = self, .fd = fd};
        pthread_create(&self->workers[index], NULL, server_serve, connection);
        atomic_fetch_add(&self->connections, 1);
    }
    return NULL;
}

static inline http_server *http_server_start(const http_answer *answers, size_t count)
{
    http_server *self = calloc(1, sizeof *self);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    self->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    self->answers = answers;
    self->count = count;
    if (bind(self->fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(self->fd, 64) != 0 ||
        getsockname(self->fd, (struct sockaddr *)&address, &size) != 0) {
        abort();
    }
    self->port = ntohs(address.sin_port);
    pthread_create(&self->acceptor, NULL, server_accept, self);
    return self;
}

static inline void http_server_stop(http_server *self)
{
    atomic_store(&self->stop, true);
    pthread_join(self->acceptor, NULL);
    int count = atomic_load(&self->connections);
    for (int i = 0; i < count; i++) {
        pthread_join(self->workers[i], NULL);
    }
    close(self->fd);
    free(self);
}

#endif
