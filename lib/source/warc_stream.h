// The unpacked text of an archive, member by member, and the search for the next member behind a damaged one.
// Private to lib/source.
#ifndef GAINSAY_SOURCE_WARC_STREAM_H
#define GAINSAY_SOURCE_WARC_STREAM_H

#include "source/source_internal.h"

typedef enum gs_stream_result {
    GS_STREAM_OK,
    GS_STREAM_MEMBER_END, // and its checksum holds; never of a plain file
    GS_STREAM_END,        // the file ends here: behind a member, or anywhere in a plain file
    GS_STREAM_CUT,        // the file ends within a member
    GS_STREAM_MORE,       // gs_warc_stream_find: nothing found in a bounded piece of work
    GS_STREAM_DAMAGED,    // error tells how
    GS_STREAM_ERROR,      // reading failed
} gs_stream_result;

typedef struct gs_warc_stream gs_warc_stream;
gs_warc_stream *gs_warc_stream_new(int fd, uint64_t offset); // fd is borrowed
void gs_warc_stream_free(gs_warc_stream **self_p);

// Begins the next member; to be called with no text left. A plain file is one member to its end.
gs_stream_result gs_warc_stream_begin(gs_warc_stream *self, gs_error *error);
bool gs_warc_stream_in_member(const gs_warc_stream *self);
bool gs_warc_stream_is_plain(const gs_warc_stream *self);
// Adds to the text at least one byte, or tells why not. There is room for it while the text is shorter than
// GS_LIMIT_WARC_HEADER_BYTES.
gs_stream_result gs_warc_stream_more(gs_warc_stream *self, gs_error *error);
gs_view gs_warc_stream_text(const gs_warc_stream *self); // valid until the next call of more, begin or find
void gs_warc_stream_take(gs_warc_stream *self, size_t size);

// Where to go back to for the text that comes next: its member's offset, or its own in a plain file.
uint64_t gs_warc_stream_offset(const gs_warc_stream *self);
uint64_t gs_warc_stream_position(const gs_warc_stream *self); // behind the last byte that was used
uint64_t gs_warc_stream_unpacked(const gs_warc_stream *self);
uint64_t gs_warc_stream_work(const gs_warc_stream *self); // bytes read, unpacked and searched so far

// Forgets what was read and goes to offset, if the file can; a pipe stays where it is.
void gs_warc_stream_seek(gs_warc_stream *self, uint64_t offset);
// Searches for what begins a member that holds a record, and goes there.
gs_stream_result gs_warc_stream_find(gs_warc_stream *self, gs_error *error);

#endif
