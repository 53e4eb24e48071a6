// Follows one contradiction, or one dispute, through the feed's events.
//
// A statement is told before what rests on it, so the events are gone through twice: once to find what is
// asked for and which statements it rests on, once to follow all of it. What was told last holds; a
// retraction holds until the same is told again.
#include "explain.h"

#include <string.h>

static void *grown(gs_arena *arena, void *array, size_t count, size_t *capacity, size_t item)
{
    if (count < *capacity)
        return array;
    *capacity = *capacity ? *capacity * 2 : 16;
    void *larger = gs_arena_alloc(arena, *capacity * item);
    if (count)
        memcpy(larger, array, count * item);
    return larger;
}

static bool is_wanted(const gs_explained *self, const char *id)
{
    return id[0] && strncmp(id, self->wanted, strlen(self->wanted)) == 0;
}

static bool is(const char *a, const char *b)
{
    return a[0] && strcmp(a, b) == 0;
}

bool gs_explained_is_found(const gs_explained *self)
{
    return self->contradiction || self->dispute || self->retraction;
}

void gs_explained_find(gs_explained *self, const gs_event *event)
{
    if (event->body_case == GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION &&
        is_wanted(self, event->contradiction->contradiction_id)) {
        const char *known = self->contradiction ? self->contradiction->contradiction_id
                            : self->dispute     ? self->dispute->dispute_id
                                                : event->contradiction->contradiction_id;
        self->ambiguous |= strcmp(known, event->contradiction->contradiction_id) != 0;
        self->contradiction = (gs_contradiction *)gs_wire_copy(&event->contradiction->base, self->arena);
    }
    if (event->body_case == GAINSAY__V1__FEED_EVENT__BODY_DISPUTE &&
        is_wanted(self, event->dispute->dispute_id)) {
        const char *known = self->contradiction ? self->contradiction->contradiction_id
                            : self->dispute     ? self->dispute->dispute_id
                                                : event->dispute->dispute_id;
        self->ambiguous |= strcmp(known, event->dispute->dispute_id) != 0;
        self->dispute = (gs_dispute *)gs_wire_copy(&event->dispute->base, self->arena);
    }
}

// ---- following -------------------------------------------------------------------------------------

static void note(gs_explained *self, const gs_event *event)
{
    self->history = grown(self->arena, self->history, self->history_count, &self->history_capacity,
                          sizeof *self->history);
    self->history[self->history_count++] = (gs_event *)gs_wire_copy(&event->base, self->arena);
}

static bool was_in(const gs_explained *self, const char *dispute_id)
{
    for (size_t i = 0; i < self->dispute_id_count; i++)
        if (is(dispute_id, self->dispute_ids[i]))
            return true;
    return false;
}

static void enter(gs_explained *self, const char *dispute_id)
{
    if (!dispute_id[0] || was_in(self, dispute_id))
        return;
    self->dispute_ids = grown(self->arena, self->dispute_ids, self->dispute_id_count,
                              &self->dispute_id_capacity, sizeof *self->dispute_ids);
    self->dispute_ids[self->dispute_id_count++] = gs_arena_text(self->arena, gs_view_of(dispute_id));
}

static bool holds(const gs_dispute *dispute, const char *contradiction_id)
{
    for (size_t i = 0; i < dispute->n_contradiction_ids; i++)
        if (is(dispute->contradiction_ids[i], contradiction_id))
            return true;
    return false;
}

static void follow_statement(gs_explained *self, const gs_event *event, const gs_statement *statement)
{
    gs_contradiction *pair = self->contradiction;
    bool first = pair && pair->a && is(statement->statement_id, pair->a->statement_id),
         second = pair && pair->b && is(statement->statement_id, pair->b->statement_id);
    if (first)
        self->a = (gs_statement *)gs_wire_copy(&statement->base, self->arena);
    if (second)
        self->b = (gs_statement *)gs_wire_copy(&statement->base, self->arena);
    if (first || second)
        note(self, event);
}

static void follow_member(gs_explained *self, const gs_event *event)
{
    const gs_contradiction *told = event->contradiction;
    size_t at = 0;
    if (!was_in(self, told->dispute_id) && !(self->dispute && holds(self->dispute, told->contradiction_id)))
        return;
    while (at < self->member_count && !is(self->members[at]->contradiction_id, told->contradiction_id))
        at++;
    if (at == self->member_count) {
        self->members = grown(self->arena, self->members, self->member_count, &self->member_capacity,
                              sizeof *self->members);
        self->member_count++;
    }
    self->members[at] = (gs_contradiction *)gs_wire_copy(&told->base, self->arena);
    note(self, event);
}

