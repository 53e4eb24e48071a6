// rig: what the socket tests of the bus share: a directory of their own, a log that can be read back, and a
// loop that runs until something is true.
#ifndef GAINSAY_TEST_BUS_RIG_H
#define GAINSAY_TEST_BUS_RIG_H

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stddef.h>
#include <cmocka.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bus/bus.h"

typedef struct rig {
    char directory[64];
    char endpoint[96]; // ipc:// in it
    char endpoint2[96];
    gs_log log;
    FILE *log_file;
    gs_bus *bus;
} rig;

static inline gs_bus *rig_bus(rig *self)
{
    gs_error error = {0};
    gs_bus *bus = gs_bus_new(&(gs_bus_options){.log = &self->log}, &error);
    assert_non_null(bus);
    return bus;
}

static inline int rig_up(void **state)
{
    rig *self = calloc(1, sizeof *self);
    snprintf(self->directory, sizeof self->directory, "/tmp/gainsay-test-XXXXXX");
    assert_non_null(mkdtemp(self->directory));
    snprintf(self->endpoint, sizeof self->endpoint, "ipc://%s/a", self->directory);
    snprintf(self->endpoint2, sizeof self->endpoint2, "ipc://%s/b", self->directory);
    self->log_file = tmpfile();
    gs_log_init(&self->log, "test");
    self->log.fd = fileno(self->log_file);
    self->bus = rig_bus(self);
    *state = self;
    return 0;
}

static inline int rig_down(void **state)
{
    rig *self = *state;
    gs_bus_free(&self->bus);
    fclose(self->log_file);
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", self->directory);
    int status = system(command);
    free(self);
    return status;
}

// How often the log holds text.
static inline int rig_logged(rig *self, const char *text)
{
    char *line = NULL;
    size_t capacity = 0;
    int count = 0;
    off_t end = lseek(self->log.fd, 0, SEEK_END);
    rewind(self->log_file);
    while (getline(&line, &capacity, self->log_file) >= 0)
        count += strstr(line, text) != NULL;
    free(line);
    lseek(self->log.fd, end, SEEK_SET);
    return count;
}

// A tcp port that is free now.
static inline void rig_tcp(char endpoint[96], const char *host)
{
    int probe = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    assert_int_equal(bind(probe, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(probe, (struct sockaddr *)&address, &size), 0);
    close(probe);
    snprintf(endpoint, 96, "tcp://%s:%d", host, ntohs(address.sin_port));
}

static inline gs_id rig_id(uint64_t number)
{
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    return gs_id_of("test", gs_view_of(text), gs_view_of(NULL));
}

#define RUN_WHILE(bus, condition, timeout_ms)                                                                \
    do {                                                                                                     \
        uint64_t until = gs_monotonic_us() + (uint64_t)(timeout_ms)*1000;                                    \
        gs_error run_error = {0};                                                                            \
        while ((condition) && gs_monotonic_us() < until)                                                     \
            assert_true(gs_bus_run((bus), 10, &run_error));                                                  \
    } while (0)
#define RUN_UNTIL(bus, condition, timeout_ms)                                                                \
    do {                                                                                                     \
        RUN_WHILE(bus, !(condition), timeout_ms);                                                            \
        if (!(condition))                                                                                    \
            fail_msg("did not come about within %d ms: %s", (int)(timeout_ms), #condition);                  \
    } while (0)

#endif
