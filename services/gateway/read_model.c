// read_model: the file, its schema and its transactions.
//
// Rows of statements, contradictions and disputes are numbered by the sequence of the event that told them
// first, so feed order is row order, and a cursor is a row. The columns to filter by stand in narrow tables,
// apart from the messages themselves, so that a walk over a million rows touches little.
#include "read_model_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { APPLICATION = 0x47534757, VERSION = 1 }; // "GSGW"

// The indexes on ids are written at random; all else is appended.
static const char schema[] =
    "CREATE TABLE mark(one INTEGER PRIMARY KEY CHECK(one = 1), sequence INTEGER NOT NULL);"
    "CREATE TABLE payloads(row INTEGER PRIMARY KEY, data BLOB NOT NULL);"
    "CREATE TABLE statements("
    "  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, updated INTEGER, time INTEGER, country TEXT,"
    "  speaker INTEGER, source INTEGER, official INTEGER, act INTEGER, form INTEGER, score REAL);"
    "CREATE INDEX statements_country ON statements(country);"
    "CREATE INDEX statements_speaker ON statements(speaker);"
    "CREATE INDEX statements_source ON statements(source);"
    "CREATE TABLE contradictions("
    "  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, updated INTEGER, time INTEGER, country_a TEXT,"
    "  country_b TEXT, speaker_a INTEGER, speaker_b INTEGER, source_a INTEGER, source_b INTEGER,"
    "  official INTEGER, kind INTEGER, scope INTEGER, relation INTEGER, score REAL, dispute BLOB, a BLOB, b "
    "BLOB);"
    "CREATE INDEX contradictions_dispute ON contradictions(dispute);"
    "CREATE INDEX contradictions_a ON contradictions(a);"
    "CREATE INDEX contradictions_b ON contradictions(b);"
    "CREATE TABLE disputes("
    "  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, updated INTEGER, time INTEGER, countries TEXT,"
    "  official INTEGER);"
    "CREATE TABLE speakers("
    "  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, name TEXT, role TEXT, organisation TEXT, country "
    "TEXT,"
    "  entity_id TEXT, kind INTEGER, official INTEGER, statements INTEGER, contradictions INTEGER,"
    "  first INTEGER, time INTEGER);"
    "CREATE TABLE sources("
    "  row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, name TEXT, host TEXT, statements INTEGER,"
    "  first INTEGER, time INTEGER);"
    "CREATE TABLE gone("
    "  id BLOB PRIMARY KEY, type INTEGER, sequence INTEGER, reason TEXT, merged_into BLOB) WITHOUT ROWID;"
    "CREATE TABLE days(day INTEGER, type INTEGER, count INTEGER, PRIMARY KEY(day, type)) WITHOUT ROWID;"
    "CREATE TABLE events(sequence INTEGER PRIMARY KEY, data BLOB NOT NULL);"
    "CREATE VIRTUAL TABLE statements_text USING fts5(text, names, topics, title, content='',"
    "  tokenize='unicode61 remove_diacritics 2');"
    "CREATE VIRTUAL TABLE contradictions_text USING fts5(text, names, topics, title, content='',"
    "  tokenize='unicode61 remove_diacritics 2');"
    "CREATE VIRTUAL TABLE disputes_text USING fts5(text, names, topics, title, content='',"
    "  tokenize='unicode61 remove_diacritics 2');"
    "CREATE VIRTUAL TABLE speakers_text USING fts5(names, content='', tokenize='unicode61 remove_diacritics "
    "2');"
    "INSERT INTO mark VALUES(1, 0);";

sqlite3_stmt *gw_model_prepare(gw_read_model *self, const char *sql, int64_t first, const gs_id *id,
                               gs_error *error)
{
    sqlite3_stmt *statement = gw_db_prepare(self->db, sql, error);
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, first);
        if (id != NULL) {
            gw_bind_id(statement, 2, id);
        }
    }
    return statement;
}

static bool make_schema(gw_read_model *self, gs_error *error)
{
    char marks[100];
    snprintf(marks, sizeof marks, "PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION,
             VERSION);
    return gw_db_execute(self->db, "BEGIN IMMEDIATE", error) && gw_db_execute(self->db, schema, error) &&
           gw_db_execute(self->db, marks, error) && gw_db_execute(self->db, "COMMIT", error);
}

static bool load(gw_read_model *self, gs_error *error)
{
    static const char *const tables[] = {[GW_STATEMENT] = "SELECT count(*) FROM statements",
                                         [GW_CONTRADICTION] = "SELECT count(*) FROM contradictions",
                                         [GW_DISPUTE] = "SELECT count(*) FROM disputes",
                                         [GW_RETRACTION] = "SELECT count(*) FROM gone",
                                         [GW_SPEAKER] = "SELECT count(*) FROM speakers",
                                         [GW_SOURCE] = "SELECT count(*) FROM sources"};
    int64_t sequence = 0;
    if (!gw_db_number(self->db, "SELECT sequence FROM mark", 0, &sequence, error)) {
        return false;
    }
    self->position = self->committed = (uint64_t)sequence;
    for (size_t i = 0; i < GW_TYPES; i++) {
        if (!gw_db_number(self->db, tables[i], 0, &self->totals[i], error)) {
            return false;
        }
    }
    memcpy(self->committed_totals, self->totals, sizeof self->totals);
    return true;
}

