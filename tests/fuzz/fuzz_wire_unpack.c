// Any bytes as a message. What unpacks must pack; what was packed must unpack to the same; a copy must be the
// same; and its JSON must be valid text that reads back to the same message.
#include "fuzz.h"
#include "wire_type_of.h"

static void check_json(const ProtobufCMessage *message, gs_arena *arena)
{
    gs_buffer first = {0}, second = {0};
    gs_error error = {0};
    gs_wire_to_json(message, &first);
    FUZZ_CHECK(gs_utf8_valid(gs_buffer_view(&first), NULL));
    ProtobufCMessage *read = gs_wire_from_json(message->descriptor, gs_buffer_view(&first), arena, &error);
    if (read == NULL) {
        fprintf(stderr, "%s\n%s\n", first.data, error.message);
        FUZZ_CHECK(error.code == GS_E_LIMIT);
    } else {
        gs_wire_to_json(read, &second);
        FUZZ_CHECK(gs_view_equal(gs_buffer_view(&first), gs_buffer_view(&second)));
    }
    gs_buffer_free(&first);
    gs_buffer_free(&second);
}

static void check_packing(const ProtobufCMessage *message, gs_arena *arena)
{
    gs_buffer first = {0}, second = {0};
    gs_error error = {0};
    gs_wire_pack(message, &first);
    ProtobufCMessage *again = gs_wire_unpack(message->descriptor, gs_buffer_view(&first), arena, &error);
    if (again == NULL)
        fprintf(stderr, "%s\n", error.message);
    FUZZ_CHECK(again != NULL);
    gs_wire_pack(again, &second);
    FUZZ_CHECK(gs_view_equal(gs_buffer_view(&first), gs_buffer_view(&second)));
    gs_buffer_clear(&second);
    gs_wire_pack(gs_wire_copy(message, arena), &second);
    FUZZ_CHECK(gs_view_equal(gs_buffer_view(&first), gs_buffer_view(&second)));
    gs_buffer_free(&first);
    gs_buffer_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    gs_arena *arena = gs_arena_new(4096);
    gs_error error = {0};
    ProtobufCMessage *message =
        gs_wire_unpack(wire_type_of(data[0]), gs_view_make(data + 1, size - 1), arena, &error);
    FUZZ_CHECK((message == NULL) == (error.code != GS_OK));
    FUZZ_CHECK(gs_arena_used(arena) <= 64 * size + (1 << 20));
    if (message != NULL) {
        check_packing(message, arena);
        check_json(message, arena);
    }
    gs_arena_free(&arena);
    return 0;
}
