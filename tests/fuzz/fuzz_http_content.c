// Compressed bodies: the first line of the input is Content-Encoding, the rest the body.
#include "fuzz.h"
#include "net/net_internal.h"

enum { MOST = 256 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const gs_view input = gs_view_make(data, size);
    const size_t found = gs_view_find(input, gs_view_of("\n"), 0);
    const size_t split = found < size ? found : size;
    for (int i = 0; i < 2; i++) {
        gs_buffer body = {0};
        gs_error error = {0};
        const gs_view rest = gs_view_slice(input, split + 1, size);
        gs_buffer_append(&body, rest.data, rest.size);
        const bool good =
            gs_content_undo(gs_view_slice(input, 0, split), &body, MOST, i == 1, i == 1, &error);
        FUZZ_CHECK(good || error.message[0] != '\0');
        FUZZ_CHECK(body.size <= MOST || body.size < size);
        gs_buffer_free(&body);
    }
    return 0;
}
