// log: a line is put together whole, then written with one write(2).
//
// Both formats share one escape: whatever could end a line, close a quote, steer a terminal or is not
// UTF-8 becomes \n, \t, \" or \uXXXX. So a logfmt value that needs quotes reads like a JSON string, and
// a JSON line is always valid JSON. Long values are cut: a log line is a pointer to an article, never a copy.
#include "base/log.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/view.h"

enum {
    VALUE_BYTES = 2048, // longest value; the rest of it becomes "..."
    WRITE_WAIT_MS = 100 // how long a full pipe may hold up the daemon, a line
};

void gs_log_init(gs_log *log, const char *daemon)
{
    *log = (gs_log){.fd = STDERR_FILENO, .level = GS_INFO, .format = GS_LOG_LOGFMT};
    snprintf(log->daemon, sizeof log->daemon, "%s", daemon ? daemon : "");
}

gs_field gs_str(const char *key, const char *text)
{
    return (gs_field){.key = key, .type = GS_FIELD_TEXT, .text = text ? text : ""};
}

gs_field gs_int(const char *key, int64_t integer)
{
    return (gs_field){.key = key, .type = GS_FIELD_INT, .integer = integer};
}

gs_field gs_real(const char *key, double real)
{
    return (gs_field){.key = key, .type = GS_FIELD_REAL, .real = real};
}

// Controls, line ends of every kind, and marks that turn the direction of writing.
static bool must_escape(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point == '"' ||
           code_point == '\\' || (code_point >= 0x200E && code_point <= 0x200F) ||
           (code_point >= 0x2028 && code_point <= 0x202E) || (code_point >= 0x2066 && code_point <= 0x2069) ||
           code_point == 0xFEFF;
}

static void append_escape(gs_buffer *line, uint32_t code_point)
{
    static const struct {
        char byte;
        const char *escape;
    } short_forms[] = {{'\n', "\\n"}, {'\r', "\\r"}, {'\t', "\\t"}, {'"', "\\\""}, {'\\', "\\\\"}};
    for (size_t i = 0; i < sizeof short_forms / sizeof short_forms[0]; i++) {
        if (code_point == (unsigned char)short_forms[i].byte) {
            gs_buffer_text(line, short_forms[i].escape);
            return;
        }
    }
    gs_buffer_format(line, "\\u%04x", (unsigned)code_point); // all of them are below U+10000
}

// The text between quotes, cut after VALUE_BYTES at the end of a code point.
static void append_escaped(gs_buffer *line, gs_view text)
{
    size_t offset = 0;
    while (offset < text.size) {
        size_t begin = offset;
        uint32_t code_point = gs_utf8_next(text, &offset);
        if (offset > VALUE_BYTES) {
            gs_buffer_text(line, "...");
            return;
        }
        bool bad = offset - begin == 1 && code_point == 0xFFFD;
        if (bad || must_escape(code_point)) {
            append_escape(line, code_point);
        } else {
            gs_buffer_append(line, text.data + begin, offset - begin);
        }
    }
}

static bool needs_quotes(gs_view text)
{
    if (text.size == 0 || text.size > VALUE_BYTES) {
        return true;
    }
    for (size_t offset = 0; offset < text.size;) {
        size_t begin = offset;
        uint32_t code_point = gs_utf8_next(text, &offset);
        bool bad = offset - begin == 1 && code_point == 0xFFFD;
        if (bad || code_point == ' ' || code_point == '=' || must_escape(code_point)) {
            return true;
        }
    }
    return false;
}

static void append_text(gs_buffer *line, gs_log_format format, gs_view text)
{
    bool quoted = format == GS_LOG_JSON || needs_quotes(text);
    if (!quoted) {
        gs_buffer_append(line, text.data, text.size);
        return;
    }
    gs_buffer_byte(line, '"');
    append_escaped(line, text);
    gs_buffer_byte(line, '"');
}

static void append_real(gs_buffer *line, gs_log_format format, double real)
{
    if (!isfinite(real) && format == GS_LOG_JSON) {
        gs_buffer_text(line, "null");
        return;
    }
    size_t begin = line->size;
    gs_buffer_format(line, "%.9g", real);
    char *comma = memchr(line->data + begin, ',', line->size - begin); // a locale's decimal point
    if (comma) {
        *comma = '.';
    }
}

static void append_field(gs_buffer *line, gs_log_format format, const gs_field *field)
{
    if (line->size > 0) {
        gs_buffer_byte(line, format == GS_LOG_JSON ? ',' : ' ');
    }
    if (format == GS_LOG_JSON) {
        gs_buffer_text(line, line->size == 0 ? "{" : "");
        append_text(line, format, gs_view_of(field->key));
        gs_buffer_byte(line, ':');
    } else {
        gs_buffer_text(line, field->key);
        gs_buffer_byte(line, '=');
    }
    switch (field->type) {
    case GS_FIELD_TEXT:
        append_text(line, format, gs_view_of(field->text));
        break;
    case GS_FIELD_INT:
        gs_buffer_format(line, "%lld", (long long)field->integer);
        break;
    case GS_FIELD_REAL:
        append_real(line, format, field->real);
        break;
    }
}

// A log that cannot be written must not stop the daemon: after a short wait the rest of the line is lost.
static void write_line(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, data, size);
        if (written > 0) {
            data += written;
            size -= (size_t)written;
            continue;
        }
        if (written < 0 && errno == EINTR) {
            continue;
        }
        struct pollfd ready = {.fd = fd, .events = POLLOUT};
        if (written < 0 && errno == EAGAIN && poll(&ready, 1, WRITE_WAIT_MS) == 1 &&
            (ready.revents & POLLOUT)) {
            continue;
        }
        return;
    }
}

void gs_log_write(gs_log *log, gs_level level, const char *message, const gs_field *fields, size_t count)
{
    static const char *const levels[] = {"debug", "info", "warn", "error"};
    if (level < log->level || level > GS_ERROR) {
        return;
    }
    int saved_errno = errno; // a caller may log first and look at errno after
    char time[GS_TIME_TEXT];
    gs_time_text(gs_unix_us(), time);
    const gs_field head[] = {gs_str("time", time), gs_str("level", levels[level]),
                             gs_str("daemon", log->daemon), gs_str("msg", message)};
    gs_buffer line = {0};
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++) {
        append_field(&line, log->format, &head[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (fields[i].key) {
            append_field(&line, log->format, &fields[i]);
        }
    }
    gs_buffer_text(&line, log->format == GS_LOG_JSON ? "}\n" : "\n");
    write_line(log->fd, line.data, line.size);
    gs_buffer_free(&line);
    errno = saved_errno;
}

bool gs_log_every(gs_log *log, uint64_t *last_us, uint64_t interval_us)
{
    uint64_t now = gs_monotonic_us();
    if (*last_us != 0 && now - *last_us < interval_us) {
        log->suppressed++;
        return false;
    }
    *last_us = now;
    return true;
}
