// From a form's letters to its rows. Quotation marks and digits are folded first: a curly mark is the
// straight one, and every digit a zero, so that "2016" and "2025" are one word to the network. Forms are read
// by their code points, of a very long one only the ends, so the cost per word is bounded.
#include "features.h"

#include <math.h>
#include <string.h>
#include <utf8proc.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { SHAPE_RUN = 3, GRAMS_MAX = 48 };

typedef struct letters {
    uint32_t written[LANG_FORM_LETTERS];
    uint32_t lower[LANG_FORM_LETTERS];
    uint32_t count;
} letters;

static uint32_t folded(uint32_t c)
{
    if (c < 0x80)
        return c >= '0' && c <= '9' ? '0' : c;
    switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x201A:
    case 0x2032:
        return '\'';
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x2033:
        return '"';
    case 0x2010:
    case 0x2011:
        return '-';
    default:
        return c;
    }
}

static uint32_t lowered(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
}

static void read_letters(gs_view form, letters *out)
{
    enum { HALF = LANG_FORM_LETTERS / 2 };
    uint32_t tail[HALF];
    uint32_t count = 0, beyond = 0;
    for (size_t at = 0; at < form.size;) {
        uint32_t c = (unsigned char)form.data[at];
        if (c < 0x80)
            at++;
        else
            c = gs_utf8_next(form, &at);
        if (count < LANG_FORM_LETTERS)
            out->written[count++] = folded(c);
        else
            tail[beyond++ % HALF] = folded(c);
    }
    if (beyond > 0) {
        // Keep the first half, and the last HALF letters of all.
        uint32_t kept = beyond < HALF ? beyond : HALF, moved = HALF - kept;
        memmove(out->written + HALF, out->written + LANG_FORM_LETTERS - moved, moved * sizeof(uint32_t));
        for (uint32_t i = 0; i < kept; i++)
            out->written[HALF + moved + i] = tail[(beyond - kept + i) % HALF];
    }
    out->count = count;
    for (uint32_t i = 0; i < count; i++)
        out->lower[i] = lowered(out->written[i]);
}

static uint32_t mixed(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= 0x9E3779B97F4A7C15u;
    return (uint32_t)(hash >> 40);
}

static uint64_t chain(uint64_t hash, uint32_t c)
{
    return (hash ^ c) * 0x100000001B3u + (hash >> 29);
}

static uint32_t find(const lang_vocabulary *self, uint64_t hash)
{
    if (self->count == 0)
        return UINT32_MAX;
    uint64_t bucket = hash >> (64 - self->bucket_bits);
    for (uint32_t i = self->buckets[bucket]; i < self->buckets[bucket + 1]; i++)
        if (self->hashes[i] == hash)
            return i;
    return UINT32_MAX;
}

static void hash_letters(const letters *word, uint64_t hashes[2])
{
    size_t bytes = word->count * sizeof(uint32_t);
    hashes[0] = XXH3_64bits_withSeed(word->lower, bytes, 1);
    hashes[1] =
        memcmp(word->lower, word->written, bytes) == 0 ? 0 : XXH3_64bits_withSeed(word->written, bytes, 2);
}

void lang_form_hashes(gs_view form, uint64_t hashes[2])
{
    letters word;
    read_letters(form, &word);
    hash_letters(&word, hashes);
}

enum { UNKNOWN_ROWS = 2 };

static uint32_t affix_begin(const lang_vocabulary *vocabulary)
{
    return UNKNOWN_ROWS + vocabulary->count;
}

uint32_t lang_context_row(const lang_vocabulary *vocabulary, uint32_t context)
{
    return affix_begin(vocabulary) + LANG_AFFIX_ROWS + LANG_GRAM_ROWS + LANG_SHAPE_ROWS + LANG_LEXICON_BITS +
           context;
}

uint32_t lang_row_count(const lang_vocabulary *vocabulary)
{
    return lang_context_row(vocabulary, LANG_CONTEXT_ROWS);
}

static uint32_t shape_class(uint32_t c, uint32_t lower)
{
    if (c == '0')
        return 'd';
    if (c != lower)
        return 'X';
    if (c < 0x80)
        return c >= 'a' && c <= 'z' ? 'x' : c;
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    if (category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT)
        return 'X';
    return category >= UTF8PROC_CATEGORY_LL && category <= UTF8PROC_CATEGORY_ME ? 'x' : c;
}

