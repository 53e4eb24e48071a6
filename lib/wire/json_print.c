// Messages as JSON, straight into a buffer: this is the hot path of `gainsay tail --json`, so there is no
// tree in between and plain stretches of text are copied whole.
//
// The mapping is protobuf's (https://protobuf.dev/programming-guides/json) with original field names: what
// would not be packed is left out; 64-bit integers are strings; bytes are base64; enums are names, or numbers
// where the name is unknown. Two promises go beyond it, because this output ends on terminals and in
// browsers: it is valid UTF-8 whatever the message holds, and every control character (C0, DEL, C1) and the
// two line separators that JavaScript once took for line ends are escaped.
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "wire/fields.h"

typedef struct gs_frame {
    const ProtobufCMessage *message;
    unsigned field; // the next one to print
    size_t element; // of a repeated message field that is being printed
    bool comma;     // something was printed in this object
} gs_frame;

typedef struct gs_printer {
    gs_buffer *out;
    size_t depth; // frames in use
    gs_frame frames[GS_WIRE_DEPTH];
} gs_printer;

// Writes one character that must not stand for itself.
static void put_escaped(gs_buffer *out, uint32_t code_point)
{
    static const char hexadecimal[] = "0123456789abcdef";
    static const char short_names[] = "\bb\ff\nn\rr\tt\"\"\\\\";
    for (const char *pair = short_names; *pair != '\0'; pair += 2) {
        if ((uint32_t)*pair == code_point) {
            gs_buffer_append(out, (const char[]){'\\', pair[1]}, 2);
            return;
        }
    }
    gs_buffer_append(out,
                     (const char[]){'\\', 'u', hexadecimal[code_point >> 12 & 15],
                                    hexadecimal[code_point >> 8 & 15], hexadecimal[code_point >> 4 & 15],
                                    hexadecimal[code_point & 15]},
                     6);
}

// Plain ASCII: copied as it is.
static bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

static void put_string(gs_buffer *out, const char *text)
{
    gs_view view = gs_view_of(text);
    size_t begin = 0, at = 0; // begin: of the stretch not yet copied
    gs_buffer_byte(out, '"');
    while (at < view.size) {
        size_t next = at;
        if (is_plain((unsigned char)view.data[at])) {
            at++;
            continue;
        }
        uint32_t code_point = gs_utf8_next(view, &next);
        bool bad = code_point == 0xfffd && next == at + 1; // the character itself has three bytes
        bool control = code_point < 0xa0 || code_point == 0x2028 || code_point == 0x2029;
        if (bad || control) {
            gs_buffer_append(out, view.data + begin, at - begin);
            if (bad)
                gs_buffer_append(out, "\xef\xbf\xbd", 3);
            else
                put_escaped(out, code_point);
            begin = next;
        }
        at = next;
    }
    gs_buffer_append(out, view.data + begin, view.size - begin);
    gs_buffer_byte(out, '"');
}

static void put_unsigned(gs_buffer *out, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    gs_buffer_append(out, digits + at, sizeof digits - at);
}

static void put_signed(gs_buffer *out, int64_t value)
{
    if (value < 0)
        gs_buffer_byte(out, '-');
    put_unsigned(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

static void put_quoted_unsigned(gs_buffer *out, uint64_t value)
{
    gs_buffer_byte(out, '"');
    put_unsigned(out, value);
    gs_buffer_byte(out, '"');
}

static void put_quoted_signed(gs_buffer *out, int64_t value)
{
    gs_buffer_byte(out, '"');
    put_signed(out, value);
    gs_buffer_byte(out, '"');
}

// snprintf writes the decimal point of the locale that some program may have set; JSON knows only '.'.
static void put_number(gs_buffer *out, const char *text)
{
    static const char digits[] = "+-0123456789e";
    size_t whole = strspn(text, digits);
    size_t point = strcspn(text + whole, digits);
    gs_buffer_append(out, text, whole);
    if (point > 0)
        gs_buffer_byte(out, '.');
    gs_buffer_text(out, text + whole + point);
}

// The shortest of the precisions `fewest`..`most` that reads back as the same number.
static void put_real(gs_buffer *out, double value, bool is_float)
{
    int fewest = is_float ? 6 : 15, most = is_float ? 9 : 17;
    char text[40];
    if (isnan(value)) {
        gs_buffer_text(out, "\"NaN\"");
        return;
    }
    if (isinf(value)) {
        gs_buffer_text(out, value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
        return;
    }
    if (value == 0) { // "-0" alone would be read as a whole number, which has no sign at zero
        gs_buffer_text(out, signbit(value) ? "-0.0" : "0");
        return;
    }
    for (int precision = fewest; precision <= most; precision++) {
        snprintf(text, sizeof text, "%.*g", precision, value);
        double again = is_float ? (double)(float)strtod(text, NULL) : strtod(text, NULL);
        if (again == value)
            break;
    }
    put_number(out, text);
}

static void put_bytes(gs_buffer *out, const ProtobufCBinaryData *bytes)
{
    size_t size = sodium_base64_encoded_len(bytes->len, sodium_base64_VARIANT_ORIGINAL); // with its NUL
    gs_buffer_byte(out, '"');
    gs_buffer_reserve(out, size);
    sodium_bin2base64(out->data + out->size, size, bytes->data, bytes->len, sodium_base64_VARIANT_ORIGINAL);
    out->size += size - 1;
    gs_buffer_byte(out, '"');
}

static void put_enum(gs_buffer *out, const ProtobufCEnumDescriptor *type, int32_t number)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(type, number);
    if (value == NULL)
        put_signed(out, number);
    else
        put_string(out, value->name);
}

// Any value but a message.
static void put_value(gs_buffer *out, const ProtobufCFieldDescriptor *field, const void *value)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        put_signed(out, *(const int32_t *)value);
        break;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        put_unsigned(out, *(const uint32_t *)value);
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        put_quoted_signed(out, *(const int64_t *)value);
        break;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        put_quoted_unsigned(out, *(const uint64_t *)value);
        break;
    case PROTOBUF_C_TYPE_FLOAT:
        put_real(out, (double)*(const float *)value, true);
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        put_real(out, *(const double *)value, false);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        gs_buffer_text(out, *(const protobuf_c_boolean *)value ? "true" : "false");
        break;
    case PROTOBUF_C_TYPE_ENUM:
        put_enum(out, field->descriptor, *(const int32_t *)value);
        break;
    case PROTOBUF_C_TYPE_STRING:
        put_string(out, *(char *const *)value);
        break;
    case PROTOBUF_C_TYPE_BYTES:
        put_bytes(out, value);
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        break;
    }
}

