// metrics_page: counters of all daemons as Prometheus text (exposition format 0.0.4).
#ifndef GAINSAY_GATEWAY_METRICS_PAGE_H
#define GAINSAY_GATEWAY_METRICS_PAGE_H

#include "wire/wire.h"

// Appends one page of the reports. Each report becomes gainsay_DAEMON_COUNTER_total{name="…"} and so on. now:
// Unix microseconds; a report older than a few seconds counts as a daemon that is down.
void gw_metrics_page(gs_status *const *reports, size_t count, uint64_t now_us, gs_buffer *out);

#endif
