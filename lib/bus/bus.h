// bus: how work and events travel between programs. The engine today is ZeroMQ (zmq_*.c); nothing in this
// header says so, and another engine can stand behind it without a change to the services.
//
// The bus is also the event loop: every object made from it is served by gs_bus_run, which calls back on
// the thread that runs it. One bus and its objects belong to one thread.
//
//   queue   ──item──►  worker           work by credit: a worker holds at most its window
//           ◄─settle─                   and settles an item once what came of it is committed
//   sink    ──item──►  intake           results, kept by the sink until the intake acknowledges them
//           ◄─acknowledge─
//   inlet   ◄──bytes── anybody          what others send of their own accord; no answer
//   publisher ──event──► subscriber     live stream by topic, replay by sequence, heartbeats
//   control server ◄──► gs_control_ask  one question, one answer
//
// Delivery is at least once on each hop; ids make the repeats harmless. What dies with a process is only
// what its neighbour still holds.
#ifndef GAINSAY_BUS_H
#define GAINSAY_BUS_H

#include "wire/wire.h"

typedef struct gs_bus gs_bus;

typedef struct gs_bus_options {
    const char *own_key;         // certificate file with secret key; NULL: no encryption
    const char *server_key;      // public certificate of servers; needed to connect off loopback
    const char *allowed_clients; // directory of client certificates; needed to bind off loopback
    gs_log *log;                 // borrowed; refused peers and bad frames are told here, rate-limited
} gs_bus_options;

// options from a configuration's security section; strings are borrowed from config.
gs_bus_options gs_bus_options_of(const gs_config *config, gs_log *log);
gs_bus *gs_bus_new(const gs_bus_options *options, gs_error *error);
void gs_bus_free(gs_bus **self_p); // after everything made from it

// Waits up to timeout_ms for something to do, then serves everything that is ready. Returns false only when
// the bus cannot go on.
bool gs_bus_run(gs_bus *self, int timeout_ms, gs_error *error);

// Calls ready(context, fd) whenever fd is readable (or writable, if so asked).
typedef void gs_bus_ready(void *context, int fd);
void gs_bus_watch(gs_bus *self, int fd, bool writable, gs_bus_ready *ready, void *context);
void gs_bus_unwatch(gs_bus *self, int fd);

// ---- work: queue and worker ------------------------------------------------------------------------

typedef struct gs_queue gs_queue;

typedef struct gs_queue_options {
    const char *endpoint;   // bind
    uint64_t lease_us;      // an item that is not settled by then goes to another worker
    uint64_t silence_us;    // a worker that says nothing for so long is gone; its items go to others
    uint32_t max_failures;  // deliveries that a worker did not survive; then the item is handed out as dead
    size_t max_ready_bytes; // payload bytes that may wait inside the queue
    // An item was settled: what came of it is committed at the far end. Called in groups.
    void (*settled)(void *context, const gs_id *ids, size_t count);
    // A delivery failed: its worker died with it, or gave it back with a reason. failures is the new count;
    // the owner stores it, so that it outlives this process.
    void (*failed)(void *context, gs_id id, uint32_t failures, const char *reason);
    void *context;
} gs_queue_options;

gs_queue *gs_queue_new(gs_bus *bus, const gs_queue_options *options, gs_error *error);
void gs_queue_free(gs_queue **self_p);
// True while another item fits; the owner keeps the rest in its store.
bool gs_queue_has_room(const gs_queue *self);
// Offers an item (payload is copied). failures: how often it failed before; reason of the last failure, or
// NULL. An id that is already in the queue is ignored. An item that failed is handed out alone: to a worker
// that holds nothing else, so that its neighbours do not suffer for it.
void gs_queue_offer(gs_queue *self, gs_id id, gs_view payload, uint32_t failures, const char *reason);
bool gs_queue_holds(const gs_queue *self, gs_id id);
void gs_queue_pause(gs_queue *self, bool paused); // draining: nothing more is handed out

typedef struct gs_queue_numbers {
    uint64_t ready, leased, workers;                   // now
    uint64_t delivered, redelivered, settled, expired; // since the start
} gs_queue_numbers;
gs_queue_numbers gs_queue_count(const gs_queue *self);

