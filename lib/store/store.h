// store: what must survive, in SQLite (WAL, every commit fsynced).
//
// Two kinds of file behind one type: the ingestor's (outbox, source state) and the aggregator's (articles,
// statements, contradictions, disputes, feed log, dead letters). All writes happen inside a transaction that
// the owner opens and commits, so that one fsync serves a group of articles. A store belongs to one thread
// and, for writing, to one process: a second one is refused at open.
#ifndef GAINSAY_STORE_H
#define GAINSAY_STORE_H

#include "wire/wire.h"

typedef struct gs_store gs_store;

typedef enum gs_store_kind { GS_STORE_INGESTOR, GS_STORE_AGGREGATOR } gs_store_kind;

// Opens or makes the file, checks its integrity, migrates an older schema forward (user_version), and takes
// the writer's lock. Errors: GS_E_DAMAGED with the remedy, GS_E_USAGE if it is of the other kind, of a newer
// version, or in use, GS_E_IO otherwise.
gs_store *gs_store_open(const char *path, gs_store_kind kind, gs_error *error);
// For reading beside a running daemon.
gs_store *gs_store_open_reader(const char *path, gs_store_kind kind, gs_error *error);
void gs_store_close(gs_store **self_p); // rolls back what is open, checkpoints the WAL

bool gs_store_begin(gs_store *self, gs_error *error);
bool gs_store_commit(gs_store *self, gs_error *error); // durable when it returns true; GS_E_FULL when the disk is
void gs_store_rollback(gs_store *self);
bool gs_store_in_transaction(const gs_store *self);
uint64_t gs_store_bytes(const gs_store *self); // pages in use

// Copies a store that may be in use into a new file, as of one moment. Refuses to overwrite.
bool gs_store_backup(const char *path, const char *copy, gs_error *error);

// ---- the ingestor's: outbox and source state -------------------------------------------------------

typedef struct gs_outbox_item {
    int64_t row;        // place in the outbox; grows
    gs_id id;           // of the delivery
    uint32_t failures;
    char *reason;       // of the last failure, "" if none; in the arena
    gs_view payload;    // in the arena
} gs_outbox_item;

// Adds an article for delivery. False without an error code (GS_OK) if the id is there already.
bool gs_outbox_add(gs_store *self, gs_id id, gs_view payload, gs_error *error);
int64_t gs_outbox_newest(const gs_store *self); // row of the item added last
bool gs_outbox_remove(gs_store *self, const gs_id *ids, size_t count, gs_error *error);
bool gs_outbox_failed(gs_store *self, gs_id id, uint32_t failures, const char *reason, gs_error *error);
// Items with row > after, in order, up to max items or max_bytes of payload.
bool gs_outbox_list(gs_store *self, int64_t after, size_t max, size_t max_bytes, gs_arena *arena,
                    gs_outbox_item **items, size_t *count, gs_error *error);
bool gs_outbox_size(gs_store *self, uint64_t *count, uint64_t *bytes, gs_error *error); // kept in memory, cheap

// What is known of an article: to skip what is unchanged and to number revisions.
typedef enum gs_seen { GS_SEEN_NEW, GS_SEEN_SAME, GS_SEEN_CHANGED } gs_seen;
// Looks article_id up and records content: NEW gives revision 0, CHANGED the next one, SAME the stored one.
bool gs_seen_check(gs_store *self, gs_id article_id, gs_id content, uint64_t now_us, gs_seen *seen,
                   uint32_t *revision, gs_error *error);
// The same without recording anything, for who only reads. at_us: when it was last seen.
bool gs_seen_peek(gs_store *self, gs_id article_id, gs_id content, gs_seen *seen, uint64_t *at_us, gs_error *error);
// Forgets what was last seen before before_us; a quarter of a second a call at most, the rest the next time.
bool gs_seen_expire(gs_store *self, uint64_t before_us, gs_error *error);

// Texts that were read, to tell copies of them (source/source.h makes what is kept here; to the store it is
// bytes).
typedef struct gs_text {
    gs_id article;
    gs_id first;         // the article that it is a copy of; zeros if it is none
    gs_id address;       // hash of the one it was read at, and so on
    gs_id content, site, publisher;
    gs_view sketch;      // in the arena
    uint32_t shared;     // bit i: key i of those asked for is one of its keys
    int64_t row;         // the earlier one was read before
} gs_text;
enum { GS_TEXT_KEYS = 8, GS_TEXTS_FOUND = 128 };
// Replaces what there is of the article. At most GS_TEXT_KEYS keys.
bool gs_text_put(gs_store *self, const gs_text *text, const uint64_t *keys, size_t count, uint64_t now_us,
                 gs_error *error);
bool gs_text_get(gs_store *self, gs_id article, gs_arena *arena, bool *found, gs_text *text, gs_error *error);
// Texts that have one of the keys, the newest of each key first, each once, at most GS_TEXTS_FOUND.
bool gs_text_find(gs_store *self, const uint64_t *keys, size_t key_count, gs_arena *arena, gs_text **texts,
                  size_t *count, gs_error *error);
// Forgets what was put before before_us; a quarter of a second a call at most, the rest the next time.
bool gs_text_expire(gs_store *self, uint64_t before_us, gs_error *error);

// A source's own notes (JSON text): offset, ETag, last modified, last error. NULL if none; in the arena.
bool gs_source_state_get(gs_store *self, const char *source_id, gs_arena *arena, char **state, gs_error *error);
bool gs_source_state_put(gs_store *self, const char *source_id, const char *state, gs_error *error);

// ---- the aggregator's ------------------------------------------------------------------------------

