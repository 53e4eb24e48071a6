// What the files of the attribution network share, and its trainer uses.
#ifndef GAINSAY_STATEMENT_ATTRIBUTION_INTERNAL_H
#define GAINSAY_STATEMENT_ATTRIBUTION_INTERNAL_H

#include "attribution_network.h"

// Fills quote, quotation and length, which have room for all words (attribution_quotes.c).
void st_quotations_read(const gs_parse *parse, st_features *out);

// An attributor on a section by itself, which it borrows; whose language network it was trained on is not
// asked. lang_states: the width of the states that parses will bring.
st_attributor *st_attributor_of(gs_view section, size_t lang_states, gs_error *error);
// What the trainer tunes.
void st_attributor_tune(st_attributor *self, float threshold, const float calibration[ST_CALIBRATION]);

#endif
