// What the tests of this room and of lang share: cmocka, a seeded generator, and memory of an exact size.
#ifndef GAINSAY_TESTS_NEURAL_TEST_H
#define GAINSAY_TESTS_NEURAL_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// splitmix64 (Steele, Lea, Flood 2014)
static inline uint64_t test_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline size_t test_below(uint64_t *state, size_t bound)
{
    return (size_t)(test_random(state) % bound);
}

// Between -1 and 1.
static inline float test_float(uint64_t *state)
{
    return (float)((double)(test_random(state) >> 11) * 0x1p-52 - 1.0);
}

// Memory of just this size at a multiple of 64, so that a sanitizer sees a read past its end. Freed with
// free.
static inline void *test_aligned(size_t size)
{
    void *memory = NULL;
    assert_int_equal(posix_memalign(&memory, 64, size ? size : 1), 0);
    return memory;
}

#endif
