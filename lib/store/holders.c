// Who holds which office: packed messages by id, read whole at the start and written as they change.
#include "store/store_internal.h"

bool gs_holder_put(gs_store *self, gs_id id, const gs_holder *holder, gs_error *error)
{
    sqlite3_stmt *put = gs_sql_write(self, GS_QUERY_HOLDER_PUT, error);
    if (put == NULL)
        return false;
    gs_bind_id(put, 1, &id);
    gs_bind_message(self, put, 2, 3, &holder->base);
    return gs_sql_run(self, put, error);
}

bool gs_holder_remove(gs_store *self, gs_id id, gs_error *error)
{
    return gs_id_remove(self, GS_QUERY_HOLDER_REMOVE, id, error);
}

bool gs_holder_each(gs_store *self, bool (*each)(void *context, const gs_holder *), void *context,
                    gs_error *error)
{
    sqlite3_stmt *statement = gs_sql_read(self, GS_QUERY_HOLDER_EACH, error);
    if (statement == NULL)
        return false;
    gs_arena *arena = gs_arena_new(0);
    bool row = true, done = true, wanted = true;
    while (wanted && (done = gs_sql_row(self, statement, &row, error)) && row) {
        gs_arena_reset(arena);
        ProtobufCMessage *message =
            gs_column_message(self, statement, 0, 1, &gainsay__v1__holder__descriptor, arena, error);
        done = message != NULL;
        wanted = done && each(context, (const gs_holder *)message);
    }
    gs_sql_end(statement);
    gs_arena_free(&arena);
    return done;
}
