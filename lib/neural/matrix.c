// Products with weights of one byte, and what stands between two of them. Each kernel computes a tile of rows
// and columns at a time, in registers:
//
//   vnni     AVX-512 VNNI: VPDPBUSD multiplies four bytes of an input with four weights of 16 columns at once
//   avx2     the same data widened to 16 bits, for VPMADDWD
//   plain    C, for everything else
//
// Subtracting offset (128 Σ w) takes back that inputs are stored with 128 added, as VPDPBUSD wants them.
#include "neural.h"

#include "simd.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

GS_INLINE float input_scale(const gs_inputs *inputs, size_t row)
{
    return inputs->scale ? inputs->scale[row] : 1.0f / 127.0f;
}

// Writes 16 columns of a row from their sums.
GS_INLINE void finish(const gs_matrix *self, size_t column, const int32_t *sums, float scale, float *to,
                      bool add)
{
    for (size_t j = 0; j < GS_MATRIX_LANES; j++) {
        float value = (float)(sums[j] - self->offset[column + j]) * (self->scale[column + j] * scale);
        to[j] = (add ? to[j] : self->bias[column + j]) + value;
    }
}

static void multiply_plain(const gs_matrix *self, const gs_inputs *inputs, float *to, size_t to_row, bool add)
{
    size_t groups = self->in / GS_MATRIX_STEP;
    for (size_t column = 0; column < self->out; column += GS_MATRIX_LANES) {
        const int8_t *block = self->weights + column * self->in;
        for (size_t r = 0; r < inputs->rows; r++) {
            const uint8_t *x = inputs->bytes + r * inputs->row;
            int32_t sums[GS_MATRIX_LANES] = {0};
            for (size_t k = 0; k < groups; k++)
                for (size_t j = 0; j < GS_MATRIX_LANES; j++)
                    for (size_t i = 0; i < GS_MATRIX_STEP; i++)
                        sums[j] += (int32_t)x[k * 4 + i] * block[(k * GS_MATRIX_LANES + j) * 4 + i];
            finish(self, column, sums, input_scale(inputs, r), to + r * to_row + column, add);
        }
    }
}

#if defined(__x86_64__)
#define TARGET_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define TARGET_AVX2 __attribute__((target("avx2")))

typedef struct tile_place {
    const gs_matrix *matrix;
    const gs_inputs *inputs;
    size_t row, column;
    float *to;
    size_t to_row;
    bool add;
} tile_place;

TARGET_VNNI static inline __attribute__((always_inline)) void vnni_finish(const tile_place *place, size_t r,
                                                                          size_t v, __m512i sum)
{
    const gs_matrix *self = place->matrix;
    size_t column = place->column + v * GS_MATRIX_LANES;
    float *to = place->to + (place->row + r) * place->to_row + column;
    __m512 value = _mm512_cvtepi32_ps(_mm512_sub_epi32(sum, _mm512_loadu_si512(self->offset + column)));
    __m512 scale = _mm512_mul_ps(_mm512_loadu_ps(self->scale + column),
                                 _mm512_set1_ps(input_scale(place->inputs, place->row + r)));
    __m512 base = _mm512_loadu_ps(place->add ? to : self->bias + column);
    _mm512_storeu_ps(to, _mm512_add_ps(base, _mm512_mul_ps(value, scale)));
}

// The sums of a tile are variables and not an array: only those the compiler keeps in registers. `rows` and
// `vectors` are constants wherever this is inlined, so what is beyond them disappears.
enum { VNNI_ROWS = 4 };
#define EACH_ROW(DO) DO(0) DO(1) DO(2) DO(3)
#define SUMS(r) __m512i sum##r##0 = zero, sum##r##1 = zero, sum##r##2 = zero, sum##r##3 = zero;
#define ADD(r)                                                                                               \
    if (rows > r) {                                                                                          \
        memcpy(&four, x + r * stride + k * 4, sizeof four);                                                  \
        __m512i input = _mm512_set1_epi32(four);                                                             \
        sum##r##0 = _mm512_dpbusd_epi32(sum##r##0, input, weights0);                                         \
        if (vectors == 4) {                                                                                  \
            sum##r##1 = _mm512_dpbusd_epi32(sum##r##1, input, weights1);                                     \
            sum##r##2 = _mm512_dpbusd_epi32(sum##r##2, input, weights2);                                     \
            sum##r##3 = _mm512_dpbusd_epi32(sum##r##3, input, weights3);                                     \
        }                                                                                                    \
    }
