// No space left: the transaction fails as a whole, in words, and the store goes on once there is room.
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "store_test.h"

enum { PAYLOAD = 4000, BATCH = 64 };

typedef struct totals {
    uint64_t count;
    uint64_t bytes;
} totals;

static totals size_of(fixture *self)
{
    totals size;
    must(self, gs_outbox_size(self->store, &size.count, &size.bytes, &self->error));
    return size;
}

// One transaction; false (and rolled back) as soon as something fails.
static bool add_batch(fixture *self, uint64_t first)
{
    if (!gs_store_begin(self->store, &self->error))
        return false;
    for (uint64_t i = first; i < first + BATCH; i++) {
        gs_arena_reset(self->arena);
        if (!gs_outbox_add(self->store, number_id(i), big_payload(self, PAYLOAD, (unsigned)i),
                           &self->error)) {
            gs_store_rollback(self->store);
            return false;
        }
    }
    return gs_store_commit(self->store, &self->error);
}

// Adds until there is no room. Returns how many articles were committed.
static uint64_t fill(fixture *self)
{
    uint64_t committed = 0;
    while (add_batch(self, committed)) {
        committed += BATCH;
        assert_true(committed < 100000);
    }
    assert_int_equal(self->error.code, GS_E_FULL);
    assert_non_null(strstr(self->error.message, self->path));
    assert_non_null(strstr(self->error.message, "make room"));
    assert_false(gs_store_in_transaction(self->store));
    assert_int_equal(size_of(self).count, committed);
    assert_int_equal(size_of(self).bytes, committed * PAYLOAD);
    return committed;
}

static void check_items(fixture *self, uint64_t expected)
{
    gs_outbox_item *items;
    size_t count;
    gs_arena_reset(self->arena);
    must(self, gs_outbox_list(self->store, 0, SIZE_MAX, SIZE_MAX, self->arena, &items, &count, &self->error));
    assert_int_equal(count, expected);
    for (size_t i = 0; i < count; i++)
        assert_true(gs_id_equal(items[i].id, number_id(i)));
}

// Everything that was committed is there, before and after a restart, and more can be added.
static void check_recovered(fixture *self, uint64_t committed)
{
    check_items(self, committed);
    must(self, add_batch(self, committed));
    reopen(self, GS_STORE_INGESTOR);
    check_items(self, committed + BATCH);
}

// The system's limit on the size of a file says EFBIG where a full disk says ENOSPC; it works everywhere.
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void test_files_may_grow_no_further(void **state)
{
    fixture *self = *state;
    signal(SIGXFSZ, SIG_IGN);
    open_store(self, GS_STORE_INGESTOR);
    limit_files(3 * 1000 * 1000);
    uint64_t committed = fill(self);
    assert_true(committed > BATCH);
    assert_false(add_batch(self, committed)); // still
    assert_int_equal(self->error.code, GS_E_FULL);
    limit_files(RLIM_INFINITY);
    check_recovered(self, committed);
}

// A write that failed inside a transaction must not let the rest of it through.
static void test_a_failed_transaction_stays_failed(void **state)
{
    fixture *self = *state;
    signal(SIGXFSZ, SIG_IGN);
    open_store(self, GS_STORE_INGESTOR);
    must(self, add_batch(self, 0));
    limit_files((rlim_t)file_size(self->path) + 8 * 4096);
    begin(self);
    bool added = true;
    uint64_t next = BATCH;
    // More than the cache holds, so that SQLite must write before the commit.
    while (added && next < 20000) {
        gs_arena_reset(self->arena);
        added = gs_outbox_add(self->store, number_id(next++), big_payload(self, PAYLOAD, 1), &self->error);
    }
    assert_false(added);
    assert_int_equal(self->error.code, GS_E_FULL);
    limit_files(RLIM_INFINITY);
    gs_error_clear(&self->error);
    assert_false(gs_outbox_add(self->store, number_id(99999), gs_view_of("small"), &self->error));
    assert_int_equal(self->error.code, GS_E_FULL); // why it cannot go on
    assert_false(gs_store_commit(self->store, &self->error));
    assert_int_equal(self->error.code, GS_E_FULL);
    assert_false(gs_store_in_transaction(self->store));
    assert_int_equal(size_of(self).count, BATCH);
    check_recovered(self, BATCH);
}

static void test_numbers_of_the_feed_come_back(void **state)
{
    fixture *self = *state;
    signal(SIGXFSZ, SIG_IGN);
    open_store(self, GS_STORE_AGGREGATOR);
    limit_files(400 * 1000);
    char words[2000] = {0};
    memset(words, 'w', sizeof words - 1);
    uint64_t committed;
    do {
        committed = gs_feed_newest(self->store);
        begin(self);
        for (int i = 0; i < 20; i++)
            append_event(self, "statement/US/", words);
        assert_true(committed < 10000);
    } while (gs_store_commit(self->store, &self->error));
    assert_int_equal(self->error.code, GS_E_FULL);
    assert_int_equal(gs_feed_newest(self->store), committed);
    limit_files(RLIM_INFINITY);
    begin(self);
    assert_int_equal(append_event(self, "statement/US/", words), committed + 1);
    commit(self);
    reopen(self, GS_STORE_AGGREGATOR);
    assert_int_equal(gs_feed_newest(self->store), committed + 1);
}

// The real thing, where this user may mount a small file system of its own.
static void test_a_full_file_system(void **state)
{
    fixture *self = *state;
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("gainsay-test", self->directory, "tmpfs", 0, "size=12m") != 0)
        skip();
    char ballast[96];
    snprintf(ballast, sizeof ballast, "%s/ballast", self->directory);
    int descriptor = open(ballast, O_CREAT | O_WRONLY, 0644);
    assert_int_equal(posix_fallocate(descriptor, 0, 7 * 1024 * 1024), 0);
    open_store(self, GS_STORE_INGESTOR);
    uint64_t committed = fill(self);
    // Room again, and enough of it: folding the log back needs as much as the log holds.
    assert_int_equal(ftruncate(descriptor, 0), 0);
    close(descriptor);
    check_recovered(self, committed);
    gs_store_close(&self->store);
    assert_int_equal(umount(self->directory), 0);
}

static void test_opening_on_a_full_file_system(void **state)
{
    fixture *self = *state;
    signal(SIGXFSZ, SIG_IGN);
    limit_files(1000); // not even the first page
    assert_null(gs_store_open(self->path, GS_STORE_INGESTOR, &self->error));
    limit_files(RLIM_INFINITY);
    assert_int_equal(self->error.code, GS_E_FULL);
    open_store(self, GS_STORE_INGESTOR);
    must(self, add_batch(self, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_files_may_grow_no_further),
        TEST(test_a_failed_transaction_stays_failed),
        TEST(test_numbers_of_the_feed_come_back),
        TEST(test_opening_on_a_full_file_system),
        TEST(test_a_full_file_system),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
