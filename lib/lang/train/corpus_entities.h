// What the readers of name corpora do to a sentence once it is read.
#ifndef GAINSAY_LANG_CORPUS_ENTITIES_H
#define GAINSAY_LANG_CORPUS_ENTITIES_H

#include "train.h"

// Dates, amounts and counts that are "O" become "_", with the words that could belong to them. For corpora
// that do not annotate them.
void names_forget_numbers(corpus_word *words, size_t count);
// Reduces mentions to names. For corpora that mark common nouns and pronouns as well.
void names_keep_proper(corpus_word *words, size_t count, gs_arena *arena);

#endif
