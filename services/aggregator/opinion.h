// What the two halves of the second opinion share: opinion.c holds and settles pairs, opinion_ask.c asks.
#ifndef GAINSAY_SERVICES_AGGREGATOR_OPINION_H
#define GAINSAY_SERVICES_AGGREGATOR_OPINION_H

#include "aggregator.h"
#include "net/net.h"

enum { HELD = 256 }; // pairs at once; the next ones are told as they are

typedef enum held_state {
    HELD_FREE,
    HELD_NEW,   // of the open transaction
    HELD_WAITS, // for its turn
    HELD_ASKED,
    HELD_DONE,     // to be settled
    HELD_SETTLING, // in the open transaction
} held_state;

typedef struct held_pair {
    held_state state;
    uint64_t number; // in the order in which they came
    gs_id pair, a, b;
    gs_id question; // as it was asked
    bool answered;
    gs_opinion opinion;
    uint64_t asked_us, deadline_us;
    aggregator *owner; // borrowed
} held_pair;

struct opinion_desk {
    gs_net *net;           // NULL while nobody is asked
    gs_opinion_gate *gate; // NULL until somebody is asked
    uint32_t per_minute;   // of the gate
    gs_buffer url, key;    // of the endpoint; key empty if it wants none
    gs_arena *arena;       // of the question at hand
    held_pair held[HELD];
    uint64_t numbered;
    bool settling; // what is consulted now was asked before
    uint64_t asked, agreed, disagreed, failed, late, skipped, cached;
    uint64_t complained_us; // for gs_log_every
    gs_buffer last_failure; // as text; empty after an answer
    gs_histogram answer_time;
};

// opinion.c
size_t opinion_count(const opinion_desk *desk, held_state state);
held_pair *opinion_first(opinion_desk *desk, held_state state); // the one that came first; NULL if none

// opinion_ask.c
bool opinion_connect(aggregator *self,
                     gs_error *error);            // as the configuration has it; true also if nobody is asked
void opinion_disconnect(opinion_desk *desk);      // those under way wait for their turn again
void opinion_ask(aggregator *self, uint64_t now); // those that wait, as far as budget and server allow

#endif
