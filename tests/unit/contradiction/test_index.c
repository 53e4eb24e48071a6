// The index: who shares words with whom, the window, removal, expiry, and memory that follows what is alive.
#include "ledger_test.h"

static int setup(void **state)
{
    *state = gs_arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    gs_arena *arena = *state;
    gs_arena_free(&arena);
    return 0;
}

static const said DAM = {"Ana Ruiz", "PE", "2025-04-24", "The gates of the dam were closed."};
static const said DAM_AGAIN = {"Bo Li", "CN", "2025-04-25", "Nobody closed the gates of the dam."};
static const said FISH = {"Bo Li", "CN", "2025-04-25", "The trawler was fishing inside the zone."};

static size_t find(gs_index *index, const gs_statement *statement, gs_id *ids)
{
    size_t count = 99;
    gs_index_find(index, statement, ids, 8, &count);
    return count;
}

static void shared_words_bring_statements_together(void **state)
{
    gs_index *index = gs_index_new(7);
    gs_id ids[8];
    gs_statement *dam = statement_of(*state, &DAM, "a", ""),
                 *again = statement_of(*state, &DAM_AGAIN, "b", ""),
                 *fish = statement_of(*state, &FISH, "c", "");
    assert_int_equal(find(index, dam, ids), 0);
    gs_index_add(index, id_of(dam), dam);
    gs_index_add(index, id_of(fish), fish);
    assert_int_equal(gs_index_size(index), 2);
    assert_int_equal(find(index, again, ids), 1);
    assert_true(gs_id_equal(ids[0], id_of(dam)));
    gs_index_add(index, id_of(dam), dam); // replaces
    assert_int_equal(gs_index_size(index), 2);
    assert_int_equal(find(index, again, ids), 1);
    gs_index_remove(index, id_of(dam));
    gs_index_remove(index, id_of(dam));
    assert_int_equal(gs_index_size(index), 1);
    assert_int_equal(find(index, again, ids), 0);
    gs_index_add(index, id_of(dam), dam);
    assert_int_equal(find(index, again, ids), 1);
    gs_index_free(&index);
    assert_null(index);
}

static void only_the_window_counts(void **state)
{
    gs_index *index = gs_index_new(7);
    gs_id ids[8];
    said late = DAM_AGAIN, undated = DAM_AGAIN;
    late.day = "2025-05-02";
    undated.day = "";
    gs_statement *dam = statement_of(*state, &DAM, "a", "");
    gs_index_add(index, id_of(dam), dam);
    assert_int_equal(find(index, statement_of(*state, &late, "b", ""), ids), 0);
    assert_int_equal(find(index, statement_of(*state, &undated, "b", ""), ids), 1);
    assert_int_equal(find(index, statement_of(*state, &undated, "b", "2025-05-20T08:00:00Z"), ids), 0);
    // Nothing goes that still lies within the window of the newest statement, however late the day is.
    gs_index_expire(index, (uint64_t)gs_days_from_civil(2026, 4, 24));
    assert_int_equal(gs_index_size(index), 1);
    gs_statement *newer = statement_of(*state, &late, "b", "");
    gs_index_add(index, id_of(newer), newer);
    gs_index_expire(index, (uint64_t)gs_days_from_civil(2025, 4, 24));
    assert_int_equal(gs_index_size(index), 2);
    gs_index_expire(index, (uint64_t)gs_days_from_civil(2025, 4, 25));
    assert_int_equal(gs_index_size(index), 1);
    gs_index_free(&index);
}

static void memory_follows_what_is_alive(void **state)
{
    gs_index *index = gs_index_new(7);
    size_t most = 0;
    gs_id ids[8];
    for (int day = 0; day < 400; day++) {
        int year, month, number;
        gs_civil_from_days(20000 + day, &year, &month, &number);
        for (int i = 0; i < 50; i++) {
            said line = {
                "Ana Ruiz", "PE", gs_arena_format(*state, "%04d-%02d-%02d", year, month, number),
                gs_arena_format(*state, "The river%d reached the bridge%d of town%d.", day, i, day * 50 + i)};
            gs_statement *statement = statement_of(*state, &line, "a", "");
            gs_index_add(index, id_of(statement), statement);
        }
        gs_index_expire(index, (uint64_t)(20000 + day - 7));
        assert_true(gs_index_size(index) <= 8 * 50);
        if (day == 60)
            most = gs_index_bytes(index);
    }
    assert_true(gs_index_bytes(index) <= most * 2);
    said last = {"Bo Li", "CN", "", "Nobody closed the bridge3 over the river399."};
    assert_int_equal(find(index, statement_of(*state, &last, "b", ""), ids), 1);
    gs_index_free(&index);
}

static void the_best_come_first_and_ties_go_by_id(void **state)
{
    gs_index *index = gs_index_new(7);
    gs_id ids[8];
    for (int i = 0; i < 40; i++) {
        said line = {"Ana Ruiz", "PE", "2025-04-24",
                     gs_arena_format(*state, "The gates of dam were opened for number x%d.", i)};
        gs_statement *statement = statement_of(*state, &line, "a", "");
        gs_index_add(index, id_of(statement), statement);
    }
    gs_statement *dam = statement_of(*state, &DAM, "a", "");
    gs_index_add(index, id_of(dam), dam);
    assert_int_equal(find(index, statement_of(*state, &DAM_AGAIN, "b", ""), ids), 8);
    assert_true(gs_id_equal(ids[0], id_of(dam)));
    for (size_t i = 2; i < 8; i++)
        assert_true(memcmp(ids[i - 1].bytes, ids[i].bytes, GS_ID_BYTES) < 0);
    gs_index_free(&index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(shared_words_bring_statements_together, setup, teardown),
        cmocka_unit_test_setup_teardown(only_the_window_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(memory_follows_what_is_alive, setup, teardown),
        cmocka_unit_test_setup_teardown(the_best_come_first_and_ties_go_by_id, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
