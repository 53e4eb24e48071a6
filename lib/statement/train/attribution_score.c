// Counts as the scorer of the shared corpora does: spans become sets of tokens, which are runs of letters and
// digits or single marks; a span is a maximal run of tokens, and each counts once in a document.
#include "attribution_score.h"

#include <stdlib.h>

#include <utf8proc.h>

// Tokens [begin, end) of the scorer.
typedef struct run_list {
    st_range *items; // in the arena
    size_t count;
} run_list;

typedef struct scored { // an attribution in tokens
    run_list parts[ST_PARTS];
} scored;

typedef struct token_list {
    st_range *items; // bytes
    size_t count;
} token_list;

typedef enum char_kind { CHAR_SPACE, CHAR_WORD, CHAR_MARK } char_kind;

static char_kind kind_of(uint32_t c)
{
    if (c == '_')
        return CHAR_WORD;
    if (c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x1F) || c == 0x85)
        return CHAR_SPACE;
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return CHAR_WORD;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return CHAR_SPACE;
    default:
        return CHAR_MARK;
    }
}

static token_list tokens_of(gs_view text, gs_arena *arena)
{
    token_list list = {gs_arena_alloc(arena, (text.size + 1) * sizeof(st_range)), 0};
    char_kind last = CHAR_SPACE;
    for (size_t at = 0; at < text.size;) {
        uint32_t begin = (uint32_t)at;
        char_kind kind = kind_of(gs_utf8_next(text, &at));
        if (kind == CHAR_WORD && last == CHAR_WORD)
            list.items[list.count - 1].end = (uint32_t)at;
        else if (kind != CHAR_SPACE)
            list.items[list.count++] = (st_range){begin, (uint32_t)at};
        last = kind;
    }
    return list;
}

// The maximal runs of tokens that share a byte with one of the spans.
static run_list runs_of(const token_list *tokens, const st_range *spans, size_t count, gs_arena *arena)
{
    bool *in = gs_arena_zalloc(arena, tokens->count + 1);
    size_t most = 0;
    for (size_t s = 0; s < count; s++) {
        size_t low = 0, high = tokens->count;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (tokens->items[middle].end <= spans[s].begin)
                low = middle + 1;
            else
                high = middle;
        }
        for (; low < tokens->count && tokens->items[low].begin < spans[s].end; low++)
            in[low] = true;
        most++;
    }
    run_list runs = {gs_arena_alloc(arena, (most + 1) * sizeof(st_range)), 0};
    for (size_t i = 0; most > 0 && i < tokens->count; i++)
        if (in[i] && i > 0 && in[i - 1])
            runs.items[runs.count - 1].end = (uint32_t)(i + 1);
        else if (in[i])
            runs.items[runs.count++] = (st_range){(uint32_t)i, (uint32_t)(i + 1)};
    return runs;
}

static scored score_gold(const st_gold *gold, const token_list *tokens, gs_arena *arena)
{
    scored out;
    for (int p = 0; p < ST_PARTS; p++)
        out.parts[p] = runs_of(tokens, gold->spans[p], gold->count[p], arena);
    return out;
}

static scored score_found(const gs_parse *parse, const st_attributed *found, const token_list *tokens,
                          gs_arena *arena)
{
    const st_words *words[ST_PARTS] = {found->sources, &found->cue, found->contents};
    const size_t counts[ST_PARTS] = {found->source_count, 1, found->content_count};
    scored out;
    for (int p = 0; p < ST_PARTS; p++) {
        st_range *spans = gs_arena_alloc(arena, (counts[p] + 1) * sizeof *spans);
        for (size_t i = 0; i < counts[p]; i++)
            spans[i] =
                (st_range){parse->words[words[p][i].begin].begin, parse->words[words[p][i].end - 1].end};
        out.parts[p] = runs_of(tokens, spans, counts[p], arena);
    }
    return out;
}

