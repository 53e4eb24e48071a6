// Training a network: what every trainer shares. The room's door for programs that write model files; lang's
// trainer (lang/train) is one.
//
//   gs_params    all matrices and vectors in one array, which Adam moves: a place in it is an offset
//   gs_rows      vectors of words or features, of which a batch uses few
//   layers       gs_linear_…, gs_lstm_…: forward, then backward from the gradient of what came out
//   gs_put_…     parameters as bytes, for a section that gs_weights reads
//
// A layer's backward pass adds to two gradients: of what came in, and of its parameters. The latter is an
// array laid out as gs_params. Each thread has one of its own and all that it writes, so the parameters are
// only read until gs_params_step adds the gradients up. All matrices are tables of rows: a layer's weights
// have a row an input. Widths of what comes out are multiples of 16. Nothing here depends on time or on how
// many processors there are: the same seed gives the same parameters.
#ifndef GAINSAY_NEURAL_TRAIN_H
#define GAINSAY_NEURAL_TRAIN_H

#include "neural/neural.h"
#include "neural/train/random.h"

// ---- products (gemm.c)

// C[m×n] = A·B, or C += A·B if add. A(i,k) = a[i*a_row + k*a_step], B(k,j) = b[k*b_row + j], C(i,j) =
// c[i*c_row + j]. n must be a multiple of 16. A transposed A is a matter of its two strides.
void gs_gemm(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_step, const float *b,
             size_t b_row, float *c, size_t c_row, bool add);
// to[j*rows + i] = from[i*columns + j]
void gs_transpose(const float *from, size_t rows, size_t columns, float *to);
// to[i] += from[i] * scale
void gs_add(float *to, const float *from, size_t count, float scale);
// to[j] += Σ_r from[r*n + j]
void gs_add_rows(size_t rows, size_t n, const float *from, float *to);
// Zeros at a multiple of 64, for the caller to free.
float *gs_floats(size_t count);

// ---- parameters (params.c)

// Where a layer's parameters begin in gs_params.values.
typedef struct gs_linear_place {
    size_t in, out;
    size_t w, b; // in × out, out
} gs_linear_place;

typedef struct gs_lstm_place {
    size_t in, hidden;                            // h of one direction
    size_t input_w[2], recurrent_w[2], gate_b[2]; // in × 4h, h × 4h, 4h: gates i f g o; forward, backward
} gs_lstm_place;

typedef struct gs_param_part gs_param_part; // one matrix or vector

typedef struct gs_params {
    size_t count;         // floats in all
    float *values;        // count; owned, as are all arrays here
    float *transposed;    // count: the matrices transposed, each where it lies in values
    float *m, *v;         // count: Adam's moments
    uint64_t step;        // of Adam, from 1
    gs_param_part *parts; // in the order of their places
    size_t part_count, part_capacity;
} gs_params;

gs_params *gs_params_new(void);
void gs_params_free(gs_params **self_p);
// These find a place behind all places before. A matrix will begin with numbers drawn evenly from scale *
// ±sqrt(6 / (rows + columns)) (Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward
// Neural Networks", 2010), a vector with `value`.
size_t gs_params_matrix(gs_params *self, size_t rows, size_t columns, float scale);
size_t gs_params_vector(gs_params *self, size_t count, float value);
gs_linear_place gs_params_linear(gs_params *self, size_t in, size_t out, float scale); // bias 0
gs_lstm_place gs_params_lstm(gs_params *self, size_t in, size_t hidden);               // f's bias 1, others 0
// When all have their places: allocates them and gives them their first values, in the order of their places.
void gs_params_begin(gs_params *self, uint64_t *random);

// One step of Adam (Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015).
typedef struct gs_adam {
    float rate;
    float scale;              // of gradients, clipping included
    float correct1, correct2; // of the moments, which begin at zero
} gs_adam;

// Adds the gradients of all shards to the first, counts the step, and clips: with scale (1 / the words of the
// batch, say) the length of the gradient is at most 5.
gs_adam gs_params_step(gs_params *self, float *const *gradients, size_t shards, float rate, float scale);
// Moves the parameters along the summed gradient, and refreshes transposed.
void gs_params_move(gs_params *self, const float *gradient, const gs_adam *step);

// ---- rows (rows.c)

// A table that learns. Rows are moved only in steps that used them ("lazy" Adam): their moments stand still
// otherwise, which costs a little exactness and saves touching a hundred thousand rows each step.
typedef struct gs_rows {
    uint32_t count, width;
    float *values; // count × width; owned, as are all arrays here
    float *m, *v;  // likewise: Adam's moments
} gs_rows;

// Values are drawn evenly from -range to range.
gs_rows *gs_rows_new(uint32_t count, uint32_t width, float range, uint64_t *random);
void gs_rows_free(gs_rows **self_p);
// to[j] += share * the row's j-th value
void gs_rows_add(const gs_rows *self, uint32_t row, float share, float *to);

