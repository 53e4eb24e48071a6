// arena: memory that is given back all at once, one arena an article or a message.
#ifndef GAINSAY_BASE_ARENA_H
#define GAINSAY_BASE_ARENA_H

#include <stddef.h>

#include "base/view.h"

typedef struct gs_arena gs_arena;

// block_size: bytes of the first block, 0 for 64 KiB. Later blocks double, up to 1 MiB.
gs_arena *gs_arena_new(size_t block_size);
void gs_arena_free(gs_arena **self_p);
// Forgets all that was allocated; keeps the largest block, so a warm loop does not call malloc.
void gs_arena_reset(gs_arena *self);
// Never NULL, aligned to 16 bytes, not zeroed.
void *gs_arena_alloc(gs_arena *self, size_t size);
void *gs_arena_zalloc(gs_arena *self, size_t size);
char *gs_arena_text(gs_arena *self, gs_view view); // NUL-terminated copy
char *gs_arena_format(gs_arena *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
size_t gs_arena_used(const gs_arena *self); // bytes handed out since the last reset

#endif
