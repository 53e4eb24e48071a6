// What the files of this room share: the store itself, its prepared statements, and how SQLite's errors
// become ours. Private: nothing outside lib/store and its tests includes this.
#ifndef GAINSAY_STORE_INTERNAL_H
#define GAINSAY_STORE_INTERNAL_H

#include <sqlite3.h>

#include "store/store.h"

// Every statement that the room ever runs; the text of each is in queries.c.
typedef enum gs_query {
    GS_QUERY_BEGIN,
    GS_QUERY_COMMIT,
    GS_QUERY_ROLLBACK,
    GS_QUERY_PAGES,
    GS_QUERY_FREE_PAGES,
    GS_QUERY_VACUUM,
    // ingestor
    GS_QUERY_OUTBOX_LOAD,
    GS_QUERY_OUTBOX_ADD,
    GS_QUERY_OUTBOX_FIND,
    GS_QUERY_OUTBOX_REMOVE,
    GS_QUERY_OUTBOX_FAILED,
    GS_QUERY_OUTBOX_LIST,
    GS_QUERY_SEEN_FIND,
    GS_QUERY_SEEN_PUT,
    GS_QUERY_SEEN_OLDEST,
    GS_QUERY_SEEN_EXPIRE,
    GS_QUERY_TEXT_GET,
    GS_QUERY_TEXT_AT,
    GS_QUERY_TEXT_PUT,
    GS_QUERY_TEXT_REMOVE,
    GS_QUERY_TEXT_OLDEST,
    GS_QUERY_TEXT_KEYS_FIND,
    GS_QUERY_TEXT_KEYS_PUT,
    GS_QUERY_TEXT_KEYS_REMOVE,
    GS_QUERY_SOURCE_GET,
    GS_QUERY_SOURCE_PUT,
    // aggregator
    GS_QUERY_ARTICLES_LOAD,
    GS_QUERY_ARTICLE_GET,
    GS_QUERY_ARTICLE_PUT,
    GS_QUERY_REPORT_ADD,
    GS_QUERY_REPORT_REMOVE,
    GS_QUERY_REPORT_LIST,
    GS_QUERY_REPORT_MOVE,
    GS_QUERY_REPORT_FORGET,
    GS_QUERY_STATEMENT_GET,
    GS_QUERY_STATEMENT_PUT,
    GS_QUERY_STATEMENT_REMOVE,
    GS_QUERY_STATEMENT_BEFORE,
    GS_QUERY_STATEMENT_EACH,
    GS_QUERY_CONTRADICTION_GET,
    GS_QUERY_CONTRADICTION_PUT,
    GS_QUERY_CONTRADICTION_REMOVE,
    GS_QUERY_CONTRADICTION_LIST,
    GS_QUERY_DISPUTE_GET,
    GS_QUERY_DISPUTE_PUT,
    GS_QUERY_DISPUTE_REMOVE,
    GS_QUERY_HOLDER_PUT,
    GS_QUERY_HOLDER_REMOVE,
    GS_QUERY_HOLDER_EACH,
    GS_QUERY_OPINION_GET,
    GS_QUERY_OPINION_PUT,
    GS_QUERY_OPINION_REMOVE,
    GS_QUERY_OPINION_WAITING,
    GS_QUERY_FEED_LOAD,
    GS_QUERY_FEED_APPEND,
    GS_QUERY_FEED_MARK,
    GS_QUERY_FEED_AFTER,
    GS_QUERY_DEAD_LOAD,
    GS_QUERY_DEAD_PUT,
    GS_QUERY_DEAD_REMOVE,
    GS_QUERY_DEAD_RETRY,
    GS_QUERY_DEAD_RETRY_ALL,
    GS_QUERY_DEAD_LIST,
    GS_QUERY_DEAD_LIST_RETRYING,
    // retention: the oldest rows of a table, and the deletion of all up to one
    GS_QUERY_OLDEST_EVENTS,
    GS_QUERY_EXPIRE_EVENTS,
    GS_QUERY_OLDEST_STATEMENTS,
    GS_QUERY_EXPIRE_STATEMENTS,
    GS_QUERY_OLDEST_CONTRADICTIONS,
    GS_QUERY_EXPIRE_CONTRADICTIONS,
    GS_QUERY_OLDEST_DISPUTES,
    GS_QUERY_EXPIRE_DISPUTES,
    GS_QUERY_OLDEST_OPINIONS,
    GS_QUERY_EXPIRE_OPINIONS,
    GS_QUERY_OLDEST_ARTICLES,
    GS_QUERY_EXPIRE_ARTICLES,
    GS_QUERY_COUNT
} gs_query;

// Numbers that are asked for often and therefore kept in memory. A rollback puts the old ones back.
typedef struct gs_store_mirror {
    uint64_t outbox_count;
    uint64_t outbox_bytes; // of payloads
    uint64_t newest;       // feed sequence; 0 before the first event
    uint64_t first;        // oldest event that is retained; newest + 1 when there is none
    uint64_t dead_count;
} gs_store_mirror;

