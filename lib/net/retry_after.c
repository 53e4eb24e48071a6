// Retry-After (RFC 9110, section 10.2.3): seconds, or the date of when to come back.
#include "net/net_internal.h"

enum { DAY_SECONDS = 86400 };

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
        int64_t moment = 0;
        seconds = gs_http_date(value, &moment) ? moment - now_s : 0;
    }
    if (seconds <= 0) {
        return 0;
    }
    return seconds > DAY_SECONDS ? DAY_SECONDS : (uint32_t)seconds;
}