#define FINISH(r)                                                                                            \
    if (rows > r) {                                                                                          \
        vnni_finish(place, r, 0, sum##r##0);                                                                 \
        if (vectors == 4) {                                                                                  \
            vnni_finish(place, r, 1, sum##r##1);                                                             \
            vnni_finish(place, r, 2, sum##r##2);                                                             \
            vnni_finish(place, r, 3, sum##r##3);                                                             \
        }                                                                                                    \
    }

TARGET_VNNI static inline __attribute__((always_inline)) void vnni_tile(const tile_place *place, size_t rows,
                                                                        size_t vectors)
{
    size_t groups = place->matrix->in / GS_MATRIX_STEP, stride = place->inputs->row;
    const int8_t *block = place->matrix->weights + place->column * place->matrix->in;
    const uint8_t *x = place->inputs->bytes + place->row * stride;
    const __m512i zero = _mm512_setzero_si512();
    EACH_ROW(SUMS)
    for (size_t k = 0; k < groups; k++) {
        int32_t four;
        __m512i weights0 = _mm512_load_si512(block + k * 64), weights1 = zero, weights2 = zero,
                weights3 = zero;
        if (vectors == 4) {
            weights1 = _mm512_load_si512(block + (groups + k) * 64);
            weights2 = _mm512_load_si512(block + (2 * groups + k) * 64);
            weights3 = _mm512_load_si512(block + (3 * groups + k) * 64);
        }
        EACH_ROW(ADD)
    }
    EACH_ROW(FINISH)
}

TARGET_VNNI static inline __attribute__((always_inline)) void vnni_rows(const tile_place *place, size_t rows,
                                                                        size_t vectors)
{
    switch (rows) {
    case 4:
        vnni_tile(place, 4, vectors);
        break;
    case 3:
        vnni_tile(place, 3, vectors);
        break;
    case 2:
        vnni_tile(place, 2, vectors);
        break;
    default:
        vnni_tile(place, 1, vectors);
    }
}

TARGET_VNNI static void multiply_vnni(const gs_matrix *self, const gs_inputs *inputs, float *to,
                                      size_t to_row, bool add)
{
    tile_place place = {self, inputs, 0, 0, to, to_row, add};
    for (; place.column + 64 <= self->out; place.column += 64)
        for (place.row = 0; place.row < inputs->rows; place.row += VNNI_ROWS)
            vnni_rows(&place, inputs->rows - place.row < VNNI_ROWS ? inputs->rows - place.row : VNNI_ROWS, 4);
    for (; place.column < self->out; place.column += 16)
        for (place.row = 0; place.row < inputs->rows; place.row += VNNI_ROWS)
            vnni_rows(&place, inputs->rows - place.row < VNNI_ROWS ? inputs->rows - place.row : VNNI_ROWS, 1);
}

TARGET_AVX2 static void multiply_avx2(const gs_matrix *self, const gs_inputs *inputs, float *to,
                                      size_t to_row, bool add)
{
    size_t groups = self->in / GS_MATRIX_STEP;
    for (size_t column = 0; column < self->out; column += GS_MATRIX_LANES) {
        const int8_t *block = self->weights + column * self->in;
        for (size_t r = 0; r < inputs->rows; r++) {
            const uint8_t *x = inputs->bytes + r * inputs->row;
            __m256i sums[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(),
                               _mm256_setzero_si256()};
            for (size_t k = 0; k < groups; k++) {
                int32_t four;
                memcpy(&four, x + k * 4, sizeof four);
                __m256i input = _mm256_cvtepu8_epi16(_mm_set1_epi32(four));
                for (size_t q = 0; q < 4; q++) {
                    const void *weights = block + k * 64 + q * 16;
                    __m256i wide = _mm256_cvtepi8_epi16(_mm_load_si128(weights));
                    sums[q] = _mm256_add_epi32(sums[q], _mm256_madd_epi16(input, wide));
                }
            }
            int32_t pairs[32], totals[GS_MATRIX_LANES];
            for (size_t q = 0; q < 4; q++)
                _mm256_storeu_si256((__m256i *)(void *)(pairs + q * 8), sums[q]);
            for (size_t j = 0; j < GS_MATRIX_LANES; j++)
                totals[j] = pairs[2 * j] + pairs[2 * j + 1];
            finish(self, column, totals, input_scale(inputs, r), to + r * to_row + column, add);
        }
    }
}
#endif

size_t gs_multiply_all(gs_multiply *kernels[4])
{
    size_t count = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl"))
        kernels[count++] = multiply_vnni;
    if (__builtin_cpu_supports("avx2"))
        kernels[count++] = multiply_avx2;
#endif
    kernels[count++] = multiply_plain;
    return count;
}

gs_multiply *gs_multiply_choose(void)
{
    gs_multiply *kernels[4];
    gs_multiply_all(kernels);
    return kernels[0];
}

// ---- between products

GS_CLONES
void gs_quantise(const float *from, size_t from_row, size_t rows, size_t width, uint8_t *to, size_t to_row,
                 float *scale)
{
    for (size_t r = 0; r < rows; r++) {
        const float *x = from + r * from_row;
        uint8_t *bytes = to + r * to_row;
        float most = 1e-8f;
        for (size_t j = 0; j < width; j++) {
            float size = x[j] < 0.0f ? -x[j] : x[j];
            most = size > most ? size : most;
        }
        float factor = 127.0f / most;
        for (size_t j = 0; j < width; j++)
            bytes[j] = (uint8_t)(int32_t)(x[j] * factor + 128.5f);
        scale[r] = most / 127.0f;
    }
}

GS_CLONES
void gs_leaky_all(float *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = gs_leaky(values[i]);
}

GS_CLONES
static void add_bytes(float *to, const int8_t *row, float scale, size_t width)
{
    for (size_t j = 0; j < width; j++)
        to[j] += (float)row[j] * scale;
}

void gs_table_add(const gs_table *self, uint32_t row, float share, float *to)
{
    add_bytes(to, self->bytes + (size_t)row * self->width, self->scale[row] * share, self->width);
}
