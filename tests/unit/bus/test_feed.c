// The feed over sockets: live, filtered, replayed, resumed; what a slow or a cut-off reader sees.
#include "rig.h"

#include <pthread.h>
#include <stdatomic.h>
#include <zmq.h>

// A store of events in memory, as a gs_feed_source.
typedef struct store {
    uint64_t newest, first;
    size_t most; // events in one reply
    size_t asked;
    bool broken;
} store;

static const char *topic_of(uint64_t sequence)
{
    static const char *const topics[] = {"statement/CN/", "statement/US/", "contradiction/"};
    return topics[sequence % 3];
}

static void pack_event(uint64_t sequence, gs_buffer *out)
{
    char id[32];
    snprintf(id, sizeof id, "statement %llu", (unsigned long long)sequence);
    Gainsay__V1__Statement statement = GAINSAY__V1__STATEMENT__INIT;
    statement.statement_id = id;
    Gainsay__V1__FeedEvent event = GAINSAY__V1__FEED_EVENT__INIT;
    event.sequence = sequence;
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_STATEMENT;
    event.statement = &statement;
    event.topic = (char *)topic_of(sequence);
    gs_wire_pack(&event.base, out);
}

static bool wanted(const Gainsay__V1__ReplayRequest *request, const char *topic)
{
    for (size_t i = 0; i < request->n_topics; i++) {
        if (strncmp(topic, request->topics[i], strlen(request->topics[i])) == 0)
            return true;
    }
    return request->n_topics == 0;
}

static bool replay(void *context, const Gainsay__V1__ReplayRequest *request, size_t max_bytes,
                   gs_buffer *reply, gs_error *error)
{
    store *self = context;
    self->asked++;
    if (self->broken)
        return gs_fail(error, GS_E_IO, "the disk is on fire");
    gs_arena *arena = gs_arena_new(0);
    Gainsay__V1__ReplayReply answer = GAINSAY__V1__REPLAY_REPLY__INIT;
    uint64_t at = request->after + 1 > self->first ? request->after + 1 : self->first;
    answer.events = gs_arena_alloc(arena, (self->most + 1) * sizeof *answer.events);
    answer.upto = at - 1;
    for (; at <= self->newest && answer.n_events < self->most && max_bytes > 0; at++) {
        answer.upto = at;
        if (!wanted(request, topic_of(at)))
            continue;
        gs_buffer packed = {0};
        pack_event(at, &packed);
        answer.events[answer.n_events++] = (gs_event *)gs_wire_unpack(&gainsay__v1__feed_event__descriptor,
                                                                      gs_buffer_view(&packed), arena, error);
        gs_buffer_free(&packed);
    }
    answer.newest = self->newest;
    answer.first_retained = self->first;
    gs_wire_pack(&answer.base, reply);
    gs_arena_free(&arena);
    return true;
}

static gs_publisher *publisher_at(rig *self, gs_bus *bus, store *of, uint32_t queue)
{
    gs_error error = {0};
    gs_publisher *publisher =
        gs_publisher_new(bus,
                         &(gs_publisher_options){.live_endpoint = self->endpoint,
                                                 .replay_endpoint = self->endpoint2,
                                                 .shard = "a",
                                                 .subscriber_queue = queue,
                                                 .newest = of->newest,
                                                 .first_retained = of->first,
                                                 .source = {.replay = replay, .context = of}},
                         &error);
    if (publisher == NULL)
        fail_msg("%s", error.message);
    return publisher;
}

// Commits and publishes a group.
static void publish(gs_publisher *publisher, store *of, uint64_t count)
{
    gs_buffer packed = {0};
    uint64_t from = of->newest + 1;
    of->newest += count;
    for (uint64_t i = from; i <= of->newest; i++) {
        gs_buffer_clear(&packed);
        pack_event(i, &packed);
        gs_publisher_send(publisher, topic_of(i), i, gs_buffer_view(&packed));
    }
    gs_publisher_close(publisher);
    gs_buffer_free(&packed);
}

typedef struct reader {
    uint64_t events, last, position;
    uint64_t missed_from, missed_first;
    bool out_of_order, connected;
    int states;
    char text[300];
    uint32_t sleep_us; // with each event
} reader;

static void on_event(void *context, const gs_event *event, gs_view bytes)
{
    reader *self = context;
    gs_buffer expected = {0};
    pack_event(event->sequence, &expected);
    if (!gs_view_equal(gs_buffer_view(&expected), bytes) || event->sequence <= self->last)
        self->out_of_order = true;
    gs_buffer_free(&expected);
    self->last = event->sequence;
    self->events++;
    if (self->sleep_us > 0)
        usleep(self->sleep_us);
}

