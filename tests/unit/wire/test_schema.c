// What must hold for every message type: a round trip through bytes, a copy, and a round trip through JSON,
// with values in every field; and what wire relies on in the schema itself.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "every_type.h"
#include "fill.h"
#include "wire_types.h"

enum { ROUNDS = 200, FILL_DEPTH = 4, MOST_TYPES = 64 };

static gs_view packed(const ProtobufCMessage *message, gs_buffer *buffer)
{
    gs_buffer_clear(buffer);
    gs_wire_pack(message, buffer);
    return gs_buffer_view(buffer);
}

static void check_round_trips(const ProtobufCMessageDescriptor *type)
{
    gs_arena *arena = gs_arena_new(0);
    gs_buffer original = {0}, again = {0}, json = {0}, second_json = {0};
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        gs_filler filler = {.arena = arena, .state = seed, .unknown_fields = seed % 2 == 1};
        gs_error error = {0};
        gs_arena_reset(arena);
        ProtobufCMessage *message = fill_message(&filler, type, FILL_DEPTH);
        gs_view bytes = packed(message, &original);

        ProtobufCMessage *unpacked = gs_wire_unpack(type, bytes, arena, &error);
        assert_string_equal(error.message, "");
        assert_non_null(unpacked);
        assert_true(gs_view_equal(packed(unpacked, &again), bytes));

        ProtobufCMessage *copy = gs_wire_copy(message, arena);
        assert_true(gs_view_equal(packed(copy, &again), bytes));

        gs_buffer_clear(&json);
        gs_wire_to_json(message, &json);
        assert_true(gs_utf8_valid(gs_buffer_view(&json), NULL));
        assert_null(memchr(json.data, '\n', json.size));
        ProtobufCMessage *read = gs_wire_from_json(type, gs_buffer_view(&json), arena, &error);
        assert_string_equal(error.message, "");
        assert_non_null(read);
        gs_buffer_clear(&second_json);
        gs_wire_to_json(read, &second_json);
        assert_string_equal(second_json.data, json.data);
        if (!filler.unknown_fields) // which JSON cannot carry
            assert_true(gs_view_equal(packed(read, &again), bytes));
    }
    gs_buffer_free(&original);
    gs_buffer_free(&again);
    gs_buffer_free(&json);
    gs_buffer_free(&second_json);
    gs_arena_free(&arena);
}

static void every_type_of_the_schema_survives_round_trips(void **state)
{
    (void)state;
    for (size_t i = 0; i < WIRE_TYPES; i++)
        check_round_trips(wire_types[i]);
}

static void every_kind_of_field_survives_round_trips(void **state)
{
    (void)state;
    check_round_trips(&every_descriptor);
}

// All types that can be reached from the list, each once.
static size_t collect_types(const ProtobufCMessageDescriptor *types[MOST_TYPES])
{
    size_t count = WIRE_TYPES;
    memcpy(types, wire_types, sizeof wire_types);
    for (size_t i = 0; i < count; i++) {
        for (unsigned f = 0; f < types[i]->n_fields; f++) {
            const void *inner = types[i]->fields[f].descriptor;
            size_t known = 0;
            if (types[i]->fields[f].type != PROTOBUF_C_TYPE_MESSAGE)
                continue;
            while (known < count && types[known] != inner)
                known++;
            if (known == count) {
                assert_true(count < MOST_TYPES);
                types[count++] = inner;
            }
        }
    }
    return count;
}

// unpack's use of the machine's stack is bounded because nesting ends. Types are peeled off from the leaves;
// a type that contains itself, through whatever others, is never peeled.
static void no_type_contains_itself(void **state)
{
    (void)state;
    const ProtobufCMessageDescriptor *types[MOST_TYPES];
    bool peeled[MOST_TYPES] = {false};
    size_t count = collect_types(types), left = count;
    for (size_t levels = 0; left > 0; levels++) {
        bool ready[MOST_TYPES];
        size_t before = left;
        assert_true(levels < 8); // and nesting is shallow
        for (size_t i = 0; i < count; i++) {
            ready[i] = true;
            for (unsigned f = 0; f < types[i]->n_fields; f++)
                for (size_t j = 0; j < count; j++)
                    if (types[i]->fields[f].type == PROTOBUF_C_TYPE_MESSAGE &&
                        types[j] == types[i]->fields[f].descriptor && !peeled[j])
                        ready[i] = false;
        }
        for (size_t i = 0; i < count; i++) {
            left -= ready[i] && !peeled[i];
            peeled[i] = peeled[i] || ready[i];
        }
        assert_true(left < before);
    }
}

static void no_type_has_more_fields_than_are_tracked(void **state)
{
    (void)state;
    const ProtobufCMessageDescriptor *types[MOST_TYPES];
    size_t count = collect_types(types);
    for (size_t i = 0; i < count; i++)
        assert_true(types[i]->n_fields <= 256);
}

static void the_list_of_types_is_whole(void **state)
{
    (void)state;
    const ProtobufCMessageDescriptor *types[MOST_TYPES];
    char line[1024];
    size_t declared = 0;
    FILE *file = fopen(GAINSAY_SOURCE_DIR "/proto/gainsay/v1/gainsay.proto", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        declared += strncmp(line + strspn(line, " "), "message ", 8) == 0;
    fclose(file);
    assert_int_equal(collect_types(types), declared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_of_the_schema_survives_round_trips),
        cmocka_unit_test(every_kind_of_field_survives_round_trips),
        cmocka_unit_test(no_type_contains_itself),
        cmocka_unit_test(no_type_has_more_fields_than_are_tracked),
        cmocka_unit_test(the_list_of_types_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
