// Sentences: a full stop, question or exclamation mark ends one, takes closing marks and brackets with it,
// and needs white space and something that can start a sentence behind it. A stop that belongs to an
// abbreviation ends one only before a word that usually starts sentences; after a title never. A short line
// inside a paragraph
// ("Press release") is a sentence of its own.
#include "outline.h"

#include <string.h>

enum { SHORT_LINE = 45 }; // bytes; text that was wrapped has longer lines

static const char *const STARTERS[] = {
    "a",         "after", "all",     "also",    "although", "an",      "and",     "any",    "as",   "at",
    "both",      "but",   "by",      "despite", "each",     "earlier", "even",    "for",    "from", "he",
    "her",       "his",   "however", "i",       "if",       "in",      "instead", "it",     "its",  "many",
    "meanwhile", "more",  "most",    "no",      "nobody",   "not",     "nothing", "on",     "one",  "only",
    "other",     "our",   "she",     "since",   "so",       "some",    "still",   "such",   "that", "the",
    "their",     "then",  "there",   "these",   "they",     "this",    "those",   "though", "to",   "under",
    "until",     "we",    "what",    "when",    "where",    "while",   "who",     "why",    "with", "you",
};

static bool is_starter(const char *lower)
{
    for (size_t i = 0; i < sizeof STARTERS / sizeof STARTERS[0]; i++)
        if (strcmp(lower, STARTERS[i]) == 0)
            return true;
    return false;
}

static bool is_mark(const gs_token *token, const char *mark)
{
    return token->kind == GS_TOKEN_PUNCT && strcmp(token->lower, mark) == 0;
}

static bool is_terminal(const gs_token *token)
{
    return token->kind == GS_TOKEN_PUNCT &&
           (token->lower[0] == '.' || token->lower[0] == '!' || token->lower[0] == '?' ||
            strcmp(token->lower, "\xE2\x80\xA6") == 0 || strcmp(token->lower, "\xE3\x80\x82") == 0);
}

static bool is_closing(const gs_token *token)
{
    return token->kind == GS_TOKEN_CLOSE_QUOTE || is_mark(token, ")") || is_mark(token, "]") ||
           is_terminal(token);
}

static bool can_start(const gs_token *token)
{
    return token->capitalised || token->kind == GS_TOKEN_NUMBER || token->kind == GS_TOKEN_OPEN_QUOTE ||
           is_mark(token, "(") || is_mark(token, "[") || is_mark(token, "-") || is_mark(token, "--") ||
           is_mark(token, "\xE2\x80\x94") || is_mark(token, "\xE2\x80\x93") || is_mark(token, "@") ||
           is_mark(token, "\xE2\x80\xA2");
}

// The word carries a full stop that may end the sentence as well.
static bool abbreviation_ends(const gs_token *token, const gs_token *next)
{
    size_t size = strlen(token->lower);
    if (token->kind != GS_TOKEN_WORD || size < 2 || token->lower[size - 1] != '.')
        return false;
    if (lang_abbreviation_of(gs_view_make(token->lower, size - 1)) == LANG_ABBREVIATION_TITLE)
        return false;
    // A lone initial is followed by the rest of the name.
    if (size == 2)
        return false;
    return (next->capitalised && is_starter(next->lower)) || next->kind == GS_TOKEN_OPEN_QUOTE;
}

static bool newline_between(gs_view text, const gs_token *token, const gs_token *next)
{
    return memchr(text.data + token->end, '\n', next->begin - token->end) != NULL;
}

// The sentence that holds token `at` ends with token `*last` (closing marks drawn in). line_begin: byte where
// the current line starts.
static bool ends_here(gs_view text, const gs_token *tokens, size_t at, size_t count, size_t line_begin,
                      size_t *last)
{
    *last = at;
    if (at + 1 == count)
        return true;
    if (newline_between(text, &tokens[at], &tokens[at + 1]) && tokens[at].end - line_begin < SHORT_LINE &&
        can_start(&tokens[at + 1]))
        return true;
    if (!is_terminal(&tokens[at]))
        return abbreviation_ends(&tokens[at], &tokens[at + 1]);
    size_t end = at;
    while (end + 1 < count && is_closing(&tokens[end + 1]))
        end++;
    *last = end;
    if (end + 1 == count)
        return true;
    bool space = tokens[end + 1].begin > tokens[end].end;
    return space && can_start(&tokens[end + 1]);
}

static void mark_start(gs_token *tokens, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++) {
        if (tokens[i].kind == GS_TOKEN_WORD || tokens[i].kind == GS_TOKEN_NUMBER) {
            tokens[i].sentence_start = true;
            return;
        }
    }
}

void lang_split(gs_view text, gs_token *tokens, size_t first, size_t count, uint32_t paragraph,
                gs_arena *arena, lang_list *list)
{
    size_t begin = first, line_begin = tokens[first].begin;
    for (size_t at = first; at < count; at++) {
        size_t last;
        if (at > first && newline_between(text, &tokens[at - 1], &tokens[at]))
            line_begin = tokens[at].begin;
        bool ends = ends_here(text, tokens, at, count, line_begin, &last);
        at = last;
        if (!ends)
            continue;
        gs_sentence *sentence = lang_list_add(list, sizeof *sentence, arena);
        *sentence = (gs_sentence){
            .begin = tokens[begin].begin,
            .end = tokens[last].end,
            .token_begin = (uint32_t)begin,
            .token_end = (uint32_t)last + 1,
            .paragraph = paragraph,
        };
        mark_start(tokens, begin, last + 1);
        begin = last + 1;
    }
}