static void on_position(void *context, uint64_t sequence)
{
    ((reader *)context)->position = sequence;
}

static void on_missed(void *context, uint64_t from, uint64_t first)
{
    ((reader *)context)->missed_from = from;
    ((reader *)context)->missed_first = first;
}

static void on_state(void *context, bool connected, const char *text)
{
    reader *self = context;
    self->states++;
    self->connected = connected;
    snprintf(self->text, sizeof self->text, "%s", text);
}

static gs_subscriber *subscriber_at(rig *self, gs_bus *bus, reader *of, uint64_t after, const char *topic)
{
    gs_error error = {0};
    gs_subscriber *subscriber = gs_subscriber_new(bus,
                                                  &(gs_subscriber_options){.live_endpoint = self->endpoint,
                                                                           .replay_endpoint = self->endpoint2,
                                                                           .topics = &topic,
                                                                           .topic_count = topic != NULL,
                                                                           .after = after,
                                                                           .event = on_event,
                                                                           .position = on_position,
                                                                           .missed = on_missed,
                                                                           .state = on_state,
                                                                           .context = of},
                                                  &error);
    if (subscriber == NULL)
        fail_msg("%s", error.message);
    return subscriber;
}

static void stored_then_live(void **state)
{
    rig *self = *state;
    store events = {.newest = 100, .first = 1, .most = 30};
    reader of = {0};
    gs_publisher *publisher = publisher_at(self, self->bus, &events, 1000);
    gs_subscriber *subscriber = subscriber_at(self, self->bus, &of, 0, NULL);
    RUN_UNTIL(self->bus, of.position == 100, 3000);
    assert_true(gs_subscriber_caught_up(subscriber));
    assert_int_equal(events.asked, 4);
    RUN_WHILE(self->bus, true, 1200); // a heartbeat says that it is quiet
    for (int i = 0; i < 10; i++) {
        publish(publisher, &events, 10);
        RUN_UNTIL(self->bus, of.position == events.newest, 2000);
    }
    assert_int_equal(of.events, 200);
    assert_false(of.out_of_order);
    assert_int_equal(gs_subscriber_replays(subscriber), 1);
    assert_int_equal(gs_subscriber_position(subscriber), 200);
    assert_true(of.connected);
    assert_int_equal(of.states, 1);
    gs_subscriber_free(&subscriber);
    gs_publisher_free(&publisher);
}

static void from_now_on(void **state)
{
    rig *self = *state;
    store events = {.newest = 50, .first = 1, .most = 100};
    reader of = {0};
    gs_publisher *publisher = publisher_at(self, self->bus, &events, 1000);
    gs_subscriber *subscriber = subscriber_at(self, self->bus, &of, GS_FEED_LIVE, NULL);
    RUN_UNTIL(self->bus, of.position == 50, 3000);
    publish(publisher, &events, 5);
    RUN_UNTIL(self->bus, of.position == 55, 3000);
    assert_int_equal(of.events, 5);
    assert_int_equal(events.asked, 0);
    gs_subscriber_free(&subscriber);
    gs_publisher_free(&publisher);
}

static void only_the_topics_asked_for(void **state)
{
    rig *self = *state;
    store events = {.newest = 30, .first = 1, .most = 7};
    reader of = {0};
    gs_publisher *publisher = publisher_at(self, self->bus, &events, 1000);
    gs_subscriber *subscriber = subscriber_at(self, self->bus, &of, 0, "statement/");
    RUN_UNTIL(self->bus, of.position == 30, 3000);
    assert_int_equal(of.events, 20);
    for (int i = 0; i < 20; i++)
        publish(publisher, &events, 3);
    RUN_UNTIL(self->bus, of.position == 90, 3000);
    assert_int_equal(of.events, 60);
    assert_false(of.out_of_order);
    gs_subscriber_free(&subscriber);
    gs_publisher_free(&publisher);
}

static void resumes_where_it_was(void **state)
{
    rig *self = *state;
    store events = {.newest = 10, .first = 1, .most = 100};
    reader of = {0};
    gs_publisher *publisher = publisher_at(self, self->bus, &events, 1000);
    for (int round = 0; round < 5; round++) {
        gs_subscriber *subscriber = subscriber_at(self, self->bus, &of, of.position, NULL);
        publish(publisher, &events, 40);
        RUN_UNTIL(self->bus, of.position == events.newest, 3000);
        gs_subscriber_free(&subscriber);
        publish(publisher, &events, 40); // nobody listens
    }
    assert_int_equal(of.events, 10 + 5 * 40 + 4 * 40);
    assert_false(of.out_of_order);
    gs_publisher_free(&publisher);
}

