// The work queue over sockets: credit, settling, redelivery after every way in which a worker can go.
#include "rig.h"

#include <zmq.h>

enum { MOST = 4096 };

// Owner of a queue: what it was told.
typedef struct owner {
    size_t settled, failed;
    gs_id last_failed;
    uint32_t last_failures;
    char last_reason[256];
} owner;

static void on_settled(void *context, const gs_id *ids, size_t count)
{
    (void)ids;
    ((owner *)context)->settled += count;
}

static void on_failed(void *context, gs_id id, uint32_t failures, const char *reason)
{
    owner *self = context;
    self->failed++;
    self->last_failed = id;
    self->last_failures = failures;
    snprintf(self->last_reason, sizeof self->last_reason, "%s", reason);
}

static gs_queue *queue_at(gs_bus *bus, const char *endpoint, owner *of)
{
    gs_error error = {0};
    gs_queue *queue = gs_queue_new(bus,
                                   &(gs_queue_options){.endpoint = endpoint,
                                                       .lease_us = 60 * 1000 * 1000,
                                                       .silence_us = 2 * 1000 * 1000,
                                                       .max_failures = 3,
                                                       .max_ready_bytes = 1000,
                                                       .settled = on_settled,
                                                       .failed = on_failed,
                                                       .context = of},
                                   &error);
    if (queue == NULL)
        fail_msg("%s", error.message);
    return queue;
}

// A worker that keeps what it gets, or settles it at once.
typedef struct hands {
    size_t count, dead;
    gs_id got[MOST];
    char last[64];
    uint32_t last_failures;
    char last_reason[256];
    bool settle, refuse;
} hands;

static void on_work(void *context, gs_worker *worker, const gs_work *work)
{
    hands *self = context;
    assert_true(self->count < MOST);
    self->got[self->count++] = work->id;
    self->dead += work->dead;
    snprintf(self->last, sizeof self->last, "%.*s", (int)work->payload.size, work->payload.data);
    snprintf(self->last_reason, sizeof self->last_reason, "%s", work->reason);
    self->last_failures = work->failures;
    if (self->refuse)
        gs_worker_refuse(worker, work->id, "cannot read it");
    else if (self->settle)
        gs_worker_settle(worker, work->id);
}

static gs_worker *worker_at(gs_bus *bus, const char *endpoint, const char *name, uint32_t window, hands *of)
{
    gs_error error = {0};
    gs_worker *worker = gs_worker_new(
        bus,
        &(gs_worker_options){
            .endpoint = endpoint, .name = name, .window = window, .work = on_work, .context = of},
        &error);
    if (worker == NULL)
        fail_msg("%s", error.message);
    return worker;
}

static void offer(gs_queue *queue, uint64_t from, uint64_t count)
{
    for (uint64_t i = from; i < from + count; i++) {
        char text[32];
        snprintf(text, sizeof text, "item %llu", (unsigned long long)i);
        gs_queue_offer(queue, rig_id(i), gs_view_of(text), 0, NULL);
    }
}

static void delivers_in_order_and_settles(void **state)
{
    rig *self = *state;
    owner of = {0};
    hands work = {.settle = true};
    gs_queue *queue = queue_at(self->bus, self->endpoint, &of);
    gs_worker *worker = worker_at(self->bus, self->endpoint, "one", 16, &work);
    offer(queue, 0, 1000);
    offer(queue, 0, 10); // known ones are ignored
    RUN_UNTIL(self->bus, of.settled == 1000, 5000);
    for (uint64_t i = 0; i < 1000; i++)
        assert_true(gs_id_equal(work.got[i], rig_id(i)));
    assert_string_equal(work.last, "item 999");
    assert_int_equal(work.count, 1000);
    assert_int_equal(of.failed, 0);
    gs_queue_numbers numbers = gs_queue_count(queue);
    assert_int_equal(numbers.ready + numbers.leased, 0);
    assert_int_equal(numbers.delivered, 1000);
    assert_int_equal(numbers.workers, 1);
    gs_worker_free(&worker);
    RUN_UNTIL(self->bus, gs_queue_count(queue).workers == 0, 2000);
    gs_queue_free(&queue);
}

