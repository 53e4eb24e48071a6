// lease: who holds which item of a work queue, and who gets the next one. No sockets and no clock of its
// own, so every rule of the delivery contract can be tested with a made-up time.
//
//   offer ──► ready ──next──► leased ──settle──► gone
//               ▲                │
//               └── expire, leave, refuse
//
// The rules:
// - A worker never holds more than its window.
// - Items go out in the order of their offer; one that comes back takes its old place.
// - An item that failed (its worker died with it, or gave it back) is a suspect: it goes only to a worker
// that
//   holds nothing, and that worker gets nothing else until it is through. At most half of the workers are
//   busy with suspects, and after one a worker first gets ordinary items again, if there are any.
// - An item that failed max_failures times is handed out as dead, among the ordinary ones.
#ifndef GAINSAY_BUS_LEASE_H
#define GAINSAY_BUS_LEASE_H

#include "base/base.h"
#include "bus/ring.h"

typedef struct gs_leases gs_leases;

#define GS_LEASE_NOBODY UINT32_MAX

typedef struct gs_lease_options {
    uint64_t lease_us;
    uint32_t max_failures; // at least 1
    void (*failed)(void *context, gs_id id, uint32_t failures, const char *reason);
    void (*release)(void *context, void *payload); // the item is gone
    void *context;
} gs_lease_options;

typedef struct gs_lease_item {
    gs_id id;      // first: the key of the map
    void *payload; // released with the item
    size_t size;   // bytes of payload
    uint32_t failures;
    uint32_t deliveries; // since it was offered
    char *reason;        // of the last failure; owned, NULL if none
    uint64_t order;      // of its offer
    uint64_t leased_us;
    uint32_t holder; // worker, or GS_LEASE_NOBODY while it is ready
    uint32_t last;   // worker that had it before
    gs_ring queue;   // in ready, suspects, or all leases by time
    gs_ring hold;    // in its holder's leases
} gs_lease_item;

typedef struct gs_lease_numbers {
    uint64_t ready, ready_bytes, leased, workers; // now
    uint64_t delivered, redelivered, settled, expired;
} gs_lease_numbers;

gs_leases *gs_leases_new(const gs_lease_options *options);
void gs_leases_free(gs_leases **self_p);

// Takes payload only when it returns true; false: the id is here already.
bool gs_leases_offer(gs_leases *self, gs_id id, void *payload, size_t size, uint32_t failures,
                     const char *reason);
bool gs_leases_holds(const gs_leases *self, gs_id id);
bool gs_leases_dead(const gs_leases *self, const gs_lease_item *item);

// A worker arrives and gets a number below GS_LIMIT_WORKERS, or GS_LEASE_NOBODY when there are so many
// already.
uint32_t gs_leases_join(gs_leases *self, uint32_t window, uint64_t now_us);
void gs_leases_heard(gs_leases *self, uint32_t worker, uint32_t window, uint64_t now_us);
// Stops feeding a worker until it is heard again.
void gs_leases_stop(gs_leases *self, uint32_t worker);
// Time in which nobody listened does not count as a worker's silence.
void gs_leases_forgive(gs_leases *self, uint64_t slept_us, uint64_t now_us);
// A worker that has been silent for silence_us, or GS_LEASE_NOBODY.
uint32_t gs_leases_silent(const gs_leases *self, uint64_t silence_us, uint64_t now_us);
// Its items become ready again; with died they count as failed, for reason.
void gs_leases_leave(gs_leases *self, uint32_t worker, bool died, const char *reason);

// Leases the next item to a worker; NULL when nothing fits. The item stays valid until the next call.
const gs_lease_item *gs_leases_next(gs_leases *self, uint64_t now_us, uint32_t *worker);
// The delivery that gs_leases_next just made did not leave this process.
void gs_leases_undo(gs_leases *self, gs_id id);
bool gs_leases_settle(gs_leases *self, gs_id id); // false: not here
bool gs_leases_refuse(gs_leases *self, uint32_t worker, gs_id id,
                      const char *reason); // false: not that worker's
void gs_leases_expire(gs_leases *self, uint64_t now_us);

gs_lease_numbers gs_leases_count(const gs_leases *self);
uint32_t gs_leases_held(const gs_leases *self, uint32_t worker);

#endif
