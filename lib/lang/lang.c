// A text's way through the room: segments first, then batches of sentences through the network, then lemmas
// and names.
//
// Sentences of like length run together in the network, whatever their order in the text. A sentence that is
// longer than the network reads at once is cut into windows, each with a tree of its own; their roots hang on
// the first one's, as loosely joined sentences do in UD (parataxis).
#include <stdlib.h>
#include <string.h>

#include "lemma.h"
#include "mentions.h"
#include "network.h"
#include "segment.h"

enum { WINDOW_SEARCH = 48 }; // words before a window's end among which a mark to cut at is looked for

struct gs_lang {
    lang_segmenter *segmenter;
    lang_lemmatiser *lemmatiser;
    lang_lexicon lexicon;
    lang_network network;
    lang_worker *worker;
    uint8_t parataxis;
    bool give_states;
};

static bool open_parts(gs_lang *self, const gs_model *model, gs_error *error)
{
    gs_view section;
    if (!gs_model_section(model, "segment", LANG_SEGMENT_VERSION, &section, error))
        return false;
    self->segmenter = lang_segmenter_new(section, error);
    if (!self->segmenter || !gs_model_section(model, "lemma", LANG_LEMMA_VERSION, &section, error))
        return false;
    self->lemmatiser = lang_lemmatiser_new(section, error);
    return self->lemmatiser && gs_model_section(model, "lexicon", LANG_LEXICON_VERSION, &section, error) &&
           lang_lexicon_open(&self->lexicon, section, error) &&
           gs_model_section(model, "network", LANG_NETWORK_VERSION, &section, error) &&
           lang_network_open(&self->network, section, error);
}

gs_lang *gs_lang_new(const gs_model *model, gs_error *error)
{
    gs_lang *self = gs_allocate(sizeof *self);
    if (!open_parts(self, model, error)) {
        gs_fail_within(error, "%s", gs_model_path(model));
        gs_lang_free(&self);
        return NULL;
    }
    self->worker = lang_worker_new(&self->network, &self->lexicon);
    int parataxis = gs_lang_relation_find(self, "parataxis");
    self->parataxis = (uint8_t)(parataxis < 0 ? 0 : parataxis);
    return self;
}

void gs_lang_free(gs_lang **self_p)
{
    gs_lang *self = *self_p;
    if (!self)
        return;
    lang_segmenter_free(&self->segmenter);
    lang_lemmatiser_free(&self->lemmatiser);
    lang_worker_free(&self->worker);
    lang_network_close(&self->network);
    free(self);
    *self_p = NULL;
}

void gs_lang_give_states(gs_lang *self, bool give)
{
    self->give_states = give;
}

size_t gs_lang_state_width(const gs_lang *self)
{
    return 2 * (size_t)self->network.hidden;
}

const char *gs_lang_xpos_name(const gs_lang *self, uint8_t xpos)
{
    return xpos < self->network.xpos ? self->network.xpos_names[xpos] : "_";
}

const char *gs_lang_relation_name(const gs_lang *self, uint8_t relation)
{
    return relation < self->network.relations ? self->network.relation_names[relation] : "_";
}

static int find_name(const char *const *names, uint32_t count, const char *name)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}

int gs_lang_xpos_find(const gs_lang *self, const char *name)
{
    return find_name(self->network.xpos_names, self->network.xpos, name);
}

int gs_lang_relation_find(const gs_lang *self, const char *name)
{
    return find_name(self->network.relation_names, self->network.relations, name);
}

// ---- windows

typedef struct window_list {
    lang_window *items; // in the arena
    size_t count;
} window_list;

static gs_view form_of(const gs_parse *parse, size_t word)
{
    return gs_view_make(parse->text.data + parse->words[word].begin,
                        parse->words[word].end - parse->words[word].begin);
}

static uint32_t capitals_of(const gs_parse *parse, const gs_parse_sentence *sentence)
{
    gs_view forms[LANG_WINDOW_WORDS];
    size_t count = 0;
    for (uint32_t i = sentence->word_begin; i < sentence->word_end && count < LANG_WINDOW_WORDS; i++)
        forms[count++] = form_of(parse, i);
    return lang_capitals(forms, count);
}

// Where a window from `begin` ends: with the sentence, or behind its last comma or the like, or when it is
// full.
static uint32_t window_end(const gs_parse *parse, uint32_t begin, uint32_t sentence_end)
{
    if (sentence_end - begin <= LANG_WINDOW_WORDS)
        return sentence_end;
    uint32_t full = begin + LANG_WINDOW_WORDS;
    for (uint32_t i = full; i > full - WINDOW_SEARCH; i--) {
        char mark = parse->text.data[parse->words[i - 1].begin];
        if (mark == ',' || mark == ';' || mark == ':' || mark == '.')
            return i;
    }
    return full;
}

static window_list cut_windows(const gs_parse *parse, gs_arena *arena)
{
    size_t most = parse->sentence_count + parse->word_count / (LANG_WINDOW_WORDS - WINDOW_SEARCH) + 1;
    window_list list = {gs_arena_alloc(arena, most * sizeof(lang_window)), 0};
    for (size_t s = 0; s < parse->sentence_count; s++) {
        const gs_parse_sentence *sentence = &parse->sentences[s];
        uint32_t capitals = capitals_of(parse, sentence);
        for (uint32_t begin = sentence->word_begin; begin < sentence->word_end;) {
            uint32_t end = window_end(parse, begin, sentence->word_end);
            list.items[list.count++] = (lang_window){
                begin, end - begin, capitals, begin == sentence->word_begin, end == sentence->word_end};
            begin = end;
        }
    }
    return list;
}

