// A trial of content at hand: files of every kind that the ingestor reads, directories and archives, and of
// an answer that is no feed.
#include "source_trial.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FEEDS_SHOWN = 8, FILES_LISTED = 10000, RECORDS_MOST = 100000 };

// ---- content -------------------------------------------------------------------------------------------

static void judge_lines(gs_trial *self, gs_view bytes)
{
    size_t number = 0;
    self->is = "JSON Lines";
    gs_report_text(&self->report, "is", self->is);
    for (size_t at = 0; at < bytes.size && self->left > 0;) {
        const size_t feed = gs_view_find(bytes, gs_view_of("\n"), at);
        const size_t stop = feed == SIZE_MAX ? bytes.size : feed;
        const gs_view line = gs_view_slice(bytes, at, stop);
        gs_error error = {0};
        at = stop + 1;
        number++;
        if (gs_view_trim(line).size == 0)
            continue;
        self->left--;
        gs_arena_reset(self->entry);
        gs_report_into(&self->report, "looked_at");
        gs_report_value(&self->report, "line", json_integer((json_int_t)number));
        gs_report_line(&self->report, "line", gs_arena_format(self->entry, "%zu", number));
        gs_article *article = gs_article_from_json(line, self->entry, &error);
        if (article)
            gs_trial_article(self, article);
        else
            gs_trial_refuse(self, error.message);
        gs_report_out(&self->report);
    }
}

static void judge_text(gs_trial *self, gs_view bytes, const char *name)
{
    gs_error error = {0};
    self->is = "plain text";
    gs_report_text(&self->report, "is", self->is);
    gs_article *article = gs_article_from_text(bytes, name, self->entry, &error);
    if (article)
        gs_trial_article(self, article);
    else
        gs_trial_refuse(self, error.message);
}

// What else the page could be a source as.
static void tell_leads(gs_trial *self, gs_view html, const char *url)
{
    gs_link *links = NULL;
    size_t count = 0;
    gs_error none = {0};
    if (gs_feed_discover(html, url, self->arena, &links, &count, &none))
        for (size_t i = 0; i < count && i < FEEDS_SHOWN; i++)
            gs_report_item(&self->report, "feed", links[i].url);
    if (url && gs_page_links(html, url, self->arena, &links, &count, &none) && count > 0) {
        gs_report_value(&self->report, "links", json_integer((json_int_t)count));
        gs_report_line(
            &self->report, "links",
            gs_arena_format(self->arena, "%zu that look like articles; --kind pages looks at them", count));
    }
}

void gs_trial_bytes(gs_trial *self, gs_view bytes, const char *url, const char *content_type)
{
    gs_error error = {0};
    const gs_feed *feed = self->as_files ? NULL : gs_feed_parse(bytes, url, self->arena, &error);
    const gs_input input = gs_input_guess(bytes);
    if (feed) {
        gs_trial_feed(self, feed);
    } else if (input == GS_INPUT_JSONL) {
        judge_lines(self, bytes);
    } else if (input == GS_INPUT_TEXT) {
        judge_text(self, bytes, url ? url : "text");
    } else {
        self->is = "page";
        gs_report_text(&self->report, "is", "a page");
        tell_leads(self, bytes, url);
        gs_trial_page(self, bytes, url, gs_type_charset(content_type, self->entry), NULL);
    }
}

// ---- archives ------------------------------------------------------------------------------------------

static void judge_record(gs_trial *self, gs_warc *reader, const gs_warc_record *record)
{
    gs_warc_page page;
    gs_error error = {0};
    const gs_warc_pick picked = gs_warc_pick_page(reader, record, &page, &error);
    if (picked == GS_WARC_NO_PAGE)
        return;
    self->left--;
    self->entries++;
    gs_arena_reset(self->entry);
    gs_report_into(&self->report, "looked_at");
    gs_report_value(&self->report, "offset", json_integer((json_int_t)record->offset));
    gs_report_line(&self->report, "record",
                   gs_arena_format(self->entry, "at byte %llu", (unsigned long long)record->offset));
    gs_report_text(&self->report, "url", gs_arena_text(self->entry, record->uri));
    gs_article *article = picked == GS_WARC_PAGE ? gs_article_from_warc(&page, self->entry, &error) : NULL;
    if (article)
        gs_trial_article(self, article);
    else
        gs_trial_refuse(self, error.message);
    gs_report_out(&self->report);
}

