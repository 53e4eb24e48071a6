// Mention replacement (Dai and Adel, "An Analysis of Simple Data Augmentation for Named Entity Recognition",
// 2020): a name is exchanged for another of its kind from the word lists. Only names with as many words are
// taken, so that tags, heads and labels of the sentence stay right. Accents go: news in English mostly writes
// without.
#include "corpus_rename.h"
#include "neural/train/random.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { NAME_BYTES = 96 };

// The name without accents, its words parted by single spaces; how many words, or 0 if it is not plainly a
// name.
static size_t plain_name(gs_view name, char plain[NAME_BYTES])
{
    utf8proc_uint8_t *bare = NULL;
    utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)name.data, (utf8proc_ssize_t)name.size,
                                         &bare, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_STRIPMARK);
    size_t words = 0, out = 0;
    bool good = size > 1 && size < NAME_BYTES, inside = false;
    for (utf8proc_ssize_t i = 0; good && i < size; i++) {
        unsigned char c = bare[i];
        if (c == ' ') {
            inside = false;
            continue;
        }
        good = (inside && (islower(c) || isupper(c))) || isupper(c);
        if (!inside && out > 0)
            plain[out++] = ' ';
        words += !inside;
        inside = true;
        plain[out++] = (char)c;
    }
    plain[out] = '\0';
    free(bare);
    return good && words <= POOL_WORDS ? words : 0;
}

static void add(gs_buffer *pool, const char *name)
{
    gs_buffer_append(pool, name, strlen(name) + 1);
}

void name_pool_add_person(name_pool *self, gs_view name, bool surname_first)
{
    char plain[NAME_BYTES];
    size_t words = plain_name(gs_view_trim(name), plain);
    if (words < 2)
        return;
    add(&self->persons[words - 1], plain);
    char *surname = surname_first ? plain : strrchr(plain, ' ') + 1;
    if (surname_first)
        *strchr(plain, ' ') = '\0';
    add(&self->persons[0], surname);
    if (strlen(surname) <= 3 && islower((unsigned char)surname[1]))
        add(&self->short_surnames, surname);
}

void name_pool_add_place(name_pool *self, gs_view name)
{
    char plain[NAME_BYTES];
    size_t words = plain_name(gs_view_trim(name), plain);
    if (words > 0)
        add(&self->places[words - 1], plain);
}

static bool is_small_word(gs_view word)
{
    static const char *const SMALL[] = {"A",  "AN", "AND", "AT",  "BY", "FOR",
                                        "IN", "OF", "ON",  "THE", "TO", "WITH"};
    for (size_t i = 0; i < sizeof SMALL / sizeof SMALL[0]; i++)
        if (gs_view_equal(word, gs_view_of(SMALL[i])))
            return true;
    return false;
}

void name_pool_add_capitals(name_pool *self, gs_view name, bool place)
{
    enum { LETTERS = 4 }; // a single word of no more is a body's initials
    char plain[NAME_BYTES];
    size_t words = 0, out = 0;
    bool initials = !place && name.size <= LETTERS && !memchr(name.data, '_', name.size);
    for (size_t at = 0; at < name.size && out + 2 < sizeof plain; words++) {
        size_t end = at;
        while (end < name.size && isupper((unsigned char)name.data[end]))
            end++;
        if (end == at || (end < name.size && name.data[end] != '_'))
            return; // digits, marks: not plainly a name
        bool small = words > 0 && is_small_word(gs_view_slice(name, at, end));
        if (words > 0)
            plain[out++] = ' ';
        for (size_t i = at; i < end && out + 1 < sizeof plain; i++) {
            bool large = initials || (i == at && !small);
            plain[out++] = (char)(large ? name.data[i] : tolower((unsigned char)name.data[i]));
        }
        at = end + 1;
    }
    plain[out < sizeof plain ? out : sizeof plain - 1] = '\0';
    if (words > 0 && words <= POOL_WORDS)
        add(place ? &self->places[words - 1] : &self->bodies[words - 1], plain);
}

void name_pool_free(name_pool *self)
{
    for (size_t i = 0; i < POOL_WORDS; i++) {
        gs_buffer_free(&self->persons[i]);
        gs_buffer_free(&self->places[i]);
        gs_buffer_free(&self->bodies[i]);
    }
    gs_buffer_free(&self->short_surnames);
}

// A name at a random place of the pool, or NULL if it is empty.
static const char *draw(const gs_buffer *pool, uint64_t *state)
{
    if (pool->size == 0)
        return NULL;
    size_t at = (size_t)(gs_random_next(state) % pool->size);
    while (at > 0 && pool->data[at - 1] != '\0')
        at--;
    return pool->data + at;
}

static size_t name_length(const corpus_sentence *sentence, uint32_t at)
{
    size_t count = 1;
    while (at + count < sentence->count && sentence->words[at + count].name[0] == 'I')
        count++;
    return count;
}

