// The peer: NATS JetStream with file storage on the same machine, the same articles, one publisher that waits
// for acknowledgements (a window of 256, then one by one) and one consumer that acknowledges each message.
//
// What is compared and what is not: JetStream stores each message in one file log and, by default, syncs it
// to disk every two minutes, not before it acknowledges; it parses nothing. Gainsay parses, keeps two stores
// and syncs both before it acknowledges.
//
//   bench_nats [ARTICLES [DIRECTORY]]       lines: NAME WINDOW ARTICLES/S
#include <arpa/inet.h>
#include <errno.h>
#include <nats/nats.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

enum { FETCH = 256, PATIENCE_MS = 20000 };

typedef struct peer {
    natsConnection *connection;
    jsCtx *stream;
} peer;

static void check(natsStatus status, const char *what)
{
    if (status != NATS_OK) {
        bench_fail("JetStream: %s: %s (%s)", what, natsStatus_GetText(status), nats_GetLastError(NULL));
    }
}

static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        bench_fail("no free port: %s", strerror(errno));
    }
    close(fd);
    return ntohs(address.sin_port);
}

static pid_t start_server(const char *directory, int port)
{
    char port_text[16];
    snprintf(port_text, sizeof port_text, "%d", port);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        char log[BENCH_PATH];
        snprintf(log, sizeof log, "%s/nats.log", directory);
        execlp("nats-server", "nats-server", "-a", "127.0.0.1", "-p", port_text, "-js", "-sd", directory,
               "-l", log, (char *)NULL);
        fprintf(stderr, "nats-server: %s\n", strerror(errno));
        _exit(127);
    }
    return pid;
}

// max_pending: acknowledgements that may be outstanding.
static peer peer_open(int port, int64_t max_pending)
{
    char url[64];
    snprintf(url, sizeof url, "nats://127.0.0.1:%d", port);
    peer self = {0};
    natsStatus status = NATS_ERR;
    for (int attempt = 0; attempt < 100 && status != NATS_OK; attempt++) { // the server is starting
        status = natsConnection_ConnectTo(&self.connection, url);
        if (status != NATS_OK) {
            usleep(50000);
        }
    }
    check(status, "connect");
    jsOptions options;
    jsOptions_Init(&options);
    options.PublishAsync.MaxPending = max_pending;
    options.PublishAsync.StallWait = PATIENCE_MS;
    check(natsConnection_JetStream(&self.stream, self.connection, &options), "JetStream context");
    return self;
}

static void peer_close(peer *self)
{
    jsCtx_Destroy(self->stream);
    natsConnection_Destroy(self->connection);
}

static _Noreturn void publish_all(int port, const char *subject, uint64_t count, uint32_t window)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    peer self = peer_open(port, window);
    char line[BENCH_ARTICLE_BYTES];
    for (uint64_t number = 0; number < count; number++) {
        bench_article(line, number, 0);
        if (window == 1) {
            check(js_Publish(NULL, self.stream, subject, line, sizeof line, NULL, NULL), "publish");
        } else {
            check(js_PublishAsync(self.stream, subject, line, sizeof line, NULL), "publish");
        }
    }
    if (window > 1) {
        check(js_PublishAsyncComplete(self.stream, NULL), "wait for acknowledgements");
    }
    peer_close(&self);
    exit(0);
}

static void consume_all(natsSubscription *subscription, uint64_t count)
{
    uint64_t received = 0;
    while (received < count) {
        natsMsgList list;
        jsErrCode code = 0;
        uint64_t left = count - received;
        check(
            natsSubscription_Fetch(&list, subscription, left < FETCH ? (int)left : FETCH, PATIENCE_MS, &code),
            "fetch");
        for (int i = 0; i < list.Count; i++) {
            check(natsMsg_Ack(list.Msgs[i], NULL), "acknowledge");
        }
        received += (uint64_t)list.Count;
        natsMsgList_Destroy(&list);
    }
}

static double measure(int port, uint64_t count, uint32_t window)
{
    char name[32], subject[48];
    snprintf(name, sizeof name, "bench%u", window);
    snprintf(subject, sizeof subject, "%s.articles", name);
    // The publisher waits for a byte; forked before NATS starts its threads here.
    int gate[2];
    if (pipe(gate) != 0) {
        bench_fail("pipe: %s", strerror(errno));
    }
    pid_t publisher = fork();
    if (publisher == 0) {
        char go;
        close(gate[1]);
        if (read(gate[0], &go, 1) != 1) {
            _exit(1);
        }
        publish_all(port, subject, count, window);
    }
    peer self = peer_open(port, FETCH);
    jsStreamConfig config;
    jsStreamConfig_Init(&config);
    config.Name = name;
    const char *subjects[] = {subject};
    config.Subjects = subjects;
    config.SubjectsLen = 1;
    config.Storage = js_FileStorage;
    check(js_AddStream(NULL, self.stream, &config, NULL, NULL), "add stream");
    jsSubOptions options;
    jsSubOptions_Init(&options);
    options.Stream = name;
    options.Config.MaxAckPending = 10 * FETCH;
    natsSubscription *subscription = NULL;
    check(js_PullSubscribe(&subscription, self.stream, subject, "bench", NULL, &options, NULL), "subscribe");
    uint64_t begin = gs_monotonic_us();
    if (write(gate[1], "g", 1) != 1) {
        bench_fail("the publisher is gone");
    }
    consume_all(subscription, count);
    uint64_t took = gs_monotonic_us() - begin;
    int status = 0;
    waitpid(publisher, &status, 0);
    if (status != 0) {
        bench_fail("JetStream: the publisher ended with status %d", status);
    }
    natsSubscription_Destroy(subscription);
    check(js_DeleteStream(self.stream, name, NULL, NULL), "delete stream");
    peer_close(&self);
    close(gate[0]);
    close(gate[1]);
    return (double)count * 1e6 / (double)took;
}

// Each window is measured in a process of its own, because a process that has used NATS has threads and may
// not fork.
static void measure_apart(int port, uint64_t count, uint32_t window)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        printf("jetstream %u %.0f\n", window, measure(port, count, window));
        exit(0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    if (status != 0) {
        exit(1);
    }
}

int main(int argc, char **argv)
{
    uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
    bench_scratch scratch = {0};
    bench_scratch_make(&scratch, argc > 2 ? argv[2] : NULL, "");
    int port = free_port();
    pid_t server = start_server(scratch.path, port);
    measure_apart(port, count, 256);
    measure_apart(port, count, 1);
    kill(server, SIGTERM);
    waitpid(server, NULL, 0);
    bench_scratch_remove(&scratch);
    return 0;
}
