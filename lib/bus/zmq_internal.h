// zmq_internal: what the files of the ZeroMQ engine share. Not for other rooms.
//
//   gs_bus    the loop: poll, serve what is ready in bounded bursts, tick, flush
//   gs_part   an object's place in the loop
//   gs_link   one socket with its monitor, that binds or connects, with keys where they are due
#ifndef GAINSAY_BUS_ZMQ_INTERNAL_H
#define GAINSAY_BUS_ZMQ_INTERNAL_H

#include <czmq.h>

#include "bus/bus.h"
#include "bus/zmq_frame.h"

enum {
    GS_TICK_US = 100 * 1000,            // how often parts are ticked
    GS_BURST_MESSAGES = 1024,           // one socket's turn ends after so many messages
    GS_BURST_US = 5 * 1000,             // or after so long
    GS_LIFE_US = 1000 * 1000,           // between signs of life
    GS_SILENCE_US = 3 * 1000 * 1000,    // without an answer a connection is taken for dead
    GS_PATIENCE_US = 30 * 1000 * 1000,  // the most that silence is allowed to grow to
    GS_COMPLAINT_US = 60 * 1000 * 1000, // between two lines about the same thing
    GS_CLOSE_MS = 500,                  // what was sent may still leave for so long after a close
};

// ---- the loop --------------------------------------------------------------------------------------

// Each object of a bus embeds one.
typedef struct gs_part {
    void *owner;
    // Every GS_TICK_US. slept_us: time in which the loop did not run, beyond a tick; a peer's silence
    // during it means nothing. May be NULL.
    void (*tick)(void *owner, uint64_t now_us, uint64_t slept_us);
    // At the begin and the end of each turn: what was gathered leaves. May be NULL.
    void (*flush)(void *owner, uint64_t now_us);
    struct gs_part *next, *previous;
} gs_part;

void gs_bus_add(gs_bus *bus, gs_part *part);
void gs_bus_remove(gs_bus *bus, gs_part *part);

typedef void gs_socket_ready(void *context);
void gs_bus_poll(gs_bus *bus, void *socket, short events, gs_socket_ready *ready, void *context);
void gs_bus_poll_change(gs_bus *bus, void *socket, short events); // 0: do not look at it for now
void gs_bus_unpoll(gs_bus *bus, void *socket);

gs_log *gs_bus_log(gs_bus *bus);
uint64_t gs_bus_random(void);

// A burst: while (gs_burst_goes_on(&burst)) receive one message.
typedef struct gs_burst {
    uint64_t until_us;
    int left;
} gs_burst;
gs_burst gs_burst_begin(void);
bool gs_burst_goes_on(gs_burst *burst);

// ---- links -----------------------------------------------------------------------------------------

typedef struct gs_link {
    // Set before opening.
    gs_bus *bus;
    int type;             // ZMQ_ROUTER, ...
    const char *endpoint; // borrowed from the owner
    void *owner;
    gs_socket_ready *ready; // something can be read (or written, after gs_link_wait_writable)
    void (*changed)(void *owner,
                    bool up);    // a connecting link only: connected, or cut off; may close the link
    int send_most, receive_most; // high-water marks, 0 for none
    int64_t message_bytes;       // longest frame accepted; 0 for GS_LIMIT_MESSAGE_BYTES
    const char *const *topics;   // ZMQ_SUB only: prefixes to subscribe to; borrowed while opening
    size_t topic_count;
    // The link's own.
    zsock_t *socket; // NULL while closed
    void *handle;    // libzmq's view of it
    zsock_t *monitor;
    bool server, up;
    bool muted, wants_write;
    uint64_t complained_us, refused_us;
} gs_link;

bool gs_link_bind(gs_link *link, gs_error *error);
bool gs_link_connect(gs_link *link, gs_error *error);
void gs_link_close(gs_link *link);
bool gs_link_is_open(const gs_link *link);
void gs_link_mute(gs_link *link, bool muted); // not to be read for now
void gs_link_wait_writable(gs_link *link);    // call ready once it can be written to
// One rate-limited line: a peer sent something that is not of this protocol. message may be NULL.
void gs_link_foreign(gs_link *link, gs_frames *message, const char *what);
// For gs_control_ask, which waits without the loop: a text once the monitor has seen a failed handshake.
const char *gs_link_check(gs_link *link);

// How a client copes with silence and lost connections: the wait before the next connection and the
// silence that it bears both double until it is answered.
typedef struct gs_patience {
    uint64_t silence_us; // borne now
    uint64_t first_us;   // borne after an answer
    uint64_t wait_us;    // before the next connection
    uint64_t open_at_us; // when to connect again; 0: not closed
    uint64_t heard_us;   // last answer, or when the connection came up
} gs_patience;

gs_patience gs_patience_new(uint64_t first_us);
void gs_patience_heard(gs_patience *patience, uint64_t now_us);             // an answer
void gs_patience_lost(gs_patience *patience, bool silent, uint64_t now_us); // closed; sets open_at_us
void gs_patience_forgive(gs_patience *patience, uint64_t slept_us, uint64_t now_us);
bool gs_patience_ended(const gs_patience *patience, uint64_t now_us);

// ---- keys ------------------------------------------------------------------------------------------

typedef struct gs_keys gs_keys;

gs_keys *gs_keys_new(const gs_bus_options *options, gs_log *log, gs_error *error);
void gs_keys_free(gs_keys **self_p);
// Prepare a socket before it binds or connects; endpoints on this machine need nothing.
bool gs_keys_serve(gs_keys *keys, zsock_t *socket, const char *endpoint, gs_error *error);
bool gs_keys_approach(gs_keys *keys, zsock_t *socket, const char *endpoint, gs_error *error);
gs_keys *gs_bus_keys(gs_bus *bus);
zcert_t *gs_keys_read(const char *path); // NULL: not a certificate
// Client keys are checked against this directory from now on, until as many have left as joined.
bool gs_zap_join(const char *directory, gs_error *error);
void gs_zap_leave(void);

// ---- questions and answers: behind replay and control ----------------------------------------------

typedef struct gs_answers {
    gs_link link; // link.bus, link.endpoint and the send_most are set by the owner
    gs_frame_type ask, answer;
    int most; // requests answered in one turn
    void (*respond)(void *owner, gs_view request, gs_buffer *reply);
    void *owner;
    gs_buffer reply;
} gs_answers;

bool gs_answers_open(gs_answers *answers, gs_error *error);
void gs_answers_close(gs_answers *answers);

#endif
