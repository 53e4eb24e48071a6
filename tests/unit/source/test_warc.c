// Archives: plain and packed, resumed anywhere, growing, and damaged at every byte.
#include "warc_test.h"

#include <fcntl.h>
#include <pthread.h>

enum { RECORDS = 6 };

// Records with one address each; member_each: one gzip member a record, as crawlers write.
typedef enum packing { PLAIN, MEMBER_EACH, ONE_MEMBER } packing;

static void make_archive(gs_buffer *out, packing how)
{
    gs_buffer text = {0};
    for (int i = 0; i < RECORDS; i++) {
        char uri[64];
        char body[400];
        snprintf(uri, sizeof uri, "https://news.example/%d", i);
        snprintf(
            body, sizeof body,
            "<html><body><p>Page %d says that the %d ships have sailed, which %x denies.</p></body></html>",
            i, i * 7, i * 7919);
        add_response(&text, uri, "Content-Type: text/html\r\n", gs_view_of(body));
        if (how == MEMBER_EACH) {
            pack(out, gs_buffer_view(&text), 31);
            gs_buffer_clear(&text);
        }
    }
    if (how == ONE_MEMBER) {
        pack(out, gs_buffer_view(&text), 31);
    } else if (how == PLAIN) {
        gs_buffer_append(out, text.data, text.size);
    }
    gs_buffer_free(&text);
}

// Reads to the end; the numbers of the addresses as digits, '!' for damage.
static const char *read_on(fixture *self, gs_warc *warc, bool at_end)
{
    gs_buffer seen = {0};
    gs_warc_record record;
    gs_warc_result result = GS_WARC_MORE;
    for (int turns = 0; turns < 1000 && result != GS_WARC_END && result != GS_WARC_WAIT; turns++) {
        gs_error_clear(&self->error);
        result = gs_warc_next(warc, at_end, &record, &self->error);
        assert_int_not_equal(result, GS_WARC_ERROR);
        if (result == GS_WARC_OK) {
            gs_buffer_byte(&seen, record.uri.data[record.uri.size - 1]);
        } else if (result == GS_WARC_DAMAGED) {
            gs_buffer_byte(&seen, '!');
            assert_has(self->error.message, "offset ");
        }
    }
    gs_buffer_text(&seen, result == GS_WARC_WAIT ? "?" : "");
    const char *text = gs_arena_text(self->arena, gs_buffer_view(&seen));
    gs_buffer_free(&seen);
    return text;
}

static const char *read_bytes(fixture *self, gs_view bytes, gs_warc_place from)
{
    int fd = file_with(bytes.data, bytes.size);
    gs_warc *warc = gs_warc_new(fd, from);
    const char *seen = read_on(self, warc, true);
    gs_warc_free(&warc);
    assert_null(warc);
    close(fd);
    return seen;
}

static void every_packing_is_read(void **state)
{
    for (packing how = PLAIN; how <= ONE_MEMBER; how++) {
        gs_buffer archive = {0};
        make_archive(&archive, how);
        assert_string_equal(read_bytes(*state, gs_buffer_view(&archive), (gs_warc_place){0}), "012345");
        gs_buffer_free(&archive);
    }
    assert_string_equal(read_bytes(*state, gs_view_of(""), (gs_warc_place){0}), "");
}

static void resumes_behind_every_record(void **state)
{
    static const char all[] = "012345";
    for (packing how = PLAIN; how <= ONE_MEMBER; how++) {
        gs_buffer archive = {0};
        make_archive(&archive, how);
        int fd = file_with(archive.data, archive.size);
        gs_warc *warc = gs_warc_new(fd, (gs_warc_place){0});
        for (int i = 0; i < RECORDS; i++) {
            gs_warc_record record;
            gs_error error = {0};
            assert_int_equal(gs_warc_next(warc, true, &record, &error), GS_WARC_OK);
            const gs_warc_place place = gs_warc_reached(warc);
            assert_string_equal(read_bytes(*state, gs_buffer_view(&archive), place), all + i + 1);
        }
        gs_warc_free(&warc);
        close(fd);
        gs_buffer_free(&archive);
    }
}

