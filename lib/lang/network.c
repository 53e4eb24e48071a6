// The network's part of the model file, opened in place.
//
// The section is one run of arrays in a fixed order, each at a multiple of 64 bytes, behind a head of sizes.
// Opening it walks over them with a cursor that refuses to leave the section, so a wrong size can only lead
// to a refusal.
#include "network.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGN = 64, WIDTH_MAX = 1024, CLASSES_MAX = 256, VOCABULARY_MAX = 1 << 22 };

typedef struct network_head {
    uint32_t input, hidden, layers, tag_layer, arc, label, name;
    uint32_t upos, xpos, relations; // classes, not padded
    uint32_t vocabulary, bucket_bits;
    uint32_t affix_rows, gram_rows, shape_rows, name_labels; // must be this program's
} network_head;

typedef struct cursor {
    const unsigned char *bytes;
    size_t size, at;
    bool good;
} cursor;

static const void *take(cursor *self, size_t count, size_t size)
{
    self->at = (self->at + ALIGN - 1) / ALIGN * ALIGN;
    if (!self->good || self->at > self->size || count > (self->size - self->at) / size) {
        self->good = false;
        return NULL;
    }
    const void *bytes = self->bytes + self->at;
    self->at += count * size;
    return bytes;
}

// Training stays far below this; with it no sum can overflow or become NaN, whatever the file says.
static const float NUMBER_MAX = 1000.0f;

static const float *take_floats(cursor *self, size_t count)
{
    const float *numbers = take(self, count, sizeof *numbers);
    for (size_t i = 0; numbers && i < count; i++)
        if (!(numbers[i] >= -NUMBER_MAX && numbers[i] <= NUMBER_MAX)) // NaN fails both
            self->good = false;
    return numbers;
}

// 128 times the sum of `in` signed bytes.
static const int32_t *take_offsets(cursor *self, size_t in, size_t out)
{
    const int32_t *offsets = take(self, out, sizeof *offsets);
    int32_t most = (int32_t)in * 128 * 128;
    for (size_t j = 0; offsets && j < out; j++)
        if (offsets[j] < -most || offsets[j] > most)
            self->good = false;
    return offsets;
}

static lang_matrix take_matrix(cursor *self, size_t in, size_t out)
{
    out = (out + LANG_MATRIX_LANES - 1) / LANG_MATRIX_LANES * LANG_MATRIX_LANES;
    lang_matrix matrix = {.in = (uint32_t)in, .out = (uint32_t)out};
    matrix.weights = take(self, in * out, 1);
    matrix.scale = take_floats(self, out);
    matrix.offset = take_offsets(self, in, out);
    matrix.bias = take_floats(self, out);
    return matrix;
}

static const char **take_names(cursor *self, uint32_t count)
{
    const uint32_t *size = take(self, 1, sizeof *size);
    const char *text = size ? take(self, *size, 1) : NULL;
    if (!text || *size == 0 || text[*size - 1] != '\0') {
        self->good = false;
        return NULL;
    }
    const char **names = gs_allocate(count * sizeof *names);
    const char *end = text + *size;
    for (uint32_t i = 0; i < count; i++) {
        if (text == end) {
            self->good = false;
            break;
        }
        names[i] = text;
        text += strlen(text) + 1;
    }
    return names;
}

