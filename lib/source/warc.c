// WARC records, one at a time.
//
// A machine of five phases: between records, in a header, in a block, behind a block, and searching behind
// damage. It may stop in any of them for want of bytes and goes on there, so a file that is still being
// written is no special case. Work in one call is bounded, whatever the file says of its sizes.
//
// A record is given once its gzip member has ended and the checksum held (where a member holds one record,
// as the standard recommends), so what is given is what the crawler wrote.
#include "source/warc_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    WORK_BYTES = 32 * 1024 * 1024, // read, unpacked and searched in one call
    BACK_PACKED = 1024 * 1024,     // how far unpacking may run beyond the end of a broken member
    BACK_PLAIN = 64 * 1024 * 1024, // and reading beyond the end of a block with a wrong length
    FALSE_STARTS = 8,              // in a row; then what was unpacked is not searched again
};

static gs_view stream_text(const gs_warc *self)
{
    return gs_warc_stream_text(self->stream);
}

gs_warc *gs_warc_new(int fd, gs_warc_place from)
{
    gs_warc *self = gs_allocate(sizeof *self);
    self->stream = gs_warc_stream_new(fd, from.offset);
    self->resume = self->reached = from;
    return self;
}

void gs_warc_free(gs_warc **self_p)
{
    gs_warc *self = *self_p;
    if (self == NULL) {
        return;
    }
    gs_warc_stream_free(&self->stream);
    gs_buffer_free(&self->header);
    gs_buffer_free(&self->payload);
    gs_buffer_free(&self->scratch[0]);
    gs_buffer_free(&self->scratch[1]);
    free(self);
    *self_p = NULL;
}

gs_warc_place gs_warc_reached(const gs_warc *self)
{
    return self->reached;
}

uint64_t gs_warc_unpacked(const gs_warc *self)
{
    return gs_warc_stream_unpacked(self->stream);
}

// ---- phases ------------------------------------------------------------------------------------------

typedef enum step { STEP_ON, STEP_RECORD, STEP_CUT, STEP_DAMAGED, STEP_END, STEP_ERROR } step;

static step damaged(gs_error *error, const char *what)
{
    gs_fail(error, GS_E_INPUT, "%s", what);
    return STEP_DAMAGED;
}

// More text, where a member's end would be damage.
static step need_text(gs_warc *self, gs_error *error)
{
    switch (gs_warc_stream_more(self->stream, error)) {
    case GS_STREAM_OK:
        return STEP_ON;
    case GS_STREAM_MEMBER_END:
        return damaged(error, "the gzip member ends within a record");
    case GS_STREAM_END:
    case GS_STREAM_CUT:
        return STEP_CUT;
    case GS_STREAM_DAMAGED:
        return STEP_DAMAGED;
    default:
        return STEP_ERROR;
    }
}

// Passes the line ends that part records. True if other text follows.
static bool pass_line_ends(gs_warc *self)
{
    const gs_view text = stream_text(self);
    size_t size = 0;
    while (size < text.size && (text.data[size] == '\r' || text.data[size] == '\n')) {
        size++;
    }
    gs_warc_stream_take(self->stream, size);
    return size < text.size;
}

static step begin_member(gs_warc *self, gs_error *error)
{
    self->index = 0;
    self->start = gs_warc_stream_position(self->stream);
    switch (gs_warc_stream_begin(self->stream, error)) {
    case GS_STREAM_OK:
        return STEP_ON;
    case GS_STREAM_END:
        return STEP_END;
    case GS_STREAM_CUT:
        return STEP_CUT;
    case GS_STREAM_DAMAGED:
        return STEP_DAMAGED;
    default:
        return STEP_ERROR;
    }
}

static step between(gs_warc *self, gs_error *error)
{
    if (pass_line_ends(self)) {
        self->start = gs_warc_stream_offset(self->stream);
        self->phase = GS_WARC_HEADER;
        return STEP_ON;
    }
    if (!gs_warc_stream_in_member(self->stream)) {
        return begin_member(self, error);
    }
    self->start = gs_warc_stream_offset(self->stream);
    switch (gs_warc_stream_more(self->stream, error)) {
    case GS_STREAM_OK:
    case GS_STREAM_MEMBER_END:
        return STEP_ON;
    case GS_STREAM_END:
        return STEP_END;
    case GS_STREAM_CUT:
        return STEP_CUT;
    case GS_STREAM_DAMAGED:
        return STEP_DAMAGED;
    default:
        return STEP_ERROR;
    }
}

static step in_header(gs_warc *self, gs_error *error)
{
    static const char start[] = "WARC/";
    const gs_view text = stream_text(self);
    const gs_view head = gs_view_slice(text, 0, sizeof start - 1);
    if (head.size > 0 && memcmp(head.data, start, head.size) != 0) {
        return damaged(error, "expected a record that begins with WARC/");
    }
    const size_t size = gs_fields_size(text, GS_LIMIT_WARC_HEADER_BYTES);
    if (size == 0 && text.size >= GS_LIMIT_WARC_HEADER_BYTES) {
        return damaged(error, "a record's header does not end");
    }
    if (size == 0) {
        return need_text(self, error);
    }
    gs_buffer_clear(&self->header);
    gs_buffer_append(&self->header, text.data, size);
    gs_warc_stream_take(self->stream, size);
    if (!gs_warc_read_header(self, error)) {
        return STEP_DAMAGED;
    }
    gs_buffer_clear(&self->payload);
    self->phase = GS_WARC_BLOCK;
    return STEP_ON;
}

