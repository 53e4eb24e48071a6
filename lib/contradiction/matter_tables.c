// The tables of matter: data/*.tsv, hashed when a reader is made, so that each word of a text costs one
// look-up and each label another.
//
// Rows refer to each other by labels: the synonyms come first, and all others are led through them, so that
// an irregular form or an antonym of a synonym has the label that a text gives it.
#include "matter_internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct pair_row {
    const char *word, *value;
} pair_row;

static const pair_row SYNONYMS[] = {
#include "synonyms.inc"
};
static const pair_row ANTONYMS[] = {
#include "antonyms.inc"
};
static const pair_row POLARITY[] = {
#include "polarity.inc"
};
static const pair_row NUMBERS[] = {
#include "numbers.inc"
};
static const pair_row STOPWORDS[] = {
#include "stopwords.inc"
};
static const pair_row IRREGULAR[] = {
#include "irregular.inc"
};
static const pair_row WEIGHTS[] = {
#include "weights.inc"
};

// ---- stems -----------------------------------------------------------------------------------------

static bool ends(const char *word, size_t size, const char *suffix, size_t suffix_size)
{
    return size > suffix_size + 2 && memcmp(word + size - suffix_size, suffix, suffix_size) == 0;
}

// A stem only has to be the same for the forms of one word; it need not be a word.
size_t matter_stem(char *word, size_t size)
{
    static const struct {
        const char *suffix, *put;
        size_t suffix_size, put_size;
        size_t least; // shortest word that it is taken off
    } rules[] = {
        {"ations", "", 6, 0, 9}, {"ation", "", 5, 0, 8}, {"ators", "", 5, 0, 9},  {"ator", "", 4, 0, 8},
        {"ments", "", 5, 0, 8},  {"ment", "", 4, 0, 7},  {"sses", "ss", 4, 2, 5}, {"ies", "y", 3, 1, 5},
        {"ied", "y", 3, 1, 5},   {"ings", "", 4, 0, 7},  {"ing", "", 3, 0, 6},    {"ates", "", 4, 0, 7},
        {"ated", "", 4, 0, 7},   {"ate", "", 3, 0, 6},   {"edly", "", 4, 0, 7},   {"ed", "", 2, 0, 5},
        {"ions", "", 4, 0, 7},   {"ion", "", 3, 0, 6},   {"ers", "", 3, 0, 7},    {"er", "", 2, 0, 7},
        {"als", "", 3, 0, 8},    {"al", "", 2, 0, 7},    {"ly", "", 2, 0, 6},     {"es", "e", 2, 1, 5},
        {"s", "", 1, 0, 4},
    };
    const char last = size > 0 ? word[size - 1] : '\0';
    bool cut = false;
    for (size_t i = 0; i < COUNT(rules) && strchr("sdgenryl", last); i++) {
        if (size < rules[i].least || !ends(word, size, rules[i].suffix, rules[i].suffix_size) ||
            (i + 1 == COUNT(rules) && word[size - 2] == 's'))
            continue;
        size -= rules[i].suffix_size;
        memcpy(word + size, rules[i].put, rules[i].put_size);
        size += rules[i].put_size;
        cut = true;
        break;
    }
    // "stopped", "running": the consonant was doubled for the ending that is gone.
    if (cut && size > 3 && word[size - 1] == word[size - 2] && strchr("bdgmnprt", word[size - 1]))
        size--;
    if (size > 3 && word[size - 1] == 'e')
        size--;
    if (size > 3 && word[size - 1] == 'y')
        word[size - 1] = 'i';
    word[size] = '\0';
    return size;
}

// ---- the tables, hashed ----------------------------------------------------------------------------

uint64_t matter_hash(const char *text, size_t size)
{
    uint64_t hash = gs_hash(gs_view_make(text, size));
    return hash ? hash : 1;
}

static word_entry *word_at(const cd_matter_reader *self, uint64_t hash)
{
    size_t mask = self->word_capacity - 1, at = hash & mask;
    while (self->words[at].hash && self->words[at].hash != hash)
        at = (at + 1) & mask;
    return &self->words[at];
}

