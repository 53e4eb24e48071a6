// What an answer's headers say that matters here: validators, where to, when to come back, how long fresh.
//
// Lines come as libcurl hands them out, one at a time, from servers that may write anything; nothing here
// knows of a connection. Freshness is RFC 9111's, from the view of a private cache: max-age goes before
// Expires, s-maxage is for shared ones, and a value that cannot be read counts as no freshness at all.
#include "net/net_internal.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

enum {
    DATE_BYTES = 64,
    CACHE_CONTROL_BYTES = 4096,
    YEAR_SECONDS = 31536000, // more is not believed
};

typedef struct kept_header {
    const char *name;
    size_t offset; // of its buffer in gs_headers
    bool joins;    // several lines are one list
} kept_header;

static const kept_header kept_headers[] = {
    {"ETag", offsetof(gs_headers, etag), false},
    {"Last-Modified", offsetof(gs_headers, last_modified), false},
    {"Retry-After", offsetof(gs_headers, retry_after), false},
    {"Location", offsetof(gs_headers, location), false},
    {"Cache-Control", offsetof(gs_headers, cache_control), true},
    {"Age", offsetof(gs_headers, age), false},
    {"Expires", offsetof(gs_headers, expires), false},
    {"Date", offsetof(gs_headers, date), false},
    {"Content-Encoding", offsetof(gs_headers, encoding), true},
};

enum { KEPT = sizeof kept_headers / sizeof kept_headers[0] };

static gs_buffer *buffer_of(gs_headers *headers, size_t index)
{
    return (gs_buffer *)((char *)headers + kept_headers[index].offset);
}

void gs_headers_line(gs_headers *headers, gs_view line)
{
    if (gs_view_starts(line, "HTTP/")) { // a new answer, behind a "100 Continue" or the like
        for (size_t i = 0; i < KEPT; i++) {
            gs_buffer_clear(buffer_of(headers, i));
        }
        headers->complete = false;
        return;
    }
    headers->complete = headers->complete || gs_view_trim(line).size == 0;
    for (size_t i = 0; i < KEPT; i++) {
        const size_t size = strlen(kept_headers[i].name);
        if (line.size <= size || line.data[size] != ':' ||
            strncasecmp(line.data, kept_headers[i].name, size) != 0) {
            continue;
        }
        const gs_view value = gs_view_trim(gs_view_slice(line, size + 1, line.size));
        gs_buffer *into = buffer_of(headers, i);
        if (!kept_headers[i].joins) {
            gs_buffer_clear(into);
        } else if (into->size > 0) {
            gs_buffer_text(into, ", ");
        }
        if (memchr(value.data, '\0', value.size) == NULL) { // a text with a NUL is none
            gs_buffer_append(into, value.data, value.size);
        }
    }
}

void gs_headers_free(gs_headers *headers)
{
    for (size_t i = 0; i < KEPT; i++) {
        gs_buffer_free(buffer_of(headers, i));
    }
}

bool gs_http_date(gs_view text, int64_t *unix_s)
{
    char copy[DATE_BYTES];
    text = gs_view_trim(text);
    if (text.size == 0 || text.size >= sizeof copy) {
        return false;
    }
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    *unix_s = (int64_t)curl_getdate(copy, NULL);
    return *unix_s >= 0;
}

// Digits only; what is more than a year is a year.
static bool read_seconds(gs_view text, int64_t *seconds)
{
    *seconds = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        *seconds = *seconds >= YEAR_SECONDS ? YEAR_SECONDS : *seconds * 10 + (text.data[i] - '0');
    }
    return text.size > 0;
}

typedef struct directives {
    bool forbids; // no-store or no-cache
    bool has_max_age;
    int64_t max_age;
} directives;

static void take_directive(directives *found, gs_view one)
{
    const char *equals = one.size > 0 ? memchr(one.data, '=', one.size) : NULL;
    const size_t split = equals ? (size_t)(equals - one.data) : one.size;
    const gs_view name = gs_view_trim(gs_view_slice(one, 0, split));
    gs_view value = gs_view_trim(gs_view_slice(one, split + (equals != NULL), one.size));
    if (value.size >= 2 && value.data[0] == '"' && value.data[value.size - 1] == '"') {
        value = gs_view_slice(value, 1, value.size - 1);
    }
    if (gs_view_equal_nocase(name, gs_view_of("no-store")) ||
        (gs_view_equal_nocase(name, gs_view_of("no-cache")) && !equals)) { // with fields it is about these
        found->forbids = true;
    } else if (gs_view_equal_nocase(name, gs_view_of("max-age")) && !found->has_max_age) {
        found->has_max_age = true; // the first one counts
        found->max_age = read_seconds(value, &found->max_age) ? found->max_age : 0;
    }
}

// A list with commas; those between quotation marks part nothing.
static directives read_cache_control(gs_view text)
{
    directives found = {0};
    size_t begin = 0;
    bool quoted = false;
    text = gs_view_slice(text, 0, CACHE_CONTROL_BYTES);
    for (size_t i = 0; i <= text.size; i++) {
        if (i < text.size && quoted && text.data[i] == '\\') {
            i++;
        } else if (i < text.size && text.data[i] == '"') {
            quoted = !quoted;
        } else if (i == text.size || (text.data[i] == ',' && !quoted)) {
            take_directive(&found, gs_view_trim(gs_view_slice(text, begin, i)));
            begin = i + 1;
        }
    }
    return found;
}

uint32_t gs_headers_fresh_s(const gs_headers *headers, int64_t now_s)
{
    const directives control = read_cache_control(gs_buffer_view(&headers->cache_control));
    int64_t age = 0;
    int64_t lifetime = control.max_age;
    int64_t expires = 0;
    int64_t date = now_s;
    if (control.forbids) {
        return 0;
    }
    if (!control.has_max_age && gs_http_date(gs_buffer_view(&headers->expires), &expires)) {
        // Both by the server's clock, so that a wrong one does no harm.
        lifetime = expires - (gs_http_date(gs_buffer_view(&headers->date), &date) ? date : now_s);
    }
    age = read_seconds(gs_buffer_view(&headers->age), &age) ? age : 0;
    lifetime = lifetime > YEAR_SECONDS ? YEAR_SECONDS : lifetime;
    return lifetime > age ? (uint32_t)(lifetime - age) : 0;
}
