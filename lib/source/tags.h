// The tags of a page one after the other, without a tree. Private to lib/source.
#ifndef GAINSAY_SOURCE_TAGS_H
#define GAINSAY_SOURCE_TAGS_H

#include "source/source_internal.h"

typedef struct gs_tag {
    gs_view name;
    gs_view attributes; // as they are written
    bool closing;
    size_t begin, end; // in the page, from '<' to behind '>'
} gs_tag;

// The first tag at or after *at, which moves behind it; false at the end of the page. Comments, and what
// scripts and styles hold, are passed over.
bool gs_tags_next(gs_view html, size_t *at, gs_tag *tag);
bool gs_tag_is(const gs_tag *tag, const char *name);
// An attribute with its references decoded, as one line; "" if absent.
char *gs_tag_attribute(const gs_tag *tag, const char *name, gs_arena *arena);
// The page in UTF-8, and the address that its links are relative to: <base href>, else base_url. An error if
// the page is too large.
bool gs_tags_open(gs_view html, const char *base_url, gs_buffer *decoded, gs_view *text, gs_view *base,
                  gs_arena *arena, gs_error *error);

#endif