static label_entry *label_at(const cd_matter_reader *self, uint64_t hash)
{
    size_t mask = self->label_capacity - 1, at = hash & mask;
    while (self->labels[at].hash && self->labels[at].hash != hash)
        at = (at + 1) & mask;
    return &self->labels[at];
}

static word_entry *take_word(cd_matter_reader *self, const char *word)
{
    uint64_t hash = matter_hash(word, strlen(word));
    word_entry *entry = word_at(self, hash);
    entry->hash = hash;
    return entry;
}

static label_entry *take_label(cd_matter_reader *self, const char *label)
{
    uint64_t hash = matter_hash(label, strlen(label));
    label_entry *entry = label_at(self, hash);
    entry->hash = hash;
    return entry;
}

static size_t table_capacity(size_t rows)
{
    size_t capacity = 64;
    while (capacity < rows * TABLE_SPARE)
        capacity *= 2;
    return capacity;
}

// The label of a word that stands in one of the tables: its matter or its stem, into label.
static const char *label_of(const cd_matter_reader *self, const char *word, char label[WORD_BYTES])
{
    size_t size = strlen(word);
    size = size < WORD_BYTES ? size : WORD_BYTES - 1;
    const word_entry *entry = word_at(self, matter_hash(word, size));
    if (entry->hash && entry->label)
        return entry->label;
    memcpy(label, word, size);
    label[size] = '\0';
    size = matter_stem(label, size);
    const label_entry *found = label_at(self, matter_hash(label, size));
    return found->hash && found->matter ? found->matter : label;
}

static void take_synonyms(cd_matter_reader *self)
{
    for (size_t i = 0; i < COUNT(SYNONYMS); i++) {
        char label[WORD_BYTES] = {0};
        size_t size = strlen(SYNONYMS[i].word);
        take_word(self, SYNONYMS[i].word)->label = SYNONYMS[i].value;
        if (size >= WORD_BYTES)
            continue;
        memcpy(label, SYNONYMS[i].word, size);
        // A short stem is the stem of other words too: "planes" are no "plans".
        size_t left = matter_stem(label, size);
        if (left < size && left < STEM_SURE)
            continue;
        take_label(self, label)->matter = SYNONYMS[i].value;
    }
}

static void take_words(cd_matter_reader *self)
{
    for (size_t i = 0; i < COUNT(STOPWORDS); i++) {
        const char *kind = STOPWORDS[i].value;
        take_word(self, STOPWORDS[i].word)->class = strcmp(kind, "function") == 0 ? WORD_FUNCTION
                                                    : strcmp(kind, "unit") == 0   ? WORD_UNIT
                                                                                  : WORD_LIGHT;
    }
    for (size_t i = 0; i < COUNT(POLARITY); i++) {
        bool negates = strcmp(POLARITY[i].value, "negator") == 0 || strcmp(POLARITY[i].value, "falsity") == 0;
        word_entry *entry = take_word(self, POLARITY[i].word);
        entry->negates = negates;
        entry->class = WORD_FUNCTION;
    }
    // "One" is no figure more often than it is one.
    for (size_t i = 0; i < COUNT(NUMBERS); i++) {
        word_entry *entry = take_word(self, NUMBERS[i].word);
        if (entry->label || strcmp(NUMBERS[i].word, "one") == 0)
            continue;
        entry->label = NUMBERS[i].value;
        entry->class = WORD_PLAIN;
    }
    for (size_t i = 0; i < COUNT(IRREGULAR); i++)
        if (!take_word(self, IRREGULAR[i].word)->label)
            take_word(self, IRREGULAR[i].word)->label = label_of(self, IRREGULAR[i].value, self->stems[i]);
}

uint32_t matter_code(uint64_t hash, uint32_t weight)
{
    uint32_t code = (uint32_t)(hash >> 37) << 4 | weight;
    return code ? code : 1;
}

uint32_t matter_weight(const label_entry *entry, word_class class)
{
    static const uint32_t most[] = {CD_WEIGHT_MAX, CD_WEIGHT_MAX, LIGHT_WEIGHT, UNIT_WEIGHT, PLACE_WEIGHT};
    uint32_t weight = entry->hash && entry->weight ? entry->weight : UNSEEN_WEIGHT;
    return weight < most[class] ? weight : most[class];
}

