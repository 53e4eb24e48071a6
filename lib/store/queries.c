// The SQL of the room in one table, and the few functions that run it.
//
// A statement is prepared on first use and kept until the store closes. Nothing is ever pasted into SQL:
// what comes from outside is bound. Each statement is reset as soon as its rows are read, because an open
// read would keep the write-ahead log from being folded back into the file.
//
// In every table with a `row`, rows are in the order of their last write: a row that changes is replaced
// and moves to the end. Retention and the start-up scan rely on it, and it spares an index on time.
#include <errno.h>
#include <string.h>

#include "store/store_internal.h"

// The newest texts of a key; a key that many have (a site's boilerplate) would make each look-up a long one.
#define TEXT_KEY(bit, parameter)                                                                             \
    "SELECT " #bit ", row FROM (SELECT row FROM text_keys WHERE key = ?" #parameter                          \
    " ORDER BY row DESC LIMIT 16)"
#define AND_TEXT_KEY(bit, parameter) " UNION ALL " TEXT_KEY(bit, parameter)
#define TEXT_KEYS                                                                                            \
    TEXT_KEY(0, 1)                                                                                           \
    AND_TEXT_KEY(1, 2)                                                                                       \
    AND_TEXT_KEY(2, 3) AND_TEXT_KEY(3, 4) AND_TEXT_KEY(4, 5) AND_TEXT_KEY(5, 6) AND_TEXT_KEY(6, 7)           \
        AND_TEXT_KEY(7, 8)

