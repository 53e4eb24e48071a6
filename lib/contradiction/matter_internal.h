// What the two parts of matter share: the tables of words, hashed once, and a reader's work space.
#ifndef GAINSAY_CONTRADICTION_MATTER_INTERNAL_H
#define GAINSAY_CONTRADICTION_MATTER_INTERNAL_H

#include "matter.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum {
    STEM_SURE = 5,       // a stem of so many letters tells the word
    WORD_BYTES = 48,     // longer words are cut
    UNSEEN_WEIGHT = 14,  // of a label that weights.tsv does not have
    LIGHT_WEIGHT = 5,    // at most, of words like "report" and "minister"
    PLACE_WEIGHT = 7,    // at most, of countries
    UNIT_WEIGHT = 4,     // at most, of units of measure
    PLACE_WORDS = 3,     // of a country's name, at most
    PLACE_MEMOS = 4096,  // a power of two
    TABLE_SPARE = 3,     // places a table has for each of its rows
    OPPOSITE_ROWS = 512, // of all labels
    FOUND_KEYS = 2048,   // of one statement, before the weightiest are kept
    ARTICLE_TOPICS = 8,
    TITLE_KEYS = 64,
};

// What the tables say of a word as it stands in the text.
typedef enum word_class {
    WORD_PLAIN,
    WORD_FUNCTION, // no key
    WORD_LIGHT,
    WORD_UNIT,
    WORD_PLACE
} word_class;

typedef struct word_entry {
    uint64_t hash;     // of the word; 0: free
    const char *label; // where it is not the stem: of a synonym, a number or an irregular form. Static
    word_class class;
    bool negates;
} word_entry;

typedef struct label_entry {
    uint64_t hash;      // of the label; 0: free
    const char *matter; // the label that takes its place. Static; NULL: none
    uint16_t opposites; // index of the first in the list
    uint8_t opposite_count;
    uint8_t weight; // 0: not told
} label_entry;

typedef struct place_memo {
    uint64_t hash; // of a term and whether it is in capitals; 0: free
    char code[8];  // "@CN"; empty: no country
} place_memo;

struct cd_matter_reader {
    word_entry *words;
    size_t word_capacity; // a power of two, as the next one is
    label_entry *labels;
    size_t label_capacity;
    uint32_t opposites[OPPOSITE_ROWS]; // codes
    size_t opposite_count;
    char (*stems)[WORD_BYTES]; // labels of irregular forms
    place_memo *places;
    uint64_t title;                // hash of the one read last: its statements follow each other
    cd_key title_keys[TITLE_KEYS]; // as they were found
    size_t title_count;
    gs_buffer folded; // of a word that is not ASCII
    uint64_t version;
};

// matter_tables.c. Entries of a word or label that is not there have hash 0.
uint64_t matter_hash(const char *text, size_t size);
const word_entry *matter_word(const cd_matter_reader *self, uint64_t hash);
const label_entry *matter_label(const cd_matter_reader *self, uint64_t hash);
uint32_t matter_code(uint64_t label_hash, uint32_t weight);
uint32_t matter_weight(const label_entry *entry, word_class class);
// In place; returns the size of the stem.
size_t matter_stem(char *word, size_t size);

#endif
