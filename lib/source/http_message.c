// An archived HTTP response: its status line, its fields and its body.
//
// Archives hold what servers sent, so the status line is read as browsers read it: the reason may be missing,
// the version may be "HTTP/2", and header fields may stand without a blank line behind them when there is no
// body.
#include "source/http_message.h"

#include <string.h>

// "HTTP/1.1 200 OK" to 200; 0 if it is not that.
static unsigned status_of(gs_view line)
{
    size_t at = 0;
    unsigned status = 0;
    if (!gs_view_equal_nocase(gs_view_slice(line, 0, 5), gs_view_of("HTTP/"))) {
        return 0;
    }
    while (at < line.size && line.data[at] != ' ') {
        at++;
    }
    while (at < line.size && line.data[at] == ' ') {
        at++;
    }
    if (line.size - at < 3) {
        return 0;
    }
    for (size_t i = 0; i < 3; i++) {
        const unsigned digit = (unsigned)(unsigned char)line.data[at + i] - '0';
        if (digit > 9) {
            return 0;
        }
        status = status * 10 + digit;
    }
    const bool ends = line.size - at == 3 || line.data[at + 3] == ' ' || line.data[at + 3] == '\r';
    return ends && status >= 100 ? status : 0;
}

bool gs_http_read(gs_view bytes, gs_http_message *message, gs_error *error)
{
    const size_t newline =
        gs_view_find(gs_view_slice(bytes, 0, GS_LIMIT_HTTP_HEADER_BYTES), gs_view_make("\n", 1), 0);
    const size_t line_size = newline == SIZE_MAX ? bytes.size : newline + 1;
    const unsigned status = status_of(gs_view_trim(gs_view_slice(bytes, 0, line_size)));
    if (status == 0) {
        return gs_fail(error, GS_E_INPUT, "expected an HTTP status line, found \"%.*s\"",
                       (int)(bytes.size < 40 ? bytes.size : 40), bytes.data);
    }
    size_t size = gs_fields_size(bytes, GS_LIMIT_HTTP_HEADER_BYTES);
    if (size == 0 && bytes.size >= GS_LIMIT_HTTP_HEADER_BYTES) {
        return gs_fail(error, GS_E_LIMIT, "an HTTP header of more than %d bytes", GS_LIMIT_HTTP_HEADER_BYTES);
    }
    size = size == 0 ? bytes.size : size;
    *message = (gs_http_message){.status = status,
                                 .fields = gs_view_slice(bytes, line_size, size),
                                 .body = gs_view_slice(bytes, size, bytes.size)};
    return true;
}
