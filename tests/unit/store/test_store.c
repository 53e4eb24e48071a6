// Opening, refusing and transactions: what a store does before and around its tables.
#include <sys/wait.h>

#include "store/store_internal.h"
#include "store_test.h"

static void test_makes_a_store_and_finds_it_again(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    must(self, gs_source_state_put(self->store, "feed-1", "{\"etag\":\"a\"}", &self->error));
    commit(self);
    reopen(self, GS_STORE_INGESTOR);
    char *text = NULL;
    must(self, gs_source_state_get(self->store, "feed-1", self->arena, &text, &self->error));
    assert_string_equal(text, "{\"etag\":\"a\"}");
    must(self, gs_source_state_get(self->store, "feed-2", self->arena, &text, &self->error));
    assert_null(text);
}

static void test_close_folds_the_log_back(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    must(self, gs_source_state_put(self->store, "feed-1", "x", &self->error));
    commit(self);
    gs_store_close(&self->store);
    assert_null(self->store);
    gs_store_close(&self->store); // a second time does nothing
    char log[120];
    snprintf(log, sizeof log, "%s-wal", self->path);
    assert_true(file_size(log) <= 0);
}

static void test_names_a_missing_directory(void **state)
{
    fixture *self = *state;
    snprintf(self->path, sizeof self->path, "%s/nowhere/test.db", self->directory);
    refuses(self, GS_STORE_INGESTOR, GS_E_IO, "/nowhere does not exist");
}

static void test_refuses_a_directory_as_file(void **state)
{
    fixture *self = *state;
    snprintf(self->path, sizeof self->path, "%s", self->directory);
    refuses(self, GS_STORE_INGESTOR, GS_E_USAGE, "not a regular file");
}

static void test_refuses_the_other_kind(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_INGESTOR);
    gs_store_close(&self->store);
    refuses(self, GS_STORE_AGGREGATOR, GS_E_USAGE, "is an ingestor's, not an aggregator's");
    open_store(self, GS_STORE_INGESTOR); // and is unharmed
}

static void run_sql(fixture *self, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(self->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void test_refuses_a_newer_schema(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_AGGREGATOR);
    gs_store_close(&self->store);
    run_sql(self, "PRAGMA user_version = 99");
    refuses(self, GS_STORE_AGGREGATOR, GS_E_USAGE, "written by a newer gainsay (schema 99");
    run_sql(self, "PRAGMA user_version = -1");
    refuses(self, GS_STORE_AGGREGATOR, GS_E_DAMAGED, "schema version");
}

static void test_refuses_another_programs_file(void **state)
{
    fixture *self = *state;
    run_sql(self, "CREATE TABLE bookmarks(url)");
    refuses(self, GS_STORE_INGESTOR, GS_E_USAGE, "belongs to another program");
}

// A first start that was killed between making the file and making its tables.
static void test_migrates_an_empty_database(void **state)
{
    fixture *self = *state;
    run_sql(self, "PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL");
    assert_true(file_size(self->path) > 0);
    open_store(self, GS_STORE_AGGREGATOR);
    assert_int_equal(gs_feed_newest(self->store), 0);
}

static void test_takes_a_file_of_zero_bytes_for_new(void **state)
{
    fixture *self = *state;
    close(open(self->path, O_CREAT | O_WRONLY, 0644));
    open_store(self, GS_STORE_INGESTOR);
}

static void test_second_writer_is_refused(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_INGESTOR);
    char pid[64];
    snprintf(pid, sizeof pid, "in use by another process (pid %ld)", (long)getpid());
    refuses(self, GS_STORE_INGESTOR, GS_E_USAGE, pid);
    char link[96];
    snprintf(link, sizeof link, "%s/link.db", self->directory);
    assert_int_equal(symlink(self->path, link), 0);
    assert_null(gs_store_open(link, GS_STORE_INGESTOR, &self->error)); // another name is no way around it
    assert_int_equal(self->error.code, GS_E_USAGE);
    gs_store_close(&self->store);
    open_store(self, GS_STORE_INGESTOR);
}

