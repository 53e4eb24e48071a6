// arena: a list of blocks that are filled from the front and given back together.
//
// Invariant: `blocks` is the block being filled; the ones behind it are full or were too small for a
// request. A reset keeps the largest, so after a few rounds of the same work one block holds all of it
// and no round calls malloc. Under AddressSanitizer what has not been handed out is poisoned, so a use
// after a reset is caught as a use after free would be.
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(memory, size) ASAN_POISON_MEMORY_REGION(memory, size)
#define UNPOISON(memory, size) ASAN_UNPOISON_MEMORY_REGION(memory, size)
#else
#define POISON(memory, size) ((void)0)
#define UNPOISON(memory, size) ((void)0)
#endif

enum { ALIGNMENT = 16, FIRST_BLOCK = 64 * 1024, LARGEST_STEP = 1024 * 1024 };

typedef struct block {
    struct block *next; // older blocks
    size_t capacity;    // bytes of data
    size_t used;
    _Alignas(ALIGNMENT) unsigned char data[];
} block;

struct gs_arena {
    block *blocks;    // owned; NULL until the first allocation
    size_t next_size; // capacity of the next block
    size_t used;      // bytes handed out since the last reset, without padding
};

gs_arena *gs_arena_new(size_t block_size)
{
    gs_arena *self = gs_allocate(sizeof *self);
    self->next_size = block_size ? block_size : FIRST_BLOCK;
    return self;
}

static void free_block(block *unused)
{
    UNPOISON(unused->data, unused->capacity);
    free(unused);
}

void gs_arena_free(gs_arena **self_p)
{
    gs_arena *self = *self_p;
    if (!self) {
        return;
    }
    for (block *each = self->blocks; each;) {
        block *next = each->next;
        free_block(each);
        each = next;
    }
    free(self);
    *self_p = NULL;
}

void gs_arena_reset(gs_arena *self)
{
    block *largest = self->blocks;
    for (block *each = self->blocks; each; each = each->next) {
        largest = each->capacity > largest->capacity ? each : largest;
    }
    for (block *each = self->blocks; each;) {
        block *next = each->next;
        if (each != largest) {
            free_block(each);
        }
        each = next;
    }
    self->blocks = largest;
    self->used = 0;
    if (largest) {
        largest->next = NULL;
        largest->used = 0;
        POISON(largest->data, largest->capacity);
    }
}

static block *add_block(gs_arena *self, size_t rounded)
{
    size_t capacity = self->next_size > rounded ? self->next_size : rounded;
    // gs_reallocate and not gs_allocate: nobody asked for zeroes.
    block *fresh = gs_reallocate(NULL, sizeof(block) + capacity);
    fresh->capacity = capacity;
    fresh->used = 0;
    fresh->next = self->blocks;
    self->blocks = fresh;
    POISON(fresh->data, capacity);
    if (self->next_size < LARGEST_STEP) {
        self->next_size = self->next_size > LARGEST_STEP / 2 ? LARGEST_STEP : self->next_size * 2;
    }
    return fresh;
}

void *gs_arena_alloc(gs_arena *self, size_t size)
{
    // An absurd size passes through unrounded, so that the allocator refuses it in its one line.
    size_t rounded = size > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (rounded == 0) {
        rounded = ALIGNMENT;
    }
    block *current = self->blocks;
    if (!current || current->capacity - current->used < rounded) {
        current = add_block(self, rounded);
    }
    void *memory = current->data + current->used;
    current->used += rounded;
    self->used += size;
    UNPOISON(memory, size);
    return memory;
}

void *gs_arena_zalloc(gs_arena *self, size_t size)
{
    return memset(gs_arena_alloc(self, size), 0, size);
}

char *gs_arena_text(gs_arena *self, gs_view view)
{
    char *text = gs_arena_alloc(self, view.size + 1);
    if (view.size > 0) {
        memcpy(text, view.data, view.size);
    }
    text[view.size] = '\0';
    return text;
}

char *gs_arena_format(gs_arena *self, const char *format, ...)
{
    va_list arguments;
    va_list again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    size_t bytes = size < 0 ? 0 : (size_t)size;
    char *text = gs_arena_alloc(self, bytes + 1);
    text[0] = '\0';
    if (size > 0) {
        vsnprintf(text, bytes + 1, format, again);
    }
    va_end(again);
    return text;
}

size_t gs_arena_used(const gs_arena *self)
{
    return self->used;
}
