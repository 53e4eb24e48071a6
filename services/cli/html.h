// html: text that others wrote, as text and attribute values of a page, where it can be nothing else.
#ifndef GAINSAY_CLI_HTML_H
#define GAINSAY_CLI_HTML_H

#include "base/base.h"

// Appends text with the five characters of markup as references. Left out: control characters other than line
// breaks, the invisible ones that turn the direction of writing, and what is no character. Good inside an
// element and inside a quoted attribute.
void gs_html_text(gs_buffer *out, gs_view text);
void gs_html_words(gs_buffer *out, const char *text);
// <a href> if it is an address of http or https, else the words alone; shown as `words`.
void gs_html_link(gs_buffer *out, const char *url, gs_view words);

#endif
