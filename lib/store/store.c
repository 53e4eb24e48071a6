// Opening, transactions, closing.
//
// Durability: journal_mode WAL with synchronous FULL is one fsync a commit; group many articles in one
// transaction to share it. After a failed write or commit (a full disk above all) the transaction is
// rolled back as a whole, in the file and in the numbers kept in memory, and the store goes on once the
// cause is gone. SQLite may have rolled back by itself on such an error, and a write after that would be a
// transaction of its own; `failed` keeps that from happening.
// https://www.sqlite.org/wal.html, https://www.sqlite.org/lang_transaction.html (section 2.1)
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_internal.h"

enum {
    BUSY_MS = 5000, // patience with a stranger's lock (a shell that looks at the store)
    CLOSE_BUSY_MS =
        200, // the same at the end; what a reader keeps from being folded back, the next start does
    LIGHT_COMMIT = 128, // pages of a commit that counts as little
    LIGHT_LOG = 2000,   // pages of log that are folded back then,
    HEAVY_LOG = 16000,  // and otherwise
};

// Takes effect only while the file is still empty.
static const char *const creation_pragmas = "PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL";

// secure_delete off: Debian's SQLite overwrites what it deletes, which doubles the work of the outbox, and
// what stands here was published. No mmap: a truncated or failing file would kill the process by SIGBUS.
static const char *const pragmas =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA journal_size_limit = 67108864;" // bytes that the log keeps after a peak
    "PRAGMA cache_size = -32768;"           // KiB
    "PRAGMA mmap_size = 0;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA foreign_keys = OFF;"
    "PRAGMA secure_delete = OFF;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON";

static const char *const reader_pragmas = "PRAGMA query_only = ON;"
                                          "PRAGMA temp_store = MEMORY;"
                                          "PRAGMA trusted_schema = OFF;"
                                          "PRAGMA cell_size_check = ON";

