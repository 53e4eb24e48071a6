// Second opinions: answers that are kept so that no question is put twice, and pairs that are held until
// their answer comes. Both stand in one row a pair, because the one becomes the other; the row is written in
// the transaction that holds the pair, so that a pair which waits is not forgotten by a crash.
#include "store/store_internal.h"

bool gs_opinion_get(gs_store *self, gs_id pair, gs_arena *arena, bool *found, gs_opinion_row *row,
                    gs_error *error)
{
    *found = false;
    sqlite3_stmt *get = gs_sql_read(self, GS_QUERY_OPINION_GET, error);
    if (get == NULL)
        return false;
    gs_bind_id(get, 1, &pair);
    bool there;
    if (!gs_sql_row(self, get, &there, error))
        return false;
    if (!there)
        return true;
    ProtobufCMessage *said =
        gs_column_message(self, get, 0, 1, &gainsay__v1__second_opinion__descriptor, arena, error);
    *row = (gs_opinion_row){.a = gs_column_id(get, 2),
                            .b = gs_column_id(get, 3),
                            .question = gs_column_id(get, 4),
                            .waiting = gs_column_number(get, 5) != 0,
                            .said = (gs_second_opinion *)said};
    gs_sql_end(get);
    *found = said != NULL;
    return *found;
}

bool gs_opinion_put(gs_store *self, gs_id pair, const gs_opinion_row *row, uint64_t now_us, gs_error *error)
{
    sqlite3_stmt *put = gs_sql_write(self, GS_QUERY_OPINION_PUT, error);
    if (put == NULL)
        return false;
    gs_bind_id(put, 1, &pair);
    gs_bind_id(put, 2, &row->a);
    gs_bind_id(put, 3, &row->b);
    gs_bind_id(put, 4, &row->question);
    gs_bind_number(put, 5, row->waiting);
    gs_bind_number(put, 6, now_us);
    gs_bind_message(self, put, 7, 8, &row->said->base);
    return gs_sql_run(self, put, error);
}

bool gs_opinion_remove(gs_store *self, gs_id pair, gs_error *error)
{
    return gs_id_remove(self, GS_QUERY_OPINION_REMOVE, pair, error);
}

bool gs_opinion_waiting(gs_store *self, size_t max, gs_arena *arena, gs_id **pairs, size_t *count,
                        gs_error *error)
{
    sqlite3_stmt *list = gs_sql_read(self, GS_QUERY_OPINION_WAITING, error);
    if (list == NULL)
        return false;
    gs_bind_number(list, 1, max);
    return gs_id_list(self, list, arena, pairs, count, error);
}
