// lang: sentences, words, tags, syntax and names of a text. Text in, structures out; no global state.
//
// A gs_model is the trained model file, mapped read-only, so that all workers of a machine share one copy. A
// gs_lang is one thread's working context on it. Everything that a reading returns lies in the caller's
// arena.
//
// The scheme is that of Universal Dependencies (https://universaldependencies.org): words, UPOS, XPOS (Penn
// Treebank tags for English), lemmas, heads and relations. What is known of a language is all in the model.
#ifndef GAINSAY_LANG_H
#define GAINSAY_LANG_H

#include "base/base.h"

// ---- the model file

typedef struct gs_model gs_model;

// Maps the model file and checks magic, version and checksums. path NULL: the file that GAINSAY_MODEL names,
// or else the one that lies next to the running program or in its installation's share/gainsay. NULL and
// *error if there is none or it is damaged, cut short or foreign. The model must outlive what is made on it.
gs_model *gs_model_open(const char *path, gs_error *error);
void gs_model_close(gs_model **self_p);
const char *gs_model_path(const gs_model *self);
// What the model was trained on, and its terms: lines of text, for people.
gs_view gs_model_about(const gs_model *self);

// A section of the file, for the rooms that have one of their own in it.
typedef struct gs_model_part {
    const char *name; // borrowed, as are the bytes
    uint32_t version;
    uint64_t hash; // XXH3-64 of the bytes, which was found to fit when the file was opened
    gs_view bytes; // in the mapping, at an address that is a multiple of 64
} gs_model_part;

// The i-th section; false behind the last.
bool gs_model_part_at(const gs_model *self, size_t i, gs_model_part *part);
// The bytes of the section of that name. False and *error if the model has no such section or has it in
// another version.
bool gs_model_section(const gs_model *self, const char *name, uint32_t version, gs_view *bytes,
                      gs_error *error);

// ---- reading a text

// UPOS, in the order of https://universaldependencies.org/u/pos/
typedef enum gs_upos {
    GS_ADJ,
    GS_ADP,
    GS_ADV,
    GS_AUX,
    GS_CCONJ,
    GS_DET,
    GS_INTJ,
    GS_NOUN,
    GS_NUM,
    GS_PART,
    GS_PRON,
    GS_PROPN,
    GS_PUNCT,
    GS_SCONJ,
    GS_SYM,
    GS_VERB,
    GS_X,
    GS_UPOS_COUNT
} gs_upos;

typedef enum gs_name_kind {
    GS_NAME_PERSON,
    GS_NAME_ORG,
    GS_NAME_GPE,  // countries, cities, states
    GS_NAME_LOC,  // other places: seas, mountains, regions, streets
    GS_NAME_NORP, // nationalities, religious and political groups
    GS_NAME_MISC, // events, works, products, laws
    GS_NAME_DATE,
    GS_NAME_TIME,
    GS_NAME_MONEY,
    GS_NAME_PERCENT,
    GS_NAME_CARDINAL,
    GS_NAME_ORDINAL,
    GS_NAME_KIND_COUNT
} gs_name_kind;

#define GS_WORD_ROOT UINT32_MAX

// A syntactic word in the sense of UD ("do" and "n't" of "don't" are two).
typedef struct gs_word {
    uint32_t begin, end; // bytes in the text
    uint32_t sentence;   // index into sentences
    uint32_t head;       // index into words; GS_WORD_ROOT for the root of the sentence
    uint8_t upos;        // gs_upos
    uint8_t xpos;        // gs_lang_xpos_name
    uint8_t relation;    // to the head; gs_lang_relation_name
    bool space_before;   // white space, or the text's begin, stands before it
    const char *lemma;   // NUL-terminated; in the arena or the model
} gs_word;

typedef struct gs_parse_sentence {
    uint32_t begin, end;           // bytes in the text, without white space around
    uint32_t word_begin, word_end; // words
    uint32_t paragraph;            // index, counted from 0
} gs_parse_sentence;

typedef struct gs_name {
    uint32_t word_begin, word_end; // words
    uint8_t kind;                  // gs_name_kind
} gs_name;

typedef struct gs_parse {
    gs_view text; // borrowed
    gs_word *words;
    size_t word_count;
    gs_parse_sentence *sentences;
    size_t sentence_count;
    gs_name *names; // in order, without overlap
    size_t name_count;
    const uint8_t *states; // word_count × state_width, see gs_lang_give_states; NULL: not asked for
    size_t state_width;
} gs_parse; // all in the arena

typedef struct gs_lang gs_lang;

// One context a thread. NULL and *error if the model lacks a part or was made for another version.
gs_lang *gs_lang_new(const gs_model *model, gs_error *error);
void gs_lang_free(gs_lang **self_p);

typedef enum gs_lang_division {
    GS_LANG_PARAGRAPHS, // sentences are found; a blank line, or a line break where there is none, parts
                        // paragraphs
    GS_LANG_LINES,      // each line is one sentence, an empty line an empty one
} gs_lang_division;

// Never fails; time and memory are close to linear in the text, whatever is in it. Bytes that are not UTF-8
// are read as U+FFFD and keep their offsets. text must live as long as the result.
const gs_parse *gs_lang_parse(gs_lang *self, gs_view text, gs_lang_division division, gs_arena *arena);

// From now on, readings give what the network's last layer says of each word in its sentence, for networks
// that learn on top of this one: bytes that stand for (x - 128) / 127, as gs_lstm_run makes them. At first
// they do not, and it costs nothing. The width is that of parse->states, whether or not they are given.
void gs_lang_give_states(gs_lang *self, bool give);
size_t gs_lang_state_width(const gs_lang *self);

const char *gs_lang_xpos_name(const gs_lang *self, uint8_t xpos);
const char *gs_lang_relation_name(const gs_lang *self, uint8_t relation);
// The number of a tag or relation by its name, to compare with; -1 if the model does not know it.
int gs_lang_xpos_find(const gs_lang *self, const char *name);
int gs_lang_relation_find(const gs_lang *self, const char *name);
const char *gs_upos_name(gs_upos upos);
const char *gs_name_kind_name(gs_name_kind kind);

// What came before a text in the same output, where it is read in pieces.
typedef struct gs_conllu_place {
    size_t sentences, bytes;
} gs_conllu_place;

// Appends the parse as CoNLL-U (https://universaldependencies.org/format.html), names and byte offsets in
// MISC. Numbers of sentences and offsets go on from before.
void gs_lang_write_conllu(const gs_lang *self, const gs_parse *parse, gs_conllu_place before, gs_buffer *out);

#endif
