// neural: trained networks at work, in bytes. This header is the room's door for reading a network; the door
// for training one is train/train.h.
//
//   section of a model file ─► gs_weights ─► matrices, tables, LSTM layers
//   rows of a table, summed ─► gs_quantise ─► gs_lstm_run, once a layer ─► gs_multiply: scores
//
// Weights are signed bytes with one scale a column; inputs are bytes that stand for (x - 128) * scale. Sums
// are exact integers, so all processors give the same result; which kernel runs is chosen once, by what the
// processor can do.
//
// A network's own code is its widths, the order of its parts in the section, and what it does with the
// scores. Its loops over floats include simd.h and are compiled as this room's (lib/CMakeLists.txt).
#ifndef GAINSAY_NEURAL_H
#define GAINSAY_NEURAL_H

#include "base/base.h"

// ---- products (matrix.c)

enum {
    GS_MATRIX_LANES = 16,
    GS_MATRIX_STEP = 4,
    GS_MATRIX_IN_MAX = 8192, // inputs of a matrix: the largest sum is far from the end of int32_t
};

// The multiple of GS_MATRIX_LANES that n columns take.
static inline size_t gs_padded(size_t n)
{
    return (n + GS_MATRIX_LANES - 1) / GS_MATRIX_LANES * GS_MATRIX_LANES;
}

typedef struct gs_matrix {
    uint32_t in;  // a multiple of 4
    uint32_t out; // a multiple of 16
    const int8_t
        *weights;       // out/16 blocks of in/4 groups of 16 columns of 4 inputs; 64-byte aligned; borrowed
    const float *scale; // of each column; this and all below: borrowed
    const int32_t *offset; // 128 times the sum of each column's weights
    const float *bias;     // of each column
} gs_matrix;

typedef struct gs_inputs {
    const uint8_t *bytes; // borrowed
    size_t row;           // bytes from one row to the next
    size_t rows;
    const float *scale; // of each row; NULL: all rows have 1/127; borrowed
} gs_inputs;

// to[r * to_row + j] = bias_j + Σ_k x_rk w_kj, or with add: += Σ_k x_rk w_kj.
typedef void gs_multiply(const gs_matrix *self, const gs_inputs *inputs, float *to, size_t to_row, bool add);

// The fastest that this processor has.
gs_multiply *gs_multiply_choose(void);
// All that this processor has, for tests; returns their number, at most 4.
size_t gs_multiply_all(gs_multiply *kernels[4]);

// Rows of floats to bytes, each row with a scale of its own.
void gs_quantise(const float *from, size_t from_row, size_t rows, size_t width, uint8_t *to, size_t to_row,
                 float *scale);
// values[i] = max(x, 0.1 x), in place: what stands between two linear layers.
void gs_leaky_all(float *values, size_t count);

// Learned vectors, as of words: rows of signed bytes, each row with a scale of its own.
typedef struct gs_table {
    uint32_t rows, width;
    const int8_t *bytes; // rows × width; borrowed
    const float *scale;  // of each row; borrowed
} gs_table;

// to[j] += share * the row's j-th number. row: below rows.
void gs_table_add(const gs_table *self, uint32_t row, float share, float *to);

// ---- sequences that run in step (steps.c)

// Elements [begin, begin + count) of a batch: the words of a sentence, say.
typedef struct gs_sequence {
    uint32_t begin, count; // count: at least 1
} gs_sequence;

// A batch laid out by time: row r of step t is the t-th element of the r-th longest sequence, so a step is
// one block of rows, every step's rows go on from the first rows of the step before, and there is no padding.
typedef struct gs_steps {
    uint32_t sequences; // rows of the first step
    uint32_t count;     // steps: the elements of the longest sequence
    uint32_t rows;      // elements of all sequences
    uint32_t *begin;    // count + 1: a step's first row; owned
    uint32_t *place;    // by row: which element of the batch; owned
} gs_steps;

// For up to rows_max elements.
gs_steps *gs_steps_new(size_t rows_max);
void gs_steps_free(gs_steps **self_p);
// Sorts the longest to the front, equally long ones by begin.
void gs_sequences_sort(gs_sequence *sequences, size_t count);
// sequences: the longest first; they are not kept.
void gs_steps_lay_out(gs_steps *self, const gs_sequence *sequences, size_t count);
// How many rows of a step have a row before them in a direction (0 forward, 1 backward). They are the step's
// first rows, and go on from the same number of rows that begin at *before.
uint32_t gs_steps_linked(const gs_steps *self, uint32_t direction, uint32_t step, uint32_t *before);

// ---- one bidirectional LSTM layer (lstm.c)

// Columns of the matrices: the gates i, f, g, o, h columns each; h, the width of one direction, is a multiple
// of 16.
typedef struct gs_lstm {
    gs_matrix input_w[2];     // in × 4h, with the gates' bias; forward, backward
    gs_matrix recurrent_w[2]; // h × 4h; its bias is not looked at
} gs_lstm;

// What a layer needs to run; layers of one width share it one after the other.
typedef struct gs_lstm_work {
    gs_multiply *multiply;
    const gs_steps *steps; // borrowed
    float *gates;          // rows × 4h, 64-byte aligned; the caller's
    float *cells;          // sequences × h, likewise
} gs_lstm_work;

// states: rows × 2h bytes, forward beside backward, which stand for (x - 128) / 127: inputs of the next layer
// as they are, with scale NULL.
void gs_lstm_run(const gs_lstm *self, const gs_lstm_work *work, const gs_inputs *in, uint8_t *states);

// ---- a network's section of the model file (weights.c)

// Walks over the arrays of a section, each at a multiple of 64 bytes, in the order in which gs_put_… of
// train/train.h wrote them. It refuses to leave the section, and numbers with which a sum could overflow or
// become NaN; once it has refused, good stays false, and what it hands out is NULL or must not be used. So a
// caller checks its sizes first, takes all parts, and looks at good once.
typedef struct gs_weights {
    const unsigned char *bytes; // borrowed, at a multiple of 64
    size_t size, at;
    bool good;
} gs_weights;

enum { GS_WIDTH_MAX = 1024 };

// True for what may be the width of a layer: a multiple of 16 up to GS_WIDTH_MAX, not 0.
bool gs_width_fits(uint32_t width);

// from: bytes of the section's head, which its reader has read.
gs_weights gs_weights_of(gs_view section, size_t from);
// count things of `size` bytes; NULL if the section has no room for them.
const void *gs_weights_take(gs_weights *self, size_t count, size_t size);
// Numbers between -1000 and 1000.
const float *gs_weights_floats(gs_weights *self, size_t count);
// out: columns that were written; the matrix has gs_padded of them.
gs_matrix gs_weights_matrix(gs_weights *self, size_t in, size_t out);
gs_table gs_weights_table(gs_weights *self, uint32_t rows, uint32_t width);
gs_lstm gs_weights_lstm(gs_weights *self, size_t in, size_t hidden);
// An array for the caller to free; its NUL-terminated texts lie in the section. NULL if they are not there.
const char **gs_weights_names(gs_weights *self, uint32_t count);

#endif