static const char different[] = "it is of another version";
static const char damaged[] = "it is damaged";

// *reason is set where the file must be put away.
static bool open_file(gw_read_model *self, const char *path, const char **reason, gs_error *error)
{
    int64_t application = 0, version = 0, tables = 0;
    self->db = gw_db_open(path, false, error);
    bool good = self->db != NULL && gw_db_number(self->db, "PRAGMA application_id", 0, &application, error) &&
                gw_db_number(self->db, "PRAGMA user_version", 0, &version, error) &&
                gw_db_number(self->db, "SELECT count(*) FROM sqlite_master", 0, &tables, error);
    if (good && tables == 0) {
        good = make_schema(self, error);
    } else if (good && application != APPLICATION) {
        return gs_fail(error, GS_E_USAGE,
                       "read model %s: the file is something else's: name another in gateway.store", path);
    } else if (good && version != VERSION) {
        *reason = different;
        return false;
    }
    good = good && load(self, error);
    if (!good && error->code == GS_E_DAMAGED) {
        *reason = damaged;
    }
    return good;
}

static bool put_away(const char *path, bool keep, gs_error *error)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        gs_buffer from = {0}, to = {0};
        gs_buffer_format(&from, "%s%s", path, ends[i]);
        gs_buffer_format(&to, "%s.damaged%s", path, ends[i]);
        const bool done = (keep ? rename(from.data, to.data) : unlink(from.data)) == 0 || errno == ENOENT;
        if (!done) {
            gs_fail(error, GS_E_IO, "read model %s: cannot be put away: %s", from.data, strerror(errno));
        }
        gs_buffer_free(&from);
        gs_buffer_free(&to);
        if (!done) {
            return false;
        }
    }
    return true;
}

gw_read_model *gw_read_model_open(const char *path, uint32_t keep_events, const char **reason,
                                  gs_error *error)
{
    gw_read_model *self = gs_allocate(sizeof *self);
    self->keep_events = keep_events;
    self->arena = gs_arena_new(0);
    *reason = NULL;
    bool good = open_file(self, path, reason, error);
    if (!good && *reason != NULL) {
        const char *ignored = NULL;
        gs_error_clear(error);
        gw_db_close(&self->db);
        good = put_away(path, *reason == damaged, error) && open_file(self, path, &ignored, error);
    }
    if (!good) {
        gw_read_model_close(&self);
    }
    return self;
}

void gw_read_model_close(gw_read_model **self_p)
{
    gw_read_model *self = *self_p;
    if (self == NULL) {
        return;
    }
    gw_read_model_rollback(self);
    gw_db_close(&self->db);
    gs_arena_free(&self->arena);
    gw_texts_free(&self->texts);
    gs_buffer_free(&self->packed);
    free(self);
    *self_p = NULL;
}

uint64_t gw_read_model_position(const gw_read_model *self)
{
    return self->committed;
}

uint64_t gw_read_model_total(const gw_read_model *self, gw_type type)
{
    return self->totals[type] > 0 ? (uint64_t)self->totals[type] : 0;
}

bool gw_read_model_begin(gw_read_model *self, gs_error *error)
{
    self->in_transaction = gw_db_execute(self->db, "BEGIN IMMEDIATE", error);
    return self->in_transaction;
}

void gw_read_model_rollback(gw_read_model *self)
{
    if (self->in_transaction) {
        gw_db_execute(self->db, "ROLLBACK", NULL);
    }
    self->in_transaction = false;
    self->position = self->committed;
    memcpy(self->totals, self->committed_totals, sizeof self->totals);
}

static bool finish(gw_read_model *self, gs_error *error)
{
    const int64_t position = (int64_t)self->position;
    sqlite3_stmt *mark = gw_model_prepare(self, "UPDATE mark SET sequence = ?1", position, NULL, error);
    if (mark == NULL || !gw_db_run(self->db, mark, error)) {
        return false;
    }
    sqlite3_stmt *trim = gw_model_prepare(self, "DELETE FROM events WHERE sequence <= ?1",
                                          position - (int64_t)self->keep_events, NULL, error);
    return trim != NULL && gw_db_run(self->db, trim, error) && gw_db_execute(self->db, "COMMIT", error);
}

bool gw_read_model_commit(gw_read_model *self, gs_error *error)
{
    if (!finish(self, error)) {
        gw_read_model_rollback(self);
        return false;
    }
    self->in_transaction = false;
    self->committed = self->position;
    memcpy(self->committed_totals, self->totals, sizeof self->totals);
    return true;
}