static void retention_that_overtook_is_told(void **state)
{
    rig *self = *state;
    store events = {.newest = 100, .first = 61, .most = 100};
    reader of = {.last = 20, .position = 20};
    gs_publisher *publisher = publisher_at(self, self->bus, &events, 1000);
    gs_subscriber *subscriber = subscriber_at(self, self->bus, &of, 20, NULL);
    RUN_UNTIL(self->bus, of.position == 100, 3000);
    assert_int_equal(of.missed_from, 21);
    assert_int_equal(of.missed_first, 61);
    assert_int_equal(of.events, 40);
    gs_subscriber_free(&subscriber);
    gs_publisher_free(&publisher);
}

static void a_replaced_store_stops_the_reader(void **state)
{
    rig *self = *state;
    store events = {.newest = 3, .first = 1, .most = 100};
    reader of = {0};
    gs_publisher *publisher = publisher_at(self, self->bus, &events, 1000);
    gs_subscriber *subscriber = subscriber_at(self, self->bus, &of, 50, NULL);
    RUN_UNTIL(self->bus, of.states == 2 && !of.connected, 3000);
    assert_non_null(strstr(of.text, "its store was replaced"));
    publish(publisher, &events, 100);
    RUN_WHILE(self->bus, true, 300);
    assert_int_equal(of.events, 0);
    gs_subscriber_free(&subscriber);
    gs_publisher_free(&publisher);
}

static void a_restarted_publisher_is_found_again(void **state)
{
    rig *self = *state;
    store events = {.newest = 10, .first = 1, .most = 100};
    reader of = {0};
    gs_publisher *publisher = publisher_at(self, self->bus, &events, 1000);
    gs_subscriber *subscriber = subscriber_at(self, self->bus, &of, 0, NULL);
    RUN_UNTIL(self->bus, of.position == 10, 3000);
    gs_publisher_free(&publisher);
    events.newest = 25; // committed, never published: the publisher died in between
    publisher = publisher_at(self, self->bus, &events, 1000);
    RUN_UNTIL(self->bus, of.position == 25, 5000);
    publish(publisher, &events, 5);
    RUN_UNTIL(self->bus, of.position == 30, 3000);
    assert_int_equal(of.events, 30);
    assert_false(of.out_of_order);
    gs_subscriber_free(&subscriber);
    gs_publisher_free(&publisher);
}

static void a_failing_replay_is_tried_again(void **state)
{
    rig *self = *state;
    store events = {.newest = 10, .first = 1, .most = 100, .broken = true};
    reader of = {0};
    gs_publisher *publisher = publisher_at(self, self->bus, &events, 1000);
    gs_subscriber *subscriber = subscriber_at(self, self->bus, &of, 0, NULL);
    RUN_UNTIL(self->bus, events.asked == 1, 3000);
    RUN_WHILE(self->bus, true, 200);
    assert_int_equal(events.asked, 1);                            // not at once
    assert_int_equal(rig_logged(self, "the disk is on fire"), 2); // here and there
    events.broken = false;
    RUN_UNTIL(self->bus, of.position == 10, 3000);
    gs_subscriber_free(&subscriber);
    gs_publisher_free(&publisher);
}

// ---- a slow reader, in a thread of its own ----------------------------------------------------------

typedef struct slow {
    rig *rig;
    gs_log log;
    reader of;
    uint64_t replays, until;
    atomic_bool failed, done;
    atomic_ullong reached;
} slow;

static void *read_slowly(void *argument)
{
    slow *self = argument;
    gs_error error = {0};
    gs_bus *bus = gs_bus_new(&(gs_bus_options){.log = &self->log}, &error);
    gs_subscriber *subscriber = subscriber_at(self->rig, bus, &self->of, 0, NULL);
    uint64_t give_up = gs_monotonic_us() + 20ull * 1000 * 1000;
    while (self->of.position < self->until && gs_monotonic_us() < give_up) {
        if (!gs_bus_run(bus, 10, &error))
            break;
        atomic_store(&self->reached, self->of.position);
    }
    self->replays = gs_subscriber_replays(subscriber);
    gs_subscriber_free(&subscriber);
    gs_bus_free(&bus);
    atomic_store(&self->done, true);
    return NULL;
}

