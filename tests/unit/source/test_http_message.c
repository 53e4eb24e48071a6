// Archived HTTP responses: status, fields, and bodies in every encoding, whole and broken.
#include "warc_test.h"

#include "source/http_message.h"

static gs_http_message read_good(const char *text)
{
    gs_http_message message;
    gs_error error = {0};
    if (!gs_http_read(gs_view_of(text), &message, &error)) {
        fail_msg("not read: %s", error.message);
    }
    return message;
}

static void status_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned status; // 0: refused
    } cases[] = {
        {"HTTP/1.1 200 OK\r\n\r\n", 200},
        {"HTTP/1.0 404\n\n", 404},
        {"http/2 301 \r\n\r\n", 301},
        {"HTTP/1.1 200", 200},
        {"HTTP/1.1  503 x\r\n\r\n", 503},
        {"HTTP/1.1 20 OK\r\n\r\n", 0},
        {"HTTP/1.1 2000 OK\r\n\r\n", 0},
        {"HTTP/1.1 099 OK\r\n\r\n", 0},
        {"HTTP/1.1\r\n\r\n", 0},
        {"<html>", 0},
        {"", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gs_http_message message = {0};
        gs_error error = {0};
        assert_int_equal(gs_http_read(gs_view_of(cases[i].text), &message, &error), cases[i].status != 0);
        assert_int_equal(cases[i].status == 0 ? 0 : message.status, cases[i].status);
    }
}

static void fields_are_found(void **state)
{
    fixture *self = *state;
    const gs_http_message message =
        read_good("HTTP/1.1 200 OK\r\nServer: x\r\nno colon\r\n: empty\r\n"
                  "X-Long: a\r\n  b\r\nCONTENT-TYPE: Text/HTML ; a=\";charset=no\"; "
                  "Charset=\"iso-8859-1\"\r\nLast:1\r\n\r\nbody: no\r\n");
    gs_view type = gs_field_find(message.fields, "content-type");
    assert_string_equal(gs_arena_text(self->arena, gs_media_type(type)), "Text/HTML");
    assert_string_equal(gs_arena_text(self->arena, gs_media_parameter(type, "charset")), "iso-8859-1");
    assert_string_equal(gs_arena_text(self->arena, gs_field_find(message.fields, "X-Long")), "a\r\n  b");
    assert_string_equal(gs_arena_text(self->arena, gs_field_find(message.fields, "last")), "1");
    assert_int_equal(gs_field_find(message.fields, "body").size, 0);
    assert_int_equal(gs_media_parameter(gs_view_of("text/html"), "charset").size, 0);
    assert_string_equal(gs_arena_text(self->arena, message.body), "body: no\r\n");
}

static void a_header_ends(void **state)
{
    (void)state;
    assert_int_equal(gs_fields_size(gs_view_of("a: b\r\n\r\nc"), 100), 8);
    assert_int_equal(gs_fields_size(gs_view_of("a: b\n\nc"), 100), 6);
    assert_int_equal(gs_fields_size(gs_view_of("\r\nc"), 100), 2);
    assert_int_equal(gs_fields_size(gs_view_of("a: b\r\n\r\nc"), 7), 0);
    assert_int_equal(gs_fields_size(gs_view_of("a: b\r\n"), 100), 0);
}

static const char page[] =
    "<!doctype html><html><body><p>Caf\xC3\xA9 society opens at nine.</p></body></html>";

// The body of a response with these fields and bytes; NULL if it is refused.
static const char *body_of(fixture *self, const char *fields, gs_view bytes, bool cut, size_t limit)
{
    gs_buffer whole = {0};
    gs_buffer buffers[2] = {{0}, {0}};
    gs_http_message message;
    gs_view body;
    gs_buffer_format(&whole, "HTTP/1.1 200 OK\r\n%s\r\n", fields);
    gs_buffer_append(&whole, bytes.data, bytes.size);
    gs_error_clear(&self->error);
    assert_true(gs_http_read(gs_buffer_view(&whole), &message, &self->error));
    const bool read = gs_http_body(&message, cut, limit, buffers, &body, &self->error);
    assert_int_equal(read, self->error.code == GS_OK);
    const char *text = read ? gs_arena_text(self->arena, body) : NULL;
    gs_buffer_free(&buffers[0]);
    gs_buffer_free(&buffers[1]);
    gs_buffer_free(&whole);
    return text;
}

