// explain: how a contradiction or a dispute in the feed came about, put together from the feed's events.
#ifndef GAINSAY_CLI_EXPLAIN_H
#define GAINSAY_CLI_EXPLAIN_H

#include "wire/wire.h"

typedef struct gs_explained {
    gs_arena *arena;                 // borrowed; all that follows lives in it
    const char *wanted;              // an id, or its first digits
    bool ambiguous;                  // more than one id begins so
    gs_contradiction *contradiction; // as it was told last; NULL: not found
    gs_dispute *dispute;        // that it is in, or that was asked for, as told last; NULL: none any more
    gs_statement *a, *b;        // of the contradiction, as told last
    gs_retraction *retraction;  // of what was asked for, if it does not stand any more
    gs_contradiction **members; // of a dispute that was asked for
    size_t member_count, member_capacity;
    gs_event **history; // events about it, in order
    size_t history_count, history_capacity;
    char **dispute_ids; // that it was ever in
    size_t dispute_id_count, dispute_id_capacity;
} gs_explained;

enum { GS_EXPLAIN_DIGITS = 8 }; // of an id, at least

// First all events go through find, which looks for what is wanted; then all of them again, in order, through
// follow. Statements need not be among them if a and b are set by the caller.
void gs_explained_find(gs_explained *self, const gs_event *event);
void gs_explained_follow(gs_explained *self, const gs_event *event);
bool gs_explained_is_found(const gs_explained *self);
// Days between the two statements of the contradiction; -1 if a day is not known.
int64_t gs_explained_days_apart(const gs_explained *self);

// explain_screen.c
void gs_explained_json(const gs_explained *self, gs_buffer *out); // one object on one line, with a line feed
void gs_explained_screen(const gs_explained *self, gs_buffer *out, size_t width, bool colour);

#endif
