// The parameters: where each lies, how they begin, and how a step moves them.
#include "../network.h"
#include "net_shard.h"

#include <pthread.h>
#include <stdlib.h>

static void place_set(const net_size *size, gs_params *params, net_set_layout *set, uint32_t s)
{
    size_t wide = 2 * size->hidden, tags = size->xpos[s] + (s == 0 ? size->upos : 0);
    set->tag = gs_params_linear(params, wide, tags, 0.1f);
    set->project = gs_params_linear(params, wide, 2 * size->arc + 2 * size->label, 1.0f);
    set->arc = gs_params_linear(params, size->arc, size->arc + LANG_DISTANCES, 0.3f);
    set->arc_root = gs_params_vector(params, size->arc, 0.0f);
    set->label_root = gs_params_vector(params, size->label, 0.0f);
    set->relation = gs_params_linear(params, size->label, size->relations[s], 0.1f);
}

static net_layout lay_out(const net_size *size, gs_params *params)
{
    net_layout layout = {0};
    size_t wide = 2 * size->hidden;
    for (uint32_t l = 0; l < size->layers; l++)
        layout.layer[l] = gs_params_lstm(params, l == 0 ? size->input : wide, size->hidden);
    for (uint32_t s = 0; s < NET_SETS; s++)
        place_set(size, params, &layout.set[s], s);
    layout.name = gs_params_linear(params, wide, size->name, 1.0f);
    layout.name_out = gs_params_linear(params, size->name, size->names, 0.1f);
    return layout;
}

static void draw_root(net *self, size_t at, size_t width, uint64_t *random)
{
    for (size_t j = 0; j < width; j++)
        self->params->values[at + j] = 0.3f * gs_random_uniform(random);
}

net *net_new(const net_size *size, uint64_t seed)
{
    net *self = gs_allocate(sizeof *self);
    uint64_t random = seed * 77 + 5;
    self->size = *size;
    self->params = gs_params_new();
    self->layout = lay_out(size, self->params);
    gs_params_begin(self->params, &random);
    self->embedding = gs_rows_new(size->rows, size->input, 0.15f, &random);
    for (uint32_t s = 0; s < NET_SETS; s++) {
        draw_root(self, self->layout.set[s].arc_root, size->arc, &random);
        draw_root(self, self->layout.set[s].label_root, size->label, &random);
    }
    return self;
}

void net_free(net **self_p)
{
    net *self = *self_p;
    if (!self)
        return;
    gs_params_free(&self->params);
    gs_rows_free(&self->embedding);
    free(self);
    *self_p = NULL;
}

// A word's gradient goes to all rows that were summed for it.
static void gather_word(const net_shard *shard, uint32_t row, size_t width, const net_data *data,
                        gs_row_sums *sums)
{
    const net_word *word = shard->word[shard->steps->place[row]];
    const net_type *type = &data->types[word->type];
    const uint32_t *rows = data->rows + type->row_begin;
    const float *gradient = shard->input_gradient + row * width;
    for (uint32_t k = 0; k < type->gram_begin; k++)
        gs_row_sums_add(sums, k < 2 && !shard->kept[row] ? k : rows[k], gradient, 1.0f);
    float share = net_gram_share(type);
    for (uint32_t k = type->gram_begin; k < type->row_count; k++)
        gs_row_sums_add(sums, rows[k], gradient, share);
    for (uint32_t bits = word->context; bits; bits &= bits - 1)
        gs_row_sums_add(sums, lang_context_row(&data->vocabulary, (uint32_t)__builtin_ctz(bits)), gradient,
                        1.0f);
}

typedef struct embedding_job {
    net *model;
    net_shard *const *shards;
    const net_data *data;
    const gs_adam *step;
} embedding_job;

static void *update_embedding(void *argument)
{
    const embedding_job *job = argument;
    gs_row_sums *sums = gs_row_sums_new(job->model->embedding);
    for (uint32_t s = 0; s < NET_SHARDS; s++)
        for (uint32_t row = 0; row < job->shards[s]->words; row++)
            gather_word(job->shards[s], row, job->model->size.input, job->data, sums);
    gs_rows_move(job->model->embedding, sums, job->step);
    gs_row_sums_free(&sums);
    return NULL;
}

void net_update(net *self, net_shard *const *shards, const net_data *data, float rate, float scale)
{
    float *gradients[NET_SHARDS];
    for (uint32_t s = 0; s < NET_SHARDS; s++)
        gradients[s] = shards[s]->gradient;
    gs_adam step = gs_params_step(self->params, gradients, NET_SHARDS, rate, scale);
    embedding_job job = {self, shards, data, &step};
    pthread_t thread;
    bool beside = pthread_create(&thread, NULL, update_embedding, &job) == 0;
    if (!beside)
        update_embedding(&job);
    gs_params_move(self->params, gradients[0], &step);
    if (beside)
        pthread_join(thread, NULL);
}
