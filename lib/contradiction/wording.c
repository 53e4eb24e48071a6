// When two texts report the same words. Precision comes first: to join two statements that differ hides one
// of them, to leave a paraphrase unjoined only repeats it.
//
// Verbatim, trimmed or split otherwise: nearly every word of the shorter text lies in a run of three or more
// that stands in the longer one, too, function words and all, and the sentences of the longer one that they
// come from are negated as often: a piece that leaves its "not" behind says the opposite. A paraphrase: of
// the content words of the shorter text at least seven in ten follow each other in the longer one (the
// longest common subsequence), and its numbers, its names and the count of its negations must be the longer
// one's.
#include "wording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct pair_row {
    const char *word, *value;
} pair_row;

static const pair_row NUMBERS[] = {
#include "numbers.inc"
};
static const pair_row POLARITY[] = {
#include "polarity.inc"
};
static const pair_row STOPWORDS[] = {
#include "stopwords.inc"
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum {
    RUN_WORDS = 3,        // a run of fewer words is chance
    VERBATIM_WORDS = 4,   // shorter texts are alike by chance
    VERBATIM_CONTENT = 2, // and so are those without matter
    PARAPHRASE_CONTENT = 4,
    WORD_BYTES = 64,
};
static const double VERBATIM_COVER = 0.9, PARAPHRASE_COVER = 0.7, PARAPHRASE_DICE = 0.6;

// ---- words -----------------------------------------------------------------------------------------

static int compare_key(const void *key, const void *row)
{
    return strcmp(key, *(const char *const *)row);
}

static const char *lookup(const pair_row *table, size_t count, const char *word)
{
    const pair_row *row = bsearch(word, table, count, sizeof *table, compare_key);
    return row ? row->value : NULL;
}

// "talks", "talked" and "talking" are one word here.
static size_t stem(const char *word, size_t size)
{
    static const char *const endings[] = {"ing", "ed", "es", "s"};
    for (size_t i = 0; i < COUNT(endings); i++) {
        size_t ending = strlen(endings[i]);
        if (size >= ending + 4 && memcmp(word + size - ending, endings[i], ending) == 0 &&
            word[size - 2] != 's')
            return size - ending;
    }
    return size;
}

static bool read_number(const char *word, double *value)
{
    char *end;
    if (word[0] >= '0' && word[0] <= '9') {
        *value = strtod(word, &end);
        return *end == '\0' || strcmp(end, "th") == 0 || strcmp(end, "st") == 0 || strcmp(end, "nd") == 0 ||
               strcmp(end, "rd") == 0;
    }
    const char *known = strcmp(word, "one") == 0 ? NULL : lookup(NUMBERS, COUNT(NUMBERS), word);
    if (known)
        *value = strtod(known, &end);
    return known != NULL;
}

static bool is_negation(const char *word)
{
    size_t size = strlen(word);
    const char *class = lookup(POLARITY, COUNT(POLARITY), word);
    if (class)
        return strcmp(class, "negator") == 0 || strcmp(class, "falsity") == 0;
    return size > 3 && strcmp(word + size - 3, "n't") == 0;
}

// "five million" is one number: from a hundred on number words multiply, smaller ones add.
static void put_number(cd_wording *wording, double value, bool joins)
{
    cd_word *last = wording->count ? &wording->words[wording->count - 1] : NULL;
    if (joins && last && last->is_number && (value >= 100 || value < last->value))
        last->value = value >= 100 ? last->value * value : last->value + value;
    else
        wording->words[wording->count++] = (cd_word){.value = value, .is_number = true, .content = true};
}

static void put_word(cd_wording *wording, char *word, bool name)
{
    double value;
    size_t size = strlen(word);
    if (size > 2 && strcmp(word + size - 2, "'s") == 0)
        word[size -= 2] = '\0';
    if (read_number(word, &value)) {
        put_number(wording, value, !(word[0] >= '0' && word[0] <= '9'));
        return;
    }
    bool negation = is_negation(word);
    const char *stop = lookup(STOPWORDS, COUNT(STOPWORDS), word);
    wording->negations += negation;
    wording->words[wording->count++] = (cd_word){
        .hash = gs_hash(gs_view_make(word, stem(word, size))),
        .content = negation || !stop || strcmp(stop, "function") != 0,
        .negation = negation,
        .name = name,
    };
}

static void finish_word(cd_word *word)
{
    char text[40];
    if (!word->is_number)
        return;
    snprintf(text, sizeof text, "#%.9g", word->value);
    word->hash = gs_hash(gs_view_of(text));
}

// ---- reading ---------------------------------------------------------------------------------------

// The next code point as ASCII where it stands for one: quotation marks of all kinds are ".
static uint32_t next_letter(gs_view text, size_t *at)
{
    uint32_t c = gs_utf8_next(text, at);
    if (c == 0x2019)
        return '\'';
    return c;
}

static bool is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c < 0x2000) || c >= 0x2E80;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

