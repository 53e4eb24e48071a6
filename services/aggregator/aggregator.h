// The aggregator's state and the parts of its loop; one struct, no globals.
//
//   main.c     options, opening, the loop, closing
//   commit.c   results in, one transaction a turn, then acknowledgements and the live feed
//   recall.c   what the ledger knows at a start; its snapshot
//   opinion.c  the second opinion: contradictions that are held until another model was asked (opinion_ask.c)
//   desk.c     what operators ask: status, dead letters; reports of the other daemons
#ifndef GAINSAY_SERVICES_AGGREGATOR_H
#define GAINSAY_SERVICES_AGGREGATOR_H

#include "bus/bus.h"
#include "contradiction/contradiction.h"
#include "store/store.h"

// One result of the open transaction, to be acknowledged once it is committed.
typedef struct taken {
    uint64_t peer;
    gs_id id;
    uint64_t ingested_us; // 0: nothing new, do not measure
} taken;

// One event of the open transaction, to be published once it is committed.
typedef struct waiting_event {
    uint64_t sequence;
    char topic[GS_LIMIT_TOPIC_BYTES];
    size_t offset, size; // in aggregator.events
} waiting_event;

typedef struct known_daemon {
    char *key;         // daemon/name
    gs_buffer report;  // packed StatusReport
    uint64_t heard_us; // monotonic
} known_daemon;

enum { KNOWN_DAEMONS = 2048 };

typedef struct opinion_desk opinion_desk; // opinion.h

typedef struct aggregator {
    gs_daemon daemon;
    gs_bus *bus;
    gs_store *store;
    gs_intake *intake;
    gs_publisher *publisher;
    gs_queue *retry;
    gs_control *control;
    gs_model *model;
    gs_judge *judge; // on the model
    gs_ledger *ledger;
    gs_holders *holders;
    opinion_desk *opinion;
    gs_arena *arena;      // of the result at hand
    gs_arena *desk_arena; // of the question at hand

    taken *taken; // owned, capacity batch
    size_t taken_count;
    waiting_event *waiting; // owned, grows
    size_t waiting_count, waiting_capacity;
    gs_buffer events; // packed events, one after the other
    gs_buffer packed; // of the event at hand

    known_daemon *known; // owned, KNOWN_DAEMONS
    size_t known_count;

    uint64_t retry_at_us;   // monotonic: after a failed commit nothing is taken before
    uint64_t complained_us; // for gs_log_every
    uint64_t oversize_us;   // likewise, for reports
    uint64_t expired_us;    // monotonic: last retention round
    uint64_t articles, repeated, events_count, statements, contradictions, dead_letters, failed;
    uint64_t batch_statements, batch_contradictions; // of the open transaction
    gs_histogram ingest_to_feed, commit_time;
    gs_rate rate;
} aggregator;

// commit.c
void aggregator_take(void *context, uint64_t peer, gs_id id, gs_view payload); // the intake's callback
void aggregator_commit(aggregator *self);                      // ends the turn: commit, acknowledge, publish
void aggregator_undo(aggregator *self, const gs_error *error); // the open transaction; all of it comes again
bool aggregator_is_trouble(const gs_error *error); // that passes, or that an operator ends: of the store
void aggregator_retention(aggregator *self, uint64_t now);
gs_ledger_store aggregator_ledger_store(aggregator *self);

// recall.c
bool aggregator_recall(aggregator *self, gs_error *error); // fills the ledger
void aggregator_remember(aggregator *self);                // at an end in order, for the next start

// opinion.c
bool aggregator_opinion_open(aggregator *self, gs_error *error); // once bus, store and ledger are there
void aggregator_opinion_free(aggregator *self);                  // before the bus
void aggregator_opinion_reload(aggregator *self);
// Asks, and settles what was answered or is given up; outside of a transaction. Returns the milliseconds
// until it wants to be called again.
int aggregator_opinion_turn(aggregator *self);
void aggregator_opinion_committed(aggregator *self); // the open transaction was committed, or undone
void aggregator_opinion_undone(aggregator *self);
void aggregator_opinion_report(aggregator *self, gs_arena *arena, gs_status *status);

// desk.c
void aggregator_hear(void *context, const gs_status *status); // the intake's callback
void aggregator_answer(void *context, const Gainsay__V1__ControlRequest *request, gs_buffer *reply);
void aggregator_offer_retries(aggregator *self);
void aggregator_retry_failed(void *context, gs_id id, uint32_t failures, const char *reason);
void aggregator_desk_free(aggregator *self);

#endif