static void a_slow_reader_gets_each_event_once(void **state)
{
    rig *self = *state;
    enum { EVENTS = 20000, GROUP = 50 };
    store events = {.newest = 10, .first = 1, .most = 2000};
    slow reads = {.rig = self, .of = {.sleep_us = 50}, .until = EVENTS};
    gs_log_init(&reads.log, "reader");
    reads.log.level = GS_ERROR;
    gs_publisher *publisher = publisher_at(self, self->bus, &events, 10);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, read_slowly, &reads), 0);
    RUN_UNTIL(self->bus, atomic_load(&reads.reached) >= 10, 5000); // it is there
    uint64_t start = gs_monotonic_us();
    while (events.newest < EVENTS) {
        uint64_t left = EVENTS - events.newest;
        publish(publisher, &events, left < GROUP ? left : GROUP);
        assert_true(gs_bus_run(self->bus, 0, NULL));
    }
    uint64_t took = gs_monotonic_us() - start;
    RUN_UNTIL(self->bus, atomic_load(&reads.done), 20000);
    pthread_join(thread, NULL);
    assert_int_equal(reads.of.events, EVENTS);
    assert_false(reads.of.out_of_order);
    assert_true(reads.replays > 1);        // it was cut off and came back
    assert_true(took < EVENTS * 50 * 0.9); // and the publisher did not wait for it
    gs_publisher_free(&publisher);
}

// ---- others ------------------------------------------------------------------------------------------

static void bad_requests_are_answered_or_ignored(void **state)
{
    rig *self = *state;
    store events = {.newest = 2, .first = 1, .most = 100};
    gs_publisher *publisher = publisher_at(self, self->bus, &events, 1000);
    void *context = zmq_ctx_new();
    void *request = zmq_socket(context, ZMQ_REQ); // with an empty delimiter, as a plain client would
    zmq_connect(request, self->endpoint2);
    zmq_send(request, "GS1R", 4, ZMQ_SNDMORE);
    zmq_send(request, "\377\377", 2, 0);
    char header[16], body[4096];
    int size = -1;
    RUN_WHILE(self->bus, (size = zmq_recv(request, header, sizeof header, ZMQ_DONTWAIT)) < 0, 2000);
    assert_int_equal(size, 4);
    assert_memory_equal(header, "GS1r", 4);
    size = zmq_recv(request, body, sizeof body, 0);
    gs_arena *arena = gs_arena_new(0);
    gs_error error = {0};
    Gainsay__V1__ReplayReply *reply = (Gainsay__V1__ReplayReply *)gs_wire_unpack(
        &gainsay__v1__replay_reply__descriptor, gs_view_make(body, (size_t)size), arena, &error);
    assert_non_null(reply);
    assert_true(strlen(reply->error) > 0);
    gs_arena_free(&arena);
    void *stranger = zmq_socket(context, ZMQ_DEALER);
    zmq_connect(stranger, self->endpoint2);
    zmq_send(stranger, "hello", 5, 0);
    zmq_send(stranger, "GS1R", 4, 0); // no body
    RUN_UNTIL(self->bus, rig_logged(self, "peer speaks something else") == 1, 2000);
    assert_int_equal(events.asked, 0);
    zmq_close(request);
    zmq_close(stranger);
    zmq_ctx_term(context);
    gs_publisher_free(&publisher);
}

static void topics_are_bounded(void **state)
{
    rig *self = *state;
    gs_error error = {0};
    char topic[GS_LIMIT_TOPIC_BYTES + 2];
    memset(topic, 'x', sizeof topic - 1);
    topic[sizeof topic - 1] = '\0';
    const char *topics[] = {topic};
    gs_subscriber_options options = {.live_endpoint = self->endpoint,
                                     .replay_endpoint = self->endpoint2,
                                     .topics = topics,
                                     .topic_count = 1,
                                     .event = on_event};
    assert_null(gs_subscriber_new(self->bus, &options, &error));
    assert_int_equal(error.code, GS_E_LIMIT);
    options.topic_count = GS_LIMIT_TOPICS + 1;
    assert_null(gs_subscriber_new(self->bus, &options, &error));
    assert_int_equal(error.code, GS_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(stored_then_live, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(from_now_on, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(only_the_topics_asked_for, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(resumes_where_it_was, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(retention_that_overtook_is_told, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(a_replaced_store_stops_the_reader, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(a_restarted_publisher_is_found_again, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(a_failing_replay_is_tried_again, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(a_slow_reader_gets_each_event_once, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(bad_requests_are_answered_or_ignored, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(topics_are_bounded, rig_up, rig_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
