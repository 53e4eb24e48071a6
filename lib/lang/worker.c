// The network at work on a batch of windows.
//
// Windows run in step, as sentences do in training, so the layers' rows are in the order of gs_steps; the
// heads want the words of a window together, and read copies in that order.
#include "network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "neural/simd.h"

enum { CACHE_SLOTS = 1 << 12, NAMED_KINDS = 4 };

// What was computed for a form lately: most words of a text are seen again soon.
typedef struct form_cache {
    uint64_t *keys; // CACHE_SLOTS
    float *inputs;  // CACHE_SLOTS × input
} form_cache;

struct lang_worker {
    const lang_network *network;
    const lang_lexicon *lexicon;
    gs_multiply *multiply;
    lang_tree *tree;
    form_cache cache;
    size_t words;
    gs_steps *steps;
    gs_sequence part[LANG_BATCH_WINDOWS]; // a window's words within the batch, window after window
    float *input;                         // words × input
    uint8_t *input_bytes;
    float *input_scale;
    float *gates;                         // words × 4h
    float *cells;                         // LANG_BATCH_WINDOWS × h
    uint8_t *states[LANG_NETWORK_LAYERS]; // words × 2h, by row
    uint8_t *top, *tag;                   // words × 2h, by word
    float *tags, *project, *names, *name_scores, *relations;
    uint8_t *bytes; // words × the widest hidden layer of a head
    float *scale;   // words
    float *arc_left, *arc_scores, *arc_right;
};

lang_worker *lang_worker_new(const lang_network *network, const lang_lexicon *lexicon)
{
    lang_worker *self = gs_allocate(sizeof *self);
    size_t n = LANG_BATCH_WORDS, wide = 2 * network->hidden, f = sizeof(float);
    self->network = network;
    self->lexicon = lexicon;
    self->multiply = gs_multiply_choose();
    self->tree = lang_tree_new();
    self->steps = gs_steps_new(n);
    self->cache.keys = gs_allocate(CACHE_SLOTS * sizeof *self->cache.keys);
    self->cache.inputs = gs_allocate_vectors((size_t)CACHE_SLOTS * network->input * f);
    self->input = gs_allocate_vectors(n * network->input * f);
    self->input_bytes = gs_allocate_vectors(n * network->input);
    self->input_scale = gs_allocate_vectors(n * f);
    self->gates = gs_allocate_vectors(n * 4 * network->hidden * f);
    self->cells = gs_allocate_vectors(LANG_BATCH_WINDOWS * network->hidden * f);
    for (uint32_t l = 0; l < network->layers; l++)
        self->states[l] = gs_allocate_vectors(n * wide);
    self->top = gs_allocate_vectors(n * wide);
    self->tag = gs_allocate_vectors(n * wide);
    self->tags = gs_allocate_vectors(n * network->tag_w.out * f);
    self->project = gs_allocate_vectors(n * network->project_w.out * f);
    self->names = gs_allocate_vectors(n * network->name_w.out * f);
    self->name_scores = gs_allocate_vectors(n * network->name_out_w.out * f);
    self->relations = gs_allocate_vectors(n * network->label * f);
    size_t widest = network->arc > network->label ? network->arc : network->label;
    widest = widest > network->name_w.out ? widest : network->name_w.out;
    self->bytes = gs_allocate_vectors(n * widest);
    self->scale = gs_allocate_vectors(n * f);
    self->arc_left = gs_allocate_vectors(LANG_WINDOW_WORDS * (size_t)network->arc_w.out * f);
    self->arc_right = gs_allocate_vectors((LANG_WINDOW_WORDS + GS_MATRIX_LANES) * (size_t)network->arc * f);
    self->arc_scores =
        gs_allocate_vectors(LANG_WINDOW_WORDS * (size_t)(LANG_WINDOW_WORDS + GS_MATRIX_LANES) * f);
    return self;
}

