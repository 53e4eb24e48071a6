// A file that is not what it was must be refused in words, never read as if nothing were wrong.
#include "store_test.h"

enum { PAGE = 4096, ARTICLES = 300 };

// An outbox of several hundred pages, closed and folded back into the one file.
static void fill(fixture *self)
{
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    for (uint64_t i = 0; i < ARTICLES; i++) {
        gs_arena_reset(self->arena);
        assert_true(
            gs_outbox_add(self->store, number_id(i), big_payload(self, 5000, (unsigned)i), &self->error));
    }
    commit(self);
    gs_store_close(&self->store);
    assert_true(file_size(self->path) > 300 * PAGE);
}

static void refuses_as_damaged(fixture *self)
{
    refuses(self, GS_STORE_INGESTOR, GS_E_DAMAGED, "restore a backup (gainsay backup)");
    assert_null(strchr(self->error.message, '\n'));
}

static void test_not_a_database(void **state)
{
    fixture *self = *state;
    int descriptor = open(self->path, O_CREAT | O_WRONLY, 0644);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(write(descriptor, "this is not a database\n", 23), 23);
    close(descriptor);
    refuses_as_damaged(self);
}

static void test_garbage_header(void **state)
{
    fixture *self = *state;
    fill(self);
    overwrite(self->path, 0, 0xa5, 100);
    refuses_as_damaged(self);
}

static void test_truncated_file(void **state)
{
    fixture *self = *state;
    fill(self);
    assert_int_equal(truncate(self->path, file_size(self->path) / 2 / PAGE * PAGE), 0);
    refuses_as_damaged(self);
}

static void test_truncated_within_a_page(void **state)
{
    fixture *self = *state;
    fill(self);
    assert_int_equal(truncate(self->path, 100 * PAGE + 17), 0);
    refuses_as_damaged(self);
}

static void test_cut_to_nothing(void **state)
{
    fixture *self = *state;
    fill(self);
    assert_int_equal(truncate(self->path, 0), 0);
    refuses_as_damaged(self);
    assert_int_equal(unlink(self->path), 0); // moved away, as the message says: it starts empty
    open_store(self, GS_STORE_INGESTOR);
}

// Whatever page it is, of keys or of payload, head or tail of a chain: it is noticed. Only the pages that
// hold nothing (there are none in this file) could be zero without harm.
static void test_a_zeroed_page_anywhere(void **state)
{
    fixture *self = *state;
    fill(self);
    off_t pages = file_size(self->path) / PAGE;
    char *original = gs_allocate(PAGE);
    for (off_t page = 1; page < pages; page += 7) {
        int descriptor = open(self->path, O_RDWR);
        assert_int_equal(pread(descriptor, original, PAGE, page * PAGE), PAGE);
        overwrite(self->path, page * PAGE, 0, PAGE);
        refuses_as_damaged(self);
        assert_int_equal(pwrite(descriptor, original, PAGE, page * PAGE), PAGE);
        close(descriptor);
    }
    free(original);
    open_store(self, GS_STORE_INGESTOR);
}

static void test_one_changed_byte_of_payload(void **state)
{
    fixture *self = *state;
    fill(self);
    // The middle of the last page: an overflow page or a leaf, in both cases payload.
    off_t offset = file_size(self->path) - PAGE / 2;
    char byte;
    int descriptor = open(self->path, O_RDWR);
    assert_int_equal(pread(descriptor, &byte, 1, offset), 1);
    close(descriptor);
    overwrite(self->path, offset, (unsigned char)byte ^ 0x10, 1);
    refuses(self, GS_STORE_INGESTOR, GS_E_DAMAGED, "of outbox does not match its checksum");
}

// A log of garbage is what a torn write leaves behind: SQLite ignores it, and so nothing is lost.
static void test_garbage_log_is_ignored(void **state)
{
    fixture *self = *state;
    fill(self);
    char log[120];
    snprintf(log, sizeof log, "%s-wal", self->path);
    int descriptor = open(log, O_CREAT | O_WRONLY | O_TRUNC, 0644);
    gs_view garbage = big_payload(self, 40000, 7);
    assert_int_equal(write(descriptor, garbage.data, garbage.size), (ssize_t)garbage.size);
    close(descriptor);
    open_store(self, GS_STORE_INGESTOR);
    uint64_t count, bytes;
    must(self, gs_outbox_size(self->store, &count, &bytes, &self->error));
    assert_int_equal(count, ARTICLES);
}

// Damage that comes while the store is open shows when the payload is read.
static void test_damage_under_an_open_store(void **state)
{
    fixture *self = *state;
    fill(self);
    open_store(self, GS_STORE_INGESTOR);
    off_t offset = file_size(self->path) - PAGE / 2;
    overwrite(self->path, offset, 0, 64);
    gs_store *reader = gs_store_open_reader(self->path, GS_STORE_INGESTOR, &self->error);
    must(self, reader != NULL); // a reader does not check the whole file: it may be large and in use
    gs_outbox_item *items;
    size_t count;
    assert_false(gs_outbox_list(reader, 0, ARTICLES, SIZE_MAX, self->arena, &items, &count, &self->error));
    assert_int_equal(self->error.code, GS_E_DAMAGED);
    gs_store_close(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_not_a_database),
        TEST(test_garbage_header),
        TEST(test_truncated_file),
        TEST(test_truncated_within_a_page),
        TEST(test_cut_to_nothing),
        TEST(test_a_zeroed_page_anywhere),
        TEST(test_one_changed_byte_of_payload),
        TEST(test_garbage_log_is_ignored),
        TEST(test_damage_under_an_open_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
