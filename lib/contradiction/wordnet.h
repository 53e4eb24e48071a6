// wordnet: how two words are related in Princeton WordNet, compiled into a section of the model file.
//
// Words are known by a 32-bit hash of their lemma in small letters; what a word has is its first senses, and
// the words that it is the opposite or a derivation of. Words of two parts are written with a space; those of
// more are not kept.
#ifndef GAINSAY_CONTRADICTION_WORDNET_H
#define GAINSAY_CONTRADICTION_WORDNET_H

#include "base/base.h"

enum {
    CD_WORDNET_VERSION = 1,
    CD_SENSES = 3,     // of one word in one class, the most frequent first
    CD_ANCESTORS = 12, // steps up from a sense
    CD_KINDS = 64,
};
#define CD_NO_WORD UINT32_MAX

// The classes, in the order in which their synsets are numbered.
typedef enum cd_class {
    CD_CLASS_NOUN,
    CD_CLASS_VERB,
    CD_CLASS_ADJECTIVE,
    CD_CLASS_ADVERB,
    CD_CLASSES
} cd_class;

typedef enum cd_link { CD_LINK_ANTONYM, CD_LINK_DERIVED } cd_link;

// The section: this header, then the arrays in this order, each padded to a multiple of 4 bytes.
typedef struct cd_wordnet_header {
    uint32_t words, senses, links, synsets;
    uint32_t first_synset[CD_CLASSES]; // number of the first synset of each class
} cd_wordnet_header;

typedef struct cd_wordnet {
    const cd_wordnet_header *header;
    const uint32_t *hashes;      // words, ascending
    const uint32_t *first_sense; // words + 1
    const uint32_t *first_link;  // words + 1
    const uint32_t *sense;       // synset; those of one word by class, then by frequency
    const uint32_t *link;        // word << 1 | cd_link
    const uint32_t *parent;      // of a synset: its first hypernym, an adjective's head; CD_NO_WORD: none
    const uint8_t *field;        // of a synset: number of its lexicographer file
    uint32_t kinds[CD_KINDS];    // synsets whose members exclude each other
    size_t kind_count;
} cd_wordnet;

// Checks that all numbers lie within the section, which is borrowed.
bool cd_wordnet_open(cd_wordnet *self, gs_view section, gs_error *error);
uint32_t cd_wordnet_hash(gs_view small_letters);
uint32_t cd_wordnet_find(const cd_wordnet *self, uint32_t hash); // CD_NO_WORD if it is none

typedef struct cd_relation {
    bool synonym;     // a sense in common
    bool antonym;     // opposites, also by way of the adjectives that they resemble
    bool derived;     // "negotiate", "negotiation"
    uint8_t above;    // steps from one up to the other, which is more general; 0 if neither is
    bool a_above;     // it is a that is more general
    uint8_t up, down; // steps from a and from b to what they have in common; 0 if they have nothing
    uint8_t depth;    // of that below the top of its hierarchy
    uint8_t field;    // lexicographer file of it
    uint32_t common;  // its synset
    bool excludes;    // it, or what is above it, is one of the kinds
} cd_relation;

// a and b: words of the section. class: both are taken as words of it.
cd_relation cd_wordnet_relate(const cd_wordnet *self, uint32_t a, uint32_t b, cd_class class);
// Parts of it alone, which cost far less: a sense in common; opposites; derived from each other.
bool cd_wordnet_synonyms(const cd_wordnet *self, uint32_t a, uint32_t b, cd_class class);
bool cd_wordnet_antonyms(const cd_wordnet *self, uint32_t a, uint32_t b, cd_class class);
bool cd_wordnet_derived(const cd_wordnet *self, uint32_t a, uint32_t b);

// What stands above these two nouns is a kind whose members exclude each other.
void cd_wordnet_add_kind(cd_wordnet *self, const char *a, const char *b);
// Lexicographer file of the word's first sense in the class; 255 if it has none.
uint8_t cd_wordnet_field(const cd_wordnet *self, uint32_t word, cd_class class);

#endif
