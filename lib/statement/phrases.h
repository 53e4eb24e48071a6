// How a noun phrase that names a speaker is taken apart.
#ifndef GAINSAY_STATEMENT_PHRASES_H
#define GAINSAY_STATEMENT_PHRASES_H

#include "reading.h"

typedef struct st_phrase {
    st_range name;         // proper name of a person, or empty
    st_range role;         // words of the office, without article, country and possessor
    uint32_t noun;         // last noun of the role; ST_NONE
    st_range body;         // body spoken for
    const char *country;   // code, or NULL
    const st_place *place; // the phrase is this place and nothing else
    bool indefinite;
    bool possessed;  // by a person: "Trump's adviser"
    bool own;        // "its", "his", "her", "their"
    bool names_body; // the phrase is the name of a body
    int gender;      // 'f', 'm', 0; 'x' for a person of whom it is not told
} st_phrase;

// Reads tokens [range) as one noun phrase.
void st_phrase_read(const st_reading *reading, st_range range, st_phrase *phrase);
// Capitalised words from token on, name particles included: the end.
uint32_t st_name_end(const st_reading *reading, uint32_t token, uint32_t limit);
// A word that has its capital from the sentence that it opens ("Injecting", "Rival"), and is part of no name.
bool st_name_is_opening_word(const st_reading *reading, uint32_t token);
bool st_is_spokesperson(gs_view lower);

#endif
