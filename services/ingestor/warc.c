// warc: archives as sources. One file is open at a time; its HTML pages become articles, and the place behind
// the last record that was read goes into the batch with them, so a kill neither loses a page nor repeats
// one.
//
// A file that was read to its end is noted with its size and passed over until the size changes: an archive
// that is still being written goes on where it was left. One that ends within a record waits; when nothing
// was written for a long time the record counts as damaged.
#include "ingestor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    LOOK_US = 100 * 1000, // reading in one look: the loop has sockets to serve
    QUIET_S = 600,        // without a change: nobody will write the rest of the record
    FILES_MOST = 100000,  // of a directory
};

// A file and what was settled about it.
typedef struct known_file {
    char *path; // owned
    uint64_t inode;
    int64_t size; // read as far as it goes at this size; -1: to be read
    bool waiting; // ends within a record
} known_file;

struct archive_state {
    known_file *files; // owned, sorted by path
    size_t count, capacity;
    char *path; // owned; of the file that is open, NULL if none
    char *key;  // owned: of its state in the store
    int fd;     // owned
    struct stat about;
    gs_warc *reader; // owned
    gs_warc_place noted;
    uint64_t records, pages, empty, damaged; // of the open file, since it was opened
};

typedef struct stored_place {
    uint64_t inode;
    gs_warc_place place;
    int64_t done; // the size at which all was read; -1 while it is not
} stored_place;

static char *key_of(const source *from, const char *path)
{
    gs_buffer key = {0};
    gs_buffer_format(&key, "%s|%s", from->config->id, path);
    return key.data;
}

static bool load_place(ingestor *self, const char *key, stored_place *out)
{
    gs_error error = {0};
    char *state = NULL;
    unsigned long long inode = 0, offset = 0, record = 0;
    long long done = -1;
    gs_arena *arena = gs_arena_new(4096);
    const bool found = gs_source_state_get(self->store, key, arena, &state, &error) && state != NULL &&
                       sscanf(state, "{\"inode\":%llu,\"offset\":%llu,\"record\":%llu,\"done\":%lld}", &inode,
                              &offset, &record, &done) == 4;
    *out = (stored_place){.inode = inode, .place = {.offset = offset, .record = record}, .done = done};
    gs_arena_free(&arena);
    return found;
}

static void note_place(ingestor *self, archive_state *archive, int64_t done)
{
    char state[STATE_BYTES];
    archive->noted = gs_warc_reached(archive->reader);
    snprintf(state, sizeof state, "{\"inode\":%llu,\"offset\":%llu,\"record\":%llu,\"done\":%lld}",
             (unsigned long long)archive->about.st_ino, (unsigned long long)archive->noted.offset,
             (unsigned long long)archive->noted.record, (long long)done);
    source_state(self, archive->key, state);
}

// ---- which file --------------------------------------------------------------------------------------

// The entry of a path, made if need be; NULL if there are too many.
static known_file *file_of(archive_state *archive, const char *path)
{
    size_t low = 0;
    size_t high = archive->count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const int order = strcmp(archive->files[middle].path, path);
        if (order == 0) {
            return &archive->files[middle];
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    if (archive->count == FILES_MOST) {
        return NULL;
    }
    if (archive->count == archive->capacity) {
        archive->capacity = archive->capacity == 0 ? 64 : archive->capacity * 2;
        archive->files = gs_reallocate(archive->files, archive->capacity * sizeof *archive->files);
    }
    memmove(&archive->files[low + 1], &archive->files[low], (archive->count - low) * sizeof *archive->files);
    archive->files[low] = (known_file){.path = gs_duplicate(path), .size = -1};
    archive->count++;
    return &archive->files[low];
}

static bool is_quiet(const struct stat *about)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec - about->st_mtim.tv_sec > QUIET_S;
}

static void complain_unreadable(ingestor *self, source *from, const char *path)
{
    char reason[200];
    snprintf(reason, sizeof reason,
             "cannot be read: %s; put it right or take the source out, it is looked at again",
             strerror(errno));
    source_complain(self, from, path, reason);
}

static void close_file(archive_state *archive)
{
    if (archive->path == NULL) {
        return;
    }
    gs_warc_free(&archive->reader);
    close(archive->fd);
    free(archive->path);
    free(archive->key);
    archive->path = archive->key = NULL;
}

// -1, with errno set, for what is no file.
static int open_regular(const char *path, struct stat *about)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || (fstat(fd, about) == 0 && S_ISREG(about->st_mode))) {
        return fd;
    }
    close(fd);
    errno = EINVAL;
    return -1;
}

// Opens a file at the place where it was left, if there is something to be read in it.
static bool open_file(ingestor *self, source *from, const char *path)
{
    archive_state *archive = from->archive;
    known_file *known = file_of(archive, path);
    struct stat about;
    stored_place stored = {.done = -1};
    if (known == NULL) {
        return false;
    }
    if (stat(path, &about) == 0 && known->inode == about.st_ino && known->size == about.st_size &&
        !(known->waiting && is_quiet(&about))) {
        return false;
    }
    const int fd = open_regular(path, &about);
    if (fd < 0) {
        complain_unreadable(self, from, path);
        return false;
    }
    char *key = key_of(from, path);
    known->inode = about.st_ino;
    known->size = -1;
    if (!load_place(self, key, &stored) || stored.inode != about.st_ino ||
        stored.place.offset > (uint64_t)about.st_size) {
        stored = (stored_place){.done = -1}; // another file, or written anew
    }
    if (stored.done == about.st_size) {
        known->size = about.st_size;
        close(fd);
        free(key);
        return false;
    }
    archive->path = gs_duplicate(path);
    archive->key = key;
    archive->fd = fd;
    archive->about = about;
    archive->reader = gs_warc_new(fd, stored.place);
    archive->noted = stored.place;
    archive->records = archive->pages = archive->empty = archive->damaged = 0;
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return true;
}

