// The steps of reading a page, each in its own file. Private to lib/source.
#ifndef GAINSAY_SOURCE_PAGE_H
#define GAINSAY_SOURCE_PAGE_H

#include <libxml/tree.h>

#include "source/source_internal.h"

// page_bytes.c: the page in UTF-8; html itself if it is that already, else a view of decoded.
gs_view gs_page_decode(gs_view html, gs_buffer *decoded);
// Refuses what would keep libxml2 busy out of all proportion.
bool gs_page_check(gs_view html, gs_error *error);

// page_text.c: the paragraphs below the part of the page that holds the article, parted by blank lines,
// without a heading that repeats title. Empty if the page has no text.
char *gs_page_text(const xmlNode *root, gs_view title, gs_arena *arena);

// Shared by page_text.c and article_html.c.
// The node after `node` in document order within top; NULL at the end.
const xmlNode *gs_page_following(const xmlNode *node, const xmlNode *top, bool skip_children);
bool gs_page_is(const xmlNode *node, const char *name);
gs_view gs_page_attribute(const xmlNode *node, const char *name); // empty if absent
// All text below the node as one line.
char *gs_page_line(const xmlNode *node, gs_arena *arena);

#endif
