// files: sources on this machine: a file, a directory of files, a growing JSON Lines file, standard input.
//
// A JSON Lines file is resumed at the byte behind the last line that is in the outbox; the file's inode is
// noted too, so that a replaced file is read from its start. A text or HTML file is one article, read when it
// has not changed for a moment (write elsewhere and rename into place to be safe) and again when it changes.
// inotify makes a change due at once; the regular look finds what inotify missed.
#include "ingestor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { QUIET_NS = 300 * 1000 * 1000, QUIET_TAIL_S = 2, DIRECTORY_FILES = 100000, AGAIN_US = 100 * 1000 };

// One JSON Lines file that is open.
struct line_reader {
    char *path; // owned; NULL for standard input
    char *key;  // owned: of its state in the store
    int fd;     // owned, but for standard input
    uint64_t inode;
    gs_lines *lines; // owned
};

// What was read of a whole file: unchanged ones are not read again. Kept in memory only; after a restart
// the outbox's memory of articles tells what is new.
typedef struct whole_file {
    char *path;
    int64_t changed_ns;
    off_t size;
} whole_file;

typedef struct file_table {
    whole_file *files; // owned, sorted by path
    size_t count, capacity;
} file_table;

// ---- JSON Lines --------------------------------------------------------------------------------------

static void reader_free(line_reader **reader_p)
{
    line_reader *self = *reader_p;
    if (self == NULL) {
        return;
    }
    gs_lines_free(&self->lines);
    if (self->fd > STDIN_FILENO) {
        close(self->fd);
    }
    free(self->path);
    free(self->key);
    free(self);
    *reader_p = NULL;
}

static bool stored_place(ingestor *self, const line_reader *reader, uint64_t *offset, uint64_t *line)
{
    gs_error error = {0};
    char *state = NULL;
    unsigned long long inode = 0, at = 0, number = 0;
    gs_arena *arena = gs_arena_new(4096);
    const bool read = gs_source_state_get(self->store, reader->key, arena, &state, &error);
    if (read && state != NULL &&
        sscanf(state, "{\"inode\":%llu,\"offset\":%llu,\"line\":%llu}", &inode, &at, &number) == 3 &&
        inode == reader->inode) {
        *offset = at;
        *line = number;
    }
    gs_arena_free(&arena);
    return read;
}

static void complain_unreadable(ingestor *self, source *from, const char *path)
{
    char reason[200];
    snprintf(reason, sizeof reason,
             "cannot be read: %s; put it right or take the source out, it is looked at again",
             strerror(errno));
    source_complain(self, from, path, reason);
}

static line_reader *reader_new(ingestor *self, source *from, const char *path)
{
    struct stat about;
    uint64_t offset = 0;
    uint64_t line = 0;
    line_reader *made = gs_allocate(sizeof *made);
    made->fd = path == NULL ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (made->fd < 0 || fstat(made->fd, &about) != 0) {
        complain_unreadable(self, from, path);
        reader_free(&made);
        return NULL;
    }
    gs_buffer key = {0};
    gs_buffer_format(&key, "%s", from->config->id);
    if (path != NULL) {
        gs_buffer_format(&key, "|%s", path);
        made->path = gs_duplicate(path);
    }
    made->key = key.data;
    made->inode = about.st_ino;
    if (path != NULL && stored_place(self, made, &offset, &line) && (uint64_t)about.st_size < offset) {
        offset = line = 0; // cut and written anew
    }
    made->lines = gs_lines_new(made->fd, offset, line);
    return made;
}

// Replaced, or cut shorter than what was read: to be opened anew.
static bool reader_is_stale(const line_reader *self)
{
    struct stat about;
    if (self->path == NULL) {
        return false;
    }
    return stat(self->path, &about) != 0 || about.st_ino != self->inode ||
           (uint64_t)about.st_size < gs_lines_offset(self->lines);
}

// An unterminated last line counts once nothing was written for a while.
static bool reader_is_quiet(const line_reader *self)
{
    struct stat about;
    struct timespec now;
    if (self->path == NULL) {
        return true;
    }
    clock_gettime(CLOCK_REALTIME, &now);
    return fstat(self->fd, &about) == 0 && now.tv_sec - about.st_mtim.tv_sec > QUIET_TAIL_S;
}

