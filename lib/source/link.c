// Relative references to absolute addresses (RFC 3986, section 5.2).
//
// Written for addresses as feeds and pages have them: with spaces, with letters beyond ASCII, with too many
// dots. Only http and https serve as a base, so that nothing sends a reader to javascript: or file: by way of
// one.
#include "source/source_internal.h"

#include <string.h>

typedef struct address {
    gs_view scheme, authority, path, query; // with ':' and '//' and '?' respectively
} address;

static bool is_scheme_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '+' || byte == '-' || byte == '.';
}

static size_t find_any(gs_view text, const char *set, size_t from)
{
    size_t at = from;
    while (at < text.size && (text.data[at] == '\0' || !strchr(set, text.data[at]))) {
        at++;
    }
    return at;
}

// Bytes of "scheme:", 0 if there is none.
static size_t scheme_of(gs_view link)
{
    size_t at = 0;
    while (at < link.size && is_scheme_byte(link.data[at])) {
        at++;
    }
    return at > 0 && at < link.size && link.data[at] == ':' ? at + 1 : 0;
}

bool gs_link_is_web(gs_view link)
{
    return gs_view_equal_nocase(gs_view_slice(link, 0, 7), gs_view_of("http://")) ||
           gs_view_equal_nocase(gs_view_slice(link, 0, 8), gs_view_of("https://"));
}

static address split(gs_view link)
{
    address parts = {0};
    size_t at = scheme_of(link);
    parts.scheme = gs_view_slice(link, 0, at);
    size_t end = at;
    if (gs_view_starts(gs_view_slice(link, at, link.size), "//")) {
        end = find_any(link, "/?#", at + 2);
    }
    parts.authority = gs_view_slice(link, at, end);
    at = find_any(link, "?#", end);
    parts.path = gs_view_slice(link, end, at);
    parts.query = gs_view_slice(link, at, find_any(link, "#", at));
    return parts;
}

static void put(gs_buffer *out, gs_view piece)
{
    for (size_t i = 0; i < piece.size; i++) {
        unsigned char byte = (unsigned char)piece.data[i];
        if (byte <= ' ' || byte == '<' || byte == '>' || byte == '"') {
            gs_buffer_format(out, "%%%02X", byte);
        } else {
            gs_buffer_byte(out, (char)byte);
        }
    }
}

// Removes the last segment behind begin, with its slash.
static void drop_segment(gs_buffer *out, size_t begin)
{
    while (out->size > begin && out->data[out->size - 1] != '/') {
        out->size--;
    }
    out->size -= out->size > begin;
}

// Section 5.2.4, "Remove Dot Segments", by segment. path begins with '/'.
static void put_path(gs_buffer *out, gs_view path)
{
    size_t begin = out->size;
    size_t at = 0;
    while (at < path.size) {
        size_t end = find_any(path, "/", at + 1);
        gs_view segment = gs_view_slice(path, at, end); // with the slash before it
        bool last = end == path.size;
        if (gs_view_equal(segment, gs_view_of("/.")) || gs_view_equal(segment, gs_view_of("/.."))) {
            if (segment.size == 3) {
                drop_segment(out, begin);
            }
            if (last) {
                gs_buffer_byte(out, '/');
            }
        } else {
            put(out, segment);
        }
        at = end;
    }
}

// Where a relative path begins: the directory of the base's path.
static gs_view directory_of(gs_view path)
{
    size_t end = path.size;
    while (end > 0 && path.data[end - 1] != '/') {
        end--;
    }
    return end > 0 ? gs_view_slice(path, 0, end) : gs_view_of("/");
}

static void join(gs_view link, address base, gs_buffer *out)
{
    gs_buffer_append(out, base.scheme.data, base.scheme.size);
    if (gs_view_starts(link, "//")) {
        put(out, link);
        return;
    }
    gs_buffer_append(out, base.authority.data, base.authority.size);
    size_t end = find_any(link, "?#", 0);
    gs_view path = gs_view_slice(link, 0, end);
    gs_view rest = gs_view_slice(link, end, link.size);
    gs_buffer whole = {0};
    if (path.size == 0) {
        gs_buffer_append(&whole, base.path.data, base.path.size);
    } else if (path.data[0] != '/') {
        gs_view directory = directory_of(base.path);
        gs_buffer_append(&whole, directory.data, directory.size);
        gs_buffer_append(&whole, path.data, path.size);
    } else {
        gs_buffer_append(&whole, path.data, path.size);
    }
    put_path(out, gs_buffer_view(&whole));
    gs_buffer_free(&whole);
    if (path.size == 0 && (rest.size == 0 || rest.data[0] == '#')) {
        put(out, base.query);
    }
    put(out, rest);
}

char *gs_link_absolute(gs_view link, gs_view base, gs_arena *arena)
{
    link = gs_view_trim(link);
    base = gs_view_trim(base);
    if (link.size == 0 || link.size > GS_LIMIT_FIELD_BYTES || base.size > GS_LIMIT_FIELD_BYTES ||
        scheme_of(link) > 0 || !gs_link_is_web(base)) {
        return gs_arena_text(arena, link);
    }
    gs_buffer out = {0};
    join(link, split(base), &out);
    char *text = gs_arena_text(arena, gs_buffer_view(&out));
    gs_buffer_free(&out);
    return text;
}
