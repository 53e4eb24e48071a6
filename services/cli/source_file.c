// The source file is an ordinary configuration file with nothing in it but sources. Whoever reads it sees the
// old list or the new one, never half of it: it is written beside, flushed to the disk, and renamed. Before
// that the configuration is loaded once with the new list, because one that does not load stops the daemons
// and would have to be mended by hand.
#include "source_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const KINDS[GS_SOURCE_KINDS] = {
    [GS_SOURCE_FILE] = "file",   [GS_SOURCE_DIRECTORY] = "directory", [GS_SOURCE_JSONL] = "jsonl",
    [GS_SOURCE_STDIN] = "stdin", [GS_SOURCE_FEED] = "feed",           [GS_SOURCE_SITEMAP] = "sitemap",
    [GS_SOURCE_PAGES] = "pages", [GS_SOURCE_WARC] = "warc",           [GS_SOURCE_SOCKET] = "socket",
};

// What YAML does not allow unescaped in quotes, or takes for the end of a line there (YAML 1.1, 5.1 and 5.4).
static bool needs_escape(uint32_t point)
{
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x2028 || point == 0x2029 ||
           point == 0xfeff || (point & 0xfffe) == 0xfffe;
}

void gs_yaml_scalar(gs_buffer *out, const char *text)
{
    const gs_view view = gs_view_of(text);
    gs_buffer_byte(out, '"');
    for (size_t at = 0; at < view.size;) {
        const size_t begin = at;
        const uint32_t point = gs_utf8_next(view, &at);
        if (point == '"' || point == '\\')
            gs_buffer_byte(out, '\\');
        if (needs_escape(point))
            gs_buffer_format(out, "\\U%08x", (unsigned)point);
        else // also what is not UTF-8: who reads the file says so in clear words
            gs_buffer_append(out, view.data + begin, at - begin);
    }
    gs_buffer_byte(out, '"');
}

const char *gs_source_kind_name(gs_source_kind kind)
{
    return KINDS[kind];
}

bool gs_source_kind_parse(const char *name, gs_source_kind *kind)
{
    for (size_t i = 0; i < GS_SOURCE_KINDS; i++)
        if (strcmp(name, KINDS[i]) == 0) {
            *kind = (gs_source_kind)i;
            return true;
        }
    return false;
}

void gs_source_list_add(gs_source_list *self, const gs_source_config *source)
{
    if (self->count == self->capacity) {
        self->capacity = self->capacity ? self->capacity * 2 : 16;
        self->sources = gs_reallocate(self->sources, self->capacity * sizeof *self->sources);
    }
    self->sources[self->count++] = *source;
}

void gs_source_list_free(gs_source_list *self)
{
    free(self->sources);
    *self = (gs_source_list){0};
}

void gs_source_list_of(const gs_config *config, gs_source_list *out)
{
    const char *file = config->ingestor.source_file;
    for (unsigned i = 0; i < config->ingestor.sources_count; i++)
        if (file && strcmp(config->ingestor.sources[i].file, file) == 0)
            gs_source_list_add(out, &config->ingestor.sources[i]);
}

static void write_pair(gs_buffer *out, const char *key, const char *value)
{
    if (!value || value[0] == '\0')
        return;
    gs_buffer_format(out, "      %s: ", key);
    gs_yaml_scalar(out, value);
    gs_buffer_byte(out, '\n');
}

static void write_source(gs_buffer *out, const gs_source_config *source)
{
    gs_buffer_text(out, "    - id: ");
    gs_yaml_scalar(out, source->id);
    gs_buffer_format(out, "\n      kind: %s\n", KINDS[source->kind]);
    write_pair(out, "path", source->path);
    write_pair(out, "endpoint", source->endpoint);
    write_pair(out, "url", source->url);
    write_pair(out, "publisher", source->publisher);
    write_pair(out, "language", source->language);
    if (source->every != 0)
        gs_buffer_format(out, "      every: %u\n", source->every);
    if (source->allow_private)
        gs_buffer_text(out, "      allow_private: true\n");
}

// ---- the file ------------------------------------------------------------------------------------------

