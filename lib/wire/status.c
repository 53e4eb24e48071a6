// status: builds a StatusReport out of counters, gauges and histograms.
//
// Every daemon reports in the same form, so the building is done once, here, and lives in the caller's
// arena: a report is made each second and forgotten when it is packed. Lists grow by doubling.
#include "wire/wire.h"

#include <string.h>
#include <unistd.h>

typedef Gainsay__V1__StatusReport__Counter counter;
typedef Gainsay__V1__StatusReport__Latency latency;
typedef Gainsay__V1__StatusReport__Note note;

gs_status *gs_status_new(gs_arena *arena, const char *daemon, const char *name, uint64_t started_us)
{
    char host[256] = "";
    char text[GS_TIME_TEXT];
    gs_status *status = gs_arena_alloc(arena, sizeof *status);
    gainsay__v1__status_report__init(status);
    status->daemon = gs_arena_text(arena, gs_view_of(daemon));
    status->name = gs_arena_text(arena, gs_view_of(name));
    if (gethostname(host, sizeof host - 1) != 0) {
        host[0] = '\0';
    }
    status->host = gs_arena_text(arena, gs_view_of(host));
    status->pid = (uint32_t)getpid();
    status->version = gs_arena_text(arena, gs_view_of(GAINSAY_VERSION));
    gs_time_text(started_us, text);
    status->started = gs_arena_text(arena, gs_view_of(text));
    gs_time_text(gs_unix_us(), text);
    status->at = gs_arena_text(arena, gs_view_of(text));
    return status;
}

// Room for one more pointer in a list that is full whenever its length is a power of two.
static void *grown(gs_arena *arena, void *list, size_t count)
{
    if (count != 0 && (count & (count - 1)) != 0) {
        return list;
    }
    void **larger = gs_arena_alloc(arena, (count == 0 ? 1 : count * 2) * sizeof *larger);
    if (count != 0) {
        memcpy(larger, list, count * sizeof *larger);
    }
    return larger;
}

static counter *counter_new(gs_arena *arena, const char *name, uint64_t value)
{
    counter *made = gs_arena_alloc(arena, sizeof *made);
    gainsay__v1__status_report__counter__init(made);
    made->name = gs_arena_text(arena, gs_view_of(name));
    made->value = value;
    return made;
}

void gs_status_counter(gs_arena *arena, gs_status *status, const char *name, uint64_t value)
{
    status->counters = grown(arena, status->counters, status->n_counters);
    status->counters[status->n_counters++] = counter_new(arena, name, value);
}

void gs_status_gauge(gs_arena *arena, gs_status *status, const char *name, uint64_t value)
{
    status->gauges = grown(arena, status->gauges, status->n_gauges);
    status->gauges[status->n_gauges++] = counter_new(arena, name, value);
}

void gs_status_latency(gs_arena *arena, gs_status *status, const char *name, const gs_histogram *histogram)
{
    latency *made = gs_arena_alloc(arena, sizeof *made);
    gainsay__v1__status_report__latency__init(made);
    made->name = gs_arena_text(arena, gs_view_of(name));
    made->count = histogram->total;
    made->p50_us = gs_histogram_quantile(histogram, 0.50);
    made->p90_us = gs_histogram_quantile(histogram, 0.90);
    made->p99_us = gs_histogram_quantile(histogram, 0.99);
    made->max_us = histogram->max;
    status->latencies = grown(arena, status->latencies, status->n_latencies);
    status->latencies[status->n_latencies++] = made;
}

void gs_status_note(gs_arena *arena, gs_status *status, const char *subject, const char *text)
{
    note *made = gs_arena_alloc(arena, sizeof *made);
    gainsay__v1__status_report__note__init(made);
    made->subject = gs_arena_text(arena, gs_view_of(subject));
    made->text = gs_arena_text(arena, gs_view_of(text));
    status->notes = grown(arena, status->notes, status->n_notes);
    status->notes[status->n_notes++] = made;
}
