// Retention deletes the oldest, all of it and nothing else, in slices; and numbering goes on.
#include "store_test.h"

static void expire_all(fixture *self, uint64_t before_us, uint64_t keep_bytes)
{
    bool more = true;
    for (int calls = 0; more; calls++) {
        must(self, gs_feed_expire(self->store, before_us, keep_bytes, &more, &self->error));
        assert_true(calls < 1000);
    }
    assert_false(gs_store_in_transaction(self->store));
}

static void append_many(fixture *self, size_t count, size_t words)
{
    char *text = gs_arena_zalloc(self->arena, words + 1);
    memset(text, 'w', words);
    begin(self);
    for (size_t i = 0; i < count; i++)
        append_event(self, "statement/US/", text);
    commit(self);
}

static uint64_t moment_between(void)
{
    usleep(2000);
    uint64_t now_us = gs_unix_us();
    usleep(2000);
    return now_us;
}

static void test_events_by_age(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    append_many(self, 50, 10);
    uint64_t cut_us = moment_between();
    append_many(self, 30, 10);
    expire_all(self, cut_us, 0);
    assert_int_equal(gs_feed_first(self->store), 51);
    assert_int_equal(gs_feed_newest(self->store), 80);
    reopen(self, GS_STORE_AGGREGATOR);
    assert_int_equal(gs_feed_first(self->store), 51);
    Gainsay__V1__ReplayRequest request = GAINSAY__V1__REPLAY_REQUEST__INIT;
    gs_buffer bytes = {0};
    must(self, gs_feed_replay(self->store, &request, 1 << 20, &bytes, &self->error));
    Gainsay__V1__ReplayReply *reply = (Gainsay__V1__ReplayReply *)gs_wire_unpack(
        &gainsay__v1__replay_reply__descriptor, gs_buffer_view(&bytes), self->arena, &self->error);
    assert_int_equal(reply->n_events, 30);
    assert_int_equal(reply->first_retained, 51);
    gs_buffer_free(&bytes);
}

static void test_numbering_goes_on_after_everything_went(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    append_many(self, 10, 10);
    expire_all(self, UINT64_MAX, 0);
    assert_int_equal(gs_feed_first(self->store), 11);
    reopen(self, GS_STORE_AGGREGATOR);
    assert_int_equal(gs_feed_newest(self->store), 10);
    assert_int_equal(gs_feed_first(self->store), 11);
    begin(self);
    assert_int_equal(append_event(self, "dispute/", "x"), 11);
    commit(self);
}

static void test_slices_are_bounded(void **state)
{
    fixture *self = *state;
    bool more;
    open_store(self, GS_STORE_AGGREGATOR);
    append_many(self, 5000, 10);
    must(self, gs_feed_expire(self->store, UINT64_MAX, 0, &more, &self->error));
    assert_true(more);
    assert_true(gs_feed_first(self->store) > 1 && gs_feed_first(self->store) <= 2001);
    expire_all(self, UINT64_MAX, 0);
    assert_int_equal(gs_feed_first(self->store), 5001);
}

static void test_a_rollback_brings_them_back(void **state)
{
    fixture *self = *state;
    bool more;
    open_store(self, GS_STORE_AGGREGATOR);
    append_many(self, 10, 10);
    begin(self);
    must(self, gs_feed_expire(self->store, UINT64_MAX, 0, &more, &self->error));
    assert_true(gs_store_in_transaction(self->store)); // the caller's, left open
    assert_int_equal(gs_feed_first(self->store), 11);
    gs_store_rollback(self->store);
    assert_int_equal(gs_feed_first(self->store), 1);
}

static bool count_one(void *context, const gs_statement *statement)
{
    (void)statement;
    ++*(size_t *)context;
    return true;
}

static size_t count_reports(fixture *self, const char *article_id)
{
    gs_id *ids;
    size_t count;
    must(self, gs_report_list(self->store, article_id, self->arena, &ids, &count, &self->error));
    return count;
}

