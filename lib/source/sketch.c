// sketch: is this text a copy of one that was read before? Told from some hundred bytes for each text.
//
// A copy of an agency's article has another title, is cut, and has a lead, a credit or a house style of its
// own put in; so resemblance as a whole says little (half of an article resembles it by a half), and what
// counts is how much of the later text stands in the earlier one. Both can be told from sets of shingles,
// runs of w words (Broder, "On the resemblance and containment of documents", SEQUENCES 1997):
//
//     containment  c(A, B) = |S(A) ∩ S(B)| / |S(A)|      resemblance  r(A, B) = |S(A) ∩ S(B)| / |S(A) ∪ S(B)|
//
// The sketch of a text is the s least of the hashes of its shingles (ibid., section 3, the sketch M_s). Below
// the lower one, t, of the two greatest members of two sketches both are complete, so what they have in
// common there is a random sample of what the texts have in common, and
//
//     c(A, B) ≈ |{h ≤ t in both}| / |{h ≤ t in A}|
//
// A is the text that was read later: an article that prints a short one whole, and much else, is not its
// copy. Of a long text a short one's sketch sees few shingles, so what counts is the lower bound of the
// share. The very least members serve as keys: if much of A stands in B, some of A's least are probably among
// B's least. Measured beside SimHash (Charikar, STOC 2002; Manku, Jain and Das Sarma, WWW 2007) and MinHash
// (Henzinger, SIGIR 2006, compares both kinds on web pages) by tests/eval/copies.py: those two miss what was
// cut.
//
// The hashes are no secret; whoever likes can write a text that is taken for a copy of another. That only
// moves where its statements are looked for first.
#include "sketch.h"

#include "source/source.h"

#include <math.h>
#include <string.h>

enum {
    WORDS_AT_ONCE = 1024,
    WORDS_LEAST = 40, // shorter texts of one kind are alike by chance
};

const double gs_sketch_copy = 0.55;

// ---- words -----------------------------------------------------------------------------------------

uint64_t gs_sketch_mix(uint64_t hash)
{
    // The finaliser of MurmurHash3: each step is a bijection.
    hash ^= hash >> 33;
    hash *= UINT64_C(0xff51afd7ed558ccd);
    hash ^= hash >> 33;
    hash *= UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ hash >> 33;
}

// The byte as it counts: lower case; 0 parts words; '\'' is passed over, so that "don't" is one word.
static inline unsigned char counted(unsigned char byte)
{
    const unsigned char low = byte | 0x20;
    if (low >= 'a' && low <= 'z') {
        return low;
    }
    return (byte >= '0' && byte <= '9') || byte == '\'' ? byte : 0;
}

// The same for what is not ASCII: letters of any script count as they stand, marks do not.
static uint32_t counted_code_point(uint32_t code_point)
{
    const bool is_apostrophe = code_point == 0x2019 || code_point == 0x2018;
    const bool parts = code_point < 0xC0 || (code_point >= 0x2000 && code_point < 0x2070) ||
                       (code_point >= 0x3000 && code_point < 0x3004) || code_point >= 0xFE00;
    if (is_apostrophe) {
        return '\'';
    }
    return parts ? 0 : code_point;
}

size_t gs_sketch_words(gs_view text, size_t *offset, uint64_t *words, size_t max)
{
    const uint64_t basis = UINT64_C(0xcbf29ce484222325), prime = UINT64_C(0x100000001b3); // FNV-1a
    uint64_t hash = basis;
    size_t count = 0;
    size_t at = *offset;
    while (at < text.size && count < max) {
        uint32_t unit = (unsigned char)text.data[at];
        if (unit < 0x80) {
            unit = counted((unsigned char)unit);
            at++;
        } else {
            unit = counted_code_point(gs_utf8_next(text, &at));
        }
        if (unit == 0 && hash != basis) {
            words[count++] = gs_sketch_mix(hash);
            hash = basis;
        } else if (unit != 0 && unit != '\'') {
            hash = (hash ^ unit) * prime;
        }
    }
    if (hash != basis && count < max) { // only at the end of the text
        words[count++] = gs_sketch_mix(hash);
    }
    *offset = at;
    return count;
}

// ---- the sketch ------------------------------------------------------------------------------------

enum { MAYBE_BITS = 4096 };

typedef struct least_heap {
    uint32_t *values; // the greatest first (a heap), each once
    uint32_t count;
    uint64_t maybe[MAYBE_BITS / 64]; // a bit for each value that was ever in it: most new ones need no search
} least_heap;

