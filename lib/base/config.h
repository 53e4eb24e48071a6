// config: one YAML file for all programs, checked against a schema (libcyaml), with defaults for everything.
//
// Endpoints are ZeroMQ addresses. An endpoint that is neither ipc:// nor tcp:// on a loopback address needs
// keys (security.server_key and so on); gs_config_check refuses it otherwise and names the line to change.
#ifndef GAINSAY_BASE_CONFIG_H
#define GAINSAY_BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/view.h"

typedef enum gs_source_kind {
    GS_SOURCE_FILE,      // one text, HTML or JSON Lines file, told by content
    GS_SOURCE_DIRECTORY, // every file in it, again and again
    GS_SOURCE_JSONL,     // a JSON Lines file that may grow; resumed where it was left
    GS_SOURCE_STDIN,     // JSON Lines on standard input
    GS_SOURCE_FEED,      // RSS, Atom or JSON Feed over HTTP(S)
    GS_SOURCE_SITEMAP,   // a sitemap with the latest news, or an index of such
    GS_SOURCE_PAGES,     // a page whose links are articles
    GS_SOURCE_WARC,      // a WARC archive, or every one in a directory
    GS_SOURCE_SOCKET,    // JSON Lines from programs that connect
    GS_SOURCE_KINDS,     // how many there are
} gs_source_kind;

typedef struct gs_source_config {
    char *id; // unique; state is kept under it
    gs_source_kind kind;
    char *path;         // file, directory, jsonl, warc
    char *endpoint;     // socket: unix:///PATH, or ipc:///PATH and tcp://HOST:PORT for ZeroMQ
    char *url;          // feed, sitemap, pages
    char *publisher;    // used where the input names none
    char *language;     // likewise
    uint32_t every;     // seconds between looks; 0: 2 for files and sockets, feeds as often as they change
    bool allow_private; // feed, sitemap, pages: private and loopback addresses are allowed
    char *file;         // the configuration file it stands in
    uint32_t entry;     // its place there, from 1
} gs_source_config;

