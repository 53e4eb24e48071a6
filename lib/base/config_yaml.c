// config_yaml: from YAML text to one text a key, by libcyaml.
//
// The schema is built from the table of keys when a file is read, so there is one list of keys and not two.
// To libcyaml every value is an optional string: it decides shape, unknown and repeated keys, aliases and
// lengths; what a string must hold is gs_key_set's matter. So a missing key is told from a zero, and all
// complaints read alike. libcyaml explains itself through its log, in several lines; they are gathered and
// condensed into one.
#include "base/config_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cyaml/cyaml.h>

// What libcyaml fills in: one such structure a section. Sources are rows of texts.
typedef struct section_values {
    char *keys[GS_SECTION_KEYS];
    char **list;
    unsigned list_count;
} section_values;

typedef struct source_values {
    char *keys[GS_SOURCE_KEYS];
} source_values;

typedef struct document {
    section_values *sections[GS_SECTION_COUNT];
    char *directory;
} document;

typedef struct schema {
    cyaml_schema_field_t source_fields[GS_SOURCE_KEYS + 1];
    cyaml_schema_value_t source_entry;
    cyaml_schema_value_t text_entry;
    cyaml_schema_field_t fields[GS_SECTION_COUNT][GS_SECTION_KEYS + 2];
    cyaml_schema_field_t top_fields[GS_SECTION_COUNT + 2];
    cyaml_schema_value_t top;
} schema;

// libcyaml's account of an error. Its backtrace goes from the inside out.
enum { TRAIL = 4 };
typedef struct account {
    char first[256];        // the first line, without "Load: "
    char fields[TRAIL][64]; // names of mapping fields, innermost first
    size_t field_count;
    size_t entry;     // of the list that is passed through, from 1; 0 none
    size_t near_line; // of the innermost event
    bool more_documents;
} account;

struct gs_yaml {
    schema schema;
    cyaml_config_t cyaml;
    account account;
    document *document; // owned; NULL for an empty file
};

static cyaml_schema_field_t text_field(const char *key, size_t offset)
{
    return (cyaml_schema_field_t){
        .key = key,
        .data_offset = (uint32_t)offset,
        .value = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER_NULL_STR | CYAML_FLAG_OPTIONAL, char, 0,
                                     GS_LIMIT_CONFIG_VALUE_BYTES)},
    };
}

static void build_keys(const gs_section *section, cyaml_schema_field_t *fields)
{
    for (size_t i = 0; i < section->count; i++) {
        fields[i] = text_field(section->keys[i].name, i * sizeof(char *));
    }
}

static void build_list(const gs_section *section, schema *self, cyaml_schema_field_t *field)
{
    bool sources = section->keys == gs_sections[0].keys;
    const cyaml_schema_value_t *entry = sources ? &self->source_entry : &self->text_entry;
    *field = (cyaml_schema_field_t){
        .key = section->list,
        .data_offset = offsetof(section_values, list),
        .count_offset = offsetof(section_values, list_count),
        .count_size = sizeof(unsigned),
        .value = {.type = CYAML_SEQUENCE,
                  .flags = (enum cyaml_flag)(CYAML_FLAG_POINTER_NULL_STR | CYAML_FLAG_OPTIONAL),
                  .data_size = sources ? sizeof(source_values) : sizeof(char *),
                  .sequence = {.entry = entry,
                               .min = 0,
                               .max = sources ? GS_LIMIT_SOURCES : GS_LIMIT_INGESTORS}},
    };
}

// The structure is zero on entry, which also ends each array of fields.
static void build_schema(schema *self)
{
    build_keys(&gs_source_keys, self->source_fields);
    self->source_entry =
        (cyaml_schema_value_t){CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, source_values, self->source_fields)};
    self->text_entry =
        (cyaml_schema_value_t){CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, GS_LIMIT_CONFIG_VALUE_BYTES)};
    for (size_t i = 0; i < GS_SECTION_COUNT; i++) {
        const gs_section *section = &gs_sections[i];
        build_keys(section, self->fields[i]);
        if (section->list) {
            build_list(section, self, &self->fields[i][section->count]);
        }
        self->top_fields[i] = (cyaml_schema_field_t){
            .key = section->name,
            .data_offset = (uint32_t)(offsetof(document, sections) + i * sizeof(section_values *)),
            .value = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER_NULL_STR | CYAML_FLAG_OPTIONAL, section_values,
                                          self->fields[i])},
        };
    }
    self->top_fields[GS_SECTION_COUNT] = text_field("directory", offsetof(document, directory));
    self->top = (cyaml_schema_value_t){CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, document, self->top_fields)};
}