// The lock must die with its process, however that ends.
static void test_lock_dies_with_its_process(void **state)
{
    fixture *self = *state;
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        gs_store *store = gs_store_open(self->path, GS_STORE_INGESTOR, NULL);
        if (store == NULL || write(ready[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    char byte;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    char pid[64];
    snprintf(pid, sizeof pid, "(pid %ld)", (long)child);
    refuses(self, GS_STORE_INGESTOR, GS_E_USAGE, pid);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    open_store(self, GS_STORE_INGESTOR);
    close(ready[0]);
    close(ready[1]);
}

static void test_reader_beside_a_writer(void **state)
{
    fixture *self = *state;
    assert_null(gs_store_open_reader(self->path, GS_STORE_INGESTOR, &self->error));
    assert_int_equal(self->error.code, GS_E_IO);
    open_store(self, GS_STORE_INGESTOR);
    gs_store *reader = gs_store_open_reader(self->path, GS_STORE_INGESTOR, &self->error);
    must(self, reader != NULL);
    begin(self);
    assert_true(gs_outbox_add(self->store, number_id(1), gs_view_of("abc"), &self->error));
    uint64_t count = 9, bytes = 9;
    must(self, gs_outbox_size(reader, &count, &bytes, &self->error));
    assert_int_equal(count, 0);
    commit(self);
    must(self, gs_outbox_size(reader, &count, &bytes, &self->error));
    assert_int_equal(count, 1);
    assert_int_equal(bytes, 3);
    assert_false(gs_store_begin(reader, &self->error));
    gs_store_close(&reader);
}

static void test_reader_needs_the_right_kind(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_INGESTOR);
    assert_null(gs_store_open_reader(self->path, GS_STORE_AGGREGATOR, &self->error));
    assert_int_equal(self->error.code, GS_E_USAGE);
}

static void test_transactions_are_explicit(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_INGESTOR);
    assert_false(gs_outbox_add(self->store, number_id(1), gs_view_of("x"), &self->error));
    assert_int_equal(self->error.code, GS_E_INTERNAL);
    assert_false(gs_store_commit(self->store, &self->error));
    gs_store_rollback(self->store); // without one: nothing
    begin(self);
    assert_true(gs_store_in_transaction(self->store));
    assert_false(gs_store_begin(self->store, &self->error));
    gs_store_rollback(self->store);
    assert_false(gs_store_in_transaction(self->store));
}

static void test_close_rolls_back(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    assert_true(gs_outbox_add(self->store, number_id(1), gs_view_of("x"), &self->error));
    reopen(self, GS_STORE_INGESTOR);
    uint64_t count, bytes;
    must(self, gs_outbox_size(self->store, &count, &bytes, &self->error));
    assert_int_equal(count, 0);
}

static void test_a_strangers_lock_is_named(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_INGESTOR);
    sqlite3 *stranger = NULL;
    assert_int_equal(sqlite3_open(self->path, &stranger), SQLITE_OK);
    assert_int_equal(sqlite3_exec(stranger, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_busy_timeout(self->store->db, 20); // five seconds of patience are too many for a test
    assert_false(gs_store_begin(self->store, &self->error));
    assert_int_equal(self->error.code, GS_E_IO);
    assert_non_null(strstr(self->error.message, "locked by another program"));
    sqlite3_close(stranger);
    begin(self);
    commit(self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_makes_a_store_and_finds_it_again),
        TEST(test_close_folds_the_log_back),
        TEST(test_names_a_missing_directory),
        TEST(test_refuses_a_directory_as_file),
        TEST(test_refuses_the_other_kind),
        TEST(test_refuses_a_newer_schema),
        TEST(test_refuses_another_programs_file),
        TEST(test_migrates_an_empty_database),
        TEST(test_takes_a_file_of_zero_bytes_for_new),
        TEST(test_second_writer_is_refused),
        TEST(test_lock_dies_with_its_process),
        TEST(test_reader_beside_a_writer),
        TEST(test_reader_needs_the_right_kind),
        TEST(test_transactions_are_explicit),
        TEST(test_close_rolls_back),
        TEST(test_a_strangers_lock_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
