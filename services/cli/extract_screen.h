// extract_screen: an article in a terminal, its statements marked where they stand, then who made them.
#ifndef GAINSAY_CLI_EXTRACT_SCREEN_H
#define GAINSAY_CLI_EXTRACT_SCREEN_H

#include "marked.h"

// width: columns of the terminal. Without colour, marks are drawn in characters.
void gs_extract_screen(gs_buffer *out, const gs_marked *marked, size_t width, bool colour, gs_arena *arena);

#endif