static bool sizes_fit(const network_head *head)
{
    return head->input % LANG_MATRIX_LANES == 0 && head->hidden % LANG_MATRIX_LANES == 0 && head->input > 0 &&
           head->hidden > 0 && head->input <= WIDTH_MAX && head->hidden <= WIDTH_MAX && head->layers > 0 &&
           head->layers <= LANG_NETWORK_LAYERS && head->tag_layer < head->layers && head->arc > 0 &&
           head->arc <= WIDTH_MAX && head->arc % LANG_MATRIX_LANES == 0 && head->label > 0 &&
           head->label <= WIDTH_MAX && head->label % LANG_MATRIX_LANES == 0 && head->name > 0 &&
           head->name <= WIDTH_MAX && head->name % LANG_MATRIX_LANES == 0 && head->upos == GS_UPOS_COUNT &&
           head->xpos > 0 && head->xpos < CLASSES_MAX && head->relations > 0 &&
           head->relations < CLASSES_MAX && head->vocabulary <= VOCABULARY_MAX && head->bucket_bits > 0 &&
           head->bucket_bits <= 20 && head->affix_rows == LANG_AFFIX_ROWS &&
           head->gram_rows == LANG_GRAM_ROWS && head->shape_rows == LANG_SHAPE_ROWS &&
           head->name_labels == LANG_NAME_LABELS;
}

static void take_vocabulary(cursor *at, const network_head *head, lang_vocabulary *vocabulary)
{
    uint32_t buckets = (1u << head->bucket_bits) + 1;
    vocabulary->count = head->vocabulary;
    vocabulary->bucket_bits = head->bucket_bits;
    vocabulary->hashes = take(at, head->vocabulary, sizeof(uint64_t));
    vocabulary->buckets = take(at, buckets, sizeof(uint32_t));
    for (uint32_t b = 0; at->good && b < buckets; b++)
        if (vocabulary->buckets[b] > head->vocabulary)
            at->good = false;
}

static void take_parts(lang_network *self, cursor *at, const network_head *head)
{
    take_vocabulary(at, head, &self->vocabulary);
    uint32_t rows = lang_row_count(&self->vocabulary);
    self->embedding = take(at, (size_t)rows * head->input, 1);
    self->embedding_scale = take_floats(at, rows);
    size_t wide = 2 * head->hidden;
    for (uint32_t l = 0; l < head->layers; l++)
        for (int d = 0; d < 2; d++) {
            self->input_w[l][d] = take_matrix(at, l == 0 ? head->input : wide, 4 * head->hidden);
            self->recurrent_w[l][d] = take_matrix(at, head->hidden, 4 * head->hidden);
        }
    self->tag_w = take_matrix(at, wide, head->xpos + head->upos);
    self->project_w = take_matrix(at, wide, 2 * head->arc + 2 * head->label);
    self->arc_w = take_matrix(at, head->arc, head->arc + LANG_DISTANCES);
    self->relation_w = take_matrix(at, head->label, head->relations);
    self->name_w = take_matrix(at, wide, head->name);
    self->name_out_w = take_matrix(at, head->name, LANG_NAME_LABELS);
    self->arc_root = take_floats(at, head->arc);
    self->label_root = take_floats(at, head->label);
    self->xpos_names = take_names(at, head->xpos);
    self->relation_names = take_names(at, head->relations);
}

bool lang_network_open(lang_network *self, gs_view section, gs_error *error)
{
    memset(self, 0, sizeof *self);
    network_head head;
    if (section.size < sizeof head)
        return gs_fail(error, GS_E_DAMAGED, "the network is cut short");
    memcpy(&head, section.data, sizeof head);
    if (!sizes_fit(&head))
        return gs_fail(error, GS_E_DAMAGED, "the network has sizes that this program cannot run");
    self->input = head.input;
    self->hidden = head.hidden;
    self->layers = head.layers;
    self->tag_layer = head.tag_layer;
    self->arc = head.arc;
    self->label = head.label;
    self->upos = head.upos;
    self->xpos = head.xpos;
    self->relations = head.relations;
    cursor at = {(const unsigned char *)section.data, section.size, sizeof head, true};
    take_parts(self, &at, &head);
    if (!at.good) {
        lang_network_close(self);
        return gs_fail(error, GS_E_DAMAGED, "the network is cut short or its parts do not fit");
    }
    return true;
}

void lang_network_close(lang_network *self)
{
    free(self->xpos_names);
    free(self->relation_names);
    self->xpos_names = self->relation_names = NULL;
}
