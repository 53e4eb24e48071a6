// feed_reader: what tail and replay share: a subscriber whose events are filtered, printed, and remembered.
#ifndef GAINSAY_CLI_FEED_READER_H
#define GAINSAY_CLI_FEED_READER_H

#include "client.h"
#include "cursor.h"

typedef struct gs_feed_reader {
    gs_client client;
    // Set by the command before gs_feed_reader_run; borrowed.
    const char *since;       // sequence number, or "now"
    gs_texts topics;         // prefixes
    gs_texts countries;      // become topics
    const char *speaker;     // part of a name, or NULL
    const char *state_path;  // where the position is kept, or NULL
    const char *output_path; // appended to instead of standard output, or NULL
    uint64_t until;          // last sequence to show; UINT64_MAX for no end
    uint64_t count;          // end after so many; 0 for no end
    bool json;
    bool ends_caught_up; // replay

    // The reader's own.
    gs_texts prefixes;    // topics and countries together
    gs_arena *names;      // owned: the texts of countries as topics
    char *speaker_folded; // owned
    gs_buffer text;       // printed but not yet written
    int fd;               // where it goes
    bool colour;
    gs_cursor cursor, saved;
    uint64_t shown;
    uint64_t progress_us; // monotonic: when the feed last said anything
    bool was_silent;      // the last news of the connection was bad
    bool stop;
    bool failed; // error holds why
    gs_error error;
} gs_feed_reader;

// Reads until there is a reason to end, and returns the exit status; complaints have been printed.
int gs_feed_reader_run(gs_feed_reader *self);
void gs_feed_reader_free(gs_feed_reader *self);

#endif
