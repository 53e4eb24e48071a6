// The schema, as steps that lead from one version to the next.
//
// PRAGMA user_version counts the steps that a file has taken; each step is one transaction that also sets
// the new number, so a crash in between leaves the old version whole. application_id tells an ingestor's
// file from an aggregator's, and both from any other SQLite file. A step that was released never changes;
// a new need is a new step at the end.
#include <errno.h>
#include <stdlib.h>

#include "store/store_internal.h"

const int32_t gs_application_ids[2] = {
    [GS_STORE_INGESTOR] = 0x4753494e,   // "GSIN"
    [GS_STORE_AGGREGATOR] = 0x47534147, // "GSAG"
};

// Ids are hashes, so an index on them is written at random. Such indexes are kept slim (id and row alone)
// by giving each table a row number: the data itself is then appended in order.
static const char *const ingestor_steps[] = {
    "CREATE TABLE outbox("
    "  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, failures INTEGER NOT NULL, reason TEXT NOT NULL,"
    "  sum INTEGER NOT NULL, payload BLOB NOT NULL);"
    "CREATE TABLE seen("
    "  row INTEGER PRIMARY KEY, article BLOB NOT NULL UNIQUE, content BLOB NOT NULL, revision INTEGER NOT "
    "NULL,"
    "  at INTEGER NOT NULL);"
    "CREATE TABLE source_state(source TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;"
    "PRAGMA application_id = 0x4753494e;"
    "PRAGMA user_version = 1",

    "CREATE TABLE texts("
    "  row INTEGER PRIMARY KEY, article BLOB NOT NULL UNIQUE, first BLOB NOT NULL, address BLOB NOT NULL,"
    "  content BLOB NOT NULL, site BLOB NOT NULL, publisher BLOB NOT NULL, at INTEGER NOT NULL, keys BLOB "
    "NOT NULL, sketch BLOB NOT "
    "NULL);"
    "CREATE TABLE text_keys(key INTEGER, row INTEGER, PRIMARY KEY(key, row)) WITHOUT ROWID;"
    "PRAGMA user_version = 2",
};

static const char *const aggregator_steps[] = {
    "CREATE TABLE articles("
    "  row INTEGER PRIMARY KEY, article NOT NULL UNIQUE, revision INTEGER, ingested INTEGER, content BLOB,"
    "  at INTEGER NOT NULL);"
    "CREATE TABLE reports(article_row INTEGER, statement BLOB, PRIMARY KEY(article_row, statement)) WITHOUT "
    "ROWID;"
    "CREATE TABLE statements("
    "  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, at INTEGER NOT NULL, sum INTEGER NOT NULL,"
    "  data BLOB NOT NULL);"
    "CREATE TABLE contradictions("
    "  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, a BLOB NOT NULL, b BLOB NOT NULL, dispute BLOB NOT "
    "NULL,"
    "  at INTEGER NOT NULL, sum INTEGER NOT NULL, data BLOB NOT NULL);"
    "CREATE INDEX contradictions_a ON contradictions(a);"
    "CREATE INDEX contradictions_b ON contradictions(b);"
    "CREATE TABLE disputes("
    "  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, at INTEGER NOT NULL, sum INTEGER NOT NULL,"
    "  data BLOB NOT NULL);"
    "CREATE TABLE events("
    "  sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, topic TEXT NOT NULL, sum INTEGER NOT NULL,"
    "  data BLOB NOT NULL);"
    "CREATE TABLE feed_mark(one INTEGER PRIMARY KEY CHECK(one = 1), newest INTEGER NOT NULL);"
    "CREATE TABLE dead_letters("
    "  row INTEGER PRIMARY KEY, delivery BLOB NOT NULL UNIQUE, retrying INTEGER NOT NULL, sum INTEGER NOT "
    "NULL,"
    "  data BLOB NOT NULL);"
    "CREATE INDEX dead_letters_retrying ON dead_letters(row) WHERE retrying = 1;"
    "PRAGMA application_id = 0x47534147;"
    "PRAGMA user_version = 1",

    "CREATE TABLE holders("
    "  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, sum INTEGER NOT NULL, data BLOB NOT NULL);"
    "PRAGMA user_version = 2",

    "CREATE TABLE opinions("
    "  row INTEGER PRIMARY KEY, pair BLOB NOT NULL UNIQUE, a BLOB NOT NULL, b BLOB NOT NULL, question BLOB "
    "NOT "
    "NULL,"
    "  waiting INTEGER NOT NULL, at INTEGER NOT NULL, sum INTEGER NOT NULL, data BLOB NOT NULL);"
    "CREATE INDEX opinions_waiting ON opinions(row) WHERE waiting = 1;"
    "PRAGMA user_version = 3",
};

