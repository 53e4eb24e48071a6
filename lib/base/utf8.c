// utf8: what is valid text, decided by utf8proc, with a short way for ASCII.
//
// Almost all of what passes through is ASCII; eight bytes at a time are told from the rest by one mask.
// utf8proc_iterate refuses surrogates, overlong forms and code points past U+10FFFF (RFC 3629, section 3).
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/view.h"

enum { REPLACEMENT = 0xFFFD };

// Bytes of the code point at offset, 0 if what stands there is none.
static size_t decode(gs_view text, size_t offset, uint32_t *code_point)
{
    utf8proc_int32_t value = -1;
    size_t left = text.size - offset;
    utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)text.data + offset,
                                             left > 4 ? 4 : (utf8proc_ssize_t)left, &value);
    if (size <= 0 || value < 0) {
        return 0;
    }
    *code_point = (uint32_t)value;
    return (size_t)size;
}

// The offset of the first byte at or after offset that is not ASCII.
static size_t skip_ascii(gs_view text, size_t offset)
{
    const uint64_t high_bits = UINT64_C(0x8080808080808080);
    while (text.size - offset >= sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, text.data + offset, sizeof word);
        if (word & high_bits) {
            break;
        }
        offset += sizeof word;
    }
    while (offset < text.size && (unsigned char)text.data[offset] < 0x80) {
        offset++;
    }
    return offset;
}

bool gs_utf8_valid(gs_view text, size_t *bad_offset)
{
    size_t offset = 0;
    while ((offset = skip_ascii(text, offset)) < text.size) {
        uint32_t code_point;
        size_t size = decode(text, offset, &code_point);
        if (size == 0) {
            if (bad_offset) {
                *bad_offset = offset;
            }
            return false;
        }
        offset += size;
    }
    return true;
}

uint32_t gs_utf8_next(gs_view text, size_t *offset)
{
    if (*offset >= text.size) {
        return REPLACEMENT;
    }
    unsigned char first = (unsigned char)text.data[*offset];
    if (first < 0x80) {
        (*offset)++;
        return first;
    }
    uint32_t code_point = REPLACEMENT;
    size_t size = decode(text, *offset, &code_point);
    *offset += size ? size : 1;
    return code_point;
}

void gs_utf8_append(gs_buffer *buffer, uint32_t code_point)
{
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
        code_point = REPLACEMENT;
    }
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t size = utf8proc_encode_char((utf8proc_int32_t)code_point, bytes);
    gs_buffer_append(buffer, bytes, (size_t)size);
}

size_t gs_utf8_repair(gs_view text, gs_buffer *out)
{
    gs_buffer_reserve(out, text.size);
    size_t replaced = 0;
    size_t offset = 0;
    while (offset < text.size) {
        size_t stop = skip_ascii(text, offset);
        const char *nul = stop > offset ? memchr(text.data + offset, '\0', stop - offset) : NULL;
        if (nul) {
            stop = (size_t)(nul - text.data);
        }
        gs_buffer_append(out, text.data + offset, stop - offset);
        offset = stop;
        if (nul) {
            offset++;
            continue;
        }
        if (offset == text.size) {
            break;
        }
        uint32_t code_point;
        size_t size = decode(text, offset, &code_point);
        if (size == 0) {
            gs_utf8_append(out, REPLACEMENT);
            replaced++;
            offset++;
            continue;
        }
        gs_buffer_append(out, text.data + offset, size);
        offset += size;
    }
    return replaced;
}

// Unicode's case folding on the compatibility decomposition, marks taken off; text that is not UTF-8 stays.
void gs_utf8_fold(gs_view text, gs_buffer *out)
{
    if (skip_ascii(text, 0) == text.size) {
        gs_buffer_reserve(out, text.size);
        for (size_t i = 0; i < text.size; i++) {
            char c = text.data[i];
            gs_buffer_byte(out, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
        }
        return;
    }
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t size = utf8proc_map(
        (const utf8proc_uint8_t *)text.data, (utf8proc_ssize_t)text.size, &folded,
        UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD);
    if (size >= 0) {
        gs_buffer_append(out, folded, (size_t)size);
    } else {
        gs_buffer_append(out, text.data, text.size);
    }
    free(folded);
}
