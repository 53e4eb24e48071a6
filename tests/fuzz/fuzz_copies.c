// Any bytes as an address, a title and a text: what names an article must come to an end, be the same again
// for what it gave, and a text must be a copy of itself or too short to be one.
#include "fuzz.h"

#include <string.h>

#include "source/source.h"

static void check_address(gs_view bytes, gs_arena *arena)
{
    const char *once = gs_url_canonical(bytes, arena);
    const char *again = gs_url_canonical(gs_view_of(once), arena);
    FUZZ_CHECK(strcmp(once, again) == 0);
    FUZZ_CHECK(strlen(gs_url_site(bytes, arena)) <= bytes.size);
}

static void check_text(const char *text)
{
    gs_sketch sketch;
    gs_sketch_make(gs_view_of(text), &sketch);
    FUZZ_CHECK(sketch.count <= GS_SKETCH_SIZE);
    for (uint32_t i = 1; i < sketch.count; i++) {
        FUZZ_CHECK(sketch.least[i - 1] < sketch.least[i]);
    }
    const double likeness = gs_sketch_likeness(&sketch, &sketch, false);
    FUZZ_CHECK(likeness >= 0 && likeness <= 1 && (likeness > 0) == (sketch.count > 0));
    gs_article article = GAINSAY__V1__ARTICLE__INIT;
    article.text = (char *)text;
    const gs_id essence = gs_article_essence(&article);
    article.title = (char *)" ";
    FUZZ_CHECK(gs_id_equal(essence, gs_article_essence(&article)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gs_arena *arena = gs_arena_new(4096);
    const gs_view bytes = gs_view_make(data, size);
    check_address(bytes, arena);
    check_address(gs_view_of(gs_arena_format(arena, "http://%.*s", (int)size, (const char *)data)), arena);
    check_text(gs_arena_text(arena, bytes));
    gs_arena_free(&arena);
    return 0;
}
