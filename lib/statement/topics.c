// What a statement is about: a label of two to five words, and the names in it.
//
// A label is a noun of the content with the words that narrow it on its left ("trade talks", "oil price
// cap"), or on its right where there are none ("removal of tariffs"). The one is taken whose nouns the
// article and its title repeat most, so that the articles of one matter, which repeat the same nouns, come to
// the same label; it is written in lower case but for names, in the form the article has.
#include "reading.h"

#include <string.h>

enum {
    LABEL_WORDS = 5,
    NAMES = 3,
    NAME_WORDS = 5,
    SLOTS = 4096,
    PROBES = 16,
    TITLE_WEIGHT = 3, // a noun of the title counts so often
    LABEL_BYTES = 80,
    SIDE_SHARE = 3,
    ARTICLE_TOKENS = 1500, // in which the article's own label is looked for
};

typedef struct topic_counts {
    uint64_t keys[SLOTS];
    uint16_t counts[SLOTS];
} topic_counts;

// A small counting table; an article with more different nouns than slots loses the rare ones.
static uint16_t *slot(topic_counts *counts, gs_view word, bool add)
{
    uint64_t key = gs_hash(word) | 1;
    for (size_t probe = 0; probe < PROBES; probe++) {
        size_t i = (size_t)(key + probe) % SLOTS;
        if (counts->keys[i] == key)
            return &counts->counts[i];
        if (counts->keys[i] == 0 && add) {
            counts->keys[i] = key;
            return &counts->counts[i];
        }
    }
    return NULL;
}

static bool is_noun(const st_reading *reading, uint32_t token)
{
    const st_token *found = st_at(reading, token);
    bool person =
        found->name != ST_NONE && reading->document->parse->names[found->name].kind == GS_NAME_PERSON;
    return (found->upos == GS_NOUN || found->upos == GS_PROPN) && found->kind == ST_KIND_WORD && !person &&
           strlen(found->lower) > 2 && reading->marks[token].word == ST_WORD_OTHER &&
           reading->marks[token].role == ST_ROLE_NONE;
}

// Nouns that say nothing of the matter.
static bool is_dull(const char *lemma)
{
    static const char *const dull[] = {
        "people",    "per",          "thing",    "way",       "time",     "day",     "week",
        "month",     "year",         "lot",      "kind",      "part",     "number",  "case",
        "fact",      "issue",        "side",     "man",       "woman",    "percent", "cent",
        "end",       "morning",      "matter",   "point",     "question", "word",    "minister",
        "president", "spokesperson", "official", "something", "nothing"};
    for (size_t i = 0; i < sizeof dull / sizeof dull[0]; i++)
        if (strcmp(lemma, dull[i]) == 0)
            return true;
    return false;
}

static void count(topic_counts *counts, const char *word, unsigned weight)
{
    uint16_t *found = slot(counts, gs_view_of(word), true);
    if (found && *found < UINT16_MAX - weight)
        *found = (uint16_t)(*found + weight);
}

// The title's words, as far as the text has them as lemmas or plurals of them.
static void count_title(const st_reading *reading, topic_counts *counts)
{
    const char *title = reading->article->title ? reading->article->title : "";
    char word[64];
    size_t size = 0;
    for (const char *c = title;; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (unsigned char)*c >= 0x80;
        if (letter && size + 1 < sizeof word) {
            word[size++] = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
            continue;
        }
        word[size] = '\0';
        uint16_t *known = slot(counts, gs_view_make(word, size), false);
        if (!known && size > 3 && word[size - 1] == 's')
            known = slot(counts, gs_view_make(word, size - 1), false);
        if (known && *known < UINT16_MAX - TITLE_WEIGHT)
            *known = (uint16_t)(*known + TITLE_WEIGHT);
        size = 0;
        if (!*c)
            return;
    }
}

static topic_counts *count_nouns(st_reading *reading)
{
    topic_counts *counts = gs_arena_zalloc(reading->arena, sizeof *counts);
    for (uint32_t i = 0; i < reading->document->token_count; i++)
        if (is_noun(reading, i) && !is_dull(st_at(reading, i)->lemma))
            count(counts, st_at(reading, i)->lemma, 1);
    count_title(reading, counts);
    return counts;
}

static double weight_of(const st_reading *reading, uint32_t token)
{
    if (!is_noun(reading, token) || is_dull(st_at(reading, token)->lemma))
        return 0;
    const uint16_t *found = slot(reading->topics, gs_view_of(st_at(reading, token)->lemma), false);
    return found ? *found : 0;
}

static bool narrows(const st_reading *reading, uint32_t token, uint32_t noun)
{
    const st_token *found = st_at(reading, token);
    return (found->upos == GS_ADJ || is_noun(reading, token)) && found->kind == ST_KIND_WORD &&
           reading->marks[token].quote == reading->marks[noun].quote &&
           st_at(reading, token + 1)->begin - found->end <= 1;
}

