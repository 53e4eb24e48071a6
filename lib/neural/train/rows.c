// Tables whose rows learn one by one.
//
// A step's gradients are gathered row by row in the order in which rows are met, which is the order of the
// shards' words and not of the threads, so the sums are the same bits each time.
#include "adam.h"

#include <stdlib.h>
#include <string.h>

gs_rows *gs_rows_new(uint32_t count, uint32_t width, float range, uint64_t *random)
{
    gs_rows *self = gs_allocate(sizeof *self);
    size_t all = (size_t)count * width;
    *self = (gs_rows){count, width, gs_floats(all), gs_floats(all), gs_floats(all)};
    for (size_t j = 0; j < all; j++)
        self->values[j] = range * gs_random_uniform(random);
    return self;
}

void gs_rows_free(gs_rows **self_p)
{
    gs_rows *self = *self_p;
    if (!self)
        return;
    free(self->values);
    free(self->m);
    free(self->v);
    free(self);
    *self_p = NULL;
}

void gs_rows_add(const gs_rows *self, uint32_t row, float share, float *to)
{
    gs_add(to, self->values + (size_t)row * self->width, self->width, share);
}

// ---- sums

struct gs_row_sums {
    size_t width;
    float *values;   // one after the other, in the order in which rows were met
    uint32_t *rows;  // which they are
    uint32_t *place; // by row: 1 + index into rows; 0 not met
    uint32_t count, capacity;
};

gs_row_sums *gs_row_sums_new(const gs_rows *rows)
{
    gs_row_sums *self = gs_allocate(sizeof *self);
    self->width = rows->width;
    self->place = gs_allocate(rows->count * sizeof *self->place);
    return self;
}

void gs_row_sums_free(gs_row_sums **self_p)
{
    gs_row_sums *self = *self_p;
    if (!self)
        return;
    free(self->values);
    free(self->rows);
    free(self->place);
    free(self);
    *self_p = NULL;
}

static float *sum_of(gs_row_sums *self, uint32_t row)
{
    size_t width = self->width;
    if (self->place[row] == 0) {
        if (self->count == self->capacity) {
            self->capacity = self->capacity ? self->capacity * 2 : 4096;
            self->rows = gs_reallocate(self->rows, self->capacity * sizeof *self->rows);
            self->values = gs_reallocate(self->values, self->capacity * width * sizeof *self->values);
        }
        memset(self->values + (size_t)self->count * width, 0, width * sizeof *self->values);
        self->rows[self->count++] = row;
        self->place[row] = self->count;
    }
    return self->values + (size_t)(self->place[row] - 1) * width;
}

void gs_row_sums_add(gs_row_sums *self, uint32_t row, const float *gradient, float share)
{
    gs_add(sum_of(self, row), gradient, self->width, share);
}

void gs_rows_move(gs_rows *self, const gs_row_sums *sums, const gs_adam *step)
{
    size_t width = self->width;
    for (uint32_t i = 0; i < sums->count; i++) {
        size_t at = (size_t)sums->rows[i] * width;
        adam_move(self->values + at, self->m + at, self->v + at, sums->values + (size_t)i * width, width,
                  step);
    }
}
