// Every message type that stands at the top level of the schema, for tests that go over all of them. A test
// holds the list against the .proto file. New ones go to the end: the first byte of a fuzzing input is an
// index into it.
#ifndef GAINSAY_TEST_WIRE_TYPES_H
#define GAINSAY_TEST_WIRE_TYPES_H

#include "wire/wire.h"

static const ProtobufCMessageDescriptor *const wire_types[] = {
    &gainsay__v1__span__descriptor,
    &gainsay__v1__text_selector__descriptor,
    &gainsay__v1__article__descriptor,
    &gainsay__v1__speaker__descriptor,
    &gainsay__v1__report__descriptor,
    &gainsay__v1__statement__descriptor,
    &gainsay__v1__contradiction__descriptor,
    &gainsay__v1__dispute__descriptor,
    &gainsay__v1__retraction__descriptor,
    &gainsay__v1__heartbeat__descriptor,
    &gainsay__v1__feed_event__descriptor,
    &gainsay__v1__dead_letter__descriptor,
    &gainsay__v1__extraction__descriptor,
    &gainsay__v1__replay_request__descriptor,
    &gainsay__v1__replay_reply__descriptor,
    &gainsay__v1__status_report__descriptor,
    &gainsay__v1__control_request__descriptor,
    &gainsay__v1__control_reply__descriptor,
    &gainsay__v1__holder__descriptor,
    &gainsay__v1__second_opinion__descriptor,
};

enum { WIRE_TYPES = sizeof wire_types / sizeof *wire_types };

#endif
