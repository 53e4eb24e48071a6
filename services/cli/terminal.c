// terminal: what is printed for people.
//
// Titles and statements come from strangers. An escape sequence in one could repaint the screen or, in some
// terminals, type a command, so no control character of theirs reaches standard output outside of JSON.
#include "terminal.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <utf8proc.h>

void gs_terminal_clean(gs_buffer *out, const char *text, bool keep_lines)
{
    const gs_view view = gs_view_of(text);
    for (size_t offset = 0; offset < view.size;) {
        const uint32_t point = gs_utf8_next(view, &offset);
        const bool control = point < 0x20 || (point >= 0x7f && point < 0xa0);
        if (point == '\n' && keep_lines)
            gs_buffer_byte(out, '\n');
        else if (control)
            gs_buffer_byte(out, ' ');
        else
            gs_utf8_append(out, point);
    }
}

bool gs_terminal_hidden(uint32_t point)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)point);
    return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
           category == UTF8PROC_CATEGORY_CS || category == UTF8PROC_CATEGORY_CN;
}

bool gs_terminal_blank(uint32_t point)
{
    return point == ' ' || point == '\n' || point == '\t' || point == '\r' || point == 0xA0 ||
           point == 0x2028 || point == 0x2029 || point == 0x3000;
}

size_t gs_terminal_cells(uint32_t point)
{
    int width = utf8proc_charwidth((utf8proc_int32_t)point);
    return width > 0 ? (size_t)width : 0;
}

size_t gs_terminal_width(gs_view text)
{
    size_t cells = 0;
    for (size_t at = 0; at < text.size;) {
        uint32_t point = gs_utf8_next(text, &at);
        cells += gs_terminal_hidden(point) ? 0 : gs_terminal_cells(point);
    }
    return cells;
}

size_t gs_terminal_columns(int fd)
{
    enum { UNKNOWN = 80 };
    struct winsize size = {0};
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : UNKNOWN;
}

static void print_clean(const char *before, const char *text, bool keep_lines)
{
    gs_buffer line = {0};
    gs_buffer_text(&line, before);
    gs_terminal_clean(&line, text, keep_lines);
    gs_buffer_byte(&line, '\n');
    fwrite(line.data, 1, line.size, stdout);
    gs_buffer_free(&line);
}

void gs_print_line(const char *before, const char *text)
{
    print_clean(before, text, false);
}

void gs_print_paragraphs(const char *text)
{
    print_clean("", text, true);
}

void gs_figure_bytes(uint64_t bytes, char text[GS_FIGURE_TEXT])
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    size_t unit = 0;
    double value = (double)bytes;
    for (; value >= 999.5 && unit + 1 < sizeof units / sizeof units[0]; unit++)
        value /= 1000;
    snprintf(text, GS_FIGURE_TEXT, value < 9.95 && unit > 0 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

void gs_figure_latency(uint64_t us, char text[GS_FIGURE_TEXT])
{
    const double value = (double)us;
    if (us < 1000)
        snprintf(text, GS_FIGURE_TEXT, "%" PRIu64 " µs", us);
    else if (us < 1000000)
        snprintf(text, GS_FIGURE_TEXT, us < 10000 ? "%.1f ms" : "%.0f ms", value / 1e3);
    else
        snprintf(text, GS_FIGURE_TEXT, us < 10000000 ? "%.1f s" : "%.0f s", value / 1e6);
}

void gs_figure_duration(uint64_t seconds, char text[GS_FIGURE_TEXT])
{
    if (seconds < 60)
        snprintf(text, GS_FIGURE_TEXT, "%" PRIu64 " s", seconds);
    else if (seconds < 3600)
        snprintf(text, GS_FIGURE_TEXT, "%" PRIu64 " min", seconds / 60);
    else if (seconds < 48 * 3600)
        snprintf(text, GS_FIGURE_TEXT, "%" PRIu64 " h %02" PRIu64 " min", seconds / 3600, seconds / 60 % 60);
    else
        snprintf(text, GS_FIGURE_TEXT, "%" PRIu64 " days", seconds / 86400);
}
