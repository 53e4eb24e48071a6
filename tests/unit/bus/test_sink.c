// Results over sockets: acknowledgement, refusal, resending after a lost intake, back-pressure, reports.
#include "rig.h"

#include <zmq.h>

typedef struct near_end {
    size_t acknowledged, refused;
    uint64_t tag_sum;
    char reason[256];
} near_end;

static void on_acknowledged(void *context, const gs_id *ids, const uint64_t *tags, size_t count)
{
    near_end *self = context;
    (void)ids;
    self->acknowledged += count;
    for (size_t i = 0; i < count; i++)
        self->tag_sum += tags[i];
}

static void on_refused(void *context, gs_id id, uint64_t tag, const char *reason)
{
    near_end *self = context;
    (void)id;
    self->refused++;
    self->tag_sum += tag;
    snprintf(self->reason, sizeof self->reason, "%s", reason);
}

typedef struct far_end {
    gs_intake *intake;
    size_t items, reports;
    size_t bytes;
    bool answer, refuse;
    char reporter[64];
} far_end;

static void on_item(void *context, uint64_t peer, gs_id id, gs_view payload)
{
    far_end *self = context;
    self->items++;
    self->bytes += payload.size;
    if (self->refuse)
        gs_intake_refuse(self->intake, peer, id, "larger than this store takes");
    else if (self->answer)
        gs_intake_acknowledge(self->intake, peer, id);
}

static void on_report(void *context, const gs_status *report)
{
    far_end *self = context;
    self->reports++;
    snprintf(self->reporter, sizeof self->reporter, "%s", report->name);
}

static void intake_at(gs_bus *bus, const char *endpoint, far_end *of)
{
    gs_error error = {0};
    of->intake = gs_intake_new(
        bus, &(gs_intake_options){.endpoint = endpoint, .item = on_item, .report = on_report, .context = of},
        &error);
    if (of->intake == NULL)
        fail_msg("%s", error.message);
}

static gs_sink *sink_at(gs_bus *bus, const char *endpoint, uint64_t resend_us, near_end *of)
{
    gs_error error = {0};
    gs_sink *sink = gs_sink_new(bus,
                                &(gs_sink_options){.endpoint = endpoint,
                                                   .name = "extractor-1",
                                                   .resend_us = resend_us,
                                                   .acknowledged = on_acknowledged,
                                                   .refused = on_refused,
                                                   .context = of},
                                &error);
    if (sink == NULL)
        fail_msg("%s", error.message);
    return sink;
}

static void send_some(gs_sink *sink, uint64_t from, uint64_t count)
{
    char payload[100] = "result";
    for (uint64_t i = from; i < from + count; i++)
        gs_sink_send(sink, rig_id(i), gs_view_make(payload, sizeof payload), i);
}

