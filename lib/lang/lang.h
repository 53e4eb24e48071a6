// lang: sentences and tokens of a text. Text in, structures out; no state, no files.
//
// This is the small first engine: paragraphs, sentences, tokens and quotation marks with byte offsets. The
// tagger, parser and names come here behind the same types.
#ifndef GAINSAY_LANG_H
#define GAINSAY_LANG_H

#include "base/base.h"

typedef enum gs_token_kind {
    GS_TOKEN_WORD,
    GS_TOKEN_NUMBER,
    GS_TOKEN_PUNCT,
    GS_TOKEN_OPEN_QUOTE,
    GS_TOKEN_CLOSE_QUOTE
} gs_token_kind;

typedef struct gs_token {
    uint32_t begin, end; // bytes in the text
    gs_token_kind kind;
    bool capitalised;    // first letter upper case
    bool sentence_start; // first word of its sentence
    const char *lower;   // lower-case form, in the arena
} gs_token;

typedef struct gs_sentence {
    uint32_t begin, end;             // bytes in the text
    uint32_t token_begin, token_end; // tokens
    uint32_t paragraph;              // index
} gs_sentence;

typedef struct gs_document {
    gs_view text;
    gs_token *tokens;
    size_t token_count;
    gs_sentence *sentences;
    size_t sentence_count;
    size_t paragraph_count;
} gs_document; // all in the arena

// Never fails on valid UTF-8; time and memory linear in the text.
gs_document *gs_lang_read(gs_view text, gs_arena *arena);

#endif
