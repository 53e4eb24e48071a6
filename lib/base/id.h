// id: 128-bit names that come out the same on every machine (BLAKE2b, RFC 7693, by libsodium).
//
// Parts are hashed with their length before them, so ("ab","c") and ("a","bc") differ, and each kind of
// id starts with its own label. A keyed or short non-cryptographic hash would be faster, but article
// text is hostile input, and two articles that were made to collide would count as one.
#ifndef GAINSAY_BASE_ID_H
#define GAINSAY_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/view.h"

enum { GS_ID_BYTES = 16, GS_ID_TEXT = 33 }; // text: 32 hexadecimal digits and NUL

typedef struct gs_id {
    uint8_t bytes[GS_ID_BYTES];
} gs_id;

typedef struct gs_id_hasher {
    _Alignas(64) unsigned char state[384]; // holds a crypto_generichash_state
} gs_id_hasher;

void gs_id_begin(gs_id_hasher *hasher, const char *label); // "article", "statement", ...
void gs_id_add(gs_id_hasher *hasher, gs_view part);
void gs_id_add_number(gs_id_hasher *hasher, uint64_t number);
gs_id gs_id_end(gs_id_hasher *hasher);

// Shorthand for one label and one or two parts.
gs_id gs_id_of(const char *label, gs_view first, gs_view second);

void gs_id_text(gs_id id, char text[GS_ID_TEXT]);
bool gs_id_parse(gs_view text, gs_id *id); // exactly 32 hexadecimal digits, either case
bool gs_id_equal(gs_id a, gs_id b);
uint64_t gs_id_hash(gs_id id); // for hash tables: the first eight bytes

// A fast 64-bit hash for in-memory tables over text (FNV-1a with a final mix); never stored.
uint64_t gs_hash(gs_view text);

#endif
