// The parameters: where each lies, how they begin, and how a step of Adam moves them.
//
// Embedding rows are moved only in steps that used them ("lazy" Adam): their moments stand still otherwise,
// which costs a little exactness and saves touching a hundred thousand rows each step.
#include "gemm.h"
#include "../network.h"
#include "neural/simd.h"
#include "net_shard.h"
#include "random.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

static const float BETA1 = 0.9f, BETA2 = 0.99f, EPSILON = 1e-7f, CLIP = 5.0f;

// A weight matrix of the layout: what the transposed copy and the initialisation go by.
typedef struct matrix {
    size_t at, rows, columns;
    float scale; // of the initial values
} matrix;

enum { MATRICES_MAX = 64 };

typedef struct layout_plan {
    matrix matrices[MATRICES_MAX];
    size_t count;
} layout_plan;

static size_t place_matrix(net_layout *layout, layout_plan *plan, size_t rows, size_t columns, float scale)
{
    size_t at = layout->count;
    plan->matrices[plan->count++] = (matrix){at, rows, columns, scale};
    layout->count += rows * columns;
    return at;
}

static size_t place_vector(net_layout *layout, size_t n)
{
    size_t at = layout->count;
    layout->count += n;
    return at;
}

static void place_set(const net_size *size, net_layout *layout, layout_plan *plan, uint32_t s)
{
    net_set_layout *set = &layout->set[s];
    size_t wide = 2 * size->hidden, tags = size->xpos[s] + (s == 0 ? size->upos : 0);
    set->tag_w = place_matrix(layout, plan, wide, tags, 0.1f);
    set->tag_b = place_vector(layout, tags);
    set->project_w = place_matrix(layout, plan, wide, 2 * size->arc + 2 * size->label, 1.0f);
    set->project_b = place_vector(layout, 2 * size->arc + 2 * size->label);
    set->arc_u = place_matrix(layout, plan, size->arc, size->arc + LANG_DISTANCES, 0.3f);
    set->arc_bias = place_vector(layout, size->arc + LANG_DISTANCES);
    set->arc_root = place_vector(layout, size->arc);
    set->label_root = place_vector(layout, size->label);
    set->relation_w = place_matrix(layout, plan, size->label, size->relations[s], 0.1f);
    set->relation_b = place_vector(layout, size->relations[s]);
}

static net_layout lay_out(const net_size *size, layout_plan *plan)
{
    net_layout layout = {0};
    size_t h = size->hidden;
    for (uint32_t l = 0; l < size->layers; l++)
        for (int d = 0; d < 2; d++) {
            layout.input_w[l][d] = place_matrix(&layout, plan, l == 0 ? size->input : 2 * h, 4 * h, 1.0f);
            layout.recurrent_w[l][d] = place_matrix(&layout, plan, h, 4 * h, 1.0f);
            layout.gate_b[l][d] = place_vector(&layout, 4 * h);
        }
    for (uint32_t s = 0; s < NET_SETS; s++)
        place_set(size, &layout, plan, s);
    layout.name_w = place_matrix(&layout, plan, 2 * h, size->name, 1.0f);
    layout.name_b = place_vector(&layout, size->name);
    layout.name_out_w = place_matrix(&layout, plan, size->name, size->names, 0.1f);
    layout.name_out_b = place_vector(&layout, size->names);
    return layout;
}

static float uniform(uint64_t *state)
{
    return (float)(random_next(state) >> 40) * (2.0f / 16777216.0f) - 1.0f;
}

static float *floats(size_t count)
{
    return gs_allocate_vectors(count * sizeof(float));
}

static void refresh_transposed(net *self, const layout_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        const matrix *m = &plan->matrices[i];
        transpose(self->dense + m->at, m->rows, m->columns, self->transposed + m->at);
    }
}

net *net_new(const net_size *size, uint64_t seed)
{
    net *self = gs_allocate(sizeof *self);
    layout_plan plan = {0};
    self->size = *size;
    self->layout = lay_out(size, &plan);
    size_t dense = self->layout.count, rows = (size_t)size->rows * size->input;
    self->dense = floats(dense);
    self->dense_m = floats(dense);
    self->dense_v = floats(dense);
    self->transposed = floats(dense);
    self->embedding = floats(rows);
    self->embedding_m = floats(rows);
    self->embedding_v = floats(rows);
    uint64_t state = seed * 77 + 5;
    for (size_t i = 0; i < plan.count; i++) {
        const matrix *m = &plan.matrices[i];
        float range = m->scale * sqrtf(6.0f / (float)(m->rows + m->columns));
        for (size_t j = 0; j < m->rows * m->columns; j++)
            self->dense[m->at + j] = range * uniform(&state);
    }
    for (uint32_t l = 0; l < size->layers; l++)
        for (int d = 0; d < 2; d++)
            for (uint32_t j = 0; j < size->hidden; j++)
                self->dense[self->layout.gate_b[l][d] + size->hidden + j] = 1.0f; // remember, at first
    for (size_t j = 0; j < rows; j++)
        self->embedding[j] = 0.15f * uniform(&state);
    for (uint32_t s = 0; s < NET_SETS; s++) {
        for (uint32_t j = 0; j < size->arc; j++)
            self->dense[self->layout.set[s].arc_root + j] = 0.3f * uniform(&state);
        for (uint32_t j = 0; j < size->label; j++)
            self->dense[self->layout.set[s].label_root + j] = 0.3f * uniform(&state);
    }
    refresh_transposed(self, &plan);
    return self;
}

void net_free(net **self_p)
{
    net *self = *self_p;
    if (!self)
        return;
    float *const owned[] = {self->dense,   self->embedding,   self->transposed, self->dense_m,
                            self->dense_v, self->embedding_m, self->embedding_v};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
    free(self);
    *self_p = NULL;
}

