// What the files of this room share. Private: nothing outside lib/source includes it.
#ifndef GAINSAY_SOURCE_INTERNAL_H
#define GAINSAY_SOURCE_INTERNAL_H

#include "source/source.h"

// An article with every field empty.
gs_article *gs_article_new(gs_arena *arena);
// Valid UTF-8 without NUL, as a NUL-terminated copy in arena.
char *gs_clean_text(gs_view text, gs_arena *arena);
// The same with runs of white space (and no-break spaces) as one space, and none at the ends.
char *gs_clean_line(gs_view text, gs_arena *arena);

// A time in any form that feeds and pages use: RFC 3339, W3CDTF, RFC 822 and its sloppy relatives, asctime.
// *date_only is set when no time of day was given. False if it cannot be read without guessing.
bool gs_date_parse(gs_view text, gs_time *time, bool *date_only);
// RFC 3339 in the writer's own zone, a bare date if no more is known; "" if it cannot be read.
char *gs_date_local(gs_view text, gs_arena *arena);
// RFC 3339 in UTC, to the second; "" if it cannot be read.
char *gs_date_utc(gs_view text, gs_arena *arena);

// Decodes bytes of a text whose encoding is told by a byte-order mark, by label (may be empty), or by what
// the bytes look like. Never fails: what cannot be decoded becomes U+FFFD. The result is UTF-8 without a
// mark.
void gs_decode(gs_view bytes, gs_view label, gs_buffer *out);
// The encoding of bytes that are not UTF-8 and carry no label, as iconv names it; NULL if nothing speaks for
// another one than windows-1252.
const char *gs_encoding_guess(gs_view bytes);
// The name in encoding="..." of an XML declaration within the first kilobyte; empty if there is none.
gs_view gs_xml_encoding_label(gs_view bytes);
// Maps the C1 controls, which only appear where windows-1252 was mislabelled, to what was meant.
uint32_t gs_windows_1252(uint32_t code_point);

// An HTML fragment as one line of plain text: tags, comments, scripts and styles gone, entities decoded.
void gs_markup_text(gs_view html, gs_buffer *out);
// Appends text with '<', '>', '&' and '"' escaped.
void gs_markup_escape(gs_view text, gs_buffer *out);
// The code point of an HTML entity by name, 0 if there is none of that name.
uint32_t gs_markup_entity(gs_view name);
// Decodes the character reference at *at ("&eacute;", "&#233;", "&#xE9;") and moves *at behind it; 0 and no
// move if what stands there is none.
uint32_t gs_markup_reference(gs_view html, size_t *at);

// link made absolute by base, where that is an http(s) address; else as it stands. Empty stays empty.
char *gs_link_absolute(gs_view link, gs_view base, gs_arena *arena);
bool gs_link_is_web(gs_view link); // http:// or https://

// Makes libxml2 ready for use from any thread; costs nothing after the first call.
void gs_xml_ready(void);

#endif
