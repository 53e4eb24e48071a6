// terminal: text that others wrote, printed so that it cannot steer the terminal, and figures for people.
#ifndef GAINSAY_CLI_TERMINAL_H
#define GAINSAY_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

// Appends text with control characters (C0, DEL, C1) turned into spaces; line breaks too unless keep_lines.
void gs_terminal_clean(gs_buffer *out, const char *text, bool keep_lines);

// How a code point shows. Hidden: controls, and what is invisible or turns the direction of writing; it is
// never printed. Blank: parts words. Cells: columns it takes, 0 for marks that join the one before.
bool gs_terminal_hidden(uint32_t point);
bool gs_terminal_blank(uint32_t point);
size_t gs_terminal_cells(uint32_t point);
size_t gs_terminal_width(gs_view text); // cells of all of it, hidden ones aside
size_t gs_terminal_columns(int fd);     // of the terminal there; 80 if it is none

void gs_print_line(const char *before, const char *text); // one line on standard output
void gs_print_paragraphs(const char *text);

enum { GS_FIGURE_TEXT = 24 };
void gs_figure_bytes(uint64_t bytes, char text[GS_FIGURE_TEXT]);      // "23 MB"
void gs_figure_latency(uint64_t us, char text[GS_FIGURE_TEXT]);       // "1.2 ms"
void gs_figure_duration(uint64_t seconds, char text[GS_FIGURE_TEXT]); // "3 h 05 min"

#endif
