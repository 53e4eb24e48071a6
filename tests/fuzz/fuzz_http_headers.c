// The headers of an answer, line by line: freshness, dates, Retry-After, and where a redirect leads.
#include <string.h>

#include "fuzz.h"
#include "net/net_internal.h"

enum { DAY = 86400, YEAR = 31536000, LINES_MOST = 1000 };

static void check_url(const gs_url *url)
{
    gs_url again;
    gs_error error = {0};
    FUZZ_CHECK(url->path[0] == '/' && url->host[0] != '\0');
    FUZZ_CHECK(strncmp(url->origin, "http", 4) == 0);
    FUZZ_CHECK(strlen(url->shown) <= strlen(url->text));
    FUZZ_CHECK(strchr(url->text, '#') == NULL);
    // What was read once is read the same again, unless encoding has made it too long.
    if (gs_url_read(url->text, &again, &error)) {
        FUZZ_CHECK(strcmp(again.text, url->text) == 0 && strcmp(again.origin, url->origin) == 0);
        gs_url_free(&again);
    } else {
        FUZZ_CHECK(error.code == GS_E_LIMIT);
    }
}

static void follow(const char *location)
{
    static const char *const starts[] = {"http://example.org/a/b?c=d", "https://me:secret@example.org:8443/"};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        gs_url from;
        gs_url to;
        gs_error error = {0};
        FUZZ_CHECK(gs_url_read(starts[i], &from, &error));
        if (gs_url_follow(&from, location, &to, &error)) {
            check_url(&to);
            const char *name = strstr(to.text, "://") + 3;
            FUZZ_CHECK(strncmp(name, "me:secret@", 10) != 0 || strcmp(to.origin, from.origin) == 0);
            gs_url_free(&to);
        } else {
            FUZZ_CHECK(error.message[0] != '\0');
        }
        gs_url_free(&from);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gs_headers headers = {0};
    const gs_view input = gs_view_make(data, size);
    size_t begin = 0;
    for (size_t lines = 0; begin < size && lines < LINES_MOST; lines++) {
        const size_t found = gs_view_find(input, gs_view_of("\n"), begin);
        const size_t end = found < size ? found + 1 : size;
        gs_headers_line(&headers, gs_view_slice(input, begin, end));
        begin = end;
    }
    static const int64_t moments[] = {0, 1072986501, INT32_MAX, 253402300799};
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        FUZZ_CHECK(gs_headers_fresh_s(&headers, moments[i]) <= YEAR);
        FUZZ_CHECK(gs_retry_after(gs_buffer_view(&headers.retry_after), moments[i]) <= DAY);
    }
    int64_t seconds = 0;
    FUZZ_CHECK(!gs_http_date(gs_buffer_view(&headers.date), &seconds) || seconds >= 0);
    if (headers.location.size > 0) {
        follow(headers.location.data);
    }
    gs_headers_free(&headers);
    return 0;
}