#define RUN_ACKNOWLEDGING(rig, far, condition, timeout_ms)                                                   \
    do {                                                                                                     \
        uint64_t until_us = gs_monotonic_us() + (uint64_t)(timeout_ms)*1000;                                 \
        while (!(condition) && gs_monotonic_us() < until_us) {                                               \
            assert_true(gs_bus_run((rig)->bus, 10, NULL));                                                   \
            gs_intake_flush((far)->intake);                                                                  \
        }                                                                                                    \
        if (!(condition))                                                                                    \
            fail_msg("did not come about: %s", #condition);                                                  \
    } while (0)

static void results_are_kept_until_acknowledged(void **state)
{
    rig *self = *state;
    near_end near = {0};
    far_end far = {.answer = true};
    intake_at(self->bus, self->endpoint, &far);
    gs_sink *sink = sink_at(self->bus, self->endpoint, 60 * 1000 * 1000, &near);
    send_some(sink, 0, 5000);
    assert_int_equal(gs_sink_pending(sink), 5000);
    assert_int_equal(gs_sink_pending_bytes(sink), 500000);
    RUN_ACKNOWLEDGING(self, &far, near.acknowledged == 5000, 5000);
    assert_int_equal(far.items, 5000);
    assert_int_equal(far.bytes, 500000);
    assert_int_equal(near.tag_sum, 5000ull * 4999 / 2);
    assert_int_equal(gs_sink_pending(sink), 0);
    assert_int_equal(gs_sink_pending_bytes(sink), 0);
    assert_int_equal(gs_sink_resent(sink), 0);
    assert_true(gs_sink_connected(sink));
    gs_sink_free(&sink);
    gs_intake_free(&far.intake);
}

static void an_id_under_way_takes_the_new_tag(void **state)
{
    rig *self = *state;
    near_end near = {0};
    far_end far = {.answer = true};
    gs_sink *sink = sink_at(self->bus, self->endpoint, 60 * 1000 * 1000, &near); // before there is an intake
    send_some(sink, 1, 1);
    gs_sink_send(sink, rig_id(1), gs_view_of("again"), 500);
    assert_int_equal(gs_sink_pending(sink), 1);
    RUN_WHILE(self->bus, true, 100);
    assert_false(gs_sink_connected(sink));
    intake_at(self->bus, self->endpoint, &far);
    RUN_ACKNOWLEDGING(self, &far, near.acknowledged == 1, 3000);
    assert_int_equal(near.tag_sum, 500);
    assert_int_equal(far.items, 1);
    gs_sink_free(&sink);
    gs_intake_free(&far.intake);
}

static void what_was_not_acknowledged_is_sent_to_the_next_run(void **state)
{
    rig *self = *state;
    near_end near = {0};
    far_end deaf = {0}, far = {.answer = true};
    intake_at(self->bus, self->endpoint, &deaf);
    gs_sink *sink = sink_at(self->bus, self->endpoint, 60 * 1000 * 1000, &near);
    send_some(sink, 0, 300);
    RUN_UNTIL(self->bus, deaf.items == 300, 3000);
    gs_intake_free(&deaf.intake); // dies before it commits
    RUN_UNTIL(self->bus, !gs_sink_connected(sink), 3000);
    send_some(sink, 300, 10);
    intake_at(self->bus, self->endpoint, &far);
    RUN_ACKNOWLEDGING(self, &far, near.acknowledged == 310, 5000);
    assert_int_equal(near.tag_sum, 310ull * 309 / 2);
    // The last ten may have left once already, on a connection that ended before it was greeted.
    assert_in_range(gs_sink_resent(sink), 300, 310);
    gs_sink_free(&sink);
    gs_intake_free(&far.intake);
}

static void an_overdue_result_is_sent_again(void **state)
{
    rig *self = *state;
    near_end near = {0};
    far_end far = {0};
    intake_at(self->bus, self->endpoint, &far);
    gs_sink *sink = sink_at(self->bus, self->endpoint, 300 * 1000, &near);
    send_some(sink, 0, 3);
    RUN_UNTIL(self->bus, far.items == 3, 2000);
    far.answer = true;
    RUN_ACKNOWLEDGING(self, &far, near.acknowledged == 3, 2000);
    assert_true(gs_sink_resent(sink) >= 3);
    gs_sink_free(&sink);
    gs_intake_free(&far.intake);
}

static void refused_results_are_dropped_with_the_reason(void **state)
{
    rig *self = *state;
    near_end near = {0};
    far_end far = {.refuse = true};
    intake_at(self->bus, self->endpoint, &far);
    gs_sink *sink = sink_at(self->bus, self->endpoint, 60 * 1000 * 1000, &near);
    send_some(sink, 7, 1);
    RUN_ACKNOWLEDGING(self, &far, near.refused == 1, 2000);
    assert_int_equal(near.tag_sum, 7);
    assert_string_equal(near.reason, "larger than this store takes");
    assert_int_equal(gs_sink_pending(sink), 0);
    gs_sink_free(&sink);
    gs_intake_free(&far.intake);
}

static void what_is_too_large_to_travel_is_refused_here(void **state)
{
    rig *self = *state;
    near_end near = {0};
    far_end far = {.answer = true};
    intake_at(self->bus, self->endpoint, &far);
    gs_sink *sink = sink_at(self->bus, self->endpoint, 60 * 1000 * 1000, &near);
    char *big = calloc(1, GS_LIMIT_MESSAGE_BYTES + 1);
    gs_sink_send(sink, rig_id(1), gs_view_make(big, GS_LIMIT_MESSAGE_BYTES + 1), 10);
    gs_sink_send(sink, rig_id(2), gs_view_make(big, GS_LIMIT_MESSAGE_BYTES), 1);
    free(big);
    RUN_ACKNOWLEDGING(self, &far, near.refused == 1 && near.acknowledged == 1, 5000);
    assert_int_equal(near.tag_sum, 11);
    assert_non_null(strstr(near.reason, "33554433 bytes"));
    assert_int_equal(gs_sink_pending_bytes(sink), 0);
    gs_sink_free(&sink);
    gs_intake_free(&far.intake);
}

static void a_busy_intake_does_not_block_the_sink(void **state)
{
    rig *self = *state;
    near_end near = {0};
    far_end far = {.answer = true};
    gs_bus *other = rig_bus(self); // the intake's loop stands still at first
    intake_at(other, self->endpoint, &far);
    gs_sink *sink = sink_at(self->bus, self->endpoint, 60 * 1000 * 1000, &near);
    RUN_WHILE(self->bus, true, 200);
    char payload[4096] = "result";
    uint64_t start = gs_monotonic_us();
    for (uint64_t i = 0; i < 8000; i++) { // more than all queues between them hold
        gs_sink_send(sink, rig_id(i), gs_view_make(payload, sizeof payload), i);
        if (i % 256 == 0)
            assert_true(gs_bus_run(self->bus, 0, NULL));
    }
    assert_true(gs_monotonic_us() - start < 2000 * 1000);
    assert_int_equal(gs_sink_pending(sink), 8000);
    uint64_t until = gs_monotonic_us() + 10 * 1000 * 1000;
    while (near.acknowledged < 8000 && gs_monotonic_us() < until) {
        gs_bus_run(self->bus, 1, NULL);
        gs_bus_run(other, 1, NULL);
        gs_intake_flush(far.intake);
    }
    assert_int_equal(near.acknowledged, 8000);
    assert_int_equal(far.items, 8000);
    gs_sink_free(&sink);
    gs_intake_free(&far.intake);
    gs_bus_free(&other);
}

static void reports_travel_with_signs_of_life(void **state)
{
    rig *self = *state;
    near_end near = {0};
    far_end far = {0};
    intake_at(self->bus, self->endpoint, &far);
    gs_sink *sink = sink_at(self->bus, self->endpoint, 60 * 1000 * 1000, &near);
    gs_status status = GAINSAY__V1__STATUS_REPORT__INIT;
    status.name = (char *)"extractor-1";
    gs_sink_report(sink, &status);
    RUN_UNTIL(self->bus, far.reports == 1, 2000);
    assert_string_equal(far.reporter, "extractor-1");
    RUN_WHILE(self->bus, true, 1300); // told once
    assert_int_equal(far.reports, 1);
    gs_sink_free(&sink);
    gs_intake_free(&far.intake);
}

static void strangers_at_the_intake_are_told_once(void **state)
{
    rig *self = *state;
    near_end near = {0};
    far_end far = {.answer = true};
    intake_at(self->bus, self->endpoint, &far);
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_DEALER);
    zmq_connect(socket, self->endpoint);
    static const char *const noise[] = {"", "GS", "GS1I", "GS1Ishort", "GS1?", "HTTP"};
    for (int i = 0; i < 60; i++)
        zmq_send(socket, noise[i % 6], strlen(noise[i % 6]), 0);
    zmq_send(socket, "GS1K", 4, ZMQ_SNDMORE);
    zmq_send(socket, "\377\377\377", 3, 0); // not a report
    gs_sink *sink = sink_at(self->bus, self->endpoint, 60 * 1000 * 1000, &near);
    send_some(sink, 0, 20);
    RUN_ACKNOWLEDGING(self, &far, near.acknowledged == 20, 3000);
    RUN_UNTIL(self->bus, rig_logged(self, "peer speaks something else than Gainsay 1") > 0, 2000);
    RUN_WHILE(self->bus, true, 50); // all of it arrives
    assert_int_equal(far.items, 20);
    assert_int_equal(far.reports, 0);
    assert_int_equal(rig_logged(self, "peer speaks something else than Gainsay 1"), 1);
    int linger = 0;
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    zmq_close(socket);
    zmq_ctx_term(context);
    gs_sink_free(&sink);
    gs_intake_free(&far.intake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(results_are_kept_until_acknowledged, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(an_id_under_way_takes_the_new_tag, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(what_was_not_acknowledged_is_sent_to_the_next_run, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(an_overdue_result_is_sent_again, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(refused_results_are_dropped_with_the_reason, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(what_is_too_large_to_travel_is_refused_here, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(a_busy_intake_does_not_block_the_sink, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(reports_travel_with_signs_of_life, rig_up, rig_down),
        cmocka_unit_test_setup_teardown(strangers_at_the_intake_are_told_once, rig_up, rig_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
