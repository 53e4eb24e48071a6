// The trainer of the attribution network: annotated articles and a language model in, a section of a model
// file out. Deterministic from a seed.
#ifndef GAINSAY_STATEMENT_TRAIN_H
#define GAINSAY_STATEMENT_TRAIN_H

#include "lang/lang.h"

enum { ST_TRAIN_EPOCHS = 10 };

typedef struct st_train_options {
    const char *train,
        *dev; // JSON Lines: {"id","text","attributions":[{"source","cue","content":[[b,e],…]},…]}
    uint64_t seed;
    uint32_t epochs;         // 0: ST_TRAIN_EPOCHS
    const char *predictions; // file for what it reads in dev, as JSON Lines of the same kind; NULL: none
    void (*progress)(void *context, double seconds, const char *line); // may be NULL
    void *context;
} st_train_options;

// Learns from train on top of the model's language network, tunes on dev and tells its figures, and appends
// the bytes of the section "attribution" to *section. The same data, model, seed and machine give the same
// bytes.
bool st_train(const st_train_options *options, const gs_model *language, gs_buffer *section, gs_error *error);
// The same, written to a model file: by itself, or with all sections of the language model.
bool st_train_file(const st_train_options *options, const gs_model *language, bool alone, const char *path,
                   gs_error *error);

#endif
