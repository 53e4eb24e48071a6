// Tokens: words with their inner apostrophes and hyphens ("doesn't", "O'Brien", "al-Tayeb"), abbreviations
// with their full stops ("U.S.", "a.m.", "Sept."), the clitic 's on its own, numbers with inner points and
// commas, and quotation marks told apart into opening and closing ones.
//
// A curly mark says itself what it is. A straight one opens after white space or an opening bracket and
// closes before white space or punctuation; where neither or both hold, it does the opposite of the last one
// in the paragraph. A single mark counts as a quotation mark only where it cannot be an apostrophe.
#include "outline.h"

#include <string.h>
#include <utf8proc.h>

enum {
    LEFT_SINGLE = 0x2018,
    RIGHT_SINGLE = 0x2019,
    LOW_SINGLE = 0x201A,
    LEFT_DOUBLE = 0x201C,
    RIGHT_DOUBLE = 0x201D,
    LOW_DOUBLE = 0x201E,
    LEFT_ANGLES = 0xAB,
    RIGHT_ANGLES = 0xBB,
};

typedef struct lang_scanner {
    gs_view text; // up to the paragraph's end
    size_t begin; // of the paragraph
    size_t at;
    size_t last_single; // last place in the paragraph where a single mark could close; 0 if none
    bool double_open, single_open;
    gs_arena *arena;
    lang_list *list;
} lang_scanner;

static bool is_space(uint32_t c)
{
    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r');
    return c == 0xA0 || c == 0x85 || c == 0x1680 || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ME;
}

static bool is_upper(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z';
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
}

static bool is_apostrophe(uint32_t c)
{
    return c == '\'' || c == RIGHT_SINGLE;
}

// Code point at offset; 0 at the end. *size: its bytes.
static uint32_t peek(const lang_scanner *scanner, size_t offset, size_t *size)
{
    if (offset >= scanner->text.size) {
        *size = 0;
        return 0;
    }
    size_t next = offset;
    uint32_t c = (unsigned char)scanner->text.data[offset];
    if (c < 0x80)
        next++;
    else
        c = gs_utf8_next(scanner->text, &next);
    *size = next - offset;
    return c;
}

// Code point before offset; 0 at the paragraph's begin.
static uint32_t before(const lang_scanner *scanner, size_t offset)
{
    if (offset <= scanner->begin)
        return 0;
    size_t at = offset - 1;
    while (at > scanner->begin && offset - at < 4 && ((unsigned char)scanner->text.data[at] & 0xC0) == 0x80)
        at--;
    return gs_utf8_next(scanner->text, &at);
}

