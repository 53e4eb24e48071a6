// text: values of articles on their way into HTML's neighbours. All of it is hostile input: names of ten
// thousand characters, controls that turn the line around, text that a spreadsheet takes for a formula.
#ifndef GAINSAY_GATEWAY_TEXT_H
#define GAINSAY_GATEWAY_TEXT_H

#include "base/base.h"

// Appends text for people: valid UTF-8 on one line, without control characters and without those that change
// the direction of what follows (U+202A-202E, U+2066-2069, the marks U+200E, U+200F, U+061C); at most
// `most` code points, then an ellipsis; 0: all of it.
void gw_text_plain(gs_view text, size_t most, gs_buffer *out);
// The same, keeping line ends.
void gw_text_lines(gs_view text, gs_buffer *out);
// Appends a JSON string with its quotes: escaped as the messages of the wire are, and '<', '>' and '&' too,
// so that it is harmless even inside a page.
void gw_text_json(gs_view text, gs_buffer *out);
// Appends text for XML 1.0: what XML forbids is dropped, and the five special characters are escaped.
void gw_text_xml(gs_view text, gs_buffer *out);
// Appends one CSV cell of RFC 4180, in quotes. A cell that a spreadsheet would compute (it begins with = + -
// @, or with white space before one) gets an apostrophe in front.
void gw_text_csv(gs_view text, gs_buffer *out);
// Appends text as part of a URL's path or query: all but unreserved characters as %XX.
void gw_text_url(gs_view text, gs_buffer *out);
// True for http:// and https:// addresses without white space or controls: others do not become links.
bool gw_text_is_link(const char *url);

#endif