// What stands before a word.
typedef struct word_gap {
    bool sentence; // a sentence or a clause of its own ended, or one quotation and another began
    bool starts;   // a capital is no name here
} word_gap;

// Reads one word from *at into word, folded. False at the end.
static bool next_word(gs_view text, size_t *at, gs_buffer *word, bool *capital, word_gap *gap)
{
    size_t next = *at, quotes = 0;
    *gap = (word_gap){0};
    uint32_t c = 0;
    while (next < text.size) {
        size_t before = next;
        c = next_letter(text, &next);
        if (is_letter(c) || is_digit(c)) {
            next = before;
            break;
        }
        quotes += c == '"' || c == 0x201C || c == 0x201D;
        gap->sentence |= c == '.' || c == '?' || c == '!' || c == ':' || c == ';' || c == '\n' || quotes > 1;
        gap->starts |= gap->sentence || quotes > 0;
    }
    size_t begin = next;
    bool number = next < text.size && is_digit((unsigned char)text.data[next]);
    while (next < text.size) {
        size_t before = next;
        c = next_letter(text, &next);
        size_t ahead = next;
        bool inside = (c == '\'' && !number) || ((c == ',' || c == '.') && number);
        bool follows = ahead < text.size && (number ? is_digit((unsigned char)text.data[ahead])
                                                    : is_letter(next_letter(text, &ahead)));
        if (!is_letter(c) && !is_digit(c) && !(inside && follows)) {
            next = before;
            break;
        }
    }
    gs_view found = gs_view_slice(text, begin, next);
    *at = next;
    *capital = found.size && found.data[0] >= 'A' && found.data[0] <= 'Z';
    gs_buffer_clear(word);
    gs_utf8_fold(found, word);
    return found.size > 0;
}

// Commas of a number go, and a curly apostrophe becomes a straight one.
static void clean(const gs_buffer *folded, char word[WORD_BYTES])
{
    size_t size = 0;
    bool number = folded->size && is_digit((unsigned char)folded->data[0]);
    for (size_t i = 0; i < folded->size && size + 1 < WORD_BYTES; i++) {
        if (number && folded->data[i] == ',')
            continue;
        bool curly = i + 2 < folded->size && memcmp(folded->data + i, "\xE2\x80\x99", 3) == 0;
        word[size++] = curly ? '\'' : folded->data[i];
        i += curly ? 2 : 0;
    }
    word[size] = '\0';
}

void cd_wording_read(gs_view text, cd_wording *wording)
{
    gs_buffer folded = {0};
    char word[WORD_BYTES];
    size_t at = 0;
    word_gap gap;
    uint32_t sentence = 0;
    bool capital;
    wording->count = wording->content_count = wording->negations = 0;
    wording->signature[0] = wording->signature[1] = 0;
    while (wording->count < CD_WORDS && next_word(text, &at, &folded, &capital, &gap)) {
        clean(&folded, word);
        sentence += gap.sentence && wording->count > 0;
        put_word(wording, word, capital && !gap.starts && wording->count > 0);
        wording->words[wording->count - 1].sentence = sentence;
    }
    gs_buffer_free(&folded);
    for (size_t i = 0; i < wording->count; i++) {
        finish_word(&wording->words[i]);
        if (!wording->words[i].content)
            continue;
        wording->content_count++;
        wording->signature[wording->words[i].hash >> 63] |= UINT64_C(1)
                                                            << (wording->words[i].hash >> 57 & 63);
    }
}

// ---- comparing -------------------------------------------------------------------------------------

