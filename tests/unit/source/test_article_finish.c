// What every article has when it leaves the room, and which articles are the same one.
#include "source_test.h"

enum { NOW = 1745549820 }; // 2025-04-25T02:57:00Z

static gs_article *article_of(fixture *self, const char *url, const char *id, const char *text)
{
    gs_article *article = gs_article_new(self->arena);
    article->url = gs_arena_text(self->arena, gs_view_of(url));
    article->external_id = gs_arena_text(self->arena, gs_view_of(id));
    article->title = gs_arena_text(self->arena, gs_view_of("Title"));
    article->text = gs_arena_text(self->arena, gs_view_of(text));
    return article;
}

static bool finish(fixture *self, gs_article *article, const char *source)
{
    return gs_article_finish(article, source, false, (uint64_t)NOW * 1000000, self->arena, &self->error);
}

static void fills_ids_and_times(void **state)
{
    fixture *self = *state;
    gs_article *article = article_of(self, "https://example.org/a", "7", "Words.");
    assert_true(finish(self, article, "wire"));
    gs_id id;
    assert_true(gs_id_parse(gs_view_of(article->article_id), &id));
    assert_int_equal(article->content_hash.len, GS_ID_BYTES);
    assert_string_equal(article->source_id, "wire");
    assert_string_equal(article->fetched, "2025-04-25T02:57:00.000Z");
    assert_int_equal(article->ingested_us, (uint64_t)NOW * 1000000);
}

static void identity_goes_by_url_then_id_then_text(void **state)
{
    fixture *self = *state;
    gs_article *first = article_of(self, "https://example.org/a", "1", "One.");
    gs_article *changed = article_of(self, "https://example.org/a", "2", "Two.");
    gs_article *canonical = article_of(self, "https://mirror.example/a", "", "One.");
    canonical->canonical_url = gs_arena_text(self->arena, gs_view_of("https://example.org/a"));
    gs_article *by_id = article_of(self, "", "1", "One.");
    gs_article *by_id_elsewhere = article_of(self, "", "1", "One.");
    gs_article *by_id_again = article_of(self, "", "1", "Changed.");
    gs_article *by_text = article_of(self, "", "", "One.");
    gs_article *by_text_again = article_of(self, "", "", "One.");
    gs_article *all[] = {first, changed, canonical, by_id, by_id_again, by_text, by_text_again};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        assert_true(finish(self, all[i], "s"));
    }
    assert_true(finish(self, by_id_elsewhere, "other"));
    assert_string_equal(first->article_id, changed->article_id);
    assert_string_equal(first->article_id, canonical->article_id);
    assert_string_equal(by_id->article_id, by_id_again->article_id);
    assert_string_equal(by_text->article_id, by_text_again->article_id);
    assert_string_not_equal(by_id->article_id, by_id_elsewhere->article_id);
    assert_string_not_equal(by_id->article_id, first->article_id);
    assert_string_not_equal(by_text->article_id, first->article_id);
    assert_memory_not_equal(first->content_hash.data, changed->content_hash.data, GS_ID_BYTES);
    assert_memory_equal(first->content_hash.data, by_text->content_hash.data, GS_ID_BYTES);
}

static void delivery_id_changes_with_revision_and_content(void **state)
{
    fixture *self = *state;
    gs_article *article = article_of(self, "https://example.org/a", "", "One.");
    gs_article *other = article_of(self, "https://example.org/a", "", "Two.");
    assert_true(finish(self, article, "s") && finish(self, other, "s"));
    gs_id first = gs_article_delivery_id(article);
    assert_true(gs_id_equal(first, gs_article_delivery_id(article)));
    assert_false(gs_id_equal(first, gs_article_delivery_id(other)));
    article->revision = 1;
    assert_false(gs_id_equal(first, gs_article_delivery_id(article)));
}

static void external_id_is_kept_on_demand(void **state)
{
    fixture *self = *state;
    gs_article *article = article_of(self, "https://example.org/a", "doc-7", "One.");
    assert_true(gs_article_finish(article, NULL, true, 1, self->arena, &self->error));
    assert_string_equal(article->article_id, "doc-7");
    article = article_of(self, "https://example.org/a", "", "One.");
    assert_true(gs_article_finish(article, NULL, true, 1, self->arena, &self->error));
    assert_int_equal(strlen(article->article_id), 32);
}