// Where the file is, symbolic links followed, so that a link stays one. Owned by the caller.
static char *real_path(const char *path)
{
    char *real = realpath(path, NULL);
    return real ? real : gs_duplicate(path);
}

// Its folder. Owned by the caller.
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    gs_buffer folder = {0};
    gs_buffer_append(&folder, path, slash == path ? 1 : slash ? (size_t)(slash - path) : 0);
    return folder.data;
}

static bool has_file(const gs_config *config, gs_error *error)
{
    return config->ingestor.source_file ||
           gs_fail(error, GS_E_USAGE,
                   "the configuration names no ingestor.source_file, which sources are written to");
}

int gs_source_file_lock(const gs_config *config, gs_error *error)
{
    if (!has_file(config, error))
        return -1;
    char *path = real_path(config->ingestor.source_file);
    char *folder = folder_of(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int locked = fd < 0 ? -1 : flock(fd, LOCK_EX);
    while (locked != 0 && fd >= 0 && errno == EINTR)
        locked = flock(fd, LOCK_EX);
    if (locked != 0) {
        gs_fail(error, GS_E_IO, "%.300s: cannot be written: its folder: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        fd = -1;
    }
    free(folder);
    free(path);
    return fd;
}

static bool write_text(int fd, gs_view text)
{
    while (text.size > 0) {
        const ssize_t written = write(fd, text.data, text.size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        text = gs_view_slice(text, (size_t)written, text.size);
    }
    return fsync(fd) == 0;
}

// The new file has the rights of the old one.
static bool write_beside(const char *beside, const char *path, gs_view text)
{
    struct stat old;
    const mode_t mode = stat(path, &old) == 0 ? old.st_mode & 07777 : 0644;
    const int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0)
        return false;
    const bool ok = write_text(fd, text);
    const int reason = errno;
    close(fd);
    errno = reason;
    return ok;
}

// The rename is there after a power cut, too.
static bool flush_folder(const char *path)
{
    char *folder = folder_of(path);
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    free(folder);
    return ok;
}

static bool loads(const gs_config *config, const char *beside, const char *const *overrides, size_t count,
                  gs_error *error)
{
    const char **all = gs_allocate((count + 1) * sizeof *all);
    gs_buffer file = {0};
    for (size_t i = 0; i < count; i++)
        all[i] = overrides[i];
    gs_buffer_format(&file, "ingestor.source_file=%s", beside);
    all[count] = file.data;
    gs_config *changed = gs_config_load(config->file, all, count + 1, error);
    const bool ok =
        changed != NULL ||
        gs_fail_within(error, "nothing was changed, because the configuration would not load then");
    if (changed)
        gs_config_free(&changed);
    gs_buffer_free(&file);
    free(all);
    return ok;
}

bool gs_source_list_write(const gs_config *config, const char *const *overrides, size_t override_count,
                          const gs_source_list *list, gs_error *error)
{
    if (!has_file(config, error))
        return false;
    char *path = real_path(config->ingestor.source_file);
    gs_buffer beside = {0}, text = {0};
    gs_buffer_format(&beside, "%s.new", path);
    gs_buffer_text(&text, "# Kept by `gainsay source`; comments do not survive it.\ningestor:\n");
    gs_buffer_text(&text, list->count > 0 ? "  sources:\n" : "  sources: []\n");
    for (size_t i = 0; i < list->count; i++)
        write_source(&text, &list->sources[i]);
    bool ok = write_beside(beside.data, path, gs_buffer_view(&text));
    if (!ok)
        gs_fail(error, GS_E_IO, "%.300s: cannot be written: %s", path, strerror(errno));
    ok = ok && loads(config, beside.data, overrides, override_count, error);
    if (ok && (rename(beside.data, path) != 0 || !flush_folder(path)))
        ok = gs_fail(error, GS_E_IO, "%.300s: cannot be written: %s", path, strerror(errno));
    if (!ok)
        unlink(beside.data);
    gs_buffer_free(&beside);
    gs_buffer_free(&text);
    free(path);
    return ok;
}
