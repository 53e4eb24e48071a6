// Private to the read model: its state, and what read_model_write.c is made of.
#ifndef GAINSAY_GATEWAY_READ_MODEL_INTERNAL_H
#define GAINSAY_GATEWAY_READ_MODEL_INTERNAL_H

#include "read_model.h"

struct gw_read_model {
    gw_db *db;
    uint32_t keep_events;
    uint64_t position, committed; // with and without the open transaction
    int64_t totals[GW_TYPES], committed_totals[GW_TYPES];
    bool in_transaction;
    gs_arena *arena; // of the event at hand
    gw_texts texts;
    gs_buffer packed;
};

// The statement for sql with a number bound to ?1 and, unless NULL, an id to ?2.
sqlite3_stmt *gw_model_prepare(gw_read_model *self, const char *sql, int64_t first, const gs_id *id,
                               gs_error *error);

// read_model_people.c: rows of speakers and sources. 0: there is nothing to know them by. change: +1 or -1.
bool gw_model_speaker(gw_read_model *self, const gs_speaker *speaker, int64_t time, int64_t *row,
                      gs_error *error);
bool gw_model_source(gw_read_model *self, const gs_statement *statement, int64_t time, int64_t *row,
                     gs_error *error);
bool gw_model_count(gw_read_model *self, const char *table, const char *column, int64_t row, int change,
                    gs_error *error);

#endif
