// naming: how people are called. A name folded for comparison, and whether a shorter name ("He", "Von der
// Leyen", "Trump") can stand for the bearer of a full one ("He Yadong", "Ursula von der Leyen").
#ifndef GAINSAY_STATEMENT_NAMING_H
#define GAINSAY_STATEMENT_NAMING_H

#include "base/base.h"

enum { GS_NAMING_WORDS = 8, GS_NAMING_KEYS = 4 }; // words of a name that count; later ones are left out

// "Ban Ki-moon" has the words "ban" and "ki-moon".
typedef struct gs_naming {
    char *folded; // case, accents, stops and marks taken off; in the arena
    gs_view words[GS_NAMING_WORDS];
    size_t count;
    bool particled; // begins with a particle: "von der Leyen" is a surname, however many words it has
    bool joined;    // its last word is written as Korean and Taiwanese given names are: "Ki-moon"
} gs_naming;

void gs_naming_read(gs_view text, gs_arena *arena, gs_naming *name);

typedef enum gs_naming_match {
    GS_NAMING_APART,
    GS_NAMING_SURNAME, // the shorter one is the surname, or what stands for it
    GS_NAMING_SAME,    // both are the full name; middle names and hyphens do not count
} gs_naming_match;

// country: of the bearer of the full name, which says where the surname stands; "" if unknown.
gs_naming_match gs_naming_compare(const gs_naming *full, const gs_naming *given, const char *country);

// Is this a name by which nobody can be told from the others of the family? One word, or particles and one.
bool gs_naming_is_bare(const gs_naming *name);

// Are the words of a body's name the last ones of a longer name ("Front", "United Eastern Front")?
bool gs_body_is_short_for(const char *name, const char *longer);

// Hash of the name as a whole: equal wherever gs_naming_compare finds the same.
uint64_t gs_naming_key(const gs_naming *name);
// Hashes under which the bearer of a full name is looked for by surname; returns how many, at most
// GS_NAMING_KEYS. gs_naming_bare_key of the given name is among them wherever gs_naming_compare finds a
// surname.
size_t gs_naming_surname_keys(const gs_naming *full, const char *country, uint64_t keys[GS_NAMING_KEYS]);
uint64_t gs_naming_bare_key(const gs_naming *given);

// 'f' or 'm' where a role tells it ("spokeswoman"), else 0.
char gs_role_gender(gs_view role);
// Do two wordings of an office or a body agree, as "spokesman" and "Foreign Ministry spokesperson" do, and
// "Commerce Ministry" and "Ministry of Commerce"? All words of one are among those of the other; an empty one
// agrees with any.
bool gs_offices_agree(gs_view a, gs_view b, gs_arena *arena);

#endif
