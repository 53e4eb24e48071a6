// Lines of requests: one at a time and a pause for each host, all hosts side by side, nobody forgotten.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/pace.h"

static const uint64_t SECOND = 1000000;

static void one_at_a_time_with_a_pause(void **state)
{
    (void)state;
    gs_pace *pace = gs_pace_new(1000);
    gs_turn turns[3] = {0};
    assert_int_equal(gs_pace_due_us(pace), UINT64_MAX);
    for (size_t i = 0; i < 3; i++) {
        assert_true(gs_pace_join(pace, "a", &turns[i], false, SECOND));
    }
    assert_ptr_equal(gs_pace_next(pace, SECOND), &turns[0]);
    assert_null(gs_pace_next(pace, 100 * SECOND)); // the first is still under way
    assert_int_equal(gs_pace_due_us(pace), UINT64_MAX);
    gs_pace_done(pace, &turns[0], 0, 5 * SECOND);
    assert_int_equal(gs_pace_due_us(pace), 6 * SECOND); // from its end, not from its start
    assert_null(gs_pace_next(pace, 6 * SECOND - 1));
    assert_ptr_equal(gs_pace_next(pace, 6 * SECOND), &turns[1]);
    gs_pace_set_delay(pace, 0);
    gs_pace_done(pace, &turns[1], 0, 7 * SECOND);
    assert_ptr_equal(gs_pace_next(pace, 7 * SECOND), &turns[2]);
    gs_pace_free(&pace);
    assert_null(pace);
}

static void hosts_go_side_by_side_in_order(void **state)
{
    (void)state;
    gs_pace *pace = gs_pace_new(1000);
    gs_turn a[5] = {0};
    gs_turn b = {0};
    gs_turn c = {0};
    for (size_t i = 0; i < 5; i++) { // a crowd at one host
        assert_true(gs_pace_join(pace, "a", &a[i], false, SECOND));
    }
    assert_true(gs_pace_join(pace, "b", &b, false, SECOND + 1));
    assert_true(gs_pace_join(pace, "c", &c, false, SECOND + 2));
    assert_ptr_equal(gs_pace_next(pace, 2 * SECOND), &a[0]);
    gs_pace_done(pace, &a[0], 0,
                 SECOND + 3); // may go again at 2 s and 3 µs: behind b and c, which waited longer
    assert_ptr_equal(gs_pace_next(pace, 3 * SECOND), &b);
    assert_ptr_equal(gs_pace_next(pace, 3 * SECOND), &c);
    assert_ptr_equal(gs_pace_next(pace, 3 * SECOND), &a[1]);
    assert_null(gs_pace_next(pace, 3 * SECOND));
    gs_pace_free(&pace);
}

static void the_head_goes_first_and_a_passed_turn_costs_nothing(void **state)
{
    (void)state;
    gs_pace *pace = gs_pace_new(1000);
    gs_turn turns[3] = {0};
    assert_true(gs_pace_join(pace, "a", &turns[0], false, SECOND));
    assert_true(gs_pace_join(pace, "a", &turns[1], false, SECOND));
    assert_ptr_equal(gs_pace_next(pace, SECOND), &turns[0]);
    assert_true(gs_pace_join(pace, "a", &turns[2], true, SECOND));
    gs_pace_pass(pace, &turns[0], SECOND);
    assert_ptr_equal(gs_pace_next(pace, SECOND), &turns[2]);
    gs_pace_done(pace, &turns[2], 0, SECOND);
    assert_ptr_equal(gs_pace_next(pace, 2 * SECOND), &turns[1]);
    gs_pace_free(&pace);
}

