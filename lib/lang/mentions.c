// One mention may stand where nothing tells a person from a place; another in the same text mostly does. So
// each name's scores are added up over the text, and a mention is decided by its own scores and, at less
// weight, those of the others:
//
//   kind(m) = argmax_k  s_m(k) + w Σ_{m' ≠ m, same name} s_m'(k)
//
// where s_m(k) is the mean over the mention's words of log p(kind = k | the word is in a name). (Non-local
// evidence for names by majority over a document: Krishnan and Manning, "An Effective Two-Stage Model for
// Exploiting Non-Local Dependencies in Named Entity Recognition", 2006.)
#include "mentions.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static const float OTHERS = 0.6f;  // w
static const float SURNAME = 0.6f; // what a whole name counts for its surname alone

typedef struct name_sums {
    uint64_t key; // 0: free
    float sum[LANG_MENTION_KINDS];
} name_sums;

typedef struct name_table {
    name_sums *slots;
    size_t mask;
} name_table;

// In the order of the scores. States and peoples are told from places and the rest only after this.
static const uint8_t KINDS[LANG_MENTION_KINDS] = {GS_NAME_PERSON, GS_NAME_ORG, GS_NAME_LOC, GS_NAME_MISC};

// LANG_MENTION_KINDS for the others.
static size_t kind_index(uint8_t kind)
{
    size_t i = 0;
    while (i < LANG_MENTION_KINDS && KINDS[i] != kind)
        i++;
    return i;
}

static gs_view text_of(const gs_parse *parse, uint32_t begin, uint32_t end)
{
    uint32_t first = parse->words[begin].begin;
    return gs_view_make(parse->text.data + first, parse->words[end - 1].end - first);
}

static name_sums *find(const name_table *self, gs_view name)
{
    uint64_t key = XXH3_64bits(name.data, name.size) | 1;
    size_t at = (size_t)(key >> 8) & self->mask;
    while (self->slots[at].key != 0 && self->slots[at].key != key)
        at = (at + 1) & self->mask;
    self->slots[at].key = key;
    return &self->slots[at];
}

static void mean_scores(const gs_name *name, const float *scores, float mean[LANG_MENTION_KINDS])
{
    float count = (float)(name->word_end - name->word_begin);
    for (size_t k = 0; k < LANG_MENTION_KINDS; k++)
        mean[k] = 0.0f;
    for (uint32_t i = name->word_begin; i < name->word_end; i++)
        for (size_t k = 0; k < LANG_MENTION_KINDS; k++)
            mean[k] += scores[i * LANG_MENTION_KINDS + k] / count;
}

static void gather(const gs_parse *parse, const float *scores, const name_table *table)
{
    for (size_t n = 0; n < parse->name_count; n++) {
        const gs_name *name = &parse->names[n];
        if (kind_index(name->kind) == LANG_MENTION_KINDS)
            continue;
        float mean[LANG_MENTION_KINDS];
        mean_scores(name, scores, mean);
        name_sums *whole = find(table, text_of(parse, name->word_begin, name->word_end));
        for (size_t k = 0; k < LANG_MENTION_KINDS; k++)
            whole->sum[k] += mean[k];
        if (name->kind != GS_NAME_PERSON || name->word_end - name->word_begin < 2)
            continue;
        name_sums *surname = find(table, text_of(parse, name->word_end - 1, name->word_end));
        for (size_t k = 0; k < LANG_MENTION_KINDS; k++)
            surname->sum[k] += SURNAME * mean[k];
    }
}

void lang_mentions_agree(gs_parse *parse, const float *scores, gs_arena *arena)
{
    size_t slots = 16;
    while (slots < parse->name_count * 4)
        slots *= 2;
    name_table table = {gs_arena_zalloc(arena, slots * sizeof(name_sums)), slots - 1};
    gather(parse, scores, &table);
    for (size_t n = 0; n < parse->name_count; n++) {
        gs_name *name = &parse->names[n];
        if (kind_index(name->kind) == LANG_MENTION_KINDS)
            continue;
        float mean[LANG_MENTION_KINDS];
        mean_scores(name, scores, mean);
        const name_sums *all = find(&table, text_of(parse, name->word_begin, name->word_end));
        size_t best = kind_index(name->kind);
        float most = mean[best] + OTHERS * (all->sum[best] - mean[best]);
        for (size_t k = 0; k < LANG_MENTION_KINDS; k++) {
            float value = mean[k] + OTHERS * (all->sum[k] - mean[k]);
            if (value > most) {
                most = value;
                best = k;
            }
        }
        name->kind = KINDS[best];
    }
}
