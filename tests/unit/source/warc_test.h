// What the tests of archives share: records and gzip members made in memory.
#ifndef GAINSAY_TESTS_WARC_TEST_H
#define GAINSAY_TESTS_WARC_TEST_H

#include <zlib.h>

#include "source_test.h"

// One record as text: type, address and block.
static inline void add_record(gs_buffer *out, const char *type, const char *uri, const char *content_type,
                              gs_view block)
{
    gs_buffer_format(out,
                     "WARC/1.0\r\nWARC-Type: %s\r\nWARC-Date: 2024-05-06T07:08:09Z\r\n"
                     "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>\r\n",
                     type);
    if (uri != NULL) {
        gs_buffer_format(out, "WARC-Target-URI: %s\r\n", uri);
    }
    gs_buffer_format(out, "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n", content_type, block.size);
    gs_buffer_append(out, block.data, block.size);
    gs_buffer_text(out, "\r\n\r\n");
}

// Appends text packed: window 31 for a gzip member, 15 for zlib, -15 for bare deflate.
static inline void pack(gs_buffer *out, gs_view text, int window)
{
    z_stream stream = {.next_in = (z_const Bytef *)(uintptr_t)text.data, .avail_in = (uInt)text.size};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
    const size_t most = deflateBound(&stream, (uLong)text.size);
    gs_buffer_reserve(out, most);
    stream.next_out = (Bytef *)out->data + out->size;
    stream.avail_out = (uInt)most;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out->size += stream.total_out;
    out->data[out->size] = '\0';
    deflateEnd(&stream);
}

static inline void add_response(gs_buffer *out, const char *uri, const char *fields, gs_view body)
{
    gs_buffer block = {0};
    gs_buffer_format(&block, "HTTP/1.1 200 OK\r\n%s\r\n", fields);
    gs_buffer_append(&block, body.data, body.size);
    add_record(out, "response", uri, "application/http; msgtype=response", gs_buffer_view(&block));
    gs_buffer_free(&block);
}

#endif
