// events: one ring for all. A client costs its filter and a number; what is sent is copied from the shared
// frame into the connection's own buffer. A client that the ring has overtaken is cut off: it comes back with
// the last id it saw and reads what it missed from the store, at its own pace, in slices.
#include "events.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

enum { SLICE_EVENTS = 256, SLICE_BYTES = 64 * 1024 }; // of stored events in one go

struct gw_events {
    gw_db *db;
    gw_frame *ring[GW_RING_FRAMES];
    uint64_t begin, end; // absolute numbers of the frames in the ring
    size_t bytes;
    uint64_t newest;
    uint64_t generation; // counts holes: events that are in the store alone, after those of the ring
};

struct gw_client {
    gw_events *events;
    gs_arena *arena;
    gw_filter filter;
    uint64_t position; // last sequence that was told or passed over
    uint64_t index;    // of the next frame, once live
    bool live;         // reads the ring
    uint64_t generation;
    gs_buffer out; // begun and not yet sent
    size_t sent;   // of out
    uint64_t spoke_us;
    uint64_t told;
};

// ---- frames ------------------------------------------------------------------------------------------

static const char *name_of(const gs_event *event)
{
    switch (event->body_case) {
    case GAINSAY__V1__FEED_EVENT__BODY_STATEMENT:
        return "statement";
    case GAINSAY__V1__FEED_EVENT__BODY_STATEMENT_UPDATE:
        return "statement_update";
    case GAINSAY__V1__FEED_EVENT__BODY_CONTRADICTION:
        return "contradiction";
    case GAINSAY__V1__FEED_EVENT__BODY_DISPUTE:
        return "dispute";
    default:
        return "retraction";
    }
}

gw_frame *gw_frame_new(gs_view bytes)
{
    gs_error error = {0};
    gw_frame *self = gs_allocate(sizeof *self);
    self->arena = gs_arena_new(4096);
    const gs_event *event =
        (const gs_event *)gs_wire_unpack(&gainsay__v1__feed_event__descriptor, bytes, self->arena, &error);
    if (event == NULL || !gw_facets_of_event(event, &self->facets)) {
        gw_frame_free(self);
        return NULL;
    }
    self->event = event;
    gw_texts texts = {.text = {0}};
    gw_facets_texts(&self->facets, &texts);
    gw_fold_texts(&texts, &self->folded);
    gw_texts_free(&texts);
    self->sequence = event->sequence;
    gs_buffer_format(&self->text, "id: %" PRIu64 "\nevent: %s\ndata: ", event->sequence, name_of(event));
    gs_wire_to_json(&event->base, &self->text); // one line: all line ends are escaped
    gs_buffer_text(&self->text, "\n\n");
    return self;
}

void gw_frame_free(gw_frame *frame)
{
    gs_arena_free(&frame->arena);
    gw_texts_free(&frame->folded);
    gs_buffer_free(&frame->text);
    free(frame);
}

// ---- the ring ----------------------------------------------------------------------------------------

gw_events *gw_events_new(gw_db *db, uint64_t newest)
{
    gw_events *self = gs_allocate(sizeof *self);
    self->db = db;
    self->newest = newest;
    return self;
}

static void drop_oldest(gw_events *self)
{
    gw_frame *oldest = self->ring[self->begin % GW_RING_FRAMES];
    self->bytes -= oldest->text.size;
    self->begin++;
    gw_frame_free(oldest);
}

void gw_events_free(gw_events **self_p)
{
    gw_events *self = *self_p;
    while (self != NULL && self->begin < self->end) {
        drop_oldest(self);
    }
    free(self);
    *self_p = NULL;
}

// What was replayed comes without frames. The ring must have no hole, so it begins anew behind it, and
// everybody reads the store up to there.
static void begin_anew(gw_events *self)
{
    while (self->begin < self->end) {
        drop_oldest(self);
    }
    self->generation++;
}

void gw_events_add(gw_events *self, uint64_t newest, gw_frame *frames)
{
    while (frames != NULL) {
        gw_frame *frame = frames;
        frames = frame->next;
        if (frame->sequence > self->newest + 1) {
            begin_anew(self);
        }
        while (self->begin < self->end && (self->end - self->begin == GW_RING_FRAMES ||
                                           self->bytes + frame->text.size > GW_RING_BYTES)) {
            drop_oldest(self);
        }
        self->ring[self->end++ % GW_RING_FRAMES] = frame;
        self->bytes += frame->text.size;
        self->newest = frame->sequence;
    }
    if (newest > self->newest) {
        begin_anew(self);
        self->newest = newest;
    }
}

uint64_t gw_events_newest(const gw_events *self)
{
    return self->newest;
}

// Sequence before the ring: a client that has it can go on in the ring.
static uint64_t before_ring(const gw_events *self)
{
    return self->begin < self->end ? self->ring[self->begin % GW_RING_FRAMES]->sequence - 1 : self->newest;
}

// The first frame after a sequence.
static uint64_t find_frame(const gw_events *self, uint64_t position)
{
    uint64_t low = self->begin, high = self->end;
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        if (self->ring[middle % GW_RING_FRAMES]->sequence <= position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

// ---- clients -----------------------------------------------------------------------------------------

static bool read_last_id(const char *text, uint64_t *position)
{
    uint64_t number = 0;
    const size_t size = text != NULL ? strlen(text) : 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9' || size > 18) {
            return false;
        }
        number = number * 10 + (uint64_t)(text[i] - '0');
    }
    *position = size > 0 ? number : *position;
    return true;
}