static void bodies_are_unpacked(void **state)
{
    fixture *self = *state;
    static const struct {
        const char *fields;
        int window;
    } cases[] = {{"Content-Encoding: gzip\r\n", 31},     {"Content-Encoding: x-gzip\r\n", 31},
                 {"content-encoding: GZIP\r\n", 31},     {"Content-Encoding: deflate\r\n", 15},
                 {"Content-Encoding: deflate\r\n", -15}, {"Content-Encoding: identity, gzip\r\n", 31}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gs_buffer packed = {0};
        pack(&packed, gs_view_of(page), cases[i].window);
        const gs_view bytes = gs_buffer_view(&packed);
        assert_string_equal(body_of(self, cases[i].fields, bytes, false, 1000), page);
        // Cut short: refused, or taken as far as it goes where the crawler says that it was cut.
        const gs_view half = gs_view_slice(bytes, 0, bytes.size / 2);
        assert_null(body_of(self, cases[i].fields, half, false, 1000));
        assert_has(self->error.message, "ends early");
        assert_non_null(body_of(self, cases[i].fields, half, true, 1000));
        assert_null(body_of(self, cases[i].fields, bytes, false, sizeof page - 2));
        assert_int_equal(self->error.code, GS_E_LIMIT);
        // Unpacked by the crawler, with the field left in.
        assert_string_equal(body_of(self, cases[i].fields, gs_view_of(page), false, 1000), page);
        gs_buffer_free(&packed);
    }
}

static void two_encodings_and_two_members(void **state)
{
    fixture *self = *state;
    gs_buffer once = {0};
    gs_buffer twice = {0};
    pack(&once, gs_view_of(page), 15);
    pack(&twice, gs_buffer_view(&once), 31);
    assert_string_equal(
        body_of(self, "Content-Encoding: deflate, gzip\r\n", gs_buffer_view(&twice), false, 1000), page);
    gs_buffer_clear(&once);
    pack(&once, gs_view_slice(gs_view_of(page), 0, 20), 31);
    pack(&once, gs_view_slice(gs_view_of(page), 20, sizeof page - 1), 31);
    gs_buffer_text(&once, "trailing");
    assert_string_equal(body_of(self, "Content-Encoding: gzip\r\n", gs_buffer_view(&once), false, 1000),
                        page);
    assert_null(body_of(self, "Content-Encoding: a,b,c,d,e,f\r\n", gs_view_of("<p>"), false, 1000));
    assert_null(body_of(self, "Content-Encoding: zstd\r\n", gs_view_of("\x28\xb5\x2f\xfd"), false, 1000));
    assert_has(self->error.message, "zstd");
    gs_buffer_free(&once);
    gs_buffer_free(&twice);
}

static void brotli(void **state)
{
    fixture *self = *state;
    // "<p>Officials said so.</p>" by Brotli's own tool.
    static const unsigned char packed[] = {0x1f, 0x18, 0x00, 0x00, 0xc4, 0x63, 0x6c, 0x5d, 0x63, 0x31,
                                           0x8e, 0xcc, 0x4b, 0x49, 0x49, 0x3e, 0xd1, 0xa5, 0xb6, 0x33,
                                           0x2f, 0x33, 0xc4, 0x21, 0x1f, 0x5e, 0x5a, 0x0b};
    const gs_view bytes = gs_view_make(packed, sizeof packed);
    assert_string_equal(body_of(self, "Content-Encoding: br\r\n", bytes, false, 1000),
                        "<p>Officials said so.</p>");
    assert_null(body_of(self, "Content-Encoding: br\r\n", bytes, false, 10));
    assert_int_equal(self->error.code, GS_E_LIMIT);
    assert_null(body_of(self, "Content-Encoding: br\r\n", gs_view_slice(bytes, 0, 5), false, 1000));
    assert_null(body_of(self, "Content-Encoding: br\r\n", gs_view_of("\xff\xff\xff\xff\xff"), false, 1000));
}

static void chunks_are_joined(void **state)
{
    fixture *self = *state;
    static const struct {
        const char *sent, *body;
    } cases[] = {
        {"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n", "hello world"},
        {"5\r\nhello\r\n6\r\n world", "hello world"},
        {"0005 \r\nhello\r\nA\r\n wor", "hello wor"},
        {"5\nhello\n0\n\n", "hello"},
        {"5\r\nhello\r\nzz\r\n", "hello"},
        {"<html>5</html>", "<html>5</html>"},
        {"fffffffffffffffff\r\nx", "fffffffffffffffff\r\nx"},
        {"fffffffffffffff\r\nx", "x"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *body =
            body_of(self, "Transfer-Encoding: chunked\r\n", gs_view_of(cases[i].sent), false, 1000);
        assert_string_equal(body, cases[i].body);
    }
    assert_null(body_of(self, "Transfer-Encoding: chunked\r\n", gs_view_of(cases[0].sent), false, 10));
    gs_buffer packed = {0};
    gs_buffer sent = {0};
    pack(&packed, gs_view_of(page), 31);
    gs_buffer_format(&sent, "%zx\r\n", packed.size);
    gs_buffer_append(&sent, packed.data, packed.size);
    gs_buffer_text(&sent, "\r\n0\r\n\r\n");
    assert_string_equal(body_of(self, "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n",
                                gs_buffer_view(&sent), false, 1000),
                        page);
    gs_buffer_free(&packed);
    gs_buffer_free(&sent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(status_lines),
        TEST(fields_are_found),
        TEST(a_header_ends),
        TEST(bodies_are_unpacked),
        TEST(chunks_are_joined),
        TEST(two_encodings_and_two_members),
        TEST(brotli),
    };
    return cmocka_run_group_tests_name("http_message", tests, NULL, NULL);
}
