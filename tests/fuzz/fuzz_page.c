// Any bytes as a page, in any encoding. What is read must be bounded by the page, valid UTF-8, with times
// that are times or empty, and addresses that are addresses or empty; and the same again for the same page.
#include "fuzz.h"

#include <string.h>

#include "source/page.h"

static void check_text(const char *text)
{
    FUZZ_CHECK(text != NULL);
    FUZZ_CHECK(gs_utf8_valid(gs_view_of(text), NULL));
}

static void check_time(const char *text)
{
    gs_time time;
    check_text(text);
    FUZZ_CHECK(text[0] == '\0' || gs_time_parse(gs_view_of(text), &time));
}

static void check_address(const char *text)
{
    check_text(text);
    FUZZ_CHECK(text[0] == '\0' || strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0);
}

static void check_page(const gs_page *page, size_t size)
{
    check_text(page->article->title);
    check_text(page->article->byline);
    check_text(page->article->publisher);
    check_text(page->article->language);
    check_text(page->article->text);
    check_time(page->article->published);
    check_time(page->modified);
    check_address(page->article->canonical_url);
    check_address(page->amp_url);
    check_address(page->print_url);
    FUZZ_CHECK(page->language_why[0] != '\0');
    // The longest that one byte becomes is a character of three, and each paragraph is parted by two more.
    FUZZ_CHECK(strlen(page->article->text) <= size * 6);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const charsets[] = {"", "utf-8", "iso-8859-1", "shift_jis", "utf-16le", "nonsense"};
    gs_arena *arena = gs_arena_new(4096);
    gs_error error = {0};
    const char *charset = charsets[size % (sizeof charsets / sizeof charsets[0])];
    const char *url = size % 2 ? "https://example.org/a/b" : NULL;
    const gs_view bytes = gs_view_make(data, size);
    const gs_page *first = gs_page_read(bytes, url, charset, arena, &error);
    FUZZ_CHECK((first == NULL) == (error.code != GS_OK));
    if (first) {
        check_page(first, size);
        const gs_page *again = gs_page_read(bytes, url, charset, arena, &error);
        FUZZ_CHECK(again && strcmp(first->article->text, again->article->text) == 0);
    }
    gs_arena_free(&arena);
    return 0;
}
