// lease: the bookkeeping behind the work queue. Each item is in exactly one of three lists: ready (ordinary
// and dead items, by order of offer), suspects (likewise), or leased (by time of lease; leases are all
// equally long, so the first to run out is at the front). A leased item is also in its worker's list.
//
// Invariant: worker->held is the length of worker->leases and never passes worker->window at the moment of
// a delivery; a worker that is `solo` holds exactly one item, a suspect.
#include "bus/lease.h"

#include <stdlib.h>

#include "bus/idmap.h"

typedef struct worker {
    bool used;
    bool solo;       // it works on a suspect
    bool reserved;   // it gets nothing more until it is empty, then a suspect
    uint32_t window; // 0: it wants nothing
    uint32_t held;
    uint32_t owed; // ordinary items it is to get before another suspect
    uint64_t heard_us;
    gs_ring leases; // oldest first
} worker;

struct gs_leases {
    gs_lease_options options;
    gs_idmap items;
    gs_ring ready, suspects, leased;
    worker *workers; // owned; slots, reused
    uint32_t worker_count, worker_capacity;
    uint32_t turn;   // slot that was served last
    uint64_t orders; // handed out so far
    size_t suspect_count;
    gs_lease_numbers numbers;
};

gs_leases *gs_leases_new(const gs_lease_options *options)
{
    gs_leases *self = gs_allocate(sizeof *self);
    self->options = *options;
    if (self->options.max_failures == 0)
        self->options.max_failures = 1;
    gs_ring_init(&self->ready);
    gs_ring_init(&self->suspects);
    gs_ring_init(&self->leased);
    return self;
}

static void item_free(gs_leases *self, gs_lease_item *item)
{
    self->options.release(self->options.context, item->payload);
    free(item->reason);
    free(item);
}

static void free_list(gs_leases *self, gs_ring *list)
{
    while (!gs_ring_is_empty(list)) {
        gs_lease_item *item = GS_RING_ITEM(list->next, gs_lease_item, queue);
        gs_ring_remove(&item->queue);
        item_free(self, item);
    }
}

void gs_leases_free(gs_leases **self_p)
{
    gs_leases *self = *self_p;
    if (self == NULL)
        return;
    free_list(self, &self->ready);
    free_list(self, &self->suspects);
    free_list(self, &self->leased);
    gs_idmap_free(&self->items);
    free(self->workers);
    free(self);
    *self_p = NULL;
}

// ---- items -----------------------------------------------------------------------------------------

bool gs_leases_dead(const gs_leases *self, const gs_lease_item *item)
{
    return item->failures >= self->options.max_failures;
}

static bool is_suspect(const gs_leases *self, const gs_lease_item *item)
{
    return item->failures > 0 && !gs_leases_dead(self, item);
}

// Puts an item where its order says. New items go to the end at once; items that come back are older than
// nearly all that wait, so the walk from the front is short.
static void make_ready(gs_leases *self, gs_lease_item *item)
{
    bool suspect = is_suspect(self, item);
    gs_ring *list = suspect ? &self->suspects : &self->ready;
    gs_ring *at = list;
    if (!gs_ring_is_empty(list) && GS_RING_ITEM(list->previous, gs_lease_item, queue)->order > item->order) {
        at = list->next;
        while (GS_RING_ITEM(at, gs_lease_item, queue)->order < item->order)
            at = at->next;
    }
    gs_ring_insert_before(at, &item->queue);
    item->holder = GS_LEASE_NOBODY;
    self->suspect_count += suspect;
    self->numbers.ready++;
    self->numbers.ready_bytes += item->size;
}

static void leave_ready(gs_leases *self, gs_lease_item *item)
{
    gs_ring_remove(&item->queue);
    self->suspect_count -= is_suspect(self, item);
    self->numbers.ready--;
    self->numbers.ready_bytes -= item->size;
}

static void take_from_holder(gs_leases *self, gs_lease_item *item)
{
    worker *holder = &self->workers[item->holder];
    gs_ring_remove(&item->queue);
    gs_ring_remove(&item->hold);
    holder->held--;
    if (holder->solo) {
        holder->solo = false;
        holder->owed = holder->window;
    }
    item->last = item->holder;
    item->holder = GS_LEASE_NOBODY;
    self->numbers.leased--;
}

bool gs_leases_offer(gs_leases *self, gs_id id, void *payload, size_t size, uint32_t failures,
                     const char *reason)
{
    if (gs_leases_holds(self, id))
        return false;
    gs_lease_item *item = gs_allocate(sizeof *item);
    item->id = id;
    item->payload = payload;
    item->size = size;
    item->failures = failures;
    item->reason = gs_duplicate(reason);
    item->order = self->orders++;
    item->last = GS_LEASE_NOBODY;
    gs_ring_init(&item->hold);
    gs_idmap_insert(&self->items, &item->id);
    make_ready(self, item);
    return true;
}

