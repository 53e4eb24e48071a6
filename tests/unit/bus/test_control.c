// Questions and answers over sockets.
#include "rig.h"

#include <pthread.h>
#include <stdatomic.h>
#include <zmq.h>

typedef struct server {
    rig *rig;
    gs_log log;
    atomic_bool ready, stop;
} server;

static void answer(void *context, const Gainsay__V1__ControlRequest *request, gs_buffer *reply)
{
    (void)context;
    Gainsay__V1__ControlReply answer = GAINSAY__V1__CONTROL_REPLY__INIT;
    if (request->ask_case == GAINSAY__V1__CONTROL_REQUEST__ASK_DEAD_LETTER_LIST)
        answer.error = (char *)"there are no dead letters here";
    else
        answer.retried = 42;
    gs_wire_pack(&answer.base, reply);
}

static void *serve(void *argument)
{
    server *self = argument;
    gs_error error = {0};
    gs_bus *bus = gs_bus_new(&(gs_bus_options){.log = &self->log}, &error);
    gs_control *control = gs_control_new(bus, self->rig->endpoint, answer, self, &error);
    atomic_store(&self->ready, control != NULL);
    while (!atomic_load(&self->stop) && gs_bus_run(bus, 10, &error)) {
    }
    gs_control_free(&control);
    gs_bus_free(&bus);
    return NULL;
}

static pthread_t start(server *self, rig *of)
{
    pthread_t thread;
    self->rig = of;
    gs_log_init(&self->log, "server");
    self->log.level = GS_ERROR;
    assert_int_equal(pthread_create(&thread, NULL, serve, self), 0);
    while (!atomic_load(&self->ready))
        usleep(1000);
    return thread;
}

static void stop(server *self, pthread_t thread)
{
    atomic_store(&self->stop, true);
    pthread_join(thread, NULL);
}

static Gainsay__V1__ControlReply *ask(rig *self, int kind, gs_arena *arena, gs_error *error)
{
    Gainsay__V1__ControlRequest request = GAINSAY__V1__CONTROL_REQUEST__INIT;
    Gainsay__V1__ControlRequest__Status status = GAINSAY__V1__CONTROL_REQUEST__STATUS__INIT;
    Gainsay__V1__ControlRequest__DeadLetterList list = GAINSAY__V1__CONTROL_REQUEST__DEAD_LETTER_LIST__INIT;
    request.ask_case = kind == 0 ? GAINSAY__V1__CONTROL_REQUEST__ASK_STATUS
                                 : GAINSAY__V1__CONTROL_REQUEST__ASK_DEAD_LETTER_LIST;
    if (kind == 0)
        request.status = &status;
    else
        request.dead_letter_list = &list;
    return gs_control_ask(self->bus, self->endpoint, &request, 500, arena, error);
}

static void a_question_is_answered(void **state)
{
    rig *self = *state;
    server other = {0};
    pthread_t thread = start(&other, self);
    gs_arena *arena = gs_arena_new(0);
    for (int i = 0; i < 20; i++) {
        gs_error error = {0};
        Gainsay__V1__ControlReply *reply = ask(self, 0, arena, &error);
        if (reply == NULL)
            fail_msg("%s", error.message);
        assert_int_equal(reply->retried, 42);
    }
    gs_arena_free(&arena);
    stop(&other, thread);
}

static void an_answer_with_an_error_is_an_error(void **state)
{
    rig *self = *state;
    server other = {0};
    pthread_t thread = start(&other, self);
    gs_arena *arena = gs_arena_new(0);
    gs_error error = {0};
    assert_null(ask(self, 1, arena, &error));
    assert_string_equal(error.message, "there are no dead letters here");
    gs_arena_free(&arena);
    stop(&other, thread);
}

static void silence_names_the_endpoint_and_the_daemon(void **state)
{
    rig *self = *state;
    gs_arena *arena = gs_arena_new(0);
    gs_error error = {0};
    uint64_t begun = gs_monotonic_us();
    assert_null(ask(self, 0, arena, &error));
    uint64_t took = gs_monotonic_us() - begun;
    assert_true(took >= 450 * 1000 && took < 1500 * 1000);
    assert_int_equal(error.code, GS_E_PEER);
    assert_non_null(strstr(error.message, self->endpoint));
    assert_non_null(strstr(error.message, "is gainsay-aggregator running?"));
    gs_arena_free(&arena);
}

// A server that answers with something else.
static void *answer_nonsense(void *argument)
{
    void *socket = argument;
    char part[256];
    int more = 1, route = zmq_recv(socket, part, sizeof part, 0);
    char rest[256];
    size_t size = sizeof more;
    while (more) {
        zmq_recv(socket, rest, sizeof rest, 0);
        zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size);
    }
    zmq_send(socket, part, (size_t)route, ZMQ_SNDMORE);
    zmq_send(socket, "HTTP/1.1 400 Bad Request", 24, 0);
    return NULL;
}

static void nonsense_is_named(void **state)
{
    rig *self = *state;
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_ROUTER);
    assert_int_equal(zmq_bind(socket, self->endpoint), 0);
    pthread_t thread;
    pthread_create(&thread, NULL, answer_nonsense, socket);
    gs_arena *arena = gs_arena_new(0);
    gs_error error = {0};
    assert_null(ask(self, 0, arena, &error));
    assert_non_null(strstr(error.message, "peer speaks something else than Gainsay 1 on ipc://"));
    pthread_join(thread, NULL);
    gs_arena_free(&arena);
    zmq_close(socket);
    zmq_ctx_term(context);
}

static void a_bad_request_gets_an_error_back(void **state)
{
    rig *self = *state;
    server other = {0};
    pthread_t thread = start(&other, self);
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_REQ);
    int patience = 2000;
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
    zmq_connect(socket, self->endpoint);
    zmq_send(socket, "GS1C", 4, ZMQ_SNDMORE);
    zmq_send(socket, "\377", 1, 0);
    char header[8], body[512];
    assert_int_equal(zmq_recv(socket, header, sizeof header, 0), 4);
    assert_memory_equal(header, "GS1c", 4);
    int size = zmq_recv(socket, body, sizeof body, 0);
    assert_true(size > 0);
    gs_arena *arena = gs_arena_new(0);
    gs_error error = {0};
    Gainsay__V1__ControlReply *reply = (Gainsay__V1__ControlReply *)gs_wire_unpack(
        &gainsay__v1__control_reply__descriptor, gs_view_make(body, (size_t)size), arena, &error);
    assert_non_null(reply);
    assert_true(strlen(reply->error) > 0);
    gs_arena_free(&arena);
    zmq_close(socket);
    zmq_ctx_term(context);
    stop(&other, thread);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_question_is_answered, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(an_answer_with_an_error_is_an_error, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(silence_names_the_endpoint_and_the_daemon, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(nonsense_is_named, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(a_bad_request_gets_an_error_back, rig_up, rig_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
