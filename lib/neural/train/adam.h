// One step of Adam over a run of numbers: what params.c and rows.c share.
#ifndef GAINSAY_NEURAL_ADAM_H
#define GAINSAY_NEURAL_ADAM_H

#include "train.h"

void adam_move(float *value, float *m, float *v, const float *gradient, size_t count, const gs_adam *step);

#endif
