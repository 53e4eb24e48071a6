// A whole file in memory, or a clear word why not.
//
// Size is checked while reading and not only by stat, because pipes, devices and growing files have none.
#include "source/source_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK_BYTES = 64 * 1024 };

static bool check_kind(int fd, const char *name, size_t limit, gs_buffer *out, gs_error *error)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return gs_fail(error, GS_E_IO, "%s: %s", name, strerror(errno));
    }
    if (S_ISDIR(status.st_mode)) {
        return gs_fail(error, GS_E_INPUT, "%s: is a directory; name the files in it", name);
    }
    if (S_ISREG(status.st_mode) && status.st_size > 0) {
        if ((uint64_t)status.st_size > limit) {
            return gs_fail(error, GS_E_LIMIT, "%s: has %lld bytes; at most %zu are read", name,
                           (long long)status.st_size, limit);
        }
        gs_buffer_reserve(out, (size_t)status.st_size + 1);
    }
    return true;
}

static bool read_descriptor(int fd, const char *name, size_t limit, gs_buffer *out, gs_error *error)
{
    size_t before = out->size;
    for (;;) {
        if (out->capacity < out->size + 2) { // a byte to read and the terminator
            gs_buffer_reserve(out, CHUNK_BYTES);
        }
        ssize_t got = read(fd, out->data + out->size, out->capacity - out->size - 1);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return gs_fail(error, GS_E_IO, "%s: cannot read: %s", name, strerror(errno));
        }
        out->size += (size_t)got;
        out->data[out->size] = '\0';
        if (out->size - before > limit) {
            return gs_fail(error, GS_E_LIMIT, "%s: has more than %zu bytes, which are the most that are read",
                           name, limit);
        }
        if (got == 0) {
            return true;
        }
    }
}

bool gs_read_all(const char *path, size_t limit, gs_buffer *out, gs_error *error)
{
    if (strcmp(path, "-") == 0) {
        return check_kind(STDIN_FILENO, "standard input", limit, out, error) &&
               read_descriptor(STDIN_FILENO, "standard input", limit, out, error);
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return gs_fail(error, GS_E_IO, "%s: %s", path, strerror(errno));
    }
    bool done = check_kind(fd, path, limit, out, error) && read_descriptor(fd, path, limit, out, error);
    close(fd);
    return done;
}
