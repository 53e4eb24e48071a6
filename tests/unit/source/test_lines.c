// Lines: exact offsets, growing files, pipes, and lines that are too long.
#include "source_test.h"

#include <fcntl.h>

static gs_line_result next(fixture *self, gs_lines *lines, bool at_end, char **text)
{
    gs_view line;
    gs_error_clear(&self->error);
    gs_line_result result = gs_lines_next(lines, at_end, &line, &self->error);
    *text = gs_arena_text(self->arena, line);
    return result;
}

static void gives_lines_and_offsets(void **state)
{
    static const char input[] = "one\n\ntwo\r\nlast";
    int fd = file_with(input, sizeof input - 1);
    gs_lines *lines = gs_lines_new(fd, 0, 0);
    static const char *const want[] = {"one", "", "two", "last"};
    static const uint64_t offsets[] = {4, 5, 10, 14};
    char *text;
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(next(*state, lines, true, &text), GS_LINE_OK);
        assert_string_equal(text, want[i]);
        assert_int_equal(gs_lines_offset(lines), offsets[i]);
        assert_int_equal(gs_lines_number(lines), i + 1);
    }
    assert_int_equal(next(*state, lines, true, &text), GS_LINE_END);
    assert_int_equal(next(*state, lines, true, &text), GS_LINE_END);
    gs_lines_free(&lines);
    assert_null(lines);
    close(fd);
}

// Whatever offset a reader stopped at, one that starts there sees exactly the rest.
static void resumes_from_every_offset(void **state)
{
    static const char input[] = "a\nbb\n\n\r\nccc\r\n\xE2\x82\xAC\nend\n";
    size_t size = sizeof input - 1;
    for (size_t start = 0; start <= size; start++) {
        int fd = file_with(input, size);
        gs_lines *lines = gs_lines_new(fd, start, 7);
        size_t position = start;
        uint64_t number = 7;
        char *text;
        while (next(*state, lines, true, &text) == GS_LINE_OK) {
            const char *newline = memchr(input + position, '\n', size - position);
            size_t end = (size_t)(newline - input);
            size_t length = end - position;
            length -= length > 0 && input[end - 1] == '\r';
            assert_int_equal(strlen(text), length);
            assert_memory_equal(text, input + position, length);
            position = end + 1;
            assert_int_equal(gs_lines_offset(lines), position);
            assert_int_equal(gs_lines_number(lines), ++number);
        }
        assert_int_equal(position, size);
        gs_lines_free(&lines);
        close(fd);
    }
}

static void waits_for_a_growing_file(void **state)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    int fd = fileno(file);
    gs_lines *lines = gs_lines_new(fd, 0, 0);
    char *text;
    assert_int_equal(next(*state, lines, false, &text), GS_LINE_WAIT);
    assert_int_equal(pwrite(fd, "half", 4, 0), 4);
    assert_int_equal(next(*state, lines, false, &text), GS_LINE_WAIT);
    assert_int_equal(gs_lines_offset(lines), 0);
    assert_int_equal(pwrite(fd, " done\nmore", 10, 4), 10);
    assert_int_equal(next(*state, lines, false, &text), GS_LINE_OK);
    assert_string_equal(text, "half done");
    assert_int_equal(gs_lines_offset(lines), 10);
    assert_int_equal(next(*state, lines, false, &text), GS_LINE_WAIT);
    assert_int_equal(next(*state, lines, true, &text), GS_LINE_OK);
    assert_string_equal(text, "more");
    assert_int_equal(gs_lines_offset(lines), 14);
    gs_lines_free(&lines);
    fclose(file);
}

static void pipe_with_nothing_in_it_waits(void **state)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
    gs_lines *lines = gs_lines_new(ends[0], 0, 0);
    char *text;
    assert_int_equal(next(*state, lines, true, &text), GS_LINE_WAIT);
    assert_int_equal(write(ends[1], "ab", 2), 2);
    assert_int_equal(next(*state, lines, true, &text), GS_LINE_WAIT); // open still, so the line may go on
    assert_int_equal(write(ends[1], "c\nd", 3), 3);
    assert_int_equal(next(*state, lines, true, &text), GS_LINE_OK);
    assert_string_equal(text, "abc");
    close(ends[1]);
    assert_int_equal(next(*state, lines, true, &text), GS_LINE_OK);
    assert_string_equal(text, "d");
    assert_int_equal(next(*state, lines, true, &text), GS_LINE_END);
    gs_lines_free(&lines);
    close(ends[0]);
}