__attribute__((format(printf, 3, 0))) static void listen(cyaml_log_t level, void *context, const char *format,
                                                         va_list arguments)
{
    account *self = context;
    char text[256];
    vsnprintf(text, sizeof text, format, arguments);
    text[strcspn(text, "\n")] = '\0';
    if (level < CYAML_LOG_ERROR) {
        self->more_documents = self->more_documents || strstr(text, "Ignoring documents");
        return;
    }
    size_t near_line = 0;
    const char *mark = strstr(text, "(line: ");
    if (mark && sscanf(mark, "(line: %zu", &near_line) == 1 && self->near_line == 0) {
        self->near_line = near_line;
    }
    char *name = strstr(text, "in mapping field '");
    size_t entry;
    if (name && self->field_count < TRAIL) {
        name += strlen("in mapping field '");
        snprintf(self->fields[self->field_count++], sizeof self->fields[0], "%.*s", (int)strcspn(name, "'"),
                 name);
    } else if (sscanf(text, " in sequence entry '%zu'", &entry) == 1) {
        self->entry = entry;
    } else if (self->first[0] == '\0' && !mark && !strstr(text, "Backtrace")) {
        const char *begin = gs_view_starts(gs_view_of(text), "Load: ") ? text + strlen("Load: ") : text;
        snprintf(self->first, sizeof self->first, "%s", begin);
    }
}

// The trail, turned around, as a place. Depth is bounded by the schema: section, list or key, key.
static gs_place place_of(const account *self)
{
    gs_place place = {.entry = self->entry};
    size_t count = self->field_count;
    const char *outer = count > 0 ? self->fields[count - 1] : NULL;
    const char *middle = count > 1 ? self->fields[count - 2] : NULL;
    const gs_section *section = outer ? gs_section_named(gs_view_of(outer)) : NULL;
    if (!section) {
        place.key = outer;
        return place;
    }
    place.section = outer;
    if (middle && section->list && strcmp(middle, section->list) == 0) {
        place.list = middle;
        place.key = count > 2 ? self->fields[count - 3] : NULL;
    } else {
        place.key = middle;
    }
    return place;
}

static bool unknown_key(const account *self, gs_place *place, gs_error *error)
{
    const char *colon = strstr(self->first, ": ");
    place->key = colon ? colon + 2 : "?";
    gs_buffer known = {0};
    const gs_section *section = place->section ? gs_section_named(gs_view_of(place->section)) : NULL;
    if (place->list) {
        section = &gs_source_keys;
    }
    for (size_t i = 0; i < (section ? section->count : GS_SECTION_COUNT); i++) {
        gs_buffer_format(&known, "%s%s", i > 0 ? ", " : "",
                         section ? section->keys[i].name : gs_sections[i].name);
    }
    if (!section) {
        gs_buffer_text(&known, ", directory");
    } else if (section->list) {
        gs_buffer_format(&known, ", %s", section->list);
    }
    gs_fail(error, GS_E_USAGE, "no such key here; expected one of: %s", known.data);
    gs_buffer_free(&known);
    return false;
}

static const char *in_words(const char *text, bool expected)
{
    static const struct {
        const char *word;
        const char *plain;
        bool expected;
    } words[] = {
        {"Expecting MAPPING", "lines of \"key: value\"", true},
        {"Expecting SEQUENCE", "a list", true},
        {"Expecting STRING", "one value", true},
        {"MAPPING_START", "keys and values", false},
        {"SEQUENCE_START", "a list", false},
        {"event: SCALAR", "one value", false},
        {"event: ALIAS", "an alias", false},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].expected == expected && strstr(text, words[i].word)) {
            return words[i].plain;
        }
    }
    return expected ? "another shape" : "something else";
}

