// Fills a message of any type with values from a seeded generator, unknown fields included.
#ifndef GAINSAY_TEST_FILL_H
#define GAINSAY_TEST_FILL_H

#include <math.h>

#include "wire/fields.h"

typedef struct gs_filler {
    gs_arena *arena;
    uint64_t state;
    bool unknown_fields;
} gs_filler;

// splitmix64 (Steele, Lea, Flood 2014)
static uint64_t fill_random(gs_filler *filler)
{
    uint64_t z = filler->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static size_t fill_below(gs_filler *filler, size_t bound)
{
    return (size_t)(fill_random(filler) % bound);
}

static char *fill_text(gs_filler *filler)
{
    static const char *const texts[] = {
        "said",
        "He Yadong",
        "何亚东",
        "\"quoted\" \\ and / slashed",
        "tab\tline\nreturn\rbell\a",
        "\xc2\x85\xe2\x80\xa8\xe2\x80\xa9\x7f",
        "\xf0\x9f\x97\x9e",
        "\xef\xbf\xbd",
        "a",
        " ",
        "Ünïcödé",
        "</script><!--",
        "2025-04-24T22:57:00-04:00",
    };
    const char *text = texts[fill_below(filler, sizeof texts / sizeof *texts)];
    return gs_arena_format(filler->arena, "%s%s", text, fill_below(filler, 2) ? text : "");
}

static double fill_real(gs_filler *filler)
{
    static const double reals[] = {0.0,       -0.0, 0.1, 1.0 / 3,  1e300,     -2.5, 5e-324,
                                   123456789, 0.9,  1,   INFINITY, -INFINITY, NAN};
    return reals[fill_below(filler, sizeof reals / sizeof *reals)];
}

// Mostly small numbers, now and then all bits.
static uint64_t fill_number(gs_filler *filler)
{
    return fill_random(filler) >> (8 * fill_below(filler, 8));
}

static ProtobufCBinaryData fill_bytes(gs_filler *filler)
{
    ProtobufCBinaryData bytes = {.len = 1 + fill_below(filler, 20)};
    bytes.data = gs_arena_alloc(filler->arena, bytes.len);
    for (size_t i = 0; i < bytes.len; i++)
        bytes.data[i] = (uint8_t)fill_random(filler);
    return bytes;
}

static ProtobufCMessage *fill_message(gs_filler *filler, const ProtobufCMessageDescriptor *type,
                                      size_t depth);

static void fill_value(gs_filler *filler, const ProtobufCFieldDescriptor *field, void *slot, size_t depth)
{
    const ProtobufCEnumDescriptor *names = field->descriptor;
    uint64_t number = fill_number(filler);
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        *(char **)slot = fill_text(filler);
        break;
    case PROTOBUF_C_TYPE_BYTES:
        *(ProtobufCBinaryData *)slot = fill_bytes(filler);
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        *(ProtobufCMessage **)slot = fill_message(filler, field->descriptor, depth - 1);
        break;
    case PROTOBUF_C_TYPE_ENUM: // one in so many is a number that the schema does not name
        *(int32_t *)slot = (int32_t)fill_below(filler, names->n_values + 1);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)slot = (protobuf_c_boolean)(number & 1);
        break;
    case PROTOBUF_C_TYPE_FLOAT:
        *(float *)slot = (float)fill_real(filler); // 1e300 becomes infinite
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        *(double *)slot = fill_real(filler);
        break;
    default:
        memcpy(slot, &number, gs_wire_value_size(field->type));
        break;
    }
}

static void fill_list(gs_filler *filler, const ProtobufCFieldDescriptor *field, ProtobufCMessage *message,
                      size_t depth)
{
    size_t count = 1 + fill_below(filler, 3), size = gs_wire_value_size(field->type);
    char *array = gs_arena_zalloc(filler->arena, count * size);
    for (size_t i = 0; i < count; i++)
        fill_value(filler, field, array + i * size, depth);
    *(void **)gs_wire_member_of(message, field) = array;
    memcpy(gs_wire_quantifier_of(message, field), &count, sizeof count);
}

static void fill_unknown(gs_filler *filler, ProtobufCMessage *message)
{
    static const ProtobufCMessageUnknownField fields[] = {
        {.tag = 900, .wire_type = PROTOBUF_C_WIRE_TYPE_VARINT, .len = 2, .data = (uint8_t *)"\x96\x01"},
        {.tag = 901, .wire_type = PROTOBUF_C_WIRE_TYPE_64BIT, .len = 8, .data = (uint8_t *)"12345678"},
        {.tag = 100000,
         .wire_type = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
         .len = 4,
         .data = (uint8_t *)"\x03new"},
        {.tag = 536870911,
         .wire_type = PROTOBUF_C_WIRE_TYPE_32BIT,
         .len = 4,
         .data = (uint8_t *)"\xff\0\0\1"},
    };
    message->n_unknown_fields = (unsigned)(1 + fill_below(filler, 4));
    message->unknown_fields =
        gs_arena_alloc(filler->arena, message->n_unknown_fields * sizeof *message->unknown_fields);
    for (unsigned i = 0; i < message->n_unknown_fields; i++)
        message->unknown_fields[i] = fields[i];
}

static ProtobufCMessage *fill_message(gs_filler *filler, const ProtobufCMessageDescriptor *type, size_t depth)
{
    ProtobufCMessage *message = gs_arena_alloc(filler->arena, type->sizeof_message);
    protobuf_c_message_init(type, message);
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        if (fill_below(filler, 5) == 0 || (field->type == PROTOBUF_C_TYPE_MESSAGE && depth == 0))
            continue;
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            fill_list(filler, field, message, depth);
            continue;
        }
        if (gs_wire_in_oneof(field)) {
            uint32_t *chosen = gs_wire_quantifier_of(message, field);
            if (*chosen != 0)
                continue;
            *chosen = field->id;
        } else if (field->label == PROTOBUF_C_LABEL_OPTIONAL && field->quantifier_offset != 0) {
            memcpy(gs_wire_quantifier_of(message, field), &(protobuf_c_boolean){1},
                   sizeof(protobuf_c_boolean));
        }
        fill_value(filler, field, gs_wire_member_of(message, field), depth);
    }
    if (filler->unknown_fields && fill_below(filler, 3) == 0)
        fill_unknown(filler, message);
    return message;
}

#endif