static void repairs_and_cuts(void **state)
{
    fixture *self = *state;
    gs_article *article = article_of(self, "", "", "bad \xC3 byte");
    size_t size = GS_LIMIT_FIELD_BYTES + 1000;
    char *title = gs_arena_alloc(self->arena, size + 1);
    memset(title, 'a', size);
    memcpy(title + GS_LIMIT_FIELD_BYTES - 1, "\xE2\x82\xAC", 3); // the cut falls into it
    title[size] = '\0';
    article->title = title;
    article->byline = (char[]){(char)0xFF, 'x', '\0'};
    assert_true(finish(self, article, "s"));
    assert_int_equal(strlen(article->title), GS_LIMIT_FIELD_BYTES - 1);
    assert_string_equal(article->byline, "\xEF\xBF\xBDx");
    assert_string_equal(article->text, "bad \xEF\xBF\xBD byte");
}

static void long_urls_that_start_alike_stay_apart(void **state)
{
    fixture *self = *state;
    char *url = gs_arena_alloc(self->arena, GS_LIMIT_FIELD_BYTES + 3);
    memset(url, 'u', GS_LIMIT_FIELD_BYTES + 2);
    url[GS_LIMIT_FIELD_BYTES + 2] = '\0';
    gs_article *one = article_of(self, url, "", "x");
    url[GS_LIMIT_FIELD_BYTES + 1] = 'v';
    gs_article *two = article_of(self, url, "", "x");
    assert_true(finish(self, one, "s") && finish(self, two, "s"));
    assert_string_equal(one->url, two->url);
    assert_string_not_equal(one->article_id, two->article_id);
}

static void makes_published_rfc3339(void **state)
{
    static const char *const pairs[][2] = {
        {"2025-04-24T22:57:00-04:00", "2025-04-24T22:57:00-04:00"},
        {"2025-04-24T22:57:00.250Z", "2025-04-24T22:57:00.250Z"},
        {" 2025-04-24 ", "2025-04-24"},
        {"2025-04-24 22:57:00+08:00", "2025-04-24T22:57:00+08:00"},
        {"Thu, 24 Apr 2025 22:57:00 EDT", "2025-04-24T22:57:00-04:00"},
        {"April 24, 2025", "2025-04-24"},
        {"yesterday", ""},
        {"04/05/2025", ""},
        {"", ""},
    };
    fixture *self = *state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        gs_article *article = article_of(self, "", "", "x");
        article->published = gs_arena_text(self->arena, gs_view_of(pairs[i][0]));
        assert_true(finish(self, article, "s"));
        assert_string_equal(article->published, pairs[i][1]);
        gs_time time;
        assert_true(article->published[0] == '\0' || gs_time_parse(gs_view_of(article->published), &time));
    }
}

static void refuses_empty_and_over_long_text(void **state)
{
    fixture *self = *state;
    assert_false(finish(self, article_of(self, "https://example.org/a", "", " \n "), "s"));
    assert_int_equal(self->error.code, GS_E_INPUT);
    char *text = gs_arena_alloc(self->arena, GS_LIMIT_ARTICLE_BYTES + (size_t)2);
    memset(text, 'x', GS_LIMIT_ARTICLE_BYTES + (size_t)1);
    text[GS_LIMIT_ARTICLE_BYTES + 1] = '\0';
    gs_article *article = article_of(self, "", "", "");
    article->text = text;
    assert_false(finish(self, article, "s"));
    assert_int_equal(self->error.code, GS_E_LIMIT);
    text[GS_LIMIT_ARTICLE_BYTES] = '\0';
    assert_true(finish(self, article, "s"));
    text[GS_LIMIT_ARTICLE_BYTES - 1] = (char)0xFF; // three bytes after repair
    assert_false(finish(self, article, "s"));
    assert_int_equal(self->error.code, GS_E_LIMIT);
}

static void finished_article_survives_the_wire(void **state)
{
    fixture *self = *state;
    gs_article *article = article_of(self, "https://example.org/a", "7", "Words.");
    assert_true(finish(self, article, NULL));
    gs_buffer bytes = {0};
    gs_buffer_reserve(&bytes, gainsay__v1__article__get_packed_size(article));
    bytes.size = gainsay__v1__article__pack(article, (uint8_t *)bytes.data);
    gs_article *back = gainsay__v1__article__unpack(NULL, bytes.size, (const uint8_t *)bytes.data);
    assert_non_null(back);
    assert_string_equal(back->article_id, article->article_id);
    assert_string_equal(back->text, "Words.");
    assert_string_equal(back->byline, "");
    gainsay__v1__article__free_unpacked(back, NULL);
    gs_buffer_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(fills_ids_and_times),
        TEST(identity_goes_by_url_then_id_then_text),
        TEST(delivery_id_changes_with_revision_and_content),
        TEST(external_id_is_kept_on_demand),
        TEST(repairs_and_cuts),
        TEST(long_urls_that_start_alike_stay_apart),
        TEST(makes_published_rfc3339),
        TEST(refuses_empty_and_over_long_text),
        TEST(finished_article_survives_the_wire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
