// What a statement is about, read from its words without a parse: some microseconds each, so that an index of
// a million can be built while a daemon starts.
//
// A label is a word's stem; words of one matter (synonyms.tsv) share a label, "five" and "5" do, and
// countries go by their code, whatever they are called. Its weight is the inverse document frequency (K.
// Sparck Jones, "A statistical interpretation of term specificity and its application in retrieval", 1972),
// counted once over a fixed corpus (weights.tsv), never over what has arrived: so the same statements have
// the same keys in whichever order they come. Title, topics and speaker give keys of context: "There was no
// meeting" has little of its own to be found by.
#include "matter_internal.h"

#include <stdlib.h>
#include <string.h>

// ---- words to labels -------------------------------------------------------------------------------

// Where the keys of one statement are gathered.
typedef struct matter_turn {
    cd_matter_reader *reader;
    cd_matter *matter;
    bool context;             // reading title, topics or speaker
    cd_key found[FOUND_KEYS]; // as they come
    size_t found_count;
    char recent[PLACE_WORDS][WORD_BYTES]; // the words with capitals that stand right before this one
    size_t recent_count;
    void (*each)(void *context, const char *label); // NULL: keys are gathered
    void *each_context;
} matter_turn;

static void add_label(matter_turn *turn, const char *label, size_t size, word_class class)
{
    uint64_t hash = matter_hash(label, size);
    const label_entry *entry = matter_label(turn->reader, hash);
    if (entry->hash && entry->matter) {
        label = entry->matter;
        hash = matter_hash(label, strlen(label));
        entry = matter_label(turn->reader, hash);
    }
    if (turn->each)
        turn->each(turn->each_context, label);
    else if (turn->found_count < FOUND_KEYS)
        turn->found[turn->found_count++] =
            matter_code(hash, matter_weight(entry, class)) << 1 | turn->context;
    if (turn->context)
        return;
    for (size_t i = 0; entry->hash && i < entry->opposite_count; i++)
        if (turn->matter->opposite_count < CD_MATTER_OPPOSITES)
            turn->matter->opposites[turn->matter->opposite_count++] =
                turn->reader->opposites[entry->opposites + i];
}

// The country's label that a term stands for: "@CN", or "". Asking the table of countries costs more than all
// else that is done for a word, so the answers are kept.
static const char *place_label(cd_matter_reader *self, const char *term, size_t size, bool capitals)
{
    uint64_t hash = matter_hash(term, size) * 2 + capitals;
    place_memo *memo = &self->places[hash >> 7 & (PLACE_MEMOS - 1)];
    if (memo->hash == hash)
        return memo->code;
    const char *code = gs_place_code(gs_view_make(term, size), capitals);
    memo->hash = hash;
    memo->code[0] = '\0';
    if (code && code[0] != '-' && strlen(code) < sizeof memo->code - 1) {
        memo->code[0] = '@';
        memcpy(memo->code + 1, code, strlen(code) + 1);
    }
    return memo->code;
}

// A word with a capital: alone and with the words before it, the longest first.
static void add_places(matter_turn *turn, const char *word, size_t size, bool capitals)
{
    char term[PLACE_WORDS * WORD_BYTES + WORD_BYTES];
    if (turn->recent_count == PLACE_WORDS) {
        memmove(turn->recent[0], turn->recent[1], sizeof turn->recent - sizeof turn->recent[0]);
        turn->recent_count--;
    }
    memcpy(turn->recent[turn->recent_count++], word, size + 1);
    for (size_t first = 0; first < turn->recent_count; first++) {
        size_t length = 0;
        for (size_t i = first; i < turn->recent_count; i++) {
            size_t part = strlen(turn->recent[i]);
            if (i > first)
                term[length++] = ' ';
            memcpy(term + length, turn->recent[i], part);
            length += part;
        }
        const char *label = place_label(turn->reader, term, length, capitals);
        if (label[0]) {
            add_label(turn, label, strlen(label), WORD_PLACE);
            return;
        }
    }
}