// The noun with what narrows it, within the content.
static st_range label_around(const st_reading *reading, st_range content, uint32_t noun)
{
    st_range label = {noun, noun + 1};
    while (label.begin > content.begin && label.end - label.begin < LABEL_WORDS - 1 &&
           narrows(reading, label.begin - 1, noun))
        label.begin--;
    if (label.end - label.begin > 1)
        return label;
    uint32_t at = noun + 1; // "removal of tariffs"
    if (at + 1 < content.end &&
        (st_is(reading, at, "of") || st_is(reading, at, "on") || st_is(reading, at, "with"))) {
        uint32_t end = at + 1;
        while (end < content.end && end - noun < LABEL_WORDS &&
               (is_noun(reading, end) || narrows(reading, end, noun)))
            end++;
        if (end > at + 1 && is_noun(reading, end - 1))
            label.end = end;
    }
    return label;
}

// Σ of how often the article has its nouns; two to three words are better than one.
static double score_of(const st_reading *reading, st_range label)
{
    double sum = 0;
    for (uint32_t i = label.begin; i < label.end; i++)
        sum += weight_of(reading, i);
    return sum * (label.end - label.begin > 1 ? 1.0 : 0.4);
}

static bool is_name(const st_reading *reading, uint32_t token)
{
    return st_at(reading, token)->upos == GS_PROPN || st_at(reading, token)->name != ST_NONE ||
           reading->marks[token].place || reading->marks[token].in_place;
}

static char *written(const st_reading *reading, st_range label)
{
    gs_buffer text = {0};
    for (uint32_t i = label.begin; i < label.end && text.size < LABEL_BYTES; i++) {
        if (i > label.begin && st_at(reading, i)->begin > st_at(reading, i - 1)->end)
            gs_buffer_byte(&text, ' ');
        gs_view word = st_text(reading, (st_range){i, i + 1});
        gs_buffer_append(&text, is_name(reading, i) ? word.data : st_at(reading, i)->lower,
                         is_name(reading, i) ? word.size : strlen(st_at(reading, i)->lower));
    }
    char *copy = gs_arena_text(reading->arena, gs_buffer_view(&text));
    gs_buffer_free(&text);
    return copy;
}

static void add(gs_statement *statement, char *topic)
{
    for (size_t i = 0; i < statement->n_topics; i++)
        if (strcmp(statement->topics[i], topic) == 0)
            return;
    statement->topics[statement->n_topics++] = topic;
}

static void add_names(const st_reading *reading, st_range content, gs_statement *statement, size_t *room)
{
    const gs_parse *parse = reading->document->parse;
    for (uint32_t i = content.begin; i<content.end && * room> 0; i++) {
        uint32_t name = st_at(reading, i)->name, begin = i;
        if (name == ST_NONE || parse->names[name].kind > GS_NAME_NORP)
            continue;
        while (i + 1 < content.end && st_at(reading, i + 1)->name == name)
            i++;
        size_t before = statement->n_topics;
        if (i + 1 - begin <= NAME_WORDS)
            add(statement, gs_arena_text(reading->arena, st_text(reading, (st_range){begin, i + 1})));
        *room -= statement->n_topics - before;
    }
}

// Takes the label in content that scores better than *most, if there is one.
static void find_label(const st_reading *reading, st_range content, st_range *best, double *most)
{
    for (uint32_t i = content.begin; i < content.end; i++) {
        bool inner = i + 1 < content.end && is_noun(reading, i + 1) && narrows(reading, i, i + 1);
        if (!is_noun(reading, i) || inner)
            continue;
        st_range label = label_around(reading, content, i);
        double score = score_of(reading, label);
        if (score > *most) {
            *most = score;
            *best = label;
        }
    }
}

// The article's own label, for words that name no matter themselves ("They had a meeting this morning").
static st_range article_label(const st_reading *reading, double *score)
{
    st_range best = {0, 0};
    double most = 0;
    for (uint32_t s = 0; s < reading->document->sentence_count; s++) {
        st_range sentence = st_sentence_range(reading, s);
        if (sentence.begin >= ARTICLE_TOKENS)
            break;
        find_label(reading, sentence, &best, &most);
    }
    *score = most;
    return best.end - best.begin > 1 ? best : (st_range){0, 0};
}

void st_topics_read(st_reading *reading, const st_attribution *attribution, gs_statement *statement)
{
    st_range best = {0, 0};
    double most = 0;
    size_t room = NAMES;
    if (!reading->topics) {
        reading->topics = count_nouns(reading);
        reading->main_topic = article_label(reading, &reading->main_topic_score);
    }
    for (size_t c = 0; c < attribution->content_count; c++)
        find_label(reading, attribution->content[c], &best, &most);
    statement->topics = gs_arena_alloc(reading->arena, (NAMES + 2) * sizeof *statement->topics);
    statement->n_topics = 0;
    // A label that the article hardly repeats is a side of its matter.
    bool side = best.end - best.begin < 2 || most * SIDE_SHARE < reading->main_topic_score;
    if (side && reading->main_topic.begin < reading->main_topic.end)
        add(statement, written(reading, reading->main_topic));
    if (best.begin < best.end)
        add(statement, written(reading, best));
    for (size_t c = 0; c < attribution->content_count; c++)
        add_names(reading, attribution->content[c], statement, &room);
}
