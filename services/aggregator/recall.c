// What the ledger knows at a start: from its snapshot and what the store was given since, or from all
// statements of the window.
//
// The snapshot lies beside the store, as STORE.recent, and is written when the aggregator ends in order. It
// carries the number and a hash of the newest event at that moment. A start uses it if the store still has
// that very event: then what it holds is a state that this store has passed through, and the statements
// written after it complete it. After a crash that is the snapshot of the last end in order. A statement that
// was taken back in the meantime may be in it; the ledger skips what its store does not have. Anything else,
// such as a store that was put back from a copy, or a damaged file, costs the time of reading the window, and
// one line says so.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aggregator.h"

enum { REPLY_BYTES = 1024 * 1024 };
// Statements written so long before the snapshot are read again, should the clock have been set back.
static const uint64_t OVERLAP_US = UINT64_C(3600) * 1000000;
static const uint64_t DAY_US = UINT64_C(86400) * 1000000;

typedef struct recall_stamp {
    uint64_t newest, hash; // the event's number, and a hash of the event
    uint64_t written_us;
} recall_stamp;

static bool recall(void *context, const gs_statement *statement)
{
    gs_ledger_recall(context, statement);
    return true;
}

static void name_snapshot(const aggregator *self, const char *ending, gs_buffer *path)
{
    gs_buffer_format(path, "%s.recent%s", self->daemon.config->aggregator.store, ending);
}

// A hash of the event of that number as the store has it; 0 if it has none.
static uint64_t hash_of_event(aggregator *self, uint64_t sequence)
{
    Gainsay__V1__ReplayRequest request = GAINSAY__V1__REPLAY_REQUEST__INIT;
    gs_buffer packed = {0};
    gs_error error = {0};
    uint64_t hash = 0;
    request.after = sequence - 1;
    request.max_events = 1;
    if (sequence > 0 && gs_feed_replay(self->store, &request, REPLY_BYTES, &packed, &error)) {
        gs_arena_reset(self->arena);
        Gainsay__V1__ReplayReply *reply = (Gainsay__V1__ReplayReply *)gs_wire_unpack(
            &gainsay__v1__replay_reply__descriptor, gs_buffer_view(&packed), self->arena, &error);
        if (reply && reply->n_events > 0 && reply->events[0]->sequence == sequence) {
            gs_buffer_clear(&packed);
            gs_wire_pack(&reply->events[0]->base, &packed);
            hash = gs_hash(gs_buffer_view(&packed));
        }
    }
    gs_buffer_free(&packed);
    return hash;
}

// ---- at a start ------------------------------------------------------------------------------------

static bool load(aggregator *self, gs_view snapshot, recall_stamp *stamp, gs_error *error)
{
    gs_view bytes;
    if (!gs_ledger_stamp(self->ledger, snapshot, &bytes, error))
        return false;
    if (bytes.size != sizeof *stamp)
        return gs_fail(error, GS_E_INPUT, "its stamp is of another version");
    memcpy(stamp, bytes.data, sizeof *stamp);
    if (stamp->newest > gs_feed_newest(self->store) || stamp->hash == 0 ||
        stamp->hash != hash_of_event(self, stamp->newest))
        return gs_fail(error, GS_E_INPUT, "it was not made of this store, or long ago");
    return gs_ledger_load(self->ledger, snapshot, error);
}

// True if the ledger has taken the snapshot; false, with a line in the log, if there is one and it cannot be
// used.
static bool load_file(aggregator *self, recall_stamp *stamp)
{
    gs_buffer path = {0};
    gs_error error = {0};
    struct stat facts;
    name_snapshot(self, "", &path);
    int fd = open(path.data, O_RDONLY | O_CLOEXEC);
    bool loaded = false, absent = fd < 0 && errno == ENOENT;
    void *bytes = MAP_FAILED;
    if (fd >= 0 && fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_size > 0)
        bytes = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes != MAP_FAILED) {
        loaded = load(self, gs_view_make(bytes, (size_t)facts.st_size), stamp, &error);
        munmap(bytes, (size_t)facts.st_size);
    } else if (!absent) {
        gs_fail(&error, GS_E_IO, "it cannot be read");
    }
    if (fd >= 0)
        close(fd);
    if (!loaded && !absent)
        gs_warn(&self->daemon.log,
                "the snapshot of recent statements is not used; they are read from the store",
                gs_str("file", path.data), gs_str("reason", error.message));
    gs_buffer_free(&path);
    return loaded;
}

bool aggregator_recall(aggregator *self, gs_error *error)
{
    const uint64_t window_us = (uint64_t)self->daemon.config->aggregator.window_days * DAY_US;
    const uint64_t now = gs_unix_us();
    uint64_t since_us = now > window_us ? now - window_us : 0;
    recall_stamp stamp = {0};
    if (load_file(self, &stamp) && stamp.written_us > OVERLAP_US && stamp.written_us - OVERLAP_US > since_us)
        since_us = stamp.written_us - OVERLAP_US;
    return gs_statement_each(self->store, since_us, recall, self->ledger, error);
}

// ---- at an end -------------------------------------------------------------------------------------

static bool write_all(void *context, const void *data, size_t size)
{
    const char *at = data;
    while (size > 0) {
        ssize_t written = write(*(int *)context, at, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        at += written;
        size -= (size_t)written;
    }
    return true;
}

void aggregator_remember(aggregator *self)
{
    recall_stamp stamp = {.newest = gs_feed_newest(self->store), .written_us = gs_unix_us()};
    stamp.hash = hash_of_event(self, stamp.newest);
    if (stamp.hash == 0)
        return;
    gs_buffer path = {0}, draft = {0};
    name_snapshot(self, "", &path);
    name_snapshot(self, ".new", &draft);
    int fd = open(draft.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool done = fd >= 0 && gs_ledger_save(self->ledger, gs_view_make(&stamp, sizeof stamp), write_all, &fd) &&
                fdatasync(fd) == 0 && rename(draft.data, path.data) == 0;
    if (!done) {
        gs_warn(&self->daemon.log,
                "no snapshot of recent statements; the next start reads them from the store",
                gs_str("file", path.data), gs_str("reason", strerror(errno)));
        unlink(draft.data);
    }
    if (fd >= 0)
        close(fd);
    gs_buffer_free(&path);
    gs_buffer_free(&draft);
}
