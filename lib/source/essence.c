// essence: has an article changed, or only its page?
//
// A revision is work for all and news for subscribers, so it should be one. Sites touch their pages for less:
// a line "Updated 5 minutes ago" is another one at each look, and line breaks move with the template. Neither
// bears a statement, so the article that was read first stands. Statements refer to bytes of the text that
// they were read in, and that one stays the one that was passed on.
//
// A line is passed over only if it is short and has nothing but words of time and numbers, and a number among
// them.
#include "source/source_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    LINE_BYTES = 100, // a longer line tells more than a time
    WORD_BYTES = 24
};

typedef struct time_word {
    const char *word;
} time_word;

static const time_word time_words[] = {
#include "timestamps.inc"
};

static int compare_word(const void *key, const void *row)
{
    return strcmp(key, ((const time_word *)row)->word);
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

// The letters from *at on, up to what is none; moves *at behind them.
static bool is_time_word(gs_view line, size_t *at)
{
    char word[WORD_BYTES];
    size_t size = 0;
    while (*at < line.size && is_letter(line.data[*at])) {
        if (size + 1 == sizeof word) {
            return false;
        }
        const char byte = line.data[(*at)++];
        word[size++] = byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
    }
    word[size] = '\0';
    return bsearch(word, time_words, sizeof time_words / sizeof time_words[0], sizeof time_words[0],
                   compare_word) != NULL;
}

static bool tells_only_a_time(gs_view line)
{
    bool has_word = false;
    bool has_digit = false;
    size_t at = 0;
    if (line.size > LINE_BYTES) {
        return false;
    }
    while (at < line.size) {
        if (is_letter(line.data[at])) {
            if (!is_time_word(line, &at)) {
                return false;
            }
            has_word = true;
            continue;
        }
        if ((unsigned char)line.data[at] >= 0x80 || strchr("%$\"", line.data[at]) != NULL) {
            return false; // another script, an amount, somebody's words
        }
        has_digit |= is_digit(line.data[at]);
        at++;
    }
    return has_word && has_digit;
}

// White space at the beginning of what is left, in bytes: of ASCII, and no-break spaces.
static size_t space_size(const char *rest, size_t size)
{
    const unsigned char byte = (unsigned char)rest[0];
    if (byte == ' ' || (byte >= '\t' && byte <= '\r')) {
        return 1;
    }
    return byte == 0xC2 && size > 1 && (unsigned char)rest[1] == 0xA0 ? 2 : 0;
}

// Appends the words of the line, each behind one space.
static void add_words(gs_buffer *out, gs_view line)
{
    gs_buffer_reserve(out, line.size + 1);
    char *to = out->data + out->size; // never more than the line and a space
    bool gap = true;
    for (size_t i = 0; i < line.size;) {
        const size_t space = space_size(line.data + i, line.size - i);
        if (space > 0) {
            gap = true;
            i += space;
            continue;
        }
        if (gap) {
            *to++ = ' ';
            gap = false;
        }
        *to++ = line.data[i++];
    }
    *to = '\0';
    out->size = (size_t)(to - out->data);
}

gs_id gs_article_essence(const gs_article *article)
{
    gs_buffer title = {0};
    gs_buffer text = {0};
    const gs_view lines = gs_view_of(article->text);
    add_words(&title, gs_view_of(article->title));
    gs_buffer_reserve(&text, lines.size + 1);
    for (size_t at = 0; at < lines.size;) {
        const char *found = memchr(lines.data + at, '\n', lines.size - at);
        const size_t end = found != NULL ? (size_t)(found - lines.data) : lines.size;
        const gs_view line = gs_view_trim(gs_view_slice(lines, at, end));
        if (!tells_only_a_time(line)) {
            add_words(&text, line);
        }
        at = end + 1;
    }
    const gs_id essence = gs_id_of("essence", gs_buffer_view(&title), gs_buffer_view(&text));
    gs_buffer_free(&title);
    gs_buffer_free(&text);
    return essence;
}
