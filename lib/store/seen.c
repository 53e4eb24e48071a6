// What the ingestor remembers of articles it has read: the hash of their content and their revision.
//
// An article that a feed goes on listing must not be forgotten and taken for new, so each sight of it
// renews its time; not more often than every six hours, because a feed is read every few minutes.
#include "store/store_internal.h"

enum {
    EXPIRE_ROWS = 2000,     // a transaction
    EXPIRE_US = 250 * 1000, // a call, about: the ingestor waits for it
};

static const uint64_t RENEW_US = 6ull * 3600 * 1000000;

typedef struct seen_row {
    bool found;
    gs_id content;
    uint32_t revision;
    uint64_t at_us;
} seen_row;

// statement: GS_QUERY_SEEN_FIND; NULL if it could not be had.
static bool seen_find(gs_store *self, sqlite3_stmt *statement, const gs_id *article_id, seen_row *seen,
                      gs_error *error)
{
    if (statement == NULL)
        return false;
    gs_bind_id(statement, 1, article_id);
    if (!gs_sql_row(self, statement, &seen->found, error))
        return false;
    if (!seen->found)
        return true;
    seen->content = gs_column_id(statement, 0);
    seen->revision = (uint32_t)gs_column_number(statement, 1);
    seen->at_us = gs_column_number(statement, 2);
    gs_sql_end(statement);
    return true;
}

static bool seen_put(gs_store *self, const gs_id *article_id, const seen_row *seen, gs_error *error)
{
    sqlite3_stmt *statement = gs_sql_write(self, GS_QUERY_SEEN_PUT, error);
    if (statement == NULL)
        return false;
    gs_bind_id(statement, 1, article_id);
    gs_bind_id(statement, 2, &seen->content);
    gs_bind_number(statement, 3, seen->revision);
    gs_bind_number(statement, 4, seen->at_us);
    return gs_sql_run(self, statement, error);
}

static gs_seen compare(const seen_row *stored, gs_id content)
{
    if (!stored->found)
        return GS_SEEN_NEW;
    return gs_id_equal(stored->content, content) ? GS_SEEN_SAME : GS_SEEN_CHANGED;
}

bool gs_seen_peek(gs_store *self, gs_id article_id, gs_id content, gs_seen *seen, uint64_t *at_us,
                  gs_error *error)
{
    seen_row stored = {0};
    if (!seen_find(self, gs_sql_read(self, GS_QUERY_SEEN_FIND, error), &article_id, &stored, error))
        return false;
    *seen = compare(&stored, content);
    *at_us = stored.at_us;
    return true;
}

bool gs_seen_check(gs_store *self, gs_id article_id, gs_id content, uint64_t now_us, gs_seen *seen,
                   uint32_t *revision, gs_error *error)
{
    seen_row stored = {0};
    if (!seen_find(self, gs_sql_write(self, GS_QUERY_SEEN_FIND, error), &article_id, &stored, error))
        return false;
    *seen = compare(&stored, content);
    *revision = stored.revision + (*seen == GS_SEEN_CHANGED ? 1 : 0);
    if (*seen == GS_SEEN_SAME && now_us < stored.at_us + RENEW_US)
        return true;
    seen_row next = {.found = true, .content = content, .revision = *revision, .at_us = now_us};
    return seen_put(self, &article_id, &next, error);
}

// Rows stand in the order of their last write: the due ones are at the low end.
static bool expire_slice(gs_store *self, uint64_t before_us, bool *more, gs_error *error)
{
    *more = false;
    sqlite3_stmt *oldest = gs_sql_write(self, GS_QUERY_SEEN_OLDEST, error);
    sqlite3_stmt *removal = oldest != NULL ? gs_sql_write(self, GS_QUERY_SEEN_EXPIRE, error) : NULL;
    if (removal == NULL)
        return false;
    gs_bind_number(oldest, 1, EXPIRE_ROWS);
    int64_t last = 0;
    int due = 0;
    bool row = true;
    while (row) {
        if (!gs_sql_row(self, oldest, &row, error))
            return false;
        if (row && gs_column_number(oldest, 1) >= before_us)
            break;
        if (row) {
            last = sqlite3_column_int64(oldest, 0);
            due++;
        }
    }
    gs_sql_end(oldest);
    *more = due == EXPIRE_ROWS;
    sqlite3_bind_int64(removal, 1, last);
    return due == 0 || gs_sql_run(self, removal, error);
}

static bool expire_transaction(gs_store *self, uint64_t before_us, bool *more, gs_error *error)
{
    bool more_pages;
    if (!gs_store_begin(self, error))
        return false;
    if (expire_slice(self, before_us, more, error) && gs_store_shrink(self, &more_pages, error)) {
        *more = *more || more_pages;
        return gs_store_commit(self, error);
    }
    gs_store_rollback(self);
    return false;
}

bool gs_seen_expire(gs_store *self, uint64_t before_us, gs_error *error)
{
    bool more = true;
    if (self->in_transaction)
        return expire_slice(self, before_us, &more, error);
    const uint64_t began_us = gs_monotonic_us();
    while (more && gs_monotonic_us() - began_us < EXPIRE_US) {
        if (!expire_transaction(self, before_us, &more, error))
            return false;
    }
    return true;
}
