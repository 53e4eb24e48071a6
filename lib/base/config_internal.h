// config_internal: one table describes every key; reading, overriding, checking and explaining walk it.
#ifndef GAINSAY_BASE_CONFIG_INTERNAL_H
#define GAINSAY_BASE_CONFIG_INTERNAL_H

#include "base/config.h"
#include "base/limits.h"
#include "base/view.h"

typedef enum gs_key_type {
    GS_KEY_TEXT,    // char *, may be empty (then NULL)
    GS_KEY_NAME,    // char *, letters, digits and . - _
    GS_KEY_PATH,    // char *, made absolute; may be empty (then NULL)
    GS_KEY_STORE,   // char *, a path that must be there
    GS_KEY_BIND,    // char *, an endpoint to bind
    GS_KEY_CONNECT, // char *, an endpoint to connect to
    GS_KEY_LISTEN,  // char *, an endpoint of a source, unix:// too; may be empty (then NULL)
    GS_KEY_CHOICE,  // char *, one of choices
    GS_KEY_KIND,    // gs_source_kind, one of choices
    GS_KEY_NUMBER,  // uint32_t
    GS_KEY_BYTES,   // uint64_t
    GS_KEY_REAL,    // double
    GS_KEY_BOOL,    // bool
} gs_key_type;

typedef struct gs_key {
    const char *name;
    gs_key_type type;
    size_t offset;              // in gs_config, or in gs_source_config
    uint64_t minimum, maximum;  // of numbers
    const char *fallback;       // the default as text; NULL: none, or worked out from other keys
    const char *const *choices; // NULL-terminated
} gs_key;

enum { GS_SECTION_KEYS = 16, GS_SECTION_COUNT = 9, GS_SOURCE_KEYS = 9 };

typedef struct gs_section {
    const char *name;
    const gs_key *keys;
    size_t count;
    const char *list; // the one key that holds a sequence, or NULL
} gs_section;

extern const gs_section gs_sections[GS_SECTION_COUNT];
extern const gs_section gs_source_keys; // of an entry of ingestor.sources

const gs_section *gs_section_named(gs_view name);
const gs_key *gs_key_named(const gs_section *section, gs_view name);
// Sets the member that key describes from text. The error tells only what was expected and found; the caller
// puts the place before it.
bool gs_key_set(void *base, const gs_key *key, const char *text, gs_error *error);
// Checks what stands in the member: ranges, names, endpoints. Errors as gs_key_set.
bool gs_key_check(const void *base, const gs_key *key, gs_error *error);
char **gs_key_text(const void *base, const gs_key *key); // the member of a key whose type is a char *
bool gs_key_is_text(const gs_key *key);

// The values of a file as text, checked for shape and known keys, before anything is made of them.
typedef struct gs_yaml gs_yaml;
gs_yaml *gs_yaml_load(const char *file, gs_view text, gs_error *error);
void gs_yaml_free(gs_yaml **self_p);
// All return NULL where the file is silent. list: entry from 0; for sources key is an index of
// gs_source_keys.
const char *gs_yaml_directory(const gs_yaml *self);
const char *gs_yaml_value(const gs_yaml *self, size_t section, size_t key);
size_t gs_yaml_list_count(const gs_yaml *self, size_t section);
const char *gs_yaml_list_value(const gs_yaml *self, size_t section, size_t entry, size_t key);

// Where a key stands in YAML text written by hand: its line, else its entry's, else its section's, else 0.
// section NULL: a key at the top. entry: 0 none, else the entry of list, counted from 1.
typedef struct gs_place {
    const char *section;
    const char *list;
    size_t entry;
    const char *key;
    const char
        *value; // what is complained about; a line that does not hold it is not named (--set came between)
} gs_place;
size_t gs_yaml_line(gs_view text, gs_place place);
// Puts "FILE:LINE: section.list[entry].key: " before the message. Returns false.
bool gs_fail_at(gs_error *error, const char *file, gs_view text, gs_place place);
// Reads a configuration file whole: bounded, UTF-8, no NUL.
bool gs_config_read(const char *path, gs_buffer *text, gs_error *error);

bool gs_endpoint_check(const char *endpoint, bool bind, gs_error *error);
bool gs_endpoint_check_listen(const char *endpoint, gs_error *error); // unix:///PATH too
// The address under which a client on this machine reaches what is bound to endpoint. Owned by the caller.
char *gs_endpoint_to_connect(const char *endpoint);

#endif