static int longer_first(const void *a, const void *b)
{
    const lang_window *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return x->word_begin < y->word_begin ? -1 : 1;
}

static void read_windows(gs_lang *self, gs_parse *parse, window_list *list, const lang_labels *labels)
{
    qsort(list->items, list->count, sizeof *list->items, longer_first);
    for (size_t at = 0; at < list->count;) {
        size_t count = 0, words = 0;
        while (at + count < list->count && count < LANG_BATCH_WINDOWS &&
               words + list->items[at + count].count <= LANG_BATCH_WORDS)
            words += list->items[at + count++].count;
        lang_worker_read(self->worker, parse, list->items + at, count, labels);
        at += count;
    }
}

// One root a sentence: those of later windows hang on the first.
static void join_windows(const gs_lang *self, gs_parse *parse)
{
    for (size_t s = 0; s < parse->sentence_count; s++) {
        const gs_parse_sentence *sentence = &parse->sentences[s];
        uint32_t root = GS_WORD_ROOT;
        for (uint32_t i = sentence->word_begin; i < sentence->word_end; i++) {
            gs_word *word = &parse->words[i];
            if (word->head != GS_WORD_ROOT)
                continue;
            if (root == GS_WORD_ROOT) {
                root = i;
            } else {
                word->head = root;
                word->relation = self->parataxis;
            }
        }
    }
}

// ---- names

static const uint8_t KIND_OF[LANG_NAME_KINDS] = {
    GS_NAME_PERSON, GS_NAME_ORG,   GS_NAME_LOC,     GS_NAME_MISC,     GS_NAME_DATE,
    GS_NAME_TIME,   GS_NAME_MONEY, GS_NAME_PERCENT, GS_NAME_CARDINAL, GS_NAME_ORDINAL};

// What the corpora put together the lexicon parts: states and towns from other places, peoples from the rest.
static uint8_t refine(const gs_lang *self, const gs_parse *parse, const gs_name *name)
{
    if (name->kind != GS_NAME_LOC && name->kind != GS_NAME_MISC)
        return name->kind;
    uint32_t bits = 0;
    for (uint32_t i = name->word_begin; i < name->word_end; i++)
        bits |= lang_lexicon_look_up(&self->lexicon, form_of(parse, i));
    if (name->kind == GS_NAME_LOC)
        return bits & (1u << LANG_LEXICON_COUNTRY | 1u << LANG_LEXICON_PLACE) ? GS_NAME_GPE : GS_NAME_LOC;
    bool alone = name->word_end == name->word_begin + 1;
    return alone && (bits & 1u << LANG_LEXICON_PEOPLE) ? GS_NAME_NORP : GS_NAME_MISC;
}

static void collect_names(gs_parse *parse, const uint8_t *labels, gs_arena *arena)
{
    enum { BEGIN, INSIDE, END, SINGLE };
    size_t count = 0;
    for (size_t i = 0; i < parse->word_count; i++)
        count += labels[i] != 0 && ((labels[i] - 1) % 4 == BEGIN || (labels[i] - 1) % 4 == SINGLE);
    parse->names = gs_arena_alloc(arena, (count + 1) * sizeof *parse->names);
    parse->name_count = 0;
    for (uint32_t i = 0; i < parse->word_count; i++) {
        if (labels[i] == 0)
            continue;
        int part = (labels[i] - 1) % 4;
        if (part == BEGIN || part == SINGLE)
            parse->names[parse->name_count++] = (gs_name){i, i + 1, KIND_OF[(labels[i] - 1) / 4]};
        else
            parse->names[parse->name_count - 1].word_end = i + 1;
    }
}

const gs_parse *gs_lang_parse(gs_lang *self, gs_view text, gs_lang_division division, gs_arena *arena)
{
    gs_parse *parse = gs_arena_zalloc(arena, sizeof *parse);
    parse->text = text;
    lang_segment(self->segmenter, division, parse, arena);
    window_list windows = cut_windows(parse, arena);
    lang_labels labels = {gs_arena_zalloc(arena, parse->word_count + 1),
                          gs_arena_alloc(arena, (parse->word_count + 1) * LANG_MENTION_KINDS * sizeof(float)),
                          NULL};
    if (self->give_states) {
        parse->state_width = gs_lang_state_width(self);
        parse->states = labels.states = gs_arena_alloc(arena, (parse->word_count + 1) * parse->state_width);
    }
    read_windows(self, parse, &windows, &labels);
    join_windows(self, parse);
    collect_names(parse, labels.label, arena);
    lang_mentions_agree(parse, labels.kinds, arena);
    for (size_t n = 0; n < parse->name_count; n++)
        parse->names[n].kind = refine(self, parse, &parse->names[n]);
    for (size_t i = 0; i < parse->word_count; i++) {
        gs_word *word = &parse->words[i];
        word->lemma = lang_lemma(self->lemmatiser, form_of(parse, i), (gs_upos)word->upos,
                                 gs_lang_xpos_name(self, word->xpos), arena);
    }
    return parse;
}
