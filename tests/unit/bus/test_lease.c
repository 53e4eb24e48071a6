// The rules of the work queue, with a made-up clock: who gets what, what happens when a worker goes, and that
// no sequence of moves breaks an invariant.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/lease.h"

enum { SECOND = 1000 * 1000, LEASE = 60 * SECOND, MOST_FAILURES = 3 };

typedef struct told {
    size_t failed, released;
    uint32_t failures;
    char reason[64];
} told;

static void on_failed(void *context, gs_id id, uint32_t failures, const char *reason)
{
    told *self = context;
    (void)id;
    self->failed++;
    self->failures = failures;
    snprintf(self->reason, sizeof self->reason, "%s", reason);
}

static void on_release(void *context, void *payload)
{
    ((told *)context)->released++;
    free(payload);
}

static gs_leases *leases_new(told *of)
{
    return gs_leases_new(&(gs_lease_options){.lease_us = LEASE,
                                             .max_failures = MOST_FAILURES,
                                             .failed = on_failed,
                                             .release = on_release,
                                             .context = of});
}

static gs_id id_of(uint64_t number)
{
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    return gs_id_of("lease", gs_view_of(text), gs_view_of(NULL));
}

static void offer(gs_leases *leases, uint64_t number, uint32_t failures)
{
    assert_true(
        gs_leases_offer(leases, id_of(number), malloc(8), 8, failures, failures > 0 ? "before" : NULL));
}

static void expect_next(gs_leases *leases, uint64_t now, uint32_t worker, uint64_t number)
{
    uint32_t to = GS_LEASE_NOBODY;
    const gs_lease_item *item = gs_leases_next(leases, now, &to);
    assert_non_null(item);
    assert_int_equal(to, worker);
    assert_true(gs_id_equal(item->id, id_of(number)));
}

static void expect_none(gs_leases *leases, uint64_t now)
{
    uint32_t to = GS_LEASE_NOBODY;
    assert_null(gs_leases_next(leases, now, &to));
}

static void credit_bounds_and_order_holds(void **state)
{
    (void)state;
    told of = {0};
    gs_leases *leases = leases_new(&of);
    for (uint64_t i = 0; i < 5; i++)
        offer(leases, i, 0);
    assert_false(gs_leases_offer(leases, id_of(3), NULL, 8, 0, NULL));
    expect_none(leases, 1); // nobody there
    uint32_t worker = gs_leases_join(leases, 2, 1);
    expect_next(leases, 1, worker, 0);
    expect_next(leases, 1, worker, 1);
    expect_none(leases, 1);
    assert_int_equal(gs_leases_held(leases, worker), 2);
    assert_true(gs_leases_settle(leases, id_of(1)));
    assert_false(gs_leases_settle(leases, id_of(1)));
    expect_next(leases, 2, worker, 2);
    gs_leases_heard(leases, worker, 3, 3);
    expect_next(leases, 3, worker, 3);
    gs_leases_heard(leases, worker, 1, 4); // less than it holds: nothing is taken away, nothing added
    assert_true(gs_leases_settle(leases, id_of(0)));
    assert_true(gs_leases_settle(leases, id_of(2)));
    expect_none(leases, 4);
    assert_true(gs_leases_settle(leases, id_of(4))); // while it waits: settled by an earlier run
    assert_true(gs_leases_settle(leases, id_of(3)));
    gs_lease_numbers numbers = gs_leases_count(leases);
    assert_int_equal(numbers.ready + numbers.leased + numbers.ready_bytes, 0);
    assert_int_equal(numbers.settled, 5);
    assert_int_equal(of.released, 5);
    gs_leases_free(&leases);
}

static void workers_take_turns(void **state)
{
    (void)state;
    told of = {0};
    gs_leases *leases = leases_new(&of);
    uint32_t a = gs_leases_join(leases, 10, 0), b = gs_leases_join(leases, 1, 0),
             c = gs_leases_join(leases, 10, 0);
    uint32_t counts[8] = {0};
    for (uint64_t i = 0; i < 13; i++)
        offer(leases, i, 0);
    for (int i = 0; i < 13; i++) {
        uint32_t to = GS_LEASE_NOBODY;
        assert_non_null(gs_leases_next(leases, 0, &to));
        counts[to]++;
    }
    assert_int_equal(counts[a], 6);
    assert_int_equal(counts[b], 1);
    assert_int_equal(counts[c], 6);
    gs_leases_free(&leases);
    assert_int_equal(of.released, 13);
}

