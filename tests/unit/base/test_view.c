// Views at their edges (empty, NULL, past the end), owned memory, and the buffer that grows.
#include "unit.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/base.h"

static gs_view v(const char *text)
{
    return gs_view_of(text);
}

static void makes_and_compares(void **state)
{
    (void)state;
    assert_int_equal(v(NULL).size, 0);
    assert_int_equal(v("abc").size, 3);
    assert_true(gs_view_equal(v(NULL), v("")));
    assert_true(gs_view_equal(gs_view_make("a\0b", 3), gs_view_make("a\0b", 3)));
    assert_false(gs_view_equal(gs_view_make("a\0b", 3), gs_view_make("a\0c", 3)));
    assert_false(gs_view_equal(v("a"), v("ab")));
    assert_true(gs_view_equal_nocase(v("HTTP://x"), v("http://X")));
    assert_false(gs_view_equal_nocase(v("a"), v("ab")));
    assert_false(gs_view_equal_nocase(v("@["), v("`{"))); // 32 apart, but no letters
    assert_false(gs_view_equal_nocase(v("\xc3\x89"), v("\xc3\xa9")));
}

static void looks_at_ends(void **state)
{
    (void)state;
    assert_true(gs_view_starts(v("tcp://x"), "tcp://"));
    assert_false(gs_view_starts(v("tcp"), "tcp://"));
    assert_true(gs_view_starts(v(NULL), ""));
    assert_true(gs_view_ends(v("a.xml"), ".xml"));
    assert_false(gs_view_ends(v("xml"), ".xml"));
    assert_true(gs_view_ends(v(NULL), ""));
}

static void slices_are_clamped(void **state)
{
    (void)state;
    gs_view text = v("hello");
    assert_true(gs_view_equal(gs_view_slice(text, 1, 3), v("el")));
    assert_true(gs_view_equal(gs_view_slice(text, 3, SIZE_MAX), v("lo")));
    assert_int_equal(gs_view_slice(text, 4, 2).size, 0);
    assert_int_equal(gs_view_slice(text, 99, 100).size, 0);
    assert_int_equal(gs_view_slice(v(NULL), 0, 5).size, 0);
    assert_true(gs_view_equal(gs_view_trim(v(" \t\r\n\v\f a b \n")), v("a b")));
    assert_int_equal(gs_view_trim(v("  ")).size, 0);
    assert_int_equal(gs_view_trim(v(NULL)).size, 0);
}

static void finds(void **state)
{
    (void)state;
    gs_view text = v("abcabc");
    assert_int_equal(gs_view_find(text, v("ca"), 0), 2);
    assert_int_equal(gs_view_find(text, v("abc"), 1), 3);
    assert_int_equal(gs_view_find(text, v("abc"), 4), SIZE_MAX);
    assert_int_equal(gs_view_find(text, v("abc"), 7), SIZE_MAX);
    assert_int_equal(gs_view_find(text, v(""), 6), 6);
    assert_int_equal(gs_view_find(v(NULL), v("a"), 0), SIZE_MAX);
    assert_int_equal(gs_view_find(gs_view_make("a\0b", 3), gs_view_make("", 1), 0), 1);
}

static void owned_memory(void **state)
{
    (void)state;
    unsigned char *zero = gs_allocate(100);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(zero[i], 0);
    }
    zero = gs_reallocate(zero, 200);
    zero = gs_reallocate(zero, 0); // still memory, never NULL
    assert_non_null(zero);
    free(zero);
    void *none = gs_allocate(0);
    assert_non_null(none);
    free(none);
    for (size_t size = 0; size < 200; size += 33) {
        unsigned char *vectors = gs_allocate_vectors(size);
        assert_int_equal((uintptr_t)vectors % 64, 0);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(vectors[i], 0);
        }
        free(vectors);
    }
    assert_null(gs_duplicate(NULL));
    char *copy = gs_duplicate("copy");
    assert_string_equal(copy, "copy");
    free(copy);
}

static void absurd_arena(void)
{
    gs_arena *arena = gs_arena_new(0);
    gs_arena_alloc(arena, SIZE_MAX);
}

static void absurd_buffer(void)
{
    gs_buffer buffer = {0};
    gs_buffer_reserve(&buffer, SIZE_MAX - 1);
}

// Runs act in a child; it must end by SIGABRT with one line on standard error.
static void aborts_with_a_line(void (*act)(void))
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        act();
        _exit(0);
    }
    close(ends[1]);
    char said[512] = "";
    ssize_t size = read(ends[0], said, sizeof said - 1);
    close(ends[0]);
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_true(size > 0);
    assert_contains(said, "gainsay: out of memory");
    assert_ptr_equal(strchr(said, '\n'), said + size - 1);
}

static void out_of_memory_is_one_line(void **state)
{
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip(); // AddressSanitizer reports absurd sizes itself, before malloc could return NULL
#endif
    aborts_with_a_line(absurd_arena);
    aborts_with_a_line(absurd_buffer);
}

static void buffer_grows(void **state)
{
    (void)state;
    gs_buffer buffer = {0};
    assert_int_equal(gs_buffer_view(&buffer).size, 0);
    gs_buffer_clear(&buffer);
    gs_buffer_reserve(&buffer, 1);
    assert_string_equal(buffer.data, "");
    gs_buffer_text(&buffer, NULL);
    gs_buffer_append(&buffer, NULL, 0);
    for (int i = 0; i < 1000; i++) {
        gs_buffer_byte(&buffer, (char)('a' + i % 26));
        assert_int_equal(buffer.data[buffer.size], '\0');
    }
    assert_int_equal(buffer.size, 1000);
    size_t capacity = buffer.capacity;
    gs_buffer_clear(&buffer);
    assert_int_equal(buffer.capacity, capacity);
    assert_string_equal(buffer.data, "");
    gs_buffer_append(&buffer, "a\0b", 3);
    assert_true(gs_view_equal(gs_buffer_view(&buffer), gs_view_make("a\0b", 3)));
    gs_buffer_free(&buffer);
    assert_null(buffer.data);
    gs_buffer_free(&buffer);
}

static void buffer_formats_any_length(void **state)
{
    (void)state;
    char text[301];
    for (size_t size = 0; size < sizeof text; size++) {
        memset(text, 'x', size);
        text[size] = '\0';
        gs_buffer buffer = {0};
        gs_buffer_format(&buffer, "%s", text);
        gs_buffer_format(&buffer, "|%s|%d", text, 7);
        assert_int_equal(buffer.size, 2 * size + 3);
        assert_int_equal(strlen(buffer.data), buffer.size);
        assert_true(gs_view_ends(gs_buffer_view(&buffer), "|7"));
        gs_buffer_free(&buffer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_and_compares), cmocka_unit_test(looks_at_ends),
        cmocka_unit_test(slices_are_clamped), cmocka_unit_test(finds),
        cmocka_unit_test(owned_memory),       cmocka_unit_test(out_of_memory_is_one_line),
        cmocka_unit_test(buffer_grows),       cmocka_unit_test(buffer_formats_any_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
