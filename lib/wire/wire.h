// wire: the messages of proto/gainsay/v1 as bytes and as JSON.
//
// Unpacked messages live in an arena and are never freed one by one. JSON is protobuf's JSON mapping with
// original field names, printed and read from protobuf-c's descriptors, so a new field needs no code here.
#ifndef GAINSAY_WIRE_H
#define GAINSAY_WIRE_H

#include <gainsay/v1/gainsay.pb-c.h>

#include "base/base.h"

typedef Gainsay__V1__Span gs_span;
typedef Gainsay__V1__Article gs_article;
typedef Gainsay__V1__Speaker gs_speaker;
typedef Gainsay__V1__Report gs_report;
typedef Gainsay__V1__Statement gs_statement;
typedef Gainsay__V1__Contradiction gs_contradiction;
typedef Gainsay__V1__SecondOpinion gs_second_opinion;
typedef Gainsay__V1__Dispute gs_dispute;
typedef Gainsay__V1__Retraction gs_retraction;
typedef Gainsay__V1__Heartbeat gs_heartbeat;
typedef Gainsay__V1__FeedEvent gs_event;
typedef Gainsay__V1__DeadLetter gs_dead_letter;
typedef Gainsay__V1__Extraction gs_extraction;
typedef Gainsay__V1__StatusReport gs_status;
typedef Gainsay__V1__Holder gs_holder;

// Appends the packed message to out.
void gs_wire_pack(const ProtobufCMessage *message, gs_buffer *out);

// Unpacks bytes into a message that lives in arena (and may point into neither `bytes` nor anything else).
// Refuses more than GS_LIMIT_MESSAGE_BYTES, truncated or malformed bytes, nesting beyond
// GS_LIMIT_JSON_DEPTH, strings that are not UTF-8 or hold a NUL, a singular sub-message that occurs twice, and
// messages that would take many times their size in memory; the error names the message type and the field.
// Unknown fields are kept.
ProtobufCMessage *gs_wire_unpack(const ProtobufCMessageDescriptor *type, gs_view bytes, gs_arena *arena,
                                 gs_error *error);

// A deep copy in arena.
ProtobufCMessage *gs_wire_copy(const ProtobufCMessage *message, gs_arena *arena);

// Appends the JSON object, on one line. Fields at their default value are left out; 64-bit integers are strings,
// bytes base64, enums names, as protobuf's JSON mapping has it. All output is valid UTF-8 with control
// characters escaped.
void gs_wire_to_json(const ProtobufCMessage *message, gs_buffer *out);

// Reads one JSON object. Unknown keys are skipped, as the mapping allows; a value of the wrong type is an
// error that names its path ("speaker.official: expected true or false"). At most GS_LIMIT_LINE_BYTES.
ProtobufCMessage *gs_wire_from_json(const ProtobufCMessageDescriptor *type, gs_view json, gs_arena *arena,
                                    gs_error *error);

// A StatusReport built up in arena; all texts are copied. started_us: Unix microseconds.
gs_status *gs_status_new(gs_arena *arena, const char *daemon, const char *name, uint64_t started_us);
void gs_status_counter(gs_arena *arena, gs_status *status, const char *name, uint64_t value);
void gs_status_gauge(gs_arena *arena, gs_status *status, const char *name, uint64_t value);
void gs_status_latency(gs_arena *arena, gs_status *status, const char *name, const gs_histogram *histogram);
void gs_status_note(gs_arena *arena, gs_status *status, const char *subject, const char *text);

#endif
