// Articles and the statements that they report, under ids of every form and in every order.
#include "store_test.h"

static void put(fixture *self, const char *article_id, uint32_t revision)
{
    gs_article_row row = {
        .revision = revision, .ingested_us = 1000 + revision, .content = number_id(revision)};
    must(self, gs_article_put(self->store, article_id, &row, 5000, &self->error));
}

static void check_article(fixture *self, const char *article_id, bool expected, uint32_t revision)
{
    bool found;
    gs_article_row row;
    must(self, gs_article_get(self->store, article_id, &found, &row, &self->error));
    assert_int_equal(found, expected);
    if (!expected)
        return;
    assert_int_equal(row.revision, revision);
    assert_int_equal(row.ingested_us, 1000 + revision);
    assert_true(gs_id_equal(row.content, number_id(revision)));
}

static size_t count_reports(fixture *self, const char *article_id, gs_id **ids)
{
    size_t count;
    must(self, gs_report_list(self->store, article_id, self->arena, ids, &count, &self->error));
    return count;
}

static void test_put_and_get(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    char *name = article_name(self, 1);
    check_article(self, name, false, 0);
    begin(self);
    put(self, name, 0);
    check_article(self, name, true, 0);
    put(self, name, 1);
    commit(self);
    reopen(self, GS_STORE_AGGREGATOR);
    check_article(self, name, true, 1);
}

// An id that looks almost like a hash is another id.
static void test_ids_of_every_form(void **state)
{
    fixture *self = *state;
    const char *const names[] = {"0123456789abcdef0123456789abcdef",
                                 "0123456789ABCDEF0123456789ABCDEF",
                                 "0123456789abcdef0123456789abcde",
                                 "",
                                 "nyt-42",
                                 "it's \"quoted\"; DROP TABLE articles"};
    open_store(self, GS_STORE_AGGREGATOR);
    begin(self);
    for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        put(self, names[i], i);
        must(self, gs_report_add(self->store, names[i], number_id(i), &self->error));
    }
    commit(self);
    for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        gs_id *ids;
        check_article(self, names[i], true, i);
        assert_int_equal(count_reports(self, names[i], &ids), 1);
        assert_true(gs_id_equal(ids[0], number_id(i)));
    }
}

static void test_reports_are_a_set(void **state)
{
    fixture *self = *state;
    gs_id *ids;
    open_store(self, GS_STORE_AGGREGATOR);
    char *name = article_name(self, 1);
    begin(self);
    put(self, name, 0);
    for (uint64_t i = 0; i < 60; i++)
        must(self, gs_report_add(self->store, name, number_id(i % 20), &self->error));
    commit(self);
    assert_int_equal(count_reports(self, name, &ids), 20);
    begin(self);
    must(self, gs_report_remove(self->store, name, number_id(3), &self->error));
    must(self, gs_report_remove(self->store, name, number_id(99), &self->error)); // absent: fine
    must(self, gs_report_remove(self->store, article_name(self, 2), number_id(3), &self->error));
    commit(self);
    assert_int_equal(count_reports(self, name, &ids), 19);
    for (size_t i = 0; i < 19; i++)
        assert_false(gs_id_equal(ids[i], number_id(3)));
    assert_int_equal(count_reports(self, article_name(self, 2), &ids), 0);
}

static void test_a_report_may_come_before_its_article(void **state)
{
    fixture *self = *state;
    gs_id *ids;
    open_store(self, GS_STORE_AGGREGATOR);
    char *name = article_name(self, 1);
    begin(self);
    must(self, gs_report_add(self->store, name, number_id(1), &self->error));
    check_article(self, name, false, 0); // it was not committed itself
    put(self, name, 7);
    commit(self);
    check_article(self, name, true, 7);
    assert_int_equal(count_reports(self, name, &ids), 1);
}

static void test_a_new_revision_keeps_its_reports(void **state)
{
    fixture *self = *state;
    gs_id *ids;
    open_store(self, GS_STORE_AGGREGATOR);
    char *name = article_name(self, 1), *other = article_name(self, 2);
    begin(self);
    put(self, name, 0);
    must(self, gs_report_add(self->store, name, number_id(1), &self->error));
    put(self, other, 0);
    must(self, gs_report_add(self->store, other, number_id(2), &self->error));
    commit(self);
    reopen(self, GS_STORE_AGGREGATOR);
    begin(self);
    put(self, name, 1);
    must(self, gs_report_add(self->store, name, number_id(3), &self->error));
    commit(self);
    assert_int_equal(count_reports(self, name, &ids), 2);
    assert_int_equal(count_reports(self, other, &ids), 1);
    assert_true(gs_id_equal(ids[0], number_id(2)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_put_and_get),
        TEST(test_ids_of_every_form),
        TEST(test_reports_are_a_set),
        TEST(test_a_report_may_come_before_its_article),
        TEST(test_a_new_revision_keeps_its_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
