// A copy has everything of the original and shares nothing with it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "every_type.h"
#include "wire/fields.h"

// The original lies in an arena that is gone when the copy is read: AddressSanitizer sees what is shared.
static void a_copy_outlives_its_original(void **state)
{
    (void)state;
    gs_arena *first = gs_arena_new(0), *second = gs_arena_new(0);
    gs_view bytes =
        gs_view_make("\x1a\x16\x0a\x02id\x3a\x04\x0a\x02He\x5a\x02\x08\x01\x8a\x01\x02to\xa0\x06\x2a"
                     "\x4a\x01t",
                     27);
    ProtobufCMessage *original = gs_wire_unpack(&gainsay__v1__feed_event__descriptor, bytes, first, NULL);
    assert_non_null(original);
    gs_event *copy = (gs_event *)gs_wire_copy(original, second);
    gs_statement *copied_from = ((gs_event *)original)->statement;
    copied_from->base.unknown_fields[0].data[0] = 0; // seen without AddressSanitizer, too
    copied_from->statement_id[0] = copied_from->topics[0][0] = copied_from->speaker->name[0] = '?';
    copied_from->content[0]->begin = 99;
    memset(original, 0xff, sizeof(gs_event));
    gs_arena_free(&first);
    assert_string_equal(copy->topic, "t");
    assert_string_equal(copy->at, "");
    assert_string_equal(copy->statement->statement_id, "id");
    assert_string_equal(copy->statement->speaker->name, "He");
    assert_int_equal(copy->statement->content[0]->begin, 1);
    assert_string_equal(copy->statement->topics[0], "to");
    assert_int_equal(copy->statement->base.n_unknown_fields, 1);
    assert_memory_equal(copy->statement->base.unknown_fields[0].data, "\x2a", 1);
    gs_arena_free(&second);
}

// A copy keeps what a program put there, even text that would not pass as a message.
static void a_copy_cannot_fail_on_bad_text(void **state)
{
    (void)state;
    gs_arena *arena = gs_arena_new(0);
    gs_retraction retraction = GAINSAY__V1__RETRACTION__INIT;
    retraction.reason = (char[]){'\xff', '\0'};
    retraction.article_id = NULL;
    gs_retraction *copy = (gs_retraction *)gs_wire_copy(&retraction.base, arena);
    assert_string_equal(copy->reason, "\xff");
    assert_ptr_not_equal(copy->reason, retraction.reason);
    assert_null(copy->article_id);
    gs_arena_free(&arena);
}

// Members of a oneof share their memory: what is no pointer must not be taken for one.
static void a_oneof_is_copied_by_its_case(void **state)
{
    (void)state;
    gs_arena *arena = gs_arena_new(0);
    every message;
    every_init(&message.base);
    message.choice_case = 30;
    message.one_uint32 = 12345;
    every *copy = (every *)gs_wire_copy(&message.base, arena);
    assert_int_equal(copy->one_uint32, 12345);
    message.choice_case = 32;
    message.one_bytes = (ProtobufCBinaryData){.len = 3, .data = (uint8_t *)"abc"};
    copy = (every *)gs_wire_copy(&message.base, arena);
    assert_int_equal(copy->one_bytes.len, 3);
    assert_ptr_not_equal(copy->one_bytes.data, message.one_bytes.data);
    assert_memory_equal(copy->one_bytes.data, "abc", 3);
    gs_arena_free(&arena);
}

// A chain far deeper than any stack of frames: copying does not recurse.
static void depth_does_not_matter(void **state)
{
    (void)state;
    enum { LEVELS = 100000 };
    gs_arena *arena = gs_arena_new(0);
    every *chain = NULL;
    for (size_t i = 0; i < LEVELS; i++) {
        every *outer = gs_arena_alloc(arena, sizeof *outer);
        every_init(&outer->base);
        outer->inner = chain;
        outer->a_uint32 = (uint32_t)i;
        chain = outer;
    }
    const every *copy = (const every *)gs_wire_copy(&chain->base, arena);
    size_t levels = 0;
    for (; copy != NULL; copy = copy->inner, levels++)
        assert_int_equal(copy->a_uint32, LEVELS - 1 - levels);
    assert_int_equal(levels, LEVELS);
    gs_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_outlives_its_original),
        cmocka_unit_test(a_copy_cannot_fail_on_bad_text),
        cmocka_unit_test(a_oneof_is_copied_by_its_case),
        cmocka_unit_test(depth_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
