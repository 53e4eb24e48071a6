// Private to wire: one JSON value into one field.
#ifndef GAINSAY_WIRE_JSON_VALUE_H
#define GAINSAY_WIRE_JSON_VALUE_H

#include <jansson.h>
#include <stdio.h>

#include "wire/fields.h"

// Reads a value of any type but a message into slot; texts and bytes are copied to arena. False if the value
// does not fit the field, and slot is then as it was.
bool gs_wire_read_value(const ProtobufCFieldDescriptor *field, const json_t *value, gs_arena *arena,
                        void *slot);

// Writes what the field would have accepted: "expected true or false".
void gs_wire_expected(const ProtobufCFieldDescriptor *field, char *text, size_t size);

#endif
