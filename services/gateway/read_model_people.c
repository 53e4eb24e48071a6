// read_model_people: who speaks, and where it was read. Rows are made when a statement first names them, keep
// what was told last, and count; they stay when their last statement is taken back.
#include "read_model_internal.h"

#include <string.h>

enum { NAME_BYTES = 2000 }; // of a name that is kept; a longer one is cut

static const char *cut(gs_arena *arena, const char *text)
{
    const gs_view view = gs_view_of(text);
    size_t end = view.size < NAME_BYTES ? view.size : NAME_BYTES;
    while (end > 0 && end < view.size && ((unsigned char)view.data[end] & 0xc0) == 0x80) {
        end--;
    }
    return gs_arena_text(arena, gs_view_slice(view, 0, end));
}

static bool speaker_text(gw_read_model *self, int64_t row, const char *names, const char *old,
                         gs_error *error)
{
    if (old != NULL && strcmp(names, old) == 0) {
        return true;
    }
    if (old != NULL) {
        sqlite3_stmt *drop = gw_model_prepare(
            self, "INSERT INTO speakers_text(speakers_text, rowid, names) VALUES('delete', ?1, ?2)", row,
            NULL, error);
        if (drop == NULL) {
            return false;
        }
        gw_bind_text(drop, 2, old);
        if (!gw_db_run(self->db, drop, error)) {
            return false;
        }
    }
    sqlite3_stmt *add =
        gw_model_prepare(self, "INSERT INTO speakers_text(rowid, names) VALUES(?1, ?2)", row, NULL, error);
    if (add == NULL) {
        return false;
    }
    gw_bind_text(add, 2, names);
    return gw_db_run(self->db, add, error);
}

static const char *joined(gs_arena *arena, const char *name, const char *role, const char *organisation)
{
    return gs_arena_format(arena, "%s\n%s\n%s", name, role, organisation);
}

static bool find(gw_read_model *self, const char *sql, const gs_id *id, sqlite3_stmt **found, bool *row,
                 gs_error *error)
{
    *found = gw_model_prepare(self, sql, 0, id, error);
    return *found != NULL && gw_db_step(self->db, *found, row, error);
}

// What is told anew replaces what was known, but nothing does not.
static const char *newer(gs_arena *arena, const char *told, const char *known)
{
    return cut(arena, told != NULL && told[0] != '\0' ? told : known);
}

bool gw_model_speaker(gw_read_model *self, const gs_speaker *speaker, int64_t time, int64_t *row,
                      gs_error *error)
{
    gs_id id;
    bool known = false;
    sqlite3_stmt *found;
    *row = 0;
    if (!gw_speaker_id(speaker, &id)) {
        return true;
    }
    if (!find(self, "SELECT row, name, role, organisation, country, entity_id FROM speakers WHERE id = ?2",
              &id, &found, &known, error)) {
        return false;
    }
    gs_arena *arena = self->arena;
    const char *old[5] = {"", "", "", "", ""};
    for (int i = 0; known && i < 5; i++) {
        old[i] = gs_arena_text(arena, gs_view_of(gw_column_text(found, i + 1)));
    }
    *row = known ? sqlite3_column_int64(found, 0) : 0;
    sqlite3_reset(found);
    const char *name = newer(arena, speaker->name, old[0]), *role = newer(arena, speaker->role, old[1]);
    const char *organisation = newer(arena, speaker->organisation, old[2]);
    sqlite3_stmt *put = gw_db_prepare(
        self->db,
        "INSERT INTO speakers(id, name, role, organisation, country, entity_id, kind, official, statements,"
        "  contradictions, first, time) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, ?9, ?9)"
        " ON CONFLICT(id) DO UPDATE SET name = ?2, role = ?3, organisation = ?4, country = ?5, entity_id = "
        "?6,"
        "  kind = ?7, official = max(official, ?8), first = min(first, ?9), time = max(time, ?9) RETURNING "
        "row",
        error);
    if (put == NULL) {
        return false;
    }
    gw_bind_id(put, 1, &id);
    gw_bind_text(put, 2, name);
    gw_bind_text(put, 3, role);
    gw_bind_text(put, 4, organisation);
    gw_bind_text(put, 5, newer(arena, speaker->country, old[3]));
    gw_bind_text(put, 6, newer(arena, speaker->entity_id, old[4]));
    sqlite3_bind_int(put, 7, (int)speaker->kind);
    sqlite3_bind_int(put, 8, speaker->official ? 1 : 0);
    sqlite3_bind_int64(put, 9, time);
    bool returned = false;
    if (!gw_db_step(self->db, put, &returned, error)) {
        return false;
    }
    *row = returned ? sqlite3_column_int64(put, 0) : *row;
    if (returned && !gw_db_run(self->db, put, error)) {
        return false;
    }
    self->totals[GW_SPEAKER] += known ? 0 : 1;
    return speaker_text(self, *row, joined(arena, name, role, organisation),
                        known ? joined(arena, old[0], old[1], old[2]) : NULL, error);
}

bool gw_model_source(gw_read_model *self, const gs_statement *statement, int64_t time, int64_t *row,
                     gs_error *error)
{
    gs_id id;
    bool returned = false, known = false;
    sqlite3_stmt *found;
    *row = 0;
    if (!gw_source_id(statement->publisher, statement->url, &id)) {
        return true;
    }
    if (!find(self, "SELECT row FROM sources WHERE id = ?2", &id, &found, &known, error)) {
        return false;
    }
    sqlite3_reset(found);
    sqlite3_stmt *put = gw_db_prepare(
        self->db,
        "INSERT INTO sources(id, name, host, statements, first, time) VALUES(?1, ?2, ?3, 0, ?4, ?4)"
        " ON CONFLICT(id) DO UPDATE SET host = CASE WHEN ?3 = '' THEN host ELSE ?3 END,"
        "  first = min(first, ?4), time = max(time, ?4) RETURNING row",
        error);
    if (put == NULL) {
        return false;
    }
    const char *host = cut(self->arena, gs_arena_text(self->arena, gw_url_host(statement->url)));
    gw_bind_id(put, 1, &id);
    gw_bind_text(put, 2, newer(self->arena, statement->publisher, host));
    gw_bind_text(put, 3, host);
    sqlite3_bind_int64(put, 4, time);
    if (!gw_db_step(self->db, put, &returned, error)) {
        return false;
    }
    *row = returned ? sqlite3_column_int64(put, 0) : 0;
    self->totals[GW_SOURCE] += known ? 0 : 1;
    return !returned || gw_db_run(self->db, put, error);
}

bool gw_model_count(gw_read_model *self, const char *table, const char *column, int64_t row, int change,
                    gs_error *error)
{
    if (row == 0) {
        return true;
    }
    const char *sql =
        gs_arena_format(self->arena, "UPDATE %s SET %s = %s + ?1 WHERE row = ?2", table, column, column);
    sqlite3_stmt *statement = gw_model_prepare(self, sql, change, NULL, error);
    if (statement == NULL) {
        return false;
    }
    sqlite3_bind_int64(statement, 2, row);
    return gw_db_run(self->db, statement, error);
}
