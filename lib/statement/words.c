// Joins the words of a parse to written tokens, and tells opening quotation marks from closing ones.
//
// A curly mark says itself what it is. A straight one opens where white space stands before and none behind,
// closes where it is the other way round, and otherwise does the opposite of the last one in the paragraph. A
// single mark is a quotation mark only where it cannot be an apostrophe: it opens before a word if another
// one closes later in its paragraph.
#include "words.h"

#include "lexicon.h"

#include <string.h>
#include <utf8proc.h>

enum { SINGLE_REACH = 400 }; // words behind an opening single mark in which its partner is looked for

static gs_view word_text(const gs_parse *parse, size_t word)
{
    return gs_view_slice(parse->text, parse->words[word].begin, parse->words[word].end);
}

static bool is_any(gs_view text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (gs_view_equal(text, gs_view_of(list[i])))
            return true;
    return false;
}

#define IS_ANY(text, ...)                                                                                    \
    is_any(text, (const char *const[]){__VA_ARGS__},                                                         \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

// ---- lower case ------------------------------------------------------------------------------------

static uint32_t first_code(gs_view text)
{
    utf8proc_int32_t code = 0;
    utf8proc_ssize_t read =
        text.size ? utf8proc_iterate((const utf8proc_uint8_t *)text.data, (utf8proc_ssize_t)text.size, &code)
                  : 0;
    return read > 0 ? (uint32_t)code : 0;
}

static bool is_upper(uint32_t code)
{
    if (code < 0x80)
        return code >= 'A' && code <= 'Z';
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
}

static bool is_letter(uint32_t code)
{
    if (code < 0x80)
        return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ME;
}

// Curly apostrophes become straight ones, so that tables need one spelling.
static const char *lower_of(gs_view text, gs_arena *arena)
{
    char *lower = gs_arena_alloc(arena, text.size * 2 + 1);
    size_t size = 0;
    for (size_t i = 0; i < text.size;) {
        unsigned char c = (unsigned char)text.data[i];
        if (c < 0x80) {
            lower[size++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
            i++;
            continue;
        }
        utf8proc_int32_t code = 0;
        utf8proc_ssize_t read = utf8proc_iterate((const utf8proc_uint8_t *)text.data + i,
                                                 (utf8proc_ssize_t)(text.size - i), &code);
        if (read <= 0) {
            i++;
            continue;
        }
        if (code == 0x2019 || code == 0x2018)
            lower[size++] = '\'';
        else
            size += (size_t)utf8proc_encode_char(utf8proc_tolower(code), (utf8proc_uint8_t *)lower + size);
        i += (size_t)read;
    }
    lower[size] = '\0';
    return lower;
}

// ---- joining ---------------------------------------------------------------------------------------

static bool is_hyphen(gs_view text)
{
    return IS_ANY(text, "-", "\xE2\x80\x90", "\xE2\x80\x91");
}

static bool is_clitic(gs_view text)
{
    return IS_ANY(text, "'s", "\xE2\x80\x99s", "'S", "\xE2\x80\x99S", "'", "\xE2\x80\x99", "\xE2\x80\x98");
}

static bool is_place(gs_view text)
{
    char lower[64];
    if (text.size == 0 || text.size >= sizeof lower || !is_upper(first_code(text)))
        return false;
    for (size_t i = 0; i < text.size; i++)
        lower[i] = (char)(text.data[i] >= 'A' && text.data[i] <= 'Z' ? text.data[i] + 32 : text.data[i]);
    return st_lexicon_place(gs_view_make(lower, text.size), true) != NULL;
}

static bool opens_with_letter(const gs_parse *parse, size_t word)
{
    return is_letter(first_code(word_text(parse, word)));
}

// Does the word go on with the token of the words before it?
static bool joins(const gs_parse *parse, size_t begin, size_t word)
{
    const gs_word *this = &parse->words[word];
    if (this->space_before || this->sentence != parse->words[word - 1].sentence)
        return false;
    gs_view text = word_text(parse, word), before = word_text(parse, word - 1);
    if (is_clitic(text))
        return false;
    if (IS_ANY(text, "n't", "n\xE2\x80\x99t", "'re", "'ve", "'ll", "'d", "'m", "\xE2\x80\x99re",
               "\xE2\x80\x99ve", "\xE2\x80\x99ll",
               "\xE2\x80\x99"
               "d",
               "\xE2\x80\x99m"))
        return true;
    if (opens_with_letter(parse, word) && opens_with_letter(parse, word - 1))
        return true; // "can" "not", "gon" "na"
    bool hyphen = is_hyphen(text), after = word > begin + 1 && is_hyphen(before);
    if (hyphen && word + 1 < parse->word_count)
        return opens_with_letter(parse, word - 1) && !parse->words[word + 1].space_before &&
               parse->words[word + 1].sentence == this->sentence && opens_with_letter(parse, word + 1) &&
               !is_place(word_text(parse, word + 1)) && !is_place(before);
    return after;
}

// The word of the token whose head lies outside of it.
static size_t heading_word(const gs_parse *parse, size_t begin, size_t end)
{
    for (size_t w = begin; w < end; w++)
        if (parse->words[w].head == GS_WORD_ROOT || parse->words[w].head < begin ||
            parse->words[w].head >= end)
            return w;
    return begin;
}

// ---- kinds -----------------------------------------------------------------------------------------

typedef struct quote_state {
    bool double_open, single_open;
} quote_state;

static bool tight_behind(const gs_parse *parse, size_t word)
{
    return word + 1 < parse->word_count && !parse->words[word + 1].space_before;
}

static bool closes_later(const gs_parse *parse, size_t word)
{
    uint32_t paragraph = parse->sentences[parse->words[word].sentence].paragraph;
    for (size_t w = word + 1; w < parse->word_count && w - word < SINGLE_REACH; w++) {
        if (parse->sentences[parse->words[w].sentence].paragraph != paragraph)
            return false;
        gs_view text = word_text(parse, w);
        if (IS_ANY(text, "'", "\xE2\x80\x99") && !parse->words[w].space_before && !tight_behind(parse, w))
            return true;
        if (IS_ANY(text, "'", "\xE2\x80\x99") && w + 1 < parse->word_count &&
            parse->words[w + 1].upos == GS_PUNCT)
            return true;
    }
    return false;
}

static st_kind quote_kind(const gs_parse *parse, size_t word, quote_state *state)
{
    gs_view text = word_text(parse, word);
    bool spaced = parse->words[word].space_before, tight = tight_behind(parse, word);
    if (IS_ANY(text, "\xE2\x80\x9C", "\xE2\x80\x9E", "\xC2\xAB", "``")) {
        state->double_open = true;
        return ST_KIND_OPEN;
    }
    if (IS_ANY(text, "\xE2\x80\x9D", "\xC2\xBB", "''")) {
        state->double_open = false;
        return ST_KIND_CLOSE;
    }
    if (IS_ANY(text, "\"", "\xEF\xBC\x82")) {
        bool opens = spaced == tight ? spaced : !state->double_open;
        // Both at a sentence's end ('."') and between marks the state of the paragraph decides.
        if (opens == state->double_open)
            opens = spaced && tight;
        state->double_open = opens;
        return opens ? ST_KIND_OPEN : ST_KIND_CLOSE;
    }
    if (IS_ANY(text, "\xE2\x80\x98", "\xE2\x80\x9A", "'") && !state->single_open && tight &&
        closes_later(parse, word) && (spaced || !IS_ANY(text, "'"))) {
        state->single_open = true;
        return ST_KIND_OPEN;
    }
    if (IS_ANY(text, "\xE2\x80\x99", "'") && state->single_open && !spaced) {
        state->single_open = false;
        return ST_KIND_CLOSE;
    }
    return ST_KIND_PUNCT;
}

static st_kind kind_of(const gs_parse *parse, size_t word, gs_view text, quote_state *state)
{
    uint32_t code = first_code(text);
    if (is_letter(code))
        return ST_KIND_WORD;
    if (code >= '0' && code <= '9')
        return ST_KIND_NUMBER;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
            return ST_KIND_WORD;
        if (c >= '0' && c <= '9')
            return ST_KIND_NUMBER;
    }
    return quote_kind(parse, word, state);
}

// ---- reading ---------------------------------------------------------------------------------------

// A sentence's full stop that the segmenter left at a name ("said Guo."): it is no part of the word.
static uint32_t without_stop(const gs_parse *parse, size_t begin, size_t end)
{
    gs_view text = gs_view_slice(parse->text, parse->words[begin].begin, parse->words[end - 1].end);
    bool last = end == parse->sentences[parse->words[begin].sentence].word_end;
    bool stop = text.size > 3 && text.data[text.size - 1] == '.' && is_letter(first_code(text)) &&
                gs_view_find(text, gs_view_of("."), 0) == text.size - 1;
    return parse->words[end - 1].end - (last && stop);
}

static void make_token(st_document *document, size_t begin, size_t end, quote_state *state, gs_arena *arena)
{
    const gs_parse *parse = document->parse;
    st_token *token = &document->tokens[document->token_count];
    size_t heading = heading_word(parse, begin, end);
    uint32_t text_end = without_stop(parse, begin, end);
    gs_view text = gs_view_slice(parse->text, parse->words[begin].begin, text_end);
    *token = (st_token){
        .begin = parse->words[begin].begin,
        .end = text_end,
        .word_begin = (uint32_t)begin,
        .word_end = (uint32_t)end,
        .head = parse->words[heading].head, // as a word; led to its token below
        .name = ST_NONE,
        .kind = kind_of(parse, begin, text, state),
        .upos = parse->words[heading].upos,
        .relation = parse->words[heading].relation,
        .capitalised = is_upper(first_code(text)),
        .lower = lower_of(text, arena),
        .lemma = parse->words[heading].lemma,
    };
    for (size_t w = begin; w < end; w++)
        document->token_of[w] = (uint32_t)document->token_count;
    document->token_count++;
}

// '"The line works," He retorted.': behind a comma and a closing mark nothing new begins, whatever the
// segmenter says.
static bool goes_on(const st_document *document, const gs_parse_sentence *sentence)
{
    size_t count = document->token_count;
    if (count < 2 || document->tokens[count - 1].kind != ST_KIND_CLOSE)
        return false;
    const gs_parse *parse = document->parse;
    uint32_t before = parse->words[document->tokens[count - 1].word_begin].sentence;
    return parse->sentences[before].paragraph == sentence->paragraph &&
           strcmp(document->tokens[count - 2].lower, ",") == 0;
}

static void make_tokens(st_document *document, gs_arena *arena)
{
    const gs_parse *parse = document->parse;
    quote_state state = {0};
    uint32_t paragraph = ST_NONE;
    for (size_t s = 0; s < parse->sentence_count; s++) {
        const gs_parse_sentence *sentence = &parse->sentences[s];
        st_sentence *made = &document->sentences[s];
        *made = (st_sentence){sentence->begin, sentence->end, (uint32_t)document->token_count, 0,
                              sentence->paragraph};
        if (sentence->paragraph != paragraph)
            state = (quote_state){0};
        paragraph = sentence->paragraph;
        bool started = goes_on(document, sentence);
        for (size_t begin = sentence->word_begin; begin < sentence->word_end;) {
            size_t end = begin + 1;
            while (end < sentence->word_end && joins(parse, begin, end))
                end++;
            make_token(document, begin, end, &state, arena);
            st_token *token = &document->tokens[document->token_count - 1];
            token->sentence_start = !started && token->kind == ST_KIND_WORD;
            started |= token->kind == ST_KIND_WORD;
            begin = end;
        }
        made->token_end = (uint32_t)document->token_count;
    }
}

st_document *st_words_read(const gs_parse *parse, gs_arena *arena)
{
    st_document *document = gs_arena_zalloc(arena, sizeof *document);
    document->text = parse->text;
    document->parse = parse;
    document->tokens = gs_arena_alloc(arena, (parse->word_count + 1) * sizeof *document->tokens);
    document->token_of = gs_arena_alloc(arena, (parse->word_count + 1) * sizeof *document->token_of);
    document->sentences = gs_arena_alloc(arena, (parse->sentence_count + 1) * sizeof *document->sentences);
    document->sentence_count = parse->sentence_count;
    make_tokens(document, arena);
    for (size_t t = 0; t < document->token_count; t++) {
        uint32_t head = document->tokens[t].head;
        document->tokens[t].head = head == GS_WORD_ROOT ? ST_NONE : document->token_of[head];
    }
    for (size_t n = 0; n < parse->name_count; n++)
        for (uint32_t w = parse->names[n].word_begin; w < parse->names[n].word_end; w++)
            document->tokens[document->token_of[w]].name = (uint32_t)n;
    return document;
}
