// An archive's bytes and the text that they unpack to.
//
// Two buffers of fixed size: input, as it stands in the file, and text, as it is unpacked. Invariant:
// position is the file offset of input[begin], so a member begins at the position at which
// gs_warc_stream_begin was called. zlib compares a member's checksum before it tells its end; text of a
// member that goes on has not been checked.
#include "source/warc_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
#include <zlib.h>

enum {
    INPUT_BYTES = 256 * 1024,
    TEXT_BYTES = 256 * 1024,
    PROBE_BYTES = 4096, // of a member, to see what it holds: a code table takes some hundred
    WINDOW_GZIP = 15 + 16,
    FIND_BYTES = 16 * 1024 * 1024, // searched in one call
};

_Static_assert(TEXT_BYTES > 2 * GS_LIMIT_WARC_HEADER_BYTES,
               "a header must fit beside what was just unpacked");

static const char record_start[] = "WARC/";
enum { START_BYTES = sizeof record_start - 1 };

typedef enum form { FORM_UNKNOWN, FORM_GZIP, FORM_PLAIN } form;

struct gs_warc_stream {
    int fd;               // borrowed
    unsigned char *input; // owned
    size_t begin, end;    // what of it was read and not used
    uint64_t position;    // file offset of input[begin]
    char *text;           // owned
    size_t text_begin, text_end;
    form form;
    bool in_member;
    uint64_t member; // file offset of the member that the text is of
    z_stream inflater;
    uint64_t unpacked, work;
};

gs_warc_stream *gs_warc_stream_new(int fd, uint64_t offset)
{
    gs_warc_stream *self = gs_allocate(sizeof *self);
    self->fd = fd;
    self->input = gs_allocate(INPUT_BYTES);
    self->text = gs_allocate(TEXT_BYTES);
    if (inflateInit2(&self->inflater, WINDOW_GZIP) != Z_OK) {
        abort(); // no memory; gs_allocate does the same
    }
    gs_warc_stream_seek(self, offset);
    return self;
}

void gs_warc_stream_free(gs_warc_stream **self_p)
{
    gs_warc_stream *self = *self_p;
    if (self == NULL) {
        return;
    }
    inflateEnd(&self->inflater);
    free(self->input);
    free(self->text);
    free(self);
    *self_p = NULL;
}

void gs_warc_stream_seek(gs_warc_stream *self, uint64_t offset)
{
    self->text_begin = self->text_end = 0;
    self->in_member = false;
    if (lseek(self->fd, (off_t)offset, SEEK_SET) >= 0) {
        self->begin = self->end = 0;
        self->position = offset;
    }
}

static void use(gs_warc_stream *self, size_t size)
{
    self->begin += size;
    self->position += size;
    self->work += size;
}

// Reads until there are `wanted` bytes of input. OK, END (fewer are left in the file) or ERROR.
static gs_stream_result fill(gs_warc_stream *self, size_t wanted, gs_error *error)
{
    while (self->end - self->begin < wanted) {
        if (self->begin > 0 && INPUT_BYTES - self->begin < wanted) {
            memmove(self->input, self->input + self->begin, self->end - self->begin);
            self->end -= self->begin;
            self->begin = 0;
        } else if (self->begin == self->end) {
            self->begin = self->end = 0;
        }
        const ssize_t got = read(self->fd, self->input + self->end, INPUT_BYTES - self->end);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            gs_fail(error, GS_E_IO, "offset %llu: cannot read: %s", (unsigned long long)self->position,
                    strerror(errno));
            return GS_STREAM_ERROR;
        }
        if (got == 0) {
            return GS_STREAM_END;
        }
        self->end += (size_t)got;
    }
    return GS_STREAM_OK;
}

static bool is_gzip(const unsigned char *bytes)
{
    return bytes[0] == 0x1f && bytes[1] == 0x8b;
}

// ---- text --------------------------------------------------------------------------------------------

