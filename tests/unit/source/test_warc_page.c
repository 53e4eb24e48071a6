// Which records are pages, and the articles that come of them.
#include "warc_test.h"

static const char page[] = "<!doctype html><html><head><title>Talks</title></head><body><article><p>The "
                           "ministry said on Tuesday that "
                           "talks would go on.</p><p>\"We have not agreed to anything,\" the minister told "
                           "reporters.</p></article></body></html>";

typedef struct open_archive {
    int fd;
    gs_warc *warc;
    gs_warc_record record;
    gs_warc_page page;
} open_archive;

// The first record of these bytes, and what gs_warc_pick_page says of it.
static gs_warc_pick pick(fixture *self, gs_buffer *archive, open_archive *out)
{
    out->fd = file_with(archive->data, archive->size);
    out->warc = gs_warc_new(out->fd, (gs_warc_place){0});
    gs_warc_result result = GS_WARC_MORE;
    for (int turns = 0; turns < 10 && result == GS_WARC_MORE; turns++) {
        result = gs_warc_next(out->warc, true, &out->record, &self->error);
    }
    assert_int_equal(result, GS_WARC_OK);
    gs_buffer_clear(archive);
    return gs_warc_pick_page(out->warc, &out->record, &out->page, &self->error);
}

static void close_archive(open_archive *archive)
{
    gs_warc_free(&archive->warc);
    close(archive->fd);
}

static void what_is_a_page(void **state)
{
    static const struct {
        const char *type, *uri, *content_type, *block;
        gs_warc_pick pick;
    } cases[] = {
        {"response", "http://x/1", "application/http; msgtype=response",
         "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>x", GS_WARC_PAGE},
        {"response", "<http://x/1>", "application/http;msgtype=response",
         "HTTP/1.1 200\r\ncontent-type: application/xhtml+xml\r\n\r\n<p>x", GS_WARC_PAGE},
        {"response", "http://x/1", "application/http",
         "HTTP/1.1 404 No\r\nContent-Type: text/html\r\n\r\n<p>x", GS_WARC_NO_PAGE},
        {"response", "http://x/1", "application/http", "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nx",
         GS_WARC_NO_PAGE},
        {"response", "http://x/1", "application/http", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
         GS_WARC_NO_PAGE},
        {"response", "http://x/1", "application/http", "HTTP/1.1 200 OK\r\n\r\n<p>x", GS_WARC_NO_PAGE},
        {"response", "http://x/1", "application/http", "junk", GS_WARC_BAD_PAGE},
        {"response", "dns:x", "text/dns", "x", GS_WARC_NO_PAGE},
        {"response", "ftp://x/1", "text/html", "<p>x", GS_WARC_NO_PAGE},
        {"resource", "http://x/1", "text/html; charset=latin1", "<p>x", GS_WARC_PAGE},
        {"conversion", "HTTPS://x/1", "text/html", "<p>x", GS_WARC_PAGE},
        {"conversion", "http://x/1", "text/plain", "x", GS_WARC_NO_PAGE},
        {"revisit", "http://x/1", "application/http", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
         GS_WARC_NO_PAGE},
        {"request", "http://x/1", "application/http; msgtype=request", "GET / HTTP/1.1\r\n\r\n",
         GS_WARC_NO_PAGE},
        {"metadata", "http://x/1", "application/warc-fields", "a: b", GS_WARC_NO_PAGE},
        {"warcinfo", NULL, "application/warc-fields", "software: x", GS_WARC_NO_PAGE},
        {"novelty", "http://x/1", "text/html", "<p>x", GS_WARC_NO_PAGE},
    };
    gs_buffer archive = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        open_archive one;
        add_record(&archive, cases[i].type, cases[i].uri, cases[i].content_type, gs_view_of(cases[i].block));
        const gs_warc_pick picked = pick(*state, &archive, &one);
        if (picked != cases[i].pick) {
            fail_msg("case %zu: picked as %d", i, (int)picked);
        }
        if (picked == GS_WARC_PAGE) {
            assert_int_equal(one.page.html.size, 4);
            assert_true(gs_view_ends(one.page.uri, "//x/1"));
        }
        close_archive(&one);
    }
    gs_buffer_free(&archive);
}

static void a_page_becomes_an_article(void **state)
{
    fixture *self = *state;
    gs_buffer packed = {0};
    gs_buffer archive = {0};
    open_archive one;
    pack(&packed, gs_view_of(page), 31);
    add_response(&archive, "https://news.example/talks",
                 "Content-Type: text/html\r\nContent-Encoding: gzip\r\n", gs_buffer_view(&packed));
    assert_int_equal(pick(self, &archive, &one), GS_WARC_PAGE);
    gs_article *article = gs_article_from_warc(&one.page, self->arena, &self->error);
    assert_non_null(article);
    assert_string_equal(article->url, "https://news.example/talks");
    assert_string_equal(article->fetched, "2024-05-06T07:08:09Z");
    assert_has(article->text, "talks would go on");
    close_archive(&one);
    gs_buffer_free(&packed);
    gs_buffer_free(&archive);
}

static void the_servers_charset_counts(void **state)
{
    fixture *self = *state;
    static const char cyrillic[] =
        "<html><body><p>\xcf\xf0\xe8\xe2\xe5\xf2, and that was all that the minister said.</p></body></html>";
    gs_buffer archive = {0};
    open_archive one;
    add_response(&archive, "http://x/1", "Content-Type: text/html; charset=\"windows-1251\"\r\n",
                 gs_view_of(cyrillic));
    assert_int_equal(pick(self, &archive, &one), GS_WARC_PAGE);
    gs_article *article = gs_article_from_warc(&one.page, self->arena, &self->error);
    assert_non_null(article);
    assert_has(article->text, "Привет");
    close_archive(&one);
    gs_buffer_free(&archive);
}

static void a_bomb_is_refused(void **state)
{
    fixture *self = *state;
    gs_buffer large = {0};
    gs_buffer packed = {0};
    gs_buffer archive = {0};
    open_archive one;
    gs_buffer_reserve(&large, GS_LIMIT_PAGE_BYTES + 1);
    large.size = GS_LIMIT_PAGE_BYTES + 1;
    memset(large.data, 'a', large.size);
    pack(&packed, gs_buffer_view(&large), 31);
    add_response(&archive, "http://x/1", "Content-Type: text/html\r\nContent-Encoding: gzip\r\n",
                 gs_buffer_view(&packed));
    assert_int_equal(pick(self, &archive, &one), GS_WARC_BAD_PAGE);
    assert_int_equal(self->error.code, GS_E_LIMIT);
    close_archive(&one);
    add_response(&archive, "http://x/1", "Content-Type: text/html\r\n", gs_buffer_view(&large));
    assert_int_equal(pick(self, &archive, &one), GS_WARC_BAD_PAGE);
    assert_int_equal(self->error.code, GS_E_LIMIT);
    close_archive(&one);
    gs_buffer_free(&large);
    gs_buffer_free(&packed);
    gs_buffer_free(&archive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_a_page),
        TEST(a_page_becomes_an_article),
        TEST(the_servers_charset_counts),
        TEST(a_bomb_is_refused),
    };
    return cmocka_run_group_tests_name("warc_page", tests, NULL, NULL);
}
