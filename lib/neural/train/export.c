// From trained parameters to the section that gs_weights opens: weights become bytes, each column or row with
// a scale of its own (its largest weight is 127), so that none pays for another's outlier.
#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 64 };

void gs_put_bytes(gs_buffer *out, const void *data, size_t size)
{
    while (out->size % ALIGN != 0)
        gs_buffer_byte(out, '\0');
    gs_buffer_append(out, data, size);
}

// `step` from one value to the next.
static float scale_of(const float *values, size_t count, size_t step)
{
    float most = 1e-8f;
    for (size_t k = 0; k < count; k++)
        most = fabsf(values[k * step]) > most ? fabsf(values[k * step]) : most;
    return most / 127.0f;
}

void gs_put_matrix(gs_buffer *out, const float *values, size_t in, size_t row, size_t columns,
                   const float *bias)
{
    size_t n = gs_padded(columns);
    int8_t *bytes = gs_allocate(n * in);
    float *scale = gs_allocate(n * sizeof *scale), *biases = gs_allocate(n * sizeof *biases);
    int32_t *offset = gs_allocate(n * sizeof *offset);
    for (size_t j = 0; j < columns; j++) {
        scale[j] = scale_of(values + j, in, row);
        biases[j] = bias ? bias[j] : 0.0f;
        size_t block = j / GS_MATRIX_LANES * GS_MATRIX_LANES * in, lane = j % GS_MATRIX_LANES;
        for (size_t k = 0; k < in; k++) {
            int8_t weight = (int8_t)lrintf(values[k * row + j] / scale[j]);
            size_t group = k / GS_MATRIX_STEP;
            bytes[block + (group * GS_MATRIX_LANES + lane) * GS_MATRIX_STEP + k % GS_MATRIX_STEP] = weight;
            offset[j] += 128 * weight;
        }
    }
    gs_put_bytes(out, bytes, n * in);
    gs_put_bytes(out, scale, n * sizeof *scale);
    gs_put_bytes(out, offset, n * sizeof *offset);
    gs_put_bytes(out, biases, n * sizeof *biases);
    free(bytes);
    free(scale);
    free(biases);
    free(offset);
}

void gs_put_linear(gs_buffer *out, const gs_params *params, const gs_linear_place *place, size_t columns)
{
    gs_put_matrix(out, params->values + place->w, place->in, place->out, columns, params->values + place->b);
}

void gs_put_lstm(gs_buffer *out, const gs_params *params, const gs_lstm_place *place)
{
    size_t h = place->hidden;
    for (int d = 0; d < 2; d++) {
        gs_put_matrix(out, params->values + place->input_w[d], place->in, 4 * h, 4 * h,
                      params->values + place->gate_b[d]);
        gs_put_matrix(out, params->values + place->recurrent_w[d], h, 4 * h, 4 * h, NULL);
    }
}

void gs_put_table(gs_buffer *out, const gs_rows *rows)
{
    size_t width = rows->width;
    int8_t *bytes = gs_allocate(rows->count * width);
    float *scale = gs_allocate(rows->count * sizeof *scale);
    for (size_t r = 0; r < rows->count; r++) {
        const float *values = rows->values + r * width;
        scale[r] = scale_of(values, width, 1);
        for (size_t j = 0; j < width; j++)
            bytes[r * width + j] = (int8_t)lrintf(values[j] / scale[r]);
    }
    gs_put_bytes(out, bytes, rows->count * width);
    gs_put_bytes(out, scale, rows->count * sizeof *scale);
    free(bytes);
    free(scale);
}

void gs_put_names(gs_buffer *out, const char *const *names, uint32_t count)
{
    gs_buffer text = {0};
    for (uint32_t i = 0; i < count; i++)
        gs_buffer_append(&text, names[i], strlen(names[i]) + 1);
    uint32_t size = (uint32_t)text.size;
    gs_put_bytes(out, &size, sizeof size);
    gs_put_bytes(out, text.data, text.size);
    gs_buffer_free(&text);
}