bool gs_leases_holds(const gs_leases *self, gs_id id)
{
    return gs_idmap_find(&self->items, id) != NULL;
}

// ---- workers ---------------------------------------------------------------------------------------

static uint32_t free_slot(gs_leases *self)
{
    for (uint32_t i = 0; i < self->worker_capacity; i++) {
        if (!self->workers[i].used)
            return i;
    }
    uint32_t capacity = self->worker_capacity == 0 ? 8 : self->worker_capacity * 2;
    worker *workers = gs_allocate(capacity * sizeof *workers);
    for (uint32_t i = 0; i < capacity; i++)
        gs_ring_init(&workers[i].leases);
    for (uint32_t i = 0; i < self->worker_capacity; i++) {
        workers[i] = self->workers[i];
        gs_ring_init(&workers[i].leases); // the links of a ring name their head, which has moved
        gs_ring_splice_front(&workers[i].leases, &self->workers[i].leases);
    }
    free(self->workers);
    self->workers = workers;
    uint32_t slot = self->worker_capacity;
    self->worker_capacity = capacity;
    return slot;
}

uint32_t gs_leases_join(gs_leases *self, uint32_t window, uint64_t now_us)
{
    if (self->worker_count >= GS_LIMIT_WORKERS)
        return GS_LEASE_NOBODY;
    uint32_t slot = free_slot(self);
    worker *joined = &self->workers[slot];
    *joined = (worker){.used = true};
    gs_ring_init(&joined->leases);
    self->worker_count++;
    gs_leases_heard(self, slot, window, now_us);
    return slot;
}

void gs_leases_heard(gs_leases *self, uint32_t slot, uint32_t window, uint64_t now_us)
{
    worker *heard = &self->workers[slot];
    heard->heard_us = now_us;
    heard->window = window < GS_LIMIT_WINDOW ? window : GS_LIMIT_WINDOW;
    heard->reserved = heard->reserved && window > 0;
}

void gs_leases_stop(gs_leases *self, uint32_t slot)
{
    self->workers[slot].window = 0;
    self->workers[slot].reserved = false;
}

void gs_leases_forgive(gs_leases *self, uint64_t slept_us, uint64_t now_us)
{
    for (uint32_t i = 0; slept_us > 0 && i < self->worker_capacity; i++) {
        uint64_t heard_us = self->workers[i].heard_us + slept_us;
        self->workers[i].heard_us = heard_us < now_us ? heard_us : now_us;
    }
}

uint32_t gs_leases_silent(const gs_leases *self, uint64_t silence_us, uint64_t now_us)
{
    for (uint32_t i = 0; i < self->worker_capacity; i++) {
        if (self->workers[i].used && self->workers[i].heard_us + silence_us < now_us)
            return i;
    }
    return GS_LEASE_NOBODY;
}

// Takes an item back from its worker and counts the failure.
static void fail_item(gs_leases *self, gs_lease_item *item, const char *reason)
{
    take_from_holder(self, item);
    item->failures++;
    free(item->reason);
    item->reason = gs_duplicate(reason);
    make_ready(self, item);
    self->options.failed(self->options.context, item->id, item->failures, item->reason);
}

void gs_leases_leave(gs_leases *self, uint32_t slot, bool died, const char *reason)
{
    // Newest first: each then goes in front of the one before it, without a walk.
    while (self->workers[slot].held > 0) {
        gs_lease_item *item = GS_RING_ITEM(self->workers[slot].leases.previous, gs_lease_item, hold);
        if (died) {
            fail_item(self, item, reason);
            continue;
        }
        take_from_holder(self, item);
        make_ready(self, item);
    }
    self->workers[slot].used = false;
    self->workers[slot].window = 0;
    self->workers[slot].reserved = false;
    self->worker_count--;
}

// ---- who gets what ---------------------------------------------------------------------------------

static gs_lease_item *lease_to(gs_leases *self, gs_ring *list, uint32_t slot, uint64_t now_us)
{
    gs_lease_item *item = GS_RING_ITEM(list->next, gs_lease_item, queue);
    worker *holder = &self->workers[slot];
    leave_ready(self, item);
    gs_ring_insert_before(&self->leased, &item->queue);
    gs_ring_insert_before(&holder->leases, &item->hold);
    holder->held++;
    item->holder = slot;
    item->leased_us = now_us;
    self->numbers.leased++;
    self->numbers.delivered++;
    self->numbers.redelivered += item->deliveries > 0;
    item->deliveries++;
    self->turn = slot;
    return item;
}

