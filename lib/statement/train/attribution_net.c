// The parameters: where each lies, how a step moves them, and how they are written down for
// attribution_network.c, in its order.
#include <pthread.h>
#include <stdlib.h>

#include "attribution_shard.h"

static st_net_layout lay_out(const st_net_size *size, gs_params *params)
{
    st_net_layout layout = {0};
    size_t width = size->width;
    layout.layer = gs_params_lstm(params, size->states + size->embedding, size->hidden);
    layout.project = gs_params_linear(params, 2 * (size_t)size->hidden, 3 * width, 1.0f);
    layout.cue = gs_params_linear(params, width, gs_padded(ST_CUE_LABELS), 0.3f);
    layout.pair = gs_params_linear(params, width, gs_padded(ST_PAIR_LABELS), 0.3f);
    for (int t = 0; t < ST_TABLE_COUNT; t++) {
        st_table_shape shape = st_table_shape_of((st_relation_table)t);
        layout.tables[t] = gs_params_matrix(params, shape.rows, shape.vectors * width, 1.0f);
    }
    layout.cue_chain = gs_params_vector(params, ST_CUE_LABELS + ST_CUE_LABELS * ST_CUE_LABELS, 0.0f);
    layout.pair_chain = gs_params_vector(params, ST_PAIR_LABELS + ST_PAIR_LABELS * ST_PAIR_LABELS, 0.0f);
    return layout;
}

st_net *st_net_new(const st_net_size *size, const uint64_t *hashes, uint64_t seed)
{
    st_net *self = gs_allocate(sizeof *self);
    uint64_t random = seed * 77 + 5;
    self->size = *size;
    self->params = gs_params_new();
    self->layout = lay_out(size, self->params);
    gs_params_begin(self->params, &random);
    self->rows = gs_rows_new(ST_ROW_LEMMA + 1 + size->lemmas, size->embedding, 0.2f, &random);
    st_lemmas_open(&self->lemmas, hashes, size->lemmas);
    return self;
}

void st_net_free(st_net **self_p)
{
    st_net *self = *self_p;
    if (!self)
        return;
    gs_params_free(&self->params);
    gs_rows_free(&self->rows);
    st_lemmas_close(&self->lemmas);
    free(self);
    *self_p = NULL;
}

// ---- a step

typedef struct rows_job {
    st_net *model;
    st_shard *const *shards;
    const gs_adam *step;
} rows_job;

// A word's gradient goes to all rows that were summed for it; that of tanh is 1 - tanh².
static void gather(const st_shard *shard, const st_net *model, gs_row_sums *sums)
{
    size_t width = model->size.embedding, in = model->size.states + width;
    float *gradient = gs_floats(width);
    for (uint32_t row = 0; row < shard->words; row++) {
        const st_shard_word *word = &shard->word[shard->steps->place[row]];
        const float *from = shard->input_gradient + row * in + model->size.states;
        const float *squashed = shard->squashed + row * width;
        for (size_t j = 0; j < width; j++)
            gradient[j] = from[j] * (1.0f - squashed[j] * squashed[j]);
        for (size_t k = 0; k < word->row_count; k++)
            gs_row_sums_add(sums, word->rows[k], gradient, 1.0f);
    }
    free(gradient);
}

static void *move_rows(void *argument)
{
    const rows_job *job = argument;
    gs_row_sums *sums = gs_row_sums_new(job->model->rows);
    for (uint32_t s = 0; s < ST_SHARDS; s++)
        gather(job->shards[s], job->model, sums);
    gs_rows_move(job->model->rows, sums, job->step);
    gs_row_sums_free(&sums);
    return NULL;
}

void st_net_update(st_net *self, st_shard *const *shards, float rate, float scale)
{
    float *gradients[ST_SHARDS];
    for (uint32_t s = 0; s < ST_SHARDS; s++)
        gradients[s] = shards[s]->gradient;
    gs_adam step = gs_params_step(self->params, gradients, ST_SHARDS, rate, scale);
    rows_job job = {self, shards, &step};
    pthread_t thread;
    bool beside = pthread_create(&thread, NULL, move_rows, &job) == 0;
    if (!beside)
        move_rows(&job);
    gs_params_move(self->params, gradients[0], &step);
    if (beside)
        pthread_join(thread, NULL);
}

// ---- the section

static void put_table(gs_buffer *out, const st_net *from, st_relation_table table)
{
    st_table_shape shape = st_table_shape_of(table);
    const gs_rows rows = {.count = shape.rows,
                          .width = shape.vectors * from->size.width,
                          .values = from->params->values + from->layout.tables[table]};
    gs_put_table(out, &rows);
}

void st_net_export(const st_net *self, uint64_t language, float threshold,
                   const float calibration[ST_CALIBRATION], gs_buffer *section)
{
    const st_net_size *size = &self->size;
    const gs_params *params = self->params;
    const st_network_head head = {.language = language,
                                  .states = size->states,
                                  .embedding = size->embedding,
                                  .hidden = size->hidden,
                                  .width = size->width,
                                  .lemmas = size->lemmas,
                                  .lemma_rows = ST_ROW_LEMMA,
                                  .paths = ST_PATHS,
                                  .distances = ST_DISTANCES,
                                  .quotings = ST_QUOTINGS};
    gs_put_bytes(section, &head, sizeof head);
    gs_put_bytes(section, self->lemmas.hashes, size->lemmas * sizeof *self->lemmas.hashes);
    gs_put_table(section, self->rows);
    gs_put_lstm(section, params, &self->layout.layer);
    gs_put_linear(section, params, &self->layout.project, self->layout.project.out);
    gs_put_linear(section, params, &self->layout.cue, ST_CUE_LABELS);
    gs_put_linear(section, params, &self->layout.pair, ST_PAIR_LABELS);
    for (int t = 0; t < ST_TABLE_COUNT; t++)
        put_table(section, self, (st_relation_table)t);
    gs_put_bytes(section, params->values + self->layout.cue_chain,
                 (ST_CUE_LABELS + ST_CUE_LABELS * ST_CUE_LABELS) * sizeof(float));
    gs_put_bytes(section, params->values + self->layout.pair_chain,
                 (ST_PAIR_LABELS + ST_PAIR_LABELS * ST_PAIR_LABELS) * sizeof(float));
    float tuned[1 + ST_CALIBRATION] = {threshold};
    for (int i = 0; i < ST_CALIBRATION; i++)
        tuned[1 + i] = calibration[i];
    gs_put_bytes(section, tuned, sizeof tuned);
}
