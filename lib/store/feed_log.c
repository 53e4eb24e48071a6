// The feed log: numbered events, and their run.
//
// Numbers are dense and never reused. The newest one stands in feed_mark, written once a commit, so that
// the count goes on after retention has deleted every event. A replay only ever shows what is committed:
// it may be asked for while a transaction is open, whose numbers a rollback would hand out again.
#include "store/store_internal.h"

enum {
    SCAN_ROWS = 20000,   // looked at in one replay call, so that a rare topic does not stall the daemon
    KEY_EVENTS = 0x0a,   // protobuf keys: field number << 3 | wire type, of ReplayReply.events,
    KEY_UPTO = 0x10,     // .upto,
    KEY_NEWEST = 0x18,   // .newest,
    KEY_RETAINED = 0x20, // .first_retained
};

bool gs_feed_load(gs_store *self, gs_error *error)
{
    bool row;
    sqlite3_stmt *statement = gs_sql_read(self, GS_QUERY_FEED_LOAD, error);
    if (statement == NULL || !gs_sql_row(self, statement, &row, error))
        return false;
    uint64_t mark = gs_column_number(statement, 0), last = gs_column_number(statement, 1);
    self->now.newest = mark > last ? mark : last;
    bool is_empty = sqlite3_column_type(statement, 2) == SQLITE_NULL;
    self->now.first = is_empty ? self->now.newest + 1 : gs_column_number(statement, 2);
    gs_sql_end(statement);
    return true;
}

bool gs_feed_mark(gs_store *self, gs_error *error)
{
    if (self->now.newest == self->committed.newest)
        return true;
    sqlite3_stmt *statement = gs_sql_write(self, GS_QUERY_FEED_MARK, error);
    if (statement == NULL)
        return false;
    gs_bind_number(statement, 1, self->now.newest);
    return gs_sql_run(self, statement, error);
}

bool gs_feed_append(gs_store *self, gs_event *event, gs_buffer *packed, gs_error *error)
{
    sqlite3_stmt *statement = gs_sql_write(self, GS_QUERY_FEED_APPEND, error);
    if (statement == NULL)
        return false;
    if (event->topic == NULL || event->topic[0] == '\0')
        return gs_fail(error, GS_E_INTERNAL, "store %s: an event without a topic", self->path);
    if (self->event_us == 0) {
        self->event_us = gs_unix_us();
        gs_time_text(self->event_us, self->event_at);
    }
    event->sequence = self->now.newest + 1;
    event->at = self->event_at;
    gs_bind_number(statement, 1, event->sequence);
    gs_bind_number(statement, 2, self->event_us);
    gs_bind_text(statement, 3, event->topic);
    gs_bind_message(self, statement, 4, 5, &event->base);
    if (!gs_sql_run(self, statement, error))
        return false;
    self->now.newest = event->sequence;
    if (packed != NULL)
        gs_buffer_append(packed, self->scratch.data, self->scratch.size);
    return true;
}

// For a reader the writer is another process: the file knows better than our memory.
static void refresh(const gs_store *self)
{
    gs_store *store = (gs_store *)self; // only the copy of the numbers changes
    if (self->reader && gs_feed_load(store, NULL))
        store->committed = store->now;
}

uint64_t gs_feed_newest(const gs_store *self)
{
    refresh(self);
    return self->now.newest;
}

uint64_t gs_feed_first(const gs_store *self)
{
    refresh(self);
    return self->now.first;
}

// ---- replay ----------------------------------------------------------------------------------------

static void append_varint(gs_buffer *buffer, uint64_t value)
{
    while (value >= 0x80) {
        gs_buffer_byte(buffer, (char)(value | 0x80));
        value >>= 7;
    }
    gs_buffer_byte(buffer, (char)value);
}

static void append_number(gs_buffer *buffer, uint8_t key, uint64_t value)
{
    gs_buffer_byte(buffer, (char)key);
    append_varint(buffer, value);
}

static bool is_wanted(const Gainsay__V1__ReplayRequest *request, gs_view topic)
{
    for (size_t i = 0; i < request->n_topics; i++) {
        if (gs_view_starts(topic, request->topics[i]))
            return true;
    }
    return request->n_topics == 0;
}

typedef struct replay_run {
    const Gainsay__V1__ReplayRequest *request;
    size_t max_bytes;
    gs_buffer *reply;
    size_t start;    // size of *reply before this replay
    uint64_t events; // copied
    uint64_t upto;   // last row that was looked at
} replay_run;

// Copies the row if it is wanted. False when it did not fit and must wait for the next call.
static bool replay_row(replay_run *run, uint64_t sequence, gs_view topic, gs_view data)
{
    if (is_wanted(run->request, topic)) {
        size_t before = run->reply->size;
        gs_buffer_byte(run->reply, KEY_EVENTS);
        append_varint(run->reply, data.size);
        gs_buffer_append(run->reply, data.data, data.size);
        if (run->events > 0 && run->reply->size - run->start > run->max_bytes) {
            run->reply->size = before;
            return false;
        }
        run->events++;
    }
    run->upto = sequence;
    return true;
}

static bool replay_rows(gs_store *self, replay_run *run, gs_error *error)
{
    sqlite3_stmt *statement = gs_sql_read(self, GS_QUERY_FEED_AFTER, error);
    if (statement == NULL)
        return false;
    uint64_t newest = self->committed.newest;
    uint64_t max_events = run->request->max_events > 0 ? run->request->max_events : UINT64_MAX;
    gs_bind_number(statement, 1, run->upto);
    gs_bind_number(statement, 2, newest);
    bool row = true;
    for (int looked = 0; looked < SCAN_ROWS && run->events < max_events; looked++) {
        if (!gs_sql_row(self, statement, &row, error))
            return false;
        if (!row) { // to the end, also if retention has emptied the log
            run->upto = newest;
            return true;
        }
        gs_view data = gs_column_view(statement, 3);
        if (sqlite3_column_int64(statement, 2) != gs_store_sum(data)) {
            gs_sql_end(statement);
            return gs_store_damaged(self->path, "an event does not match its checksum", error);
        }
        if (!replay_row(run, gs_column_number(statement, 0), gs_column_view(statement, 1), data))
            break;
    }
    gs_sql_end(statement);
    return true;
}

bool gs_feed_replay(gs_store *self, const Gainsay__V1__ReplayRequest *request, size_t max_bytes,
                    gs_buffer *reply, gs_error *error)
{
    if (request->n_topics > GS_LIMIT_TOPICS)
        return gs_fail(error, GS_E_LIMIT, "a replay of %zu topics: ask for %d at most", request->n_topics,
                       GS_LIMIT_TOPICS);
    refresh(self);
    if (!self->in_transaction)
        self->committed = self->now;
    replay_run run = {.request = request, .max_bytes = max_bytes, .reply = reply, .start = reply->size};
    run.upto = request->after < self->committed.newest ? request->after : self->committed.newest;
    if (!replay_rows(self, &run, error)) {
        reply->size = run.start;
        return false;
    }
    append_number(reply, KEY_UPTO, run.upto);
    append_number(reply, KEY_NEWEST, self->committed.newest);
    append_number(reply, KEY_RETAINED,
                  self->now.first <= self->committed.newest ? self->now.first : self->committed.newest + 1);
    return true;
}