static void a_wish_makes_the_pause_longer_never_shorter(void **state)
{
    (void)state;
    gs_pace *pace = gs_pace_new(1000);
    gs_turn turns[4] = {0};
    for (size_t i = 0; i < 4; i++) {
        assert_true(gs_pace_join(pace, "a", &turns[i], false, SECOND));
    }
    assert_ptr_equal(gs_pace_next(pace, SECOND), &turns[0]);
    assert_true(gs_pace_wish(&turns[0], 0, SECOND));
    gs_pace_done(pace, &turns[0], 0, SECOND); // robots.txt, say, that tells of the wish
    assert_ptr_equal(gs_pace_next(pace, 2 * SECOND), &turns[1]);
    assert_false(gs_pace_wish(&turns[1], 5000, 2 * SECOND)); // the pause was too short by it
    gs_pace_pass(pace, &turns[1], 2 * SECOND);
    assert_true(gs_pace_join(pace, "a", &turns[1], true, 2 * SECOND));
    assert_int_equal(gs_pace_due_us(pace), 6 * SECOND);
    assert_ptr_equal(gs_pace_next(pace, 6 * SECOND), &turns[1]);
    assert_true(gs_pace_wish(&turns[1], 5000, 6 * SECOND));
    gs_pace_done(pace, &turns[1], 0, 7 * SECOND);
    assert_int_equal(gs_pace_due_us(pace), 12 * SECOND);
    assert_ptr_equal(gs_pace_next(pace, 12 * SECOND), &turns[2]);
    assert_true(gs_pace_wish(&turns[2], 10, 12 * SECOND));
    gs_pace_done(pace, &turns[2], 0, 12 * SECOND);
    assert_int_equal(gs_pace_due_us(pace), 13 * SECOND);
    gs_pace_free(&pace);
}

static void short_rests_are_waited_for_and_long_ones_told(void **state)
{
    (void)state;
    gs_pace *pace = gs_pace_new(1000);
    gs_turn turns[3] = {0};
    for (size_t i = 0; i < 3; i++) {
        assert_true(gs_pace_join(pace, "a", &turns[i], false, SECOND));
    }
    assert_ptr_equal(gs_pace_next(pace, SECOND), &turns[0]);
    assert_int_equal(gs_pace_rest_s(&turns[0], SECOND), 0);
    gs_pace_done(pace, &turns[0], 20, SECOND);
    assert_int_equal(gs_pace_due_us(pace), 21 * SECOND);
    assert_ptr_equal(gs_pace_next(pace, 21 * SECOND), &turns[1]);
    gs_pace_done(pace, &turns[1], 3600, 21 * SECOND);
    assert_ptr_equal(gs_pace_next(pace, 22 * SECOND), &turns[2]);
    assert_int_equal(gs_pace_rest_s(&turns[2], 22 * SECOND), 3599);
    assert_int_equal(gs_pace_rest_s(&turns[2], 3621 * SECOND), 0);
    gs_pace_free(&pace);
}

static void hosts_are_forgotten_and_bounded(void **state)
{
    (void)state;
    enum { HOSTS = 20000, MOST = 16384 };
    gs_pace *pace = gs_pace_new(1000);
    gs_turn *turns = gs_allocate(HOSTS * sizeof *turns);
    size_t taken = 0;
    char host[32];
    for (size_t i = 0; i < HOSTS; i++) {
        snprintf(host, sizeof host, "host%zu", i);
        taken += gs_pace_join(pace, host, &turns[i], false, SECOND);
    }
    assert_int_equal(taken, MOST);
    for (size_t i = 0; i < MOST; i++) { // each its turn, in order
        gs_turn *turn = gs_pace_next(pace, 2 * SECOND);
        assert_ptr_equal(turn, &turns[i]);
        gs_pace_done(pace, turn, i == 0 ? 3600 : 0, 2 * SECOND);
    }
    assert_false(gs_pace_join(pace, "late", &turns[MOST], false, 2 * SECOND)); // all are still in their pause
    assert_true(gs_pace_join(pace, "late", &turns[MOST], false, 100 * SECOND));
    assert_int_equal(gs_pace_lines(pace), 2); // it, and the one that rests
    gs_pace_free(&pace);
    free(turns);
}

static void so_are_those_who_wait(void **state)
{
    (void)state;
    enum { TURNS = 70000, MOST = 65536 };
    gs_pace *pace = gs_pace_new(0);
    gs_turn *turns = gs_allocate(TURNS * sizeof *turns);
    size_t taken = 0;
    for (size_t i = 0; i < TURNS; i++) {
        taken += gs_pace_join(pace, "a", &turns[i], false, SECOND);
    }
    assert_int_equal(taken, MOST);
    gs_pace_free(&pace);
    free(turns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_at_a_time_with_a_pause),
        cmocka_unit_test(hosts_go_side_by_side_in_order),
        cmocka_unit_test(the_head_goes_first_and_a_passed_turn_costs_nothing),
        cmocka_unit_test(a_wish_makes_the_pause_longer_never_shorter),
        cmocka_unit_test(short_rests_are_waited_for_and_long_ones_told),
        cmocka_unit_test(hosts_are_forgotten_and_bounded),
        cmocka_unit_test(so_are_those_who_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
