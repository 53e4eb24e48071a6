// Writes a model file: sections are gathered in memory and go out in one piece, to a temporary name first, so
// that a reader sees either the old file or the whole new one.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "model_writer.h"

enum { WRITER_SECTIONS = 64, WRITER_ALIGN = 64, WRITER_HEAD = 32, WRITER_ENTRY = 48 };

typedef struct writer_section {
    char name[16];
    uint32_t version;
    gs_buffer bytes; // owned
} writer_section;

struct gs_model_writer {
    writer_section sections[WRITER_SECTIONS];
    uint32_t count;
};

gs_model_writer *gs_model_writer_new(void)
{
    return gs_allocate(sizeof(gs_model_writer));
}

void gs_model_writer_add(gs_model_writer *self, const char *name, uint32_t version, gs_buffer *bytes)
{
    if (self->count == WRITER_SECTIONS)
        return;
    writer_section *section = &self->sections[self->count++];
    snprintf(section->name, sizeof section->name, "%s", name);
    section->version = version;
    section->bytes = *bytes;
    memset(bytes, 0, sizeof *bytes);
}

void gs_model_writer_add_all(gs_model_writer *self, const gs_model *model, gs_buffer *about)
{
    gs_model_part part;
    for (size_t i = 0; gs_model_part_at(model, i, &part); i++) {
        gs_buffer bytes = {0};
        bool text = strcmp(part.name, "about") == 0;
        gs_buffer_append(text ? about : &bytes, part.bytes.data, part.bytes.size);
        if (!text)
            gs_model_writer_add(self, part.name, part.version, &bytes);
    }
}

static void append_u32(gs_buffer *out, uint32_t value)
{
    gs_buffer_append(out, &value, sizeof value);
}

static void append_u64(gs_buffer *out, uint64_t value)
{
    gs_buffer_append(out, &value, sizeof value);
}

static uint64_t aligned(uint64_t offset)
{
    return (offset + WRITER_ALIGN - 1) / WRITER_ALIGN * WRITER_ALIGN;
}

static void lay_out(const gs_model_writer *self, gs_buffer *file)
{
    gs_buffer table = {0};
    uint64_t size = WRITER_HEAD + (uint64_t)self->count * WRITER_ENTRY, offset = aligned(size);
    for (uint32_t i = 0; i < self->count; i++) {
        const writer_section *section = &self->sections[i];
        gs_buffer_append(&table, section->name, sizeof section->name);
        append_u32(&table, section->version);
        append_u32(&table, 0);
        append_u64(&table, offset);
        append_u64(&table, section->bytes.size);
        append_u64(&table, XXH3_64bits(section->bytes.data, section->bytes.size));
        size = offset + section->bytes.size;
        offset = aligned(size);
    }
    gs_buffer_append(file, "GSMODEL\n", 8);
    append_u32(file, 1);
    append_u32(file, self->count);
    append_u64(file, size);
    append_u64(file, XXH3_64bits(table.data, table.size));
    gs_buffer_append(file, table.data, table.size);
    for (uint32_t i = 0; i < self->count; i++) {
        while (file->size % WRITER_ALIGN != 0)
            gs_buffer_byte(file, '\0');
        gs_buffer_append(file, self->sections[i].bytes.data, self->sections[i].bytes.size);
    }
    gs_buffer_free(&table);
}

static bool write_file(const gs_buffer *bytes, const char *path, gs_error *error)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return gs_fail(error, GS_E_IO, "%s: cannot write: %s", path, strerror(errno));
    bool good = fwrite(bytes->data, 1, bytes->size, file) == bytes->size;
    good = fflush(file) == 0 && good;
    good = fsync(fileno(file)) == 0 && good;
    good = fclose(file) == 0 && good;
    if (!good) {
        gs_fail(error, errno == ENOSPC ? GS_E_FULL : GS_E_IO, "%s: cannot write: %s", path, strerror(errno));
        unlink(path);
    }
    return good;
}

bool gs_model_writer_save(gs_model_writer *self, const char *path, gs_error *error)
{
    gs_buffer file = {0}, temporary = {0};
    lay_out(self, &file);
    gs_buffer_format(&temporary, "%s.new", path);
    bool good = write_file(&file, temporary.data, error);
    if (good && rename(temporary.data, path) != 0) {
        good = gs_fail(error, GS_E_IO, "%s: cannot put the new model in place: %s", path, strerror(errno));
        unlink(temporary.data);
    }
    gs_buffer_free(&file);
    gs_buffer_free(&temporary);
    return good;
}

void gs_model_writer_free(gs_model_writer **self_p)
{
    gs_model_writer *self = *self_p;
    if (!self)
        return;
    for (uint32_t i = 0; i < self->count; i++)
        gs_buffer_free(&self->sections[i].bytes);
    free(self);
    *self_p = NULL;
}