typedef struct gs_worker gs_worker;

typedef struct gs_work {
    gs_id id;
    gs_view payload; // valid during the call
    bool dead;       // do not try it: pass it on as a dead letter
    uint32_t failures;
    const char *reason; // of the last failure; "" if none
} gs_work;

typedef struct gs_worker_options {
    const char *endpoint; // connect: a queue
    const char *name;     // of this worker: a restart under the same name frees its items at once
    uint32_t window;      // items it may hold; the queue sends no more
    // One item. The worker settles or refuses it, now or later.
    void (*work)(void *context, gs_worker *worker, const gs_work *work);
    void *context;
} gs_worker_options;

gs_worker *gs_worker_new(gs_bus *bus, const gs_worker_options *options, gs_error *error);
void gs_worker_free(
    gs_worker **self_p); // tells the queue, which hands its items to others without counting a failure
void gs_worker_settle(gs_worker *self, gs_id id);
void gs_worker_refuse(gs_worker *self, gs_id id, const char *reason); // counts as a failed delivery
// Stops asking for more (draining, or the sink is full); items already here still come.
void gs_worker_pause(gs_worker *self, bool paused);
bool gs_worker_connected(const gs_worker *self);

// ---- results: sink and intake ----------------------------------------------------------------------

typedef struct gs_sink gs_sink;

typedef struct gs_sink_options {
    const char *endpoint; // connect: an intake
    const char *name;     // of this program
    uint64_t resend_us;   // what is not acknowledged by then is sent again
    // The far end has committed these (or had before).
    void (*acknowledged)(void *context, const gs_id *ids, const uint64_t *tags, size_t count);
    // The far end will never take this one.
    void (*refused)(void *context, gs_id id, uint64_t tag, const char *reason);
    void *context;
} gs_sink_options;

gs_sink *gs_sink_new(gs_bus *bus, const gs_sink_options *options, gs_error *error);
void gs_sink_free(gs_sink **self_p);
// Keeps a copy until it is acknowledged; sends it again after a lost connection. An id that is already under
// way only takes the new tag. tag comes back with the acknowledgement.
void gs_sink_send(gs_sink *self, gs_id id, gs_view payload, uint64_t tag);
size_t gs_sink_pending(const gs_sink *self);
size_t gs_sink_pending_bytes(const gs_sink *self);
uint64_t gs_sink_resent(const gs_sink *self);
bool gs_sink_connected(const gs_sink *self);
// Tells the far end how this program does; goes out with the next sign of life (once a second).
void gs_sink_report(gs_sink *self, const gs_status *status);

typedef struct gs_intake gs_intake;

typedef struct gs_intake_options {
    const char *endpoint; // bind
    // One result; the owner acknowledges or refuses it once it is committed. payload is valid during the
    // call. peer is to be given back with the answer.
    void (*item)(void *context, uint64_t peer, gs_id id, gs_view payload);
    // A StatusReport of a connected program.
    void (*report)(void *context, const gs_status *status);
    void *context;
} gs_intake_options;

gs_intake *gs_intake_new(gs_bus *bus, const gs_intake_options *options, gs_error *error);
void gs_intake_free(gs_intake **self_p);
void gs_intake_acknowledge(gs_intake *self, uint64_t peer, gs_id id); // buffered; leaves with gs_intake_flush
void gs_intake_refuse(gs_intake *self, uint64_t peer, gs_id id, const char *reason);
void gs_intake_flush(gs_intake *self);

// ---- from outside: inlet ---------------------------------------------------------------------------

typedef struct gs_inlet gs_inlet;

typedef struct gs_inlet_options {
    const char *endpoint; // bind
    // There is something to be taken. Told once; told again after gs_inlet_take has found nothing.
    void (*ready)(void *context);
    void *context;
} gs_inlet_options;

// A ZeroMQ PULL socket. Senders are held up while nothing is taken; what they have sent and nobody took dies
// with this process.
gs_inlet *gs_inlet_new(gs_bus *bus, const gs_inlet_options *options, gs_error *error);
void gs_inlet_free(gs_inlet **self_p);
// Appends one message, a newline behind each of its frames; false: there is none. What passes
// GS_LIMIT_MESSAGE_BYTES is left out whole, with a line in the log.
bool gs_inlet_take(gs_inlet *self, gs_buffer *out);

