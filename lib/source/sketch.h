// The words of a text as the sketch sees them. Private: lib/source, and tests/eval, which measures other ways
// to sketch a text on the same words.
#ifndef GAINSAY_SOURCE_SKETCH_H
#define GAINSAY_SOURCE_SKETCH_H

#include "base/base.h"

// Hashes of the words from *offset on, at most max of them; moves *offset behind the last one. 0 at the end.
// Case, marks and white space do not count. The hashes are stored: they are the same on every machine and
// never change.
size_t gs_sketch_words(gs_view text, size_t *offset, uint64_t *words, size_t max);
// Every bit of the result depends on every bit of hash.
uint64_t gs_sketch_mix(uint64_t hash);

#endif
