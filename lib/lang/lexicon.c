// A static map from words to 32 bits, read in place: sorted 64-bit hashes, found by their leading bits.
//
//   u32 count; u32 bucket bits b; u64 zero
//   u64 hashes[count], ascending
//   u32 bits[count]
//   u32 buckets[2^b + 1]: entries with leading bits k lie in buckets[k] .. buckets[k + 1]
//
// The words themselves are not kept: of 200,000 words and 64 bits of XXH3, a strange word meets one of ours
// once in 10^14 look-ups. Buckets hold three entries on average, so a look-up is two cache misses at most.
//
// One word is looked up in up to three spaces: in small letters for what WordNet knows, then, if it begins
// with a capital, among names ("May", "McCain" and "MCCAIN" alike), then, if it is all capitals, as an
// abbreviation.
#include <string.h>

#include <utf8proc.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lexicon.h"

enum { HEADER = 16, MAX_BUCKET_BITS = 22 };

static uint32_t read_u32(const char *at)
{
    uint32_t number;
    memcpy(&number, at, sizeof number);
    return number;
}

bool lang_lexicon_open(lang_lexicon *self, gs_view section, gs_error *error)
{
    memset(self, 0, sizeof *self);
    if (section.size < HEADER || (uintptr_t)section.data % sizeof(uint64_t) != 0)
        return gs_fail(error, GS_E_DAMAGED, "the model's lexicon is cut short; install the model file again");
    uint64_t count = read_u32(section.data), bucket_bits = read_u32(section.data + 4);
    uint64_t buckets = bucket_bits <= MAX_BUCKET_BITS ? (UINT64_C(1) << bucket_bits) + 1 : 0;
    uint64_t size = HEADER + count * (sizeof(uint64_t) + sizeof(uint32_t)) + buckets * sizeof(uint32_t);
    if (bucket_bits == 0 || buckets == 0 || size != section.size)
        return gs_fail(error, GS_E_DAMAGED, "the model's lexicon has %zu bytes where its head says %llu",
                       section.size, (unsigned long long)size);
    const char *at = section.data + HEADER;
    self->hashes = (const uint64_t *)(const void *)at;
    at += count * sizeof(uint64_t);
    self->bits = (const uint32_t *)(const void *)at;
    at += count * sizeof(uint32_t);
    self->buckets = (const uint32_t *)(const void *)at;
    bool good = self->buckets[0] == 0 && self->buckets[buckets - 1] == count;
    for (uint64_t i = 1; good && i < buckets; i++)
        good = self->buckets[i] >= self->buckets[i - 1] && self->buckets[i] <= count;
    if (!good) {
        memset(self, 0, sizeof *self);
        return gs_fail(error, GS_E_DAMAGED, "the model's lexicon has a broken index");
    }
    self->count = (uint32_t)count;
    self->bucket_bits = (uint32_t)bucket_bits;
    return true;
}

uint64_t lang_lexicon_hash(gs_view word, lang_lexicon_space space)
{
    return XXH3_64bits_withSeed(word.data, word.size, (uint64_t)space);
}

// Letters beyond ASCII: one code point a time, as Unicode lowers it alone.
static size_t lower_unicode(gs_view form, char *small, size_t *capitals)
{
    size_t size = 0;
    for (size_t offset = 0; offset < form.size;) {
        uint32_t letter = gs_utf8_next(form, &offset);
        utf8proc_int32_t lower = utf8proc_tolower((utf8proc_int32_t)letter);
        *capitals += (uint32_t)lower != letter;
        if (size + 4 > LANG_LEXICON_FORM_BYTES)
            return 0;
        size += (size_t)utf8proc_encode_char(lower, (utf8proc_uint8_t *)small + size);
    }
    return size;
}

size_t lang_lexicon_small(gs_view form, char small[LANG_LEXICON_FORM_BYTES], size_t *capitals)
{
    *capitals = 0;
    if (form.size > LANG_LEXICON_FORM_BYTES)
        return 0;
    unsigned char seen = 0;
    for (size_t i = 0; i < form.size; i++) {
        unsigned char byte = (unsigned char)form.data[i];
        bool capital = (unsigned)(byte - 'A') < 26;
        small[i] = (char)(capital ? byte + ('a' - 'A') : byte);
        *capitals += capital;
        seen |= byte;
    }
    if (seen < 0x80)
        return form.size;
    *capitals = 0;
    return lower_unicode(form, small, capitals);
}

static uint32_t find(const lang_lexicon *self, gs_view word, lang_lexicon_space space)
{
    uint64_t hash = lang_lexicon_hash(word, space);
    uint64_t bucket = hash >> (64 - self->bucket_bits);
    for (uint32_t i = self->buckets[bucket]; i < self->buckets[bucket + 1]; i++)
        if (self->hashes[i] == hash)
            return self->bits[i];
    return 0;
}

uint32_t lang_lexicon_look_up(const lang_lexicon *self, gs_view form)
{
    char small[LANG_LEXICON_FORM_BYTES];
    size_t capitals = 0;
    size_t size = lang_lexicon_small(form, small, &capitals);
    if (size == 0 || self->count == 0)
        return 0;
    gs_view word = gs_view_make(small, size);
    uint32_t bits = find(self, word, LANG_LEXICON_SMALL);
    if (capitals == 0)
        return bits;
    if (small[0] != form.data[0] || (form.data[0] & 0x80)) // "iPhone" begins small
        bits |= find(self, word, LANG_LEXICON_CAPITAL);
    if (capitals >= 2 && memcmp(small, form.data, size < form.size ? size : form.size) != 0)
        bits |= find(self, form, LANG_LEXICON_LETTERS);
    return bits;
}
