// The feed log: dense numbers that are never used twice, and replays in pieces that miss nothing.
#include "store_test.h"

typedef Gainsay__V1__ReplayRequest request_t;
typedef Gainsay__V1__ReplayReply reply_t;

static reply_t *replay(fixture *self, const request_t *request, size_t max_bytes)
{
    gs_buffer bytes = {0};
    must(self, gs_feed_replay(self->store, request, max_bytes, &bytes, &self->error));
    reply_t *reply = (reply_t *)gs_wire_unpack(&gainsay__v1__replay_reply__descriptor, gs_buffer_view(&bytes),
                                               self->arena, &self->error);
    gs_buffer_free(&bytes);
    must(self, reply != NULL);
    return reply;
}

static void append_many(fixture *self, size_t count, const char *topic)
{
    begin(self);
    for (size_t i = 0; i < count; i++)
        append_event(self, topic, "words");
    commit(self);
}

static void test_numbers_are_dense(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    assert_int_equal(gs_feed_newest(self->store), 0);
    assert_int_equal(gs_feed_first(self->store), 1);
    begin(self);
    for (uint64_t i = 1; i <= 5; i++)
        assert_int_equal(append_event(self, "statement/CN/", "x"), i);
    commit(self);
    reopen(self, GS_STORE_AGGREGATOR);
    assert_int_equal(gs_feed_newest(self->store), 5);
    assert_int_equal(gs_feed_first(self->store), 1);
    begin(self);
    assert_int_equal(append_event(self, "statement/CN/", "x"), 6);
    gs_store_rollback(self->store);
    assert_int_equal(gs_feed_newest(self->store), 5);
    begin(self);
    assert_int_equal(append_event(self, "statement/CN/", "x"), 6);
    commit(self);
}

static void test_append_fills_the_event_in(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    gs_buffer packed = {0};
    begin(self);
    assert_false(gs_feed_append(self->store, &event, &packed, &self->error)); // without a topic
    assert_int_equal(packed.size, 0);
    char topic[] = "dispute/";
    event.topic = topic;
    gs_buffer_text(&packed, "before");
    uint64_t before_us = gs_unix_us();
    must(self, gs_feed_append(self->store, &event, &packed, &self->error));
    commit(self);
    gs_time at;
    assert_true(gs_time_parse(gs_view_of(event.at), &at));
    assert_true(at.unix_s + 1 >= (int64_t)(before_us / 1000000) &&
                at.unix_s <= (int64_t)(gs_unix_us() / 1000000));
    assert_memory_equal(packed.data, "before", 6);
    gs_event *copy = (gs_event *)gs_wire_unpack(&gainsay__v1__feed_event__descriptor,
                                                gs_view_slice(gs_buffer_view(&packed), 6, SIZE_MAX),
                                                self->arena, &self->error);
    must(self, copy != NULL);
    assert_int_equal(copy->sequence, 1);
    assert_string_equal(copy->at, event.at);
    assert_string_equal(copy->topic, topic);
    gs_buffer_free(&packed);
}

static void test_replay_of_an_empty_log(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    request_t request = GAINSAY__V1__REPLAY_REQUEST__INIT;
    reply_t *reply = replay(self, &request, 1 << 20);
    assert_int_equal(reply->n_events, 0);
    assert_int_equal(reply->upto, 0);
    assert_int_equal(reply->newest, 0);
    assert_int_equal(reply->first_retained, 1);
}

// Asks again and again as a subscriber does; every event must come once and in order.
static void check_pieces(fixture *self, uint32_t max_events, size_t max_bytes, uint64_t total)
{
    request_t request = GAINSAY__V1__REPLAY_REQUEST__INIT;
    request.max_events = max_events;
    uint64_t next = 1;
    for (;;) {
        reply_t *reply = replay(self, &request, max_bytes);
        assert_true(max_events == 0 || reply->n_events <= max_events);
        for (size_t i = 0; i < reply->n_events; i++)
            assert_int_equal(reply->events[i]->sequence, next++);
        assert_int_equal(reply->newest, total);
        assert_int_equal(reply->upto, next - 1);
        if (reply->upto == reply->newest)
            break;
        assert_true(reply->n_events > 0);
        request.after = reply->upto;
    }
    assert_int_equal(next, total + 1);
}

static void test_replay_in_pieces(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    append_many(self, 57, "statement/US/");
    check_pieces(self, 0, 1 << 20, 57);
    check_pieces(self, 1, 1 << 20, 57);
    check_pieces(self, 19, 1 << 20, 57);
    check_pieces(self, 0, 1, 57); // smaller than any event: one at a time
    check_pieces(self, 0, 500, 57);
    check_pieces(self, 7, 700, 57);
}

static void test_replay_stays_within_its_bytes(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    append_many(self, 100, "statement/US/");
    request_t request = GAINSAY__V1__REPLAY_REQUEST__INIT;
    gs_buffer bytes = {0};
    must(self, gs_feed_replay(self->store, &request, 1000, &bytes, &self->error));
    assert_true(bytes.size > 700 && bytes.size <= 1000 + 3 * 11); // the events, and three numbers
    gs_buffer_free(&bytes);
}

