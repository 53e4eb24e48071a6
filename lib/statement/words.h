// The tokens of an article as the rules of this room look at them, made from the words of a parse.
//
// A parse has syntactic words: "do" and "n't", "Sang", "-" and "woo". What is looked up in tables and
// compared as part of a name is the written word, so pieces that stand together are one token here; only the
// clitic of "China's" stays on its own, and what hyphens join where one side is a place ("U.S.-China").
#ifndef GAINSAY_STATEMENT_WORDS_H
#define GAINSAY_STATEMENT_WORDS_H

#include "lang/lang.h"

typedef enum st_kind { ST_KIND_WORD, ST_KIND_NUMBER, ST_KIND_PUNCT, ST_KIND_OPEN, ST_KIND_CLOSE } st_kind;

typedef struct st_token {
    uint32_t begin, end;           // bytes in the text
    uint32_t word_begin, word_end; // words of the parse
    uint32_t head;                 // token that its head word is in; ST_NONE for the root of its sentence
    uint32_t name;                 // name of the parse it is in; ST_NONE
    st_kind kind;
    uint8_t upos, relation; // of the word that heads it
    bool capitalised;       // first letter upper case
    bool sentence_start;    // first word of its sentence, behind marks and numbers
    const char *lower;      // lower-case form, in the arena
    const char *lemma;      // of the word that heads it
} st_token;

typedef struct st_sentence {
    uint32_t begin, end;             // bytes in the text
    uint32_t token_begin, token_end; // tokens
    uint32_t paragraph;              // counted from 0
} st_sentence;

typedef struct st_document {
    gs_view text;
    const gs_parse *parse;
    st_token *tokens;
    size_t token_count;
    uint32_t *token_of; // for each word of the parse
    st_sentence *sentences;
    size_t sentence_count;
} st_document; // all in the arena

enum { ST_NONE = UINT32_MAX };

st_document *st_words_read(const gs_parse *parse, gs_arena *arena);

#endif