static int by_place(const void *a, const void *b)
{
    const st_range *x = a, *y = b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

// All runs of a part in the document, each once, in order.
static run_list runs_of_all(const scored *all, size_t count, st_part part, gs_arena *arena)
{
    size_t most = 0, kept = 0;
    for (size_t i = 0; i < count; i++)
        most += all[i].parts[part].count;
    run_list list = {gs_arena_alloc(arena, (most + 1) * sizeof(st_range)), 0};
    for (size_t i = 0; i < count; i++)
        for (size_t r = 0; r < all[i].parts[part].count; r++)
            list.items[list.count++] = all[i].parts[part].items[r];
    qsort(list.items, list.count, sizeof *list.items, by_place);
    for (size_t i = 0; i < list.count; i++)
        if (i == 0 || by_place(&list.items[i], &list.items[i - 1]) != 0)
            list.items[kept++] = list.items[i];
    list.count = kept;
    return list;
}

static void count_exact(st_count *to, const run_list *gold, const run_list *found)
{
    to->gold += gold->count;
    to->found += found->count;
    for (size_t i = 0, j = 0; i < gold->count && j < found->count;) {
        int order = by_place(&gold->items[i], &found->items[j]);
        to->right += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
}

// Tokens in both over tokens in either; two empty ones are the same.
static double jaccard(const run_list *a, const run_list *b)
{
    size_t both = 0, sum = 0;
    for (size_t i = 0; i < a->count; i++)
        sum += a->items[i].end - a->items[i].begin;
    for (size_t j = 0; j < b->count; j++)
        sum += b->items[j].end - b->items[j].begin;
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++) {
            uint32_t begin = a->items[i].begin > b->items[j].begin ? a->items[i].begin : b->items[j].begin;
            uint32_t end = a->items[i].end < b->items[j].end ? a->items[i].end : b->items[j].end;
            both += end > begin ? end - begin : 0;
        }
    return sum == 0 ? 1.0 : (double)both / (double)(sum - both);
}

// Each found one takes the free gold one whose content it shares most of.
static void count_linked(st_count *to, const scored *gold, size_t gold_count, const scored *found,
                         size_t found_count, gs_arena *arena, bool *right)
{
    bool *taken = gs_arena_zalloc(arena, gold_count + 1);
    for (size_t i = 0; i < gold_count; i++)
        taken[i] = gold[i].parts[ST_CONTENT].count == 0;
    for (size_t i = 0; i < gold_count; i++)
        to->gold += !taken[i];
    to->found += found_count;
    for (size_t f = 0; f < found_count; f++) {
        size_t best = gold_count;
        double most = -1.0;
        for (size_t i = 0; i < gold_count; i++) {
            double share = taken[i] ? -2.0 : jaccard(&found[f].parts[ST_CONTENT], &gold[i].parts[ST_CONTENT]);
            best = share > most ? i : best;
            most = share > most ? share : most;
        }
        bool good = most >= 0.5 && jaccard(&found[f].parts[ST_SOURCE], &gold[best].parts[ST_SOURCE]) >= 0.5;
        to->right += good;
        if (good)
            taken[best] = true;
        if (right)
            right[f] = good;
    }
}

void st_score_add(st_score *self, const st_document *document, const st_attributed *found, size_t count,
                  bool *right)
{
    gs_arena *arena = gs_arena_new(0);
    token_list tokens = tokens_of(document->parse->text, arena);
    scored *gold = gs_arena_alloc(arena, (document->gold_count + 1) * sizeof *gold),
           *system = gs_arena_alloc(arena, (count + 1) * sizeof *system);
    for (size_t i = 0; i < document->gold_count; i++)
        gold[i] = score_gold(&document->gold[i], &tokens, arena);
    for (size_t i = 0; i < count; i++)
        system[i] = score_found(document->parse, &found[i], &tokens, arena);
    for (int p = 0; p < ST_PARTS; p++) {
        run_list a = runs_of_all(gold, document->gold_count, (st_part)p, arena),
                 b = runs_of_all(system, count, (st_part)p, arena);
        count_exact(&self->exact[p], &a, &b);
    }
    count_linked(&self->linked, gold, document->gold_count, system, count, arena, right);
    gs_arena_free(&arena);
}

double st_f1(const st_count *count)
{
    size_t all = count->found + count->gold;
    return all ? 2.0 * (double)count->right / (double)all : 0.0;
}

double st_mean_f1(const st_score *score)
{
    double sum = 0;
    for (int p = 0; p < ST_PARTS; p++)
        sum += st_f1(&score->exact[p]);
    return sum / ST_PARTS;
}