// The gradients of the rows that one step used.
typedef struct gs_row_sums gs_row_sums;

gs_row_sums *gs_row_sums_new(const gs_rows *rows);
void gs_row_sums_free(gs_row_sums **self_p);
// Adds share * gradient (of rows' width) to that of the row.
void gs_row_sums_add(gs_row_sums *self, uint32_t row, const float *gradient, float share);
// Moves the rows that were added to. Two threads may move rows and parameters by the same step.
void gs_rows_move(gs_rows *self, const gs_row_sums *sums, const gs_adam *step);

// ---- linear layers, and what stands between them (linear.c)

// out[rows × place.out] = in·W + b
void gs_linear_forward(const gs_linear_place *self, const gs_params *params, const float *in, size_t rows,
                       float *out);
// in_gradient and gradient (of the parameters) += .
void gs_linear_backward(const gs_linear_place *self, const gs_params *params, const float *in, size_t rows,
                        const float *out_gradient, float *in_gradient, float *gradient);

// values[i] = leaky(values[i]) * mask[i]; mask NULL: nothing is dropped.
void gs_leaky_forward(float *values, const float *mask, size_t count);
// gradient[i] *= leaky' * mask[i], in place. values: what gs_leaky_forward left.
void gs_leaky_backward(float *gradient, const float *values, const float *mask, size_t count);
// Turns scores into probabilities; returns log Σ e^score, and the best class. So -log p of class y is what
// is returned less y's score before, and the gradient of it with respect to the scores is p, less 1 at y.
float gs_softmax(float *scores, size_t count, size_t *best);

// Fills mask with 0, or 1/(1 - rate) where a value is kept (Srivastava and others, "Dropout", 2014).
void gs_dropout_mask(float *mask, size_t count, float rate, uint64_t *random);
// One mask a sequence, applied to each of its rows. mask: sequences × width; values: rows × width.
void gs_drop_rows(const gs_steps *steps, const float *mask, size_t width, float *values);

// ---- one bidirectional LSTM layer (lstm.c)

typedef struct gs_lstm_rates { // of dropout
    float out, recurrent;
} gs_lstm_rates;

typedef struct gs_lstm_pass_direction {
    float *gates;    // rows × 4h: i f g o, after activation; then their gradients
    float *cells;    // rows × h
    float *squashed; // rows × h: tanh of the cells
    float *previous; // rows × h: the h that came in, after dropout
    float *mask;     // sequences × h: recurrent dropout
} gs_lstm_pass_direction;

// What a layer keeps of a forward pass for the backward pass; one thread's.
typedef struct gs_lstm_pass {
    gs_lstm_pass_direction direction[2];
    float *out;                     // rows × 2h, after dropout: forward beside backward
    float *mask;                    // sequences × 2h: dropout of out
    bool drops;                     // the masks count
    float *cell_gradient, *carried; // rows × h: of the backward pass
} gs_lstm_pass;

gs_lstm_pass *gs_lstm_pass_new(const gs_lstm_place *place, size_t rows_max);
void gs_lstm_pass_free(gs_lstm_pass **self_p);
// Draws the masks that the passes from now on drop by; rates NULL: they drop nothing.
void gs_lstm_draw(gs_lstm_pass *self, const gs_lstm_place *place, const gs_steps *steps,
                  const gs_lstm_rates *rates, uint64_t *random);
// From in (rows × place.in, in the order of steps) to pass->out.
void gs_lstm_forward(const gs_lstm_place *self, const gs_params *params, const gs_steps *steps,
                     const float *in, gs_lstm_pass *pass);
// Once after each gs_lstm_forward. out_gradient (of pass->out) is used up; in_gradient and gradient (of the
// parameters) += .
void gs_lstm_backward(const gs_lstm_place *self, const gs_params *params, const gs_steps *steps,
                      const float *in, gs_lstm_pass *pass, float *out_gradient, float *in_gradient,
                      float *gradient);

// ---- a section of the model file (export.c): what gs_weights reads in the same order

// Appends bytes as they are, at a multiple of 64, as all below do.
void gs_put_bytes(gs_buffer *out, const void *data, size_t size);
// The first `columns` of rows that are `row` long; in: rows, a multiple of 4. bias: of the columns; NULL:
// none. Each column has a scale of its own (its largest weight is 127), so that none pays for another's
// outlier.
void gs_put_matrix(gs_buffer *out, const float *values, size_t in, size_t row, size_t columns,
                   const float *bias);
// columns: at most place.out.
void gs_put_linear(gs_buffer *out, const gs_params *params, const gs_linear_place *place, size_t columns);
void gs_put_lstm(gs_buffer *out, const gs_params *params, const gs_lstm_place *place);
void gs_put_table(gs_buffer *out, const gs_rows *rows);
void gs_put_names(gs_buffer *out, const char *const *names, uint32_t count);

#endif
