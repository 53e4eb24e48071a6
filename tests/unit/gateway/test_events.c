// Live streams without sockets: order, filters, resume from the store, and the client that is too slow.
#include "gateway_test.h"

#include "events.h"

static gw_frame *frame_of(fixture *self, uint64_t number, const char *country, const char *text)
{
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    gs_buffer bytes = {0};
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_STATEMENT;
    event.statement = make_statement(self, number, "Guo Jiakun", country, text);
    apply(self, &event); // the store has it first
    gs_wire_pack(&event.base, &bytes);
    gw_frame *frame = gw_frame_new(gs_buffer_view(&bytes));
    assert_non_null(frame);
    gs_buffer_free(&bytes);
    return frame;
}

// Everything that the client gets now, in pieces of `piece` bytes; the ids in it are checked to ascend by
// one.
static size_t drain(gw_client *client, size_t piece, gs_buffer *text)
{
    char bytes[4096];
    size_t events = 0;
    for (int i = 0; i < 100000; i++) {
        const ssize_t size = gw_client_read(client, bytes, piece, gs_monotonic_us());
        assert_true(size >= 0);
        if (size == 0 && !gw_client_ready(client, gs_monotonic_us())) {
            break;
        }
        gs_buffer_append(text, bytes, (size_t)size);
    }
    for (const char *at = text->data; at != NULL && (at = strstr(at, "event: statement\n")) != NULL; at++) {
        events++;
    }
    return events;
}

static gw_client *client_of(gw_events *events, const char *query, const char *last)
{
    gs_error error = {0};
    gw_client *client = gw_client_new(events, gs_view_of(query), last, &error);
    assert_non_null(client);
    return client;
}

static void test_live_and_stored(void **state)
{
    fixture *self = *state;
    gw_events *events = gw_events_new(self->reader, 0);
    for (uint64_t i = 1; i <= 20; i++) {
        gw_frame *frame = frame_of(self, i, i % 2 ? "CN" : "US", "word");
        if (i <= 10) {
            gw_frame_free(frame); // only the store has it
            frame = NULL;
        }
        gw_events_add(events, i, frame);
    }
    const struct {
        const char *query, *last;
        size_t expected;
    } cases[] = {{"after=0", NULL, 20},
                 {"after=0&country=CN", NULL, 10},
                 {"after=0", "15", 5},
                 {"", "0", 20},
                 {"", NULL, 0},
                 {"after=9&q=WORD", NULL, 11},
                 {"after=0&q=other", NULL, 0},
                 {"after=0&type=dispute", NULL, 0},
                 {"", "25", 0},
                 {"after=0&speaker=jiakun", NULL, 20}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t piece = 7; piece <= 4096; piece *= 24) {
            gs_buffer text = {0};
            gw_client *client = client_of(events, cases[i].query, cases[i].last);
            assert_int_equal(drain(client, piece, &text), cases[i].expected);
            gw_client_free(&client);
            gs_buffer_free(&text);
        }
    }
    gw_events_free(&events);
}

static void test_what_comes_later(void **state)
{
    fixture *self = *state;
    gs_buffer text = {0};
    gw_events *events = gw_events_new(self->reader, 0);
    gw_client *client = client_of(events, "country=CN", NULL), *ahead = client_of(events, "", "2");
    assert_int_equal(drain(client, 4096, &text), 0);
    assert_int_equal(drain(ahead, 4096, &text), 0);
    for (uint64_t i = 1; i <= 4; i++) {
        gw_events_add(events, i, frame_of(self, i, i % 2 ? "CN" : "US", "word"));
        assert_int_equal(gw_client_ready(client, gs_monotonic_us()), i % 2);
        gs_buffer_clear(&text);
        assert_int_equal(drain(client, 100, &text), i % 2);
        gs_buffer_clear(&text);
        assert_int_equal(drain(ahead, 100, &text), i > 2 ? 1 : 0); // it had the first two already
    }
    assert_true(gw_client_ready(client, gs_monotonic_us() + GW_BEAT_US));
    gw_client_free(&client);
    gw_client_free(&ahead);
    gw_events_free(&events);
    gs_buffer_free(&text);
}

