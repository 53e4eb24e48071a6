// zmq_frame: reads and writes the frames that zmq_frame.h describes. Receiving copies nothing: views point
// into libzmq's messages until gs_frames_close.
#include "bus/zmq_frame.h"

#include <errno.h>
#include <string.h>

static const char magic[3] = {'G', 'S', '1'};

bool gs_frames_receive(void *socket, gs_frames *frames)
{
    frames->count = 0;
    frames->too_many = false;
    for (;;) {
        zmq_msg_t extra;
        zmq_msg_t *part = frames->count < GS_FRAMES_MOST ? &frames->part[frames->count] : &extra;
        zmq_msg_init(part);
        // The frames after the first are there already: libzmq hands over whole messages.
        int flags = frames->count == 0 ? ZMQ_DONTWAIT : 0;
        while (zmq_msg_recv(part, socket, flags) < 0) {
            if (errno == EINTR)
                continue;
            zmq_msg_close(part);
            gs_frames_close(frames);
            return false;
        }
        bool more = zmq_msg_more(part) != 0;
        if (part == &extra) {
            frames->too_many = true;
            zmq_msg_close(part);
        } else {
            frames->count++;
        }
        if (!more)
            return true;
    }
}

void gs_frames_close(gs_frames *frames)
{
    for (int i = 0; i < frames->count; i++)
        zmq_msg_close(&frames->part[i]);
    frames->count = 0;
}

gs_view gs_frames_view(const gs_frames *frames, int index)
{
    if (index >= frames->count)
        return gs_view_make(NULL, 0);
    zmq_msg_t *part = (zmq_msg_t *)&frames->part[index]; // zmq_msg_data has no const form
    return gs_view_make(zmq_msg_data(part), zmq_msg_size(part));
}

gs_frame_type gs_frame_read(gs_view header, gs_view *fields)
{
    *fields = gs_view_make(NULL, 0);
    if (header.size < GS_FRAME_HEADER_BYTES || memcmp(header.data, magic, sizeof magic) != 0)
        return GS_FRAME_FOREIGN;
    *fields = gs_view_slice(header, GS_FRAME_HEADER_BYTES, header.size);
    return (gs_frame_type)(unsigned char)header.data[3];
}

// Little-endian number of `size` bytes off the front of fields.
static bool take_number(gs_view *fields, size_t size, uint64_t *value)
{
    if (fields->size < size)
        return false;
    *value = 0;
    for (size_t i = size; i > 0; i--)
        *value = *value << 8 | (unsigned char)fields->data[i - 1];
    fields->data += size;
    fields->size -= size;
    return true;
}

bool gs_frame_take_u8(gs_view *fields, uint8_t *value)
{
    uint64_t number = 0;
    bool taken = take_number(fields, 1, &number);
    *value = (uint8_t)number;
    return taken;
}

bool gs_frame_take_u32(gs_view *fields, uint32_t *value)
{
    uint64_t number = 0;
    bool taken = take_number(fields, 4, &number);
    *value = (uint32_t)number;
    return taken;
}

bool gs_frame_take_u64(gs_view *fields, uint64_t *value)
{
    return take_number(fields, 8, value);
}

bool gs_frame_take_id(gs_view *fields, gs_id *id)
{
    if (fields->size < GS_ID_BYTES)
        return false;
    memcpy(id->bytes, fields->data, GS_ID_BYTES);
    fields->data += GS_ID_BYTES;
    fields->size -= GS_ID_BYTES;
    return true;
}

void gs_frame_take_text(gs_view text, char *out, size_t capacity)
{
    gs_buffer repaired = {0};
    gs_utf8_repair(gs_view_slice(text, 0, capacity - 1), &repaired);
    size_t size = repaired.size < capacity ? repaired.size : capacity - 1;
    while (size < repaired.size && size > 0 && ((unsigned char)repaired.data[size] & 0xC0) == 0x80)
        size--; // a replaced byte grew to three: cut between code points
    if (size > 0)
        memcpy(out, repaired.data, size);
    out[size] = '\0';
    gs_buffer_free(&repaired);
}

uint8_t *gs_frame_begin(zmq_msg_t *frame, gs_frame_type type, size_t size)
{
    if (zmq_msg_init_size(frame, GS_FRAME_HEADER_BYTES + size) != 0)
        gs_reallocate(NULL, SIZE_MAX); // out of memory: says so and ends the program
    uint8_t *at = zmq_msg_data(frame);
    at = gs_frame_put_bytes(at, magic, sizeof magic);
    *at++ = (uint8_t)type;
    return at;
}

static uint8_t *put_number(uint8_t *at, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        *at++ = (uint8_t)(value >> (8 * i));
    return at;
}

uint8_t *gs_frame_put_u32(uint8_t *at, uint32_t value)
{
    return put_number(at, value, 4);
}

uint8_t *gs_frame_put_u64(uint8_t *at, uint64_t value)
{
    return put_number(at, value, 8);
}

uint8_t *gs_frame_put_bytes(uint8_t *at, const void *bytes, size_t size)
{
    if (size > 0)
        memcpy(at, bytes, size);
    return at + size;
}

void gs_frame_copy(zmq_msg_t *frame, gs_view bytes)
{
    if (zmq_msg_init_size(frame, bytes.size) != 0)
        gs_reallocate(NULL, SIZE_MAX);
    gs_frame_put_bytes(zmq_msg_data(frame), bytes.data, bytes.size);
}

bool gs_frame_send(void *socket, zmq_msg_t *frame, bool more)
{
    int flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0);
    while (zmq_msg_send(frame, socket, flags) < 0) {
        if (errno == EINTR)
            continue;
        zmq_msg_close(frame);
        return false;
    }
    return true;
}
