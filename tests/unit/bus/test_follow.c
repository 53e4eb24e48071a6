// Following the feed, with a made-up clock and a feed that loses what the test wants it to lose.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/follow.h"

enum { SECOND = 1000 * 1000, MOST = 4096 };

typedef struct told {
    uint64_t events[MOST];
    size_t count;
    uint64_t position, missed_from, missed_first;
    size_t positions;
} told;

static void on_event(void *context, const gs_event *event, gs_view bytes)
{
    told *self = context;
    gs_arena *arena = gs_arena_new(0);
    gs_error error = {0};
    const gs_event *same =
        (const gs_event *)gs_wire_unpack(&gainsay__v1__feed_event__descriptor, bytes, arena, &error);
    assert_non_null(same);
    assert_true(same->sequence == event->sequence);
    gs_arena_free(&arena);
    assert_true(self->count < MOST);
    self->events[self->count++] = event->sequence;
}

static void on_position(void *context, uint64_t sequence)
{
    told *self = context;
    assert_true(sequence >= self->position);
    self->position = sequence;
    self->positions++;
}

static void on_missed(void *context, uint64_t from, uint64_t first)
{
    ((told *)context)->missed_from = from;
    ((told *)context)->missed_first = first;
}

static gs_follow *follow_new(told *of, uint64_t after, const char *topic)
{
    return gs_follow_new(&(gs_follow_options){.topics = &topic,
                                              .topic_count = topic != NULL,
                                              .after = after,
                                              .event = on_event,
                                              .position = on_position,
                                              .missed = on_missed,
                                              .context = of});
}

static const char *topic_of(uint64_t sequence)
{
    return sequence % 2 == 0 ? "even/" : "odd/";
}

static void live(gs_follow *follow, uint64_t sequence)
{
    Gainsay__V1__FeedEvent event = GAINSAY__V1__FEED_EVENT__INIT;
    event.sequence = sequence;
    event.topic = (char *)topic_of(sequence);
    gs_buffer packed = {0};
    gs_error error = {0};
    gs_wire_pack(&event.base, &packed);
    assert_true(gs_follow_live(follow, gs_buffer_view(&packed), 0, &error));
    gs_buffer_free(&packed);
}

static void heartbeat_at(gs_follow *follow, uint64_t previous, uint64_t sequence, uint64_t now)
{
    Gainsay__V1__Heartbeat__TopicCount counts[2], *pointers[2] = {&counts[0], &counts[1]};
    for (int i = 0; i < 2; i++) {
        gainsay__v1__heartbeat__topic_count__init(&counts[i]);
        counts[i].topic = (char *)topic_of((uint64_t)i);
        for (uint64_t each = previous + 1; each <= sequence; each++)
            counts[i].count += each % 2 == (uint64_t)i;
    }
    Gainsay__V1__Heartbeat heartbeat = GAINSAY__V1__HEARTBEAT__INIT;
    heartbeat.previous = previous;
    heartbeat.counts = pointers;
    heartbeat.n_counts = previous == sequence ? 0 : 2;
    Gainsay__V1__FeedEvent event = GAINSAY__V1__FEED_EVENT__INIT;
    event.sequence = sequence;
    event.body_case = GAINSAY__V1__FEED_EVENT__BODY_HEARTBEAT;
    event.heartbeat = &heartbeat;
    event.topic = (char *)"heartbeat/";
    gs_buffer packed = {0};
    gs_error error = {0};
    gs_wire_pack(&event.base, &packed);
    assert_true(gs_follow_live(follow, gs_buffer_view(&packed), now, &error));
    gs_buffer_free(&packed);
}

static void heartbeat(gs_follow *follow, uint64_t previous, uint64_t sequence)
{
    heartbeat_at(follow, previous, sequence, 0);
}

// Answers what the follower asks for: `most` events of a feed that has first … newest.
static bool reply(gs_follow *follow, uint64_t first, uint64_t newest, uint64_t most)
{
    Gainsay__V1__ReplayRequest request;
    gs_follow_request(follow, &request);
    Gainsay__V1__FeedEvent events[MOST], *pointers[MOST];
    Gainsay__V1__ReplayReply answer = GAINSAY__V1__REPLAY_REPLY__INIT;
    uint64_t at = request.after + 1 > first ? request.after + 1 : first;
    answer.upto = at - 1;
    for (; at <= newest && answer.n_events < most; at++) {
        answer.upto = at;
        if (request.n_topics > 0 && strcmp(request.topics[0], topic_of(at)) != 0)
            continue;
        gainsay__v1__feed_event__init(&events[answer.n_events]);
        events[answer.n_events].sequence = at;
        events[answer.n_events].topic = (char *)topic_of(at);
        pointers[answer.n_events] = &events[answer.n_events];
        answer.n_events++;
    }
    answer.events = pointers;
    answer.newest = newest;
    answer.first_retained = first;
    gs_error error = {0};
    return gs_follow_reply(follow, &answer, &error);
}