static void window_bounds_what_a_worker_holds(void **state)
{
    rig *self = *state;
    owner of = {0};
    hands work = {0};
    gs_queue *queue = queue_at(self->bus, self->endpoint, &of);
    assert_true(gs_queue_has_room(queue));
    offer(queue, 0, 200); // 8 bytes each
    assert_false(gs_queue_has_room(queue));
    gs_worker *worker = worker_at(self->bus, self->endpoint, "one", 7, &work);
    RUN_UNTIL(self->bus, work.count == 7, 2000);
    RUN_WHILE(self->bus, true, 100);
    assert_int_equal(work.count, 7);
    gs_worker_settle(worker, work.got[0]);
    gs_worker_settle(worker, work.got[1]);
    RUN_UNTIL(self->bus, work.count == 9, 2000);
    gs_worker_pause(worker, true);
    RUN_WHILE(self->bus, true, 100);
    for (size_t i = 2; i < 9; i++)
        gs_worker_settle(worker, work.got[i]);
    RUN_UNTIL(self->bus, of.settled == 9, 2000);
    RUN_WHILE(self->bus, true, 100);
    assert_int_equal(work.count, 9);
    gs_queue_pause(queue, true);
    gs_worker_pause(worker, false);
    RUN_WHILE(self->bus, true, 100);
    assert_int_equal(work.count, 9);
    gs_queue_pause(queue, false);
    RUN_UNTIL(self->bus, work.count == 16, 2000);
    gs_worker_free(&worker);
    gs_queue_free(&queue);
}

static void several_workers_share_evenly(void **state)
{
    rig *self = *state;
    owner of = {0};
    hands work[3] = {0};
    gs_worker *workers[3];
    gs_queue *queue = queue_at(self->bus, self->endpoint, &of);
    for (int i = 0; i < 3; i++) {
        char name[8];
        snprintf(name, sizeof name, "w%d", i);
        workers[i] = worker_at(self->bus, self->endpoint, name, 100, &work[i]);
    }
    RUN_UNTIL(self->bus, gs_queue_count(queue).workers == 3, 2000);
    offer(queue, 0, 90);
    RUN_UNTIL(self->bus, work[0].count + work[1].count + work[2].count == 90, 2000);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(work[i].count, 30);
        gs_worker_free(&workers[i]);
    }
    gs_queue_free(&queue);
}

static void clean_stop_gives_back_without_counting(void **state)
{
    rig *self = *state;
    owner of = {0};
    hands first = {0}, second = {.settle = true};
    gs_queue *queue = queue_at(self->bus, self->endpoint, &of);
    gs_worker *worker = worker_at(self->bus, self->endpoint, "one", 10, &first);
    offer(queue, 0, 20);
    RUN_UNTIL(self->bus, first.count == 10, 2000);
    gs_worker_free(&worker);
    worker = worker_at(self->bus, self->endpoint, "two", 5, &second);
    RUN_UNTIL(self->bus, of.settled == 20, 2000);
    assert_int_equal(of.failed, 0);
    assert_int_equal(gs_queue_count(queue).redelivered, 10);
    for (uint64_t i = 0; i < 20; i++)
        assert_true(gs_id_equal(second.got[i], rig_id(i))); // in the old order
    gs_worker_free(&worker);
    gs_queue_free(&queue);
}

static void refused_items_end_as_dead(void **state)
{
    rig *self = *state;
    owner of = {0};
    hands work = {.refuse = true};
    gs_queue *queue = queue_at(self->bus, self->endpoint, &of);
    gs_worker *worker = worker_at(self->bus, self->endpoint, "one", 4, &work);
    offer(queue, 7, 1);
    RUN_UNTIL(self->bus, of.failed == 3, 2000);
    assert_int_equal(of.last_failures, 3);
    assert_string_equal(of.last_reason, "cannot read it");
    work.refuse = false;
    work.settle = true;
    RUN_UNTIL(self->bus, of.settled == 1, 2000);
    assert_true(work.dead >= 1);
    assert_int_equal(work.last_failures, of.last_failures);
    assert_string_equal(work.last_reason, "cannot read it");
    assert_false(gs_queue_holds(queue, rig_id(7)));
    gs_worker_free(&worker);
    gs_queue_free(&queue);
}

// A raw worker whose moves the test makes itself.
typedef struct raw {
    void *context, *socket;
} raw;

static raw raw_new(const char *endpoint, const char *name, uint8_t process, uint8_t window)
{
    raw self = {.context = zmq_ctx_new()};
    self.socket = zmq_socket(self.context, ZMQ_DEALER);
    assert_int_equal(zmq_connect(self.socket, endpoint), 0);
    char hello[17] = "GS1H";
    hello[4] = (char)process;
    hello[12] = (char)window;
    assert_int_equal(zmq_send(self.socket, hello, 16, ZMQ_SNDMORE), 16);
    zmq_send(self.socket, name, strlen(name), 0);
    return self;
}