static void note_place(ingestor *self, const line_reader *reader)
{
    char state[STATE_BYTES];
    snprintf(state, sizeof state, "{\"inode\":%llu,\"offset\":%llu,\"line\":%llu}",
             (unsigned long long)reader->inode, (unsigned long long)gs_lines_offset(reader->lines),
             (unsigned long long)gs_lines_number(reader->lines));
    source_state(self, reader->key, state);
}

static void read_line(ingestor *self, source *from, const line_reader *reader, gs_view line)
{
    gs_error error = {0};
    char place[PATH_MAX + 32];
    if (gs_view_trim(line).size == 0) {
        return;
    }
    gs_article *article = gs_article_from_json(line, self->batch.arena, &error);
    snprintf(place, sizeof place, "%s:%llu", reader->path != NULL ? reader->path : "standard input",
             (unsigned long long)gs_lines_number(reader->lines));
    if (article == NULL) {
        source_complain(self, from, place, error.message);
        return;
    }
    source_accept(self, from, article, place);
}

// Reads lines into the batch and says how that ended: GS_LINE_OK when the batch is full, GS_LINE_ERROR when
// the input must be opened anew.
static gs_line_result read_lines(ingestor *self, source *from, line_reader *reader)
{
    const uint64_t before = gs_lines_offset(reader->lines);
    const bool quiet = reader_is_quiet(reader);
    gs_line_result result = GS_LINE_OK;
    while (batch_has_room(self)) {
        gs_view line;
        gs_error error = {0};
        char place[PATH_MAX + 32];
        result = gs_lines_next(reader->lines, quiet, &line, &error);
        if (result == GS_LINE_OK) {
            read_line(self, from, reader, line);
            continue;
        }
        if (result != GS_LINE_ERROR) {
            break;
        }
        snprintf(place, sizeof place, "%s:%llu", reader->path != NULL ? reader->path : "standard input",
                 (unsigned long long)gs_lines_number(reader->lines));
        source_complain(self, from, place, error.message);
        if (error.code == GS_E_IO) {
            break;
        }
    }
    if (gs_lines_offset(reader->lines) != before && reader->path != NULL) {
        note_place(self, reader);
    }
    if (!batch_has_room(self)) {
        from->due_us = 0; // there may be more
    }
    return result;
}

// The reader of a path, opened if need be; NULL if it cannot be.
static line_reader **reader_of(ingestor *self, source *from, const char *path)
{
    for (size_t i = 0; i < from->reader_count; i++) {
        if (path == NULL || strcmp(from->readers[i]->path, path) == 0) {
            return &from->readers[i];
        }
    }
    line_reader *made =
        path == NULL && self->held_stdin != NULL ? self->held_stdin : reader_new(self, from, path);
    if (made == NULL) {
        return NULL;
    }
    if (made == self->held_stdin) {
        self->held_stdin = NULL;
    }
    from->readers = gs_reallocate(from->readers, (from->reader_count + 1) * sizeof *from->readers);
    from->readers[from->reader_count] = made;
    return &from->readers[from->reader_count++];
}

static void drop_reader(source *from, line_reader **place)
{
    reader_free(place);
    *place = from->readers[--from->reader_count];
}

// Is the last line of the file read, too? An unterminated one is not until the file has been quiet for a
// while.
static bool reader_is_through(const line_reader *self)
{
    struct stat about;
    return fstat(self->fd, &about) == 0 && gs_lines_offset(self->lines) >= (uint64_t)about.st_size;
}

// Returns true once everything that the file holds has been read. One JSON Lines source keeps its file open,
// since it is expected to grow; one of many files is closed, and opened again where it was left when it has
// changed.
static bool read_jsonl(ingestor *self, source *from, const char *path)
{
    line_reader **place = reader_of(self, from, path);
    if (place == NULL) {
        return false;
    }
    if (reader_is_stale(*place)) {
        drop_reader(from, place);
        from->due_us = 0;
        return false;
    }
    const gs_line_result result = read_lines(self, from, *place);
    const bool through = result == GS_LINE_END || (result == GS_LINE_WAIT && reader_is_through(*place));
    if (result == GS_LINE_END || result == GS_LINE_ERROR || from->config->kind != GS_SOURCE_JSONL) {
        drop_reader(from, place);
    }
    return through;
}