static void expect_all(const told *of, uint64_t from, uint64_t to)
{
    assert_int_equal(of->count, to - from + 1);
    for (size_t i = 0; i < of->count; i++)
        assert_int_equal(of->events[i], from + i);
    assert_int_equal(of->position, to);
}

static void replays_in_chunks_then_goes_live(void **state)
{
    (void)state;
    told of = {0};
    gs_follow *follow = follow_new(&of, 0, NULL);
    for (int chunk = 0; chunk < 4; chunk++) {
        assert_true(gs_follow_is_replaying(follow));
        assert_false(gs_follow_caught_up(follow));
        assert_true(reply(follow, 1, 10, 3));
    }
    assert_false(gs_follow_is_replaying(follow));
    assert_true(gs_follow_caught_up(follow));
    live(follow, 11);
    live(follow, 12);
    assert_int_equal(of.count, 10); // not before the heartbeat
    heartbeat(follow, 10, 12);
    heartbeat(follow, 12, 12);
    expect_all(&of, 1, 12);
    assert_int_equal(gs_follow_replays(follow), 1);
    gs_follow_free(&follow);
}

static void a_missing_event_is_fetched(void **state)
{
    (void)state;
    static const uint64_t lost[] = {11, 12, 13}; // the first, one within, the last
    for (int i = 0; i < 3; i++) {
        told of = {0};
        gs_follow *follow = follow_new(&of, 0, NULL);
        reply(follow, 1, 10, 100);
        for (uint64_t each = 11; each <= 13; each++) {
            if (each != lost[i])
                live(follow, each);
        }
        heartbeat(follow, 10, 13);
        assert_int_equal(of.count, 10); // nothing of the group, not even what came
        assert_true(gs_follow_is_replaying(follow));
        reply(follow, 1, 13, 100);
        live(follow, 14);
        heartbeat(follow, 13, 14);
        expect_all(&of, 1, 14);
        gs_follow_free(&follow);
    }
}

static void a_missing_heartbeat_is_healed(void **state)
{
    (void)state;
    told of = {0};
    gs_follow *follow = follow_new(&of, 0, NULL);
    reply(follow, 1, 10, 100);
    live(follow, 11);
    // heartbeat {10, 11} is lost
    live(follow, 12);
    heartbeat(follow, 11, 12);
    assert_true(gs_follow_is_replaying(follow));
    reply(follow, 1, 12, 100);
    expect_all(&of, 1, 12);
    gs_follow_free(&follow);
}

static void a_lost_tail_shows_at_the_next_quiet_heartbeat(void **state)
{
    (void)state;
    told of = {0};
    gs_follow *follow = follow_new(&of, 0, NULL);
    reply(follow, 1, 10, 100);
    heartbeat(follow, 12, 12); // 11 and 12 and their heartbeat never came
    assert_true(gs_follow_is_replaying(follow));
    reply(follow, 1, 12, 100);
    expect_all(&of, 1, 12);
    gs_follow_free(&follow);
}

static void a_replay_that_overlaps_the_live_stream_repeats_nothing(void **state)
{
    (void)state;
    told of = {0};
    gs_follow *follow = follow_new(&of, 5, NULL);
    reply(follow, 1, 12, 100); // 6 … 12, while 9 … 14 wait in the live queue
    live(follow, 9);
    live(follow, 10);
    heartbeat(follow, 8, 10); // stale
    live(follow, 11);
    live(follow, 12);
    live(follow, 13);
    live(follow, 14);
    heartbeat(follow, 10, 14); // half of it is told already
    assert_false(gs_follow_is_replaying(follow));
    expect_all(&of, 6, 14);
    assert_int_equal(gs_follow_replays(follow), 1);
    gs_follow_free(&follow);
}

