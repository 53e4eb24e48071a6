// What the segmenter and its trainer share: atoms, tokens, the places of decision and their features.
//
// Text is worked on in windows of at most SEG_WINDOW atoms, so memory does not follow the length of a
// paragraph:
//
//   text --seg_scan--> atoms --seg_cut--> pieces --seg_join--> tokens --seg_sentences--> sentence ends
//
// An atom is the smallest thing that the rules see: a run of letters, a run of digits, a mark or a run of one
// mark, or a whole that rules know (an address on the web). Three linear classifiers on hashed features then
// decide whether a run of letters is cut at a place that a table names (can|not), whether two pieces that
// touch are one word (U . S . and 3 . 5, but not end | .), and whether a sentence ends behind a word.
#ifndef GAINSAY_LANG_SEGMENT_INTERNAL_H
#define GAINSAY_LANG_SEGMENT_INTERNAL_H

#include "segment.h"

enum {
    SEG_WINDOW = 4096,         // atoms of a window
    SEG_PIECES = 4096 + 1024,  // of a window: some atoms are cut
    SEG_PAD = 4,               // edge atoms before and behind, so that context needs no test
    SEG_FEATURES = 40,         // of one decision, at most
    SEG_SENTENCE_WORDS = 1000, // a sentence without an end is ended here
    SEG_BUCKET_BITS = 16,
    SEG_CHECK_BITS = 8,
    SEG_FEATURE_BITS = SEG_BUCKET_BITS + SEG_CHECK_BITS,
    SEG_BUCKET_SLOTS = 4,
    SEG_SUFFIX_BYTES = 6,
    SEG_SUFFIXES_MAX = 16,
    SEG_CUT_BITS_MAX = 14,
    SEG_HEAD_BYTES = 16, // of the section
    SEG_SUFFIX_ENTRY = 2 + SEG_SUFFIX_BYTES,
    SEG_CUT_ENTRY = 16,
    SEG_BUCKET_BYTES = 2 * SEG_BUCKET_SLOTS,
};

typedef enum seg_type { SEG_EDGE, SEG_LETTERS, SEG_DIGITS, SEG_MARK, SEG_WHOLE } seg_type;

enum {
    SEG_SPACE = 1,  // white space stands before it
    SEG_BREAK = 2,  // a line break that parts sentences stands before it
    SEG_FORCED = 4, // a word begins here: cut off its atom
    SEG_ASCII = 8,
};

typedef struct seg_atom {
    uint64_t hash;       // of the lower-case form; quotation marks and apostrophes made straight
    uint32_t begin, end; // bytes in the text
    uint32_t kind;       // what it looks like: length and capitals, or which mark
    uint16_t mark;       // the mark's code point as written (low 16 bits); 0 of others
    uint8_t type;        // seg_type
    uint8_t flags;
} seg_atom;

// Pieces joined to one word.
typedef struct seg_token {
    uint64_t hash;
    uint32_t begin, end;
    uint32_t kind;
    uint16_t mark;       // of its first piece
    uint8_t first, last; // seg_type of its ends
    bool space, line;    // white space, a parting line break before it
    bool lower;          // begins with a small letter
} seg_token;

// Where the scanner stands. A piece of text is a paragraph, or a line.
typedef struct seg_scanner {
    gs_view text; // up to the end of the piece
    size_t at;
    size_t line;    // begin of the line
    uint32_t width; // at which the text's lines are wrapped; 0: a line break always parts
} seg_scanner;

typedef struct seg_cut_entry {
    uint8_t first, second; // bytes from the begin of the letters; second 0: one cut only
} seg_cut_entry;

