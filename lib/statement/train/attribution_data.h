// Annotated articles as lessons: windows with the labels that the network should give.
#ifndef GAINSAY_STATEMENT_ATTRIBUTION_DATA_H
#define GAINSAY_STATEMENT_ATTRIBUTION_DATA_H

#include "../attribution_internal.h"

typedef enum st_part { ST_SOURCE, ST_CUE, ST_CONTENT, ST_PARTS } st_part;

typedef struct st_range {
    uint32_t begin, end;
} st_range;

// An annotated attribution.
typedef struct st_gold {
    st_range *spans[ST_PARTS]; // bytes in the text
    size_t count[ST_PARTS];
} st_gold;

typedef struct st_document {
    const char *id;
    const gs_parse *parse;
    st_features features;
    st_gold *gold;
    size_t gold_count;
} st_document;

// One cue of a window, and the labels of the words around it.
typedef struct st_lesson_cue {
    st_words cue;    // words of the parse
    st_words reach;  // likewise
    uint8_t *labels; // of reach
} st_lesson_cue;

typedef struct st_lesson {
    const st_document *document;
    st_words window;
    uint8_t *labels; // of the window's words, as cues
    st_lesson_cue *cues;
    size_t cue_count;
} st_lesson;

typedef struct st_corpus {
    st_document *documents; // owned, as is all here; what they point to lies in the arena
    size_t document_count, document_capacity;
    st_lesson *lessons;
    size_t lesson_count, lesson_capacity;
    size_t words;
    gs_arena *arena;
} st_corpus;

// Reads and parses a file; lang must give states. Its lessons are made by st_corpus_finish.
bool st_corpus_read(st_corpus *self, const char *path, gs_lang *lang, gs_error *error);
// What that does with an article. What is given must outlive the corpus, or lie in its arena, which must be
// there.
void st_corpus_add(st_corpus *self, const char *id, const gs_parse *parse, st_gold *gold, size_t gold_count);
// Adds articles made of what is quoted in those that are there, as credit lines: “…” — Name
// (attribution_retell.c).
void st_corpus_retell(st_corpus *self, gs_lang *lang, uint64_t seed);
// Makes the lessons, when all articles are there.
void st_corpus_finish(st_corpus *self);
void st_corpus_free(st_corpus *self);
// The hashes of the lemmas that the corpus has at least `minimum` times, rising; returns their number.
uint32_t st_corpus_lemmas(const st_corpus *self, uint32_t minimum, uint64_t **hashes);

#endif