static const char *const query_texts[GS_QUERY_COUNT] = {
    [GS_QUERY_BEGIN] = "BEGIN IMMEDIATE",
    [GS_QUERY_COMMIT] = "COMMIT",
    [GS_QUERY_ROLLBACK] = "ROLLBACK",
    [GS_QUERY_PAGES] = "PRAGMA page_count",
    [GS_QUERY_FREE_PAGES] = "PRAGMA freelist_count",
    [GS_QUERY_VACUUM] = "PRAGMA incremental_vacuum(256)",

    [GS_QUERY_OUTBOX_LOAD] =
        "SELECT count(*), coalesce(sum(length(payload)), 0), coalesce(max(row), 0) FROM outbox",
    [GS_QUERY_OUTBOX_ADD] = ("INSERT INTO outbox(row, id, failures, reason, sum, payload)"
                             " VALUES(?1, ?2, 0, '', ?3, ?4) ON CONFLICT(id) DO NOTHING"),
    [GS_QUERY_OUTBOX_FIND] = "SELECT row, length(payload) FROM outbox WHERE id = ?1",
    [GS_QUERY_OUTBOX_REMOVE] = "DELETE FROM outbox WHERE row = ?1",
    [GS_QUERY_OUTBOX_FAILED] = "UPDATE outbox SET failures = ?2, reason = ?3 WHERE id = ?1",
    [GS_QUERY_OUTBOX_LIST] =
        "SELECT row, id, failures, reason, sum, payload FROM outbox WHERE row > ?1 ORDER BY row",

    [GS_QUERY_SEEN_FIND] = "SELECT content, revision, at FROM seen WHERE article = ?1",
    [GS_QUERY_SEEN_PUT] =
        "INSERT OR REPLACE INTO seen(article, content, revision, at) VALUES(?1, ?2, ?3, ?4)",
    [GS_QUERY_SEEN_OLDEST] = "SELECT row, at FROM seen ORDER BY row LIMIT ?1",
    [GS_QUERY_SEEN_EXPIRE] = "DELETE FROM seen WHERE row <= ?1",
    [GS_QUERY_TEXT_GET] = "SELECT row, article, first, address, content, site, publisher, keys, sketch FROM "
                          "texts WHERE article = ?1",
    [GS_QUERY_TEXT_AT] = "SELECT row, article, first, address, content, site, publisher, keys, sketch FROM "
                         "texts WHERE row = ?1",
    [GS_QUERY_TEXT_PUT] =
        ("INSERT INTO texts(article, first, address, content, site, publisher, at, keys, sketch)"
         " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT(article) DO NOTHING"),
    [GS_QUERY_TEXT_REMOVE] = "DELETE FROM texts WHERE row = ?1",
    [GS_QUERY_TEXT_OLDEST] = "SELECT row, at, keys FROM texts ORDER BY row LIMIT ?1",
    // Eight keys at once; one that is not bound finds nothing, and is no key to be put.
    [GS_QUERY_TEXT_KEYS_FIND] = TEXT_KEYS,
    [GS_QUERY_TEXT_KEYS_PUT] =
        ("INSERT OR IGNORE INTO text_keys(key, row) VALUES(?1, ?9), (?2, ?9), (?3, ?9),"
         " (?4, ?9), (?5, ?9), (?6, ?9), (?7, ?9), (?8, ?9)"),
    [GS_QUERY_TEXT_KEYS_REMOVE] =
        "DELETE FROM text_keys WHERE row = ?9 AND key IN (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [GS_QUERY_SOURCE_GET] = "SELECT state FROM source_state WHERE source = ?1",
    [GS_QUERY_SOURCE_PUT] = "INSERT OR REPLACE INTO source_state(source, state) VALUES(?1, ?2)",

    [GS_QUERY_ARTICLES_LOAD] = "SELECT coalesce(max(row), 0) FROM articles",
    [GS_QUERY_ARTICLE_GET] = "SELECT row, revision, ingested, content FROM articles WHERE article = ?1",
    [GS_QUERY_ARTICLE_PUT] = ("INSERT OR REPLACE INTO articles(row, article, revision, ingested, content, at)"
                              " VALUES(?1, ?2, ?3, ?4, ?5, ?6)"),
    [GS_QUERY_REPORT_ADD] = "INSERT OR IGNORE INTO reports(article_row, statement) VALUES(?1, ?2)",
    [GS_QUERY_REPORT_REMOVE] = "DELETE FROM reports WHERE article_row = ?1 AND statement = ?2",
    [GS_QUERY_REPORT_LIST] = "SELECT statement FROM reports WHERE article_row = ?1",
    [GS_QUERY_REPORT_MOVE] = "UPDATE reports SET article_row = ?2 WHERE article_row = ?1",
    [GS_QUERY_REPORT_FORGET] = "DELETE FROM reports WHERE article_row = ?1",

    [GS_QUERY_STATEMENT_GET] = "SELECT sum, data FROM statements WHERE id = ?1",
    [GS_QUERY_STATEMENT_PUT] = "INSERT OR REPLACE INTO statements(id, at, sum, data) VALUES(?1, ?2, ?3, ?4)",
    [GS_QUERY_STATEMENT_REMOVE] = "DELETE FROM statements WHERE id = ?1",
    [GS_QUERY_STATEMENT_BEFORE] = "SELECT row FROM statements WHERE at < ?1 ORDER BY row DESC LIMIT 1",
    [GS_QUERY_STATEMENT_EACH] = "SELECT sum, data FROM statements WHERE row > ?1 ORDER BY row",

    [GS_QUERY_CONTRADICTION_GET] = "SELECT sum, data FROM contradictions WHERE id = ?1",
    [GS_QUERY_CONTRADICTION_PUT] = ("INSERT OR REPLACE INTO contradictions(id, a, b, dispute, at, sum, data)"
                                    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
    [GS_QUERY_CONTRADICTION_REMOVE] = "DELETE FROM contradictions WHERE id = ?1",
    [GS_QUERY_CONTRADICTION_LIST] = ("SELECT id FROM contradictions WHERE a = ?1"
                                     " UNION SELECT id FROM contradictions WHERE b = ?1"),
    [GS_QUERY_DISPUTE_GET] = "SELECT sum, data FROM disputes WHERE id = ?1",
    [GS_QUERY_DISPUTE_PUT] = "INSERT OR REPLACE INTO disputes(id, at, sum, data) VALUES(?1, ?2, ?3, ?4)",
    [GS_QUERY_DISPUTE_REMOVE] = "DELETE FROM disputes WHERE id = ?1",

    [GS_QUERY_HOLDER_PUT] = "INSERT OR REPLACE INTO holders(id, sum, data) VALUES(?1, ?2, ?3)",
    [GS_QUERY_HOLDER_REMOVE] = "DELETE FROM holders WHERE id = ?1",
    [GS_QUERY_HOLDER_EACH] = "SELECT sum, data FROM holders ORDER BY row",

    [GS_QUERY_OPINION_GET] = "SELECT sum, data, a, b, question, waiting FROM opinions WHERE pair = ?1",
    [GS_QUERY_OPINION_PUT] = ("INSERT OR REPLACE INTO opinions(pair, a, b, question, waiting, at, sum, data)"
                              " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
    [GS_QUERY_OPINION_REMOVE] = "DELETE FROM opinions WHERE pair = ?1",
    [GS_QUERY_OPINION_WAITING] = "SELECT pair FROM opinions WHERE waiting = 1 ORDER BY row LIMIT ?1",

    [GS_QUERY_FEED_LOAD] = ("SELECT (SELECT newest FROM feed_mark), (SELECT max(sequence) FROM events),"
                            " (SELECT min(sequence) FROM events)"),
    [GS_QUERY_FEED_APPEND] = "INSERT INTO events(sequence, at, topic, sum, data) VALUES(?1, ?2, ?3, ?4, ?5)",
    [GS_QUERY_FEED_MARK] = "INSERT OR REPLACE INTO feed_mark(one, newest) VALUES(1, ?1)",
    [GS_QUERY_FEED_AFTER] =
        ("SELECT sequence, topic, sum, data FROM events WHERE sequence > ?1 AND sequence <= ?2"
         " ORDER BY sequence"),

    [GS_QUERY_DEAD_LOAD] = "SELECT count(*) FROM dead_letters",
    [GS_QUERY_DEAD_PUT] =
        "INSERT OR REPLACE INTO dead_letters(delivery, retrying, sum, data) VALUES(?1, 0, ?2, ?3)",
    [GS_QUERY_DEAD_REMOVE] = "DELETE FROM dead_letters WHERE delivery = ?1",
    [GS_QUERY_DEAD_RETRY_ALL] = "UPDATE dead_letters SET retrying = 1 WHERE retrying = 0",
    [GS_QUERY_DEAD_RETRY] = "UPDATE dead_letters SET retrying = ?2 WHERE delivery = ?1",
    [GS_QUERY_DEAD_LIST] = "SELECT retrying, sum, data FROM dead_letters ORDER BY row DESC LIMIT ?1",
    [GS_QUERY_DEAD_LIST_RETRYING] = ("SELECT retrying, sum, data FROM dead_letters WHERE retrying = 1"
                                     " ORDER BY row DESC LIMIT ?1"),

    [GS_QUERY_OLDEST_EVENTS] = "SELECT sequence, at FROM events ORDER BY sequence LIMIT ?1",
    [GS_QUERY_EXPIRE_EVENTS] = "DELETE FROM events WHERE sequence <= ?1",
    [GS_QUERY_OLDEST_STATEMENTS] = "SELECT row, at, id, data FROM statements ORDER BY row LIMIT ?1",
    [GS_QUERY_EXPIRE_STATEMENTS] = "DELETE FROM statements WHERE row <= ?1",
    [GS_QUERY_OLDEST_CONTRADICTIONS] = "SELECT row, at FROM contradictions ORDER BY row LIMIT ?1",
    [GS_QUERY_EXPIRE_CONTRADICTIONS] = "DELETE FROM contradictions WHERE row <= ?1",
    [GS_QUERY_OLDEST_DISPUTES] = "SELECT row, at FROM disputes ORDER BY row LIMIT ?1",
    [GS_QUERY_EXPIRE_DISPUTES] = "DELETE FROM disputes WHERE row <= ?1",
    [GS_QUERY_OLDEST_OPINIONS] = "SELECT row, at FROM opinions ORDER BY row LIMIT ?1",
    [GS_QUERY_EXPIRE_OPINIONS] = "DELETE FROM opinions WHERE row <= ?1",
    [GS_QUERY_OLDEST_ARTICLES] = "SELECT row, at FROM articles ORDER BY row LIMIT ?1",
    [GS_QUERY_EXPIRE_ARTICLES] = "DELETE FROM articles WHERE row <= ?1",
};

// ---- errors ----------------------------------------------------------------------------------------

bool gs_store_damaged(const char *path, const char *what, gs_error *error)
{
    return gs_fail(
        error, GS_E_DAMAGED,
        "store %s is damaged (%s): restore a backup (gainsay backup), or move it away with its -wal and "
        "-shm files to start empty",
        path, what);
}

static bool is_out_of_space(int code, int system_error)
{
    if ((code & 0xff) == SQLITE_FULL)
        return true;
    return (code & 0xff) == SQLITE_IOERR &&
           (system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG);
}

bool gs_sql_explain(const char *path, int code, int system_error, const char *text, const char *doing,
                    gs_error *error)
{
    if (is_out_of_space(code, system_error))
        return gs_fail(
            error, GS_E_FULL,
            "store %s: no space left while %s: make room on its file system (or raise its quota); what was "
            "committed is safe",
            path, doing);
    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return gs_store_damaged(path, text, error);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return gs_fail(error, GS_E_IO,
                       "store %s: locked by another program while %s: close whatever else writes to it", path,
                       doing);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
        return gs_fail(
            error, GS_E_IO,
            "store %s: cannot be opened or written while %s (%s%s%s): check that the file and its directory "
            "belong to this user",
            path, doing, text, system_error != 0 ? ": " : "",
            system_error != 0 ? strerror(system_error) : "");
    case SQLITE_IOERR:
        return gs_fail(error, GS_E_IO,
                       "store %s: the disk failed while %s (%s%s%s): check the disk and the system's log",
                       path, doing, text, system_error != 0 ? ": " : "",
                       system_error != 0 ? strerror(system_error) : "");
    case SQLITE_NOMEM:
        return gs_fail(error, GS_E_IO, "store %s: out of memory while %s", path, doing);
    case SQLITE_TOOBIG:
        return gs_fail(error, GS_E_LIMIT, "store %s: too large to be stored while %s", path, doing);
    default:
        return gs_fail(error, GS_E_INTERNAL, "store %s: %s failed: %s", path, doing, text);
    }
}

// SQLite keeps the system's error of a statement, but not that of a COMMIT, where it matters most; errno
// still holds that one.
int gs_sql_system_error(sqlite3 *db, int last_errno)
{
    int known = db != NULL ? sqlite3_system_errno(db) : 0;
    return known != 0 ? known : last_errno;
}

bool gs_sql_fail(gs_store *self, int code, const char *doing, gs_error *error)
{
    int system_error = gs_sql_system_error(self->db, errno);
    gs_error own;
    gs_sql_explain(self->path, code, system_error, sqlite3_errmsg(self->db), doing, &own);
    if (self->in_transaction && !self->failed) {
        self->failed = true;
        self->failure = own;
    }
    if (error != NULL)
        *error = own;
    return false;
}

// ---- running ---------------------------------------------------------------------------------------

sqlite3_stmt *gs_sql_read(gs_store *self, gs_query query, gs_error *error)
{
    sqlite3_stmt **slot = &self->prepared[query];
    if (*slot != NULL)
        return *slot;
    int code = sqlite3_prepare_v3(self->db, query_texts[query], -1, SQLITE_PREPARE_PERSISTENT, slot, NULL);
    if (code != SQLITE_OK)
        gs_sql_fail(self, code, "preparing a statement", error);
    return *slot;
}

sqlite3_stmt *gs_sql_write(gs_store *self, gs_query query, gs_error *error)
{
    if (!self->in_transaction) {
        gs_fail(error, GS_E_INTERNAL, "store %s: a write outside of a transaction", self->path);
        return NULL;
    }
    if (self->failed) { // SQLite may have rolled back already; a write now would be a transaction of its own
        if (error != NULL)
            *error = self->failure;
        return NULL;
    }
    return gs_sql_read(self, query, error);
}

bool gs_sql_row(gs_store *self, sqlite3_stmt *statement, bool *row, gs_error *error)
{
    errno = 0;
    int code = sqlite3_step(statement);
    *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        gs_sql_fail(self, code, self->in_transaction ? "writing" : "reading", error);
    sqlite3_reset(statement);
    return code == SQLITE_DONE;
}

bool gs_sql_run(gs_store *self, sqlite3_stmt *statement, gs_error *error)
{
    bool row = true;
    while (row) {
        if (!gs_sql_row(self, statement, &row, error))
            return false;
    }
    return true;
}

void gs_sql_end(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
}

// ---- values ----------------------------------------------------------------------------------------

void gs_bind_id(sqlite3_stmt *statement, int index, const gs_id *id)
{
    sqlite3_bind_blob(statement, index, id->bytes, GS_ID_BYTES, SQLITE_STATIC);
}

void gs_bind_view(sqlite3_stmt *statement, int index, gs_view view)
{
    sqlite3_bind_blob64(statement, index, view.data != NULL ? view.data : "", view.size, SQLITE_STATIC);
}

void gs_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    sqlite3_bind_text(statement, index, text != NULL ? text : "", -1, SQLITE_STATIC);
}

