// Any bytes as a line of JSON, a page and a text. What is taken must come out of gs_article_finish as the
// contract has it: valid, bounded, with ids, and the same ids again for the same input.
#include "fuzz.h"

#include <string.h>

#include "source/source_internal.h"

static void check_field(const char *text)
{
    FUZZ_CHECK(text != NULL);
    FUZZ_CHECK(strlen(text) <= GS_LIMIT_FIELD_BYTES);
    FUZZ_CHECK(gs_utf8_valid(gs_view_of(text), NULL));
}

static void check_article(gs_article *article, gs_arena *arena)
{
    gs_error error = {0};
    if (!gs_article_finish(article, "fuzz", false, 1, arena, &error)) {
        FUZZ_CHECK(error.code == GS_E_INPUT || error.code == GS_E_LIMIT);
        return;
    }
    const char *const fields[] = {article->url,         article->canonical_url, article->publisher,
                                  article->title,       article->byline,        article->published,
                                  article->external_id, article->language};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        check_field(fields[i]);
    }
    gs_time time;
    FUZZ_CHECK(article->published[0] == '\0' || gs_time_parse(gs_view_of(article->published), &time));
    FUZZ_CHECK(strlen(article->text) <= GS_LIMIT_ARTICLE_BYTES);
    FUZZ_CHECK(gs_utf8_valid(gs_view_of(article->text), NULL));
    FUZZ_CHECK(strlen(article->article_id) == GS_ID_TEXT - 1);
    FUZZ_CHECK(article->content_hash.len == GS_ID_BYTES);
    gs_id first = gs_article_delivery_id(article);
    FUZZ_CHECK(gs_article_finish(article, "fuzz", false, 2, arena, &error));
    FUZZ_CHECK(gs_id_equal(first, gs_article_delivery_id(article)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gs_arena *arena = gs_arena_new(4096);
    gs_view bytes = gs_view_make(data, size);
    gs_error errors[3] = {0};
    gs_article *articles[] = {
        gs_article_from_json(bytes, arena, &errors[0]),
        gs_article_from_html(bytes, size % 2 ? "https://example.org/a/b" : NULL, arena, &errors[1]),
        gs_article_from_text(bytes, "fuzz.txt", arena, &errors[2]),
    };
    for (size_t i = 0; i < 3; i++) {
        FUZZ_CHECK((articles[i] == NULL) == (errors[i].code != GS_OK));
        if (articles[i]) {
            check_article(articles[i], arena);
        }
    }
    FUZZ_CHECK(gs_input_guess(bytes) != GS_INPUT_AUTO);
    gs_arena_free(&arena);
    return 0;
}