static void other_topics_are_not_missed(void **state)
{
    (void)state;
    told of = {0};
    gs_follow *follow = follow_new(&of, 0, "even/");
    reply(follow, 1, 10, 3);
    reply(follow, 1, 10, 3);
    assert_int_equal(of.count, 5);
    live(follow, 12);
    heartbeat(follow, 10, 13);
    heartbeat(follow, 13, 13);
    assert_int_equal(of.count, 6);
    assert_int_equal(of.position, 13);
    heartbeat(follow, 13, 15); // 14 is lost
    assert_true(gs_follow_is_replaying(follow));
    reply(follow, 1, 15, 3);
    assert_int_equal(of.count, 7);
    assert_int_equal(of.events[6], 14);
    live(follow, 16);
    heartbeat(follow, 15, 17);
    assert_int_equal(of.count, 8);
    assert_int_equal(gs_follow_replays(follow), 2);
    gs_follow_free(&follow);
}

static void from_now_on_starts_at_the_first_heartbeat(void **state)
{
    (void)state;
    told of = {0};
    gs_follow *follow = follow_new(&of, GS_FEED_LIVE, NULL);
    assert_false(gs_follow_is_replaying(follow));
    live(follow, 40); // the rest of a group that began before
    heartbeat(follow, 37, 40);
    assert_int_equal(of.count, 0);
    assert_int_equal(of.position, 40);
    live(follow, 41);
    heartbeat(follow, 40, 41);
    expect_all(&of, 41, 41);
    heartbeat(follow, 43, 44); // from here on it is as strict as any
    assert_true(gs_follow_is_replaying(follow));
    reply(follow, 1, 44, 100);
    expect_all(&of, 41, 44);
    gs_follow_free(&follow);
}

static void events_gone_by_retention_are_told(void **state)
{
    (void)state;
    told of = {0};
    gs_follow *follow = follow_new(&of, 5, NULL);
    assert_true(reply(follow, 21, 30, 100));
    assert_int_equal(of.missed_from, 6);
    assert_int_equal(of.missed_first, 21);
    expect_all(&of, 21, 30);
    gs_follow_free(&follow);
    told fresh = {0};
    follow = follow_new(&fresh, 0, NULL); // who asks for all there is has missed nothing
    reply(follow, 21, 30, 100);
    assert_int_equal(fresh.missed_first, 0);
    expect_all(&fresh, 21, 30);
    gs_follow_free(&follow);
    told late = {0};
    follow = follow_new(&late, 5, NULL); // everything is gone
    assert_true(reply(follow, 31, 30, 100));
    assert_false(gs_follow_is_replaying(follow));
    assert_int_equal(late.missed_first, 31);
    assert_int_equal(late.position, 30);
    gs_follow_free(&follow);
}

static void a_feed_that_ends_before_the_position_stops_it(void **state)
{
    (void)state;
    told of = {0};
    const char *reason = NULL;
    gs_follow *follow = follow_new(&of, 50, NULL);
    assert_true(reply(follow, 1, 20, 100));
    assert_true(gs_follow_is_stopped(follow, &reason));
    assert_non_null(strstr(reason, "event 20"));
    assert_false(gs_follow_is_replaying(follow));
    live(follow, 51);
    heartbeat(follow, 50, 51);
    assert_int_equal(of.count, 0);
    gs_follow_free(&follow);
}

static void heartbeats_that_stay_behind_are_looked_into(void **state)
{
    (void)state;
    told of = {0};
    gs_follow *follow = follow_new(&of, 0, NULL);
    reply(follow, 1, 20, 100);
    heartbeat_at(follow, 10, 12, 10 * SECOND); // stale, from before the replay
    heartbeat_at(follow, 12, 20, 10 * SECOND);
    heartbeat_at(follow, 3, 3, 60 * SECOND); // the store is another one now
    assert_false(gs_follow_is_replaying(follow));
    heartbeat_at(follow, 3, 3, 61 * SECOND);
    heartbeat_at(follow, 3, 3, 62 * SECOND);
    assert_true(gs_follow_is_replaying(follow));
    reply(follow, 1, 3, 100);
    assert_true(gs_follow_is_stopped(follow, NULL));
    gs_follow_free(&follow);
}

