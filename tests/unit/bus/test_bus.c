// The loop itself: descriptors, time, endpoints that cannot be used, signals left alone.
#include "rig.h"

#include <errno.h>
#include <signal.h>
#include <sys/un.h>

typedef struct pipes {
    gs_bus *bus;
    int ends[2];
    int calls;
    bool leave;
} pipes;

static void on_readable(void *context, int fd)
{
    pipes *self = context;
    char byte;
    self->calls++;
    assert_int_equal(read(fd, &byte, 1), 1);
    if (self->leave)
        gs_bus_unwatch(self->bus, fd);
}

static void on_writable(void *context, int fd)
{
    pipes *self = context;
    self->calls++;
    gs_bus_unwatch(self->bus, fd);
}

static void watches_descriptors(void **state)
{
    rig *self = *state;
    pipes of = {.bus = self->bus};
    assert_int_equal(pipe(of.ends), 0);
    gs_bus_watch(self->bus, of.ends[0], false, on_readable, &of);
    gs_bus_run(self->bus, 0, NULL);
    assert_int_equal(of.calls, 0);
    assert_int_equal(write(of.ends[1], "abc", 3), 3);
    RUN_UNTIL(self->bus, of.calls == 2, 1000);
    of.leave = true; // takes itself out while it is served
    RUN_UNTIL(self->bus, of.calls == 3, 1000);
    assert_int_equal(write(of.ends[1], "d", 1), 1);
    RUN_WHILE(self->bus, true, 50);
    assert_int_equal(of.calls, 3);
    gs_bus_watch(self->bus, of.ends[1], true, on_writable, &of);
    RUN_UNTIL(self->bus, of.calls == 4, 1000);
    gs_bus_unwatch(self->bus, 12345); // never watched
    close(of.ends[0]);
    close(of.ends[1]);
}

static void waits_no_longer_than_asked(void **state)
{
    rig *self = *state;
    uint64_t start = gs_monotonic_us();
    assert_true(gs_bus_run(self->bus, 20, NULL));
    uint64_t took = gs_monotonic_us() - start;
    assert_true(took < 200 * 1000);
    for (int i = 0; i < 1000; i++)
        assert_true(gs_bus_run(self->bus, 0, NULL));
    assert_true(gs_monotonic_us() - start < 500 * 1000);
}

static void signals_are_left_to_the_program(void **state)
{
    (void)state;
    struct sigaction action;
    assert_int_equal(sigaction(SIGINT, NULL, &action), 0);
    assert_true(action.sa_handler == SIG_DFL);
    assert_int_equal(sigaction(SIGTERM, NULL, &action), 0);
    assert_true(action.sa_handler == SIG_DFL);
}

static void answer(void *context, const Gainsay__V1__ControlRequest *request, gs_buffer *reply)
{
    (void)context, (void)request, (void)reply;
}

static void expect_refused(rig *self, const char *endpoint, const char *expected)
{
    gs_error error = {0};
    gs_control *control = gs_control_new(self->bus, endpoint, answer, NULL, &error);
    assert_null(control);
    if (strstr(error.message, endpoint) == NULL || strstr(error.message, expected) == NULL)
        fail_msg("\"%s\" names neither %s nor \"%s\"", error.message, endpoint, expected);
    assert_true(gs_bus_run(self->bus, 0, NULL)); // nothing is left behind
}

static void endpoints_that_cannot_be_used_are_explained(void **state)
{
    rig *self = *state;
    gs_error error = {0};
    char tcp[96], missing[160], file[160], longer[256];
    rig_tcp(tcp, "127.0.0.1");
    gs_bus *other = rig_bus(self);
    gs_control *taken = gs_control_new(other, tcp, answer, NULL, &error);
    gs_control *taken_too = gs_control_new(other, self->endpoint, answer, NULL, &error);
    assert_non_null(taken);
    assert_non_null(taken_too);
    expect_refused(self, tcp, "address already in use");
    expect_refused(self, self->endpoint, "address already in use");
    gs_control_free(&taken);
    gs_control_free(&taken_too);
    gs_bus_free(&other);
    snprintf(missing, sizeof missing, "ipc://%s/no/such/directory", self->directory);
    expect_refused(self, missing, "the directory of this path does not exist");
    snprintf(file, sizeof file, "%s/file", self->directory);
    fclose(fopen(file, "w"));
    snprintf(file, sizeof file, "ipc://%s/file/socket", self->directory);
    expect_refused(self, file, "not a directory");
    snprintf(longer, sizeof longer, "ipc://%s/%0120d", self->directory, 7);
    expect_refused(self, longer, "too long");
    expect_refused(self, "ipc://", "ipc://");
    expect_refused(self, "nonsense", "security.own_key"); // not local, so it asks for keys first
    expect_refused(self, "tcp://127.0.0.1:notaport", "not a valid endpoint");
}

static void a_stale_socket_file_is_no_obstacle(void **state)
{
    rig *self = *state;
    gs_error error = {0};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/a", self->directory);
    int socket_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(socket_fd, (struct sockaddr *)&address, sizeof address), 0);
    close(socket_fd); // as kill -9 leaves it
    assert_int_equal(access(address.sun_path, F_OK), 0);
    gs_control *control = gs_control_new(self->bus, self->endpoint, answer, NULL, &error);
    if (control == NULL)
        fail_msg("%s", error.message);
    gs_control_free(&control);
}

static void a_peer_that_does_not_speak_zeromq_is_told_once(void **state)
{
    rig *self = *state;
    gs_error error = {0};
    gs_control *control = gs_control_new(self->bus, self->endpoint, answer, NULL, &error);
    for (int i = 0; i < 5; i++) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        snprintf(address.sun_path, sizeof address.sun_path, "%s/a", self->directory);
        int client = socket(AF_UNIX, SOCK_STREAM, 0);
        assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof address), 0);
        const char *request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
        assert_true(write(client, request, strlen(request)) > 0);
        RUN_WHILE(self->bus, true, 30);
        close(client);
        RUN_WHILE(self->bus, true, 30);
    }
    assert_int_equal(rig_logged(self, "does not speak ZeroMQ"), 1);
    gs_control_free(&control);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(watches_descriptors, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(waits_no_longer_than_asked, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(signals_are_left_to_the_program, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(endpoints_that_cannot_be_used_are_explained, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(a_stale_socket_file_is_no_obstacle, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(a_peer_that_does_not_speak_zeromq_is_told_once, rig_up, rig_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
