// The body of an archived HTTP response as the server's application wrote it.
//
// Crawlers disagree on what they keep: some archive the bytes of the wire, some archive the body unpacked and
// leave the header as it was. So an encoding that the header names is undone only if the body is in it: what
// does not begin with a chunk's size is not chunked, and what cannot be unpacked but begins like markup was
// unpacked before. Every step stops at the limit, so a small record cannot become a large page unnoticed.
#include "source/http_message.h"

#include <brotli/decode.h>
#include <limits.h>
#include <string.h>
#include <zlib.h>

enum {
    ENCODINGS_MOST = 4, // of one body
    CHUNK_DIGITS = 15,  // of a chunk's size
    PIECE_BYTES = 64 * 1024,
    WINDOW_ANY = 15 + 32, // gzip or zlib, told by its header
    WINDOW_RAW = -15,
};

// ---- chunks ------------------------------------------------------------------------------------------

// Reads the line with a chunk's size; false if there is none. *at moves behind it.
static bool chunk_size(gs_view body, size_t *at, uint64_t *size)
{
    size_t digits = 0;
    size_t here = *at;
    *size = 0;
    while (here < body.size && digits <= CHUNK_DIGITS) {
        const char byte = body.data[here];
        const char lower = (char)(byte | 0x20);
        const int value = byte >= '0' && byte <= '9'     ? byte - '0'
                          : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10
                                                         : -1;
        if (value < 0) {
            break;
        }
        *size = *size * 16 + (uint64_t)value;
        digits++;
        here++;
    }
    const char *newline = here < body.size ? memchr(body.data + here, '\n', body.size - here) : NULL;
    if (digits == 0 || digits > CHUNK_DIGITS || newline == NULL ||
        (body.data[here] != '\r' && body.data[here] != '\n' && body.data[here] != ';' &&
         body.data[here] != ' ')) {
        return false;
    }
    *at = (size_t)(newline - body.data) + 1;
    return true;
}

// A body whose last chunk is missing or short gives what there is: so do browsers.
static bool join_chunks(gs_view body, size_t limit, gs_buffer *out, gs_error *error)
{
    size_t at = 0;
    uint64_t size = 0;
    while (chunk_size(body, &at, &size) && size > 0) {
        const size_t left = body.size - at;
        const size_t taken = size < left ? (size_t)size : left;
        if (out->size + taken > limit) {
            return gs_fail(error, GS_E_LIMIT, "a page of more than %zu bytes", limit);
        }
        gs_buffer_append(out, body.data + at, taken);
        at += taken;
        while (at < body.size && (body.data[at] == '\r' || body.data[at] == '\n')) {
            at++;
        }
    }
    return true;
}

// ---- unpacking ---------------------------------------------------------------------------------------

typedef enum unpacked { UNPACKED, UNPACKED_SHORT, UNPACK_BAD, UNPACK_LIMIT } unpacked;

// Room for the next piece; false at the limit.
static bool piece_room(gs_buffer *out, size_t limit, size_t *room)
{
    gs_buffer_reserve(out, PIECE_BYTES + 1);
    *room = out->capacity - out->size - 1;
    *room = *room < UINT_MAX ? *room : UINT_MAX;
    *room = *room < limit + 1 - out->size ? *room : limit + 1 - out->size;
    return *room > 0;
}

static unpacked inflate_all(gs_view body, int window, size_t limit, gs_buffer *out)
{
    z_stream stream = {.next_in = (z_const Bytef *)(uintptr_t)body.data, .avail_in = (uInt)body.size};
    if (inflateInit2(&stream, window) != Z_OK) {
        return UNPACK_BAD;
    }
    unpacked result = UNPACKED_SHORT;
    size_t room = 0;
    while (result == UNPACKED_SHORT && piece_room(out, limit, &room)) {
        stream.next_out = (Bytef *)out->data + out->size;
        stream.avail_out = (uInt)room;
        const int state = inflate(&stream, Z_NO_FLUSH);
        out->size += room - stream.avail_out;
        if (state == Z_STREAM_END) {
            // A second gzip member goes on with the page; anything else behind the first does not count.
            const bool more = window == WINDOW_ANY && stream.avail_in > 2 && stream.next_in[0] == 0x1f &&
                              stream.next_in[1] == 0x8b && inflateReset(&stream) == Z_OK;
            result = more ? UNPACKED_SHORT : UNPACKED;
        } else if (state != Z_OK && !(state == Z_BUF_ERROR && stream.avail_in == 0)) {
            result = UNPACK_BAD;
        } else if (stream.avail_in == 0 && stream.avail_out > 0) {
            break;
        }
    }
    inflateEnd(&stream);
    out->data[out->size] = '\0';
    return out->size > limit ? UNPACK_LIMIT : result;
}

static unpacked unpack_gzip(gs_view body, size_t limit, gs_buffer *out)
{
    return inflate_all(body, WINDOW_ANY, limit, out);
}

// "deflate" means zlib's format by the standard, and bare deflate by what some servers send.
static unpacked unpack_deflate(gs_view body, size_t limit, gs_buffer *out)
{
    const unpacked result = inflate_all(body, WINDOW_ANY, limit, out);
    if (result != UNPACK_BAD) {
        return result;
    }
    gs_buffer_clear(out);
    return inflate_all(body, WINDOW_RAW, limit, out);
}