static void judge_archive(gs_trial *self, int fd)
{
    gs_warc *reader = gs_warc_new(fd, (gs_warc_place){0});
    gs_warc_result result = GS_WARC_MORE;
    size_t records = 0;
    self->is = "WARC";
    gs_report_text(&self->report, "is", "a WARC archive");
    while (self->left > 0 && records < RECORDS_MOST && result != GS_WARC_END && result != GS_WARC_ERROR) {
        gs_warc_record record;
        gs_error error = {0};
        result = gs_warc_next(reader, true, &record, &error);
        if (result == GS_WARC_OK) {
            records++;
            judge_record(self, reader, &record);
        } else if (result == GS_WARC_DAMAGED || result == GS_WARC_ERROR) {
            gs_trial_refuse(self, error.message);
        }
    }
    gs_report_value(&self->report, "records", json_integer((json_int_t)records));
    gs_report_line(&self->report, "records",
                   gs_arena_format(self->arena, "%zu read, %zu pages in them", records, self->entries));
    gs_warc_free(&reader);
}

// Told by its first bytes; a packed one also by its name, because there are other packed files.
static bool is_archive(const char *path, int fd)
{
    unsigned char head[5] = {0};
    if (pread(fd, head, sizeof head, 0) < (ssize_t)sizeof head)
        return false;
    return memcmp(head, "WARC/", 5) == 0 ||
           (head[0] == 0x1f && head[1] == 0x8b && gs_view_ends(gs_view_of(path), ".warc.gz"));
}

// ---- paths ---------------------------------------------------------------------------------------------

static void judge_file(gs_trial *self, const char *path, const char *url)
{
    gs_error error = {0};
    gs_buffer bytes = {0};
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && is_archive(path, fd)) {
        judge_archive(self, fd);
    } else if (gs_read_all(path, GS_LIMIT_FILE_BYTES, &bytes, &error)) {
        gs_report_bytes(&self->report, "size", bytes.size);
        gs_trial_bytes(self, gs_buffer_view(&bytes), url, "");
    } else {
        gs_trial_refuse(self, error.message);
    }
    if (fd >= 0)
        close(fd);
    gs_buffer_free(&bytes);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

// The names of a directory's files, sorted; NULL with an error. In the arena.
static char **list_files(gs_trial *self, const char *path, size_t *count, gs_error *error)
{
    DIR *listing = opendir(path);
    if (!listing) {
        gs_fail(error, GS_E_IO, "%.300s: %s", path, strerror(errno));
        return NULL;
    }
    char **names = gs_arena_alloc(self->arena, FILES_LISTED * sizeof *names);
    const struct dirent *entry;
    while (*count < FILES_LISTED && (entry = readdir(listing))) {
        struct stat about;
        if (entry->d_name[0] != '.' && fstatat(dirfd(listing), entry->d_name, &about, 0) == 0 &&
            S_ISREG(about.st_mode))
            names[(*count)++] = gs_arena_format(self->arena, "%s/%s", path, entry->d_name);
    }
    closedir(listing);
    qsort(names, *count, sizeof *names, by_name);
    return names;
}

static void judge_directory(gs_trial *self, const char *path)
{
    size_t count = 0;
    gs_error error = {0};
    char **names = list_files(self, path, &count, &error);
    if (!names) {
        gs_trial_refuse(self, error.message);
        return;
    }
    const size_t most = self->left;
    self->as_files = true;
    gs_report_text(&self->report, "is", "a directory");
    gs_report_value(&self->report, "files", json_integer((json_int_t)count));
    gs_report_line(&self->report, "files", gs_arena_format(self->arena, "%zu", count));
    for (size_t i = 0; i < count && i < most; i++) {
        self->left = 1; // of each file
        gs_arena_reset(self->entry);
        gs_report_into(&self->report, "looked_at");
        gs_report_text(&self->report, "file", names[i]);
        judge_file(self, names[i], NULL);
        gs_report_out(&self->report);
    }
    self->is = "directory";
    self->entries = count;
}

void gs_trial_path(gs_trial *self, const char *path, const char *url)
{
    struct stat about;
    const bool there = stat(path, &about) == 0;
    if (!there && errno == ENOENT)
        gs_trial_refuse(self,
                        "there is no such file, nor a source of that id; an address begins with https://");
    else if (there && S_ISDIR(about.st_mode))
        judge_directory(self, path);
    else
        judge_file(self, path, url);
}