typedef struct gs_article_row {
    uint32_t revision;
    uint64_t ingested_us;
    gs_id content;
} gs_article_row;
// The newest committed revision of an article. found is false if there is none.
bool gs_article_get(gs_store *self, const char *article_id, bool *found, gs_article_row *row, gs_error *error);
bool gs_article_put(gs_store *self, const char *article_id, const gs_article_row *row, uint64_t now_us,
                    gs_error *error);

// Statements by id; packed messages. *found NULL if unknown.
bool gs_statement_get(gs_store *self, gs_id id, gs_arena *arena, gs_statement **found, gs_error *error);
bool gs_statement_put(gs_store *self, gs_id id, const gs_statement *statement, uint64_t now_us, gs_error *error);
bool gs_statement_remove(gs_store *self, gs_id id, gs_error *error);
// Which statements an article reports.
bool gs_report_add(gs_store *self, const char *article_id, gs_id statement, gs_error *error);
bool gs_report_remove(gs_store *self, const char *article_id, gs_id statement, gs_error *error);
bool gs_report_list(gs_store *self, const char *article_id, gs_arena *arena, gs_id **ids, size_t *count,
                    gs_error *error);
// Calls each statement written after since_us, oldest first: to fill the index at start. Stops if it returns false.
bool gs_statement_each(gs_store *self, uint64_t since_us, bool (*each)(void *context, const gs_statement *),
                       void *context, gs_error *error);

bool gs_contradiction_get(gs_store *self, gs_id id, gs_arena *arena, gs_contradiction **found, gs_error *error);
bool gs_contradiction_put(gs_store *self, gs_id id, gs_id a, gs_id b, gs_id dispute,
                          const gs_contradiction *contradiction, uint64_t now_us, gs_error *error);
bool gs_contradiction_remove(gs_store *self, gs_id id, gs_error *error);
// Contradictions that rest on a statement.
bool gs_contradiction_list(gs_store *self, gs_id statement, gs_arena *arena, gs_id **ids, size_t *count,
                           gs_error *error);
bool gs_dispute_get(gs_store *self, gs_id id, gs_arena *arena, gs_dispute **found, gs_error *error);
bool gs_dispute_put(gs_store *self, gs_id id, const gs_dispute *dispute, uint64_t now_us, gs_error *error);
bool gs_dispute_remove(gs_store *self, gs_id id, gs_error *error);

// Second opinions by the id of the pair (that of its contradiction): the answers that were given, and the
// pairs that wait for one. While a pair waits, said holds model and prompt alone.
typedef struct gs_opinion_row {
    gs_id a, b;              // the pair's statements
    gs_id question;          // what was asked; another question makes the answer void
    bool waiting;
    gs_second_opinion *said; // in the arena
} gs_opinion_row;
bool gs_opinion_get(gs_store *self, gs_id pair, gs_arena *arena, bool *found, gs_opinion_row *row, gs_error *error);
bool gs_opinion_put(gs_store *self, gs_id pair, const gs_opinion_row *row, uint64_t now_us, gs_error *error);
bool gs_opinion_remove(gs_store *self, gs_id pair, gs_error *error); // no error if absent
// Pairs that wait, the longest first.
bool gs_opinion_waiting(gs_store *self, size_t max, gs_arena *arena, gs_id **pairs, size_t *count, gs_error *error);

// Who holds which office, by the id of the entry. Retention leaves them alone; their owner bounds them.
bool gs_holder_put(gs_store *self, gs_id id, const gs_holder *holder, gs_error *error);
bool gs_holder_remove(gs_store *self, gs_id id, gs_error *error);
// Calls each entry, the one written last at the end. Stops if it returns false.
bool gs_holder_each(gs_store *self, bool (*each)(void *context, const gs_holder *), void *context, gs_error *error);

// The feed log. Appending numbers the event: sequence is the newest + 1, set in *event before packing.
// event->at is set too, to memory of the store that stays until the next transaction appends. packed receives
// the bytes (may be NULL). A rollback gives the numbers back.
bool gs_feed_append(gs_store *self, gs_event *event, gs_buffer *packed, gs_error *error);
uint64_t gs_feed_newest(const gs_store *self);
uint64_t gs_feed_first(const gs_store *self); // oldest retained; newest + 1 when empty
// Fills a packed ReplayReply; see gs_feed_source in bus/bus.h, which this fits.
bool gs_feed_replay(gs_store *self, const Gainsay__V1__ReplayRequest *request, size_t max_bytes, gs_buffer *reply,
                    gs_error *error);
// Deletes events and what they spoke of that are older than before_us, and as much more of the oldest as
// brings the store below keep_bytes (0: no limit), a bounded slice a call, in a transaction of its own if none is
// open. *more: call again soon.
bool gs_feed_expire(gs_store *self, uint64_t before_us, uint64_t keep_bytes, bool *more, gs_error *error);

bool gs_dead_letter_put(gs_store *self, gs_id delivery, const gs_dead_letter *letter, gs_error *error);
bool gs_dead_letter_remove(gs_store *self, gs_id delivery, gs_error *error); // no error if absent
bool gs_dead_letter_retry(gs_store *self, gs_id delivery, bool retrying, gs_error *error); // GS_E_INPUT if absent
bool gs_dead_letter_retry_all(gs_store *self, uint32_t *count, gs_error *error); // of those that were not yet
// Newest first; only those that are being retried if so asked. Letters live in the arena.
bool gs_dead_letter_list(gs_store *self, bool only_retrying, size_t max, gs_arena *arena, gs_dead_letter ***letters,
                         size_t *count, gs_error *error);
bool gs_dead_letter_count(gs_store *self, uint64_t *count, gs_error *error); // kept in memory, cheap

#endif
