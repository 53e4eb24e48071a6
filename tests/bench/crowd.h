// crowd: as many statements as a benchmark wants, made of some thousand real ones.
#ifndef GAINSAY_TESTS_CROWD_H
#define GAINSAY_TESTS_CROWD_H

#include "statement/statement.h"

typedef struct crowd crowd;

// Reads what `gainsay extract --json` printed. Ends the program with one line if it cannot.
crowd *crowd_open(const char *path);
void crowd_close(crowd **self_p);
size_t crowd_size(const crowd *self); // real statements
// The statement of that number, in the arena: the real ones first, then altered copies of them. Days lie
// between first_day and first_day + days - 1, the same for all statements of an article. Deterministic.
gs_statement *crowd_statement(const crowd *self, size_t number, int64_t first_day, uint32_t days,
                              gs_arena *arena);

#endif
