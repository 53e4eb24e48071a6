// An HTTP response as an archive holds it: bytes in, status, header fields and body out. Pure; private to
// lib/source.
#ifndef GAINSAY_SOURCE_HTTP_MESSAGE_H
#define GAINSAY_SOURCE_HTTP_MESSAGE_H

#include "source/source_internal.h"

typedef struct gs_http_message {
    unsigned status; // 100 to 999
    gs_view fields;  // the lines behind the status line
    gs_view body;    // as it was sent
} gs_http_message;   // views of the bytes that were read

bool gs_http_read(gs_view bytes, gs_http_message *message, gs_error *error);

// http_fields.c: lines of "Name: value", in HTTP and in WARC alike.
// The bytes up to and with the blank line that ends a header; 0 if there is none within limit bytes.
size_t gs_fields_size(gs_view bytes, size_t limit);
// The next field; a folded value keeps its line ends. False at the end. Lines without a colon are passed
// over.
bool gs_field_next(gs_view fields, size_t *at, gs_view *name, gs_view *value);
gs_view gs_field_find(gs_view fields, const char *name); // the first of that name; empty if absent
// "text/html" of `Text/HTML; charset="utf-8"`, and "utf-8"; empty if absent.
gs_view gs_media_type(gs_view content_type);
gs_view gs_media_parameter(gs_view content_type, const char *name);

// http_body.c: the body with its transfer and content encodings undone, at most limit bytes. cut: the bytes
// are known to end early, so that what can be read of them is good enough. *body is a view of the message or
// of one of the two buffers, which the caller owns and may use again.
bool gs_http_body(const gs_http_message *message, bool cut, size_t limit, gs_buffer buffers[2], gs_view *body,
                  gs_error *error);

#endif
