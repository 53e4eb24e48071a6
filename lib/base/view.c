// view: borrowed text, owned memory, and a buffer that grows.
//
// Running out of memory is not an error value here: a daemon that gets no memory ends at once, is started
// again by its supervisor, and loses nothing, because nothing is acknowledged before it is on disk. The
// alternative, an error path behind each allocation, would be code that no test ever runs.
#include "base/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

gs_view gs_view_make(const void *data, size_t size)
{
    return (gs_view){.data = data, .size = size};
}

bool gs_view_equal(gs_view a, gs_view b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static unsigned char lower(char byte)
{
    unsigned char value = (unsigned char)byte;
    return value >= 'A' && value <= 'Z' ? (unsigned char)(value + ('a' - 'A')) : value;
}

bool gs_view_equal_nocase(gs_view a, gs_view b)
{
    if (a.size != b.size) {
        return false;
    }
    for (size_t i = 0; i < a.size; i++) {
        if (lower(a.data[i]) != lower(b.data[i])) {
            return false;
        }
    }
    return true;
}

bool gs_view_starts(gs_view view, const char *prefix)
{
    size_t size = strlen(prefix);
    return size <= view.size && (size == 0 || memcmp(view.data, prefix, size) == 0);
}

bool gs_view_ends(gs_view view, const char *suffix)
{
    size_t size = strlen(suffix);
    return size <= view.size && (size == 0 || memcmp(view.data + view.size - size, suffix, size) == 0);
}

gs_view gs_view_slice(gs_view view, size_t begin, size_t end)
{
    if (end > view.size) {
        end = view.size;
    }
    if (begin > end) {
        begin = end;
    }
    // NULL + 0 is undefined in C, so an empty view without data stays as it is.
    return (gs_view){.data = view.data ? view.data + begin : NULL, .size = end - begin};
}

static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

gs_view gs_view_trim(gs_view view)
{
    size_t begin = 0;
    size_t end = view.size;
    while (begin < end && is_space(view.data[begin])) {
        begin++;
    }
    while (end > begin && is_space(view.data[end - 1])) {
        end--;
    }
    return gs_view_slice(view, begin, end);
}

size_t gs_view_find(gs_view view, gs_view needle, size_t from)
{
    if (from > view.size || needle.size > view.size - from) {
        return SIZE_MAX;
    }
    if (needle.size == 0) {
        return from;
    }
    const char *found = memmem(view.data + from, view.size - from, needle.data, needle.size);
    return found ? (size_t)(found - view.data) : SIZE_MAX;
}

static _Noreturn void out_of_memory(size_t size)
{
    fprintf(stderr, "gainsay: out of memory: %zu bytes more were asked for\n", size);
    abort();
}

void *gs_allocate(size_t size)
{
    void *memory = calloc(1, size ? size : 1);
    if (!memory) {
        out_of_memory(size);
    }
    return memory;
}

void *gs_allocate_vectors(size_t size)
{
    enum { LINE = 64 };
    if (size > SIZE_MAX - LINE) {
        out_of_memory(size);
    }
    size_t rounded = (size + LINE - 1) / LINE * LINE;
    void *memory = aligned_alloc(LINE, rounded ? rounded : LINE);
    if (!memory) {
        out_of_memory(size);
    }
    return memset(memory, 0, rounded);
}

void *gs_reallocate(void *memory, size_t size)
{
    void *moved = realloc(memory, size ? size : 1);
    if (!moved) {
        out_of_memory(size);
    }
    return moved;
}

char *gs_duplicate(const char *text)
{
    if (!text) {
        return NULL;
    }
    size_t size = strlen(text) + 1;
    char *copy = gs_reallocate(NULL, size);
    memcpy(copy, text, size);
    return copy;
}

void gs_buffer_reserve(gs_buffer *buffer, size_t extra)
{
    if (extra >= SIZE_MAX / 2 || buffer->size >= SIZE_MAX / 2 - extra) {
        out_of_memory(extra);
    }
    size_t needed = buffer->size + extra + 1;
    if (needed <= buffer->capacity) {
        return;
    }
    size_t capacity = buffer->capacity ? buffer->capacity * 2 : 64;
    if (capacity < needed) {
        capacity = needed;
    }
    bool fresh = buffer->data == NULL;
    buffer->data = gs_reallocate(buffer->data, capacity);
    buffer->capacity = capacity;
    if (fresh) {
        buffer->data[0] = '\0';
    }
}

void gs_buffer_append(gs_buffer *buffer, const void *data, size_t size)
{
    gs_buffer_reserve(buffer, size);
    if (size > 0) {
        memcpy(buffer->data + buffer->size, data, size);
    }
    buffer->size += size;
    buffer->data[buffer->size] = '\0';
}

void gs_buffer_text(gs_buffer *buffer, const char *text)
{
    if (text) {
        gs_buffer_append(buffer, text, strlen(text));
    }
}

void gs_buffer_byte(gs_buffer *buffer, char byte)
{
    gs_buffer_append(buffer, &byte, 1);
}

void gs_buffer_format(gs_buffer *buffer, const char *format, ...)
{
    gs_buffer_reserve(buffer, 64);
    size_t room = buffer->capacity - buffer->size;
    va_list arguments;
    va_list again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(buffer->data + buffer->size, room, format, arguments);
    va_end(arguments);
    if (size >= 0 && (size_t)size >= room) {
        gs_buffer_reserve(buffer, (size_t)size);
        vsnprintf(buffer->data + buffer->size, (size_t)size + 1, format, again);
    }
    va_end(again);
    buffer->size += size < 0 ? 0 : (size_t)size;
    buffer->data[buffer->size] = '\0';
}

void gs_buffer_clear(gs_buffer *buffer)
{
    buffer->size = 0;
    if (buffer->data) {
        buffer->data[0] = '\0';
    }
}

void gs_buffer_free(gs_buffer *buffer)
{
    free(buffer->data);
    *buffer = (gs_buffer){0};
}

gs_view gs_buffer_view(const gs_buffer *buffer)
{
    return (gs_view){.data = buffer->data, .size = buffer->size};
}
