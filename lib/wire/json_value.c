// One JSON value into one field: whole numbers, reals, truth values, enums, text and bytes.
//
// The mapping lets every number stand in quotes, and a whole number be written as 1.0 or 1e3. A number that
// does not fit the field's type is refused, never cut.
#include "wire/json_value.h"

#include <math.h>
#include <sodium.h>

enum { NUMBER_BYTES = 64 }; // longest number in quotes

// A whole number as sign and size, wide enough for both int64 and uint64.
typedef struct gs_whole {
    bool negative;
    uint64_t magnitude;
} gs_whole;

// How far a type's numbers reach on both sides of zero.
typedef struct gs_range {
    uint64_t below; // magnitude of the least
    uint64_t above;
} gs_range;

static gs_range range_of(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return (gs_range){0, UINT32_MAX};
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return (gs_range){0, UINT64_MAX};
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return (gs_range){UINT64_C(1) << 63, INT64_MAX};
    default: // the 32-bit signed types and enums
        return (gs_range){UINT64_C(1) << 31, INT32_MAX};
    }
}

// '-'? digits, all of the text.
static bool whole_from_text(const char *text, gs_whole *number)
{
    number->negative = text[0] == '-';
    number->magnitude = 0;
    if (number->negative)
        text++;
    if (text[0] == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        uint64_t digit = (uint64_t)(*text - '0');
        if (number->magnitude > (UINT64_MAX - digit) / 10)
            return false;
        number->magnitude = number->magnitude * 10 + digit;
    }
    return true;
}

// Reals stand for whole numbers only as far as they can be told apart.
static bool whole_from_real(double real, gs_whole *number)
{
    if (!(fabs(real) <= 9007199254740992.0) || real != (double)(int64_t)real) // 2^53
        return false;
    number->negative = real < 0;
    number->magnitude = (uint64_t)fabs(real);
    return true;
}

static bool whole_from_json(const json_t *value, gs_whole *number)
{
    if (json_is_integer(value)) {
        json_int_t integer = json_integer_value(value);
        number->negative = integer < 0;
        number->magnitude = integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer;
        return true;
    }
    if (json_is_real(value))
        return whole_from_real(json_real_value(value), number);
    return json_is_string(value) && whole_from_text(json_string_value(value), number);
}

static bool read_whole(ProtobufCType type, const json_t *value, void *slot)
{
    gs_whole number;
    gs_range range = range_of(type);
    if (!whole_from_json(value, &number))
        return false;
    if (number.magnitude > (number.negative ? range.below : range.above))
        return false;
    uint64_t wide = number.negative ? 0 - number.magnitude : number.magnitude;
    uint32_t narrow = (uint32_t)wide;
    if (gs_wire_value_size(type) == sizeof narrow)
        memcpy(slot, &narrow, sizeof narrow);
    else
        memcpy(slot, &wide, sizeof wide);
    return true;
}

// jansson also reads the number in quotes: it is strict, and its decimal point is '.' in every locale.
static bool real_from_text(const char *text, double *real)
{
    size_t size = strlen(text);
    json_error_t trouble;
    if (strcmp(text, "NaN") == 0) {
        *real = NAN;
        return true;
    }
    if (strcmp(text, "Infinity") == 0 || strcmp(text, "-Infinity") == 0) {
        *real = text[0] == '-' ? -INFINITY : INFINITY;
        return true;
    }
    if (size == 0 || size > NUMBER_BYTES || (text[0] != '-' && (text[0] < '0' || text[0] > '9')))
        return false;
    json_t *number = json_loadb(text, size, JSON_DECODE_ANY, &trouble);
    bool good = json_is_number(number);
    if (good)
        *real = json_number_value(number);
    json_decref(number);
    return good;
}

static bool read_real(ProtobufCType type, const json_t *value, void *slot)
{
    double real = 0;
    if (json_is_number(value))
        real = json_number_value(value);
    else if (!json_is_string(value) || !real_from_text(json_string_value(value), &real))
        return false;
    if (type == PROTOBUF_C_TYPE_DOUBLE) {
        memcpy(slot, &real, sizeof real);
        return true;
    }
    float narrow = (float)real; // the shortest text of FLT_MAX lies above it: what rounds to it is still good
    if (isinf(narrow) && isfinite(real))
        return false;
    memcpy(slot, &narrow, sizeof narrow);
    return true;
}