static void test_replay_filters_by_prefix(void **state)
{
    fixture *self = *state;
    const char *const cycle[] = {"statement/CN/", "statement/US/", "contradiction/", "dispute/",
                                 "statement/CNX/"};
    open_store(self, GS_STORE_AGGREGATOR);
    begin(self);
    for (size_t i = 0; i < 100; i++)
        append_event(self, cycle[i % 5], "x");
    commit(self);
    char china[] = "statement/CN/", dispute[] = "dis";
    char *topics[] = {china, dispute};
    request_t request = GAINSAY__V1__REPLAY_REQUEST__INIT;
    request.topics = topics;
    request.n_topics = 2;
    reply_t *reply = replay(self, &request, 1 << 20);
    assert_int_equal(reply->n_events, 40);
    assert_int_equal(reply->upto, 100); // what does not match was looked at, too
    for (size_t i = 0; i < 40; i++)
        assert_int_equal((reply->events[i]->sequence - 1) % 5, i % 2 == 0 ? 0 : 3);
    char none[] = "retraction/";
    topics[0] = none;
    request.n_topics = 1;
    reply = replay(self, &request, 1 << 20);
    assert_int_equal(reply->n_events, 0);
    assert_int_equal(reply->upto, 100);
}

static void test_a_rare_topic_is_looked_for_in_slices(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    append_many(self, 20100, "statement/US/");
    begin(self);
    append_event(self, "dispute/", "x");
    commit(self);
    char dispute[] = "dispute/";
    char *topics[] = {dispute};
    request_t request = GAINSAY__V1__REPLAY_REQUEST__INIT;
    request.topics = topics;
    request.n_topics = 1;
    reply_t *reply = replay(self, &request, 1 << 20);
    assert_int_equal(reply->n_events, 0);
    assert_true(reply->upto > 0 && reply->upto < reply->newest);
    request.after = reply->upto;
    reply = replay(self, &request, 1 << 20);
    assert_int_equal(reply->n_events, 1);
    assert_int_equal(reply->upto, 20101);
}

// A rollback hands the numbers out again, so what is not committed must not be shown.
static void test_replay_hides_the_open_transaction(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    append_many(self, 3, "statement/US/");
    begin(self);
    append_event(self, "statement/US/", "x");
    request_t request = GAINSAY__V1__REPLAY_REQUEST__INIT;
    reply_t *reply = replay(self, &request, 1 << 20);
    assert_int_equal(reply->n_events, 3);
    assert_int_equal(reply->newest, 3);
    assert_int_equal(reply->upto, 3);
    commit(self);
    reply = replay(self, &request, 1 << 20);
    assert_int_equal(reply->n_events, 4);
}

static void test_replay_from_beyond_the_end(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    append_many(self, 3, "statement/US/");
    request_t request = GAINSAY__V1__REPLAY_REQUEST__INIT;
    request.after = UINT64_MAX;
    reply_t *reply = replay(self, &request, 1 << 20);
    assert_int_equal(reply->n_events, 0);
    assert_int_equal(reply->upto, 3);
    assert_int_equal(reply->newest, 3);
}

static void test_too_many_topics(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    char topic[] = "x";
    char *topics[GS_LIMIT_TOPICS + 1];
    for (size_t i = 0; i <= GS_LIMIT_TOPICS; i++)
        topics[i] = topic;
    request_t request = GAINSAY__V1__REPLAY_REQUEST__INIT;
    request.topics = topics;
    request.n_topics = GS_LIMIT_TOPICS + 1;
    gs_buffer bytes = {0};
    assert_false(gs_feed_replay(self->store, &request, 1 << 20, &bytes, &self->error));
    assert_int_equal(self->error.code, GS_E_LIMIT);
    assert_int_equal(bytes.size, 0);
    gs_buffer_free(&bytes);
}

static void test_a_reader_follows(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    gs_store *reader = gs_store_open_reader(self->path, GS_STORE_AGGREGATOR, &self->error);
    must(self, reader != NULL);
    append_many(self, 4, "statement/US/");
    assert_int_equal(gs_feed_newest(reader), 4);
    request_t request = GAINSAY__V1__REPLAY_REQUEST__INIT;
    gs_buffer bytes = {0};
    append_many(self, 2, "statement/US/");
    must(self, gs_feed_replay(reader, &request, 1 << 20, &bytes, &self->error));
    reply_t *reply = (reply_t *)gs_wire_unpack(&gainsay__v1__replay_reply__descriptor, gs_buffer_view(&bytes),
                                               self->arena, &self->error);
    assert_int_equal(reply->n_events, 6);
    gs_buffer_free(&bytes);
    gs_store_close(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_numbers_are_dense),
        TEST(test_append_fills_the_event_in),
        TEST(test_replay_of_an_empty_log),
        TEST(test_replay_in_pieces),
        TEST(test_replay_stays_within_its_bytes),
        TEST(test_replay_filters_by_prefix),
        TEST(test_a_rare_topic_is_looked_for_in_slices),
        TEST(test_replay_hides_the_open_transaction),
        TEST(test_replay_from_beyond_the_end),
        TEST(test_too_many_topics),
        TEST(test_a_reader_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