static void an_expired_lease_goes_to_another_worker(void **state)
{
    (void)state;
    told of = {0};
    gs_leases *leases = leases_new(&of);
    uint32_t slow = gs_leases_join(leases, 2, 0);
    offer(leases, 0, 0);
    offer(leases, 1, 0);
    expect_next(leases, 0, slow, 0);
    expect_next(leases, SECOND, slow, 1);
    offer(leases, 2, 0);
    uint32_t other = gs_leases_join(leases, 2, SECOND);
    expect_next(leases, SECOND, other, 2);
    gs_leases_expire(leases, LEASE - 1);
    expect_none(leases, LEASE - 1);
    gs_leases_heard(leases, slow, 2, LEASE);
    gs_leases_expire(leases, LEASE);
    expect_next(leases, LEASE, other, 0); // not to the one that sat on it
    gs_leases_expire(leases, LEASE + SECOND);
    expect_next(leases, LEASE + SECOND, other, 1);
    expect_next(leases, LEASE + SECOND, slow, 2); // 2 had been out as long as 1, with the other one
    gs_leases_expire(leases, 2 * LEASE);
    gs_leases_leave(leases, other, false, "");
    expect_next(leases, 2 * LEASE, slow, 0); // all are back, and now there is only one
    assert_int_equal(of.failed, 0);
    gs_lease_numbers numbers = gs_leases_count(leases);
    assert_int_equal(numbers.expired, 4);
    assert_int_equal(numbers.redelivered, 4);
    gs_leases_free(&leases);
}

static void returned_items_keep_their_place(void **state)
{
    (void)state;
    told of = {0};
    gs_leases *leases = leases_new(&of);
    for (uint64_t i = 0; i < 10; i++)
        offer(leases, i, 0);
    uint32_t first = gs_leases_join(leases, 5, 0);
    for (uint64_t i = 0; i < 5; i++)
        expect_next(leases, 0, first, i);
    gs_leases_leave(leases, first, false, "");
    uint32_t second = gs_leases_join(leases, 20, 0);
    for (uint64_t i = 0; i < 10; i++)
        expect_next(leases, 0, second, i);
    assert_int_equal(of.failed, 0);
    gs_leases_free(&leases);
}

static void what_a_dead_worker_held_is_suspect_and_goes_alone(void **state)
{
    (void)state;
    told of = {0};
    gs_leases *leases = leases_new(&of);
    uint32_t dead = gs_leases_join(leases, 2, 0);
    offer(leases, 0, 0);
    offer(leases, 1, 0);
    expect_next(leases, 0, dead, 0);
    expect_next(leases, 0, dead, 1);
    gs_leases_leave(leases, dead, true, "worker one died");
    assert_int_equal(of.failed, 2);
    assert_int_equal(of.failures, 1);
    assert_string_equal(of.reason, "worker one died");
    uint32_t worker = gs_leases_join(leases, 10, 0);
    expect_next(leases, 0, worker, 0);
    expect_none(leases, 0); // 1 waits, although there is credit
    offer(leases, 2, 0);
    expect_none(leases, 0); // and so does an ordinary one
    gs_leases_settle(leases, id_of(0));
    expect_next(leases, 0, worker, 2); // ordinary ones first, then
    expect_none(leases, 0);            // it is to become empty
    offer(leases, 3, 0);
    expect_none(leases, 0);
    gs_leases_settle(leases, id_of(2));
    expect_next(leases, 0, worker, 1);
    gs_leases_settle(leases, id_of(1));
    expect_next(leases, 0, worker, 3);
    gs_leases_free(&leases);
}

static void suspects_leave_half_of_the_workers_alone(void **state)
{
    (void)state;
    told of = {0};
    gs_leases *leases = leases_new(&of);
    for (int i = 0; i < 4; i++)
        gs_leases_join(leases, 4, 0);
    for (uint64_t i = 0; i < 10; i++)
        offer(leases, i, 1);
    for (uint64_t i = 10; i < 110; i++)
        offer(leases, i, 0);
    uint32_t held[16] = {0};
    bool suspect[16] = {false};
    uint32_t to = GS_LEASE_NOBODY;
    for (const gs_lease_item *item = gs_leases_next(leases, 0, &to); item != NULL;
         item = gs_leases_next(leases, 0, &to)) {
        held[to]++;
        suspect[to] = suspect[to] || item->failures > 0;
    }
    int alone = 0, full = 0;
    for (int i = 0; i < 16; i++) {
        alone += suspect[i] && held[i] == 1;
        full += !suspect[i] && held[i] == 4;
    }
    assert_int_equal(alone, 2);
    assert_int_equal(full, 2);
    gs_leases_free(&leases);
}

