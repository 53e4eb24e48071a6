// Texts are found by their keys, replaced, forgotten with their keys, and follow the transaction.
#include "store_test.h"

#include <sqlite3.h>

static void put(fixture *self, uint64_t article, const uint64_t *keys, size_t count, uint64_t now_us)
{
    const gs_text text = {
        .article = number_id(article),
        .first = number_id(article + 1000),
        .address = number_id(article + 2000),
        .content = number_id(article + 3000),
        .site = number_id(article + 4000),
        .publisher = number_id(article + 5000),
        .sketch = gs_view_of("sketch"),
    };
    must(self, gs_text_put(self->store, &text, keys, count, now_us, &self->error));
}

static size_t find(fixture *self, uint64_t key, gs_text **texts)
{
    size_t count;
    must(self, gs_text_find(self->store, &key, 1, self->arena, texts, &count, &self->error));
    return count;
}

static void test_texts_are_found_by_any_key(void **state)
{
    fixture *self = *state;
    gs_text *texts;
    size_t count;
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    put(self, 1, (uint64_t[]){7, 8, UINT64_MAX}, 3, 1);
    put(self, 2, (uint64_t[]){8, 9}, 2, 1);
    put(self, 3, NULL, 0, 1);
    commit(self);
    reopen(self, GS_STORE_INGESTOR);
    const uint64_t keys[] = {8, 7, 1};
    must(self, gs_text_find(self->store, keys, 3, self->arena, &texts, &count, &self->error));
    assert_int_equal(count, 2);
    assert_true(gs_id_equal(texts[0].article, number_id(2))); // the newer one first
    assert_int_equal(texts[0].shared, 1);
    assert_int_equal(texts[1].shared, 3);
    assert_true(texts[1].row < texts[0].row);
    assert_true(gs_id_equal(texts[1].first, number_id(1001)));
    assert_true(gs_id_equal(texts[1].address, number_id(2001)));
    assert_true(gs_id_equal(texts[1].content, number_id(3001)));
    assert_true(gs_id_equal(texts[1].site, number_id(4001)));
    assert_true(gs_id_equal(texts[1].publisher, number_id(5001)));
    assert_true(gs_view_equal(texts[1].sketch, gs_view_of("sketch")));
    assert_int_equal(find(self, UINT64_MAX, &texts), 1);
    assert_int_equal(find(self, 2, &texts), 0);
}

static void test_a_text_is_replaced_with_its_keys(void **state)
{
    fixture *self = *state;
    gs_text *texts, text;
    bool found;
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    put(self, 1, (uint64_t[]){7, 7, 8}, 3, 1);
    put(self, 1, (uint64_t[]){9}, 1, 2);
    commit(self);
    assert_int_equal(find(self, 7, &texts), 0);
    assert_int_equal(find(self, 9, &texts), 1);
    must(self, gs_text_get(self->store, number_id(1), self->arena, &found, &text, &self->error));
    assert_true(found && gs_id_equal(text.content, number_id(3001)));
    must(self, gs_text_get(self->store, number_id(2), self->arena, &found, &text, &self->error));
    assert_false(found);
    const uint64_t many[GS_TEXT_KEYS + 1] = {0};
    begin(self);
    assert_false(gs_text_put(self->store, &text, many, GS_TEXT_KEYS + 1, 1, &self->error));
    gs_store_rollback(self->store);
}

static void test_a_rollback_takes_it_back(void **state)
{
    fixture *self = *state;
    gs_text *texts;
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    put(self, 1, (uint64_t[]){7}, 1, 1);
    gs_store_rollback(self->store);
    assert_int_equal(find(self, 7, &texts), 0);
    const gs_text text = {.article = number_id(1)};
    assert_false(gs_text_put(self->store, &text, NULL, 0, 1, &self->error)); // outside of a transaction
}

static void test_of_a_common_key_the_newest_are_looked_at(void **state)
{
    fixture *self = *state;
    gs_text *texts;
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    for (uint64_t i = 0; i < 1000; i++)
        put(self, i, (uint64_t[]){7}, 1, i);
    commit(self);
    assert_int_equal(find(self, 7, &texts), 16);
    for (uint64_t i = 0; i < 16; i++)
        assert_true(gs_id_equal(texts[i].article, number_id(999 - i)));
}

static void test_old_texts_are_forgotten_with_their_keys(void **state)
{
    fixture *self = *state;
    gs_text *texts;
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    for (uint64_t i = 0; i < 3000; i++)
        put(self, i, (uint64_t[]){i, 5000}, 2, i);
    commit(self);
    for (int i = 0; i < 20; i++)
        must(self, gs_text_expire(self->store, 2995, &self->error));
    assert_int_equal(find(self, 5000, &texts), 5);
    assert_int_equal(find(self, 2994, &texts), 0);
    assert_int_equal(find(self, 2995, &texts), 1);
    gs_store_close(&self->store);
    sqlite3 *db = NULL;
    sqlite3_stmt *count = NULL;
    assert_int_equal(sqlite3_open(self->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM text_keys", -1, &count, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(count), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(count, 0), 10);
    sqlite3_finalize(count);
    sqlite3_close(db);
}

// A store of the version before has no such tables.
static void test_an_older_store_is_brought_forward(void **state)
{
    fixture *self = *state;
    gs_text *texts;
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    assert_true(gs_outbox_add(self->store, number_id(1), gs_view_of("payload"), &self->error));
    commit(self);
    gs_store_close(&self->store);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(self->path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "DROP TABLE texts; DROP TABLE text_keys; PRAGMA user_version = 1", NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    put(self, 1, (uint64_t[]){7}, 1, 1);
    commit(self);
    assert_int_equal(find(self, 7, &texts), 1);
    uint64_t count, bytes;
    must(self, gs_outbox_size(self->store, &count, &bytes, &self->error));
    assert_int_equal(count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_texts_are_found_by_any_key),
        TEST(test_a_text_is_replaced_with_its_keys),
        TEST(test_a_rollback_takes_it_back),
        TEST(test_of_a_common_key_the_newest_are_looked_at),
        TEST(test_old_texts_are_forgotten_with_their_keys),
        TEST(test_an_older_store_is_brought_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
