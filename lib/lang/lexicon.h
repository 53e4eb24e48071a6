// What lists say of a word type: the word classes that WordNet has it in, and whether it is part of the name
// of a country, a place, a person, an office or a body. Hints to the network, which decides.
#ifndef GAINSAY_LANG_LEXICON_H
#define GAINSAY_LANG_LEXICON_H

#include "lang/lang.h"

enum { LANG_LEXICON_VERSION = 1, LANG_LEXICON_BITS = 32 };

typedef enum lang_lexicon_bit {
    // WordNet 3.0, by the word in small letters; inflected by rule and from its lists of exceptions.
    LANG_LEXICON_NOUN,          // a noun as it stands: "ministry"
    LANG_LEXICON_NOUN_PLURAL,   // plural of one: "ministries"
    LANG_LEXICON_VERB,          // a verb as it stands: "say"
    LANG_LEXICON_VERB_S,        // third person: "says"
    LANG_LEXICON_VERB_ING,      // "saying"
    LANG_LEXICON_VERB_PAST,     // past or participle: "said", "taken"
    LANG_LEXICON_ADJECTIVE,     // "able"
    LANG_LEXICON_ADJECTIVE_ER,  // compared: "higher", "best"
    LANG_LEXICON_ADVERB,        // "soon"
    LANG_LEXICON_PROPER,        // capitalised only, never small: "Thames"
    LANG_LEXICON_PERSON_NOUN,   // noun.person among its first two senses: "envoy"
    LANG_LEXICON_GROUP_NOUN,    // noun.group: "cabinet"
    LANG_LEXICON_PLACE_NOUN,    // noun.location: "border"
    LANG_LEXICON_TIME_NOUN,     // noun.time: "decade"
    LANG_LEXICON_QUANTITY_NOUN, // noun.quantity: "barrel"
    LANG_LEXICON_SPEECH_NOUN,   // noun.communication: "statement"
    LANG_LEXICON_SPEECH_VERB,   // verb.communication: "claim", and its forms
    // Names; only capitalised words have them.
    LANG_LEXICON_COUNTRY,   // in the name of a country or territory: "France", "Kingdom"
    LANG_LEXICON_PEOPLE,    // nationality, people, religion, party: "French", "Kurds"
    LANG_LEXICON_REGION,    // in the name of a subdivision, sea, mountain: "Bavaria"
    LANG_LEXICON_PLACE,     // city or other place: "Kabul"
    LANG_LEXICON_GIVEN,     // a person's name but the last: "Angela"
    LANG_LEXICON_SURNAME,   // a person's last name: "Merkel"
    LANG_LEXICON_BODY,      // the whole name of a body, or its letters: "NATO", "Gazprom"
    LANG_LEXICON_BODY_PART, // in a longer name of a body: "Amnesty"
    // Word lists, whatever the case.
    LANG_LEXICON_BODY_HEAD, // head word of names of bodies: "ministry", "bank"
    LANG_LEXICON_ROLE,      // an office or role: "minister", "spokesman"
    LANG_LEXICON_TITLE,     // stands before a person's name: "Mr", "President"
    LANG_LEXICON_MONTH,     // capitalised: "May"
    LANG_LEXICON_WEEKDAY,   // "Friday"
    LANG_LEXICON_NUMBER,    // a numeral or ordinal in words
    LANG_LEXICON_UNIT,      // currency, sign or measure
} lang_lexicon_bit;

// What a hash was taken of; the hash's seed.
typedef enum lang_lexicon_space {
    LANG_LEXICON_SMALL,   // the word in small letters, however it is written
    LANG_LEXICON_CAPITAL, // the same, of a word that begins with a capital
    LANG_LEXICON_LETTERS, // the word as written, all capitals: "US", "WHO"
} lang_lexicon_space;

typedef struct lang_lexicon {
    const uint64_t *hashes; // sorted; borrowed from the section
    const uint32_t *bits;   // one for each hash
    uint32_t count;
    const uint32_t
        *buckets; // first entry of each leading-bits bucket, so that a look-up touches one cache line
    uint32_t bucket_bits;
} lang_lexicon;

enum { LANG_LEXICON_FORM_BYTES = 64 }; // no longer word is in a list

bool lang_lexicon_open(lang_lexicon *self, gs_view section, gs_error *error);
// form: as written (case matters for some lists). 0 for a word that no list has.
uint32_t lang_lexicon_look_up(const lang_lexicon *self, gs_view form);

// For the trainer: hash of a word of at most LANG_LEXICON_FORM_BYTES, already in the case that space asks
// for.
uint64_t lang_lexicon_hash(gs_view word, lang_lexicon_space space);
// Small letters of form into small; its size, or 0 if form is too long. *capitals: letters that were not
// small.
size_t lang_lexicon_small(gs_view form, char small[LANG_LEXICON_FORM_BYTES], size_t *capitals);

#endif
