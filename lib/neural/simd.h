// How loops over floats are compiled: once for each kind of x86-64 processor, chosen when the program is
// loaded, and approximations of exp, tanh and the logistic function that the compiler can turn into vector
// code. For files that compute, of this room and of those that stand on it; not part of the door.
//
// The approximations are plain IEEE arithmetic without fused steps (these rooms are compiled with
// -ffp-contract=off), so that every machine computes the same bits, and the same article the same ids. A file
// whose loops clamp is compiled with -ffinite-math-only and its like besides (lib/CMakeLists.txt).
#ifndef GAINSAY_NEURAL_SIMD_H
#define GAINSAY_NEURAL_SIMD_H

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&     \
    !defined(__SANITIZE_THREAD__)
#define GS_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define GS_CLONES
#endif
#define GS_INLINE static inline __attribute__((always_inline))

// e^x by 2^n * 2^f: n = round(x log2 e), 2^f by its Taylor polynomial on |f| <= 1/2; relative error below
// 4e-7.
GS_INLINE float gs_exp(float x)
{
    x = x < 88.0f ? x : 88.0f;
    x = x > -87.0f ? x : -87.0f;
    float scaled = x * 1.44269504f;
    float rounded = (scaled + 12582912.0f) - 12582912.0f;
    float f = (scaled - rounded) * 0.693147181f;
    float p = 1.0f +
              f * (1.0f + f * (0.5f + f * (0.166666667f +
                                           f * (0.0416666667f + f * (0.00833333333f + f * 0.00138888889f)))));
    int32_t bits = ((int32_t)rounded + 127) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return p * power;
}

GS_INLINE float gs_logistic(float x)
{
    return 1.0f / (1.0f + gs_exp(-x));
}

GS_INLINE float gs_tanh(float x)
{
    return 2.0f / (1.0f + gs_exp(-2.0f * x)) - 1.0f;
}

// 2^x for |x| <= 44, by the polynomial of degree 4 that meets 2^f at the Chebyshev nodes of |f| <= 1/2;
// relative error below 4e-6: enough for gates whose results become bytes.
GS_INLINE float gs_power_of_two(float x)
{
    float rounded = (x + 12582912.0f) - 12582912.0f;
    float f = x - rounded;
    float p = 1.0f + f * (0.693121045f + f * (0.24022349f + f * (0.0559219758f + f * 0.00966636852f)));
    uint32_t bits;
    memcpy(&bits, &p, sizeof bits);
    bits += (uint32_t)(int32_t)rounded << 23;
    memcpy(&p, &bits, sizeof p);
    return p;
}

// -x log2 e, where x lies beyond 30 as for 30: there the logistic function is flat.
GS_INLINE float gs_gate_power(float x)
{
    x = x < 30.0f ? x : 30.0f;
    x = x > -30.0f ? x : -30.0f;
    return gs_power_of_two(x * -1.44269504f);
}

// logistic(a) as a gate.
GS_INLINE float gs_gate(float a)
{
    return 1.0f / (1.0f + gs_gate_power(a));
}

// logistic(a) tanh(b) with one division: (1 - q) / ((1 + e^-a)(1 + q)), q = e^-2b.
GS_INLINE float gs_gated_tanh(float a, float b)
{
    float q = gs_gate_power(2.0f * b);
    return (1.0f - q) / ((1.0f + gs_gate_power(a)) * (1.0f + q));
}

// max(x, 0.1 x)
GS_INLINE float gs_leaky(float x)
{
    return x > 0.0f ? x : 0.1f * x;
}

#endif
