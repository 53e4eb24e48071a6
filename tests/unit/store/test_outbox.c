// The outbox keeps order, refuses repeats, and its numbers follow the transaction.
#include "store_test.h"

static void check_size(fixture *self, uint64_t count, uint64_t bytes)
{
    uint64_t real_count, real_bytes;
    must(self, gs_outbox_size(self->store, &real_count, &real_bytes, &self->error));
    assert_int_equal(real_count, count);
    assert_int_equal(real_bytes, bytes);
}

static void add(fixture *self, uint64_t number, const char *payload)
{
    assert_true(gs_outbox_add(self->store, number_id(number), gs_view_of(payload), &self->error));
}

static void test_add_list_remove(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    add(self, 1, "one");
    add(self, 2, "");
    add(self, 3, "three");
    commit(self);
    check_size(self, 3, 8);
    gs_outbox_item *items;
    size_t count;
    must(self, gs_outbox_list(self->store, 0, 10, SIZE_MAX, self->arena, &items, &count, &self->error));
    assert_int_equal(count, 3);
    assert_true(gs_id_equal(items[2].id, number_id(3)));
    assert_true(gs_view_equal(items[2].payload, gs_view_of("three")));
    assert_int_equal(items[1].payload.size, 0);
    assert_int_equal(items[0].failures, 0);
    assert_string_equal(items[0].reason, "");
    assert_true(items[0].row < items[1].row && items[1].row < items[2].row);
    assert_int_equal(gs_outbox_newest(self->store), items[2].row);
    begin(self);
    const gs_id gone[] = {number_id(1), number_id(99), number_id(3)};
    must(self, gs_outbox_remove(self->store, gone, 3, &self->error));
    commit(self);
    check_size(self, 1, 0);
}

static void test_a_repeat_is_told_without_an_error(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    add(self, 1, "one");
    self->error.code = GS_E_IO; // must not be left as it was
    assert_false(gs_outbox_add(self->store, number_id(1), gs_view_of("other"), &self->error));
    assert_int_equal(self->error.code, GS_OK);
    commit(self);
    check_size(self, 1, 3);
}

static void test_list_respects_its_bounds(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    for (uint64_t i = 0; i < 100; i++)
        add(self, i, "0123456789");
    commit(self);
    gs_outbox_item *items;
    size_t count;
    must(self, gs_outbox_list(self->store, 0, 40, SIZE_MAX, self->arena, &items, &count, &self->error));
    assert_int_equal(count, 40);
    int64_t last = items[39].row;
    must(self, gs_outbox_list(self->store, last, 100, 35, self->arena, &items, &count, &self->error));
    assert_int_equal(count, 3); // 30 bytes; the fourth would pass 35
    assert_true(gs_id_equal(items[0].id, number_id(40)));
    must(self, gs_outbox_list(self->store, last, 100, 1, self->arena, &items, &count, &self->error));
    assert_int_equal(count, 1); // one always goes
    must(self, gs_outbox_list(self->store, last, 0, SIZE_MAX, self->arena, &items, &count, &self->error));
    assert_int_equal(count, 0);
    must(self,
         gs_outbox_list(self->store, INT64_MAX, 10, SIZE_MAX, self->arena, &items, &count, &self->error));
    assert_int_equal(count, 0);
}

static void test_failures_outlive_a_restart(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    add(self, 1, "one");
    must(self, gs_outbox_failed(self->store, number_id(1), 3, "worker w1 died", &self->error));
    must(self, gs_outbox_failed(self->store, number_id(2), 3, "settled long ago", &self->error));
    commit(self);
    reopen(self, GS_STORE_INGESTOR);
    gs_outbox_item *items;
    size_t count;
    must(self, gs_outbox_list(self->store, 0, 10, SIZE_MAX, self->arena, &items, &count, &self->error));
    assert_int_equal(count, 1);
    assert_int_equal(items[0].failures, 3);
    assert_string_equal(items[0].reason, "worker w1 died");
    assert_true(gs_view_equal(items[0].payload, gs_view_of("one")));
}

static void test_rows_never_fall(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_INGESTOR);
    gs_outbox_item *items;
    size_t count;
    begin(self);
    add(self, 1, "one");
    commit(self);
    must(self, gs_outbox_list(self->store, 0, 1, SIZE_MAX, self->arena, &items, &count, &self->error));
    int64_t first = items[0].row;
    begin(self);
    gs_id gone = number_id(1);
    must(self, gs_outbox_remove(self->store, &gone, 1, &self->error));
    add(self, 2, "two");
    commit(self);
    must(self, gs_outbox_list(self->store, first, 1, SIZE_MAX, self->arena, &items, &count, &self->error));
    assert_int_equal(count, 1); // an emptied outbox does not start over
}

static void test_numbers_follow_a_rollback(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    add(self, 1, "one");
    commit(self);
    begin(self);
    add(self, 2, "two2");
    gs_id gone = number_id(1);
    must(self, gs_outbox_remove(self->store, &gone, 1, &self->error));
    check_size(self, 1, 4);
    gs_store_rollback(self->store);
    check_size(self, 1, 3);
    begin(self); // and the id is free again
    add(self, 2, "two2");
    commit(self);
    check_size(self, 2, 7);
    reopen(self, GS_STORE_INGESTOR);
    check_size(self, 2, 7);
}

