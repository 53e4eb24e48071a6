// read_model: the gateway's own picture of the feed, in one SQLite file: what is known now, by id, with
// columns to filter by and a full-text index; and the newest events as they came, for live streams that
// resume.
//
// Each transaction also writes the sequence that it has come to, so after any crash the feed goes on where
// the rows stand: no gap, no repeat. A file that is lost, damaged or of another version is made anew, from
// sequence 0.
#ifndef GAINSAY_GATEWAY_READ_MODEL_H
#define GAINSAY_GATEWAY_READ_MODEL_H

#include "db.h"
#include "facets.h"

typedef struct gw_read_model gw_read_model;

// Opens or makes the file for writing. *reason: NULL, or why an existing file was put away (static).
gw_read_model *gw_read_model_open(const char *path, uint32_t keep_events, const char **reason,
                                  gs_error *error);
void gw_read_model_close(gw_read_model **self_p);

uint64_t gw_read_model_position(const gw_read_model *self); // newest sequence that is committed
bool gw_read_model_begin(gw_read_model *self, gs_error *error);
// Inside a transaction, in order. bytes: the packed event.
bool gw_read_model_apply(gw_read_model *self, const gs_event *event, gs_view bytes, gs_error *error);
bool gw_read_model_commit(gw_read_model *self, gs_error *error); // on failure the transaction is undone
void gw_read_model_rollback(gw_read_model *self);

// Statements, contradictions and so on that are there now; with the open transaction.
uint64_t gw_read_model_total(const gw_read_model *self, gw_type type);

#endif
