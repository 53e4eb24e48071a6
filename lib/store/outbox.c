// The outbox: what was taken in and is not yet known to be committed at the far end.
//
// Rows number the order of arrival. A number is not used twice while the store is open, even when the
// outbox runs empty, so that "everything after row n" never misses an item. Count and bytes are kept in
// memory, because the ingestor asks before each article.
#include "store/store_internal.h"

bool gs_outbox_load(gs_store *self, gs_error *error)
{
    bool row;
    sqlite3_stmt *statement = gs_sql_read(self, GS_QUERY_OUTBOX_LOAD, error);
    if (statement == NULL || !gs_sql_row(self, statement, &row, error))
        return false;
    self->now.outbox_count = gs_column_number(statement, 0);
    self->now.outbox_bytes = gs_column_number(statement, 1);
    int64_t last = sqlite3_column_int64(statement, 2);
    if (self->next_row <= last)
        self->next_row = last + 1;
    gs_sql_end(statement);
    return true;
}

bool gs_outbox_add(gs_store *self, gs_id id, gs_view payload, gs_error *error)
{
    gs_error_clear(error);
    sqlite3_stmt *statement = gs_sql_write(self, GS_QUERY_OUTBOX_ADD, error);
    if (statement == NULL)
        return false;
    sqlite3_bind_int64(statement, 1, self->next_row);
    gs_bind_id(statement, 2, &id);
    sqlite3_bind_int64(statement, 3, gs_store_sum(payload));
    gs_bind_view(statement, 4, payload);
    if (!gs_sql_run(self, statement, error) || sqlite3_changes(self->db) == 0)
        return false;
    self->next_row++;
    self->now.outbox_count++;
    self->now.outbox_bytes += payload.size;
    return true;
}

int64_t gs_outbox_newest(const gs_store *self)
{
    return self->next_row - 1;
}

static bool remove_one(gs_store *self, sqlite3_stmt *find, sqlite3_stmt *removal, const gs_id *id,
                       gs_error *error)
{
    gs_bind_id(find, 1, id);
    bool row;
    if (!gs_sql_row(self, find, &row, error))
        return false;
    if (!row)
        return true;
    int64_t number = sqlite3_column_int64(find, 0);
    uint64_t bytes = gs_column_number(find, 1);
    gs_sql_end(find);
    sqlite3_bind_int64(removal, 1, number);
    if (!gs_sql_run(self, removal, error))
        return false;
    self->now.outbox_count--;
    self->now.outbox_bytes -= bytes;
    return true;
}

bool gs_outbox_remove(gs_store *self, const gs_id *ids, size_t count, gs_error *error)
{
    sqlite3_stmt *find = gs_sql_write(self, GS_QUERY_OUTBOX_FIND, error);
    sqlite3_stmt *removal = find != NULL ? gs_sql_write(self, GS_QUERY_OUTBOX_REMOVE, error) : NULL;
    if (removal == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!remove_one(self, find, removal, &ids[i], error))
            return false;
    }
    return true;
}

bool gs_outbox_failed(gs_store *self, gs_id id, uint32_t failures, const char *reason, gs_error *error)
{
    sqlite3_stmt *statement = gs_sql_write(self, GS_QUERY_OUTBOX_FAILED, error);
    if (statement == NULL)
        return false;
    gs_bind_id(statement, 1, &id);
    gs_bind_number(statement, 2, failures);
    gs_bind_text(statement, 3, reason);
    return gs_sql_run(self, statement, error);
}

// False if the payload is not what was stored.
static bool read_item(gs_store *self, sqlite3_stmt *statement, gs_arena *arena, gs_outbox_item *item,
                      gs_error *error)
{
    gs_view payload = gs_column_view(statement, 5);
    if (sqlite3_column_int64(statement, 4) != gs_store_sum(payload))
        return gs_store_damaged(self->path, "an article of the outbox does not match its checksum", error);
    item->row = sqlite3_column_int64(statement, 0);
    item->id = gs_column_id(statement, 1);
    item->failures = (uint32_t)gs_column_number(statement, 2);
    item->reason = gs_arena_text(arena, gs_column_view(statement, 3));
    item->payload = gs_view_make(gs_arena_text(arena, payload), payload.size);
    return true;
}

bool gs_outbox_list(gs_store *self, int64_t after, size_t max, size_t max_bytes, gs_arena *arena,
                    gs_outbox_item **items, size_t *count, gs_error *error)
{
    *items = NULL;
    *count = 0;
    sqlite3_stmt *statement = gs_sql_read(self, GS_QUERY_OUTBOX_LIST, error);
    if (statement == NULL)
        return false;
    sqlite3_bind_int64(statement, 1, after);
    size_t capacity = 0, bytes = 0;
    bool row = true;
    while (*count < max) {
        if (!gs_sql_row(self, statement, &row, error))
            return false;
        if (!row)
            return true;
        bytes += (size_t)sqlite3_column_bytes(statement, 5);
        if (*count > 0 && bytes > max_bytes) // one always goes, however large
            break;
        if (*count == capacity) {
            capacity = capacity == 0 ? 16 : capacity * 2;
            gs_outbox_item *larger = gs_arena_alloc(arena, capacity * sizeof *larger);
            for (size_t i = 0; i < *count; i++)
                larger[i] = (*items)[i];
            *items = larger;
        }
        if (!read_item(self, statement, arena, &(*items)[*count], error)) {
            gs_sql_end(statement);
            return false;
        }
        (*count)++;
    }
    gs_sql_end(statement);
    return true;
}

bool gs_outbox_size(gs_store *self, uint64_t *count, uint64_t *bytes, gs_error *error)
{
    if (self->reader && !gs_outbox_load(self, error)) // another process writes: ask the file
        return false;
    *count = self->now.outbox_count;
    *bytes = self->now.outbox_bytes;
    return true;
}
