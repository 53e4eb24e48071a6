// Header fields: the lines that HTTP (RFC 9112) and WARC (ISO 28500) write alike. A line may end with a bare
// line feed, and a line that begins with white space goes on with the value before it, as old servers write.
#include "source/http_message.h"

#include <string.h>

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

size_t gs_fields_size(gs_view bytes, size_t limit)
{
    const gs_view head = gs_view_slice(bytes, 0, limit);
    size_t at = 0;
    while (at < head.size) {
        const char *newline = memchr(head.data + at, '\n', head.size - at);
        if (newline == NULL) {
            return 0;
        }
        const size_t next = (size_t)(newline - head.data) + 1;
        if (next - at == 1 || (next - at == 2 && head.data[at] == '\r')) {
            return next;
        }
        at = next;
    }
    return 0;
}

// The end of the line at `at`, without its line end; *next is behind that.
static size_t line_end(gs_view fields, size_t at, size_t *next)
{
    const char *newline = memchr(fields.data + at, '\n', fields.size - at);
    size_t end = newline != NULL ? (size_t)(newline - fields.data) : fields.size;
    *next = newline != NULL ? end + 1 : end;
    while (end > at && fields.data[end - 1] == '\r') {
        end--;
    }
    return end;
}

bool gs_field_next(gs_view fields, size_t *at, gs_view *name, gs_view *value)
{
    while (*at < fields.size) {
        const size_t begin = *at;
        size_t end = line_end(fields, begin, at);
        while (*at < fields.size && is_blank(fields.data[*at])) {
            end = line_end(fields, *at, at);
        }
        const gs_view line = gs_view_slice(fields, begin, end);
        const size_t colon = gs_view_find(line, gs_view_make(":", 1), 0);
        if (colon == SIZE_MAX || colon == 0 || is_blank(line.data[0])) {
            continue;
        }
        *name = gs_view_trim(gs_view_slice(line, 0, colon));
        *value = gs_view_trim(gs_view_slice(line, colon + 1, line.size));
        return true;
    }
    return false;
}

gs_view gs_field_find(gs_view fields, const char *name)
{
    size_t at = 0;
    gs_view found;
    gs_view value;
    while (gs_field_next(fields, &at, &found, &value)) {
        if (gs_view_equal_nocase(found, gs_view_of(name))) {
            return value;
        }
    }
    return gs_view_make("", 0);
}

// The part before the next semicolon outside quotes; *at moves behind it.
static gs_view next_part(gs_view text, size_t *at)
{
    const size_t begin = *at;
    bool quoted = false;
    size_t end = begin;
    while (end < text.size && (quoted || text.data[end] != ';')) {
        quoted = quoted != (text.data[end] == '"');
        end++;
    }
    *at = end < text.size ? end + 1 : end;
    return gs_view_trim(gs_view_slice(text, begin, end));
}

gs_view gs_media_type(gs_view content_type)
{
    size_t at = 0;
    return next_part(content_type, &at);
}

gs_view gs_media_parameter(gs_view content_type, const char *name)
{
    size_t at = 0;
    next_part(content_type, &at);
    while (at < content_type.size) {
        const gs_view part = next_part(content_type, &at);
        const size_t equals = gs_view_find(part, gs_view_make("=", 1), 0);
        if (equals == SIZE_MAX ||
            !gs_view_equal_nocase(gs_view_trim(gs_view_slice(part, 0, equals)), gs_view_of(name))) {
            continue;
        }
        gs_view value = gs_view_trim(gs_view_slice(part, equals + 1, part.size));
        while (value.size > 0 && (value.data[0] == '"' || value.data[0] == '\'')) {
            value = gs_view_slice(value, 1, value.size);
        }
        while (value.size > 0 && (value.data[value.size - 1] == '"' || value.data[value.size - 1] == '\'')) {
            value.size--;
        }
        return gs_view_trim(value);
    }
    return gs_view_make("", 0);
}