static bool read_bool(const json_t *value, void *slot)
{
    protobuf_c_boolean truth = json_is_true(value);
    if (!json_is_boolean(value))
        return false;
    memcpy(slot, &truth, sizeof truth);
    return true;
}

static bool read_enum(const ProtobufCEnumDescriptor *type, const json_t *value, void *slot)
{
    if (!json_is_string(value))
        return read_whole(PROTOBUF_C_TYPE_ENUM, value, slot); // unknown numbers are kept, as on the wire
    const ProtobufCEnumValue *named =
        protobuf_c_enum_descriptor_get_value_by_name(type, json_string_value(value));
    if (named == NULL)
        return false;
    memcpy(slot, &(int32_t){named->value}, sizeof(int32_t));
    return true;
}

static bool read_string(const json_t *value, gs_arena *arena, void *slot)
{
    const char *text = json_string_value(value);
    if (text == NULL)
        return false;
    if (text[0] == '\0')
        *(char **)slot = (char *)protobuf_c_empty_string;
    else
        *(char **)slot = gs_arena_text(arena, gs_view_make(text, json_string_length(value)));
    return true;
}

static bool read_bytes(const json_t *value, gs_arena *arena, void *slot)
{
    static const int variants[] = {
        sodium_base64_VARIANT_ORIGINAL,
        sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
        sodium_base64_VARIANT_URLSAFE,
        sodium_base64_VARIANT_URLSAFE_NO_PADDING,
    };
    const char *text = json_string_value(value);
    if (text == NULL)
        return false;
    size_t size = json_string_length(value), most = size / 4 * 3 + 3;
    ProtobufCBinaryData bytes = {.data = gs_arena_alloc(arena, most)};
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        if (sodium_base642bin(bytes.data, most, text, size, NULL, &bytes.len, NULL, variants[i]) != 0)
            continue;
        if (bytes.len == 0)
            bytes.data = NULL;
        *(ProtobufCBinaryData *)slot = bytes;
        return true;
    }
    return false;
}

bool gs_wire_read_value(const ProtobufCFieldDescriptor *field, const json_t *value, gs_arena *arena,
                        void *slot)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
        return read_real(field->type, value, slot);
    case PROTOBUF_C_TYPE_BOOL:
        return read_bool(value, slot);
    case PROTOBUF_C_TYPE_ENUM:
        return read_enum(field->descriptor, value, slot);
    case PROTOBUF_C_TYPE_STRING:
        return read_string(value, arena, slot);
    case PROTOBUF_C_TYPE_BYTES:
        return read_bytes(value, arena, slot);
    case PROTOBUF_C_TYPE_MESSAGE:
        return false; // read field by field, by the caller
    default:
        return read_whole(field->type, value, slot);
    }
}

static void expected_enum(const ProtobufCEnumDescriptor *type, char *text, size_t size)
{
    size_t used = 0;
    for (unsigned i = 0; i < type->n_values && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", i == 0 ? "expected one of " : ", ",
                                 type->values[i].name);
}

void gs_wire_expected(const ProtobufCFieldDescriptor *field, char *text, size_t size)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
        snprintf(text, size, "expected a number");
        break;
    case PROTOBUF_C_TYPE_BOOL:
        snprintf(text, size, "expected true or false");
        break;
    case PROTOBUF_C_TYPE_ENUM:
        expected_enum(field->descriptor, text, size);
        break;
    case PROTOBUF_C_TYPE_STRING:
        snprintf(text, size, "expected a text in quotes");
        break;
    case PROTOBUF_C_TYPE_BYTES:
        snprintf(text, size, "expected bytes as base64");
        break;
    default: {
        gs_range range = range_of(field->type);
        snprintf(text, size, "expected a whole number from %s%llu to %llu", range.below > 0 ? "-" : "",
                 (unsigned long long)range.below, (unsigned long long)range.above);
        break;
    }
    }
}
