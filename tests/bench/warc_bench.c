// How fast are archives read? On one core, from the page cache:
//
//   reader          records out of the file, checksums compared, nothing made of them
//   reader + text   each HTML page to an article as well: what the ingestor does before its store
//   zcat            the peer: unpacks the file and knows nothing of records
//   python3-warcio  the peer that reads records, where it is installed (Debian 12 has no package of it)
//
// The archive is made of the pages of a folder (*.html or *.html.gz), each over and over under another
// address, one gzip member a record, with the request beside each response, as news crawlers write. Every
// pass is a process of its own, so its memory is its own: told after a tenth of the file and at the end.
//
// Usage: warc [--megabytes=N] [--keep=FILE] FOLDER      N: of the text, unpacked (256)
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "bench.h"
#include "source/source.h"

enum { PAGES_MOST = 1000, LEVEL = 6 };

typedef struct bench_page {
    char *data; // owned
    size_t size;
} bench_page;

typedef struct warc_run {
    bench_page pages[PAGES_MOST];
    size_t page_count;
    uint64_t text_bytes; // wanted, then made
    uint64_t file_bytes;
    const char *file;
} warc_run;

// ---- making the archive ------------------------------------------------------------------------------

static void load_page(warc_run *run, const char *path)
{
    gs_buffer text = {0};
    gzFile in = gzopen(path, "rb"); // reads plain files as they are
    int got = 1;
    while (in != NULL && got > 0) {
        gs_buffer_reserve(&text, 256 * 1024);
        got = gzread(in, text.data + text.size, 256 * 1024);
        text.size += got > 0 ? (size_t)got : 0;
    }
    if (in == NULL || got < 0) {
        bench_fail("%s: cannot be read", path);
    }
    gzclose(in);
    run->pages[run->page_count++] = (bench_page){.data = text.data, .size = text.size};
}

static void load_pages(warc_run *run, const char *folder)
{
    struct dirent **entries = NULL;
    const int count = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char path[2 * BENCH_PATH];
        const gs_view name = gs_view_of(entries[i]->d_name);
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if ((gs_view_ends(name, ".html") || gs_view_ends(name, ".html.gz")) && run->page_count < PAGES_MOST) {
            load_page(run, path);
        }
        free(entries[i]);
    }
    free(entries);
    if (run->page_count == 0) {
        bench_fail("%s: no *.html or *.html.gz there", folder);
    }
}

static void write_member(warc_run *run, FILE *out, z_stream *packer, gs_buffer *packed, gs_view text)
{
    deflateReset(packer);
    gs_buffer_clear(packed);
    gs_buffer_reserve(packed, deflateBound(packer, (uLong)text.size));
    packer->next_in = (z_const Bytef *)(uintptr_t)text.data;
    packer->avail_in = (uInt)text.size;
    packer->next_out = (Bytef *)packed->data;
    packer->avail_out = (uInt)packed->capacity;
    if (deflate(packer, Z_FINISH) != Z_STREAM_END ||
        fwrite(packed->data, 1, packer->total_out, out) != packer->total_out) {
        bench_fail("cannot write %s", run->file);
    }
    run->file_bytes += packer->total_out;
    run->text_bytes += text.size;
}

static void add_record(gs_buffer *text, const char *type, uint64_t number, gs_view head, gs_view body)
{
    gs_buffer_format(text,
                     "WARC/1.0\r\nWARC-Type: %s\r\nWARC-Date: 2025-04-20T10:11:12Z\r\n"
                     "WARC-Record-ID: <urn:uuid:12345678-1234-4234-8234-%012llu>\r\n"
                     "WARC-Target-URI: https://news.example/%llu\r\n"
                     "Content-Type: application/http; msgtype=%s\r\nContent-Length: %zu\r\n\r\n",
                     type, (unsigned long long)number, (unsigned long long)number, type,
                     head.size + body.size);
    gs_buffer_append(text, head.data, head.size);
    gs_buffer_append(text, body.data, body.size);
    gs_buffer_text(text, "\r\n\r\n");
}

static void write_archive(warc_run *run)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: news.example\r\n\r\n";
    static const char response[] = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nServer: none\r\n\r\n";
    const uint64_t wanted = run->text_bytes;
    gs_buffer text = {0};
    gs_buffer packed = {0};
    z_stream packer = {0};
    FILE *out = fopen(run->file, "wb");
    if (out == NULL || deflateInit2(&packer, LEVEL, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        bench_fail("cannot write %s", run->file);
    }
    run->text_bytes = run->file_bytes = 0;
    for (uint64_t number = 0; run->text_bytes < wanted; number++) {
        const bench_page *page = &run->pages[number % run->page_count];
        gs_buffer_clear(&text);
        add_record(&text, "request", number, gs_view_of(request), gs_view_of(""));
        write_member(run, out, &packer, &packed, gs_buffer_view(&text));
        gs_buffer_clear(&text);
        add_record(&text, "response", number, gs_view_of(response), gs_view_make(page->data, page->size));
        write_member(run, out, &packer, &packed, gs_buffer_view(&text));
    }
    if (fclose(out) != 0) {
        bench_fail("cannot write %s", run->file);
    }
    deflateEnd(&packer);
    gs_buffer_free(&text);
    gs_buffer_free(&packed);
}

