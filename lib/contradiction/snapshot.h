// snapshot: arrays written one behind the other, each with its size and a checksum, and read back.
#ifndef GAINSAY_CONTRADICTION_SNAPSHOT_H
#define GAINSAY_CONTRADICTION_SNAPSHOT_H

#include "contradiction/contradiction.h"

typedef struct cd_snapshot_writer {
    gs_ledger_write *write;
    void *context;
    bool failed; // a write was: nothing more is written
} cd_snapshot_writer;

typedef struct cd_snapshot_reader {
    gs_view rest;
    bool failed; // what is read is not what was written; all that is taken from now on is empty
} cd_snapshot_reader;

void cd_snapshot_put(cd_snapshot_writer *self, const void *items, size_t count, size_t item);
// The items of the next array, in the snapshot's own bytes.
gs_view cd_snapshot_take_view(cd_snapshot_reader *self, size_t item, size_t *count);
// A copy of the next array, owned by the caller; NULL where it is empty or cannot be had.
void *cd_snapshot_take(cd_snapshot_reader *self, size_t item, size_t *count);
// The next array must be one item, which is copied.
void cd_snapshot_take_one(cd_snapshot_reader *self, void *to, size_t item);

#endif
