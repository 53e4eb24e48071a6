// What people.c and offices.c share: the entries of one article's people, and words inside names.
#ifndef GAINSAY_STATEMENT_PEOPLE_INTERNAL_H
#define GAINSAY_STATEMENT_PEOPLE_INTERNAL_H

#include "phrases.h"

// names.c: words of a name or an office
char *st_name_text(const st_reading *reading, st_range range);
// With capitals at the words' beginnings: "foreign ministry" as a name is "Foreign Ministry".
char *st_name_capitalised(const st_reading *reading, st_range range);
bool st_name_same_word(gs_view a, gs_view b);
bool st_name_has_word(const char *name, gs_view word);
size_t st_name_word_count(const char *name);
gs_view st_name_first_word(const char *name);
gs_view st_name_last_word(const char *name);

// people.c
st_person *st_person_add(st_reading *reading, Gainsay__V1__Speaker__Kind kind);
uint32_t st_phrase_front(const st_reading *reading, uint32_t token, uint32_t sentence_begin);

// offices.c
// Puts role, body, country and whether official into the entry, as the phrase tells them.
void st_office_set(st_reading *reading, st_person *person, const st_phrase *phrase, uint32_t token);
// A body named beside an office: "Director General Benjamin So, Food and Drug Administration".
void st_office_set_body(st_reading *reading, st_person *person, st_range range, const st_phrase *phrase);
// The entry of the body that the phrase names.
st_person *st_body_resolve(st_reading *reading, st_range range, const st_phrase *phrase);
// The body mentioned last before token, spoken or not. NULL if none is near.
st_person *st_body_mentioned(st_reading *reading, uint32_t token);

#endif