static void senseless_replies_change_nothing(void **state)
{
    (void)state;
    told of = {0};
    gs_error error = {0};
    gs_follow *follow = follow_new(&of, 10, NULL);
    Gainsay__V1__ReplayReply answer = GAINSAY__V1__REPLAY_REPLY__INIT;
    answer.error = (char *)"the disk is on fire";
    assert_false(gs_follow_reply(follow, &answer, &error));
    assert_string_equal(error.message, "the disk is on fire");
    answer.error = (char *)"";
    answer.newest = 20;
    answer.upto = 21;
    assert_false(gs_follow_reply(follow, &answer, &error));
    answer.upto = 10; // no progress
    assert_false(gs_follow_reply(follow, &answer, &error));
    Gainsay__V1__FeedEvent a = GAINSAY__V1__FEED_EVENT__INIT, b = GAINSAY__V1__FEED_EVENT__INIT;
    Gainsay__V1__FeedEvent *events[] = {&a, &b};
    answer.events = events;
    answer.n_events = 2;
    answer.upto = 15;
    a.sequence = 12;
    b.sequence = 11;
    assert_false(gs_follow_reply(follow, &answer, &error));
    b.sequence = 16; // beyond upto
    assert_false(gs_follow_reply(follow, &answer, &error));
    assert_int_equal(of.count, 0);
    assert_true(gs_follow_is_replaying(follow));
    b.sequence = 13;
    a.sequence = 9; // told before: skipped
    assert_true(gs_follow_reply(follow, &answer, &error));
    assert_int_equal(of.count, 1);
    assert_int_equal(of.position, 15);
    gs_follow_free(&follow);
}

static void garbage_on_the_live_stream_is_refused(void **state)
{
    (void)state;
    told of = {0};
    gs_error error = {0};
    gs_follow *follow = follow_new(&of, 0, NULL);
    reply(follow, 1, 2, 10);
    assert_false(gs_follow_live(follow, gs_view_make("\377\377\377", 3), 0, &error));
    live(follow, 3);
    heartbeat(follow, 2, 3);
    expect_all(&of, 1, 3);
    gs_follow_free(&follow);
}

static void a_group_too_large_to_hold_is_replayed(void **state)
{
    (void)state;
    told of = {0};
    gs_follow *follow = follow_new(&of, 0, NULL);
    reply(follow, 1, 1, 10);
    for (uint64_t i = 0; i <= GS_FOLLOW_EVENTS_MOST; i++)
        live(follow, 2 + i);
    assert_true(gs_follow_is_replaying(follow));
    assert_int_equal(of.count, 1);
    gs_follow_free(&follow);
}

// Any losses on the live stream, replays of any size, at any moment: each event once, in order.
static void any_loss_is_healed(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 30; seed++) {
        told of = {0};
        unsigned random = seed;
        gs_follow *follow = follow_new(&of, 0, NULL);
        uint64_t newest = 0, beat = 0;
        while (newest < 2000) {
            uint64_t group = (uint64_t)(rand_r(&random) % 20);
            uint64_t published = newest;
            newest += group; // committed; a replay may come before it is published
            bool before = rand_r(&random) % 3 == 0;
            if (before && gs_follow_is_replaying(follow))
                reply(follow, 1, newest, 1 + (uint64_t)(rand_r(&random) % 30));
            for (uint64_t i = published + 1; i <= newest; i++) {
                if (rand_r(&random) % 50 != 0)
                    live(follow, i);
            }
            if (rand_r(&random) % 10 != 0)
                heartbeat(follow, beat, newest);
            beat = newest;
            if (gs_follow_is_replaying(follow) && rand_r(&random) % 2 == 0)
                reply(follow, 1, newest, 1 + (uint64_t)(rand_r(&random) % 30));
        }
        heartbeat(follow, newest, newest);
        for (int i = 0; i < 3000 && gs_follow_is_replaying(follow); i++)
            reply(follow, 1, newest, 7);
        expect_all(&of, 1, newest);
        gs_follow_free(&follow);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replays_in_chunks_then_goes_live),
        cmocka_unit_test(a_missing_event_is_fetched),
        cmocka_unit_test(a_missing_heartbeat_is_healed),
        cmocka_unit_test(a_lost_tail_shows_at_the_next_quiet_heartbeat),
        cmocka_unit_test(a_replay_that_overlaps_the_live_stream_repeats_nothing),
        cmocka_unit_test(other_topics_are_not_missed),
        cmocka_unit_test(from_now_on_starts_at_the_first_heartbeat),
        cmocka_unit_test(events_gone_by_retention_are_told),
        cmocka_unit_test(a_feed_that_ends_before_the_position_stops_it),
        cmocka_unit_test(heartbeats_that_stay_behind_are_looked_into),
        cmocka_unit_test(senseless_replies_change_nothing),
        cmocka_unit_test(garbage_on_the_live_stream_is_refused),
        cmocka_unit_test(a_group_too_large_to_hold_is_replayed),
        cmocka_unit_test(any_loss_is_healed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
