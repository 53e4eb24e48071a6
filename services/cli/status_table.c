// The table of daemons: one line each, then what they have to tell.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "status_table.h"
#include "terminal.h"

enum { SILENT_AFTER_S = 3 };

typedef Gainsay__V1__StatusReport__Counter counter_message;
typedef Gainsay__V1__StatusReport__Latency latency_message;

static const counter_message *find_number(counter_message *const *numbers, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(numbers[i]->name, name) == 0)
            return numbers[i];
    return NULL;
}

static void format_number(const counter_message *number, char text[GS_FIGURE_TEXT])
{
    if (number)
        snprintf(text, GS_FIGURE_TEXT, "%" PRIu64, number->value);
    else
        snprintf(text, GS_FIGURE_TEXT, "-");
}

// Some figures count up at one daemon and are the state of the moment at another.
static const counter_message *find_figure(const gs_status *report, const char *name)
{
    const counter_message *found = find_number(report->counters, report->n_counters, name);
    return found ? found : find_number(report->gauges, report->n_gauges, name);
}

// What waits at a daemon goes by a name of its own at each kind.
static const counter_message *find_backlog(const gs_status *report)
{
    static const char *const names[] = {"backlog", "pending", "leased"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const counter_message *found = find_figure(report, names[i]);
        if (found)
            return found;
    }
    return NULL;
}

// From ingest to feed if the daemon measures it (the aggregator), else the first latency it has.
static const latency_message *find_latency(const gs_status *report)
{
    for (size_t i = 0; i < report->n_latencies; i++)
        if (strcmp(report->latencies[i]->name, "ingest_to_feed") == 0)
            return report->latencies[i];
    return report->n_latencies > 0 ? report->latencies[0] : NULL;
}

static void format_state(const gs_status *report, char text[GS_FIGURE_TEXT])
{
    gs_time at = {0};
    const int64_t now = (int64_t)(gs_unix_us() / 1000000);
    if (!gs_time_parse(gs_view_of(report->at), &at))
        snprintf(text, GS_FIGURE_TEXT, "?");
    else if (now - at.unix_s <= SILENT_AFTER_S)
        snprintf(text, GS_FIGURE_TEXT, "up");
    else // a shape that keeps the column: beyond an hour the exact figure says no more
        snprintf(text, GS_FIGURE_TEXT, "lost %ds", now - at.unix_s < 9999 ? (int)(now - at.unix_s) : 9999);
}

// Pads by code points: printf's widths count bytes, and "µs" has one more of them.
static void print_right(const char *text, int width)
{
    int columns = 0;
    for (const char *c = text; *c; c++)
        columns += ((unsigned char)*c & 0xc0) != 0x80;
    printf("%*s%s", columns < width ? width - columns : 0, "", text);
}

// The daemon's own name, whatever it put there, in at most 17 columns of plain characters.
static void format_name(const char *name, char text[GS_FIGURE_TEXT])
{
    snprintf(text, GS_FIGURE_TEXT, "%.17s", name);
    for (char *c = text; *c; c++)
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
            *c = '?';
}

static void print_row(const gs_status *report)
{
    char name[GS_FIGURE_TEXT];
    format_name(report->name, name);
    char state[GS_FIGURE_TEXT], rate[GS_FIGURE_TEXT], backlog[GS_FIGURE_TEXT], again[GS_FIGURE_TEXT];
    char dead[GS_FIGURE_TEXT], memory[GS_FIGURE_TEXT] = "-", p50[GS_FIGURE_TEXT] = "-",
                               p99[GS_FIGURE_TEXT] = "-";
    format_state(report, state);
    snprintf(rate, sizeof rate, "%.1f", report->rate);
    format_number(find_backlog(report), backlog);
    format_number(find_figure(report, "redelivered"), again);
    format_number(find_figure(report, "dead_letters"), dead);
    const counter_message *resident = find_figure(report, "memory");
    if (resident)
        gs_figure_bytes(resident->value, memory);
    const latency_message *latency = find_latency(report);
    if (latency && latency->count > 0) {
        gs_figure_latency(latency->p50_us, p50);
        gs_figure_latency(latency->p99_us, p99);
    }
    printf("%-17s %-10s", name, state);
    print_right(rate, 8);
    print_right(backlog, 9);
    print_right(again, 7);
    print_right(dead, 6);
    print_right(p50, 7);
    print_right(p99, 7);
    print_right(memory, 7);
    putchar('\n');
}