// Sets workers aside for suspects, up to half of those that want work.
static void reserve(gs_leases *self)
{
    uint32_t willing = 0, aside = 0, promised = 0;
    for (uint32_t i = 0; i < self->worker_capacity; i++) {
        willing += self->workers[i].used && self->workers[i].window > 0;
        aside += self->workers[i].solo || self->workers[i].reserved;
        promised += self->workers[i].reserved;
    }
    bool ordinary = !gs_ring_is_empty(&self->ready);
    uint32_t most = !ordinary ? willing : willing > 1 ? willing / 2 : willing;
    for (uint32_t i = 1; i <= self->worker_capacity && aside < most && promised < self->suspect_count; i++) {
        worker *next = &self->workers[(self->turn + i) % self->worker_capacity];
        if (!next->used || next->window == 0 || next->solo || next->reserved || (ordinary && next->owed > 0))
            continue;
        next->reserved = true;
        aside++;
        promised++;
    }
}

static gs_lease_item *next_suspect(gs_leases *self, uint64_t now_us, uint32_t *slot)
{
    if (self->suspect_count == 0) {
        for (uint32_t i = 0; i < self->worker_capacity; i++)
            self->workers[i].reserved = false;
        return NULL;
    }
    reserve(self);
    for (uint32_t i = 0; i < self->worker_capacity; i++) {
        worker *candidate = &self->workers[i];
        if (!candidate->used || !candidate->reserved || candidate->held > 0)
            continue;
        candidate->reserved = false;
        candidate->solo = true;
        *slot = i;
        return lease_to(self, &self->suspects, i, now_us);
    }
    return NULL;
}

static bool has_credit(const worker *candidate)
{
    return candidate->used && !candidate->solo && !candidate->reserved && candidate->held < candidate->window;
}

// The next worker in turn that has credit; one that had this item before only if there is no other.
static uint32_t pick_worker(const gs_leases *self, const gs_lease_item *item)
{
    uint32_t second = GS_LEASE_NOBODY;
    for (uint32_t i = 1; i <= self->worker_capacity; i++) {
        uint32_t slot = (self->turn + i) % self->worker_capacity;
        if (!has_credit(&self->workers[slot]))
            continue;
        if (slot != item->last)
            return slot;
        second = slot;
    }
    return second;
}

const gs_lease_item *gs_leases_next(gs_leases *self, uint64_t now_us, uint32_t *slot)
{
    if (self->numbers.ready == 0 || self->worker_count == 0)
        return NULL;
    gs_lease_item *item = next_suspect(self, now_us, slot);
    if (item != NULL || gs_ring_is_empty(&self->ready))
        return item;
    *slot = pick_worker(self, GS_RING_ITEM(self->ready.next, gs_lease_item, queue));
    if (*slot == GS_LEASE_NOBODY)
        return NULL;
    if (self->workers[*slot].owed > 0)
        self->workers[*slot].owed--;
    return lease_to(self, &self->ready, *slot, now_us);
}

void gs_leases_undo(gs_leases *self, gs_id id)
{
    gs_lease_item *item = gs_idmap_find(&self->items, id);
    if (item == NULL || item->holder == GS_LEASE_NOBODY)
        return;
    take_from_holder(self, item);
    item->deliveries--;
    self->numbers.delivered--;
    self->numbers.redelivered -= item->deliveries > 0;
    make_ready(self, item);
}

// ---- how it ends -----------------------------------------------------------------------------------

bool gs_leases_settle(gs_leases *self, gs_id id)
{
    gs_lease_item *item = gs_idmap_find(&self->items, id);
    if (item == NULL)
        return false;
    if (item->holder == GS_LEASE_NOBODY)
        leave_ready(self, item);
    else
        take_from_holder(self, item);
    gs_idmap_remove(&self->items, id);
    self->numbers.settled++;
    item_free(self, item);
    return true;
}

bool gs_leases_refuse(gs_leases *self, uint32_t slot, gs_id id, const char *reason)
{
    gs_lease_item *item = gs_idmap_find(&self->items, id);
    if (item == NULL || item->holder != slot || slot == GS_LEASE_NOBODY)
        return false;
    fail_item(self, item, reason);
    return true;
}

void gs_leases_expire(gs_leases *self, uint64_t now_us)
{
    while (!gs_ring_is_empty(&self->leased)) {
        gs_lease_item *item = GS_RING_ITEM(self->leased.next, gs_lease_item, queue);
        if (item->leased_us + self->options.lease_us > now_us)
            return;
        take_from_holder(self, item);
        make_ready(self, item);
        self->numbers.expired++;
    }
}

gs_lease_numbers gs_leases_count(const gs_leases *self)
{
    gs_lease_numbers numbers = self->numbers;
    numbers.workers = self->worker_count;
    return numbers;
}

uint32_t gs_leases_held(const gs_leases *self, uint32_t slot)
{
    return self->workers[slot].held;
}
