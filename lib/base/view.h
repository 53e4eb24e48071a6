// view: borrowed pieces of text, and a buffer that grows.
#ifndef GAINSAY_BASE_VIEW_H
#define GAINSAY_BASE_VIEW_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Bytes that somebody else owns; not terminated.
typedef struct gs_view {
    const char *data; // borrowed
    size_t size;      // bytes
} gs_view;

// NULL becomes the empty view. In the header, so that the compiler measures literals.
static inline gs_view gs_view_of(const char *text)
{
    return (gs_view){.data = text, .size = text ? strlen(text) : 0};
}
gs_view gs_view_make(const void *data, size_t size);
bool gs_view_equal(gs_view a, gs_view b);
bool gs_view_equal_nocase(gs_view a, gs_view b); // ASCII letters only
bool gs_view_starts(gs_view view, const char *prefix);
bool gs_view_ends(gs_view view, const char *suffix);
gs_view gs_view_slice(gs_view view, size_t begin, size_t end);  // clamped to the view
gs_view gs_view_trim(gs_view view);                             // ASCII white space off both ends
size_t gs_view_find(gs_view view, gs_view needle, size_t from); // SIZE_MAX if absent

// Memory that a caller owns. These four never return NULL: they print one line and abort.
void *gs_allocate(size_t size);                 // zeroed
void *gs_allocate_vectors(size_t size);         // zeroed, at a multiple of 64
void *gs_reallocate(void *memory, size_t size); // like realloc
char *gs_duplicate(const char *text);           // NULL stays NULL

// A byte buffer; zero-initialise it, free it with gs_buffer_free. data is kept NUL-terminated.
typedef struct gs_buffer {
    char *data;      // owned; NULL while empty and never written
    size_t size;     // bytes in use, without the terminator
    size_t capacity; // bytes allocated
} gs_buffer;

void gs_buffer_reserve(gs_buffer *buffer, size_t extra);
void gs_buffer_append(gs_buffer *buffer, const void *data, size_t size);
void gs_buffer_text(gs_buffer *buffer, const char *text);
void gs_buffer_byte(gs_buffer *buffer, char byte);
void gs_buffer_format(gs_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void gs_buffer_clear(gs_buffer *buffer); // keeps the memory
void gs_buffer_free(gs_buffer *buffer);
gs_view gs_buffer_view(const gs_buffer *buffer);

// UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF).
bool gs_utf8_valid(gs_view text, size_t *bad_offset); // bad_offset may be NULL
// Decodes the code point at *offset and moves *offset past it; U+FFFD and one byte on bad input.
uint32_t gs_utf8_next(gs_view text, size_t *offset);
void gs_utf8_append(gs_buffer *buffer, uint32_t code_point);
// Copies text with each bad byte replaced by U+FFFD and NUL dropped; returns how many were replaced.
size_t gs_utf8_repair(gs_view text, gs_buffer *out);
// Appends text as it is compared where case and accents do not count: "Erdoğan" and "ERDOGAN" fold alike.
void gs_utf8_fold(gs_view text, gs_buffer *out);

#endif
