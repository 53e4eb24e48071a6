// What the parts of the outline share: the text under reading, and arrays that grow in the arena.
#ifndef GAINSAY_LANG_OUTLINE_H
#define GAINSAY_LANG_OUTLINE_H

#include "lang/lang.h"

typedef enum lang_abbreviation {
    LANG_ABBREVIATION_NONE,
    LANG_ABBREVIATION_TITLE,
    LANG_ABBREVIATION_OTHER
} lang_abbreviation;

// Growing list of tokens or sentences; doubled in the arena, so at most twice the memory is used.
typedef struct lang_list {
    void *items;
    size_t count, capacity;
} lang_list;

void *lang_list_add(lang_list *list, size_t item_size, gs_arena *arena);

// Appends the tokens of text[begin, end) to list.
void lang_tokenise(gs_view text, size_t begin, size_t end, gs_arena *arena, lang_list *list);
// Appends the sentences made of tokens [first, count) of one paragraph.
void lang_split(gs_view text, gs_token *tokens, size_t first, size_t count, uint32_t paragraph,
                gs_arena *arena, lang_list *list);
// word in lower case, without its full stop.
lang_abbreviation lang_abbreviation_of(gs_view word);

#endif
