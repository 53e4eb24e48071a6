// Dead letters: articles that failed too often, whole, with their reason. `retrying` is a column and not
// part of the packed letter, so that a retry rewrites a flag and not an article.
#include <string.h>

#include "store/store_internal.h"

bool gs_dead_letter_load(gs_store *self, gs_error *error)
{
    bool row;
    sqlite3_stmt *statement = gs_sql_read(self, GS_QUERY_DEAD_LOAD, error);
    if (statement == NULL || !gs_sql_row(self, statement, &row, error))
        return false;
    self->now.dead_count = gs_column_number(statement, 0);
    gs_sql_end(statement);
    return true;
}

bool gs_dead_letter_remove(gs_store *self, gs_id delivery, gs_error *error)
{
    if (!gs_id_remove(self, GS_QUERY_DEAD_REMOVE, delivery, error))
        return false;
    self->now.dead_count -= (uint64_t)sqlite3_changes(self->db);
    return true;
}

bool gs_dead_letter_put(gs_store *self, gs_id delivery, const gs_dead_letter *letter, gs_error *error)
{
    if (!gs_dead_letter_remove(self, delivery, error)) // not REPLACE: the count must know
        return false;
    sqlite3_stmt *statement = gs_sql_write(self, GS_QUERY_DEAD_PUT, error);
    if (statement == NULL)
        return false;
    gs_bind_id(statement, 1, &delivery);
    gs_bind_message(self, statement, 2, 3, &letter->base);
    if (!gs_sql_run(self, statement, error))
        return false;
    self->now.dead_count++;
    return true;
}

bool gs_dead_letter_retry(gs_store *self, gs_id delivery, bool retrying, gs_error *error)
{
    sqlite3_stmt *statement = gs_sql_write(self, GS_QUERY_DEAD_RETRY, error);
    if (statement == NULL)
        return false;
    gs_bind_id(statement, 1, &delivery);
    gs_bind_number(statement, 2, retrying ? 1 : 0);
    if (!gs_sql_run(self, statement, error))
        return false;
    if (sqlite3_changes(self->db) > 0)
        return true;
    char text[GS_ID_TEXT];
    gs_id_text(delivery, text);
    return gs_fail(error, GS_E_INPUT, "no dead letter %s: see gainsay deadletter list", text);
}

bool gs_dead_letter_retry_all(gs_store *self, uint32_t *count, gs_error *error)
{
    sqlite3_stmt *statement = gs_sql_write(self, GS_QUERY_DEAD_RETRY_ALL, error);
    if (statement == NULL || !gs_sql_run(self, statement, error))
        return false;
    *count = (uint32_t)sqlite3_changes(self->db);
    return true;
}

bool gs_dead_letter_list(gs_store *self, bool only_retrying, size_t max, gs_arena *arena,
                         gs_dead_letter ***letters, size_t *count, gs_error *error)
{
    *letters = NULL;
    *count = 0;
    gs_query query = only_retrying ? GS_QUERY_DEAD_LIST_RETRYING : GS_QUERY_DEAD_LIST;
    sqlite3_stmt *statement = gs_sql_read(self, query, error);
    if (statement == NULL)
        return false;
    gs_bind_number(statement, 1, max);
    size_t capacity = 0;
    bool row = true;
    while (gs_sql_row(self, statement, &row, error)) {
        if (!row)
            return true;
        gs_dead_letter *letter = (gs_dead_letter *)gs_column_message(
            self, statement, 1, 2, &gainsay__v1__dead_letter__descriptor, arena, error);
        if (letter == NULL) {
            gs_sql_end(statement);
            return false;
        }
        letter->retrying = sqlite3_column_int(statement, 0) != 0;
        if (*count == capacity) {
            capacity = capacity == 0 ? 16 : capacity * 2;
            gs_dead_letter **larger = gs_arena_alloc(arena, capacity * sizeof(gs_dead_letter *));
            if (*count > 0)
                memcpy(larger, *letters, *count * sizeof(gs_dead_letter *));
            *letters = larger;
        }
        (*letters)[(*count)++] = letter;
    }
    return false;
}

bool gs_dead_letter_count(gs_store *self, uint64_t *count, gs_error *error)
{
    if (self->reader && !gs_dead_letter_load(self, error))
        return false;
    *count = self->now.dead_count;
    return true;
}