// ---- whole files -------------------------------------------------------------------------------------

static whole_file *table_find(file_table *table, const char *path)
{
    size_t low = 0;
    size_t high = table->count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const int order = strcmp(table->files[middle].path, path);
        if (order == 0) {
            return &table->files[middle];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (table->count == DIRECTORY_FILES) {
        return NULL;
    }
    if (table->count == table->capacity) {
        table->capacity = table->capacity == 0 ? 64 : table->capacity * 2;
        table->files = gs_reallocate(table->files, table->capacity * sizeof *table->files);
    }
    memmove(&table->files[low + 1], &table->files[low], (table->count - low) * sizeof *table->files);
    table->files[low] = (whole_file){.path = gs_duplicate(path), .size = -1};
    table->count++;
    return &table->files[low];
}

static void read_whole(ingestor *self, source *from, const char *path, gs_view content, gs_input kind)
{
    gs_error error = {0};
    gs_arena *arena = self->batch.arena;
    const char *url = gs_arena_format(arena, "file://%s", path);
    gs_article *article = kind == GS_INPUT_HTML ? gs_article_from_html(content, url, arena, &error)
                                                : gs_article_from_text(content, path, arena, &error);
    if (article == NULL) {
        source_complain(self, from, path, error.message);
        return;
    }
    if (article->url[0] == '\0') {
        article->url = (char *)url;
    }
    source_accept(self, from, article, path);
}

static void look_at_file(ingestor *self, source *from, const char *path)
{
    struct stat about;
    struct timespec now;
    gs_error error = {0};
    gs_buffer content = {0};
    file_table *table = from->seen_files;
    if (stat(path, &about) != 0) {
        if (errno != ENOENT || from->config->kind != GS_SOURCE_DIRECTORY) {
            complain_unreadable(self, from, path);
        }
        return;
    }
    whole_file *known = S_ISREG(about.st_mode) ? table_find(table, path) : NULL;
    const int64_t changed_ns = (int64_t)about.st_mtim.tv_sec * 1000000000 + about.st_mtim.tv_nsec;
    if (known == NULL || (known->changed_ns == changed_ns && known->size == about.st_size)) {
        return;
    }
    if (gs_view_ends(gs_view_of(path), ".jsonl")) {
        if (read_jsonl(self, from, path)) {
            known->changed_ns = changed_ns;
            known->size = about.st_size;
        }
        return;
    }
    clock_gettime(CLOCK_REALTIME, &now);
    const int64_t age_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - changed_ns;
    if (age_ns >= 0 && age_ns < QUIET_NS) {
        from->due_us = gs_monotonic_us() + AGAIN_US; // somebody may still be writing
        return;
    }
    known->changed_ns = changed_ns;
    known->size = about.st_size;
    if (gs_view_ends(gs_view_of(path), ".warc") || gs_view_ends(gs_view_of(path), ".warc.gz")) {
        source_complain(self, from, path,
                        "an archive; name it, or its directory, in a source of the kind warc");
        return;
    }
    if (!gs_read_all(path, GS_LIMIT_FILE_BYTES, &content, &error)) {
        source_complain(self, from, path, error.message);
        known->size = error.code == GS_E_LIMIT ? known->size : -1; // the system may say yes next time
    } else if (gs_input_guess(gs_buffer_view(&content)) == GS_INPUT_JSONL) {
        known->size = read_jsonl(self, from, path) ? known->size : -1;
    } else {
        read_whole(self, from, path, gs_buffer_view(&content), gs_input_guess(gs_buffer_view(&content)));
    }
    gs_buffer_free(&content);
}

static bool is_finished_name(const char *name)
{
    static const char *const unfinished[] = {".tmp", ".part", ".swp", "~"};
    if (name[0] == '.') {
        return false;
    }
    for (size_t i = 0; i < sizeof unfinished / sizeof *unfinished; i++) {
        if (gs_view_ends(gs_view_of(name), unfinished[i])) {
            return false;
        }
    }
    return true;
}

static int keep_finished(const struct dirent *entry)
{
    return is_finished_name(entry->d_name) ? 1 : 0;
}

static void look_at_directory(ingestor *self, source *from)
{
    struct dirent **entries = NULL;
    const int count = scandir(from->config->path, &entries, keep_finished, alphasort);
    if (count < 0) {
        complain_unreadable(self, from, from->config->path);
        return;
    }
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        const int length = snprintf(path, sizeof path, "%s/%s", from->config->path, entries[i]->d_name);
        if (length > 0 && (size_t)length < sizeof path && batch_has_room(self)) {
            look_at_file(self, from, path);
        }
        free(entries[i]);
    }
    free(entries);
    if (!batch_has_room(self)) {
        from->due_us = 0;
    }
}

