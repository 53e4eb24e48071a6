// A message type that our schema does not have: every scalar type, every label, a oneof, and itself inside.
// The generic code of wire has to be right for fields that nobody has added yet.
#ifndef GAINSAY_TEST_EVERY_TYPE_H
#define GAINSAY_TEST_EVERY_TYPE_H

#include <stddef.h>

#include "wire/wire.h"

typedef struct every every;
struct every {
    ProtobufCMessage base;
    int32_t a_int32, a_sint32, a_sfixed32;
    int64_t a_int64, a_sint64, a_sfixed64;
    uint32_t a_uint32, a_fixed32;
    uint64_t a_uint64, a_fixed64;
    float a_float;
    double a_double;
    protobuf_c_boolean a_bool;
    Gainsay__V1__Statement__Act an_enum;
    char *a_string;
    ProtobufCBinaryData a_bytes;
    every *inner;
    size_t n_int32s, n_uint64s, n_doubles, n_floats, n_bools, n_enums, n_strings, n_bytes_list, n_inners;
    int32_t *int32s;
    uint64_t *uint64s;
    double *doubles;
    float *floats;
    protobuf_c_boolean *bools;
    Gainsay__V1__Statement__Act *enums;
    char **strings;
    ProtobufCBinaryData *bytes_list;
    every **inners;
    protobuf_c_boolean has_maybe_uint32, has_maybe_bytes;
    uint32_t maybe_uint32;
    ProtobufCBinaryData maybe_bytes;
    char *maybe_string;
    uint32_t choice_case;
    union {
        uint32_t one_uint32;
        char *one_string;
        ProtobufCBinaryData one_bytes;
        every *one_inner;
        protobuf_c_boolean one_bool;
    };
};

extern const ProtobufCMessageDescriptor every_descriptor;

#define EVERY_PLAIN(id, name, type, descriptor)                                                              \
    {                                                                                                        \
#name, id, PROTOBUF_C_LABEL_NONE, PROTOBUF_C_TYPE_##type, 0, offsetof(every, name), descriptor,      \
            NULL, 0, 0, NULL, NULL                                                                           \
    }
#define EVERY_LIST(id, name, type, descriptor)                                                               \
    {                                                                                                        \
#name, id, PROTOBUF_C_LABEL_REPEATED, PROTOBUF_C_TYPE_##type, offsetof(every, n_##name),             \
            offsetof(every, name), descriptor, NULL, PACKED_##type, 0, NULL, NULL                            \
    }
#define EVERY_MAYBE(id, name, type, has)                                                                     \
    {                                                                                                        \
#name, id, PROTOBUF_C_LABEL_OPTIONAL, PROTOBUF_C_TYPE_##type, has, offsetof(every, name), NULL,      \
            NULL, 0, 0, NULL, NULL                                                                           \
    }
#define EVERY_ONE(id, name, type, descriptor)                                                                \
    {                                                                                                        \
#name, id, PROTOBUF_C_LABEL_NONE, PROTOBUF_C_TYPE_##type, offsetof(every, choice_case),              \
            offsetof(every, name), descriptor, NULL, PROTOBUF_C_FIELD_FLAG_ONEOF, 0, NULL, NULL              \
    }

enum {
    PACKED_INT32 = PROTOBUF_C_FIELD_FLAG_PACKED,
    PACKED_UINT64 = 0, // both forms are tested
    PACKED_DOUBLE = PROTOBUF_C_FIELD_FLAG_PACKED,
    PACKED_FLOAT = 0,
    PACKED_BOOL = PROTOBUF_C_FIELD_FLAG_PACKED,
    PACKED_ENUM = PROTOBUF_C_FIELD_FLAG_PACKED,
    PACKED_STRING = 0,
    PACKED_BYTES = 0,
    PACKED_MESSAGE = 0,
};

static const ProtobufCFieldDescriptor every_fields[] = {
    EVERY_PLAIN(1, a_int32, INT32, NULL),
    EVERY_PLAIN(2, a_sint32, SINT32, NULL),
    EVERY_PLAIN(3, a_sfixed32, SFIXED32, NULL),
    EVERY_PLAIN(4, a_int64, INT64, NULL),
    EVERY_PLAIN(5, a_sint64, SINT64, NULL),
    EVERY_PLAIN(6, a_sfixed64, SFIXED64, NULL),
    EVERY_PLAIN(7, a_uint32, UINT32, NULL),
    EVERY_PLAIN(8, a_fixed32, FIXED32, NULL),
    EVERY_PLAIN(9, a_uint64, UINT64, NULL),
    EVERY_PLAIN(10, a_fixed64, FIXED64, NULL),
    EVERY_PLAIN(11, a_float, FLOAT, NULL),
    EVERY_PLAIN(12, a_double, DOUBLE, NULL),
    EVERY_PLAIN(13, a_bool, BOOL, NULL),
    EVERY_PLAIN(14, an_enum, ENUM, &gainsay__v1__statement__act__descriptor),
    EVERY_PLAIN(15, a_string, STRING, NULL),
    EVERY_PLAIN(16, a_bytes, BYTES, NULL),
    EVERY_PLAIN(17, inner, MESSAGE, &every_descriptor),
    EVERY_LIST(18, int32s, INT32, NULL),
    EVERY_LIST(19, uint64s, UINT64, NULL),
    EVERY_LIST(20, doubles, DOUBLE, NULL),
    EVERY_LIST(21, floats, FLOAT, NULL),
    EVERY_LIST(22, bools, BOOL, NULL),
    EVERY_LIST(23, enums, ENUM, &gainsay__v1__statement__act__descriptor),
    EVERY_LIST(24, strings, STRING, NULL),
    EVERY_LIST(25, bytes_list, BYTES, NULL),
    EVERY_LIST(26, inners, MESSAGE, &every_descriptor),
    EVERY_MAYBE(27, maybe_uint32, UINT32, offsetof(every, has_maybe_uint32)),
    EVERY_MAYBE(28, maybe_bytes, BYTES, offsetof(every, has_maybe_bytes)),
    EVERY_MAYBE(29, maybe_string, STRING, 0),
    EVERY_ONE(30, one_uint32, UINT32, NULL),
    EVERY_ONE(31, one_string, STRING, NULL),
    EVERY_ONE(32, one_bytes, BYTES, NULL),
    EVERY_ONE(33, one_inner, MESSAGE, &every_descriptor),
    EVERY_ONE(34, one_bool, BOOL, NULL),
};

static const ProtobufCIntRange every_ranges[] = {{1, 0}, {0, sizeof every_fields / sizeof *every_fields}};

static void every_init(ProtobufCMessage *message)
{
    *(every *)message =
        (every){.base = {.descriptor = &every_descriptor}, .a_string = (char *)protobuf_c_empty_string};
}

const ProtobufCMessageDescriptor every_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "test.Every",
    .short_name = "Every",
    .c_name = "every",
    .package_name = "test",
    .sizeof_message = sizeof(every),
    .n_fields = sizeof every_fields / sizeof *every_fields,
    .fields = every_fields,
    .n_field_ranges = 1,
    .field_ranges = every_ranges,
    .message_init = every_init,
};

#endif
