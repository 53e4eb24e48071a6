// A reader of XML as feeds, sitemaps and lists of feeds have it: damaged as often as not. Private to
// lib/source.
#ifndef GAINSAY_SOURCE_XML_H
#define GAINSAY_SOURCE_XML_H

#include "source/source_internal.h"

// A name space that is declared.
typedef struct gs_xml_space {
    gs_view prefix, uri;
    int meaning; // 0; free for who reads the tree, so that a URI need be looked up only once
} gs_xml_space;

typedef struct gs_xml_attribute {
    gs_view prefix, name, value; // value: references decoded
    struct gs_xml_attribute *next;
} gs_xml_attribute;

// An element, or a piece of text between two tags.
typedef struct gs_xml_node {
    gs_view prefix, name; // without the colon; name is empty for text
    gs_view text;         // of a text, references decoded
    gs_xml_space *space;  // NULL if none was declared for the prefix
    gs_xml_attribute *attributes;
    struct gs_xml_node *parent, *first, *last, *next;
} gs_xml_node;

// text is UTF-8 without NUL. The tree lives in arena and borrows from text; its texts hold no controls. NULL
// with an error if there is no element, or if there are more or deeper ones than GS_LIMIT_XML_NODES and
// GS_LIMIT_XML_DEPTH.
gs_xml_node *gs_xml_read(gs_view text, gs_arena *arena, gs_error *error);

// xml_text.c: what a text or an attribute's value means; a view of raw itself if nothing in it needs
// decoding, else of a copy in arena. references: '&' begins one, as it does everywhere but in CDATA. scratch
// is overwritten.
gs_view gs_xml_decode(gs_view raw, bool references, gs_buffer *scratch, gs_arena *arena);

static inline bool gs_xml_is_element(const gs_xml_node *node)
{
    return node->name.size > 0;
}

// The node after `node` in document order within top; NULL at the end.
const gs_xml_node *gs_xml_following(const gs_xml_node *node, const gs_xml_node *top, bool skip_children);
// An attribute by local name in any case and name space; empty if absent.
gs_view gs_xml_attribute_of(const gs_xml_node *element, const char *name);
// All text below the element. A view of the tree where that is one piece, else of *joined, which is
// overwritten.
gs_view gs_xml_text(const gs_xml_node *element, gs_buffer *joined);

#endif