// word: in lower case, NUL-terminated, in a buffer of WORD_BYTES that may be changed.
static void take_text_word(matter_turn *turn, char *word, size_t size)
{
    const word_entry *entry = matter_word(turn->reader, matter_hash(word, size));
    bool contracted = size > 3 && memcmp(word + size - 3, "n't", 3) == 0;
    if (!entry->hash && size > 2 && memcmp(word + size - 2, "'s", 2) == 0) {
        word[size -= 2] = '\0';
        entry = matter_word(turn->reader, matter_hash(word, size));
    }
    if (!turn->context)
        turn->matter->denies |= contracted || entry->negates;
    if (contracted || size < 2 || (entry->hash && entry->class == WORD_FUNCTION))
        return;
    const char *label = entry->hash ? entry->label : NULL;
    word_class class = entry->hash ? entry->class : WORD_PLAIN;
    if (!turn->context)
        turn->matter->figures |= label && label[0] >= '0' && label[0] <= '9';
    if (label)
        add_label(turn, label, strlen(label), class);
    else
        add_label(turn, word, matter_stem(word, size), class);
}

// ---- text to words ---------------------------------------------------------------------------------

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// A number as one label: "68,000" is 68000. Returns the offset behind it.
static size_t take_number(matter_turn *turn, gs_view text, size_t at)
{
    char digits[WORD_BYTES];
    size_t size = 0;
    for (; at < text.size; at++) {
        char c = text.data[at];
        bool inner = (c == ',' || c == '.') && at + 1 < text.size && is_digit(text.data[at + 1]);
        if (!is_digit(c) && !inner)
            break;
        if (c != ',' && size + 1 < sizeof digits)
            digits[size++] = c;
    }
    bool year = size == 4 && (memcmp(digits, "19", 2) == 0 || memcmp(digits, "20", 2) == 0);
    if (!turn->context)
        turn->matter->figures |= !year;
    digits[size] = '\0';
    add_label(turn, digits, size, WORD_PLAIN);
    return at;
}

typedef struct raw_word {
    char text[WORD_BYTES]; // in lower case where it is ASCII
    size_t size;
    bool capital, capitals; // at its start; throughout
    bool ascii;
} raw_word;

// Bytes of the letter at the offset that goes on a word: 0 if what stands there ends it.
static size_t letter_at(gs_view text, size_t at, char put[4])
{
    unsigned char c = (unsigned char)text.data[at];
    put[0] = (char)c;
    if (c < 0x80)
        return is_letter((char)c) || is_digit((char)c) || c == '\'';
    size_t next = at;
    uint32_t letter = gs_utf8_next(text, &next);
    if (letter == 0x2019) {
        put[0] = '\'';
        return next - at;
    }
    // Spaces, quotation marks, dashes and signs.
    if (letter < 0xC0 || (letter >= 0x2000 && letter <= 0x2BFF) || (letter >= 0x3000 && letter <= 0x303F) ||
        letter == 0xFFFD)
        return 0;
    memcpy(put, text.data + at, next - at);
    return next - at;
}

// Reads the word at the offset; returns the offset behind it. "U.S." is the word "us" in capitals.
static size_t read_word(gs_view text, size_t at, raw_word *word)
{
    *word = (raw_word){.ascii = true, .capitals = true};
    size_t begin = at, taken, size;
    char put[4];
    while (at < text.size) {
        if (text.data[at] == '.' && at == begin + 2 * word->size - 1 && word->capitals &&
            at + 1 < text.size && text.data[at + 1] >= 'A' && text.data[at + 1] <= 'Z') {
            at++;
            continue;
        }
        if ((taken = letter_at(text, at, put)) == 0)
            break;
        size = put[0] == '\'' ? 1 : taken;
        bool upper = put[0] >= 'A' && put[0] <= 'Z';
        word->ascii &= !(put[0] & 0x80);
        word->capital |= word->size == 0 && (upper || (put[0] & 0x80));
        word->capitals &= upper;
        if (upper)
            put[0] = (char)(put[0] + 32);
        if (word->size + size < WORD_BYTES) {
            memcpy(word->text + word->size, put, size);
            word->size += size;
        }
        at += taken;
    }
    while (word->size > 0 && word->text[word->size - 1] == '\'')
        word->size--;
    word->text[word->size] = '\0';
    return at;
}