void lang_worker_free(lang_worker **self_p)
{
    lang_worker *self = *self_p;
    if (!self)
        return;
    lang_tree_free(&self->tree);
    gs_steps_free(&self->steps);
    for (size_t l = 0; l < LANG_NETWORK_LAYERS; l++)
        free(self->states[l]);
    void *const owned[] = {self->cache.keys,  self->cache.inputs, self->input,    self->input_bytes,
                           self->input_scale, self->gates,        self->cells,    self->top,
                           self->tag,         self->tags,         self->project,  self->names,
                           self->name_scores, self->relations,    self->bytes,    self->scale,
                           self->arc_left,    self->arc_scores,   self->arc_right};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
    free(self);
    *self_p = NULL;
}

// ---- input

static void sum_form(const lang_worker *self, gs_view form, float *to)
{
    const lang_network *network = self->network;
    lang_rows rows;
    lang_rows_of(&network->vocabulary, self->lexicon, form, &rows);
    memset(to, 0, network->input * sizeof *to);
    uint32_t grams = rows.count - rows.gram_begin;
    float share = grams ? 1.0f / sqrtf((float)grams) : 0.0f;
    for (uint32_t k = 0; k < rows.count; k++)
        gs_table_add(&network->embedding, rows.row[k], k < rows.gram_begin ? 1.0f : share, to);
}

static const float *form_input(lang_worker *self, gs_view form)
{
    uint64_t key = XXH3_64bits(form.data, form.size) | 1;
    size_t slot = (size_t)(key >> 40) & (CACHE_SLOTS - 1);
    float *input = self->cache.inputs + slot * self->network->input;
    if (self->cache.keys[slot] != key) {
        sum_form(self, form, input);
        self->cache.keys[slot] = key;
    }
    return input;
}

static void add_context(const lang_worker *self, uint32_t context, float *to)
{
    gs_table_add(&self->network->embedding, lang_context_row(&self->network->vocabulary, context), 1.0f, to);
}

static void embed(lang_worker *self, const gs_parse *parse, const lang_window *windows)
{
    size_t width = self->network->input;
    const gs_steps *steps = self->steps;
    for (size_t t = 0; t < steps->count; t++)
        for (uint32_t row = steps->begin[t]; row < steps->begin[t + 1]; row++) {
            const lang_window *window = &windows[row - steps->begin[t]];
            const gs_word *word = &parse->words[window->word_begin + t];
            float *x = self->input + row * width;
            memcpy(x, form_input(self, gs_view_make(parse->text.data + word->begin, word->end - word->begin)),
                   width * sizeof *x);
            bool first = window->first && t == 0, last = window->last && t + 1 == window->count;
            add_context(self, first || word->space_before ? LANG_CONTEXT_SPACE : LANG_CONTEXT_JOINED, x);
            if (first)
                add_context(self, LANG_CONTEXT_FIRST, x);
            if (last)
                add_context(self, LANG_CONTEXT_LAST, x);
            add_context(self, LANG_CONTEXT_CAPITALS + window->capitals, x);
        }
    gs_quantise(self->input, width, self->words, width, self->input_bytes, width, self->input_scale);
}

// ---- layers

static void run_layers(lang_worker *self)
{
    const lang_network *network = self->network;
    size_t wide = 2 * network->hidden;
    const gs_lstm_work work = {self->multiply, self->steps, self->gates, self->cells};
    gs_inputs in = {self->input_bytes, network->input, self->words, self->input_scale};
    for (uint32_t l = 0; l < network->layers; l++) {
        gs_lstm_run(&network->layer[l], &work, &in, self->states[l]);
        in = (gs_inputs){self->states[l], wide, self->words, NULL};
    }
    const uint32_t *place = self->steps->place;
    for (size_t row = 0; row < self->words; row++) {
        memcpy(self->top + place[row] * wide, self->states[network->layers - 1] + row * wide, wide);
        memcpy(self->tag + place[row] * wide, self->states[network->tag_layer] + row * wide, wide);
    }
}

// ---- heads

static uint8_t best_of(const float *scores, size_t count)
{
    size_t best = 0;
    for (size_t j = 1; j < count; j++)
        if (scores[j] > scores[best])
            best = j;
    return (uint8_t)best;
}

