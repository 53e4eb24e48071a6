// log: one line an event on standard error, as logfmt or JSON, with named and typed fields.
//
//   gs_info(log, "article committed", gs_str("article", id), gs_int("statements", n));
//   time=2025-04-25T02:57:00.123Z level=info daemon=aggregator msg="article committed" article=… statements=3
//
// Values are escaped: article text in a log line cannot forge another line or steer a terminal.
#ifndef GAINSAY_BASE_LOG_H
#define GAINSAY_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum gs_level { GS_DEBUG, GS_INFO, GS_WARN, GS_ERROR } gs_level;
typedef enum gs_log_format { GS_LOG_LOGFMT, GS_LOG_JSON } gs_log_format;

typedef struct gs_log {
    int fd;         // where lines go; not owned
    gs_level level; // lines below it are dropped
    gs_log_format format;
    char daemon[64];     // "aggregator", or a worker's name
    uint64_t suppressed; // lines that gs_log_every held back
} gs_log;

typedef struct gs_field {
    const char *key;
    enum { GS_FIELD_TEXT, GS_FIELD_INT, GS_FIELD_REAL } type;
    const char *text; // borrowed for the call
    int64_t integer;
    double real;
} gs_field;

void gs_log_init(gs_log *log, const char *daemon);  // fd 2, info, logfmt
gs_field gs_str(const char *key, const char *text); // NULL prints as empty
gs_field gs_int(const char *key, int64_t integer);
gs_field gs_real(const char *key, double real);

// One write(2) a line, so that lines of several processes on one terminal do not mix.
void gs_log_write(gs_log *log, gs_level level, const char *message, const gs_field *fields, size_t count);

// The field at the end lets a line have no fields of its own; gs_log_write skips a field without a key.
#define GS_LOG(log, level, message, ...)                                                                     \
    gs_log_write(log, level, message, (const gs_field[]){__VA_ARGS__},                                       \
                 sizeof((const gs_field[]){__VA_ARGS__}) / sizeof(gs_field))
#define GS_FIELD_END ((gs_field){.key = NULL})
#define gs_debug(log, ...) GS_LOG(log, GS_DEBUG, __VA_ARGS__, GS_FIELD_END)
#define gs_info(log, ...) GS_LOG(log, GS_INFO, __VA_ARGS__, GS_FIELD_END)
#define gs_warn(log, ...) GS_LOG(log, GS_WARN, __VA_ARGS__, GS_FIELD_END)
#define gs_oops(log, ...) GS_LOG(log, GS_ERROR, __VA_ARGS__, GS_FIELD_END)

// For conditions that last: true at first and then once per interval, so that a full disk is one line a
// minute and not a flood. *last_us is the caller's, 0 at first.
bool gs_log_every(gs_log *log, uint64_t *last_us, uint64_t interval_us);

#endif
