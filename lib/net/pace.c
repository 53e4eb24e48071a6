// Lines of requests, one a host, in a hash table; those whose head may go, or will, in a heap by time.
//
// A line is in the heap while somebody waits in it and none of its requests is under way, so "one at a time"
// needs no counting. The key is when the line may go, or since when it could have: hosts that wait for a free
// connection get it in that order, and a host with many waiting gets no more than one with few.
//
// A line that nobody waits in is kept while it still says something: when the host may be asked again. After
// that it is dropped by a sweep, once a minute at most or when there is no room for another.
#include "net/pace.h"

#include <stdlib.h>
#include <string.h>

enum {
    LINES_MOST = 16384,
    TURNS_MOST = 65536,
    FIRST_BUCKETS = 64, // a power of two
    SHORT_REST_S = 30,  // a rest that is waited for; a longer one is told to whoever asks
};

static const uint64_t SWEEP_US = 60 * UINT64_C(1000000);

struct gs_line {
    char *host; // owned
    uint64_t hash;
    gs_line *chain; // next of its bucket
    gs_turn *first, *last;
    bool busy;          // a request is under way, or its turn has come
    uint32_t wish_ms;   // the host's own pause
    uint64_t ended_us;  // the last request
    uint64_t due_us;    // no request before
    uint64_t rest_us;   // the host wants none before
    uint64_t key_us;    // in the heap by this
    uint64_t key_order; // and for equal ones by this
};

struct gs_pace {
    gs_line **buckets; // owned
    size_t bucket_count, line_count;
    gs_line **heap; // owned
    size_t heap_size, heap_capacity;
    size_t turn_count; // that wait
    uint32_t delay_ms;
    uint64_t order;
    uint64_t swept_us;
};

gs_pace *gs_pace_new(uint32_t delay_ms)
{
    gs_pace *self = gs_allocate(sizeof *self);
    self->delay_ms = delay_ms;
    self->bucket_count = FIRST_BUCKETS;
    self->buckets = gs_allocate(self->bucket_count * sizeof(gs_line *));
    return self;
}

void gs_pace_free(gs_pace **self_p)
{
    if (!self_p || !*self_p) {
        return;
    }
    gs_pace *self = *self_p;
    for (size_t i = 0; i < self->bucket_count; i++) {
        while (self->buckets[i]) {
            gs_line *line = self->buckets[i];
            self->buckets[i] = line->chain;
            free(line->host);
            free(line);
        }
    }
    free(self->buckets);
    free(self->heap);
    free(self);
    *self_p = NULL;
}

void gs_pace_set_delay(gs_pace *self, uint32_t delay_ms)
{
    self->delay_ms = delay_ms;
}

// ---- the heap ----------------------------------------------------------------------------------------

static bool goes_before(const gs_line *a, const gs_line *b)
{
    return a->key_us < b->key_us || (a->key_us == b->key_us && a->key_order < b->key_order);
}

static void swap(gs_line **a, gs_line **b)
{
    gs_line *kept = *a;
    *a = *b;
    *b = kept;
}

static void heap_push(gs_pace *self, gs_line *line, uint64_t now_us)
{
    line->key_us = line->due_us > now_us ? line->due_us : now_us;
    line->key_order = self->order++;
    if (self->heap_size == self->heap_capacity) {
        self->heap_capacity = self->heap_capacity ? self->heap_capacity * 2 : FIRST_BUCKETS;
        self->heap = gs_reallocate(self->heap, self->heap_capacity * sizeof(gs_line *));
    }
    size_t at = self->heap_size++;
    self->heap[at] = line;
    for (; at > 0 && goes_before(self->heap[at], self->heap[(at - 1) / 2]); at = (at - 1) / 2) {
        swap(&self->heap[at], &self->heap[(at - 1) / 2]);
    }
}

static gs_line *heap_pop(gs_pace *self)
{
    gs_line *top = self->heap[0];
    self->heap[0] = self->heap[--self->heap_size];
    for (size_t at = 0, child; (child = 2 * at + 1) < self->heap_size; at = child) {
        if (child + 1 < self->heap_size && goes_before(self->heap[child + 1], self->heap[child])) {
            child++;
        }
        if (!goes_before(self->heap[child], self->heap[at])) {
            break;
        }
        swap(&self->heap[child], &self->heap[at]);
    }
    return top;
}

// ---- the table ---------------------------------------------------------------------------------------

static bool is_forgettable(const gs_line *line, uint64_t now_us)
{
    return !line->busy && !line->first && line->due_us <= now_us && line->rest_us <= now_us;
}

static void sweep(gs_pace *self, uint64_t now_us)
{
    self->swept_us = now_us;
    for (size_t i = 0; i < self->bucket_count; i++) {
        for (gs_line **place = &self->buckets[i]; *place;) {
            gs_line *line = *place;
            if (is_forgettable(line, now_us)) {
                *place = line->chain;
                free(line->host);
                free(line);
                self->line_count--;
            } else {
                place = &line->chain;
            }
        }
    }
}

