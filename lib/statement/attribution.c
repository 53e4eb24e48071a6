// From a parse to its attributions: windows in batches through the encoder, cues where their probability
// passes the threshold, and for each cue the best labelling of the words around it.
//
// A cue counts by the probability that it stands just here, from begin to end: that is what exact figures
// reward, and the same number tells later how far to trust it. Spans are those of the likeliest labelling. A
// cue without a content is none: somebody spoke, but the text does not say what.
#include "attribution.h"

#include <stdlib.h>
#include <string.h>

#include "attribution_encoder.h"
#include "attribution_internal.h"
#include "neural/simd.h"

enum { SUMMED = 10 }; // vectors of one word around a cue

struct st_attributor {
    st_network network;
    st_encoder *encoder;
    gs_multiply *multiply;
    st_passes passes; // of ST_WINDOW_WORDS
    uint8_t *back, *labels;
    float *hidden; // ST_REACH_WORDS × width
    uint8_t *bytes;
    float *scale, *scores;
    float *cue; // width: the mean of a over the cue
    st_standing standing[ST_REACH_WORDS];
    st_attributed *found; // of the text that is read; owned
    size_t found_count, found_capacity;
};

// What is read now.
typedef struct reading {
    const st_features *features;
    gs_arena *arena;
    st_encoded encoded;
    st_words window;
    size_t place; // of the window's first word within the batch
} reading;

// ---- made and freed

static void make_work(st_attributor *self)
{
    const st_network *network = &self->network;
    size_t n = ST_WINDOW_WORDS, f = sizeof(float);
    self->encoder = st_encoder_new(network);
    self->multiply = gs_multiply_choose();
    self->passes = (st_passes){.e = gs_allocate_vectors(n * ST_LABELS_MAX * f),
                               .a = gs_allocate_vectors(n * ST_LABELS_MAX * f),
                               .b = gs_allocate_vectors(n * ST_LABELS_MAX * f),
                               .c = gs_allocate_vectors(n * f)};
    self->back = gs_allocate(n * ST_LABELS_MAX);
    self->labels = gs_allocate(n);
    self->hidden = gs_allocate_vectors(ST_REACH_WORDS * (size_t)network->width * f);
    self->bytes = gs_allocate_vectors(ST_REACH_WORDS * (size_t)network->width);
    self->scale = gs_allocate_vectors(ST_REACH_WORDS * f);
    self->scores = gs_allocate_vectors(ST_REACH_WORDS * (size_t)network->pair_w.out * f);
    self->cue = gs_allocate_vectors(network->width * f);
}

st_attributor *st_attributor_of(gs_view section, size_t lang_states, gs_error *error)
{
    st_attributor *self = gs_allocate(sizeof *self);
    if (!st_network_open(&self->network, section, error)) {
        st_attributor_free(&self);
        return NULL;
    }
    if (self->network.states != lang_states) {
        gs_fail(error, GS_E_DAMAGED, "the attribution network reads %u numbers a word, lang gives %zu",
                self->network.states, lang_states);
        st_attributor_free(&self);
        return NULL;
    }
    make_work(self);
    return self;
}

// The hash of the language network, which tells models apart.
static uint64_t language_of(const gs_model *model)
{
    gs_model_part part;
    for (size_t i = 0; gs_model_part_at(model, i, &part); i++)
        if (strcmp(part.name, "network") == 0)
            return part.hash;
    return 0;
}

st_attributor *st_attributor_new(const gs_model *model, gs_lang *lang, gs_error *error)
{
    gs_view section;
    if (!gs_model_section(model, ST_NETWORK_SECTION, ST_NETWORK_VERSION, &section, error))
        return NULL;
    st_attributor *self = st_attributor_of(section, gs_lang_state_width(lang), error);
    if (self && self->network.language != language_of(model)) {
        gs_fail(error, GS_E_DAMAGED,
                "its attribution network was trained on another language network; train it again");
        st_attributor_free(&self);
    }
    if (!self)
        gs_fail_within(error, "%s", gs_model_path(model));
    else
        gs_lang_give_states(lang, true);
    return self;
}

void st_attributor_free(st_attributor **self_p)
{
    st_attributor *self = *self_p;
    if (!self)
        return;
    st_encoder_free(&self->encoder);
    st_network_close(&self->network);
    void *const owned[] = {self->passes.e, self->passes.a, self->passes.b, self->passes.c,
                           self->back,     self->labels,   self->hidden,   self->bytes,
                           self->scale,    self->scores,   self->cue,      self->found};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
    free(self);
    *self_p = NULL;
}

void st_attributor_tune(st_attributor *self, float threshold, const float calibration[ST_CALIBRATION])
{
    self->network.threshold = threshold;
    memcpy(self->network.calibration, calibration, sizeof self->network.calibration);
}

// ---- spans of one cue

