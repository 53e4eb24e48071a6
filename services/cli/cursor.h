// cursor: where a reader of the feed has got to, kept in a file, and the output that belongs to it.
#ifndef GAINSAY_CLI_CURSOR_H
#define GAINSAY_CLI_CURSOR_H

#include "base/base.h"

typedef struct gs_cursor {
    uint64_t sequence;     // everything up to here has been told
    uint64_t output_bytes; // size of the output file then; 0 where there is none
} gs_cursor;

// *found is false, without an error, if there is no such file yet.
bool gs_cursor_load(const char *path, bool *found, gs_cursor *cursor, gs_error *error);
// Replaces the file in one step: a reader sees the old one or the new one, whole.
bool gs_cursor_save(const char *path, const gs_cursor *cursor, gs_error *error);

// Opens the file that a tail appends to. After a kill it may hold more than the cursor tells of: what came
// after the last save is cut off, because it will come again. Returns the descriptor, or -1.
int gs_cursor_open_output(const char *path, bool resumed, const gs_cursor *cursor, gs_error *error);

#endif
