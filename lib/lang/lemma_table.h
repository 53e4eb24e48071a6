// The lemmatiser's section: one hash table for words and rules, and the strings that they point at.
//
//   u32 slots (a power of two); u32 bytes of strings; u64 zero
//   slots of 8 bytes: u32 check, 0 when empty; u32 value
//   strings, each NUL-terminated; the first is empty
//
// A slot is found by a 64-bit hash: low bits say where to begin, high bits are the check. Its value is a byte
// and the offset of a string:
//   word  (form or small form, tag)       a lemma; the byte is zero
//   edit  (end of the small form, tag)    bytes to cut off the end, and what to put there
//   case  (end, tag and shape)            a lemma_case; no string
#ifndef GAINSAY_LANG_LEMMA_TABLE_H
#define GAINSAY_LANG_LEMMA_TABLE_H

#include "lang/lang.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
    LEMMA_HEADER = 16,
    LEMMA_MAX_SLOTS = 1 << 22,
    LEMMA_MAX_STRINGS = 1 << 24,
    LEMMA_SUFFIX = 6, // longest end that a rule looks at, bytes
    LEMMA_CUT = 15,   // most bytes that a rule cuts
    LEMMA_FORM = 64,  // longer forms are their own lemma
};

typedef struct lemma_slot {
    uint32_t check, value;
} lemma_slot;

// What is asked for; part of the seed of a hash.
typedef enum lemma_key { LEMMA_EXACT, LEMMA_SMALL, LEMMA_EDIT, LEMMA_CASE } lemma_key;

// How a form is written; LEMMA_SHAPE_SMALL needs no rule.
typedef enum lemma_shape {
    LEMMA_SHAPE_SMALL,
    LEMMA_SHAPE_FIRST, // one capital, at the front
    LEMMA_SHAPE_ALL,   // capitals only, two or more
    LEMMA_SHAPE_MIXED,
} lemma_shape;

typedef enum lemma_case { LEMMA_CASE_SMALL, LEMMA_CASE_KEEP, LEMMA_CASE_TITLE } lemma_case;

static inline uint64_t lemma_seed(const char *tag, size_t size, lemma_key key, lemma_shape shape)
{
    return XXH3_64bits_withSeed(tag, size, (uint64_t)key * 8 + (uint64_t)shape);
}

static inline uint64_t lemma_hash(const char *text, size_t size, uint64_t seed)
{
    return XXH3_64bits_withSeed(text, size, seed);
}

static inline uint32_t lemma_check(uint64_t hash)
{
    uint32_t check = (uint32_t)(hash >> 32);
    return check ? check : 1;
}

// A form in the three ways that rules ask for it.
typedef struct lemma_form {
    char small[LEMMA_FORM];
    size_t size; // of small
    lemma_shape shape;
} lemma_form;

// False if form is too long.
bool lemma_form_of(gs_view form, lemma_form *out);
// Applies a case to the form: `out` receives its bytes, which are as many as returned; at most LEMMA_FORM.
size_t lemma_apply_case(gs_view form, const lemma_form *forms, lemma_case how, char out[LEMMA_FORM]);

#endif
