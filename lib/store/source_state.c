// A source's notes about itself: small JSON texts that only the source understands, one a source.
#include "store/store_internal.h"

bool gs_source_state_get(gs_store *self, const char *source_id, gs_arena *arena, char **state,
                         gs_error *error)
{
    *state = NULL;
    sqlite3_stmt *statement = gs_sql_read(self, GS_QUERY_SOURCE_GET, error);
    if (statement == NULL)
        return false;
    gs_bind_text(statement, 1, source_id);
    bool row;
    if (!gs_sql_row(self, statement, &row, error))
        return false;
    if (row) {
        *state = gs_arena_text(arena, gs_column_view(statement, 0));
        gs_sql_end(statement);
    }
    return true;
}

bool gs_source_state_put(gs_store *self, const char *source_id, const char *state, gs_error *error)
{
    sqlite3_stmt *statement = gs_sql_write(self, GS_QUERY_SOURCE_PUT, error);
    if (statement == NULL)
        return false;
    gs_bind_text(statement, 1, source_id);
    gs_bind_text(statement, 2, state);
    return gs_sql_run(self, statement, error);
}
