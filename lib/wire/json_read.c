// JSON into messages. jansson reads the text; each message is then filled by its descriptor.
//
// Accepted, as protobuf's JSON mapping asks: original and lowerCamelCase field names, enum names and numbers,
// numbers in quotes, null for "not set", base64 in either alphabet with or without padding. Unknown keys
// are skipped. A text is looked over before jansson sees it, because jansson recurses for each level and
// spends some hundred bytes on "{}": depth and number of values are bounded first.
//
// One limit is jansson's own: a number beyond 64 bits signed, outside quotes, is refused. The mapping prints
// such numbers in quotes.
#include <jansson.h>

#include "wire/json_value.h"

enum {
    PATH_BYTES = 256,
    NAME_BYTES = 128,
    OBJECT_COST = 256, // bytes that jansson and the message need for one object, list or member; measured
    LIST_COST = 128,
    MEMBER_COST = 96,
    BUDGET_FACTOR = 64, // bytes of memory for each byte of text
    BUDGET_BASE = 1024 * 1024,
};

typedef struct gs_frame {
    const json_t *object;
    ProtobufCMessage *message;
    unsigned next;                         // index of the next field to look for
    const ProtobufCFieldDescriptor *field; // the field being read
    const json_t *list;                    // its values if it is repeated, else NULL
    size_t element;                        // of list, being read
} gs_frame;

typedef struct gs_reader {
    gs_arena *arena;
    gs_error *error;
    size_t depth; // frames in use
    gs_frame frames[GS_WIRE_DEPTH];
} gs_reader;

// Fails with the path of the value that is being read: "speaker.evidence[2].begin: <what>".
static bool fail_here(gs_reader *reader, const char *what)
{
    char path[PATH_BYTES] = "";
    size_t used = 0;
    for (size_t i = 0; i < reader->depth && used < sizeof path; i++) {
        const gs_frame *at = &reader->frames[i];
        int size = snprintf(path + used, sizeof path - used, "%s%s", i > 0 ? "." : "", at->field->name);
        used += (size_t)size;
        if (at->list != NULL && used < sizeof path)
            used += (size_t)snprintf(path + used, sizeof path - used, "[%zu]", at->element);
    }
    return gs_fail(reader->error, GS_E_INPUT, "%s: %s", path, what);
}

// content_hash -> contentHash. False if the name has no other spelling.
static bool camel_case(const char *name, char out[NAME_BYTES])
{
    bool differs = false, raise = false;
    size_t size = 0;
    for (; *name != '\0' && size + 1 < NAME_BYTES; name++) {
        if (*name == '_') {
            raise = true;
            continue;
        }
        bool raised = raise && *name >= 'a' && *name <= 'z';
        out[size++] = raised ? (char)(*name - 'a' + 'A') : *name;
        differs = differs || raise;
        raise = false;
    }
    out[size] = '\0';
    return differs;
}

// The value of top->field under either of its names; NULL if there is none. False if both are there.
static bool find_value(gs_reader *reader, const gs_frame *top, const json_t **value)
{
    char other_name[NAME_BYTES];
    *value = json_object_get(top->object, top->field->name);
    if (!camel_case(top->field->name, other_name))
        return true;
    const json_t *other = json_object_get(top->object, other_name);
    if (other != NULL && *value != NULL)
        return fail_here(reader, "given twice, under both of its names");
    if (other != NULL)
        *value = other;
    return true;
}

static bool open_message(gs_reader *reader, const ProtobufCMessageDescriptor *type, const json_t *value,
                         ProtobufCMessage **slot)
{
    if (!json_is_object(value))
        return fail_here(reader, "expected an object");
    if (reader->depth == GS_WIRE_DEPTH)
        return fail_here(reader, "nested too deeply");
    *slot = gs_arena_alloc(reader->arena, type->sizeof_message);
    protobuf_c_message_init(type, *slot);
    reader->frames[reader->depth++] = (gs_frame){.object = value, .message = *slot};
    return true;
}

static bool read_scalar(gs_reader *reader, const json_t *value, void *slot)
{
    char expected[PATH_BYTES];
    const gs_frame *top = &reader->frames[reader->depth - 1];
    if (gs_wire_read_value(top->field, value, reader->arena, slot))
        return true;
    gs_wire_expected(top->field, expected, sizeof expected);
    return fail_here(reader, expected);
}

// The next element of top->list. Ends the list when there is none.
static bool read_element(gs_reader *reader, gs_frame *top)
{
    const ProtobufCFieldDescriptor *field = top->field;
    char *array = *(char **)gs_wire_member_of(top->message, field);
    size_t index = top->element;
    if (index == json_array_size(top->list)) {
        top->list = NULL;
        return true;
    }
    void *slot = array + index * gs_wire_value_size(field->type);
    const json_t *value = json_array_get(top->list, index);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return open_message(reader, field->descriptor, value, slot);
    if (!read_scalar(reader, value, slot))
        return false;
    top->element++;
    return true;
}

