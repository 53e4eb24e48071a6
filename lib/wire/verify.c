// Checks packed bytes against their type before protobuf-c reads them.
//
// protobuf-c answers "no" without a reason, cuts strings at a NUL without a word, takes any bytes for a
// string, and merges a sub-message that occurs twice by rules that lose plain proto3 fields. Its reader also
// recurses once for each level of nesting. So the bytes are walked first, with a stack of fixed depth:
// every tag, length and string is looked at, and the error says which field is wrong and how. What passes
// here is read by protobuf-c without surprises. No message type of ours contains itself (a unit test holds
// the schema to that), so the depth is also bounded by the schema.
//
// Encoding: https://protobuf.dev/programming-guides/encoding
#include "wire/fields.h"

enum {
    TRACKED_FIELDS = 256, // of one message type, for finding repeats; ours have at most 25
    VARINT_BYTES = 10,
    PREFIX_BYTES = 5, // tags and lengths are 32-bit varints
    PATH_BYTES = 256,
};

typedef struct gs_frame {
    const ProtobufCMessageDescriptor *type;
    const ProtobufCFieldDescriptor *field; // the member that is being read; NULL for an unknown one
    const uint8_t *end;                    // of this message
    uint64_t seen[TRACKED_FIELDS / 64];    // singular sub-messages that have occurred
} gs_frame;

typedef struct gs_walk {
    const uint8_t *at;
    size_t depth; // frames in use
    gs_frame frames[GS_WIRE_DEPTH];
} gs_walk;

static const uint8_t wire_types[] = {
    [PROTOBUF_C_TYPE_INT32] = PROTOBUF_C_WIRE_TYPE_VARINT,
    [PROTOBUF_C_TYPE_SINT32] = PROTOBUF_C_WIRE_TYPE_VARINT,
    [PROTOBUF_C_TYPE_SFIXED32] = PROTOBUF_C_WIRE_TYPE_32BIT,
    [PROTOBUF_C_TYPE_INT64] = PROTOBUF_C_WIRE_TYPE_VARINT,
    [PROTOBUF_C_TYPE_SINT64] = PROTOBUF_C_WIRE_TYPE_VARINT,
    [PROTOBUF_C_TYPE_SFIXED64] = PROTOBUF_C_WIRE_TYPE_64BIT,
    [PROTOBUF_C_TYPE_UINT32] = PROTOBUF_C_WIRE_TYPE_VARINT,
    [PROTOBUF_C_TYPE_FIXED32] = PROTOBUF_C_WIRE_TYPE_32BIT,
    [PROTOBUF_C_TYPE_UINT64] = PROTOBUF_C_WIRE_TYPE_VARINT,
    [PROTOBUF_C_TYPE_FIXED64] = PROTOBUF_C_WIRE_TYPE_64BIT,
    [PROTOBUF_C_TYPE_FLOAT] = PROTOBUF_C_WIRE_TYPE_32BIT,
    [PROTOBUF_C_TYPE_DOUBLE] = PROTOBUF_C_WIRE_TYPE_64BIT,
    [PROTOBUF_C_TYPE_BOOL] = PROTOBUF_C_WIRE_TYPE_VARINT,
    [PROTOBUF_C_TYPE_ENUM] = PROTOBUF_C_WIRE_TYPE_VARINT,
    [PROTOBUF_C_TYPE_STRING] = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
    [PROTOBUF_C_TYPE_BYTES] = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
    [PROTOBUF_C_TYPE_MESSAGE] = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
};

// Reads a varint of at most `longest` bytes; false if it does not end by then.
static bool read_varint(const uint8_t **at, const uint8_t *end, size_t longest, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < longest && *at < end; i++) {
        uint8_t byte = *(*at)++;
        *value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80)
            return true;
    }
    return false;
}

static const char *check_string(const uint8_t *data, size_t size)
{
    if (memchr(data, '\0', size) != NULL)
        return "holds a NUL character";
    if (!gs_utf8_valid(gs_view_make(data, size), NULL))
        return "is not UTF-8";
    return NULL;
}

// Numbers of one repeated field in one piece. protobuf-c wants one byte for each packed bool.
static const char *check_packed(ProtobufCType type, const uint8_t *data, size_t size)
{
    const uint8_t *end = data + size;
    uint64_t value;
    if (wire_types[type] == PROTOBUF_C_WIRE_TYPE_32BIT)
        return size % 4 == 0 ? NULL : "holds a piece of a number";
    if (wire_types[type] == PROTOBUF_C_WIRE_TYPE_64BIT)
        return size % 8 == 0 ? NULL : "holds a piece of a number";
    while (data < end) {
        if (type == PROTOBUF_C_TYPE_BOOL && *data > 1)
            return "is neither true nor false";
        if (!read_varint(&data, end, VARINT_BYTES, &value))
            return "holds a number without an end";
    }
    return NULL;
}

