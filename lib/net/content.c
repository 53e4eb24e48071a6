// Undoes Content-Encoding, whole bodies at a time, within a bound on what comes out.
//
// libcurl can do this, too, but it takes a compressed stream that stops in its middle for a good one, and the
// half of a page would become an article. Here a stream must come to its own end. The bound holds for each
// layer, so a bomb within a bomb stops at the outer one.
//
// For zstd the window is bounded to 8 MiB, as RFC 9659 asks of the web; gzip and brotli have bounds by
// design.
#include "net/net_internal.h"

#include <brotli/decode.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum {
    LAYERS_MOST = 4,
    STEP_BYTES = 64 * 1024,
    ZSTD_WINDOW_LOG = 23,
    GZIP_OR_ZLIB = 15 + 32, // as zlib numbers its formats
    BARE_DEFLATE = -15,
};

typedef enum ending { ENDED, CUT, LARGE, BAD } ending;

typedef ending undo(gs_view in, size_t most, gs_buffer *out);

// Room for the next step: one byte beyond the bound shows that there is more.
static size_t make_room(gs_buffer *out, size_t most)
{
    const size_t left = most + 1 - out->size;
    const size_t room = left < STEP_BYTES ? left : STEP_BYTES;
    gs_buffer_reserve(out, room);
    return room;
}

static bool grow(gs_buffer *out, size_t bytes, size_t most)
{
    out->size += bytes;
    const bool within = out->size <= most;
    out->size = within ? out->size : most;
    out->data[out->size] = '\0';
    return within;
}

static ending inflate_as(int format, gs_view in, size_t most, gs_buffer *out)
{
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)in.data, .avail_in = (uInt)in.size};
    ending end = CUT;
    if (in.size > UINT32_MAX || inflateInit2(&stream, format) != Z_OK) {
        return BAD;
    }
    while (end == CUT) {
        const size_t room = make_room(out, most);
        stream.next_out = (Bytef *)out->data + out->size;
        stream.avail_out = (uInt)room;
        const int code = inflate(&stream, Z_NO_FLUSH);
        if (!grow(out, room - stream.avail_out, most)) {
            end = LARGE;
        } else if (code == Z_STREAM_END) {
            // gzip may go on with another member; anything else behind the end is left alone
            const bool more = format == GZIP_OR_ZLIB && stream.avail_in >= 2 && stream.next_in[0] == 0x1F &&
                              stream.next_in[1] == 0x8B && inflateReset(&stream) == Z_OK;
            end = more ? CUT : ENDED;
        } else if (code == Z_BUF_ERROR || (code == Z_OK && stream.avail_in == 0 && stream.avail_out > 0)) {
            break; // all is read, and no end in sight
        } else if (code != Z_OK) {
            end = BAD;
        }
    }
    inflateEnd(&stream);
    return end;
}

static ending undo_gzip(gs_view in, size_t most, gs_buffer *out)
{
    return inflate_as(GZIP_OR_ZLIB, in, most, out);
}

// "deflate" means zlib's format; some servers send the bare one, which does not begin with zlib's checked
// head.
static ending undo_deflate(gs_view in, size_t most, gs_buffer *out)
{
    const unsigned char *bytes = (const unsigned char *)in.data;
    const bool has_head =
        in.size >= 2 && (bytes[0] & 0x0F) == Z_DEFLATED && (bytes[0] * 256 + bytes[1]) % 31 == 0;
    return inflate_as(has_head ? GZIP_OR_ZLIB : BARE_DEFLATE, in, most, out);
}

static ending undo_brotli(gs_view in, size_t most, gs_buffer *out)
{
    BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    const uint8_t *next_in = (const uint8_t *)in.data;
    size_t left_in = in.size;
    BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    ending end = state ? CUT : BAD;
    while (state && end == CUT && result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
        const size_t room = make_room(out, most);
        uint8_t *next_out = (uint8_t *)out->data + out->size;
        size_t left_out = room;
        result = BrotliDecoderDecompressStream(state, &left_in, &next_in, &left_out, &next_out, NULL);
        end = grow(out, room - left_out, most) ? CUT : LARGE;
    }
    if (state && end == CUT && result == BROTLI_DECODER_RESULT_SUCCESS) {
        end = ENDED;
    } else if (state && end == CUT && result == BROTLI_DECODER_RESULT_ERROR) {
        end = BAD;
    }
    if (state) {
        BrotliDecoderDestroyInstance(state);
    }
    return end;
}

