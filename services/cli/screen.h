// screen: statements, contradictions and disputes as a person reads them on a terminal.
#ifndef GAINSAY_CLI_SCREEN_H
#define GAINSAY_CLI_SCREEN_H

#include "wire/wire.h"

// True when fd is a terminal that shows colour and the user has not asked for none (NO_COLOR).
bool gs_screen_colour(int fd);

// Each appends one block of lines of at most 80 columns, ended by a line break. Text of others is shown
// without control, direction and invisible characters.
void gs_screen_event(gs_buffer *out, const gs_event *event, bool colour); // heartbeats are not shown
void gs_screen_statement(gs_buffer *out, const gs_statement *statement, bool colour);
void gs_screen_contradiction(gs_buffer *out, const gs_contradiction *contradiction, bool colour);
void gs_screen_dispute(gs_buffer *out, const gs_dispute *dispute, bool colour);

#endif