typedef struct gs_config {
    struct {
        char *name;            // unique among ingestors
        char *work;            // bind: extractors fetch articles here
        char *store;           // SQLite file: outbox and source state
        uint32_t lease;        // seconds until an article is handed to another worker
        uint32_t silence;      // seconds without a sign of life after which a worker counts as gone
        uint32_t max_failures; // deliveries until an article is a dead letter
        uint64_t outbox_bytes; // the ingestor stops reading its sources above this
        uint32_t copies_days;  // how long its text is remembered, to tell copies of it; 0: copies are not
                               // looked for
        uint32_t seen_days;    // how long an article is remembered, to tell a repeat
        char *user_agent;      // for HTTP, with a contact
        uint32_t host_delay;   // milliseconds between two requests to one host, at least
        char *source_file;     // more sources, kept by `gainsay source`; need not be there
        gs_source_config *sources;
        unsigned sources_count;
    } ingestor;
    struct {
        char *name;
        uint32_t window;       // articles it may hold at once (its credit)
        bool no_op;            // one statement an article, from its title; for measuring the transport
        double min_confidence; // statements below are not passed on
    } extractor;
    struct {
        char *name;                // also the shard's name
        char *intake;              // bind: extractors deliver here, all daemons report here
        char *live;                // bind: the live feed (XPUB)
        char *replay;              // bind: stored events (ROUTER)
        char *retry;               // bind: dead letters handed out again
        char *control;             // bind: gainsay status and deadletter
        char *store;               // SQLite file
        char *entities;            // file of people and offices (statement/entities.h); NULL if none
        uint32_t batch;            // articles per transaction at most
        double min_score;          // contradictions below are not told
        uint32_t window_days;      // how far back a contradiction may reach
        uint32_t keep_days;        // retention by age; 0 keeps all
        uint64_t keep_bytes;       // retention by size of the store; 0 keeps all
        uint32_t subscriber_queue; // events waiting for a slow subscriber before it is cut off
    } aggregator;
    struct {
        char **ingestors; // connect: work endpoints, for extractors
        unsigned ingestors_count;
        char *intake; // connect: the aggregator's
        char *live;
        char *replay;
        char *retry;
        char *control;
    } connect; // where to find the others; defaults to the bind addresses above
    struct {
        char *own_key;         // certificate with a secret key (gainsay keygen), for both ends
        char *server_key;      // public certificate of the servers this program connects to
        char *allowed_clients; // directory of public certificates that may connect here
    } security;
    struct {
        char *url;           // of an OpenAI-compatible API, "http://127.0.0.1:8080/v1"; NULL: nobody is asked
        char *model;         // as that API names it
        char *key_file;      // holds the API's key; NULL: it wants none
        double floor;        // pairs with a lower score of our own are not asked about
        uint32_t timeout;    // seconds that a pair waits for its answer at most
        uint32_t per_minute; // questions at most
    } opinion;               // a second opinion on contradictions
    struct {
        char *name;           // unique among gateways
        char *listen;         // HOST:PORT of the HTTP server
        char *store;          // SQLite file: the read model
        char *token_file;     // holds the bearer token; NULL: none is asked for, and listen is on loopback
        char *hosts;          // names that a Host header may hold beside those of loopback, parted by commas
        char *public_url;     // where readers find it, for links in feeds; NULL: from the Host header
        uint32_t readers;     // threads that answer queries
        uint32_t connections; // open at once, live streams among them
        uint32_t per_address; // connections of one address; 0: no limit of its own
        uint32_t per_minute;  // requests of one address a minute; 0: no limit
        uint32_t query_ms;    // a query that takes longer is given up
        uint32_t keep_events; // newest events kept, for live streams that resume
        bool behind_proxy;    // X-Forwarded-For names the address that limits are counted by
    } gateway;
    struct {
        char *name; // unique among pushers; the place in the feed is kept under it
        char
            *filter; // what is pushed, as the gateway's filters: "type=contradiction&country=CN,US&score=0.8"
        char *url;   // webhook: each event is posted there; NULL: mail
        char *secret_file; // one line that signs what is posted; NULL: unsigned
        char *mail_to;     // addresses, parted by commas; NULL: webhook
        char *mail_from;
        char *sendmail;     // program that takes a mail on standard input
        uint32_t every;     // seconds that a mail gathers events for
        char *place;        // file: what was pushed last
        bool allow_private; // the webhook may have a private address
    } push;
    struct {
        char *level;  // debug, info, warn, error
        char *format; // logfmt, json
    } log;
    char *directory; // where relative paths of this file start; runtime files
    char *file;      // the file it came from; NULL for the defaults
} gs_config;

// path NULL: the embedded defaults. overrides: "section.key=value" strings, applied last. Errors name file,
// line, and what was expected. What comes back is complete: directory and all paths are absolute, connect.*
// is filled in from the bind addresses, each source's `every` from its kind; optional texts may be NULL.
gs_config *gs_config_load(const char *path, const char *const *overrides, size_t count, gs_error *error);
// Everything that can be known before start: endpoints, keys for endpoints off loopback, paths, ranges.
bool gs_config_check(const gs_config *config, gs_error *error);
// Whether a source may be written into a configuration, its id apart, which must be unique there. The error
// begins with the key.
bool gs_source_check(const gs_source_config *source, gs_error *error);
void gs_config_free(gs_config **self_p);
// The embedded defaults as a commented YAML file, for `gainsay config show` and the man page. Static.
const char *gs_config_default_yaml(void);
// The one line of a file that holds an API's key: 1 to 1000 printable characters without spaces. Appends it.
// gs_config_check does not look into it, because only the aggregator may be allowed to.
bool gs_config_read_key(const char *path, gs_buffer *key, gs_error *error);
// True for ipc://, unix://, inproc:// and tcp:// on 127.0.0.0/8, ::1 or localhost.
bool gs_endpoint_is_local(const char *endpoint);

#endif