static void a_growing_file_waits(void **state)
{
    for (packing how = PLAIN; how <= ONE_MEMBER; how++) {
        gs_buffer archive = {0};
        gs_buffer seen = {0};
        make_archive(&archive, how);
        int fd = file_with("", 0);
        gs_warc *warc = gs_warc_new(fd, (gs_warc_place){0});
        for (size_t at = 0; at < archive.size; at += 13) {
            const gs_view piece = gs_view_slice(gs_buffer_view(&archive), at, at + 13);
            assert_int_equal(pwrite(fd, piece.data, piece.size, (off_t)at), piece.size);
            gs_buffer_text(&seen, read_on(*state, warc, false));
        }
        size_t kept = 0;
        for (size_t i = 0; i < seen.size; i++) {
            if (seen.data[i] != '?') {
                seen.data[kept++] = seen.data[i];
            }
        }
        seen.data[kept] = '\0';
        assert_string_equal(seen.data, "012345");
        gs_warc_free(&warc);
        close(fd);
        gs_buffer_free(&seen);
        gs_buffer_free(&archive);
    }
}

static void a_file_that_is_cut_tells_once(void **state)
{
    for (packing how = PLAIN; how <= MEMBER_EACH; how++) {
        gs_buffer archive = {0};
        make_archive(&archive, how);
        gs_view cut = gs_view_slice(gs_buffer_view(&archive), 0, archive.size - 60);
        assert_string_equal(read_bytes(*state, cut, (gs_warc_place){0}), "01234!");
        gs_buffer_free(&archive);
    }
}

// Whatever byte of the third record is damaged, the others come, each once.
static void damage_costs_one_record(void **state)
{
    gs_buffer archive = {0};
    gs_buffer before = {0};
    gs_buffer scratch = {0};
    make_archive(&archive, MEMBER_EACH);
    int fd = file_with(archive.data, archive.size);
    gs_warc *warc = gs_warc_new(fd, (gs_warc_place){0});
    gs_warc_place places[RECORDS];
    for (int i = 0; i < RECORDS; i++) {
        gs_warc_record record;
        gs_error error = {0};
        assert_int_equal(gs_warc_next(warc, true, &record, &error), GS_WARC_OK);
        places[i] = gs_warc_reached(warc);
    }
    gs_warc_free(&warc);
    close(fd);
    unsigned damaged = 0;
    for (size_t at = places[1].offset; at < places[2].offset; at++) {
        gs_buffer_clear(&scratch);
        gs_buffer_append(&scratch, archive.data, archive.size);
        scratch.data[at] = (char)(scratch.data[at] ^ 0x55);
        const char *seen = read_bytes(*state, gs_buffer_view(&scratch), (gs_warc_place){0});
        // Some bytes of a gzip header mean nothing (time, system), so the record may be whole.
        damaged += strcmp(seen, "01!345") == 0;
        if (strcmp(seen, "01!345") != 0 && strcmp(seen, "012345") != 0) {
            fail_msg("byte %zu: %s", at, seen);
        }
        // And without that byte, as a bad copy leaves it.
        gs_buffer_clear(&scratch);
        gs_buffer_append(&scratch, archive.data, at);
        gs_buffer_append(&scratch, archive.data + at + 1, archive.size - at - 1);
        seen = read_bytes(*state, gs_buffer_view(&scratch), (gs_warc_place){0});
        if (strcmp(seen, "01!345") != 0) {
            fail_msg("without byte %zu: %s", at, seen);
        }
    }
    assert_true(damaged > (places[2].offset - places[1].offset) * 9 / 10);
    gs_buffer_free(&before);
    gs_buffer_free(&scratch);
    gs_buffer_free(&archive);
}

static void a_wrong_length_costs_one_record(void **state)
{
    static const char *const lengths[] = {"9", "2000", "x", "-1", "99999999999999999999", ""};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        for (int packed = 0; packed < 2; packed++) {
            gs_buffer text = {0};
            gs_buffer archive = {0};
            make_archive(&text, PLAIN);
            gs_buffer bad = {0};
            gs_buffer_format(
                &bad,
                "WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: http://x/8\r\nContent-Length: %s\r\n\r\n"
                "twelve bytes\r\n\r\n",
                lengths[i]);
            if (packed) {
                pack(&archive, gs_buffer_view(&bad), 31);
                make_archive(&archive, MEMBER_EACH);
            } else {
                gs_buffer_append(&archive, bad.data, bad.size);
                make_archive(&archive, PLAIN);
            }
            assert_string_equal(read_bytes(*state, gs_buffer_view(&archive), (gs_warc_place){0}), "!012345");
            gs_buffer_free(&bad);
            gs_buffer_free(&text);
            gs_buffer_free(&archive);
        }
    }
}