static void widen(gs_pace *self)
{
    const size_t count = self->bucket_count * 2;
    gs_line **wider = gs_allocate(count * sizeof(gs_line *));
    for (size_t i = 0; i < self->bucket_count; i++) {
        while (self->buckets[i]) {
            gs_line *line = self->buckets[i];
            self->buckets[i] = line->chain;
            line->chain = wider[line->hash & (count - 1)];
            wider[line->hash & (count - 1)] = line;
        }
    }
    free(self->buckets);
    self->buckets = wider;
    self->bucket_count = count;
}

// NULL if there are too many.
static gs_line *line_for(gs_pace *self, const char *host, uint64_t now_us)
{
    const uint64_t hash = gs_hash(gs_view_of(host));
    for (gs_line *line = self->buckets[hash & (self->bucket_count - 1)]; line; line = line->chain) {
        if (line->hash == hash && strcmp(line->host, host) == 0) {
            return line;
        }
    }
    if (self->line_count >= LINES_MOST || now_us - self->swept_us >= SWEEP_US) {
        sweep(self, now_us);
    }
    if (self->line_count >= LINES_MOST) {
        return NULL;
    }
    if (self->line_count >= self->bucket_count) {
        widen(self);
    }
    gs_line *line = gs_allocate(sizeof *line);
    line->host = gs_duplicate(host);
    line->hash = hash;
    line->chain = self->buckets[hash & (self->bucket_count - 1)];
    self->buckets[hash & (self->bucket_count - 1)] = line;
    self->line_count++;
    return line;
}

// ---- turns -------------------------------------------------------------------------------------------

bool gs_pace_join(gs_pace *self, const char *host, gs_turn *turn, bool at_head, uint64_t now_us)
{
    gs_line *line = self->turn_count < TURNS_MOST ? line_for(self, host, now_us) : NULL;
    if (!line) {
        return false;
    }
    const bool was_empty = line->first == NULL;
    turn->line = line;
    turn->next = at_head ? line->first : NULL;
    if (was_empty) {
        line->first = line->last = turn;
    } else if (at_head) {
        line->first = turn;
    } else {
        line->last->next = turn;
        line->last = turn;
    }
    self->turn_count++;
    if (was_empty && !line->busy) {
        heap_push(self, line, now_us);
    }
    return true;
}

gs_turn *gs_pace_next(gs_pace *self, uint64_t now_us)
{
    if (self->heap_size == 0 || self->heap[0]->key_us > now_us) {
        return NULL;
    }
    gs_line *line = heap_pop(self);
    gs_turn *turn = line->first;
    line->first = turn->next;
    line->last = line->first ? line->last : NULL;
    line->busy = true;
    turn->next = NULL;
    self->turn_count--;
    return turn;
}

void gs_pace_pass(gs_pace *self, gs_turn *turn, uint64_t now_us)
{
    gs_line *line = turn->line;
    turn->line = NULL;
    line->busy = false;
    if (line->first) {
        heap_push(self, line, now_us);
    }
}

void gs_pace_done(gs_pace *self, gs_turn *turn, uint32_t rest_s, uint64_t now_us)
{
    gs_line *line = turn->line;
    const uint64_t pause_ms = line->wish_ms > self->delay_ms ? line->wish_ms : self->delay_ms;
    const uint64_t rest_us = now_us + (uint64_t)rest_s * 1000000;
    line->ended_us = now_us;
    line->due_us = now_us + pause_ms * 1000;
    if (rest_s > SHORT_REST_S) {
        line->rest_us = rest_us;
    } else if (rest_us > line->due_us) {
        line->due_us = rest_us;
    }
    gs_pace_pass(self, turn, now_us);
}

bool gs_pace_wish(gs_turn *turn, uint32_t delay_ms, uint64_t now_us)
{
    gs_line *line = turn->line;
    const uint64_t due_us = line->ended_us > 0 ? line->ended_us + (uint64_t)delay_ms * 1000 : 0;
    line->wish_ms = delay_ms;
    line->due_us = due_us > line->due_us ? due_us : line->due_us;
    return line->due_us <= now_us;
}

uint32_t gs_pace_rest_s(const gs_turn *turn, uint64_t now_us)
{
    const uint64_t until_us = turn->line->rest_us;
    return until_us > now_us ? (uint32_t)((until_us - now_us + 999999) / 1000000) : 0;
}

uint64_t gs_pace_due_us(const gs_pace *self)
{
    return self->heap_size > 0 ? self->heap[0]->key_us : UINT64_MAX;
}

size_t gs_pace_lines(const gs_pace *self)
{
    return self->line_count;
}
