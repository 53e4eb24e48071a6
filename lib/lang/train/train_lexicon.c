// Builds the lexicon's section: the word lists in their order, then the table that lib/lang/lexicon.c reads.
//
// Order matters in one place: the lists of offices do not tell persons from bodies ("minister", "ministry"),
// so WordNet goes first and is asked.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lexicon_builder.h"
#include "name_words.h"
#include "train.h"

enum { FIRST_CAPACITY = 1 << 17 };

void lexicon_builder_init(lexicon_builder *self)
{
    self->count = 0;
    self->capacity = FIRST_CAPACITY;
    self->hashes = gs_allocate(self->capacity * sizeof *self->hashes);
    self->bits = gs_allocate(self->capacity * sizeof *self->bits);
}

void lexicon_builder_free(lexicon_builder *self)
{
    free(self->hashes);
    free(self->bits);
    memset(self, 0, sizeof *self);
}

static size_t slot_of(const lexicon_builder *self, uint64_t hash)
{
    size_t slot = hash & (self->capacity - 1);
    while (self->hashes[slot] != 0 && self->hashes[slot] != hash)
        slot = (slot + 1) & (self->capacity - 1);
    return slot;
}

static void grow(lexicon_builder *self)
{
    lexicon_builder old = *self;
    self->capacity = old.capacity * 2;
    self->hashes = gs_allocate(self->capacity * sizeof *self->hashes);
    self->bits = gs_allocate(self->capacity * sizeof *self->bits);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.hashes[i] != 0) {
            size_t slot = slot_of(self, old.hashes[i]);
            self->hashes[slot] = old.hashes[i];
            self->bits[slot] = old.bits[i];
        }
    lexicon_builder_free(&old);
}

static uint64_t hash_in(lang_lexicon_space space, gs_view word)
{
    char small[LANG_LEXICON_FORM_BYTES];
    size_t capitals = 0;
    size_t size = lang_lexicon_small(word, small, &capitals);
    if (size == 0)
        return 0;
    return lang_lexicon_hash(space == LANG_LEXICON_LETTERS ? word : gs_view_make(small, size), space);
}

void lexicon_builder_add(lexicon_builder *self, lang_lexicon_space space, gs_view word, uint32_t bits)
{
    uint64_t hash = hash_in(space, word);
    if (hash == 0 || bits == 0)
        return;
    if (self->count * 2 >= self->capacity)
        grow(self);
    size_t slot = slot_of(self, hash);
    self->count += self->hashes[slot] == 0;
    self->hashes[slot] = hash;
    self->bits[slot] |= bits;
}

uint32_t lexicon_builder_get(const lexicon_builder *self, lang_lexicon_space space, gs_view word)
{
    uint64_t hash = hash_in(space, word);
    return hash == 0 ? 0 : self->bits[slot_of(self, hash)];
}

typedef struct entry {
    uint64_t hash;
    uint32_t bits;
} entry;

static int compare_entries(const void *left, const void *right)
{
    uint64_t a = ((const entry *)left)->hash, b = ((const entry *)right)->hash;
    return a < b ? -1 : a > b;
}

void lexicon_builder_write(const lexicon_builder *self, gs_buffer *section)
{
    entry *entries = gs_allocate((self->count + 1) * sizeof *entries);
    uint32_t count = 0, bucket_bits = 1;
    for (size_t i = 0; i < self->capacity; i++)
        if (self->hashes[i] != 0)
            entries[count++] = (entry){self->hashes[i], self->bits[i]};
    qsort(entries, count, sizeof *entries, compare_entries);
    while ((count >> bucket_bits) > 4)
        bucket_bits++;
    uint32_t head[4] = {count, bucket_bits, 0, 0};
    gs_buffer_append(section, head, sizeof head);
    for (uint32_t i = 0; i < count; i++)
        gs_buffer_append(section, &entries[i].hash, sizeof entries[i].hash);
    for (uint32_t i = 0; i < count; i++)
        gs_buffer_append(section, &entries[i].bits, sizeof entries[i].bits);
    uint32_t next = 0;
    for (uint64_t bucket = 0; bucket <= UINT64_C(1) << bucket_bits; bucket++) {
        while (next < count && entries[next].hash >> (64 - bucket_bits) < bucket)
            next++;
        gs_buffer_append(section, &next, sizeof next);
    }
    free(entries);
}

// ---- reading lists