// ---- passes ------------------------------------------------------------------------------------------

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static uint64_t peak_bytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)usage.ru_maxrss * 1024;
}

static void print_pass(const char *name, const warc_run *run, double wall, double processor)
{
    const double megabytes = (double)run->text_bytes / 1e6;
    printf("%-16s %7.2f s, processor %6.2f s: %7.1f MB/s unpacked, %6.1f MB/s of the file\n", name, wall,
           processor, megabytes / processor, (double)run->file_bytes / 1e6 / processor);
}

// The reader alone, or with the text of each page. Runs in a process of its own.
static void read_pass(const warc_run *run, bool texts)
{
    const uint64_t begun = gs_monotonic_us();
    uint64_t records = 0, pages = 0, articles = 0, early = 0;
    int fd = open(run->file, O_RDONLY | O_CLOEXEC);
    gs_warc *warc = gs_warc_new(fd, (gs_warc_place){0});
    gs_arena *arena = gs_arena_new(0);
    gs_warc_result result = GS_WARC_MORE;
    while (result == GS_WARC_OK || result == GS_WARC_MORE) {
        gs_warc_record record;
        gs_warc_page page;
        gs_error error = {0};
        result = gs_warc_next(warc, true, &record, &error);
        records += result == GS_WARC_OK;
        if (texts && result == GS_WARC_OK &&
            gs_warc_pick_page(warc, &record, &page, &error) == GS_WARC_PAGE) {
            gs_arena_reset(arena);
            pages++;
            articles += gs_article_from_warc(&page, arena, &error) != NULL;
        }
        early = early == 0 && gs_warc_reached(warc).offset > run->file_bytes / 10 ? peak_bytes() : early;
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    const double wall = (double)(gs_monotonic_us() - begun) / 1e6;
    const double processor = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    if (result != GS_WARC_END || gs_warc_unpacked(warc) != run->text_bytes) {
        bench_fail("%s: not read to its end", run->file);
    }
    print_pass(texts ? "reader + text" : "reader", run, wall, processor);
    printf("%-16s %.0f records/s", "", (double)records / processor);
    if (texts) {
        printf(", %.0f pages/s (%llu of %llu gave an article)", (double)pages / processor,
               (unsigned long long)articles, (unsigned long long)pages);
    }
    printf("; peak memory %.1f MB after a tenth, %.1f MB at the end\n", (double)early / 1e6,
           (double)peak_bytes() / 1e6);
    gs_warc_free(&warc);
    gs_arena_free(&arena);
    close(fd);
}

// Forks; the child runs the pass or the shell command. False if it failed.
static bool in_child(const warc_run *run, bool texts, const char *command, struct rusage *usage)
{
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        if (command != NULL) {
            execl("/bin/sh", "sh", "-c", command, "sh", run->file, (char *)NULL);
            _exit(127);
        }
        read_pass(run, texts);
        fflush(stdout);
        _exit(0);
    }
    int status = 1;
    return child > 0 && wait4(child, &status, 0, usage) == child && status == 0;
}

static void peer(const warc_run *run, const char *name, const char *command, const char *missing)
{
    struct rusage usage;
    const uint64_t begun = gs_monotonic_us();
    if (!in_child(run, false, command, &usage)) {
        printf("%-16s %s\n", name, missing);
        return;
    }
    print_pass(name, run, (double)(gs_monotonic_us() - begun) / 1e6,
               seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
}

static void measure(warc_run *run)
{
    static const char warcio[] =
        "exec python3 -c 'import sys\nfrom warcio.archiveiterator import ArchiveIterator\n"
        "for record in ArchiveIterator(open(sys.argv[1], \"rb\")): record.content_stream().read()' \"$1\" "
        "2>/dev/null";
    struct rusage usage;
    if (!in_child(run, false, NULL, &usage) || !in_child(run, true, NULL, &usage)) {
        bench_fail("a pass failed");
    }
    peer(run, "zcat", "exec zcat \"$1\" > /dev/null", "is not installed");
    peer(run, "python3-warcio", warcio, "is not installed");
}

int main(int argc, char **argv)
{
    warc_run run = {.text_bytes = UINT64_C(256) * 1000000};
    const char *folder = NULL;
    const char *keep = NULL;
    char file[] = "/var/tmp/gainsay-warc-XXXXXX";
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--megabytes=", 12) == 0) {
            run.text_bytes = strtoull(argv[i] + 12, NULL, 10) * 1000000;
        } else if (strncmp(argv[i], "--keep=", 7) == 0) {
            keep = argv[i] + 7;
        } else {
            folder = argv[i];
        }
    }
    if (folder == NULL) {
        bench_fail("usage: warc [--megabytes=N] [--keep=FILE] FOLDER");
    }
    if (keep == NULL) {
        close(mkstemp(file));
    }
    run.file = keep != NULL ? keep : file;
    bench_bind_core();
    load_pages(&run, folder);
    write_archive(&run);
    for (size_t i = 0; i < run.page_count; i++) {
        free(run.pages[i].data);
    }
    printf("%zu pages; archive of %.1f MB, %.1f MB unpacked\n", run.page_count, (double)run.file_bytes / 1e6,
           (double)run.text_bytes / 1e6);
    measure(&run);
    if (keep == NULL) {
        unlink(file);
    }
    return 0;
}
