// Which values a message holds. The rules of presence are those of protobuf-c's own packer, so that what is
// printed as JSON is exactly what would be packed:
//   a oneof member is set if the case says so; an `optional` field by its has_ flag (or pointer); a plain
//   proto3 field if it differs from zero or empty. protobuf-c points strings without a value at one shared
//   empty string, and leaves others NULL: both count as empty.
#include "wire/fields.h"

static const uint8_t value_sizes[] = {
    [PROTOBUF_C_TYPE_INT32] = sizeof(int32_t),
    [PROTOBUF_C_TYPE_SINT32] = sizeof(int32_t),
    [PROTOBUF_C_TYPE_SFIXED32] = sizeof(int32_t),
    [PROTOBUF_C_TYPE_INT64] = sizeof(int64_t),
    [PROTOBUF_C_TYPE_SINT64] = sizeof(int64_t),
    [PROTOBUF_C_TYPE_SFIXED64] = sizeof(int64_t),
    [PROTOBUF_C_TYPE_UINT32] = sizeof(uint32_t),
    [PROTOBUF_C_TYPE_FIXED32] = sizeof(uint32_t),
    [PROTOBUF_C_TYPE_UINT64] = sizeof(uint64_t),
    [PROTOBUF_C_TYPE_FIXED64] = sizeof(uint64_t),
    [PROTOBUF_C_TYPE_FLOAT] = sizeof(float),
    [PROTOBUF_C_TYPE_DOUBLE] = sizeof(double),
    [PROTOBUF_C_TYPE_BOOL] = sizeof(protobuf_c_boolean),
    [PROTOBUF_C_TYPE_ENUM] = sizeof(int32_t),
    [PROTOBUF_C_TYPE_STRING] = sizeof(char *),
    [PROTOBUF_C_TYPE_BYTES] = sizeof(ProtobufCBinaryData),
    [PROTOBUF_C_TYPE_MESSAGE] = sizeof(ProtobufCMessage *),
};

size_t gs_wire_value_size(ProtobufCType type)
{
    return value_sizes[type];
}

static bool differs_from_default(const ProtobufCFieldDescriptor *field, const void *member)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING: {
        const char *text = *(char *const *)member;
        return text != NULL && text[0] != '\0';
    }
    case PROTOBUF_C_TYPE_BYTES:
        return ((const ProtobufCBinaryData *)member)->len > 0;
    case PROTOBUF_C_TYPE_MESSAGE:
        return *(ProtobufCMessage *const *)member != NULL;
    case PROTOBUF_C_TYPE_FLOAT:
        return !(*(const float *)member == 0.0F); // a NaN is a value
    case PROTOBUF_C_TYPE_DOUBLE:
        return !(*(const double *)member == 0.0);
    default: {
        static const uint64_t zero = 0;
        return memcmp(member, &zero, gs_wire_value_size(field->type)) != 0;
    }
    }
}

// A pointer field that has presence: absent if it is NULL or the declared default.
static bool points_to_value(const ProtobufCFieldDescriptor *field, const void *member)
{
    const void *pointer = *(const void *const *)member;
    return pointer != NULL && pointer != field->default_value;
}

bool gs_wire_is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const void *member = gs_wire_member(message, field);
    bool is_pointer = field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE;
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return gs_wire_count(message, field) > 0;
    if (gs_wire_in_oneof(field)) {
        uint32_t chosen;
        memcpy(&chosen, (const char *)message + field->quantifier_offset, sizeof chosen);
        return chosen == field->id && (!is_pointer || *(const void *const *)member != NULL);
    }
    if (field->label == PROTOBUF_C_LABEL_NONE)
        return differs_from_default(field, member);
    if (is_pointer)
        return points_to_value(field, member);
    if (field->label == PROTOBUF_C_LABEL_REQUIRED)
        return true;
    protobuf_c_boolean has;
    memcpy(&has, (const char *)message + field->quantifier_offset, sizeof has);
    return has != 0;
}