static void raw_close(raw *self)
{
    int linger = 0;
    zmq_setsockopt(self->socket, ZMQ_LINGER, &linger, sizeof linger);
    zmq_close(self->socket);
    zmq_ctx_term(self->context);
}

static void worker_that_dies_is_replaced_at_once(void **state)
{
    rig *self = *state;
    owner of = {0};
    gs_queue *queue = queue_at(self->bus, self->endpoint, &of);
    offer(queue, 0, 3);
    raw dead = raw_new(self->endpoint, "one", 1, 2);
    RUN_UNTIL(self->bus, gs_queue_count(queue).leased == 2, 2000);
    raw_close(&dead);
    hands work = {.settle = true};
    uint64_t start = gs_monotonic_us();
    gs_worker *worker = worker_at(self->bus, self->endpoint, "one", 10, &work);
    RUN_UNTIL(self->bus, of.settled == 3, 2000);
    assert_true(gs_monotonic_us() - start < 1000 * 1000); // did not wait for the silence to count
    assert_int_equal(of.failed, 2);
    assert_int_equal(of.last_failures, 1);
    assert_non_null(strstr(of.last_reason, "died"));
    gs_worker_free(&worker);
    gs_queue_free(&queue);
}

static void broken_connection_of_a_living_worker_counts_nothing(void **state)
{
    rig *self = *state;
    owner of = {0};
    gs_queue *queue = queue_at(self->bus, self->endpoint, &of);
    offer(queue, 0, 3);
    raw first = raw_new(self->endpoint, "one", 1, 2);
    RUN_UNTIL(self->bus, gs_queue_count(queue).leased == 2, 2000);
    raw_close(&first);
    raw second = raw_new(self->endpoint, "one", 1, 3); // the same process, connected anew
    RUN_UNTIL(self->bus, gs_queue_count(queue).leased == 3, 2000);
    assert_int_equal(of.failed, 0);
    assert_int_equal(gs_queue_count(queue).workers, 1);
    raw_close(&second);
    gs_queue_free(&queue);
}

static void silent_worker_loses_its_items(void **state)
{
    rig *self = *state;
    owner of = {0};
    gs_queue *queue = queue_at(self->bus, self->endpoint, &of);
    offer(queue, 0, 2);
    raw silent = raw_new(self->endpoint, "one", 1, 1);
    RUN_UNTIL(self->bus, gs_queue_count(queue).leased == 1, 2000);
    RUN_UNTIL(self->bus, of.failed == 1, 4000);
    assert_int_equal(gs_queue_count(queue).workers, 0);
    assert_int_equal(rig_logged(self, "worker fell silent"), 1);
    // It speaks again: it is told to say hello anew.
    char answer[64];
    while (zmq_recv(silent.socket, answer, sizeof answer, ZMQ_DONTWAIT) >= 0) {
    }
    zmq_send(silent.socket, "GS1L\1\0\0\0", 8, 0);
    int size = -1;
    RUN_WHILE(self->bus, (size = zmq_recv(silent.socket, answer, sizeof answer, ZMQ_DONTWAIT)) < 0, 2000);
    assert_int_equal(size, 4);
    assert_memory_equal(answer, "GS1U", 4);
    // And what it settles late counts.
    char settle[20] = "GS1S";
    gs_id id = rig_id(0);
    memcpy(settle + 4, id.bytes, 16);
    zmq_send(silent.socket, settle, sizeof settle, 0);
    RUN_UNTIL(self->bus, of.settled == 1, 2000);
    assert_false(gs_queue_holds(queue, id));
    raw_close(&silent);
    gs_queue_free(&queue);
}

static void two_workers_of_one_name_are_told(void **state)
{
    rig *self = *state;
    owner of = {0};
    hands work[2] = {0};
    gs_queue *queue = queue_at(self->bus, self->endpoint, &of);
    gs_worker *old = worker_at(self->bus, self->endpoint, "same", 4, &work[0]);
    RUN_UNTIL(self->bus, gs_worker_connected(old), 2000);
    gs_worker *new = worker_at(self->bus, self->endpoint, "same", 4, &work[1]);
    RUN_UNTIL(self->bus, gs_worker_connected(new), 2000);
    RUN_UNTIL(self->bus, !gs_worker_connected(old), 3000);
    assert_int_equal(rig_logged(self, "two workers run under one name"), 1);
    assert_int_equal(rig_logged(self, "the queue does not want this worker"), 1);
    assert_true(gs_worker_connected(new));
    assert_int_equal(gs_queue_count(queue).workers, 1);
    gs_worker_free(&old);
    gs_worker_free(&new);
    gs_queue_free(&queue);
}

