// Arena: aligned, apart from each other, warm after a reset.
#include "unit.h"

#include "base/base.h"

static void pieces_are_aligned_and_apart(void **state)
{
    (void)state;
    gs_arena *arena = gs_arena_new(256);
    enum { PIECES = 400 };
    unsigned char *pieces[PIECES];
    size_t asked = 0;
    for (size_t i = 0; i < PIECES; i++) {
        pieces[i] = gs_arena_alloc(arena, i);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        memset(pieces[i], (int)(i & 0xFF), i);
        asked += i;
    }
    for (size_t i = 0; i < PIECES; i++) {
        for (size_t at = 0; at < i; at++) {
            assert_int_equal(pieces[i][at], i & 0xFF);
        }
    }
    assert_int_equal(gs_arena_used(arena), asked);
    gs_arena_free(&arena);
    assert_null(arena);
    gs_arena_free(&arena);
}

static void a_reset_keeps_the_largest_block(void **state)
{
    (void)state;
    gs_arena *arena = gs_arena_new(64);
    gs_arena_reset(arena); // before anything was asked for
    gs_arena_alloc(arena, 32);
    void *large = gs_arena_alloc(arena, 3 * 1024 * 1024);
    gs_arena_alloc(arena, 100);
    gs_arena_reset(arena);
    assert_int_equal(gs_arena_used(arena), 0);
    void *again = gs_arena_alloc(arena, 3 * 1024 * 1024);
    assert_ptr_equal(again, large);
    gs_arena_free(&arena);
}

static void zeroes_on_request(void **state)
{
    (void)state;
    gs_arena *arena = gs_arena_new(0);
    memset(gs_arena_alloc(arena, 1000), 0xAA, 1000);
    gs_arena_reset(arena);
    const unsigned char *zero = gs_arena_zalloc(arena, 1000);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(zero[i], 0);
    }
    gs_arena_free(&arena);
}

static void copies_and_formats_text(void **state)
{
    (void)state;
    gs_arena *arena = gs_arena_new(16);
    assert_string_equal(gs_arena_text(arena, gs_view_make("abcdef", 3)), "abc");
    assert_string_equal(gs_arena_text(arena, gs_view_of(NULL)), "");
    assert_string_equal(gs_arena_format(arena, "%d-%s", 7, "x"), "7-x");
    assert_string_equal(gs_arena_format(arena, "%s", ""), "");
    char *wide = gs_arena_format(arena, "%500d", 1);
    assert_int_equal(strlen(wide), 500);
    gs_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_and_apart),
        cmocka_unit_test(a_reset_keeps_the_largest_block),
        cmocka_unit_test(zeroes_on_request),
        cmocka_unit_test(copies_and_formats_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
