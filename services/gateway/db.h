// db: one SQLite connection of the gateway, with its prepared statements kept by their text, and its errors
// in our words. One thread uses a connection.
#ifndef GAINSAY_GATEWAY_DB_H
#define GAINSAY_GATEWAY_DB_H

#include <sqlite3.h>

#include "base/base.h"

typedef struct gw_db gw_db;

// A reader cannot write and waits for nobody.
gw_db *gw_db_open(const char *path, bool reader, gs_error *error);
void gw_db_close(gw_db **self_p);
// Statements without parameters or rows, one after the other.
bool gw_db_execute(gw_db *self, const char *sql, gs_error *error);
// Reset, with nothing bound; valid until the next gw_db_close. NULL on error.
sqlite3_stmt *gw_db_prepare(gw_db *self, const char *sql, gs_error *error);
// One step. After the last row the statement is reset; before, the caller resets it.
bool gw_db_step(gw_db *self, sqlite3_stmt *statement, bool *row, gs_error *error);
bool gw_db_run(gw_db *self, sqlite3_stmt *statement, gs_error *error); // to its end
// Column 0 of the first row; `otherwise` if there is none.
bool gw_db_number(gw_db *self, const char *sql, int64_t otherwise, int64_t *number, gs_error *error);
int64_t gw_db_changes(const gw_db *self); // rows that the last statement changed
// From now on a statement that is still running at this moment (monotonic) fails with GS_E_LIMIT; 0: none.
void gw_db_deadline(gw_db *self, uint64_t deadline_us);

void gw_bind_id(sqlite3_stmt *statement, int index, const gs_id *id); // the id must live until the step
void gw_bind_view(sqlite3_stmt *statement, int index, gs_view view);  // as a BLOB, likewise
void gw_bind_text(sqlite3_stmt *statement, int index, const char *text);
gs_view gw_column_view(sqlite3_stmt *statement, int column);     // valid until the next step
const char *gw_column_text(sqlite3_stmt *statement, int column); // "" for NULL
gs_id gw_column_id(sqlite3_stmt *statement, int column);

#endif
