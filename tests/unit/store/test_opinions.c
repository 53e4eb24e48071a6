// Second opinions in the store: kept over a restart, replaced by pair, listed while they wait, undone with
// their transaction, removed by age, and brought to a store of before.
#include <sqlite3.h>

#include "store_test.h"

static gs_opinion_row row_of(fixture *self, uint64_t number, bool waiting)
{
    gs_second_opinion *said = gs_arena_alloc(self->arena, sizeof *said);
    gainsay__v1__second_opinion__init(said);
    said->model = (char *)"a model";
    said->prompt = 3;
    said->relation = waiting ? GAINSAY__V1__CONTRADICTION__RELATION__RELATION_UNSPECIFIED
                             : GAINSAY__V1__CONTRADICTION__RELATION__SUPERSEDES;
    said->confidence = waiting ? 0 : 0.75;
    return (gs_opinion_row){.a = number_id(number * 10 + 1),
                            .b = number_id(number * 10 + 2),
                            .question = number_id(number * 10 + 3),
                            .waiting = waiting,
                            .said = said};
}

static void put_opinion(fixture *self, uint64_t pair, uint64_t number, bool waiting, uint64_t at_us)
{
    const gs_opinion_row row = row_of(self, number, waiting);
    must(self, gs_opinion_put(self->store, number_id(pair), &row, at_us, &self->error));
}

static bool get_opinion(fixture *self, uint64_t pair, gs_opinion_row *row)
{
    bool found;
    must(self, gs_opinion_get(self->store, number_id(pair), self->arena, &found, row, &self->error));
    return found;
}

static void expect_waiting(fixture *self, const uint64_t *pairs, size_t expected)
{
    gs_id *ids = NULL;
    size_t count;
    must(self, gs_opinion_waiting(self->store, 100, self->arena, &ids, &count, &self->error));
    assert_int_equal(count, expected);
    for (size_t i = 0; i < count; i++)
        assert_true(gs_id_equal(ids[i], number_id(pairs[i])));
}

static void test_answers_and_waiting_pairs_survive_a_restart(void **state)
{
    fixture *self = *state;
    gs_opinion_row row;
    open_store(self, GS_STORE_AGGREGATOR);
    begin(self);
    put_opinion(self, 1, 5, true, 100);
    put_opinion(self, 2, 6, true, 100);
    put_opinion(self, 3, 7, true, 100);
    put_opinion(self, 1, 8, false, 200); // answered
    commit(self);
    begin(self);
    put_opinion(self, 4, 9, true, 300);
    must(self, gs_opinion_remove(self->store, number_id(2), &self->error));
    must(self, gs_opinion_remove(self->store, number_id(99), &self->error));
    gs_store_rollback(self->store);
    begin(self);
    must(self, gs_opinion_remove(self->store, number_id(3), &self->error));
    commit(self);
    reopen(self, GS_STORE_AGGREGATOR);
    expect_waiting(self, (const uint64_t[]){2}, 1);
    assert_false(get_opinion(self, 3, &row));
    assert_false(get_opinion(self, 4, &row));
    assert_true(get_opinion(self, 1, &row));
    assert_false(row.waiting);
    assert_true(gs_id_equal(row.a, number_id(81)));
    assert_true(gs_id_equal(row.b, number_id(82)));
    assert_true(gs_id_equal(row.question, number_id(83)));
    assert_string_equal(row.said->model, "a model");
    assert_int_equal(row.said->prompt, 3);
    assert_int_equal(row.said->relation, GAINSAY__V1__CONTRADICTION__RELATION__SUPERSEDES);
    assert_true(row.said->confidence == 0.75);
    assert_true(get_opinion(self, 2, &row));
    assert_true(row.waiting);
}

static void test_those_that_wait_longest_come_first(void **state)
{
    fixture *self = *state;
    gs_id *ids = NULL;
    size_t count;
    open_store(self, GS_STORE_AGGREGATOR);
    begin(self);
    for (uint64_t pair = 9; pair > 0; pair--)
        put_opinion(self, pair, pair, pair % 3 != 0, 100);
    commit(self);
    expect_waiting(self, (const uint64_t[]){8, 7, 5, 4, 2, 1}, 6);
    must(self, gs_opinion_waiting(self->store, 2, self->arena, &ids, &count, &self->error));
    assert_int_equal(count, 2);
    assert_true(gs_id_equal(ids[0], number_id(8)));
}

static void test_the_old_are_removed(void **state)
{
    fixture *self = *state;
    gs_opinion_row row;
    bool more = false;
    open_store(self, GS_STORE_AGGREGATOR);
    begin(self);
    put_opinion(self, 1, 1, false, 1000);
    put_opinion(self, 2, 2, false, 3000);
    commit(self);
    must(self, gs_feed_expire(self->store, 2000, 0, &more, &self->error));
    assert_false(get_opinion(self, 1, &row));
    assert_true(get_opinion(self, 2, &row));
}

// A store of the version before has no such table.
static void test_an_older_store_is_brought_forward(void **state)
{
    fixture *self = *state;
    gs_opinion_row row;
    open_store(self, GS_STORE_AGGREGATOR);
    gs_store_close(&self->store);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(self->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "DROP TABLE opinions; PRAGMA user_version = 2", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    open_store(self, GS_STORE_AGGREGATOR);
    begin(self);
    put_opinion(self, 1, 1, true, 1);
    commit(self);
    assert_true(get_opinion(self, 1, &row));
}

static void test_a_damaged_answer_is_found(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    begin(self);
    put_opinion(self, 1, 1, false, 1);
    commit(self);
    gs_store_close(&self->store);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(self->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE opinions SET data = x'0a00'", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    refuses(self, GS_STORE_AGGREGATOR, GS_E_DAMAGED, "opinions");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_answers_and_waiting_pairs_survive_a_restart),
        TEST(test_those_that_wait_longest_come_first),
        TEST(test_the_old_are_removed),
        TEST(test_an_older_store_is_brought_forward),
        TEST(test_a_damaged_answer_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
