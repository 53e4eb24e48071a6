// Claims by statement: open addressing over blocks of memory.
//
// There are two generations. What is put or found goes into the young one; when that holds half of what is
// allowed, it becomes the old one, and the old one before it is forgotten. So memory is bounded, what is used
// stays, and nothing needs to be told about expiry.
#include "memo.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 256 };

typedef struct memo_entry {
    gs_id id;
    cd_claims *claims; // NULL: free, or removed where gone
    bool gone;
} memo_entry;

typedef struct generation {
    memo_entry *entries;
    size_t capacity, used; // capacity: a power of two; used: also by entries that are gone
    size_t bytes;          // of the claims
} generation;

struct cd_memo {
    size_t max_bytes;
    generation young, old;
};

cd_memo *cd_memo_new(size_t max_bytes)
{
    cd_memo *self = gs_allocate(sizeof *self);
    self->max_bytes = max_bytes;
    return self;
}

static void forget(generation *self)
{
    for (size_t i = 0; i < self->capacity; i++)
        free(self->entries[i].claims);
    free(self->entries);
    *self = (generation){0};
}

void cd_memo_free(cd_memo **self_p)
{
    cd_memo *self = *self_p;
    if (!self)
        return;
    forget(&self->young);
    forget(&self->old);
    free(self);
    *self_p = NULL;
}

// The entry of the id, or the free one where it would go.
static memo_entry *entry_at(const generation *self, gs_id id)
{
    size_t mask = self->capacity - 1, at = gs_id_hash(id) & mask;
    while ((self->entries[at].claims || self->entries[at].gone) && !gs_id_equal(self->entries[at].id, id))
        at = (at + 1) & mask;
    return &self->entries[at];
}

static cd_claims *find_in(const generation *self, gs_id id)
{
    return self->capacity ? entry_at(self, id)->claims : NULL;
}

static void reserve(generation *self)
{
    if ((self->used + 1) * 2 < self->capacity)
        return;
    generation wider = {.capacity = self->capacity ? self->capacity * 2 : FIRST_CAPACITY,
                        .bytes = self->bytes};
    wider.entries = gs_allocate(wider.capacity * sizeof *wider.entries);
    for (size_t i = 0; i < self->capacity; i++) {
        if (!self->entries[i].claims)
            continue;
        *entry_at(&wider, self->entries[i].id) = self->entries[i];
        wider.used++;
    }
    free(self->entries);
    *self = wider;
}

static void remove_from(generation *self, gs_id id)
{
    memo_entry *entry = self->capacity ? entry_at(self, id) : NULL;
    if (!entry || !entry->claims)
        return;
    self->bytes -= entry->claims->size;
    free(entry->claims);
    entry->claims = NULL;
    entry->gone = true;
}

const cd_claims *cd_memo_find(const cd_memo *self, gs_id id)
{
    const cd_claims *found = find_in(&self->young, id);
    return found ? found : find_in(&self->old, id);
}

void cd_memo_put(cd_memo *self, gs_id id, const cd_claims *claims)
{
    cd_memo_remove(self, id);
    if (self->young.bytes + claims->size > self->max_bytes / 2 && self->young.used > 0) {
        forget(&self->old);
        self->old = self->young;
        self->young = (generation){0};
    }
    reserve(&self->young);
    memo_entry *entry = entry_at(&self->young, id);
    self->young.used += !entry->gone;
    cd_claims *copy = gs_allocate(claims->size);
    memcpy(copy, claims, claims->size);
    *entry = (memo_entry){id, copy, false};
    self->young.bytes += claims->size;
}

void cd_memo_remove(cd_memo *self, gs_id id)
{
    remove_from(&self->young, id);
    remove_from(&self->old, id);
}

size_t cd_memo_bytes(const cd_memo *self)
{
    return sizeof *self + self->young.bytes + self->old.bytes +
           (self->young.capacity + self->old.capacity) * sizeof(memo_entry);
}