static void long_lines_within_the_limit_arrive_whole(void **state)
{
    fixture *self = *state;
    size_t size = 3 * 1024 * 1024;
    char *input = gs_allocate(size);
    memset(input, 'x', size);
    input[size - 1] = '\n';
    input[10] = '\n';
    int fd = file_with(input, size);
    gs_lines *lines = gs_lines_new(fd, 0, 0);
    gs_view line;
    assert_int_equal(gs_lines_next(lines, false, &line, &self->error), GS_LINE_OK);
    assert_int_equal(line.size, 10);
    assert_int_equal(gs_lines_next(lines, false, &line, &self->error), GS_LINE_OK);
    assert_int_equal(line.size, size - 12);
    assert_memory_equal(line.data, input + 11, line.size);
    gs_lines_free(&lines);
    close(fd);
    free(input);
}

// Writes a line of `size` bytes between two short ones.
static int file_with_long_line(size_t size, bool ended)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    fputs("first\n", file);
    char *block = gs_allocate(1 << 20);
    memset(block, 'x', 1 << 20);
    for (size_t left = size; left > 0;) {
        size_t now = left < 1 << 20 ? left : 1 << 20;
        assert_int_equal(fwrite(block, 1, now, file), now);
        left -= now;
    }
    free(block);
    fputs(ended ? "\nafter\n" : "", file);
    fflush(file);
    int fd = dup(fileno(file));
    fclose(file);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static void over_long_line_is_skipped_whole(void **state)
{
    fixture *self = *state;
    size_t size = (size_t)GS_LIMIT_LINE_BYTES * 4;
    int fd = file_with_long_line(size, true);
    gs_lines *lines = gs_lines_new(fd, 0, 0);
    char *text;
    assert_int_equal(next(self, lines, true, &text), GS_LINE_OK);
    assert_int_equal(next(self, lines, true, &text), GS_LINE_ERROR);
    assert_int_equal(self->error.code, GS_E_LIMIT);
    assert_has(self->error.message, "line 2 ");
    assert_int_equal(gs_lines_offset(lines), 6 + size + 1);
    assert_int_equal(next(self, lines, true, &text), GS_LINE_OK);
    assert_string_equal(text, "after");
    assert_int_equal(gs_lines_number(lines), 3);
    assert_int_equal(next(self, lines, true, &text), GS_LINE_END);
    gs_lines_free(&lines);
    close(fd);
}

static void limit_itself_is_taken(void **state)
{
    fixture *self = *state;
    for (size_t extra = 0; extra < 2; extra++) {
        int fd = file_with_long_line(GS_LIMIT_LINE_BYTES + extra, true);
        gs_lines *lines = gs_lines_new(fd, 6, 1);
        gs_view line;
        assert_int_equal(gs_lines_next(lines, true, &line, &self->error), extra ? GS_LINE_ERROR : GS_LINE_OK);
        assert_int_equal(line.size, extra ? 0 : GS_LIMIT_LINE_BYTES);
        gs_lines_free(&lines);
        close(fd);
    }
}

static void over_long_line_without_an_end(void **state)
{
    fixture *self = *state;
    size_t size = (size_t)GS_LIMIT_LINE_BYTES + 100000;
    int fd = file_with_long_line(size, false);
    gs_lines *lines = gs_lines_new(fd, 0, 0);
    char *text;
    assert_int_equal(next(self, lines, false, &text), GS_LINE_OK);
    assert_int_equal(next(self, lines, false, &text), GS_LINE_WAIT); // it may go on
    assert_int_equal(gs_lines_offset(lines), 6);
    assert_int_equal(next(self, lines, true, &text), GS_LINE_ERROR);
    assert_int_equal(gs_lines_offset(lines), 6 + size);
    assert_int_equal(next(self, lines, true, &text), GS_LINE_END);
    gs_lines_free(&lines);
    close(fd);
}

static void failing_read_is_an_error(void **state)
{
    fixture *self = *state;
    int fd = open("/", O_RDONLY | O_DIRECTORY);
    gs_lines *lines = gs_lines_new(fd, 0, 0);
    char *text;
    assert_int_equal(next(self, lines, true, &text), GS_LINE_ERROR);
    assert_int_equal(self->error.code, GS_E_IO);
    assert_int_equal(gs_lines_offset(lines), 0);
    gs_lines_free(&lines);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(gives_lines_and_offsets),
        TEST(resumes_from_every_offset),
        TEST(waits_for_a_growing_file),
        TEST(pipe_with_nothing_in_it_waits),
        TEST(long_lines_within_the_limit_arrive_whole),
        TEST(over_long_line_is_skipped_whole),
        TEST(limit_itself_is_taken),
        TEST(over_long_line_without_an_end),
        TEST(failing_read_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
