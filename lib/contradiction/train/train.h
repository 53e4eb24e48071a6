// The trainer of the judge: pairs of sentences and annotated streams in, a section of a model file out.
#ifndef GAINSAY_CONTRADICTION_TRAIN_H
#define GAINSAY_CONTRADICTION_TRAIN_H

#include "lang/lang.h"

typedef struct cd_train_options {
    const char *data;     // directory with nli/, ud/ and stream-dev/
    const char *stories;  // directory of the project's own annotated stories; NULL: none
    const char *ordinary; // what `gainsay extract --json` printed of ordinary news, whose statements are
                          // taken not to contradict each other within an article; NULL: none
    const char *without;     // story of stream-dev that is left out; NULL: none
    const char *predictions; // file for the cross-validated scores of the stream, as JSON Lines; NULL: none
    void (*progress)(void *context, double seconds, const char *line); // may be NULL
    void *context;
} cd_train_options;

// Trains both models, tells their figures (the statements' ones cross-validated by story), and writes a model
// file with the section "judge" alone. Reads texts with the language model and WordNet of model. The same
// data and model give the same bytes.
bool cd_train_file(const cd_train_options *options, const gs_model *model, const char *path, gs_error *error);

#endif
