// The file form of what the ledger keeps besides its store: arrays as they lie in memory, so that a million
// statements are read back in the time that it takes to read the bytes and look at each number once. It is a
// cache for the same machine and program: another layout, another order of bytes or a changed table of words
// is told by sizes and versions, and then all is built anew from the store.
//
//   array   { count, item bytes, XXH3-64 of the items } as three 64-bit numbers, items, zeros up to 8 bytes
#include "snapshot.h"

#include <string.h>

enum { ALIGNMENT = 8 };

typedef struct array_head {
    uint64_t count, item, hash;
} array_head;

static void write_bytes(cd_snapshot_writer *self, const void *data, size_t size)
{
    if (!self->failed && size > 0)
        self->failed = !self->write(self->context, data, size);
}

static size_t padding(size_t size)
{
    return (ALIGNMENT - size % ALIGNMENT) % ALIGNMENT;
}

void cd_snapshot_put(cd_snapshot_writer *self, const void *items, size_t count, size_t item)
{
    static const char zeros[ALIGNMENT];
    const array_head head = {count, item, gs_hash(gs_view_make(items, count * item))};
    write_bytes(self, &head, sizeof head);
    write_bytes(self, items, count * item);
    write_bytes(self, zeros, padding(count * item));
}

static const char *take_bytes(cd_snapshot_reader *self, size_t size)
{
    const char *bytes = self->rest.data;
    if (self->failed || size > self->rest.size) {
        self->failed = true;
        return NULL;
    }
    self->rest = gs_view_make(bytes + size, self->rest.size - size);
    return bytes;
}

gs_view cd_snapshot_take_view(cd_snapshot_reader *self, size_t item, size_t *count)
{
    array_head head = {0};
    const char *bytes = take_bytes(self, sizeof head);
    *count = 0;
    if (bytes)
        memcpy(&head, bytes, sizeof head);
    if (!bytes || head.item != item || head.count > self->rest.size / item) {
        self->failed = true;
        return gs_view_of("");
    }
    size_t size = (size_t)head.count * item;
    bytes = take_bytes(self, size);
    take_bytes(self, padding(size));
    gs_view view = gs_view_make(bytes, size);
    self->failed = self->failed || gs_hash(view) != head.hash;
    *count = self->failed ? 0 : (size_t)head.count;
    return view;
}

void *cd_snapshot_take(cd_snapshot_reader *self, size_t item, size_t *count)
{
    gs_view view = cd_snapshot_take_view(self, item, count);
    if (*count == 0)
        return NULL;
    void *copy = gs_reallocate(NULL, view.size);
    memcpy(copy, view.data, view.size);
    return copy;
}

void cd_snapshot_take_one(cd_snapshot_reader *self, void *to, size_t item)
{
    size_t count;
    gs_view view = cd_snapshot_take_view(self, item, &count);
    if (count == 1)
        memcpy(to, view.data, item);
    else
        self->failed = true;
}