gw_client *gw_client_new(gw_events *events, gs_view query, const char *last_event_id, gs_error *error)
{
    gw_client *self = gs_allocate(sizeof *self);
    self->events = events;
    self->arena = gs_arena_new(1024);
    bool good = gw_filter_parse(query, self->arena, &self->filter, error);
    self->position = self->filter.after;
    if (good && !read_last_id(last_event_id, &self->position)) {
        good = gs_fail(error, GS_E_INPUT, "Last-Event-ID: expected the number of an event");
    }
    if (!good) {
        gw_client_free(&self);
        return NULL;
    }
    if (self->position == UINT64_MAX) {
        self->position = events->newest;
    }
    // A client that was told more than is known here waits until the feed has come there: no repeat.
    gs_buffer_format(&self->out,
                     "retry: 1000\nid: %" PRIu64 "\nevent: position\ndata: {\"newest\":\"%" PRIu64 "\"}\n\n",
                     self->position, events->newest);
    return self;
}

void gw_client_free(gw_client **self_p)
{
    gw_client *self = *self_p;
    if (self == NULL) {
        return;
    }
    gs_arena_free(&self->arena);
    gs_buffer_free(&self->out);
    free(self);
    *self_p = NULL;
}

uint64_t gw_client_told(const gw_client *self)
{
    return self->told;
}

static bool take_stored(void *context, uint64_t sequence, gs_view bytes)
{
    gw_client *self = context;
    gw_frame *frame = gw_frame_new(bytes);
    if (frame != NULL && gw_filter_match(&self->filter, &frame->facets, &frame->folded)) {
        gs_buffer_append(&self->out, frame->text.data, frame->text.size);
        self->told++;
    }
    if (frame != NULL) {
        gw_frame_free(frame);
    }
    self->position = sequence;
    self->index++; // counts the slice's events
    return self->index < SLICE_EVENTS && self->out.size < SLICE_BYTES;
}

// A slice of stored events into out. Not live: index is free for counting.
static bool read_stored(gw_client *self)
{
    gs_error error = {0};
    uint64_t first = 0;
    const uint64_t upto = before_ring(self->events), from = self->position;
    self->index = 0;
    if (!gw_rows_events(self->events->db, self->position, upto, &first, take_stored, self, &error)) {
        return false;
    }
    if (self->index == 0) {
        self->position = upto; // nothing of it is stored any more
    }
    if (first > from + 1 || (first == 0 && from < upto)) {
        gs_buffer missed = {0};
        gs_buffer_format(&missed,
                         "event: missed\ndata: {\"from\":\"%" PRIu64 "\",\"first\":\"%" PRIu64 "\"}\n\n",
                         from + 1, first > 0 ? first : upto + 1);
        gs_buffer_append(&missed, self->out.data, self->out.size);
        gs_buffer_free(&self->out);
        self->out = missed;
    }
    return true;
}

// Brings the client to its next frame that passes; false: there is none.
static gw_frame *next_frame(gw_client *self)
{
    gw_events *events = self->events;
    while (self->index < events->end) {
        gw_frame *frame = events->ring[self->index % GW_RING_FRAMES];
        if (frame->sequence > self->position &&
            gw_filter_match(&self->filter, &frame->facets, &frame->folded)) {
            return frame;
        }
        self->position = frame->sequence > self->position ? frame->sequence : self->position;
        self->index++;
    }
    return NULL;
}

static void go_live(gw_client *self)
{
    if (self->generation != self->events->generation) {
        self->generation = self->events->generation;
        self->live = false;
    }
    if (!self->live && self->position >= before_ring(self->events)) {
        self->live = true;
        self->index = find_frame(self->events, self->position);
    }
}

bool gw_client_ready(gw_client *self, uint64_t now_us)
{
    go_live(self);
    return self->sent < self->out.size || !self->live || self->index < self->events->begin ||
           next_frame(self) != NULL || now_us - self->spoke_us >= GW_BEAT_US;
}

// Fills out with what comes next; false: cut off.
static bool fetch(gw_client *self, uint64_t now_us)
{
    gs_buffer_clear(&self->out);
    self->sent = 0;
    go_live(self);
    if (!self->live) {
        return read_stored(self);
    }
    if (self->index < self->events->begin) {
        return false;
    }
    gw_frame *frame = next_frame(self);
    if (frame != NULL) {
        gs_buffer_append(&self->out, frame->text.data, frame->text.size);
        self->position = frame->sequence;
        self->index++;
        self->told++;
    } else if (now_us - self->spoke_us >= GW_BEAT_US) {
        gs_buffer_format(&self->out,
                         "id: %" PRIu64 "\nevent: position\ndata: {\"newest\":\"%" PRIu64 "\"}\n\n",
                         self->position, self->events->newest);
        self->spoke_us = now_us;
    }
    return true;
}

ssize_t gw_client_read(gw_client *self, char *out, size_t size, uint64_t now_us)
{
    size_t filled = 0;
    int slices = 0; // of stored events; one a call, so that many who catch up share the thread
    while (filled < size) {
        if (self->sent == self->out.size) {
            if (!self->live && slices++ > 0 && filled > 0) {
                break;
            }
            if (!fetch(self, now_us)) {
                return -1;
            }
            if (self->out.size == 0 && !self->live && self->position < before_ring(self->events)) {
                break; // a slice in which nothing passed: the next call goes on
            }
            if (self->out.size == 0) {
                if (self->live) {
                    break;
                }
                continue; // the store is read to its end: on to the ring
            }
        }
        const size_t left = self->out.size - self->sent;
        const size_t part = left < size - filled ? left : size - filled;
        memcpy(out + filled, self->out.data + self->sent, part);
        filled += part;
        self->sent += part;
    }
    if (self->sent == self->out.size && self->out.capacity > SLICE_BYTES / 8) {
        gs_buffer_free(&self->out); // a quiet client keeps little
        self->sent = 0;
    }
    self->spoke_us = filled > 0 ? now_us : self->spoke_us;
    return (ssize_t)filled;
}
