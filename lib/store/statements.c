// The ledger of statements: packed messages by id, in the order of their last write.
#include "store/store_internal.h"

bool gs_statement_get(gs_store *self, gs_id id, gs_arena *arena, gs_statement **found, gs_error *error)
{
    ProtobufCMessage *message;
    bool done = gs_message_get(self, GS_QUERY_STATEMENT_GET, id, &gainsay__v1__statement__descriptor, arena,
                               &message, error);
    *found = (gs_statement *)message;
    return done;
}

bool gs_statement_put(gs_store *self, gs_id id, const gs_statement *statement, uint64_t now_us,
                      gs_error *error)
{
    sqlite3_stmt *put = gs_sql_write(self, GS_QUERY_STATEMENT_PUT, error);
    if (put == NULL)
        return false;
    gs_bind_id(put, 1, &id);
    gs_bind_number(put, 2, now_us);
    gs_bind_message(self, put, 3, 4, &statement->base);
    return gs_sql_run(self, put, error);
}

bool gs_statement_remove(gs_store *self, gs_id id, gs_error *error)
{
    return gs_id_remove(self, GS_QUERY_STATEMENT_REMOVE, id, error);
}

// The last row that is too old; what follows it is what was asked for. Found from the new end, so that a
// start costs what the window holds and not what the store holds.
static bool last_row_before(gs_store *self, uint64_t since_us, int64_t *last, gs_error *error)
{
    *last = 0;
    sqlite3_stmt *statement = gs_sql_read(self, GS_QUERY_STATEMENT_BEFORE, error);
    if (statement == NULL)
        return false;
    gs_bind_number(statement, 1, since_us);
    bool row;
    if (!gs_sql_row(self, statement, &row, error))
        return false;
    if (row) {
        *last = sqlite3_column_int64(statement, 0);
        gs_sql_end(statement);
    }
    return true;
}

bool gs_statement_each(gs_store *self, uint64_t since_us, bool (*each)(void *context, const gs_statement *),
                       void *context, gs_error *error)
{
    int64_t last;
    if (!last_row_before(self, since_us, &last, error))
        return false;
    sqlite3_stmt *statement = gs_sql_read(self, GS_QUERY_STATEMENT_EACH, error);
    if (statement == NULL)
        return false;
    sqlite3_bind_int64(statement, 1, last);
    gs_arena *arena = gs_arena_new(0);
    bool row = true, done = true, wanted = true;
    while (wanted && (done = gs_sql_row(self, statement, &row, error)) && row) {
        gs_arena_reset(arena);
        ProtobufCMessage *message =
            gs_column_message(self, statement, 0, 1, &gainsay__v1__statement__descriptor, arena, error);
        done = message != NULL;
        wanted = done && each(context, (const gs_statement *)message);
    }
    gs_sql_end(statement);
    gs_arena_free(&arena);
    return done;
}