static void print_notes(const gs_status *report)
{
    for (size_t i = 0; i < report->n_notes; i++) {
        gs_buffer line = {0};
        gs_buffer_format(&line, "%s: %s: %s", report->name, report->notes[i]->subject,
                         report->notes[i]->text);
        gs_print_line("", line.data);
        gs_buffer_free(&line);
    }
}

static void print_everything(const gs_status *report)
{
    gs_buffer line = {0};
    gs_buffer_format(&line, "%s: gainsay-%s %s, process %" PRIu32 " on %s, started %s", report->name,
                     report->daemon, report->version, report->pid, report->host, report->started);
    putchar('\n');
    gs_print_line("", line.data);
    gs_buffer_free(&line);
    for (size_t i = 0; i < report->n_counters; i++)
        printf("  %-24s %12" PRIu64 "\n", report->counters[i]->name, report->counters[i]->value);
    for (size_t i = 0; i < report->n_gauges; i++)
        printf("  %-24s %12" PRIu64 "  now\n", report->gauges[i]->name, report->gauges[i]->value);
    for (size_t i = 0; i < report->n_latencies; i++) {
        const latency_message *latency = report->latencies[i];
        char p50[GS_FIGURE_TEXT], p90[GS_FIGURE_TEXT], p99[GS_FIGURE_TEXT], most[GS_FIGURE_TEXT];
        gs_figure_latency(latency->p50_us, p50);
        gs_figure_latency(latency->p90_us, p90);
        gs_figure_latency(latency->p99_us, p99);
        gs_figure_latency(latency->max_us, most);
        printf("  %-24s %12" PRIu64 "  p50 %s  p90 %s  p99 %s  most %s\n", latency->name, latency->count, p50,
               p90, p99, most);
    }
}

static void print_feed_line(const gs_status *report)
{
    static const struct {
        const char *gauge, *text;
    } figures[] = {{"newest", "events in the feed"}, {"store_bytes", "stored"}};
    const char *between = "";
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        const counter_message *gauge = find_figure(report, figures[i].gauge);
        if (!gauge)
            continue;
        char value[GS_FIGURE_TEXT];
        if (strcmp(figures[i].gauge, "store_bytes") == 0)
            gs_figure_bytes(gauge->value, value);
        else
            format_number(gauge, value);
        printf("%s%s %s", between, value, figures[i].text);
        between = ", ";
    }
    if (*between)
        putchar('\n');
}

// Only where the aggregator has another model asked.
static void print_opinion_line(const gs_status *report)
{
    static const char *const names[] = {"asked", "agreed", "disagreed", "failed", "late", "skipped"};
    if (!find_figure(report, "opinion_asked"))
        return;
    fputs("second opinion:", stdout);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char counter[32], value[GS_FIGURE_TEXT];
        snprintf(counter, sizeof counter, "opinion_%s", names[i]);
        format_number(find_figure(report, counter), value);
        printf("%s %s %s", i > 0 ? "," : "", value, names[i]);
    }
    putchar('\n');
}

void gs_status_print(const Gainsay__V1__ControlReply *reply, bool all)
{
    printf("%-17s %-10s%8s%9s%7s%6s%7s%7s%7s\n", "DAEMON", "STATE", "RATE/S", "BACKLOG", "REDEL", "DEAD",
           "P50", "P99", "MEMORY");
    for (size_t i = 0; i < reply->n_reports; i++)
        print_row(reply->reports[i]);
    if (reply->n_reports > 0) {
        print_feed_line(reply->reports[0]);
        print_opinion_line(reply->reports[0]);
    }
    for (size_t i = 0; i < reply->n_reports; i++)
        print_notes(reply->reports[i]);
    for (size_t i = 0; all && i < reply->n_reports; i++)
        print_everything(reply->reports[i]);
}

const Gainsay__V1__ControlReply *gs_status_ask(gs_client *client, gs_error *error)
{
    Gainsay__V1__ControlRequest request = GAINSAY__V1__CONTROL_REQUEST__INIT;
    Gainsay__V1__ControlRequest__Status ask = GAINSAY__V1__CONTROL_REQUEST__STATUS__INIT;
    request.ask_case = GAINSAY__V1__CONTROL_REQUEST__ASK_STATUS;
    request.status = &ask;
    return gs_client_ask(client, &request, error);
}

uint64_t gs_status_newest(const Gainsay__V1__ControlReply *reply)
{
    for (size_t i = 0; i < reply->n_reports; i++) {
        const counter_message *newest = find_figure(reply->reports[i], "newest");
        if (newest)
            return newest->value;
    }
    return 0;
}
