// Names of people and places from the lists, and sentences retold with them.
#ifndef GAINSAY_LANG_CORPUS_RENAME_H
#define GAINSAY_LANG_CORPUS_RENAME_H

#include "train.h"

// Names, each ended by NUL, by how many words they have.
enum { POOL_WORDS = 5 };

typedef struct name_pool {
    gs_buffer persons[POOL_WORDS]; // of one word: surnames
    gs_buffer places[POOL_WORDS];
    gs_buffer bodies[POOL_WORDS];
    gs_buffer short_surnames; // of two and three letters, among them "He", "An", "So"
} name_pool;

void name_pool_add_person(name_pool *self, gs_view name, bool surname_first);
void name_pool_add_place(name_pool *self, gs_view name);
// As the Phoenix dictionaries write them: RED_CROSS, in capitals with underscores.
void name_pool_add_capitals(name_pool *self, gs_view name, bool place);
void name_pool_free(name_pool *self);

// Appends to *self a copy of each sentence of from that names a person, a place or a body, with other names
// of as many words in their stead and all else as it was. The treebanks and the silver corpus know the people
// of one country's politics; so the network learns that what stands where a name stands is a name, "He" and
// "An" among them.
void corpus_rename(corpus *self, const corpus *from, const name_pool *pool, uint64_t seed);

// Appends copies of the short sentences of from as headlines have them: every word but the smallest with a
// capital, no full stop at the end.
void corpus_headlines(corpus *self, const corpus *from);

// Appends copies of the sentences of from that keep forms and names alone: text for a teacher to read.
void corpus_untagged(corpus *self, const corpus *from);

#endif