// ---- the feed: publisher and subscriber ------------------------------------------------------------

typedef struct gs_publisher gs_publisher;

// Stored events for a replay; what lib/store offers, seen from here.
typedef struct gs_feed_source {
    // Appends to reply the packed ReplayReply for request (events in order, at most max_bytes of them or
    // one).
    bool (*replay)(void *context, const Gainsay__V1__ReplayRequest *request, size_t max_bytes,
                   gs_buffer *reply, gs_error *error);
    void *context;
} gs_feed_source;

typedef struct gs_publisher_options {
    const char *live_endpoint;   // bind
    const char *replay_endpoint; // bind
    const char *shard;           // name put into heartbeats
    uint32_t subscriber_queue;   // messages that may wait for one subscriber; then it misses some and resumes
                                 // by replay
    uint64_t newest;             // last sequence committed before this start
    uint64_t first_retained;
    gs_feed_source source;
} gs_publisher_options;

gs_publisher *gs_publisher_new(gs_bus *bus, const gs_publisher_options *options, gs_error *error);
void gs_publisher_free(gs_publisher **self_p);
// One committed event, packed, sequence = newest + 1. Leaves at once; gs_publisher_close ends the group with
// a heartbeat, by which a subscriber knows that it missed nothing.
void gs_publisher_send(gs_publisher *self, const char *topic, uint64_t sequence, gs_view event);
void gs_publisher_close(gs_publisher *self);
void gs_publisher_retained(gs_publisher *self, uint64_t first_retained);
// Is (last known sequence + 1 == next)? The store is the authority; this is for its assertion.
uint64_t gs_publisher_newest(const gs_publisher *self);

typedef struct gs_subscriber gs_subscriber;

#define GS_FEED_LIVE UINT64_MAX // `after`: from now on

typedef struct gs_subscriber_options {
    const char *live_endpoint;   // connect
    const char *replay_endpoint; // connect
    const char *const *topics;   // prefixes; none means everything
    size_t topic_count;
    uint64_t after; // last sequence already seen; 0 for all that is retained; GS_FEED_LIVE
    // Events in order, each once. bytes is the packed FeedEvent.
    void (*event)(void *context, const gs_event *event, gs_view bytes);
    // Everything up to sequence has been told (also after quiet heartbeats): the place to resume from.
    void (*position)(void *context, uint64_t sequence);
    // Retention has overtaken us: events before `first` are gone.
    void (*missed)(void *context, uint64_t from, uint64_t first);
    // The feed fell silent, or came back (text for a person).
    void (*state)(void *context, bool connected, const char *text);
    void *context;
} gs_subscriber_options;

gs_subscriber *gs_subscriber_new(gs_bus *bus, const gs_subscriber_options *options, gs_error *error);
void gs_subscriber_free(gs_subscriber **self_p);
uint64_t gs_subscriber_position(const gs_subscriber *self);
uint64_t gs_subscriber_replays(const gs_subscriber *self); // how often it had to ask for stored events
// True once a replay has reached the newest event: what `gainsay replay` waits for.
bool gs_subscriber_caught_up(const gs_subscriber *self);

// ---- questions and answers -------------------------------------------------------------------------

typedef struct gs_control gs_control;

// Answers one request: fills reply (packed ControlReply).
typedef void gs_control_answer(void *context, const Gainsay__V1__ControlRequest *request, gs_buffer *reply);
gs_control *gs_control_new(gs_bus *bus, const char *endpoint, gs_control_answer *answer, void *context,
                           gs_error *error);
void gs_control_free(gs_control **self_p);
// Asks and waits up to timeout_ms; the reply lives in arena. A reply with `error` set is an error here.
Gainsay__V1__ControlReply *gs_control_ask(gs_bus *bus, const char *endpoint,
                                          const Gainsay__V1__ControlRequest *request, int timeout_ms,
                                          gs_arena *arena, gs_error *error);

// ---- keys ------------------------------------------------------------------------------------------

// Writes NAME.key (with the secret, mode 0600) and NAME.pub into directory; refuses to overwrite.
bool gs_keys_make(const char *directory, const char *name, gs_error *error);

#endif
