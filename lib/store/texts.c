// What the ingestor remembers of the texts it has read, to tell copies of them: some bytes that stand for
// each text, and keys under which it is found.
//
// Of a key only the newest few texts are looked at (queries.c). Keys are hashes and so are written at random,
// the dearest part of taking an article; that is why a copy, which its first one leads to anyway, should be
// put with few. Each text keeps its keys beside it, so that they can be taken out with it.
#include <string.h>

#include "store/store_internal.h"

enum {
    EXPIRE_ROWS = 500,      // a transaction
    EXPIRE_US = 250 * 1000, // a call, about: the ingestor waits for it
};

static void read_text(sqlite3_stmt *statement, gs_arena *arena, gs_text *text)
{
    const gs_view sketch = gs_column_view(statement, 8);
    char *copy = gs_arena_alloc(arena, sketch.size + 1);
    memcpy(copy, sketch.data, sketch.size);
    *text = (gs_text){
        .row = sqlite3_column_int64(statement, 0),
        .article = gs_column_id(statement, 1),
        .first = gs_column_id(statement, 2),
        .address = gs_column_id(statement, 3),
        .content = gs_column_id(statement, 4),
        .site = gs_column_id(statement, 5),
        .publisher = gs_column_id(statement, 6),
        .sketch = gs_view_make(copy, sketch.size),
    };
}

bool gs_text_get(gs_store *self, gs_id article, gs_arena *arena, bool *found, gs_text *text, gs_error *error)
{
    sqlite3_stmt *statement = gs_sql_read(self, GS_QUERY_TEXT_GET, error);
    if (statement == NULL)
        return false;
    gs_bind_id(statement, 1, &article);
    if (!gs_sql_row(self, statement, found, error))
        return false;
    if (*found) {
        read_text(statement, arena, text);
        gs_sql_end(statement);
    }
    return true;
}

// ---- writing ---------------------------------------------------------------------------------------

// Binds keys 1 to GS_TEXT_KEYS; those that there are not to NULL, which no row has.
static sqlite3_stmt *with_keys(sqlite3_stmt *statement, const uint64_t *keys, size_t count)
{
    for (size_t i = 0; statement != NULL && i < GS_TEXT_KEYS; i++) {
        if (i < count)
            sqlite3_bind_int64(statement, (int)i + 1, (int64_t)keys[i]);
        else
            sqlite3_bind_null(statement, (int)i + 1);
    }
    return statement;
}

static bool change_keys(gs_store *self, gs_query query, const uint64_t *keys, size_t count, int64_t row,
                        gs_error *error)
{
    sqlite3_stmt *statement = with_keys(gs_sql_write(self, query, error), keys, count);
    if (statement == NULL)
        return false;
    sqlite3_bind_int64(statement, GS_TEXT_KEYS + 1, row);
    return gs_sql_run(self, statement, error);
}

static bool remove_keys(gs_store *self, gs_view packed, int64_t row, gs_error *error)
{
    uint64_t keys[GS_TEXT_KEYS];
    const size_t count = packed.size / sizeof *keys;
    if (count > GS_TEXT_KEYS)
        return gs_store_damaged(self->path, "a text has more keys than were put", error);
    memcpy(keys, packed.data, count * sizeof *keys);
    return count == 0 || change_keys(self, GS_QUERY_TEXT_KEYS_REMOVE, keys, count, row, error);
}

static bool remove_row(gs_store *self, int64_t row, gs_error *error)
{
    sqlite3_stmt *statement = gs_sql_write(self, GS_QUERY_TEXT_REMOVE, error);
    if (statement == NULL)
        return false;
    sqlite3_bind_int64(statement, 1, row);
    return gs_sql_run(self, statement, error);
}

static bool remove_article(gs_store *self, const gs_id *article, gs_error *error)
{
    bool found;
    sqlite3_stmt *statement = gs_sql_write(self, GS_QUERY_TEXT_GET, error);
    if (statement == NULL)
        return false;
    gs_bind_id(statement, 1, article);
    if (!gs_sql_row(self, statement, &found, error))
        return false;
    if (!found)
        return true;
    const int64_t row = sqlite3_column_int64(statement, 0);
    const bool done = remove_keys(self, gs_column_view(statement, 7), row, error);
    gs_sql_end(statement);
    return done && remove_row(self, row, error);
}

// *done: it was not there.
static bool insert(gs_store *self, const gs_text *text, gs_view keys, uint64_t now_us, bool *done,
                   gs_error *error)
{
    sqlite3_stmt *statement = gs_sql_write(self, GS_QUERY_TEXT_PUT, error);
    if (statement == NULL)
        return false;
    const gs_id *const ids[] = {&text->article, &text->first, &text->address,
                                &text->content, &text->site,  &text->publisher};
    for (int i = 0; i < 6; i++)
        gs_bind_id(statement, i + 1, ids[i]);
    gs_bind_number(statement, 7, now_us);
    gs_bind_view(statement, 8, keys);
    gs_bind_view(statement, 9, text->sketch);
    if (!gs_sql_run(self, statement, error))
        return false;
    *done = sqlite3_changes(self->db) > 0;
    return true;
}