struct gs_store {
    sqlite3 *db; // owned
    char *path;  // owned; as the user wrote it, for messages
    int lock_fd; // owned; -1 for a reader. The lock dies with it
    gs_store_kind kind;
    uint64_t page_bytes;
    bool reader;
    bool in_transaction;
    bool failed;      // something in this transaction failed: it can only be rolled back
    gs_error failure; // what that was
    sqlite3_stmt *prepared[GS_QUERY_COUNT]; // owned; filled on first use
    gs_store_mirror now;                    // with the changes of the open transaction
    gs_store_mirror committed;              // without them
    int64_t next_row;            // of the outbox, or of articles; never falls while the store is open
    int log_pages;               // in the write-ahead log after the last commit
    gs_buffer scratch;           // for packing one message
    uint64_t event_us;           // time of this transaction's events; 0: none yet
    char event_at[GS_TIME_TEXT]; // the same as text
};

// ---- queries.c: statements and errors --------------------------------------------------------------

// Turns SQLite's error code into a gs_error that names the file and the remedy, and marks an open transaction
// as failed. Returns false.
bool gs_sql_fail(gs_store *self, int code, const char *doing, gs_error *error);
// The same for a connection that is not (yet) a store. system_error: errno of the failed call, 0 if unknown.
bool gs_sql_explain(const char *path, int code, int system_error, const char *text, const char *doing,
                    gs_error *error);
// errno of what just failed in db, where last_errno is errno right after it.
int gs_sql_system_error(sqlite3 *db, int last_errno);
bool gs_store_damaged(const char *path, const char *what, gs_error *error); // returns false

sqlite3_stmt *gs_sql_read(gs_store *self, gs_query query, gs_error *error);  // NULL on error
sqlite3_stmt *gs_sql_write(gs_store *self, gs_query query, gs_error *error); // needs an open transaction
// One step. *row: there is a row, and gs_sql_end is due later; otherwise the statement has been reset.
bool gs_sql_row(gs_store *self, sqlite3_stmt *statement, bool *row, gs_error *error);
bool gs_sql_run(gs_store *self, sqlite3_stmt *statement, gs_error *error); // to its end, ignoring rows
void gs_sql_end(sqlite3_stmt *statement);

// Bound memory must stay as it is until the statement was run.
void gs_bind_id(sqlite3_stmt *statement, int index, const gs_id *id);
void gs_bind_view(sqlite3_stmt *statement, int index, gs_view view); // as a BLOB, never NULL
void gs_bind_text(sqlite3_stmt *statement, int index, const char *text);
void gs_bind_number(sqlite3_stmt *statement, int index, uint64_t number); // clamped to INT64_MAX
gs_view gs_column_view(sqlite3_stmt *statement, int column);              // valid until the next step
gs_id gs_column_id(sqlite3_stmt *statement, int column);                  // zeros if it is not 16 bytes
uint64_t gs_column_number(sqlite3_stmt *statement, int column);

// A checksum against bad disks (not against people), kept beside each payload.
int64_t gs_store_sum(gs_view payload);
// Reads the message in column `data`, whose checksum is in column `sum`.
ProtobufCMessage *gs_column_message(gs_store *self, sqlite3_stmt *statement, int sum, int data,
                                    const ProtobufCMessageDescriptor *type, gs_arena *arena, gs_error *error);
// Packs into scratch and binds sum and data.
void gs_bind_message(gs_store *self, sqlite3_stmt *statement, int sum, int data,
                     const ProtobufCMessage *message);

// Runs a statement that yields the message with this id or nothing (columns: sum, data).
bool gs_message_get(gs_store *self, gs_query query, gs_id id, const ProtobufCMessageDescriptor *type,
                    gs_arena *arena, ProtobufCMessage **found, gs_error *error);
bool gs_id_remove(gs_store *self, gs_query query, gs_id id, gs_error *error); // a DELETE by id
// Collects column 0 of what the bound statement yields.
bool gs_id_list(gs_store *self, sqlite3_stmt *statement, gs_arena *arena, gs_id **ids, size_t *count,
                gs_error *error);

// ---- the other files -------------------------------------------------------------------------------

// lock.c. Takes the writer's lock for path. *made: a store had been finished there before.
int gs_lock_take(const char *path, bool *made, gs_error *error); // the descriptor; -1 on error
void gs_lock_note_made(int lock_fd);

// schema.c
extern const int32_t gs_application_ids[2];               // by kind
const char *gs_store_kind_name(gs_store_kind kind);       // "an ingestor's"
bool gs_schema_identify(gs_store *self, gs_error *error); // right kind, known version; changes nothing
bool gs_schema_migrate(gs_store *self, gs_error *error);
bool gs_schema_number(gs_store *self, const char *sql, int64_t *number, gs_error *error); // one number

// integrity.c: pages, and the checksum of every payload. path is for the message.
bool gs_integrity_pages(sqlite3 *db, const char *path, gs_error *error);
bool gs_integrity_payloads(sqlite3 *db, const char *path, gs_store_kind kind, gs_error *error);

// Each fills its part of self->now, or next_row, from the file.
bool gs_outbox_load(gs_store *self, gs_error *error);
bool gs_feed_load(gs_store *self, gs_error *error);
bool gs_articles_load(gs_store *self, gs_error *error);
bool gs_dead_letter_load(gs_store *self, gs_error *error);
bool gs_feed_mark(gs_store *self, gs_error *error); // writes the newest number before a commit

// retention.c: gives pages that are no longer used back to the file system, a slice a call.
bool gs_store_shrink(gs_store *self, bool *more, gs_error *error);

#endif
