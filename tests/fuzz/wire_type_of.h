// The first byte of an input of the wire fuzzers chooses the message type.
#ifndef GAINSAY_TEST_WIRE_TYPE_OF_H
#define GAINSAY_TEST_WIRE_TYPE_OF_H

#include "../unit/wire/every_type.h"
#include "../unit/wire/wire_types.h"

// 255 is a type with every kind of field, which the schema does not have.
static inline const ProtobufCMessageDescriptor *wire_type_of(uint8_t byte)
{
    return byte == UINT8_MAX ? &every_descriptor : wire_types[byte % WIRE_TYPES];
}

#endif