bool gs_text_put(gs_store *self, const gs_text *text, const uint64_t *keys, size_t count, uint64_t now_us,
                 gs_error *error)
{
    bool done;
    if (count > GS_TEXT_KEYS)
        return gs_fail(error, GS_E_INTERNAL, "a text with %zu keys", count);
    const gs_view packed = gs_view_make(keys, count * sizeof *keys);
    if (!insert(self, text, packed, now_us, &done, error) ||
        (!done &&
         (!remove_article(self, &text->article, error) || !insert(self, text, packed, now_us, &done, error))))
        return false;
    return count == 0 ||
           change_keys(self, GS_QUERY_TEXT_KEYS_PUT, keys, count, sqlite3_last_insert_rowid(self->db), error);
}

// ---- finding ---------------------------------------------------------------------------------------

// Rows and the keys that they share with those asked for.
static bool find_rows(gs_store *self, const uint64_t *keys, size_t key_count, gs_text *texts, size_t *count,
                      gs_error *error)
{
    bool found;
    sqlite3_stmt *statement = with_keys(gs_sql_read(self, GS_QUERY_TEXT_KEYS_FIND, error), keys, key_count);
    if (statement == NULL)
        return false;
    while (gs_sql_row(self, statement, &found, error)) {
        if (!found)
            return true;
        const int64_t row = sqlite3_column_int64(statement, 1);
        size_t at = 0;
        while (at < *count && texts[at].row != row)
            at++;
        if (at == GS_TEXTS_FOUND)
            continue;
        if (at == *count)
            texts[(*count)++] = (gs_text){.row = row};
        texts[at].shared |= 1u << sqlite3_column_int(statement, 0);
    }
    return false;
}

// Fills in the texts of which rows and shared keys are known.
static bool read_rows(gs_store *self, gs_text *texts, size_t *count, gs_arena *arena, gs_error *error)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        const gs_text known = texts[i];
        bool found;
        sqlite3_stmt *statement = gs_sql_read(self, GS_QUERY_TEXT_AT, error);
        if (statement == NULL)
            return false;
        sqlite3_bind_int64(statement, 1, known.row);
        if (!gs_sql_row(self, statement, &found, error))
            return false;
        if (!found) // a key without its text finds nothing, and is no reason to refuse articles
            continue;
        read_text(statement, arena, &texts[kept]);
        texts[kept++].shared = known.shared;
        gs_sql_end(statement);
    }
    *count = kept;
    return true;
}

bool gs_text_find(gs_store *self, const uint64_t *keys, size_t key_count, gs_arena *arena, gs_text **texts,
                  size_t *count, gs_error *error)
{
    *count = 0;
    *texts = gs_arena_alloc(arena, GS_TEXTS_FOUND * sizeof **texts);
    if (!find_rows(self, keys, key_count < GS_TEXT_KEYS ? key_count : GS_TEXT_KEYS, *texts, count, error))
        return false;
    return read_rows(self, *texts, count, arena, error);
}

// ---- forgetting ------------------------------------------------------------------------------------

// Rows stand in the order in which they were put: the due ones are at the low end.
static bool expire_slice(gs_store *self, uint64_t before_us, bool *more, gs_error *error)
{
    int64_t due[EXPIRE_ROWS];
    size_t count = 0;
    bool row = true;
    sqlite3_stmt *oldest = gs_sql_write(self, GS_QUERY_TEXT_OLDEST, error);
    if (oldest == NULL)
        return false;
    gs_bind_number(oldest, 1, EXPIRE_ROWS);
    while (row) {
        if (!gs_sql_row(self, oldest, &row, error))
            return false;
        if (!row || gs_column_number(oldest, 1) >= before_us)
            break;
        due[count] = sqlite3_column_int64(oldest, 0);
        if (!remove_keys(self, gs_column_view(oldest, 2), due[count], error)) {
            gs_sql_end(oldest);
            return false;
        }
        count++;
    }
    gs_sql_end(oldest);
    for (size_t i = 0; i < count; i++) {
        if (!remove_row(self, due[i], error))
            return false;
    }
    *more = count == EXPIRE_ROWS;
    return true;
}

bool gs_text_expire(gs_store *self, uint64_t before_us, gs_error *error)
{
    bool more = true;
    const uint64_t began_us = gs_monotonic_us();
    while (more && gs_monotonic_us() - began_us < EXPIRE_US) {
        bool more_pages;
        if (!gs_store_begin(self, error))
            return false;
        if (!expire_slice(self, before_us, &more, error) || !gs_store_shrink(self, &more_pages, error)) {
            gs_store_rollback(self);
            return false;
        }
        more = more || more_pages;
        if (!gs_store_commit(self, error))
            return false;
    }
    return true;
}
