// kept: pages that defeated their reader, as files beside the store, so that a person can see what was the
// matter.
//
// STORE.kept/HASH.html is the page; its first line is a comment with the URL and the reason. The hash is the
// URL's, so a page that fails at every look is one file. There are so many files at most; the oldest go.
#include "ingestor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEPT_FILES = 64, KEPT_BYTES = 1024 * 1024, NAME_BYTES = 48 };

// Removes the oldest file when there are too many.
static void make_room(const char *directory)
{
    DIR *listing = opendir(directory);
    char oldest[NAME_BYTES] = "";
    time_t oldest_s = 0;
    size_t count = 0;
    const struct dirent *entry;
    while (listing != NULL && (entry = readdir(listing)) != NULL) {
        struct stat about;
        if (entry->d_name[0] == '.' || strlen(entry->d_name) >= NAME_BYTES ||
            fstatat(dirfd(listing), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0) {
            continue;
        }
        count++;
        if (oldest[0] == '\0' || about.st_mtime < oldest_s) {
            strcpy(oldest, entry->d_name); // shorter than NAME_BYTES
            oldest_s = about.st_mtime;
        }
    }
    if (count >= KEPT_FILES) {
        unlinkat(dirfd(listing), oldest, 0);
    }
    if (listing != NULL) {
        closedir(listing);
    }
}

// What stands in a comment may not end it, nor the line.
static void put_line(gs_buffer *out, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        gs_buffer_byte(out, *at == '>' || (unsigned char)*at < ' ' ? '?' : *at);
    }
}

static bool write_whole(const char *path, gs_view head, gs_view bytes)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    const bool good = fd >= 0 && write(fd, head.data, head.size) == (ssize_t)head.size &&
                      write(fd, bytes.data, bytes.size) == (ssize_t)bytes.size;
    if (fd >= 0) {
        close(fd);
    }
    return good;
}

void kept_put(ingestor *self, const char *url, gs_view bytes, const char *reason)
{
    char name[GS_ID_TEXT];
    gs_buffer path = {0};
    gs_buffer head = {0};
    gs_buffer_format(&path, "%s.kept", self->daemon.config->ingestor.store);
    if (mkdir(path.data, 0700) == 0 || errno == EEXIST) {
        make_room(path.data);
        gs_id_text(gs_id_of("kept", gs_view_of(url), gs_view_of("")), name);
        gs_buffer_format(&path, "/%s.html", name);
        gs_buffer_text(&head, "<!-- ");
        put_line(&head, url);
        gs_buffer_text(&head, " : ");
        put_line(&head, reason);
        gs_buffer_text(&head, " -->\n");
        if (write_whole(path.data, gs_buffer_view(&head), gs_view_slice(bytes, 0, KEPT_BYTES))) {
            gs_info(&self->daemon.log, "a page that could not be read is kept", gs_str("url", url),
                    gs_str("file", path.data));
        } else {
            unlink(path.data); // half a page tells nothing; the disk is full, say
        }
    }
    gs_buffer_free(&head);
    gs_buffer_free(&path);
}
