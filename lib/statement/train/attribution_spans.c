// The spans of each annotated cue: the words around it are scored, and what they should have been flows back
// into the tables, the cue's words and their own. One cue at a time: a reach is a matrix of some sixty rows.
#include <string.h>

#include "attribution_shard.h"

// Where a word's vectors come from, and where their gradients go.
typedef struct table_place {
    st_relation_table table;
    size_t row, vector;
} table_place;

enum { TABLE_VECTORS = 8 };

static size_t places_of(const st_standing *standing, size_t i, size_t n, table_place places[TABLE_VECTORS])
{
    size_t count = 0;
    places[count++] = (table_place){ST_TABLE_DISTANCE, standing[i].distance, 0};
    places[count++] = (table_place){ST_TABLE_SENTENCE, standing[i].sentence, 0};
    places[count++] = (table_place){ST_TABLE_PATH, standing[i].path, 0};
    places[count++] = (table_place){ST_TABLE_QUOTE, standing[i].quoting, 0};
    if (i > 0) {
        places[count++] = (table_place){ST_TABLE_PATH, standing[i - 1].path, 1};
        places[count++] = (table_place){ST_TABLE_QUOTE, standing[i - 1].quoting, 1};
    }
    if (i + 1 < n) {
        places[count++] = (table_place){ST_TABLE_PATH, standing[i + 1].path, 2};
        places[count++] = (table_place){ST_TABLE_QUOTE, standing[i + 1].quoting, 2};
    }
    return count;
}

static size_t offset_of(const st_net *model, const table_place *place)
{
    size_t vectors = st_table_shape_of(place->table).vectors;
    return model->layout.tables[place->table] + (place->row * vectors + place->vector) * model->size.width;
}

static void sum_vectors(st_shard *self, const st_net *model, const st_lesson_cue *cue, size_t base)
{
    size_t width = model->size.width, n = cue->reach.end - cue->reach.begin;
    float share = 1.0f / (float)(cue->cue.end - cue->cue.begin);
    memset(self->mean, 0, width * sizeof(float));
    for (uint32_t i = cue->cue.begin; i < cue->cue.end; i++)
        gs_add(self->mean, self->project + (base + i - cue->reach.begin) * 3 * width + width, width, share);
    for (size_t i = 0; i < n; i++) {
        float *to = self->hidden + i * width;
        table_place places[TABLE_VECTORS];
        size_t count = places_of(self->standing, i, n, places);
        memcpy(to, self->mean, width * sizeof(float));
        gs_add(to, self->project + (base + i) * 3 * width + 2 * width, width, 1.0f);
        for (size_t k = 0; k < count; k++)
            gs_add(to, model->params->values + offset_of(model, &places[k]), width, 1.0f);
    }
}

static void give_back(st_shard *self, const st_net *model, const st_lesson_cue *cue, size_t base)
{
    size_t width = model->size.width, n = cue->reach.end - cue->reach.begin;
    memset(self->mean_gradient, 0, width * sizeof(float));
    for (size_t i = 0; i < n; i++) {
        const float *from = self->hidden_gradient + i * width;
        table_place places[TABLE_VECTORS];
        size_t count = places_of(self->standing, i, n, places);
        gs_add(self->mean_gradient, from, width, 1.0f);
        gs_add(self->project_gradient + (base + i) * 3 * width + 2 * width, from, width, 1.0f);
        for (size_t k = 0; k < count; k++)
            gs_add(self->gradient + offset_of(model, &places[k]), from, width, 1.0f);
    }
    float share = 1.0f / (float)(cue->cue.end - cue->cue.begin);
    for (uint32_t i = cue->cue.begin; i < cue->cue.end; i++)
        gs_add(self->project_gradient + (base + i - cue->reach.begin) * 3 * width + width,
               self->mean_gradient, width, share);
}

// base: the reach's first word within the batch.
static void run_cue(st_shard *self, const st_net *model, const st_lesson *lesson, const st_lesson_cue *cue,
                    size_t base, const st_rates *rates)
{
    size_t width = model->size.width, n = cue->reach.end - cue->reach.begin;
    st_standing_of(&lesson->document->features, cue->reach, cue->cue, self->standing);
    sum_vectors(self, model, cue, base);
    if (rates)
        gs_dropout_mask(self->hidden_mask, n * width, rates->hidden, &self->random);
    const float *mask = rates ? self->hidden_mask : NULL;
    gs_leaky_forward(self->hidden, mask, n * width);
    gs_linear_forward(&model->layout.pair, model->params, self->hidden, n, self->scores);
    for (uint32_t i = cue->cue.begin; i < cue->cue.end; i++)
        for (size_t j = 1; j < ST_PAIR_LABELS; j++)
            self->scores[(i - cue->reach.begin) * GS_MATRIX_LANES + j] = ST_NEVER;
    self->loss.spans +=
        st_chain_learn(&self->pair, &self->passes, self->scores, n, cue->labels,
                       rates ? self->score_gradient : NULL, self->gradient + model->layout.pair_chain);
    self->loss.cues++;
    if (!rates)
        return;
    for (uint32_t i = cue->cue.begin; i < cue->cue.end; i++) // these scores are not the layer's
        memset(self->score_gradient + (i - cue->reach.begin) * GS_MATRIX_LANES + 1, 0,
               (ST_PAIR_LABELS - 1) * sizeof(float));
    memset(self->hidden_gradient, 0, n * width * sizeof(float));
    gs_linear_backward(&model->layout.pair, model->params, self->hidden, n, self->score_gradient,
                       self->hidden_gradient, self->gradient);
    gs_leaky_backward(self->hidden_gradient, self->hidden, mask, n * width);
    give_back(self, model, cue, base);
}

void st_spans_run(st_shard *self, const st_net *model, const st_rates *rates)
{
    for (uint32_t w = 0; w < self->windows; w++) {
        const st_lesson *lesson = self->lesson[w];
        for (size_t c = 0; c < lesson->cue_count; c++) {
            const st_lesson_cue *cue = &lesson->cues[c];
            run_cue(self, model, lesson, cue, self->begin[w] + cue->reach.begin - lesson->window.begin,
                    rates);
        }
    }
}
