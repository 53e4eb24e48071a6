// The trainer: annotated corpora in, sections of a model file out. Deterministic from a seed.
#ifndef GAINSAY_LANG_TRAIN_H
#define GAINSAY_LANG_TRAIN_H

#include "lang/lang.h"

struct name_pool; // corpus_rename.h

// ---- corpora (corpus.c)

typedef struct corpus_word {
    const char *form, *lemma, *xpos, *relation; // NUL-terminated, in the corpus arena; "_" where unknown
    uint8_t upos;                               // gs_upos; GS_UPOS_COUNT where unknown
    uint8_t multiword;                          // 0; 1 first word of a multiword token, 2 another word of it
    bool space_after;
    int32_t head;     // index in the sentence; -1 root; -2 unknown
    const char *name; // "O", "B-PERSON", "I-PERSON" …, "_" where unknown
    const char *misc; // the MISC column as it stands
} corpus_word;

typedef struct corpus_sentence {
    corpus_word *words;
    uint32_t count;
    bool new_paragraph, new_document; // it begins one
    const char *text;                 // "# text =" as it stands, or NULL
} corpus_sentence;

typedef struct corpus {
    corpus_sentence *sentences;
    size_t count, capacity;
    size_t words;
    gs_arena *arena; // owned
} corpus;

void corpus_free(corpus *self);
// Appends a sentence with a copy of the words.
corpus_sentence *corpus_add(corpus *self, const corpus_word *words, size_t count);
// CoNLL-U; appends to *self. Multiword ranges and empty nodes are not words.
bool corpus_read_conllu(corpus *self, const char *path, gs_error *error);

// ---- corpora of names (corpus_names.c, corpus_entities.c); all append to *self

// CoreNLP's annotation of the PolNeAR texts, gzip-compressed: tags, basic Stanford relations, names.
bool corpus_read_silver(corpus *self, const char *path, gs_error *error);
// A word and a class a line, IOB1 or BIO: wikigold, re3d, worldwide newswire.
bool corpus_read_bio(corpus *self, const char *path, gs_error *error);
// GUM: names out of the mentions in Entity= of the MISC column. Documents without any become "_".
void corpus_names_from_entities(corpus *self);
// Documents 4, 9, 14 … go to *fifth, the others to *rest. Their words' texts stay with from, which must
// outlive them.
void corpus_hold_out_fifth(const corpus *from, corpus *rest, corpus *fifth);

// Who is told how far it is; line may be NULL.
typedef struct train_progress {
    void (*line)(void *context, const char *line);
    void *context;
} train_progress;

// ---- parts: each appends its section's bytes to *section

bool train_segmenter(const corpus *treebanks, uint64_t seed, const train_progress *progress,
                     gs_buffer *section, gs_error *error);
// Word lists of WordNet 3.0, Debian's iso-codes and the gazetteer; each file's terms are named where it is
// read.
bool train_lexicon(const char *wordnet_directory, const char *iso_codes_directory,
                   const char *gazetteer_directory, struct name_pool *pool, gs_buffer *section,
                   gs_error *error);
// wordnet_directory: its lists of irregular forms; NULL for none.
bool train_lemmatiser(const corpus *treebanks, const char *wordnet_directory, gs_buffer *section,
                      gs_error *error);

// ---- the whole model (train_model.c)

enum { TRAIN_TEACHER_UPDATES = 14000, TRAIN_UPDATES = 40000 };

typedef struct train_options {
    const char *data;      // directory with ud/, polnear-silver/, ner/ and gazetteer/
    const char *wordnet;   // Debian's wordnet-base: /usr/share/wordnet
    const char *iso_codes; // Debian's iso-codes: /usr/share/iso-codes/json
    uint64_t seed;
    uint32_t updates;                                                  // of the network; 0: TRAIN_UPDATES
    void (*progress)(void *context, double seconds, const char *line); // may be NULL
    void *context;
} train_options;

// Trains every part and writes the model file. The same data, seed and machine give the same file.
bool gs_train(const train_options *options, const char *path, gs_error *error);

#endif
