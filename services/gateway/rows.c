// rows: lists by filter and cursor, single rows, counts by day.
//
// A list walks rows in feed order from the cursor on and stops at a full page; with a full-text search the
// walk is that of the index, which keeps the same order. One row more than the page is read, to know whether
// there is a next page.
#include "rows.h"

#include <string.h>

static const struct {
    const char *table;
    const char *text; // its full-text table; NULL: none
    const char *columns;
    const char *join;
} tables[GW_TYPES] = {
    [GW_STATEMENT] = {"statements", "statements_text", "t.row, t.id, t.updated, p.data",
                      " CROSS JOIN payloads p ON p.row = t.row"},
    [GW_CONTRADICTION] = {"contradictions", "contradictions_text", "t.row, t.id, t.updated, p.data",
                          " CROSS JOIN payloads p ON p.row = t.row"},
    [GW_DISPUTE] = {"disputes", "disputes_text", "t.row, t.id, t.updated, p.data",
                    " CROSS JOIN payloads p ON p.row = t.row"},
    [GW_SPEAKER] = {"speakers", "speakers_text",
                    "t.row, t.id, t.name, t.role, t.organisation, t.country, t.entity_id, t.kind, t.official,"
                    " t.statements, t.contradictions, t.first, t.time",
                    ""},
    [GW_SOURCE] = {"sources", NULL, "t.row, t.id, t.name, t.host, t.statements, t.first, t.time", ""},
};

static const ProtobufCMessageDescriptor *const messages[] = {
    [GW_STATEMENT] = &gainsay__v1__statement__descriptor,
    [GW_CONTRADICTION] = &gainsay__v1__contradiction__descriptor,
    [GW_DISPUTE] = &gainsay__v1__dispute__descriptor,
};

static const char *text_at(sqlite3_stmt *statement, int column, gs_arena *arena)
{
    return gs_arena_text(arena, gs_view_of(gw_column_text(statement, column)));
}

static bool read_row(gw_type type, sqlite3_stmt *from, gs_arena *arena, gw_row *row, gs_error *error)
{
    *row = (gw_row){.type = type,
                    .row = (uint64_t)sqlite3_column_int64(from, 0),
                    .id = gw_column_id(from, 1),
                    .name = "",
                    .role = "",
                    .organisation = "",
                    .country = "",
                    .entity_id = "",
                    .host = ""};
    if (type == GW_SPEAKER) {
        row->name = text_at(from, 2, arena);
        row->role = text_at(from, 3, arena);
        row->organisation = text_at(from, 4, arena);
        row->country = text_at(from, 5, arena);
        row->entity_id = text_at(from, 6, arena);
        row->kind = sqlite3_column_int(from, 7);
        row->official = sqlite3_column_int(from, 8) != 0;
        row->statements = (uint64_t)sqlite3_column_int64(from, 9);
        row->contradictions = (uint64_t)sqlite3_column_int64(from, 10);
        row->first = sqlite3_column_int64(from, 11);
        row->last = sqlite3_column_int64(from, 12);
        return true;
    }
    if (type == GW_SOURCE) {
        row->name = text_at(from, 2, arena);
        row->host = text_at(from, 3, arena);
        row->statements = (uint64_t)sqlite3_column_int64(from, 4);
        row->first = sqlite3_column_int64(from, 5);
        row->last = sqlite3_column_int64(from, 6);
        return true;
    }
    row->updated = (uint64_t)sqlite3_column_int64(from, 2);
    row->message = gs_wire_unpack(messages[type], gw_column_view(from, 3), arena, error);
    return row->message != NULL;
}

static void bind_all(sqlite3_stmt *statement, const gw_sql *sql)
{
    for (size_t i = 0; i < sql->binding_count; i++) {
        const gw_binding *binding = &sql->bindings[i];
        const int index = (int)i + 1;
        switch (binding->type) {
        case GW_BIND_NUMBER:
            sqlite3_bind_int64(statement, index, binding->number);
            break;
        case GW_BIND_REAL:
            sqlite3_bind_double(statement, index, binding->real);
            break;
        case GW_BIND_TEXT:
            gw_bind_text(statement, index, binding->text);
            break;
        case GW_BIND_ID:
            gw_bind_id(statement, index, &binding->id);
            break;
        }
    }
}

// FROM and WHERE; the full-text expression is bound behind the conditions' own parameters.
static void write_from(const gw_sql *sql, gw_type type, gs_buffer *out)
{
    if (sql->match != NULL) {
        gs_buffer_format(out, " FROM %s CROSS JOIN %s t ON t.row = %s.rowid%s WHERE %s MATCH ?%zu%s",
                         tables[type].text, tables[type].table, tables[type].text, tables[type].join,
                         tables[type].text, sql->binding_count + 1, sql->where.data);
    } else {
        gs_buffer_format(out, " FROM %s t%s WHERE 1%s", tables[type].table, tables[type].join,
                         sql->where.data);
    }
}

