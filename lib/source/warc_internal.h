// The state of a WARC reader, and the steps that need nothing of its stream. Private to lib/source.
#ifndef GAINSAY_SOURCE_WARC_INTERNAL_H
#define GAINSAY_SOURCE_WARC_INTERNAL_H

#include "source/http_message.h"
#include "source/warc_stream.h"

typedef enum gs_warc_phase {
    GS_WARC_BETWEEN,
    GS_WARC_HEADER,
    GS_WARC_BLOCK,
    GS_WARC_BEHIND,
    GS_WARC_SEARCHING,
} gs_warc_phase;

struct gs_warc {
    gs_warc_stream *stream; // owned
    gs_warc_phase phase;
    uint64_t start;        // where to go back to for the record under way
    uint64_t index;        // of that record in its member
    bool parted;           // behind its block stands a line end
    uint64_t left;         // bytes of its block that are to come
    gs_buffer header;      // of that record
    gs_buffer payload;     // likewise
    gs_buffer scratch[2];  // warc_page.c: a page's encodings undone
    gs_warc_record record; // payload is set once it is complete
    gs_warc_place resume;  // records before this place were given by an earlier reader
    gs_warc_place reached;
    bool quiet;            // damage was told and no record was found since
    unsigned false_starts; // since then
};

// warc_header.c: the version line and the named fields in self->header, into self->record and self->left.
bool gs_warc_read_header(gs_warc *self, gs_error *error);

#endif
