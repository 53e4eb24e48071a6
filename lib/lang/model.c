// The model file: found, mapped and checked when it is opened, read in place from then on.
//
// Everything is verified once, here: magic, version, the table, and each section's checksum (XXH3 reads
// several GB/s, so 40 MB cost some milliseconds). After that a section can only be malformed if its writer
// was, and each part checks the counts and offsets of its own. The mapping is shared and read-only: the
// kernel keeps one copy for all workers of a machine.
#include "lang.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { MODEL_FORMAT = 1, MODEL_ALIGN = 64, MODEL_SECTIONS = 64, MODEL_NAME = 16 };

static const char MODEL_MAGIC[8] = {'G', 'S', 'M', 'O', 'D', 'E', 'L', '\n'};
static const char MODEL_FILE[] = "english.gsm";

typedef struct model_head {
    char magic[8];
    uint32_t format, section_count;
    uint64_t file_size; // bytes
    uint64_t table_hash;
} model_head;

typedef struct model_entry {
    char name[MODEL_NAME];
    uint32_t version, zero;
    uint64_t offset, size; // bytes
    uint64_t hash;
} model_entry;

struct gs_model {
    char *path;
    const unsigned char *bytes; // the mapping
    size_t size;
    const model_entry *entries;
    uint32_t entry_count;
};

static bool check(const gs_model *self, gs_error *error)
{
    model_head head;
    if (self->size < sizeof head)
        return gs_fail(error, GS_E_DAMAGED, "not a model file: only %zu bytes", self->size);
    memcpy(&head, self->bytes, sizeof head);
    if (memcmp(head.magic, MODEL_MAGIC, sizeof head.magic) != 0)
        return gs_fail(error, GS_E_DAMAGED, "not a model file of gainsay");
    if (head.format != MODEL_FORMAT)
        return gs_fail(error, GS_E_DAMAGED, "a model file of format %u; this program reads format %d",
                       head.format, MODEL_FORMAT);
    if (head.file_size != self->size)
        return gs_fail(error, GS_E_DAMAGED, "cut short or grown: %zu bytes, should be %llu", self->size,
                       (unsigned long long)head.file_size);
    if (head.section_count > MODEL_SECTIONS ||
        sizeof head + head.section_count * sizeof(model_entry) > self->size)
        return gs_fail(error, GS_E_DAMAGED, "damaged: its table says %u sections", head.section_count);
    if (XXH3_64bits(self->bytes + sizeof head, head.section_count * sizeof(model_entry)) != head.table_hash)
        return gs_fail(error, GS_E_DAMAGED, "damaged: the table's checksum does not fit");
    for (uint32_t i = 0; i < head.section_count; i++) {
        const model_entry *entry = (const model_entry *)(const void *)(self->bytes + sizeof head) + i;
        if (entry->name[MODEL_NAME - 1] != '\0' || entry->offset % MODEL_ALIGN != 0 ||
            entry->offset > self->size || entry->size > self->size - entry->offset)
            return gs_fail(error, GS_E_DAMAGED, "damaged: entry %u of its table is out of range", i);
        if (XXH3_64bits(self->bytes + entry->offset, (size_t)entry->size) != entry->hash)
            return gs_fail(error, GS_E_DAMAGED, "damaged: the checksum of section \"%s\" does not fit",
                           entry->name);
    }
    return true;
}

static bool map(gs_model *self, gs_error *error)
{
    int file = open(self->path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return gs_fail(error, GS_E_IO, "cannot open the model: %s", strerror(errno));
    struct stat status;
    bool good = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    if (!good) {
        gs_fail(error, GS_E_DAMAGED, "not a regular file");
    } else if (status.st_size == 0) {
        good = gs_fail(error, GS_E_DAMAGED, "not a model file: it is empty");
    } else {
        void *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED | MAP_POPULATE, file, 0);
        if (bytes == MAP_FAILED) {
            good = gs_fail(error, GS_E_IO, "cannot map the model: %s", strerror(errno));
        } else {
            self->bytes = bytes;
            self->size = (size_t)status.st_size;
        }
    }
    close(file);
    return good;
}

// Where a model may lie: what GAINSAY_MODEL says, beside the program, in the program's installation, in the
// installation that was configured. NULL with *error if it is nowhere.
static char *find(gs_error *error)
{
    const char *named = getenv("GAINSAY_MODEL");
    if (named && *named)
        return gs_duplicate(named);
    char program[4096], path[sizeof program + 64];
    ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
    program[size > 0 ? size : 0] = '\0';
    char *slash = strrchr(program, '/');
    if (slash)
        *slash = '\0';
    static const char *const PLACES[] = {"%s/%s", "%s/../bin/%s", "%s/../share/gainsay/%s"};
    for (size_t i = 0; slash && i < sizeof PLACES / sizeof PLACES[0]; i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(path, sizeof path, PLACES[i], program, MODEL_FILE);
#pragma GCC diagnostic pop
        if (access(path, R_OK) == 0)
            return gs_duplicate(path);
    }
    snprintf(path, sizeof path, "%s/%s", GAINSAY_MODEL_DIRECTORY, MODEL_FILE);
    if (access(path, R_OK) == 0)
        return gs_duplicate(path);
    gs_fail(error, GS_E_USAGE,
            "no language model: %s is neither beside the program (%s) nor in %s; name it with "
            "--model or GAINSAY_MODEL",
            MODEL_FILE, program, GAINSAY_MODEL_DIRECTORY);
    return NULL;
}

gs_model *gs_model_open(const char *path, gs_error *error)
{
    char *found = path ? gs_duplicate(path) : find(error);
    if (!found)
        return NULL;
    gs_model *self = gs_allocate(sizeof *self);
    self->path = found;
    if (!map(self, error) || !check(self, error)) {
        gs_fail_within(error, "%s", self->path);
        gs_model_close(&self);
        return NULL;
    }
    model_head head;
    memcpy(&head, self->bytes, sizeof head);
    self->entries = (const model_entry *)(const void *)(self->bytes + sizeof head);
    self->entry_count = head.section_count;
    return self;
}

void gs_model_close(gs_model **self_p)
{
    gs_model *self = *self_p;
    if (!self)
        return;
    if (self->bytes)
        munmap((void *)(uintptr_t)self->bytes, self->size);
    free(self->path);
    free(self);
    *self_p = NULL;
}

const char *gs_model_path(const gs_model *self)
{
    return self->path;
}

gs_view gs_model_about(const gs_model *self)
{
    gs_view about = {0};
    gs_model_section(self, "about", 1, &about, NULL);
    return about;
}

bool gs_model_part_at(const gs_model *self, size_t i, gs_model_part *part)
{
    if (i >= self->entry_count)
        return false;
    const model_entry *entry = &self->entries[i];
    *part = (gs_model_part){entry->name, entry->version, entry->hash,
                            gs_view_make(self->bytes + entry->offset, (size_t)entry->size)};
    return true;
}

bool gs_model_section(const gs_model *self, const char *name, uint32_t version, gs_view *bytes,
                      gs_error *error)
{
    for (uint32_t i = 0; i < self->entry_count; i++) {
        const model_entry *entry = &self->entries[i];
        if (strcmp(entry->name, name) != 0)
            continue;
        if (entry->version != version)
            return gs_fail(error, GS_E_DAMAGED,
                           "%s: section \"%s\" has version %u; this program reads version %u", self->path,
                           name, entry->version, version);
        *bytes = gs_view_make(self->bytes + entry->offset, (size_t)entry->size);
        return true;
    }
    return gs_fail(error, GS_E_DAMAGED, "%s: this model has no section \"%s\"", self->path, name);
}