static int keep_archives(const struct dirent *entry)
{
    const gs_view name = gs_view_of(entry->d_name);
    return name.data[0] != '.' && (gs_view_ends(name, ".warc") || gs_view_ends(name, ".warc.gz"));
}

// Opens the first file that has something to be read.
static bool open_next(ingestor *self, source *from)
{
    struct dirent **entries = NULL;
    struct stat about;
    bool opened = false;
    if (stat(from->config->path, &about) != 0) {
        complain_unreadable(self, from, from->config->path);
        return false;
    }
    if (!S_ISDIR(about.st_mode)) {
        return open_file(self, from, from->config->path);
    }
    const int count = scandir(from->config->path, &entries, keep_archives, alphasort);
    if (count < 0) {
        complain_unreadable(self, from, from->config->path);
        return false;
    }
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        const int length = snprintf(path, sizeof path, "%s/%s", from->config->path, entries[i]->d_name);
        opened = opened || (length > 0 && (size_t)length < sizeof path && open_file(self, from, path));
        free(entries[i]);
    }
    free(entries);
    return opened;
}

// ---- reading -----------------------------------------------------------------------------------------

static void take_record(ingestor *self, source *from, const gs_warc_record *record)
{
    archive_state *archive = from->archive;
    gs_warc_page page;
    gs_error error = {0};
    char place[PATH_MAX + 32];
    archive->records++;
    const gs_warc_pick picked = gs_warc_pick_page(archive->reader, record, &page, &error);
    if (picked == GS_WARC_NO_PAGE) {
        return;
    }
    snprintf(place, sizeof place, "%s:%llu", archive->path, (unsigned long long)record->offset);
    gs_article *article =
        picked == GS_WARC_PAGE ? gs_article_from_warc(&page, self->batch.arena, &error) : NULL;
    if (article != NULL) {
        archive->pages++;
        source_accept(self, from, article, place);
    } else if (picked == GS_WARC_PAGE && error.code == GS_E_INPUT) {
        archive->empty++; // archives are full of pages without a text; that is no news
    } else {
        source_complain(self, from, place, error.message);
    }
}

// What is read stands in the batch, or will once it has room; the file is through for now.
static void end_file(ingestor *self, source *from, gs_warc_result result)
{
    archive_state *archive = from->archive;
    known_file *known = file_of(archive, archive->path);
    const bool whole = result == GS_WARC_END;
    if (result != GS_WARC_ERROR) {
        note_place(self, archive, whole ? archive->about.st_size : -1);
        known->size = archive->about.st_size;
        known->waiting = !whole;
    }
    GS_LOG(&self->daemon.log, whole ? GS_INFO : GS_DEBUG,
           whole ? "archive read" : "archive ends within a record, waiting for the rest",
           gs_str("source", from->config->id), gs_str("file", archive->path),
           gs_int("records", (int64_t)archive->records), gs_int("pages", (int64_t)archive->pages),
           gs_int("without_text", (int64_t)archive->empty), gs_int("damaged", (int64_t)archive->damaged),
           GS_FIELD_END);
    close_file(archive);
}

// Reads into the batch until it is full, the file ends, or the time of this look is over.
static gs_warc_result read_records(ingestor *self, source *from, uint64_t stop_us)
{
    archive_state *archive = from->archive;
    const bool at_end = is_quiet(&archive->about);
    gs_warc_result result = GS_WARC_MORE;
    while (batch_has_room(self) && gs_monotonic_us() < stop_us) {
        gs_warc_record record;
        gs_error error = {0};
        result = gs_warc_next(archive->reader, at_end, &record, &error);
        if (result == GS_WARC_OK) {
            take_record(self, from, &record);
        } else if (result == GS_WARC_DAMAGED || result == GS_WARC_ERROR) {
            char reason[sizeof error.message + 64];
            snprintf(reason, sizeof reason, "%s%s", error.message,
                     result == GS_WARC_DAMAGED ? "; reading goes on with the next record" : "");
            archive->damaged++;
            source_complain(self, from, archive->path, reason);
        }
        if (result == GS_WARC_WAIT || result == GS_WARC_END || result == GS_WARC_ERROR) {
            break;
        }
    }
    return result;
}

void warc_poll(ingestor *self, source *from, uint64_t now)
{
    if (from->archive == NULL) {
        from->archive = gs_allocate(sizeof *from->archive);
    }
    archive_state *archive = from->archive;
    if (archive->path == NULL && !open_next(self, from)) {
        return;
    }
    const gs_warc_result result = read_records(self, from, now + LOOK_US);
    const gs_warc_place reached = gs_warc_reached(archive->reader);
    if (result == GS_WARC_WAIT || result == GS_WARC_END || result == GS_WARC_ERROR) {
        end_file(self, from, result);
    } else if (reached.offset != archive->noted.offset || reached.record != archive->noted.record) {
        note_place(self, archive, -1);
    }
    from->due_us = result == GS_WARC_ERROR ? from->due_us : 0; // there may be more, here or in the next file
}

void warc_close(source *from)
{
    archive_state *archive = from->archive;
    if (archive == NULL) {
        return;
    }
    close_file(archive);
    for (size_t i = 0; i < archive->count; i++) {
        free(archive->files[i].path);
    }
    free(archive->files);
    free(archive);
    from->archive = NULL;
}