static void fold(cd_matter_reader *self, raw_word *word)
{
    gs_buffer_clear(&self->folded);
    gs_utf8_fold(gs_view_make(word->text, word->size), &self->folded);
    word->size = self->folded.size < WORD_BYTES ? self->folded.size : WORD_BYTES - 1;
    memcpy(word->text, self->folded.data, word->size);
    word->text[word->size] = '\0';
}

static void read_text(matter_turn *turn, const char *string)
{
    gs_view text = gs_view_of(string);
    raw_word word;
    char put[4];
    size_t at = 0;
    turn->recent_count = 0;
    for (size_t words = 0; at < text.size && words < CD_MATTER_WORDS;) {
        if (is_digit(text.data[at])) {
            at = take_number(turn, text, at);
            turn->recent_count = 0;
            words++;
            continue;
        }
        if (text.data[at] == '\'' || letter_at(text, at, put) == 0) {
            turn->recent_count = text.data[at] == ' ' ? turn->recent_count : 0;
            gs_utf8_next(text, &at);
            continue;
        }
        at = read_word(text, at, &word);
        words++;
        if (!word.ascii)
            fold(turn->reader, &word);
        if (word.size == 0)
            continue;
        if (word.capital)
            add_places(turn, word.text, word.size, word.capitals);
        else
            turn->recent_count = 0;
        // "US" is no pronoun.
        if (!(word.capitals && word.size == 2 && strcmp(word.text, "us") == 0))
            take_text_word(turn, word.text, word.size);
    }
}

// ---- statements to keys ----------------------------------------------------------------------------

// Shell's sort with Ciura's gaps: some dozens of numbers, nearly always.
static void sort_keys(cd_key *keys, size_t count)
{
    static const size_t gaps[] = {301, 132, 57, 23, 10, 4, 1};
    for (size_t g = 0; g < COUNT(gaps); g++) {
        for (size_t i = gaps[g]; i < count; i++) {
            cd_key key = keys[i];
            size_t j = i;
            for (; j >= gaps[g] && keys[j - gaps[g]] > key; j -= gaps[g])
                keys[j] = keys[j - gaps[g]];
            keys[j] = key;
        }
    }
}

// The weight from which on keys of this kind are kept, and how many of exactly that weight.
static uint32_t weight_floor(const cd_key *keys, size_t count, bool context, size_t most, size_t *at_floor)
{
    size_t of_weight[CD_WEIGHT_MAX + 1] = {0};
    for (size_t i = 0; i < count; i++)
        of_weight[cd_key_weight(keys[i])] += cd_key_is_context(keys[i]) == context;
    uint32_t weight = CD_WEIGHT_MAX;
    size_t kept = 0;
    while (weight > 0 && kept + of_weight[weight] <= most)
        kept += of_weight[weight--];
    *at_floor = most - kept;
    return weight;
}

// Sorts what was found and keeps each code once, content before context; returns how many there are.
static size_t sort_found(matter_turn *turn)
{
    size_t count = 0;
    sort_keys(turn->found, turn->found_count);
    for (size_t i = 0; i < turn->found_count; i++)
        if (count == 0 || cd_key_code(turn->found[i]) != cd_key_code(turn->found[count - 1]))
            turn->found[count++] = turn->found[i];
    turn->found_count = 0;
    return count;
}

static void keep_keys(matter_turn *turn)
{
    const cd_key *keys = turn->found;
    size_t count = sort_found(turn), left[2];
    uint32_t floors[2] = {weight_floor(keys, count, false, CD_MATTER_CONTENT, &left[0]),
                          weight_floor(keys, count, true, CD_MATTER_CONTEXT, &left[1])};
    for (size_t i = 0; i < count; i++) {
        bool context = cd_key_is_context(keys[i]);
        uint32_t weight = cd_key_weight(keys[i]);
        if (weight < floors[context] || (weight == floors[context] && left[context] == 0))
            continue;
        left[context] -= weight == floors[context];
        turn->matter->keys[turn->matter->count++] = keys[i];
    }
}