// ---- standard input ----------------------------------------------------------------------------------

static void on_stdin(void *context, int fd)
{
    ingestor *self = context;
    gs_bus_unwatch(self->bus, fd); // until it has been read; a full batch must not spin the loop
    for (size_t i = 0; i < self->source_count; i++) {
        if (self->sources[i].config->kind == GS_SOURCE_STDIN) {
            self->sources[i].due_us = 0;
        }
    }
}

static void read_stdin(ingestor *self, source *from)
{
    const int flags = fcntl(STDIN_FILENO, F_GETFL);
    if (flags >= 0 && (flags & O_NONBLOCK) == 0) {
        fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK);
    }
    line_reader **place = reader_of(self, from, NULL);
    if (place == NULL) {
        from->ended = true;
        return;
    }
    const gs_line_result result = read_lines(self, from, *place);
    if (result == GS_LINE_END || result == GS_LINE_ERROR) {
        from->ended = true;
        gs_info(&self->daemon.log, "standard input ended", gs_int("articles", (int64_t)from->articles));
    } else if (batch_has_room(self)) {
        gs_bus_watch(self->bus, STDIN_FILENO, false, on_stdin, self);
    }
}

// ---- the door ----------------------------------------------------------------------------------------

void files_poll(ingestor *self, source *from, uint64_t now)
{
    (void)now;
    if (from->seen_files == NULL) {
        from->seen_files = gs_allocate(sizeof(file_table));
    }
    switch (from->config->kind) {
    case GS_SOURCE_FILE:
        look_at_file(self, from, from->config->path);
        break;
    case GS_SOURCE_DIRECTORY:
        look_at_directory(self, from);
        break;
    case GS_SOURCE_JSONL:
        read_jsonl(self, from, from->config->path);
        break;
    case GS_SOURCE_STDIN:
        read_stdin(self, from);
        break;
    case GS_SOURCE_FEED:
    case GS_SOURCE_SITEMAP:
    case GS_SOURCE_PAGES:
    case GS_SOURCE_WARC:
    case GS_SOURCE_SOCKET:
    case GS_SOURCE_KINDS:
        break;
    }
}

void files_watch(ingestor *self, source *from)
{
    if (self->notify_fd < 0 || from->config->path == NULL || from->config->kind == GS_SOURCE_FEED) {
        return;
    }
    // A missing path is no error here: the regular look will find it when it appears.
    (void)inotify_add_watch(self->notify_fd, from->config->path,
                            IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE);
}

void files_changed(void *context, int fd)
{
    ingestor *self = context;
    _Alignas(struct inotify_event) char events[4096];
    while (read(fd, events, sizeof events) > 0) {
    }
    for (size_t i = 0; i < self->source_count; i++) {
        if (self->sources[i].config->path != NULL) {
            self->sources[i].due_us = 0;
        }
    }
}

void files_close(ingestor *self, source *from)
{
    file_table *table = from->seen_files;
    if (from->config->kind == GS_SOURCE_STDIN) {
        gs_bus_unwatch(self->bus, STDIN_FILENO);
        if (from->reader_count != 0) { // a pipe cannot be read twice: half a line may be in there
            self->held_stdin = from->readers[--from->reader_count];
        }
    }
    while (from->reader_count != 0) {
        reader_free(&from->readers[--from->reader_count]);
    }
    free(from->readers);
    if (table != NULL) {
        for (size_t i = 0; i < table->count; i++) {
            free(table->files[i].path);
        }
        free(table->files);
        free(table);
    }
}

void files_end_stdin(ingestor *self)
{
    reader_free(&self->held_stdin);
}
