// The page around the articles: what a browser must know of it, its style, its list of contents.
//
// The content security policy allows one style sheet, known by its SHA-256, and nothing else: should a text
// ever get past the escaping of html.c, it could neither run nor load anything. The list of contents comes
// first but is known last, so the page is held in memory until it is written.
#include "extract_page.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "extract_html.h"

enum { LONGEST_PAGE = 64 * 1024 * 1024 };

static const char STYLE[] = {
#include "extract.css.inc"
    , '\0'};

struct gs_page {
    const char *path; // borrowed
    int fd;           // owned unless it is standard output
    gs_buffer contents, articles;
    size_t count, statements;
};

gs_page *gs_page_open(const char *path, gs_error *error)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) {
        gs_fail(error, GS_E_USAGE, "cannot write %s: %s", path, strerror(errno));
        return NULL;
    }
    gs_page *self = gs_allocate(sizeof *self);
    self->path = standard ? "standard output" : path;
    self->fd = fd;
    return self;
}

void gs_page_close(gs_page **self_p)
{
    gs_page *self = *self_p;
    if (!self)
        return;
    if (self->fd >= 0 && self->fd != STDOUT_FILENO)
        close(self->fd);
    gs_buffer_free(&self->contents);
    gs_buffer_free(&self->articles);
    free(self);
    *self_p = NULL;
}

bool gs_page_add(gs_page *self, const gs_marked *marked, gs_arena *arena, gs_error *error)
{
    size_t before = self->articles.size;
    gs_extract_html(&self->articles, marked, self->count + 1, arena);
    if (self->articles.size > LONGEST_PAGE) {
        self->articles.size = before;
        return gs_fail(error, GS_E_LIMIT, "%s: no room on a page of %d MB; give fewer articles a page",
                       marked->article->article_id, LONGEST_PAGE / 1024 / 1024);
    }
    self->count++;
    self->statements += marked->statement_count;
    gs_extract_html_entry(&self->contents, marked, self->count);
    return true;
}

static void write_policy(gs_buffer *out)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(sizeof hash, sodium_base64_VARIANT_ORIGINAL)];
    crypto_hash_sha256(hash, (const unsigned char *)STYLE, strlen(STYLE));
    sodium_bin2base64(text, sizeof text, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
    gs_buffer_format(out,
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                     "style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n",
                     text);
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void write_head(const gs_page *self, gs_buffer *out)
{
    gs_buffer_text(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    write_policy(out);
    gs_buffer_text(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                        "<meta name=\"referrer\" content=\"no-referrer\">\n"
                        "<meta name=\"color-scheme\" content=\"light dark\">\n"
                        "<meta name=\"generator\" content=\"gainsay " GAINSAY_VERSION "\">\n");
    gs_buffer_format(out, "<title>%zu statement%s in %zu article%s</title>\n<style>", self->statements,
                     plural(self->statements), self->count, plural(self->count));
    gs_buffer_text(out, STYLE);
    gs_buffer_text(out, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#articles\">To the text</a>\n");
}

// What the marks mean, shown by the marks themselves.
static void write_opening(const gs_page *self, gs_buffer *out)
{
    gs_buffer_format(out, "<header><h1>Who said what</h1><p>%zu statement%s in %zu article%s</p>\n",
                     self->statements, plural(self->statements), self->count, plural(self->count));
    gs_buffer_text(out, "<p class=\"key\"><b class=\"s1\">An official</b> <i class=\"s1\">said</i> "
                        "<mark class=\"s1\"><span class=\"n s1\">1</span>these words</mark>, while "
                        "<b class=\"s2\">others</b> <i class=\"s2\">hold</i> "
                        "<mark class=\"s2 u\"><span class=\"n s2\">2</span>those</mark>. A number leads to "
                        "its statement and back.</p></header>\n");
    if (self->count > 1) {
        gs_buffer_text(out, "<nav aria-label=\"Articles\"><ol>\n");
        gs_buffer_append(out, self->contents.data, self->contents.size);
        gs_buffer_text(out, "</ol></nav>\n");
    }
}

static bool write_all(const gs_page *self, gs_view bytes, gs_error *error)
{
    for (size_t at = 0; at < bytes.size;) {
        ssize_t wrote = write(self->fd, bytes.data + at, bytes.size - at);
        if (wrote < 0 && errno != EINTR)
            return gs_fail(error, GS_E_IO, "cannot write %s: %s", self->path, strerror(errno));
        at += wrote > 0 ? (size_t)wrote : 0;
    }
    return true;
}

bool gs_page_write(gs_page *self, gs_error *error)
{
    gs_buffer opening = {0};
    write_head(self, &opening);
    write_opening(self, &opening);
    gs_buffer_text(&opening, "<main id=\"articles\">\n");
    if (self->count == 0)
        gs_buffer_text(&opening, "<p class=\"none\">No articles.</p>\n");
    // What is no file has no length: that it cannot be cut is no failure.
    bool ok = self->fd == STDOUT_FILENO || ftruncate(self->fd, 0) == 0 || errno == EINVAL ||
              gs_fail(error, GS_E_IO, "cannot write %s: %s", self->path, strerror(errno));
    ok = ok && write_all(self, gs_buffer_view(&opening), error) &&
         write_all(self, gs_buffer_view(&self->articles), error) &&
         write_all(self, gs_view_of("</main>\n</body>\n</html>\n"), error);
    gs_buffer_free(&opening);
    if (self->fd != STDOUT_FILENO) {
        ok = (close(self->fd) == 0 && ok) ||
             (ok && gs_fail(error, GS_E_IO, "cannot write %s: %s", self->path, strerror(errno)));
        self->fd = -1;
    }
    return ok;
}
