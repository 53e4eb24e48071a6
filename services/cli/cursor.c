// cursor: resuming without a gap and without a repeat.
//
// Output is written first, the position after it; so a reader that is killed in between repeats rather than
// loses. Where the output is a file of its own (tail --output), the position also says how long that file
// was, and the surplus is cut off on the way back: then there is no repeat either. The file is replaced by
// rename(2), which is atomic; it is synced before, so that a power cut cannot leave an empty one under the
// name.
#include "cursor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CURSOR_BYTES = 128 };

bool gs_cursor_load(const char *path, bool *found, gs_cursor *cursor, gs_error *error)
{
    *found = false;
    FILE *file = fopen(path, "re");
    if (!file)
        return errno == ENOENT || gs_fail(error, GS_E_USAGE, "%s: %s", path, strerror(errno));
    char text[CURSOR_BYTES] = "";
    const size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = '\0';
    int end = 0;
    const int fields = sscanf(text, "sequence %" SCNu64 "\noutput %" SCNu64 "\n%n", &cursor->sequence,
                              &cursor->output_bytes, &end);
    if (fields != 2 || end == 0 || (size_t)end != size)
        return gs_fail(error, GS_E_USAGE,
                       "%s: not a file that `gainsay tail --state` wrote; name another, or remove it", path);
    *found = true;
    return true;
}

static bool write_synced(const char *path, const char *text, size_t size)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    const bool ok = write(fd, text, size) == (ssize_t)size && fdatasync(fd) == 0;
    const int reason = errno;
    close(fd);
    errno = reason;
    return ok;
}

bool gs_cursor_save(const char *path, const gs_cursor *cursor, gs_error *error)
{
    char text[CURSOR_BYTES];
    const int size = snprintf(text, sizeof text, "sequence %" PRIu64 "\noutput %" PRIu64 "\n",
                              cursor->sequence, cursor->output_bytes);
    gs_buffer draft = {0};
    gs_buffer_format(&draft, "%s.new", path);
    const bool ok = write_synced(draft.data, text, (size_t)size) && rename(draft.data, path) == 0;
    if (!ok)
        gs_fail(error, errno == ENOSPC ? GS_E_FULL : GS_E_IO, "%s: cannot keep the position: %s", path,
                strerror(errno));
    gs_buffer_free(&draft);
    return ok;
}

int gs_cursor_open_output(const char *path, bool resumed, const gs_cursor *cursor, gs_error *error)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    struct stat facts;
    if (fd < 0 || fstat(fd, &facts) != 0) {
        gs_fail(error, GS_E_USAGE, "%s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    if (!resumed || !S_ISREG(facts.st_mode) || (uint64_t)facts.st_size == cursor->output_bytes)
        return fd;
    const bool shorter = (uint64_t)facts.st_size < cursor->output_bytes;
    if (!shorter && ftruncate(fd, (off_t)cursor->output_bytes) == 0)
        return fd;
    if (shorter)
        gs_fail(
            error, GS_E_USAGE,
            "%s: shorter than when its position was kept; put it back, or remove both it and the state file",
            path);
    else
        gs_fail(error, GS_E_IO, "%s: %s", path, strerror(errno));
    close(fd);
    return -1;
}