gs_stream_result gs_warc_stream_begin(gs_warc_stream *self, gs_error *error)
{
    const gs_stream_result filled = fill(self, START_BYTES, error);
    const size_t size = self->end - self->begin;
    if (filled == GS_STREAM_ERROR || size == 0) {
        return filled;
    }
    const unsigned char *bytes = self->input + self->begin;
    const bool gzip = size >= 2 && is_gzip(bytes);
    self->member = self->position;
    if (self->form == FORM_UNKNOWN && gzip) {
        self->form = FORM_GZIP;
    } else if (self->form == FORM_UNKNOWN && size >= START_BYTES &&
               memcmp(bytes, record_start, START_BYTES) == 0) {
        self->form = FORM_PLAIN;
    }
    if (self->form == FORM_UNKNOWN || (self->form == FORM_GZIP && !gzip)) {
        if (filled == GS_STREAM_END) {
            return GS_STREAM_CUT; // too short to tell
        }
        gs_fail(error, GS_E_INPUT, "expected a WARC record%s",
                self->form == FORM_GZIP ? " in a gzip member" : ", packed with gzip or plain");
        return GS_STREAM_DAMAGED;
    }
    if (self->form == FORM_GZIP) {
        inflateReset(&self->inflater);
    }
    self->in_member = true;
    return GS_STREAM_OK;
}

bool gs_warc_stream_in_member(const gs_warc_stream *self)
{
    return self->in_member;
}

bool gs_warc_stream_is_plain(const gs_warc_stream *self)
{
    return self->form == FORM_PLAIN;
}

static size_t text_room(gs_warc_stream *self)
{
    if (self->text_begin == self->text_end) {
        self->text_begin = self->text_end = 0;
    } else if (self->text_end == TEXT_BYTES) {
        memmove(self->text, self->text + self->text_begin, self->text_end - self->text_begin);
        self->text_end -= self->text_begin;
        self->text_begin = 0;
    }
    return TEXT_BYTES - self->text_end;
}

static void added(gs_warc_stream *self, size_t size)
{
    self->text_end += size;
    self->unpacked += size;
    self->work += size;
}

static gs_stream_result more_plain(gs_warc_stream *self, size_t room, gs_error *error)
{
    const gs_stream_result filled = fill(self, 1, error);
    if (filled != GS_STREAM_OK) {
        return filled;
    }
    const size_t there = self->end - self->begin;
    const size_t size = there < room ? there : room;
    memcpy(self->text + self->text_end, self->input + self->begin, size);
    use(self, size);
    added(self, size);
    return GS_STREAM_OK;
}

// One step of zlib. OK: call again, or text was added.
static gs_stream_result unpack(gs_warc_stream *self, size_t room, gs_error *error)
{
    const gs_stream_result filled = fill(self, 1, error);
    if (filled != GS_STREAM_OK) {
        return filled == GS_STREAM_END ? GS_STREAM_CUT : filled;
    }
    z_stream *inflater = &self->inflater;
    const size_t there = self->end - self->begin;
    inflater->next_in = self->input + self->begin;
    inflater->avail_in = (uInt)there;
    inflater->next_out = (Bytef *)self->text + self->text_end;
    inflater->avail_out = (uInt)room;
    const int state = inflate(inflater, Z_NO_FLUSH);
    use(self, there - inflater->avail_in);
    added(self, room - inflater->avail_out);
    if (state == Z_STREAM_END) {
        self->in_member = false;
    } else if (state != Z_OK && state != Z_BUF_ERROR) {
        gs_fail(error, GS_E_INPUT, "the gzip member is damaged (%s)",
                inflater->msg != NULL ? inflater->msg : "it wants a dictionary");
        return GS_STREAM_DAMAGED;
    }
    return GS_STREAM_OK;
}

gs_stream_result gs_warc_stream_more(gs_warc_stream *self, gs_error *error)
{
    const size_t room = text_room(self);
    if (self->form == FORM_PLAIN) {
        return more_plain(self, room, error);
    }
    const size_t before = self->text_end;
    while (self->in_member && self->text_end == before) {
        const gs_stream_result result = unpack(self, room, error);
        if (result != GS_STREAM_OK) {
            return result;
        }
    }
    return self->text_end > before ? GS_STREAM_OK : GS_STREAM_MEMBER_END;
}

