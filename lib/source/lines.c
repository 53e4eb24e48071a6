// Lines out of a descriptor, in memory bounded by the longest line that is taken.
//
// Invariant: `offset` is the input position of buffer[begin], which is always the first byte of a line, so a
// reader that is started anew at gs_lines_offset neither repeats nor loses one. While an over-long line is
// being skipped its bytes are counted and forgotten; the offset moves only when its newline has been found.
#include "source/source_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { READ_BYTES = 64 * 1024 };

struct gs_lines {
    int fd;       // borrowed
    char *buffer; // owned
    size_t capacity;
    size_t begin;     // first byte of the line that comes next
    size_t searched;  // no newline between begin and here
    size_t end;       // end of what was read
    uint64_t offset;  // input position of begin
    uint64_t number;  // of the last line given
    uint64_t skipped; // bytes of the over-long line that were forgotten
    bool skipping;    // inside an over-long line
};

typedef enum fill_result { FILL_OK, FILL_WAIT, FILL_END, FILL_ERROR } fill_result;

gs_lines *gs_lines_new(int fd, uint64_t offset, uint64_t line_number)
{
    gs_lines *self = gs_allocate(sizeof *self);
    self->fd = fd;
    self->offset = offset;
    self->number = line_number;
    // A shell may hand over standard input in the middle of a file; it is read from where it stands.
    if (fd != STDIN_FILENO || offset > 0) {
        (void)lseek(fd, (off_t)offset, SEEK_SET); // a pipe cannot seek and is where it is
    }
    return self;
}

void gs_lines_free(gs_lines **self_p)
{
    if (self_p && *self_p) {
        free((*self_p)->buffer);
        free(*self_p);
        *self_p = NULL;
    }
}

uint64_t gs_lines_offset(const gs_lines *self)
{
    return self->offset;
}

uint64_t gs_lines_number(const gs_lines *self)
{
    return self->number;
}

static void make_room(gs_lines *self)
{
    if (self->capacity - self->end >= READ_BYTES) {
        return;
    }
    if (self->begin > 0) {
        memmove(self->buffer, self->buffer + self->begin, self->end - self->begin);
        self->end -= self->begin;
        self->searched -= self->begin;
        self->begin = 0;
    }
    if (self->capacity - self->end < READ_BYTES) {
        self->capacity = self->capacity * 2 + 2 * (size_t)READ_BYTES;
        self->buffer = gs_reallocate(self->buffer, self->capacity);
    }
}

static fill_result fill(gs_lines *self, gs_error *error)
{
    make_room(self);
    ssize_t got;
    do {
        got = read(self->fd, self->buffer + self->end, self->capacity - self->end);
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
        self->end += (size_t)got;
        return FILL_OK;
    }
    if (got == 0) {
        return FILL_END;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
        return FILL_WAIT;
    }
    gs_fail(error, GS_E_IO, "line %llu: cannot read: %s", (unsigned long long)self->number + 1,
            strerror(errno));
    return FILL_ERROR;
}

// The newline at or after `searched`, or NULL.
static const char *find_newline(gs_lines *self)
{
    if (self->searched == self->end) {
        return NULL;
    }
    const char *newline = memchr(self->buffer + self->searched, '\n', self->end - self->searched);
    self->searched = newline ? (size_t)(newline - self->buffer) : self->end;
    return newline;
}

// Ends the line that starts at begin, `size` bytes long, with `terminator` bytes behind it.
static gs_line_result give(gs_lines *self, size_t size, size_t terminator, gs_view *line, gs_error *error)
{
    uint64_t whole = self->skipped + size;
    *line = gs_view_make(self->buffer + self->begin, size);
    self->begin += size + terminator;
    self->searched = self->begin;
    self->offset += whole + terminator;
    self->number++;
    self->skipped = 0;
    self->skipping = false;
    if (whole > GS_LIMIT_LINE_BYTES) {
        *line = gs_view_make("", 0);
        gs_fail(error, GS_E_LIMIT, "line %llu has %llu bytes; at most %d are taken, so it is left out",
                (unsigned long long)self->number, (unsigned long long)whole, GS_LIMIT_LINE_BYTES);
        return GS_LINE_ERROR;
    }
    if (line->size > 0 && line->data[line->size - 1] == '\r') {
        line->size--;
    }
    return GS_LINE_OK;
}

static void forget_if_too_long(gs_lines *self)
{
    size_t pending = self->end - self->begin;
    if (self->skipping || pending > GS_LIMIT_LINE_BYTES) {
        self->skipping = true;
        self->skipped += pending;
        self->begin = self->end = self->searched = 0;
    }
}

gs_line_result gs_lines_next(gs_lines *self, bool at_end, gs_view *line, gs_error *error)
{
    *line = gs_view_make("", 0);
    for (;;) {
        const char *newline = find_newline(self);
        if (newline) {
            return give(self, (size_t)(newline - self->buffer) - self->begin, 1, line, error);
        }
        forget_if_too_long(self);
        switch (fill(self, error)) {
        case FILL_OK:
            break;
        case FILL_WAIT:
            return GS_LINE_WAIT;
        case FILL_ERROR:
            return GS_LINE_ERROR;
        case FILL_END:
            if (!at_end) {
                return GS_LINE_WAIT;
            }
            if (self->end == self->begin && !self->skipping) {
                return GS_LINE_END;
            }
            return give(self, self->end - self->begin, 0, line, error);
        }
    }
}
