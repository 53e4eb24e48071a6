// Is the file what it was? Asked once, at the start, and of every backup.
//
// SQLite's quick_check finds broken pages and chains, but it cannot see a page of payload that a disk
// returned as zeros. So each payload has a checksum beside it, and all of them are compared here. Both
// passes read the file once, at the speed of the disk.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "store/store_internal.h"

// The first payload of each table that is not what was written.
static const struct {
    gs_store_kind kind;
    const char *table;
    const char *sql;
} payload_checks[] = {
    {GS_STORE_INGESTOR, "outbox", "SELECT row FROM outbox WHERE sum <> gs_sum(payload) LIMIT 1"},
    {GS_STORE_AGGREGATOR, "statements", "SELECT row FROM statements WHERE sum <> gs_sum(data) LIMIT 1"},
    {GS_STORE_AGGREGATOR, "contradictions",
     "SELECT row FROM contradictions WHERE sum <> gs_sum(data) LIMIT 1"},
    {GS_STORE_AGGREGATOR, "disputes", "SELECT row FROM disputes WHERE sum <> gs_sum(data) LIMIT 1"},
    {GS_STORE_AGGREGATOR, "events", "SELECT sequence FROM events WHERE sum <> gs_sum(data) LIMIT 1"},
    {GS_STORE_AGGREGATOR, "holders", "SELECT row FROM holders WHERE sum <> gs_sum(data) LIMIT 1"},
    {GS_STORE_AGGREGATOR, "opinions", "SELECT row FROM opinions WHERE sum <> gs_sum(data) LIMIT 1"},
    {GS_STORE_AGGREGATOR, "dead_letters", "SELECT row FROM dead_letters WHERE sum <> gs_sum(data) LIMIT 1"},
};

static void sum_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const void *data = sqlite3_value_blob(values[0]);
    gs_view view = gs_view_make(data != NULL ? data : "", (size_t)sqlite3_value_bytes(values[0]));
    sqlite3_result_int64(context, gs_store_sum(view));
}

// Runs sql; true with *text filled from its first row, or empty if it has none.
static bool first_text(sqlite3 *db, const char *path, const char *sql, char *text, size_t size,
                       gs_error *error)
{
    sqlite3_stmt *statement = NULL;
    errno = 0;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    text[0] = '\0';
    if (code == SQLITE_ROW)
        snprintf(text, size, "%s", (const char *)sqlite3_column_text(statement, 0));
    bool done = code == SQLITE_ROW || code == SQLITE_DONE;
    if (!done)
        gs_sql_explain(path, code, gs_sql_system_error(db, errno), sqlite3_errmsg(db), "checking it", error);
    sqlite3_finalize(statement);
    return done;
}

bool gs_integrity_pages(sqlite3 *db, const char *path, gs_error *error)
{
    char found[200];
    if (!first_text(db, path, "PRAGMA quick_check(1)", found, sizeof found, error))
        return false;
    for (char *byte = found; *byte != '\0'; byte++) {
        if (*byte == '\n')
            *byte = ' ';
    }
    return strcmp(found, "ok") == 0 || gs_store_damaged(path, found, error);
}

bool gs_integrity_payloads(sqlite3 *db, const char *path, gs_store_kind kind, gs_error *error)
{
    char found[200];
    int code =
        sqlite3_create_function(db, "gs_sum", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL,
                                sum_function, NULL, NULL);
    if (code != SQLITE_OK)
        return gs_sql_explain(path, code, 0, sqlite3_errmsg(db), "checking it", error);
    for (size_t i = 0; i < sizeof payload_checks / sizeof payload_checks[0]; i++) {
        if (payload_checks[i].kind != kind)
            continue;
        if (!first_text(db, path, payload_checks[i].sql, found, sizeof found, error))
            return false;
        if (found[0] != '\0') {
            char what[300];
            snprintf(what, sizeof what, "row %s of %s does not match its checksum", found,
                     payload_checks[i].table);
            return gs_store_damaged(path, what, error);
        }
    }
    return true;
}
