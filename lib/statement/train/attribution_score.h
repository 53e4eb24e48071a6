// How right extracted attributions are: the figures of the CofeNet paper (Zhou and others, "CofeNet: Context
// and Former-Label Enhanced Net for Complicated Quotation Extraction", COLING 2022), and linked ones.
#ifndef GAINSAY_STATEMENT_ATTRIBUTION_SCORE_H
#define GAINSAY_STATEMENT_ATTRIBUTION_SCORE_H

#include "attribution_data.h"

typedef struct st_count {
    size_t right, found, gold;
} st_count;

typedef struct st_score {
    st_count exact[ST_PARTS]; // whole spans
    st_count linked;          // content and source share half of their tokens with gold ones
} st_score;

double st_f1(const st_count *count);
double st_mean_f1(const st_score *score);
// Adds one document's. right, if not NULL, gets for each found attribution whether it is linked.
void st_score_add(st_score *self, const st_document *document, const st_attributed *found, size_t count,
                  bool *right);

#endif