static void run_tags(lang_worker *self, gs_parse *parse, const lang_window *windows, size_t count)
{
    const lang_network *network = self->network;
    size_t row = network->tag_w.out;
    gs_inputs in = {self->tag, 2 * network->hidden, self->words, NULL};
    self->multiply(&network->tag_w, &in, self->tags, row, false);
    for (size_t w = 0; w < count; w++)
        for (size_t i = 0; i < windows[w].count; i++) {
            const float *scores = self->tags + (self->part[w].begin + i) * row;
            gs_word *word = &parse->words[windows[w].word_begin + i];
            word->xpos = best_of(scores, network->xpos);
            word->upos = best_of(scores + network->xpos, network->upos);
        }
}

// log p(kind | one of the first four): a kind's score is that of its four labels together.
static void kind_scores(const float *scores, float *kinds)
{
    float sums[NAMED_KINDS], total = 0.0f, most = scores[1];
    for (size_t j = 2; j <= 4 * NAMED_KINDS; j++)
        most = scores[j] > most ? scores[j] : most;
    for (size_t k = 0; k < NAMED_KINDS; k++) {
        sums[k] = 1e-6f;
        for (size_t j = 1 + 4 * k; j < 5 + 4 * k; j++)
            sums[k] += gs_exp(scores[j] - most);
        total += sums[k];
    }
    for (size_t k = 0; k < NAMED_KINDS; k++)
        kinds[k] = logf(sums[k] / total);
}

static void run_names(lang_worker *self, const lang_window *windows, size_t count, const lang_labels *labels)
{
    const lang_network *network = self->network;
    size_t width = network->name_w.out, row = network->name_out_w.out;
    gs_inputs in = {self->top, 2 * network->hidden, self->words, NULL};
    self->multiply(&network->name_w, &in, self->names, width, false);
    gs_leaky_all(self->names, self->words * width);
    gs_quantise(self->names, width, self->words, width, self->bytes, width, self->scale);
    in = (gs_inputs){self->bytes, width, self->words, self->scale};
    self->multiply(&network->name_out_w, &in, self->name_scores, row, false);
    for (size_t w = 0; w < count; w++) {
        const float *scores = self->name_scores + self->part[w].begin * row;
        uint32_t first = windows[w].word_begin;
        lang_names_decode(scores, row, windows[w].count, labels->label + first);
        for (size_t i = 0; i < windows[w].count; i++)
            if (labels->label[first + i] != 0)
                kind_scores(scores + i * row, labels->kinds + (first + i) * NAMED_KINDS);
    }
}

// scores[i][j] = left_i · right_j, right transposed so that the inner loop runs over heads. A row of left is
// `row` long: behind the vector stand the scores of the distances, which are added.
GS_CLONES
static void score_arcs(size_t n, size_t padded, size_t width, size_t row, const float *left,
                       const float *turned, float *scores)
{
    for (size_t i = 0; i < n; i++) {
        float *to = scores + i * padded;
        for (size_t j = 0; j < padded; j += GS_MATRIX_LANES) {
            float sums[GS_MATRIX_LANES] = {0};
            for (size_t k = 0; k < width; k++)
                for (size_t m = 0; m < GS_MATRIX_LANES; m++)
                    sums[m] += left[i * row + k] * turned[k * padded + j + m];
            memcpy(to + j, sums, sizeof sums);
        }
    }
}

static void add_distances(size_t n, size_t padded, size_t row, const float *left, float *scores)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            scores[i * padded + j + 1] += left[i * row + lang_distance(i, j)];
}