// Lower-case copy with straight apostrophes.
static const char *lower_of(const lang_scanner *scanner, size_t begin, size_t end)
{
    gs_view word = gs_view_slice(scanner->text, begin, end);
    // Lower case may need more bytes than upper case (U+0130 has two, "i̇" three): twice is enough for all.
    char *lower = gs_arena_alloc(scanner->arena, word.size * 2 + 1);
    size_t size = 0;
    for (size_t at = 0; at < word.size;) {
        unsigned char c = (unsigned char)word.data[at];
        if (c < 0x80) {
            lower[size++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
            at++;
            continue;
        }
        uint32_t code = gs_utf8_next(word, &at);
        if (code == RIGHT_SINGLE) {
            lower[size++] = '\'';
            continue;
        }
        utf8proc_uint8_t bytes[4];
        utf8proc_ssize_t wrote = utf8proc_encode_char(utf8proc_tolower((utf8proc_int32_t)code), bytes);
        memcpy(lower + size, bytes, (size_t)wrote);
        size += (size_t)wrote;
    }
    lower[size] = '\0';
    return lower;
}

static void add(lang_scanner *scanner, size_t begin, size_t end, gs_token_kind kind)
{
    gs_token *token = lang_list_add(scanner->list, sizeof *token, scanner->arena);
    size_t size;
    token->begin = (uint32_t)begin;
    token->end = (uint32_t)end;
    token->kind = kind;
    token->capitalised = kind == GS_TOKEN_WORD && is_upper(peek(scanner, begin, &size));
    token->lower = lower_of(scanner, begin, end);
    scanner->at = end;
}

// "1,900", "5.1", "10:30", "20th", "9am"
static void scan_number(lang_scanner *scanner)
{
    size_t at = scanner->at, size;
    for (;;) {
        uint32_t c = peek(scanner, at, &size);
        if (is_digit(c) || (is_letter(c) && c != '_')) {
            at += size;
            continue;
        }
        size_t next_size;
        if ((c == '.' || c == ',' || c == ':') && is_digit(peek(scanner, at + 1, &next_size))) {
            at += 1;
            continue;
        }
        break;
    }
    add(scanner, scanner->at, at, GS_TOKEN_NUMBER);
}

// Letters with a full stop after each, from the scanner's place: "U.S.", "a.m.", "J.". The end, or 0.
static size_t acronym_end(const lang_scanner *scanner)
{
    size_t at = scanner->at, size, dot, letters = 0;
    uint32_t first = peek(scanner, at, &size);
    for (;;) {
        uint32_t c = peek(scanner, at, &size);
        if (!is_letter(c) || peek(scanner, at + size, &dot) != '.')
            break;
        letters++;
        at += size + 1;
    }
    if (letters >= 2)
        return at;
    // One initial: a capital before a space and another capital ("J. Powell", but not "plan B. He").
    if (letters == 1 && is_upper(first) && peek(scanner, at, &size) == ' ' &&
        is_upper(peek(scanner, at + 1, &dot)) && first != 'I')
        return at;
    return 0;
}

static size_t word_end(const lang_scanner *scanner, size_t at)
{
    size_t size, next_size;
    for (;;) {
        uint32_t c = peek(scanner, at, &size);
        if (is_letter(c) || is_digit(c)) {
            at += size;
            continue;
        }
        uint32_t next = peek(scanner, at + size, &next_size);
        if (is_apostrophe(c) && is_letter(next)) {
            size_t after_size;
            uint32_t after = peek(scanner, at + size + next_size, &after_size);
            if ((next == 's' || next == 'S') && !is_letter(after))
                return at; // the clitic is a token of its own
            at += size;
            continue;
        }
        if ((c == '-' || c == 0x2011 || c == '&') && (is_letter(next) || is_digit(next))) {
            at += size;
            continue;
        }
        return at;
    }
}

static void scan_word(lang_scanner *scanner)
{
    size_t size;
    size_t end = acronym_end(scanner);
    if (end) {
        if (peek(scanner, end, &size) == '-' && is_letter(peek(scanner, end + 1, &size)))
            end = word_end(scanner, end); // "U.S.-China"
    } else {
        end = word_end(scanner, scanner->at);
        if (end - scanner->at <= 8 && peek(scanner, end, &size) == '.') {
            char lower[16];
            size_t length = end - scanner->at;
            for (size_t i = 0; i < length; i++) {
                char c = scanner->text.data[scanner->at + i];
                lower[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
            }
            // Only with a capital: "Gen." is a rank, "gen." hardly; but "etc." and "vs." stand in lower case.
            if (lang_abbreviation_of(gs_view_make(lower, length)) != LANG_ABBREVIATION_NONE &&
                (scanner->text.data[scanner->at] != lower[0] || strncmp(lower, "etc", 3) == 0 ||
                 strncmp(lower, "vs", 2) == 0))
                end++;
        }
    }
    add(scanner, scanner->at, end, GS_TOKEN_WORD);
}

static bool opens_after(uint32_t previous)
{
    return previous == 0 || is_space(previous) || previous == '(' || previous == '[' || previous == '-' ||
           previous == 0x2013 || previous == 0x2014 || previous == LEFT_DOUBLE || previous == LEFT_SINGLE ||
           previous == '"' || previous == '/';
}

static bool closes_before(uint32_t next)
{
    return next == 0 || is_space(next) ||
           (!is_letter(next) && !is_digit(next) && next != '$' && next != LEFT_SINGLE &&
            next != LEFT_DOUBLE && next != '\'');
}

static gs_token_kind double_mark(lang_scanner *scanner, uint32_t c, uint32_t previous, uint32_t next)
{
    if (c == LEFT_DOUBLE || c == LOW_DOUBLE || c == LEFT_ANGLES) {
        scanner->double_open = true;
    } else if (c == RIGHT_DOUBLE || c == RIGHT_ANGLES) {
        // German and Nordic texts open with these; English ones do not, and a stray closing mark stays one.
        scanner->double_open = false;
    } else {
        bool opens = opens_after(previous) && !is_space(next) && next != 0;
        bool closes = closes_before(next) && !is_space(previous) && previous != 0;
        scanner->double_open = opens != closes ? opens : !scanner->double_open;
    }
    return scanner->double_open ? GS_TOKEN_OPEN_QUOTE : GS_TOKEN_CLOSE_QUOTE;
}

static gs_token_kind single_mark(lang_scanner *scanner, uint32_t c, uint32_t previous, uint32_t next)
{
    bool next_is_word = is_letter(next) || next == '"' || next == LEFT_DOUBLE;
    if (!scanner->single_open && (c == LEFT_SINGLE || c == '\'' || c == LOW_SINGLE) &&
        opens_after(previous) && next_is_word && scanner->last_single > scanner->at) {
        scanner->single_open = true;
        return GS_TOKEN_OPEN_QUOTE;
    }
    if (scanner->single_open && is_apostrophe(c) && !is_space(previous) && !is_letter(next) &&
        !is_digit(next)) {
        scanner->single_open = false;
        return GS_TOKEN_CLOSE_QUOTE;
    }
    return GS_TOKEN_PUNCT;
}

static void scan_mark(lang_scanner *scanner, uint32_t c, size_t size)
{
    size_t begin = scanner->at, next_size;
    uint32_t previous = before(scanner, begin), next = peek(scanner, begin + size, &next_size);
    if (is_apostrophe(c) && is_letter(previous) && (next == 's' || next == 'S')) {
        add(scanner, begin, begin + size + 1, GS_TOKEN_WORD);
        return;
    }
    gs_token_kind kind = GS_TOKEN_PUNCT;
    if (c == '"' || c == LEFT_DOUBLE || c == RIGHT_DOUBLE || c == LOW_DOUBLE || c == LEFT_ANGLES ||
        c == RIGHT_ANGLES)
        kind = double_mark(scanner, c, previous, next);
    else if (c == '\'' || c == LEFT_SINGLE || c == RIGHT_SINGLE || c == LOW_SINGLE)
        kind = single_mark(scanner, c, previous, next);
    size_t end = begin + size;
    if (c == '.' || c == '-') // "...", "--"
        while (end < scanner->text.size && (unsigned char)scanner->text.data[end] == c)
            end++;
    add(scanner, begin, end, kind);
}

// Where the last single mark stands that could close: an opening one before it may then be a quotation mark.
static size_t last_single_close(const lang_scanner *scanner)
{
    for (size_t at = scanner->text.size; at > scanner->begin; at--) {
        unsigned char c = (unsigned char)scanner->text.data[at - 1];
        size_t mark = c == '\'' ? at - 1 : SIZE_MAX;
        if (c == 0x99 && at - scanner->begin >= 3 && (unsigned char)scanner->text.data[at - 2] == 0x80 &&
            (unsigned char)scanner->text.data[at - 3] == 0xE2)
            mark = at - 3;
        if (mark == SIZE_MAX)
            continue;
        size_t size;
        uint32_t next = peek(scanner, at, &size), previous = before(scanner, mark);
        if (!is_letter(next) && !is_digit(next) && previous != 0 && !is_space(previous))
            return mark;
    }
    return 0;
}

void lang_tokenise(gs_view text, size_t begin, size_t end, gs_arena *arena, lang_list *list)
{
    lang_scanner scanner = {
        .text = gs_view_slice(text, 0, end), .begin = begin, .at = begin, .arena = arena, .list = list};
    scanner.last_single = last_single_close(&scanner);
    while (scanner.at < end) {
        size_t size;
        uint32_t c = peek(&scanner, scanner.at, &size);
        if (is_space(c))
            scanner.at += size;
        else if (is_digit(c))
            scan_number(&scanner);
        else if (is_letter(c))
            scan_word(&scanner);
        else
            scan_mark(&scanner, c, size);
    }
}
