// metrics_page: samples are gathered, sorted by family, and written with one TYPE line before each family, as
// the format demands. Names that daemons report become metric names by replacing what is not allowed in one.
#include "metrics_page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FRESH_S = 5, SAMPLES_MOST = 100000 };

typedef struct sample {
    const char *family; // in the arena
    const char *type;
    const char *line; // suffix, labels and value
    size_t order;
} sample;

typedef struct page {
    gs_arena *arena;
    sample *samples;
    size_t count, capacity;
} page;

static void add(page *self, const char *family, const char *type, const char *line)
{
    if (self->count == SAMPLES_MOST) {
        return;
    }
    if (self->count == self->capacity) {
        self->capacity = self->capacity == 0 ? 256 : self->capacity * 2;
        self->samples = gs_reallocate(self->samples, self->capacity * sizeof *self->samples);
    }
    self->samples[self->count] = (sample){.family = family, .type = type, .line = line, .order = self->count};
    self->count++;
}

static const char *clean_name(page *self, const char *text)
{
    char *copy = gs_arena_text(self->arena, gs_view_of(text));
    for (char *c = copy; *c != '\0'; c++) {
        const bool allowed =
            (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || *c == '_';
        *c = allowed ? *c : '_';
    }
    return copy;
}

static const char *clean_label(page *self, const char *text)
{
    gs_buffer out = {0};
    gs_buffer_text(&out, "");
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\\' || *c == '"') {
            gs_buffer_byte(&out, '\\');
        }
        gs_buffer_byte(&out, *c);
        if (*c == '\n') {
            out.size--;
            gs_buffer_text(&out, "\\n");
        }
    }
    const char *copy = gs_arena_text(self->arena, gs_buffer_view(&out));
    gs_buffer_free(&out);
    return copy;
}

static const char *seconds(page *self, uint64_t us)
{
    return gs_arena_format(self->arena, "%" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
}

static void add_report(page *self, const gs_status *report, uint64_t now_us)
{
    gs_time at;
    gs_arena *arena = self->arena;
    const char *daemon = clean_name(self, report->daemon), *name = clean_label(self, report->name);
    const bool up =
        gs_time_parse(gs_view_of(report->at), &at) && at.unix_s + FRESH_S >= (int64_t)(now_us / 1000000);
    add(self, "gainsay_up", "gauge",
        gs_arena_format(arena, "{daemon=\"%s\",name=\"%s\",version=\"%s\"} %d", daemon, name,
                        clean_label(self, report->version), up ? 1 : 0));
    for (size_t i = 0; i < report->n_counters; i++) {
        add(self,
            gs_arena_format(arena, "gainsay_%s_%s_total", daemon,
                            clean_name(self, report->counters[i]->name)),
            "counter", gs_arena_format(arena, "{name=\"%s\"} %" PRIu64, name, report->counters[i]->value));
    }
    for (size_t i = 0; i < report->n_gauges; i++) {
        add(self, gs_arena_format(arena, "gainsay_%s_%s", daemon, clean_name(self, report->gauges[i]->name)),
            "gauge", gs_arena_format(arena, "{name=\"%s\"} %" PRIu64, name, report->gauges[i]->value));
    }
    for (size_t i = 0; i < report->n_latencies; i++) {
        const Gainsay__V1__StatusReport__Latency *latency = report->latencies[i];
        const char *family =
            gs_arena_format(arena, "gainsay_%s_%s_seconds", daemon, clean_name(self, latency->name));
        const struct {
            const char *quantile;
            uint64_t us;
        } quantiles[] = {{"0.5", latency->p50_us}, {"0.9", latency->p90_us}, {"0.99", latency->p99_us}};
        for (size_t q = 0; q < 3; q++) {
            add(self, family, "summary",
                gs_arena_format(arena, "{name=\"%s\",quantile=\"%s\"} %s", name, quantiles[q].quantile,
                                seconds(self, quantiles[q].us)));
        }
        add(self, family, "summary",
            gs_arena_format(arena, "_count{name=\"%s\"} %" PRIu64, name, latency->count));
    }
}

static int by_family(const void *a, const void *b)
{
    const sample *first = a, *second = b;
    const int order = strcmp(first->family, second->family);
    return order != 0 ? order : (first->order > second->order) - (first->order < second->order);
}

void gw_metrics_page(gs_status *const *reports, size_t count, uint64_t now_us, gs_buffer *out)
{
    page self = {.arena = gs_arena_new(0)};
    for (size_t i = 0; i < count; i++) {
        add_report(&self, reports[i], now_us);
    }
    if (self.count > 0) {
        qsort(self.samples, self.count, sizeof *self.samples, by_family);
    }
    for (size_t i = 0; i < self.count; i++) {
        if (i == 0 || strcmp(self.samples[i - 1].family, self.samples[i].family) != 0) {
            gs_buffer_format(out, "# TYPE %s %s\n", self.samples[i].family, self.samples[i].type);
        }
        gs_buffer_format(out, "%s%s\n", self.samples[i].family, self.samples[i].line);
    }
    free(self.samples);
    gs_arena_free(&self.arena);
}