static void write_list(const gw_filter *filter, const gw_sql *sql, gw_type type, gs_buffer *out)
{
    const size_t own = sql->binding_count + 2; // after the full-text expression
    gs_buffer_format(out, "SELECT %s", tables[type].columns);
    write_from(sql, type, out);
    if (filter->most_first) {
        gs_buffer_format(out, " ORDER BY t.statements DESC, t.row DESC LIMIT ?%zu OFFSET ?%zu", own + 1, own);
        return;
    }
    const char *row = sql->match != NULL ? "rowid" : "row";
    const char *alias = sql->match != NULL ? tables[type].text : "t";
    if (filter->cursor > 0) {
        gs_buffer_format(out, " AND %s.%s %c ?%zu", alias, row, filter->oldest_first ? '>' : '<', own);
    }
    gs_buffer_format(out, " ORDER BY %s.%s %s LIMIT ?%zu", alias, row, filter->oldest_first ? "ASC" : "DESC",
                     own + 1);
}

static bool collect(gw_db *db, sqlite3_stmt *statement, const gw_filter *filter, gw_type type,
                    gs_arena *arena, gw_rows *rows, gs_error *error)
{
    bool row = true;
    rows->rows = gs_arena_alloc(arena, filter->limit * sizeof *rows->rows);
    while (row) {
        if (!gw_db_step(db, statement, &row, error)) {
            return false;
        }
        if (row && rows->count == filter->limit) {
            const uint64_t last = rows->rows[rows->count - 1].row;
            rows->next = filter->most_first ? filter->cursor + rows->count : last;
            break;
        }
        if (row && !read_row(type, statement, arena, &rows->rows[rows->count++], error)) {
            sqlite3_reset(statement);
            return false;
        }
    }
    sqlite3_reset(statement);
    return true;
}

bool gw_rows_list(gw_db *db, const gw_filter *filter, gw_type type, gs_arena *arena, gw_rows *rows,
                  gs_error *error)
{
    gw_sql sql = {.match = NULL};
    gs_buffer text = {0};
    *rows = (gw_rows){.count = 0};
    if (filter->most_first && type != GW_SPEAKER && type != GW_SOURCE) {
        return gs_fail(error, GS_E_INPUT, "order: most is for speakers and sources");
    }
    bool good = gw_filter_sql(filter, type, arena, &sql, error);
    if (good) {
        write_list(filter, &sql, type, &text);
        sqlite3_stmt *statement = gw_db_prepare(db, text.data, error);
        good = statement != NULL;
        if (good) {
            const int own = (int)sql.binding_count + 1;
            bind_all(statement, &sql);
            if (sql.match != NULL) {
                gw_bind_text(statement, own, sql.match);
            }
            sqlite3_bind_int64(statement, own + 1, (int64_t)filter->cursor);
            sqlite3_bind_int64(statement, own + 2, (int64_t)filter->limit + 1);
            good = collect(db, statement, filter, type, arena, rows, error);
        }
    }
    gs_buffer_free(&sql.where);
    gs_buffer_free(&text);
    return good;
}

bool gw_rows_get(gw_db *db, gw_type type, gs_id id, gs_arena *arena, gw_row *row, bool *found,
                 gs_error *error)
{
    const char *sql = gs_arena_format(arena, "SELECT %s FROM %s t%s WHERE t.id = ?1", tables[type].columns,
                                      tables[type].table, tables[type].join);
    sqlite3_stmt *statement = gw_db_prepare(db, sql, error);
    *found = false;
    if (statement == NULL) {
        return false;
    }
    gw_bind_id(statement, 1, &id);
    if (!gw_db_step(db, statement, found, error)) {
        return false;
    }
    const bool good = !*found || read_row(type, statement, arena, row, error);
    sqlite3_reset(statement);
    return good;
}

bool gw_rows_gone(gw_db *db, gs_id id, gs_arena *arena, gw_gone *gone, gs_error *error)
{
    *gone = (gw_gone){.reason = ""};
    sqlite3_stmt *statement = gw_db_prepare(db, "SELECT reason, merged_into FROM gone WHERE id = ?1", error);
    if (statement == NULL) {
        return false;
    }
    gw_bind_id(statement, 1, &id);
    if (!gw_db_step(db, statement, &gone->known, error)) {
        return false;
    }
    if (gone->known) {
        gone->reason = text_at(statement, 0, arena);
        gone->merged = gw_column_view(statement, 1).size == GS_ID_BYTES;
        gone->into = gw_column_id(statement, 1);
        sqlite3_reset(statement);
    }
    return true;
}

// ---- days --------------------------------------------------------------------------------------------

static bool has_conditions(const gw_filter *filter)
{
    gw_filter bare = *filter;
    static const gw_filter none;
    bare.since = bare.until = 0;
    bare.limit = 0;
    bare.after = bare.cursor = 0;
    bare.oldest_first = bare.most_first = false;
    return memcmp(&bare, &none, sizeof bare) != 0;
}