static void queue_restart_is_survived(void **state)
{
    rig *self = *state;
    owner of = {0};
    hands work = {0};
    gs_worker *worker = worker_at(self->bus, self->endpoint, "one", 8, &work); // before there is a queue
    RUN_WHILE(self->bus, true, 100);
    gs_queue *queue = queue_at(self->bus, self->endpoint, &of);
    offer(queue, 0, 4);
    RUN_UNTIL(self->bus, work.count == 4, 3000);
    gs_queue_free(&queue);
    RUN_UNTIL(self->bus, !gs_worker_connected(worker), 3000);
    gs_worker_settle(worker, rig_id(0)); // kept until there is a queue again
    queue = queue_at(self->bus, self->endpoint, &of);
    offer(queue, 1, 3);
    RUN_UNTIL(self->bus, work.count == 7, 5000);
    RUN_UNTIL(self->bus, of.settled == 1, 2000); // though this run of the queue never offered it
    assert_int_equal(of.failed, 0);
    gs_worker_free(&worker);
    gs_queue_free(&queue);
}

static void strangers_are_told_once_and_harm_nothing(void **state)
{
    rig *self = *state;
    owner of = {0};
    hands work = {.settle = true};
    gs_queue *queue = queue_at(self->bus, self->endpoint, &of);
    raw stranger = {.context = zmq_ctx_new()};
    stranger.socket = zmq_socket(stranger.context, ZMQ_DEALER);
    zmq_connect(stranger.socket, self->endpoint);
    static const char *const noise[] = {
        "",     "x",       "GS",      "GS1",  "GS2Hxxxxxxxxxxxxxxxxxx", "GS1H",
        "GS1L", "GS1Sabc", "GS1Nabc", "GS1~", "GET / HTTP/1.1\r\n\r\n"};
    for (int round = 0; round < 20; round++) {
        for (size_t i = 0; i < sizeof noise / sizeof *noise; i++) {
            zmq_send(stranger.socket, noise[i], strlen(noise[i]),
                     ZMQ_DONTWAIT | (round % 3 == 0 ? ZMQ_SNDMORE : 0));
        }
        zmq_send(stranger.socket, "", 0, ZMQ_DONTWAIT);
    }
    gs_worker *worker = worker_at(self->bus, self->endpoint, "one", 4, &work);
    offer(queue, 0, 50);
    RUN_UNTIL(self->bus, of.settled == 50, 3000);
    RUN_UNTIL(self->bus, rig_logged(self, "peer speaks something else than Gainsay 1 on ipc://") > 0, 2000);
    RUN_WHILE(self->bus, true, 50); // all of it arrives
    assert_int_equal(rig_logged(self, "peer speaks something else than Gainsay 1 on ipc://"), 1);
    raw_close(&stranger);
    gs_worker_free(&worker);
    gs_queue_free(&queue);
}

static void big_payloads_arrive_whole(void **state)
{
    rig *self = *state;
    owner of = {0};
    hands work = {.settle = true};
    gs_queue *queue = queue_at(self->bus, self->endpoint, &of);
    gs_worker *worker = worker_at(self->bus, self->endpoint, "one", 4, &work);
    size_t size = GS_LIMIT_ARTICLE_BYTES + 100000;
    char *big = calloc(1, size);
    memset(big, 'x', size);
    gs_queue_offer(queue, rig_id(1), gs_view_make(big, size), 2, "said so");
    free(big);
    gs_queue_offer(queue, rig_id(2), gs_view_make("", 0), 0, NULL);
    RUN_UNTIL(self->bus, of.settled == 2, 5000);
    gs_worker_free(&worker);
    gs_queue_free(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(delivers_in_order_and_settles, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(window_bounds_what_a_worker_holds, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(several_workers_share_evenly, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(clean_stop_gives_back_without_counting, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(refused_items_end_as_dead, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(worker_that_dies_is_replaced_at_once, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(broken_connection_of_a_living_worker_counts_nothing, rig_up,
                                        rig_down),
        cmocka_unit_test_setup_teardown(silent_worker_loses_its_items, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(two_workers_of_one_name_are_told, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(queue_restart_is_survived, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(strangers_are_told_once_and_harm_nothing, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(big_payloads_arrive_whole, rig_up, rig_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
