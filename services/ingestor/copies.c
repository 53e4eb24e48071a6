// copies: the same article once, although many sites print it.
//
// An article whose text stands in one that was read before is a copy of it: it is passed on, marked copy_of,
// so that what it says counts as further reports of what the first one says. One that has just the words of
// another article of its site or publisher, under another address, is that article, and is not passed on at
// all.
//
// Which article is the first is told by the order in which this ingestor read them, once: an article that was
// taken as a first one stays that, whatever its later revisions say, so that no two articles can become
// copies of each other. All of it is part of the transaction that the article is written in, so a repeat
// after a kill comes to the same result.
#include "ingestor.h"

#include <string.h>

// Key i of an article: that of all its words, then those of its sketch.
enum { KEY_CONTENT, KEY_SKETCH };
_Static_assert(KEY_SKETCH + GS_SKETCH_KEYS <= GS_TEXT_KEYS, "an article has more keys than a text may have");

typedef struct candidate {
    gs_text text;
    gs_sketch sketch;
    char *site;
    uint64_t keys[GS_TEXT_KEYS];
    size_t key_count;
} candidate;

static bool is_zero(gs_id id)
{
    static const gs_id zero;
    return gs_id_equal(id, zero);
}

static gs_id text_id(const char *label, const char *text)
{
    return gs_id_of(label, gs_view_of(text), gs_view_of(""));
}

// What tells whose articles have much in common: the site, or what stands for it.
static char *site_of(const gs_article *article, gs_arena *arena)
{
    char *site = gs_url_site(gs_view_of(article->url), arena);
    return site[0] != '\0' ? site : article->publisher[0] != '\0' ? article->publisher : article->source_id;
}

static void add_keys(candidate *self)
{
    // Sketch keys are less than 2^32, this one is not.
    self->keys[KEY_CONTENT] = (gs_id_hash(self->text.content) & UINT64_MAX >> 1) | UINT64_C(1) << 62;
    self->key_count = KEY_SKETCH;
    for (uint32_t i = 0; i < self->sketch.count && i < GS_SKETCH_KEYS; i++) {
        self->keys[self->key_count++] = self->sketch.least[i];
    }
}

static void read_candidate(candidate *self, const gs_article *article, gs_id article_id, gs_id content,
                           gs_arena *arena)
{
    memset(self, 0, sizeof *self);
    self->site = site_of(article, arena);
    self->text.article = article_id;
    self->text.content = content;
    self->text.site = text_id("site", self->site);
    self->text.publisher = text_id("publisher", article->publisher);
    self->text.address = text_id("address", gs_url_canonical(gs_view_of(article->url), arena));
    gs_sketch_make(gs_view_of(article->text), &self->sketch);
    add_keys(self);
    // As it is kept: the number of words, then the members.
    const size_t size = (1 + self->sketch.count) * sizeof(uint32_t);
    char *bytes = gs_arena_alloc(arena, size);
    memcpy(bytes, &self->sketch.words, sizeof(uint32_t));
    memcpy(bytes + sizeof(uint32_t), self->sketch.least, self->sketch.count * sizeof(uint32_t));
    self->text.sketch = gs_view_make(bytes, size);
}

static void unpack_sketch(gs_view bytes, gs_sketch *sketch)
{
    const size_t count = bytes.size / sizeof(uint32_t);
    sketch->words = 0;
    sketch->count = 0;
    if (count < 1 || count > 1 + GS_SKETCH_SIZE) {
        return;
    }
    sketch->count = (uint32_t)(count - 1);
    memcpy(&sketch->words, bytes.data, sizeof(uint32_t));
    memcpy(sketch->least, bytes.data + sizeof(uint32_t), sketch->count * sizeof(uint32_t));
}

// The likeliest of those found; of equals the one that was read first. NULL if none is a copy's original.
static const gs_text *best_of(const candidate *self, const gs_text *found, size_t count, uint32_t *words)
{
    const gs_text *best = NULL;
    double likeliest = 0;
    for (size_t i = 0; i < count; i++) {
        gs_sketch earlier;
        if (gs_id_equal(found[i].article, self->text.article)) {
            continue;
        }
        unpack_sketch(found[i].sketch, &earlier);
        const double likeness =
            gs_sketch_likeness(&self->sketch, &earlier, gs_id_equal(found[i].site, self->text.site));
        if (likeness >= gs_sketch_copy &&
            (likeness > likeliest || (likeness == likeliest && found[i].row < best->row))) {
            best = &found[i];
            likeliest = likeness;
            *words = earlier.words;
        }
    }
    return best;
}

