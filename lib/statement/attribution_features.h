// What the attribution network is told of a text, the same in training and at work: windows, quotations, the
// rows of a word, and how a word stands to a cue.
#ifndef GAINSAY_STATEMENT_ATTRIBUTION_FEATURES_H
#define GAINSAY_STATEMENT_ATTRIBUTION_FEATURES_H

#include "attribution.h"

enum {
    ST_WINDOW_WORDS = 400, // read together at most; a longer paragraph is read in pieces
    ST_WORDS_BEFORE = 100, // of a cue: among them its spans are looked for
    ST_WORDS_AFTER = 160,
    ST_CUE_WORDS = 16, // the longest cue
    ST_REACH_WORDS = ST_WORDS_BEFORE + ST_CUE_WORDS + ST_WORDS_AFTER,
};

// ---- quotations and names

typedef enum st_quote_state { ST_QUOTE_OUT, ST_QUOTE_IN, ST_QUOTE_OPEN, ST_QUOTE_CLOSE } st_quote_state;

#define ST_NO_QUOTATION UINT32_MAX

typedef struct st_features {
    const gs_parse *parse;
    uint8_t *quote;      // by word: st_quote_state
    uint32_t *quotation; // by word: which quotation of the text it is in, or ST_NO_QUOTATION
    uint8_t *length;     // by word: class of the length of that quotation, 0 for none
    uint8_t *name;       // by word: 0 none; 1 + 2 kind, and one more inside
} st_features;           // all in the arena

st_features st_features_of(const gs_parse *parse, gs_arena *arena);

// The window that begins with a word: up to its paragraph's end, or the last sentence's end that it reaches.
st_words st_window_from(const gs_parse *parse, uint32_t begin);

// ---- rows of a word

enum {
    ST_XPOS = 64, // tags and relations with higher numbers count as the last
    ST_RELATIONS = 48,
    ST_QUOTE_LENGTHS = 6,
    ST_ROW_XPOS = 0,
    ST_ROW_RELATION = ST_ROW_XPOS + ST_XPOS,
    ST_ROW_QUOTE = ST_ROW_RELATION + ST_RELATIONS,
    ST_ROW_NAME = ST_ROW_QUOTE + 4 * (ST_QUOTE_LENGTHS + 1),
    ST_ROW_HEADLINE = ST_ROW_NAME + 1 + 2 * GS_NAME_KIND_COUNT, // the text's first paragraph
    ST_ROW_LEMMA,                                               // unknown ones; behind it the known ones
    ST_ROWS = 6,                                                // of one word at most
};

// Known lemmas, found by their hash.
typedef struct st_lemmas {
    const uint64_t *hashes; // count; borrowed; each once
    uint32_t count;
    uint32_t *slots; // 1 + number of a lemma, 0 for none; open addressing; owned
    uint32_t mask;   // slots - 1
} st_lemmas;

enum { ST_LEMMAS_MAX = 1 << 16 };

void st_lemmas_open(st_lemmas *self, const uint64_t *hashes, uint32_t count);
void st_lemmas_close(st_lemmas *self);
// Letter case of ASCII does not count.
uint64_t st_lemma_hash(const char *lemma);

// Fills rows[ST_ROWS]; returns their number.
size_t st_rows_of(const st_features *self, const st_lemmas *lemmas, uint32_t word, uint32_t *rows);

// ---- how a word stands to a cue

enum {
    ST_PATHS = 4 + 7 * ST_RELATIONS, // other, sentence before, after, the cue; seven kinds of ways
    ST_DISTANCES = 33,
    ST_QUOTINGS = 6,  // none; left or right neighbour, another; with the cue in one: the same, another
    ST_SENTENCES = 5, // two and more before … two and more after
};

typedef struct st_standing {
    uint16_t path;
    uint8_t distance, quoting, sentence;
} st_standing;

// The words among which a cue's spans lie, at most ST_REACH_WORDS if the cue has at most ST_CUE_WORDS.
st_words st_reach_of(st_words window, st_words cue);
// standing[i] is that of word reach.begin + i; reach lies in a window.
void st_standing_of(const st_features *self, st_words reach, st_words cue, st_standing *standing);

#endif