static void test_what_hangs_on_the_old_goes_too(void **state)
{
    fixture *self = *state;
    const gs_article_row row = {.ingested_us = 1};
    open_store(self, GS_STORE_AGGREGATOR);
    begin(self);
    for (uint64_t i = 1; i <= 20; i++) {
        must(self, gs_article_put(self->store, article_name(self, i), &row, i * 100, &self->error));
        must(self, gs_statement_put(self->store, number_id(i), make_statement(self, i, "x"), i * 100,
                                    &self->error));
        must(self, gs_report_add(self->store, article_name(self, i), number_id(i), &self->error));
        gs_contradiction contradiction = GAINSAY__V1__CONTRADICTION__INIT;
        must(self, gs_contradiction_put(self->store, number_id(i), number_id(i), number_id(0), number_id(0),
                                        &contradiction, i * 100, &self->error));
        gs_dispute dispute = GAINSAY__V1__DISPUTE__INIT;
        must(self, gs_dispute_put(self->store, number_id(i), &dispute, i * 100, &self->error));
    }
    commit(self);
    begin(self); // statement 2 is written again of late
    must(self, gs_statement_put(self->store, number_id(2), make_statement(self, 2, "y"), 5000, &self->error));
    commit(self);
    expire_all(self, 1050, 0);
    size_t statements = 0;
    must(self, gs_statement_each(self->store, 0, count_one, &statements, &self->error));
    assert_int_equal(statements, 11); // 11 to 20, and 2
    gs_contradiction *contradiction;
    gs_dispute *dispute;
    bool found;
    gs_article_row article;
    for (uint64_t i = 1; i <= 20; i++) {
        must(self,
             gs_contradiction_get(self->store, number_id(i), self->arena, &contradiction, &self->error));
        must(self, gs_dispute_get(self->store, number_id(i), self->arena, &dispute, &self->error));
        must(self, gs_article_get(self->store, article_name(self, i), &found, &article, &self->error));
        assert_int_equal(contradiction != NULL, i > 10);
        assert_int_equal(dispute != NULL, i > 10);
        assert_int_equal(found, i > 10);
        assert_int_equal(count_reports(self, article_name(self, i)), i > 10 ? 1 : 0);
    }
}

// A statement that goes takes its reports out of articles that stay.
static void test_reports_go_with_their_statement(void **state)
{
    fixture *self = *state;
    const gs_article_row row = {.ingested_us = 1};
    open_store(self, GS_STORE_AGGREGATOR);
    gs_statement *statement = make_statement(self, 1, "x");
    gs_report report = GAINSAY__V1__REPORT__INIT, *reports[] = {&report};
    report.article_id = article_name(self, 2);
    statement->reports = reports;
    statement->n_reports = 1;
    begin(self);
    for (uint64_t i = 1; i <= 2; i++) {
        must(self, gs_article_put(self->store, article_name(self, i), &row, 900, &self->error));
        must(self, gs_report_add(self->store, article_name(self, i), number_id(1), &self->error));
        must(self, gs_report_add(self->store, article_name(self, i), number_id(5), &self->error));
    }
    must(self, gs_statement_put(self->store, number_id(1), statement, 100, &self->error));
    commit(self);
    expire_all(self, 500, 0);
    assert_int_equal(count_reports(self, article_name(self, 1)), 1);
    assert_int_equal(count_reports(self, article_name(self, 2)), 1);
}

static void test_by_size(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    const uint64_t empty = gs_store_bytes(self->store);
    for (int i = 0; i < 40; i++) {
        gs_arena_reset(self->arena);
        append_many(self, 500, 1000);
        usleep(1000);
    }
    const uint64_t full = gs_store_bytes(self->store), keep = full / 2;
    assert_true(full > 20 * 1000 * 1000);
    expire_all(self, 0, keep);
    assert_true(gs_store_bytes(self->store) <= keep);
    assert_true(gs_store_bytes(self->store) > keep * 8 / 10); // and not much more than was asked for
    assert_int_equal(gs_feed_newest(self->store), 20000);
    gs_store_close(&self->store);
    assert_true((uint64_t)file_size(self->path) < full * 7 / 10); // the file itself is smaller, too
    open_store(self, GS_STORE_AGGREGATOR);
    expire_all(self, 0, 1); // impossible: everything goes, and that is the end of it
    assert_int_equal(gs_feed_first(self->store), 20001);
    assert_true(gs_store_bytes(self->store) <= empty + 65536);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_events_by_age),
        TEST(test_numbering_goes_on_after_everything_went),
        TEST(test_slices_are_bounded),
        TEST(test_a_rollback_brings_them_back),
        TEST(test_what_hangs_on_the_old_goes_too),
        TEST(test_reports_go_with_their_statement),
        TEST(test_by_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
