// Retention: what is older than asked for goes, and when the store is too large, the oldest goes first.
//
// Each call does a bounded slice, so that the daemon never stops for it. Rows stand in the order of their
// last write, so the oldest are at the low end of each table: a call reads a few there, finds the last
// one that is due, and deletes up to it. For the size, the age of the oldest events says what goes with
// them from the other tables, so that what remains still belongs together.
#include "store/store_internal.h"

enum {
    SLICE_ROWS = 1000,       // of each table, by age
    SIZE_SLICE_EVENTS = 250, // events whose age a call by size goes by
    VACUUM_MIN_PAGES = 1024, // unused pages that are kept for what comes next,
    VACUUM_PART = 8,         // as is one page in eight
};

// What hangs on a row that is about to go, and is found by its content.
typedef bool forget_function(gs_store *self, sqlite3_stmt *row, gs_arena *arena, gs_error *error);

static bool forget_report(gs_store *self, const char *article_id, const gs_id *statement_id, gs_error *error)
{
    return gs_report_remove(self, article_id, *statement_id, error);
}

// A statement names every article that reports it.
static bool forget_statement(gs_store *self, sqlite3_stmt *row, gs_arena *arena, gs_error *error)
{
    gs_id id = gs_column_id(row, 2);
    const gs_statement *statement = (const gs_statement *)gs_wire_unpack(&gainsay__v1__statement__descriptor,
                                                                         gs_column_view(row, 3), arena, NULL);
    if (statement == NULL) // unreadable: it goes all the same, and its reports go with their articles
        return true;
    if (!forget_report(self, statement->article_id, &id, error))
        return false;
    for (size_t i = 0; i < statement->n_reports; i++) {
        if (!forget_report(self, statement->reports[i]->article_id, &id, error))
            return false;
    }
    return true;
}

static bool forget_article(gs_store *self, sqlite3_stmt *row, gs_arena *arena, gs_error *error)
{
    (void)arena;
    sqlite3_stmt *statement = gs_sql_write(self, GS_QUERY_REPORT_FORGET, error);
    if (statement == NULL)
        return false;
    sqlite3_bind_int64(statement, 1, sqlite3_column_int64(row, 0));
    return gs_sql_run(self, statement, error);
}

static const struct {
    gs_query oldest;
    gs_query expire;
    forget_function *forget; // NULL if nothing hangs on a row
} tables[] = {
    {GS_QUERY_OLDEST_EVENTS, GS_QUERY_EXPIRE_EVENTS, NULL},
    {GS_QUERY_OLDEST_STATEMENTS, GS_QUERY_EXPIRE_STATEMENTS, forget_statement},
    {GS_QUERY_OLDEST_CONTRADICTIONS, GS_QUERY_EXPIRE_CONTRADICTIONS, NULL},
    {GS_QUERY_OLDEST_DISPUTES, GS_QUERY_EXPIRE_DISPUTES, NULL},
    {GS_QUERY_OLDEST_OPINIONS, GS_QUERY_EXPIRE_OPINIONS, NULL},
    {GS_QUERY_OLDEST_ARTICLES, GS_QUERY_EXPIRE_ARTICLES, forget_article},
};
enum { TABLE_COUNT = sizeof tables / sizeof tables[0], TABLE_EVENTS = 0 };

// Looks at the oldest rows up to the first one that is not due. *last: the last one due, 0 if none.
static bool find_due(gs_store *self, size_t table, uint64_t before_us, int64_t *last, int *due,
                     gs_error *error)
{
    *last = 0;
    *due = 0;
    sqlite3_stmt *statement = gs_sql_write(self, tables[table].oldest, error);
    if (statement == NULL)
        return false;
    gs_bind_number(statement, 1, SLICE_ROWS);
    gs_arena *arena = gs_arena_new(0);
    bool row = true, done = true;
    while (done && (done = gs_sql_row(self, statement, &row, error)) && row &&
           gs_column_number(statement, 1) < before_us) {
        *last = sqlite3_column_int64(statement, 0);
        (*due)++;
        gs_arena_reset(arena);
        if (tables[table].forget != NULL)
            done = tables[table].forget(self, statement, arena, error);
    }
    gs_sql_end(statement);
    gs_arena_free(&arena);
    return done;
}

