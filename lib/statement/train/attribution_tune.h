// What is set on the dev articles when the network has learned: the cues' threshold, and how probable an
// attribution is by what the network says of it. And what it reads there, for the scorers.
#ifndef GAINSAY_STATEMENT_ATTRIBUTION_TUNE_H
#define GAINSAY_STATEMENT_ATTRIBUTION_TUNE_H

#include "attribution_score.h"

typedef struct st_tuned {
    float threshold;
    float calibration[ST_CALIBRATION];
} st_tuned;

// Where tuning begins.
st_tuned st_tuned_new(void);
// Reads the corpus' documents as they will be read.
st_score st_measure(st_attributor *attributor, const st_corpus *dev);
// Leaves the attributor tuned.
st_tuned st_tune(st_attributor *attributor, const st_corpus *dev);
// Of those found with a probability in each tenth, how many are linked; a line for people.
void st_tell_reliability(st_attributor *attributor, const st_corpus *dev, gs_buffer *line);
// JSON Lines: {"id","attributions":[{"source","cue","content":[[b,e],…],"probability"},…]}
bool st_predictions_write(st_attributor *attributor, const st_corpus *dev, const char *path, gs_error *error);

#endif