static void test_large_and_binary_payloads(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_INGESTOR);
    gs_view large = big_payload(self, GS_LIMIT_ARTICLE_BYTES, 3);
    begin(self);
    assert_true(gs_outbox_add(self->store, number_id(1), large, &self->error));
    assert_true(gs_outbox_add(self->store, number_id(2), gs_view_make("a\0b", 3), &self->error));
    commit(self);
    reopen(self, GS_STORE_INGESTOR);
    gs_outbox_item *items;
    size_t count;
    must(self, gs_outbox_list(self->store, 0, 10, SIZE_MAX, self->arena, &items, &count, &self->error));
    assert_int_equal(count, 2);
    assert_true(gs_view_equal(items[0].payload, large));
    assert_memory_equal(items[1].payload.data, "a\0b", 3);
}

static void test_seen_numbers_revisions(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_INGESTOR);
    const struct {
        uint64_t content;
        gs_seen seen;
        uint32_t revision;
    } steps[] = {{10, GS_SEEN_NEW, 0},  {10, GS_SEEN_SAME, 0},    {11, GS_SEEN_CHANGED, 1},
                 {11, GS_SEEN_SAME, 1}, {10, GS_SEEN_CHANGED, 2}, {12, GS_SEEN_CHANGED, 3}};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        gs_seen seen;
        uint32_t revision;
        begin(self);
        must(self, gs_seen_check(self->store, number_id(1), number_id(steps[i].content), 1000, &seen,
                                 &revision, &self->error));
        commit(self);
        assert_int_equal(seen, steps[i].seen);
        assert_int_equal(revision, steps[i].revision);
        if (i == 3)
            reopen(self, GS_STORE_INGESTOR);
    }
}

static void test_seen_peek_records_nothing(void **state)
{
    fixture *self = *state;
    gs_seen seen;
    uint32_t revision;
    uint64_t at_us = 1;
    open_store(self, GS_STORE_INGESTOR);
    must(self, gs_seen_peek(self->store, number_id(1), number_id(10), &seen, &at_us, &self->error));
    assert_int_equal(seen, GS_SEEN_NEW);
    begin(self);
    must(self, gs_seen_check(self->store, number_id(1), number_id(10), 1000, &seen, &revision, &self->error));
    commit(self);
    assert_int_equal(seen, GS_SEEN_NEW);
    gs_store *reader = gs_store_open_reader(self->path, GS_STORE_INGESTOR, &self->error);
    assert_non_null(reader);
    must(self, gs_seen_peek(reader, number_id(1), number_id(11), &seen, &at_us, &self->error));
    assert_int_equal(seen, GS_SEEN_CHANGED);
    assert_int_equal(at_us, 1000);
    must(self, gs_seen_peek(reader, number_id(1), number_id(10), &seen, &at_us, &self->error));
    assert_int_equal(seen, GS_SEEN_SAME);
    gs_store_close(&reader);
}

static gs_seen seen_at(fixture *self, uint64_t article, uint64_t now_us)
{
    gs_seen seen;
    uint32_t revision;
    begin(self);
    must(self, gs_seen_check(self->store, number_id(article), number_id(0), now_us, &seen, &revision,
                             &self->error));
    commit(self);
    return seen;
}

static void test_seen_is_forgotten_unless_seen_again(void **state)
{
    fixture *self = *state;
    const uint64_t day = 86400ull * 1000000;
    open_store(self, GS_STORE_INGESTOR);
    assert_int_equal(seen_at(self, 1, 1 * day), GS_SEEN_NEW);
    assert_int_equal(seen_at(self, 2, 1 * day), GS_SEEN_NEW);
    assert_int_equal(seen_at(self, 2, 5 * day), GS_SEEN_SAME); // still listed by its feed
    must(self, gs_seen_expire(self->store, 3 * day, &self->error));
    assert_int_equal(seen_at(self, 1, 6 * day), GS_SEEN_NEW);
    assert_int_equal(seen_at(self, 2, 6 * day), GS_SEEN_SAME);
}

static void test_many_seen_are_forgotten_in_one_call(void **state)
{
    fixture *self = *state;
    gs_seen seen;
    uint32_t revision;
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    for (uint64_t i = 0; i < 9000; i++)
        must(self, gs_seen_check(self->store, number_id(i), number_id(0), i, &seen, &revision, &self->error));
    commit(self);
    must(self, gs_seen_expire(self->store, 8500, &self->error));
    assert_false(gs_store_in_transaction(self->store));
    assert_int_equal(seen_at(self, 8499, 9000), GS_SEEN_NEW);
    assert_int_equal(seen_at(self, 8500, 9000), GS_SEEN_SAME);
}

static void test_seen_follows_a_rollback(void **state)
{
    fixture *self = *state;
    gs_seen seen;
    uint32_t revision;
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    must(self, gs_seen_check(self->store, number_id(1), number_id(1), 5, &seen, &revision, &self->error));
    gs_store_rollback(self->store);
    assert_int_equal(seen_at(self, 1, 5), GS_SEEN_NEW); // its outbox item was rolled back with it
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_add_list_remove),
        TEST(test_a_repeat_is_told_without_an_error),
        TEST(test_list_respects_its_bounds),
        TEST(test_failures_outlive_a_restart),
        TEST(test_rows_never_fall),
        TEST(test_numbers_follow_a_rollback),
        TEST(test_large_and_binary_payloads),
        TEST(test_seen_numbers_revisions),
        TEST(test_seen_peek_records_nothing),
        TEST(test_seen_is_forgotten_unless_seen_again),
        TEST(test_many_seen_are_forgotten_in_one_call),
        TEST(test_seen_follows_a_rollback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
