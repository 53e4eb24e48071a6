// Contradictions by id and by the statements they rest on, and the disputes that gather them.
#include "store/store_internal.h"

bool gs_contradiction_get(gs_store *self, gs_id id, gs_arena *arena, gs_contradiction **found,
                          gs_error *error)
{
    ProtobufCMessage *message;
    bool done = gs_message_get(self, GS_QUERY_CONTRADICTION_GET, id, &gainsay__v1__contradiction__descriptor,
                               arena, &message, error);
    *found = (gs_contradiction *)message;
    return done;
}

bool gs_contradiction_put(gs_store *self, gs_id id, gs_id a, gs_id b, gs_id dispute,
                          const gs_contradiction *contradiction, uint64_t now_us, gs_error *error)
{
    sqlite3_stmt *put = gs_sql_write(self, GS_QUERY_CONTRADICTION_PUT, error);
    if (put == NULL)
        return false;
    gs_bind_id(put, 1, &id);
    gs_bind_id(put, 2, &a);
    gs_bind_id(put, 3, &b);
    gs_bind_id(put, 4, &dispute);
    gs_bind_number(put, 5, now_us);
    gs_bind_message(self, put, 6, 7, &contradiction->base);
    return gs_sql_run(self, put, error);
}

bool gs_contradiction_remove(gs_store *self, gs_id id, gs_error *error)
{
    return gs_id_remove(self, GS_QUERY_CONTRADICTION_REMOVE, id, error);
}

bool gs_contradiction_list(gs_store *self, gs_id statement, gs_arena *arena, gs_id **ids, size_t *count,
                           gs_error *error)
{
    sqlite3_stmt *list = gs_sql_read(self, GS_QUERY_CONTRADICTION_LIST, error);
    if (list == NULL)
        return false;
    gs_bind_id(list, 1, &statement);
    return gs_id_list(self, list, arena, ids, count, error);
}

bool gs_dispute_get(gs_store *self, gs_id id, gs_arena *arena, gs_dispute **found, gs_error *error)
{
    ProtobufCMessage *message;
    bool done = gs_message_get(self, GS_QUERY_DISPUTE_GET, id, &gainsay__v1__dispute__descriptor, arena,
                               &message, error);
    *found = (gs_dispute *)message;
    return done;
}

bool gs_dispute_put(gs_store *self, gs_id id, const gs_dispute *dispute, uint64_t now_us, gs_error *error)
{
    sqlite3_stmt *put = gs_sql_write(self, GS_QUERY_DISPUTE_PUT, error);
    if (put == NULL)
        return false;
    gs_bind_id(put, 1, &id);
    gs_bind_number(put, 2, now_us);
    gs_bind_message(self, put, 3, 4, &dispute->base);
    return gs_sql_run(self, put, error);
}

bool gs_dispute_remove(gs_store *self, gs_id id, gs_error *error)
{
    return gs_id_remove(self, GS_QUERY_DISPUTE_REMOVE, id, error);
}
