// Unpacking, from bytes that may come from anyone.
//
// Three bounds hold before a caller sees the message: its size; its form (verify.c); and its memory. The last
// one matters because a few bytes can ask for much: an empty statement is two bytes on the wire and several
// hundred in memory. All of protobuf-c's memory comes from the arena through an allocator that counts and
// says no beyond BUDGET_FACTOR times the message's size. A list of spans, the most demanding of honest
// messages, takes 12 times its size.
#include "wire/fields.h"

enum {
    BUDGET_FACTOR = 64,        // bytes of memory for each byte of the message
    BUDGET_BASE = 1024 * 1024, // and these for every message
    BUDGET_MOST = 1024 * 1024 * 1024,
    ALIGNMENT = 16, // of arena allocations
};

typedef struct gs_budget {
    gs_arena *arena;
    size_t left;   // bytes
    bool exceeded; // an allocation was refused
} gs_budget;

static void *budget_alloc(void *data, size_t size)
{
    gs_budget *budget = data;
    if (size > budget->left || budget->left - size < ALIGNMENT) {
        budget->exceeded = true;
        return NULL;
    }
    budget->left -= (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return gs_arena_alloc(budget->arena, size);
}

// The arena gives everything back at once.
static void budget_free(void *data, void *pointer)
{
    (void)data;
    (void)pointer;
}

static size_t budget_for(size_t size)
{
    size_t wanted = BUDGET_FACTOR * size + BUDGET_BASE; // size is at most GS_LIMIT_MESSAGE_BYTES
    return wanted < BUDGET_MOST ? wanted : BUDGET_MOST;
}

ProtobufCMessage *gs_wire_unpack(const ProtobufCMessageDescriptor *type, gs_view bytes, gs_arena *arena,
                                 gs_error *error)
{
    if (bytes.size > GS_LIMIT_MESSAGE_BYTES) {
        gs_fail(error, GS_E_LIMIT, "%s: %zu bytes are more than a message may have (%d)", type->short_name,
                bytes.size, GS_LIMIT_MESSAGE_BYTES);
        return NULL;
    }
    if (!gs_wire_verify(type, bytes, error))
        return NULL;
    gs_budget budget = {.arena = arena, .left = budget_for(bytes.size)};
    ProtobufCAllocator allocator = {.alloc = budget_alloc, .free = budget_free, .allocator_data = &budget};
    ProtobufCMessage *message =
        protobuf_c_message_unpack(type, &allocator, bytes.size, (const uint8_t *)bytes.data);
    if (message == NULL && budget.exceeded)
        gs_fail(error, GS_E_LIMIT, "%s: %zu bytes would need more than %zu bytes of memory", type->short_name,
                bytes.size, budget_for(bytes.size));
    else if (message == NULL)
        gs_fail(error, GS_E_INPUT, "%s: %zu bytes are not a valid message", type->short_name, bytes.size);
    return message;
}
