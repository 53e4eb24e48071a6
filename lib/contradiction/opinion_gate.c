// When the second opinion may be asked: a budget a minute, and a rest after failures in a row.
//
// The budget is exact over any sixty seconds: the times of the last n questions stand in a ring, and the next
// one may go when the oldest of them is a minute old. After FAILURES in a row nothing is asked for a while
// that doubles each time it turns out to have been too short; one answer ends it.
#include "contradiction/opinion.h"

#include <stdlib.h>

enum { FAILURES = 5, REST_S = 15, LONGEST_REST_S = 600 };

static const uint64_t SECOND_US = 1000 * 1000;

struct gs_opinion_gate {
    uint64_t *asked_us; // owned: a ring of per_minute times
    uint32_t per_minute;
    uint32_t next;     // place of the ring that is written next, which holds the oldest time
    uint32_t used;     // places of the ring that hold a time
    uint32_t failures; // in a row
    uint64_t rest_s;   // of the last rest; 0: none since the last answer
    uint64_t until_us; // end of the rest
};

gs_opinion_gate *gs_opinion_gate_new(uint32_t per_minute)
{
    gs_opinion_gate *self = gs_allocate(sizeof *self);
    self->per_minute = per_minute > 0 ? per_minute : 1;
    self->asked_us = gs_allocate(self->per_minute * sizeof *self->asked_us);
    return self;
}

void gs_opinion_gate_free(gs_opinion_gate **self_p)
{
    if (!*self_p)
        return;
    free((*self_p)->asked_us);
    free(*self_p);
    *self_p = NULL;
}

bool gs_opinion_gate_rests(const gs_opinion_gate *self, uint64_t now_us)
{
    return now_us < self->until_us;
}

gs_opinion_pass gs_opinion_gate_ask(gs_opinion_gate *self, uint64_t now_us)
{
    if (gs_opinion_gate_rests(self, now_us))
        return GS_OPINION_RESTING;
    if (self->used == self->per_minute && now_us - self->asked_us[self->next] < 60 * SECOND_US)
        return GS_OPINION_OVER_BUDGET;
    self->asked_us[self->next] = now_us;
    self->next = (self->next + 1) % self->per_minute;
    self->used += self->used < self->per_minute;
    return GS_OPINION_ASK;
}

void gs_opinion_gate_told(gs_opinion_gate *self, bool answered, uint64_t now_us)
{
    if (answered) {
        self->failures = 0;
        self->rest_s = 0;
        self->until_us = 0;
        return;
    }
    self->failures++;
    if (self->failures < FAILURES ||
        gs_opinion_gate_rests(self, now_us)) // of questions asked before the rest
        return;
    self->rest_s = self->rest_s == 0 ? REST_S : self->rest_s * 2;
    self->rest_s = self->rest_s > LONGEST_REST_S ? LONGEST_REST_S : self->rest_s;
    self->until_us = now_us + self->rest_s * SECOND_US;
}
