// grid: a table in the columns of a terminal, its cells wrapped so that it fits.
#ifndef GAINSAY_CLI_GRID_H
#define GAINSAY_CLI_GRID_H

#include "flow.h"

enum { GS_GRID_COLUMNS = 8 };

typedef struct gs_grid_cell {
    const char *text; // borrowed; may be hostile
    gs_style style;
} gs_grid_cell;

// heads: one a column, at most GS_GRID_COLUMNS; cells: row by row. A column without any text is left out.
// Where not even the narrowest columns fit, each row becomes lines of head and cell.
void gs_grid_write(gs_buffer *out, size_t width, bool colour, const char *const *heads, size_t columns,
                   const gs_grid_cell *cells, size_t rows);
// The same on standard output. Into a file or a pipe, lines stay whole enough to be searched.
void gs_grid_print(const char *const *heads, size_t columns, const gs_grid_cell *cells, size_t rows);

#endif
