// Retry-After (RFC 9110, section 10.2.3): seconds, or the date of when to come back.
#include "net/net_internal.h"

#include <curl/curl.h>
#include <string.h>

enum { DAY_SECONDS = 86400, DATE_BYTES = 64 };

static bool read_number(gs_view value, int64_t *seconds)
{
    *seconds = 0;
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] < '0' || value.data[i] > '9') {
            return false;
        }
        *seconds = *seconds > DAY_SECONDS ? *seconds : *seconds * 10 + (value.data[i] - '0');
    }
    return value.size > 0;
}

uint32_t gs_retry_after(gs_view value, int64_t now_s)
{
    value = gs_view_trim(value);
    int64_t seconds = 0;
    if (!read_number(value, &seconds)) {
        char text[DATE_BYTES];
        if (value.size == 0 || value.size >= sizeof text) {
            return 0;
        }
        memcpy(text, value.data, value.size);
        text[value.size] = '\0';
        int64_t moment = (int64_t)curl_getdate(text, NULL);
        seconds = moment < 0 ? 0 : moment - now_s;
    }
    if (seconds <= 0) {
        return 0;
    }
    return seconds > DAY_SECONDS ? DAY_SECONDS : (uint32_t)seconds;
}
