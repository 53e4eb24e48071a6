// Deep copies. Packing and unpacking would do, but can fail (on a string that is not UTF-8, say) and costs
// two passes; a copy has no reason to fail. Each message is copied flat and then its pointers are replaced
// one by one. Sub-messages still to be copied wait in a list in the arena, so nothing recurses.
#include "wire/fields.h"

typedef struct gs_pending {
    ProtobufCMessage **slot; // holds the original, gets the copy
    struct gs_pending *next;
} gs_pending;

typedef struct gs_copier {
    gs_arena *arena;
    gs_pending *waiting;
    gs_pending *spare; // done with, for use again
} gs_copier;

static void *duplicate(gs_arena *arena, const void *data, size_t size)
{
    void *copy = gs_arena_alloc(arena, size);
    if (size > 0)
        memcpy(copy, data, size);
    return copy;
}

static void copy_later(gs_copier *copier, ProtobufCMessage **slot)
{
    if (*slot == NULL)
        return;
    gs_pending *entry = copier->spare;
    if (entry != NULL)
        copier->spare = entry->next;
    else
        entry = gs_arena_alloc(copier->arena, sizeof *entry);
    *entry = (gs_pending){.slot = slot, .next = copier->waiting};
    copier->waiting = entry;
}

// *value was copied flat; what it points to is copied now or put on the list.
static void copy_value(gs_copier *copier, const ProtobufCFieldDescriptor *field, void *value)
{
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        char **text = value;
        if (*text != NULL && *text != field->default_value && *text != protobuf_c_empty_string)
            *text = duplicate(copier->arena, *text, strlen(*text) + 1);
    } else if (field->type == PROTOBUF_C_TYPE_BYTES) {
        ProtobufCBinaryData *bytes = value;
        if (bytes->len > 0)
            bytes->data = duplicate(copier->arena, bytes->data, bytes->len);
        else
            bytes->data = NULL;
    } else if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
        copy_later(copier, value);
    }
}

static void copy_repeated(gs_copier *copier, ProtobufCMessage *copy, const ProtobufCFieldDescriptor *field)
{
    void **array = gs_wire_member_of(copy, field);
    size_t count = gs_wire_count(copy, field);
    size_t size = gs_wire_value_size(field->type);
    if (count == 0) {
        *array = NULL;
        return;
    }
    *array = duplicate(copier->arena, *array, count * size);
    for (size_t i = 0; i < count; i++)
        copy_value(copier, field, (char *)*array + i * size);
}

static void copy_unknown(gs_arena *arena, ProtobufCMessage *copy)
{
    if (copy->n_unknown_fields == 0) {
        copy->unknown_fields = NULL;
        return;
    }
    copy->unknown_fields =
        duplicate(arena, copy->unknown_fields, copy->n_unknown_fields * sizeof *copy->unknown_fields);
    for (unsigned i = 0; i < copy->n_unknown_fields; i++) {
        ProtobufCMessageUnknownField *field = &copy->unknown_fields[i];
        field->data = duplicate(arena, field->data, field->len);
    }
}

static ProtobufCMessage *copy_flat(gs_copier *copier, const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;
    ProtobufCMessage *copy = duplicate(copier->arena, message, type->sizeof_message);
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        if (field->label == PROTOBUF_C_LABEL_REPEATED)
            copy_repeated(copier, copy, field);
        else if (!gs_wire_in_oneof(field) || gs_wire_is_set(message, field))
            copy_value(copier, field, gs_wire_member_of(copy, field));
    }
    copy_unknown(copier->arena, copy);
    return copy;
}

ProtobufCMessage *gs_wire_copy(const ProtobufCMessage *message, gs_arena *arena)
{
    gs_copier copier = {.arena = arena};
    ProtobufCMessage *copy = copy_flat(&copier, message);
    while (copier.waiting != NULL) {
        gs_pending *entry = copier.waiting;
        ProtobufCMessage **slot = entry->slot;
        copier.waiting = entry->next;
        entry->next = copier.spare;
        copier.spare = entry;
        *slot = copy_flat(&copier, *slot);
    }
    return copy;
}