void gs_bind_number(sqlite3_stmt *statement, int index, uint64_t number)
{
    sqlite3_bind_int64(statement, index, number > INT64_MAX ? INT64_MAX : (int64_t)number);
}

gs_view gs_column_view(sqlite3_stmt *statement, int column)
{
    const void *data = sqlite3_column_blob(statement, column);
    return gs_view_make(data != NULL ? data : "", (size_t)sqlite3_column_bytes(statement, column));
}

gs_id gs_column_id(sqlite3_stmt *statement, int column)
{
    gs_id id = {{0}};
    gs_view view = gs_column_view(statement, column);
    if (view.size == GS_ID_BYTES)
        memcpy(id.bytes, view.data, GS_ID_BYTES);
    return id;
}

uint64_t gs_column_number(sqlite3_stmt *statement, int column)
{
    int64_t number = sqlite3_column_int64(statement, column);
    return number < 0 ? 0 : (uint64_t)number;
}

// h ← (h ⊕ word) · φ, then h ← h ⊕ (h >> 29), over words of eight bytes: φ = 2^64 / golden ratio, odd. Any
// change of a single word changes the sum for certain, because each step is a bijection of h.
int64_t gs_store_sum(gs_view payload)
{
    const uint64_t phi = 0x9e3779b97f4a7c15u;
    uint64_t sum = (uint64_t)payload.size * phi;
    for (size_t offset = 0; offset < payload.size; offset += sizeof(uint64_t)) {
        uint64_t word = 0;
        size_t left = payload.size - offset;
        memcpy(&word, payload.data + offset, left < sizeof word ? left : sizeof word);
        sum = (sum ^ word) * phi;
        sum ^= sum >> 29;
    }
    int64_t result;
    memcpy(&result, &sum, sizeof result);
    return result;
}

