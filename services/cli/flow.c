// Words are held back until they are whole, each character with its style, because one word may be of several
// styles (a quotation mark, a number glued to it) and must not be torn where a style changes.
//
// Widths are counted in cells (East Asian wide characters take two, combining marks none). Wide characters
// are written without blanks, so a line may also end between two of them, but not before closing punctuation.
// A word wider than the line is cut. Styles are switched off before a line ends, lest an underline run on.
#include "flow.h"

#include <string.h>
#include <utf8proc.h>

#include "terminal.h"

void gs_flow_begin(gs_flow *self, gs_buffer *out, size_t width, bool colour)
{
    memset(self, 0, sizeof *self);
    self->out = out;
    self->width = width;
    self->colour = colour;
}

static void draw_in(gs_flow *self, gs_style style)
{
    static const struct {
        gs_style bit;
        const char *code;
    } codes[] = {
        {GS_BOLD, ";1"}, {GS_DIM, ";2"}, {GS_ITALIC, ";3"}, {GS_UNDERLINE, ";4"}, {GS_INVERSE, ";7"}};
    if (!self->colour || style == self->drawn)
        return;
    gs_buffer_text(self->out, "\033[0");
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (style & codes[i].bit)
            gs_buffer_text(self->out, codes[i].code);
    if (style & 0xff)
        gs_buffer_format(self->out, ";%u", (unsigned)(style & 0xff));
    gs_buffer_byte(self->out, 'm');
    self->drawn = style;
}

static void start_line(gs_flow *self)
{
    for (; self->column < self->indent; self->column++)
        gs_buffer_byte(self->out, ' ');
}

static void end_line(gs_flow *self)
{
    draw_in(self, 0);
    gs_buffer_byte(self->out, '\n');
    self->column = 0;
    self->space = false;
}

static void put_word(gs_flow *self)
{
    if (self->word_size == 0)
        return;
    if (self->column > self->indent && self->column + self->space + self->word_width > self->width)
        end_line(self);
    if (self->space && self->column > self->indent) {
        draw_in(self, self->space_style);
        gs_buffer_byte(self->out, ' ');
        self->column++;
    }
    start_line(self);
    for (size_t i = 0; i < self->word_size; i++) {
        draw_in(self, self->word[i].style);
        gs_utf8_append(self->out, self->word[i].point);
    }
    self->column += self->word_width;
    self->space = false;
    self->word_size = self->word_width = 0;
}

static bool keeps_to_left(uint32_t point)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)point);
    return category == UTF8PROC_CATEGORY_PE || category == UTF8PROC_CATEGORY_PF ||
           category == UTF8PROC_CATEGORY_PO;
}

static bool keeps_to_right(uint32_t point)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)point);
    return category == UTF8PROC_CATEGORY_PS || category == UTF8PROC_CATEGORY_PI;
}

static bool may_part(uint32_t before, uint32_t after)
{
    return (gs_terminal_cells(before) == 2 || gs_terminal_cells(after) == 2) && !keeps_to_right(before) &&
           !keeps_to_left(after);
}

static void add(gs_flow *self, uint32_t point, gs_style style)
{
    size_t cells = gs_terminal_cells(point),
           room = self->width > self->indent ? self->width - self->indent : 1;
    if (self->word_size > 0 && cells > 0 &&
        (self->word_width + cells > room || may_part(self->word[self->word_size - 1].point, point)))
        put_word(self);
    if (self->word_size == GS_FLOW_WORD)
        put_word(self);
    self->word[self->word_size++] = (gs_flow_cell){point, style};
    self->word_width += cells;
}

void gs_flow_text(gs_flow *self, gs_view text, gs_style style)
{
    for (size_t at = 0; at < text.size;) {
        uint32_t point = gs_utf8_next(text, &at);
        if (gs_terminal_blank(point)) {
            put_word(self);
            self->space = true;
            self->space_style = style;
        } else if (!gs_terminal_hidden(point)) {
            add(self, point, style);
        }
    }
}

void gs_flow_words(gs_flow *self, const char *text, gs_style style)
{
    gs_flow_text(self, gs_view_of(text), style);
}

void gs_flow_line(gs_flow *self)
{
    put_word(self);
    end_line(self);
}
