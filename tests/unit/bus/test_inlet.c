// What others push: frames become lines, a sender is held up while nothing is taken, too much is left out.
#include "rig.h"

#include <zmq.h>

static void on_ready(void *context)
{
    (*(int *)context)++;
}

static gs_inlet *inlet_at(rig *self, int *ready)
{
    gs_error error = {0};
    const gs_inlet_options options = {.endpoint = self->endpoint, .ready = on_ready, .context = ready};
    gs_inlet *inlet = gs_inlet_new(self->bus, &options, &error);
    assert_non_null(inlet);
    return inlet;
}

typedef struct pusher {
    void *context, *socket;
} pusher;

static pusher push_to(const char *endpoint)
{
    pusher made = {.context = zmq_ctx_new()};
    made.socket = zmq_socket(made.context, ZMQ_PUSH);
    int none = 0;
    zmq_setsockopt(made.socket, ZMQ_LINGER, &none, sizeof none);
    assert_int_equal(zmq_connect(made.socket, endpoint), 0);
    return made;
}

static void close_pusher(pusher *self)
{
    zmq_close(self->socket);
    zmq_ctx_term(self->context);
}

static void frames_become_lines(void **state)
{
    rig *self = *state;
    int ready = 0;
    gs_buffer text = {0};
    gs_inlet *inlet = inlet_at(self, &ready);
    pusher sender = push_to(self->endpoint);
    assert_int_equal(zmq_send(sender.socket, "one", 3, ZMQ_SNDMORE), 3);
    assert_int_equal(zmq_send(sender.socket, "two\nthree\n", 10, 0), 10);
    assert_int_equal(zmq_send(sender.socket, "four", 4, 0), 4);
    RUN_UNTIL(self->bus, ready > 0, 5000);
    RUN_WHILE(self->bus, true, 200);
    assert_int_equal(ready, 1); // told once, until it has been emptied
    assert_true(gs_inlet_take(inlet, &text));
    assert_string_equal(text.data, "one\ntwo\nthree\n\n");
    assert_true(gs_inlet_take(inlet, &text));
    assert_string_equal(text.data, "one\ntwo\nthree\n\nfour\n");
    assert_false(gs_inlet_take(inlet, &text));
    assert_int_equal(zmq_send(sender.socket, "five", 4, 0), 4);
    RUN_UNTIL(self->bus, ready == 2, 5000);
    gs_buffer_clear(&text);
    assert_true(gs_inlet_take(inlet, &text));
    assert_string_equal(text.data, "five\n");
    close_pusher(&sender);
    gs_inlet_free(&inlet);
    assert_null(inlet);
    gs_buffer_free(&text);
}

static void too_much_is_left_out(void **state)
{
    rig *self = *state;
    int ready = 0;
    gs_buffer text = {0};
    gs_inlet *inlet = inlet_at(self, &ready);
    pusher sender = push_to(self->endpoint);
    char *large = gs_allocate(GS_LIMIT_LINE_BYTES);
    for (int i = 0; i < 2; i++) { // two good frames, too much together
        zmq_send(sender.socket, large, GS_LIMIT_LINE_BYTES, i == 0 ? ZMQ_SNDMORE : 0);
    }
    zmq_send(sender.socket, "small", 5, 0);
    RUN_UNTIL(self->bus, ready > 0, 5000);
    assert_true(gs_inlet_take(inlet, &text));
    assert_string_equal(text.data, "small\n");
    assert_int_equal(rig_logged(self, "too large"), 1);
    free(large);
    close_pusher(&sender);
    gs_inlet_free(&inlet);
    gs_buffer_free(&text);
}

static void senders_are_held_up(void **state)
{
    rig *self = *state;
    int ready = 0;
    size_t sent = 0;
    size_t taken = 0;
    int few = 10;
    gs_buffer text = {0};
    gs_inlet *inlet = inlet_at(self, &ready);
    pusher sender = {.context = zmq_ctx_new()};
    sender.socket = zmq_socket(sender.context, ZMQ_PUSH);
    zmq_setsockopt(sender.socket, ZMQ_SNDHWM, &few, sizeof few);
    char block[4096] = "x";
    assert_int_equal(zmq_connect(sender.socket, self->endpoint), 0);
    RUN_UNTIL(self->bus, zmq_send(sender.socket, block, sizeof block, ZMQ_DONTWAIT) > 0, 5000);
    sent++;
    const uint64_t full_at = gs_monotonic_us() + 300 * 1000;
    while (gs_monotonic_us() < full_at) {
        sent += zmq_send(sender.socket, block, sizeof block, ZMQ_DONTWAIT) > 0;
    }
    assert_true(sent < 2000);
    RUN_UNTIL(self->bus, ready > 0, 5000);
    const uint64_t stop = gs_monotonic_us() + 5 * 1000 * 1000;
    while (taken < sent && gs_monotonic_us() < stop) {
        taken += gs_inlet_take(inlet, &text);
        gs_buffer_clear(&text);
    }
    assert_int_equal(taken, sent);
    close_pusher(&sender);
    gs_inlet_free(&inlet);
    gs_buffer_free(&text);
}

static void a_taken_address_is_an_error(void **state)
{
    rig *self = *state;
    int ready = 0;
    gs_error error = {0};
    gs_inlet *inlet = inlet_at(self, &ready);
    const gs_inlet_options options = {.endpoint = self->endpoint, .ready = on_ready, .context = &ready};
    assert_null(gs_inlet_new(self->bus, &options, &error));
    assert_non_null(strstr(error.message, "already in use"));
    gs_inlet_free(&inlet);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_up, rig_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(frames_become_lines),
        TEST(too_much_is_left_out),
        TEST(senders_are_held_up),
        TEST(a_taken_address_is_an_error),
    };
    return cmocka_run_group_tests_name("inlet", tests, NULL, NULL);
}
