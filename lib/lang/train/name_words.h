// Small word lists that the readers of name corpora and the lexicon's trainer share.
#ifndef GAINSAY_LANG_NAME_WORDS_H
#define GAINSAY_LANG_NAME_WORDS_H

#include "lang/lang.h"

typedef enum name_list {
    NAME_LIST_DEMONYMS, // as written: nationalities, peoples, religions, parties; singular
    NAME_LIST_MONTHS,   // lower case from here on
    NAME_LIST_WEEKDAYS,
    NAME_LIST_NUMBERS,    // numerals and ordinals in words
    NAME_LIST_UNITS,      // currencies, signs and measures
    NAME_LIST_TIMES,      // units of time and words like "today"
    NAME_LIST_TITLES,     // stand before a person's name and are no part of it
    NAME_LIST_BODY_HEADS, // ministry, council, bank: head words of names of bodies
    NAME_LIST_COUNT
} name_list;

// The list, sorted by bytes; *count receives its length.
const char *const *name_words(name_list list, size_t *count);
bool name_words_have(name_list list, const char *word);
// As name_words_have after ASCII capitals are made small.
bool name_words_have_lower(name_list list, const char *word);
// "Russian", "Russians", "Frenchmen": a demonym, or a plural of one.
bool name_words_demonym(const char *word);

#endif