static void suspects_use_all_workers_when_nothing_else_waits(void **state)
{
    (void)state;
    told of = {0};
    gs_leases *leases = leases_new(&of);
    uint32_t a = gs_leases_join(leases, 4, 0), b = gs_leases_join(leases, 4, 0);
    for (uint64_t i = 0; i < 3; i++)
        offer(leases, i, 1);
    uint32_t first = 0, second = 0;
    assert_non_null(gs_leases_next(leases, 0, &first));
    assert_non_null(gs_leases_next(leases, 0, &second));
    assert_true((first == a && second == b) || (first == b && second == a));
    expect_none(leases, 0);
    gs_leases_free(&leases);
}

static void too_many_failures_make_it_dead(void **state)
{
    (void)state;
    told of = {0};
    gs_leases *leases = leases_new(&of);
    offer(leases, 0, 0);
    for (uint32_t i = 1; i <= MOST_FAILURES; i++) {
        uint32_t worker = gs_leases_join(leases, 4, 0);
        expect_next(leases, 0, worker, 0);
        gs_leases_leave(leases, worker, true, "it crashed");
        assert_int_equal(of.failures, i);
    }
    uint32_t worker = gs_leases_join(leases, 4, 0), to = 0;
    offer(leases, 1, 0);
    const gs_lease_item *item = gs_leases_next(leases, 0, &to);
    assert_non_null(item);
    assert_true(gs_leases_dead(leases, item));
    assert_string_equal(item->reason, "it crashed");
    expect_next(leases, 0, worker, 1); // a dead one need not be alone
    gs_leases_free(&leases);
}

static void refusal_counts_only_from_the_holder(void **state)
{
    (void)state;
    told of = {0};
    gs_leases *leases = leases_new(&of);
    uint32_t a = gs_leases_join(leases, 4, 0), b = gs_leases_join(leases, 0, 0);
    offer(leases, 0, 0);
    expect_next(leases, 0, a, 0);
    assert_false(gs_leases_refuse(leases, b, id_of(0), "no"));
    assert_false(gs_leases_refuse(leases, a, id_of(9), "no"));
    assert_true(gs_leases_refuse(leases, a, id_of(0), "no"));
    assert_false(gs_leases_refuse(leases, a, id_of(0), "no"));
    assert_int_equal(of.failed, 1);
    expect_next(leases, 0, a, 0); // alone now, but there is nobody else
    gs_leases_free(&leases);
}

static void silence_is_found_but_not_while_nobody_listened(void **state)
{
    (void)state;
    told of = {0};
    gs_leases *leases = leases_new(&of);
    uint32_t a = gs_leases_join(leases, 4, 10 * SECOND);
    assert_int_equal(gs_leases_silent(leases, 5 * SECOND, 15 * SECOND), GS_LEASE_NOBODY);
    assert_int_equal(gs_leases_silent(leases, 5 * SECOND, 16 * SECOND), a);
    gs_leases_forgive(leases, 4 * SECOND, 16 * SECOND);
    assert_int_equal(gs_leases_silent(leases, 5 * SECOND, 18 * SECOND), GS_LEASE_NOBODY);
    gs_leases_forgive(leases, 100 * SECOND, 18 * SECOND); // never into the future
    assert_int_equal(gs_leases_silent(leases, 5 * SECOND, 24 * SECOND), a);
    gs_leases_leave(leases, a, true, "silent");
    assert_int_equal(gs_leases_silent(leases, 5 * SECOND, 99 * SECOND), GS_LEASE_NOBODY);
    gs_leases_free(&leases);
}