static void keep_article_codes(matter_turn *turn)
{
    size_t count = sort_found(turn), left;
    uint32_t floor = weight_floor(turn->found, count, true, CD_MATTER_ARTICLE, &left);
    for (size_t i = 0; i < count; i++) {
        uint32_t weight = cd_key_weight(turn->found[i]);
        if (weight < floor || (weight == floor && left == 0))
            continue;
        left -= weight == floor;
        turn->matter->article_codes[turn->matter->article_count++] = cd_key_code(turn->found[i]);
    }
}

static void read_speaker(matter_turn *turn, const gs_speaker *speaker)
{
    if (!speaker)
        return;
    if (speaker->name && speaker->name[0])
        turn->matter->speaker = (uint32_t)gs_hash(gs_view_of(speaker->name)) | 1;
    read_text(turn, speaker->name);
    read_text(turn, speaker->organisation);
    if (speaker->country && speaker->country[0]) {
        char label[WORD_BYTES] = "@";
        strncat(label, speaker->country, sizeof label - 2);
        add_label(turn, label, strlen(label), WORD_PLACE);
    }
}

// Statements of one article follow each other, at a start most of all: its title is read once.
static void read_title(matter_turn *turn, const char *title)
{
    cd_matter_reader *reader = turn->reader;
    uint64_t hash = title && title[0] ? matter_hash(title, strlen(title)) : 0;
    if (hash != reader->title) {
        read_text(turn, title);
        reader->title = hash;
        reader->title_count = turn->found_count < TITLE_KEYS ? turn->found_count : TITLE_KEYS;
        memcpy(reader->title_keys, turn->found, reader->title_count * sizeof *reader->title_keys);
    }
    turn->found_count = hash ? reader->title_count : 0;
    memcpy(turn->found, reader->title_keys, turn->found_count * sizeof *turn->found);
}

static void read_article(matter_turn *turn, const gs_statement *statement)
{
    const char *name =
        statement->article_id && statement->article_id[0] ? statement->article_id : statement->title;
    turn->matter->article = name && name[0] ? matter_hash(name, strlen(name)) : 0;
    read_title(turn, statement->title);
    for (size_t i = 0; i < statement->n_topics && i < ARTICLE_TOPICS; i++)
        read_text(turn, statement->topics[i]);
}

int32_t cd_matter_day(const gs_statement *statement)
{
    gs_time time;
    bool said = statement->said_on && statement->said_on[0];
    const char *text = said ? statement->said_on : statement->published;
    if (!text || !gs_time_parse(gs_view_of(text), &time))
        return CD_NO_DAY;
    int year, month, day;
    gs_time_civil(time, &year, &month, &day, NULL);
    return (int32_t)gs_days_from_civil(year, month, day);
}

void cd_matter_read(cd_matter_reader *self, const gs_statement *statement, cd_matter *matter)
{
    matter_turn turn;
    turn.reader = self;
    turn.matter = matter;
    turn.found_count = turn.recent_count = 0;
    turn.context = false;
    turn.each = NULL;
    matter->count = matter->opposite_count = 0;
    matter->day = cd_matter_day(statement);
    matter->figures = false;
    matter->denies = statement->act == GAINSAY__V1__STATEMENT__ACT__DENY ||
                     statement->act == GAINSAY__V1__STATEMENT__ACT__REJECT;
    matter->article_count = 0;
    matter->speaker = 0;
    read_text(&turn, statement->text);
    read_text(&turn, statement->denied_claim); // what a denial points at
    turn.context = true;
    read_speaker(&turn, statement->speaker);
    keep_keys(&turn);
    read_article(&turn, statement);
    keep_article_codes(&turn);
}

void cd_matter_labels(cd_matter_reader *self, gs_view text, void (*each)(void *context, const char *label),
                      void *context)
{
    cd_matter matter = {0};
    matter_turn turn = {.reader = self, .matter = &matter, .each = each, .each_context = context};
    char *copy = gs_allocate(text.size + 1);
    memcpy(copy, text.data, text.size);
    read_text(&turn, copy);
    free(copy);
}
