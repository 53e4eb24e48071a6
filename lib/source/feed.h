// The steps of reading a feed, each in its own file. Private to lib/source.
#ifndef GAINSAY_SOURCE_FEED_H
#define GAINSAY_SOURCE_FEED_H

#include "source/xml.h"

// feed.c: a feed with empty strings; and count empty entries for it.
gs_feed *gs_feed_new(gs_feed_format format, gs_arena *arena);
void gs_feed_add_entries(gs_feed *feed, size_t count, gs_arena *arena);
// A whole number at the beginning of text; 0 if there is none, at most most.
uint32_t gs_feed_number(gs_view text, uint32_t most);
// The text of any kind of list in UTF-8 without NUL: bytes itself if it is that already, else a view of
// decoded. An error for what is too large.
bool gs_feed_decode(gs_view bytes, gs_buffer *decoded, gs_view *text, gs_error *error);

// feed_xml.c: RSS, RDF, Atom and CDF. NULL if the root is none of theirs.
gs_feed *gs_feed_from_xml(const gs_xml_node *root, const char *base_url, gs_arena *arena);
// feed_sitemap.c: sitemaps and indexes of them. NULL if the root is none of theirs.
gs_feed *gs_feed_from_sitemap(const gs_xml_node *root, const char *base_url, gs_arena *arena);
// feed_json.c
gs_feed *gs_feed_from_json(gs_view text, const char *base_url, gs_arena *arena, gs_error *error);

// feed_value.c: what an element says.
typedef enum gs_feed_space {
    GS_SPACE_CORE = 1, // RSS, Atom, CDF and sitemaps themselves
    GS_SPACE_DC,
    GS_SPACE_DCTERMS,
    GS_SPACE_CONTENT,
    GS_SPACE_XHTML,
    GS_SPACE_MEDIA,
    GS_SPACE_ITUNES,
    GS_SPACE_RDF,
    GS_SPACE_SY,
    GS_SPACE_NEWS,
    GS_SPACE_OTHER,
} gs_feed_space;

// The element's vocabulary. Undeclared prefixes count as what people mean by them.
gs_feed_space gs_feed_space_of(const gs_xml_node *element);
bool gs_feed_is(const gs_xml_node *element, gs_feed_space space, const char *name);
// The element's value as an HTML fragment, whatever its type, mode and encoding: a view of the tree, or of
// *out, which is overwritten.
gs_view gs_feed_html(const gs_xml_node *element, gs_buffer *out);
// The element's value as one line of plain text.
char *gs_feed_line(const gs_xml_node *element, gs_arena *arena);
// link made absolute by the xml:base in force at element and by base_url. Empty stays empty; what cannot be
// resolved stays as it is.
char *gs_feed_link(const gs_xml_node *element, gs_view link, const char *base_url, gs_arena *arena);

#endif