static const struct {
    const char *name;
    const char *const *steps;
    int64_t count; // the newest version
} kinds[2] = {
    [GS_STORE_INGESTOR] = {"an ingestor's", ingestor_steps, sizeof ingestor_steps / sizeof ingestor_steps[0]},
    [GS_STORE_AGGREGATOR] = {"an aggregator's", aggregator_steps,
                             sizeof aggregator_steps / sizeof aggregator_steps[0]},
};

const char *gs_store_kind_name(gs_store_kind kind)
{
    return kinds[kind].name;
}

bool gs_schema_number(gs_store *self, const char *sql, int64_t *number, gs_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(self->db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    *number = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    bool done = code == SQLITE_ROW || gs_sql_fail(self, code, "reading its header", error);
    sqlite3_finalize(statement);
    return done;
}

static bool is_wrong_kind(gs_store *self, int64_t application, int64_t version, int64_t tables,
                          gs_error *error)
{
    gs_store_kind other = self->kind == GS_STORE_INGESTOR ? GS_STORE_AGGREGATOR : GS_STORE_INGESTOR;
    if (application == gs_application_ids[other]) {
        gs_fail(error, GS_E_USAGE, "store %s is %s, not %s: give each daemon a store file of its own",
                self->path, kinds[other].name, kinds[self->kind].name);
        return true;
    }
    bool is_empty = application == 0 && version == 0 && tables == 0;
    if (application == gs_application_ids[self->kind] || (is_empty && !self->reader))
        return false;
    if (is_empty)
        gs_fail(error, GS_E_USAGE, "store %s is empty: start the daemon that owns it first", self->path);
    else
        gs_fail(error, GS_E_USAGE, "store %s belongs to another program: name another file", self->path);
    return true;
}

bool gs_schema_identify(gs_store *self, gs_error *error)
{
    int64_t application, version, tables;
    if (!gs_schema_number(self, "PRAGMA application_id", &application, error) ||
        !gs_schema_number(self, "PRAGMA user_version", &version, error) ||
        !gs_schema_number(self, "SELECT count(*) FROM sqlite_schema", &tables, error))
        return false;
    if (is_wrong_kind(self, application, version, tables, error))
        return false;
    int64_t newest = kinds[self->kind].count;
    if (version > newest)
        return gs_fail(error, GS_E_USAGE,
                       "store %s was written by a newer gainsay (schema %lld, this one knows %lld): run that "
                       "version, or "
                       "restore a backup from before the upgrade",
                       self->path, (long long)version, (long long)newest);
    if (version < 0)
        return gs_store_damaged(self->path, "its schema version is negative", error);
    if (self->reader && version < newest)
        return gs_fail(error, GS_E_USAGE,
                       "store %s was written by an older gainsay (schema %lld, this one needs %lld): start "
                       "the daemon once "
                       "to bring it forward",
                       self->path, (long long)version, (long long)newest);
    return true;
}

bool gs_schema_migrate(gs_store *self, gs_error *error)
{
    int64_t version;
    if (!gs_schema_number(self, "PRAGMA user_version", &version, error))
        return false;
    for (int64_t step = version; step < kinds[self->kind].count; step++) {
        errno = 0;
        int code = sqlite3_exec(self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        if (code == SQLITE_OK)
            code = sqlite3_exec(self->db, kinds[self->kind].steps[step], NULL, NULL, NULL);
        if (code == SQLITE_OK)
            code = sqlite3_exec(self->db, "COMMIT", NULL, NULL, NULL);
        if (code != SQLITE_OK) {
            gs_sql_fail(self, code, "bringing its schema forward", error);
            sqlite3_exec(self->db, "ROLLBACK", NULL, NULL, NULL);
            return false;
        }
    }
    return true;
}