GS_CLONES
static void adam(float *value, float *m, float *v, const float *gradient, size_t count, float rate,
                 float scale, float correct1, float correct2)
{
    for (size_t i = 0; i < count; i++) {
        float g = gradient[i] * scale;
        m[i] = BETA1 * m[i] + (1.0f - BETA1) * g;
        v[i] = BETA2 * v[i] + (1.0f - BETA2) * g * g;
        value[i] -= rate * (m[i] * correct1) / (__builtin_sqrtf(v[i] * correct2) + EPSILON);
    }
}

GS_CLONES
static double squares(const float *values, size_t count)
{
    float sums[16] = {0};
    size_t i = 0;
    for (; i + 16 <= count; i += 16)
        for (size_t j = 0; j < 16; j++)
            sums[j] += values[i + j] * values[i + j];
    double sum = 0;
    for (; i < count; i++)
        sum += (double)values[i] * values[i];
    for (size_t j = 0; j < 16; j++)
        sum += sums[j];
    return sum;
}

GS_CLONES
static void add(float *to, const float *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] += from[i];
}

GS_CLONES
static void add_scaled(float *to, const float *from, size_t count, float scale)
{
    for (size_t i = 0; i < count; i++)
        to[i] += from[i] * scale;
}

// The gradients of embedding rows, summed over all words of all shards that use them.
typedef struct row_sums {
    float *values;   // one after the other, in the order in which rows were met
    uint32_t *rows;  // which they are
    uint32_t *place; // by row: 1 + index into rows; 0 not met
    uint32_t count, capacity;
} row_sums;

static float *row_sum(row_sums *sums, uint32_t row, size_t width)
{
    if (sums->place[row] == 0) {
        if (sums->count == sums->capacity) {
            sums->capacity = sums->capacity ? sums->capacity * 2 : 4096;
            sums->rows = gs_reallocate(sums->rows, sums->capacity * sizeof *sums->rows);
            sums->values = gs_reallocate(sums->values, sums->capacity * width * sizeof *sums->values);
        }
        memset(sums->values + (size_t)sums->count * width, 0, width * sizeof *sums->values);
        sums->rows[sums->count++] = row;
        sums->place[row] = sums->count;
    }
    return sums->values + (size_t)(sums->place[row] - 1) * width;
}

static void gather_word(const net_shard *shard, uint32_t row, const net_data *data, size_t width,
                        row_sums *sums)
{
    const net_word *word = shard->word[shard->place[row]];
    const net_type *type = &data->types[word->type];
    const uint32_t *rows = data->rows + type->row_begin;
    const float *gradient = shard->input_gradient + row * width;
    for (uint32_t k = 0; k < type->gram_begin; k++)
        add(row_sum(sums, k < 2 && !shard->kept[row] ? k : rows[k], width), gradient, width);
    float scale =
        type->row_count > type->gram_begin ? 1.0f / sqrtf((float)(type->row_count - type->gram_begin)) : 0;
    for (uint32_t k = type->gram_begin; k < type->row_count; k++)
        add_scaled(row_sum(sums, rows[k], width), gradient, width, scale);
    for (uint32_t bits = word->context; bits; bits &= bits - 1)
        add(row_sum(sums, lang_context_row(&data->vocabulary, (uint32_t)__builtin_ctz(bits)), width),
            gradient, width);
}

static void update_embedding(net *self, net_shard *const *shards, const net_data *data, float rate,
                             float scale, float correct1, float correct2)
{
    size_t width = self->size.input;
    row_sums sums = {.place = gs_allocate(self->size.rows * sizeof(uint32_t))};
    for (uint32_t s = 0; s < NET_SHARDS; s++)
        for (uint32_t row = 0; row < shards[s]->words; row++)
            gather_word(shards[s], row, data, width, &sums);
    for (uint32_t i = 0; i < sums.count; i++) {
        size_t at = (size_t)sums.rows[i] * width;
        adam(self->embedding + at, self->embedding_m + at, self->embedding_v + at,
             sums.values + (size_t)i * width, width, rate, scale, correct1, correct2);
    }
    free(sums.values);
    free(sums.rows);
    free(sums.place);
}

typedef struct embedding_job {
    net *model;
    net_shard *const *shards;
    const net_data *data;
    float rate, scale, correct1, correct2;
} embedding_job;

static void *run_embedding(void *argument)
{
    const embedding_job *job = argument;
    update_embedding(job->model, job->shards, job->data, job->rate, job->scale, job->correct1, job->correct2);
    return NULL;
}

void net_update(net *self, net_shard *const *shards, const net_data *data, float rate, float scale)
{
    self->step++;
    float *gradient = shards[0]->gradient;
    for (uint32_t s = 1; s < NET_SHARDS; s++)
        add(gradient, shards[s]->gradient, self->layout.count);
    double norm = sqrt(squares(gradient, self->layout.count)) * (double)scale;
    if (norm > (double)CLIP)
        scale *= (float)((double)CLIP / norm);
    float correct1 = 1.0f / (1.0f - powf(BETA1, (float)self->step));
    float correct2 = 1.0f / (1.0f - powf(BETA2, (float)self->step));
    embedding_job job = {self, shards, data, rate, scale, correct1, correct2};
    pthread_t thread;
    bool beside = pthread_create(&thread, NULL, run_embedding, &job) == 0;
    if (!beside)
        run_embedding(&job);
    adam(self->dense, self->dense_m, self->dense_v, gradient, self->layout.count, rate, scale, correct1,
         correct2);
    layout_plan plan = {0};
    lay_out(&self->size, &plan);
    refresh_transposed(self, &plan);
    if (beside)
        pthread_join(thread, NULL);
}