ProtobufCMessage *gs_column_message(gs_store *self, sqlite3_stmt *statement, int sum, int data,
                                    const ProtobufCMessageDescriptor *type, gs_arena *arena, gs_error *error)
{
    gs_view view = gs_column_view(statement, data);
    if (sqlite3_column_int64(statement, sum) != gs_store_sum(view)) {
        gs_store_damaged(self->path, "a payload does not match its checksum", error);
        return NULL;
    }
    ProtobufCMessage *message = gs_wire_unpack(type, view, arena, error);
    if (message == NULL)
        gs_fail_within(error, "store %s", self->path);
    return message;
}

void gs_bind_message(gs_store *self, sqlite3_stmt *statement, int sum, int data,
                     const ProtobufCMessage *message)
{
    gs_buffer_clear(&self->scratch);
    gs_wire_pack(message, &self->scratch);
    gs_view view = gs_buffer_view(&self->scratch);
    sqlite3_bind_int64(statement, sum, gs_store_sum(view));
    gs_bind_view(statement, data, view);
}

// ---- shapes that several tables share --------------------------------------------------------------

bool gs_message_get(gs_store *self, gs_query query, gs_id id, const ProtobufCMessageDescriptor *type,
                    gs_arena *arena, ProtobufCMessage **found, gs_error *error)
{
    *found = NULL;
    sqlite3_stmt *statement = gs_sql_read(self, query, error);
    if (statement == NULL)
        return false;
    gs_bind_id(statement, 1, &id);
    bool row;
    if (!gs_sql_row(self, statement, &row, error))
        return false;
    if (!row)
        return true;
    *found = gs_column_message(self, statement, 0, 1, type, arena, error);
    gs_sql_end(statement);
    return *found != NULL;
}

bool gs_id_remove(gs_store *self, gs_query query, gs_id id, gs_error *error)
{
    sqlite3_stmt *statement = gs_sql_write(self, query, error);
    if (statement == NULL)
        return false;
    gs_bind_id(statement, 1, &id);
    return gs_sql_run(self, statement, error);
}

bool gs_id_list(gs_store *self, sqlite3_stmt *statement, gs_arena *arena, gs_id **ids, size_t *count,
                gs_error *error)
{
    size_t capacity = 0;
    bool row = true;
    *ids = NULL;
    *count = 0;
    while (gs_sql_row(self, statement, &row, error)) {
        if (!row)
            return true;
        if (*count == capacity) {
            capacity = capacity == 0 ? 8 : capacity * 2;
            gs_id *larger = gs_arena_alloc(arena, capacity * sizeof(gs_id));
            if (*count > 0)
                memcpy(larger, *ids, *count * sizeof(gs_id));
            *ids = larger;
        }
        (*ids)[(*count)++] = gs_column_id(statement, 0);
    }
    return false;
}