// The section, read in place:
//
//   0    u32 SEG_BUCKET_BITS, u32 bits of the cut table's size, u32 number of suffixes, u32 margin
//   16   suffixes: u8 size, u8 how many of its bytes stand before the apostrophe, letters padded with zeros
//   ...  cuts, open addressing: u64 key (0: empty), u8 first, u8 second, 6 bytes zero
//   ...  buckets of weights: SEG_BUCKET_SLOTS checks, then as many weights, signed
//
// A feature's upper bits choose its bucket, its lower ones are its check.
typedef struct seg_model {
    const unsigned char *suffixes, *cuts, *weights;
    uint32_t suffix_count, cut_bits;
    uint32_t margin; // by which the weights must be for an end without a mark that ends sentences
} seg_model;

typedef struct seg_window {
    seg_atom atoms_padded[SEG_WINDOW + 2 * SEG_PAD];
    seg_atom pieces_padded[SEG_PIECES + 2 * SEG_PAD];
    seg_token tokens_padded[SEG_PIECES + 2 * SEG_PAD];
    seg_atom *atoms, *pieces; // behind the padding
    seg_token *tokens;
    size_t atom_count, piece_count, token_count;
    bool to_end; // the text's end is inside
} seg_window;

// ---- segment_atoms.c

void seg_window_init(seg_window *window);
// Fills atoms from scanner->at; stops at the end of the text, or where the window is full.
void seg_scan(seg_scanner *scanner, seg_window *window);
bool seg_is_space(uint32_t code_point);

// ---- segment_features.c: each writes feature numbers of SEG_FEATURE_BITS bits and returns how many

typedef struct seg_chunk { // pieces between white space
    size_t begin, end;
    uint64_t hash, shape;
} seg_chunk;

typedef struct seg_state { // of the sentences of a paragraph, on the way
    uint32_t words;        // since the last end
    size_t first;          // token that begins the sentence
    bool quoted;           // a double quotation mark is open
    uint8_t brackets;      // how many are open, 0 to 2
} seg_state;

seg_chunk seg_chunk_at(const seg_window *window, size_t begin);
// Cut of atom i, which the table names. key: of the table's entry.
size_t seg_cut_features(const seg_window *window, size_t i, uint64_t key, uint32_t *features);
// Piece i and piece i + 1, which touch. word: hash of the word so far, begin: its first piece.
size_t seg_join_features(const seg_window *window, const seg_chunk *chunk, size_t i, uint64_t word,
                         size_t begin, uint32_t *features);
// Behind token i.
size_t seg_end_features(const seg_window *window, const seg_state *state, size_t i, uint32_t *features);
// Whether a sentence can end behind token i at all.
bool seg_end_possible(const seg_window *window, size_t i);
void seg_state_pass(seg_state *state, const seg_token *token);
uint64_t seg_hash_join(uint64_t a, uint64_t b);

// ---- segment_tables.c

// The place to cut atom i at, if a table names one. *key: of the rule that did.
bool seg_cut_find(const seg_model *model, const seg_window *window, gs_view text, size_t i,
                  seg_cut_entry *entry, uint64_t *key);
// Whether an apostrophe and letters touch atom i ("don't").
bool seg_has_clitic(const seg_window *window, size_t i);
uint64_t seg_cut_key(const seg_window *window, size_t i);
bool seg_model_read(seg_model *model, gs_view section, gs_error *error);
int32_t seg_score(const seg_model *model, const uint32_t *features, size_t count);

// ---- segment_steps.c

// decide: NULL, or the trainer's: called instead of the weights, says what is right.
typedef enum seg_question { SEG_CUT, SEG_JOIN, SEG_END } seg_question;
typedef struct seg_judge {
    const seg_model *model;
    bool (*decide)(void *context, seg_question question, uint32_t offset, const uint32_t *features,
                   size_t count);
    void *context;
} seg_judge;

void seg_cut(const seg_judge *judge, seg_window *window, gs_view text);
void seg_join(const seg_judge *judge, seg_window *window);
// Whether a sentence ends behind token i; passes state on.
bool seg_end(const seg_judge *judge, const seg_window *window, seg_state *state, size_t i);

#endif
