// Credit lines. Reader comments, pull quotes and posts give the name behind a dash, and newspapers, of which
// the corpus is made, do so a dozen times in twenty thousand attributions. So a part of the quotations that
// it has with a named source are told again as lines of that kind, with the dashes that people type; a few
// lines make an article, under the headline of the one they were taken from.
#include "attribution_data.h"

#include <string.h>

#include "neural/train/random.h"

enum { LINES = 6, SHARE = 3, SOURCE_BYTES = 40 }; // lines of an article; every third quotation

// A quotation with its source, in an article's text.
typedef struct credit {
    gs_view quotation, source;
} credit;

static gs_view bytes_of(gs_view text, st_range range)
{
    return gs_view_slice(text, range.begin, range.end);
}

static size_t mark_size(gs_view text, bool at_end)
{
    static const char *const OPEN[] = {"\"", "\xE2\x80\x9C"}, *const CLOSE[] = {"\"", "\xE2\x80\x9D"};
    for (size_t i = 0; i < 2; i++)
        if (at_end ? gs_view_ends(text, CLOSE[i]) : gs_view_starts(text, OPEN[i]))
            return strlen(OPEN[i]);
    return 0;
}

// False if the attribution is no plain quotation of somebody named.
static bool credit_of(gs_view text, const st_gold *gold, credit *out)
{
    for (int p = 0; p < ST_PARTS; p++)
        if (gold->count[p] != 1)
            return false;
    out->quotation = bytes_of(text, gold->spans[ST_CONTENT][0]);
    out->source = bytes_of(text, gold->spans[ST_SOURCE][0]);
    char first = out->source.size ? out->source.data[0] : ' ';
    return mark_size(out->quotation, false) && mark_size(out->quotation, true) && out->quotation.size > 30 &&
           !memchr(out->quotation.data, '\n', out->quotation.size) && out->source.size <= SOURCE_BYTES &&
           first >= 'A' && first <= 'Z';
}

// An article in the making.
typedef struct telling {
    st_corpus *corpus;
    gs_buffer text;
    st_gold gold[LINES];
    size_t count;
} telling;

static void keep_span(telling *self, st_part part, size_t begin)
{
    st_gold *gold = &self->gold[self->count];
    gold->spans[part] = gs_arena_alloc(self->corpus->arena, sizeof(st_range));
    gold->spans[part][0] = (st_range){(uint32_t)begin, (uint32_t)self->text.size};
    gold->count[part] = 1;
}

// A comma before the closing mark becomes a full stop: nothing follows.
static void append_quotation(gs_buffer *out, gs_view quotation)
{
    size_t mark = mark_size(quotation, true), body = quotation.size - mark;
    bool comma = body > 0 && quotation.data[body - 1] == ',';
    gs_buffer_append(out, quotation.data, comma ? body - 1 : body);
    gs_buffer_text(out, comma ? "." : "");
    gs_buffer_append(out, quotation.data + body, mark);
}

static void add_line(telling *self, const credit *line, uint64_t *random)
{
    static const char *const DASHES[] = {"\xE2\x80\x94", "\xE2\x80\x93", "\xE2\x80\x95", "--", "-"};
    static const char *const SPACES[] = {" ", " ", "\n", ""};
    self->gold[self->count] = (st_gold){0};
    gs_buffer_text(&self->text, "\n\n");
    size_t begin = self->text.size;
    append_quotation(&self->text, line->quotation);
    keep_span(self, ST_CONTENT, begin);
    gs_buffer_text(&self->text, SPACES[gs_random_next(random) % 4]);
    begin = self->text.size;
    gs_buffer_text(&self->text, DASHES[gs_random_next(random) % 5]);
    keep_span(self, ST_CUE, begin);
    gs_buffer_text(&self->text, SPACES[gs_random_next(random) % 2]);
    begin = self->text.size;
    gs_buffer_append(&self->text, line->source.data, line->source.size);
    keep_span(self, ST_SOURCE, begin);
    gs_buffer_text(&self->text, gs_random_next(random) % 4 ? "" : ".");
    self->count++;
}

static void finish_article(telling *self, gs_lang *lang)
{
    gs_arena *arena = self->corpus->arena;
    gs_view text = {gs_arena_text(arena, gs_buffer_view(&self->text)), self->text.size};
    st_gold *gold = gs_arena_alloc(arena, sizeof self->gold);
    memcpy(gold, self->gold, sizeof self->gold);
    const gs_parse *parse = gs_lang_parse(lang, text, GS_LANG_PARAGRAPHS, arena);
    st_corpus_add(self->corpus, "retold", parse, gold, self->count);
    self->count = 0;
}

static void begin_article(telling *self, gs_view from)
{
    const char *line = memchr(from.data, '\n', from.size);
    gs_buffer_clear(&self->text);
    gs_buffer_append(&self->text, from.data, line ? (size_t)(line - from.data) : from.size);
}

void st_corpus_retell(st_corpus *self, gs_lang *lang, uint64_t seed)
{
    telling now = {.corpus = self};
    uint64_t random = gs_random_mix(seed + 1);
    size_t given = self->document_count;
    for (size_t d = 0; d < given; d++) {
        gs_view text = self->documents[d].parse->text;
        for (size_t g = 0; g < self->documents[d].gold_count; g++) {
            credit line;
            if (!credit_of(text, &self->documents[d].gold[g], &line) || gs_random_next(&random) % SHARE)
                continue;
            if (now.count == 0)
                begin_article(&now, text);
            add_line(&now, &line, &random);
            if (now.count == LINES)
                finish_article(&now, lang);
        }
    }
    if (now.count > 0)
        finish_article(&now, lang);
    gs_buffer_free(&now.text);
}
