// memo: the claims of statements that were read before, so that a candidate need not be parsed again.
#ifndef GAINSAY_CONTRADICTION_MEMO_H
#define GAINSAY_CONTRADICTION_MEMO_H

#include "claims.h"

// What it lacks is read again: it may forget at any time.
typedef struct cd_memo cd_memo;
cd_memo *cd_memo_new(size_t max_bytes); // of the claims that it keeps
void cd_memo_free(cd_memo **self_p);
// NULL if it does not know them. Valid until the next call of another function.
const cd_claims *cd_memo_find(const cd_memo *self, gs_id id);
void cd_memo_put(cd_memo *self, gs_id id, const cd_claims *claims); // takes a copy; again: replaces
void cd_memo_remove(cd_memo *self, gs_id id);
size_t cd_memo_bytes(const cd_memo *self);

#endif
