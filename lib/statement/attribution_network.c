// The attribution network's section of the model file, opened in place: which sizes this program can run, and
// the order of the parts, which is train/attribution_export.c's. The small tables are turned into floats, as
// many rows of them are summed for each word around a cue.
#include "attribution_network.h"

#include <stdlib.h>
#include <string.h>

#include "neural/simd.h"

st_table_shape st_table_shape_of(st_relation_table table)
{
    static const st_table_shape SHAPES[ST_TABLE_COUNT] = {
        {ST_PATHS, 3}, {ST_DISTANCES, 1}, {ST_QUOTINGS, 3}, {ST_SENTENCES, 1}};
    return SHAPES[table];
}

static bool sizes_fit(const st_network_head *head)
{
    return head->states > 0 && head->states <= 2 * GS_WIDTH_MAX && head->states % GS_MATRIX_STEP == 0 &&
           gs_width_fits(head->embedding) && gs_width_fits(head->hidden) && gs_width_fits(head->width) &&
           head->lemmas <= ST_LEMMAS_MAX && head->lemma_rows == ST_ROW_LEMMA && head->paths == ST_PATHS &&
           head->distances == ST_DISTANCES && head->quotings == ST_QUOTINGS;
}

static void take_relations(st_network *self, gs_weights *at)
{
    for (int t = 0; t < ST_TABLE_COUNT; t++) {
        st_table_shape shape = st_table_shape_of((st_relation_table)t);
        size_t width = (size_t)shape.vectors * self->width;
        gs_table table = gs_weights_table(at, shape.rows, (uint32_t)width);
        if (!at->good)
            return;
        self->tables[t] = gs_allocate_vectors(shape.rows * width * sizeof(float));
        for (uint32_t r = 0; r < shape.rows; r++)
            gs_table_add(&table, r, 1.0f, self->tables[t] + r * width);
    }
}

static void take_chain(st_chain *chain, gs_weights *at, uint32_t labels)
{
    const float *potentials = gs_weights_floats(at, labels + labels * labels);
    if (at->good)
        st_chain_open(chain, labels, potentials);
}

static void take_parts(st_network *self, gs_weights *at, const st_network_head *head)
{
    const uint64_t *hashes = gs_weights_take(at, head->lemmas, sizeof *hashes);
    self->rows = gs_weights_table(at, ST_ROW_LEMMA + 1 + head->lemmas, head->embedding);
    self->layer = gs_weights_lstm(at, head->states + head->embedding, head->hidden);
    self->project_w = gs_weights_matrix(at, 2 * (size_t)head->hidden, 3 * (size_t)head->width);
    self->cue_w = gs_weights_matrix(at, head->width, ST_CUE_LABELS);
    self->pair_w = gs_weights_matrix(at, head->width, ST_PAIR_LABELS);
    take_relations(self, at);
    take_chain(&self->cue, at, ST_CUE_LABELS);
    take_chain(&self->pair, at, ST_PAIR_LABELS);
    const float *tuned = gs_weights_floats(at, 1 + ST_CALIBRATION);
    if (!at->good)
        return;
    self->threshold = tuned[0];
    memcpy(self->calibration, tuned + 1, sizeof self->calibration);
    st_lemmas_open(&self->lemmas, hashes, head->lemmas);
}

bool st_network_open(st_network *self, gs_view section, gs_error *error)
{
    memset(self, 0, sizeof *self);
    st_network_head head;
    if (section.size < sizeof head)
        return gs_fail(error, GS_E_DAMAGED, "the attribution network is cut short");
    memcpy(&head, section.data, sizeof head);
    if (!sizes_fit(&head))
        return gs_fail(error, GS_E_DAMAGED, "the attribution network has sizes that this program cannot run");
    self->language = head.language;
    self->states = head.states;
    self->embedding = head.embedding;
    self->hidden = head.hidden;
    self->width = head.width;
    gs_weights at = gs_weights_of(section, sizeof head);
    take_parts(self, &at, &head);
    if (!at.good) {
        st_network_close(self);
        return gs_fail(error, GS_E_DAMAGED, "the attribution network is cut short or its parts do not fit");
    }
    return true;
}

void st_network_close(st_network *self)
{
    for (int t = 0; t < ST_TABLE_COUNT; t++) {
        free(self->tables[t]);
        self->tables[t] = NULL;
    }
    st_lemmas_close(&self->lemmas);
}

float st_network_probability(const float weights[ST_CALIBRATION], float cue, float spans)
{
    float sum = weights[0] + weights[1] * cue + weights[2] * (cue * cue) + weights[3] * spans +
                weights[4] * (spans * spans);
    return gs_logistic(sum);
}
