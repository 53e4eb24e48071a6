// From the trained parameters to the section that lang/network.c opens: weights become bytes, each column
// with a scale of its own (its largest weight is 127), so that no column pays for another's outlier.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../network.h"
#include "neural/simd.h"
#include "net.h"

enum { ALIGN = 64 };

static size_t padded(size_t n)
{
    return (n + GS_MATRIX_LANES - 1) / GS_MATRIX_LANES * GS_MATRIX_LANES;
}

static void align(gs_buffer *out)
{
    while (out->size % ALIGN != 0)
        gs_buffer_byte(out, '\0');
}

static void put(gs_buffer *out, const void *data, size_t size)
{
    align(out);
    gs_buffer_append(out, data, size);
}

// A view of a weight matrix: `columns` of them from `first`, of rows that are `row` long.
typedef struct weights {
    const float *values;
    size_t in, row, first, columns;
    const float *bias; // of the columns; NULL: none
} weights;

static float column_scale(const weights *from, size_t column)
{
    float most = 1e-8f;
    for (size_t k = 0; k < from->in; k++) {
        float size = fabsf(from->values[k * from->row + from->first + column]);
        most = size > most ? size : most;
    }
    return most / 127.0f;
}

static void put_matrix(gs_buffer *out, const weights *from)
{
    size_t n = padded(from->columns);
    int8_t *bytes = gs_allocate(n * from->in);
    float *scale = gs_allocate(n * sizeof *scale), *bias = gs_allocate(n * sizeof *bias);
    int32_t *offset = gs_allocate(n * sizeof *offset);
    for (size_t j = 0; j < from->columns; j++) {
        scale[j] = column_scale(from, j);
        bias[j] = from->bias ? from->bias[j] : 0.0f;
        size_t block = j / GS_MATRIX_LANES * GS_MATRIX_LANES * from->in, lane = j % GS_MATRIX_LANES;
        for (size_t k = 0; k < from->in; k++) {
            int8_t weight = (int8_t)lrintf(from->values[k * from->row + from->first + j] / scale[j]);
            size_t group = k / GS_MATRIX_STEP;
            bytes[block + (group * GS_MATRIX_LANES + lane) * GS_MATRIX_STEP + k % GS_MATRIX_STEP] = weight;
            offset[j] += 128 * weight;
        }
    }
    put(out, bytes, n * from->in);
    put(out, scale, n * sizeof *scale);
    put(out, offset, n * sizeof *offset);
    put(out, bias, n * sizeof *bias);
    free(bytes);
    free(scale);
    free(bias);
    free(offset);
}

static void put_embedding(gs_buffer *out, const net *from)
{
    size_t rows = from->size.rows, width = from->size.input;
    int8_t *bytes = gs_allocate(rows * width);
    float *scale = gs_allocate(rows * sizeof *scale);
    for (size_t r = 0; r < rows; r++) {
        const float *values = from->embedding + r * width;
        float most = 1e-8f;
        for (size_t j = 0; j < width; j++)
            most = fabsf(values[j]) > most ? fabsf(values[j]) : most;
        scale[r] = most / 127.0f;
        for (size_t j = 0; j < width; j++)
            bytes[r * width + j] = (int8_t)lrintf(values[j] / scale[r]);
    }
    put(out, bytes, rows * width);
    put(out, scale, rows * sizeof *scale);
    free(bytes);
    free(scale);
}

static void put_layers(gs_buffer *out, const net *from)
{
    size_t h = from->size.hidden;
    for (uint32_t l = 0; l < from->size.layers; l++)
        for (int d = 0; d < 2; d++) {
            weights input = {
                from->dense + from->layout.input_w[l][d], l == 0 ? from->size.input : 2 * h, 4 * h, 0, 4 * h,
                from->dense + from->layout.gate_b[l][d]};
            weights recurrent = {from->dense + from->layout.recurrent_w[l][d], h, 4 * h, 0, 4 * h, NULL};
            put_matrix(out, &input);
            put_matrix(out, &recurrent);
        }
}

// XPOS and UPOS scores side by side, without the padding between them.
static void put_tags(gs_buffer *out, const net *from, const net_data *data)
{
    const net_set_layout *set = &from->layout.set[0];
    size_t in = 2 * from->size.hidden, row = from->size.xpos[0] + from->size.upos;
    size_t xpos = data->xpos[0].count, n = xpos + GS_UPOS_COUNT;
    float *values = gs_allocate(in * n * sizeof *values), *bias = gs_allocate(n * sizeof *bias);
    for (size_t j = 0; j < n; j++) {
        size_t column = j < xpos ? j : from->size.xpos[0] + j - xpos;
        bias[j] = from->dense[set->tag_b + column];
        for (size_t k = 0; k < in; k++)
            values[k * n + j] = from->dense[set->tag_w + k * row + column];
    }
    weights tags = {values, in, n, 0, n, bias};
    put_matrix(out, &tags);
    free(values);
    free(bias);
}

static void put_heads(gs_buffer *out, const net *from, const net_data *data)
{
    const net_size *size = &from->size;
    const net_set_layout *set = &from->layout.set[0];
    const float *dense = from->dense;
    size_t wide = 2 * size->hidden, project = 2 * size->arc + 2 * size->label;
    put_tags(out, from, data);
    const weights heads[] = {
        {dense + set->project_w, wide, project, 0, project, dense + set->project_b},
        {dense + set->arc_u, size->arc, size->arc + LANG_DISTANCES, 0, size->arc + LANG_DISTANCES,
         dense + set->arc_bias},
        {dense + set->relation_w, size->label, size->relations[0], 0, data->relations[0].count,
         dense + set->relation_b},
        {dense + from->layout.name_w, wide, size->name, 0, size->name, dense + from->layout.name_b},
        {dense + from->layout.name_out_w, size->name, size->names, 0, LANG_NAME_LABELS,
         dense + from->layout.name_out_b},
    };
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        put_matrix(out, &heads[i]);
    float *root = gs_allocate(size->arc * sizeof *root);
    for (uint32_t j = 0; j < size->arc; j++)
        root[j] = gs_leaky(dense[set->arc_root + j]);
    put(out, root, size->arc * sizeof *root);
    free(root);
    put(out, dense + set->label_root, size->label * sizeof *dense);
}

static void put_names(gs_buffer *out, const net_classes *classes)
{
    gs_buffer text = {0};
    for (uint32_t i = 0; i < classes->count; i++)
        gs_buffer_append(&text, classes->names[i], strlen(classes->names[i]) + 1);
    uint32_t size = (uint32_t)text.size;
    put(out, &size, sizeof size);
    put(out, text.data, text.size);
    gs_buffer_free(&text);
}

void net_export(const net *self, const net_data *data, gs_buffer *section)
{
    const net_size *size = &self->size;
    const uint32_t head[16] = {size->input,
                               size->hidden,
                               size->layers,
                               size->tag_layer,
                               size->arc,
                               size->label,
                               size->name,
                               GS_UPOS_COUNT,
                               data->xpos[0].count,
                               data->relations[0].count,
                               data->vocabulary.count,
                               data->vocabulary.bucket_bits,
                               LANG_AFFIX_ROWS,
                               LANG_GRAM_ROWS,
                               LANG_SHAPE_ROWS,
                               LANG_NAME_LABELS};
    put(section, head, sizeof head);
    put(section, data->hashes.data, data->hashes.size);
    put(section, data->buckets.data, data->buckets.size);
    put_embedding(section, self);
    put_layers(section, self);
    put_heads(section, self, data);
    put_names(section, &data->xpos[0]);
    put_names(section, &data->relations[0]);
}
