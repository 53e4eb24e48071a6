// screen: statements, contradictions and disputes for a person to read, in 80 columns.
#ifndef GAINSAY_CLI_SCREEN_H
#define GAINSAY_CLI_SCREEN_H

#include "wire/wire.h"

enum { GS_SCREEN_DIGITS = 12 }; // of an id that are shown; `gainsay explain` takes them

// Colour only on a terminal, and not where NO_COLOR is set or TERM is "dumb".
bool gs_screen_colour(int fd);
void gs_screen_event(gs_buffer *out, const gs_event *event, bool colour);
void gs_screen_statement(gs_buffer *out, const gs_statement *statement, bool colour);
void gs_screen_contradiction(gs_buffer *out, const gs_contradiction *contradiction, bool colour);
// screen_dispute.c: the sides beside each other; in three lines that it goes on; and one line for a
// contradiction of sides that were told to contradict each other before.
void gs_screen_dispute(gs_buffer *out, const gs_dispute *dispute, bool colour);
void gs_screen_dispute_update(gs_buffer *out, const gs_dispute *dispute, bool colour);
// Kind, score, id and reason of a contradiction whose dispute is shown above it.
void gs_screen_why(gs_buffer *out, const gs_contradiction *contradiction, bool colour);
void gs_screen_again(gs_buffer *out, const gs_contradiction *contradiction, bool colour);
// Name, office and side on one line: "He Yadong (CN), spokesperson, Ministry of Commerce". No newline.
void gs_screen_speaker(gs_buffer *out, const gs_speaker *speaker, bool colour);

#endif
