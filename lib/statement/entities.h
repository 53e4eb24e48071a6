// entities: the file in which a user names people, their offices and bodies, for the table of office-holders.
//
// Tab-separated text in UTF-8. The first line names the columns, in any order; a line that begins with '#'
// and an empty line are skipped, and an empty or missing cell tells nothing.
//
//     name          full name; needed in every line
//     alias         other names, parted by ';': "AMLO; López Obrador"
//     kind          person (if empty) or body
//     role          office held
//     organisation  body it belongs to
//     country       ISO 3166-1 alpha-2, EU or UN
//     official      yes or no: speaks for a state or a public body (if empty: yes, where a country is given)
//     from, until   first and last day in office, YYYY-MM-DD (if empty: open)
//     id            Wikidata id, "Q22686"
//
// Somebody who held several offices has a line for each.
#ifndef GAINSAY_STATEMENT_ENTITIES_H
#define GAINSAY_STATEMENT_ENTITIES_H

#include "statement/holders.h"

enum { GS_ENTITIES_MAX = 500000 }; // lines

// Tells the table what the file says. False with the file, the line and what was expected there; the table
// may then hold the lines before it. *count: lines taken, may be NULL.
bool gs_entities_load(gs_holders *holders, const char *path, size_t *count, gs_error *error);
// The same of a text that is in memory. path is for messages.
bool gs_entities_read(gs_holders *holders, gs_view text, const char *path, size_t *count, gs_error *error);

#endif
