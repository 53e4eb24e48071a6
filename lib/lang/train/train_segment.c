// Learns the segmenter from treebanks: how their words and sentences lie in running text.
//
// Paragraphs are put together as they stood, and the segmenter's own steps walk over them while the treebank
// answers each question; the questions with their answers are the examples of a logistic regression
//
//   p(yes | x) = σ(Σ_{f ∈ x} w_f),   w_f ← w_f - η/√(G_f) (p - y + λ w_f)
//
// (AdaGrad: Duchi, Hazan and Singer 2011) of which the larger weights are kept, as bytes. Each text is shown
// paragraph by paragraph and sentence by sentence, because both ways of reading are asked for later; and
// again with some marks and words exchanged for what news writes in their stead (train_segment_text.c).
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "train_segment.h"
#include "neural/train/random.h"

enum {
    SLOTS = 1 << SEG_FEATURE_BITS,
    EPOCHS = 12,
    PASSES = 3, // the first as the texts stand, the others varied
};

static const float RATE = 0.1F, DECAY = 1e-3F, FIRST_SQUARE = 1e-4F;
// In log-odds. News hardly ever ends a sentence without a mark; mail and web pages, of which the treebanks
// are made, often do.
static const float MARGIN = 1;

typedef struct example {
    size_t begin; // of its features
    uint8_t count;
    bool yes;
} example;

typedef struct segment_trainer {
    segment_text text; // under reading
    uint32_t *features;
    size_t feature_count, feature_capacity;
    example *examples;
    size_t example_count, example_capacity;
    float *weights, *squares; // SLOTS each
    seg_model model;          // tables only, while examples are taken
    seg_window *window;
    uint64_t random;
    bool sentences; // paragraphs are read: sentence ends are asked for
} segment_trainer;

// ---- examples

static bool answer(void *context, seg_question question, uint32_t offset, const uint32_t *features,
                   size_t count)
{
    segment_trainer *self = context;
    uint8_t mark = self->text.marks[offset];
    bool yes = question == SEG_CUT    ? mark & SEGMENT_WORD
               : question == SEG_JOIN ? !(mark & SEGMENT_WORD)
                                      : mark & SEGMENT_SENTENCE;
    if (self->example_count == self->example_capacity) {
        self->example_capacity = self->example_capacity ? self->example_capacity * 2 : 1 << 16;
        self->examples = gs_reallocate(self->examples, self->example_capacity * sizeof *self->examples);
    }
    if (self->feature_count + count > self->feature_capacity) {
        self->feature_capacity = self->feature_capacity ? self->feature_capacity * 2 : 1 << 20;
        self->features = gs_reallocate(self->features, self->feature_capacity * sizeof *self->features);
    }
    self->examples[self->example_count++] =
        (example){.begin = self->feature_count, .count = (uint8_t)count, .yes = yes};
    memcpy(self->features + self->feature_count, features, count * sizeof *features);
    self->feature_count += count;
    return yes;
}

// What is longer than a window is read up to there: no paragraph of a treebank is.
static void read_text(segment_trainer *self)
{
    seg_scanner scanner = {.text = gs_buffer_view(&self->text.bytes)};
    seg_judge judge = {.model = &self->model, .decide = answer, .context = self};
    seg_state state = {0};
    seg_scan(&scanner, self->window);
    seg_cut(&judge, self->window, scanner.text);
    seg_join(&judge, self->window);
    for (size_t i = 0; self->sentences && i < self->window->token_count; i++)
        seg_end(&judge, self->window, &state, i);
}

static void take_examples(segment_trainer *self, const corpus *treebanks)
{
    for (int pass = 0; pass < PASSES; pass++) {
        for (size_t i = 0; i < treebanks->count;) {
            size_t end = i + 1;
            while (end < treebanks->count && !treebanks->sentences[end].new_paragraph)
                end++;
            segment_text_make(&self->text, treebanks->sentences + i, end - i, pass > 0, &self->random);
            self->sentences = true;
            read_text(self);
            self->sentences = false;
            for (; i < end; i++) {
                segment_text_make(&self->text, treebanks->sentences + i, 1, pass > 0, &self->random);
                read_text(self);
            }
        }
    }
}

// ---- the regression

static double learn(segment_trainer *self, const example *of, float rate)
{
    const uint32_t *features = self->features + of->begin;
    float sum = 0;
    for (uint8_t i = 0; i < of->count; i++)
        sum += self->weights[features[i]];
    float p = 1 / (1 + expf(-sum)), error = p - (of->yes ? 1.0F : 0.0F);
    for (uint8_t i = 0; i < of->count; i++) {
        float *weight = &self->weights[features[i]], *square = &self->squares[features[i]];
        float gradient = error + DECAY * *weight;
        *square += gradient * gradient;
        *weight -= rate * gradient / sqrtf(*square + FIRST_SQUARE);
    }
    return of->yes ? -log((double)p + 1e-9) : -log(1 - (double)p + 1e-9);
}