gs_view gs_warc_stream_text(const gs_warc_stream *self)
{
    return gs_view_make(self->text + self->text_begin, self->text_end - self->text_begin);
}

void gs_warc_stream_take(gs_warc_stream *self, size_t size)
{
    self->text_begin += size;
}

uint64_t gs_warc_stream_offset(const gs_warc_stream *self)
{
    if (self->form == FORM_PLAIN) {
        return self->position - (self->text_end - self->text_begin);
    }
    return self->in_member || self->text_end > self->text_begin ? self->member : self->position;
}

uint64_t gs_warc_stream_position(const gs_warc_stream *self)
{
    return self->position;
}

uint64_t gs_warc_stream_unpacked(const gs_warc_stream *self)
{
    return self->unpacked;
}

uint64_t gs_warc_stream_work(const gs_warc_stream *self)
{
    return self->work;
}

// ---- searching ---------------------------------------------------------------------------------------

// Three bytes that look like a gzip member are there by chance once in 16 MB of packed text: only one that
// unpacks to the first bytes of a record is a member of this file.
static bool holds_record(gs_warc_stream *self, const unsigned char *bytes, size_t size)
{
    char start[START_BYTES];
    if (size < 10 || !is_gzip(bytes) || bytes[2] != Z_DEFLATED || inflateReset(&self->inflater) != Z_OK) {
        return false;
    }
    self->inflater.next_in = (z_const Bytef *)(uintptr_t)bytes;
    self->inflater.avail_in = (uInt)size;
    self->inflater.next_out = (Bytef *)start;
    self->inflater.avail_out = START_BYTES;
    const int state = inflate(&self->inflater, Z_SYNC_FLUSH);
    return (state == Z_OK || state == Z_STREAM_END || state == Z_BUF_ERROR) &&
           self->inflater.avail_out == 0 && memcmp(start, record_start, START_BYTES) == 0;
}

static bool is_start(gs_warc_stream *self, size_t at)
{
    const unsigned char *bytes = self->input + at;
    const size_t size = self->end - at;
    if (self->form != FORM_PLAIN && bytes[0] == 0x1f) {
        return holds_record(self, bytes, size < PROBE_BYTES ? size : PROBE_BYTES);
    }
    return self->form != FORM_GZIP && size >= START_BYTES && memcmp(bytes, record_start, START_BYTES) == 0 &&
           (at == 0 || bytes[-1] == '\n');
}

// The next byte at or after `at` with which a start could begin.
static size_t next_candidate(const gs_warc_stream *self, size_t at)
{
    const size_t size = self->end - at;
    const unsigned char *gzip = self->form != FORM_PLAIN ? memchr(self->input + at, 0x1f, size) : NULL;
    const size_t first = gzip != NULL ? (size_t)(gzip - self->input) : self->end;
    const unsigned char *plain = self->form != FORM_GZIP ? memchr(self->input + at, 'W', first - at) : NULL;
    return plain != NULL ? (size_t)(plain - self->input) : first;
}

gs_stream_result gs_warc_stream_find(gs_warc_stream *self, gs_error *error)
{
    const uint64_t stop = self->work + FIND_BYTES;
    while (self->work < stop) {
        const gs_stream_result filled = fill(self, PROBE_BYTES, error);
        if (filled == GS_STREAM_ERROR || self->begin == self->end) {
            return filled;
        }
        // A start needs PROBE_BYTES to be told, unless the file ends before.
        const size_t last = filled == GS_STREAM_END ? self->end : self->end - PROBE_BYTES + 1;
        size_t at = next_candidate(self, self->begin);
        while (at < last && !is_start(self, at)) {
            at = next_candidate(self, at + 1);
        }
        const bool found = at < last;
        use(self, (found ? at : last) - self->begin);
        if (found) {
            return GS_STREAM_OK;
        }
    }
    return GS_STREAM_MORE;
}