static void sift_down(least_heap *self, uint32_t at)
{
    uint32_t *values = self->values;
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= self->count) {
            return;
        }
        if (child + 1 < self->count && values[child + 1] > values[child]) {
            child++;
        }
        if (values[at] >= values[child]) {
            return;
        }
        const uint32_t value = values[at];
        values[at] = values[child];
        values[child] = value;
        at = child;
    }
}

static void sift_up(least_heap *self, uint32_t at)
{
    uint32_t *values = self->values;
    while (at > 0 && values[(at - 1) / 2] < values[at]) {
        const uint32_t value = values[at];
        values[at] = values[(at - 1) / 2];
        values[(at - 1) / 2] = value;
        at = (at - 1) / 2;
    }
}

static void take(least_heap *self, uint32_t value)
{
    if (self->count == GS_SKETCH_SIZE && value >= self->values[0]) {
        return;
    }
    uint64_t *maybe = &self->maybe[value % MAYBE_BITS / 64];
    const uint64_t bit = UINT64_C(1) << value % 64;
    for (uint32_t i = 0; (*maybe & bit) != 0 && i < self->count; i++) {
        if (self->values[i] == value) {
            return;
        }
    }
    *maybe |= bit;
    if (self->count < GS_SKETCH_SIZE) {
        self->values[self->count++] = value;
        sift_up(self, self->count - 1);
        return;
    }
    self->values[0] = value;
    sift_down(self, 0);
}

// Ascending: the greatest is taken off the heap and put behind it, again and again.
static void sort(least_heap *self)
{
    const uint32_t count = self->count;
    while (self->count > 1) {
        const uint32_t greatest = self->values[0];
        self->values[0] = self->values[--self->count];
        self->values[self->count] = greatest;
        sift_down(self, 0);
    }
    self->count = count;
}

void gs_sketch_make(gs_view text, gs_sketch *sketch)
{
    // A shingle's hash rolls on from word to word: H = Σ word[i] · base^(w-1-i), mod 2^64, base odd.
    const uint64_t base = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t highest = 1; // base^w
    uint64_t ring[GS_SKETCH_WORDS] = {0};
    uint64_t words[WORDS_AT_ONCE];
    uint64_t hash = 0;
    size_t offset = 0;
    size_t count;
    least_heap heap = {.values = sketch->least};
    for (int i = 0; i < GS_SKETCH_WORDS; i++) {
        highest *= base;
    }
    sketch->words = 0;
    while ((count = gs_sketch_words(text, &offset, words, WORDS_AT_ONCE)) > 0) {
        for (size_t i = 0; i < count; i++) {
            uint64_t *oldest = &ring[sketch->words % GS_SKETCH_WORDS];
            hash = hash * base + words[i] - *oldest * highest;
            *oldest = words[i];
            sketch->words++;
            if (sketch->words >= GS_SKETCH_WORDS) {
                take(&heap, (uint32_t)(gs_sketch_mix(hash) >> 32));
            }
        }
    }
    sort(&heap);
    sketch->count = sketch->words < WORDS_LEAST ? 0 : heap.count;
}

// Wilson's lower bound of a share of which `of` samples saw `seen`: with few samples, little is sure.
static double surely(uint32_t seen, uint32_t of)
{
    const double z2 = 4.0; // two standard deviations
    const double n = of;
    const double p = n > 0 ? seen / n : 0;
    return n > 0 ? (p + z2 / (2 * n) - sqrt(z2 * (p * (1 - p) + z2 / (4 * n)) / n)) / (1 + z2 / n) : 0;
}

double gs_sketch_likeness(const gs_sketch *text, const gs_sketch *earlier, bool same_site)
{
    uint32_t both = 0;
    uint32_t in_text = 0;
    uint32_t in_earlier = 0;
    uint32_t i = 0;
    uint32_t j = 0;
    // A sketch that is not full is complete everywhere, a full one up to its greatest member.
    const bool whole_text = text->count < GS_SKETCH_SIZE;
    const bool whole_earlier = earlier->count < GS_SKETCH_SIZE;
    while ((i < text->count || whole_text) && (j < earlier->count || whole_earlier) &&
           (i < text->count || j < earlier->count)) {
        const bool here = j == earlier->count || (i < text->count && text->least[i] <= earlier->least[j]);
        const bool there = i == text->count || (j < earlier->count && earlier->least[j] <= text->least[i]);
        both += here && there ? 1 : 0;
        in_text += here ? 1 : 0;
        in_earlier += there ? 1 : 0;
        i += here ? 1 : 0;
        j += there ? 1 : 0;
    }
    return surely(both, same_site ? in_text + in_earlier - both : in_text);
}
