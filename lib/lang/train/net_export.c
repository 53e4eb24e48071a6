// From the trained parameters to the section that lang/network.c opens, in its order.
#include <stdlib.h>

#include "../network.h"
#include "neural/simd.h"
#include "net.h"

// XPOS and UPOS scores side by side, without the padding between them.
static void put_tags(gs_buffer *out, const net *from, const net_data *data)
{
    const net_set_layout *set = &from->layout.set[0];
    size_t in = 2 * from->size.hidden, row = from->size.xpos[0] + from->size.upos;
    size_t xpos = data->xpos[0].count, n = xpos + GS_UPOS_COUNT;
    const float *from_w = from->params->values + set->tag.w, *from_b = from->params->values + set->tag.b;
    float *values = gs_allocate(in * n * sizeof *values), *bias = gs_allocate(n * sizeof *bias);
    for (size_t j = 0; j < n; j++) {
        size_t column = j < xpos ? j : from->size.xpos[0] + j - xpos;
        bias[j] = from_b[column];
        for (size_t k = 0; k < in; k++)
            values[k * n + j] = from_w[k * row + column];
    }
    gs_put_matrix(out, values, in, n, n, bias);
    free(values);
    free(bias);
}

static void put_heads(gs_buffer *out, const net *from, const net_data *data)
{
    const net_size *size = &from->size;
    const net_set_layout *set = &from->layout.set[0];
    const gs_params *params = from->params;
    put_tags(out, from, data);
    gs_put_linear(out, params, &set->project, set->project.out);
    gs_put_linear(out, params, &set->arc, set->arc.out);
    gs_put_linear(out, params, &set->relation, data->relations[0].count);
    gs_put_linear(out, params, &from->layout.name, size->name);
    gs_put_linear(out, params, &from->layout.name_out, LANG_NAME_LABELS);
    float *root = gs_allocate(size->arc * sizeof *root);
    for (uint32_t j = 0; j < size->arc; j++)
        root[j] = gs_leaky(params->values[set->arc_root + j]);
    gs_put_bytes(out, root, size->arc * sizeof *root);
    free(root);
    gs_put_bytes(out, params->values + set->label_root, size->label * sizeof(float));
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
    gs_put_bytes(section, head, sizeof head);
    gs_put_bytes(section, data->hashes.data, data->hashes.size);
    gs_put_bytes(section, data->buckets.data, data->buckets.size);
    gs_put_table(section, self->embedding);
    for (uint32_t l = 0; l < size->layers; l++)
        gs_put_lstm(section, self->params, &self->layout.layer[l]);
    put_heads(section, self, data);
    gs_put_names(section, data->xpos[0].names, data->xpos[0].count);
    gs_put_names(section, data->relations[0].names, data->relations[0].count);
}
