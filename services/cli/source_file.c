// The source file is an ordinary configuration file with nothing in it but sources. Whoever reads it sees the
// old list or the new one, never half of it: it is written beside, flushed to the disk, and renamed.
#include "source_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const KINDS[GS_SOURCE_KINDS] = {
    [GS_SOURCE_FILE] = "file",   [GS_SOURCE_DIRECTORY] = "directory", [GS_SOURCE_JSONL] = "jsonl",
    [GS_SOURCE_STDIN] = "stdin", [GS_SOURCE_FEED] = "feed",           [GS_SOURCE_SITEMAP] = "sitemap",
    [GS_SOURCE_PAGES] = "pages", [GS_SOURCE_WARC] = "warc",           [GS_SOURCE_SOCKET] = "socket",
};

void gs_yaml_scalar(gs_buffer *out, const char *text)
{
    gs_buffer_byte(out, '"');
    for (const char *c = text; *c; c++) {
        const unsigned char byte = (unsigned char)*c;
        if (byte == '"' || byte == '\\')
            gs_buffer_byte(out, '\\');
        if (byte < 0x20 || byte == 0x7f)
            gs_buffer_format(out, "\\x%02x", byte);
        else
            gs_buffer_byte(out, *c);
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
    self->sources = gs_reallocate(self->sources, (self->count + 1) * sizeof *self->sources);
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

static bool write_text(int fd, gs_view text)
{
    while (text.size > 0) {
        const ssize_t written = write(fd, text.data, text.size);
        if (written < 0)
            return false;
        text = gs_view_slice(text, (size_t)written, text.size);
    }
    return fsync(fd) == 0;
}

static bool replace_file(const char *path, gs_view text, gs_error *error)
{
    gs_buffer beside = {0};
    gs_buffer_format(&beside, "%s.new", path);
    const int fd = open(beside.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool ok = fd >= 0 && write_text(fd, text);
    if (fd >= 0)
        close(fd);
    ok = ok && rename(beside.data, path) == 0;
    if (!ok) {
        gs_fail(error, GS_E_IO, "%.300s: cannot be written: %s", path, strerror(errno));
        unlink(beside.data);
    }
    gs_buffer_free(&beside);
    return ok;
}

bool gs_source_list_write(const gs_config *config, const gs_source_list *list, gs_error *error)
{
    if (!config->ingestor.source_file)
        return gs_fail(error, GS_E_USAGE,
                       "the configuration names no ingestor.source_file, which sources are written to");
    gs_buffer text = {0};
    gs_buffer_text(&text, "# Kept by `gainsay source`; comments do not survive it.\ningestor:\n");
    gs_buffer_text(&text, list->count > 0 ? "  sources:\n" : "  sources: []\n");
    for (size_t i = 0; i < list->count; i++)
        write_source(&text, &list->sources[i]);
    const bool ok = replace_file(config->ingestor.source_file, gs_buffer_view(&text), error);
    gs_buffer_free(&text);
    return ok;
}