static bool open_list(gs_reader *reader, gs_frame *top, const json_t *value)
{
    if (!json_is_array(value))
        return fail_here(reader, "expected a list");
    size_t count = json_array_size(value);
    if (count == 0)
        return true;
    void **array = gs_wire_member_of(top->message, top->field);
    *array = gs_arena_zalloc(reader->arena, count * gs_wire_value_size(top->field->type));
    memcpy(gs_wire_quantifier_of(top->message, top->field), &count, sizeof count);
    top->list = value;
    top->element = 0;
    return true;
}

// Notes that a singular field has a value, where presence is kept.
static bool mark_present(gs_reader *reader, gs_frame *top)
{
    const ProtobufCFieldDescriptor *field = top->field;
    if (gs_wire_in_oneof(field)) {
        uint32_t *chosen = gs_wire_quantifier_of(top->message, field);
        if (*chosen != 0) {
            char what[NAME_BYTES];
            snprintf(what, sizeof what, "cannot stand beside %s: only one of them may be set",
                     protobuf_c_message_descriptor_get_field(top->message->descriptor, *chosen)->name);
            return fail_here(reader, what);
        }
        *chosen = field->id;
    } else if (field->label == PROTOBUF_C_LABEL_OPTIONAL && field->quantifier_offset != 0) {
        protobuf_c_boolean yes = 1;
        memcpy(gs_wire_quantifier_of(top->message, field), &yes, sizeof yes);
    }
    return true;
}

static bool read_field(gs_reader *reader, gs_frame *top)
{
    const json_t *value;
    top->field = &top->message->descriptor->fields[top->next++];
    if (!find_value(reader, top, &value))
        return false;
    if (value == NULL || json_is_null(value))
        return true;
    if (top->field->label == PROTOBUF_C_LABEL_REPEATED)
        return open_list(reader, top, value);
    if (!mark_present(reader, top))
        return false;
    void *member = gs_wire_member_of(top->message, top->field);
    if (top->field->type == PROTOBUF_C_TYPE_MESSAGE)
        return open_message(reader, top->field->descriptor, value, member);
    return read_scalar(reader, value, member);
}

static bool step(gs_reader *reader)
{
    gs_frame *top = &reader->frames[reader->depth - 1];
    if (top->list != NULL)
        return read_element(reader, top);
    if (top->next < top->message->descriptor->n_fields)
        return read_field(reader, top);
    reader->depth--;
    if (reader->depth > 0 && reader->frames[reader->depth - 1].list != NULL)
        reader->frames[reader->depth - 1].element++;
    return true;
}

// Bounds the depth of the text and the memory that its values will need.
static bool check_bounds(const ProtobufCMessageDescriptor *type, gs_view json, gs_error *error)
{
    static const uint16_t costs[256] = {
        ['{'] = OBJECT_COST, ['['] = LIST_COST, [','] = MEMBER_COST, [':'] = MEMBER_COST};
    size_t depth = 0, cost = 0;
    bool quoted = false;
    if (json.size > GS_LIMIT_LINE_BYTES)
        return gs_fail(error, GS_E_LIMIT, "%s: %zu bytes of JSON are more than one line may have (%d)",
                       type->short_name, json.size, GS_LIMIT_LINE_BYTES);
    for (size_t i = 0; i < json.size; i++) {
        unsigned char byte = (unsigned char)json.data[i];
        if (quoted) {
            if (byte == '\\')
                i++;
            quoted = byte != '"';
            continue;
        }
        quoted = byte == '"';
        cost += costs[byte];
        if (byte == '{' || byte == '[')
            depth++;
        else if ((byte == '}' || byte == ']') && depth > 0)
            depth--;
        if (depth > GS_WIRE_DEPTH)
            return gs_fail(error, GS_E_LIMIT, "%s: JSON is nested more than %d levels deep", type->short_name,
                           GS_WIRE_DEPTH);
    }
    if (cost > BUDGET_FACTOR * json.size + BUDGET_BASE)
        return gs_fail(error, GS_E_LIMIT, "%s: %zu bytes of JSON hold too many values", type->short_name,
                       json.size);
    return true;
}

ProtobufCMessage *gs_wire_from_json(const ProtobufCMessageDescriptor *type, gs_view json, gs_arena *arena,
                                    gs_error *error)
{
    json_error_t trouble;
    ProtobufCMessage *message = NULL;
    if (!check_bounds(type, json, error))
        return NULL;
    json_t *root = json_loadb(json.size > 0 ? json.data : "", json.size, JSON_REJECT_DUPLICATES, &trouble);
    if (root == NULL) {
        gs_fail(error, GS_E_INPUT, "%s: line %d, column %d: not JSON: %s", type->short_name, trouble.line,
                trouble.column, trouble.text);
        return NULL;
    }
    if (!json_is_object(root)) {
        gs_fail(error, GS_E_INPUT, "%s: expected a JSON object", type->short_name);
        json_decref(root);
        return NULL;
    }
    gs_reader reader;
    reader.arena = arena;
    reader.error = error;
    reader.depth = 0;
    bool good = open_message(&reader, type, root, &message);
    while (good && reader.depth > 0)
        good = step(&reader);
    json_decref(root);
    return good ? message : NULL;
}
