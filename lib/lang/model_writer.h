// The model file, and how one is written: named sections, each with a version and a checksum, behind a table.
// The door for programs that make model files; those that read one need lang.h alone.
//
//   0    "GSMODEL\n"                          magic, 8 bytes
//   8    u32 format version                   MODEL_FORMAT
//   12   u32 sections
//   16   u64 file size in bytes
//   24   u64 XXH3-64 of the table
//   32   table: per section 48 bytes: name (16 bytes, NUL-padded), u32 version, u32 zero, u64 offset,
//        u64 size, u64 XXH3-64 of its bytes
//   ...  the sections, each at a multiple of 64
//
// All numbers are little-endian, and sections are read in place.
#ifndef GAINSAY_LANG_MODEL_WRITER_H
#define GAINSAY_LANG_MODEL_WRITER_H

#include "lang/lang.h"

typedef struct gs_model_writer gs_model_writer;

gs_model_writer *gs_model_writer_new(void);
// Takes over what bytes holds. name: at most 15 bytes.
void gs_model_writer_add(gs_model_writer *self, const char *name, uint32_t version, gs_buffer *bytes);
// Takes copies of all sections of a model but "about", which is appended to *about.
void gs_model_writer_add_all(gs_model_writer *self, const gs_model *model, gs_buffer *about);
// Writes to a temporary file beside path, then renames it.
bool gs_model_writer_save(gs_model_writer *self, const char *path, gs_error *error);
void gs_model_writer_free(gs_model_writer **self_p);

#endif