static step in_block(gs_warc *self, gs_error *error)
{
    const gs_view text = stream_text(self);
    if (self->left > 0 && text.size == 0) {
        return need_text(self, error);
    }
    const size_t size = text.size < self->left ? text.size : (size_t)self->left;
    const size_t room = GS_LIMIT_PAGE_BYTES - self->payload.size;
    gs_buffer_append(&self->payload, text.data, size < room ? size : room);
    self->record.cut = self->record.cut || size > room;
    gs_warc_stream_take(self->stream, size);
    self->left -= size;
    if (self->left == 0) {
        self->parted = false;
        self->phase = GS_WARC_BEHIND;
    }
    return STEP_ON;
}

static step give(gs_warc *self)
{
    const gs_warc_place was = {.offset = self->start, .record = self->index};
    const bool plain = gs_warc_stream_is_plain(self->stream);
    const bool same = !plain && (gs_warc_stream_in_member(self->stream) || stream_text(self).size > 0);
    self->index = same ? self->index + 1 : 0;
    self->phase = GS_WARC_BETWEEN;
    if (was.offset == self->resume.offset && was.record < self->resume.record) {
        return STEP_ON; // given before the restart
    }
    self->reached = (gs_warc_place){.offset = gs_warc_stream_offset(self->stream), .record = self->index};
    self->quiet = false;
    self->false_starts = 0;
    return STEP_RECORD;
}

static step behind(gs_warc *self, gs_error *error)
{
    const gs_view text = stream_text(self);
    if (text.size > 0 && !self->parted) {
        self->parted = text.data[0] == '\r' || text.data[0] == '\n';
        if (!self->parted) {
            return damaged(error, "a record's block does not end where its length says");
        }
    }
    if (pass_line_ends(self)) {
        return give(self);
    }
    if (!gs_warc_stream_in_member(self->stream)) {
        return give(self);
    }
    switch (gs_warc_stream_more(self->stream, error)) {
    case GS_STREAM_OK:
        return STEP_ON;
    case GS_STREAM_MEMBER_END:
    case GS_STREAM_END: // of a plain file: nothing has to follow
        return give(self);
    case GS_STREAM_CUT:
        return STEP_CUT;
    case GS_STREAM_DAMAGED:
        return STEP_DAMAGED;
    default:
        return STEP_ERROR;
    }
}

static step searching(gs_warc *self, gs_error *error)
{
    switch (gs_warc_stream_find(self->stream, error)) {
    case GS_STREAM_OK:
        self->phase = GS_WARC_BETWEEN;
        break;
    case GS_STREAM_MORE:
        break;
    case GS_STREAM_END:
        self->reached = (gs_warc_place){.offset = gs_warc_stream_position(self->stream)};
        return STEP_END;
    default:
        return STEP_ERROR;
    }
    self->reached = (gs_warc_place){.offset = gs_warc_stream_position(self->stream)};
    return STEP_ON;
}

// Makes ready for the search behind a damaged record. True if a person shall hear of it: false starts of the
// search belong to the damage that was told.
static bool give_up(gs_warc *self, gs_error *error)
{
    const uint64_t position = gs_warc_stream_position(self->stream);
    const uint64_t back = gs_warc_stream_is_plain(self->stream) ? BACK_PLAIN : BACK_PACKED;
    uint64_t from = position > back ? position - back : 0;
    from = from > self->start ? from : self->start + 1;
    if (self->false_starts >= FALSE_STARTS && position > from) {
        from = position;
    }
    const bool told = self->quiet;
    gs_fail_within(error, "offset %llu", (unsigned long long)self->start);
    self->false_starts++;
    self->quiet = true;
    self->phase = GS_WARC_SEARCHING;
    self->reached = (gs_warc_place){.offset = from};
    gs_warc_stream_seek(self->stream, from);
    return !told;
}

gs_warc_result gs_warc_next(gs_warc *self, bool at_end, gs_warc_record *record, gs_error *error)
{
    static step (*const phases[])(gs_warc *, gs_error *) = {
        [GS_WARC_BETWEEN] = between, [GS_WARC_HEADER] = in_header,    [GS_WARC_BLOCK] = in_block,
        [GS_WARC_BEHIND] = behind,   [GS_WARC_SEARCHING] = searching,
    };
    const uint64_t stop = gs_warc_stream_work(self->stream) + WORK_BYTES;
    while (gs_warc_stream_work(self->stream) < stop) {
        step done = phases[self->phase](self, error);
        if (done == STEP_CUT && at_end) {
            done = damaged(error, "the file ends within a record");
        }
        switch (done) {
        case STEP_RECORD:
            self->record.payload = gs_buffer_view(&self->payload);
            *record = self->record;
            return GS_WARC_OK;
        case STEP_DAMAGED:
            if (give_up(self, error)) {
                return GS_WARC_DAMAGED;
            }
            break;
        case STEP_CUT:
            return GS_WARC_WAIT;
        case STEP_END:
            return GS_WARC_END;
        case STEP_ERROR:
            return GS_WARC_ERROR;
        case STEP_ON:
            break;
        }
    }
    return GS_WARC_MORE;
}
