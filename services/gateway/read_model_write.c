// read_model_write: one event into the rows.
//
// An event that tells a known id anew replaces its row's columns and message in place: the row keeps its
// number, and so its place in the lists. The full-text tables keep no texts of their own; to take an entry
// out, the old texts are worked out again from the stored message.
#include "read_model_internal.h"

#include <string.h>

enum { DAY_S = 24 * 60 * 60 };

static const char *const find_sql[] = {
    [GW_STATEMENT] = "SELECT row, time, speaker, source, 0, 0 FROM statements WHERE id = ?2",
    [GW_CONTRADICTION] =
        "SELECT row, time, speaker_a, source_a, speaker_b, source_b FROM contradictions WHERE id = ?2",
    [GW_DISPUTE] = "SELECT row, time, 0, 0, 0, 0 FROM disputes WHERE id = ?2",
};
static const char *const remove_sql[] = {
    [GW_STATEMENT] = "DELETE FROM statements WHERE row = ?1",
    [GW_CONTRADICTION] = "DELETE FROM contradictions WHERE row = ?1",
    [GW_DISPUTE] = "DELETE FROM disputes WHERE row = ?1",
};
static const char *const text_sql[] = {
    [GW_STATEMENT] =
        "INSERT INTO statements_text(rowid, text, names, topics, title) VALUES(?1, ?2, ?3, ?4, ?5)",
    [GW_CONTRADICTION] =
        "INSERT INTO contradictions_text(rowid, text, names, topics, title) VALUES(?1, ?2, ?3, ?4, ?5)",
    [GW_DISPUTE] = "INSERT INTO disputes_text(rowid, text, names, topics, title) VALUES(?1, ?2, ?3, ?4, ?5)",
};
static const char *const untext_sql[] = {
    [GW_STATEMENT] = "INSERT INTO statements_text(statements_text, rowid, text, names, topics, title) "
                     "VALUES('delete', ?1, ?2, ?3, ?4, ?5)",
    [GW_CONTRADICTION] =
        "INSERT INTO contradictions_text(contradictions_text, rowid, text, names, topics, title) "
        "VALUES('delete', ?1, ?2, ?3, ?4, ?5)",
    [GW_DISPUTE] = "INSERT INTO disputes_text(disputes_text, rowid, text, names, topics, title) "
                   "VALUES('delete', ?1, ?2, ?3, ?4, ?5)",
};
static const ProtobufCMessageDescriptor *const messages[] = {
    [GW_STATEMENT] = &gainsay__v1__statement__descriptor,
    [GW_CONTRADICTION] = &gainsay__v1__contradiction__descriptor,
    [GW_DISPUTE] = &gainsay__v1__dispute__descriptor,
};

typedef struct known_row {
    int64_t row; // 0: unknown
    int64_t time;
    int64_t speakers[2], sources[2];
} known_row;

static bool find_row(gw_read_model *self, gw_type type, const gs_id *id, known_row *known, gs_error *error)
{
    bool row = false;
    sqlite3_stmt *found = gw_model_prepare(self, find_sql[type], 0, id, error);
    *known = (known_row){.row = 0};
    if (found == NULL || !gw_db_step(self->db, found, &row, error)) {
        return false;
    }
    if (row) {
        known->row = sqlite3_column_int64(found, 0);
        known->time = sqlite3_column_int64(found, 1);
        for (int i = 0; i < 2; i++) {
            known->speakers[i] = sqlite3_column_int64(found, 2 + 2 * i);
            known->sources[i] = sqlite3_column_int64(found, 3 + 2 * i);
        }
        sqlite3_reset(found);
    }
    return true;
}

static bool write_texts(gw_read_model *self, const char *sql, int64_t row, const gw_facets *facets,
                        gs_error *error)
{
    gw_facets_texts(facets, &self->texts);
    sqlite3_stmt *statement = gw_model_prepare(self, sql, row, NULL, error);
    if (statement == NULL) {
        return false;
    }
    const gs_buffer *const texts[] = {&self->texts.text, &self->texts.names, &self->texts.topics,
                                      &self->texts.title};
    for (int i = 0; i < 4; i++) {
        sqlite3_bind_text(statement, 2 + i, texts[i]->data, (int)texts[i]->size, SQLITE_STATIC);
    }
    return gw_db_run(self->db, statement, error);
}

