// The writer's lock: one process, one store.
//
// flock(2) on a file of its own, FILE.lock, because SQLite's POSIX locks on FILE would be dropped by any
// close() of a second descriptor. The kernel releases the lock when the process ends, however it ends, so
// there are no stale locks to clean up; for that reason the file is never removed. It holds one line: the
// writer's process id and, once the schema stands, the word "made", by which a store that was later cut to
// zero bytes is told from one that never was.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/store_internal.h"

enum { LOCK_LINE = 64 };

// Two names of one file (a symbolic link) must come to the same lock.
static char *lock_path_of(const char *path)
{
    char *real = realpath(path, NULL);
    gs_buffer name = {0};
    gs_buffer_format(&name, "%s.lock", real != NULL ? real : path);
    free(real);
    return name.data;
}

static void read_line(int descriptor, char line[LOCK_LINE])
{
    ssize_t size = pread(descriptor, line, LOCK_LINE - 1, 0);
    line[size > 0 ? size : 0] = '\0';
}

// The line is a help for people; the lock holds without it, so a full disk is no reason to fail here.
static void write_line(int descriptor, bool made)
{
    char line[LOCK_LINE];
    int size = snprintf(line, sizeof line, "%ld%s\n", (long)getpid(), made ? " made" : "");
    if (pwrite(descriptor, line, (size_t)size, 0) == size && ftruncate(descriptor, size) != 0)
        return;
}

int gs_lock_take(const char *path, bool *made, gs_error *error)
{
    char *lock_path = lock_path_of(path);
    int descriptor = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    int open_error = errno;
    free(lock_path);
    if (descriptor < 0) {
        gs_code code = open_error == ENOSPC || open_error == EDQUOT ? GS_E_FULL : GS_E_IO;
        gs_fail(
            error, code,
            "store %s: cannot make its lock file %s.lock (%s): check the directory's permissions and space",
            path, path, strerror(open_error));
        return -1;
    }
    char line[LOCK_LINE];
    int locked;
    do {
        locked = flock(descriptor, LOCK_EX | LOCK_NB);
    } while (locked != 0 && errno == EINTR);
    int lock_error = errno;
    read_line(descriptor, line);
    if (locked == 0) {
        *made = strstr(line, "made") != NULL;
        write_line(descriptor, *made);
        return descriptor;
    }
    close(descriptor);
    if (lock_error == EWOULDBLOCK)
        gs_fail(error, GS_E_USAGE,
                "store %s is in use by another process (pid %ld): stop that one, or give this one a store of "
                "its own",
                path, strtol(line, NULL, 10));
    else
        gs_fail(error, GS_E_IO, "store %s: cannot lock %s.lock: %s", path, path, strerror(lock_error));
    return -1;
}

void gs_lock_note_made(int lock_fd)
{
    write_line(lock_fd, true);
}