static const char *enter_message(gs_walk *walk, const uint8_t *end)
{
    gs_frame *parent = &walk->frames[walk->depth - 1];
    const ProtobufCFieldDescriptor *field = parent->field;
    size_t index = (size_t)(field - parent->type->fields);
    if (field->label != PROTOBUF_C_LABEL_REPEATED && index < TRACKED_FIELDS) {
        uint64_t bit = UINT64_C(1) << (index % 64);
        if (parent->seen[index / 64] & bit)
            return "occurs twice";
        parent->seen[index / 64] |= bit;
    }
    if (walk->depth == GS_WIRE_DEPTH)
        return "is nested too deeply";
    walk->frames[walk->depth++] = (gs_frame){.type = field->descriptor, .end = end};
    return NULL;
}

// What follows a length. Leaves walk->at behind it, or at its start if it is a message to walk into.
static const char *check_prefixed(gs_walk *walk)
{
    const gs_frame *top = &walk->frames[walk->depth - 1];
    const ProtobufCFieldDescriptor *field = top->field;
    const uint8_t *data;
    uint64_t size;
    if (!read_varint(&walk->at, top->end, PREFIX_BYTES, &size))
        return "has no length";
    if (size > (size_t)(top->end - walk->at))
        return "is cut short";
    data = walk->at;
    if (field != NULL && field->type == PROTOBUF_C_TYPE_MESSAGE)
        return enter_message(walk, data + size);
    walk->at += size;
    if (field == NULL || field->type == PROTOBUF_C_TYPE_BYTES)
        return NULL;
    if (field->type == PROTOBUF_C_TYPE_STRING)
        return check_string(data, size);
    return check_packed(field->type, data, size);
}

static const char *skip_fixed(gs_walk *walk, size_t size)
{
    if ((size_t)(walk->frames[walk->depth - 1].end - walk->at) < size)
        return "is cut short";
    walk->at += size;
    return NULL;
}

// One field of the innermost message. Returns what is wrong with it, or NULL.
static const char *check_field(gs_walk *walk)
{
    gs_frame *top = &walk->frames[walk->depth - 1];
    uint64_t tag, value;
    top->field = NULL;
    if (!read_varint(&walk->at, top->end, PREFIX_BYTES, &tag) || tag > UINT32_MAX || tag >> 3 == 0)
        return "has a field without a number";
    unsigned wire_type = (unsigned)(tag & 7);
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(top->type, (unsigned)(tag >> 3));
    top->field = field;
    if (field != NULL && wire_type != wire_types[field->type]) {
        bool packed =
            field->label == PROTOBUF_C_LABEL_REPEATED && wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
        if (!packed)
            return "has the encoding of another type";
    }
    switch (wire_type) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        return read_varint(&walk->at, top->end, VARINT_BYTES, &value) ? NULL : "is cut short";
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        return skip_fixed(walk, 8);
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        return skip_fixed(walk, 4);
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        return check_prefixed(walk);
    default:
        return "has a field of an unknown encoding";
    }
}

// "statements.speaker.name", or "" for the message itself.
static void write_path(const gs_walk *walk, char path[PATH_BYTES])
{
    size_t used = 0;
    path[0] = '\0';
    for (size_t i = 0; i < walk->depth; i++) {
        const ProtobufCFieldDescriptor *field = walk->frames[i].field;
        size_t size = field == NULL ? 0 : strlen(field->name);
        if (field == NULL || used + size + 2 > PATH_BYTES)
            break;
        if (used > 0)
            path[used++] = '.';
        memcpy(path + used, field->name, size + 1);
        used += size;
    }
}

bool gs_wire_verify(const ProtobufCMessageDescriptor *type, gs_view bytes, gs_error *error)
{
    if (bytes.size == 0)
        return true;
    gs_walk walk;
    walk.at = (const uint8_t *)bytes.data;
    walk.frames[0] = (gs_frame){.type = type, .end = walk.at + bytes.size};
    walk.depth = 1;
    while (walk.depth > 0) {
        if (walk.at == walk.frames[walk.depth - 1].end) {
            walk.depth--;
            continue;
        }
        size_t depth = walk.depth;
        const char *cause = check_field(&walk);
        if (cause != NULL) {
            char path[PATH_BYTES];
            walk.depth = depth;
            write_path(&walk, path);
            return gs_fail(error, GS_E_INPUT, "%s: %zu bytes are not a valid message: %s %s",
                           type->short_name, bytes.size, path[0] == '\0' ? "it" : path, cause);
        }
    }
    return true;
}
