// Mention replacement (Dai and Adel, "An Analysis of Simple Data Augmentation for Named Entity Recognition",
// 2020): a name is exchanged for another of its kind from the word lists. Only names with as many words are
// taken, so that tags, heads and labels of the sentence stay right. Accents go: news in English mostly writes
// without.
#include "corpus_rename.h"
#include "random.h"

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
}

void name_pool_add_place(name_pool *self, gs_view name)
{
    char plain[NAME_BYTES];
    size_t words = plain_name(gs_view_trim(name), plain);
    if (words > 0)
        add(&self->places[words - 1], plain);
}

void name_pool_free(name_pool *self)
{
    for (size_t i = 0; i < POOL_WORDS; i++) {
        gs_buffer_free(&self->persons[i]);
        gs_buffer_free(&self->places[i]);
    }
}

// A name at a random place of the pool, or NULL if it is empty.
static const char *draw(const gs_buffer *pool, uint64_t *state)
{
    if (pool->size == 0)
        return NULL;
    size_t at = (size_t)(random_next(state) % pool->size);
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

static void rename_at(corpus *self, const corpus_sentence *sentence, uint32_t at, const name_pool *pool,
                      uint64_t *state)
{
    const char *name = sentence->words[at].name;
    bool person = strcmp(name, "B-PERSON") == 0, place = strcmp(name, "B-LOC") == 0;
    size_t words = name_length(sentence, at);
    if ((!person && !place) || words > POOL_WORDS)
        return;
    const char *other = draw(person ? &pool->persons[words - 1] : &pool->places[words - 1], state);
    for (size_t i = 0; other && i < words; i++) {
        size_t size = strcspn(other, " ");
        sentence->words[at + i].form = gs_arena_text(self->arena, gs_view_make(other, size));
        other += size + (other[size] == ' ');
    }
}

void corpus_rename(corpus *self, const corpus *from, const name_pool *pool, uint64_t seed)
{
    for (size_t s = 0; s < from->count; s++) {
        const corpus_sentence *old = &from->sentences[s];
        bool named = false;
        for (uint32_t i = 0; i < old->count && !named; i++)
            named = strcmp(old->words[i].name, "B-PERSON") == 0 || strcmp(old->words[i].name, "B-LOC") == 0;
        if (!named)
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