static bool explain(gs_yaml *self, cyaml_err_t code, const char *file, gs_view text, gs_error *error)
{
    const account *told = &self->account;
    gs_place place = place_of(told);
    bool syntax = false;
    switch (code) {
    case CYAML_ERR_INVALID_KEY:
        unknown_key(told, &place, error);
        break;
    case CYAML_ERR_INVALID_VALUE:
        gs_fail(error, GS_E_USAGE, "expected %s, found %s", in_words(told->first, true),
                in_words(told->first, false));
        break;
    case CYAML_ERR_ALIAS:
        gs_fail(error, GS_E_USAGE, "aliases (*name) are not allowed; write the value out");
        break;
    case CYAML_ERR_STRING_LENGTH_MAX:
        gs_fail(error, GS_E_LIMIT, "expected at most %d bytes", GS_LIMIT_CONFIG_VALUE_BYTES);
        break;
    case CYAML_ERR_SEQUENCE_ENTRIES_MAX:
        gs_fail(error, GS_E_LIMIT, "expected at most %d entries",
                place.section == NULL || strcmp(place.section, "connect") == 0 ? GS_LIMIT_INGESTORS
                                                                               : GS_LIMIT_SOURCES);
        break;
    case CYAML_ERR_UNEXPECTED_EVENT:
        if (strstr(told->first, "already seen")) {
            gs_fail(error, GS_E_USAGE, "is given twice; keep one of them");
            break;
        }
        __attribute__((fallthrough));
    default:
        syntax = true;
        gs_fail(error, GS_E_USAGE, "is not YAML as expected: %s",
                told->first[0] ? told->first : cyaml_strerror(code));
        break;
    }
    if (syntax || (!place.section && !place.key)) {
        return told->near_line > 0 ? gs_fail_within(error, "%.300s:%zu", file, told->near_line)
                                   : gs_fail_within(error, "%.300s", file);
    }
    return gs_fail_at(error, file, text, place);
}

gs_yaml *gs_yaml_load(const char *file, gs_view text, gs_error *error)
{
    gs_yaml *self = gs_allocate(sizeof *self);
    build_schema(&self->schema);
    self->cyaml = (cyaml_config_t){.log_fn = listen,
                                   .log_ctx = &self->account,
                                   .mem_fn = cyaml_mem,
                                   .log_level = CYAML_LOG_WARNING,
                                   .flags = CYAML_CFG_NO_ALIAS};
    cyaml_data_t *data = NULL;
    cyaml_err_t code =
        cyaml_load_data((const uint8_t *)text.data, text.size, &self->cyaml, &self->schema.top, &data, NULL);
    self->document = data;
    if (code != CYAML_OK) {
        explain(self, code, file, text, error);
        gs_yaml_free(&self);
    } else if (self->account.more_documents) {
        gs_fail(error, GS_E_USAGE, "%.300s: holds more than one document (---); only one is read", file);
        gs_yaml_free(&self);
    }
    return self;
}

void gs_yaml_free(gs_yaml **self_p)
{
    gs_yaml *self = *self_p;
    if (!self) {
        return;
    }
    if (self->document) {
        cyaml_free(&self->cyaml, &self->schema.top, self->document, 0);
    }
    free(self);
    *self_p = NULL;
}

const char *gs_yaml_directory(const gs_yaml *self)
{
    return self->document ? self->document->directory : NULL;
}

static const section_values *values_of(const gs_yaml *self, size_t section)
{
    return self->document ? self->document->sections[section] : NULL;
}

const char *gs_yaml_value(const gs_yaml *self, size_t section, size_t key)
{
    const section_values *values = values_of(self, section);
    return values ? values->keys[key] : NULL;
}

size_t gs_yaml_list_count(const gs_yaml *self, size_t section)
{
    const section_values *values = values_of(self, section);
    return values && values->list ? values->list_count : 0;
}

const char *gs_yaml_list_value(const gs_yaml *self, size_t section, size_t entry, size_t key)
{
    const section_values *values = values_of(self, section);
    if (section == 0) {
        const source_values *rows = (const source_values *)(const void *)values->list;
        return rows[entry].keys[key];
    }
    return values->list[entry];
}
