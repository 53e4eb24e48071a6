// A backup is whole or absent, of one moment, and does not hold the writer up.
#include <sys/wait.h>

#include "store_test.h"

static char *copy_path(fixture *self, const char *name)
{
    return gs_arena_format(self->arena, "%s/%s", self->directory, name);
}

static void refuses_backup(fixture *self, const char *copy, gs_code code, const char *words)
{
    assert_false(gs_store_backup(self->path, copy, &self->error));
    if (self->error.code != code || strstr(self->error.message, words) == NULL)
        fail_msg("expected code %d and \"%s\", got %d: %s", (int)code, words, (int)self->error.code,
                 self->error.message);
}

// Nothing but the files of the store, and `others` more.
static void check_no_litter(fixture *self, int others)
{
    int found = 0;
    DIR *directory = opendir(self->directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        found += entry->d_name[0] != '.' && strncmp(entry->d_name, "test.db", 7) != 0;
    closedir(directory);
    assert_int_equal(found, others);
}

static void test_copies_an_open_store(void **state)
{
    fixture *self = *state;
    char *copy = copy_path(self, "copy.db");
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    for (uint64_t i = 0; i < 50; i++)
        assert_true(
            gs_outbox_add(self->store, number_id(i), big_payload(self, 5000, (unsigned)i), &self->error));
    commit(self);
    begin(self); // what is not committed is not in the copy
    assert_true(gs_outbox_add(self->store, number_id(50), gs_view_of("x"), &self->error));
    must(self, gs_store_backup(self->path, copy, &self->error));
    commit(self);
    check_no_litter(self, 1); // one file, without a log
    gs_store *restored = gs_store_open(copy, GS_STORE_INGESTOR, &self->error);
    must(self, restored != NULL);
    gs_outbox_item *items;
    size_t count;
    must(self, gs_outbox_list(restored, 0, 100, SIZE_MAX, self->arena, &items, &count, &self->error));
    assert_int_equal(count, 50);
    assert_true(gs_view_equal(items[49].payload, big_payload(self, 5000, 49)));
    begin(self); // the first goes on, and so does the copy
    assert_true(gs_outbox_add(self->store, number_id(51), gs_view_of("x"), &self->error));
    commit(self);
    must(self, gs_store_begin(restored, &self->error));
    assert_true(gs_outbox_add(restored, number_id(50), gs_view_of("x"), &self->error));
    must(self, gs_store_commit(restored, &self->error));
    gs_store_close(&restored);
}

static void test_refuses_to_overwrite(void **state)
{
    fixture *self = *state;
    char *copy = copy_path(self, "copy.db");
    open_store(self, GS_STORE_INGESTOR);
    must(self, gs_store_backup(self->path, copy, &self->error));
    off_t size = file_size(copy);
    refuses_backup(self, copy, GS_E_USAGE, "exists");
    assert_non_null(strstr(self->error.message, self->path));
    assert_non_null(strstr(self->error.message, copy));
    assert_int_equal(file_size(copy), size);
    refuses_backup(self, self->path, GS_E_USAGE, "exists"); // onto itself
}

static void test_names_what_is_missing(void **state)
{
    fixture *self = *state;
    refuses_backup(self, copy_path(self, "copy.db"), GS_E_IO, "No such file");
    check_no_litter(self, 0);
    open_store(self, GS_STORE_INGESTOR);
    char *copy = copy_path(self, "nowhere/copy.db");
    refuses_backup(self, copy, GS_E_IO, copy);
    assert_non_null(strstr(self->error.message, self->path));
}

static void test_refuses_what_is_no_store(void **state)
{
    fixture *self = *state;
    int descriptor = open(self->path, O_CREAT | O_WRONLY, 0644);
    assert_int_equal(write(descriptor, "plain text, and not so short that it could be empty\n", 52), 52);
    close(descriptor);
    refuses_backup(self, copy_path(self, "copy.db"), GS_E_DAMAGED, "is damaged");
    assert_int_equal(truncate(self->path, 0), 0); // an empty database, to SQLite
    refuses_backup(self, copy_path(self, "copy.db"), GS_E_USAGE, "not a gainsay store");
    check_no_litter(self, 0);
}

static void test_makes_no_copy_of_damage(void **state)
{
    fixture *self = *state;
    open_store(self, GS_STORE_INGESTOR);
    begin(self);
    for (uint64_t i = 0; i < 50; i++)
        assert_true(
            gs_outbox_add(self->store, number_id(i), big_payload(self, 5000, (unsigned)i), &self->error));
    commit(self);
    gs_store_close(&self->store);
    overwrite(self->path, file_size(self->path) - 2000, 0x55, 16);
    refuses_backup(self, copy_path(self, "copy.db"), GS_E_DAMAGED, "no backup was made");
    check_no_litter(self, 0);
}

static void write_until_killed(fixture *self, int ready)
{
    self->store = gs_store_open(self->path, GS_STORE_AGGREGATOR, &self->error);
    for (int group = 0; self->store != NULL; group++) {
        gs_arena_reset(self->arena);
        if (!gs_store_begin(self->store, &self->error))
            break;
        for (int i = 0; i < 20; i++)
            append_event(self, "statement/CN/", "There are no talks at present.");
        if (!gs_store_commit(self->store, &self->error))
            break;
        if (group == 20 && write(ready, "x", 1) != 1)
            break;
    }
    _exit(1);
}

static void test_while_a_daemon_writes(void **state)
{
    fixture *self = *state;
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        write_until_killed(self, ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    uint64_t before = 0;
    for (int i = 0; i < 5; i++) {
        char *copy = copy_path(self, "copy.db");
        must(self, gs_store_backup(self->path, copy, &self->error));
        gs_store *restored = gs_store_open(copy, GS_STORE_AGGREGATOR, &self->error);
        must(self, restored != NULL);
        uint64_t newest = gs_feed_newest(restored);
        assert_true(newest > before);
        assert_int_equal(newest % 20, 0); // whole transactions
        before = newest;
        gs_store_close(&restored);
        assert_int_equal(unlink(copy), 0);
        assert_int_equal(unlink(gs_arena_format(self->arena, "%s.lock", copy)), 0);
    }
    assert_int_equal(waitpid(child, NULL, WNOHANG), 0); // it wrote all the time
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(ready[0]);
    close(ready[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_copies_an_open_store),    TEST(test_refuses_to_overwrite),
        TEST(test_names_what_is_missing),   TEST(test_refuses_what_is_no_store),
        TEST(test_makes_no_copy_of_damage), TEST(test_while_a_daemon_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
