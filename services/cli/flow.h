// flow: styled text broken into lines of a terminal. The text may be hostile: none of its control characters,
// nor the invisible ones that turn the direction of writing, gets through.
#ifndef GAINSAY_CLI_FLOW_H
#define GAINSAY_CLI_FLOW_H

#include "base/base.h"

// A colour (an SGR foreground code such as 36; 0 for the terminal's own) and any of the bits.
typedef uint32_t gs_style;
enum { GS_BOLD = 0x100, GS_DIM = 0x200, GS_ITALIC = 0x400, GS_UNDERLINE = 0x800, GS_INVERSE = 0x1000 };

typedef struct gs_flow_cell {
    uint32_t point;
    gs_style style;
} gs_flow_cell;

enum { GS_FLOW_WORD = 256 }; // code points of a word that are kept together

typedef struct gs_flow {
    gs_buffer *out; // borrowed
    size_t width;   // columns
    size_t indent;  // of the lines that begin from now on
    bool colour;    // styles show
    size_t column;
    gs_style drawn; // what the terminal is set to
    bool space;     // owed before the word under way
    gs_style space_style;
    gs_flow_cell word[GS_FLOW_WORD];
    size_t word_size, word_width;
} gs_flow;

void gs_flow_begin(gs_flow *self, gs_buffer *out, size_t width, bool colour);
// Words run on: a blank must be in the text. A line feed in it is a blank too.
void gs_flow_text(gs_flow *self, gs_view text, gs_style style);
void gs_flow_words(gs_flow *self, const char *text, gs_style style);
void gs_flow_line(gs_flow *self); // ends the line, with its last word

#endif