static void facets_of(gw_type type, const ProtobufCMessage *message, gw_facets *facets)
{
    switch (type) {
    case GW_STATEMENT:
        gw_facets_of_statement((const gs_statement *)message, 0, facets);
        break;
    case GW_CONTRADICTION:
        gw_facets_of_contradiction((const gs_contradiction *)message, 0, facets);
        break;
    default:
        gw_facets_of_dispute((const gs_dispute *)message, 0, facets);
        break;
    }
}

// Takes the row's texts out of the index.
static bool remove_texts(gw_read_model *self, gw_type type, int64_t row, gs_error *error)
{
    bool found = false;
    sqlite3_stmt *get = gw_model_prepare(self, "SELECT data FROM payloads WHERE row = ?1", row, NULL, error);
    if (get == NULL || !gw_db_step(self->db, get, &found, error)) {
        return false;
    }
    if (!found) {
        return gs_fail(error, GS_E_DAMAGED, "read model: row %lld has no message", (long long)row);
    }
    const ProtobufCMessage *message =
        gs_wire_unpack(messages[type], gw_column_view(get, 0), self->arena, error);
    sqlite3_reset(get);
    if (message == NULL) {
        return false;
    }
    gw_facets facets;
    facets_of(type, message, &facets);
    return write_texts(self, untext_sql[type], row, &facets, error);
}

static bool count_day(gw_read_model *self, gw_type type, int64_t time, int change, gs_error *error)
{
    const int64_t day = (time >= 0 ? time : time - DAY_S + 1) / DAY_S;
    sqlite3_stmt *statement = gw_model_prepare(
        self, "INSERT INTO days VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET count = count + ?3", day, NULL,
        error);
    if (statement == NULL) {
        return false;
    }
    sqlite3_bind_int(statement, 2, (int)type);
    sqlite3_bind_int(statement, 3, change);
    return gw_db_run(self->db, statement, error);
}

// A row comes (+1) or goes (-1): the totals and the counts at its speakers and sources.
static bool count_row(gw_read_model *self, gw_type type, const known_row *row, int change, gs_error *error)
{
    const char *column = type == GW_STATEMENT ? "statements" : "contradictions";
    self->totals[type] += change;
    if (!count_day(self, type, row->time, change, error) ||
        !gw_model_count(self, "speakers", column, row->speakers[0], change, error)) {
        return false;
    }
    if (row->speakers[1] != row->speakers[0] &&
        !gw_model_count(self, "speakers", column, row->speakers[1], change, error)) {
        return false;
    }
    return type != GW_STATEMENT ||
           gw_model_count(self, "sources", "statements", row->sources[0], change, error);
}

static bool put_payload(gw_read_model *self, int64_t row, const ProtobufCMessage *message, gs_error *error)
{
    gs_buffer_clear(&self->packed);
    gs_wire_pack(message, &self->packed);
    sqlite3_stmt *put =
        gw_model_prepare(self, "INSERT OR REPLACE INTO payloads VALUES(?1, ?2)", row, NULL, error);
    if (put == NULL) {
        return false;
    }
    gw_bind_view(put, 2, gs_buffer_view(&self->packed));
    return gw_db_run(self->db, put, error);
}

