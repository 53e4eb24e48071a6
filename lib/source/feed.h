// The steps of reading a feed, each in its own file. Private to lib/source.
#ifndef GAINSAY_SOURCE_FEED_H
#define GAINSAY_SOURCE_FEED_H

#include <libxml/tree.h>

#include "source/source_internal.h"

// feed_repair.c: UTF-8 that calls itself XML becomes XML that libxml2 reads to its end.
void gs_feed_repair(gs_view text, gs_buffer *out);

// feed_value.c: what an element says.
typedef enum gs_feed_space {
    GS_SPACE_CORE, // RSS, Atom and CDF themselves
    GS_SPACE_DC,
    GS_SPACE_DCTERMS,
    GS_SPACE_CONTENT,
    GS_SPACE_XHTML,
    GS_SPACE_MEDIA,
    GS_SPACE_ITUNES,
    GS_SPACE_RDF,
    GS_SPACE_OTHER,
} gs_feed_space;

// The element's vocabulary and its name without prefix. Undeclared prefixes count as what people mean by
// them.
gs_feed_space gs_feed_name(const xmlNode *element, gs_view *name);
// An attribute by local name in any case and name space; empty if absent. Borrowed from the tree.
gs_view gs_feed_attribute(const xmlNode *element, const char *name);
// All text below the element, as it stands.
void gs_feed_text(const xmlNode *element, gs_buffer *out);
// The element's value as an HTML fragment, whatever its type, mode and encoding.
void gs_feed_html(const xmlNode *element, gs_buffer *out);
// link made absolute by the xml:base in force at element. Empty stays empty; what cannot be resolved stays as
// it is.
char *gs_feed_link(const xmlNode *element, gs_view link, gs_arena *arena);

#endif
