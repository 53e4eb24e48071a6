// source_file: the file of sources that `gainsay source` keeps (ingestor.source_file), beside the
// configuration that a person writes. It is read as a part of the configuration, and written whole: to a new
// file that takes its place.
#ifndef GAINSAY_CLI_SOURCE_FILE_H
#define GAINSAY_CLI_SOURCE_FILE_H

#include "base/base.h"

// Appends text as a double-quoted YAML scalar: a path may hold any character that a file name can.
void gs_yaml_scalar(gs_buffer *out, const char *text);

// A list of sources under way. The texts of those added are borrowed.
typedef struct gs_source_list {
    gs_source_config *sources; // owned array
    size_t count, capacity;
} gs_source_list;

void gs_source_list_add(gs_source_list *self, const gs_source_config *source);
void gs_source_list_free(gs_source_list *self);
// The sources of config that stand in its source file.
void gs_source_list_of(const gs_config *config, gs_source_list *out);
const char *gs_source_kind_name(gs_source_kind kind);
bool gs_source_kind_parse(const char *name, gs_source_kind *kind);

// Who changes the file holds its lock from before reading it until it is written; this waits for whoever has
// it. A descriptor, given back by close(2); -1 with an error.
int gs_source_file_lock(const gs_config *config, gs_error *error);
// Writes the list to config's source file, in its place at once; but not if the configuration would no longer
// load then. overrides: those that config was loaded with. Errors name the file.
bool gs_source_list_write(const gs_config *config, const char *const *overrides, size_t override_count,
                          const gs_source_list *list, gs_error *error);

#endif
