// memory_ledger: the ledger's store for programs that run once: everything in memory, nothing on disk.
#ifndef GAINSAY_CLI_MEMORY_LEDGER_H
#define GAINSAY_CLI_MEMORY_LEDGER_H

#include "contradiction/contradiction.h"

typedef struct gs_memory_ledger gs_memory_ledger;

// emit is called with each event, numbered from 1; event lives during the call.
gs_memory_ledger *gs_memory_ledger_new(void (*emit)(void *context, const gs_event *event), void *context);
void gs_memory_ledger_free(gs_memory_ledger **self_p);
gs_ledger_store gs_memory_ledger_store(gs_memory_ledger *self);

#endif