static unpacked unpack_brotli(gs_view body, size_t limit, gs_buffer *out)
{
    BrotliDecoderState *decoder = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    const uint8_t *in = (const uint8_t *)body.data;
    size_t left = body.size;
    size_t room = 0;
    BrotliDecoderResult state =
        decoder != NULL ? BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT : BROTLI_DECODER_RESULT_ERROR;
    while (state == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT && piece_room(out, limit, &room)) {
        size_t free_bytes = room;
        uint8_t *to = (uint8_t *)out->data + out->size;
        state = BrotliDecoderDecompressStream(decoder, &left, &in, &free_bytes, &to, NULL);
        out->size += room - free_bytes;
        out->data[out->size] = '\0';
    }
    BrotliDecoderDestroyInstance(decoder);
    return out->size > limit                                 ? UNPACK_LIMIT
           : state == BROTLI_DECODER_RESULT_SUCCESS          ? UNPACKED
           : state == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT ? UNPACKED_SHORT
                                                             : UNPACK_BAD;
}

typedef struct encoding {
    const char *name;
    unpacked (*unpack)(gs_view body, size_t limit, gs_buffer *out); // NULL: nothing to do
} encoding;

static const encoding encodings[] = {
    {"gzip", unpack_gzip}, {"x-gzip", unpack_gzip}, {"deflate", unpack_deflate}, {"br", unpack_brotli},
    {"identity", NULL},    {"none", NULL},          {"chunked", NULL}, // a transfer encoding; some servers
                                                                       // write it here
    {"utf-8", NULL},                                                   // and some write the charset
};

static const encoding *find_encoding(gs_view name)
{
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        if (gs_view_equal_nocase(name, gs_view_of(encodings[i].name))) {
            return &encodings[i];
        }
    }
    return NULL;
}

static bool looks_like_markup(gs_view body)
{
    if (gs_view_starts(body, "\xEF\xBB\xBF")) {
        body = gs_view_slice(body, 3, body.size);
    }
    return gs_view_starts(gs_view_trim(gs_view_slice(body, 0, PIECE_BYTES)), "<");
}

// Undoes one encoding into out, or leaves *body as it is.
static bool undo(gs_view name, bool cut, size_t limit, gs_buffer *out, gs_view *body, gs_error *error)
{
    const encoding *known = find_encoding(name);
    if (known == NULL) {
        return looks_like_markup(*body) ||
               gs_fail(error, GS_E_INPUT,
                       "the page has the content encoding \"%.*s\", which is not read here",
                       (int)(name.size < 40 ? name.size : 40), name.data);
    }
    if (known->unpack == NULL || body->size == 0) {
        return true;
    }
    gs_buffer_clear(out);
    const unpacked result = known->unpack(*body, limit, out);
    if (result == UNPACK_LIMIT) {
        return gs_fail(error, GS_E_LIMIT, "a page of more than %zu bytes when unpacked", limit);
    }
    if (result == UNPACKED || (result == UNPACKED_SHORT && cut)) {
        *body = gs_buffer_view(out);
        return true;
    }
    return looks_like_markup(*body) ||
           gs_fail(error, GS_E_INPUT, "the page's %s encoding is damaged%s", known->name,
                   result == UNPACKED_SHORT ? ": it ends early" : "");
}

// The last name of a list parted by commas; *list becomes what stands before it.
static gs_view last_name(gs_view *list)
{
    size_t begin = list->size;
    while (begin > 0 && list->data[begin - 1] != ',') {
        begin--;
    }
    const gs_view name = gs_view_trim(gs_view_slice(*list, begin, list->size));
    *list = gs_view_slice(*list, 0, begin > 0 ? begin - 1 : 0);
    return name;
}

static bool is_chunked(const gs_http_message *message)
{
    gs_view list = gs_field_find(message->fields, "Transfer-Encoding");
    size_t at = 0;
    uint64_t size = 0;
    return gs_view_equal_nocase(last_name(&list), gs_view_of("chunked")) &&
           chunk_size(message->body, &at, &size);
}

bool gs_http_body(const gs_http_message *message, bool cut, size_t limit, gs_buffer buffers[2], gs_view *body,
                  gs_error *error)
{
    gs_view list = gs_field_find(message->fields, "Content-Encoding");
    unsigned used = 0;
    *body = message->body;
    if (is_chunked(message)) {
        gs_buffer_clear(&buffers[used]);
        if (!join_chunks(*body, limit, &buffers[used], error)) {
            return false;
        }
        *body = gs_buffer_view(&buffers[used++]);
    }
    for (unsigned i = 0; list.size > 0; i++) {
        const gs_view name = last_name(&list);
        if (i == ENCODINGS_MOST) {
            return gs_fail(error, GS_E_LIMIT, "a page with more than %d content encodings", ENCODINGS_MOST);
        }
        // The other buffer than the one that holds the body now.
        if (name.size > 0 && !undo(name, cut, limit, &buffers[used % 2], body, error)) {
            return false;
        }
        used = body->data == buffers[used % 2].data && body->size > 0 ? used + 1 : used;
    }
    return body->size <= limit || gs_fail(error, GS_E_LIMIT, "a page of more than %zu bytes", limit);
}
