// The model file as its parts see it: named sections, each with a version and a checksum, behind a table.
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
#ifndef GAINSAY_LANG_MODEL_H
#define GAINSAY_LANG_MODEL_H

#include "lang/lang.h"

// The bytes of a section, in the mapping, at an address that is a multiple of 64. False and *error if the
// model has no such section or has it in another version.
bool lang_model_section(const gs_model *self, const char *name, uint32_t version, gs_view *bytes,
                        gs_error *error);

// ---- writing one

typedef struct lang_model_writer lang_model_writer;

lang_model_writer *lang_model_writer_new(void);
// Takes over what bytes holds. name: at most 15 bytes.
void lang_model_writer_add(lang_model_writer *self, const char *name, uint32_t version, gs_buffer *bytes);
// Writes to a temporary file beside path, then renames it.
bool lang_model_writer_save(lang_model_writer *self, const char *path, gs_error *error);
void lang_model_writer_free(lang_model_writer **self_p);

#endif
