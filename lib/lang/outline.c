// Paragraphs first, then tokens and sentences inside each: a sentence never crosses a paragraph, and neither
// does the state of straight quotation marks, so that one stray mark spoils one paragraph and not the
// article.
//
// Paragraphs are parted by blank lines. A text without any blank line has one paragraph a line.
// Every step is one pass over the bytes, or over the tokens, so time and memory are linear in the text.
#include "outline.h"

#include <stdlib.h>
#include <string.h>

typedef struct abbreviation_row {
    const char *word, *kind;
} abbreviation_row;

static const abbreviation_row ABBREVIATIONS[] = {
#include "abbreviations.inc"
};

void *lang_list_add(lang_list *list, size_t item_size, gs_arena *arena)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 64;
        void *items = gs_arena_alloc(arena, capacity * item_size);
        if (list->count)
            memcpy(items, list->items, list->count * item_size);
        list->items = items;
        list->capacity = capacity;
    }
    void *item = (char *)list->items + list->count++ * item_size;
    memset(item, 0, item_size);
    return item;
}

static int compare_abbreviation(const void *key, const void *row)
{
    const gs_view *word = key;
    const char *entry = ((const abbreviation_row *)row)->word;
    size_t entry_size = strlen(entry);
    size_t shared = word->size < entry_size ? word->size : entry_size;
    int order = memcmp(word->data, entry, shared);
    return order ? order : (word->size > entry_size) - (word->size < entry_size);
}

lang_abbreviation lang_abbreviation_of(gs_view word)
{
    const abbreviation_row *row =
        word.size ? bsearch(&word, ABBREVIATIONS, sizeof ABBREVIATIONS / sizeof ABBREVIATIONS[0],
                            sizeof ABBREVIATIONS[0], compare_abbreviation)
                  : NULL;
    if (!row)
        return LANG_ABBREVIATION_NONE;
    return strcmp(row->kind, "title") == 0 ? LANG_ABBREVIATION_TITLE : LANG_ABBREVIATION_OTHER;
}

// The line at begin: its end (at the newline or the end of text), and whether there is anything on it.
static size_t line_end(gs_view text, size_t begin, bool *blank)
{
    const char *newline = memchr(text.data + begin, '\n', text.size - begin);
    size_t end = newline ? (size_t)(newline - text.data) : text.size;
    *blank = gs_view_trim(gs_view_slice(text, begin, end)).size == 0;
    return end;
}

static bool has_blank_line(gs_view text)
{
    bool content_before = false, blank_between = false;
    for (size_t at = 0; at < text.size;) {
        bool blank;
        at = line_end(text, at, &blank) + 1;
        if (blank)
            blank_between = content_before;
        else if (blank_between)
            return true;
        else
            content_before = true;
    }
    return false;
}

typedef struct lang_reader {
    gs_view text;
    gs_arena *arena;
    lang_list tokens, sentences;
    uint32_t paragraphs;
} lang_reader;

static void read_paragraph(lang_reader *reader, size_t begin, size_t end)
{
    size_t first = reader->tokens.count;
    lang_tokenise(reader->text, begin, end, reader->arena, &reader->tokens);
    if (reader->tokens.count == first)
        return;
    lang_split(reader->text, reader->tokens.items, first, reader->tokens.count, reader->paragraphs,
               reader->arena, &reader->sentences);
    reader->paragraphs++;
}

gs_document *gs_lang_read(gs_view text, gs_arena *arena)
{
    lang_reader reader = {.text = text, .arena = arena};
    bool by_blank_lines = has_blank_line(text);
    size_t begin = 0, end = 0; // of the paragraph that is being gathered
    bool open = false;
    for (size_t at = 0; at < text.size;) {
        bool blank;
        size_t line = at;
        at = line_end(text, at, &blank);
        if (!blank) {
            begin = open ? begin : line;
            end = at;
            open = true;
        }
        if (open && (blank || !by_blank_lines)) {
            read_paragraph(&reader, begin, end);
            open = false;
        }
        at++;
    }
    if (open)
        read_paragraph(&reader, begin, end);

    gs_document *document = gs_arena_zalloc(arena, sizeof *document);
    *document = (gs_document){
        .text = text,
        .tokens = reader.tokens.items,
        .token_count = reader.tokens.count,
        .sentences = reader.sentences.items,
        .sentence_count = reader.sentences.count,
        .paragraph_count = reader.paragraphs,
    };
    return document;
}