// to = leaky(Σ of the vectors), in the order in which they are given
GS_CLONES
static void sum_leaky(const float *const vectors[SUMMED], size_t count, size_t width, float *to)
{
    for (size_t j = 0; j < width; j += GS_MATRIX_LANES) {
        float sums[GS_MATRIX_LANES];
        memcpy(sums, vectors[0] + j, sizeof sums);
        for (size_t k = 1; k < count; k++)
            for (size_t m = 0; m < GS_MATRIX_LANES; m++)
                sums[m] += vectors[k][j + m];
        for (size_t m = 0; m < GS_MATRIX_LANES; m++)
            to[j + m] = gs_leaky(sums[m]);
    }
}

static const float *table_row(const st_attributor *self, st_relation_table table, size_t row, size_t vector)
{
    size_t width = self->network.width;
    return self->network.tables[table] + (row * st_table_shape_of(table).vectors + vector) * width;
}

static void mean_of_cue(st_attributor *self, const reading *now, st_words cue)
{
    size_t width = self->network.width;
    float share = 1.0f / (float)(cue.end - cue.begin);
    memset(self->cue, 0, width * sizeof *self->cue);
    for (uint32_t i = cue.begin; i < cue.end; i++) {
        const float *a =
            now->encoded.project + (now->place + i - now->window.begin) * now->encoded.row + width;
        for (size_t j = 0; j < width; j++)
            self->cue[j] += a[j] * share;
    }
}

static void score_reach(st_attributor *self, const reading *now, st_words reach, st_words cue)
{
    size_t n = reach.end - reach.begin, width = self->network.width, row = self->network.pair_w.out;
    const st_standing *standing = self->standing;
    mean_of_cue(self, now, cue);
    for (size_t i = 0; i < n; i++) {
        size_t place = now->place + reach.begin - now->window.begin + i, count = 0;
        const float *vectors[SUMMED];
        vectors[count++] = self->cue;
        vectors[count++] = now->encoded.project + place * now->encoded.row + 2 * width;
        vectors[count++] = table_row(self, ST_TABLE_DISTANCE, standing[i].distance, 0);
        vectors[count++] = table_row(self, ST_TABLE_SENTENCE, standing[i].sentence, 0);
        vectors[count++] = table_row(self, ST_TABLE_PATH, standing[i].path, 0);
        vectors[count++] = table_row(self, ST_TABLE_QUOTE, standing[i].quoting, 0);
        if (i > 0) {
            vectors[count++] = table_row(self, ST_TABLE_PATH, standing[i - 1].path, 1);
            vectors[count++] = table_row(self, ST_TABLE_QUOTE, standing[i - 1].quoting, 1);
        }
        if (i + 1 < n) {
            vectors[count++] = table_row(self, ST_TABLE_PATH, standing[i + 1].path, 2);
            vectors[count++] = table_row(self, ST_TABLE_QUOTE, standing[i + 1].quoting, 2);
        }
        sum_leaky(vectors, count, width, self->hidden + i * width);
    }
    gs_quantise(self->hidden, width, n, width, self->bytes, width, self->scale);
    const gs_inputs in = {self->bytes, width, n, self->scale};
    self->multiply(&self->network.pair_w, &in, self->scores, row, false);
    for (uint32_t i = cue.begin; i < cue.end; i++)
        for (size_t j = 1; j < ST_PAIR_LABELS; j++)
            self->scores[(i - reach.begin) * row + j] = ST_NEVER;
}

static st_words *collect(const uint8_t *labels, st_words reach, uint8_t begin, gs_arena *arena, size_t *count)
{
    size_t n = reach.end - reach.begin, spans = 0;
    *count = 0;
    for (size_t i = 0; i < n; i++)
        spans += labels[i] == begin;
    st_words *list = gs_arena_alloc(arena, (spans + 1) * sizeof *list);
    for (size_t i = 0; i < n; i++) {
        if (labels[i] == begin)
            list[(*count)++] = (st_words){reach.begin + (uint32_t)i, reach.begin + (uint32_t)i + 1};
        else if (labels[i] == begin + 1)
            list[*count - 1].end = reach.begin + (uint32_t)i + 1;
    }
    return list;
}

static void keep(st_attributor *self, const st_attributed *one)
{
    if (self->found_count == self->found_capacity) {
        self->found_capacity = self->found_capacity ? 2 * self->found_capacity : 64;
        self->found = gs_reallocate(self->found, self->found_capacity * sizeof *self->found);
    }
    self->found[self->found_count++] = *one;
}