static bool is_another_address(const candidate *self, const gs_article *article, const gs_text *found,
                               size_t count)
{
    const bool has_publisher = article->publisher[0] != '\0';
    // Without an address articles are told apart by their ids alone.
    for (size_t i = 0; article->url[0] != '\0' && i < count; i++) {
        const bool same_owner = gs_id_equal(found[i].site, self->text.site) ||
                                (has_publisher && gs_id_equal(found[i].publisher, self->text.publisher));
        if (same_owner && gs_id_equal(found[i].content, self->text.content) &&
            !gs_id_equal(found[i].article, self->text.article)) {
            return true;
        }
    }
    return false;
}

// A copy whose first one leads to it needs no keys of its own, unless it has much that the first one lacks.
static bool put(ingestor *self, const candidate *one, uint32_t first_words, uint64_t now_us, gs_error *error)
{
    const bool is_copy = !is_zero(one->text.first);
    const bool has_more = one->sketch.words > first_words + first_words / 3;
    return gs_text_put(self->store, &one->text, one->keys, is_copy && !has_more ? KEY_SKETCH : one->key_count,
                       now_us, error);
}

bool copies_mark(ingestor *self, gs_article *article, gs_id article_id, gs_id content, bool is_new,
                 bool *is_same, gs_error *error)
{
    candidate one;
    gs_text known;
    gs_text *found = NULL;
    size_t count = 0;
    bool was_read = false;
    uint32_t words = 0;
    gs_arena *arena = self->batch.arena;
    *is_same = false;
    if (self->daemon.config->ingestor.copies_days == 0) {
        return true;
    }
    read_candidate(&one, article, article_id, content, arena);
    if (!is_new && !gs_text_get(self->store, article_id, arena, &was_read, &known, error)) {
        return false;
    }
    if ((!was_read || !is_zero(known.first)) &&
        !gs_text_find(self->store, one.keys, one.key_count, arena, &found, &count, error)) {
        return false;
    }
    *is_same = is_new && is_another_address(&one, article, found, count);
    if (*is_same) {
        return true;
    }
    const gs_text *first = best_of(&one, found, count, &words);
    if (first != NULL) {
        one.text.first = is_zero(first->first) ? first->article : first->first;
    } else if (article->copy_of[0] != '\0' && !gs_id_parse(gs_view_of(article->copy_of), &one.text.first)) {
        one.text.first = (gs_id){{0}};
    }
    if (gs_id_equal(one.text.first, article_id)) { // its own place in the memory ran out before its copy's
        one.text.first = (gs_id){{0}};
    }
    if (!is_zero(one.text.first)) {
        article->copy_of = gs_arena_alloc(arena, GS_ID_TEXT);
        gs_id_text(one.text.first, article->copy_of);
        self->copies++;
    }
    return put(self, &one, words, article->ingested_us, error);
}

bool copies_claim(ingestor *self, gs_article *article, gs_id *article_id, gs_id content, gs_error *error)
{
    gs_arena *arena = self->batch.arena;
    gs_text known;
    bool found = false;
    if (article->canonical_url[0] == '\0' || article->url[0] == '\0' ||
        self->daemon.config->ingestor.copies_days == 0 ||
        strcmp(gs_url_site(gs_view_of(article->url), arena),
               gs_url_site(gs_view_of(article->canonical_url), arena)) == 0) {
        return true;
    }
    if (!gs_text_get(self->store, *article_id, arena, &found, &known, error)) {
        return false;
    }
    const char *address = gs_url_canonical(gs_view_of(article->url), arena);
    if (!found || gs_id_equal(known.address, text_id("address", address)) ||
        gs_id_equal(known.content, content)) {
        return true;
    }
    article->copy_of = gs_arena_alloc(arena, GS_ID_TEXT);
    gs_id_text(is_zero(known.first) ? known.article : known.first, article->copy_of);
    *article_id = gs_article_id_of_url(address);
    article->article_id = gs_arena_alloc(arena, GS_ID_TEXT);
    gs_id_text(*article_id, article->article_id);
    return true;
}