// Words of a that lie in a run of at least RUN_WORDS words that b has too; touched: the sentences of b that
// these runs lie in. lengths: of the common runs that end at each word of b, for the word of a before this
// one and for this one.
static size_t covered_by_runs(const cd_wording *a, const cd_wording *b, bool touched[CD_WORDS])
{
    uint16_t lengths[2][CD_WORDS + 1] = {{0}};
    size_t covered = 0, covered_to = 0;
    for (size_t i = 0; i < a->count; i++) {
        uint16_t *now = lengths[i & 1], *before = lengths[~i & 1];
        size_t longest = 0, where = 0;
        for (size_t j = 0; j < b->count; j++) {
            now[j + 1] = a->words[i].hash == b->words[j].hash ? (uint16_t)(before[j] + 1) : 0;
            if (now[j + 1] > longest) {
                longest = now[j + 1];
                where = j;
            }
        }
        if (longest < RUN_WORDS)
            continue;
        size_t begin = i + 1 - longest;
        covered += i + 1 - (begin > covered_to ? begin : covered_to);
        covered_to = i + 1;
        touched[b->words[where].sentence] = touched[b->words[where + 1 - longest].sentence] = true;
    }
    return covered;
}

// Longest common subsequence of the content words (R. Wagner and M. Fischer, 1974):
// length(i, j) = length(i-1, j-1) + 1 if a_i = b_j, else max(length(i-1, j), length(i, j-1)).
static size_t common_content(const cd_wording *a, const cd_wording *b)
{
    uint16_t row[CD_WORDS + 1] = {0};
    for (size_t i = 0; i < a->count; i++) {
        uint16_t diagonal = 0;
        if (!a->words[i].content)
            continue;
        for (size_t j = 0; j < b->count; j++) {
            uint16_t above = row[j + 1];
            if (b->words[j].content && a->words[i].hash == b->words[j].hash)
                row[j + 1] = (uint16_t)(diagonal + 1);
            else if (row[j] > above)
                row[j + 1] = row[j];
            diagonal = above;
        }
    }
    return row[b->count];
}

static bool has_word(const cd_wording *wording, uint64_t hash)
{
    for (size_t i = 0; i < wording->count; i++)
        if (wording->words[i].hash == hash)
            return true;
    return false;
}

// A number or a name that only the shorter one has makes it another statement.
static bool differs_in_kind(const cd_wording *shorter, const cd_wording *longer)
{
    for (size_t i = 0; i < shorter->count; i++)
        if ((shorter->words[i].is_number || shorter->words[i].name) &&
            !has_word(longer, shorter->words[i].hash))
            return true;
    return false;
}

static size_t negations_in(const cd_wording *wording, const bool touched[CD_WORDS])
{
    size_t count = 0;
    for (size_t i = 0; i < wording->count; i++)
        count += wording->words[i].negation && touched[wording->words[i].sentence];
    return count;
}

static bool is_verbatim(const cd_wording *shorter, const cd_wording *longer, double *overlap)
{
    bool touched[CD_WORDS] = {false};
    if (shorter->count < VERBATIM_WORDS || shorter->content_count < VERBATIM_CONTENT)
        return false;
    size_t covered = covered_by_runs(shorter, longer, touched);
    *overlap = (double)covered / (double)longer->count;
    return (double)covered >= VERBATIM_COVER * (double)shorter->count && !differs_in_kind(shorter, longer) &&
           negations_in(longer, touched) == shorter->negations;
}

cd_likeness cd_wordings_compare(const cd_wording *a, const cd_wording *b, double *overlap)
{
    const cd_wording *shorter = a->count <= b->count ? a : b, *longer = shorter == a ? b : a;
    *overlap = 0;
    if (is_verbatim(shorter, longer, overlap))
        return CD_VERBATIM;
    if (shorter->content_count < PARAPHRASE_CONTENT || longer->content_count < PARAPHRASE_CONTENT)
        return CD_APART;
    double common = (double)common_content(shorter, longer);
    double smaller = (double)(shorter->content_count < longer->content_count ? shorter->content_count
                                                                             : longer->content_count);
    *overlap = 2 * common / (double)(shorter->content_count + longer->content_count);
    bool alike = common >= PARAPHRASE_COVER * smaller && *overlap >= PARAPHRASE_DICE;
    bool negated_alike = shorter->negations == longer->negations;
    return alike && negated_alike && !differs_in_kind(shorter, longer) ? CD_PARAPHRASE : CD_APART;
}

static int bits_of(const uint64_t signature[2])
{
    return __builtin_popcountll(signature[0]) + __builtin_popcountll(signature[1]);
}

// Of the smaller set at least seven in ten content words must be shared; half the bits leaves room for words
// that come twice.
bool cd_signatures_meet(const uint64_t a[2], const uint64_t b[2])
{
    const uint64_t both[2] = {a[0] & b[0], a[1] & b[1]};
    int left = bits_of(a), right = bits_of(b), smaller = left < right ? left : right;
    return bits_of(both) * 2 >= smaller;
}
