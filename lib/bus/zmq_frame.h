// zmq_frame: the bytes on the wire, Gainsay protocol 1 over ZeroMQ (ZMTP 3.1, RFC 37).
//
// Notation: [ ] is one frame; numbers are little-endian; u32/u64 unsigned; id is 16 bytes; text is UTF-8 to
// the end of its frame. Every message but those of the live feed begins with a frame that starts with
// "GS1" and one letter, its type. A receiver ignores types that it does not know and bytes after the fields
// it knows. No frame is longer than GS_LIMIT_MESSAGE_BYTES.
//
// Work: the queue binds a ROUTER, each worker connects a DEALER. One connection is one session.
//   worker to queue
//     [GS1H process:u64 window:u32 instance:text] [name:text]   hello, first of all. process: random, one a
//                                             run of the program; instance: "host:pid", for people
//     [GS1L window:u32]                       sign of life, once a second. window 0: send no more for now
//     [GS1S id…]                              settled, any number of ids
//     [GS1N id reason:text]                   one item given back: it counts as a failed delivery
//     [GS1B]                                  bye: hand my items to others, none of them failed
//   queue to worker
//     [GS1P queue:u64]                        answer to H and L; queue: random, one a run of the queue
//     [GS1W id failures:u32 flags:u8 reason:text] [payload]     an item. flags bit 0: dead, do not try it
//     [GS1U]                                  I do not know this session: say hello on a new connection
//     [GS1X reason:text]                      I do not want you; try again in some seconds
//
// Results: the intake binds a ROUTER, each sink connects a DEALER.
//   sink to intake
//     [GS1K name:text] ([StatusReport])       sign of life, first and once a second
//     [GS1I id] [payload]                     a result
//   intake to sink
//     [GS1P intake:u64]                       answer to K; intake: random, one a run
//     [GS1A id…]                              committed
//     [GS1N id reason:text]                   never to be committed
//
// Live feed: the publisher binds an XPUB, a subscriber connects a SUB and subscribes to topic prefixes and to
// "heartbeat/".
//     [topic:text] [FeedEvent]
//   A group of events that were committed together is closed by a heartbeat, FeedEvent.sequence = newest S,
//   heartbeat.previous = P. Who has everything up to P and has received as many events with a sequence in
//   P+1 … S as heartbeat.counts gives for its topics has everything up to S; who has not asks for a replay. A
//   heartbeat with P = S comes each second when all is quiet.
//
// Replay and control: a ROUTER; the client is a DEALER or a REQ (whose empty delimiter frame is
// accepted and given back). One request, one reply.
//     [GS1R] [ReplayRequest]    ->  [GS1r] [ReplayReply]
//     [GS1C] [ControlRequest]   ->  [GS1c] [ControlReply]
//   A replay is over when reply.upto == reply.newest; until then the next request has after = upto.
#ifndef GAINSAY_BUS_ZMQ_FRAME_H
#define GAINSAY_BUS_ZMQ_FRAME_H

#include <zmq.h>

#include "base/base.h"

enum {
    GS_FRAME_HEADER_BYTES = 4,
    GS_FRAMES_MOST = 4,        // frames of the longest message: routing id, delimiter, header, payload
    GS_FRAME_NAME_BYTES = 256, // longest name, instance or reason that is taken from a peer
    GS_FRAME_IDS = 4096,       // most ids in one message
};

typedef enum gs_frame_type {
    GS_FRAME_FOREIGN = 0, // not of this protocol
    GS_FRAME_HELLO = 'H',
    GS_FRAME_LIFE = 'L',
    GS_FRAME_SETTLE = 'S',
    GS_FRAME_REFUSE = 'N',
    GS_FRAME_BYE = 'B',
    GS_FRAME_PONG = 'P',
    GS_FRAME_WORK = 'W',
    GS_FRAME_UNKNOWN = 'U',
    GS_FRAME_UNWANTED = 'X',
    GS_FRAME_PING = 'K',
    GS_FRAME_ITEM = 'I',
    GS_FRAME_ACKNOWLEDGE = 'A',
    GS_FRAME_REPLAY = 'R',
    GS_FRAME_REPLAY_REPLY = 'r',
    GS_FRAME_CONTROL = 'C',
    GS_FRAME_CONTROL_REPLY = 'c',
} gs_frame_type;

// A received message.
typedef struct gs_frames {
    zmq_msg_t part[GS_FRAMES_MOST]; // owned, the first `count` of them
    int count;
    bool too_many; // there were more; they were dropped
} gs_frames;

// Takes one message off the socket without waiting; false: none there. gs_frames_close after each true.
bool gs_frames_receive(void *socket, gs_frames *frames);
void gs_frames_close(gs_frames *frames);
gs_view gs_frames_view(const gs_frames *frames, int index); // empty when there is no such frame

// The type of a header frame. *fields is what follows its four bytes.
gs_frame_type gs_frame_read(gs_view header, gs_view *fields);
// Take a field off the front of fields; false: not enough bytes.
bool gs_frame_take_u8(gs_view *fields, uint8_t *value);
bool gs_frame_take_u32(gs_view *fields, uint32_t *value);
bool gs_frame_take_u64(gs_view *fields, uint64_t *value);
bool gs_frame_take_id(gs_view *fields, gs_id *id);
// Copies text that a peer sent, cut to the capacity, with bad UTF-8 replaced.
void gs_frame_take_text(gs_view text, char *out, size_t capacity);

// Starts a header frame with room for `size` bytes of fields; returns where they go.
uint8_t *gs_frame_begin(zmq_msg_t *frame, gs_frame_type type, size_t size);
uint8_t *gs_frame_put_u32(uint8_t *at, uint32_t value); // these return where the next field goes
uint8_t *gs_frame_put_u64(uint8_t *at, uint64_t value);
uint8_t *gs_frame_put_bytes(uint8_t *at, const void *bytes, size_t size);
void gs_frame_copy(zmq_msg_t *frame, gs_view bytes);

// Sends a frame without waiting and takes it over in any case. False: the message cannot leave now (or its
// peer is gone); only the first frame of a message can fail so.
bool gs_frame_send(void *socket, zmq_msg_t *frame, bool more);

#endif
