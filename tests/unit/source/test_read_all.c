// Whole files: regular ones, pipes, and what cannot be read.
#include "source_test.h"

#include <fcntl.h>
#include <sys/stat.h>

static char *temporary_file(fixture *self, const char *bytes)
{
    char *path = gs_arena_text(self->arena, gs_view_of("/tmp/gainsay-read-XXXXXX"));
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
    close(fd);
    return path;
}

static void reads_files_and_appends(void **state)
{
    fixture *self = *state;
    char *path = temporary_file(self, "content");
    gs_buffer out = {0};
    gs_buffer_text(&out, "before ");
    assert_true(gs_read_all(path, 7, &out, &self->error));
    assert_string_equal(out.data, "before content");
    assert_false(gs_read_all(path, 6, &out, &self->error));
    assert_int_equal(self->error.code, GS_E_LIMIT);
    assert_has(self->error.message, path);
    unlink(path);
    assert_false(gs_read_all(path, 7, &out, &self->error));
    assert_has(self->error.message, "No such file");
    gs_buffer_free(&out);
}

static void directory_is_named_as_such(void **state)
{
    fixture *self = *state;
    gs_buffer out = {0};
    assert_false(gs_read_all("/tmp", 100, &out, &self->error));
    assert_has(self->error.message, "/tmp: is a directory");
    gs_buffer_free(&out);
}

static void endless_device_hits_the_limit(void **state)
{
    fixture *self = *state;
    gs_buffer out = {0};
    assert_false(gs_read_all("/dev/zero", 200000, &out, &self->error));
    assert_int_equal(self->error.code, GS_E_LIMIT);
    assert_true(out.capacity < 1000000);
    gs_buffer_free(&out);
}

static void empty_and_proc_files(void **state)
{
    fixture *self = *state;
    gs_buffer out = {0};
    assert_true(gs_read_all("/dev/null", 1, &out, &self->error));
    assert_int_equal(out.size, 0);
    assert_true(gs_read_all("/proc/self/status", 1 << 20, &out, &self->error)); // has no size by stat
    assert_has(out.data, "Name:");
    gs_buffer_free(&out);
}

static void minus_is_standard_input(void **state)
{
    fixture *self = *state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "through a pipe", 14), 14);
    close(ends[1]);
    int saved = dup(STDIN_FILENO);
    assert_true(dup2(ends[0], STDIN_FILENO) >= 0);
    close(ends[0]);
    gs_buffer out = {0};
    bool done = gs_read_all("-", 100, &out, &self->error);
    if (saved >= 0) {
        dup2(saved, STDIN_FILENO);
        close(saved);
    }
    assert_true(done);
    assert_string_equal(out.data, "through a pipe");
    gs_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(reads_files_and_appends), TEST(directory_is_named_as_such),
                                       TEST(endless_device_hits_the_limit), TEST(empty_and_proc_files),
                                       TEST(minus_is_standard_input)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
