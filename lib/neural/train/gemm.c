// A product is cut into tiles of 6 rows and 64 columns of C that stay in registers while k runs: per step
// four vectors of B are loaded and six values of A are broadcast for 24 multiply-adds, which keeps the
// multipliers and not the memory busy (Goto and van de Geijn, "Anatomy of High-Performance Matrix
// Multiplication", 2008; the matrices here are small enough for the second-level cache, so nothing is
// packed).
#include "train.h"

#include "../simd.h"

typedef float vector __attribute__((vector_size(64), aligned(4), may_alias));
enum { LANES = 16, TILE_ROWS = 6, TILE_VECTORS = 4 };

GS_INLINE void tile(size_t rows, size_t vectors, size_t k, const float *a, size_t a_row, size_t a_step,
                    const float *b, size_t b_row, float *c, size_t c_row, bool add)
{
    vector sum[TILE_ROWS][TILE_VECTORS];
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < vectors; j++)
            sum[i][j] = add ? *(const vector *)(c + i * c_row + j * LANES) : (vector){0};
    for (size_t step = 0; step < k; step++) {
        vector right[TILE_VECTORS];
        for (size_t j = 0; j < vectors; j++)
            right[j] = *(const vector *)(b + step * b_row + j * LANES);
        for (size_t i = 0; i < rows; i++) {
            float left = a[i * a_row + step * a_step];
            for (size_t j = 0; j < vectors; j++)
                sum[i][j] += left * right[j];
        }
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < vectors; j++)
            *(vector *)(c + i * c_row + j * LANES) = sum[i][j];
}

// The compiler keeps a tile in registers only where its size is a constant.
GS_INLINE void tile_rows(size_t rows, size_t vectors, size_t k, const float *a, size_t a_row, size_t a_step,
                         const float *b, size_t b_row, float *c, size_t c_row, bool add)
{
    switch (rows) {
    case 6:
        tile(6, vectors, k, a, a_row, a_step, b, b_row, c, c_row, add);
        break;
    case 5:
        tile(5, vectors, k, a, a_row, a_step, b, b_row, c, c_row, add);
        break;
    case 4:
        tile(4, vectors, k, a, a_row, a_step, b, b_row, c, c_row, add);
        break;
    case 3:
        tile(3, vectors, k, a, a_row, a_step, b, b_row, c, c_row, add);
        break;
    case 2:
        tile(2, vectors, k, a, a_row, a_step, b, b_row, c, c_row, add);
        break;
    default:
        tile(1, vectors, k, a, a_row, a_step, b, b_row, c, c_row, add);
    }
}

GS_CLONES
void gs_gemm(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_step, const float *b,
             size_t b_row, float *c, size_t c_row, bool add)
{
    size_t j = 0;
    for (; j + LANES * TILE_VECTORS <= n; j += LANES * TILE_VECTORS)
        for (size_t i = 0; i < m; i += TILE_ROWS)
            tile_rows(m - i < TILE_ROWS ? m - i : TILE_ROWS, TILE_VECTORS, k, a + i * a_row, a_row, a_step,
                      b + j, b_row, c + i * c_row + j, c_row, add);
    for (; j < n; j += LANES)
        for (size_t i = 0; i < m; i += TILE_ROWS)
            tile_rows(m - i < TILE_ROWS ? m - i : TILE_ROWS, 1, k, a + i * a_row, a_row, a_step, b + j, b_row,
                      c + i * c_row + j, c_row, add);
}

void gs_transpose(const float *from, size_t rows, size_t columns, float *to)
{
    enum { BLOCK = 16 };
    for (size_t i0 = 0; i0 < rows; i0 += BLOCK)
        for (size_t j = 0; j < columns; j++)
            for (size_t i = i0; i < i0 + BLOCK && i < rows; i++)
                to[j * rows + i] = from[i * columns + j];
}