static void put_key(gs_buffer *out, gs_frame *top, const char *name)
{
    if (top->comma)
        gs_buffer_byte(out, ',');
    top->comma = true;
    gs_buffer_byte(out, '"');
    gs_buffer_text(out, name); // an identifier: nothing to escape
    gs_buffer_append(out, "\":", 2);
}

// No unpacked message is nested more deeply than the stack is; one built by a program beyond that prints
// empty.
static void open_message(gs_printer *printer, const ProtobufCMessage *message)
{
    if (message == NULL || printer->depth == GS_WIRE_DEPTH) {
        gs_buffer_append(printer->out, "{}", 2);
        return;
    }
    gs_buffer_byte(printer->out, '{');
    printer->frames[printer->depth++] = (gs_frame){.message = message};
}

static void put_list(gs_buffer *out, const ProtobufCFieldDescriptor *field, const char *values, size_t count)
{
    size_t size = gs_wire_value_size(field->type);
    gs_buffer_byte(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            gs_buffer_byte(out, ',');
        put_value(out, field, values + i * size);
    }
    gs_buffer_byte(out, ']');
}

// One element of a list of messages; comes back here for the next when the element is done.
static void step_messages(gs_printer *printer, gs_frame *top, const ProtobufCFieldDescriptor *field)
{
    ProtobufCMessage *const *messages = *(ProtobufCMessage ***)gs_wire_member(top->message, field);
    if (top->element == 0) {
        put_key(printer->out, top, field->name);
        gs_buffer_byte(printer->out, '[');
    } else if (top->element == gs_wire_count(top->message, field)) {
        gs_buffer_byte(printer->out, ']');
        top->element = 0;
        top->field++;
        return;
    } else {
        gs_buffer_byte(printer->out, ',');
    }
    open_message(printer, messages[top->element++]);
}

static void step(gs_printer *printer)
{
    gs_frame *top = &printer->frames[printer->depth - 1];
    const ProtobufCMessageDescriptor *type = top->message->descriptor;
    if (top->field == type->n_fields) {
        gs_buffer_byte(printer->out, '}');
        printer->depth--;
        return;
    }
    const ProtobufCFieldDescriptor *field = &type->fields[top->field];
    const void *member = gs_wire_member(top->message, field);
    if (!gs_wire_is_set(top->message, field)) {
        top->field++;
        return;
    }
    if (field->label == PROTOBUF_C_LABEL_REPEATED && field->type == PROTOBUF_C_TYPE_MESSAGE) {
        step_messages(printer, top, field);
        return;
    }
    top->field++;
    put_key(printer->out, top, field->name);
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        put_list(printer->out, field, *(char *const *)member, gs_wire_count(top->message, field));
    else if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        open_message(printer, *(ProtobufCMessage *const *)member);
    else
        put_value(printer->out, field, member);
}

void gs_wire_to_json(const ProtobufCMessage *message, gs_buffer *out)
{
    gs_printer printer;
    printer.out = out;
    printer.depth = 0;
    open_message(&printer, message);
    while (printer.depth > 0)
        step(&printer);
}
