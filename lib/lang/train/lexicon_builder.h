// The lexicon under construction: words, each with bits that lists set one after the other.
#ifndef GAINSAY_LANG_LEXICON_BUILDER_H
#define GAINSAY_LANG_LEXICON_BUILDER_H

#include "lang/lexicon.h"

typedef struct lexicon_builder {
    uint64_t *hashes; // owned; open addressing, 0 for an empty slot
    uint32_t *bits;
    size_t count, capacity; // capacity: a power of two
    struct name_pool *pool; // gets the whole names of people and places; NULL: they are not kept
} lexicon_builder;

#define LEXICON_BIT(name) (UINT32_C(1) << LANG_LEXICON_##name)

void lexicon_builder_init(lexicon_builder *self);
void lexicon_builder_free(lexicon_builder *self);
// Puts the word into small letters first, but for LANG_LEXICON_LETTERS. Words that are too long are left out.
void lexicon_builder_add(lexicon_builder *self, lang_lexicon_space space, gs_view word, uint32_t bits);
uint32_t lexicon_builder_get(const lexicon_builder *self, lang_lexicon_space space, gs_view word);
void lexicon_builder_write(const lexicon_builder *self, gs_buffer *section);

// The whole file, NUL-terminated; false and *error if it cannot be read.
bool lexicon_read_file(const char *directory, const char *name, gs_buffer *text, gs_error *error);
// The next line of *rest, without its end; false when there is none.
bool lexicon_next_line(gs_view *rest, gs_view *line);
// The next piece of *rest up to a byte of separators; empty pieces are passed over; false when there is none.
bool lexicon_next_piece(gs_view *rest, const char *separators, gs_view *piece);

bool lexicon_add_wordnet(lexicon_builder *self, const char *directory, gs_error *error);
bool lexicon_add_places(lexicon_builder *self, const char *iso_codes, const char *gazetteer, gs_error *error);
bool lexicon_add_people(lexicon_builder *self, const char *gazetteer, gs_error *error);
void lexicon_add_word_lists(lexicon_builder *self);

#endif
