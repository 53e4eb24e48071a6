// Products with weights of one byte: how the trained network is computed.
//
// Weights are signed bytes with one scale a column; inputs are bytes that stand for (x - 128) * scale. Sums
// are exact integers, so all processors give the same result; which kernel runs is chosen once, by what the
// processor can do.
#ifndef GAINSAY_LANG_MATRIX_H
#define GAINSAY_LANG_MATRIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LANG_MATRIX_LANES = 16, LANG_MATRIX_STEP = 4 };

typedef struct lang_matrix {
    uint32_t in;  // a multiple of 4
    uint32_t out; // a multiple of 16
    const int8_t
        *weights;       // out/16 blocks of in/4 groups of 16 columns of 4 inputs; 64-byte aligned; borrowed
    const float *scale; // of each column
    const int32_t *offset; // 128 times the sum of each column's weights
    const float *bias;     // of each column
} lang_matrix;

typedef struct lang_inputs {
    const uint8_t *bytes;
    size_t row; // bytes from one row to the next
    size_t rows;
    const float *scale; // of each row; NULL: all rows have 1/127
} lang_inputs;

// to[r * to_row + j] = bias_j + Σ_k x_rk w_kj, or with add: += Σ_k x_rk w_kj.
typedef void lang_multiply(const lang_matrix *self, const lang_inputs *inputs, float *to, size_t to_row,
                           bool add);

// The fastest that this processor has.
lang_multiply *lang_multiply_choose(void);
// All that this processor has, for tests; returns their number, at most 4.
size_t lang_multiply_all(lang_multiply *kernels[4]);

// Rows of floats to bytes, each row with a scale of its own.
void lang_quantise(const float *from, size_t from_row, size_t rows, size_t width, uint8_t *to, size_t to_row,
                   float *scale);

#endif
