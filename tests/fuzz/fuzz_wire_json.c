// Any text as a message in JSON. What is read must be a message that packs and unpacks, and that prints as
// JSON which reads back to the same.
#include "fuzz.h"
#include "wire_type_of.h"

static void check_message(const ProtobufCMessage *message, gs_arena *arena)
{
    gs_buffer first = {0}, second = {0}, packed = {0};
    gs_error error = {0};
    gs_wire_to_json(message, &first);
    FUZZ_CHECK(gs_utf8_valid(gs_buffer_view(&first), NULL));
    ProtobufCMessage *again = gs_wire_from_json(message->descriptor, gs_buffer_view(&first), arena, &error);
    if (again == NULL)
        fprintf(stderr, "%s\n%s\n", first.data, error.message);
    FUZZ_CHECK(again != NULL);
    gs_wire_to_json(again, &second);
    FUZZ_CHECK(gs_view_equal(gs_buffer_view(&first), gs_buffer_view(&second)));

    gs_wire_pack(message, &packed);
    again = gs_wire_unpack(message->descriptor, gs_buffer_view(&packed), arena, &error);
    if (again == NULL)
        fprintf(stderr, "%s\n", error.message);
    FUZZ_CHECK(again != NULL);
    gs_buffer_clear(&second);
    gs_wire_to_json(again, &second);
    FUZZ_CHECK(gs_view_equal(gs_buffer_view(&first), gs_buffer_view(&second)));
    gs_buffer_free(&first);
    gs_buffer_free(&second);
    gs_buffer_free(&packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    gs_arena *arena = gs_arena_new(4096);
    gs_error error = {0};
    ProtobufCMessage *message =
        gs_wire_from_json(wire_type_of(data[0]), gs_view_make(data + 1, size - 1), arena, &error);
    FUZZ_CHECK((message == NULL) == (error.code != GS_OK));
    if (message != NULL)
        check_message(message, arena);
    gs_arena_free(&arena);
    return 0;
}
