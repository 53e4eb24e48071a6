// id: deterministic 128-bit names (BLAKE2b with a 16-byte digest, RFC 7693, by libsodium).
//
//   id = BLAKE2b-128( n(label) label n(part_1) part_1 ... )     n(x) = size of x, 8 bytes, little endian
//
// The sizes make the concatenation unambiguous; a number is a part of eight bytes, little endian. What
// goes in never depends on the machine, on pointers, or on whether an empty text is NULL or "".
#include "base/id.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(gs_id_hasher), "gs_id_hasher is too small");
_Static_assert(_Alignof(crypto_generichash_state) <= _Alignof(gs_id_hasher), "gs_id_hasher is not aligned");

static crypto_generichash_state *state_of(gs_id_hasher *hasher)
{
    return (crypto_generichash_state *)(void *)hasher->state;
}

static void little_endian(uint64_t number, unsigned char bytes[8])
{
    for (int i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)(number >> (8 * i));
    }
}

void gs_id_begin(gs_id_hasher *hasher, const char *label)
{
    // Safe from every thread and almost free after the first time; picks the code for this processor.
    if (sodium_init() < 0) {
        fprintf(stderr, "gainsay: libsodium cannot start on this machine (no source of random bytes?)\n");
        abort();
    }
    crypto_generichash_init(state_of(hasher), NULL, 0, GS_ID_BYTES);
    gs_id_add(hasher, gs_view_of(label));
}

void gs_id_add(gs_id_hasher *hasher, gs_view part)
{
    unsigned char size[8];
    little_endian(part.size, size);
    crypto_generichash_update(state_of(hasher), size, sizeof size);
    if (part.size > 0) {
        crypto_generichash_update(state_of(hasher), (const unsigned char *)part.data, part.size);
    }
}

void gs_id_add_number(gs_id_hasher *hasher, uint64_t number)
{
    unsigned char bytes[8];
    little_endian(number, bytes);
    gs_id_add(hasher, gs_view_make(bytes, sizeof bytes));
}

gs_id gs_id_end(gs_id_hasher *hasher)
{
    gs_id id;
    crypto_generichash_final(state_of(hasher), id.bytes, sizeof id.bytes);
    return id;
}

gs_id gs_id_of(const char *label, gs_view first, gs_view second)
{
    gs_id_hasher hasher;
    gs_id_begin(&hasher, label);
    gs_id_add(&hasher, first);
    gs_id_add(&hasher, second);
    return gs_id_end(&hasher);
}

void gs_id_text(gs_id id, char text[GS_ID_TEXT])
{
    sodium_bin2hex(text, GS_ID_TEXT, id.bytes, sizeof id.bytes);
}

bool gs_id_parse(gs_view text, gs_id *id)
{
    size_t size = 0;
    if (text.size != GS_ID_TEXT - 1) {
        return false;
    }
    gs_id parsed;
    if (sodium_hex2bin(parsed.bytes, sizeof parsed.bytes, text.data, text.size, NULL, &size, NULL) != 0 ||
        size != sizeof parsed.bytes) {
        return false;
    }
    *id = parsed;
    return true;
}

bool gs_id_equal(gs_id a, gs_id b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

uint64_t gs_id_hash(gs_id id)
{
    uint64_t hash;
    memcpy(&hash, id.bytes, sizeof hash);
    return hash;
}

uint64_t gs_hash(gs_view text)
{
    // FNV-1a (Fowler, Noll, Vo), then the finaliser of MurmurHash3, so that low bits are as good as high.
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < text.size; i++) {
        hash = (hash ^ (unsigned char)text.data[i]) * UINT64_C(0x100000001b3);
    }
    hash = (hash ^ (hash >> 33)) * UINT64_C(0xff51afd7ed558ccd);
    hash = (hash ^ (hash >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ (hash >> 33);
}
