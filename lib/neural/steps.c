// Sequences of different lengths as a batch without padding.
//
// Sorted from long to short, the sequences that reach step t are the first ones of those that reach step
// t - 1, so the rows of a step continue the first rows of its neighbour, whichever way a layer runs. The
// weights are read once for all of them, and the products have the shape that the kernels like.
#include "neural.h"

#include <stdlib.h>

gs_steps *gs_steps_new(size_t rows_max)
{
    gs_steps *self = gs_allocate(sizeof *self);
    self->begin = gs_allocate((rows_max + 1) * sizeof *self->begin);
    self->place = gs_allocate(rows_max * sizeof *self->place);
    return self;
}

void gs_steps_free(gs_steps **self_p)
{
    gs_steps *self = *self_p;
    if (!self)
        return;
    free(self->begin);
    free(self->place);
    free(self);
    *self_p = NULL;
}

static int longer_first(const void *a, const void *b)
{
    const gs_sequence *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return x->begin < y->begin ? -1 : x->begin > y->begin;
}

void gs_sequences_sort(gs_sequence *sequences, size_t count)
{
    qsort(sequences, count, sizeof *sequences, longer_first);
}

void gs_steps_lay_out(gs_steps *self, const gs_sequence *sequences, size_t count)
{
    uint32_t row = 0;
    self->sequences = (uint32_t)count;
    self->count = count ? sequences[0].count : 0;
    for (uint32_t t = 0; t < self->count; t++) {
        self->begin[t] = row;
        for (size_t s = 0; s < count && sequences[s].count > t; s++)
            self->place[row++] = sequences[s].begin + t;
    }
    self->begin[self->count] = row;
    self->rows = row;
}

static uint32_t rows_of(const gs_steps *self, uint32_t step)
{
    return self->begin[step + 1] - self->begin[step];
}

uint32_t gs_steps_linked(const gs_steps *self, uint32_t direction, uint32_t step, uint32_t *before)
{
    *before = 0;
    if (direction == 0 && step > 0) {
        *before = self->begin[step - 1];
        return rows_of(self, step);
    }
    if (direction == 1 && step + 1 < self->count) {
        *before = self->begin[step + 1];
        return rows_of(self, step + 1);
    }
    return 0;
}