static void an_undone_delivery_leaves_no_trace(void **state)
{
    (void)state;
    told of = {0};
    gs_leases *leases = leases_new(&of);
    uint32_t a = gs_leases_join(leases, 4, 0);
    offer(leases, 0, 0);
    offer(leases, 1, 0);
    expect_next(leases, 0, a, 0);
    gs_leases_undo(leases, id_of(0));
    gs_leases_stop(leases, a);
    expect_none(leases, 0);
    gs_lease_numbers numbers = gs_leases_count(leases);
    assert_int_equal(numbers.delivered, 0);
    assert_int_equal(numbers.ready, 2);
    gs_leases_heard(leases, a, 4, 1);
    expect_next(leases, 1, a, 0);
    assert_int_equal(gs_leases_count(leases).redelivered, 0);
    gs_leases_free(&leases);
}

static void the_number_of_workers_is_bounded(void **state)
{
    (void)state;
    told of = {0};
    gs_leases *leases = leases_new(&of);
    for (uint32_t i = 0; i < GS_LIMIT_WORKERS; i++)
        assert_true(gs_leases_join(leases, 1, 0) < GS_LIMIT_WORKERS);
    assert_int_equal(gs_leases_join(leases, 1, 0), GS_LEASE_NOBODY);
    gs_leases_leave(leases, 77, false, "");
    assert_int_equal(gs_leases_join(leases, 1, 0), 77);
    offer(leases, 0, 0);
    offer(leases, 1, 1);
    uint32_t to;
    assert_non_null(gs_leases_next(leases, 0, &to));
    assert_non_null(gs_leases_next(leases, 0, &to));
    gs_leases_free(&leases);
}

// ---- any sequence of moves ---------------------------------------------------------------------------

// A model that is too simple to be wrong: for each item, where it is.
enum { ITEMS = 300, WORKERS = 12 };
typedef enum place { OUTSIDE, WAITING, HELD } place;

typedef struct model {
    told of;
    gs_leases *leases;
    place places[ITEMS];
    uint32_t holders[ITEMS], failures[ITEMS];
    uint64_t leased[ITEMS];
    bool used[GS_LIMIT_WORKERS];
    uint32_t windows[GS_LIMIT_WORKERS];
    uint64_t now, seed;
} model;

static uint32_t chance(model *self, uint32_t below)
{
    self->seed = self->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((self->seed >> 33) % below);
}

static uint32_t held_by(const model *self, uint32_t worker, bool *suspect)
{
    uint32_t held = 0;
    *suspect = false;
    for (int i = 0; i < ITEMS; i++) {
        if (self->places[i] != HELD || self->holders[i] != worker)
            continue;
        held++;
        *suspect = *suspect || (self->failures[i] > 0 && self->failures[i] < MOST_FAILURES);
    }
    return held;
}

static int number_of(gs_id id)
{
    for (int i = 0; i < ITEMS; i++) {
        if (gs_id_equal(id_of((uint64_t)i), id))
            return i;
    }
    return -1;
}

static void move_out(model *self)
{
    uint32_t to = GS_LEASE_NOBODY;
    const gs_lease_item *item = gs_leases_next(self->leases, self->now, &to);
    if (item == NULL)
        return;
    int number = number_of(item->id);
    bool suspect = false;
    uint32_t held = held_by(self, to, &suspect);
    assert_int_equal(self->places[number], WAITING);
    assert_int_equal(item->failures, self->failures[number]);
    assert_true(self->used[to]);
    assert_true(held < self->windows[to]);
    assert_false(suspect); // whoever has a suspect has nothing else
    if (self->failures[number] > 0 && self->failures[number] < MOST_FAILURES)
        assert_int_equal(held, 0);
    self->places[number] = HELD;
    self->holders[number] = to;
    self->leased[number] = self->now;
}

static void return_all(model *self, uint32_t worker, bool died)
{
    for (int i = 0; i < ITEMS; i++) {
        if (self->places[i] != HELD || self->holders[i] != worker)
            continue;
        self->places[i] = WAITING;
        self->failures[i] += died;
    }
}

static void move_items(model *self)
{
    uint32_t number = chance(self, ITEMS);
    place before = self->places[number];
    switch (chance(self, 3)) {
    case 0:
        if (before == OUTSIDE) {
            self->failures[number] = chance(self, 8) == 0 ? chance(self, 5) : 0;
            offer(self->leases, number, self->failures[number]);
            self->places[number] = WAITING;
        }
        return;
    case 1:
        assert_int_equal(gs_leases_settle(self->leases, id_of(number)), before != OUTSIDE);
        self->places[number] = OUTSIDE;
        return;
    default:
        if (before != HELD || chance(self, 5) != 0)
            return;
        assert_true(gs_leases_refuse(self->leases, self->holders[number], id_of(number), "no"));
        self->places[number] = WAITING;
        self->failures[number]++;
    }
}