bool lexicon_read_file(const char *directory, const char *name, gs_buffer *text, gs_error *error)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    gs_buffer_clear(text);
    FILE *file = fopen(path, "rb");
    if (!file)
        return gs_fail(error, GS_E_IO, "%s: cannot read: %s", path, strerror(errno));
    char block[65536];
    for (size_t size; (size = fread(block, 1, sizeof block, file)) > 0;)
        gs_buffer_append(text, block, size);
    bool good = !ferror(file);
    fclose(file);
    gs_buffer_append(text, "", 0);
    return good || gs_fail(error, GS_E_IO, "%s: cannot be read to its end", path);
}

bool lexicon_next_line(gs_view *rest, gs_view *line)
{
    if (rest->size == 0)
        return false;
    const char *end = memchr(rest->data, '\n', rest->size);
    size_t size = end ? (size_t)(end - rest->data) : rest->size;
    *line = gs_view_make(rest->data, size);
    size_t past = size + (end != NULL);
    *rest = gs_view_slice(*rest, past, rest->size);
    while (line->size > 0 && line->data[line->size - 1] == '\r')
        line->size--;
    return true;
}

bool lexicon_next_piece(gs_view *rest, const char *separators, gs_view *piece)
{
    size_t begin = 0;
    while (begin < rest->size && strchr(separators, rest->data[begin]))
        begin++;
    size_t end = begin;
    while (end < rest->size && !strchr(separators, rest->data[end]))
        end++;
    *piece = gs_view_slice(*rest, begin, end);
    *rest = gs_view_slice(*rest, end, rest->size);
    return piece->size > 0;
}

// ---- the lists that the trainer holds itself

static const struct {
    name_list list;
    lang_lexicon_space space;
    uint32_t bits;
} word_lists[] = {
    {NAME_LIST_DEMONYMS, LANG_LEXICON_CAPITAL, LEXICON_BIT(PEOPLE)},
    {NAME_LIST_MONTHS, LANG_LEXICON_CAPITAL, LEXICON_BIT(MONTH)},
    {NAME_LIST_WEEKDAYS, LANG_LEXICON_CAPITAL, LEXICON_BIT(WEEKDAY)},
    {NAME_LIST_NUMBERS, LANG_LEXICON_SMALL, LEXICON_BIT(NUMBER)},
    {NAME_LIST_UNITS, LANG_LEXICON_SMALL, LEXICON_BIT(UNIT)},
    {NAME_LIST_TIMES, LANG_LEXICON_SMALL, LEXICON_BIT(TIME_NOUN)},
    {NAME_LIST_TITLES, LANG_LEXICON_SMALL, LEXICON_BIT(TITLE)},
    {NAME_LIST_BODY_HEADS, LANG_LEXICON_SMALL, LEXICON_BIT(BODY_HEAD)},
};

void lexicon_add_word_lists(lexicon_builder *self)
{
    static const char *const plurals[] = {"s", "men", NULL};
    for (size_t i = 0; i < sizeof word_lists / sizeof word_lists[0]; i++) {
        size_t count = 0;
        const char *const *words = name_words(word_lists[i].list, &count);
        for (size_t j = 0; j < count; j++) {
            gs_view word = gs_view_of(words[j]);
            lexicon_builder_add(self, word_lists[i].space, word, word_lists[i].bits);
            uint32_t known = lexicon_builder_get(self, LANG_LEXICON_SMALL, word);
            if (word_lists[i].list == NAME_LIST_TITLES && (known & LEXICON_BIT(PERSON_NOUN)))
                lexicon_builder_add(self, LANG_LEXICON_SMALL, word, LEXICON_BIT(ROLE));
            for (size_t k = 0; word_lists[i].list == NAME_LIST_DEMONYMS && plurals[k]; k++) {
                char plural[LANG_LEXICON_FORM_BYTES];
                size_t stem = word.size - (k == 1 && gs_view_ends(word, "man") ? 3 : 0);
                int size = snprintf(plural, sizeof plural, "%.*s%s", (int)stem, words[j], plurals[k]);
                if (size > 0 && name_words_demonym(plural))
                    lexicon_builder_add(self, LANG_LEXICON_CAPITAL, gs_view_of(plural), LEXICON_BIT(PEOPLE));
            }
        }
    }
}

bool train_lexicon(const char *wordnet_directory, const char *iso_codes_directory,
                   const char *gazetteer_directory, struct name_pool *pool, gs_buffer *section,
                   gs_error *error)
{
    lexicon_builder builder;
    lexicon_builder_init(&builder);
    builder.pool = pool;
    bool good = lexicon_add_wordnet(&builder, wordnet_directory, error);
    if (good)
        lexicon_add_word_lists(&builder);
    good = good && lexicon_add_places(&builder, iso_codes_directory, gazetteer_directory, error) &&
           lexicon_add_people(&builder, gazetteer_directory, error);
    if (good)
        lexicon_builder_write(&builder, section);
    lexicon_builder_free(&builder);
    return good;
}