static ending undo_zstd(gs_view in, size_t most, gs_buffer *out)
{
    ZSTD_DCtx *state = ZSTD_createDCtx();
    ZSTD_inBuffer from = {.src = in.data, .size = in.size};
    ending end = state ? CUT : BAD;
    size_t left = 1; // of the frame; 0 at its end
    bool full = true;
    if (state) {
        ZSTD_DCtx_setParameter(state, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
    }
    while (end == CUT && (full || from.pos < from.size)) {
        const size_t room = make_room(out, most);
        ZSTD_outBuffer to = {.dst = out->data + out->size, .size = room};
        const size_t before = from.pos;
        left = ZSTD_decompressStream(state, &to, &from);
        full = to.pos == to.size;
        end = grow(out, to.pos, most) ? CUT : LARGE;
        if (ZSTD_isError(left)) {
            end = BAD;
        } else if (left == 0 && from.pos == from.size && end == CUT) {
            end = ENDED;
        } else if (to.pos == 0 && from.pos == before) {
            break;
        }
    }
    ZSTD_freeDCtx(state);
    return end;
}

typedef struct coding {
    const char *name;
    undo *undo; // NULL: nothing is to be undone
} coding;

static const coding codings[] = {
    {"gzip", undo_gzip},
    {"x-gzip", undo_gzip},
    {"deflate", undo_deflate},
    {"br", undo_brotli},
    {"zstd", undo_zstd},
    {"identity", NULL},
    {"none", NULL},
    {"", NULL},
    {"utf-8", NULL}, // what servers write who mean the charset
    {"binary", NULL},
    {"8bit", NULL},
};

static const coding *coding_named(gs_view name)
{
    for (size_t i = 0; i < sizeof codings / sizeof codings[0]; i++) {
        if (gs_view_equal_nocase(name, gs_view_of(codings[i].name))) {
            return &codings[i];
        }
    }
    return NULL;
}

// The last name of a list, taken off it.
static gs_view take_last(gs_view *list)
{
    size_t begin = list->size;
    while (begin > 0 && list->data[begin - 1] != ',') {
        begin--;
    }
    const gs_view last = gs_view_trim(gs_view_slice(*list, begin, list->size));
    *list = gs_view_slice(*list, 0, begin > 0 ? begin - 1 : 0);
    return last;
}

bool gs_content_undo(gs_view encoding, gs_buffer *body, size_t most, bool head_is_enough, bool is_cut,
                     gs_error *error)
{
    for (int layer = 0; encoding.size > 0 && body->size > 0; layer++) {
        const gs_view name = take_last(&encoding);
        const coding *how = coding_named(name);
        if (!how) {
            return gs_fail(error, GS_E_INPUT, "the body is encoded as \"%.*s\", which is not understood",
                           name.size < 40 ? (int)name.size : 40, name.data);
        }
        if (layer == LAYERS_MOST) {
            return gs_fail(error, GS_E_LIMIT, "the body is encoded more than %d times", LAYERS_MOST);
        }
        if (!how->undo) {
            continue;
        }
        gs_buffer out = {0};
        const ending end = how->undo(gs_buffer_view(body), most, &out);
        gs_buffer_free(body);
        *body = out;
        if (end == LARGE && !head_is_enough) {
            return gs_fail(error, GS_E_LIMIT, "the answer has more than %zu bytes", most);
        }
        if (end == BAD || (end == CUT && !is_cut)) {
            return gs_fail(error, GS_E_INPUT, "the compressed body %s",
                           end == BAD ? "is damaged" : "ends too early");
        }
        is_cut = is_cut || end == LARGE;
    }
    return true;
}