static int64_t floor_day(int64_t seconds)
{
    const int64_t day = 24 * 60 * 60;
    return seconds == INT64_MIN || seconds == INT64_MAX ? seconds
                                                        : (seconds >= 0 ? seconds : seconds - day + 1) / day;
}

// Puts one count into the list, which is filled in order of days for each type in turn.
static void add_day(gw_day *days, size_t *count, int64_t day, gw_type type, uint64_t rows)
{
    size_t low = 0, high = *count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (days[middle].day < day) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == *count || days[low].day != day) {
        if (*count == GW_DAYS_MOST) {
            return;
        }
        memmove(days + low + 1, days + low, (*count - low) * sizeof *days);
        days[low] = (gw_day){.day = day};
        (*count)++;
    }
    days[low].counts[type] += rows;
}

static bool read_days(gw_db *db, sqlite3_stmt *statement, gw_type type, gw_day *days, size_t *count,
                      gs_error *error)
{
    bool row = true;
    while (row) {
        if (!gw_db_step(db, statement, &row, error)) {
            return false;
        }
        if (row && sqlite3_column_int64(statement, 1) > 0) {
            add_day(days, count, sqlite3_column_int64(statement, 0), type,
                    (uint64_t)sqlite3_column_int64(statement, 1));
        }
    }
    return true;
}

// Without conditions the counts that are kept along; otherwise the rows are counted.
static bool count_days(gw_db *db, const gw_filter *filter, gw_type type, gs_arena *arena, gw_day *days,
                       size_t *count, gs_error *error)
{
    sqlite3_stmt *statement;
    if (!has_conditions(filter)) {
        statement = gw_db_prepare(db,
                                  "SELECT day, count FROM days WHERE type = ?1 AND day >= ?2 AND day <= ?3 "
                                  "ORDER BY day DESC LIMIT ?4",
                                  error);
        if (statement == NULL) {
            return false;
        }
        sqlite3_bind_int(statement, 1, (int)type);
        sqlite3_bind_int64(statement, 2, floor_day(filter->since));
        sqlite3_bind_int64(statement, 3,
                           floor_day(filter->until == INT64_MAX ? INT64_MAX : filter->until - 1));
        sqlite3_bind_int(statement, 4, GW_DAYS_MOST);
        return read_days(db, statement, type, days, count, error);
    }
    gw_sql sql = {.match = NULL};
    gs_buffer text = {0};
    gs_error none = {0};
    bool good = gw_filter_sql(filter, type, arena, &sql, &none);
    if (good) {
        gs_buffer_text(&text, "SELECT t.time / 86400 - (t.time < 0 AND t.time % 86400 <> 0), count(*)");
        write_from(&sql, type, &text);
        gs_buffer_format(&text, " GROUP BY 1 ORDER BY 1 DESC LIMIT %d", GW_DAYS_MOST);
        statement = gw_db_prepare(db, text.data, error);
        good = statement != NULL;
        if (good) {
            bind_all(statement, &sql);
            if (sql.match != NULL) {
                gw_bind_text(statement, (int)sql.binding_count + 1, sql.match);
            }
            good = read_days(db, statement, type, days, count, error);
        }
    } else {
        good = none.code == GS_E_INPUT; // such rows have no such thing, so none pass
    }
    gs_buffer_free(&sql.where);
    gs_buffer_free(&text);
    return good;
}

bool gw_rows_days(gw_db *db, const gw_filter *filter, gs_arena *arena, gw_day **days, size_t *count,
                  gs_error *error)
{
    *days = gs_arena_alloc(arena, GW_DAYS_MOST * sizeof **days);
    *count = 0;
    return count_days(db, filter, GW_STATEMENT, arena, *days, count, error) &&
           count_days(db, filter, GW_CONTRADICTION, arena, *days, count, error);
}

// ---- events ------------------------------------------------------------------------------------------

bool gw_rows_events(gw_db *db, uint64_t after, uint64_t upto, uint64_t *first, gw_each_event *each,
                    void *context, gs_error *error)
{
    int64_t oldest = 0;
    if (!gw_db_number(db, "SELECT min(sequence) FROM events", 0, &oldest, error)) {
        return false;
    }
    *first = (uint64_t)oldest;
    sqlite3_stmt *statement = gw_db_prepare(
        db, "SELECT sequence, data FROM events WHERE sequence > ?1 AND sequence <= ?2 ORDER BY sequence",
        error);
    if (statement == NULL) {
        return false;
    }
    sqlite3_bind_int64(statement, 1, (int64_t)(after < INT64_MAX ? after : INT64_MAX));
    sqlite3_bind_int64(statement, 2, (int64_t)(upto < INT64_MAX ? upto : INT64_MAX));
    bool row = true;
    while (row) {
        if (!gw_db_step(db, statement, &row, error)) {
            return false;
        }
        if (row &&
            !each(context, (uint64_t)sqlite3_column_int64(statement, 0), gw_column_view(statement, 1))) {
            sqlite3_reset(statement);
            return true;
        }
    }
    return true;
}