// Deletes a slice of what is older than before_us from each table. *deleted: rows in all; *more: a table had
// more.
static bool expire_slice(gs_store *self, uint64_t before_us, int *deleted, bool *more, gs_error *error)
{
    *deleted = 0;
    for (size_t table = 0; table < TABLE_COUNT; table++) {
        int64_t last;
        int due;
        if (!find_due(self, table, before_us, &last, &due, error))
            return false;
        if (due == 0)
            continue;
        sqlite3_stmt *statement = gs_sql_write(self, tables[table].expire, error);
        if (statement == NULL)
            return false;
        sqlite3_bind_int64(statement, 1, last);
        if (!gs_sql_run(self, statement, error))
            return false;
        if (table == TABLE_EVENTS)
            self->now.first = (uint64_t)last + 1;
        *deleted += due;
        *more = *more || due == SLICE_ROWS;
    }
    return true;
}

// The time up to which a slice by size deletes: that of an event near the old end, or, where there are no
// events, of a row of the first table that has any. 0 if the store holds nothing that could go.
static bool oldest_cutoff(gs_store *self, uint64_t *cutoff_us, gs_error *error)
{
    *cutoff_us = 0;
    for (size_t table = 0; table < TABLE_COUNT && *cutoff_us == 0; table++) {
        sqlite3_stmt *statement = gs_sql_write(self, tables[table].oldest, error);
        if (statement == NULL)
            return false;
        gs_bind_number(statement, 1, SIZE_SLICE_EVENTS);
        bool row = true;
        while (row) {
            if (!gs_sql_row(self, statement, &row, error))
                return false;
            uint64_t after_us = row ? gs_column_number(statement, 1) + 1 : 0;
            if (after_us > *cutoff_us)
                *cutoff_us = after_us;
        }
    }
    return true;
}

bool gs_store_shrink(gs_store *self, bool *more, gs_error *error)
{
    *more = false;
    int64_t pages, unused;
    if (!gs_schema_number(self, "PRAGMA page_count", &pages, error) ||
        !gs_schema_number(self, "PRAGMA freelist_count", &unused, error))
        return false;
    if (unused < VACUUM_MIN_PAGES || unused < pages / VACUUM_PART)
        return true;
    sqlite3_stmt *statement = gs_sql_write(self, GS_QUERY_VACUUM, error);
    *more = true;
    return statement != NULL && gs_sql_run(self, statement, error);
}

static bool expire(gs_store *self, uint64_t before_us, uint64_t keep_bytes, bool *more, gs_error *error)
{
    int deleted;
    bool more_pages;
    if (!expire_slice(self, before_us, &deleted, more, error))
        return false;
    if (keep_bytes > 0 && gs_store_bytes(self) > keep_bytes) {
        uint64_t cutoff_us;
        if (!oldest_cutoff(self, &cutoff_us, error) || !expire_slice(self, cutoff_us, &deleted, more, error))
            return false;
        *more = *more || (deleted > 0 && gs_store_bytes(self) > keep_bytes);
    }
    if (!gs_store_shrink(self, &more_pages, error))
        return false;
    *more = *more || more_pages;
    return true;
}

bool gs_feed_expire(gs_store *self, uint64_t before_us, uint64_t keep_bytes, bool *more, gs_error *error)
{
    *more = false;
    bool own = !self->in_transaction;
    if (own && !gs_store_begin(self, error))
        return false;
    bool done = expire(self, before_us, keep_bytes, more, error);
    if (!own)
        return done;
    if (done)
        return gs_store_commit(self, error);
    gs_store_rollback(self);
    return false;
}
