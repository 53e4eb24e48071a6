// robots.txt: the first line of the input is a path, the rest the file. Whatever both are, the verdict is the
// same for other spellings of them, and /robots.txt itself is never forbidden.
#include <string.h>

#include "fuzz.h"
#include "net/robots.h"

enum { PATH_MOST = 2048 };

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// The same path with each letter as its code, but for those that stand in a code already.
static void spell_out(const char *path, gs_buffer *out)
{
    size_t code_ends = 0;
    for (size_t i = 0; path[i] != '\0'; i++) {
        code_ends = path[i] == '%' ? i + 3 : code_ends;
        if (i >= code_ends && is_letter_or_digit(path[i])) {
            gs_buffer_format(out, "%%%02x", (unsigned char)path[i]);
        } else {
            gs_buffer_byte(out, path[i]);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const gs_view input = gs_view_make(data, size);
    const size_t found = gs_view_find(input, gs_view_of("\n"), 0);
    const size_t split = found < size ? found : size;
    const gs_view text = gs_view_slice(input, split + 1, size);
    gs_buffer path = {0};
    gs_buffer spelled = {0};
    gs_buffer longer = {0};
    gs_buffer_byte(&path, '/');
    gs_buffer_append(&path, input.data, split < PATH_MOST ? split : PATH_MOST);
    spell_out(path.data, &spelled); // up to the first NUL, as every URL

    gs_robots *robots = gs_robots_parse(text, "gainsay");
    const bool allowed = gs_robots_allows(robots, path.data);
    FUZZ_CHECK(gs_robots_allows(robots, "/robots.txt"));
    FUZZ_CHECK(gs_robots_allows(robots, spelled.data) == allowed);
    FUZZ_CHECK(gs_robots_delay_ms(robots) <= GS_ROBOTS_DELAY_MOST_MS);
    FUZZ_CHECK(gs_robots_memory(robots) > 0);

    // A comment and a line of no meaning change nothing.
    gs_buffer_append(&longer, text.data, text.size);
    gs_buffer_text(&longer, "\n# Disallow: /\nSitemap: /\n");
    if (longer.size < GS_ROBOTS_BYTES) {
        gs_robots *again = gs_robots_parse(gs_buffer_view(&longer), "gainsay");
        FUZZ_CHECK(gs_robots_allows(again, path.data) == allowed);
        FUZZ_CHECK(gs_robots_delay_ms(again) == gs_robots_delay_ms(robots));
        gs_robots_free(&again);
    }
    gs_robots_free(&robots);
    gs_buffer_free(&path);
    gs_buffer_free(&spelled);
    gs_buffer_free(&longer);
    return 0;
}
