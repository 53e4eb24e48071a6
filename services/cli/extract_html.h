// extract_html: one article of a page, its statements marked where they stand, then who made them.
#ifndef GAINSAY_CLI_EXTRACT_HTML_H
#define GAINSAY_CLI_EXTRACT_HTML_H

#include "marked.h"

enum { GS_HTML_COLOURS = 8 }; // of speakers, in extract.css

// number: of the article on its page, from 1; its ids begin with "a<number>".
void gs_extract_html(gs_buffer *out, const gs_marked *marked, size_t number, gs_arena *arena);
// Its entry in the page's list of articles.
void gs_extract_html_entry(gs_buffer *out, const gs_marked *marked, size_t number);

#endif
