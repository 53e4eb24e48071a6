// screen: statements, contradictions and disputes for a person to read, in 80 columns.
#ifndef GAINSAY_CLI_SCREEN_H
#define GAINSAY_CLI_SCREEN_H

#include "wire/wire.h"

// Colour only on a terminal, and not where NO_COLOR is set or TERM is "dumb".
bool gs_screen_colour(int fd);
void gs_screen_event(gs_buffer *out, const gs_event *event, bool colour);
void gs_screen_statement(gs_buffer *out, const gs_statement *statement, bool colour);
void gs_screen_contradiction(gs_buffer *out, const gs_contradiction *contradiction, bool colour);
void gs_screen_dispute(gs_buffer *out, const gs_dispute *dispute, bool colour);
// Name, office and side on one line: "He Yadong (CN), spokesperson, Ministry of Commerce". No newline.
void gs_screen_speaker(gs_buffer *out, const gs_speaker *speaker, bool colour);

#endif
