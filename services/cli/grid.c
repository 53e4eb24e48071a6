// The widest column gives way first, a cell at a time, until the table fits or no column can be narrower
// without cutting its head or a word. Each cell is then broken into lines by a flow of its own.
#include "grid.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "screen.h"
#include "terminal.h"

enum { GAP = 2, LONG_WORD = 16, PIPE_COLUMNS = 240 };

typedef struct grid {
    gs_buffer *out;
    size_t width;
    bool colour;
    const char *const *heads;
    const gs_grid_cell *cells;
    size_t columns, rows;
    size_t widths[GS_GRID_COLUMNS];   // 0: left out
    size_t least[GS_GRID_COLUMNS];    // of its head and its longest word, very long ones aside
    gs_buffer lines[GS_GRID_COLUMNS]; // of the row at hand
} grid;

static size_t text_width(const char *text)
{
    return gs_terminal_width(gs_view_of(text));
}

static size_t longest_word(gs_view text)
{
    size_t longest = 0, width = 0;
    for (size_t at = 0; at < text.size;) {
        uint32_t point = gs_utf8_next(text, &at);
        width =
            gs_terminal_blank(point) ? 0 : width + (gs_terminal_hidden(point) ? 0 : gs_terminal_cells(point));
        longest = width > longest ? width : longest;
    }
    return longest < LONG_WORD ? longest : LONG_WORD;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t total_width(const grid *self)
{
    size_t total = 0;
    for (size_t c = 0; c < self->columns; c++)
        total += self->widths[c] > 0 ? self->widths[c] + (total > 0 ? GAP : 0) : 0;
    return total;
}

static bool narrow_one(grid *self)
{
    size_t widest = SIZE_MAX;
    for (size_t c = 0; c < self->columns; c++)
        if (self->widths[c] > self->least[c] &&
            (widest == SIZE_MAX || self->widths[c] > self->widths[widest]))
            widest = c;
    if (widest == SIZE_MAX)
        return false;
    self->widths[widest]--;
    return true;
}

// False if it cannot be made to fit.
static bool lay_out(grid *self)
{
    for (size_t c = 0; c < self->columns; c++) {
        for (size_t r = 0; r < self->rows; r++) {
            const char *text = self->cells[r * self->columns + c].text;
            self->widths[c] = larger(self->widths[c], text_width(text));
            self->least[c] = larger(self->least[c], longest_word(gs_view_of(text)));
        }
        size_t head = text_width(self->heads[c]);
        self->widths[c] = self->widths[c] > 0 ? larger(self->widths[c], head) : 0;
        self->least[c] = larger(self->least[c], head);
    }
    while (total_width(self) > self->width)
        if (!narrow_one(self))
            return false;
    return true;
}

// The next line of a broken cell.
static gs_view take_line(gs_buffer *lines, size_t *at)
{
    gs_view all = gs_buffer_view(lines);
    size_t end = gs_view_find(all, gs_view_of("\n"), *at);
    if (end == SIZE_MAX)
        return (gs_view){0};
    gs_view line = gs_view_slice(all, *at, end);
    *at = end + 1;
    return line;
}

static void write_cell(grid *self, gs_view text, gs_style style)
{
    gs_flow flow;
    gs_flow_begin(&flow, self->out, SIZE_MAX / 2, self->colour);
    gs_flow_text(&flow, text, style);
    gs_flow_line(&flow);
    self->out->size--; // the line goes on
}

static void write_row(grid *self, const gs_grid_cell *cells)
{
    size_t at[GS_GRID_COLUMNS] = {0};
    for (size_t c = 0; c < self->columns; c++) {
        gs_flow flow;
        gs_buffer_clear(&self->lines[c]);
        gs_flow_begin(&flow, &self->lines[c], self->widths[c], false);
        gs_flow_words(&flow, cells[c].text, 0);
        gs_flow_line(&flow);
    }
    for (bool more = true; more;) {
        size_t owed = 0; // blanks before the next text, none at the end of a line
        more = false;
        for (size_t c = 0; c < self->columns; c++) {
            if (self->widths[c] == 0)
                continue;
            gs_view line = take_line(&self->lines[c], &at[c]);
            more |= at[c] < self->lines[c].size;
            if (line.size > 0) {
                gs_buffer_format(self->out, "%*s", (int)owed, "");
                write_cell(self, line, cells[c].style);
                owed = 0;
            }
            owed += self->widths[c] - gs_terminal_width(line) + GAP;
        }
        gs_buffer_byte(self->out, '\n');
    }
}

static void write_table(grid *self)
{
    gs_grid_cell heads[GS_GRID_COLUMNS];
    for (size_t c = 0; c < self->columns; c++)
        heads[c] = (gs_grid_cell){self->heads[c], GS_BOLD};
    write_row(self, heads);
    for (size_t c = 0, total = total_width(self); c < total; c++)
        gs_buffer_text(self->out, "─");
    gs_buffer_byte(self->out, '\n');
    for (size_t r = 0; r < self->rows; r++)
        write_row(self, &self->cells[r * self->columns]);
}

static void write_records(grid *self)
{
    for (size_t r = 0; r < self->rows; r++) {
        for (size_t c = 0; c < self->columns; c++) {
            const gs_grid_cell *cell = &self->cells[r * self->columns + c];
            if (!cell->text[0])
                continue;
            gs_flow flow;
            gs_flow_begin(&flow, self->out, self->width, self->colour);
            gs_flow_words(&flow, self->heads[c], GS_BOLD);
            gs_flow_words(&flow, ": ", GS_BOLD);
            flow.indent = 2;
            gs_flow_words(&flow, cell->text, cell->style);
            gs_flow_line(&flow);
        }
        if (r + 1 < self->rows)
            gs_buffer_byte(self->out, '\n');
    }
}

void gs_grid_write(gs_buffer *out, size_t width, bool colour, const char *const *heads, size_t columns,
                   const gs_grid_cell *cells, size_t rows)
{
    grid self = {.out = out,
                 .width = width,
                 .colour = colour,
                 .heads = heads,
                 .cells = cells,
                 .columns = columns < GS_GRID_COLUMNS ? columns : GS_GRID_COLUMNS,
                 .rows = rows};
    if (lay_out(&self))
        write_table(&self);
    else
        write_records(&self);
    for (size_t c = 0; c < self.columns; c++)
        gs_buffer_free(&self.lines[c]);
}

void gs_grid_print(const char *const *heads, size_t columns, const gs_grid_cell *cells, size_t rows)
{
    const size_t width = isatty(STDOUT_FILENO) ? gs_terminal_columns(STDOUT_FILENO) : PIPE_COLUMNS;
    gs_buffer out = {0};
    gs_grid_write(&out, width, gs_screen_colour(STDOUT_FILENO), heads, columns, cells, rows);
    fwrite(out.data, 1, out.size, stdout);
    gs_buffer_free(&out);
}
