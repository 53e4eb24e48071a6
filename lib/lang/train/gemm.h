// Matrix products for training, single precision.
#ifndef GAINSAY_LANG_GEMM_H
#define GAINSAY_LANG_GEMM_H

#include <stddef.h>

// C[m×n] = A·B, or C += A·B if add. A(i,k) = a[i*a_row + k*a_step], B(k,j) = b[k*b_row + j], C(i,j) =
// c[i*c_row + j]. n must be a multiple of 16. A transposed A is a matter of its two strides.
void gemm(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_step, const float *b,
          size_t b_row, float *c, size_t c_row, int add);
// to[j*rows + i] = from[i*columns + j]
void transpose(const float *from, size_t rows, size_t columns, float *to);

#endif
