// The figures of a text: how many of what, per cent, money, days, weekdays, years and spans of time.
//
// A figure is one or several words ("six", "120,000", "two million"). What it counts is the noun that it
// hangs on in the tree; where a noun of measure stands there ("per cent", "dollars", "weeks"), that is its
// kind, and what is measured is the next term above.
#include "claims_internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct pair_row {
    const char *word, *value;
} pair_row;

static const pair_row NUMBERS[] = {
#include "numbers.inc"
};
static const pair_row TIMES[] = {
#include "times.inc"
};
static const pair_row BOUNDS[] = {
#include "bounds.inc"
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
enum { BOUND_WORDS = 3 };

static int compare_key(const void *key, const void *row)
{
    return strcmp(key, *(const char *const *)row);
}

static const char *lookup(const pair_row *table, size_t count, const char *word)
{
    const pair_row *row = bsearch(word, table, count, sizeof *table, compare_key);
    return row ? row->value : NULL;
}

// The value of "month 4", if the word is of that class.
static bool time_value(const char *word, const char *class, double *value)
{
    const char *row = lookup(TIMES, COUNT(TIMES), word);
    size_t size = strlen(class);
    if (!row || strncmp(row, class, size) != 0 || row[size] != ' ')
        return false;
    *value = strtod(row + size, NULL);
    return true;
}

// "120,000", "14.6", "300"; with *ordinal "20th". Nothing else that only begins with a digit.
static bool digits_value(const char *lower, double *value, bool *ordinal)
{
    char digits[32];
    size_t size = 0;
    const char *at = lower;
    for (; (*at >= '0' && *at <= '9') || *at == '.' || *at == ','; at++)
        if (*at != ',' && size + 1 < sizeof digits)
            digits[size++] = *at;
    digits[size] = '\0';
    *ordinal =
        strcmp(at, "th") == 0 || strcmp(at, "st") == 0 || strcmp(at, "nd") == 0 || strcmp(at, "rd") == 0;
    if (lower[0] < '0' || lower[0] > '9' || (*at && !*ordinal))
        return false;
    *value = strtod(digits, NULL);
    return true;
}

// "twenty-three", "forty"
static bool words_value(const char *lower, double *value)
{
    char part[32];
    double sum = 0;
    bool any = false;
    while (*lower) {
        size_t size = strcspn(lower, "-");
        if (size == 0 || size >= sizeof part)
            return false;
        memcpy(part, lower, size);
        part[size] = '\0';
        const char *worth = lookup(NUMBERS, COUNT(NUMBERS), part);
        if (!worth && !(any && strcmp(part, "odd") == 0))
            return false;
        sum += worth ? strtod(worth, NULL) : 0;
        any = true;
        lower += size + (lower[size] == '-');
    }
    *value = sum;
    return any;
}

// "first", "third", "twelfth", "sixteenth", "twentieth": the last three by their cardinal.
static bool ordinal_word(const char *lower, double *value)
{
    static const struct {
        const char *word;
        double value;
    } irregular[] = {{"first", 1},  {"second", 2}, {"third", 3},   {"fifth", 5},
                     {"eighth", 8}, {"ninth", 9},  {"twelfth", 12}};
    for (size_t i = 0; i < COUNT(irregular); i++) {
        if (strcmp(lower, irregular[i].word) == 0) {
            *value = irregular[i].value;
            return true;
        }
    }
    char cardinal[32];
    size_t size = strlen(lower);
    if (size < 5 || size >= sizeof cardinal || memcmp(lower + size - 2, "th", 2) != 0)
        return false;
    memcpy(cardinal, lower, size);
    bool tens = memcmp(cardinal + size - 4, "ie", 2) == 0;
    if (tens)
        cardinal[size - 4] = 'y';
    cardinal[tens ? size - 3 : size - 2] = '\0';
    return words_value(cardinal, value);
}

static bool ordinal_value(const cd_reading *self, uint32_t word, double *value)
{
    bool ordinal = false;
    if (ordinal_word(self->lower[word], value))
        return self->parse->words[word].upos == GS_ADJ;
    return digits_value(self->lower[word], value, &ordinal) && ordinal;
}

static bool plain_value(const cd_reading *self, uint32_t word, double *value)
{
    bool ordinal = false;
    if (digits_value(self->lower[word], value, &ordinal))
        return !ordinal;
    bool one = strcmp(self->lower[word], "one") == 0;
    return words_value(self->lower[word], value) && (!one || self->parse->words[word].upos == GS_NUM);
}

// ---- what stands around ----------------------------------------------------------------------------

static char bound_before(const cd_reading *self, uint32_t word, uint32_t begin)
{
    for (uint32_t words = BOUND_WORDS; words > 0; words--) {
        char phrase[64] = "";
        size_t size = 0;
        if (word < begin + words)
            continue;
        for (uint32_t i = word - words; i < word; i++) {
            size_t part = strlen(self->lower[i]);
            if (size + part + 2 > sizeof phrase)
                break;
            memcpy(phrase + size, self->lower[i], part);
            size += part;
            phrase[size++] = i + 1 < word ? ' ' : '\0';
        }
        const char *bound = lookup(BOUNDS, COUNT(BOUNDS), phrase);
        if (bound)
            return bound[0];
    }
    return '=';
}

static cd_number *add_number(cd_reading *self, uint32_t from, uint32_t to, cd_number_kind kind, double value)
{
    uint8_t clause = self->clause_of[from];
    for (uint32_t i = from; i < to; i++)
        self->taken[i] = true;
    if (self->number_count == CD_NUMBERS || clause == CD_NONE || self->parse->words[to - 1].end > UINT16_MAX)
        return NULL;
    cd_number *number = &self->numbers[self->number_count++];
    *number = (cd_number){.value = value,
                          .begin = (uint16_t)self->parse->words[from].begin,
                          .end = (uint16_t)self->parse->words[to - 1].end,
                          .clause = clause,
                          .term = CD_NONE,
                          .kind = (uint8_t)kind,
                          .bound = '='};
    return number;
}

static bool is(const cd_reading *self, uint32_t word, uint32_t end, const char *lower)
{
    return word < end && strcmp(self->lower[word], lower) == 0;
}

// Month and day in either order, a month alone, a weekday, a year: words taken, 0 if it is none of these.
static uint32_t read_day(cd_reading *self, uint32_t word, uint32_t end)
{
    double month, value;
    bool ordinal;
    bool capital = self->parse->text.data[self->parse->words[word].begin] <= 'Z';
    if (capital && time_value(self->lower[word], "month", &month)) {
        bool day = word + 1 < end && digits_value(self->lower[word + 1], &value, &ordinal) && value >= 1 &&
                   value <= 31;
        add_number(self, word, word + 1 + day, day ? CD_NUMBER_DAY : CD_NUMBER_MONTH,
                   day ? month * 100 + value : month);
        return 1 + day;
    }
    if (capital && time_value(self->lower[word], "weekday", &value)) {
        add_number(self, word, word + 1, CD_NUMBER_WEEKDAY, value);
        return 1;
    }
    if (!digits_value(self->lower[word], &value, &ordinal))
        return 0;
    uint32_t next = word + 1 + is(self, word + 1, end, "of");
    if (value >= 1 && value <= 31 && next < end && time_value(self->lower[next], "month", &month)) {
        add_number(self, word, next + 1, CD_NUMBER_DAY, month * 100 + value);
        return next + 1 - word;
    }
    bool written = strlen(self->lower[word]) == 4 && !ordinal;
    if (written && value >= 1900 && value <= 2100 && self->parse->words[word].upos == GS_NUM &&
        !self->taken[word]) {
        add_number(self, word, word + 1, CD_NUMBER_YEAR, value);
        return 1;
    }
    return 0;
}

// What the figure measures or counts decides its kind. *after: behind the words that it takes.
static void read_unit(cd_reading *self, cd_number *number, uint32_t word, uint32_t *after, uint32_t end)
{
    double hours;
    bool percent = is(self, *after, end, "%") || is(self, *after, end, "percent");
    bool per_cent = is(self, *after, end, "per") && is(self, *after + 1, end, "cent");
    bool points = is(self, *after, end, "percentage") || is(self, *after, end, "basis");
    if (percent || per_cent || points) {
        number->kind = CD_NUMBER_PERCENT;
        for (uint32_t i = *after; i < *after + 1 + per_cent; i++)
            self->taken[i] = true;
        *after += 1 + per_cent;
        number->end = (uint16_t)self->parse->words[*after - 1].end;
        return;
    }
    uint32_t head = self->parse->words[word].head;
    bool money = word > 0 && (is(self, word - 1, end, "$") || is(self, word - 1, end, "\xE2\x82\xAC") ||
                              is(self, word - 1, end, "\xC2\xA3"));
    if (money)
        number->kind = CD_NUMBER_MONEY;
    if (money || head == GS_WORD_ROOT)
        return;
    const char *lemma = self->parse->words[head].lemma;
    bool noun = self->parse->words[head].upos == GS_NOUN || self->parse->words[head].upos == GS_PROPN ||
                self->parse->words[head].upos == GS_SYM;
    if (noun && time_value(lemma, "span", &hours)) {
        number->kind = CD_NUMBER_SPAN;
        number->value *= hours;
    } else if (noun) {
        number->noun = cd_wordnet_hash(gs_view_of(lemma));
    }
}

static uint32_t read_figure(cd_reading *self, uint32_t word, uint32_t begin, uint32_t end)
{
    double value, next;
    if (ordinal_value(self, word, &value)) {
        add_number(self, word, word + 1, CD_NUMBER_ORDINAL, value);
        return 1;
    }
    if (!plain_value(self, word, &value))
        return 0;
    uint32_t after = word + 1;
    for (; after < end; after++) {
        bool joined = is(self, after, end, "-") && value >= 20 && value < 100;
        uint32_t ahead = after + ((is(self, after, end, "and") && value >= 100) || joined);
        if (ahead >= end || !words_value(self->lower[ahead], &next))
            break;
        if (next >= 100)
            value *= next;
        else if (value >= 100 || (value >= 20 && next < 10))
            value += next;
        else
            break;
        after = ahead;
    }
    uint32_t last = after - 1;
    cd_number *number = add_number(self, word, after, CD_NUMBER_COUNT, value);
    if (!number)
        return after - word;
    number->bound = bound_before(self, word, begin);
    read_unit(self, number, last, &after, end);
    return after - word;
}

// After the terms are read, a figure is tied to the term that it hangs on; before, only its words are known.
void cd_read_numbers(cd_reading *self)
{
    for (size_t s = 0; s < self->parse->sentence_count; s++) {
        const gs_parse_sentence *sentence = &self->parse->sentences[s];
        for (uint32_t i = sentence->word_begin; i < sentence->word_end;) {
            uint32_t taken = self->taken[i] ? 1 : read_day(self, i, sentence->word_end);
            if (!taken)
                taken = read_figure(self, i, sentence->word_begin, sentence->word_end);
            i += taken ? taken : 1;
        }
    }
}
