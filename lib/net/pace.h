// pace: who may ask which host when. One request per host at a time, a pause behind each, hosts side by side.
//
// Lines of waiting requests, one a host; time is the caller's, so nothing here sleeps or asks a clock.
#ifndef GAINSAY_NET_PACE_H
#define GAINSAY_NET_PACE_H

#include "base/base.h"

typedef struct gs_pace gs_pace;
typedef struct gs_line gs_line;

// A place in a line; part of what waits.
typedef struct gs_turn {
    struct gs_turn *next;
    gs_line *line; // NULL while it stands in none
} gs_turn;

gs_pace *gs_pace_new(uint32_t delay_ms);
void gs_pace_free(gs_pace **self_p); // turns belong to whoever waits
void gs_pace_set_delay(gs_pace *self, uint32_t delay_ms);

// Joins the host's line at its end, or at its head. False if there are too many hosts or too many wait.
bool gs_pace_join(gs_pace *self, const char *host, gs_turn *turn, bool at_head, uint64_t now_us);
// Whose turn it is: of the hosts that may be asked the one that has been waiting longest. Its line rests
// until one of the two below is called. NULL if it is nobody's turn.
gs_turn *gs_pace_next(gs_pace *self, uint64_t now_us);
// The turn was not used: the next in line may go at once.
void gs_pace_pass(gs_pace *self, gs_turn *turn, uint64_t now_us);
// The request has ended, and the host asked to be left alone for rest_s (0: it did not).
void gs_pace_done(gs_pace *self, gs_turn *turn, uint32_t rest_s, uint64_t now_us);
// The wish of the host whose turn it is, used where it is longer than the usual pause. False if by that wish
// it is too early for this turn: pass it and join again.
bool gs_pace_wish(gs_turn *turn, uint32_t delay_ms, uint64_t now_us);
// Seconds for which the host of this turn wants no request; 0 if it may be asked.
uint32_t gs_pace_rest_s(const gs_turn *turn, uint64_t now_us);
uint64_t gs_pace_due_us(const gs_pace *self); // when it is somebody's turn next; UINT64_MAX if nobody waits
size_t gs_pace_lines(const gs_pace *self);

#endif