// Folds the log back into the file, which each commit asks here. Under load, rarely: many commits change the
// same index pages, and only the last state of each is written (measured: 27k/s at 2000 pages, 39k/s at
// 16000). When little comes, often: then a short pause (about 10 ms) is worth more than throughput.
static int fold_log(void *context, sqlite3 *db, const char *schema, int pages)
{
    gs_store *self = context;
    int grown = pages > self->log_pages ? pages - self->log_pages : pages; // fewer: the log began anew
    self->log_pages = pages;
    if (pages >= (grown < LIGHT_COMMIT ? LIGHT_LOG : HEAVY_LOG))
        sqlite3_wal_checkpoint_v2(db, schema, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return SQLITE_OK; // the commit stands, whatever became of the folding; the next one tries again
}

static bool check_path(const char *path, bool reader, bool *is_empty, gs_error *error)
{
    *is_empty = false;
    if (path == NULL || path[0] == '\0')
        return gs_fail(error, GS_E_USAGE, "the store has no file name: set one in the configuration");
    struct stat status;
    char *copy = gs_duplicate(path);
    const char *directory = dirname(copy);
    bool has_directory = stat(directory, &status) == 0 && S_ISDIR(status.st_mode);
    if (!has_directory)
        gs_fail(error, GS_E_IO, "store %s: the directory %s does not exist: make it, or name another place",
                path, directory);
    free(copy);
    if (!has_directory)
        return false;
    if (stat(path, &status) != 0) {
        if (errno == ENOENT && !reader)
            return true;
        return gs_fail(error, GS_E_IO, "store %s: %s%s", path, strerror(errno),
                       errno == ENOENT ? ": the daemon that owns it makes it at its first start" : "");
    }
    if (!S_ISREG(status.st_mode))
        return gs_fail(error, GS_E_USAGE, "store %s is not a regular file: name another", path);
    *is_empty = status.st_size == 0;
    return true;
}

static bool execute(gs_store *self, const char *sql, gs_error *error)
{
    errno = 0;
    int code = sqlite3_exec(self->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK || gs_sql_fail(self, code, "opening it", error);
}

static bool load_numbers(gs_store *self, gs_error *error)
{
    int64_t page_bytes;
    if (!gs_schema_number(self, "PRAGMA page_size", &page_bytes, error))
        return false;
    self->page_bytes = (uint64_t)page_bytes;
    memset(&self->now, 0, sizeof self->now);
    bool loaded =
        self->kind == GS_STORE_INGESTOR
            ? gs_outbox_load(self, error)
            : gs_feed_load(self, error) && gs_articles_load(self, error) && gs_dead_letter_load(self, error);
    self->committed = self->now;
    return loaded;
}

static bool connect_database(gs_store *self, gs_error *error)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                (self->reader ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    int code = sqlite3_open_v2(self->path, &self->db, flags, NULL);
    if (self->db == NULL)
        return gs_fail(error, GS_E_IO, "store %s: out of memory while opening it", self->path);
    if (code != SQLITE_OK)
        return gs_sql_fail(self, code, "opening it", error);
    sqlite3_busy_timeout(self->db, BUSY_MS);
    sqlite3_db_config(self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return true;
}

static gs_store *store_new(const char *path, gs_store_kind kind, bool reader)
{
    gs_store *self = gs_allocate(sizeof *self);
    self->path = gs_duplicate(path);
    self->kind = kind;
    self->reader = reader;
    self->lock_fd = -1;
    self->next_row = 1;
    return self;
}

static bool open_writer(gs_store *self, bool is_empty, gs_error *error)
{
    bool made = false;
    self->lock_fd = gs_lock_take(self->path, &made, error);
    if (self->lock_fd < 0)
        return false;
    if (is_empty && made)
        return gs_store_damaged(self->path, "it was cut to zero bytes", error);
    if (!connect_database(self, error) || !gs_schema_identify(self, error) ||
        !execute(self, creation_pragmas, error) || !execute(self, pragmas, error))
        return false;
    int64_t is_wal;
    if (!gs_schema_number(self, "SELECT journal_mode = 'wal' FROM pragma_journal_mode", &is_wal, error))
        return false;
    if (!is_wal)
        return gs_fail(
            error, GS_E_IO,
            "store %s: its file system cannot hold a write-ahead log: put it on a local file system",
            self->path);
    // Pages first: a damaged file must not be migrated. Payloads after: only then are their tables known.
    if (!gs_integrity_pages(self->db, self->path, error) || !gs_schema_migrate(self, error) ||
        !gs_integrity_payloads(self->db, self->path, self->kind, error))
        return false;
    sqlite3_wal_hook(self->db, fold_log, self);
    gs_lock_note_made(self->lock_fd);
    return load_numbers(self, error);
}

gs_store *gs_store_open(const char *path, gs_store_kind kind, gs_error *error)
{
    bool is_empty;
    if (!check_path(path, false, &is_empty, error))
        return NULL;
    gs_store *self = store_new(path, kind, false);
    if (!open_writer(self, is_empty, error))
        gs_store_close(&self);
    return self;
}

gs_store *gs_store_open_reader(const char *path, gs_store_kind kind, gs_error *error)
{
    bool is_empty;
    if (!check_path(path, true, &is_empty, error))
        return NULL;
    gs_store *self = store_new(path, kind, true);
    if (!connect_database(self, error) || !execute(self, reader_pragmas, error) ||
        !gs_schema_identify(self, error) || !load_numbers(self, error))
        gs_store_close(&self);
    return self;
}

void gs_store_close(gs_store **self_p)
{
    gs_store *self = *self_p;
    if (self == NULL)
        return;
    if (self->in_transaction)
        gs_store_rollback(self);
    for (size_t i = 0; i < GS_QUERY_COUNT; i++)
        sqlite3_finalize(self->prepared[i]);
    if (self->db != NULL && !self->reader) {
        sqlite3_busy_timeout(self->db, CLOSE_BUSY_MS);
        sqlite3_wal_checkpoint_v2(self->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
    sqlite3_close(self->db);
    if (self->lock_fd >= 0)
        close(self->lock_fd);
    gs_buffer_free(&self->scratch);
    free(self->path);
    free(self);
    *self_p = NULL;
}

// ---- transactions ----------------------------------------------------------------------------------

bool gs_store_begin(gs_store *self, gs_error *error)
{
    if (self->reader)
        return gs_fail(error, GS_E_INTERNAL, "store %s was opened for reading", self->path);
    if (self->in_transaction)
        return gs_fail(error, GS_E_INTERNAL, "store %s: a transaction is open already", self->path);
    sqlite3_stmt *statement = gs_sql_read(self, GS_QUERY_BEGIN, error);
    if (statement == NULL || !gs_sql_run(self, statement, error))
        return false;
    self->in_transaction = true;
    self->failed = false;
    self->event_us = 0;
    self->committed = self->now;
    return true;
}

bool gs_store_commit(gs_store *self, gs_error *error)
{
    if (!self->in_transaction)
        return gs_fail(error, GS_E_INTERNAL, "store %s: nothing to commit", self->path);
    if (self->failed && error != NULL)
        *error = self->failure;
    sqlite3_stmt *statement = NULL;
    bool committed = !self->failed && gs_feed_mark(self, error) &&
                     (statement = gs_sql_write(self, GS_QUERY_COMMIT, error)) != NULL &&
                     gs_sql_run(self, statement, error);
    if (!committed) {
        gs_store_rollback(self);
        return false;
    }
    self->in_transaction = false;
    self->committed = self->now;
    return true;
}

void gs_store_rollback(gs_store *self)
{
    if (!self->in_transaction)
        return;
    // A statement that is still being read would make ROLLBACK wait for it.
    for (size_t i = 0; i < GS_QUERY_COUNT; i++)
        sqlite3_reset(self->prepared[i]);
    if (sqlite3_get_autocommit(self->db) == 0) {
        sqlite3_stmt *statement = gs_sql_read(self, GS_QUERY_ROLLBACK, NULL);
        if (statement != NULL)
            gs_sql_run(self, statement, NULL);
    }
    self->in_transaction = false;
    self->failed = false;
    self->now = self->committed;
}

bool gs_store_in_transaction(const gs_store *self)
{
    return self->in_transaction;
}

static uint64_t pragma_number(gs_store *self, gs_query query)
{
    bool row = false;
    sqlite3_stmt *statement = gs_sql_read(self, query, NULL);
    if (statement == NULL || !gs_sql_row(self, statement, &row, NULL) || !row)
        return 0;
    uint64_t number = gs_column_number(statement, 0);
    gs_sql_end(statement);
    return number;
}

uint64_t gs_store_bytes(const gs_store *self)
{
    gs_store *store = (gs_store *)self; // the statement cache fills; the store stays as it is
    uint64_t pages = pragma_number(store, GS_QUERY_PAGES), unused = pragma_number(store, GS_QUERY_FREE_PAGES);
    return pages > unused ? (pages - unused) * store->page_bytes : 0;
}
