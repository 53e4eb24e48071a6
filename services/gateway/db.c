// db: the thin layer over SQLite. The read model can always be made anew from the feed, so it is written with
// synchronous NORMAL: after a power cut the newest transactions may be missing, but never half of one.
#include "db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    CACHED = 48,         // statements kept prepared
    BUSY_MS = 5000,      // for a stranger's lock
    PROGRESS_OPS = 4000, // virtual machine steps between two looks at the clock
};

typedef struct cached {
    char *sql; // owned
    sqlite3_stmt *statement;
    uint64_t used; // tick of the last use
} cached;

struct gw_db {
    sqlite3 *db;
    char *path;
    cached cache[CACHED];
    uint64_t tick;
    uint64_t deadline_us;
};

static const char writer_pragmas[] = "PRAGMA journal_mode = WAL;"
                                     "PRAGMA synchronous = NORMAL;"
                                     "PRAGMA wal_autocheckpoint = 4000;"
                                     "PRAGMA journal_size_limit = 67108864;"
                                     "PRAGMA cache_size = -65536;"
                                     "PRAGMA temp_store = MEMORY;"
                                     "PRAGMA secure_delete = OFF;"
                                     "PRAGMA trusted_schema = OFF;"
                                     "PRAGMA cell_size_check = ON";
static const char reader_pragmas[] = "PRAGMA query_only = ON;"
                                     "PRAGMA cache_size = -32768;"
                                     "PRAGMA temp_store = MEMORY;"
                                     "PRAGMA trusted_schema = OFF;"
                                     "PRAGMA cell_size_check = ON";

static bool fail(const gw_db *self, int code, gs_error *error)
{
    const char *text = self->db != NULL ? sqlite3_errmsg(self->db) : sqlite3_errstr(code);
    gs_code ours = GS_E_IO;
    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        ours = GS_E_DAMAGED;
        break;
    case SQLITE_FULL:
        ours = GS_E_FULL;
        break;
    case SQLITE_INTERRUPT:
        return gs_fail(error, GS_E_LIMIT,
                       "the query takes too long: narrow it by a time, a country or a speaker");
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
        ours = GS_E_INTERNAL;
        break;
    default:
        break;
    }
    return gs_fail(error, ours, "read model %s: %s", self->path, text);
}

static int look_at_the_clock(void *context)
{
    const gw_db *self = context;
    return self->deadline_us != 0 && gs_monotonic_us() > self->deadline_us;
}

gw_db *gw_db_open(const char *path, bool reader, gs_error *error)
{
    gw_db *self = gs_allocate(sizeof *self);
    self->path = gs_duplicate(path);
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (reader ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    const int code = sqlite3_open_v2(path, &self->db, flags, NULL);
    if (code != SQLITE_OK) {
        fail(self, code, error);
        gw_db_close(&self);
        return NULL;
    }
    sqlite3_busy_timeout(self->db, BUSY_MS);
    sqlite3_db_config(self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_progress_handler(self->db, PROGRESS_OPS, look_at_the_clock, self);
    if (!gw_db_execute(self, reader ? reader_pragmas : writer_pragmas, error)) {
        gw_db_close(&self);
    }
    return self;
}

void gw_db_close(gw_db **self_p)
{
    gw_db *self = *self_p;
    if (self == NULL) {
        return;
    }
    for (size_t i = 0; i < CACHED; i++) {
        sqlite3_finalize(self->cache[i].statement);
        free(self->cache[i].sql);
    }
    sqlite3_close(self->db);
    free(self->path);
    free(self);
    *self_p = NULL;
}

bool gw_db_execute(gw_db *self, const char *sql, gs_error *error)
{
    const int code = sqlite3_exec(self->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK || fail(self, code, error);
}

sqlite3_stmt *gw_db_prepare(gw_db *self, const char *sql, gs_error *error)
{
    cached *oldest = &self->cache[0];
    self->tick++;
    for (size_t i = 0; i < CACHED; i++) {
        cached *each = &self->cache[i];
        if (each->sql != NULL && strcmp(each->sql, sql) == 0) {
            each->used = self->tick;
            sqlite3_reset(each->statement);
            sqlite3_clear_bindings(each->statement);
            return each->statement;
        }
        oldest = each->used < oldest->used ? each : oldest;
    }
    sqlite3_finalize(oldest->statement);
    free(oldest->sql);
    *oldest = (cached){.used = self->tick};
    const int code =
        sqlite3_prepare_v3(self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &oldest->statement, NULL);
    if (code != SQLITE_OK) {
        *oldest = (cached){.used = 0};
        fail(self, code, error);
        return NULL;
    }
    oldest->sql = gs_duplicate(sql);
    return oldest->statement;
}

bool gw_db_step(gw_db *self, sqlite3_stmt *statement, bool *row, gs_error *error)
{
    const int code = sqlite3_step(statement);
    *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code != SQLITE_DONE) {
        fail(self, code, error);
    }
    sqlite3_reset(statement);
    return code == SQLITE_DONE;
}

bool gw_db_run(gw_db *self, sqlite3_stmt *statement, gs_error *error)
{
    bool row = true;
    while (row) {
        if (!gw_db_step(self, statement, &row, error)) {
            return false;
        }
    }
    return true;
}

bool gw_db_number(gw_db *self, const char *sql, int64_t otherwise, int64_t *number, gs_error *error)
{
    bool row = false;
    sqlite3_stmt *statement = gw_db_prepare(self, sql, error);
    *number = otherwise;
    if (statement == NULL || !gw_db_step(self, statement, &row, error)) {
        return false;
    }
    if (row && sqlite3_column_type(statement, 0) != SQLITE_NULL) {
        *number = sqlite3_column_int64(statement, 0);
    }
    sqlite3_reset(statement);
    return true;
}

int64_t gw_db_changes(const gw_db *self)
{
    return sqlite3_changes64(self->db);
}

void gw_db_deadline(gw_db *self, uint64_t deadline_us)
{
    self->deadline_us = deadline_us;
}

void gw_bind_id(sqlite3_stmt *statement, int index, const gs_id *id)
{
    sqlite3_bind_blob(statement, index, id->bytes, GS_ID_BYTES, SQLITE_STATIC);
}

void gw_bind_view(sqlite3_stmt *statement, int index, gs_view view)
{
    sqlite3_bind_blob64(statement, index, view.data != NULL ? view.data : "", view.size, SQLITE_STATIC);
}

void gw_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    sqlite3_bind_text(statement, index, text != NULL ? text : "", -1, SQLITE_STATIC);
}

gs_view gw_column_view(sqlite3_stmt *statement, int column)
{
    const void *data = sqlite3_column_blob(statement, column);
    return gs_view_make(data != NULL ? data : "", (size_t)sqlite3_column_bytes(statement, column));
}

const char *gw_column_text(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text != NULL ? text : "";
}

gs_id gw_column_id(sqlite3_stmt *statement, int column)
{
    gs_id id = {{0}};
    const gs_view view = gw_column_view(statement, column);
    if (view.size == GS_ID_BYTES) {
        memcpy(id.bytes, view.data, GS_ID_BYTES);
    }
    return id;
}