static void run_arcs(lang_worker *self, size_t begin, size_t n, int16_t *heads)
{
    const lang_network *network = self->network;
    size_t a = network->arc, row = network->project_w.out;
    size_t padded = (n + GS_MATRIX_LANES) / GS_MATRIX_LANES * GS_MATRIX_LANES;
    float *project = self->project + begin * row;
    gs_quantise(project, row, n, a, self->bytes, a, self->scale);
    gs_inputs in = {self->bytes, a, n, self->scale};
    self->multiply(&network->arc_w, &in, self->arc_left, network->arc_w.out, false);
    for (size_t k = 0; k < a; k++) {
        float *turned = self->arc_right + k * padded;
        turned[0] = network->arc_root[k];
        for (size_t i = 0; i < n; i++)
            turned[i + 1] = project[i * row + a + k];
        memset(turned + n + 1, 0, (padded - n - 1) * sizeof *turned);
    }
    score_arcs(n, padded, a, network->arc_w.out, self->arc_left, self->arc_right, self->arc_scores);
    add_distances(n, padded, network->arc_w.out, self->arc_left + a, self->arc_scores);
    lang_tree_decode(self->tree, self->arc_scores, padded, n, heads);
}

GS_CLONES
static void add_leaky(const float *a, const float *b, size_t width, float *to)
{
    for (size_t j = 0; j < width; j++)
        to[j] = gs_leaky(a[j] + b[j]);
}

// relations[i] = leaky(a_i + b_head(i))
static void sum_relations(lang_worker *self, size_t begin, size_t n, const int16_t *heads)
{
    const lang_network *network = self->network;
    size_t a = network->arc, b = network->label, row = network->project_w.out;
    float *project = self->project + begin * row;
    for (size_t i = 0; i < n; i++) {
        const float *other =
            heads[i] < 0 ? network->label_root : project + (size_t)heads[i] * row + 2 * a + b;
        add_leaky(project + i * row + 2 * a, other, b, self->relations + (begin + i) * b);
    }
}

static void run_syntax(lang_worker *self, gs_parse *parse, const lang_window *windows, size_t count)
{
    const lang_network *network = self->network;
    size_t a = network->arc, b = network->label, row = network->project_w.out,
           classes = network->relation_w.out;
    gs_inputs in = {self->top, 2 * network->hidden, self->words, NULL};
    self->multiply(&network->project_w, &in, self->project, row, false);
    for (size_t i = 0; i < self->words; i++)
        gs_leaky_all(self->project + i * row, 2 * a);
    for (size_t w = 0; w < count; w++) {
        int16_t heads[LANG_WINDOW_WORDS];
        uint32_t first = windows[w].word_begin;
        run_arcs(self, self->part[w].begin, windows[w].count, heads);
        sum_relations(self, self->part[w].begin, windows[w].count, heads);
        for (size_t i = 0; i < windows[w].count; i++)
            parse->words[first + i].head =
                heads[i] < 0 ? GS_WORD_ROOT : (uint32_t)(first + (uint16_t)heads[i]);
    }
    gs_quantise(self->relations, b, self->words, b, self->bytes, b, self->scale);
    in = (gs_inputs){self->bytes, b, self->words, self->scale};
    self->multiply(&network->relation_w, &in, self->project, classes, false);
    for (size_t w = 0; w < count; w++)
        for (size_t i = 0; i < windows[w].count; i++)
            parse->words[windows[w].word_begin + i].relation =
                best_of(self->project + (self->part[w].begin + i) * classes, network->relations);
}

static void give_states(const lang_worker *self, const lang_window *windows, size_t count, uint8_t *states)
{
    size_t wide = 2 * self->network->hidden;
    for (size_t w = 0; w < count; w++)
        memcpy(states + windows[w].word_begin * wide, self->top + self->part[w].begin * wide,
               windows[w].count * wide);
}

static void lay_out(lang_worker *self, const lang_window *windows, size_t count)
{
    self->words = 0;
    for (size_t w = 0; w < count; w++) {
        self->part[w] = (gs_sequence){(uint32_t)self->words, windows[w].count};
        self->words += windows[w].count;
    }
    gs_steps_lay_out(self->steps, self->part, count);
}

void lang_worker_read(lang_worker *self, gs_parse *parse, const lang_window *windows, size_t count,
                      const lang_labels *labels)
{
    lay_out(self, windows, count);
    embed(self, parse, windows);
    run_layers(self);
    run_tags(self, parse, windows, count);
    run_names(self, windows, count, labels);
    run_syntax(self, parse, windows, count);
    if (labels->states)
        give_states(self, windows, count, labels->states);
}
