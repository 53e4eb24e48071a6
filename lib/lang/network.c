// The network's part of the model file, opened in place: which sizes this program can run, and the order of
// the parts, which is train/net_export.c's.
#include "network.h"

#include <stdlib.h>
#include <string.h>

enum { CLASSES_MAX = 256, VOCABULARY_MAX = 1 << 22 };

typedef struct network_head {
    uint32_t input, hidden, layers, tag_layer, arc, label, name;
    uint32_t upos, xpos, relations; // classes, not padded
    uint32_t vocabulary, bucket_bits;
    uint32_t affix_rows, gram_rows, shape_rows, name_labels; // must be this program's
} network_head;

static bool sizes_fit(const network_head *head)
{
    return gs_width_fits(head->input) && gs_width_fits(head->hidden) && head->layers > 0 &&
           head->layers <= LANG_NETWORK_LAYERS && head->tag_layer < head->layers &&
           gs_width_fits(head->arc) && gs_width_fits(head->label) && gs_width_fits(head->name) &&
           head->upos == GS_UPOS_COUNT && head->xpos > 0 && head->xpos < CLASSES_MAX && head->relations > 0 &&
           head->relations < CLASSES_MAX && head->vocabulary <= VOCABULARY_MAX && head->bucket_bits > 0 &&
           head->bucket_bits <= 20 && head->affix_rows == LANG_AFFIX_ROWS &&
           head->gram_rows == LANG_GRAM_ROWS && head->shape_rows == LANG_SHAPE_ROWS &&
           head->name_labels == LANG_NAME_LABELS;
}

static void take_vocabulary(gs_weights *at, const network_head *head, lang_vocabulary *vocabulary)
{
    uint32_t buckets = (1u << head->bucket_bits) + 1;
    vocabulary->count = head->vocabulary;
    vocabulary->bucket_bits = head->bucket_bits;
    vocabulary->hashes = gs_weights_take(at, head->vocabulary, sizeof(uint64_t));
    vocabulary->buckets = gs_weights_take(at, buckets, sizeof(uint32_t));
    for (uint32_t b = 0; at->good && b < buckets; b++)
        if (vocabulary->buckets[b] > head->vocabulary)
            at->good = false;
}

static void take_parts(lang_network *self, gs_weights *at, const network_head *head)
{
    take_vocabulary(at, head, &self->vocabulary);
    self->embedding = gs_weights_table(at, lang_row_count(&self->vocabulary), head->input);
    size_t wide = 2 * head->hidden;
    for (uint32_t l = 0; l < head->layers; l++)
        self->layer[l] = gs_weights_lstm(at, l == 0 ? head->input : wide, head->hidden);
    self->tag_w = gs_weights_matrix(at, wide, head->xpos + head->upos);
    self->project_w = gs_weights_matrix(at, wide, 2 * head->arc + 2 * head->label);
    self->arc_w = gs_weights_matrix(at, head->arc, head->arc + LANG_DISTANCES);
    self->relation_w = gs_weights_matrix(at, head->label, head->relations);
    self->name_w = gs_weights_matrix(at, wide, head->name);
    self->name_out_w = gs_weights_matrix(at, head->name, LANG_NAME_LABELS);
    self->arc_root = gs_weights_floats(at, head->arc);
    self->label_root = gs_weights_floats(at, head->label);
    self->xpos_names = gs_weights_names(at, head->xpos);
    self->relation_names = gs_weights_names(at, head->relations);
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
    gs_weights at = gs_weights_of(section, sizeof head);
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
