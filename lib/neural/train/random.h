// The trainers' random numbers: SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
// Generators", 2014). A state is one number, so every part can have its own and give the same model whatever
// runs beside it.
#ifndef GAINSAY_NEURAL_RANDOM_H
#define GAINSAY_NEURAL_RANDOM_H

#include <stdint.h>

static inline uint64_t gs_random_mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static inline uint64_t gs_random_next(uint64_t *state)
{
    return gs_random_mix(*state += 0x9E3779B97F4A7C15u);
}

// Between -1 and 1, in steps of 2^-23.
static inline float gs_random_uniform(uint64_t *state)
{
    return (float)(gs_random_next(state) >> 40) * (2.0f / 16777216.0f) - 1.0f;
}

#endif