static bool put_statement(gw_read_model *self, const gw_facets *facets, const known_row *row,
                          uint64_t sequence, gs_error *error)
{
    sqlite3_stmt *put = gw_model_prepare(
        self,
        "INSERT OR REPLACE INTO statements(row, id, updated, time, country, speaker, source, official,"
        " act, form, score) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        row->row, &facets->id, error);
    if (put == NULL) {
        return false;
    }
    const gw_side *side = &facets->sides[0];
    sqlite3_bind_int64(put, 3, (int64_t)sequence);
    sqlite3_bind_int64(put, 4, row->time);
    gw_bind_text(put, 5, side->country);
    sqlite3_bind_int64(put, 6, row->speakers[0]);
    sqlite3_bind_int64(put, 7, row->sources[0]);
    sqlite3_bind_int(put, 8, side->official ? 1 : 0);
    sqlite3_bind_int(put, 9, facets->act);
    sqlite3_bind_int(put, 10, facets->form);
    sqlite3_bind_double(put, 11, facets->score);
    return gw_db_run(self->db, put, error);
}

static bool put_contradiction(gw_read_model *self, const gw_facets *facets, const known_row *row,
                              uint64_t sequence, gs_error *error)
{
    static const gw_side nobody = {.country = ""};
    sqlite3_stmt *put = gw_model_prepare(
        self,
        "INSERT OR REPLACE INTO contradictions(row, id, updated, time, country_a, country_b, speaker_a, "
        "speaker_b,"
        " source_a, source_b, official, kind, scope, relation, score, dispute, a, b)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        row->row, &facets->id, error);
    if (put == NULL) {
        return false;
    }
    const gw_side *a = facets->side_count > 0 ? &facets->sides[0] : &nobody;
    const gw_side *b = facets->side_count > 1 ? &facets->sides[1] : &nobody;
    gs_id ids[2] = {{{0}}, {{0}}};
    for (size_t i = 0; i < facets->statement_count && i < 2; i++) {
        gs_id_parse(gs_view_of(facets->statements[i]->statement_id), &ids[i]);
    }
    sqlite3_bind_int64(put, 3, (int64_t)sequence);
    sqlite3_bind_int64(put, 4, row->time);
    gw_bind_text(put, 5, a->country);
    gw_bind_text(put, 6, b->country);
    for (int i = 0; i < 2; i++) {
        sqlite3_bind_int64(put, 7 + i, row->speakers[i]);
        sqlite3_bind_int64(put, 9 + i, row->sources[i]);
        gw_bind_id(put, 17 + i, &ids[i]);
    }
    sqlite3_bind_int(put, 11, a->official || b->official ? 1 : 0);
    sqlite3_bind_int(put, 12, facets->kind);
    sqlite3_bind_int(put, 13, facets->scope);
    sqlite3_bind_int(put, 14, facets->relation);
    sqlite3_bind_double(put, 15, facets->score);
    gw_bind_id(put, 16, &facets->dispute);
    return gw_db_run(self->db, put, error);
}

static bool put_dispute(gw_read_model *self, const gw_facets *facets, const known_row *row, uint64_t sequence,
                        gs_error *error)
{
    sqlite3_stmt *put = gw_model_prepare(self,
                                         "INSERT OR REPLACE INTO disputes(row, id, updated, time, countries, "
                                         "official) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                                         row->row, &facets->id, error);
    if (put == NULL) {
        return false;
    }
    const char *countries = ";";
    bool official = false;
    for (size_t i = 0; i < facets->side_count; i++) {
        const char *code = gs_arena_format(self->arena, ";%.16s;", facets->sides[i].country);
        official = official || facets->sides[i].official;
        if (strstr(countries, code) == NULL) {
            countries = gs_arena_format(self->arena, "%s%s", countries, code + 1);
        }
    }
    sqlite3_bind_int64(put, 3, (int64_t)sequence);
    sqlite3_bind_int64(put, 4, row->time);
    gw_bind_text(put, 5, countries);
    sqlite3_bind_int(put, 6, official ? 1 : 0);
    return gw_db_run(self->db, put, error);
}

static bool resolve_people(gw_read_model *self, const gw_facets *facets, known_row *row, gs_error *error)
{
    for (size_t i = 0; facets->type != GW_DISPUTE && i < facets->statement_count && i < 2; i++) {
        const gs_statement *statement = facets->statements[i];
        if (!gw_model_speaker(self, statement->speaker, facets->time, &row->speakers[i], error) ||
            !gw_model_source(self, statement, facets->time, &row->sources[i], error)) {
            return false;
        }
    }
    return true;
}

static bool put_row(gw_read_model *self, const gw_facets *facets, const ProtobufCMessage *message,
                    uint64_t sequence, gs_error *error)
{
    known_row known;
    if (!find_row(self, facets->type, &facets->id, &known, error)) {
        return false;
    }
    known_row row = {.row = known.row != 0 ? known.row : (int64_t)sequence, .time = facets->time};
    if (known.row != 0 && (!remove_texts(self, facets->type, known.row, error) ||
                           !count_row(self, facets->type, &known, -1, error))) {
        return false;
    }
    if (!resolve_people(self, facets, &row, error) || !count_row(self, facets->type, &row, 1, error) ||
        !put_payload(self, row.row, message, error) ||
        !write_texts(self, text_sql[facets->type], row.row, facets, error)) {
        return false;
    }
    sqlite3_stmt *back = gw_model_prepare(self, "DELETE FROM gone WHERE id = ?2", 0, &facets->id, error);
    if (back == NULL || !gw_db_run(self->db, back, error)) {
        return false;
    }
    self->totals[GW_RETRACTION] -= gw_db_changes(self->db);
    switch (facets->type) {
    case GW_STATEMENT:
        return put_statement(self, facets, &row, sequence, error);
    case GW_CONTRADICTION:
        return put_contradiction(self, facets, &row, sequence, error);
    default:
        return put_dispute(self, facets, &row, sequence, error);
    }
}

// ---- retractions -------------------------------------------------------------------------------------

static bool put_gone(gw_read_model *self, gw_type type, const gs_id *id, const gs_retraction *retraction,
                     uint64_t sequence, gs_error *error)
{
    gs_id into;
    const bool merged = gs_id_parse(gs_view_of(retraction->merged_into), &into);
    sqlite3_stmt *put = gw_model_prepare(
        self,
        "INSERT OR REPLACE INTO gone(sequence, id, type, reason, merged_into) VALUES(?1, ?2, ?3, ?4, ?5)",
        (int64_t)sequence, id, error);
    if (put == NULL) {
        return false;
    }
    sqlite3_bind_int(put, 3, (int)type);
    gw_bind_text(put, 4, retraction->reason);
    if (merged) {
        gw_bind_id(put, 5, &into);
    }
    if (!gw_db_run(self->db, put, error)) {
        return false;
    }
    self->totals[GW_RETRACTION]++;
    if (!merged) {
        return true;
    }
    sqlite3_stmt *move =
        gw_db_prepare(self->db, "UPDATE contradictions SET dispute = ?1 WHERE dispute = ?2", error);
    if (move == NULL) {
        return false;
    }
    gw_bind_id(move, 1, &into);
    gw_bind_id(move, 2, id);
    return gw_db_run(self->db, move, error);
}

static bool take_back(gw_read_model *self, const gs_retraction *retraction, uint64_t sequence,
                      gs_error *error)
{
    const struct {
        gw_type type;
        const char *id;
    } fields[] = {{GW_STATEMENT, retraction->statement_id},
                  {GW_CONTRADICTION, retraction->contradiction_id},
                  {GW_DISPUTE, retraction->dispute_id}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        gs_id id;
        known_row known;
        if (!gs_id_parse(gs_view_of(fields[i].id), &id)) {
            continue;
        }
        if (!find_row(self, fields[i].type, &id, &known, error)) {
            return false;
        }
        if (known.row != 0) {
            sqlite3_stmt *drop, *payload;
            if (!remove_texts(self, fields[i].type, known.row, error) ||
                !count_row(self, fields[i].type, &known, -1, error) ||
                (drop = gw_model_prepare(self, remove_sql[fields[i].type], known.row, NULL, error)) == NULL ||
                !gw_db_run(self->db, drop, error) ||
                (payload = gw_model_prepare(self, "DELETE FROM payloads WHERE row = ?1", known.row, NULL,
                                            error)) == NULL ||
                !gw_db_run(self->db, payload, error)) {
                return false;
            }
        }
        return put_gone(self, fields[i].type, &id, retraction, sequence, error);
    }
    return true;
}

static bool log_event(gw_read_model *self, uint64_t sequence, gs_view bytes, gs_error *error)
{
    sqlite3_stmt *put = gw_model_prepare(self, "INSERT OR REPLACE INTO events VALUES(?1, ?2)",
                                         (int64_t)sequence, NULL, error);
    if (put == NULL) {
        return false;
    }
    gw_bind_view(put, 2, bytes);
    return gw_db_run(self->db, put, error);
}

bool gw_read_model_apply(gw_read_model *self, const gs_event *event, gs_view bytes, gs_error *error)
{
    gw_facets facets;
    gs_arena_reset(self->arena);
    if (event->sequence <= self->position) {
        return true;
    }
    if (!log_event(self, event->sequence, bytes, error)) {
        return false;
    }
    bool good = true;
    if (event->body_case == GAINSAY__V1__FEED_EVENT__BODY_RETRACTION) {
        good = take_back(self, event->retraction, event->sequence, error);
    } else if (gw_facets_of_event(event, &facets)) {
        // All alternatives of the body are pointers to messages.
        good = put_row(self, &facets, (const ProtobufCMessage *)(const void *)event->statement,
                       event->sequence, error);
    }
    self->position = good ? event->sequence : self->position;
    return good;
}