static void test_a_slow_client_is_cut_off(void **state)
{
    fixture *self = *state;
    gs_buffer text = {0};
    char bytes[64];
    gw_events *events = gw_events_new(self->reader, 0);
    gw_client *client = client_of(events, "", NULL);
    drain(client, 4096, &text);
    gs_buffer packed = {0};
    gs_event event = GAINSAY__V1__FEED_EVENT__INIT;
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_STATEMENT;
    event.statement = make_statement(self, 1, "A", "CN", "word");
    for (uint64_t i = 1; i <= GW_RING_FRAMES + 1; i++) {
        event.sequence = i;
        gs_buffer_clear(&packed);
        gs_wire_pack(&event.base, &packed);
        gw_events_add(events, i, gw_frame_new(gs_buffer_view(&packed)));
    }
    assert_true(gw_client_ready(client, gs_monotonic_us()));
    assert_int_equal(gw_client_read(client, bytes, sizeof bytes, gs_monotonic_us()), -1);
    gw_client_free(&client);
    gw_events_free(&events);
    gs_buffer_free(&packed);
    gs_buffer_free(&text);
}

static void test_a_hole_is_read_from_the_store(void **state)
{
    fixture *self = *state;
    gs_buffer text = {0};
    gw_events *events = gw_events_new(self->reader, 0);
    gw_client *client = client_of(events, "", NULL), *behind = client_of(events, "", NULL);
    drain(client, 4096, &text);
    drain(behind, 4096, &text);
    gw_events_add(events, 1, frame_of(self, 1, "CN", "word"));
    assert_int_equal(drain(client, 4096, &text), 1);
    for (uint64_t i = 2; i <= 5; i++) { // replayed: no frames
        gw_frame_free(frame_of(self, i, "CN", "word"));
    }
    gw_events_add(events, 5, NULL);
    gs_buffer_clear(&text);
    assert_true(gw_client_ready(client, gs_monotonic_us()));
    assert_int_equal(drain(client, 4096, &text), 4);
    gw_events_add(events, 6, frame_of(self, 6, "CN", "word"));
    gs_buffer_clear(&text);
    assert_int_equal(drain(client, 4096, &text), 1);
    gs_buffer_clear(&text);
    assert_int_equal(drain(behind, 4096, &text), 6);
    gw_frame *seventh = frame_of(self, 7, "CN", "word");
    gw_frame_free(frame_of(self, 8, "CN", "word"));
    gw_events_add(events, 8, seventh); // the hole follows in the same hand-over
    gs_buffer_clear(&text);
    assert_int_equal(drain(client, 4096, &text), 2);
    gw_client_free(&client);
    gw_client_free(&behind);
    gw_events_free(&events);
    gs_buffer_free(&text);
}

static void test_missed_events_are_told(void **state)
{
    fixture *self = *state;
    gs_buffer text = {0};
    for (uint64_t i = 1; i <= 150; i++) {
        gw_frame_free(frame_of(self, i, "CN", "word")); // the store keeps a hundred
    }
    gw_events *events = gw_events_new(self->reader, 150);
    gw_client *client = client_of(events, "after=20", NULL);
    assert_int_equal(drain(client, 4096, &text), 100);
    assert_contains(text.data, "event: missed\ndata: {\"from\":\"21\",\"first\":\"51\"}");
    gw_client_free(&client);
    gw_events_free(&events);
    gs_buffer_free(&text);
}

static void test_bad_questions(void **state)
{
    fixture *self = *state;
    gw_events *events = gw_events_new(self->reader, 0);
    gs_error error = {0};
    assert_null(gw_client_new(events, gs_view_of("nonsense=1"), NULL, &error));
    assert_null(gw_client_new(events, gs_view_of(""), "7x", &error));
    assert_contains(error.message, "Last-Event-ID");
    gw_events_free(&events);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_live_and_stored),
                                       TEST(test_what_comes_later),
                                       TEST(test_a_slow_client_is_cut_off),
                                       TEST(test_missed_events_are_told),
                                       TEST(test_a_hole_is_read_from_the_store),
                                       TEST(test_bad_questions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
