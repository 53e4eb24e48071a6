// error: one line that a user can act on, made safe to print.
//
// Messages quote file names, peers and pieces of input, and they end on a terminal, in a log or in an
// acknowledgement. So each message is made here into one line of valid UTF-8 without control characters,
// whatever went into it. Text is put together in a buffer of its own, so a caller may quote the very
// message that it replaces.
#include "base/error.h"

#include <stdio.h>
#include <string.h>

#include "base/view.h"

// C0, DEL, C1, line and paragraph separators, and the marks that turn the direction of writing.
static bool steers_terminal(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) ||
           (code_point >= 0x200E && code_point <= 0x200F) || (code_point >= 0x2028 && code_point <= 0x202E) ||
           (code_point >= 0x2066 && code_point <= 0x2069);
}

// Copies text as one clean line of at most capacity - 1 bytes; what does not fit ends in "...".
static void copy_clean(char *out, size_t capacity, const char *text)
{
    static const char ellipsis[] = "...";
    gs_view view = gs_view_of(text);
    size_t offset = 0;
    size_t written = 0;
    size_t cut = 0; // the last place where the ellipsis would still fit
    while (offset < view.size) {
        size_t begin = offset;
        uint32_t code_point = gs_utf8_next(view, &offset);
        size_t size = offset - begin;
        bool bad = size == 1 && code_point == 0xFFFD;
        bool replaced = bad || steers_terminal(code_point);
        size_t needed = replaced ? 1 : size;
        if (written + needed >= capacity) {
            memcpy(out + cut, ellipsis, sizeof ellipsis);
            return;
        }
        if (replaced) {
            out[written] = '?';
        } else {
            memcpy(out + written, view.data + begin, size);
        }
        written += needed;
        if (written + sizeof ellipsis <= capacity) {
            cut = written;
        }
    }
    out[written] = '\0';
}

bool gs_fail(gs_error *error, gs_code code, const char *format, ...)
{
    if (!error) {
        return false;
    }
    char text[2 * sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    error->code = code;
    copy_clean(error->message, sizeof error->message, text);
    return false;
}

bool gs_fail_within(gs_error *error, const char *format, ...)
{
    if (!error) {
        return false;
    }
    char text[2 * sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    size_t used = size < 0 ? 0 : (size_t)size;
    if (used < sizeof text) {
        snprintf(text + used, sizeof text - used, ": %s", error->message);
    }
    copy_clean(error->message, sizeof error->message, text);
    return false;
}

void gs_error_clear(gs_error *error)
{
    if (error) {
        error->code = GS_OK;
        error->message[0] = '\0';
    }
}
