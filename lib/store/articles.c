// Articles whose outcome is committed, and which statements each of them reports.
//
// An article id is a hash in hexadecimal nearly always; then its 16 bytes are the key, which halves the
// index. Any other id is kept as text. The two cannot meet: SQLite never takes a BLOB and a TEXT for equal.
//
// Reports hang on the article's row number and not on its id: row numbers rise, so reports are appended in
// order, where a table by id would dirty a page of its own for every article (measured: a third of all
// writes). An article that is put again moves to the end, as everywhere, and takes its reports along. A
// report may come before its article; then a row without a revision holds the place.
#include <string.h>

#include "store/store_internal.h"

// An article id as key: 16 bytes where it is 32 lower-case hexadecimal digits, else the text.
typedef struct article_key {
    gs_id id;
    bool packed;
    const char *text; // borrowed
} article_key;

static article_key article_key_of(const char *article_id)
{
    article_key key = {.text = article_id};
    key.packed = gs_id_parse(gs_view_of(article_id), &key.id);
    if (key.packed) {
        char canonical[GS_ID_TEXT];
        gs_id_text(key.id, canonical);
        key.packed = strcmp(canonical, article_id) == 0; // "AB…" and "ab…" stay two
    }
    return key;
}

static void bind_article(sqlite3_stmt *statement, int index, const article_key *key)
{
    if (key->packed)
        gs_bind_id(statement, index, &key->id);
    else
        gs_bind_text(statement, index, key->text);
}

bool gs_articles_load(gs_store *self, gs_error *error)
{
    bool row;
    sqlite3_stmt *statement = gs_sql_read(self, GS_QUERY_ARTICLES_LOAD, error);
    if (statement == NULL || !gs_sql_row(self, statement, &row, error))
        return false;
    self->next_row = sqlite3_column_int64(statement, 0) + 1;
    gs_sql_end(statement);
    return true;
}

typedef struct article_place {
    int64_t row;       // 0 if there is none
    bool has_revision; // false: only holds the place for reports
    gs_article_row article;
} article_place;

static bool find_article(gs_store *self, const article_key *key, article_place *place, gs_error *error)
{
    *place = (article_place){0};
    sqlite3_stmt *statement = gs_sql_read(self, GS_QUERY_ARTICLE_GET, error);
    if (statement == NULL)
        return false;
    bind_article(statement, 1, key);
    bool row;
    if (!gs_sql_row(self, statement, &row, error))
        return false;
    if (!row)
        return true;
    place->row = sqlite3_column_int64(statement, 0);
    place->has_revision = sqlite3_column_type(statement, 1) != SQLITE_NULL;
    place->article.revision = (uint32_t)gs_column_number(statement, 1);
    place->article.ingested_us = gs_column_number(statement, 2);
    place->article.content = gs_column_id(statement, 3);
    gs_sql_end(statement);
    return true;
}

bool gs_article_get(gs_store *self, const char *article_id, bool *found, gs_article_row *row, gs_error *error)
{
    *found = false;
    article_key key = article_key_of(article_id);
    article_place place;
    if (!find_article(self, &key, &place, error))
        return false;
    *found = place.has_revision;
    if (*found)
        *row = place.article;
    return true;
}

// Writes the article at its row; without one (NULL) the row only holds the place.
static bool write_article(gs_store *self, const article_key *key, int64_t row, const gs_article_row *article,
                          uint64_t now_us, gs_error *error)
{
    sqlite3_stmt *statement = gs_sql_write(self, GS_QUERY_ARTICLE_PUT, error);
    if (statement == NULL)
        return false;
    sqlite3_bind_int64(statement, 1, row);
    bind_article(statement, 2, key);
    if (article != NULL) {
        gs_bind_number(statement, 3, article->revision);
        gs_bind_number(statement, 4, article->ingested_us);
        gs_bind_id(statement, 5, &article->content);
    } else {
        for (int column = 3; column <= 5; column++)
            sqlite3_bind_null(statement, column);
    }
    gs_bind_number(statement, 6, now_us);
    return gs_sql_run(self, statement, error);
}

static bool move_reports(gs_store *self, int64_t from, int64_t to, gs_error *error)
{
    sqlite3_stmt *statement = gs_sql_write(self, GS_QUERY_REPORT_MOVE, error);
    if (statement == NULL)
        return false;
    sqlite3_bind_int64(statement, 1, from);
    sqlite3_bind_int64(statement, 2, to);
    return gs_sql_run(self, statement, error);
}

bool gs_article_put(gs_store *self, const char *article_id, const gs_article_row *row, uint64_t now_us,
                    gs_error *error)
{
    article_key key = article_key_of(article_id);
    article_place place;
    if (!find_article(self, &key, &place, error))
        return false;
    if (place.row != 0 && !place.has_revision)
        return write_article(self, &key, place.row, row, now_us, error);
    int64_t end = self->next_row++;
    return (place.row == 0 || move_reports(self, place.row, end, error)) &&
           write_article(self, &key, end, row, now_us, error);
}

bool gs_report_add(gs_store *self, const char *article_id, gs_id statement, gs_error *error)
{
    article_key key = article_key_of(article_id);
    article_place place;
    if (!find_article(self, &key, &place, error))
        return false;
    if (place.row == 0) {
        place.row = self->next_row++;
        if (!write_article(self, &key, place.row, NULL, gs_unix_us(), error))
            return false;
    }
    sqlite3_stmt *add = gs_sql_write(self, GS_QUERY_REPORT_ADD, error);
    if (add == NULL)
        return false;
    sqlite3_bind_int64(add, 1, place.row);
    gs_bind_id(add, 2, &statement);
    return gs_sql_run(self, add, error);
}

bool gs_report_remove(gs_store *self, const char *article_id, gs_id statement, gs_error *error)
{
    article_key key = article_key_of(article_id);
    article_place place;
    sqlite3_stmt *removal = gs_sql_write(self, GS_QUERY_REPORT_REMOVE, error);
    if (removal == NULL || !find_article(self, &key, &place, error))
        return false;
    sqlite3_bind_int64(removal, 1, place.row);
    gs_bind_id(removal, 2, &statement);
    return gs_sql_run(self, removal, error);
}

bool gs_report_list(gs_store *self, const char *article_id, gs_arena *arena, gs_id **ids, size_t *count,
                    gs_error *error)
{
    *ids = NULL;
    *count = 0;
    article_key key = article_key_of(article_id);
    article_place place;
    sqlite3_stmt *list = gs_sql_read(self, GS_QUERY_REPORT_LIST, error);
    if (list == NULL || !find_article(self, &key, &place, error))
        return false;
    sqlite3_bind_int64(list, 1, place.row);
    return gs_id_list(self, list, arena, ids, count, error);
}