static void tell(const train_progress *progress, int epoch, double loss, size_t decisions)
{
    if (!progress || !progress->line)
        return;
    char line[128];
    snprintf(line, sizeof line, "segmenter: epoch %d, loss %.5f of %zu decisions", epoch, loss, decisions);
    progress->line(progress->context, line);
}

static void fit(segment_trainer *self, const train_progress *progress)
{
    uint32_t *order = gs_allocate((self->example_count + 1) * sizeof *order);
    for (size_t i = 0; i < self->example_count; i++)
        order[i] = (uint32_t)i;
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        for (size_t i = self->example_count; i > 1; i--) {
            size_t j = (size_t)(gs_random_next(&self->random) % i);
            uint32_t swap = order[i - 1];
            order[i - 1] = order[j];
            order[j] = swap;
        }
        double loss = 0;
        float rate = RATE * (1 - (float)epoch / EPOCHS);
        for (size_t i = 0; i < self->example_count; i++)
            loss += learn(self, &self->examples[order[i]], rate);
        if (epoch == 0 || epoch == EPOCHS - 1)
            tell(progress, epoch + 1, loss / (double)(self->example_count + 1), self->example_count);
    }
    free(order);
}

// ---- the section

static void append_u32(gs_buffer *section, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        gs_buffer_byte(section, (char)(value >> (8 * i) & 0xFF));
}

// The largest of a bucket's weights, in the order of their checks.
static void append_bucket(gs_buffer *section, const float *weights, float scale)
{
    enum { CHECKS = 1 << SEG_CHECK_BITS };
    unsigned char checks[SEG_BUCKET_SLOTS] = {0};
    signed char bytes[SEG_BUCKET_SLOTS] = {0};
    bool taken[CHECKS] = {false};
    for (int slot = 0; slot < SEG_BUCKET_SLOTS; slot++) {
        int best = -1;
        for (int check = 0; check < CHECKS; check++)
            if (!taken[check] && (best < 0 || fabsf(weights[check]) > fabsf(weights[best])))
                best = check;
        taken[best] = true;
        float value = roundf(weights[best] * scale);
        checks[slot] = (unsigned char)best;
        bytes[slot] = (signed char)(value > 127 ? 127 : value < -127 ? -127 : value);
    }
    gs_buffer_append(section, checks, sizeof checks);
    gs_buffer_append(section, bytes, sizeof bytes);
}

static float scale_of(const segment_trainer *self)
{
    float most = 0;
    for (size_t i = 0; i < SLOTS; i++)
        most = fmaxf(most, fabsf(self->weights[i]));
    return most > 0 ? 127 / most : 1;
}

static void append_weights(const segment_trainer *self, float scale, gs_buffer *section)
{
    for (size_t bucket = 0; bucket < (size_t)1 << SEG_BUCKET_BITS; bucket++)
        append_bucket(section, self->weights + (bucket << SEG_CHECK_BITS), scale);
}

bool train_segmenter(const corpus *treebanks, uint64_t seed, const train_progress *progress,
                     gs_buffer *section, gs_error *error)
{
    if (treebanks->count == 0)
        return gs_fail(error, GS_E_INPUT, "no treebank to learn words and sentences from");
    segment_trainer self = {.random = seed};
    self.window = gs_allocate(sizeof *self.window);
    seg_window_init(self.window);
    gs_buffer tables = {0};
    uint32_t suffixes, cut_bits;
    segment_tables_make(treebanks, self.window, &tables, &suffixes, &cut_bits);
    self.model = (seg_model){.suffixes = (const unsigned char *)tables.data,
                             .suffix_count = suffixes,
                             .cuts = (const unsigned char *)tables.data + (size_t)suffixes * SEG_SUFFIX_ENTRY,
                             .cut_bits = cut_bits};
    self.weights = gs_allocate(SLOTS * sizeof(float));
    self.squares = gs_allocate(SLOTS * sizeof(float));
    take_examples(&self, treebanks);
    fit(&self, progress);
    float scale = scale_of(&self);
    append_u32(section, SEG_BUCKET_BITS);
    append_u32(section, cut_bits);
    append_u32(section, suffixes);
    append_u32(section, (uint32_t)(MARGIN * scale));
    gs_buffer_append(section, tables.data, tables.size);
    append_weights(&self, scale, section);
    gs_buffer_free(&tables);
    segment_text_free(&self.text);
    free(self.window);
    free(self.weights);
    free(self.squares);
    free(self.features);
    free(self.examples);
    return true;
}