// What each row of antonyms.tsv stands against, as codes. A row that says "a  b" is read both ways by the
// table itself.
static void take_opposites(cd_matter_reader *self)
{
    char own[WORD_BYTES], other[WORD_BYTES], word[WORD_BYTES];
    for (size_t i = 0; i < COUNT(ANTONYMS); i++) {
        label_entry *entry = take_label(self, label_of(self, ANTONYMS[i].word, own));
        if (entry->opposite_count)
            continue;
        entry->opposites = (uint16_t)self->opposite_count;
        for (const char *at = ANTONYMS[i].value; *at && self->opposite_count < OPPOSITE_ROWS;) {
            size_t size = strcspn(at, " ");
            if (size > 0 && size < WORD_BYTES) {
                memcpy(word, at, size);
                word[size] = '\0';
                const char *label = label_of(self, word, other);
                uint64_t hash = matter_hash(label, strlen(label));
                word_class class = word_at(self, matter_hash(word, size))->class;
                self->opposites[self->opposite_count++] =
                    matter_code(hash, matter_weight(label_at(self, hash), class));
                entry->opposite_count++;
            }
            at += size + (at[size] == ' ');
        }
    }
}

static uint64_t version_of(const pair_row *rows, size_t count, uint64_t seed)
{
    for (size_t i = 0; i < count; i++)
        seed = (seed ^ gs_hash(gs_view_of(rows[i].word)) ^ gs_hash(gs_view_of(rows[i].value)) << 1) *
               UINT64_C(0x9E3779B97F4A7C15);
    return seed;
}

cd_matter_reader *cd_matter_reader_new(void)
{
    cd_matter_reader *self = gs_allocate(sizeof *self);
    self->word_capacity = table_capacity(COUNT(SYNONYMS) + COUNT(STOPWORDS) + COUNT(POLARITY) +
                                         COUNT(NUMBERS) + COUNT(IRREGULAR));
    self->words = gs_allocate(self->word_capacity * sizeof *self->words);
    self->label_capacity = table_capacity(COUNT(SYNONYMS) + COUNT(ANTONYMS) + COUNT(WEIGHTS));
    self->labels = gs_allocate(self->label_capacity * sizeof *self->labels);
    self->stems = gs_allocate(COUNT(IRREGULAR) * sizeof *self->stems);
    self->places = gs_allocate(PLACE_MEMOS * sizeof *self->places);
    take_synonyms(self);
    take_words(self);
    for (size_t i = 0; i < COUNT(WEIGHTS); i++) {
        unsigned long weight = strtoul(WEIGHTS[i].value, NULL, 10);
        take_label(self, WEIGHTS[i].word)->weight =
            (uint8_t)(weight < CD_WEIGHT_MAX ? weight : CD_WEIGHT_MAX);
    }
    take_opposites(self);
    self->version = version_of(SYNONYMS, COUNT(SYNONYMS), 1);
    self->version = version_of(STOPWORDS, COUNT(STOPWORDS), self->version);
    self->version = version_of(POLARITY, COUNT(POLARITY), self->version);
    self->version = version_of(IRREGULAR, COUNT(IRREGULAR), self->version);
    self->version = version_of(WEIGHTS, COUNT(WEIGHTS), self->version);
    return self;
}

void cd_matter_reader_free(cd_matter_reader **self_p)
{
    cd_matter_reader *self = *self_p;
    if (!self)
        return;
    free(self->words);
    free(self->labels);
    free(self->stems);
    free(self->places);
    gs_buffer_free(&self->folded);
    free(self);
    *self_p = NULL;
}

uint64_t cd_matter_version(const cd_matter_reader *self)
{
    return self->version;
}

const word_entry *matter_word(const cd_matter_reader *self, uint64_t hash)
{
    return word_at(self, hash);
}

const label_entry *matter_label(const cd_matter_reader *self, uint64_t hash)
{
    return label_at(self, hash);
}
