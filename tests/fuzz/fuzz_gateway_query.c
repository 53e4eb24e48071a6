// Any bytes as a query string. It is refused with one line, or becomes conditions that SQLite takes for every
// kind of rows, and that hold or do not hold for a live event; and as the words of a statement, they must
// come out of every format as that format allows.
#include "fuzz.h"

#include <string.h>

#include "api.h"
#include "events.h"
#include "read_model.h"
#include "text.h"

static void check_sql(const gw_filter *filter, gs_arena *arena)
{
    for (gw_type type = 0; type < GW_TYPES; type++) {
        gs_error error = {0};
        gw_sql sql = {.match = NULL};
        if (type == GW_RETRACTION) {
            continue;
        }
        const bool good = gw_filter_sql(filter, type, arena, &sql, &error);
        FUZZ_CHECK(good == (error.code == GS_OK));
        FUZZ_CHECK(sql.binding_count < GW_BINDINGS);
        FUZZ_CHECK(strchr(sql.where.data, '\'') == NULL || strstr(sql.where.data, "';") != NULL);
        gs_buffer_free(&sql.where);
    }
}

static void check_match(const gw_filter *filter, gs_view text, gs_arena *arena)
{
    gs_statement statement = GAINSAY__V1__STATEMENT__INIT;
    gs_speaker speaker = GAINSAY__V1__SPEAKER__INIT;
    gw_facets facets;
    gw_texts texts = {.text = {0}}, folded = {.text = {0}};
    statement.statement_id = (char *)"00112233445566778899aabbccddeeff";
    statement.text = speaker.name = gs_arena_text(arena, text);
    statement.speaker = &speaker;
    gw_facets_of_statement(&statement, 0, &facets);
    gw_facets_texts(&facets, &texts);
    gw_fold_texts(&texts, &folded);
    gw_filter_match(filter, &facets, &folded);
    gw_texts_free(&texts);
    gw_texts_free(&folded);
}

static void check_formats(gs_view text)
{
    gs_buffer out = {0};
    gw_text_json(text, &out);
    FUZZ_CHECK(out.size >= 2 && memchr(out.data, '\n', out.size) == NULL &&
               memchr(out.data, '<', out.size) == NULL);
    FUZZ_CHECK(gs_utf8_valid(gs_buffer_view(&out), NULL));
    gs_buffer_clear(&out);
    gs_buffer_text(&out, "");
    gw_text_xml(text, &out);
    FUZZ_CHECK(strpbrk(out.data, "<>\"'") == NULL && strlen(out.data) == out.size);
    gs_buffer_clear(&out);
    gw_text_csv(text, &out);
    FUZZ_CHECK(out.size >= 2 && strchr("=+-@|%", out.data[1]) == NULL);
    size_t quotes = 0;
    for (size_t i = 0; i < out.size; i++) {
        quotes += out.data[i] == '"' ? 1 : 0;
    }
    FUZZ_CHECK(quotes % 2 == 0);
    gs_buffer_clear(&out);
    gs_buffer_text(&out, "");
    gw_text_plain(text, 20, &out);
    FUZZ_CHECK(out.size <= 21 * 4 && gs_utf8_valid(gs_buffer_view(&out), NULL));
    gs_buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gs_arena *arena = gs_arena_new(4096);
    gs_error error = {0};
    gw_filter filter;
    const gs_view text = gs_view_make(data, size);
    if (gw_filter_parse(text, arena, &filter, &error)) {
        FUZZ_CHECK(filter.limit >= 1 && filter.limit <= GW_PAGE_MOST && filter.term_count <= GW_TERMS);
        check_sql(&filter, arena);
        check_match(&filter, text, arena);
    } else {
        FUZZ_CHECK(error.code != GS_OK && strchr(error.message, '\n') == NULL);
    }
    check_formats(text);
    gs_arena_free(&arena);
    return 0;
}
