// WARC archives (ISO 28500, versions 1.0 and 1.1), plain or as one gzip member a record: records out of a
// descriptor in bounded memory, and the pages in them. Part of source.h.
#ifndef GAINSAY_SOURCE_WARC_H
#define GAINSAY_SOURCE_WARC_H

#include "wire/wire.h"

typedef enum gs_warc_type {
    GS_WARC_OTHER, // not of the standard
    GS_WARC_INFO,
    GS_WARC_RESPONSE,
    GS_WARC_RESOURCE,
    GS_WARC_REQUEST,
    GS_WARC_METADATA,
    GS_WARC_REVISIT,
    GS_WARC_CONVERSION,
    GS_WARC_CONTINUATION,
    GS_WARC_TYPES, // how many there are
} gs_warc_type;

// Where reading goes on: behind a record, at the next one.
typedef struct gs_warc_place {
    uint64_t offset; // in the file: of a gzip member, or of a record that is not packed
    uint64_t record; // how many records of that member come before; 0 where each has its own
} gs_warc_place;

typedef struct gs_warc_record {
    gs_warc_type type;
    uint64_t offset; // of its member, for messages
    gs_view fields;  // the named fields, as they stand
    gs_view uri;     // WARC-Target-URI; empty if absent
    gs_view payload; // at most GS_LIMIT_PAGE_BYTES of the block
    bool cut;        // the block holds less than there was (WARC-Truncated), or payload less than the block
} gs_warc_record;    // valid until the next call

typedef enum gs_warc_result {
    GS_WARC_OK,
    GS_WARC_MORE,    // nothing yet, after a bounded piece of work: call again
    GS_WARC_DAMAGED, // error tells what and at which offset; the next call looks for the next record
    GS_WARC_WAIT,    // the file ends within a record; the next call tries again (only without at_end)
    GS_WARC_END,     // the file ends behind a record; the next call finds what was appended
    GS_WARC_ERROR,   // reading failed
} gs_warc_result;

typedef struct gs_warc gs_warc;
gs_warc *gs_warc_new(int fd, gs_warc_place from); // fd is borrowed
void gs_warc_free(gs_warc **self_p);
// at_end: nobody will append to the file, so a record that it ends within is damaged.
gs_warc_result gs_warc_next(gs_warc *self, bool at_end, gs_warc_record *record, gs_error *error);
gs_warc_place gs_warc_reached(const gs_warc *self); // behind the last record given
uint64_t gs_warc_unpacked(const gs_warc *self);     // bytes so far

// An HTML page in a record: a response with status 200, or a resource or conversion of that type.
typedef struct gs_warc_page {
    gs_view html;    // encodings undone
    gs_view charset; // of the HTTP header; empty if absent
    gs_view uri, date;
} gs_warc_page; // valid until the next call

typedef enum gs_warc_pick { GS_WARC_PAGE, GS_WARC_NO_PAGE, GS_WARC_BAD_PAGE } gs_warc_pick;
// GS_WARC_BAD_PAGE: a page that cannot be read; error tells why.
gs_warc_pick gs_warc_pick_page(gs_warc *self, const gs_warc_record *record, gs_warc_page *page,
                               gs_error *error);
// The page as an article, fetched when the archive says. As gs_article_from_html.
gs_article *gs_article_from_warc(const gs_warc_page *page, gs_arena *arena, gs_error *error);

#endif
