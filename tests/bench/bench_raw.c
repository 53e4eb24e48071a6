// The limit: the same bytes from one process to another through ZeroMQ and nothing else. No work is done on
// them and nothing is kept, so no pipeline on this transport and these cores can be faster.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

#include "bench.h"

static _Noreturn void push_all(const char *endpoint, uint64_t count)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_PUSH);
    if (!socket || zmq_connect(socket, endpoint) != 0) {
        _exit(1);
    }
    char line[BENCH_ARTICLE_BYTES];
    for (uint64_t number = 0; number < count; number++) {
        bench_article(line, number, 0);
        if (zmq_send(socket, line, sizeof line, 0) < 0) {
            _exit(1);
        }
    }
    zmq_close(socket);
    zmq_ctx_term(context); // waits until all is sent
    _exit(0);
}

double bench_raw_push_pull(uint64_t count)
{
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_PULL);
    char endpoint[128];
    size_t endpoint_size = sizeof endpoint;
    int patience_ms = 10000;
    if (!socket || zmq_bind(socket, "tcp://127.0.0.1:*") != 0 ||
        zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &endpoint_size) != 0 ||
        zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience_ms, sizeof patience_ms) != 0) {
        bench_fail("raw PUSH/PULL: %s", zmq_strerror(errno));
    }
    uint64_t begin = gs_monotonic_us();
    pid_t pid = fork();
    if (pid < 0) {
        bench_fail("fork: %s", strerror(errno));
    }
    if (pid == 0) {
        push_all(endpoint, count);
    }
    zmq_msg_t message;
    zmq_msg_init(&message);
    for (uint64_t received = 0; received < count; received++) {
        if (zmq_msg_recv(&message, socket, 0) != BENCH_ARTICLE_BYTES) {
            bench_fail("raw PUSH/PULL: %s after %llu messages", zmq_strerror(errno),
                       (unsigned long long)received);
        }
    }
    uint64_t took = gs_monotonic_us() - begin;
    zmq_msg_close(&message);
    zmq_close(socket);
    zmq_ctx_term(context);
    waitpid(pid, NULL, 0);
    return (double)count * 1e6 / (double)took;
}