// Whether the name has small and capital words where the mention has them, so that its tags fit.
static bool same_pattern(const corpus_sentence *sentence, uint32_t at, size_t words, const char *name)
{
    for (size_t i = 0; i < words; i++) {
        if (!islower((unsigned char)name[0]) != !islower((unsigned char)sentence->words[at + i].form[0]))
            return false;
        name += strcspn(name, " ");
        name += *name == ' ';
    }
    return true;
}

static const char *draw_name(const corpus_sentence *sentence, uint32_t at, size_t words,
                             const name_pool *pool, uint64_t *state)
{
    enum { TRIES = 8, SHORT_IN = 6 };
    const char *name = sentence->words[at].name;
    const gs_buffer *from = strcmp(name, "B-PERSON") == 0 ? pool->persons
                            : strcmp(name, "B-LOC") == 0  ? pool->places
                            : strcmp(name, "B-ORG") == 0  ? pool->bodies
                                                          : NULL;
    if (!from || words > POOL_WORDS)
        return NULL;
    // Not at the sentence's begin, where nobody can tell He from he.
    if (from == pool->persons && words == 1 && at > 0 && gs_random_next(state) % SHORT_IN == 0)
        return draw(&pool->short_surnames, state);
    for (int i = 0; i < TRIES; i++) {
        const char *other = draw(&from[words - 1], state);
        if (other && same_pattern(sentence, at, words, other))
            return other;
    }
    return NULL;
}

static void rename_at(corpus *self, const corpus_sentence *sentence, uint32_t at, const name_pool *pool,
                      uint64_t *state)
{
    if (sentence->words[at].name[0] != 'B')
        return;
    size_t words = name_length(sentence, at);
    const char *other = draw_name(sentence, at, words, pool, state);
    for (size_t i = 0; other && i < words; i++) {
        size_t size = strcspn(other, " ");
        sentence->words[at + i].form = gs_arena_text(self->arena, gs_view_make(other, size));
        other += size + (other[size] == ' ');
    }
}

static bool can_rename(const corpus_sentence *sentence)
{
    for (uint32_t i = 0; i < sentence->count; i++)
        if (strcmp(sentence->words[i].name, "B-PERSON") == 0 ||
            strcmp(sentence->words[i].name, "B-LOC") == 0 || strcmp(sentence->words[i].name, "B-ORG") == 0)
            return true;
    return false;
}

void corpus_rename(corpus *self, const corpus *from, const name_pool *pool, uint64_t seed)
{
    for (size_t s = 0; s < from->count; s++) {
        const corpus_sentence *old = &from->sentences[s];
        if (!can_rename(old))
            continue;
        corpus_sentence *sentence = corpus_add(self, old->words, old->count);
        for (uint32_t i = 0; i < sentence->count; i++)
            rename_at(self, sentence, i, pool, &seed);
    }
}

static const char *headline_form(corpus *self, const char *form, bool first)
{
    static const char *const SMALL[] = {"a",  "an", "and", "as", "at",  "but", "by",   "for", "from",
                                        "in", "of", "on",  "or", "the", "to",  "with", "n't", "'s"};
    for (size_t i = 0; !first && i < sizeof SMALL / sizeof SMALL[0]; i++)
        if (strcmp(form, SMALL[i]) == 0)
            return form;
    if (!islower((unsigned char)form[0]))
        return form;
    char *large = gs_arena_text(self->arena, gs_view_of(form));
    large[0] = (char)toupper((unsigned char)large[0]);
    return large;
}

void corpus_headlines(corpus *self, const corpus *from)
{
    enum { SHORTEST = 5, LONGEST = 16 };
    for (size_t s = 0; s < from->count; s++) {
        const corpus_sentence *old = &from->sentences[s];
        uint32_t count = old->count;
        // The full stop must be a leaf at the end, or heads would point beyond the sentence.
        if (count > 0 && strcmp(old->words[count - 1].form, ".") == 0)
            count--;
        bool good = count >= SHORTEST && count <= LONGEST;
        for (uint32_t i = 0; good && i < count; i++)
            good = old->words[i].head < (int32_t)count;
        if (!good)
            continue;
        corpus_sentence *sentence = corpus_add(self, old->words, count);
        for (uint32_t i = 0; i < count; i++)
            sentence->words[i].form = headline_form(self, sentence->words[i].form, i == 0);
    }
}

void corpus_untagged(corpus *self, const corpus *from)
{
    for (size_t s = 0; s < from->count; s++) {
        corpus_sentence *sentence = corpus_add(self, from->sentences[s].words, from->sentences[s].count);
        for (uint32_t i = 0; i < sentence->count; i++) {
            corpus_word *word = &sentence->words[i];
            word->upos = GS_UPOS_COUNT;
            word->xpos = word->relation = "_";
            word->head = -2;
        }
    }
}