static void junk_is_passed(void **state)
{
    gs_buffer archive = {0};
    make_archive(&archive, MEMBER_EACH);
    gs_buffer_text(&archive, "this is no archive, and \x1f\x8b\x08 is no member of one");
    for (int i = 0; i < 600 * 1024; i++) { // longer than any buffer
        gs_buffer_byte(&archive, (char)(i * 31 % 251));
    }
    make_archive(&archive, MEMBER_EACH);
    gs_buffer_append(&archive, "\0\0\0\0\0\0\0\0", 8);
    assert_string_equal(read_bytes(*state, gs_buffer_view(&archive), (gs_warc_place){0}), "012345!012345!");
    assert_string_equal(read_bytes(*state, gs_view_of("plain text, no archive"), (gs_warc_place){0}), "!");
    gs_buffer_free(&archive);
}

static void *feed_pipe(void *context)
{
    const gs_buffer *archive = context;
    int *fd = (int *)(void *)(archive + 1);
    for (size_t at = 0; at < archive->size; at += 7) {
        const gs_view piece = gs_view_slice(gs_buffer_view(archive), at, at + 7);
        assert_int_equal(write(*fd, piece.data, piece.size), piece.size);
    }
    close(*fd);
    return NULL;
}

static void a_pipe_is_read(void **state)
{
    struct {
        gs_buffer archive;
        int fd;
    } job = {0};
    int ends[2];
    pthread_t thread;
    make_archive(&job.archive, MEMBER_EACH);
    job.archive.data[40] ^= 1; // damage, where nobody can seek back
    assert_int_equal(pipe(ends), 0);
    job.fd = ends[1];
    assert_int_equal(pthread_create(&thread, NULL, feed_pipe, &job), 0);
    gs_warc *warc = gs_warc_new(ends[0], (gs_warc_place){0});
    const char *seen = read_on(*state, warc, true);
    assert_int_equal(seen[0], '!');
    assert_has(seen, "345");
    gs_warc_free(&warc);
    pthread_join(thread, NULL);
    close(ends[0]);
    gs_buffer_free(&job.archive);
}

// A large block is read in bounded memory, and in bounded pieces.
static void a_large_block_is_passed(void **state)
{
    fixture *self = *state;
    gs_buffer body = {0};
    gs_buffer text = {0};
    gs_buffer archive = {0};
    gs_buffer_reserve(&body, 70u << 20);
    body.size = 70u << 20;
    memset(body.data, 'a', body.size);
    add_record(&text, "resource", "http://x/7", "video/mp4", gs_buffer_view(&body));
    pack(&archive, gs_buffer_view(&text), 31);
    make_archive(&archive, MEMBER_EACH);
    int fd = file_with(archive.data, archive.size);
    gs_warc *warc = gs_warc_new(fd, (gs_warc_place){0});
    gs_warc_record record;
    assert_int_equal(gs_warc_next(warc, true, &record, &self->error), GS_WARC_MORE);
    assert_int_equal(gs_warc_reached(warc).offset, 0);
    assert_int_equal(gs_warc_next(warc, true, &record, &self->error), GS_WARC_MORE);
    assert_int_equal(gs_warc_next(warc, true, &record, &self->error), GS_WARC_OK);
    assert_true(record.cut);
    assert_int_equal(record.payload.size, GS_LIMIT_PAGE_BYTES);
    assert_string_equal(read_on(self, warc, true), "012345");
    gs_warc_free(&warc);
    close(fd);
    gs_buffer_free(&body);
    gs_buffer_free(&text);
    gs_buffer_free(&archive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_packing_is_read),   TEST(resumes_behind_every_record),
        TEST(a_growing_file_waits),    TEST(a_file_that_is_cut_tells_once),
        TEST(damage_costs_one_record), TEST(a_wrong_length_costs_one_record),
        TEST(junk_is_passed),          TEST(a_pipe_is_read),
        TEST(a_large_block_is_passed),
    };
    return cmocka_run_group_tests_name("warc", tests, NULL, NULL);
}
