// Packing: protobuf-c measures the message and writes it straight into the caller's buffer, so a message
// costs one growth of the buffer and no copy. Unknown fields that came with an unpacked message are written
// too: a relay of an older version passes on what it does not know.
#include "wire/fields.h"

void gs_wire_pack(const ProtobufCMessage *message, gs_buffer *out)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    gs_buffer_reserve(out, size);
    out->size += protobuf_c_message_pack(message, (uint8_t *)out->data + out->size);
    out->data[out->size] = '\0';
}