static void follow_dispute(gs_explained *self, const gs_event *event)
{
    // An event of a long dispute lists what it adds; what is not listed has not left it.
    bool cut = event->dispute->contradiction_count > event->dispute->n_contradiction_ids;
    bool mine = self->contradiction && !(cut && was_in(self, event->dispute->dispute_id))
                    ? holds(event->dispute, self->contradiction->contradiction_id)
                    : was_in(self, event->dispute->dispute_id);
    if (!mine && !was_in(self, event->dispute->dispute_id))
        return;
    note(self, event);
    if (mine) {
        self->dispute = (gs_dispute *)gs_wire_copy(&event->dispute->base, self->arena);
        enter(self, event->dispute->dispute_id);
        if (!self->contradiction && is_wanted(self, event->dispute->dispute_id))
            self->retraction = NULL; // told again
    } else if (self->dispute && is(self->dispute->dispute_id, event->dispute->dispute_id)) {
        self->dispute = NULL; // it goes on without this contradiction
    }
}

static void follow_retraction(gs_explained *self, const gs_event *event)
{
    const gs_retraction *taken = event->retraction;
    const gs_contradiction *pair = self->contradiction;
    bool itself = pair && is(taken->contradiction_id, pair->contradiction_id);
    bool rested = pair && ((pair->a && is(taken->statement_id, pair->a->statement_id)) ||
                           (pair->b && is(taken->statement_id, pair->b->statement_id)));
    bool dispute = was_in(self, taken->dispute_id);
    size_t member = 0;
    while (member < self->member_count &&
           !is(taken->contradiction_id, self->members[member]->contradiction_id))
        member++;
    if (!itself && !rested && !dispute && member == self->member_count)
        return;
    note(self, event);
    if (member < self->member_count) {
        self->member_count--;
        memmove(&self->members[member], &self->members[member + 1],
                (self->member_count - member) * sizeof *self->members);
    }
    if (itself || (dispute && !pair))
        self->retraction = (gs_retraction *)gs_wire_copy(&taken->base, self->arena);
    if (dispute && self->dispute && is(taken->dispute_id, self->dispute->dispute_id) && pair)
        self->dispute = NULL;
    if (dispute && taken->merged_into[0])
        enter(self, taken->merged_into);
}

void gs_explained_follow(gs_explained *self, const gs_event *event)
{
    if (!self->contradiction && self->dispute)
        enter(self, self->dispute->dispute_id);
    switch (event->body_case) {
    case GAINSAY__V1__FEED_EVENT__BODY_STATEMENT:
        follow_statement(self, event, event->statement);
        return;
    case GAINSAY__V1__FEED_EVENT__BODY_STATEMENT_UPDATE:
        follow_statement(self, event, event->statement_update);
        return;
    case GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION:
        if (!self->contradiction) {
            follow_member(self, event);
        } else if (is(event->contradiction->contradiction_id, self->contradiction->contradiction_id)) {
            note(self, event);
            self->retraction = NULL;
            enter(self, event->contradiction->dispute_id);
        }
        return;
    case GAINSAY__V1__FEED_EVENT__BODY_DISPUTE:
        follow_dispute(self, event);
        return;
    case GAINSAY__V1__FEED_EVENT__BODY_RETRACTION:
        follow_retraction(self, event);
        return;
    default:
        return;
    }
}

// ---- days ------------------------------------------------------------------------------------------

static bool day_of(const gs_statement *statement, int64_t *day)
{
    gs_time time;
    int year, month, date;
    const char *text = !statement                                    ? ""
                       : statement->said_on && statement->said_on[0] ? statement->said_on
                                                                     : statement->published;
    if (!gs_time_parse(gs_view_of(text), &time))
        return false;
    gs_time_civil(time, &year, &month, &date, NULL);
    *day = gs_days_from_civil(year, month, date);
    return true;
}

int64_t gs_explained_days_apart(const gs_explained *self)
{
    int64_t first, second;
    const gs_contradiction *pair = self->contradiction;
    if (!pair || !day_of(self->a ? self->a : pair->a, &first) ||
        !day_of(self->b ? self->b : pair->b, &second))
        return -1;
    return first > second ? first - second : second - first;
}