static uint32_t shape_of(const letters *word)
{
    uint64_t hash = 7;
    uint32_t last = 0, run = 0;
    for (uint32_t i = 0; i < word->count; i++) {
        uint32_t class = shape_class(word->written[i], word->lower[i]);
        run = class == last ? run + 1 : 1;
        last = class;
        if (run <= SHAPE_RUN)
            hash = chain(hash, class);
    }
    return mixed(hash) % LANG_SHAPE_ROWS;
}

static void add_affixes(const letters *word, uint32_t begin, lang_rows *rows)
{
    uint64_t hash = 11;
    for (uint32_t i = 0; i < word->count && i < 4; i++) {
        hash = chain(hash, word->lower[i]);
        rows->row[rows->count++] = begin + mixed(hash * 31 + i) % LANG_AFFIX_ROWS;
    }
    hash = 13;
    for (uint32_t i = 0; i < word->count && i < 5; i++) {
        hash = chain(hash, word->lower[word->count - 1 - i]);
        rows->row[rows->count++] = begin + mixed(hash * 37 + i) % LANG_AFFIX_ROWS;
    }
}

static void add_grams(const letters *word, uint32_t begin, lang_rows *rows)
{
    rows->gram_begin = rows->count;
    uint32_t padded[LANG_FORM_LETTERS + 2];
    uint32_t count = word->count + 2;
    padded[0] = 2;
    memcpy(padded + 1, word->lower, word->count * sizeof(uint32_t));
    padded[count - 1] = 3;
    for (uint32_t i = 0; i + 3 <= count; i++) {
        uint64_t hash = chain(chain(chain(17, padded[i]), padded[i + 1]), padded[i + 2]);
        if (rows->count - rows->gram_begin >= GRAMS_MAX)
            break;
        rows->row[rows->count++] = begin + mixed(hash) % LANG_GRAM_ROWS;
        if (i + 4 <= count)
            rows->row[rows->count++] = begin + mixed(chain(hash, padded[i + 3])) % LANG_GRAM_ROWS;
    }
}

void lang_rows_of(const lang_vocabulary *vocabulary, const lang_lexicon *lexicon, gs_view form,
                  lang_rows *rows)
{
    letters word;
    read_letters(form, &word);
    uint64_t hashes[2];
    hash_letters(&word, hashes);
    uint32_t lower = find(vocabulary, hashes[0]);
    uint32_t written = hashes[1] ? find(vocabulary, hashes[1]) : UINT32_MAX;
    rows->row[0] = lower == UINT32_MAX ? 0 : UNKNOWN_ROWS + lower;
    rows->row[1] = written == UINT32_MAX ? 1 : UNKNOWN_ROWS + written;
    rows->count = 2;
    uint32_t begin = affix_begin(vocabulary);
    add_affixes(&word, begin, rows);
    begin += LANG_AFFIX_ROWS + LANG_GRAM_ROWS;
    rows->row[rows->count++] = begin + shape_of(&word);
    begin += LANG_SHAPE_ROWS;
    uint32_t bits = lexicon ? lang_lexicon_look_up(lexicon, form) : 0;
    for (; bits; bits &= bits - 1)
        rows->row[rows->count++] = begin + (uint32_t)__builtin_ctz(bits);
    add_grams(&word, affix_begin(vocabulary) + LANG_AFFIX_ROWS, rows);
}

uint32_t lang_capitals(const gs_view *forms, size_t count)
{
    size_t words = 0, capitalised = 0, upper = 0;
    for (size_t i = 0; i < count; i++) {
        if (forms[i].size < 4)
            continue;
        unsigned char first = (unsigned char)forms[i].data[0], second = (unsigned char)forms[i].data[1];
        bool capital = first >= 'A' && first <= 'Z', second_capital = second >= 'A' && second <= 'Z';
        words += capital || (first >= 'a' && first <= 'z');
        capitalised += capital;
        upper += capital && second_capital;
    }
    if (words < 2 || capitalised * 2 < words)
        return 0;
    if (upper * 4 >= words * 3)
        return 3;
    return capitalised * 4 >= words * 3 ? 2 : 1;
}