static void move_workers(model *self)
{
    uint32_t worker = chance(self, WORKERS);
    if (chance(self, 4) == 0 && !self->used[worker]) {
        uint32_t window = chance(self, 20);
        uint32_t joined = gs_leases_join(self->leases, window, self->now);
        self->used[joined] = true;
        self->windows[joined] = window;
    } else if (self->used[worker] && chance(self, 10) == 0) {
        bool died = chance(self, 2) == 0;
        gs_leases_leave(self->leases, worker, died, "gone");
        return_all(self, worker, died);
        self->used[worker] = false;
    } else if (self->used[worker]) {
        self->windows[worker] = chance(self, 20);
        gs_leases_heard(self->leases, worker, self->windows[worker], self->now);
    }
}

static void move_time(model *self)
{
    self->now += chance(self, LEASE / 50);
    gs_leases_expire(self->leases, self->now);
    for (int i = 0; i < ITEMS; i++) {
        if (self->places[i] == HELD && self->leased[i] + LEASE <= self->now)
            self->places[i] = WAITING;
    }
}

static void check_numbers(const model *self)
{
    uint64_t waiting = 0, held = 0;
    for (int i = 0; i < ITEMS; i++) {
        waiting += self->places[i] == WAITING;
        held += self->places[i] == HELD;
        assert_int_equal(gs_leases_holds(self->leases, id_of((uint64_t)i)), self->places[i] != OUTSIDE);
    }
    gs_lease_numbers numbers = gs_leases_count(self->leases);
    assert_int_equal(numbers.ready, waiting);
    assert_int_equal(numbers.ready_bytes, waiting * 8);
    assert_int_equal(numbers.leased, held);
}

// With willing workers and nothing held back, everything gets out in the end.
static void drain(model *self)
{
    for (uint32_t i = 0; i < WORKERS; i++) {
        if (self->used[i])
            gs_leases_leave(self->leases, i, false, "");
    }
    uint32_t only = gs_leases_join(self->leases, 3, self->now);
    for (int round = 0; round < 4 * ITEMS && gs_leases_count(self->leases).ready > 0; round++) {
        uint32_t to;
        for (const gs_lease_item *item = gs_leases_next(self->leases, self->now, &to); item != NULL;
             item = gs_leases_next(self->leases, self->now, &to))
            assert_int_equal(to, only);
        for (int i = 0; i < ITEMS; i++) {
            if (gs_leases_refuse(self->leases, only, id_of((uint64_t)i), "x") && i % 2 == 0)
                gs_leases_settle(self->leases, id_of((uint64_t)i));
            else if (i % 2 == 1)
                gs_leases_settle(self->leases, id_of((uint64_t)i));
        }
    }
    assert_int_equal(gs_leases_count(self->leases).ready, 0);
}

static void no_sequence_of_moves_breaks_a_rule(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        model self = {.seed = seed};
        self.leases = leases_new(&self.of);
        for (int step = 0; step < 3000; step++) {
            uint32_t kind = chance(&self, 10);
            if (kind < 4)
                move_out(&self);
            else if (kind < 7)
                move_items(&self);
            else if (kind < 9)
                move_workers(&self);
            else
                move_time(&self);
            if (step % 100 == 0)
                check_numbers(&self);
        }
        check_numbers(&self);
        drain(&self);
        gs_leases_free(&self.leases);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credit_bounds_and_order_holds),
        cmocka_unit_test(workers_take_turns),
        cmocka_unit_test(an_expired_lease_goes_to_another_worker),
        cmocka_unit_test(returned_items_keep_their_place),
        cmocka_unit_test(what_a_dead_worker_held_is_suspect_and_goes_alone),
        cmocka_unit_test(suspects_leave_half_of_the_workers_alone),
        cmocka_unit_test(suspects_use_all_workers_when_nothing_else_waits),
        cmocka_unit_test(too_many_failures_make_it_dead),
        cmocka_unit_test(refusal_counts_only_from_the_holder),
        cmocka_unit_test(silence_is_found_but_not_while_nobody_listened),
        cmocka_unit_test(an_undone_delivery_leaves_no_trace),
        cmocka_unit_test(the_number_of_workers_is_bounded),
        cmocka_unit_test(no_sequence_of_moves_breaks_a_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
