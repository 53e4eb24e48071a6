// Private to wire: how a field of any message is found through protobuf-c's descriptors.
//
// protobuf-c lays a message out as a C struct and describes it in a table. Everything generic here (checking,
// copying, JSON) needs the same four answers about a field: where it is, whether it is set, how many
// values it has, and how large one value is. proto3 knows no "has" bit for plain fields: a field at its
// default is not set.
#ifndef GAINSAY_WIRE_FIELDS_H
#define GAINSAY_WIRE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/base.h"
#include "wire/wire.h"

// Deepest nesting that generic code follows. Every walk keeps a stack of this many frames instead of
// recursing, so no input and no later change of the schema can make it run off the machine's stack.
enum { GS_WIRE_DEPTH = GS_LIMIT_JSON_DEPTH };

static inline const void *gs_wire_member(const ProtobufCMessage *message,
                                         const ProtobufCFieldDescriptor *field)
{
    return (const char *)message + field->offset;
}

static inline void *gs_wire_member_of(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return (char *)message + field->offset;
}

// The has_ flag, the count or the oneof case that stands beside the member.
static inline void *gs_wire_quantifier_of(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return (char *)message + field->quantifier_offset;
}

static inline bool gs_wire_in_oneof(const ProtobufCFieldDescriptor *field)
{
    return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
}

// Values of a repeated field.
static inline size_t gs_wire_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    size_t count;
    memcpy(&count, (const char *)message + field->quantifier_offset, sizeof count);
    return count;
}

// Bytes of one value inside a message or a repeated field's array.
size_t gs_wire_value_size(ProtobufCType type);

// True if the field has a value that is written out: set by presence (sub-messages, oneofs, has_ flags) or
// other than its default.
bool gs_wire_is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

// Checks bytes against type before protobuf-c sees them; see verify.c.
bool gs_wire_verify(const ProtobufCMessageDescriptor *type, gs_view bytes, gs_error *error);

#endif
