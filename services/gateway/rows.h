// rows: what is read out of the read model, by one thread over one reading connection.
#ifndef GAINSAY_GATEWAY_ROWS_H
#define GAINSAY_GATEWAY_ROWS_H

#include "db.h"
#include "filter.h"

typedef struct gw_row {
    gw_type type;
    gs_id id;
    uint64_t row, updated;           // sequences: of the first event that told it, of the last
    const ProtobufCMessage *message; // of statements, contradictions and disputes
    // Of speakers and sources; "" where unknown.
    const char *name, *role, *organisation, *country, *entity_id, *host;
    int kind;
    bool official;
    uint64_t statements, contradictions;
    int64_t first, last; // Unix seconds
} gw_row;

typedef struct gw_rows {
    gw_row *rows; // in the arena
    size_t count;
    uint64_t next; // cursor of the next page; 0: this was the last
} gw_rows;

bool gw_rows_list(gw_db *db, const gw_filter *filter, gw_type type, gs_arena *arena, gw_rows *rows,
                  gs_error *error);
// *found false: there is no such row.
bool gw_rows_get(gw_db *db, gw_type type, gs_id id, gs_arena *arena, gw_row *row, bool *found,
                 gs_error *error);

// What was taken back, and whether it became part of another.
typedef struct gw_gone {
    bool known, merged;
    gs_id into;
    const char *reason;
} gw_gone;
bool gw_rows_gone(gw_db *db, gs_id id, gs_arena *arena, gw_gone *gone, gs_error *error);

// Counts a day, oldest first.
typedef struct gw_day {
    int64_t day; // days since 1970-01-01
    uint64_t counts[GW_DISPUTE];
} gw_day;
enum { GW_DAYS_MOST = 4000 };
bool gw_rows_days(gw_db *db, const gw_filter *filter, gs_arena *arena, gw_day **days, size_t *count,
                  gs_error *error);

// Stored events after a sequence. each returns false to end. *first: the oldest that is stored; 0 if none is.
typedef bool gw_each_event(void *context, uint64_t sequence, gs_view bytes);
bool gw_rows_events(gw_db *db, uint64_t after, uint64_t upto, uint64_t *first, gw_each_event *each,
                    void *context, gs_error *error);

#endif
