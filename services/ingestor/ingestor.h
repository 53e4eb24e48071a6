// The ingestor's state and the parts of its loop; one struct, no globals.
//
//   main.c      options, opening, the loop, draining, closing
//   outbox.c    articles and source positions into the store, in one transaction; out to the queue;
//               settled ones away
//   sources.c   the table of sources, when each is looked at, and the one place where an article comes in
//   files.c     files, directories, JSON Lines, standard input
//   web*.c      feeds, sitemaps and page lists over HTTP
//   warc.c      WARC archives
//   sockets.c   JSON Lines from programs that connect
//   copies.c    articles that are another one, or a copy of one
//
// A source reads articles into the open batch together with the place it has then reached. The batch is
// written as one transaction, so after a kill a source goes on exactly behind what is in the outbox.
// While a batch cannot be written (a full disk) it is kept and nothing more is read.
#ifndef GAINSAY_SERVICES_INGESTOR_H
#define GAINSAY_SERVICES_INGESTOR_H

#include "bus/bus.h"
#include "net/net.h"
#include "source/source.h"
#include "store/store.h"

enum {
    BATCH_ARTICLES = 128,
    BATCH_BYTES = 8 * 1024 * 1024,
    STATE_BYTES = 1024, // a source's notes
};

typedef struct source source;
typedef struct archive_state archive_state; // warc.c
typedef struct listener listener;           // sockets.c
typedef struct line_reader line_reader;     // files.c: one open JSON Lines file

typedef struct open_batch {
    gs_arena *arena;       // articles and states
    gs_article **articles; // owned list, capacity BATCH_ARTICLES
    size_t count;
    size_t bytes;
    struct {
        char *key;
        char *state;
    } * states; // owned list: key's new notes
    size_t state_count, state_capacity;
} open_batch;

struct source {
    gs_source_config *config; // borrowed from the configuration, or copied at a reload
    uint64_t due_us;          // monotonic: next look
    bool ended;               // standard input at its end
    bool busy;                // a fetch is under way
    line_reader **readers;    // files.c: open JSON Lines files (one; many in a directory)
    size_t reader_count;
    void *seen_files;                  // files.c: table of a directory's files
    struct web *web;                   // web.c; owned
    archive_state *archive;            // warc.c
    listener *listener;                // sockets.c
    uint64_t articles, bad;            // since the start
    uint64_t complained_us, held_back; // bad input is told once a second at most, the rest counted
    uint64_t trouble;                  // hash of what was told last: the same is told once a minute
    gs_error last_error;               // message is "" if there is none
};

typedef struct ingestor {
    gs_daemon daemon;
    gs_bus *bus;
    gs_queue *queue;
    gs_sink *reporter; // only to report how this daemon does
    gs_store *store;
    gs_net *net; // NULL while no source is on the web
    open_batch batch;
    source *sources; // owned
    size_t source_count;
    line_reader *held_stdin;  // owned: with what was read ahead, while sources are reloaded
    listener *held_listeners; // owned: with those connected, while sources are reloaded
    int notify_fd;            // inotify; owned

    gs_arena *list_arena; // outbox.c: items on their way to the queue
    int64_t listed_row;   // last outbox row handed to the queue
    bool list_done;       // everything in the outbox is in the queue
    gs_id *settled;       // owned: to be removed from the outbox
    size_t settled_count, settled_capacity;
    struct {
        gs_id id;
        uint32_t failures;
        gs_error reason;
    } * failures; // owned: to be noted in the outbox
    size_t failure_count, failure_capacity;
    uint64_t removed_us;  // monotonic: last removal
    uint64_t retry_at_us; // monotonic: after a failed transaction nothing is tried before
    uint64_t complained_us;
    gs_buffer packed; // all new articles of the transaction, one behind the other
    struct {
        gs_id id;
        int64_t row;
        size_t offset, size; // in packed
    } * fresh; // owned list, capacity BATCH_ARTICLES: these go to the queue once they are committed
    size_t fresh_count;

    uint64_t articles, same, changed, copies, bad, redelivered, failed;
    uint64_t unchanged;      // looks at the web that found nothing new (304)
    uint64_t other_language; // pages passed by
    gs_histogram commit_time;
    gs_rate rate;
    uint64_t reported_us;
} ingestor;

// sources.c
bool sources_open(ingestor *self, gs_error *error);
void sources_reload(ingestor *self);
void sources_close(ingestor *self);
void sources_poll(ingestor *self, uint64_t now);         // reads into the batch while it has room
int sources_wait_ms(const ingestor *self, uint64_t now); // until the next look is due
bool batch_has_room(const ingestor *self);
// Finishes an article and takes it into the batch; a bad one is counted and told with its place.
void source_accept(ingestor *self, source *from, gs_article *article, const char *place);
void source_complain(ingestor *self, source *from, const char *place, const char *reason);
void source_state(ingestor *self, const char *key, const char *state); // into the batch; copied
void source_set_error(source *from, const char *text);

// files.c
void files_poll(ingestor *self, source *from, uint64_t now);
void files_watch(ingestor *self, source *from); // asks inotify for news of its path
void files_changed(void *context, int fd);      // inotify has some
void files_close(ingestor *self, source *from);
void files_end_stdin(ingestor *self); // at the very end: what files_close has held for the next load

// kept.c
// Keeps a page that defeated its reader, for `gainsay source test --kept`; the oldest make room.
void kept_put(ingestor *self, const char *url, gs_view bytes, const char *reason);

// web.c
bool web_is_kind(gs_source_kind kind);
void web_poll(ingestor *self, source *from); // a look, or the next page; sets when it is due again
void web_close(source *from);

// warc.c
void warc_poll(ingestor *self, source *from, uint64_t now);
void warc_close(source *from);

// sockets.c, with clients.c: those who connect to a Unix socket
void sockets_poll(ingestor *self, source *from, uint64_t now);
void sockets_turn(ingestor *self);               // after outbox_turn: tells senders what is stored now
void sockets_open(ingestor *self, source *from); // what sockets_close has held for it, else a new one
void sockets_close(ingestor *self, source *from);
void sockets_end_held(ingestor *self); // closes what no source has taken up again

// copies.c, within a transaction; content: gs_article_essence
// A page that names another site's address as its own, where the article there is known from that address
// with other words, is an article of its own and a copy: changes its id.
bool copies_claim(ingestor *self, gs_article *article, gs_id *article_id, gs_id content, gs_error *error);
// Sets copy_of, and remembers the text. *is_same: a new one that is, word for word, an article known under
// another address of its site or publisher; it is not remembered.
bool copies_mark(ingestor *self, gs_article *article, gs_id article_id, gs_id content, bool is_new,
                 bool *is_same, gs_error *error);

// outbox.c
bool outbox_open(ingestor *self, gs_error *error);
void outbox_turn(ingestor *self, uint64_t now); // writes the batch, removes what is settled, fills the queue
bool outbox_is_full(ingestor *self);
bool outbox_is_behind(const ingestor *self); // more waits than the queue takes: what can wait elsewhere shall
void outbox_close(ingestor *self);

#endif
