// Any bytes as an archive: as they are, packed into one gzip member with the bytes themselves behind it, and
// as one archived HTTP message. Reading ends, places only move on, what is given is bounded, and a reader
// that starts anew behind some record gives the rest.
#include "fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "source/http_message.h"

enum { PLACES = 64 };

typedef struct outcome {
    size_t records, damaged;
    gs_warc_place places[PLACES]; // behind the first ones
} outcome;

static void check_page(gs_warc *warc, const gs_warc_record *record)
{
    gs_warc_page page;
    gs_error error = {0};
    const gs_warc_pick picked = gs_warc_pick_page(warc, record, &page, &error);
    FUZZ_CHECK((picked == GS_WARC_BAD_PAGE) == (error.code != GS_OK));
    if (picked != GS_WARC_PAGE) {
        return;
    }
    FUZZ_CHECK(page.html.size <= GS_LIMIT_PAGE_BYTES);
    gs_arena *arena = gs_arena_new(4096);
    gs_article *article = gs_article_from_warc(&page, arena, &error);
    FUZZ_CHECK((article == NULL) == (error.code != GS_OK));
    if (article != NULL) {
        gs_time time;
        FUZZ_CHECK(gs_utf8_valid(gs_view_of(article->text), NULL));
        FUZZ_CHECK(article->fetched[0] == '\0' || gs_time_parse(gs_view_of(article->fetched), &time));
    }
    gs_arena_free(&arena);
}

static outcome read_all(int fd, size_t size, gs_warc_place from)
{
    outcome seen = {0};
    gs_warc *warc = gs_warc_new(fd, from);
    gs_warc_result result = GS_WARC_MORE;
    gs_warc_place last = from;
    for (size_t turns = 0; result != GS_WARC_END; turns++) {
        gs_warc_record record;
        gs_error error = {0};
        result = gs_warc_next(warc, true, &record, &error);
        FUZZ_CHECK(turns < 100000 && result != GS_WARC_ERROR && result != GS_WARC_WAIT);
        FUZZ_CHECK((result == GS_WARC_DAMAGED) <= (error.code != GS_OK));
        const gs_warc_place place = gs_warc_reached(warc);
        FUZZ_CHECK(place.offset <= size);
        FUZZ_CHECK(place.offset > last.offset || place.record >= last.record || result != GS_WARC_OK);
        last = place;
        seen.damaged += result == GS_WARC_DAMAGED;
        if (result == GS_WARC_OK) {
            FUZZ_CHECK(record.payload.size <= GS_LIMIT_PAGE_BYTES && record.type < GS_WARC_TYPES);
            check_page(warc, &record);
            if (seen.records < PLACES) {
                seen.places[seen.records] = place;
            }
            seen.records++;
        }
    }
    gs_warc_free(&warc);
    return seen;
}

static void try_archive(const gs_buffer *bytes, size_t choice)
{
    int fd = memfd_create("archive", MFD_CLOEXEC);
    FUZZ_CHECK(fd >= 0 && write(fd, bytes->data, bytes->size) == (ssize_t)bytes->size);
    const outcome whole = read_all(fd, bytes->size, (gs_warc_place){0});
    const size_t most = whole.records < PLACES ? whole.records : PLACES;
    if (most > 0 && whole.damaged == 0) {
        const outcome rest = read_all(fd, bytes->size, whole.places[choice % most]);
        FUZZ_CHECK(rest.damaged == 0 && rest.records == whole.records - choice % most - 1);
    }
    close(fd);
}

static void try_message(gs_view bytes)
{
    gs_http_message message;
    gs_error error = {0};
    gs_buffer buffers[2] = {{0}, {0}};
    gs_view body;
    if (gs_http_read(bytes, &message, &error)) {
        const gs_view type = gs_field_find(message.fields, "Content-Type");
        FUZZ_CHECK(gs_media_parameter(type, "charset").size <= type.size);
        const size_t limit = 64 * 1024;
        if (gs_http_body(&message, bytes.size % 2, limit, buffers, &body, &error)) {
            FUZZ_CHECK(body.size <= limit);
        }
    }
    gs_buffer_free(&buffers[0]);
    gs_buffer_free(&buffers[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gs_buffer bytes = {0};
    gs_buffer_reserve(&bytes, compressBound((uLong)size) + 64);
    gs_buffer_append(&bytes, data, size);
    try_archive(&bytes, size);
    try_message(gs_view_make(data, size));
    z_stream stream = {.next_in = (z_const Bytef *)(uintptr_t)data, .avail_in = (uInt)size};
    FUZZ_CHECK(deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    stream.next_out = (Bytef *)bytes.data;
    stream.avail_out = (uInt)bytes.capacity;
    FUZZ_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    bytes.size = stream.total_out;
    deflateEnd(&stream);
    gs_buffer_append(&bytes, data, size);
    try_archive(&bytes, size);
    gs_buffer_free(&bytes);
    return 0;
}