static void read_spans(st_attributor *self, const reading *now, st_words cue, float cue_probability)
{
    const st_network *network = &self->network;
    st_words reach = st_reach_of(now->window, cue);
    size_t n = reach.end - reach.begin, row = network->pair_w.out;
    st_standing_of(now->features, reach, cue, self->standing);
    score_reach(self, now, reach, cue);
    st_chain_best(&network->pair, self->scores, row, n, self->labels, self->back);
    st_attributed one = {.cue = cue, .cue_probability = cue_probability};
    one.contents = collect(self->labels, reach, ST_CONTENT_BEGIN, now->arena, &one.content_count);
    if (one.content_count == 0)
        return;
    one.sources = collect(self->labels, reach, ST_BEGIN, now->arena, &one.source_count);
    st_chain_pass(&network->pair, self->scores, row, n, &self->passes);
    one.span_probability = st_chain_probability(&network->pair, &self->passes, self->labels);
    one.probability = st_network_probability(network->calibration, one.cue_probability, one.span_probability);
    keep(self, &one);
}

// ---- cues of one window

typedef struct cue_list {
    st_words cues[ST_WINDOW_WORDS];
    float probability[ST_WINDOW_WORDS];
    size_t count;
} cue_list;

// Of two that overlap, the likelier stays.
static void add_cue(cue_list *list, st_words cue, float probability)
{
    bool overlaps = list->count > 0 && list->cues[list->count - 1].end > cue.begin;
    if (overlaps && list->probability[list->count - 1] >= probability)
        return;
    size_t at = overlaps ? list->count - 1 : list->count++;
    list->cues[at] = cue;
    list->probability[at] = probability;
}

static void find_cues(st_attributor *self, const float *scores, size_t n, cue_list *list)
{
    const st_network *network = &self->network;
    const st_passes *passes = &self->passes;
    st_chain_pass(&network->cue, scores, network->cue_w.out, n, &self->passes);
    list->count = 0;
    for (size_t from = 0; from < n; from++) {
        size_t at = from * ST_LABELS_MAX + ST_BEGIN, best = 0;
        float most = 0.0f, begins = passes->a[at] * passes->b[at];
        if (begins < network->threshold)
            continue;
        for (size_t to = from + 1; to <= n && to <= from + ST_CUE_WORDS; to++) {
            float p = st_chain_span(&network->cue, passes, ST_BEGIN, from, to);
            best = p > most ? to : best;
            most = p > most ? p : most;
        }
        most = most < 1.0f ? most : 1.0f;
        if (best > 0 && most >= network->threshold)
            add_cue(list, (st_words){(uint32_t)from, (uint32_t)best}, most);
    }
}

static void read_window(st_attributor *self, const reading *now)
{
    cue_list list;
    size_t row = self->network.cue_w.out;
    find_cues(self, now->encoded.cues + now->place * row, now->window.end - now->window.begin, &list);
    for (size_t i = 0; i < list.count; i++) {
        st_words cue = {now->window.begin + list.cues[i].begin, now->window.begin + list.cues[i].end};
        read_spans(self, now, cue, list.probability[i]);
    }
}

// ---- a text

static int longer_first(const void *a, const void *b)
{
    const st_words *x = a, *y = b;
    uint32_t n = x->end - x->begin, m = y->end - y->begin;
    if (n != m)
        return n < m ? 1 : -1;
    return x->begin < y->begin ? -1 : 1;
}

static int by_cue(const void *a, const void *b)
{
    const st_attributed *x = a, *y = b;
    return x->cue.begin < y->cue.begin ? -1 : x->cue.begin > y->cue.begin;
}

static size_t cut_windows(const gs_parse *parse, gs_arena *arena, st_words **windows)
{
    size_t count = 0, most = parse->sentence_count + parse->word_count / ST_WINDOW_WORDS + 1;
    *windows = gs_arena_alloc(arena, most * sizeof **windows);
    for (uint32_t at = 0; at < parse->word_count; at = (*windows)[count++].end)
        (*windows)[count] = st_window_from(parse, at);
    qsort(*windows, count, sizeof **windows, longer_first);
    return count;
}

size_t st_attributor_read(st_attributor *self, const gs_parse *parse, gs_arena *arena, st_attributed **out)
{
    st_words *windows;
    size_t count = cut_windows(parse, arena, &windows);
    st_features features = st_features_of(parse, arena);
    reading now = {.features = &features, .arena = arena};
    self->found_count = 0;
    for (size_t at = 0; at < count;) {
        size_t in_batch = 0, words = 0;
        while (at + in_batch < count && in_batch < ST_BATCH_WINDOWS &&
               words + (windows[at + in_batch].end - windows[at + in_batch].begin) <= ST_BATCH_WORDS) {
            words += windows[at + in_batch].end - windows[at + in_batch].begin;
            in_batch++;
        }
        now.encoded = st_encoder_read(self->encoder, &features, windows + at, in_batch);
        now.place = 0;
        for (size_t w = 0; w < in_batch; w++) {
            now.window = windows[at + w];
            read_window(self, &now);
            now.place += now.window.end - now.window.begin;
        }
        at += in_batch;
    }
    *out = gs_arena_alloc(arena, (self->found_count + 1) * sizeof **out);
    if (self->found_count > 0)
        memcpy(*out, self->found, self->found_count * sizeof **out);
    qsort(*out, self->found_count, sizeof **out, by_cue);
    return self->found_count;
}
