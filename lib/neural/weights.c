// A network's part of the model file, opened in place.
//
// A section is one run of arrays in a fixed order behind a head of sizes. The cursor refuses to leave the
// section, so a wrong size can only lead to a refusal; it reads every number that a float's range does not
// bound by itself, so a damaged file can give wrong results but no undefined ones.
#include "neural.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGN = 64 };

// Training stays far below this; with it no sum can overflow or become NaN, whatever the file says.
static const float NUMBER_MAX = 1000.0f;

bool gs_width_fits(uint32_t width)
{
    return width > 0 && width <= GS_WIDTH_MAX && width % GS_MATRIX_LANES == 0;
}

gs_weights gs_weights_of(gs_view section, size_t from)
{
    return (gs_weights){(const unsigned char *)section.data, section.size, from, true};
}

const void *gs_weights_take(gs_weights *self, size_t count, size_t size)
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

const float *gs_weights_floats(gs_weights *self, size_t count)
{
    const float *numbers = gs_weights_take(self, count, sizeof *numbers);
    for (size_t i = 0; numbers && i < count; i++)
        if (!(numbers[i] >= -NUMBER_MAX && numbers[i] <= NUMBER_MAX)) // NaN fails both
            self->good = false;
    return numbers;
}

// 128 times the sum of `in` signed bytes.
static const int32_t *take_offsets(gs_weights *self, size_t in, size_t out)
{
    const int32_t *offsets = gs_weights_take(self, out, sizeof *offsets);
    int32_t most = (int32_t)in * 128 * 128;
    for (size_t j = 0; offsets && j < out; j++)
        if (offsets[j] < -most || offsets[j] > most)
            self->good = false;
    return offsets;
}

gs_matrix gs_weights_matrix(gs_weights *self, size_t in, size_t out)
{
    if (in == 0 || in > GS_MATRIX_IN_MAX || in % GS_MATRIX_STEP != 0 || out == 0 || out > UINT16_MAX) {
        self->good = false;
        return (gs_matrix){0};
    }
    out = gs_padded(out);
    gs_matrix matrix = {.in = (uint32_t)in, .out = (uint32_t)out};
    matrix.weights = gs_weights_take(self, in * out, 1);
    matrix.scale = gs_weights_floats(self, out);
    matrix.offset = take_offsets(self, in, out);
    matrix.bias = gs_weights_floats(self, out);
    return matrix;
}

gs_table gs_weights_table(gs_weights *self, uint32_t rows, uint32_t width)
{
    gs_table table = {.rows = rows, .width = width};
    table.bytes = gs_weights_take(self, (size_t)rows * width, 1);
    table.scale = gs_weights_floats(self, rows);
    return table;
}

gs_lstm gs_weights_lstm(gs_weights *self, size_t in, size_t hidden)
{
    gs_lstm layer;
    for (int d = 0; d < 2; d++) {
        layer.input_w[d] = gs_weights_matrix(self, in, 4 * hidden);
        layer.recurrent_w[d] = gs_weights_matrix(self, hidden, 4 * hidden);
    }
    return layer;
}

const char **gs_weights_names(gs_weights *self, uint32_t count)
{
    const uint32_t *size = gs_weights_take(self, 1, sizeof *size);
    const char *text = size ? gs_weights_take(self, *size, 1) : NULL;
    if (!text || *size == 0 || *size < count || text[*size - 1] != '\0') {
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
