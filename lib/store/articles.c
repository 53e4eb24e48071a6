// Articles whose outcome is committed, and which statements each of them reports.
//
// An article id is a hash in hexadecimal nearly always; then its 16 bytes are the key, which halves the two
// indexes that are written at random. Any other id is kept as text. The two cannot meet: SQLite never
// takes a BLOB and a TEXT for equal.
#include <string.h>

#include "store/store_internal.h"

void gs_bind_article(sqlite3_stmt *statement, int index, const char *article_id, gs_article_key *key)
{
    char canonical[GS_ID_TEXT];
    gs_view text = gs_view_of(article_id);
    key->packed = gs_id_parse(text, &key->id);
    if (key->packed) {
        gs_id_text(key->id, canonical);
        key->packed = strcmp(canonical, article_id) == 0; // "AB…" and "ab…" stay two
    }
    if (key->packed)
        gs_bind_id(statement, index, &key->id);
    else
        gs_bind_text(statement, index, article_id);
}

bool gs_article_get(gs_store *self, const char *article_id, bool *found, gs_article_row *row, gs_error *error)
{
    *found = false;
    sqlite3_stmt *statement = gs_sql_read(self, GS_QUERY_ARTICLE_GET, error);
    if (statement == NULL)
        return false;
    gs_article_key key;
    gs_bind_article(statement, 1, article_id, &key);
    if (!gs_sql_row(self, statement, found, error))
        return false;
    if (*found) {
        row->revision = (uint32_t)gs_column_number(statement, 0);
        row->ingested_us = gs_column_number(statement, 1);
        row->content = gs_column_id(statement, 2);
        gs_sql_end(statement);
    }
    return true;
}

bool gs_article_put(gs_store *self, const char *article_id, const gs_article_row *row, uint64_t now_us,
                    gs_error *error)
{
    sqlite3_stmt *statement = gs_sql_write(self, GS_QUERY_ARTICLE_PUT, error);
    if (statement == NULL)
        return false;
    gs_article_key key;
    gs_bind_article(statement, 1, article_id, &key);
    gs_bind_number(statement, 2, row->revision);
    gs_bind_number(statement, 3, row->ingested_us);
    gs_bind_id(statement, 4, &row->content);
    gs_bind_number(statement, 5, now_us);
    return gs_sql_run(self, statement, error);
}

static bool change_report(gs_store *self, gs_query query, const char *article_id, const gs_id *statement_id,
                          gs_error *error)
{
    sqlite3_stmt *statement = gs_sql_write(self, query, error);
    if (statement == NULL)
        return false;
    gs_article_key key;
    gs_bind_article(statement, 1, article_id, &key);
    gs_bind_id(statement, 2, statement_id);
    return gs_sql_run(self, statement, error);
}

bool gs_report_add(gs_store *self, const char *article_id, gs_id statement, gs_error *error)
{
    return change_report(self, GS_QUERY_REPORT_ADD, article_id, &statement, error);
}

bool gs_report_remove(gs_store *self, const char *article_id, gs_id statement, gs_error *error)
{
    return change_report(self, GS_QUERY_REPORT_REMOVE, article_id, &statement, error);
}

bool gs_report_list(gs_store *self, const char *article_id, gs_arena *arena, gs_id **ids, size_t *count,
                    gs_error *error)
{
    sqlite3_stmt *statement = gs_sql_read(self, GS_QUERY_REPORT_LIST, error);
    if (statement == NULL)
        return false;
    gs_article_key key;
    gs_bind_article(statement, 1, article_id, &key);
    return gs_id_list(self, statement, arena, ids, count, error);
}
